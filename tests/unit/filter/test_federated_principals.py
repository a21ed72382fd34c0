# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.federated_principals import federated_principals
from hypothesis import given
from hypothesis import strategies as st

TAG = "RedshiftDbRoles"


def plan(roles: list[str], tags: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """The plan for the IAM user ana."""
    rest = {name: options.pop(name) for name in list(options) if name.startswith("federated_roles_")}
    variables = {"federated_roles_iam_users": [{"name": "ana", "roles": roles}], **rest}
    return federated_principals(variables, users=[{"user_name": "ana", "tags": tags or {}, "path": "/"}], **options)


def value(roles: list[str], before: str, **options: Any) -> str:
    return str(plan(roles, {TAG: before}, **options)["principals"][0]["after"])


def test_roles_are_added_in_the_databases_letters() -> None:
    assert value(["Analyst", "new"], "writer:analyst") == "writer:analyst:new"
    assert value(["Analyst"], "writer", case_sensitive=True) == "writer:Analyst"
    assert value(["b", "a"], "a:b:", federated_roles_replace=True) == "a:b:"
    assert value(["new"], "a:old", federated_roles_absent=["Old"]) == "a:new"
    assert value(["b"], "a", federated_roles_replace=True) == "b"


def test_the_work_is_told_as_the_apis_operations() -> None:
    made = plan(["analyst"], {"team": "data"})
    assert made["user_tags"] == [{"name": "ana", "policy": {}, "tags": {TAG: "analyst"}, "purge": False}]
    assert made["changes"] == [
        {
            "operation": "TagUser",
            "parameters": {"user_name": "ana", "tags": [{"key": TAG, "value": "analyst"}]},
            "reason": f"{TAG} of IAM user ana is missing, it should be analyst",
            "interrupts": False,
            "seconds": None,
            "waited_for": None,
        }
    ]


def test_a_tag_without_roles_is_removed_and_no_other() -> None:
    made = plan([], {TAG: "a", "team": "data"}, federated_roles_replace=True)
    assert made["user_tags"] == [{"name": "ana", "policy": {}, "tags": {"team": "data"}, "purge": True}]
    assert [change["operation"] for change in made["changes"]] == ["UntagUser"]
    assert made["changes"][0]["parameters"] == {"user_name": "ana", "tag_keys": [TAG]}
    assert plan([], {"team": "data"}, federated_roles_replace=True)["changes"] == []


def test_two_entries_for_one_principal_come_to_all_roles() -> None:
    entries = [{"name": "ana", "roles": ["a"]}, {"name": "ana", "roles": ["b"]}]
    made = federated_principals({"federated_roles_iam_users": entries}, predict=True)
    assert [(each["name"], each["after"]) for each in made["principals"]] == [("ana", "a:b")]
    assert made["missing"] == ["IAM user ana"]


def test_trust_comes_before_the_tags_and_only_when_it_is_asked_for() -> None:
    statement = {"Effect": "Allow", "Principal": {"Federated": "p"}, "Action": ["sts:AssumeRoleWithSAML"]}
    variables: dict[str, Any] = {"federated_roles_iam_roles": [{"name": "people", "roles": ["a"]}]}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Principal": {"Service": "ec2.amazonaws.com"}}]}
    found = [{"role_name": "people", "tags": {}, "assume_role_policy_document": policy}]
    made = federated_principals(variables, found, statement=statement)
    assert (made["trusts"], made["role_tags"][0]["policy"]) == ([], policy)
    made = federated_principals({**variables, "federated_roles_trust": True}, found, statement=statement)
    after = {**policy, "Statement": [*policy["Statement"], {**statement, "Sid": TAG}]}
    assert made["trusts"] == [{"name": "people", "policy": after}]
    # The task that tags has to give the policy, too, and must not take it back.
    assert made["role_tags"][0]["policy"] == after
    assert [change["operation"] for change in made["changes"]] == ["UpdateAssumeRolePolicy", "TagRole"]


@pytest.mark.parametrize(
    ("roles", "tags", "words"),
    [
        (["a:b"], {}, "separated by colons"),
        (["a;b"], {}, "do not fit in it: a;b"),
        (["n" * 250], {TAG: "writer"}, "would have 257 characters, at most 256"),
    ],
)
def test_tags_that_can_not_be_are_refused(roles: list[str], tags: dict[str, str], words: str) -> None:
    [problem] = plan(roles, tags)["problems"]
    assert problem.startswith("federated_roles_iam_users, ana:")
    assert words in problem


def test_256_characters_fit_and_letters_of_other_scripts() -> None:
    assert not plan(["Müllers röle", "n" * 243])["problems"]


def test_principals_that_are_not_there_or_not_ours_are_refused() -> None:
    variables = {
        "federated_roles_iam_roles": [{"name": "AWSReservedSSO_x", "roles": ["a"]}, {"name": "b", "roles": []}]
    }
    found = [{"role_name": "AWSReservedSSO_x", "path": "/aws-reserved/sso.amazonaws.com/", "tags": {}}]
    problems = federated_principals(variables, found)["problems"]
    assert ["Identity Center" in problems[0], problems[1]] == [True, "These do not exist in this account: IAM role b."]


def test_roles_that_the_database_lacks_are_said() -> None:
    assert plan(["a", "b"], database_roles=["a"])["notes"] == [
        "IAM user ana brings roles along that the database lacks, which ignores them: b."
    ]
    assert plan(["a"])["notes"] == plan(["a"], database_roles=["a"])["notes"] == []


NAMES = st.lists(st.sampled_from(["a", "b", "c", "d"]))


@given(roles=NAMES, before=NAMES, absent=st.sets(st.sampled_from(["c", "d"])), replace=st.booleans())
def test_the_second_time_changes_nothing(roles: list[str], before: list[str], absent: set[str], replace: bool) -> None:
    options = {"federated_roles_absent": sorted(absent), "federated_roles_replace": replace}
    named = [role for role in roles if role not in absent]
    after = value(named, ":".join(before), **options)
    assert value(named, after, **options) == after
    assert set(filter(None, after.split(":"))) == set(named) | (set() if replace else set(before) - absent)
