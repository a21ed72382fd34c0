"""TagResource, UntagResource, ListTagsForResource for namespaces, workgroups and snapshots."""

from __future__ import annotations

from typing import Any

from .call import Call
from .errors import ServiceError, not_found, validation
from .models import RedshiftServerlessBackend
from .state import Namespace, Snapshot, Workgroup

Params = dict[str, Any]


def to_tags(call: Call, tags: list[dict[str, str]], onto: dict[str, str] | None = None) -> dict[str, str]:
    """Merge a list of tags onto others.

    Raises:
        ServiceError: A reserved key, a key given twice, or more tags than a resource may have [I].
    """
    keys = [tag["key"] for tag in tags]
    if len(keys) != len(set(keys)):
        raise validation("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise validation("Tag keys can't start with aws:, which is reserved for AWS use.")
    merged = {**(onto or {}), **{tag["key"]: tag["value"] for tag in tags}}
    most = call.settings.quotas["tags_per_resource"]
    if len(merged) > most:
        raise ServiceError("TooManyTagsException", f"The request exceeds the limit of {most} tags for a resource.")
    return merged


def find_by_arn(backend: RedshiftServerlessBackend, arn: str) -> Namespace | Workgroup | Snapshot:
    """The namespace, workgroup or snapshot with that ARN, or ResourceNotFoundException (text [U])."""
    resources: list[Namespace | Workgroup | Snapshot] = [
        *backend.namespaces.values(),
        *backend.workgroups.values(),
        *backend.snapshots.values(),
    ]
    for resource in resources:
        if resource.arn == arn:
            return resource
    raise not_found(f"The resource {arn} doesn't exist.", arn)


def tag_resource(call: Call, params: Params) -> dict[str, Any]:
    """TagResource."""
    resource = find_by_arn(call.backend, params["resourceArn"])
    resource.tags = to_tags(call, params["tags"], onto=resource.tags)
    return {}


def untag_resource(call: Call, params: Params) -> dict[str, Any]:
    """UntagResource; keys that are not there are ignored."""
    resource = find_by_arn(call.backend, params["resourceArn"])
    resource.tags = {key: value for key, value in resource.tags.items() if key not in params["tagKeys"]}
    return {}


def list_tags_for_resource(call: Call, params: Params) -> dict[str, Any]:
    """ListTagsForResource."""
    resource = find_by_arn(call.backend, params["resourceArn"])
    return {"tags": [{"key": key, "value": value} for key, value in resource.tags.items()]}
