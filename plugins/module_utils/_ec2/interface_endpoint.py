# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interface VPC endpoints of a VPC to several services, only those of the caller: observed, planned and predicted.

Facts: API reference of EC2's CreateVpcEndpoint, ModifyVpcEndpoint, DeleteVpcEndpoints and DescribeVpcEndpoints. AWS works on
several endpoints at once, so all are begun before any is waited for. A VPC takes one endpoint with private DNS per service.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
    compare_aws_tags,
)

from .._core.api import Api
from .._core.changes import Change, State
from .._core.errors import ApiError, InvalidInput, Refused
from .._core.ids import refuse_empty
from .._core.plan import Unexplained
from .._policy.document import Document, Held, PolicyError, as_held, equivalent, held, parse
from .._redshift.durations import usual
from . import endpoint_services, network

# The key of the tag whose value says whose an endpoint is.
MARK = "redshift.serverless"

_AT_WORK = frozenset({"pending", "deleting"})
_FAILED = frozenset({"failed", "rejected", "expired", "partial"})

Endpoint = Mapping[str, Any]


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        vpc: the VPC's id.
        services: each the whole name of a service, or its last part.
        mark: the value of the tag that makes an endpoint the caller's own.
        absent: the caller's own endpoints should not exist.
        subnets: ids, None where not named, as below.
        groups: ids of security groups.
        private_dns: whether the service's own host name leads to the endpoint.
        policy: the endpoint policy.
        tags: without the mark.
        purge_tags: whether other tags are taken away.
    """

    vpc: str
    services: tuple[str, ...]
    mark: str
    absent: bool = False
    subnets: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    private_dns: bool | None = None
    policy: Document | None = None
    tags: Mapping[str, str] | None = None
    purge_tags: bool = True


def desired_of(params: Mapping[str, Any]) -> Desired:
    """Return the desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    for option in ("services", "subnet_ids", "security_group_ids"):
        refuse_empty(option, params[option])
    network.refuse_blank_mark(params["mark"])
    try:
        policy = None if params["policy"] is None else parse(params["policy"])
    except PolicyError as error:
        raise InvalidInput(f"policy: {error}") from error
    tags = params["tags"]
    return Desired(
        vpc=params["vpc_id"],
        services=tuple(dict.fromkeys(params["services"])),
        mark=params["mark"],
        absent=params["state"] == "absent",
        subnets=_set_of(params["subnet_ids"]),
        groups=_set_of(params["security_group_ids"]),
        private_dns=params["private_dns"],
        policy=policy,
        tags=None if tags is None else {str(key): str(value) for key, value in tags.items()},
        purge_tags=params["purge_tags"],
    )


def _set_of(ids: Iterable[str] | None) -> frozenset[str] | None:
    return None if ids is None else frozenset(ids)


def status(endpoint: Endpoint) -> str:
    """Return the state of an endpoint; EC2's model and its answers differ in capitals."""
    return str(endpoint.get("State", "available")).lower()


def tags_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the tags of an endpoint."""
    found: dict[str, str] = boto3_tag_list_to_ansible_dict(endpoint.get("Tags", []))
    return found


def groups_of(endpoint: Endpoint) -> list[str]:
    """Return the ids of an endpoint's security groups."""
    return sorted(group["GroupId"] for group in endpoint.get("Groups", []))


def of_service(state: Mapping[str, Any], service: str) -> list[Endpoint]:
    """Return the VPC's interface endpoints to a service, the oldest first; what AWS makes for itself does not count."""
    found = [
        endpoint
        for endpoint in state["VpcEndpoints"]
        if endpoint_services.is_named(endpoint["ServiceName"], service)
        and status(endpoint) != "deleted"
        and not endpoint.get("RequesterManaged")
    ]
    return sorted(found, key=lambda endpoint: str(endpoint.get("CreationTimestamp", "")))


def own(state: Mapping[str, Any], desired: Desired, service: str) -> list[Endpoint]:
    """Return those that carry the mark."""
    return [endpoint for endpoint in of_service(state, service) if tags_of(endpoint).get(MARK) == desired.mark]


