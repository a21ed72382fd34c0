# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import federated_roles as rules
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

SAML = "arn:aws:iam::111111111111:saml-provider/corporate"
OIDC = "arn:aws:iam::111111111111:oidc-provider/login.example.com/tenant"
OPTIONS: dict[str, Any] = {"workgroup": "sales", "database": "dev", "replace": False, "purge": False, "trust": False}
SALES = {"workgroup_arn": "arn:sales", "config_parameters": {"enable_case_sensitive_identifier": "false"}}
READ = {"workgroups": [SALES]}
UNREAD: dict[str, Any] = {"workgroups": []}
NOTHING: dict[str, Any] = {"skipped": True}


def settings(**options: Any) -> dict[str, Any]:
    return rules.settings({**OPTIONS, **options}, Context())


@pytest.mark.parametrize(
    ("partition", "audience"),
    [
        ("aws", "https://signin.aws.amazon.com/saml"),
        ("aws-cn", "https://signin.amazonaws.cn/saml"),
        ("aws-us-gov", "https://signin.amazonaws-us-gov.com/saml"),
    ],
)
def test_saml_is_for_the_partitions_own_sign_in(partition: str, audience: str) -> None:
    arn = SAML.replace("arn:aws:", f"arn:{partition}:")
    assert rules.problems({"saml_provider_arn": arn}, Context()) == []
    assert settings(saml_provider_arn=arn)["trust_statement"] == {
        "Sid": "RedshiftDbRoles",
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": audience}},
    }


def test_oidc_is_for_its_audiences_and_subjects() -> None:
    options = {"oidc_provider_arn": OIDC, "audiences": ["one", "two"], "oidc_subjects": ["team:*"]}
    assert rules.problems(options, Context()) == []
    statement = settings(**options)["trust_statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    assert statement["Condition"] == {
        "StringEquals": {"login.example.com/tenant:aud": ["one", "two"]},
        "StringLike": {"login.example.com/tenant:sub": "team:*"},
    }


def test_without_a_provider_there_is_nothing_to_trust() -> None:
    assert rules.problems(OPTIONS, Context()) == []
    assert settings() == {
        "asks_database": False,
        "asks_for_tables": False,
        "names_principals": False,
        "trust_statement": None,
        "wanted_trust": None,
    }


def test_the_tasks_know_what_is_asked_for() -> None:
    asked = settings(
        grants=[{"role": "a", "privileges": ["select"], "all_tables_in": ["s"]}],
        iam_users=[{"name": "ana", "roles": []}],
        saml_provider_arn=SAML,
        trust=True,
    )
    assert [asked[name] for name in ("asks_database", "asks_for_tables", "names_principals")] == [True] * 3
    assert asked["wanted_trust"] == asked["trust_statement"]
    assert settings(saml_provider_arn=SAML)["wanted_trust"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"trust": True, "iam_roles": [{"name": "people", "roles": []}]},
            "federated_roles_trust: got true; expected it with federated_roles_saml_provider_arn or federated_roles_oidc",
        ),
        ({"trust": True, "saml_provider_arn": SAML}, "expected it with federated_roles_iam_roles"),
        ({"saml_provider_arn": SAML, "oidc_provider_arn": OIDC}, "together with federated_roles_oidc_provider_arn"),
        ({"saml_provider_arn": OIDC}, "saml-provider/corporate"),
        ({"oidc_provider_arn": SAML, "audiences": ["a"]}, "oidc-provider/login.example.com"),
        ({"saml_provider_arn": "corporate"}, "federated_roles_saml_provider_arn: got corporate; expected an ARN"),
        ({"oidc_provider_arn": OIDC}, "federated_roles_audiences: got nothing"),
        ({"saml_provider_arn": SAML.replace("aws", "aws-iso", 1)}, "federated_roles_audiences: got nothing"),
        (
            {"oidc_provider_arn": OIDC, "audiences": ["a", "*"]},
            "federated_roles_audiences: got '*', which is everybody",
        ),
        (
            {"oidc_provider_arn": OIDC, "audiences": ["a"], "oidc_subjects": ["**"]},
            "federated_roles_oidc_subjects: got '**'",
        ),
        ({"saml_provider_arn": SAML, "oidc_subjects": ["a"]}, "with federated_roles_oidc_provider_arn only"),
        ({"iam_users": [{"name": "ana", "roles": ["a:b", "fine röle"]}]}, "iam_users, ana: got a:b; expected"),
        ({"iam_roles": [{"name": "people", "roles": ["a;b"]}]}, "iam_roles, people: got a;b; expected"),
        ({"iam_roles": [{"name": "people"}]}, "federated_roles_iam_roles, people: got no roles; expected a list"),
        ({"roles": ["sys:mine"]}, "federated_roles_roles: got sys:mine"),
        # What was wrong is not there, and was said already.
        ({"grants": [{"privileges": ["all"], "schemas": ["s"]}], "iam_users": [{"roles": []}]}, "privileges: got all"),
    ],
)
def test_what_can_not_be_is_said(options: dict[str, Any], words: str) -> None:
    [problem] = rules.problems(options, Context())
    assert words in problem


def test_all_problems_are_said_at_once() -> None:
    assert len(rules.problems({"trust": True, "roles": ["public"], "absent": ["ds:x"]}, Context())) == 4


