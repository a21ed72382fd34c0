# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from unit_kit.conversation import ACCOUNT, Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

TAG = "RedshiftDbRoles"
STATEMENT = {
    "Sid": TAG,
    "Effect": "Allow",
    "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"},
    "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
}
EC2 = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
LAMBDA = {**EC2, "Principal": {"Service": "lambda.amazonaws.com"}}
PEOPLE: Options = {"kind": "role", "name": "people", "database_roles": ["analyst"]}
ANA: Options = {"kind": "user", "name": "ana", "database_roles": ["analyst"]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("federated_principals", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def policy(*statements: Options) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def named(kind: str, name: str, tag: str | None) -> Options:
    return {
        "Path": "/",
        f"{kind}Name": name,
        f"{kind}Id": "AIDA0123456789ABCDEF",
        "Arn": f"arn:aws:iam::{ACCOUNT}:{kind.lower()}/{name}",
        "CreateDate": datetime(2026, 1, 1, tzinfo=UTC),
        "Tags": [{"Key": "team", "Value": "data"}, *([{"Key": TAG, "Value": tag}] if tag else [])],
    }


def role(aws: Conversation, tag: str | None, *statements: Options) -> None:
    found = {**named("Role", "people", tag), "AssumeRolePolicyDocument": policy(*(statements or [EC2]))}
    aws.answer("GetRole", {"RoleName": "people"}, {"Role": found}, "iam")


def user(aws: Conversation, tag: str | None) -> None:
    aws.answer("GetUser", {"UserName": "ana"}, {"User": named("User", "ana", tag)}, "iam")


def no_user(aws: Conversation) -> None:
    aws.refuse("GetUser", {"UserName": "ana"}, "NoSuchEntity", "The user can't be found.", 404, "iam")


def tag_user(value: str = "analyst") -> Options:
    return {"UserName": "ana", "Tags": [{"Key": TAG, "Value": value}]}


@pytest.mark.parametrize("check", [True, False])
def test_what_is_as_wanted_costs_one_read_each(run: Runner, aws: Conversation, check: bool) -> None:
    role(aws, "analyst", EC2, STATEMENT)
    user(aws, "writer:analyst")

    result = run.succeed({"principals": [PEOPLE, ANA], "trust_statement": STATEMENT}, check=check)

    assert (result["changed"], result["changes"], result["missing"]) == (False, [], [])
    assert result["principals"][1] == {
        "kind": "user",
        "name": "ana",
        "before": "writer:analyst",
        "after": "writer:analyst",
        "changed": False,
        "trust_changed": False,
    }


def test_the_trust_is_merged_into_what_is_there_right_before_it_is_written(run: Runner, aws: Conversation) -> None:
    role(aws, None, EC2)
    # Somebody else writes between the check and the change.
    role(aws, None, EC2, LAMBDA)
    request = {"RoleName": "people", "PolicyDocument": policy(EC2, LAMBDA, STATEMENT)}
    aws.answer("UpdateAssumeRolePolicy", request, {}, "iam")
    # IAM shows a change a moment later.
    role(aws, None, EC2, LAMBDA)
    role(aws, None, EC2, LAMBDA, STATEMENT)
    aws.answer("TagRole", {"RoleName": "people", "Tags": [{"Key": TAG, "Value": "analyst"}]}, {}, "iam")
    role(aws, "analyst", EC2, LAMBDA, STATEMENT)

    result = run.succeed({"principals": [PEOPLE], "trust_statement": STATEMENT}, diff=True)

    assert operations(result) == ["UpdateAssumeRolePolicy", "TagRole"]
    assert result["changes"][1]["parameters"] == {"role_name": "people", "tags": [{"key": TAG, "value": "analyst"}]}
    assert result["principals"][0]["trust_changed"] is True
    assert result["diff"]["before"]["tags"] == {"IAM role people": ""}
    assert result["diff"]["after"]["trust_policies"]["IAM role people"]["Statement"] == [EC2, LAMBDA, STATEMENT]


def test_nothing_is_written_before_all_were_checked(run: Runner, aws: Conversation) -> None:
    role(aws, None)
    no_user(aws)
    long = {**ANA, "name": "ana"}

    result = run.fail({"principals": [{**PEOPLE, "database_roles": ["n" * 257]}, long]})

    assert "IAM role people: got a RedshiftDbRoles that would have 257 characters" in result["msg"]
    assert "IAM user ana: does not exist in this account." in result["msg"]
    assert result["msg"].count("Nothing was changed.") == 1
    assert (result["changes"], result["changes_pending"]) == ([], [])


def test_check_mode_predicts_what_is_missing(run: Runner, aws: Conversation) -> None:
    no_user(aws)

    result = run.succeed({"principals": [ANA]}, check=True)

    assert (result["missing"], operations(result)) == ([{"kind": "user", "name": "ana"}], ["TagUser"])
    assert result["tags"] == {"IAM user ana": "analyst"}


def test_a_failure_tells_what_was_done_and_what_was_not(run: Runner, aws: Conversation) -> None:
    users = [{**ANA, "name": name} for name in ("ana", "ben", "eve")]
    for name in ("ana", "ben", "eve", "ana"):
        aws.answer("GetUser", {"UserName": name}, {"User": named("User", name, None)}, "iam")
    aws.answer("TagUser", tag_user(), {}, "iam")
    user(aws, "analyst")
    aws.answer("GetUser", {"UserName": "ben"}, {"User": named("User", "ben", None)}, "iam")
    aws.refuse("TagUser", {**tag_user(), "UserName": "ben"}, "AccessDenied", "No.", 403, "iam")

    result = run.fail({"principals": users})

    assert "needs the IAM permission iam:TagUser" in result["msg"]
    assert [each["parameters"]["user_name"] for each in result["changes"]] == ["ana"]
    assert [each["parameters"]["user_name"] for each in result["changes_pending"]] == ["ben", "eve"]


def test_a_write_at_the_same_moment_as_somebody_elses_is_repeated(run: Runner, aws: Conversation) -> None:
    user(aws, None)
    user(aws, None)
    aws.refuse("TagUser", tag_user(), "ConcurrentModification", "Submit your request again.", 409, "iam")
    user(aws, None)
    aws.answer("TagUser", tag_user(), {}, "iam")
    user(aws, "analyst")

    result = run.succeed({"principals": [ANA]})

    assert result["changes"][0]["waited_for"] == "Submit your request again."


def test_two_entries_for_one_principal_come_to_all_roles(run: Runner, aws: Conversation) -> None:
    user(aws, "old")

    result = run.succeed({"principals": [ANA, {**ANA, "database_roles": ["b"]}], "dropped": ["old"]}, check=True)

    assert [each["after"] for each in result["principals"]] == ["analyst:b"]
