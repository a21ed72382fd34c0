# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workgroup: observed, planned and predicted.

Facts: API reference of CreateWorkgroup, UpdateWorkgroup and Workgroup. The service takes one member per UpdateWorkgroup (but see
capacity.py for the one pair), refuses an update that changes nothing, and refuses every update while another one runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import ApiError, InvalidInput, NotFound, Refused
from .._core.shapes import check_request, complete, named_members, options_of, result
from .._ec2.subnets import Placement
from .._probe.hostname import DEFAULT_PORT
from . import capacity, config_parameters, tags
from .listing import Listing
from .placement import checked_ids, placement_of
from .standing import Standing

# Which option of the module gives which member of CreateWorkgroup.
OPTIONS: Mapping[str, str] = {
    "name": "workgroupName",
    "namespace": "namespaceName",
    "base_capacity": "baseCapacity",
    "config_parameters": "configParameters",
    "enhanced_vpc_routing": "enhancedVpcRouting",
    "extra_compute_for_automatic_optimization": "extraComputeForAutomaticOptimization",
    "ip_address_type": "ipAddressType",
    "max_capacity": "maxCapacity",
    "port": "port",
    "price_performance_target": "pricePerformanceTarget",
    "publicly_accessible": "publiclyAccessible",
    "security_group_ids": "securityGroupIds",
    "subnet_ids": "subnetIds",
    "track_name": "trackName",
}
_OPTION_OF = options_of(OPTIONS)

# "Redshift Serverless runs in a VPC within the port ranges 5431-5455 and 8191-8215" (management guide).
PORTS = (range(5431, 5456), range(8191, 8216))

# What the API leaves out, or shows only after a while, where it has its documented default.
DEFAULTS: Mapping[str, Any] = {
    "enhancedVpcRouting": False,
    "ipAddressType": "ipv4",
    "publiclyAccessible": False,
    "trackName": "current",
}

# Changing the first two moves or closes the address that open connections use (inferred: AWS says it of restarts only). Of the
# base capacity the management guide says that changing it "might cancel some of the queries".
_INTERRUPTING = frozenset({"port", "subnetIds", "baseCapacity"})
_ID_PREFIXES: Mapping[str, str] = {"securityGroupIds": "sg", "subnetIds": "subnet"}


def argument_spec() -> dict[str, Any]:
    """Return the options that only a workgroup has, as AnsibleModule takes them."""
    target = {"status": {"type": "str", "choices": ["ENABLED", "DISABLED"]}, "level": {"type": "int"}}
    return {
        "name": {"type": "str", "required": True, "aliases": ["workgroup_name"]},
        "namespace": {"type": "str", "aliases": ["namespace_name"]},
        "config_parameters": {"type": "dict"},
        "port": {"type": "int"},
        "publicly_accessible": {"type": "bool"},
        "enhanced_vpc_routing": {"type": "bool"},
        "extra_compute_for_automatic_optimization": {"type": "bool"},
        "security_group_ids": {"type": "list", "elements": "str"},
        "subnet_ids": {"type": "list", "elements": "str"},
        "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack"]},
        "base_capacity": {"type": "int"},
        "max_capacity": {"type": "int"},
        "price_performance_target": {"type": "dict", "options": target},
        "track_name": {"type": "str"},
        "check_subnets": {"type": "bool", "default": True},
        "allow_restart": {"type": "bool", "default": True},
        "allow_permanent_change": {"type": "bool", "default": False},
    }


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        members: the named members in the API's spelling, config parameters as a dictionary.
        absent: the workgroup should not exist.
        tags: the wanted tags, None to leave them alone.
        purge_tags: take away tags that are not wanted.
        allow_restart: whether the workgroup may restart.
        allow_permanent_change: whether what AWS never takes back may be set for the first time.
    """

    members: Mapping[str, Any]
    absent: bool = False
    tags: Mapping[str, Any] | None = None
    purge_tags: bool = True
    allow_restart: bool = True
    allow_permanent_change: bool = False


def desired_of(params: Mapping[str, Any]) -> Desired:
    """Return the desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    members = named_members(params, OPTIONS)
    if "configParameters" in members:
        members["configParameters"] = config_parameters.convert(members["configParameters"])
    named = {key: value for key, value in members.pop(capacity.TARGET, {}).items() if value is not None}
    if named:
        members[capacity.TARGET] = named
    for member, prefix in _ID_PREFIXES.items():
        if member in members:
            members[member] = checked_ids(_OPTION_OF[member], prefix, members[member])
    _check_members(members)
    return Desired(
        members=members,
        absent=params["state"] == "absent",
        tags=params.get("tags"),
        purge_tags=params["purge_tags"],
        allow_restart=params["allow_restart"],
        allow_permanent_change=bool(params.get("allow_permanent_change")),
    )


