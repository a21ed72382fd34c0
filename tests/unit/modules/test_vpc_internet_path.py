# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

VPC, TABLE, GATEWAY, ENI = "vpc-1", "rtb-1", "igw-1", "eni-1"
MARK = "vpc_internet_path"
ROUTE_TAG = "redshift.serverless:route:0.0.0.0/0"
NAMES_TAG = "redshift.serverless:enableDnsHostnames"
OF_VPC = {"Filters": [{"Name": "vpc-id", "Values": [VPC]}]}
OWN = {"redshift.serverless": MARK, "redshift.serverless:vpc": VPC}
ROUTE = {"route_table_id": TABLE, "destination": "0.0.0.0/0"}
ALL: Options = {"vpc_id": VPC, "internet_gateway": True, "routes": [ROUTE], "dns_attributes": True}
EVERYTHING = {"internet_gateway": True, "routes": [ROUTE], "dns_attributes": ["enableDnsHostnames"]}
ABSENT: Options = {"vpc_id": VPC, "state": "absent"}
URL = "https://ec2.us-east-1.amazonaws.com/"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("vpc_internet_path", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def tags(values: dict[str, str]) -> list[Options]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def gateway(attached: str | None = VPC, **values: str) -> Options:
    attachments = [{"VpcId": attached, "State": "available"}] if attached else []
    return {"InternetGatewayId": GATEWAY, "Attachments": attachments, "Tags": tags(values or OWN)}


def table(*routes: Options, **values: str) -> Options:
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    return {
        "RouteTableId": TABLE,
        "VpcId": VPC,
        "Associations": [{"Main": True}],
        "Routes": [local, *routes],
        "Tags": tags({key.replace("ROUTE", ROUTE_TAG): value for key, value in values.items()}),
    }


def route(destination: str = "0.0.0.0/0", target: str = GATEWAY) -> Options:
    return {"DestinationCidrBlock": destination, "GatewayId": target, "State": "active"}


def look(
    aws: Conversation,
    gateways: list[Options],
    tables: list[Options],
    names: bool | None = None,
    marked: bool = False,
    interfaces: list[Options] | None = None,
) -> None:
    """One look at the VPC: `names` is enableDnsHostnames where it is read, `marked` whether it is marked."""
    vpc = {"VpcId": VPC, "Tags": tags({NAMES_TAG: MARK} if marked else {})}
    aws.answer("DescribeVpcs", {"VpcIds": [VPC]}, {"Vpcs": [vpc]}, "ec2")
    aws.answer("DescribeInternetGateways", {}, {"InternetGateways": gateways}, "ec2")
    aws.answer("DescribeRouteTables", OF_VPC, {"RouteTables": tables}, "ec2")
    if names is not None:
        for attribute, member, value in (
            ("enableDnsSupport", "EnableDnsSupport", True),
            ("enableDnsHostnames", "EnableDnsHostnames", names),
        ):
            request = {"VpcId": VPC, "Attribute": attribute}
            aws.answer("DescribeVpcAttribute", request, {member: {"Value": value}}, "ec2")
    if interfaces is not None:
        aws.answer("DescribeNetworkInterfaces", OF_VPC, {"NetworkInterfaces": interfaces}, "ec2")


def write(aws: Conversation, operation: str, request: Options, answer: Options | None = None) -> None:
    aws.answer(operation, request, answer or {}, "ec2")


def tagging(operation: str, resource: str, key: str, **value: str) -> tuple[str, Options]:
    return operation, {"Resources": [resource], "Tags": [{"Key": key, **value}]}


MARK_ROUTE = tagging("CreateTags", TABLE, ROUTE_TAG, Value=MARK)
FORGET_ROUTE = tagging("DeleteTags", TABLE, ROUTE_TAG)
MARK_NAMES = tagging("CreateTags", VPC, NAMES_TAG, Value=MARK)
FORGET_NAMES = tagging("DeleteTags", VPC, NAMES_TAG)
CREATE_ROUTE = {"RouteTableId": TABLE, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": GATEWAY}
DELETE_ROUTE = {"RouteTableId": TABLE, "DestinationCidrBlock": "0.0.0.0/0"}
TO_VPC = {"InternetGatewayId": GATEWAY, "VpcId": VPC}
CREATE_GATEWAY = {"TagSpecifications": [{"ResourceType": "internet-gateway", "Tags": tags(OWN)}]}


def names(value: bool) -> Options:
    return {"VpcId": VPC, "EnableDnsHostnames": {"Value": value}}


def user(subnet: str = "subnet-1", interface: str = "eni-9") -> Options:
    return {"NetworkInterfaceId": interface, "SubnetId": subnet, "Association": {"PublicIp": "198.51.100.7"}}


def test_everything_is_made_and_marked(run: Runner, aws: Conversation) -> None:
    look(aws, [], [table()], names=False)
    write(aws, *MARK_NAMES)
    look(aws, [], [table()], names=False, marked=True)
    write(aws, "ModifyVpcAttribute", names(True))
    look(aws, [], [table()], names=True, marked=True)
    write(aws, "CreateInternetGateway", CREATE_GATEWAY, {"InternetGateway": {"InternetGatewayId": GATEWAY}})
    look(aws, [gateway(None)], [table()], names=True, marked=True)
    write(aws, "AttachInternetGateway", TO_VPC)
    look(aws, [gateway()], [table()], names=True, marked=True)
    write(aws, *MARK_ROUTE)
    look(aws, [gateway()], [table(ROUTE=MARK)], names=True, marked=True)
    write(aws, "CreateRoute", CREATE_ROUTE, {"Return": True})
    look(aws, [gateway()], [table(route(), ROUTE=MARK)], names=True, marked=True)

    result = run.succeed(ALL, diff=True)

    assert result["internet_gateway_id"] == GATEWAY
    assert result["own"] == EVERYTHING


def test_a_prediction_says_the_same_without_ids(run: Runner, aws: Conversation) -> None:
    look(aws, [], [table()], names=False)

    result = run.succeed(ALL, check=True)

    assert operations(result) == [
        "CreateTags",
        "ModifyVpcAttribute",
        "CreateInternetGateway",
        "AttachInternetGateway",
        "CreateTags",
        "CreateRoute",
    ]
    assert result["internet_gateway_id"] is None
    assert result["own"] == EVERYTHING


@pytest.mark.parametrize("check", [True, False])
def test_what_others_made_is_enough(run: Runner, aws: Conversation, check: bool) -> None:
    look(aws, [gateway(Name="theirs")], [table(route())], names=True)

    result = run.succeed(ALL, check=check)

    assert not result["changed"]
    assert result["own"] == {"internet_gateway": False, "routes": [], "dns_attributes": []}


def test_an_interrupted_run_goes_on_with_its_own_gateway(run: Runner, aws: Conversation) -> None:
    look(aws, [gateway(None)], [table()])
    write(aws, "AttachInternetGateway", TO_VPC)
    look(aws, [gateway()], [table()])

    assert operations(run.succeed({"vpc_id": VPC, "internet_gateway": True})) == ["AttachInternetGateway"]


def test_everything_is_taken_away(run: Runner, aws: Conversation) -> None:
    ours = [user(interface=ENI)]
    look(aws, [gateway()], [table(route(), ROUTE=MARK)], names=True, marked=True, interfaces=ours)
    write(aws, "DeleteRoute", DELETE_ROUTE)
    look(aws, [gateway()], [table(ROUTE=MARK)], names=True, marked=True, interfaces=ours)
    write(aws, *FORGET_ROUTE)
    look(aws, [gateway()], [table()], names=True, marked=True, interfaces=ours)
    message = "Network vpc-1 has some mapped public address(es)."
    aws.refuse("DetachInternetGateway", TO_VPC, "DependencyViolation", message, service="ec2")
    look(aws, [gateway()], [table()], names=True, marked=True, interfaces=ours)
    write(aws, "DetachInternetGateway", TO_VPC)
    look(aws, [gateway(None)], [table()], names=True, marked=True, interfaces=[])
    write(aws, "DeleteInternetGateway", {"InternetGatewayId": GATEWAY})
    look(aws, [], [table()], names=True, marked=True, interfaces=[])
    write(aws, "ModifyVpcAttribute", names(False))
    look(aws, [], [table()], names=False, marked=True, interfaces=[])
    write(aws, *FORGET_NAMES)
    look(aws, [], [table()])

    result = run.succeed({**ABSENT, "released_network_interface_ids": [ENI]})

    assert (result["internet_gateway_id"], result["left"]) == (None, [])


@pytest.mark.parametrize("check", [True, False])
def test_what_others_use_stays(run: Runner, aws: Conversation, check: bool) -> None:
    look(aws, [gateway()], [table(route(), ROUTE=MARK)], names=True, marked=True, interfaces=[user()])

    result = run.succeed(ABSENT, check=check)

    assert not result["changed"]
    assert [(each["kind"], each["id"]) for each in result["left"]] == [
        ("route", TABLE),
        ("internet_gateway", GATEWAY),
        ("dns_attribute", "enableDnsHostnames"),
    ]
    assert "eni-9" in result["left"][0]["reason"]


def test_a_route_of_others_keeps_the_gateway(run: Runner, aws: Conversation) -> None:
    theirs = route("198.51.100.0/24")
    look(aws, [gateway()], [table(route(), theirs, ROUTE=MARK)], interfaces=[])
    write(aws, "DeleteRoute", DELETE_ROUTE)
    look(aws, [gateway()], [table(theirs, ROUTE=MARK)], interfaces=[])
    write(aws, *FORGET_ROUTE)
    look(aws, [gateway()], [table(theirs)], interfaces=[])

    (left,) = run.succeed(ABSENT)["left"]

    assert left["kind"] == "internet_gateway"
    assert "198.51.100.0/24 in rtb-1" in left["reason"]


def test_what_others_took_over_is_only_forgotten(run: Runner, aws: Conversation) -> None:
    look(aws, [gateway(), gateway("vpc-2")], [table(route(target="vgw-1"), ROUTE=MARK)], interfaces=[])
    write(aws, *FORGET_ROUTE)
    look(aws, [gateway("vpc-2")], [table(route(target="vgw-1"))])

    assert operations(run.succeed(ABSENT))[:1] == ["DeleteTags"]


@pytest.mark.parametrize(
    ("gateways", "tables", "options", "words"),
    [
        ([], [table()], {"routes": [ROUTE]}, "has no internet gateway to route to"),
        ([gateway()], [], {"routes": [ROUTE]}, "routes: got the route table rtb-1; expected one of vpc-1"),
        ([gateway()], [table(route(target="vgw-1"))], {"routes": [ROUTE]}, "a route for 0.0.0.0/0 to vgw-1 (active)"),
    ],
)
def test_routes_that_can_not_be_are_refused(
    run: Runner, aws: Conversation, gateways: list[Options], tables: list[Options], options: Options, words: str
) -> None:
    look(aws, gateways, tables)

    assert words in run.fail({"vpc_id": VPC, **options})["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mark": " "}, "mark: got an empty text"),
        ({"routes": [{**ROUTE, "destination": "all"}]}, "routes.destination: got 'all'"),
    ],
)
def test_options_that_can_not_be_are_refused_unread(run: Runner, options: Options, words: str) -> None:
    assert words in run.fail({"vpc_id": VPC, **options})["msg"]


