# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import Refused
from ansible_collections.redshift.serverless.plugins.module_utils._iam import federated_principals as iam
from hypothesis import given
from hypothesis import strategies as st

TAG = "RedshiftDbRoles"
PROVIDER = "arn:aws:iam::123456789012:saml-provider/corporate"
STATEMENT = {
    "Sid": TAG,
    "Effect": "Allow",
    "Principal": {"Federated": PROVIDER},
    "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
}
OTHERS = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def desired(*roles: str, kind: str = "user", **members: Any) -> iam.Desired:
    return iam.Desired(kind=kind, name="ana", database_roles=roles, **members)


def state(tag: str | None = None, *others: dict[str, str], **members: Any) -> dict[str, Any]:
    own = [] if tag is None else [{"Key": TAG, "Value": tag}]
    return {"Path": "/", "Tags": [*others, *own], **members}


@pytest.mark.parametrize(
    ("before", "wish", "after"),
    [
        ("writer:analyst", desired("analyst", "new"), "writer:analyst:new"),
        ("a:old", desired("new", dropped=frozenset({"old"})), "a:new"),
        ("a", desired("b", replace=True), "b"),
        ("a", desired(replace=True), ""),
        # What says the same stays as it is.
        ("a:b:", desired("b", "a", replace=True), "a:b:"),
        ("", desired("a", "a"), "a"),
    ],
)
def test_the_tag_names_what_is_wanted(before: str, wish: iam.Desired, after: str) -> None:
    assert iam.wanted_tag(before, wish) == after


def test_keys_of_tags_differ_whatever_their_case() -> None:
    assert iam.tag_of({"Tags": [{"Key": "redshiftdbroles", "Value": "a"}]}) == "a"
    assert iam.tag_of(None) == iam.tag_of({}) == ""


def test_a_change_is_one_tag_and_nothing_else() -> None:
    [change] = iam.plan(state(None, {"Key": "team", "Value": "data"}), desired("a"))
    assert (change.operation, change.parameters) == (
        "TagUser",
        {"UserName": "ana", "Tags": [{"Key": TAG, "Value": "a"}]},
    )
    [change] = iam.plan(state("a"), desired(replace=True, kind="role"))
    assert (change.operation, change.parameters) == ("UntagRole", {"RoleName": "ana", "TagKeys": [TAG]})


def test_the_trust_comes_before_the_tag_and_only_when_it_is_asked_for() -> None:
    current = state(AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [OTHERS]})
    assert [each.operation for each in iam.plan(current, desired("a", kind="role"))] == ["TagRole"]
    trust, tag = iam.plan(current, desired("a", kind="role", trust=STATEMENT))
    assert (trust.operation, tag.operation) == ("UpdateAssumeRolePolicy", "TagRole")
    assert json.loads(trust.parameters["PolicyDocument"])["Statement"] == [OTHERS, STATEMENT]


def test_a_trust_policy_that_can_not_be_understood_is_left() -> None:
    with pytest.raises(Refused, match="IAM role ana can't be understood"):
        iam.plan(state(AssumeRolePolicyDocument={"Statement": []}), desired(kind="role", trust=STATEMENT))


@pytest.mark.parametrize(
    ("current", "wish", "partition", "words"),
    [
        (state("writer"), desired("n" * 250), "aws", "would have 257 characters; expected at most 256"),
        (state(Path="/aws-reserved/sso.amazonaws.com/"), desired("a", kind="role"), "aws", "IAM Identity Center"),
        (state(), desired(kind="role", trust=STATEMENT), "aws-cn", "expected one of the partition aws-cn"),
    ],
)
def test_what_iam_would_refuse_is_said(current: dict[str, Any], wish: iam.Desired, partition: str, words: str) -> None:
    [problem] = iam.problems(current, wish, partition)
    assert words in problem
    assert problem.startswith(f"{wish.label}:")


def test_256_characters_fit() -> None:
    assert not list(iam.problems(state("writer"), desired("n" * 249), "aws"))


NAMES = st.lists(st.sampled_from(["a", "b", "c", "d"]))


@given(
    roles=NAMES,
    before=st.none() | NAMES,
    dropped=st.sets(st.sampled_from(["c", "d"])),
    replace=st.booleans(),
    trust=st.booleans(),
)
def test_the_second_time_changes_nothing(
    roles: list[str], before: list[str] | None, dropped: set[str], replace: bool, trust: bool
) -> None:
    named = tuple(role for role in roles if role not in dropped)
    wish = desired(*named, kind="role", replace=replace, dropped=frozenset(dropped), trust=STATEMENT if trust else None)
    policy = {"Version": "2012-10-17", "Statement": [OTHERS]}
    now: Any = state(None if before is None else ":".join(before), AssumeRolePolicyDocument=policy)
    for change in iam.plan(now, wish):
        now = iam.after(now, change)

    assert iam.plan(now, wish) == []
    kept = set() if replace else set(before or ()) - dropped
    assert set(filter(None, iam.tag_of(now).split(":"))) == set(named) | kept
    assert OTHERS in now["AssumeRolePolicyDocument"]["Statement"]