def own_to_others(state: Mapping[str, Any], desired: Desired) -> list[Endpoint]:
    """Return those that carry the mark, lead to services that are not named, and stay."""
    services = sorted({each["ServiceName"] for each in state["VpcEndpoints"]})
    others = [name for name in services if not any(map(partial(endpoint_services.is_named, name), desired.services))]
    found = [each for service in others for each in own(state, desired, service)]
    return [each for each in found if status(each) != "deleting"]


def lasting(state: Mapping[str, Any], desired: Desired, service: str) -> Endpoint | None:
    """Return the caller's own endpoint to a service that is not on its way out."""
    return next((each for each in own(state, desired, service) if status(each) != "deleting"), None)


def of_others(state: Mapping[str, Any], desired: Desired, service: str) -> list[Endpoint]:
    """Return those of others that serve, or soon will."""
    mine = own(state, desired, service)
    usable = [each for each in of_service(state, service) if status(each) not in _FAILED | {"deleting"}]
    return [each for each in usable if each not in mine]


def given(state: Mapping[str, Any], desired: Desired, service: str) -> Endpoint | None:
    """Return an endpoint of somebody else that is as wanted, so that no endpoint of the caller is needed."""
    return next((each for each in of_others(state, desired, service) if not differences(each, desired)), None)


def differences(endpoint: Endpoint, desired: Desired) -> dict[str, str]:
    """Return what of an endpoint is not as wanted, by option, each in words."""
    found = {}
    for option, has, wanted in (
        ("subnet_ids", frozenset(endpoint.get("SubnetIds", [])), desired.subnets),
        ("security_group_ids", frozenset(groups_of(endpoint)), desired.groups),
        ("private_dns", bool(endpoint.get("PrivateDnsEnabled")), desired.private_dns),
    ):
        if wanted is not None and has != wanted:
            found[option] = f"{option}: {_words(has)} -> {_words(wanted)}"
    if desired.policy is not None and not _same_policy(desired.policy, endpoint.get("PolicyDocument")):
        found["policy"] = "policy: the present one allows or denies something else"
    return found


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(sorted(value))


def _same_policy(wanted: Document, found: Held | None) -> bool:
    return found is not None and equivalent(wanted, found.document)


# A step is a Change, and whether it has to wait until AWS is done with an endpoint.
_Step = tuple[bool, Change]


def steps(state: Mapping[str, Any], desired: Desired) -> list[_Step]:
    """Return the Changes that bring the endpoints from what they are to what is desired; first those that need not wait.

    Raises:
        Refused: when an endpoint has failed, which no change and no waiting mends.
    """
    if desired.absent:
        return _deletion(state, desired)
    found = [step for service in desired.services for step in _steps_of(state, desired, service)]
    return sorted(found, key=lambda step: step[0])


def _deletion(state: Mapping[str, Any], desired: Desired) -> list[_Step]:
    going = [
        each for service in desired.services for each in own(state, desired, service) if status(each) != "deleting"
    ]
    if not going:
        return []
    request = {"VpcEndpointIds": sorted(endpoint["VpcEndpointId"] for endpoint in going)}
    names = ", ".join(sorted(endpoint["ServiceName"] for endpoint in going))
    return [(False, Change("DeleteVpcEndpoints", request, f"{names} should be absent", interrupts=True))]


def _steps_of(state: Mapping[str, Any], desired: Desired, service: str) -> Iterator[_Step]:
    endpoint = lasting(state, desired, service)
    if endpoint is None:
        if given(state, desired, service) is None:
            yield bool(own(state, desired, service)), _creation(state, desired, service)
        return
    if status(endpoint) in _FAILED:
        raise Refused(
            f"{endpoint['VpcEndpointId']} ({endpoint['ServiceName']}) is in state {status(endpoint)}: AWS could not create it. "
            "Check its subnets and your quota of interface endpoints, then delete it (state: absent) and create it again."
        )
    different = differences(endpoint, desired)
    if different:
        request = {"VpcEndpointId": endpoint["VpcEndpointId"], **_modification(endpoint, desired, different)}
        reason = f"{endpoint['ServiceName']}: {'; '.join(different.values())}"
        breaks = "RemoveSubnetIds" in request
        policy = _as_held(desired.policy)
        yield (
            status(endpoint) in _AT_WORK,
            Change("ModifyVpcEndpoint", request, reason, interrupts=breaks, value=policy),
        )
    for change in _tagging(endpoint, desired):
        yield False, change


