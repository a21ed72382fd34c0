# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach import routes
from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import source_of
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Check, Unread
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.small_world import SIZE, WORLD, cidrs, inner_cidrs, members, spelled

Route = dict[str, Any]

OUTCOMES = {
    ("GatewayId", "igw-1"): "pass",
    ("GatewayId", "igw-detached"): "fail",
    ("GatewayId", "local"): "not_applicable",
    ("GatewayId", "vgw-1"): "fail",
    ("GatewayId", "vpce-firewall"): "unknown",
    ("NatGatewayId", "nat-1"): "fail",
    ("VpcPeeringConnectionId", "pcx-1"): "fail",
    ("EgressOnlyInternetGatewayId", "eigw-1"): "fail",
}
GATEWAYS = ("igw-1",)
SUBNET = "subnet-1"


def table(*listed: Route, name: str = "rtb-1", subnets: tuple[str, ...] = (SUBNET,), main: bool = False) -> Route:
    associations: list[Route] = [{"SubnetId": subnet, "Main": False} for subnet in subnets]
    return {
        "RouteTableId": name,
        "Associations": [*associations, *([{"Main": True}] if main else [])],
        "Routes": list(listed),
    }


def to(target: str, destination: str, **members_: str) -> Route:
    member = next(name for name, each in OUTCOMES if each == target)
    key = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    key = "DestinationPrefixListId" if destination.startswith("pl-") else key
    return {key: destination, member: target, "State": "active", "Origin": "CreateRoute", **members_}


def judge(
    tables: list[Route],
    source: str = WORLD,
    subnets: tuple[str, ...] = (SUBNET,),
    gateways: Any = GATEWAYS,
    lists: dict[str, Any] | None = None,
) -> Check:
    asked = source_of(source)
    return routes.route(routes.prepare(tables, subnets, gateways, lists or {}, asked.version), asked, gateways)


kinds = st.sampled_from(["CreateRoute", "list", "EnableVgwRoutePropagation"])
generated = st.dictionaries(
    st.tuples(cidrs, kinds),
    st.tuples(st.sampled_from(sorted(OUTCOMES)), st.sampled_from(["active", "active", "blackhole"])),
    max_size=7,
)
RANK = {"CreateRoute": 2, "list": 1, "EnableVgwRoutePropagation": 0}


def looked_up(address: int, given_: dict[Any, Any]) -> str:
    """What becomes of one address, as the VPC guide says it."""
    matching = [
        ((ipaddress.ip_network(cidr).prefixlen, RANK[kind]), target, state)
        for (cidr, kind), (target, state) in given_.items()
        if address in members(cidr) and not (kind == "list" and target[1].startswith("vpce-"))  # a gateway endpoint
    ]
    if not matching:
        return "fail"
    _unused, target, state = max(matching)
    return "fail" if state == "blackhole" else OUTCOMES[target]


@given(generated, inner_cidrs)
def test_every_address_is_judged_by_its_longest_prefix(given_: dict[Any, Any], source: str) -> None:
    listed, lists = [], {}
    for number, ((cidr, kind), (target, state)) in enumerate(given_.items()):
        destination = f"pl-{number}" if kind == "list" else cidr
        lists[f"pl-{number}"] = [cidr]
        listed.append(
            {
                **to(target[1], destination),
                "State": state,
                "Origin": "CreateRoute" if kind == "list" else kind,
            }
        )

    check = judge([table(*listed)], source, lists=lists)

    single = {address: looked_up(address, given_) for address in members(source)}
    inside = set(single.values()) == {"not_applicable"}
    verdicts = {"fail"} if inside else set(single.values())
    assert check.verdict == next(each for each in ("fail", "unknown", "pass") if each in {*verdicts, "pass"})
    assert spelled(check.evidence["uncovered"]) == {
        address for address, verdict in single.items() if verdict == "fail" or inside
    }
    decided = [address for each in check.evidence["routes"] for address in spelled(each["addresses"])]
    assert sorted(decided) == sorted(single)


