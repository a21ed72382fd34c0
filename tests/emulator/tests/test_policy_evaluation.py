"""Policy evaluation as pure rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_emulator.policy_evaluation import Request, condition_matches, is_allowed, like

ACCOUNT = "222222222222"
ACTIONS = ("CreateEndpointAccess", "UpdateEndpointAccess", "DeleteEndpointAccess", "GetEndpointAccess")
VPCS = ("vpc-1", "vpc-2", "vpc-3")
PRINCIPALS = ("*", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/reader", "333333333333")


def request(vpc: str = "vpc-1", action: str = ACTIONS[0], principal: str = "") -> Request:
    return Request(
        account=ACCOUNT,
        principal=principal or f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session",
        action=f"redshift-serverless:{action}",
        resources=("arn:aws:redshift-serverless:us-east-1:111111111111:workgroup/1",),
        context={"aws:SourceVpc": vpc, "aws:RequestedRegion": "us-east-1"},
    )


def statement(effect: str, principal: str, actions: list[str], vpcs: list[str] | None) -> dict[str, Any]:
    condition = {"StringLike": {"aws:SourceVpc": vpcs}} if vpcs else {}
    names = [f"redshift-serverless:{each}" for each in actions]
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": names, "Condition": condition}


STATEMENTS = st.lists(
    st.builds(
        statement,
        st.sampled_from(["Allow", "Deny"]),
        st.sampled_from(PRINCIPALS),
        st.lists(st.sampled_from([*ACTIONS, "*"]), min_size=1, max_size=2),
        st.none() | st.lists(st.sampled_from([*VPCS, "vpc-*"]), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=5,
)
REQUESTS = st.builds(request, st.sampled_from(VPCS), st.sampled_from(ACTIONS))


@given(STATEMENTS, REQUESTS)
def test_a_deny_wins_and_order_does_not_matter(statements: list[dict[str, Any]], asked: Request) -> None:
    each = [(one["Effect"], is_allowed({"Statement": {**one, "Effect": "Allow"}}, asked)) for one in statements]
    expected = ("Allow", True) in each and ("Deny", True) not in each
    assert is_allowed({"Statement": statements}, asked) == expected
    assert is_allowed({"Statement": statements[::-1]}, asked) == expected


@given(STATEMENTS, REQUESTS)
def test_taking_allows_away_never_allows_more(statements: list[dict[str, Any]], asked: Request) -> None:
    if not is_allowed({"Statement": statements}, asked):
        assert not is_allowed({"Statement": [one for one in statements if one["Effect"] == "Deny"]}, asked)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": [ACCOUNT, "333333333333"]}, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}, False),
        ({"AWS": "333333333333"}, False),
        ({"Service": "redshift.amazonaws.com"}, False),
        (None, False),
    ],
)
def test_principals(principal: Any, expected: bool) -> None:
    allow = {"Effect": "Allow", "Principal": principal, "Action": "*"}
    assert is_allowed({"Statement": allow}, request()) == expected


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "expected"),
    [
        ("StringEquals", "aws:SourceVpc", ["vpc-1"], True),
        ("StringEquals", "aws:SourceVpc", ["vpc-*"], False),
        ("StringLike", "aws:sourcevpc", ["vpc-?"], True),
        ("StringNotLike", "aws:SourceVpc", ["vpc-2", "vpc-1"], False),
        ("StringNotEquals", "aws:SourceVpc", ["vpc-2"], True),
        ("StringLike", "aws:Unknown", ["*"], False),
        ("StringNotLike", "aws:Unknown", ["*"], True),
        ("StringLikeIfExists", "aws:Unknown", ["x"], True),
        ("ForAnyValue:StringLike", "aws:SourceVpc", ["vpc-*"], True),
        ("Null", "aws:Unknown", ["true"], True),
        ("Null", "aws:SourceVpc", [True], False),
        ("NumericLessThan", "aws:SourceVpc", ["1"], False),
        ("ArnLike", "arn", ["arn:aws:ec2:us-east-1:222222222222:vpc/*"], True),
        ("ArnLike", "arn", ["arn:aws:ec2:*"], False),
        ("ArnEquals", "arn", ["arn:aws:ec2:*:*:vpc/vpc-1"], True),
    ],
)
def test_conditions(operator: str, key: str, wanted: list[Any], expected: bool) -> None:
    context = {"aws:SourceVpc": "vpc-1", "arn": "arn:aws:ec2:us-east-1:222222222222:vpc/vpc-1"}
    assert condition_matches(operator, key, wanted, context) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [("arn:aws:redshift-serverless:*:*:*", True), ("arn:aws:redshift-serverless:*:*:namespace/*", False), (None, True)],
)
def test_resources(resource: str | None, expected: bool) -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": resource}
    assert is_allowed({"Statement": [allow]}, request()) == expected


@given(st.text("ab.*?", max_size=6))
def test_a_pattern_without_wildcards_matches_only_itself(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    assert like(plain, text) == (plain == text)
    assert like("*", text)
