# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of a namespace or a workgroup: lower-case key and value, through calls of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
    compare_aws_tags,
)

from .._core.api import Api
from .._core.changes import Change, State


def read(api: Api, arn: str) -> dict[str, str]:
    """Return the tags of a resource (ListTagsForResource)."""
    listed = api.read("ListTagsForResource", {"resourceArn": arn}, "tags")
    tags: dict[str, str] = boto3_tag_list_to_ansible_dict(listed, "key", "value")
    return tags


def to_api(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tags as the API takes them."""
    listed: list[dict[str, str]] = ansible_dict_to_boto3_tag_list(dict(sorted(tags.items())), "key", "value")
    return listed


def changes(arn: str | None, current: Mapping[str, str], wanted: Mapping[str, Any], purge: bool) -> list[Change]:
    """Return the Changes to the tags: first those that add or change tags, then those that remove them."""
    to_set, to_unset = compare_aws_tags(dict(current), dict(wanted), purge)
    planned = []
    if to_set:
        request = {"resourceArn": arn, "tags": to_api(to_set)}
        planned.append(Change("TagResource", request, f"tags: set {', '.join(sorted(to_set))}"))
    if to_unset:
        request = {"resourceArn": arn, "tagKeys": sorted(to_unset)}
        planned.append(Change("UntagResource", request, f"tags: remove {', '.join(sorted(to_unset))}"))
    return planned


def after(state: State, change: Change) -> State:
    """Return the resource after TagResource or UntagResource."""
    tags = dict(state.get("tags", {}))
    if change.operation == "TagResource":
        tags.update(boto3_tag_list_to_ansible_dict(change.parameters["tags"], "key", "value"))
    else:
        tags = {key: value for key, value in tags.items() if key not in change.parameters["tagKeys"]}
    return {**state, "tags": tags}
