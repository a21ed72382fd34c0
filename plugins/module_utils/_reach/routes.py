# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether answers find their way back to the internet: an attached internet gateway, and routes to it.

Facts: the VPC guide on route tables. A subnet without a table of its own uses the main one of its VPC; the longest matching
prefix decides, and among equal ones a route for a CIDR goes before one for a prefix list, and that before a propagated one; a
blackhole route still decides. An egress-only internet gateway lets nothing in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .addresses import Addresses, Decisions, Source, Version, of_cidrs, union
from .checks import Check, Described, Readable, Unread, Verdict, items, worst

# Not applicable is a route to the VPC's own addresses: nobody comes from there over the internet.
Outcome = Verdict
PrefixLists = Mapping[str, Readable[Sequence[str]]]

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "EgressOnlyInternetGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)


def attached(gateways: Sequence[Described], vpc: str) -> list[str]:
    """Return the ids of the gateways that are attached to the VPC. EC2 says available where its documentation says attached."""
    return [
        str(gateway["InternetGatewayId"])
        for gateway in gateways
        for attachment in gateway.get("Attachments") or []
        if attachment.get("VpcId") == vpc and attachment.get("State") in ("available", "attached")
    ]


def internet_gateway(gateways: Sequence[Described], vpc: str) -> Check:
    """Tell whether the VPC has an attached internet gateway."""
    found = attached(gateways, vpc)
    remedy = (
        f"Attach an internet gateway to {vpc} (amazon.aws.ec2_vpc_igw, or public_access_create_internet_gateway: true of the "
        "role redshift.serverless.public_access), and route to it."
    )
    evidence = {"vpc_id": vpc, "internet_gateway_ids": found}
    return Check("internet_gateway", "pass" if found else "fail", evidence, remedy)


def effective_tables(tables: Sequence[Described], subnets: Sequence[str]) -> dict[str, Described | None]:
    """Return the table that each subnet uses: its own, or else the main one of the VPC; None when neither is there."""
    own: dict[str, Described] = {}
    main: Described | None = None
    for table in tables:
        for association in table.get("Associations") or []:
            if association.get("SubnetId"):
                own[association["SubnetId"]] = table
            if association.get("Main"):
                main = table
    return {subnet: own.get(subnet, main) for subnet in subnets}


def prefix_lists_of(tables: Sequence[Described], subnets: Sequence[str]) -> set[str]:
    """Return the prefix lists whose entries have to be known to judge the subnets' routes."""
    used = [table for table in effective_tables(tables, subnets).values() if table]
    routes = [route for table in used for route in table.get("Routes") or []]
    return {str(each["DestinationPrefixListId"]) for each in routes if _destination_list(each)}


def _destination_list(route: Described) -> str | None:
    """Return the prefix list that a route is for.

    A route of a list to a gateway endpoint is none: its list holds the addresses of an AWS service such as S3, from which no
    client connects, and nearly every VPC has one.
    """
    listed = route.get("DestinationPrefixListId")
    return None if str(route.get("GatewayId", "")).startswith("vpce-") else listed


@dataclass(frozen=True)
class Way:
    """A route as far as it matters here."""

    destination: str
    target: str
    state: str
    outcome: Outcome
    addresses: Addresses


@dataclass(frozen=True)
class Table:
    """A route table for one IP version.

    Attributes:
        table_id: its id, None for subnets without any.
        main: whether the subnets use it because it is the main one.
        ways: which route decides.
        unread: routes whose prefix list could not be read, with why.
        subnets: the subnets that use it.
    """

    table_id: str | None
    main: bool
    ways: Decisions[Way]
    unread: Sequence[tuple[Way, Unread]] = ()
    subnets: list[str] = field(default_factory=list)


def prepare(
    tables: Sequence[Described],
    subnets: Sequence[str],
    gateways: Readable[Sequence[str]],
    prefix_lists: PrefixLists,
    version: Version,
) -> list[Table]:
    """Return the tables that the subnets use, each once.

    Args:
        tables: as DescribeRouteTables gives those of the VPC.
        subnets: the subnets' ids.
        gateways: the ids of the attached internet gateways; unread, any that a route leads to is believed to be attached.
        prefix_lists: the CIDRs of each prefix list.
        version: 4 or 6.
    """
    prepared: dict[str | None, Table] = {}
    for subnet, table in effective_tables(tables, subnets).items():
        table_id = str(table["RouteTableId"]) if table else None
        if table_id not in prepared:
            prepared[table_id] = _prepare(table, gateways, prefix_lists, version)
        prepared[table_id].subnets.append(subnet)
    return list(prepared.values())


def _prepare(
    table: Described | None, gateways: Readable[Sequence[str]], prefix_lists: PrefixLists, version: Version
) -> Table:
    if table is None:
        return Table(None, main=False, ways=Decisions(version, []))
    own = any(each.get("SubnetId") for each in table.get("Associations") or [])
    unread: list[tuple[Way, Unread]] = []
    ranked: list[tuple[tuple[int, int], Way]] = []
    for route in table.get("Routes") or []:
        if route.get("State") == "filtered":
            continue  # another route of the same destination goes before it
        for cidrs, rank in _destinations(route, prefix_lists):
            if isinstance(cidrs, Unread):
                unread.append((_way(route, str(route["DestinationPrefixListId"]), gateways, version), cidrs))
                continue
            ways = [_way(route, cidr, gateways, version) for cidr in cidrs if (":" in cidr) == (version == 6)]
            ranked += [((-_length(way.destination), rank), way) for way in ways]
    ranked.sort(key=lambda each: each[0])
    ordered = Decisions(version, ((way.addresses, way) for _unused, way in ranked))
    return Table(str(table["RouteTableId"]), not own, ordered, unread)


