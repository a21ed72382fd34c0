# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the info modules read: everything once, and what has no list call in parallel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from .._core.api import Api
from .._core.changes import State
from .._core.errors import AnswerLost, Throttled
from .._core.waiting import Deadline
from . import custom_domain, endpoint_access, namespace, resource_policy, tags, workgroup
from .certificates import canonical, near_expiry

# boto3's clients are safe to share between threads, and AWS throttles accounts, not connections.
PARALLEL = 10

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def workgroups(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The workgroups of the caller's account, or those that another account has granted to it.

    One name of one's own is read by GetWorkgroup, everything else by ListWorkgroups.

    Args:
        api: the service.
        params: names, owner_account, include_tags.
    """
    names, owner = params["names"], params["owner_account"]
    if names is not None and len(set(names)) == 1 and owner is None:
        state = workgroup.observe(api, names[0])
        found = [state] if state else []
    else:
        request = {"ownerAccount": owner} if owner else {}
        listed = [workgroup.from_api(entry) for entry in api.read_all("ListWorkgroups", request, "workgroups")]
        found = _named(listed, "workgroupName", names)
    if params["include_tags"] and owner is None:
        found = _with_tags(api, found, "workgroupArn")
    return {"workgroups": [workgroup.shown(api, state) for state in found]}


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


def custom_domains(api: Api, params: Mapping[str, Any], warn: Callable[[str], None]) -> dict[str, Any]:
    """Read the custom domains of the caller's account (ListCustomDomainAssociations).

    Args:
        api: the service.
        params: workgroup, domain_name, certificate_arn.
        warn: told of each certificate that is near its expiry or has expired.

    Raises:
        InvalidInput: for a name that can't be one.
    """
    name, arn, now = params["domain_name"], params["certificate_arn"], datetime.now(UTC)
    given = {
        "customDomainName": None if name is None else custom_domain.checked_name(api, name),
        "customDomainCertificateArn": arn,
    }
    request = {member: value for member, value in given.items() if value is not None}
    listed = api.read_all("ListCustomDomainAssociations", request, "associations")
    found = _named(listed, "workgroupName", None if params["workgroup"] is None else [params["workgroup"]])
    for state in found:
        expires = state.get("customDomainCertificateExpiryTime")
        if expires is not None and near_expiry(expires, now):
            certificate = state["customDomainCertificateArn"]
            warn(custom_domain.expiry_warning(canonical(state["customDomainName"]), certificate, expires, now))
    return {"custom_domains": [custom_domain.shown(api, state, now) for state in found]}


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


def _named(states: Iterable[State], member: str, names: Collection[str] | None) -> list[State]:
    return [state for state in states if names is None or state.get(member) in names]


def _with_tags(api: Api, states: list[State], arn: str) -> list[State]:
    return _parallel(lambda state: {**state, "tags": tags.read(api, state[arn])}, states)


def _parallel(function: Callable[[_In], _Out], items: Collection[_In]) -> list[_Out]:
    """The function's results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        return list(pool.map(function, items))
