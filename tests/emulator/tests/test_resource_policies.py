"""Resource policies through botocore: what is refused, and the forms in which they read back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulator_kit.cross_account import ACTIONS, policy
from redshift_emulator.control import Emulator, EmulatorError

GRANTEE = "222222222222"
ROOT = f"arn:aws:iam::{GRANTEE}:root"


def document(**statement: Any) -> str:
    base = {"Effect": "Allow", "Principal": {"AWS": GRANTEE}, "Action": ACTIONS}
    merged = {name: value for name, value in {**base, **statement}.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [merged]})


def read(client: Any, arn: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get_resource_policy(resourceArn=arn)["resourcePolicy"]["policy"])
    return found


def test_what_is_put_reads_back_and_is_deleted(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    arn = workgroup["workgroupArn"]
    client.put_resource_policy(resourceArn=arn, policy=policy(GRANTEE))
    assert read(client, arn) == json.loads(policy(GRANTEE))
    client.put_resource_policy(resourceArn=arn, policy=policy("333333333333"))
    assert read(client, arn) == json.loads(policy("333333333333"))
    client.delete_resource_policy(resourceArn=arn)
    for call in (client.get_resource_policy, client.delete_resource_policy):
        message = refused("ResourceNotFoundException", call, resourceArn=arn)
        assert message.startswith("Resource Policy")
        assert message.endswith("does not exist")


@pytest.mark.parametrize("form", ["array", "object"])
@pytest.mark.parametrize("resource", ["as_written", "added"])
@pytest.mark.parametrize("principal", ["as_written", "root_arn"])
def test_settings_choose_the_form(
    emulator: Emulator, client: Any, workgroup: dict[str, Any], form: str, resource: str, principal: str
) -> None:
    arn = workgroup["workgroupArn"]
    client.put_resource_policy(resourceArn=arn, policy=policy(GRANTEE, ROOT))
    emulator.settings(policy_statement=form, policy_resource=resource, policy_principal=principal)
    statement = read(client, arn)["Statement"]
    assert isinstance(statement, dict) == (form == "object")
    (one,) = [statement] if isinstance(statement, dict) else statement
    assert one.get("Resource") == (arn if resource == "added" else None)
    assert one["Principal"]["AWS"] == ([ROOT, ROOT] if principal == "root_arn" else [GRANTEE, ROOT])


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        "{}",
        json.dumps({"Version": "2012-10-17"}),
        json.dumps({"Version": "2012-10-17", "Statement": []}),
        json.dumps({"Version": "2012-10-17", "Statement": ["x"]}),
        json.dumps({**json.loads(document()), "Version": "2026-01-01"}),
        json.dumps({**json.loads(document()), "Statements": []}),
        json.dumps({"Version": "2012-10-17", "Statement": json.loads(document(Sid="a"))["Statement"] * 2}),
        document(Effect="allow"),
        document(Principal=None),
        document(Principal=GRANTEE),
        document(Principal={"AWS": []}),
        document(Principal={"AWS": "12345"}),
        document(Principal={"AWS": "arn:aws:s3:::bucket"}),
        document(Action=None),
        document(Action="s3:GetObject"),
        document(NotAction="redshift-serverless:*"),
        document(Condition={"StringSame": {"aws:SourceVpc": "vpc-1"}}),
        document(Condition={"StringLike": {"aws:SourceVpc": []}}),
        document(Condition=["x"]),
    ],
)
def test_documents_that_are_refused(client: Any, refused: Any, workgroup: dict[str, Any], text: str) -> None:
    arn = workgroup["workgroupArn"]
    message = refused("ValidationException", client.put_resource_policy, resourceArn=arn, policy=text)
    assert message.startswith("Invalid Policy")
    refused("ResourceNotFoundException", client.get_resource_policy, resourceArn=arn)


def test_an_unknown_resource_is_refused(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    arn = workgroup["workgroupArn"][:-1] + "x"
    refused("ResourceNotFoundException", client.put_resource_policy, resourceArn=arn, policy=document())


def test_size_and_number_of_accounts_have_quotas(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    arn = workgroup["workgroupArn"]
    accounts = [f"{number:012}" for number in range(6)]
    put = client.put_resource_policy
    assert "6 accounts" in refused("ServiceQuotaExceededException", put, resourceArn=arn, policy=policy(*accounts))
    emulator.settings(quotas={"grantees_per_workgroup": 6})
    put(resourceArn=arn, policy=policy(*accounts))
    emulator.settings(quotas={"policy_bytes": 100})
    assert "bytes" in refused("ServiceQuotaExceededException", put, resourceArn=arn, policy=document())


def test_the_policy_goes_with_its_workgroup(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    client.put_resource_policy(resourceArn=workgroup["workgroupArn"], policy=document())
    client.delete_workgroup(workgroupName="sales")
    emulator.advance(600)
    refused("ResourceNotFoundException", client.get_resource_policy, resourceArn=workgroup["workgroupArn"])


@pytest.mark.parametrize(("setting", "taken"), [("accepted", True), ("refused", False)])
def test_a_resource_is_taken_or_refused(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any], setting: str, taken: bool
) -> None:
    arn = workgroup["workgroupArn"]
    emulator.settings(policy_resource_given=setting, policy_resource="added")
    text = document(Resource=arn)
    if taken:
        client.put_resource_policy(resourceArn=arn, policy=text)
        return
    message = refused("InvalidPolicyException", client.put_resource_policy, resourceArn=arn, policy=text)
    assert message == "Resources are not allowed"
    client.put_resource_policy(resourceArn=arn, policy=document())
    back = read(client, arn)
    assert back["Statement"][0]["Resource"] == arn
    refused("InvalidPolicyException", client.put_resource_policy, resourceArn=arn, policy=json.dumps(back))


@pytest.mark.parametrize("text", [document(PrincipalGroup=["a"], Principal=None), "[]", "", "no policy"])
def test_a_stored_policy_reads_back_as_it_is_and_grants_nothing(
    emulator: Emulator, client: Any, grantee: Any, refused: Any, workgroup: dict[str, Any], text: str
) -> None:
    arn = workgroup["workgroupArn"]
    emulator.settings(policy_statement="object", policy_resource="added", policy_principal="root_arn")
    emulator.store_policy("sales", text)
    assert client.get_resource_policy(resourceArn=arn)["resourcePolicy"]["policy"] == text
    assert grantee.list_workgroups(ownerAccount="111111111111")["workgroups"] == []
    client.put_resource_policy(resourceArn=arn, policy=document())
    assert read(client, arn)["Statement"]["Resource"] == arn
    emulator.store_policy("sales", text)
    client.delete_resource_policy(resourceArn=arn)
    refused("ResourceNotFoundException", client.get_resource_policy, resourceArn=arn)


def test_a_stored_policy_that_is_one_grants(emulator: Emulator, grantee: Any, workgroup: dict[str, Any]) -> None:
    emulator.store_policy("sales", " " + document())
    assert len(grantee.list_workgroups(ownerAccount="111111111111")["workgroups"]) == 1


def test_a_policy_is_stored_for_a_workgroup_that_is_there(emulator: Emulator, client: Any) -> None:
    with pytest.raises(EmulatorError, match="nothing doesn't exist"):
        emulator.store_policy("nothing", "{}")
