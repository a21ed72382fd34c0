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
NETWORK: Data = {"results": [{"subnets": [{"subnet_id": "subnet-1", "vpc_id": VPC, "owner_id": GRANTEE}]}]}
NOTHING: Data = {"results": [{"endpoints": []}]}
SKIPPED: Data = {"skipped": True}
GRANT = {"account": GRANTEE, "vpc_ids": [VPC]}


def entry(name: str = "a", **more: Any) -> Data:
    return {"name": name, "state": "present", "allow_recreate": False, "subnet_ids": ["subnet-1"], **more}


def given(entry_point: str = "main", **more: Any) -> Data:
    """The options as the tasks have them."""
    fixed = {"batch": 0, "wait_timeout": 9, "wait_delay": 1.0, "purge_grants": False, "allow_any_account": False}
    options = {"workgroup": ["sales"], **fixed, **more}
    return {**options, **role.settings(options, Context(entry_point=entry_point))}


def entries(wanted: Any) -> list[Data]:
    return [each for party in wanted["parties"] for each in party["entries"]]


def grantee(account: str = GRANTEE, *endpoints: Data, **more: Any) -> Data:
    arn = f"arn:aws:iam::{account}:role/network"
    return {"assume_role_arn": arn, **({"endpoints": list(endpoints)} if endpoints else {}), **more}


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
        (
            {"owner_account": "1111", "endpoints": [entry()]},
            "connect",
            "cross_account_vpc_owner_account: got '1111'; expected the 12 digits",
        ),
        ({}, "grant", "cross_account_vpc_grants: got nothing; expected a list. It or cross_account_vpc_grantees"),
        ({}, "disconnect", "cross_account_vpc_endpoints: got nothing"),
        (
            {"grantees": [grantee()], "grants": [GRANT], "grantee_profile": "x"},
            "main",
            "with cross_account_vpc_grants, cr",
        ),
        (
            {"grantees": [{"profile": "x"}]},
            "main",
            "cross_account_vpc_grantees[0].account: got nothing; expected the 12",
        ),
        (
            {"grantees": [grantee(), grantee(THIRD, vpc_ids=["10.0.0.0/8"])]},
            "grant",
            "cross_account_vpc_grantees[1].vpc_ids[0]: got '10.0.0.0/8'",
        ),
        ({"grantees": [grantee(account=THIRD) | {"account": GRANTEE}]}, "main", f"got {GRANTEE}; expected {THIRD}"),
        (
            {"grantees": [grantee(GRANTEE, entry()), grantee(GRANTEE, entry("b"))]},
            "main",
            "cross_account_vpc_grantees[1]: got the identity of cross_account_vpc_grantees[0]",
        ),
        (
            {"workgroup": ["a", "b"], "grantees": [grantee(GRANTEE, entry())]},
            "main",
            "cross_account_vpc_grantees[0].endpoints: got a without a workgroup; expected one of a, b",
        ),
        (
            {"grantees": [{"account": GRANTEE}, grantee(THIRD)], "fail_on_endpoints_in_use": True},
            "revoke",
            "of each of cross_account_vpc_grantees",
        ),
        ({"batch": -2}, "main", "cross_account_vpc_batch: got -2"),
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
        ({"grantees": [grantee(GRANTEE, entry()), {"account": THIRD, "vpc_ids": [VPC]}]}, "main"),
        ({"grantees": [grantee(GRANTEE, entry())]}, "disconnect"),
        ({"grantees": [{"profile": "x", "endpoints": [entry()]}]}, "connect"),
        ({"grantees": [grantee()], "fail_on_endpoints_in_use": True}, "revoke"),
    ],
)
def test_what_fits_is_no_problem(options: Data, entry_point: str) -> None:
    assert role.problems(options, Context(entry_point=entry_point)) == []


def test_what_was_wrong_is_not_missing_besides() -> None:
    assert role.problems({}, Context(entry_point="grant", given=["grants"])) == []


def test_disconnect_removes_whatever_the_state_says() -> None:
    for form in ({"endpoints": [entry()]}, {"grantees": [grantee(GRANTEE, entry())]}):
        assert [each["state"] for each in entries(role.wanted(given("disconnect", **form), {}))] == ["absent"]
        assert [each["state"] for each in entries(role.wanted(given("connect", **form), {}))] == ["present"]


def test_each_side_has_its_own_identity() -> None:
    found = given(owner_profile="hub", grantee_assume_role_arn="arn", grantee_assume_role_external_id="x")
    assert found["owner"] == {"profile": "hub"}
    assert found["grantees"][0]["caller"] == {"assume_role_arn": "arn", "assume_role_external_id": "x"}
    assert (found["sees_grantee"], given()["sees_grantee"]) == (True, False)