def _check_members(members: Mapping[str, Any]) -> None:
    port = members.get("port")
    if port is not None and not any(port in ports for ports in PORTS):
        ranges = " or ".join(f"{ports[0]}-{ports[-1]}" for ports in PORTS)
        raise InvalidInput(f"port: got {port}; expected {ranges}. AWS uses {DEFAULT_PORT} for a new workgroup.")
    capacity.check(members)


def observe(api: Api, name: str) -> State | None:
    """Read a workgroup, config parameters as a dictionary; None when there is none (GetWorkgroup)."""
    try:
        return from_api(api.read("GetWorkgroup", {"workgroupName": name}, "workgroup"))
    except NotFound:
        return None


def listing(api: Api) -> Listing:
    """Looks at several workgroups of the caller's account (ListWorkgroups)."""

    def everything() -> dict[str, State]:
        found = api.read_all("ListWorkgroups", {}, "workgroups")
        return {entry["workgroupName"]: from_api(entry) for entry in found}

    return Listing(partial(observe, api), everything)


def from_api(workgroup: Mapping[str, Any]) -> State:
    """Return a workgroup of the API's as this collection holds it."""
    state = {**DEFAULTS, **workgroup}
    state["configParameters"] = config_parameters.from_api(workgroup.get("configParameters", []))
    state.setdefault("endpoint", {})
    return state


def port_of(state: Mapping[str, Any]) -> int:
    """Return the port that the workgroup listens on; the API shows it in the endpoint, the member `port` is often absent."""
    return int((state.get("endpoint") or {}).get("port") or state.get("port") or DEFAULT_PORT)


def plan(current: State | None, desired: Desired, name: str) -> list[Change]:
    """Return the Changes that bring a workgroup from what it is to what is desired."""
    if desired.absent:
        if current is None or current.get("status") == "DELETING":
            return []
        return [Change("DeleteWorkgroup", {"workgroupName": name}, "the workgroup should be absent", interrupts=True)]
    if current is None:
        creation = _creation(desired, name)
        return [creation, *_updates(created(creation.parameters), desired, name)]
    return _updates(current, desired, name)


def _creation(desired: Desired, name: str) -> Change:
    request = {**desired.members, "workgroupName": name}
    # A new workgroup has none of the limits that should be removed, but for AWS's default ones, which an update removes.
    parameters = config_parameters.merged({}, desired.members.get("configParameters", {}))
    if parameters.get(config_parameters.REQUIRE_SSL) == "false":
        # AWS refuses it here: "To disable require_ssl, update the workgroup after creation."
        del parameters[config_parameters.REQUIRE_SSL]
    request.pop("configParameters", None)
    if parameters:
        request["configParameters"] = config_parameters.to_api(parameters)
    request = capacity.for_creation(request)
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    return Change("CreateWorkgroup", request, "there is no such workgroup")


def _updates(current: State, desired: Desired, name: str) -> list[Change]:
    changes = [_update(current, step, name) for step in _steps(current, desired.members)]
    if desired.tags is not None:
        changes += tags.changes(current.get("workgroupArn"), current.get("tags", {}), desired.tags, desired.purge_tags)
    return changes


