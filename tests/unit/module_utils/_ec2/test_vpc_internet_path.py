# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a VPC has: what is asked for is there in the end, taken away again, and others keep what is theirs."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ec2.vpc_internet_path import (
    Desired,
    after,
    left,
    plan,
    problems,
)
from hypothesis import assume, given
from hypothesis import strategies as st

State = dict[str, Any]

VPC, OTHER_VPC = "vpc-1", "vpc-2"
DESTINATIONS = ["0.0.0.0/0", "203.0.113.0/24", "::/0"]
TABLES = ["rtb-1", "rtb-2"]
ABSENT = Desired(VPC, "ours", absent=True)


def route(destination: str, target: str) -> State:
    member = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    return {member: destination, "GatewayId": target, "State": "active"}


@st.composite
def vpcs(draw: st.DrawFn) -> State:
    """A VPC in which nothing is ours."""
    attached = draw(st.sampled_from([None, VPC, OTHER_VPC]))
    attachments = [{"VpcId": attached, "State": "available"}] if attached else []
    targets = st.sampled_from(["igw-1", "vgw-1"])
    tables = [
        {
            "RouteTableId": table,
            "Associations": [{"Main": True}] if table == "rtb-1" else [{"SubnetId": "subnet-2"}],
            "Routes": [
                route(each, draw(targets)) for each in draw(st.lists(st.sampled_from(DESTINATIONS), unique=True))
            ],
            "Tags": [{"Key": "Name", "Value": table}],
        }
        for table in TABLES
    ]
    on = st.booleans()
    return {
        "Vpc": {"VpcId": VPC},
        "Gateways": [{"InternetGatewayId": "igw-1", "Attachments": attachments, "Tags": []}],
        "RouteTables": tables,
        "Attributes": {"EnableDnsSupport": draw(on), "EnableDnsHostnames": draw(on)},
        "NetworkInterfaces": [],
    }


desires = st.builds(
    Desired,
    vpc=st.just(VPC),
    mark=st.just("ours"),
    gateway=st.booleans(),
    routes=st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(DESTINATIONS)), unique=True).map(tuple),
    dns=st.booleans(),
)


def applied(state: State, desired: Desired) -> State:
    """After the whole plan, planned anew after each Change as a run does, new gateways with ids."""
    for _step in range(50):
        if not plan(state, desired):
            return state
        state = stepped(state, desired)
    raise AssertionError("it never ends")


def stepped(state: State, desired: Desired) -> State:
    """After the first Change of the plan, if there is one."""
    for change in plan(state, desired)[:1]:
        state = after(state, change)
    for gateway in state["Gateways"]:
        gateway["InternetGatewayId"] = gateway["InternetGatewayId"] or "igw-new"
    return state


def plain(state: State) -> State:
    """The same without the difference between no tags and an empty list of them."""
    return {**state, "Vpc": {**state["Vpc"], "Tags": state["Vpc"].get("Tags") or []}}


@given(vpcs(), desires)
def test_all_is_there_and_goes_again(state: State, wanted: Desired) -> None:
    assume(not list(problems(state, wanted)))

    made = applied(state, wanted)

    gateways = {each["InternetGatewayId"]: each["Attachments"] for each in made["Gateways"]}
    attached = [name for name, where in gateways.items() if where and where[0]["VpcId"] == VPC]
    assert attached or not wanted.gateway
    tables = {table["RouteTableId"]: table["Routes"] for table in made["RouteTables"]}
    for table, destination in wanted.routes:
        assert route(destination, attached[0]) in tables[table]
    assert all(made["Attributes"].values()) or not wanted.dns
    assert plain(applied(made, ABSENT)) == plain(state)


@given(vpcs(), desires, st.data())
def test_a_run_that_is_interrupted_anywhere_can_be_undone(state: State, wanted: Desired, data: st.DataObject) -> None:
    assume(not list(problems(state, wanted)))
    made = state
    for _step in range(data.draw(st.integers(0, 8))):
        made = stepped(made, wanted)

    assert plain(applied(made, ABSENT)) == plain(state)


@given(vpcs(), desires, st.sampled_from(["subnet-1", "subnet-2"]), st.sampled_from(DESTINATIONS))
def test_what_others_use_stays(state: State, wanted: Desired, subnet: str, destination: str) -> None:
    assume(not list(problems(state, wanted)))
    made = applied(state, wanted)
    made["NetworkInterfaces"] = [
        {"NetworkInterfaceId": "eni-9", "SubnetId": subnet, "Association": {"PublicIp": "198.51.100.7"}}
    ]

    undone = applied(made, ABSENT)

    used = "rtb-2" if subnet == "subnet-2" else "rtb-1"
    (before,) = [table["Routes"] for table in made["RouteTables"] if table["RouteTableId"] == used]
    (now,) = [table["Routes"] for table in undone["RouteTables"] if table["RouteTableId"] == used]
    assert [each for each in before if "DestinationCidrBlock" in each] == [
        each for each in now if "DestinationCidrBlock" in each
    ]
    assert undone["Attributes"] == made["Attributes"]
    ours = [each for each in made["Gateways"] if each["Tags"]]
    assert [each for each in undone["Gateways"] if each["Tags"]] == ours
    assert {each["id"] for each in left(made, ABSENT) if each["kind"] == "internet_gateway"} == {
        each["InternetGatewayId"] for each in ours
    }


@given(vpcs(), desires)
def test_the_prediction_is_the_plan_at_once(state: State, wanted: Desired) -> None:
    assume(not list(problems(state, wanted)))

    predicted = reduce(after, plan(state, wanted), state)

    assert plan(predicted, wanted) == []


def test_an_ipv6_address_uses_an_ipv6_route_only() -> None:
    state = {
        "Vpc": {"VpcId": VPC},
        "Gateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": VPC, "State": "available"}]}],
        "RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"Main": True}], "Routes": []}],
        "Attributes": {},
        "NetworkInterfaces": [],
    }
    wanted = Desired(VPC, "ours", routes=(("rtb-1", "::/0"), ("rtb-1", "0.0.0.0/0")))
    made = applied(state, wanted)
    made["NetworkInterfaces"] = [
        {"NetworkInterfaceId": "eni-9", "SubnetId": "subnet-1", "Ipv6Addresses": [{"Ipv6Address": "2001:db8::7"}]}
    ]

    assert [each["destination"] for each in left(made, ABSENT)] == ["::/0"]
    assert left(made, replace(ABSENT, released=frozenset({"eni-9"}))) == []
