"""The publishing of a namespace's system tables to Amazon S3 Tables, a part of UpdateNamespace.

All facts are the model's own text (botocore 1.44.8) [C: BM] unless marked; the service's texts are unknown [U].
"""

from __future__ import annotations

from typing import Any

from .errors import ServiceError, validation
from .state import Namespace, S3Publishing

Params = dict[str, Any]

DESTINATION = "logDestinationType"
S3 = "s3table"
DETAILS = frozenset({"s3TableAction", "s3TableGranularity", "s3TableKmsKeyId", "s3TableNames"})
# A request of their own.
MEMBERS = frozenset({DESTINATION, *DETAILS})
EVERYTHING = "all"


def view(namespace: Namespace) -> dict[str, Any] | None:
    """The status as the API shows it: not at all if it has never been configured.

    Which tables "all" are is not published, so none is listed then [U]; nor is any ingested yet.
    """
    publishing = namespace.s3_publishing
    if publishing is None:
        return None
    return {
        "enabledAll": publishing.everything,
        "s3TableGranularity": publishing.granularity,
        "s3TableNamespace": namespace.namespace_id.replace("-", "_"),  # [U]
        "s3Tables": publishing.tables,
    }


def update(namespace: Namespace, params: Params) -> S3Publishing | None:
    """The publishing after an UpdateNamespace; a pure function.

    Raises:
        ServiceError: A member that is only for S3 Tables, another change in the same request, or no granularity.
    """
    details = sorted(DETAILS & params.keys())
    if params.get(DESTINATION) != S3:
        if details:
            raise validation(f"{', '.join(details)} is valid only when {DESTINATION} is {S3}.")
        return namespace.s3_publishing
    if params.keys() - MEMBERS - {"namespaceName"}:
        raise _not_alone(namespace)
    if params.get("s3TableAction", "Enable").casefold() == "disable":
        return _disabled(namespace, params)
    return _enabled(params)


def _not_alone(namespace: Namespace) -> ServiceError:
    return validation(
        "Amazon Redshift Serverless can't update multiple configurations at the same time "
        f"for namespace {namespace.name}."
    )


def _names(params: Params) -> list[str]:
    """The tables that are named; none means all."""
    names = params.get("s3TableNames") or [EVERYTHING]
    return [] if EVERYTHING in names else sorted(set(names))


def _enabled(params: Params) -> S3Publishing:
    """That what is enabled replaces what was is inferred [I]."""
    if "s3TableGranularity" not in params:
        raise validation("s3TableGranularity is required to enable Amazon S3 Tables publishing.")
    names = _names(params)
    return S3Publishing(not names, params["s3TableGranularity"].casefold(), names, params.get("s3TableKmsKeyId"))


def _disabled(namespace: Namespace, params: Params) -> S3Publishing | None:
    """Some tables or all of them; some of all can't be told apart, so that is refused [U]."""
    publishing, names = namespace.s3_publishing, _names(params)
    if publishing is None:
        return None
    if names and publishing.everything:
        raise validation("Every system table is published: disable all of them, or enable the ones to keep.")
    kept = [each for each in publishing.tables if names and each not in names]
    return S3Publishing(False, publishing.granularity, kept, publishing.kms_key_id)
