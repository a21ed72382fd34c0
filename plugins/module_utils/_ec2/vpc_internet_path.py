# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What leads from the internet into a VPC, as far as it is one's own: gateway, routes, DNS attributes.

Facts: API reference of EC2's CreateInternetGateway (it takes tags), AttachInternetGateway, CreateRoute, ModifyVpcAttribute (one
attribute a call) and DetachInternetGateway (refused as long as the VPC has mapped public addresses). Routes and attributes bear
no tags: they are marked by tags of their route table and of the VPC. A mark comes before what it marks and goes after it, so
that a run that is interrupted in between leaves nothing behind that nobody owns.
"""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict

from .._core.api import Api
from .._core.changes import Change, State
from .._core.errors import AlreadyExists, AnswerLost, ApiError, Busy, InvalidInput, NotFound, Refused, Throttled
from .._core.plan import AtOnce
from .._reach import routes as routing
from . import network

# The key of the tag whose value says whose a gateway is; the other keys begin with it.
OWNER = "redshift.serverless"
OF_VPC = f"{OWNER}:vpc"
OF_ROUTE = f"{OWNER}:route:"
# In the order in which they are turned on: host names need DNS support.
ATTRIBUTES = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}

_GONE = ("Gateway.NotAttached", "InvalidRoute.NotFound", "InvalidInternetGatewayID.NotFound")
_TAKING_AWAY = ("DeleteRoute", "DetachInternetGateway", "DeleteInternetGateway", "DeleteTags")
_THERE = ("RouteAlreadyExists", "Resource.AlreadyAssociated")

Described = Mapping[str, Any]


@dataclass(frozen=True)
class Desired:
    """What is to lead into a VPC.

    Attributes:
        vpc: the VPC's id.
        mark: the value of the tags on what is the caller's own.
        absent: the caller's own is to be gone.
        gateway: an internet gateway is to be made where there is none.
        routes: route tables' ids with destinations that are to lead to the internet gateway.
        dns: both DNS attributes are to be on.
        released: ids of network interfaces that need nothing of this any more.
    """

    vpc: str
    mark: str
    absent: bool = False
    gateway: bool = False
    routes: tuple[tuple[str, str], ...] = ()
    dns: bool = False
    released: frozenset[str] = frozenset()


def desired_of(params: Mapping[str, Any]) -> Desired:
    """The desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    network.refuse_blank_mark(params["mark"])
    routes = [(each["route_table_id"], _network(each["destination"])) for each in params["routes"] or []]
    return Desired(
        vpc=params["vpc_id"],
        mark=params["mark"],
        absent=params["state"] == "absent",
        gateway=params["internet_gateway"],
        routes=tuple(dict.fromkeys(routes)),
        dns=params["dns_attributes"],
        released=frozenset(params["released_network_interface_ids"] or []),
    )


def _network(destination: str) -> str:
    try:
        return str(ipaddress.ip_network(destination.strip(), strict=False))
    except ValueError:
        raise InvalidInput(
            f"routes.destination: got {destination!r}; expected a network such as 0.0.0.0/0 or 2001:db8::/32."
        ) from None


def tags_of(resource: Described) -> dict[str, str]:
    """The tags of a resource."""
    found: dict[str, str] = boto3_tag_list_to_ansible_dict(resource.get("Tags") or [])
    return found


def destination_of(route: Described) -> str | None:
    """The network that a route is for, None for a prefix list."""
    found = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
    return str(found) if found else None


def route_for(table: Described, destination: str) -> Described | None:
    """The route of a table for exactly this network."""
    return next((each for each in table.get("Routes") or [] if destination_of(each) == destination), None)


def own_gateways(state: Described, desired: Desired) -> list[Described]:
    """The gateways that were made for the VPC under this mark and are not attached to another one since."""
    wanted = {OWNER: desired.mark, OF_VPC: desired.vpc}
    return [
        each
        for each in state["Gateways"]
        if wanted.items() <= tags_of(each).items()
        and all(attachment.get("VpcId") == desired.vpc for attachment in each.get("Attachments") or [])
    ]


def own_destinations(table: Described, desired: Desired) -> list[str]:
    """The destinations of a table that carry the mark, whether or not there is still a route."""
    tags = tags_of(table)
    return sorted(
        key.removeprefix(OF_ROUTE) for key, value in tags.items() if key.startswith(OF_ROUTE) and value == desired.mark
    )


