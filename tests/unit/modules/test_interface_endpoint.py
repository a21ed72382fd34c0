# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from unit_kit.conversation import ANY, Conversation
from unit_kit.modules import Runner, operations

Data = dict[str, Any]

VPC, SUBNET, OTHER, GROUP = "vpc-1", "subnet-1", "subnet-2", "sg-1"
SERVERLESS, DATA = "com.amazonaws.us-east-1.redshift-serverless", "com.amazonaws.us-east-1.redshift-data"
WANTED: Data = {"vpc_id": VPC, "services": ["redshift-data"], "subnet_ids": [SUBNET], "security_group_ids": [GROUP]}
FILTERS = [{"Name": "vpc-id", "Values": [VPC]}, {"Name": "vpc-endpoint-type", "Values": ["Interface"]}]
MARK = {"Key": "redshift.serverless", "Value": "interface_endpoint"}
URL = "https://ec2.us-east-1.amazonaws.com/"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("interface_endpoint", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    # What needs no order is read at once.
    return run.conversation.in_any_order()


def endpoint(number: int = 1, name: str = DATA, **members: Any) -> Data:
    """An endpoint as EC2 gives it."""
    return {
        "VpcEndpointId": f"vpce-{number}",
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": name,
        "State": "available",
        "SubnetIds": [SUBNET],
        "Groups": [{"GroupId": GROUP, "GroupName": "endpoints"}],
        "PrivateDnsEnabled": True,
        "Tags": [MARK],
        **members,
    }


def look(aws: Conversation, *endpoints: Data) -> None:
    aws.answer("DescribeVpcEndpoints", {"Filters": FILTERS}, {"VpcEndpoints": list(endpoints)}, "ec2")


def service(name: str, **members: Any) -> Data:
    fixed = {"ServiceName": name, "ServiceType": [{"ServiceType": "Interface"}], "AvailabilityZones": ["a", "b"]}
    return {**fixed, "PrivateDnsName": "private", **members}


def facts(aws: Conversation, *services: Data, dns: bool = True, subnets: list[Data] | None = None) -> None:
    """All that is read once before something is created."""
    subnet = {"SubnetId": SUBNET, "VpcId": VPC, "AvailabilityZone": "a", "AvailableIpAddressCount": 1}
    details = {"ServiceDetails": list(services) or [service(DATA), service(SERVERLESS)]}
    aws.answer("DescribeVpcEndpointServices", {}, details, "ec2")
    found = {"Subnets": [subnet] if subnets is None else subnets}
    aws.answer("DescribeSubnets", {"Filters": ANY}, found, "ec2")
    groups = {"SecurityGroups": [{"GroupId": GROUP, "VpcId": VPC}]}
    aws.answer("DescribeSecurityGroups", {"Filters": [{"Name": "group-id", "Values": [GROUP]}]}, groups, "ec2")
    for name, member in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        request = {"VpcId": VPC, "Attribute": name}
        aws.answer("DescribeVpcAttribute", request, {"VpcId": VPC, member: {"Value": dns}}, "ec2")


def creation(name: str = DATA, **members: Any) -> Data:
    return {
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": name,
        "SubnetIds": [SUBNET],
        "SecurityGroupIds": [GROUP],
        **members,
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [MARK]}],
        "ClientToken": ANY,
    }


def write(aws: Conversation, operation: str, request: Data, answer: Data | None = None) -> None:
    aws.answer(operation, request, answer or {}, "ec2")


@pytest.mark.parametrize("check", [True, False])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool) -> None:
    look(aws, endpoint(), endpoint(2, "com.amazonaws.us-east-1.not-redshift-data"))

    result = run.succeed({**WANTED, "private_dns": True}, check=check)

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert [each["vpc_endpoint_id"] for each in result["endpoints"]] == ["vpce-1"]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_own_endpoints_to_other_services_are_told_and_left_alone(run: Runner, aws: Conversation, state: str) -> None:
    sts, kms = "com.amazonaws.us-east-1.sts", "com.amazonaws.us-east-1.kms"
    others = [endpoint(3, sts), endpoint(4, kms, State="deleting"), endpoint(5, kms, Tags=[])]
    look(aws, *([endpoint()] if state == "present" else []), *others)

    result = run.succeed({**WANTED, "state": state})

    assert not result["changed"]
    (told,) = result["other_endpoints"]
    assert (told["service"], told["vpc_endpoint_id"], told["security_group_ids"]) == ("sts", "vpce-3", [GROUP])


