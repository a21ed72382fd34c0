# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._network.internet_path import internet_path_problems

SUBNETS = [{"subnet_id": "subnet-a", "vpc_id": "vpc-1"}, {"subnet_id": "subnet-b", "vpc_id": "vpc-1"}]
GATEWAYS = [{"internet_gateway_id": "igw-1", "attachments": [{"vpc_id": "vpc-1", "state": "available"}]}]
LOCAL = {"destination_cidr_block": "10.0.0.0/16", "gateway_id": "local", "state": "active"}
OFFICE = "203.0.113.0/24"


def route(destination: str, gateway: str | None = "igw-1", state: str = "active") -> dict[str, Any]:
    key = "destination_ipv6_cidr_block" if ":" in destination else "destination_cidr_block"
    return {key: destination, "gateway_id": gateway, "state": state}


def table(name: str, *routes: dict[str, Any], main: bool = False, subnets: tuple[str, ...] = ()) -> dict[str, Any]:
    associations = [{"main": False, "subnet_id": subnet} for subnet in subnets] + ([{"main": True}] if main else [])
    return {"route_table_id": name, "vpc_id": "vpc-1", "associations": associations, "routes": [LOCAL, *routes]}


def problems(sources: list[str], *tables: dict[str, Any]) -> list[str]:
    return internet_path_problems(sources, SUBNETS, GATEWAYS, list(tables))


@pytest.mark.parametrize(
    ("source", "routes"),
    [
        (OFFICE, [route("0.0.0.0/0")]),
        (OFFICE, [route("203.0.0.0/8")]),
        (OFFICE, [route(OFFICE), route("0.0.0.0/0", "vgw-1")]),
        ("2001:db8::/32", [route("::/0")]),
        ("10.0.1.0/24", []),
    ],
)
def test_a_way_is_seen(source: str, routes: list[dict[str, Any]]) -> None:
    assert problems([source], table("rtb-main", *routes, main=True)) == []


@pytest.mark.parametrize(
    ("source", "routes"),
    [
        (OFFICE, []),
        (OFFICE, [route("203.0.113.0/25")]),
        (OFFICE, [route("0.0.0.0/0"), route(OFFICE, "vgw-1")]),
        (OFFICE, [route("0.0.0.0/0"), route(OFFICE, None)]),
        (OFFICE, [route("0.0.0.0/0", state="blackhole")]),
        (OFFICE, [route("0.0.0.0/0", "igw-other")]),
        ("2001:db8::/32", [route("0.0.0.0/0")]),
    ],
)
def test_a_missing_way_is_named(source: str, routes: list[dict[str, Any]]) -> None:
    (problem,) = problems([source], table("rtb-main", *routes, main=True))
    for part in ("rtb-main", "subnet-a", "subnet-b", "igw-1", source):
        assert part in problem


def test_a_subnets_own_table_counts_and_not_the_main_one() -> None:
    tables = [table("rtb-main", route("0.0.0.0/0"), main=True), table("rtb-own", subnets=("subnet-b",))]
    for order in (tables, tables[::-1]):
        (problem,) = problems([OFFICE], *order)
        assert "rtb-own" in problem
        assert "subnet-a" not in problem


def test_every_vpc_needs_a_gateway_that_is_attached() -> None:
    detaching = [{"internet_gateway_id": "igw-1", "attachments": [{"vpc_id": "vpc-1", "state": "detaching"}]}]
    for gateways in ([], detaching, [{"internet_gateway_id": "igw-2", "attachments": []}]):
        (problem,) = internet_path_problems([OFFICE], SUBNETS, gateways, [])
        assert problem.startswith("vpc-1 has no internet gateway")


def test_what_is_no_network_is_named() -> None:
    (problem,) = problems(["office"], table("rtb-main", main=True))
    assert "'office' is no network" in problem