def test_a_vpc_that_is_not_there(run: Runner, aws: Conversation) -> None:
    words = "The vpc ID 'vpc-1' does not exist"
    aws.refuse("DescribeVpcs", {"VpcIds": [VPC]}, "InvalidVpcID.NotFound", words, service="ec2")

    assert run.fail({"vpc_id": VPC})["msg"] == f"vpc_id: {words} Correct the id or the Region (us-east-1)."


def test_the_mark_of_a_refused_route_goes_again(run: Runner, aws: Conversation) -> None:
    look(aws, [gateway()], [table()])
    write(aws, *MARK_ROUTE)
    look(aws, [gateway()], [table(ROUTE=MARK)])
    aws.refuse("CreateRoute", CREATE_ROUTE, "UnauthorizedOperation", "You may not.", 403, service="ec2")
    write(aws, *FORGET_ROUTE)

    assert "ec2:CreateRoute" in run.fail({"vpc_id": VPC, "routes": [ROUTE]})["msg"]


def test_the_mark_of_a_refused_attribute_goes_again(run: Runner, aws: Conversation) -> None:
    look(aws, [], [], names=False, marked=True)
    aws.refuse("ModifyVpcAttribute", names(True), "UnauthorizedOperation", "You may not.", 403, service="ec2")
    write(aws, *FORGET_NAMES)

    assert "ec2:ModifyVpcAttribute" in run.fail({"vpc_id": VPC, "dns_attributes": True})["msg"]