def test_all_are_created_before_any_is_waited_for(run: Runner, aws: Conversation) -> None:
    options = {**WANTED, "services": ["redshift-serverless", "redshift-data"]}
    pending = [endpoint(number, name, State="pending") for number, name in ((1, SERVERLESS), (2, DATA))]
    subnet = {"SubnetId": SUBNET, "VpcId": VPC, "AvailabilityZone": "a", "AvailableIpAddressCount": 2}
    look(aws)
    facts(aws, subnets=[subnet])
    write(aws, "CreateVpcEndpoint", creation(SERVERLESS))
    look(aws, pending[0])
    write(aws, "CreateVpcEndpoint", creation(DATA))
    look(aws, *pending)
    look(aws, endpoint(1, SERVERLESS), endpoint(2, DATA))

    result = run.succeed(options, diff=True)

    assert operations(result) == ["CreateVpcEndpoint", "CreateVpcEndpoint"]
    assert [each["state"] for each in result["endpoints"]] == ["available", "available"]
    asked = [name for name in aws.asked if name in ("CreateVpcEndpoint", "DescribeVpcEndpoints")]
    assert asked[-5:] == [*["CreateVpcEndpoint", "DescribeVpcEndpoints"] * 2, "DescribeVpcEndpoints"]
    assert "client_token" not in result["changes"][0]["parameters"]


def test_a_creation_whose_answer_is_lost_is_looked_after(run: Runner, aws: Conversation) -> None:
    look(aws)
    facts(aws)
    aws.lose("CreateVpcEndpoint", creation(), ReadTimeoutError(endpoint_url=URL), "ec2")
    look(aws, endpoint())

    assert operations(run.succeed(WANTED)) == ["CreateVpcEndpoint"]


def test_a_repeated_creation_carries_the_same_token(run: Runner, aws: Conversation) -> None:
    tokens: list[str] = []

    class Token(str):
        """Equal to every token, and remembers it."""

        def __eq__(self, other: object) -> bool:
            tokens.append(str(other))
            return True

        __hash__ = str.__hash__

    request = {**creation(), "ClientToken": Token()}
    look(aws)
    facts(aws)
    aws.lose("CreateVpcEndpoint", creation(), ReadTimeoutError(endpoint_url=URL), "ec2")
    look(aws)
    write(aws, "CreateVpcEndpoint", request)
    look(aws, endpoint())

    run.succeed(WANTED)

    assert len(set(tokens)) == 1


def test_check_mode_tells_the_same_as_a_run(run: Runner, aws: Conversation) -> None:
    look(aws)
    facts(aws)
    foretold = run.succeed({**WANTED, "private_dns": True}, check=True)
    look(aws)
    facts(aws)
    write(aws, "CreateVpcEndpoint", creation(PrivateDnsEnabled=True))
    look(aws, endpoint())
    happened = run.succeed({**WANTED, "private_dns": True})

    assert [each["parameters"] for each in foretold["changes"]] == [each["parameters"] for each in happened["changes"]]
    assert [{**each, "vpc_endpoint_id": None} for each in happened["endpoints"]] == foretold["endpoints"]


POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "redshift-data:*", "Resource": "*"}]}


def test_all_differences_are_one_modification(run: Runner, aws: Conversation) -> None:
    document = json.dumps({"Version": "2012-10-17", **POLICY})
    old = endpoint(SubnetIds=[OTHER], Groups=[{"GroupId": "sg-2"}], PrivateDnsEnabled=False)
    new = endpoint(PolicyDocument=document)
    request = {
        "VpcEndpointId": "vpce-1",
        "AddSubnetIds": [SUBNET],
        "RemoveSubnetIds": [OTHER],
        "AddSecurityGroupIds": [GROUP],
        "RemoveSecurityGroupIds": ["sg-2"],
        "PrivateDnsEnabled": True,
        "PolicyDocument": document,
    }
    look(aws, old)
    facts(aws)
    write(aws, "ModifyVpcEndpoint", request)
    look(aws, {**new, "State": "pending"})
    look(aws, new)

    result = run.succeed({**WANTED, "private_dns": True, "policy": POLICY})

    assert operations(result) == ["ModifyVpcEndpoint"]
    assert result["changes"][0]["interrupts"] is True


def test_a_policy_in_other_words_is_left_as_it_is(run: Runner, aws: Conversation) -> None:
    statement = {**POLICY["Statement"][0], "Sid": "any", "Action": ["Redshift-Data:*"]}
    look(aws, endpoint(PolicyDocument=json.dumps({"Version": "2008-10-17", "Statement": statement})))

    assert run.succeed({**WANTED, "policy": json.dumps(POLICY)})["changed"] is False