def _creation(state: Mapping[str, Any], desired: Desired, service: str) -> Change:
    name = endpoint_services.name_of(state.get("Services", {}), service)
    optional = {
        "SubnetIds": sorted(desired.subnets or ()) or None,
        "SecurityGroupIds": sorted(desired.groups or ()) or None,
        "PrivateDnsEnabled": desired.private_dns,
        "PolicyDocument": None if desired.policy is None else json.dumps(desired.policy),
    }
    tags = {**(desired.tags or {}), MARK: desired.mark}
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": desired.vpc,
        "ServiceName": name,
        **{member: value for member, value in optional.items() if value is not None},
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": _to_api(tags)}],
    }
    reason = f"{name}: there is no such endpoint in {desired.vpc}"
    return Change("CreateVpcEndpoint", request, reason, value=_as_held(desired.policy))


def _as_held(policy: Document | None) -> Held | None:
    return None if policy is None else as_held(policy)


def _modification(endpoint: Endpoint, desired: Desired, different: Mapping[str, str]) -> dict[str, Any]:
    request: dict[str, Any] = {}
    for option, member, has, wanted in (
        ("subnet_ids", "SubnetIds", frozenset(endpoint.get("SubnetIds", [])), desired.subnets),
        ("security_group_ids", "SecurityGroupIds", frozenset(groups_of(endpoint)), desired.groups),
    ):
        if option in different and wanted is not None:
            sides = {f"Add{member}": sorted(wanted - has), f"Remove{member}": sorted(has - wanted)}
            request.update({name: ids for name, ids in sides.items() if ids})
    if "private_dns" in different:
        request["PrivateDnsEnabled"] = desired.private_dns
    if "policy" in different:
        request["PolicyDocument"] = json.dumps(desired.policy)
    return request


def _tagging(endpoint: Endpoint, desired: Desired) -> Iterator[Change]:
    wanted = {**(desired.tags or {}), MARK: desired.mark}
    purge = desired.purge_tags and desired.tags is not None
    to_set, to_unset = compare_aws_tags(tags_of(endpoint), wanted, purge)
    where = {"Resources": [endpoint["VpcEndpointId"]]}
    if to_set:
        yield Change("CreateTags", {**where, "Tags": _to_api(to_set)}, f"tags: set {', '.join(sorted(to_set))}")
    if to_unset:
        keys = sorted(to_unset)
        yield Change("DeleteTags", {**where, "Tags": [{"Key": key} for key in keys]}, f"tags: remove {', '.join(keys)}")


def _to_api(tags: Mapping[str, str]) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = ansible_dict_to_boto3_tag_list(dict(sorted(tags.items())))
    return listed


def after(state: Mapping[str, Any], change: Change) -> State:
    """Return the VPC's endpoints after a Change, as far as that is known beforehand."""
    request, endpoints = change.parameters, state["VpcEndpoints"]
    if change.operation == "CreateVpcEndpoint":
        return {**state, "VpcEndpoints": [*endpoints, _predicted(change)]}
    if change.operation == "DeleteVpcEndpoints":
        gone = request["VpcEndpointIds"]
        return {**state, "VpcEndpoints": [each for each in endpoints if each["VpcEndpointId"] not in gone]}
    ids = request.get("Resources") or [request["VpcEndpointId"]]
    changed = [_altered(each, change) if each["VpcEndpointId"] in ids else each for each in endpoints]
    return {**state, "VpcEndpoints": changed}


def _predicted(change: Change) -> dict[str, Any]:
    request, members = change.parameters, ("VpcEndpointType", "VpcId", "ServiceName", "SubnetIds")
    return {
        "VpcEndpointId": None,
        "State": "available",
        "PrivateDnsEnabled": request.get("PrivateDnsEnabled", True),
        "Groups": [{"GroupId": group} for group in request.get("SecurityGroupIds", [])],
        "Tags": request["TagSpecifications"][0]["Tags"],
        **{member: request[member] for member in members if member in request},
        **_policy_after(change),
    }


def _policy_after(change: Change) -> dict[str, Any]:
    return {"PolicyDocument": change.value} if "PolicyDocument" in change.parameters else {}


