# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import log_publishing, namespace
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.namespace import (
    Desired,
    after,
    desired_of,
    from_api,
    plan,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from unit_kit import answers

Options = dict[str, Any]

NAME = "sales"
ROLES = [f"arn:aws:iam::123456789012:role/{name}" for name in ("one", "two", "three")]
KEYS = ["k-1", "k-2"]
LOGS = ["useractivitylog", "userlog", "connectionlog"]
TABLES = ["sys_query_history", "sys_connection_log", "sys_load_history"]
PASSWORDS = ["Correct-Horse-7", "Other-Horse-8"]

desires = st.fixed_dictionaries(
    {},
    optional={
        "admin_username": st.sampled_from(["admin", "keeper"]),
        "admin_user_password": st.sampled_from(PASSWORDS),
        "manage_admin_password": st.booleans(),
        "iam_roles": st.lists(st.sampled_from(ROLES), unique=True),
        "default_iam_role_arn": st.sampled_from([*ROLES, ""]),
        "kms_key_id": st.sampled_from(KEYS),
        "log_exports": st.lists(st.sampled_from(LOGS), max_size=4),
        "tags": st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
        "log_destination_type": st.sampled_from(["cloudwatch", "s3table"]),
        "s3_table_action": st.sampled_from(["Enable", "Disable"]),
        "s3_table_granularity": st.sampled_from(["namespace", "account"]),
        "s3_table_kms_key_id": st.sampled_from(KEYS),
        "s3_table_names": st.lists(st.sampled_from([*TABLES, "all"]), max_size=3),
    },
)
published = st.none() | st.fixed_dictionaries(
    {
        "enabledAll": st.booleans(),
        "s3TableGranularity": st.sampled_from(["namespace", "account"]),
        "s3Tables": st.lists(st.sampled_from(TABLES), unique=True),
    }
)


@st.composite
def states(draw: st.DrawFn) -> State:
    roles = draw(st.lists(st.sampled_from(ROLES), unique=True))
    default = draw(st.none() | st.sampled_from(roles)) if roles else None
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x" if draw(st.booleans()) else None
    listed = answers.namespace(
        iamRoles=roles,
        defaultIamRoleArn=default,
        logExports=draw(st.lists(st.sampled_from(LOGS), unique=True)),
        kmsKeyId=draw(st.sampled_from(["AWS_OWNED_KMS_KEY", "arn:aws:kms:us-east-1:123456789012:key/k-1"])),
        adminPasswordSecretArn=secret,
        s3TablePublishStatus=draw(published),
    )
    return {**from_api(listed), "tags": draw(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12")))}


def options(**given: Any) -> Options:
    others = {"state": "present", "update_password": "on_create", "tags": None, "purge_tags": True}
    return {**dict.fromkeys([*namespace.OPTIONS, *log_publishing.OPTIONS]), **others, **given}


def wished(given: Options) -> Desired:
    """The desire, or no example when the options contradict themselves."""
    try:
        return desired_of(options(**given))
    except InvalidInput:
        assume(False)
        raise


def refused(current: State | None, wanted: Desired) -> bool:
    try:
        namespace.refuse(current, wanted, "namespace sales")
    except RedshiftServerlessError:
        return True
    return False


@given(current=st.none() | states(), given_options=desires)
def test_after_all_changes_nothing_is_left_to_plan(current: State | None, given_options: Options) -> None:
    wanted = wished(given_options)
    assume(not refused(current, wanted))
    state = current
    for change in plan(current, wanted, NAME):
        state = after(state, change)

    assert plan(state, wanted, NAME) == []


@given(current=states(), given_options=desires)
def test_only_what_belongs_together_goes_together(current: State, given_options: Options) -> None:
    together = [
        {"adminUsername", "adminUserPassword"},
        {"manageAdminPassword"},
        {"logExports", "logDestinationType"},
        {"iamRoles"},
        {"iamRoles", "defaultIamRoleArn"},
        {"kmsKeyId"},
        {"logExports"},
    ]

    for change in plan(current, wished(given_options), NAME):
        if change.operation == "UpdateNamespace":
            members = change.parameters.keys() - {"namespaceName"}
            publishing = change.parameters.get("logDestinationType") == "s3table"
            assert members <= set(log_publishing.OPTIONS.values()) if publishing else members in together


@given(current=states(), given_options=desires)
def test_what_is_not_named_stays(current: State, given_options: Options) -> None:
    wanted = wished(given_options)
    state: State | None = current
    for change in plan(current, wanted, NAME):
        state = after(state, change)

    related = {"iamRoles", "defaultIamRoleArn"} if {"iamRoles", "defaultIamRoleArn"} & wanted.members.keys() else set()
    password = (
        {"adminPasswordSecretArn"} if {"adminUserPassword", "manageAdminPassword"} & wanted.members.keys() else set()
    )
    publishing = {"s3TablePublishStatus"} if wanted.publishing.get("logDestinationType") == "s3table" else set()
    named = {*wanted.members, *related, *password, *publishing, "tags"}
    assert {key: value for key, value in (state or {}).items() if key not in named} == {
        key: value for key, value in current.items() if key not in named
    }


@given(current=st.none() | states(), given_options=desires)
def test_the_password_is_in_no_prediction_and_in_nothing_shown(current: State | None, given_options: Options) -> None:
    state = current
    for change in plan(current, wished(given_options), NAME):
        state = after(state, change)
        assert not any(password in repr((change.shown_parameters(), change.reason, state)) for password in PASSWORDS)


@given(current=states())
def test_a_default_role_is_added_to_those_that_are_there(current: State) -> None:
    state: State | None = current
    for change in plan(current, wished({"default_iam_role_arn": ROLES[0]}), NAME):
        state = after(state, change)

    assert set((state or {})["iamRoles"]) == {*current["iamRoles"], ROLES[0]}


def test_the_password_is_set_on_creation_only_or_always() -> None:
    current = from_api(answers.namespace())
    given_options = {"admin_user_password": PASSWORDS[0]}

    assert plan(current, wished(given_options), NAME) == []
    [change] = plan(current, wished({**given_options, "update_password": "always"}), NAME)
    assert change.unreadable


@pytest.mark.parametrize(
    ("listed", "plain"),
    [
        (ROLES[0], ROLES[0]),
        (f"IamRole(applyStatus=in-sync, iamRoleArn={ROLES[0]})", ROLES[0]),
        (f"IamRole(iamRoleArn={ROLES[0]}, applyStatus=adding)", ROLES[0]),
    ],
)
def test_iam_roles_are_read_in_every_form(listed: str, plain: str) -> None:
    assert from_api(answers.namespace(iamRoles=[listed]))["iamRoles"] == [plain]


def test_a_default_role_is_unset_by_an_empty_text() -> None:
    current = from_api(answers.namespace(iamRoles=ROLES, defaultIamRoleArn=ROLES[0]))
    wanted = desired_of(options(default_iam_role_arn=""))

    [change] = plan(current, wanted, NAME)

    assert change.parameters == {"namespaceName": NAME, "iamRoles": sorted(ROLES), "defaultIamRoleArn": ""}
    assert plan({**current, "defaultIamRoleArn": ""}, wanted, NAME) == []
    assert plan(None, wanted, NAME)[0].parameters == {"namespaceName": NAME}


ALL_TABLES = {"enabledAll": True, "s3TableGranularity": "namespace", "s3Tables": TABLES}
SOME = {"enabledAll": False, "s3TableGranularity": "namespace", "s3Tables": TABLES[:2]}
NONE = {"enabledAll": False, "s3TableGranularity": "namespace", "s3Tables": []}
ON: Options = {"log_destination_type": "s3table", "s3_table_granularity": "namespace"}
OFF: Options = {"log_destination_type": "s3table", "s3_table_action": "Disable"}
ENABLING = {"logDestinationType": "s3table", "s3TableAction": "Enable", "s3TableGranularity": "namespace"}
DISABLING = {"logDestinationType": "s3table", "s3TableAction": "Disable"}
PUBLISHING: list[tuple[State | None, Options, State | None]] = [
    (None, ON, ENABLING),
    (NONE, ON, ENABLING),
    (SOME, ON, ENABLING),
    (ALL_TABLES, ON, None),
    (ALL_TABLES, {**ON, "s3_table_names": TABLES[:1]}, None),
    (SOME, {**ON, "s3_table_names": TABLES[:1]}, None),
    (SOME, {**ON, "s3_table_names": TABLES[2:]}, {**ENABLING, "s3TableNames": sorted(TABLES)}),
    (NONE, {**ON, "s3_table_names": TABLES[2:]}, {**ENABLING, "s3TableNames": TABLES[2:]}),
    (SOME, {**ON, "s3_table_names": [TABLES[0], "all"]}, {**ENABLING, "s3TableNames": [TABLES[0], "all"]}),
    (SOME, {**ON, "s3_table_names": []}, {**ENABLING, "s3TableNames": []}),
    (ALL_TABLES, {**ON, "s3_table_granularity": "account"}, {**ENABLING, "s3TableGranularity": "account"}),
    (None, {**ON, "s3_table_kms_key_id": "k"}, {**ENABLING, "s3TableKmsKeyId": "k"}),
    (ALL_TABLES, {**ON, "s3_table_kms_key_id": "k"}, None),
    (None, OFF, None),
    (NONE, OFF, None),
    (SOME, OFF, DISABLING),
    (ALL_TABLES, OFF, DISABLING),
    ({**ALL_TABLES, "s3Tables": []}, {**OFF, "s3_table_names": TABLES[:1]}, {**DISABLING, "s3TableNames": TABLES[:1]}),
    (SOME, {**OFF, "s3_table_names": TABLES[2:]}, None),
    (SOME, {**OFF, "s3_table_names": TABLES[1:]}, {**DISABLING, "s3TableNames": TABLES[1:]}),
    (SOME, {**OFF, "s3_table_granularity": "account", "s3_table_kms_key_id": "k"}, DISABLING),
    (ALL_TABLES, {"log_destination_type": "cloudwatch", "log_exports": []}, None),
]


@pytest.mark.parametrize(("status", "given_options", "request_"), PUBLISHING)
def test_publishing_is_compared_by_what_aws_shows(
    status: State | None, given_options: Options, request_: State | None
) -> None:
    current = from_api(answers.namespace(s3TablePublishStatus=status))

    changes = plan(current, desired_of(options(**given_options)), NAME)

    assert [change.parameters for change in changes] == ([{"namespaceName": NAME, **request_}] if request_ else [])


def test_a_new_namespace_publishes_after_its_creation() -> None:
    changes = plan(None, desired_of(options(**ON)), NAME)

    assert [change.operation for change in changes] == ["CreateNamespace", "UpdateNamespace"]
    assert changes[0].parameters == {"namespaceName": NAME}
    assert plan(None, desired_of(options(**OFF)), NAME)[1:] == []


def test_the_destination_of_exported_logs_goes_along_with_them() -> None:
    given_options = {"log_destination_type": "cloudwatch", "log_exports": ["userlog"]}

    [change] = plan(from_api(answers.namespace()), desired_of(options(**given_options)), NAME)

    assert change.parameters == {"namespaceName": NAME, "logExports": ["userlog"], "logDestinationType": "cloudwatch"}


SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k-1"


def test_a_new_name_of_a_managed_admin_takes_two_steps_and_keeps_the_key() -> None:
    current = from_api(answers.namespace(adminPasswordSecretArn=SECRET, adminPasswordSecretKmsKeyId=KEY))
    given_options = {"manage_admin_password": True, "admin_username": "keeper", "admin_user_password": PASSWORDS[0]}

    changes = plan(current, desired_of(options(**given_options)), NAME)

    assert [change.parameters for change in changes] == [
        {"namespaceName": NAME, "adminUsername": "keeper", "adminUserPassword": PASSWORDS[0]},
        {"namespaceName": NAME, "manageAdminPassword": True, "adminPasswordSecretKmsKeyId": KEY},
    ]


def test_a_managed_admin_is_created_without_a_password_of_ones_own() -> None:
    given_options = {"manage_admin_password": True, "admin_username": "keeper", "admin_user_password": PASSWORDS[0]}

    [creation] = plan(None, desired_of(options(**given_options)), NAME)

    assert creation.parameters == {"namespaceName": NAME, "manageAdminPassword": True, "adminUsername": "keeper"}


# What a refusal asks to add, by the beginning of its sentence; {} where what was given has to be corrected.
ADVICE: dict[str, Options] = {
    "Set admin_user_password": {"admin_user_password": PASSWORDS[0]},
    "Set manage_admin_password to true": {"manage_admin_password": True},
    "Add it there": {"iam_roles": ROLES},
    "Set log_destination_type to s3table": {"log_destination_type": "s3table"},
    "Name the logs in log_exports": {"log_exports": LOGS},
    "AWS needs it to enable": {"s3_table_granularity": "namespace"},
}


@given(
    current=st.none() | states(),
    given_options=desires,
    key=st.none() | st.sampled_from(KEYS),
)
def test_whoever_does_what_a_refusal_says_gets_through(
    current: State | None, given_options: Options, key: str | None
) -> None:
    """No two refusals send the user to each other: each advice brings one nearer."""
    given_options = {**given_options, **({"admin_password_secret_kms_key_id": key} if key else {})}
    for _unused in range(len(ADVICE) + 1):
        message = refusal(current, given_options)
        if message is None:
            return
        [advice] = [added for sentence, added in ADVICE.items() if sentence in message]
        assert not advice.items() <= given_options.items(), f"{given_options} already does what is asked: {message}"
        given_options = {**given_options, **advice}
    raise AssertionError(f"{given_options} is still refused: {message}")


def refusal(current: State | None, given_options: Options) -> str | None:
    try:
        namespace.refuse(current, desired_of(options(**given_options)), "namespace sales")
    except RedshiftServerlessError as error:
        return error.message
    return None
