# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workgroup: observed, planned and predicted.

Facts: API reference of CreateWorkgroup, UpdateWorkgroup and Workgroup. The service takes one member per UpdateWorkgroup,
refuses an update that changes nothing, and refuses every update while another one runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import ApiError, InvalidInput, NotFound, Refused
from .._core.plan import refuse_restart
from .._core.shapes import check_request, complete, result
from . import config_parameters, tags
from .listing import Listing
from .standing import Standing

# Which option of the module gives which member of CreateWorkgroup.
OPTIONS: Mapping[str, str] = {
    "name": "workgroupName",
    "namespace": "namespaceName",
    "base_capacity": "baseCapacity",
    "config_parameters": "configParameters",
    "enhanced_vpc_routing": "enhancedVpcRouting",
    "ip_address_type": "ipAddressType",
    "max_capacity": "maxCapacity",
    "port": "port",
    "price_performance_target": "pricePerformanceTarget",
    "publicly_accessible": "publiclyAccessible",
    "security_group_ids": "securityGroupIds",
    "subnet_ids": "subnetIds",
    "track_name": "trackName",
}
_OPTION_OF = {member: option for option, member in OPTIONS.items()}

# "Redshift Serverless runs in a VPC within the port ranges 5431-5455 and 8191-8215" (management guide).
PORTS = (range(5431, 5456), range(8191, 8216))
DEFAULT_PORT = 5439

# What the API leaves out, or shows only after a while, where it has its documented default.
DEFAULTS: Mapping[str, Any] = {
    "enhancedVpcRouting": False,
    "ipAddressType": "ipv4",
    "publiclyAccessible": False,
    "trackName": "current",
}

# Changing these moves or closes the address that open connections use (inferred: AWS says it of restarts only).
_INTERRUPTING = frozenset({"port", "subnetIds"})
_NO_LIMIT = -1


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        members: the named members in the API's spelling, config parameters as a dictionary.
        absent: the workgroup is to be gone.
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
    """The desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    members = {member: params[option] for option, member in OPTIONS.items() if params.get(option) is not None}
    if "configParameters" in members:
        members["configParameters"] = config_parameters.convert(members["configParameters"])
    target = {key: value for key, value in (params.get("price_performance_target") or {}).items() if value is not None}
    if target:
        members["pricePerformanceTarget"] = target
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
        ranges = " or ".join(f"{ports[0]} to {ports[-1]}" for ports in PORTS)
        raise InvalidInput(f"port: {port} was given, expected is a port from {ranges} (the default is {DEFAULT_PORT}).")
    for member in ("securityGroupIds", "subnetIds"):
        if members.get(member) == []:
            raise InvalidInput(
                f"{_OPTION_OF[member]}: the list is empty. Name at least one id, or leave the option out."
            )
    base, most = members.get("baseCapacity"), members.get("maxCapacity", _NO_LIMIT)
    if base is not None and most != _NO_LIMIT and base > most:
        raise InvalidInput(f"base_capacity: {base} was given, expected is at most max_capacity ({most}).")
    if base is not None and members.get("pricePerformanceTarget", {}).get("status") == "ENABLED":
        raise InvalidInput(
            "base_capacity: it can't be set together with price_performance_target.status ENABLED, which lets AWS choose "
            "the capacity. Leave one of the two out, or set the status to DISABLED."
        )


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
    """A workgroup of the API's as this collection holds it."""
    state = {**DEFAULTS, **workgroup}
    state["configParameters"] = config_parameters.from_api(workgroup.get("configParameters", []))
    state.setdefault("endpoint", {})
    return state


def port_of(state: State) -> int:
    """The port that the workgroup listens on; the API shows it in the endpoint, the member `port` is often absent."""
    return int(state.get("endpoint", {}).get("port") or state.get("port") or DEFAULT_PORT)


def plan(current: State | None, desired: Desired, name: str) -> list[Change]:
    """The Changes that bring a workgroup from what it is to what is desired."""
    if desired.absent:
        if current is None or current.get("status") == "DELETING":
            return []
        return [Change("DeleteWorkgroup", {"workgroupName": name}, "the workgroup is to be absent", interrupts=True)]
    if current is None:
        creation = _creation(desired, name)
        return [creation, *_updates(created(creation.parameters), desired, name)]
    return _updates(current, desired, name)