def own_attributes(state: Described, desired: Desired) -> list[str]:
    """The DNS attributes that were turned on under this mark, the first that has to be turned off first."""
    tags = tags_of(state["Vpc"])
    return [name for name in reversed(ATTRIBUTES) if tags.get(_key_of(name)) == desired.mark]


def _key_of(attribute: str) -> str:
    return f"{OWNER}:{ATTRIBUTES[attribute]}"


def plan(state: Described, desired: Desired) -> list[Change]:
    """The Changes that bring what leads into the VPC from what it is to what is desired."""
    if desired.absent:
        return list(_removal(state, desired))
    return [*_dns_on(state, desired), *_gateway_made(state, desired), *_routes_made(state, desired)]


def _dns_on(state: Described, desired: Desired) -> Iterator[Change]:
    for name in ATTRIBUTES if desired.dns else ():
        if not state["Attributes"][name]:
            if tags_of(state["Vpc"]).get(_key_of(name)) != desired.mark:
                yield _tagging(
                    desired.vpc, _key_of(name), desired.mark, f"mark {ATTRIBUTES[name]} as turned on by this module"
                )
            yield _attribute(desired.vpc, name, True)


def _gateway_made(state: Described, desired: Desired) -> Iterator[Change]:
    if not desired.gateway or routing.attached(state["Gateways"], desired.vpc):
        return
    own = own_gateways(state, desired)
    if not own:
        tags = [{"Key": OWNER, "Value": desired.mark}, {"Key": OF_VPC, "Value": desired.vpc}]
        request = {"TagSpecifications": [{"ResourceType": "internet-gateway", "Tags": tags}]}
        yield Change("CreateInternetGateway", request, f"create an internet gateway for {desired.vpc}")
    if not own or not own[0].get("Attachments"):
        gateway = own[0]["InternetGatewayId"] if own else None
        into = {"InternetGatewayId": gateway, "VpcId": desired.vpc}
        yield Change("AttachInternetGateway", into, f"attach it to {desired.vpc}")


def _routes_made(state: Described, desired: Desired) -> Iterator[Change]:
    gateways = routing.attached(state["Gateways"], desired.vpc) or [
        str(each["InternetGatewayId"]) for each in own_gateways(state, desired)
    ]
    gateway = gateways[0] if gateways else None
    tables = {table["RouteTableId"]: table for table in state["RouteTables"]}
    for table, destination in desired.routes:
        if table in tables and not route_for(tables[table], destination):
            if destination not in own_destinations(tables[table], desired):
                reason = f"mark the route for {destination} as created by this module"
                yield _tagging(table, OF_ROUTE + destination, desired.mark, reason)
            request = {**_route(table, destination), "GatewayId": gateway}
            yield Change("CreateRoute", request, f"route {destination} to the internet gateway in {table}")


def _removal(state: Described, desired: Desired) -> Iterator[Change]:
    stays = {(each["kind"], each["id"], each["destination"]) for each in left(state, desired)}
    for table, destination in _own_routes(state, desired):
        if ("route", table["RouteTableId"], destination) not in stays:
            yield from _route_gone(table, destination)
    for gateway in own_gateways(state, desired):
        if ("internet_gateway", gateway["InternetGatewayId"], None) not in stays:
            yield from _gateway_gone(gateway, desired)
    for name in own_attributes(state, desired):
        if ("dns_attribute", ATTRIBUTES[name], None) not in stays:
            if state["Attributes"][name]:
                yield _attribute(desired.vpc, name, False)
            yield _untagging(desired.vpc, _key_of(name), f"unmark {ATTRIBUTES[name]}")


def _route_gone(table: Described, destination: str) -> Iterator[Change]:
    table_id = table["RouteTableId"]
    if _leads_out(route_for(table, destination)):
        reason = f"remove the route for {destination} in {table_id}"
        yield Change("DeleteRoute", _route(table_id, destination), reason, interrupts=True)
    yield _untagging(table_id, OF_ROUTE + destination, f"unmark the route for {destination}, which no longer exists")


