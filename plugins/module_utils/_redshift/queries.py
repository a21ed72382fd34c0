# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the info modules read: everything once, and what has no list call in parallel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from difflib import get_close_matches
from typing import Any, TypeVar

from .._core.api import Api
from .._core.changes import State
from .._core.errors import AnswerLost, RedshiftServerlessError, Throttled
from .._core.ids import account_in
from .._core.waiting import Deadline
from . import endpoint_access, namespace, resource_policy, tags, workgroup

# boto3's clients are safe to share between threads, and AWS throttles accounts, not connections.
PARALLEL = 10

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def workgroups(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The workgroups of the caller's account, or those that another account has granted to it.

    Args:
        api: the service.
        params: names, owner_account, include_tags.

    Returns:
        `workgroups`, and `missing`: what was named and does not exist, with a sentence for a person.
    """
    names, owner = params["names"], params["owner_account"]
    endpoint_access.refuse_wrong_owner(owner)
    found, missing = find_workgroups(api, names, owner)
    if params["include_tags"] and owner is None:
        found = _with_tags(api, found, "workgroupArn")
    return {"workgroups": [workgroup.shown(api, state) for state in found], "missing": missing}


def find_workgroups(
    api: Api, names: Collection[str] | None, owner: str | None = None
) -> tuple[list[State], list[dict[str, str]]]:
    """Read workgroups as the API gives them.

    One name of one's own is read by GetWorkgroup, everything else by ListWorkgroups.

    Args:
        api: the service.
        names: which; None for all.
        owner: the account that has granted them; None for the caller's own.

    Returns:
        the workgroups, and of each name that does not exist `name` and `message`.
    """
    listed: list[State] | None = None
    if names is not None and len(set(names)) == 1 and owner is None:
        state = workgroup.observe(api, next(iter(names)))
        found = [state] if state else []
    else:
        request = {"ownerAccount": owner} if owner else {}
        listed = [workgroup.from_api(entry) for entry in api.read_all("ListWorkgroups", request, "workgroups")]
        found = _named(listed, "workgroupName", names)
    absent = set(names or ()) - {state["workgroupName"] for state in found}
    if absent and listed is None:
        with suppress(RedshiftServerlessError):  # it only helps to find the slip
            listed = [workgroup.from_api(entry) for entry in api.read_all("ListWorkgroups", {}, "workgroups")]
    return found, [{"name": name, "message": _no_workgroup(api, name, owner, listed or [])} for name in sorted(absent)]


def _no_workgroup(api: Api, name: str, owner: str | None, listed: Sequence[State]) -> str:
    accounts = [account_in(state["workgroupArn"]) for state in listed[:1]]
    place = f"account {(owner or accounts[0])}" if owner or accounts else "this account"
    near = get_close_matches(name, [str(state["workgroupName"]) for state in listed], n=3)
    hint = f" (did you mean: {', '.join(near)})" if near else ""
    return f"no workgroup {name!r} in {place}, Region {api.region}{hint}"


def namespaces(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The namespaces of the caller's account (GetNamespace for one name, otherwise ListNamespaces)."""
    names = params["names"]
    if names is not None and len(set(names)) == 1:
        state = namespace.observe(api, names[0])
        found = [state] if state else []
    else:
        listed = [namespace.from_api(entry) for entry in api.read_all("ListNamespaces", {}, "namespaces")]
        found = _named(listed, "namespaceName", names)
    if params["include_tags"]:
        found = _with_tags(api, found, "namespaceArn")
    return {"namespaces": [namespace.shown(api, state) for state in found]}


def resource_policies(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The policy of one workgroup or ARN, or those of all workgroups; what has none is left out."""
    if params["resource_arn"] or params["workgroup"]:
        targets = [(params["resource_arn"], params["workgroup"])]
    else:
        listed = api.read_all("ListWorkgroups", {}, "workgroups")
        targets = [(entry["workgroupArn"], entry["workgroupName"]) for entry in listed]

    def read(target: tuple[str | None, str | None]) -> dict[str, Any] | None:
        arn, name = target
        policy = resource_policy.ResourcePolicy(api, resource_policy.Desired(), name, arn, may_be_missing=False)
        state = policy.observe()
        return {"workgroup_name": name, **policy.report(state)} if state else None

    return {"resource_policies": [found for found in _parallel(read, targets) if found]}


def endpoints(api: Api, params: Mapping[str, Any], deadline: Deadline | None) -> dict[str, Any]:
    """The endpoints of the caller's account (ListEndpointAccess).

    Args:
        api: the service.
        params: names, workgroup, vpc_id, owner_account.
        deadline: to wait until AWS is at work on none of them, by one call per look; None not to wait.

    Raises:
        WaitTimeout: when the deadline passes.
        Refused: when an endpoint has failed.
    """
    endpoint_access.refuse_wrong_owner(params["owner_account"])
    filters = {"workgroupName": "workgroup", "vpcId": "vpc_id", "ownerAccount": "owner_account"}
    request = {member: params[option] for member, option in filters.items() if params[option]}

    def look() -> list[State]:
        # AWS may fold the case of these names.
        return _named(
            api.read_all("ListEndpointAccess", request, "endpoints"), "endpointName", params["names"], str.lower
        )

    found = look() if deadline is None else _settled(look, deadline)
    return {"endpoints": [endpoint_access.shown(api, state) for state in found]}


def _settled(look: Callable[[], list[State]], deadline: Deadline) -> list[State]:
    found: list[State] = []
    for _waited in deadline.looks("the endpoints to be ready or gone"):
        try:
            found = look()
        except (AnswerLost, Throttled):
            continue
        if not any(endpoint_access.transition(state) for state in found):
            break
    for state in found:
        endpoint_access.refuse_failed(state)
    return found


def _named(
    states: Iterable[State], member: str, names: Collection[str] | None, fold: Callable[[str], str] = str
) -> list[State]:
    wanted = None if names is None else {fold(name) for name in names}
    return [state for state in states if wanted is None or fold(str(state.get(member))) in wanted]


def _with_tags(api: Api, states: list[State], arn: str) -> list[State]:
    return _parallel(lambda state: {**state, "tags": tags.read(api, state[arn])}, states)


def _parallel(function: Callable[[_In], _Out], items: Collection[_In]) -> list[_Out]:
    """The function's results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        return list(pool.map(function, items))