def _creation(desired: Desired, name: str) -> Change:
    request = {**desired.members, "workgroupName": name}
    # A new workgroup has none of the limits that are to be removed, but for AWS's default ones, which an update removes.
    parameters = config_parameters.merged({}, desired.members.get("configParameters", {}))
    if parameters.get(config_parameters.REQUIRE_SSL) == "false":
        # AWS refuses it here: "To disable require_ssl, update the workgroup after creation."
        del parameters[config_parameters.REQUIRE_SSL]
    request.pop("configParameters", None)
    if parameters:
        request["configParameters"] = config_parameters.to_api(parameters)
    if request.get("maxCapacity") == _NO_LIMIT:
        del request["maxCapacity"]
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    return Change("CreateWorkgroup", request, "there is no such workgroup")


def _updates(current: State, desired: Desired, name: str) -> list[Change]:
    changes = [_update(current, member, value, name) for member, value in _differences(current, desired.members)]
    if desired.tags is not None:
        changes += tags.changes(current.get("workgroupArn"), current.get("tags", {}), desired.tags, desired.purge_tags)
    return changes


def _differences(current: State, members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each member to update with its value, in an order that never exposes more than asked on the way.

    The door to the internet is closed first and opened last; encryption comes before everything that lets more clients in.
    """
    public = members.get("publiclyAccessible")
    if public is False and current["publiclyAccessible"]:
        yield "publiclyAccessible", False
    altered = config_parameters.differences(current["configParameters"], members.get("configParameters", {}))
    for step in config_parameters.steps(altered):
        yield "configParameters", step
    for member in ("securityGroupIds", "subnetIds"):
        if member in members and set(members[member]) != set(current.get(member, [])):
            yield member, sorted(set(members[member]))
    for member in ("enhancedVpcRouting", "ipAddressType"):
        if member in members and members[member] != current.get(member):
            yield member, members[member]
    if "port" in members and members["port"] != port_of(current):
        yield "port", members["port"]
    yield from _capacity_differences(current, members)
    if "trackName" in members and members["trackName"] != current.get("trackName"):
        yield "trackName", members["trackName"]
    if public and not current["publiclyAccessible"]:
        yield "publiclyAccessible", True


def _capacity_differences(current: State, members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Capacity in an order that AWS takes: base never above max, and base only without a price-performance target."""
    target, has_target = members.get("pricePerformanceTarget", {}), current.get("pricePerformanceTarget", {})
    new_target = (
        {**has_target, **target} if any(has_target.get(key) != value for key, value in target.items()) else None
    )
    base, has_base = members.get("baseCapacity"), current.get("baseCapacity", _NO_LIMIT)
    most, has_most = members.get("maxCapacity"), current.get("maxCapacity", _NO_LIMIT)
    steps: list[tuple[str, Any]] = []
    if base is not None and base != has_base:
        steps.append(("baseCapacity", base))
    if most is not None and most != has_most:
        # Raised before the base is raised above it, otherwise after.
        first = base is not None and has_most != _NO_LIMIT and base > has_most
        steps.insert(0 if first else len(steps), ("maxCapacity", most))
    if new_target is not None:
        # Off before the base is set; on after it, unless a lower limit needs the base out of the way.
        lowered = most is not None and most < has_base
        first = new_target.get("status") == "DISABLED" or lowered
        steps.insert(0 if first else len(steps), ("pricePerformanceTarget", new_target))
    yield from steps


def _update(current: State, member: str, value: Any, name: str) -> Change:
    restarting: list[str] = []
    sent = value
    if member == "configParameters":
        restarting = config_parameters.restarting(value)
        sent = config_parameters.to_api(value)
    closing = member == "publiclyAccessible" and not value
    return Change(
        "UpdateWorkgroup",
        {"workgroupName": name, member: sent},
        _reason(current, member, value),
        interrupts=bool(restarting) or closing or member in _INTERRUPTING,
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
    return f"{_OPTION_OF[member]}: {'unset' if was is None else was} -> {value}"


def after(current: State | None, change: Change) -> State | None:
    """The workgroup after a Change, as far as that is known beforehand; unknown members are None."""
    if change.operation == "DeleteWorkgroup":
        return None
    if change.operation == "CreateWorkgroup":
        return created(change.parameters)
    state = dict(current or {})
    if change.operation != "UpdateWorkgroup":
        return tags.after(state, change)
    for member, value in change.parameters.items():
        if member == "configParameters":
            state[member] = config_parameters.merged(state.get(member, {}), config_parameters.from_api(value))
        elif member == "port":
            state["endpoint"] = {**state.get("endpoint", {}), "port": value}
        elif member == "maxCapacity" and value == _NO_LIMIT:
            state.pop(member, None)
        else:
            state[member] = value
    return state


def created(request: Mapping[str, Any]) -> State:
    """The workgroup that a CreateWorkgroup gives."""
    state: State = {**DEFAULTS, "status": "AVAILABLE", **request}
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
            raise InvalidInput(f"namespace: {label} does not exist, and creating it needs the name of its namespace.")
    else:
        _refuse_existing(current, desired.members, label)
    refuse_restart(label, changes, desired.allow_restart)


def _refuse_existing(current: State, members: Mapping[str, Any], label: str) -> None:
    namespace = members.get("namespaceName", current.get("namespaceName"))
    if namespace != current.get("namespaceName"):
        raise Refused(
            f"namespace: {label} belongs to namespace {current.get('namespaceName')!r} and can't be moved to "
            f"{namespace!r}. Name its own namespace, or delete the workgroup and create it anew."
        )
    base, most = members.get("baseCapacity"), members.get("maxCapacity")
    has_base, has_most = current.get("baseCapacity", _NO_LIMIT), current.get("maxCapacity", _NO_LIMIT)
    if base is not None and most is None and has_most != _NO_LIMIT and base > has_most:
        raise InvalidInput(
            f"base_capacity: {base} is above the present max_capacity ({has_most}). Raise max_capacity too."
        )
    chosen_by_aws = members.get("pricePerformanceTarget", {}).get("status") == "ENABLED"
    if most not in (None, _NO_LIMIT) and base is None and most < has_base and not chosen_by_aws:
        raise InvalidInput(
            f"max_capacity: {most} is below the present base_capacity ({has_base}). Lower base_capacity too."
        )
    target = {**current.get("pricePerformanceTarget", {}), **members.get("pricePerformanceTarget", {})}
    if base is not None and base != has_base and target.get("status") == "ENABLED":
        raise Refused(
            f"base_capacity: {label} has a price-performance target, which lets AWS choose the capacity. "
            "Set price_performance_target.status to DISABLED to set the capacity yourself."
        )


@dataclass
class Workgroup(Standing):
    """A workgroup with what is desired of it.

    Attributes:
        check_subnets: refuses subnets that can't be right, given their ids and the base capacity; None to let AWS decide.
        listing: looks that it shares with others; None to look alone.
    """

    kind: ClassVar[str] = "workgroup"
    desired: Desired
    check_subnets: Callable[[Sequence[str], int | None], None] | None = None
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
        moved = [change.parameters["subnetIds"] for change in changes if "subnetIds" in change.parameters]
        if moved and self.check_subnets:
            base = self.desired.members.get("baseCapacity", (current or {}).get("baseCapacity"))
            self.check_subnets(moved[0], base)

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        try:
            self.api.write(change.operation, change.parameters)
        except ApiError as error:
            raise _explain(error, change, self.api.region) from error

    def report(self, state: State | None) -> dict[str, Any]:
        """The workgroup as the module returns it."""
        return {"workgroup": shown(self.api, state)}


def _explain(error: ApiError, change: Change, region: str) -> ApiError | InvalidInput:
    """What AWS refused in words of the options, where its own words name none."""
    if error.code == "Ipv6CidrBlockNotFoundException":
        return InvalidInput(
            f"ip_address_type: dualstack needs an IPv6 CIDR block on the VPC and on each subnet of the workgroup. {error.text}"
        )
    if change.operation == "CreateWorkgroup" and isinstance(error, NotFound):
        return InvalidInput(
            f"namespace: creating the workgroup in namespace {change.parameters['namespaceName']!r} of {region} failed: "
            f"{error.text} Create the namespace first (module redshift.serverless.namespace), or correct its name."
        )
    return error


def build(
    api: Api, params: Mapping[str, Any], check_subnets: Callable[[Sequence[str], int | None], None] | None = None
) -> Workgroup:
    """A workgroup from a module's options.

    Args:
        api: the service.
        params: the options.
        check_subnets: see Workgroup.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    request = {member: value for member, value in desired.members.items() if member != "configParameters"}
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    check_request(api.model, "CreateWorkgroup", request, {**_OPTION_OF, "tags": "tags"}, botocore_version())
    return Workgroup(api, params["name"], desired, check_subnets=check_subnets if params["check_subnets"] else None)


def shown(api: Api, state: State | None) -> dict[str, Any] | None:
    """A workgroup as results show it: every member of the API's shape, snake_case; tags only when they were read."""
    if state is None:
        return None
    full = complete(api.model, "Workgroup", state)
    full["endpoint"] = complete(api.model, "Endpoint", full.get("endpoint") or {})
    full["port"] = port_of(state)
    return result(full, "tags", "configParameters")