def _gateway_gone(gateway: Described, desired: Desired) -> Iterator[Change]:
    gateway_id = gateway["InternetGatewayId"]
    if gateway.get("Attachments"):
        request = {"InternetGatewayId": gateway_id, "VpcId": desired.vpc}
        yield Change("DetachInternetGateway", request, f"detach it from {desired.vpc}", interrupts=True)
    yield Change("DeleteInternetGateway", {"InternetGatewayId": gateway_id}, f"{desired.vpc} no longer needs it")


def _leads_out(route: Described | None) -> bool:
    """Whether it is still the route that was made; one that leads elsewhere has become somebody else's."""
    return route is not None and str(route.get("GatewayId", "")).startswith("igw-")


def left(state: Described, desired: Desired) -> list[dict[str, Any]]:
    """What carries the mark and has to stay, because others use it.

    Returns:
        each with `kind`, `id`, `destination` (of a route) and `reason`.
    """
    if not desired.absent:
        return []
    routes = list(_routes_left(state, desired))
    staying = {(each["id"], each["destination"]) for each in routes}
    going = {(table["RouteTableId"], destination) for table, destination in _own_routes(state, desired)} - staying
    public = _users(state, desired, 4)
    attributes = own_attributes(state, desired) if public else []
    return [
        *routes,
        *_gateways_left(state, desired, going, public),
        *(_left("dns_attribute", ATTRIBUTES[name], _used_by(public)) for name in attributes),
    ]


def _own_routes(state: Described, desired: Desired) -> Iterator[tuple[Described, str]]:
    """The tables and destinations that carry the mark."""
    for table in state["RouteTables"]:
        for destination in own_destinations(table, desired):
            yield table, destination


def _routes_left(state: Described, desired: Desired) -> Iterator[dict[str, Any]]:
    for table, destination in _own_routes(state, desired):
        users = _users(state, desired, 6 if ":" in destination else 4, table)
        if users and _leads_out(route_for(table, destination)):
            yield _left("route", table["RouteTableId"], _used_by(users), destination)