@pytest.mark.parametrize(
    ("listed", "verdict", "uncovered"),
    [
        ([to("igw-1", "0.0.0.0/0")], "pass", []),
        ([to("igw-1", "203.0.113.0/29"), to("igw-1", "203.0.113.8/29")], "pass", []),
        ([], "fail", [WORLD]),
        ([to("igw-1", "203.0.113.0/29")], "fail", ["203.0.113.8/29"]),
        ([to("igw-1", "0.0.0.0/0"), to("pcx-1", "203.0.113.4/30")], "fail", ["203.0.113.4/30"]),
        ([to("igw-1", "0.0.0.0/0", State="blackhole")], "fail", [WORLD]),
        ([to("igw-1", "0.0.0.0/0"), to("nat-1", WORLD, State="blackhole")], "fail", [WORLD]),
        ([to("igw-1", "0.0.0.0/0"), to("nat-1", WORLD, State="filtered")], "pass", []),
        ([to("igw-detached", "0.0.0.0/0")], "fail", [WORLD]),
        ([to("igw-1", "0.0.0.0/0"), to("vpce-firewall", "203.0.113.0/29")], "unknown", []),
    ],
)
def test_routes(listed: list[Route], verdict: str, uncovered: list[str]) -> None:
    check = judge([table(*listed)])

    assert (check.verdict, check.evidence["uncovered"]) == (verdict, uncovered)
    assert all(word in (check.remedy or "") for word in ("rtb-1", SUBNET)) == (verdict == "fail")


PROPAGATED = {"Origin": "EnableVgwRoutePropagation"}


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ([to("igw-1", WORLD), to("pcx-1", "pl-1")], "pass"),
        ([to("pcx-1", WORLD), to("igw-1", "pl-1")], "fail"),
        ([to("igw-1", "pl-1"), to("vgw-1", WORLD, **PROPAGATED)], "pass"),
        ([to("igw-1", WORLD), to("vgw-1", WORLD, **PROPAGATED)], "pass"),
        ([to("igw-1", WORLD), to("vgw-1", "203.0.113.0/29", **PROPAGATED)], "fail"),
    ],
)
def test_of_equal_prefixes_a_cidrs_route_goes_before_a_lists_and_that_before_a_propagated_one(
    listed: list[Route], verdict: str
) -> None:
    for order in (listed, listed[::-1]):
        assert judge([table(*order)], lists={"pl-1": [WORLD]}).verdict == verdict


def test_the_failing_route_and_its_remedy_are_named() -> None:
    check = judge([table(to("igw-1", "0.0.0.0/0"), to("pcx-1", "203.0.113.4/30"))])

    assert {
        "destination": "203.0.113.4/30",
        "target": "pcx-1",
        "addresses": ["203.0.113.4/30"],
        "verdict": "fail",
    }.items() <= (check.evidence["routes"][0].items())
    assert "the route for 203.0.113.4/30 leads 203.0.113.4/30 to pcx-1 instead of igw-1" in check.shown()["remedy"]


def test_a_subnet_uses_its_own_table_or_the_main_one() -> None:
    good, bad = to("igw-1", "0.0.0.0/0"), to("nat-1", "0.0.0.0/0")
    own = table(good, name="rtb-own")
    main = table(bad, name="rtb-main", subnets=(), main=True)

    assert judge([own, main]).verdict == "pass"
    assert judge([main, own]).verdict == "pass"
    both = judge([own, main], subnets=(SUBNET, "subnet-2"))
    assert both.verdict == "fail"
    assert [(each["route_table_id"], each["main"], each["subnet_ids"]) for each in both.evidence["routes"]] == [
        ("rtb-own", False, [SUBNET]),
        ("rtb-main", True, ["subnet-2"]),
    ]
    assert "subnet-2" in (both.remedy or "") and SUBNET not in (both.remedy or "")


def test_without_any_table_nothing_is_known() -> None:
    assert judge([table(to("igw-1", "0.0.0.0/0"))], subnets=("subnet-9",)).verdict == "unknown"
    assert judge([], subnets=()).verdict == "unknown"


