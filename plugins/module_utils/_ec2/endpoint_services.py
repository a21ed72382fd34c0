# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an interface endpoint needs before AWS makes it: a service that the region has, subnets, groups, and the VPC's DNS.

Facts: "Access an AWS service using an interface VPC endpoint" and the API reference of CreateVpcEndpoint. One subnet per
availability zone, in zones where the service is; private DNS needs both DNS attributes of the VPC. How a service is named
differs by partition, so names are looked up and never put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._core.api import Api
from .._core.changes import Change
from .._core.errors import InvalidInput, NotFound

# The operations that can be refused for what is read here.
NEED_FACTS = frozenset({"CreateVpcEndpoint", "ModifyVpcEndpoint"})

DNS_ATTRIBUTES = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}

Facts = Mapping[str, Any]


def is_named(name: str, service: str) -> bool:
    """Tell whether the whole name of a service is the one that its last part stands for."""
    return name == service or name.endswith(f".{service}")


def name_of(services: Mapping[str, Sequence[Mapping[str, Any]]], service: str) -> str:
    """Return the whole name of a service as it was looked up, otherwise the name as it was given."""
    found = services.get(service) or [{"ServiceName": service}]
    return str(found[0]["ServiceName"])


def read(api: Api, vpc: str, services: Sequence[str], subnets: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """Read it all at once.

    Returns:
        `Region`, `Services` (candidates by the name that was given), `RegionServices` (all names), `Subnets`, `Groups`
        (those that exist) with `SubnetIds` and `GroupIds` (those that were named), and `Dns` (the VPC's attributes).

    Raises:
        InvalidInput: when there is no such VPC.
    """
    reads: list[Callable[[], Any]] = [
        lambda: api.read_all("DescribeVpcEndpointServices", {}, "ServiceDetails"),
        lambda: _existing(api, "DescribeSubnets", "Subnets", "subnet-id", subnets),
        lambda: _existing(api, "DescribeSecurityGroups", "SecurityGroups", "group-id", groups),
        *(lambda name=name: _attribute(api, vpc, name) for name in DNS_ATTRIBUTES),
    ]
    with ThreadPoolExecutor(max_workers=len(reads)) as pool:
        details, found_subnets, found_groups, *values = pool.map(lambda look: look(), reads)
    offered = [each for each in details if _is_interface(each)]
    return {
        "Region": api.region,
        "Services": {service: _candidates(offered, service, api.region) for service in services},
        "RegionServices": sorted(each["ServiceName"] for each in offered),
        "Subnets": found_subnets,
        "SubnetIds": list(subnets),
        "Groups": found_groups,
        "GroupIds": list(groups),
        "Dns": dict(zip(DNS_ATTRIBUTES, values, strict=True)),
    }


def _existing(api: Api, operation: str, member: str, name: str, ids: Sequence[str]) -> list[Any]:
    """Return those of some ids that exist, read with a filter: AWS then does not refuse all of them for one that does not exist."""
    return api.read_all(operation, {"Filters": [{"Name": name, "Values": list(ids)}]}, member) if ids else []


def _attribute(api: Api, vpc: str, name: str) -> bool:
    try:
        request = {"VpcId": vpc, "Attribute": name}
        return bool(api.read("DescribeVpcAttribute", request, DNS_ATTRIBUTES[name])["Value"])
    except NotFound as error:
        raise InvalidInput(f"vpc_id: {error.text} Correct the id or the Region ({api.region}).") from None


def _is_interface(service: Mapping[str, Any]) -> bool:
    return any(kind.get("ServiceType") == "Interface" for kind in service.get("ServiceType", []))


def _candidates(offered: Sequence[Mapping[str, Any]], service: str, region: str) -> list[Mapping[str, Any]]:
    """Return the services that a name can mean; where several end alike, those with the region right before that."""
    found = [each for each in offered if is_named(each["ServiceName"], service)]
    closer = [each for each in found if is_named(each["ServiceName"], f"{region}.{service}")]
    return closer or found


def problems(facts: Facts, vpc: str, writes: Sequence[Change]) -> Iterator[str]:
    """Yield what speaks against creating or modifying endpoints, each a sentence with ids and a remedy.

    Args:
        facts: what `read` gave.
        vpc: the VPC's id.
        writes: the Changes that create or modify.
    """
    creations = [change for change in writes if change.operation == "CreateVpcEndpoint"]
    yield from _service_problems(facts, creations)
    if any(change.parameters.get("PrivateDnsEnabled", change in creations) for change in writes):
        yield from _dns_problems(facts["Dns"], vpc)
    if writes:
        yield from _place_problems(facts, vpc)
    added = [(change, set(_added_subnets(change))) for change in writes if _added_subnets(change)]
    for subnet in facts.get("Subnets", []):
        needed = sum(subnet["SubnetId"] in ids for _change, ids in added)
        if subnet["VpcId"] == vpc and subnet["AvailableIpAddressCount"] < needed:
            yield (
                f"subnet_ids: got {subnet['SubnetId']} with {subnet['AvailableIpAddressCount']} free addresses; expected {needed}, one for "
                "each endpoint. Free some, or choose another subnet."
            )
    for change in creations:
        yield from _zone_problems(facts, change)


def _added_subnets(change: Change) -> list[str]:
    found: list[str] = change.parameters.get("SubnetIds") or change.parameters.get("AddSubnetIds") or []
    return found


def _service_problems(facts: Facts, creations: Sequence[Change]) -> Iterator[str]:
    wanted = {change.parameters["ServiceName"] for change in creations}
    for service, candidates in facts.get("Services", {}).items():
        if name_of({service: candidates}, service) not in wanted:
            continue
        if not candidates:
            yield _lacking(facts, service)
        elif len(candidates) > 1:
            names = ", ".join(sorted(each["ServiceName"] for each in candidates))
            yield f"services: got {service!r}, which can mean {names}; expected one service. Give the whole name."
        elif "PrivateDnsName" not in candidates[0] and any(
            change.parameters.get("PrivateDnsEnabled")
            and change.parameters["ServiceName"] == name_of(facts["Services"], service)
            for change in creations
        ):
            yield f"private_dns: got true; expected false, since {candidates[0]['ServiceName']} has no private DNS name. Set private_dns to false."


def _lacking(facts: Facts, service: str) -> str:
    base = service.rpartition(".")[2].removesuffix("-fips")
    near = [name for name in facts["RegionServices"] if base in name.rpartition(".")[2]]
    offer = f" Similar are {', '.join(near)}." if near else ""
    return (
        f"services: got {service!r}; expected an interface endpoint service of Region {facts['Region']}.{offer} Correct the name, or "
        "choose another Region."
    )


def _dns_problems(dns: Mapping[str, bool], vpc: str) -> Iterator[str]:
    off = [name for name, value in dns.items() if not value]
    if off:
        yield (
            f"private_dns: got true, but {' and '.join(off)} of {vpc} {'is' if len(off) == 1 else 'are'} off; expected both DNS attributes "
            "on. Turn them on (amazon.aws.ec2_vpc_net with dns_support and dns_hostnames), or set private_dns to false."
        )


def _place_problems(facts: Facts, vpc: str) -> Iterator[str]:
    for option, named, found, key in (
        ("subnet_ids", facts.get("SubnetIds", []), facts.get("Subnets", []), "SubnetId"),
        ("security_group_ids", facts.get("GroupIds", []), facts.get("Groups", []), "GroupId"),
    ):
        places = {each[key]: each["VpcId"] for each in found}
        missing = [each for each in named if each not in places]
        if missing:
            yield f"{option}: got {', '.join(missing)}; expected ids that exist in Region {facts['Region']} of this account. Correct the id."
        strange = [f"{each} in {place}" for each, place in places.items() if place != vpc]
        if strange:
            yield f"{option}: got {', '.join(strange)}; expected ids in {vpc}. Choose from the VPC of the endpoint."


def _zone_problems(facts: Facts, change: Change) -> Iterator[str]:
    by_zone: dict[str, list[str]] = {}
    for subnet in facts.get("Subnets", []):
        by_zone.setdefault(subnet["AvailabilityZone"], []).append(subnet["SubnetId"])
    for zone, ids in by_zone.items():
        if len(ids) > 1:
            yield f"subnet_ids: got {', '.join(sorted(ids))}, all in {zone}; expected one subnet for each availability zone. Choose one of them."
    served = _zones(facts, change.parameters["ServiceName"])
    outside = [f"{', '.join(ids)} in {zone}" for zone, ids in by_zone.items() if served and zone not in served]
    if outside:
        yield (
            f"subnet_ids: got {'; '.join(outside)}; expected subnets in {', '.join(sorted(served))}, where "
            f"{change.parameters['ServiceName']} is available. Choose other subnets."
        )


def _zones(facts: Facts, name: str) -> set[str]:
    for candidates in facts["Services"].values():
        for each in candidates:
            if each["ServiceName"] == name:
                return set(each.get("AvailabilityZones", []))
    return set()