def test_a_policy_is_parsed_once_where_it_is_read_or_given(run: Runner, aws: Conversation, parses: list[Any]) -> None:
    wanted, old = json.dumps({"Version": "2012-10-17", **POLICY}), '{"Statement": []}'
    look(aws, endpoint(PolicyDocument=old))
    facts(aws)
    write(aws, "ModifyVpcEndpoint", {"VpcEndpointId": "vpce-1", "PolicyDocument": wanted})
    look(aws, endpoint(PolicyDocument=wanted))

    result = run.succeed({**WANTED, "policy": wanted}, diff=True)

    assert parses == [wanted, old, wanted]
    assert [result["diff"][side]["endpoints"][0]["policy"] for side in ("before", "after")] == [
        json.loads(old),
        json.loads(wanted),
    ]


def test_tags_are_set_and_purged_and_the_mark_stays(run: Runner, aws: Conversation) -> None:
    old, new = {"Key": "old", "Value": "1"}, {"Key": "team", "Value": "data"}
    look(aws, endpoint(Tags=[MARK, old]))
    write(aws, "CreateTags", {"Resources": ["vpce-1"], "Tags": [new]})
    look(aws, endpoint(Tags=[MARK, old, new]))
    write(aws, "DeleteTags", {"Resources": ["vpce-1"], "Tags": [{"Key": "old"}]})
    look(aws, endpoint(Tags=[MARK, new]))

    result = run.succeed({**WANTED, "tags": {"team": "data"}})

    assert result["endpoints"][0]["tags"] == {"redshift.serverless": "interface_endpoint", "team": "data"}


@pytest.mark.parametrize("check", [True, False])
def test_one_of_others_that_is_as_wanted_counts_as_given(run: Runner, aws: Conversation, check: bool) -> None:
    look(aws, endpoint(Tags=[]))

    result = run.succeed({**WANTED, "private_dns": True, "tags": {"team": "data"}}, check=check)

    assert (result["changed"], result["endpoints"][0]["own"]) == (False, False)


def test_absent_deletes_ones_own_in_one_request_and_waits(run: Runner, aws: Conversation) -> None:
    ours = [endpoint(1, SERVERLESS), endpoint(2, DATA)]
    theirs = endpoint(3, DATA, Tags=[])
    look(aws, *ours, theirs)
    write(aws, "DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1", "vpce-2"]}, {"Unsuccessful": []})
    look(aws, *({**each, "State": "deleting"} for each in ours), theirs)
    look(aws, theirs)

    services = ["redshift-serverless", "redshift-data"]
    result = run.succeed({"vpc_id": VPC, "services": services, "state": "absent"})

    assert (operations(result), result["endpoints"]) == (["DeleteVpcEndpoints"], [])


def test_without_waiting_what_is_still_there_is_shown(run: Runner, aws: Conversation) -> None:
    look(aws, endpoint())
    write(aws, "DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1"]}, {"Unsuccessful": []})
    look(aws, endpoint(State="deleting"))

    result = run.succeed({"vpc_id": VPC, "services": ["redshift-data"], "state": "absent", "wait": False})

    assert [each["state"] for each in result["endpoints"]] == ["deleting"]


def test_one_that_is_being_deleted_is_waited_for_before_it_is_made_anew(run: Runner, aws: Conversation) -> None:
    look(aws, endpoint(State="deleting"))
    facts(aws)
    look(aws)
    write(aws, "CreateVpcEndpoint", creation())
    look(aws, endpoint(2))

    assert run.succeed(WANTED)["endpoints"][0]["vpc_endpoint_id"] == "vpce-2"


def test_what_aws_did_not_delete_is_told(run: Runner, aws: Conversation) -> None:
    error = {"Code": "OperationNotPermitted", "Message": "It is in use."}
    look(aws, endpoint())
    answer = {"Unsuccessful": [{"ResourceId": "vpce-1", "Error": error}]}
    write(aws, "DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1"]}, answer)

    result = run.fail({"vpc_id": VPC, "services": ["redshift-data"], "state": "absent"})

    assert "vpce-1: It is in use. (OperationNotPermitted)" in result["msg"]
    assert [each["operation"] for each in result["changes_pending"]] == ["DeleteVpcEndpoints"]


def test_one_that_has_failed_is_named(run: Runner, aws: Conversation) -> None:
    look(aws, endpoint(State="failed"))

    assert "vpce-1 (com.amazonaws.us-east-1.redshift-data) is in state failed" in run.fail(WANTED)["msg"]


def test_the_name_of_another_region_and_partition_is_looked_up(run: Runner, aws: Conversation) -> None:
    names = ["cn.com.amazonaws.cn-north-1.redshift-data", "com.example.us-east-1.redshift-data.x"]
    look(aws)
    facts(aws, *(service(name) for name in names))

    result = run.succeed(WANTED, check=True)

    assert result["endpoints"][0]["service_name"] == names[0]


