# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from unit_kit.answers import NAMESPACE_ARN, namespace
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

SALES = {"namespaceName": "sales"}
PASSWORD = "Correct-Horse-7"
ROLE = "arn:aws:iam::123456789012:role/loader"
OTHER = "arn:aws:iam::123456789012:role/other"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("namespace", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def get(aws: Conversation, times: int = 1, **members: Any) -> None:
    for _unused in range(times):
        aws.answer("GetNamespace", SALES, {"namespace": namespace(**members)})


def missing(aws: Conversation) -> None:
    aws.refuse("GetNamespace", SALES, "ResourceNotFoundException", "The namespace sales was not found.")


def update(aws: Conversation, **members: Any) -> None:
    aws.answer("UpdateNamespace", {**SALES, **members}, {"namespace": namespace(status="MODIFYING")})


def tags(aws: Conversation, **values: str) -> None:
    listed = [{"key": key, "value": value} for key, value in values.items()]
    aws.answer("ListTagsForResource", {"resourceArn": NAMESPACE_ARN}, {"tags": listed})


LAST: Options = {"final_snapshot_name": "last"}


def snapshot(aws: Conversation) -> None:
    aws.answer("GetSnapshot", {"snapshotName": "last"}, {"snapshot": {"snapshotName": "last"}})


def no_snapshot(aws: Conversation) -> None:
    aws.refuse("GetSnapshot", {"snapshotName": "last"}, "ResourceNotFoundException", "The snapshot last was not found.")


def as_listed(*arns: str) -> list[str]:
    """IAM roles in the text that the API gives them in."""
    return [f"IamRole(applyStatus=in-sync, iamRoleArn={arn})" for arn in arns]


@pytest.mark.parametrize("check", [True, False])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool) -> None:
    get(
        aws,
        iamRoles=as_listed(ROLE, OTHER),
        defaultIamRoleArn=ROLE,
        kmsKeyId="arn:aws:kms:us-east-1:123456789012:key/k-1",
    )

    result = run.succeed(
        {
            "name": "sales",
            "db_name": "dev",
            "admin_username": "admin",
            "admin_user_password": PASSWORD,
            "iam_roles": [OTHER, ROLE],
            "default_iam_role_arn": ROLE,
            "kms_key_id": "k-1",
            "log_exports": [],
        },
        check=check,
    )

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert result["namespace"]["iam_roles"] == [ROLE, OTHER]


def test_tags_cost_one_read_more(run: Runner, aws: Conversation) -> None:
    get(aws)
    tags(aws, a="1")

    assert run.succeed({"name": "sales", "tags": {"a": "1"}})["namespace"]["tags"] == {"a": "1"}


def test_creates(run: Runner, aws: Conversation) -> None:
    request = {"dbName": "shop", "defaultIamRoleArn": ROLE, "iamRoles": [ROLE], "tags": [{"key": "a", "value": "1"}]}
    missing(aws)
    aws.answer("CreateNamespace", {**SALES, **request}, {"namespace": namespace()})
    get(aws, dbName="shop", iamRoles=as_listed(ROLE), defaultIamRoleArn=ROLE)
    tags(aws, a="1")

    result = run.succeed(
        {"name": "sales", "db_name": "shop", "default_iam_role_arn": ROLE, "tags": {"a": "1"}}, diff=True
    )

    assert operations(result) == ["CreateNamespace"]
    assert result["diff"]["before"] == {"namespace": None}


def test_check_mode_foretells_a_creation_in_full(run: Runner, aws: Conversation) -> None:
    missing(aws)

    result = run.succeed({"name": "sales", "manage_admin_password": True}, check=True)

    assert operations(result) == ["CreateNamespace"]
    shown = result["namespace"]
    assert (shown["db_name"], shown["admin_username"], shown["namespace_arn"]) == ("dev", "admin", None)


