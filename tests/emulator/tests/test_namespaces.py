"""Namespaces through botocore."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redshift_emulator.control import Emulator

ROLES = ["arn:aws:iam::111111111111:role/one", "arn:aws:iam::111111111111:role/two"]
PASSWORD = "Secret-123"


def test_defaults_and_no_creating_status(client: Any) -> None:
    found = client.create_namespace(namespaceName="sales")["namespace"]
    assert found == client.get_namespace(namespaceName="sales")["namespace"]
    assert {
        name: found[name] for name in ("status", "adminUsername", "dbName", "kmsKeyId", "iamRoles", "logExports")
    } == {
        "status": "AVAILABLE",
        "adminUsername": "admin",
        "dbName": "dev",
        "kmsKeyId": "AWS_OWNED_KMS_KEY",
        "iamRoles": [],
        "logExports": [],
    }
    assert found["namespaceArn"].endswith(f":namespace/{found['namespaceId']}")


def test_an_existing_name_is_a_conflict(client: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    assert "already exists" in refused("ConflictException", client.create_namespace, namespaceName="sales")


def test_roles_read_back_wrapped_or_plain(emulator: Emulator, client: Any) -> None:
    client.create_namespace(namespaceName="sales", iamRoles=ROLES, defaultIamRoleArn=ROLES[0])
    wrapped = client.get_namespace(namespaceName="sales")["namespace"]["iamRoles"]
    assert wrapped == [f"IamRole(applyStatus=in-sync, iamRoleArn={role})" for role in ROLES]
    emulator.settings(iam_roles_form="arn")
    assert client.get_namespace(namespaceName="sales")["namespace"]["iamRoles"] == ROLES


def test_the_default_role_must_be_one_of_the_roles(client: Any, refused: Any) -> None:
    refused("ValidationException", client.create_namespace, namespaceName="sales", defaultIamRoleArn=ROLES[0])


@pytest.mark.parametrize(
    "members",
    [
        {"kmsKeyId": "key", "logExports": ["userlog"]},
        {"adminUsername": "boss", "adminUserPassword": PASSWORD, "logExports": ["userlog"]},
        {"iamRoles": ROLES, "kmsKeyId": "AWS_OWNED_KMS_KEY"},
    ],
)
def test_several_groups_of_members_in_one_update_are_refused(
    client: Any, refused: Any, members: dict[str, Any]
) -> None:
    client.create_namespace(namespaceName="sales")
    message = refused("ValidationException", client.update_namespace, namespaceName="sales", **members)
    assert message == (
        "Amazon Redshift Serverless can't update multiple configurations at the same time for namespace sales."
    )


@pytest.mark.parametrize("member", [{"adminUsername": "boss"}, {"adminUserPassword": PASSWORD}])
def test_user_and_password_only_come_together(client: Any, refused: Any, member: dict[str, str]) -> None:
    client.create_namespace(namespaceName="sales")
    message = refused("ValidationException", client.update_namespace, namespaceName="sales", **member)
    assert "both adminUsername and adminUserPassword" in message


@pytest.mark.parametrize(
    "members",
    [
        {"adminUsername": "boss", "adminUserPassword": PASSWORD},
        {"iamRoles": ROLES, "defaultIamRoleArn": ROLES[1]},
        {"logExports": ["userlog"]},
        {"kmsKeyId": "key"},
    ],
)
def test_an_update_makes_it_modifying_and_busy_for_a_while(
    emulator: Emulator, client: Any, refused: Any, members: dict[str, Any]
) -> None:
    client.create_namespace(namespaceName="sales")
    assert client.update_namespace(namespaceName="sales", **members)["namespace"]["status"] == "MODIFYING"
    busy = refused("ConflictException", client.update_namespace, namespaceName="sales", kmsKeyId="other")
    assert busy == "There is an operation running on the namespace. Try updating the namespace again later."
    emulator.advance(60)
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "AVAILABLE"


@pytest.mark.parametrize("members", [{}, {"logExports": []}, {"iamRoles": []}, {"manageAdminPassword": False}])
def test_an_update_that_changes_nothing_is_refused(client: Any, refused: Any, members: dict[str, Any]) -> None:
    client.create_namespace(namespaceName="sales")
    refused("ValidationException", client.update_namespace, namespaceName="sales", **members)


@pytest.mark.parametrize("password", ["Short-1", "no-upper-1", "NO-LOWER-1", "No-digits", "With a space 1", "Slash/12"])
def test_weak_passwords_are_refused_and_not_repeated(client: Any, refused: Any, password: str) -> None:
    message = refused(
        "ValidationException",
        client.create_namespace,
        namespaceName="sales",
        adminUsername="boss",
        adminUserPassword=password,
    )
    assert password not in message


def test_a_managed_password_is_a_real_secret(emulator: Emulator, client: Any) -> None:
    secrets = emulator.session().client("secretsmanager")
    found = client.create_namespace(namespaceName="sales", manageAdminPassword=True)["namespace"]
    value = json.loads(secrets.get_secret_value(SecretId=found["adminPasswordSecretArn"])["SecretString"])
    assert value["username"] == "admin"
    client.update_namespace(namespaceName="sales", manageAdminPassword=False)
    assert "adminPasswordSecretArn" not in client.get_namespace(namespaceName="sales")["namespace"]
    assert secrets.list_secrets()["SecretList"] == []


def test_passwords_are_not_in_the_request_log(emulator: Emulator, client: Any) -> None:
    client.create_namespace(namespaceName="sales", adminUsername="boss", adminUserPassword=PASSWORD)
    assert PASSWORD not in json.dumps(emulator.requests(service=None))
    assert emulator.requests()[0]["parameters"]["adminUserPassword"] == "********"
    assert emulator.requests()[0]["parameters"]["adminUsername"] == "boss"


def test_deletion_takes_a_while_and_takes_the_secret_along(emulator: Emulator, client: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales", manageAdminPassword=True)
    assert client.delete_namespace(namespaceName="sales")["namespace"]["status"] == "DELETING"
    busy = refused("ConflictException", client.delete_namespace, namespaceName="sales")
    assert busy == "There is an operation running on the namespace. Try deleting the namespace again later."
    emulator.advance(60)
    refused("ResourceNotFoundException", client.get_namespace, namespaceName="sales")
    assert emulator.session().client("secretsmanager").list_secrets()["SecretList"] == []


def test_deletion_is_refused_while_a_workgroup_uses_it(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    assert "workgroup sales" in refused("ConflictException", client.delete_namespace, namespaceName="sales")


def test_accounts_and_regions_are_separate(emulator: Emulator, client: Any, grantee: Any) -> None:
    client.create_namespace(namespaceName="sales")
    assert grantee.list_namespaces()["namespaces"] == []
    elsewhere = emulator.session(region="eu-west-1").client("redshift-serverless")
    assert elsewhere.list_namespaces()["namespaces"] == []


def test_the_key_of_the_secret_needs_a_managed_password(emulator: Emulator, client: Any, refused: Any) -> None:
    wanted = {"namespaceName": "sales", "adminPasswordSecretKmsKeyId": "key"}
    refused("ValidationException", client.create_namespace, **wanted)
    client.create_namespace(namespaceName="sales")
    refused("ValidationException", client.update_namespace, **wanted)
    client.update_namespace(**wanted, manageAdminPassword=True)
    emulator.advance(60)
    client.update_namespace(namespaceName="sales", adminPasswordSecretKmsKeyId="other")
    found = client.get_namespace(namespaceName="sales")["namespace"]
    assert found["adminPasswordSecretKmsKeyId"] == "other"
    assert len(emulator.session().client("secretsmanager").list_secrets()["SecretList"]) == 1


S3: dict[str, Any] = {"namespaceName": "sales", "logDestinationType": "s3table"}


def test_system_tables_are_published_in_a_request_of_its_own(emulator: Emulator, client: Any, refused: Any) -> None:
    def update(**members: Any) -> dict[str, Any]:
        client.update_namespace(**{**S3, **members})
        emulator.advance(60)
        found: dict[str, Any] = client.get_namespace(namespaceName="sales")["namespace"]["s3TablePublishStatus"]
        return found

    client.create_namespace(namespaceName="sales")
    assert "s3TablePublishStatus" not in client.get_namespace(namespaceName="sales")["namespace"]
    change = client.update_namespace
    refused("ValidationException", change, **S3)  # no granularity
    refused("ValidationException", change, **S3, s3TableGranularity="schema")
    refused("ValidationException", change, **S3, s3TableAction="Disable")  # nothing is published
    refused("ValidationException", change, **S3, s3TableGranularity="account", s3TableNames=["pg_class"])
    assert "multiple configurations" in refused(
        "ValidationException", change, **S3, s3TableGranularity="account", kmsKeyId="key"
    )
    for alone in ({"s3TableNames": ["all"]}, {"s3TableAction": "Enable"}, {"s3TableKmsKeyId": "key"}):
        refused("ValidationException", change, namespaceName="sales", **alone)

    every = update(s3TableGranularity="Account", s3TableAction="enable")
    assert (every["enabledAll"], every["s3TableGranularity"], every["s3Tables"]) == (True, "account", [])
    refused("ValidationException", change, **S3, s3TableGranularity="account", s3TableNames=["all"])  # as it is
    refused("ValidationException", change, **S3, s3TableAction="Disable", s3TableNames=["sys_load_history"])
    names = ["sys_query_history", "sys_load_history"]
    some = update(s3TableGranularity="namespace", s3TableNames=names)
    assert (some["enabledAll"], some["s3Tables"]) == (False, sorted(names))
    assert update(s3TableAction="Disable", s3TableNames=names[:1])["s3Tables"] == names[1:]
    assert update(s3TableAction="Disable")["s3Tables"] == []


def test_the_destination_of_logs_goes_with_their_kinds(emulator: Emulator, client: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    refused("ValidationException", client.update_namespace, namespaceName="sales", logDestinationType="cloudwatch")
    both = {"namespaceName": "sales", "logExports": ["userlog"]}
    refused("ValidationException", client.update_namespace, **both, logDestinationType="s3table")
    client.update_namespace(**both, logDestinationType="cloudwatch")
    emulator.advance(60)
    assert client.get_namespace(namespaceName="sales")["namespace"]["logExports"] == ["userlog"]
