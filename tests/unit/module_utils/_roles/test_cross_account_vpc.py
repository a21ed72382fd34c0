# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import cross_account_vpc as role
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

Data = dict[str, Any]

OWNER, GRANTEE, THIRD = "111111111111", "222222222222", "333333333333"
VPC, OTHER = "vpc-0a1b2c3d", "vpc-0b1c2d3e"
ARN = f"arn:aws:redshift-serverless:eu-central-1:{OWNER}:workgroup/1"
OWNED: Data = {"workgroups": [{"workgroup_name": "sales", "workgroup_arn": ARN}], "missing": []}
NETWORK: Data = {"subnets": [{"subnet_id": "subnet-1", "vpc_id": VPC, "owner_id": GRANTEE}]}
GRANT = {"account": GRANTEE, "vpc_ids": [VPC]}


def entry(name: str = "a", **more: Any) -> Data:
    return {"name": name, "state": "present", "allow_recreate": False, "subnet_ids": ["subnet-1"], **more}


def given(entry_point: str = "main", **more: Any) -> Data:
    """The options as the tasks have them."""
    options = {"workgroup": ["sales"], "wait_timeout": 9, "wait_delay": 1.0, "purge_grants": False, **more}
    return {**options, **role.settings(options, Context(entry_point=entry_point))}


@pytest.mark.parametrize(
    ("options", "entry_point", "words"),
    [
        (
            {"grants": [{"account": "1"}]},
            "grant",
            "cross_account_vpc_grants[0].account: got '1'; expected the 12 digits",
        ),
        ({"grants": [{"account": "*"}]}, "grant", "set cross_account_vpc_allow_any_account: true"),
        ({"grants": [{**GRANT, "vpc_ids": []}]}, "grant", "cross_account_vpc_grants[0].vpc_ids: got an empty list"),
        (
            {"grants": [{**GRANT, "vpc_ids": ["10.0.0.0/8"]}]},
            "grant",
            ".vpc_ids[0]: got '10.0.0.0/8'; expected the id of",
        ),
        ({"owner_account": "1111"}, "connect", "cross_account_vpc_owner_account: got '1111'; expected the 12 digits"),
        ({"workgroup": ["a", "b"], "endpoints": [entry()]}, "main", "got a without a workgroup; expected one of a, b"),
        ({}, "revoke", "set cross_account_vpc_revoke_all to true"),
        ({"grants": [GRANT], "fail_on_endpoints_in_use": True}, "revoke", "without the grantee's identity"),
    ],
)
def test_each_contradiction_is_one_problem(options: Data, entry_point: str, words: str) -> None:
    (problem,) = role.problems(options, Context(entry_point=entry_point))
    assert words in problem


@pytest.mark.parametrize(
    ("options", "entry_point"),
    [
        ({}, "main"),
        ({"grants": [{"account": f"arn:aws:iam::{GRANTEE}:root"}], "owner_account": OWNER}, "main"),
        ({"grants": [{"account": "*"}]}, "revoke"),
        ({"grants": [{"account": "*"}], "allow_any_account": True}, "grant"),
        ({"revoke_all": True}, "revoke"),
        ({"grants": [GRANT], "fail_on_endpoints_in_use": True, "grantee_profile": "x"}, "revoke"),
        ({"workgroup": ["a", "b"], "endpoints": [entry(workgroup="a"), entry(state="absent"), {}]}, "main"),
    ],
)
def test_what_fits_is_no_problem(options: Data, entry_point: str) -> None:
    assert role.problems(options, Context(entry_point=entry_point)) == []


def test_disconnect_removes_whatever_the_state_says() -> None:
    assert [each["state"] for each in given("disconnect", endpoints=[entry()])["endpoints"]] == ["absent"]
    assert given("connect", endpoints=[entry()])["endpoints"] == [entry()]


def test_each_side_has_its_own_identity() -> None:
    found = given(owner_profile="hub", grantee_assume_role_arn="arn", grantee_assume_role_external_id="x")
    assert found["owner"] == {"profile": "hub"}
    assert found["grantee"] == {"assume_role_arn": "arn", "assume_role_external_id": "x"}
    assert (found["sees_grantee"], given()["sees_grantee"]) == (True, False)


def test_a_side_without_an_identity_is_the_one_of_the_play() -> None:
    play = Context(identity={"assume_role_arn": "hub"})
    found = role.settings({"grantee_profile": "x"}, play)
    assert (found["owner"], found["grantee"]) == ({"assume_role_arn": "hub"}, {"profile": "x"})


def test_workgroups_that_do_not_exist_yet_are_targets_of_a_prediction_only() -> None:
    options = given(workgroup=["sales", "tomorrow"])
    assert role.targets(options, OWNED, predict=False) == [{"workgroup_name": "sales", "workgroup_arn": ARN}]
    assert role.targets(options, OWNED, predict=True)[1] == {"workgroup_name": "tomorrow", "workgroup_arn": None}


def test_the_owner_is_not_granted_what_it_owns() -> None:
    root = f"arn:aws:iam::{OWNER}:root"
    (problem,) = role.own_account(given(grants=[GRANT, {"account": root}]), OWNED)
    assert f"cross_account_vpc_grants: got the account {OWNER}, which owns the workgroup" in problem
    assert role.own_account(given(grants=[GRANT]), OWNED) == []


def test_endpoints_know_their_workgroup_and_its_owner() -> None:
    (one,) = role.wanted(given(endpoints=[entry()]), OWNED)["entries"]
    assert (one["workgroup"], one["owner_account"]) == ("sales", OWNER)
    (other,) = role.wanted(given(endpoints=[entry(workgroup="x")], owner_account=THIRD), {})["entries"]
    assert (other["workgroup"], other["owner_account"]) == ("x", THIRD)
    (gone,) = role.wanted(given("disconnect", workgroup=[], endpoints=[entry()]), {})["entries"]
    assert "workgroup" not in gone
    assert "owner_account" not in gone