UPDATES: list[tuple[Options, Options, Options]] = [
    (
        {"log_exports": ["userlog", "connectionlog"]},
        {"logExports": ["connectionlog", "userlog"]},
        {"logExports": ["connectionlog", "userlog"]},
    ),
    ({"kms_key_id": "k-2"}, {"kmsKeyId": "k-2"}, {"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/k-2"}),
    ({"iam_roles": [ROLE]}, {"iamRoles": [ROLE]}, {"iamRoles": as_listed(ROLE)}),
    (
        {"default_iam_role_arn": ROLE},
        {"iamRoles": [ROLE], "defaultIamRoleArn": ROLE},
        {"iamRoles": as_listed(ROLE), "defaultIamRoleArn": ROLE},
    ),
    (
        {"log_destination_type": "s3table", "s3_table_granularity": "account", "s3_table_names": ["sys_load_history"]},
        {
            "logDestinationType": "s3table",
            "s3TableAction": "Enable",
            "s3TableGranularity": "account",
            "s3TableNames": ["sys_load_history"],
        },
        {
            "s3TablePublishStatus": {
                "enabledAll": False,
                "s3TableGranularity": "account",
                "s3Tables": ["sys_load_history"],
                "lastIngestionTimes": {"sys_load_history": "2026-11-25T10:00:00Z"},
            }
        },
    ),
    (
        {"manage_admin_password": True},
        {"manageAdminPassword": True},
        {"adminPasswordSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"},
    ),
]


@pytest.mark.parametrize(("options", "request_", "members"), UPDATES, ids=lambda value: next(iter(value)))
def test_each_difference_is_one_update_and_check_mode_tells_the_same(
    run: Runner, aws: Conversation, options: Options, request_: Options, members: Options
) -> None:
    get(aws)
    foretold = run.succeed({"name": "sales", **options}, check=True)
    get(aws)
    update(aws, **request_)
    get(aws, status="MODIFYING")
    get(aws, **members)
    happened = run.succeed({"name": "sales", **options}, diff=True)

    assert operations(foretold) == operations(happened) == ["UpdateNamespace"]
    assert foretold["namespace"].keys() == happened["namespace"].keys()
    assert foretold["changes"][0]["parameters"] == happened["changes"][0]["parameters"]


def test_two_differences_are_two_updates(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, iamRoles=[ROLE])
    get(aws, iamRoles=as_listed(ROLE))
    update(aws, logExports=["userlog"])
    get(aws, iamRoles=as_listed(ROLE), logExports=["userlog"])

    result = run.succeed({"name": "sales", "iam_roles": [ROLE], "log_exports": ["userlog"]})

    assert operations(result) == ["UpdateNamespace"] * 2


def test_a_role_that_goes_takes_the_default_with_it(run: Runner, aws: Conversation) -> None:
    get(aws, iamRoles=as_listed(ROLE, OTHER), defaultIamRoleArn=ROLE)
    update(aws, iamRoles=[OTHER])
    get(aws, iamRoles=as_listed(OTHER))

    assert run.succeed({"name": "sales", "iam_roles": [OTHER]})["changed"] is True


@pytest.mark.parametrize("check", [True, False])
def test_the_password_is_never_shown(run: Runner, aws: Conversation, check: bool) -> None:
    missing(aws)
    if not check:
        request = {**SALES, "adminUsername": "keeper", "adminUserPassword": PASSWORD}
        aws.answer("CreateNamespace", request, {"namespace": namespace(adminUsername="keeper")})
        get(aws, adminUsername="keeper")

    options = {"name": "sales", "admin_username": "keeper", "admin_user_password": PASSWORD}
    result = run.succeed(options, check=check, diff=True)

    assert PASSWORD not in json.dumps(result)
    assert "admin_user_password" in result["changes"][0]["parameters"]


def test_the_password_is_not_shown_in_a_failure_either(run: Runner, aws: Conversation) -> None:
    get(aws)
    request = {**SALES, "adminUsername": "admin", "adminUserPassword": PASSWORD}
    aws.refuse("UpdateNamespace", request, "ValidationException", "Not good enough.")

    options = {"name": "sales", "admin_user_password": PASSWORD, "update_password": "always"}
    result = run.fail(options)

    assert PASSWORD not in json.dumps(result)
    assert len(result["changes_pending"]) == 1


def test_update_password_always_sets_it_once_in_every_run(run: Runner, aws: Conversation) -> None:
    for _unused in range(2):
        get(aws)
        update(aws, adminUsername="admin", adminUserPassword=PASSWORD)
        get(aws, status="MODIFYING")
        get(aws)

        result = run.succeed({"name": "sales", "admin_user_password": PASSWORD, "update_password": "always"})

        assert operations(result) == ["UpdateNamespace"]


def test_a_new_admin_name_comes_with_its_password(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, adminUsername="keeper", adminUserPassword=PASSWORD)
    get(aws, adminUsername="keeper")

    options = {"name": "sales", "admin_username": "keeper", "admin_user_password": PASSWORD}

    assert run.succeed(options)["namespace"]["admin_username"] == "keeper"