def test_a_side_without_an_identity_is_the_one_of_the_play() -> None:
    play = Context(identity={"assume_role_arn": "hub"})
    found = role.settings({"grantee_profile": "x"}, play)
    assert (found["owner"], found["grantees"][0]["caller"]) == ({"assume_role_arn": "hub"}, {"profile": "x"})
    (party,) = role.settings({"grantees": [{"account": GRANTEE}]}, play)["grantees"]
    assert (party["caller"], party["label"]) == ({"assume_role_arn": "hub"}, GRANTEE)


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
    (one,) = entries(role.wanted(given(endpoints=[entry()]), OWNED))
    assert (one["workgroup"], one["owner_account"]) == ("sales", OWNER)
    (other,) = entries(role.wanted(given(endpoints=[entry(workgroup="x")], owner_account=THIRD), {}))
    assert (other["workgroup"], other["owner_account"]) == ("x", THIRD)
    (gone,) = entries(role.wanted(given("disconnect", workgroup=[], endpoints=[entry()]), {}))
    assert "workgroup" not in gone
    assert "owner_account" not in gone


def test_endpoints_go_before_grants_where_grants_may_go() -> None:
    both = [entry("stays"), entry("goes", state="absent")]
    for options, first in (
        ({"grants": [GRANT], "purge_grants": True}, ["goes"]),
        ({"grants": [], "purge_grants": True}, ["goes"]),
        ({"grants": [GRANT]}, []),
        ({"purge_grants": True}, []),
    ):
        some = given(endpoints=both, **options)
        assert [each["name"] for each in entries(role.going(some, OWNED))] == first
        rest = [each["name"] for each in entries(role.remaining(some, OWNED))]
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
        found = role.uncovered(some, OWNED, NOTHING, NETWORK, {"skipped": True})
        assert (found == []) is fits
    undecided = role.undecided_workgroups(options, OWNED, NOTHING, NETWORK)
    assert (undecided == []) is fits
    assert role.undecided_workgroups({**options, "purge_grants": True}, OWNED, {}, NETWORK) == []
    assert role.uncovered(options, OWNED, NOTHING, NETWORK, policies(GRANT)) == []


def test_the_role_says_which_account_the_grantee_is() -> None:
    options = given(grants=[GRANT], endpoints=[entry()], grantee_assume_role_arn=f"arn:aws:iam::{THIRD}:role/x")
    (problem,) = role.uncovered(options, OWNED, {}, NETWORK, {})
    assert f"endpoint a: got subnets in {VPC} of account {THIRD}" in problem


def test_what_exists_or_leads_elsewhere_needs_no_grant_of_this_run() -> None:
    there = {
        "results": [{"endpoints": [{"endpoint_name": "a", "workgroup_name": "sales", "subnet_ids": ["subnet-1"]}]}]
    }
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
    # A grantee that is named twice is read twice.
    seen = [user("one"), user("two", OTHER)]
    others = [user("three", account=THIRD), user("four", workgroup="x")]
    users = {"results": [{"endpoints": seen}, {"endpoints": [*seen, *others]}]}
    options = given("revoke", grants=grants, grantee_profile="x")
    assert [each["endpoint_name"] for each in role.in_use(options, users) or ()] == names
    said = role.endpoints_in_use(options, users)
    assert [", ".join(names) in words and "Remove them first" in words for words in said] == ([True] if names else [])
    assert role.in_use(given("revoke", grants=grants), {"skipped": True}) is None


def policy(**more: Any) -> Data:
    return {"ansible_loop_var": "item", "item": ARN, "grants": [GRANT], "notes": [], "changes": [], **more}


FAILED: Data = {"failed": True, "not_begun": False, "msg": "no.", "changes": [], "changed": False}


def made(*results: Data) -> Data:
    failed = [f"{each['item']}: {each['msg']}" for each in results if each.get("failed")]
    named = {"msg": " ".join(failed)} if failed else {}
    return {"results": [{"ansible_loop_var": "item", "changes": [], **each} for each in results], **named}


def report(
    options: Data,
    policies: Data | None = None,
    result: Data | None = None,
    removed: Data | None = None,
    before: Data | None = None,
) -> Data:
    made = {"made": removed} if removed else {}
    skipped = (SKIPPED if each is None else each for each in (policies, result))
    granted, connected = skipped
    return role.result(options, OWNED, NOTHING if before is None else before, granted, {}, made, connected)


