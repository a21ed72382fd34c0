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
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import namespace
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
PASSWORDS = ["Correct-Horse-7", "Other-Horse-8"]

desires = st.fixed_dictionaries(
    {},
    optional={
        "admin_username": st.sampled_from(["admin", "keeper"]),
        "admin_user_password": st.sampled_from(PASSWORDS),
        "manage_admin_password": st.booleans(),
        "iam_roles": st.lists(st.sampled_from(ROLES), unique=True),
        "default_iam_role_arn": st.sampled_from(ROLES),
        "kms_key_id": st.sampled_from(KEYS),
        "log_exports": st.lists(st.sampled_from(LOGS), max_size=4),
        "tags": st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
    },
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
    )
    return {**from_api(listed), "tags": draw(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12")))}


def options(**given: Any) -> Options:
    others = {"state": "present", "update_password": "on_create", "tags": None, "purge_tags": True}
    return {**dict.fromkeys(namespace.OPTIONS), **others, **given}


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
        {"iamRoles"},
        {"iamRoles", "defaultIamRoleArn"},
        {"kmsKeyId"},
        {"logExports"},
    ]

    for change in plan(current, wished(given_options), NAME):
        if change.operation == "UpdateNamespace":
            assert change.parameters.keys() - {"namespaceName"} in together


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
    named = {*wanted.members, *related, *password, "tags"}
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