BEFORE_WRITING: list[tuple[Data, Data, str]] = [
    (
        {},
        {"services": [service(SERVERLESS)]},
        "services: got 'redshift-data'; expected an interface endpoint service of Region us-east-1",
    ),
    (
        {},
        {"services": [service(DATA, ServiceType=[{"ServiceType": "Gateway"}])]},
        "got 'redshift-data'; expected an interface endpoint service",
    ),
    (
        {},
        {"services": [service("a.us-east-1.redshift-data"), service("b.us-east-1.redshift-data")]},
        "'redshift-data', which can mean a.us-east-1.redshift-data, b.us-east-1.redshift-data",
    ),
    ({"private_dns": True}, {"dns": False}, "enableDnsSupport and enableDnsHostnames of vpc-1 are off"),
    ({}, {"dns": False}, "of vpc-1 are off; expected both DNS attributes on"),
    ({}, {"subnets": []}, "subnet_ids: got subnet-1; expected ids that exist in Region us-east-1"),
    (
        {},
        {"subnets": [{"SubnetId": SUBNET, "VpcId": VPC, "AvailabilityZone": "c", "AvailableIpAddressCount": 1}]},
        "subnet_ids: got subnet-1 in c; expected subnets in a, b, where com.amazonaws.us-east-1.redshift-data is available.",
    ),
    (
        {},
        {"subnets": [{"SubnetId": SUBNET, "VpcId": VPC, "AvailabilityZone": "a", "AvailableIpAddressCount": 0}]},
        "got subnet-1 with 0 free addresses; expected 1",
    ),
    (
        {},
        {"subnets": [{"SubnetId": SUBNET, "VpcId": "vpc-2", "AvailabilityZone": "a", "AvailableIpAddressCount": 9}]},
        "got subnet-1 in vpc-2; expected ids in vpc-1",
    ),
]


@pytest.mark.parametrize(("options", "found", "message"), BEFORE_WRITING)
@pytest.mark.parametrize("check", [True, False])
def test_what_aws_would_refuse_is_refused_before_the_first_write(
    run: Runner, aws: Conversation, options: Data, found: Data, message: str, check: bool
) -> None:
    look(aws)
    facts(aws, *found.get("services", ()), dns=found.get("dns", True), subnets=found.get("subnets"))

    result = run.fail({**WANTED, **options}, check=check)

    assert message in result["msg"]
    assert result["msg"].endswith("Nothing was changed.")


def test_a_private_name_that_another_has_is_refused(run: Runner, aws: Conversation) -> None:
    look(aws, endpoint(7, Tags=[], SubnetIds=[OTHER]))
    facts(aws)

    message = run.fail(WANTED)["msg"]

    assert "private_dns: got true, but vpce-7 has the private DNS name" in message
    assert "subnet_ids: ['subnet-2'] -> ['subnet-1']" in message


def test_without_private_dns_there_is_room_for_two(run: Runner, aws: Conversation) -> None:
    look(aws, endpoint(7, Tags=[], SubnetIds=[OTHER]))
    facts(aws, dns=False)

    assert operations(run.succeed({**WANTED, "private_dns": False}, check=True)) == ["CreateVpcEndpoint"]


def test_a_vpc_that_is_not_there_names_the_option(run: Runner, aws: Conversation) -> None:
    look(aws)
    aws.answer("DescribeVpcEndpointServices", {}, {"ServiceDetails": [service(DATA)]}, "ec2")
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        request = {"VpcId": VPC, "Attribute": name}
        text = "The vpc ID 'vpc-1' does not exist"
        aws.refuse("DescribeVpcAttribute", request, "InvalidVpcID.NotFound", text, service="ec2")

    message = run.fail({"vpc_id": VPC, "services": ["redshift-data"]})["msg"]

    assert message == "vpc_id: The vpc ID 'vpc-1' does not exist Correct the id or the Region (us-east-1)."


BAD: list[tuple[Data, str]] = [
    ({"services": []}, "services: got an empty list"),
    ({"subnet_ids": []}, "subnet_ids: got an empty list"),
    ({"security_group_ids": []}, "security_group_ids: got an empty list"),
    ({"mark": " "}, "mark: got an empty text"),
    ({"policy": "{"}, "policy: The policy is not JSON"),
    ({"policy": {"Statement": []}}, "policy: The policy has no Statement"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_refused_without_asking_aws(run: Runner, aws: Conversation, options: Data, message: str) -> None:
    assert message in run.fail({**WANTED, **options})["msg"]
    assert aws.asked == []
