# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the logs of a namespace go: CloudWatch, or system tables that are published as Amazon S3 Tables.

Facts: API reference of UpdateNamespace and S3TablePublishStatus. Publishing is a request of its own. What is published can be
read back (tables, scope); the KMS key can't, and neither can the destination of the exported logs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .._core.changes import State
from .._core.errors import InvalidInput
from .._core.shapes import named_members

# Which option of the module gives which member of UpdateNamespace.
OPTIONS: Mapping[str, str] = {
    "log_destination_type": "logDestinationType",
    "s3_table_action": "s3TableAction",
    "s3_table_granularity": "s3TableGranularity",
    "s3_table_kms_key_id": "s3TableKmsKeyId",
    "s3_table_names": "s3TableNames",
}
CLOUDWATCH, S3_TABLE = "cloudwatch", "s3table"
ENABLE, DISABLE = "Enable", "Disable"
ALL = "all"
STATUS = "s3TablePublishStatus"

_SENT_TO = {
    ENABLE: ("s3TableGranularity", "s3TableKmsKeyId", "s3TableNames"),
    DISABLE: ("s3TableNames",),
}


def desired_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named members in the API's spelling.

    Raises:
        InvalidInput: for options that need another one.
    """
    members = named_members(params, OPTIONS)
    destination = members.get("logDestinationType")
    if destination != S3_TABLE:
        for option, member in OPTIONS.items():
            if member in members and member != "logDestinationType":
                raise InvalidInput(
                    f"{option}: got log_destination_type {destination or 'unset'}; expected {S3_TABLE}. Set log_destination_type to "
                    f"{S3_TABLE}, or leave {option} out."
                )
    if destination == CLOUDWATCH and params.get("log_exports") is None:
        raise InvalidInput(
            f"log_destination_type: got {CLOUDWATCH} without log_exports; expected both. Name the logs in log_exports, or leave "
            "log_destination_type out."
        )
    enables = members.get("s3TableAction", ENABLE) == ENABLE
    if destination == S3_TABLE and enables and "s3TableGranularity" not in members:
        raise InvalidInput(
            "s3_table_granularity: got nothing; expected namespace or account. AWS needs it to enable the publishing."
        )
    return members


def difference(current: State, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Return the request that makes the published tables as wanted and its reason, None where they are.

    Enabling adds the named tables to those that are published, and disabling takes them away: others are left alone. Whether AWS
    adds or replaces is not documented, so that those which are published are named along.
    """
    if wanted.get("logDestinationType") != S3_TABLE:
        return None
    status, names = current.get(STATUS) or {}, _names(wanted)
    action = wanted.get("s3TableAction", ENABLE)
    if _is_published_as(status, wanted, names):
        return None
    request = {"logDestinationType": S3_TABLE, "s3TableAction": action}
    request.update({member: wanted[member] for member in _SENT_TO[action] if member in wanted})
    tables = status.get("s3Tables") or []
    if names and action == ENABLE:
        request["s3TableNames"] = sorted({*names, *tables})
    has = ALL if status.get("enabledAll") else ", ".join(sorted(tables)) or "none"
    return request, f"s3_table_names: published are {has}; {action} {', '.join(sorted(names)) or ALL}"


def _is_published_as(status: Mapping[str, Any], wanted: Mapping[str, Any], names: Collection[str]) -> bool:
    if wanted.get("s3TableAction", ENABLE) == DISABLE:
        return not _any_published(status, names)
    same_scope = status.get("s3TableGranularity") == wanted["s3TableGranularity"]
    return same_scope and _all_published(status, names)


def _names(wanted: Mapping[str, Any]) -> set[str]:
    """Return the named tables; none stands for all, as in the API."""
    names = set(wanted.get("s3TableNames", []))
    return set() if ALL in names else names


def _all_published(status: Mapping[str, Any], names: Collection[str]) -> bool:
    return bool(status.get("enabledAll")) or bool(names and set(names) <= set(status.get("s3Tables") or []))


def _any_published(status: Mapping[str, Any], names: Collection[str]) -> bool:
    tables = set(status.get("s3Tables") or [])
    # Where AWS publishes all tables and lists none of them, each may be among them.
    every = bool(status.get("enabledAll")) and not tables
    return every or bool(tables & set(names) if names else tables or status.get("enabledAll"))


def after(current: State, request: Mapping[str, Any]) -> State:
    """Return the namespace after a request to publish, as far as that is known beforehand."""
    status = dict(current.get(STATUS) or {})
    tables, names = set(status.get("s3Tables") or []), _names(request)
    if request["s3TableAction"] == DISABLE:
        status.update(enabledAll=False, s3Tables=sorted(tables - names) if names else [])
    else:
        status.update(
            enabledAll=not names or bool(status.get("enabledAll")),
            s3Tables=sorted(tables | names),
            s3TableGranularity=request["s3TableGranularity"],
        )
    return {**current, STATUS: status}
