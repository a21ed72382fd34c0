"""Two accounts: what a grantee sees and may do under each kind of policy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_kit.cross_account import ACTIONS, network, policy
from redshift_emulator.control import Emulator

OWNER = "111111111111"
GRANTEE = "222222222222"
NOT_FOUND = "Serverless workgroup sales not found."


def arn(vpc: str, account: str = GRANTEE) -> str:
    return f"arn:aws:ec2:us-east-1:{account}:vpc/{vpc}"


def conditions(vpc: str) -> list[dict[str, Any]]:
    """The two ways in which a policy names a VPC."""
    return [
        {"ArnLike": {"redshift-serverless:AuthorizedVpc": [arn(vpc)]}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}, "StringLike": {"aws:SourceVpc": vpc}},
    ]


def put(client: Any, workgroup: dict[str, Any], text: str) -> None:
    client.put_resource_policy(resourceArn=workgroup["workgroupArn"], policy=text)


def seen(grantee: Any) -> dict[str, list[str]]:
    found = grantee.list_workgroups(ownerAccount=OWNER)["workgroups"]
    return {each["workgroupName"]: each["crossAccountVpcs"] for each in found}


def connect(grantee: Any, place: dict[str, str], name: str = "remote", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = grantee.create_endpoint_access(
        endpointName=name, workgroupName="sales", subnetIds=[place["subnet"]], **{"ownerAccount": OWNER, **more}
    )["endpoint"]
    return made


def test_without_a_grant_there_is_nothing(
    emulator: Emulator, grantee: Any, grantee_ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place = network(grantee_ec2)
    assert seen(grantee) == {}
    assert refused("ResourceNotFoundException", connect, grantee=grantee, place=place) == NOT_FOUND
    emulator.settings(cross_account_refusal="access_denied")
    message = refused("AccessDeniedException", connect, grantee=grantee, place=place)
    assert message.startswith("User: arn:aws:iam::222222222222:user/emulator is not authorized to perform: ")


def test_all_vpcs_of_an_account(
    emulator: Emulator, client: Any, grantee: Any, grantee_ec2: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    place = network(grantee_ec2)
    put(client, workgroup, policy(GRANTEE))
    assert seen(grantee) == {"sales": ["*"]}
    connect(grantee, place)
    emulator.advance(90)
    found = grantee.get_endpoint_access(endpointName="remote")["endpoint"]
    assert found["endpointStatus"] == "ACTIVE"
    assert f".{GRANTEE}.us-east-1.redshift-serverless." in found["address"]
    (interface,) = found["vpcEndpoint"]["networkInterfaces"]
    ids = [interface["networkInterfaceId"]]
    assert len(grantee_ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]) == 1
    assert ids[0] not in {each["NetworkInterfaceId"] for each in ec2.describe_network_interfaces()["NetworkInterfaces"]}
    assert client.list_endpoint_access()["endpoints"] == []


@pytest.mark.parametrize("kind", [0, 1])
def test_named_vpcs_only(
    emulator: Emulator,
    client: Any,
    grantee: Any,
    grantee_ec2: Any,
    refused: Any,
    workgroup: dict[str, Any],
    kind: int,
) -> None:
    emulator.settings(source_vpc="of_the_endpoint")
    granted, other = network(grantee_ec2), network(grantee_ec2, "10.8.0.0/24")
    put(client, workgroup, policy(GRANTEE, condition=conditions(granted["vpc"])[kind]))
    assert seen(grantee) == {"sales": [granted["vpc"]]}
    assert refused("ResourceNotFoundException", connect, grantee=grantee, place=other) == NOT_FOUND
    assert connect(grantee, granted)["workgroupName"] == "sales"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (policy("333333333333"), {}),
        (policy(f"arn:aws:iam::{GRANTEE}:root"), {"sales": ["*"]}),
        (policy(f"arn:aws:iam::{GRANTEE}:user/emulator"), {"sales": ["*"]}),
        (policy(f"arn:aws:iam::{GRANTEE}:user/another"), {}),
        (policy(GRANTEE, condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), {}),
        (policy(GRANTEE, condition={"StringLike": {"aws:NotKnown": "*"}}), {}),
        (policy(GRANTEE, condition={"ArnLike": {"redshift-serverless:AuthorizedVpc": arn("*")}}), {"sales": ["*"]}),
        (policy(GRANTEE, condition={"ArnLike": {"redshift-serverless:AuthorizedVpc": arn("*", OWNER)}}), {}),
        (
            policy(
                GRANTEE,
                condition={"ArnLike": {"redshift-serverless:AuthorizedVpc": [arn("vpc-1"), arn("vpc-2")]}},
            ),
            {"sales": ["vpc-1", "vpc-2"]},
        ),
        (policy(GRANTEE, Resource="arn:aws:redshift-serverless:*:*:*"), {"sales": ["*"]}),
        (policy(GRANTEE, Effect="Deny"), {}),
        (policy(GRANTEE, Action="redshift-serverless:GetEndpointAccess"), {}),
    ],
)
def test_what_a_grantee_sees(
    client: Any, grantee: Any, workgroup: dict[str, Any], text: str, expected: dict[str, list[str]]
) -> None:
    put(client, workgroup, text)
    assert seen(grantee) == expected


SOURCE_VPC_CASES = [
    ({"StringLike": {"aws:SourceVpc": "*"}}, {}, {"sales": ["*"]}),
    ({"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}, {}, {"sales": ["vpc-1", "vpc-2"]}),
    ({"StringLikeIfExists": {"aws:SourceVpc": "vpc-1"}}, {"sales": ["*"]}, {"sales": ["vpc-1"]}),
    ({"Null": {"aws:SourceVpc": "true"}}, {"sales": ["*"]}, {}),
]


@pytest.mark.parametrize(("condition", "of_the_call", "of_the_endpoint"), SOURCE_VPC_CASES)
def test_a_call_through_no_vpc_endpoint_has_no_source_vpc_unless_a_setting_says_so(
    emulator: Emulator,
    client: Any,
    grantee: Any,
    workgroup: dict[str, Any],
    condition: dict[str, Any],
    of_the_call: dict[str, list[str]],
    of_the_endpoint: dict[str, list[str]],
) -> None:
    put(client, workgroup, policy(GRANTEE, condition=condition))
    assert seen(grantee) == of_the_call
    emulator.settings(source_vpc="of_the_endpoint")
    assert seen(grantee) == of_the_endpoint


def test_a_deny_wins(client: Any, grantee: Any, grantee_ec2: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    place = network(grantee_ec2)
    statements = json.loads(policy(GRANTEE))["Statement"]
    statements.append(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "redshift-serverless:*",
            "Condition": {"ArnEquals": {"redshift-serverless:AuthorizedVpc": arn(place["vpc"])}},
        }
    )
    put(client, workgroup, json.dumps({"Version": "2012-10-17", "Statement": statements}))
    refused("ResourceNotFoundException", connect, grantee=grantee, place=place)
    connect(grantee, network(grantee_ec2, "10.8.0.0/24"))


def test_without_the_owner_account_it_is_looked_for_at_home(
    client: Any, grantee: Any, grantee_ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    put(client, workgroup, policy(GRANTEE))
    place = network(grantee_ec2)
    message = refused("ResourceNotFoundException", connect, grantee=grantee, place=place, ownerAccount=GRANTEE)
    assert message == NOT_FOUND


def test_grants_do_not_reach_another_region(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    put(client, workgroup, policy(GRANTEE))
    elsewhere = emulator.session(GRANTEE, "eu-west-1")
    assert seen(elsewhere.client("redshift-serverless")) == {}
    place = network(elsewhere.client("ec2"))
    refused("ResourceNotFoundException", connect, grantee=elsewhere.client("redshift-serverless"), place=place)


def test_after_a_revocation_the_endpoint_stays_but_may_not_be_touched(
    emulator: Emulator, client: Any, grantee: Any, grantee_ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    put(client, workgroup, policy(GRANTEE))
    connect(grantee, network(grantee_ec2))
    emulator.advance(90)
    client.delete_resource_policy(resourceArn=workgroup["workgroupArn"])
    for call in (grantee.get_endpoint_access, grantee.delete_endpoint_access, grantee.update_endpoint_access):
        assert "no resource-based policy allows" in refused("AccessDeniedException", call, endpointName="remote")
    assert [each["endpointStatus"] for each in grantee.list_endpoint_access()["endpoints"]] == ["ACTIVE"]
    emulator.settings(revoked_endpoints="kept")
    assert grantee.get_endpoint_access(endpointName="remote")["endpoint"]["endpointStatus"] == "ACTIVE"
    grantee.delete_endpoint_access(endpointName="remote")


def test_each_action_needs_its_own_permission(
    emulator: Emulator, client: Any, grantee: Any, grantee_ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    put(client, workgroup, policy(GRANTEE, Action=[ACTIONS[0], ACTIONS[3]]))
    connect(grantee, network(grantee_ec2))
    emulator.advance(90)
    grantee.get_endpoint_access(endpointName="remote")
    refused("AccessDeniedException", grantee.delete_endpoint_access, endpointName="remote")


def test_the_quota_of_an_authorization(
    emulator: Emulator, client: Any, grantee: Any, grantee_ec2: Any, workgroup: dict[str, Any]
) -> None:
    put(client, workgroup, policy(GRANTEE))
    place = network(grantee_ec2)
    for number in range(5):
        connect(grantee, place, f"remote-{number}")
    with pytest.raises(ClientError, match="ServiceQuotaExceededException"):
        connect(grantee, place, "remote-5")


def test_an_assumed_role_acts_in_its_account(emulator: Emulator, client: Any, workgroup: dict[str, Any]) -> None:
    import boto3

    sts = emulator.session(OWNER).client("sts")
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{GRANTEE}:role/reader", RoleSessionName="test")["Credentials"]
    put(client, workgroup, policy(f"arn:aws:iam::{GRANTEE}:role/reader"))
    assumed = boto3.Session(
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
        region_name="us-east-1",
    ).client("redshift-serverless", endpoint_url=emulator.endpoint_url)
    assert seen(assumed) == {"sales": ["*"]}
    last = emulator.requests()[-1]
    assert (last["account"], last["caller"]) == (GRANTEE, f"arn:aws:sts::{GRANTEE}:assumed-role/reader/test")
