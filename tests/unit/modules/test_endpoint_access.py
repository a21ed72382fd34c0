# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from unit_kit.answers import endpoint, workgroup
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

APPS = {"endpointName": "apps"}
SUBNET = "subnet-0a1b2c3d4e5f60718"
GROUP = "sg-0a1b2c3d4e5f60718"
OTHER_GROUP = "sg-0b1c2d3e4f5061728"
OWNER = "210987654321"
VPC = "vpc-0a1b2c3d4e5f60718"
URL = "https://redshift-serverless.us-east-1.amazonaws.com/"
WANTED: Options = {"name": "apps", "workgroup": "sales", "subnet_ids": [SUBNET], "security_group_ids": [GROUP]}
CREATION = {**APPS, "workgroupName": "sales", "subnetIds": [SUBNET], "vpcSecurityGroupIds": [GROUP]}
NOT_FOUND = "Serverless workgroup sales not found."


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("endpoint_access", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def groups(*ids: str) -> list[dict[str, str]]:
    return [{"vpcSecurityGroupId": each, "status": "active"} for each in ids]


def get(aws: Conversation, times: int = 1, **members: Any) -> None:
    for _unused in range(times):
        aws.answer("GetEndpointAccess", APPS, {"endpoint": endpoint(**members)})


def missing(aws: Conversation) -> None:
    aws.refuse("GetEndpointAccess", APPS, "ResourceNotFoundException", "The endpoint apps was not found.")


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("status", ["ACTIVE", "active", "AVAILABLE"])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool, status: str) -> None:
    get(aws, endpointStatus=status)

    result = run.succeed({**WANTED, "owner_account": OWNER}, check=check)

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert result["endpoint"]["vpc_endpoint"]["vpc_id"] == VPC


