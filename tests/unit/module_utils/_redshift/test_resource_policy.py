# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import State
from ansible_collections.redshift.serverless.plugins.module_utils._policy import document, grants
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.resource_policy import (
    Desired,
    Target,
    plan,
    shown,
    state_of,
)
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.answers import WORKGROUP_ARN

ACCOUNTS = ["123456789012", "210987654321", "345678901234"]
VPCS = ["vpc-0a1b2c3d4e5f60718", "vpc-0b1c2d3e4f5061728", "vpc-12345678"]
TARGET = Target(WORKGROUP_ARN, "aws", "us-east-1")
FOREIGN = {
    "Effect": "Allow",
    "Principal": {"AWS": [ACCOUNTS[0]]},
    "Action": ["redshift-serverless:RestoreFromSnapshot"],
}

some_grants = st.dictionaries(
    st.sampled_from(ACCOUNTS), st.none() | st.lists(st.sampled_from(VPCS), min_size=1, unique=True), max_size=3
).map(
    lambda named: grants.validate(
        [{"account": account, **({"vpc_ids": vpcs} if vpcs else {})} for account, vpcs in named.items()], False
    )
)
styles = st.sampled_from([None, "authorized_vpc", "source_vpc"])


def policy_of(wanted: grants.Grants, foreign: bool) -> document.Document | None:
    """A policy with some grants, and perhaps a statement about something else."""
    has = document.parse({"Statement": [FOREIGN]}) if foreign else None
    written = grants.write(
        grants.read(has, TARGET.region, TARGET.arn), wanted, partition="aws", region=TARGET.region, style=None
    )
    return written if written and written["Statement"] else None


@st.composite
def states(draw: st.DrawFn) -> State | None:
    policy = policy_of(draw(some_grants), draw(st.booleans()))
    return read_back(json.dumps(policy)) if policy else None


def read_back(text: str) -> State:
    return state_of(document.held(text), TARGET)


def applied(current: State | None, wanted: Desired) -> State | None:
    for change in plan(current, wanted, TARGET):
        text = change.parameters.get("policy")
        current = read_back(text) if text else None
    return current


def meaning(state: State | None) -> list[dict[str, Any]]:
    found = shown(state, TARGET)["grants"]
    return [{name: value for name, value in grant.items() if name != "condition"} for grant in found]


def statements(state: State | None) -> Any:
    return shown(state, TARGET)["policy"]["Statement"] if state else []


@given(current=states(), wanted=some_grants, style=styles)
def test_after_purging_the_policy_means_exactly_what_is_wanted(
    current: State | None, wanted: grants.Grants, style: grants.Style | None
) -> None:
    desired = Desired(grants=wanted, purge=True, style=style)
    state = applied(current, desired)

    assert meaning(state) == [grant.as_dict() for grant in wanted]
    assert plan(state, desired, TARGET) == []


@given(current=states(), wanted=some_grants)
def test_statements_about_something_else_stay(current: State | None, wanted: grants.Grants) -> None:
    others = [each for each in statements(current) if each["Action"] == FOREIGN["Action"]]

    after = statements(applied(current, Desired(grants=wanted, purge=True)))

    assert [each for each in after if each["Action"] == FOREIGN["Action"]] == others


@given(current=states())
def test_absent_takes_all_grants_and_nothing_else(current: State | None) -> None:
    state = applied(current, Desired(absent=True))

    assert meaning(state) == []
    assert plan(state, Desired(absent=True), TARGET) == []
    assert (state is None) == all(each["Action"] != FOREIGN["Action"] for each in statements(current))


@given(current=states(), wanted=some_grants)
def test_what_was_granted_can_be_taken_away_again(current: State | None, wanted: grants.Grants) -> None:
    state = applied(applied(current, Desired(grants=wanted, purge=True)), Desired(grants=wanted, absent=True))

    assert meaning(state) == []


@given(current=states(), wanted=states())
def test_a_whole_policy_is_reached_from_any(current: State | None, wanted: State | None) -> None:
    desired = Desired(policy=shown(wanted, TARGET)["policy"], absent=wanted is None)
    state = applied(current, desired)

    assert plan(state, desired, TARGET) == []
    if wanted:
        assert document.equivalent(shown(state, TARGET)["policy"], desired.policy, TARGET.arn)


def test_the_request_is_json_and_the_reason_names_before_and_after() -> None:
    one, other = (grants.validate([{"account": account}], False) for account in ACCOUNTS[:2])
    state = read_back(json.dumps(policy_of(one, foreign=False)))

    [change] = plan(state, Desired(grants=other), TARGET)

    assert change.operation == "PutResourcePolicy"
    assert json.loads(change.parameters["policy"])["Version"] == "2012-10-17"
    assert change.reason == f"grants: {ACCOUNTS[0]} (*) -> {ACCOUNTS[1]} (*)"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_partition_is_the_targets(partition: str) -> None:
    target = Target(WORKGROUP_ARN.replace(":aws:", f":{partition}:"), partition, "us-east-1")
    wanted = grants.validate([{"account": ACCOUNTS[0], "vpc_ids": VPCS[:1]}], False)

    [change] = plan(None, Desired(grants=wanted, style="authorized_vpc"), target)

    assert f"arn:{partition}:ec2:us-east-1:{ACCOUNTS[0]}:vpc/{VPCS[0]}" in change.parameters["policy"]
