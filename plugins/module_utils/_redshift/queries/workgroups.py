# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workgroups that workgroup_info reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """The workgroups of the caller's account, or those that another account has granted to it.

    One name of one's own is read by GetWorkgroup, everything else by ListWorkgroups.

    Args:
        api: the service.
        params: names, owner_account, include_tags.

    Returns:
        `workgroups`, and `missing`: what was named and does not exist, with a sentence for a person.
    """
    names, owner = params["names"], params["owner_account"]
    refuse_wrong_owner(owner)
    listed: list[State] = []
    if is_one(names) and owner is None:
        state = workgroup.observe(api, names[0])
        found = [state] if state else []
        show: Show = partial(workgroup.shown, api)
    else:
        request = {"ownerAccount": owner} if owner else {}
        listed = api.read_all("ListWorkgroups", request, "workgroups")
        found = named(listed, "workgroupName", names)
        show = listed_as(api, workgroup.from_api, workgroup.shown)
    if params["include_tags"] and owner is None:
        found = with_tags(api, found, "workgroupArn", alone=is_one(names))
    absent = set(names or ()) - {state["workgroupName"] for state in found}
    if absent and not listed and owner is None:
        with suppress(RedshiftServerlessError):  # it only helps to find the slip
            listed = api.read_all("ListWorkgroups", {}, "workgroups")
    missing = [{"name": name, "message": _no_workgroup(api, name, owner, listed)} for name in sorted(absent)]
    return {"workgroups": each(show, found, ("workgroupName", "workgroupArn")), "missing": missing}


def _no_workgroup(api: Api, name: str, owner: str | None, listed: Sequence[State]) -> str:
    accounts = [account_in(state["workgroupArn"]) for state in listed[:1]]
    place = f"account {(owner or accounts[0])}" if owner or accounts else "this account"
    near = get_close_matches(name, [str(state["workgroupName"]) for state in listed], n=3)
    hint = f" (did you mean: {', '.join(near)})" if near else ""
    return f"no workgroup {name!r} in {place}, Region {api.region}{hint}"