def test_creates_and_waits(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateEndpointAccess", CREATION, {"endpoint": endpoint(endpointStatus="CREATING", address=None)})
    get(aws, 2, endpointStatus="CREATING", address=None, vpcEndpoint=None, vpcSecurityGroups=None)
    get(aws)

    result = run.succeed(WANTED, diff=True)

    assert operations(result) == ["CreateEndpointAccess"]
    assert result["endpoint"]["endpoint_status"] == "ACTIVE"
    assert result["diff"]["before"] == {"endpoint": None}


def test_creates_in_another_accounts_workgroup(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateEndpointAccess", {**CREATION, "ownerAccount": OWNER}, {"endpoint": endpoint()})
    get(aws)

    assert run.succeed({**WANTED, "owner_account": OWNER})["changed"] is True


def test_check_mode_foretells_a_creation_in_full(run: Runner, aws: Conversation) -> None:
    missing(aws)
    foretold = run.succeed(WANTED, check=True)
    missing(aws)
    aws.answer("CreateEndpointAccess", CREATION, {"endpoint": endpoint()})
    get(aws)
    happened = run.succeed(WANTED)

    assert operations(foretold) == operations(happened)
    assert foretold["endpoint"].keys() == happened["endpoint"].keys()
    assert foretold["endpoint"]["subnet_ids"] == happened["endpoint"]["subnet_ids"]
    assert foretold["endpoint"]["vpc_security_groups"] == happened["endpoint"]["vpc_security_groups"]
    assert foretold["endpoint"]["endpoint_arn"] is None


def test_several_endpoints_are_begun_at_once(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateEndpointAccess", CREATION, {"endpoint": endpoint(endpointStatus="CREATING")})
    get(aws, endpointStatus="CREATING")

    result = run.succeed({**WANTED, "wait": False}, diff=True)

    assert result["endpoint"]["endpoint_status"] == "CREATING"
    assert run.clock.pauses == []


def test_the_difference_is_what_was_asked_for_and_no_passing_state(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateEndpointAccess", CREATION, {"endpoint": endpoint(endpointStatus="CREATING")})
    get(aws, endpointStatus="CREATING", vpcSecurityGroups=None)
    made = run.succeed({**WANTED, "wait": False}, diff=True)["diff"]["after"]["endpoint"]
    assert (made["endpoint_status"], made["vpc_security_groups"][0]["vpc_security_group_id"]) == ("ACTIVE", GROUP)

    get(aws)
    aws.answer("DeleteEndpointAccess", APPS, {"endpoint": endpoint(endpointStatus="DELETING")})
    get(aws, endpointStatus="DELETING")
    gone = run.succeed({"name": "apps", "state": "absent", "wait": False}, diff=True)
    assert gone["diff"]["after"] == {"endpoint": None}


def test_security_groups_are_changed_in_place(run: Runner, aws: Conversation) -> None:
    get(aws)
    request = {**APPS, "vpcSecurityGroupIds": [GROUP, OTHER_GROUP]}
    aws.answer("UpdateEndpointAccess", request, {"endpoint": endpoint(endpointStatus="MODIFYING")})
    get(aws, endpointStatus="MODIFYING")
    get(aws, vpcSecurityGroups=groups(OTHER_GROUP, GROUP))

    result = run.succeed({**WANTED, "security_group_ids": [OTHER_GROUP, GROUP, GROUP]})

    assert operations(result) == ["UpdateEndpointAccess"]
    assert result["changes"][0]["interrupts"] is False


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        ({"workgroup": "other"}, "workgroup: sales -> other"),
        ({"subnet_ids": ["subnet-2"]}, f"subnet_ids: ['{SUBNET}'] -> ['subnet-2']"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_can_not_change_is_refused_before_the_first_write(
    run: Runner, aws: Conversation, options: Options, difference: str, check: bool
) -> None:
    get(aws)

    result = run.fail({**WANTED, **options}, check=check)

    assert difference in result["msg"]
    assert "allow_recreate" in result["msg"]
    assert result["changed"] is False


def test_with_consent_it_is_created_anew(run: Runner, aws: Conversation) -> None:
    options = {**WANTED, "subnet_ids": ["subnet-2"], "allow_recreate": True}
    get(aws)
    foretold = run.succeed(options, check=True)
    get(aws)
    aws.answer("DeleteEndpointAccess", APPS, {"endpoint": endpoint(endpointStatus="DELETING")})
    get(aws, endpointStatus="DELETING")
    missing(aws)
    aws.answer("CreateEndpointAccess", {**CREATION, "subnetIds": ["subnet-2"]}, {"endpoint": endpoint()})
    get(aws, endpointStatus="CREATING", subnetIds=["subnet-2"])
    get(aws, subnetIds=["subnet-2"])

    result = run.succeed(options)

    assert operations(result) == operations(foretold) == ["DeleteEndpointAccess", "CreateEndpointAccess"]
    assert result["changes"][0]["interrupts"] is True


@pytest.mark.parametrize(
    ("option", "value", "lacking"), [("subnet_ids", ["subnet-2"], "workgroup"), ("workgroup", "other", "subnet_ids")]
)
def test_nothing_is_deleted_that_can_not_be_created_anew(
    run: Runner, aws: Conversation, option: str, value: Any, lacking: str
) -> None:
    get(aws)

    result = run.fail({"name": "apps", option: value, "allow_recreate": True})

    assert result["msg"].startswith(
        f"{lacking}: got nothing; expected a value, since endpoint apps must be created again ({option}: "
    )
    assert result["changed"] is False


def test_deletes_and_waits_until_it_is_gone(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.answer("DeleteEndpointAccess", APPS, {"endpoint": endpoint(endpointStatus="DELETING")})
    get(aws, 2, endpointStatus="DELETING")
    missing(aws)

    result = run.succeed({"name": "apps", "state": "absent"})

    assert (operations(result), result["endpoint"]) == (["DeleteEndpointAccess"], None)


def test_absent_already(run: Runner, aws: Conversation) -> None:
    missing(aws)

    assert run.succeed({"name": "apps", "state": "absent"})["changed"] is False


def test_a_lost_answer_of_the_creation_is_looked_after(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.lose("CreateEndpointAccess", CREATION, ReadTimeoutError(endpoint_url=URL))
    get(aws, endpointStatus="CREATING")
    get(aws)

    assert operations(run.succeed(WANTED)) == ["CreateEndpointAccess"]


def test_a_failed_endpoint_is_not_waited_for(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateEndpointAccess", CREATION, {"endpoint": endpoint(endpointStatus="CREATING")})
    get(aws, endpointStatus="CREATING")
    get(aws, endpointStatus="FAILED")

    result = run.fail(WANTED)

    assert "Endpoint apps has the status FAILED" in result["msg"]
    assert "quota" in result["msg"]


def refuse_creation(aws: Conversation, code: str = "ResourceNotFoundException", **members: Any) -> None:
    missing(aws)
    aws.refuse("CreateEndpointAccess", {**CREATION, **members}, code, NOT_FOUND)


def list_granted(aws: Conversation, *vpcs: str, name: str = "sales") -> None:
    granted = [workgroup(name, crossAccountVpcs=list(vpcs))]
    aws.answer("ListWorkgroups", {"ownerAccount": OWNER}, {"workgroups": granted})


def find_vpc(aws: Conversation) -> None:
    found = {"Subnets": [{"SubnetId": SUBNET, "VpcId": VPC}]}
    aws.answer("DescribeSubnets", {"SubnetIds": [SUBNET]}, found, service="ec2")


def test_a_workgroup_that_is_not_ours_is_explained(run: Runner, aws: Conversation) -> None:
    refuse_creation(aws)

    result = run.fail(WANTED)

    assert NOT_FOUND in result["msg"]
    assert "workgroup: got 'sales'; expected a workgroup of this account in Region us-east-1" in result["msg"]
    assert "owner_account" in result["msg"]


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_workgroup_that_is_not_granted_is_explained(run: Runner, aws: Conversation, code: str) -> None:
    refuse_creation(aws, code, ownerAccount=OWNER)
    list_granted(aws, "*", name="other")
    find_vpc(aws)

    message = run.fail({**WANTED, "owner_account": OWNER})["msg"]

    assert f"Account {OWNER} does not grant a workgroup 'sales' to this account in us-east-1" in message
    assert "It grants other there." in message
    assert "another Region" in message


def test_a_vpc_that_is_not_granted_is_explained(run: Runner, aws: Conversation) -> None:
    refuse_creation(aws, ownerAccount=OWNER)
    list_granted(aws, "vpc-99999999999999999")
    find_vpc(aws)

    message = run.fail({**WANTED, "owner_account": OWNER})["msg"]

    assert f"for vpc-99999999999999999, and VPC {VPC} of the subnets is not among them" in message


@pytest.mark.parametrize("granted", ["*", VPC])
def test_a_refusal_despite_a_grant_is_not_explained_away(run: Runner, aws: Conversation, granted: str) -> None:
    refuse_creation(aws, ownerAccount=OWNER)
    list_granted(aws, granted)
    find_vpc(aws)

    message = run.fail({**WANTED, "owner_account": OWNER})["msg"]

    assert "the refusal has another cause: ResourceNotFoundException" in message


def test_an_explanation_that_can_not_be_found_says_so(run: Runner, aws: Conversation) -> None:
    refuse_creation(aws, ownerAccount=OWNER)
    aws.refuse("ListWorkgroups", {"ownerAccount": OWNER}, "AccessDeniedException", "No.")

    message = run.fail({**WANTED, "owner_account": OWNER})["msg"]

    assert NOT_FOUND in message
    assert f"The grants of account {OWNER} could not be read" in message


def test_a_vpc_that_can_not_be_read_is_no_obstacle(run: Runner, aws: Conversation) -> None:
    refuse_creation(aws, ownerAccount=OWNER)
    list_granted(aws, "vpc-99999999999999999")
    aws.refuse("DescribeSubnets", {"SubnetIds": [SUBNET]}, "UnauthorizedOperation", "No.", 403, "ec2")

    message = run.fail({**WANTED, "owner_account": OWNER})["msg"]

    assert "the VPC of the subnets (which could not be read) is not among them" in message


def test_a_read_that_a_revocation_denies_is_explained(run: Runner, aws: Conversation) -> None:
    aws.refuse("GetEndpointAccess", APPS, "AccessDeniedException", "No.")

    message = run.fail({"name": "apps", "state": "absent"})["msg"]

    assert "revoked its grant" in message


WHO = "User: arn:aws:sts::123456789012:assumed-role/deploy/s is not authorized to perform:"
EXPLAINED_BY_AWS = [
    f"{WHO} ec2:CreateVpcEndpoint on resource: * because no identity-based policy allows the ec2:CreateVpcEndpoint action",
    f"{WHO} redshift-serverless:CreateEndpointAccess on resource: * with an explicit deny in a service control policy",
    f"{WHO} redshift-serverless:CreateEndpointAccess on resource: * because no identity-based policy allows it",
]


@pytest.mark.parametrize("text", EXPLAINED_BY_AWS)
@pytest.mark.parametrize("owner", [{}, {"owner_account": OWNER}], ids=["own", "other"])
def test_a_denial_that_aws_explains_gets_no_second_cause(
    run: Runner, aws: Conversation, text: str, owner: Options
) -> None:
    missing(aws)
    more = {"ownerAccount": OWNER} if owner else {}
    aws.refuse("CreateEndpointAccess", {**CREATION, **more}, "AccessDeniedException", text)

    message = run.fail({**WANTED, **owner})["msg"]

    assert text in message
    assert not any(words in message for words in ("expected a workgroup of this account", "grant", ".."))


def test_a_missing_thing_that_is_no_workgroup_is_not_taken_for_one(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.refuse("CreateEndpointAccess", CREATION, "ResourceNotFoundException", "The security group sg-1 does not exist.")

    assert "expected a workgroup of this account" not in run.fail(WANTED)["msg"]


def test_a_read_that_another_policy_denies_is_not_taken_for_a_revocation(run: Runner, aws: Conversation) -> None:
    text = (
        f"{WHO} redshift-serverless:GetEndpointAccess on resource: * with an explicit deny in a service control policy"
    )
    aws.refuse("GetEndpointAccess", APPS, "AccessDeniedException", text)

    message = run.fail({"name": "apps", "state": "absent"})["msg"]

    assert "A service control policy denies redshift-serverless:GetEndpointAccess" in message
    assert "revoked" not in message


@pytest.mark.parametrize("lacking", ["workgroup", "subnet_ids"])
def test_a_creation_needs_workgroup_and_subnets(run: Runner, aws: Conversation, lacking: str) -> None:
    missing(aws)

    options = {option: value for option, value in WANTED.items() if option != lacking}

    assert (
        run.fail(options)["msg"]
        == f"{lacking}: got nothing; expected a value, since endpoint apps does not exist and creating it needs them."
    )


BAD: list[tuple[Options, str]] = [
    *(
        ({"name": name}, f"name: got {name!r}; expected 1-30 letters")
        for name in ("", "1st", "-a", "a-", "a--b", "a_b", "a" * 31, "über", "apps\n")
    ),
    ({"owner_account": "1234"}, "owner_account: got '1234'; expected the 12 digits"),
    ({"owner_account": 123456789}, "owner_account: got '123456789'"),
    ({"subnet_ids": []}, "subnet_ids: got an empty list"),
    ({"security_group_ids": []}, "security_group_ids: got an empty list"),
    ({"subnet": "x"}, "subnet"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_refused_without_asking_aws(
    run: Runner, aws: Conversation, options: Options, message: str
) -> None:
    result = run.fail({**WANTED, **options})

    assert message in result["msg"]
    assert aws.asked == []


@pytest.mark.parametrize("name", ["a", "Apps-2", "a-b-c", "a" * 30])
def test_names_that_keep_the_rules_are_taken(run: Runner, aws: Conversation, name: str) -> None:
    aws.answer("GetEndpointAccess", {"endpointName": name}, {"endpoint": endpoint(name)})

    assert run.succeed({"name": name})["changed"] is False