def test_deletes_with_a_last_snapshot(run: Runner, aws: Conversation) -> None:
    snapshot = {"finalSnapshotName": "last", "finalSnapshotRetentionPeriod": 30}
    get(aws)
    no_snapshot(aws)
    foretold = run.succeed(
        {"name": "sales", "state": "absent", **LAST, "final_snapshot_retention_period": 30}, check=True
    )
    get(aws)
    no_snapshot(aws)
    aws.answer("DeleteNamespace", {**SALES, **snapshot}, {"namespace": namespace(status="DELETING")})
    get(aws, status="DELETING")
    missing(aws)
    result = run.succeed({"name": "sales", "state": "absent", **LAST, "final_snapshot_retention_period": 30})

    assert operations(foretold) == operations(result) == ["DeleteNamespace"]
    assert foretold["namespace"] is result["namespace"] is None


@pytest.mark.parametrize("check", [True, False])
def test_a_snapshot_whose_name_is_taken_is_found_before_the_deletion(
    run: Runner, aws: Conversation, check: bool
) -> None:
    get(aws)
    snapshot(aws)

    result = run.fail({"name": "sales", "state": "absent", **LAST}, check=check)

    assert result["msg"].startswith("final_snapshot_name: got 'last', which exists already; expected a new name.")
    assert (result["changed"], result["changes"]) == (False, [])


REFUSALS = [
    ("ConflictException", "The snapshot last already exists."),
    ("ConflictException", "Snapshot already exists for the namespace."),
    (
        "ValidationException",
        "You can't create a snapshot because there isn't a workgroup created for the namespace.",
    ),
    ("ServiceQuotaExceededException", "The quota of snapshots is reached."),
    ("AccessDeniedException", "User: x is not authorized to perform: redshift-serverless:CreateSnapshot"),
]


@pytest.mark.parametrize(("code", "text"), REFUSALS)
def test_a_snapshot_that_can_not_be_made_stops_the_deletion(
    run: Runner, aws: Conversation, code: str, text: str
) -> None:
    get(aws)
    aws.refuse("GetSnapshot", {"snapshotName": "last"}, "AccessDeniedException", "No.")
    aws.refuse("DeleteNamespace", {**SALES, "finalSnapshotName": "last"}, code, text)
    if "already exists" in text:
        get(aws)

    result = run.fail({"name": "sales", "state": "absent", **LAST})

    assert text in result["msg"]
    assert (result["changed"], operations({"changes": result["changes_pending"]})) == (False, ["DeleteNamespace"])
    assert run.clock.time == 0


def test_a_deletion_that_aws_takes_back_is_a_failure(run: Runner, aws: Conversation) -> None:
    get(aws)
    no_snapshot(aws)
    request = {**SALES, "finalSnapshotName": "last"}
    aws.answer("DeleteNamespace", request, {"namespace": namespace(status="DELETING")})
    get(aws, status="DELETING")
    get(aws)

    result = run.fail({"name": "sales", "state": "absent", **LAST})

    assert "AWS started DeleteNamespace and rolled it back: namespace sales still exists" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_deletion_that_is_under_way_without_the_snapshot_is_told(run: Runner, aws: Conversation, check: bool) -> None:
    get(aws, status="DELETING")
    no_snapshot(aws)

    result = run.fail({"name": "sales", "state": "absent", **LAST}, check=check)

    assert (
        "final_snapshot_name: got 'last', which does not exist, and namespace sales is already being deleted"
        in result["msg"]
    )


def test_a_deletion_that_an_earlier_run_began_is_finished(run: Runner, aws: Conversation) -> None:
    get(aws, status="DELETING")
    snapshot(aws)
    get(aws, 2, status="DELETING")
    missing(aws)

    assert run.succeed({"name": "sales", "state": "absent", **LAST})["changed"] is False


def test_a_deletion_waits_for_the_workgroup_that_is_just_going(run: Runner, aws: Conversation) -> None:
    text = "There is an operation running on the namespace. Try deleting the namespace again later."
    get(aws)
    aws.refuse("DeleteNamespace", SALES, "ConflictException", text)
    get(aws)
    aws.answer("DeleteNamespace", SALES, {"namespace": namespace(status="DELETING")})
    missing(aws)

    assert operations(run.succeed({"name": "sales", "state": "absent"})) == ["DeleteNamespace"]


def test_absent_already(run: Runner, aws: Conversation) -> None:
    missing(aws)

    assert run.succeed({"name": "sales", "state": "absent"})["changed"] is False


