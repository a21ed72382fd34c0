# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import private_link as role
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

Found = dict[str, Any]

VPC, CLIENTS = "vpc-0a1b2c3d4e5f60718", "10.7.0.0/16"
SERVICES = ["redshift-serverless", "redshift-data"]
GIVEN: Found = {"vpc_id": VPC, "subnet_ids": ["subnet-1"], "state": "present", "services": SERVICES, "fips": False}
MARK = f"redshift.serverless private_link: {VPC}"
SKIPPED: Found = {"changed": False, "skipped": True}


def options(**others: Any) -> Found:
    """The role's variables as its tasks have them."""
    given_ones = {**GIVEN, "client_cidrs": [CLIENTS], **others}
    return {**given_ones, **role.settings(given_ones, Context())}


def endpoint(*groups: str, **members: Any) -> Found:
    return {"security_group_ids": list(groups), "state": "available", **members}


def plan(*endpoints: Found, others: tuple[Found, ...] = (), changes: tuple[Found, ...] = ()) -> Found:
    return {"endpoints": list(endpoints), "other_endpoints": list(others), "changes": list(changes)}


def group(group_id: str, *descriptions: str | None, name: str = "custom") -> Found:
    """A security group with an IPv4 and an IPv6 rule of each description."""
    rules = [{"ip_ranges": [{"description": each}], "ipv6_ranges": []} for each in descriptions]
    rules += [{"ip_ranges": [{}], "ipv6_ranges": [{"description": each}]} for each in descriptions]
    return {"group_id": group_id, "group_name": name, "ip_permissions": [*rules, {"user_id_group_pairs": []}]}


def network(*groups: Found) -> Found:
    return {"security_groups": list(groups)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"vpc_id": "the VPC"}, "private_link_vpc_id: got 'the VPC'; expected the id of a VPC"),
        ({"subnet_ids": []}, "private_link_subnet_ids: got nothing"),
        ({"client_cidrs": ["0.0.0.0/1", "128.0.0.0/1"]}, "private_link_client_cidrs: got "),
        ({"client_cidrs": ["the office"]}, "private_link_client_cidrs: got 'the office'"),
        ({"policy": {"Statement": []}}, "private_link_policy: The policy has no Statement"),
        ({"policy": "not JSON"}, "private_link_policy: "),
    ],
)
def test_each_contradiction_is_one_problem(given: Found, words: str) -> None:
    (problem,) = role.problems({**GIVEN, **given}, Context())
    assert problem.startswith(words)


@pytest.mark.parametrize(
    "given", [{}, GIVEN, {"vpc_id": VPC, "state": "absent"}, {**GIVEN, "client_cidrs": [CLIENTS, "2001:db8::/32"]}]
)
def test_what_fits_is_no_problem_and_neither_is_what_is_not_there(given: Found) -> None:
    assert role.problems(given, Context()) == []


def test_all_problems_are_told_at_once() -> None:
    wrong = {"vpc_id": "x", "state": "present", "client_cidrs": ["y"], "policy": "z"}
    names = [problem.partition(":")[0] for problem in role.problems(wrong, Context())]
    assert names == [f"private_link_{name}" for name in ("vpc_id", "subnet_ids", "client_cidrs", "policy")]


@pytest.mark.parametrize(
    ("services", "fips", "wanted"),
    [
        (["sts", "redshift-data", "sts"], False, ["sts", "redshift-data"]),
        (["redshift-data-fips", "sts"], False, ["redshift-data-fips", "sts"]),
        (["redshift-data-fips", "redshift-data", "sts"], True, ["redshift-data-fips", "sts-fips"]),
    ],
)
def test_services_are_named_once_and_with_fips_where_wanted(services: list[str], fips: bool, wanted: list[str]) -> None:
    assert options(services=services, fips=fips)["services"] == wanted


@pytest.mark.parametrize(
    ("given", "clients", "needs_groups"),
    [
        ({}, [CLIENTS], True),
        ({"client_cidrs": []}, [], False),
        ({"state": "absent"}, [], True),
    ],
)
def test_groups_are_only_read_for_rules(given: Found, clients: list[str], needs_groups: bool) -> None:
    found = options(**given)
    assert (found["client_cidrs"], found["needs_groups"]) == (clients, needs_groups)


def test_every_group_of_the_endpoints_gets_the_rules_or_else_the_default_one() -> None:
    endpoints = [endpoint("sg-2", "sg-1"), endpoint("sg-2"), endpoint()]
    seen = network(group("sg-9"), group("sg-0", name="default"))
    assert role.opened_groups(options(), plan(*endpoints), seen) == ["sg-0", "sg-1", "sg-2"]
    assert role.opened_groups(options(client_cidrs=[]), plan(*endpoints), SKIPPED) == []
    assert role.opened_groups(options(state="absent"), plan(*endpoints), seen) == []


def test_only_marked_rules_that_nothing_needs_are_removed() -> None:
    groups = network(group("sg-3", "of others", None), *(group(f"sg-{number}", MARK) for number in (4, 2, 1, 0)))
    found = plan(endpoint("sg-1"), others=(endpoint("sg-2"),))
    assert role.closed_groups(options(), found, groups) == ["sg-0", "sg-4"]
    assert role.closed_groups(options(state="absent"), found, groups) == ["sg-0", "sg-1", "sg-4"]
    # Where rules were not asked for, no group was read, and none is touched.
    assert role.closed_groups(options(client_cidrs=[]), found, SKIPPED) == []


def test_there_is_work_where_something_changes_or_aws_is_at_work() -> None:
    assert not role.has_work(plan(endpoint("sg-1")))
    assert role.has_work(plan(endpoint("sg-1"), endpoint("sg-1", state="deleting")))
    assert role.has_work(plan(endpoint("sg-1"), changes=({"operation": "CreateVpcEndpoint"},)))


def looped(*results: Found) -> Found:
    return {"changed": True, "results": [{"changed": True, "ansible_loop_var": "__group", **each} for each in results]}


def test_the_report_has_everything_that_was_done_in_its_order() -> None:
    nothing: Found = {**SKIPPED, "results": []}
    planned, made = plan(endpoint(vpc_endpoint_id=None)), endpoint(vpc_endpoint_id="vpce-1")
    assert role.result(options(), planned, nothing, SKIPPED, nothing) == {
        "changed": False,
        "changes": [],
        "restarted": False,
        "state": "present",
        "endpoints": planned["endpoints"],
        "client_rules": [],
    }
    found = role.result(
        options(),
        planned,
        looped({"changes": [1], "rules": ["one"]}, {"changes": [], "rules": ["two"], "changed": False}),
        {"changed": True, "changes": [2], "endpoints": [made]},
        looped({"changes": [3], "rules": []}),
    )
    assert (found["changed"], found["changes"], found["client_rules"]) == (True, [1, 2, 3], ["one", "two"])
    assert found["endpoints"] == [made]