def _destinations(route: Described, prefix_lists: PrefixLists) -> Iterator[tuple[Readable[Sequence[str]], int]]:
    """Yield what a route is for, and its rank among routes of equal prefix length."""
    cidr = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
    listed = _destination_list(route)
    if cidr:
        yield [str(cidr)], 0 if str(route.get("Origin", "")).startswith("CreateRoute") else 2
    elif listed:
        yield prefix_lists[listed], 1


def _length(cidr: str) -> int:
    return ipaddress.ip_network(cidr, strict=False).prefixlen


def _way(route: Described, destination: str, gateways: Readable[Sequence[str]], version: Version) -> Way:
    target = next((str(route[member]) for member in _TARGETS if route.get(member)), "")
    state = str(route.get("State", "active"))
    addresses = Addresses(version) if destination.startswith("pl-") else of_cidrs(version, [destination])
    return Way(destination, target, state, _outcome(target, state, gateways), addresses)


def _outcome(target: str, state: str, gateways: Readable[Sequence[str]]) -> Outcome:
    if state == "blackhole":
        return "fail"
    if target == "local":
        return "not_applicable"
    if target.startswith("igw-"):
        return "pass" if isinstance(gateways, Unread) or target in gateways else "fail"
    # A firewall's endpoint may well pass packets on to an internet gateway; that is not to be seen from here.
    return "unknown" if target.startswith("vpce-") else "fail"


@dataclass(frozen=True)
class _Part:
    """A part of a source, and the route that decides it in one table."""

    table: Table
    addresses: Addresses
    way: Way | None
    outcome: Outcome


def route(tables: Sequence[Table], source: Source, gateways: Readable[Sequence[str]]) -> Check:
    """Tell whether every address of a source is answered through the internet gateway, from every subnet in use."""
    if source.private:
        return _private(source)
    found = [part for table in tables for part in _parts(table, source)]
    verdict: Verdict = worst(part.outcome for part in found) if found else "unknown"
    missing = union(source.version, (part.addresses for part in found if part.outcome == "fail"))
    evidence: dict[str, Any] = {"routes": [_shown(part, source) for part in found], "uncovered": source.shown(missing)}
    if source.left_out:
        evidence["left_out"] = source.left_out.shown()
    if verdict == "unknown":
        return _unknown(tables, evidence)
    remedy = _remedy([part for part in found if part.outcome == "fail"], source, gateways)
    return Check("route", verdict, evidence, remedy)


def _unknown(tables: Sequence[Table], evidence: Mapping[str, Any]) -> Check:
    denied = sorted({unread.action for table in tables for _unused, unread in table.unread if unread.denied})
    if not denied:
        remedy = (
            "Look at the routes of the evidence: what becomes of packets behind their targets can't be read from EC2."
        )
        return Check("route", "unknown", evidence, remedy)
    remedy = f"Allow {items(denied)} to the identity that asks, and ask again: a route is for a prefix list."
    return Check("route", "unknown", {**evidence, "missing_permission": items(denied)}, remedy)


def _parts(table: Table, source: Source) -> list[_Part]:
    found = [_Part(table, part, way, _outcome_of(table, way)) for part, way in table.ways.about(source.addresses)]
    if all(part.outcome == "not_applicable" for part in found):
        # The whole source lies inside the VPC, so that none of it comes over the internet.
        return [replace(part, outcome="fail") for part in found]
    return found


def _outcome_of(table: Table, way: Way | None) -> Outcome:
    """Return what a route comes to, when routes for lists that could not be read may go before it."""
    if table.table_id is None:
        return "unknown"
    outcome: Outcome = way.outcome if way else "fail"
    doubtful = outcome != "not_applicable" and any(other.outcome != outcome for other, _unused in table.unread)
    return "unknown" if doubtful else outcome


def _private(source: Source) -> Check:
    remedy = (
        f"{source.cidr} is not a network of the internet, so nothing arrives from it over a public address. Name the public address of "
        "its clients (that of their NAT), or let them connect inside the VPC or through a managed VPC endpoint "
        "(redshift.serverless.endpoint_access)."
    )
    return Check("route", "fail", {"routes": [], "uncovered": [source.cidr], "private": True}, remedy)


def _shown(part: _Part, source: Source) -> dict[str, Any]:
    way = part.way
    return {
        "route_table_id": part.table.table_id,
        "main": part.table.main,
        "subnet_ids": part.table.subnets,
        "destination": way.destination if way else None,
        "target": way.target if way else None,
        "state": way.state if way else None,
        "addresses": source.shown(part.addresses),
        "verdict": part.outcome,
    }


def _remedy(missing: Sequence[_Part], source: Source, gateways: Readable[Sequence[str]]) -> str:
    gateway = "the internet gateway" if isinstance(gateways, Unread) or not gateways else gateways[0]
    sentences = []
    for part in missing:
        where, whom = (
            f"{part.table.table_id} (used by {items(part.table.subnets)})",
            source.told(part.addresses),
        )
        if part.way is None:
            sentences.append(f"add a route for {whom} to {gateway} in {where}")
        else:
            dead = ", which is gone," if part.way.state == "blackhole" else ""
            sentences.append(
                f"in {where}, the route for {part.way.destination} leads {whom} to {part.way.target}{dead} instead of "
                f"{gateway}: change it, or add a more specific one"
            )
    return (
        f"{_sentence('; '.join(sentences))} Use amazon.aws.ec2_vpc_route_table with purge_routes: false, or "
        "public_access_create_route: true of the role redshift.serverless.public_access."
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