def test_endpoints_go_before_grants_where_grants_may_go() -> None:
    entries = [entry("stays"), entry("goes", state="absent")]
    for options, first in (
        ({"grants": [GRANT], "purge_grants": True}, ["goes"]),
        ({"grants": [], "purge_grants": True}, ["goes"]),
        ({"grants": [GRANT]}, []),
        ({"purge_grants": True}, []),
    ):
        some = given(endpoints=entries, **options)
        assert [each["name"] for each in role.going(some, OWNED)["entries"]] == first
        rest = [each["name"] for each in role.remaining(some, OWNED)["entries"]]
        assert sorted([*first, *rest]) == ["goes", "stays"]


def policies(*grants: Data) -> Data:
    target = {"workgroup_name": "sales", "workgroup_arn": ARN}
    return {"results": [{"ansible_loop_var": "t", "t": target, "resource_policies": [{"grants": list(grants)}]}]}


@pytest.mark.parametrize(
    ("grants", "fits"),
    [
        ([GRANT], True),
        ([{"account": GRANTEE}], True),
        ([{"account": "*", "vpc_ids": ["*"]}], True),
        ([{**GRANT, "vpc_ids": [OTHER]}], False),
        ([{**GRANT, "account": THIRD}], False),
        ([], False),
    ],
)
def test_an_endpoint_needs_a_grant_for_its_vpc(grants: list[Data], fits: bool) -> None:
    options = given(grants=grants, endpoints=[entry()])
    for some in (options, {**options, "purge_grants": True}):
        found = role.uncovered(some, OWNED, {"endpoints": []}, NETWORK, {"skipped": True})
        assert (found == []) is fits
    undecided = role.undecided_workgroups(options, OWNED, {"endpoints": []}, NETWORK)
    assert (undecided == []) is fits
    assert role.undecided_workgroups({**options, "purge_grants": True}, OWNED, {}, NETWORK) == []
    assert role.uncovered(options, OWNED, {"endpoints": []}, NETWORK, policies(GRANT)) == []


def test_the_role_says_which_account_the_grantee_is() -> None:
    options = given(grants=[GRANT], endpoints=[entry()], grantee_assume_role_arn=f"arn:aws:iam::{THIRD}:role/x")
    (problem,) = role.uncovered(options, OWNED, {}, NETWORK, {})
    assert f"endpoint a: got subnets in {VPC} of account {THIRD}" in problem


def test_what_exists_or_leads_elsewhere_needs_no_grant_of_this_run() -> None:
    there = {"endpoints": [{"endpoint_name": "a", "workgroup_name": "sales", "subnet_ids": ["subnet-1"]}]}
    assert role.uncovered(given(grants=[], endpoints=[entry()]), OWNED, there, NETWORK, {}) == []
    elsewhere = given(grants=[], endpoints=[entry(workgroup="theirs")])
    assert role.uncovered(elsewhere, OWNED, {}, NETWORK, {}) == []
    assert role.uncovered(given(endpoints=[entry()]), OWNED, {}, NETWORK, {}) == []


def user(name: str, vpc: str = VPC, account: str = GRANTEE, workgroup: str = "sales") -> Data:
    arn = f"arn:aws:redshift-serverless:eu-central-1:{account}:managedvpcendpoint/{name}"
    return {"endpoint_name": name, "endpoint_arn": arn, "workgroup_name": workgroup, "vpc_endpoint": {"vpc_id": vpc}}


@pytest.mark.parametrize(
    ("grants", "names"),
    [
        ([GRANT], ["one"]),
        ([{"account": GRANTEE}], ["one", "two"]),
        ([], ["one", "two", "three"]),
        ([{"account": "444444444444"}], []),
    ],
)
def test_endpoints_that_use_the_revoked_access_are_named(grants: list[Data], names: list[str]) -> None:
    users = {"endpoints": [user("one"), user("two", OTHER), user("three", account=THIRD), user("four", workgroup="x")]}
    options = given("revoke", grants=grants, grantee_profile="x")
    assert [each["endpoint_name"] for each in role.in_use(options, users) or ()] == names
    said = role.endpoints_in_use(options, users)
    assert [", ".join(names) in words and "Remove them first" in words for words in said] == ([True] if names else [])
    assert role.in_use(given("revoke", grants=grants), {"skipped": True}) is None


def test_the_report_hands_the_notes_of_the_policies_on() -> None:
    target = {"workgroup_name": "sales", "workgroup_arn": ARN}
    policy = {"ansible_loop_var": "t", "t": target, "grants": [GRANT], "notes": ["Statement[1] denies."]}
    written = {**policy, "changed": True, "changes": [{"operation": "PutResourcePolicy"}]}
    deleted = {"ansible_loop_var": "e", "e": entry("goes"), "endpoint": None, "changed": True, "changes": ["deleted"]}
    found = role.result(
        options=given(grants=[GRANT]),
        owned=OWNED,
        before={},
        policies={"results": [written]},
        users={},
        removed={"made": {"results": [deleted]}},
        made={"skipped": True},
        ready={},
    )
    assert found["grants"] == [
        {"workgroup_name": "sales", "resource_arn": ARN, "grants": [GRANT], "notes": ["Statement[1] denies."]}
    ]
    assert found["notes"] == ["sales: Statement[1] denies."]
    assert found["changes"] == ["deleted", {"operation": "PutResourcePolicy"}]
    assert (found["changed"], found["endpoints"], found["endpoints_in_use"], found["missing"]) == (True, [], None, [])