BAD: list[tuple[Options, str]] = [
    ({"name": "Sales"}, "name: got 'Sales'"),
    ({"admin_password_secret_kms_key_id": "k"}, "Set manage_admin_password to true"),
    ({"s3_table_action": "Enable"}, "s3_table_action: got log_destination_type unset; expected s3table."),
    (
        {"s3_table_names": ["sys_x"], "log_destination_type": "cloudwatch", "log_exports": ["userlog"]},
        "s3_table_names: got log_destination_type cloudwatch; expected s3table.",
    ),
    ({"log_destination_type": "cloudwatch"}, "log_destination_type: got cloudwatch without log_exports"),
    ({"log_destination_type": "s3table"}, "s3_table_granularity: got nothing; expected namespace or account."),
    (
        {"log_destination_type": "s3table", "s3_table_action": "Disable", "s3_table_names": ["stl_query"]},
        "s3_table_names[0]: got 'stl_query'; expected all, or the name of a system table, which is sys_ and lower-case letters, digits "
        "and underscores.",
    ),
    ({"iam_roles": [OTHER], "default_iam_role_arn": ROLE}, "expected one of iam_roles"),
    ({"log_exports": ["everything"]}, "log_exports"),
    ({"final_snapshot_retention_period": 3, "state": "absent"}, "final_snapshot_name"),
    *[
        ({"final_snapshot_name": name, "state": "absent"}, f"final_snapshot_name: got {name!r}; expected up to 255 ")
        for name in ("", "Last", "1st", "-last", "last-", "la--st", "last_one", "l" * 256)
    ],
    *[
        (
            {"final_snapshot_name": "last", "final_snapshot_retention_period": days, "state": "absent"},
            f"final_snapshot_retention_period: got {days}; expected 1-3653 days, or -1",
        )
        for days in (0, -2, 3654)
    ],
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_refused_without_asking_aws(
    run: Runner, aws: Conversation, options: Options, message: str
) -> None:
    result = run.fail({"name": "sales", **options})

    assert message in result["msg"]
    assert aws.asked == []


REFUSED: list[tuple[Options, Options, str]] = [
    (
        {},
        {"db_name": "other"},
        "db_name: got 'other'; expected 'dev', the first database of namespace sales, which can't be renamed",
    ),
    (
        {},
        {"admin_username": "keeper"},
        "admin_username: got a new name without a password; expected both, since AWS changes them together. Set admin_user_password.",
    ),
    (
        {"adminPasswordSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"},
        {"admin_username": "keeper", "manage_admin_password": True},
        "Set admin_user_password. With manage_admin_password true, AWS then replaces that password.",
    ),
    (
        {"adminPasswordSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"},
        {"manage_admin_password": False},
        "manage_admin_password: got false, while AWS manages the password",
    ),
]


@pytest.mark.parametrize(("members", "options", "message"), REFUSED)
def test_what_can_not_be_changed_is_refused_before_the_first_write(
    run: Runner, aws: Conversation, members: Options, options: Options, message: str
) -> None:
    get(aws, **members)

    result = run.fail({"name": "sales", "log_exports": ["userlog"], **options})

    assert message in result["msg"]


def test_update_password_always_sets_it_once_at_creation_too(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateNamespace", {**SALES, "adminUserPassword": PASSWORD}, {"namespace": namespace()})
    get(aws)

    result = run.succeed({"name": "sales", "admin_user_password": PASSWORD, "update_password": "always"})

    assert operations(result) == ["CreateNamespace"]


def test_a_managed_admin_gets_another_name_and_the_password_goes_back_to_aws(run: Runner, aws: Conversation) -> None:
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"
    key = "arn:aws:kms:us-east-1:123456789012:key/k-1"
    managed: Options = {"adminPasswordSecretArn": secret, "adminPasswordSecretKmsKeyId": key}
    options = {
        "name": "sales",
        "manage_admin_password": True,
        "admin_username": "warehouse",
        "admin_user_password": PASSWORD,
    }
    get(aws, **managed)
    foretold = run.succeed(options, check=True)
    get(aws, **managed)
    update(aws, adminUsername="warehouse", adminUserPassword=PASSWORD)
    get(aws, adminUsername="warehouse")
    update(aws, manageAdminPassword=True, adminPasswordSecretKmsKeyId=key)
    get(aws, adminUsername="warehouse", **managed)
    happened = run.succeed(options)
    get(aws, adminUsername="warehouse", **managed)
    again = run.succeed(options)

    assert [change["parameters"] for change in foretold["changes"]] == [
        change["parameters"] for change in happened["changes"]
    ]
    assert operations(happened) == ["UpdateNamespace"] * 2
    assert PASSWORD not in json.dumps([foretold, happened])
    assert again["changed"] is False