def test_database_roles_have_the_letters_of_the_database() -> None:
    options = {
        "iam_roles": [{"name": "people", "roles": ["Ana"]}],
        "iam_users": [{"name": "Ben", "roles": []}],
        "absent": ["Old"],
    }
    sensitive = {"workgroups": [{**SALES, "config_parameters": {"enable_case_sensitive_identifier": "true"}}]}
    assert rules.principals(options, READ) == {
        "principals": [
            {"kind": "role", "name": "people", "database_roles": ["ana"]},
            {"kind": "user", "name": "Ben", "database_roles": []},
        ],
        "dropped": ["old"],
    }
    made = rules.principals(options, sensitive)
    assert (made["principals"][0]["database_roles"], made["dropped"]) == (["Ana"], ["Old"])


def test_missing_principals_are_named_by_their_variable() -> None:
    found = {"missing": [{"kind": "role", "name": "people"}, {"kind": "user", "name": "ana"}]}
    assert [each.partition(":")[0] for each in rules.missing_principals(found)] == [
        "federated_roles_iam_roles",
        "federated_roles_iam_users",
    ]
    assert rules.missing_principals(NOTHING) == []


def change(operation: str, **values: Any) -> dict[str, Any]:
    return {"operation": operation, "parameters": {}, "seconds": 1.5, **values}


TAG = change("TagRole")
UNTAG = change("UntagUser")
PREDICTED = {
    "changes": [TAG, UNTAG],
    "principals": [{"kind": "role", "name": "people", "after": "role0:new"}],
    "notes": ["A note."],
    "missing": [],
}
NAMES = [f"role{number}" for number in range(41)]
MANY = {**OPTIONS, **settings(roles=NAMES), "roles": NAMES, "secret_arn": "arn:s"}


def looped(*results: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"results": list(results), **values}


def report(sql: dict[str, Any], principals: dict[str, Any]) -> dict[str, Any]:
    return rules.result(MANY, READ, {"rows": []}, PREDICTED, sql, principals)


@pytest.mark.parametrize(
    ("sql", "principals", "done", "pending"),
    [
        (
            looped({"changes": [change("Batch")]}, {"changes": [change("Single")]}),
            {"changes": [TAG, UNTAG]},
            ["Batch", "Single", "TagRole", "UntagUser"],
            [],
        ),
        # Those after the first failure are left out. What is known of the principals is of an earlier run then.
        (
            looped({"changes": [change("Batch")]}, {"failed": True, "changes": []}, failed=True),
            {"changes": [change("Stale")]},
            ["Batch"],
            ["ExecuteStatement", "TagRole", "UntagUser"],
        ),
        # AWS goes on with what a task began that ran out of time.
        (
            looped({"failed": True, "changes": [change("Batch")]}, failed=True),
            {},
            ["Batch"],
            ["ExecuteStatement", "TagRole", "UntagUser"],
        ),
        # Who may not send a batch sends single statements.
        (
            looped({"changes": [change("Begin"), change("Commit")]}, {"changes": [change("Single")]}),
            {"failed": True, "changes": [TAG], "changes_pending": [UNTAG]},
            ["Begin", "Commit", "Single", "TagRole"],
            ["UntagUser"],
        ),
        # The loop, or the module, could not even begin.
        ({"failed": True}, {}, [], ["BatchExecuteStatement", "ExecuteStatement", "TagRole", "UntagUser"]),
        (
            looped({"changes": [change("Batch")]}, {"changes": [change("Single")]}),
            {"failed": True, "msg": "no boto3"},
            ["Batch", "Single"],
            ["TagRole", "UntagUser"],
        ),
    ],
)
def test_the_report_tells_what_was_done_and_what_was_not(
    sql: dict[str, Any], principals: dict[str, Any], done: list[str], pending: list[str]
) -> None:
    made = report(sql, principals)
    assert [each["operation"] for each in made["changes"]] == done
    assert [each["operation"] for each in made["changes_pending"]] == pending
    assert made["changed"] == bool(done)


def test_the_report_tells_requests_and_what_to_know() -> None:
    made = report({"failed": True}, {})
    assert made["changes_pending"][1]["parameters"] == {
        "workgroup_name": "sales",
        "database": "dev",
        "secret_arn": "arn:s",
        "sql": 'CREATE ROLE "role40"',
    }
    assert made["notes"] == [
        "A note.",
        "IAM role people names roles that the database does not have. AWS ignores them: new.",
    ]
    assert made["permission_statements"][0]["Resource"] == "arn:sales"
    assert (made["missing"], len(made["statements"])) == ([], 41)


def test_a_prediction_needs_nothing_to_be_there() -> None:
    options = {**OPTIONS, **settings()}
    made = rules.result(options, UNREAD, NOTHING, NOTHING, looped(skipped=True), NOTHING)
    assert (made["changed"], made["missing"], made["principals"]) == (False, ["workgroup sales"], [])
    assert made["permission_statements"][0]["Resource"] == "*"


def test_a_failure_gives_its_reason_and_how_far_it_came() -> None:
    made = {"changes": [TAG], "changes_pending": [UNTAG]}
    failed = looped(
        {"msg": "Fine."}, {"failed": True, "msg": "Statement 2 failed."}, failed=True, msg="One item failed"
    )
    assert rules.failure(made, failed, {})[0] == "Statement 2 failed."
    words = rules.failure(made, looped(), {"failed": True, "msg": "TagRole failed."})
    assert words[0] == "TagRole failed."
    assert words[1].startswith("Before that, 1 of 2 changes were done")