def test_ipv6_has_routes_of_its_own() -> None:
    both = [to("igw-1", "0.0.0.0/0"), to("igw-1", "::/0")]

    assert judge([table(*both)], "2001:db8::/32").verdict == "pass"
    assert judge([table(both[0])], "2001:db8::/32").verdict == "fail"
    assert judge([table(to("eigw-1", "::/0"))], "2001:db8::/32").verdict == "fail"


def test_everybody_can_come_although_private_networks_are_elsewhere() -> None:
    listed = [to("igw-1", "0.0.0.0/0"), to("local", "10.0.0.0/16"), to("pcx-1", "172.16.0.0/12")]

    check = judge([table(*listed)], "0.0.0.0/0")

    assert check.verdict == "pass"
    assert "10.0.0.0/8" in check.evidence["left_out"]
    # A VPC may have public addresses of its own; these are not of the internet either.
    assert judge([table(listed[0], to("local", "198.51.100.0/24"))], "198.51.0.0/16").verdict == "pass"
    assert judge([table(listed[0], to("local", "198.51.100.0/24"))], "198.51.100.0/25").verdict == "fail"


def test_a_private_source_does_not_come_over_the_internet() -> None:
    check = judge([table(to("igw-1", "0.0.0.0/0"))], "192.168.1.0/24")

    assert (check.verdict, check.evidence["private"]) == ("fail", True)
    assert "not a network of the internet" in (check.remedy or "")


DENIED = Unread("ec2:GetManagedPrefixListEntries", "not authorized", denied=True)


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ([to("igw-1", "0.0.0.0/0"), to("pcx-1", "pl-1")], "unknown"),
        ([to("igw-1", "0.0.0.0/0"), to("igw-1", "pl-1")], "pass"),
        ([to("igw-1", "pl-1")], "unknown"),
        ([to("pcx-1", "pl-1")], "fail"),
        ([to("igw-1", "0.0.0.0/0"), to("vpce-firewall", "pl-1")], "pass"),
    ],
)
def test_an_unread_prefix_list_only_matters_where_it_could_change_something(listed: list[Route], verdict: str) -> None:
    check = judge([table(*listed)], lists={"pl-1": DENIED})

    assert check.verdict == verdict
    assert ("ec2:GetManagedPrefixListEntries" in str(check.shown())) == (verdict == "unknown")


def test_which_prefix_lists_are_needed() -> None:
    used = table(to("igw-1", "pl-1"), to("vpce-firewall", "pl-s3"), to("igw-1", "0.0.0.0/0"))
    other = table(to("igw-1", "pl-2"), name="rtb-2", subnets=("subnet-2",))

    assert routes.prefix_lists_of([used, other], [SUBNET]) == {"pl-1"}


def test_unread_gateways_are_believed_to_be_attached() -> None:
    unread = Unread("ec2:DescribeInternetGateways", "no", denied=True)

    assert judge([table(to("igw-detached", "0.0.0.0/0"))], gateways=unread).verdict == "pass"


@pytest.mark.parametrize(
    ("attachments", "verdict"),
    [
        ([{"VpcId": "vpc-1", "State": "available"}], "pass"),
        ([{"VpcId": "vpc-1", "State": "attached"}], "pass"),
        ([{"VpcId": "vpc-1", "State": "detaching"}], "fail"),
        ([{"VpcId": "vpc-2", "State": "available"}], "fail"),
        ([], "fail"),
    ],
)
def test_a_gateway_counts_once_attached(attachments: list[Route], verdict: str) -> None:
    check = routes.internet_gateway([{"InternetGatewayId": "igw-1", "Attachments": attachments}], "vpc-1")

    assert check.verdict == verdict
    assert check.evidence["internet_gateway_ids"] == (["igw-1"] if verdict == "pass" else [])
    assert "Attach an internet gateway to vpc-1" in (check.remedy or "")


def test_the_world_is_small() -> None:
    assert len(members(WORLD)) == SIZE