def _altered(endpoint: Endpoint, change: Change) -> dict[str, Any]:
    request, state = change.parameters, dict(endpoint)
    if change.operation == "CreateTags":
        tags = {**tags_of(endpoint), **boto3_tag_list_to_ansible_dict(request["Tags"])}
        return {**state, "Tags": _to_api(tags)}
    if change.operation == "DeleteTags":
        gone = {tag["Key"] for tag in request["Tags"]}
        return {**state, "Tags": [tag for tag in state["Tags"] if tag["Key"] not in gone]}
    kept = set(state.get("SubnetIds", [])) - set(request.get("RemoveSubnetIds", []))
    groups = set(groups_of(endpoint)) - set(request.get("RemoveSecurityGroupIds", []))
    state["SubnetIds"] = sorted(kept | set(request.get("AddSubnetIds", [])))
    state["Groups"] = [{"GroupId": each} for each in sorted(groups | set(request.get("AddSecurityGroupIds", [])))]
    private = {name: request[name] for name in ("PrivateDnsEnabled",) if name in request}
    return {**state, **private, **_policy_after(change)}


def problems(state: Mapping[str, Any], desired: Desired, changes: Sequence[Change]) -> Iterator[str]:
    """Yield what speaks against Changes that AWS would refuse, or accept to no use; each a sentence.

    Args:
        state: with the facts that `endpoint_services.read` has read.
        desired: what the user named.
        changes: the plan.
    """
    writes = [change for change in changes if change.operation in endpoint_services.NEED_FACTS]
    creations = [change for change in writes if change.operation == "CreateVpcEndpoint"]
    if creations and not desired.subnets:
        yield f"subnet_ids: got nothing; expected the subnets for the new endpoints to {_services_of(creations)}. Set subnet_ids."
    for change in writes:
        if change.parameters.get("PrivateDnsEnabled", change in creations):
            yield from _taken(state, desired, change)
    yield from endpoint_services.problems(state, desired.vpc, writes)


def _services_of(creations: Iterable[Change]) -> str:
    return ", ".join(change.parameters["ServiceName"] for change in creations)


def _taken(state: Mapping[str, Any], desired: Desired, change: Change) -> Iterator[str]:
    """Another endpoint that has the service's host name."""
    endpoints = {each["VpcEndpointId"]: each for each in state["VpcEndpoints"]}
    request = change.parameters
    service = request.get("ServiceName") or endpoints[request["VpcEndpointId"]]["ServiceName"]
    for other in of_others(state, desired, service):
        if other.get("PrivateDnsEnabled") and other["VpcEndpointId"] != request.get("VpcEndpointId"):
            yield (
                f"private_dns: got true, but {other['VpcEndpointId']} has the private DNS name of {service} in {desired.vpc}; expected no "
                f"other endpoint with it, since a VPC accepts one. That endpoint is not the caller's own (its tag {MARK} is not "
                f"{desired.mark}) and differs ({'; '.join(differences(other, desired).values())}). Change or delete it, ask for an "
                "endpoint with the same settings, or set private_dns to false."
            )