def test_a_route_whose_answer_was_lost_is_known_again(run: Runner, aws: Conversation) -> None:
    look(aws, [gateway()], [table(ROUTE=MARK)])
    aws.lose("CreateRoute", CREATE_ROUTE, ReadTimeoutError(endpoint_url=URL), "ec2")
    look(aws, [gateway()], [table(ROUTE=MARK)])
    aws.refuse("CreateRoute", CREATE_ROUTE, "RouteAlreadyExists", "It exists.", service="ec2")
    look(aws, [gateway()], [table(route(), ROUTE=MARK)])

    assert run.succeed({"vpc_id": VPC, "routes": [ROUTE]})["own"]["routes"] == [ROUTE]


def test_a_route_that_went_by_itself_is_as_good_as_taken_away(run: Runner, aws: Conversation) -> None:
    look(aws, [], [table(route(), ROUTE=MARK)], interfaces=[])
    aws.refuse("DeleteRoute", DELETE_ROUTE, "InvalidRoute.NotFound", "No route.", service="ec2")
    look(aws, [], [table(ROUTE=MARK)], interfaces=[])
    write(aws, *FORGET_ROUTE)
    look(aws, [], [table()])

    assert operations(run.succeed(ABSENT)) == ["DeleteRoute", "DeleteTags"]
