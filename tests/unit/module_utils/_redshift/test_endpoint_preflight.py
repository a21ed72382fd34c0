# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._redshift.endpoint_preflight import (
    Network,
    problems,
    report,
    to_create,
)
from hypothesis import given
from hypothesis import strategies as st

Data = dict[str, Any]


def entry(name: str, *subnets: str, **more: Any) -> Data:
    fixed = {"name": name, "state": "present", "workgroup": "sales"}
    return {**fixed, **({"subnet_ids": list(subnets)} if subnets else {}), **more}


def endpoint(name: str, *subnets: str, workgroup: str = "sales", **more: Any) -> Data:
    fixed = {"endpoint_name": name, "workgroup_name": workgroup, "endpoint_status": "ACTIVE"}
    return {**fixed, "subnet_ids": list(subnets), "vpc_endpoint": {"vpc_id": "vpc-1"}, **more}


def network(free: dict[str, int], vpcs: dict[str, str] | None = None, groups: dict[str, str] | None = None) -> Network:
    subnets = [
        {"subnet_id": each, "vpc_id": (vpcs or {}).get(each, "vpc-1"), "available_ip_address_count": count}
        for each, count in free.items()
    ]
    return Network(subnets, [{"group_id": each, "vpc_id": vpc} for each, vpc in (groups or {}).items()])


def test_what_is_as_it_should_be_has_no_problem() -> None:
    place = network({"a": 1, "b": 1}, groups={"sg-1": "vpc-1"})
    assert problems([entry("x", "a", "b", security_group_ids=["sg-1"])], [], place, 30) == []


def test_an_endpoint_that_exists_needs_no_free_address() -> None:
    assert problems([entry("x", "a")], [endpoint("x", "a")], network({"a": 0}), 1) == []


def test_one_that_is_being_deleted_is_made_anew() -> None:
    leaving = endpoint("x", "a", endpoint_status="DELETING")
    assert to_create([entry("x", "a")], [leaving]) == [entry("x", "a")]


def test_names_are_compared_without_case() -> None:
    assert to_create([entry("Apps", "a")], [endpoint("apps", "a")]) == []
    (problem,) = problems([entry("Apps", "a"), entry("apps", "a")], [], None, 0)
    assert "got the name apps 2 times" in problem


def test_what_exists_for_another_workgroup_needs_consent() -> None:
    (problem,) = problems([entry("x", "a")], [endpoint("x", "a", workgroup="finance")], None, 0)
    assert "workgroup: finance -> sales" in problem
    allowed = entry("x", "a", allow_recreate=True)
    assert problems([allowed], [endpoint("x", "a", workgroup="finance")], None, 0) == []


def test_an_endpoint_that_has_failed_is_named_unless_it_goes() -> None:
    failed = endpoint("x", "a", endpoint_status="FAILED")
    (problem,) = problems([entry("x", "a")], [failed], None, 0)
    assert "has the status FAILED" in problem
    assert problems([entry("x", state="absent")], [failed], None, 0) == []


def test_the_group_of_one_that_exists_has_to_be_of_its_vpc() -> None:
    place = network({}, groups={"sg-2": "vpc-2"})
    named = entry("x", security_group_ids=["sg-2", "sg-3"])
    wrong, missing = problems([named], [endpoint("x", "a")], place, 0)
    assert "security_group_ids: got sg-2 in vpc-2; expected groups of vpc-1" in wrong
    assert "security_group_ids: got sg-3; expected security groups of this account" in missing


def test_the_quota_counts_what_the_same_run_removes_and_not_what_is_made_anew() -> None:
    there = [endpoint("x", "a"), endpoint("y", "a"), endpoint("z", "a", workgroup="finance")]
    again = entry("y", "b", allow_recreate=True)
    assert problems([again], there, None, 2) == []
    (problem,) = problems([entry("x", state="absent"), entry("new", "a")], there, None, 2)
    assert "got 1 more endpoints (new) for workgroup sales, which has 2; expected at most 2" in problem
    assert problems([entry("new", "a")], there, None, 3) == []
    assert problems([entry("new", "a")], there, None, 0) == []


def fits(wanted: list[set[str]], free: dict[str, int]) -> bool:
    """Whether some choice of AWS's finds an address for everybody: tried one by one."""
    for choice in itertools.product(*wanted):
        if all(choice.count(subnet) <= count for subnet, count in free.items()):
            return True
    return False


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), min_size=3),
    st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=4),
)
def test_what_can_not_fit_is_never_begun_where_all_share_their_subnets(
    free: dict[str, int], wanted: list[set[str]]
) -> None:
    entries = [entry(f"e{number}", *sorted(ids)) for number, ids in enumerate(wanted)]
    found = problems(entries, [], network(free), 0)
    if any(free[each] == 0 for ids in wanted for each in ids):
        assert found
    if not found:
        assert all(fits([ids for ids in wanted if ids <= place], free) for place in wanted)


def test_the_report_of_a_prediction_has_all_keys() -> None:
    real = endpoint(
        "x",
        "a",
        address="host",
        port=5439,
        vpc_endpoint={
            "vpc_id": "vpc-1",
            "vpc_endpoint_id": "vpce-1",
            "network_interfaces": [{"private_ip_address": "10.0.0.4"}],
        },
        vpc_security_groups=[{"vpc_security_group_id": "sg-1"}],
    )
    predicted = endpoint("x", vpc_endpoint=None, vpc_security_groups=None)
    assert report(real).keys() == report(predicted).keys()
    assert report(real)["private_ip_addresses"] == ["10.0.0.4"]
    assert report(real)["security_group_ids"] == ["sg-1"]
    assert (report(predicted)["vpc_id"], report(predicted)["private_ip_addresses"]) == (None, [])
