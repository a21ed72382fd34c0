# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the info modules read: everything once, and what has no list call in parallel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeAlias, TypeVar

from .._core.api import Api
from .._core.changes import State
from .._core.errors import AnswerLost, RedshiftServerlessError, Throttled
from .._core.shapes import result
from .._core.waiting import Deadline
from . import endpoint_access, namespace, resource_policy, tags, workgroup

# boto3's clients are safe to share between threads, and AWS throttles accounts, not connections.
PARALLEL = 10

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_Shown: TypeAlias = dict[str, Any] | None
_Show: TypeAlias = Callable[[State], _Shown]


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
    listed: list[State] = []
    if _is_one(names) and owner is None:
        state = workgroup.observe(api, names[0])
        found = [state] if state else []
        show: _Show = partial(workgroup.shown, api)
    else:
        request = {"ownerAccount": owner} if owner else {}
        listed = api.read_all("ListWorkgroups", request, "workgroups")
        found = _named(listed, "workgroupName", names)
        show = _listed(api, workgroup.from_api, workgroup.shown)
    if params["include_tags"] and owner is None:
        found = _with_tags(api, found, "workgroupArn", alone=_is_one(names))
    absent = set(names or ()) - {state["workgroupName"] for state in found}
    if absent and not listed and owner is None:
        with suppress(RedshiftServerlessError):  # it only helps to find the slip
            listed = api.read_all("ListWorkgroups", {}, "workgroups")
    missing = [{"name": name, "message": _no_workgroup(api, name, owner, listed)} for name in sorted(absent)]
    return {"workgroups": _each(show, found, ("workgroupName", "workgroupArn")), "missing": missing}


def _no_workgroup(api: Api, name: str, owner: str | None, listed: Sequence[State]) -> str:
    accounts = [str(state["workgroupArn"]).split(":")[4] for state in listed[:1]]
    place = f"account {(owner or accounts[0])}" if owner or accounts else "this account"
    near = get_close_matches(name, [str(state["workgroupName"]) for state in listed], n=3)
    hint = f" (did you mean: {', '.join(near)})" if near else ""
    return f"no workgroup {name!r} in {place}, Region {api.region}{hint}"


def namespaces(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The namespaces of the caller's account (GetNamespace for one name, otherwise ListNamespaces)."""
    names = params["names"]
    if _is_one(names):
        state = namespace.observe(api, names[0])
        found = [state] if state else []
        show: _Show = partial(namespace.shown, api)
    else:
        found = _named(api.read_all("ListNamespaces", {}, "namespaces"), "namespaceName", names)
        show = _listed(api, namespace.from_api, namespace.shown)
    if params["include_tags"]:
        found = _with_tags(api, found, "namespaceArn", alone=_is_one(names))
    return {"namespaces": _each(show, found, ("namespaceName", "namespaceArn"))}


def resource_policies(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The policy of one workgroup or ARN, or those of all workgroups; what has none is left out."""
    if params["resource_arn"] or params["workgroup"]:
        targets = [(params["resource_arn"], params["workgroup"])]
    else:
        listed = api.read_all("ListWorkgroups", {}, "workgroups")
        targets = [(entry["workgroupArn"], entry["workgroupName"]) for entry in listed]

    alone = len(targets) == 1 and bool(params["resource_arn"] or params["workgroup"])

    def read(target: tuple[str | None, str | None]) -> dict[str, Any] | None:
        arn, name = target
        policy = resource_policy.ResourcePolicy(api, resource_policy.Desired(), name, arn, may_be_missing=False)
        try:
            state = policy.observe()
        except RedshiftServerlessError as error:
            if alone:
                raise
            return {"workgroup_name": name, **resource_policy.unreadable(arn, error.message)}
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
    filters = {"workgroupName": "workgroup", "vpcId": "vpc_id", "ownerAccount": "owner_account"}
    request = {member: params[option] for member, option in filters.items() if params[option]}

    def look() -> list[State]:
        return _named(api.read_all("ListEndpointAccess", request, "endpoints"), "endpointName", params["names"])

    found = look() if deadline is None else _settled(look, deadline)
    return {"endpoints": _each(partial(endpoint_access.shown, api), found, ("endpointName", "endpointArn"))}


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


def _named(states: Iterable[State], member: str, names: Collection[str] | None) -> list[State]:
    return [state for state in states if names is None or state.get(member) in names]


def _listed(api: Api, from_api: Callable[[State], State], shown: Callable[[Api, State], _Shown]) -> _Show:
    return lambda entry: shown(api, from_api(entry))


def _each(show: _Show, states: Iterable[State], members: Collection[str]) -> list[dict[str, Any]]:
    """Each as results show it; one that AWS gives in an unknown form is marked by `error` and hides no other.

    Args:
        show: makes the result of one.
        states: all of them.
        members: what is told of one that can't be shown.
    """
    return [_shown_or_marked(show, state, members) for state in states]


def _shown_or_marked(show: _Show, state: State, members: Collection[str]) -> dict[str, Any]:
    try:
        return show(state) or {}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        told = f"AWS gave it in a form that can't be understood ({type(error).__name__})."
        return result({**{member: state.get(member) for member in members}, "error": told})


def _is_one(names: Collection[str] | None) -> bool:
    return names is not None and len(set(names)) == 1


def _with_tags(api: Api, states: list[State], arn: str, *, alone: bool) -> list[State]:
    """The resources with their tags; in a list, one whose tags can't be read says so and hides no other."""

    def read(state: State) -> State:
        try:
            return {**state, "tags": tags.read(api, state[arn])}
        except RedshiftServerlessError as error:
            if alone:
                raise
            return {**state, "tags": None, "tagsError": error.message}

    return _parallel(read, states)


def _parallel(function: Callable[[_In], _Out], items: Collection[_In]) -> list[_Out]:
    """The function's results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        return list(pool.map(function, items))
