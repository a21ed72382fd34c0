# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether subnets have a way to the internet: an internet gateway on the VPC, and routes to it for named networks.

AWS's procedure asks for both before a workgroup is made public. A packet takes the route with the longest matching prefix; a
subnet without a route table of its own uses the main one of its VPC.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Described = Mapping[str, Any]


def internet_path_problems(
    sources: Sequence[str],
    subnets: Sequence[Described],
    gateways: Sequence[Described],
    route_tables: Sequence[Described],
) -> list[str]:
    """Say what of the way between subnets and the internet is missing.

    Args:
        sources: the networks that are to connect, as CIDRs.
        subnets: with `subnet_id` and `vpc_id`, as amazon.aws's info modules return them, as the rest here.
        gateways: with `internet_gateway_id` and `attachments`.
        route_tables: with `route_table_id`, `vpc_id`, `associations` and `routes`.

    Returns:
        A sentence with a remedy for each thing that is missing.
    """
    networks, problems = _parse(sources)
    attached = {vpc: gateway for gateway in gateways for vpc in _attached_vpcs(gateway)}
    for vpc in sorted({subnet["vpc_id"] for subnet in subnets}):
        members = [subnet["subnet_id"] for subnet in subnets if subnet["vpc_id"] == vpc]
        if vpc in attached:
            tables = [table for table in route_tables if table["vpc_id"] == vpc]
            problems += _missing_routes(networks, members, attached[vpc]["internet_gateway_id"], tables)
        else:
            problems.append(
                f"{vpc} has no internet gateway, so that nothing on the internet can reach it: attach one "
                "(amazon.aws.ec2_vpc_igw), and route to it."
            )
    return problems


def _parse(sources: Iterable[str]) -> tuple[list[Network], list[str]]:
    networks: list[Network] = []
    problems = []
    for source in sources:
        try:
            networks.append(ipaddress.ip_network(str(source).strip(), strict=False))
        except ValueError:
            problems.append(f"{source!r} is no network; expected is a CIDR such as 203.0.113.0/24 or 2001:db8::/32.")
    return networks, problems


def _attached_vpcs(gateway: Described) -> list[str]:
    return [
        item["vpc_id"] for item in gateway.get("attachments") or [] if item.get("state") in ("available", "attached")
    ]


def _missing_routes(
    networks: Sequence[Network], members: Sequence[str], gateway: str, tables: Sequence[Described]
) -> Iterator[str]:
    used: dict[str, list[str]] = {}
    for subnet in members:
        used.setdefault(_effective_table(subnet, tables), []).append(subnet)
    by_id = {table["route_table_id"]: table for table in tables}
    for table, subnets in used.items():
        routes = by_id.get(table, {}).get("routes") or []
        missing = [str(network) for network in networks if not _leads_to(network, gateway, routes)]
        if missing:
            yield (
                f"{table or 'The VPC without a main route table'}, which {', '.join(subnets)} uses, has no route to the "
                f"internet gateway {gateway} for {', '.join(missing)}: add one, such as 0.0.0.0/0 (or ::/0 for IPv6) to "
                f"{gateway} (amazon.aws.ec2_vpc_route_table with purge_routes: false)."
            )


def _effective_table(subnet: str, tables: Sequence[Described]) -> str:
    """The id of the table that a subnet uses: its own, or the VPC's main one."""
    main = ""
    for table in tables:
        for association in table.get("associations") or []:
            if association.get("subnet_id") == subnet:
                return str(table["route_table_id"])
            if association.get("main"):
                main = str(table["route_table_id"])
    return main


def _leads_to(network: Network, gateway: str, routes: Iterable[Described]) -> bool:
    """Whether answers to the network go through the gateway; inside the VPC itself none is needed."""
    matching = [
        (destination.prefixlen, route)
        for route in routes
        for destination in _destination(route)
        if destination.version == network.version and network.subnet_of(destination)  # type: ignore[arg-type]
    ]
    if not matching:
        return False
    _, route = max(matching, key=lambda match: match[0])
    return route.get("state") != "blackhole" and route.get("gateway_id") in (gateway, "local")


def _destination(route: Described) -> list[Network]:
    """The network that a route is for; none where it is a prefix list, whose entries are not known here."""
    text = route.get("destination_cidr_block") or route.get("destination_ipv6_cidr_block")
    return [ipaddress.ip_network(text)] if text else []
