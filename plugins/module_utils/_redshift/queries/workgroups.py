# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workgroups that workgroup_info reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from typing import Any

from ..._core.api import Api
from ..._core.changes import State
from ..._core.errors import RedshiftServerlessError
from ..._core.ids import account_in, refuse_wrong_owner
from .. import workgroup
from .together import Show, each, is_one, listed_as, named, with_tags


def workgroups(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the workgroups of the caller's account, or those that another account has granted to it.

    One odd item hides no other.

    Args:
        api: the service.
        params: names, owner_account, include_tags.

    Returns:
        `workgroups`, and `missing`: what was named and does not exist, with a sentence for a person.
    """
    names, owner = params["names"], params["owner_account"]
    refuse_wrong_owner(owner)
    found, listed = _read(api, names, owner)
    missing = _missing(api, names, owner, found, listed)
    if params["include_tags"] and owner is None:
        found = with_tags(api, found, "workgroupArn", alone=is_one(names))
    show: Show = (
        partial(workgroup.shown, api) if listed is None else listed_as(api, workgroup.from_api, workgroup.shown)
    )
    return {"workgroups": each(show, found, ("workgroupName", "workgroupArn")), "missing": missing}


def find_workgroups(api: Api, names: Collection[str]) -> tuple[list[State], list[dict[str, str]]]:
    """Read workgroups of the caller's account, as this collection holds them.

    Args:
        api: the service.
        names: which.

    Returns:
        the workgroups, and of each name that does not exist `name` and `message`.
    """
    found, listed = _read(api, names, None)
    missing = _missing(api, names, None, found, listed)
    return (found if listed is None else [workgroup.from_api(entry) for entry in found]), missing


def _read(api: Api, names: Collection[str] | None, owner: str | None) -> tuple[list[State], list[State] | None]:
    """What was asked for, and everything that was listed: one name of one's own is read by GetWorkgroup and lists nothing."""
    if names is not None and is_one(names) and owner is None:
        state = workgroup.observe(api, next(iter(names)))
        return ([state] if state else []), None
    listed = api.read_all("ListWorkgroups", {"ownerAccount": owner} if owner else {}, "workgroups")
    return named(listed, "workgroupName", names), listed


def _missing(
    api: Api, names: Collection[str] | None, owner: str | None, found: Sequence[State], listed: Sequence[State] | None
) -> list[dict[str, str]]:
    absent = set(names or ()) - {state["workgroupName"] for state in found}
    if absent and listed is None:
        with suppress(RedshiftServerlessError):  # it only helps to find the slip
            listed = api.read_all("ListWorkgroups", {}, "workgroups")
    return [{"name": name, "message": _no_workgroup(api, name, owner, listed or [])} for name in sorted(absent)]


def _no_workgroup(api: Api, name: str, owner: str | None, listed: Sequence[State]) -> str:
    accounts = [account_in(state["workgroupArn"]) for state in listed[:1]]
    place = f"account {(owner or accounts[0])}" if owner or accounts else "this account"
    near = get_close_matches(name, [str(state["workgroupName"]) for state in listed], n=3)
    hint = f" (did you mean: {', '.join(near)})" if near else ""
    return f"no workgroup {name!r} in {place}, Region {api.region}{hint}"