@dataclass(frozen=True)
class InterfaceEndpoints(Unexplained):
    """A VPC's interface endpoints to some services, with what is desired of them.

    Attributes:
        token: makes EC2 take a repeated request for the same one.
        facts: what was read once because something will be created or modified.
    """

    api: Api
    desired: Desired
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What they are, for a person."""
        return f"the interface endpoints of {self.desired.vpc} to {', '.join(self.desired.services)}"

    def observe(self) -> State | None:
        """DescribeVpcEndpoints; and, where something will be created or modified, what that needs to be right."""
        filters = {"vpc-id": self.desired.vpc, "vpc-endpoint-type": "Interface"}
        request = {"Filters": [{"Name": name, "Values": [value]} for name, value in filters.items()]}
        state: State = {
            "VpcEndpoints": [*map(_read, self.api.read_all("DescribeVpcEndpoints", request, "VpcEndpoints"))]
        }
        planned = {change.operation for change in self.plan(state)}
        if not self.facts and planned & endpoint_services.NEED_FACTS:
            wanted = self.desired
            ids = (sorted(wanted.subnets or ()), sorted(wanted.groups or ()))
            self.facts.update(endpoint_services.read(self.api, wanted.vpc, wanted.services, *ids))
        return {**state, **self.facts}

    def plan(self, current: State | None) -> list[Change]:
        """See `steps` of this module."""
        return [change for _blocked, change in steps(current or {"VpcEndpoints": []}, self.desired)]

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current or {"VpcEndpoints": []}, change)

    def transition(self, current: State | None) -> str | None:
        """Return what AWS is doing, unless something can be sent meanwhile."""
        state = current or {"VpcEndpoints": []}
        ours = [each for service in self.desired.services for each in own(state, self.desired, service)]
        at_work = [status(each) for each in ours if status(each) in _AT_WORK]
        if not at_work or any(not blocked for blocked, _change in steps(state, self.desired)):
            return None
        return at_work[0]

    def usual(self, change: Change) -> float | None:
        """Return the seconds that AWS usually takes for a Change."""
        return usual(change.operation)

    def leaving(self, current: State | None) -> bool:
        """Return each endpoint leaves for itself; see `steps`."""
        del current
        return False

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `problems` of this module.

        Raises:
            InvalidInput: with every problem.
        """
        found = list(dict.fromkeys(problems(current or {"VpcEndpoints": []}, self.desired, changes)))
        if found:
            raise InvalidInput(f"{' '.join(found)} Nothing was changed.")

    def send(self, change: Change) -> None:
        """Carry out one Change.

        Raises:
            ApiError: what AWS answered; of several endpoints, for the first that it did not delete.
        """
        request = change.parameters
        if change.operation == "CreateVpcEndpoint":
            request = {**request, "ClientToken": str(uuid.uuid5(self.token, request["ServiceName"]))}
        answer = self.api.write(change.operation, request)
        for failure in answer.get("Unsuccessful", []):
            code, text = failure["Error"]["Code"], failure["Error"]["Message"]
            if not code.endswith(".NotFound"):
                raise ApiError(change.operation, code, f"{failure.get('ResourceId', '')}: {text}")

    def report(self, state: State | None) -> dict[str, Any]:
        """The caller's own endpoints, or those of others that are as wanted, in the order of the services; and other own ones."""
        found, desired = state or {"VpcEndpoints": []}, self.desired
        seen = [(service, _reported(found, desired, service)) for service in desired.services]
        others = own_to_others(found, desired)
        return {
            "endpoints": [_shown(each, service, desired) for service, each in seen if each is not None],
            "other_endpoints": [_shown(each, each["ServiceName"].rpartition(".")[2], desired) for each in others],
        }


def _read(endpoint: Endpoint) -> Endpoint:
    """An endpoint of the API's, with its policy (a `Held`, or None) in the place of the text."""
    text = endpoint.get("PolicyDocument")
    return {**endpoint, "PolicyDocument": held(text) if text else None}


def _reported(state: Mapping[str, Any], desired: Desired, service: str) -> Endpoint | None:
    """Return the endpoint that serves as wanted; or with the desire for none, the one that is still there."""
    if desired.absent:
        return next(iter(own(state, desired, service)), None)
    return lasting(state, desired, service) or given(state, desired, service)


def _shown(endpoint: Endpoint, service: str, desired: Desired) -> dict[str, Any]:
    policy: Held | None = endpoint.get("PolicyDocument")
    return {
        "service": service,
        "service_name": endpoint["ServiceName"],
        "vpc_endpoint_id": endpoint["VpcEndpointId"],
        "vpc_id": endpoint["VpcId"],
        "state": status(endpoint),
        "own": tags_of(endpoint).get(MARK) == desired.mark,
        "private_dns_enabled": bool(endpoint.get("PrivateDnsEnabled")),
        "dns_names": [entry["DnsName"] for entry in endpoint.get("DnsEntries", []) if entry.get("DnsName")],
        "subnet_ids": sorted(endpoint.get("SubnetIds", [])),
        "security_group_ids": groups_of(endpoint),
        "network_interface_ids": sorted(endpoint.get("NetworkInterfaceIds", [])),
        "policy": policy.content if policy else None,
        "tags": tags_of(endpoint),
    }


def build(api: Api, params: Mapping[str, Any]) -> InterfaceEndpoints:
    """Return the endpoints from a module's options.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    return InterfaceEndpoints(api, desired_of(params))