def _gateways_left(
    state: Described, desired: Desired, going: set[tuple[str, str]], public: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for gateway in own_gateways(state, desired):
        led = _routes_to(state, gateway["InternetGatewayId"], going)
        if led or (public and gateway.get("Attachments")):
            why = f"routes lead to it ({', '.join(led)})" if led else _used_by(public)
            yield _left("internet_gateway", gateway["InternetGatewayId"], why)


def _left(kind: str, name: str, reason: str, destination: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "id": name, "destination": destination, "reason": reason}


def _used_by(interfaces: Sequence[str]) -> str:
    return f"network interfaces with public addresses use it ({', '.join(interfaces)})"


def _routes_to(state: Described, gateway: str, going: set[tuple[str, str]]) -> list[str]:
    """The routes to a gateway that nobody takes away."""
    return [
        f"{destination_of(route) or route.get('DestinationPrefixListId')} in {table['RouteTableId']}"
        for table in state["RouteTables"]
        for route in table.get("Routes") or []
        if route.get("GatewayId") == gateway and (table["RouteTableId"], destination_of(route)) not in going
    ]


def _users(state: Described, desired: Desired, version: int, table: Described | None = None) -> list[str]:
    """The network interfaces of others with a public address, in the whole VPC or in the subnets that use a table."""
    found = [
        each
        for each in state["NetworkInterfaces"]
        if each["NetworkInterfaceId"] not in desired.released
        and (each.get("Ipv6Addresses") if version == 6 else (each.get("Association") or {}).get("PublicIp"))
    ]
    if table is not None:
        effective = routing.effective_tables(state["RouteTables"], [each["SubnetId"] for each in found])
        found = [each for each in found if effective[each["SubnetId"]] == table]
    return sorted(each["NetworkInterfaceId"] for each in found)


def _route(table: str, destination: str) -> dict[str, Any]:
    member = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    return {"RouteTableId": table, member: destination}


def _attribute(vpc: str, name: str, value: bool) -> Change:
    reason = f"turn {ATTRIBUTES[name]} of {vpc} {'on' if value else 'off'}"
    return Change("ModifyVpcAttribute", {"VpcId": vpc, name: {"Value": value}}, reason)


def _tagging(resource: str, key: str, value: str, reason: str) -> Change:
    return Change("CreateTags", {"Resources": [resource], "Tags": [{"Key": key, "Value": value}]}, reason)


def _untagging(resource: str, key: str, reason: str) -> Change:
    return Change("DeleteTags", {"Resources": [resource], "Tags": [{"Key": key}]}, reason)


def after(state: Described, change: Change) -> State:
    """The VPC after a Change; the id of a new gateway is not known beforehand."""
    changed: State = copy.deepcopy(dict(state))
    _EFFECTS[change.operation](changed, change.parameters)
    return changed


def _made(state: State, request: Described) -> None:
    tags = request["TagSpecifications"][0]["Tags"]
    state["Gateways"].append({"InternetGatewayId": None, "Attachments": [], "Tags": list(tags)})


def _attached(state: State, request: Described) -> None:
    for gateway in state["Gateways"]:
        if gateway["InternetGatewayId"] == request["InternetGatewayId"]:
            gateway["Attachments"] = [{"VpcId": request["VpcId"], "State": "available"}]


def _detached(state: State, request: Described) -> None:
    for gateway in state["Gateways"]:
        if gateway["InternetGatewayId"] == request["InternetGatewayId"]:
            gateway["Attachments"] = []


def _deleted(state: State, request: Described) -> None:
    gone = request["InternetGatewayId"]
    state["Gateways"] = [each for each in state["Gateways"] if each["InternetGatewayId"] != gone]


def _routed(state: State, request: Described) -> None:
    route = {name: value for name, value in request.items() if name != "RouteTableId"}
    for table in state["RouteTables"]:
        if table["RouteTableId"] == request["RouteTableId"]:
            table["Routes"] = [*(table.get("Routes") or []), {**route, "State": "active"}]


def _unrouted(state: State, request: Described) -> None:
    for table in state["RouteTables"]:
        if table["RouteTableId"] == request["RouteTableId"]:
            table["Routes"] = [each for each in table["Routes"] if destination_of(each) != destination_of(request)]


def _switched(state: State, request: Described) -> None:
    state["Attributes"].update({name: value["Value"] for name, value in request.items() if name in ATTRIBUTES})


def _tagged(state: State, request: Described) -> None:
    _untagged(state, request)
    for resource in _bearers(state, request):
        resource["Tags"] = [*resource["Tags"], *request["Tags"]]


def _untagged(state: State, request: Described) -> None:
    keys = {tag["Key"] for tag in request["Tags"]}
    for resource in _bearers(state, request):
        resource["Tags"] = [tag for tag in resource.get("Tags") or [] if tag["Key"] not in keys]


def _bearers(state: State, request: Described) -> list[State]:
    resources = [state["Vpc"], *state["RouteTables"]]
    return [each for each in resources if (each.get("RouteTableId") or each["VpcId"]) in request["Resources"]]


_EFFECTS: Mapping[str, Callable[[State, Described], None]] = {
    "CreateInternetGateway": _made,
    "AttachInternetGateway": _attached,
    "DetachInternetGateway": _detached,
    "DeleteInternetGateway": _deleted,
    "CreateRoute": _routed,
    "DeleteRoute": _unrouted,
    "ModifyVpcAttribute": _switched,
    "CreateTags": _tagged,
    "DeleteTags": _untagged,
}


def problems(state: Described, desired: Desired) -> Iterator[str]:
    """Why routes can't be made, each a sentence."""
    tables = {table["RouteTableId"]: table for table in state["RouteTables"]}
    gateways = routing.attached(state["Gateways"], desired.vpc)
    if desired.routes and not gateways and not desired.gateway:
        yield f"{desired.vpc} has no internet gateway to route to. Set internet_gateway to true, or attach one."
    for table, destination in desired.routes:
        if table not in tables:
            yield f"got the route table {table}; expected one of {desired.vpc}. Correct the id."
            continue
        route = route_for(tables[table], destination)
        if route and route.get("GatewayId") not in gateways:
            target = next(
                (value for key, value in route.items() if key.endswith("Id") and "Destination" not in key), ""
            )
            yield (
                f"{table} has a route for {destination} to {target} ({route.get('State')}), which the module does not change. Name a "
                "more specific network, or change that route."
            )


@dataclass(frozen=True)
class VpcPath(AtOnce):
    """What leads into a VPC, with what is desired of it."""

    api: Api
    desired: Desired

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"the way from the internet into {self.desired.vpc}"

    def observe(self) -> State | None:
        """The VPC, its route tables, the internet gateways, and where it matters its attributes and interfaces.

        Raises:
            InvalidInput: when there is no such VPC.
        """
        of_vpc = {"Filters": [{"Name": "vpc-id", "Values": [self.desired.vpc]}]}
        try:
            (vpc,) = self.api.read_all("DescribeVpcs", {"VpcIds": [self.desired.vpc]}, "Vpcs")
        except NotFound as error:
            raise InvalidInput(f"vpc_id: {error.text} Correct the id or the Region ({self.api.region}).") from None
        state: State = {
            "Vpc": vpc,
            "Gateways": self.api.read_all("DescribeInternetGateways", {}, "InternetGateways"),
            "RouteTables": self.api.read_all("DescribeRouteTables", of_vpc, "RouteTables"),
            "Attributes": {},
            "NetworkInterfaces": [],
        }
        if self.desired.dns or (self.desired.absent and own_attributes(state, self.desired)):
            state["Attributes"] = {name: self._attribute(name) for name in ATTRIBUTES}
        if self.desired.absent and self._owns(state):
            state["NetworkInterfaces"] = self.api.read_all("DescribeNetworkInterfaces", of_vpc, "NetworkInterfaces")
        return state

    def _attribute(self, name: str) -> bool:
        request = {"VpcId": self.desired.vpc, "Attribute": ATTRIBUTES[name]}
        return bool(self.api.read("DescribeVpcAttribute", request, name)["Value"])

    def _owns(self, state: State) -> bool:
        desired = self.desired
        routes = any(own_destinations(table, desired) for table in state["RouteTables"])
        return routes or bool(own_gateways(state, desired) or own_attributes(state, desired))

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        return plan(current or {}, self.desired)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current or {}, change)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """Refuse routes that can't be made without changing somebody else's."""
        del changes
        found = [] if self.desired.absent else list(problems(current or {}, self.desired))
        if found:
            raise Refused(f"routes: {' '.join(found)}")

    def send(self, change: Change) -> None:
        """Carry out one Change.

        What AWS refuses for good was not made here, so its mark goes again.
        """
        try:
            self.api.write(change.operation, change.parameters)
        except (AnswerLost, Busy, Throttled):
            raise
        except ApiError as error:
            if change.operation in _TAKING_AWAY and error.code in _GONE:
                return
            if change.operation == "DetachInternetGateway" and error.code == "DependencyViolation":
                # Nobody else uses it, so it is the address of a workgroup that is just being given back.
                raise Busy(error.operation, error.code, error.text, error.request_id) from error
            if error.code in _THERE:
                raise AlreadyExists(error.operation, error.code, error.text, error.request_id) from error
            self._forget(change)
            raise

    def _forget(self, change: Change) -> None:
        """Take back the mark of a Change that was refused."""
        request = change.parameters
        attributes = [name for name in ATTRIBUTES if request.get(name) == {"Value": True}]
        if change.operation == "CreateRoute":
            resource, key = request["RouteTableId"], f"{OF_ROUTE}{destination_of(request)}"
        elif attributes:
            resource, key = self.desired.vpc, _key_of(attributes[0])
        else:
            return
        self.api.write("DeleteTags", {"Resources": [resource], "Tags": [{"Key": key}]})

    def report(self, state: State | None) -> dict[str, Any]:
        """What leads into the VPC, and whose it is."""
        found, desired = state or {}, self.desired
        attached = routing.attached(found["Gateways"], desired.vpc)
        return {
            "vpc_id": desired.vpc,
            "internet_gateway_id": attached[0] if attached and attached[0] != "None" else None,
            "own": {
                "internet_gateway": bool(own_gateways(found, desired)),
                "routes": [
                    {"route_table_id": table["RouteTableId"], "destination": destination}
                    for table in found["RouteTables"]
                    for destination in own_destinations(table, desired)
                ],
                "dns_attributes": [ATTRIBUTES[name] for name in own_attributes(found, desired)],
            },
            "left": left(found, desired),
        }


def build(api: Api, params: Mapping[str, Any]) -> VpcPath:
    """What leads into a VPC, from a module's options.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    return VpcPath(api, desired_of(params))