def test_the_report_hands_the_notes_of_the_policies_on() -> None:
    options = given(grants=[GRANT], purge_grants=True, endpoints=[entry("goes", state="absent")])
    written = policy(notes=["Statement[1] denies."], changed=True, changes=[{"operation": "PutResourcePolicy"}])
    deleted = {"item": "goes", "endpoint": None, "changed": True, "changes": ["deleted"]}
    found = report(options, made(written), removed=made(deleted))
    assert found["grants"] == [
        {
            "workgroup_name": "sales",
            "resource_arn": ARN,
            "grants": [GRANT],
            "notes": ["Statement[1] denies."],
            "problem": None,
        }
    ]
    assert found["notes"] == ["sales: Statement[1] denies."]
    assert found["changes"] == ["deleted", {"operation": "PutResourcePolicy"}]
    assert (found["changed"], found["endpoints"], found["endpoints_in_use"], found["missing"]) == (True, [], None, [])
    assert found["problems"] == []


def test_a_list_of_grantees_grants_and_connects_for_all() -> None:
    some = given(grantees=[grantee(GRANTEE, entry()), {"account": THIRD, "vpc_ids": [OTHER]}, grantee(THIRD, entry())])
    assert some["grants"] == [{"account": GRANTEE}, {"account": THIRD, "vpc_ids": [OTHER]}, {"account": THIRD}]
    (item,) = role.granting(some, OWNED, {}, predict=False)
    assert (item["resource_arn"], item["grants"], item["purge_grants"]) == (ARN, some["grants"], False)
    parties = role.wanted(some, OWNED)["parties"]
    assert [(each["label"], each["caller"]["assume_role_arn"]) for each in parties] == [
        (GRANTEE, f"arn:aws:iam::{GRANTEE}:role/network"),
        (THIRD, f"arn:aws:iam::{THIRD}:role/network"),
    ]
    door = {"endpoint_name": "a", "workgroup_name": "sales", "address": "host"}
    found = report(some, made(policy()), made({"item": "a", "endpoint": door}, {"item": "a", **FAILED}))
    told = [(each["grantee"], len(each["endpoints"]), each["problems"]) for each in found["grantees"]]
    assert told == [(GRANTEE, 1, []), (THIRD, 0, ["a: no."])]
    assert found["problems"] == ["a: no."]
    assert "grants" not in given("connect", grantees=[grantee(GRANTEE, entry())])


def test_nothing_connects_without_the_grant_and_no_grant_goes_before_its_endpoints() -> None:
    two = {"workgroups": [*OWNED["workgroups"], {"workgroup_name": "shop", "workgroup_arn": f"{ARN}2"}]}
    doors = [entry("a", workgroup="sales"), entry("b", workgroup="shop"), entry("goes", state="absent")]
    some = given(workgroup=["sales", "shop"], grants=[GRANT], purge_grants=True, endpoints=doors)
    refused = made(policy(**FAILED), policy(item=f"{ARN}2"))
    assert [each["name"] for each in entries(role.connecting(some, two, {}, refused))] == ["b"]
    (told, _other) = role.result(some, two, NOTHING, refused, {}, {}, SKIPPED)["grants"]
    assert (told["problem"], told["grants"]) == ("no.", [GRANT])
    assert entries(role.connecting(some, two, {}, {"msg": "no credentials"})) == []
    stuck = {"made": made({"item": "goes", **FAILED})}
    assert role.granting(some, two, stuck, predict=False) == []
    assert entries(role.connecting(some, two, stuck, SKIPPED)) == []
    there = {"results": [{"endpoints": [{"endpoint_name": "goes", "workgroup_name": "sales"}]}]}
    assert report(some, removed=stuck["made"], before=there)["grantees"][0]["problems"] == ["goes: no."]


def test_an_entry_point_without_a_task_has_no_failure_of_it() -> None:
    options = given("connect", endpoints=[entry()], owner_account=OWNER)
    found = role.result(options, {}, NOTHING, {}, {}, {}, made({"item": "a", "endpoint": {"endpoint_name": "a"}}))
    assert ([each["endpoint_name"] for each in found["endpoints"]], found["problems"]) == (["a"], [])


def test_revoking_names_the_grants_or_nobody() -> None:
    (item,) = role.revoking(given("revoke", grants=[GRANT], owner_profile="hub"), OWNED)
    assert item == {"resource_arn": ARN, "state": "absent", "grants": [GRANT], "profile": "hub"}
    assert "grants" not in role.revoking(given("revoke", grants=[]), OWNED)[0]
    assert role.revoking(given("revoke", grantees=[grantee()]), OWNED)[0]["grants"] == [{"account": GRANTEE}]
