# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the workgroups of one account and Region: one page of ListWorkgroups for each hundred, and nothing that is not asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..._core.api import Api
from ..._core.errors import RedshiftServerlessError
from .. import tags, workgroup
from ..queries.together import each, listed_as, parallel
from ..resource_policy import Desired, ResourcePolicy
from .options import Request

Row = dict[str, Any]

# How many workgroups a sentence names.
NAMED = 5


@dataclass(frozen=True)
class Unread:
    """What could not be read.

    Attributes:
        what: such as "the workgroups", for a sentence.
        reason: a sentence.
    """

    what: str
    reason: str


@dataclass(frozen=True)
class Found:
    """What was read.

    Attributes:
        rows: the workgroups of the fleet.
        unread: what could not be read; nothing of it is missing without a word here.
    """

    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(api: Api, request: Request) -> Found:
    """The workgroups of the caller's account in one Region that belong to the fleet.

    Tags are read of those only that the other filters leave, and grants of those only that belong to the fleet.

    Args:
        api: the service.
        request: what is asked for.

    Returns:
        the workgroups as workgroup_info shows them, with `tags` and `grants` where they are asked for, and what could not be read.

    Raises:
        RedshiftServerlessError: the workgroups can't be listed.
    """
    rows = _listed(api)
    unread = list(_odd(rows))
    rows = [row for row in rows if not _fault_of(row) and request.rules.may_hold(row)]
    if request.tags:
        rows = parallel(partial(_with, "tags", partial(tags.read, api)), rows)
        unread += _untold("tags", rows)
    rows = [row for row in rows if request.rules.hold(row)]
    if request.grants:
        rows = parallel(partial(_with_grants, api), rows)
        unread += _untold("grants", rows)
    return Found([_without_failures(row) for row in rows], unread)


def _listed(api: Api) -> list[Row]:
    show = listed_as(api, workgroup.from_api, workgroup.shown)
    return each(show, api.read_all("ListWorkgroups", {}, "workgroups"), ("workgroupName", "workgroupArn"))


def _odd(rows: Sequence[Row]) -> Iterator[Unread]:
    for row in rows:
        if fault := _fault_of(row):
            yield Unread(f"the workgroup {row.get('workgroup_name') or 'without a name'}", fault)


def _fault_of(row: Row) -> str:
    """Why a workgroup can't be a host, empty if it can."""
    if not row.get("workgroup_name") or str(row.get("workgroup_arn")).count(":") < 5:
        return "AWS gave it without its name or its ARN."
    return str(row.get("error") or "")


# Beside a member that could not be read, until it is told.
_FAILED = "_{}_failed"


def _with(member: str, get: Callable[[str], Any], row: Row) -> Row:
    try:
        return {**row, member: get(row["workgroup_arn"])}
    except RedshiftServerlessError as error:
        return {**row, member: None, f"{member}_error": error.message, _FAILED.format(member): True}


def _with_grants(api: Api, row: Row) -> Row:
    """The grants of a workgroup; a policy that can't be understood has been read, so that only its host tells of it."""

    def get(arn: str) -> Row:
        policy = ResourcePolicy(api, Desired(), None, arn, may_be_missing=False)
        return policy.report(policy.observe())

    found = _with("grants", get, row)
    report = found["grants"]
    if report is None:
        return found
    told = {"grants_error": report["policy_error"]} if "policy_error" in report else {}
    return {**found, "grants": report["grants"], **told}


def _untold(member: str, rows: Sequence[Row]) -> Iterator[Unread]:
    """One sentence for all workgroups of which a member could not be read, however many they are."""
    failed = [row for row in rows if row.get(_FAILED.format(member))]
    if failed:
        names = [str(row["workgroup_name"]) for row in failed]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Unread(f"the {member} of {', '.join(names[:NAMED])}{more}", failed[0][f"{member}_error"])


def _without_failures(row: Row) -> Row:
    return {key: value for key, value in row.items() if not key.startswith("_")}