def _steps(current: State, members: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the members of each UpdateWorkgroup, in an order that never exposes more than asked on the way.

    The door to the internet is closed first and opened last; encryption comes before everything that lets more clients in.
    """
    for member, value in _differences(current, members):
        yield {member: value}
    yield from capacity.steps(current, members)
    if members.get("publiclyAccessible") and not current["publiclyAccessible"]:
        yield {"publiclyAccessible": True}


def _differences(current: State, members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each member to update by itself with its value; capacity and public access are the caller's."""
    if members.get("publiclyAccessible") is False and current["publiclyAccessible"]:
        yield "publiclyAccessible", False
    altered = config_parameters.differences(current["configParameters"], members.get("configParameters", {}))
    for step in config_parameters.steps(altered):
        yield "configParameters", step
    for member in ("securityGroupIds", "subnetIds"):
        if member in members and set(members[member]) != set(current.get(member, [])):
            yield member, sorted(set(members[member]))
    extra = "extraComputeForAutomaticOptimization"
    present = {
        "enhancedVpcRouting": current.get("enhancedVpcRouting"),
        "ipAddressType": current.get("ipAddressType"),
        "port": port_of(current),
        "trackName": track_of(current),
        extra: bool(current.get(extra)),
    }
    for member, has in present.items():
        if member in members and members[member] != has:
            yield member, members[member]


def track_of(state: State) -> str | None:
    """The track that was last asked for: AWS applies it with the track's next release, and shows it as pending until then."""
    return state.get("pendingTrackName") or state.get("trackName")


def _update(current: State, step: Mapping[str, Any], name: str) -> Change:
    restarting: list[str] = []
    sent = dict(step)
    if "configParameters" in step:
        restarting = config_parameters.restarting(step["configParameters"])
        sent["configParameters"] = config_parameters.to_api(step["configParameters"])
    closing = step.get("publiclyAccessible") is False
    return Change(
        "UpdateWorkgroup",
        {"workgroupName": name, **sent},
        "; ".join(_reason(current, member, value) for member, value in step.items()),
        interrupts=bool(restarting) or closing or not _INTERRUPTING.isdisjoint(step),
        restarts=bool(restarting),
    )


def _reason(current: State, member: str, value: Any) -> str:
    if member == "configParameters":
        has = current["configParameters"]
        return "; ".join(
            f"{key}: {has.get(key, 'unset')} -> {'removed' if new == config_parameters.REMOVED else new}"
            for key, new in sorted(value.items())
        )
    was = port_of(current) if member == "port" else current.get(member)
    if isinstance(was, list):
        was = sorted(was)
    if member == "trackName":
        was = track_of(current)
    return f"{_OPTION_OF[member]}: {'unset' if was is None else was} -> {value}"


def after(current: State | None, change: Change) -> State | None:
    """Return the workgroup after a Change, as far as that is known beforehand; unknown members are None."""
    if change.operation == "DeleteWorkgroup":
        return None
    if change.operation == "CreateWorkgroup":
        return created(change.parameters)
    state = dict(current or {})
    if change.operation != "UpdateWorkgroup":
        return tags.after(state, change)
    for member, value in change.parameters.items():
        state = _updated(state, member, value)
    return state


def _updated(state: State, member: str, value: Any) -> State:
    """The workgroup after an update of one member; most are shown as they were sent."""
    if member == capacity.LIMIT and value == capacity.NO_LIMIT:
        return {name: has for name, has in state.items() if name != member}
    shown = {member: value}
    if member == "configParameters":
        shown = {member: config_parameters.merged(state.get(member, {}), config_parameters.from_api(value))}
    elif member == "port":
        shown = {"endpoint": {**state.get("endpoint", {}), "port": value}}
    elif member == capacity.TARGET:
        shown = capacity.updated(value)
    elif member == "trackName":
        shown = {"pendingTrackName": None if value == state.get(member) else value}
    return {**state, **shown}


def created(request: Mapping[str, Any]) -> State:
    """Return the workgroup that a CreateWorkgroup gives."""
    state: State = {**DEFAULTS, "status": "AVAILABLE", **request, **capacity.created(request)}
    parameters = config_parameters.from_api(request.get("configParameters", []))
    state["configParameters"] = {
        config_parameters.REQUIRE_SSL: "true",
        **config_parameters.DEFAULT_LIMITS,
        **parameters,
    }
    state["endpoint"] = {"address": None, "port": request.get("port", DEFAULT_PORT), "vpcEndpoints": []}
    state["tags"] = {tag["key"]: tag["value"] for tag in request.get("tags", [])}
    return state


def refuse(current: State | None, changes: Sequence[Change], desired: Desired, label: str) -> None:
    """Refuse what must not be carried out, before the first write.

    Raises:
        Refused: a restart that is not allowed, or a member that can't be changed.
        InvalidInput: an unknown config parameter, or a capacity that contradicts the present one.
    """
    if desired.absent:
        return
    known = current["configParameters"] if current else {}
    wanted = desired.members.get("configParameters", {})
    config_parameters.refuse_unknown(wanted, known)
    config_parameters.refuse_against(known, wanted)
    config_parameters.refuse_permanent(known, wanted, desired.allow_permanent_change, label)
    if current is None:
        if "namespaceName" not in desired.members:
            raise InvalidInput(
                f"namespace: got nothing, but {label} does not exist; expected the namespace to create it in. Set namespace."
            )
        capacity.refuse_creation(desired.members)
    else:
        _refuse_existing(current, desired.members, label)
    from .._core.plan import refuse_restart  # workgroup_info plans nothing

    refuse_restart(label, changes, desired.allow_restart)


def _refuse_existing(current: State, members: Mapping[str, Any], label: str) -> None:
    namespace = members.get("namespaceName", current.get("namespaceName"))
    if namespace != current.get("namespaceName"):
        raise Refused(
            f"namespace: got {namespace!r}; expected {current.get('namespaceName')!r}, to which {label} belongs. A workgroup can't "
            "be moved. Correct the name, or delete the workgroup and create it again."
        )
    capacity.refuse(current, members, label)


@dataclass
class Workgroup(Standing):
    """A workgroup with what is desired of it.

    Attributes:
        check_placement: refuses subnets and security groups that can't be right; None to let AWS decide.
        explain_private: tells what a workgroup of some name lacks on the way to the internet, None when nothing is known to be.
        listing: looks that it shares with others; None to look alone.
    """

    kind: ClassVar[str] = "workgroup"
    desired: Desired
    check_placement: Callable[[Placement], None] | None = None
    explain_private: Callable[[str], str | None] | None = None
    listing: Listing | None = None

    def read(self) -> State | None:
        """See `observe` of this module."""
        return self.listing.read(self.name) if self.listing else observe(self.api, self.name)

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        return plan(current, self.desired, self.name)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `refuse` of this module."""
        refuse(current, changes, self.desired, self.label)
        placement = placement_of(current, changes)
        if placement and self.check_placement:
            self.check_placement(placement)

    def explain(self, change: Change) -> str | None:
        """Why AWS accepted a Change and does not show it: public access without a way to the internet is silently not given."""
        if not change.parameters.get("publiclyAccessible") or not self.explain_private:
            return None
        missing = self.explain_private(self.name)
        return missing and f"publicly_accessible: got true; AWS accepted it and left {self.label} private. {missing}"

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        try:
            self.api.write(change.operation, change.parameters)
        except ApiError as error:
            raise _explain(error, change, self.api.region) from error

    def report(self, state: State | None) -> dict[str, Any]:
        """Return the workgroup as the module returns it."""
        return {"workgroup": shown(self.api, state)}


def _explain(error: ApiError, change: Change, region: str) -> ApiError | InvalidInput:
    """Return what AWS refused in words of the options, where its own words name none."""
    if error.code == "Ipv6CidrBlockNotFoundException":
        return InvalidInput(
            f"ip_address_type: got dualstack; expected an IPv6 CIDR block on the VPC and on each subnet of the workgroup. {error.text}"
        )
    if change.operation == "CreateWorkgroup" and isinstance(error, NotFound):
        return InvalidInput(
            f"namespace: got {change.parameters['namespaceName']!r}; expected a namespace in Region {region}. Creating the workgroup failed: "
            f"{error.text} Create the namespace first (module redshift.serverless.namespace), or correct its name."
        )
    return error


def build(
    api: Api,
    params: Mapping[str, Any],
    check_placement: Callable[[Placement], None] | None = None,
    explain_private: Callable[[str], str | None] | None = None,
) -> Workgroup:
    """A workgroup from a module's options.

    Args:
        api: the service.
        params: the options.
        check_placement: see Workgroup.
        explain_private: see Workgroup.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    request = {member: value for member, value in desired.members.items() if member != "configParameters"}
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    check_request(api.model, "CreateWorkgroup", request, {**_OPTION_OF, "tags": "tags"}, botocore_version())
    check = check_placement if params["check_subnets"] else None
    return Workgroup(api, params["name"], desired, check_placement=check, explain_private=explain_private)


def shown(api: Api, state: State | None) -> dict[str, Any] | None:
    """Return a workgroup as results show it: every member of the API's shape, snake_case; tags only when they were read."""
    if state is None:
        return None
    full = complete(api.model, "Workgroup", state)
    full["endpoint"] = complete(api.model, "Endpoint", full.get("endpoint") or {})
    full["port"] = port_of(state)
    if full.get(capacity.TARGET):
        full[capacity.TARGET] = complete(api.model, "PerformanceTarget", full[capacity.TARGET])
    return result(full, "tags", "configParameters")
