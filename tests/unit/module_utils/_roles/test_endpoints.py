# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import endpoints

Data = dict[str, Any]

NETWORK = {
    "subnets": [{"subnet_id": "subnet-1", "vpc_id": "vpc-1", "available_ip_address_count": 9}],
    "security_groups": [{"group_id": "sg-1", "vpc_id": "vpc-1"}],
}


def entry(name: str = "a", **more: Any) -> Data:
    fixed = {"name": name, "state": "present", "allow_recreate": False, "workgroup": "sales"}
    return {**fixed, "subnet_ids": ["subnet-1"], **more}


def party(label: str, *entries: Data, **caller: str) -> endpoints.Party:
    return {"label": label, "caller": dict(caller), "entries": list(entries)}


def wanted(*entries: Data, **more: Any) -> endpoints.Wanted:
    some: endpoints.Wanted = {
        "parties": [party("this account", *entries)],
        "variable": "x",
        "preflight": True,
        "tolerate_denial": False,
        "quota": 30,
        "rules": False,
        "ports": {"sales": 5440},
        "batch": 0,
        "wait_timeout": 9,
        "wait_delay": 1.0,
    }
    some.update(more)  # type: ignore[typeddict-item]
    return some


def endpoint(name: str, **more: Any) -> Data:
    groups = [{"vpc_security_group_id": "sg-1"}]
    fixed = {"workgroup_name": "sales", "endpoint_status": "ACTIVE", "subnet_ids": ["subnet-1"], "port": 5440}
    place = {"vpc_endpoint": {"vpc_id": "vpc-1"}, "vpc_security_groups": groups}
    return {"endpoint_name": name, **fixed, **place, **more}


def before(*names: str, **more: Any) -> Data:
    """What the loop over one party read."""
    return {"results": [{"endpoints": [endpoint(name, **more) for name in names]}]}


def seen(network: Data, index: int = 0) -> Data:
    return {"results": [{"ansible_loop_var": "each", "each": {"party": index}, **network}]}


def made(*results: Data) -> Data:
    return {"results": [{"ansible_loop_var": "item", "changed": True, "changes": [], **each} for each in results]}


UNREAD: Data = {"results": []}


def test_what_is_as_it_should_be_asks_for_no_look_and_no_work() -> None:
    some = wanted(entry("A", security_group_ids=["sg-1"]), entry("gone", state="absent"))
    assert endpoints.network_requests(some, before("a")) == []
    assert endpoints.work(some, before("a")) == []
    assert endpoints.work(wanted(), {"skipped": True}) == []


def test_only_what_is_new_is_looked_at() -> None:
    some = wanted(entry("a", subnet_ids=["subnet-2"]), entry("b", security_group_ids=["sg-1", "sg-2"]))
    (request,) = endpoints.network_requests(some, before("b"))
    assert (request["subnet_ids"], request["security_group_ids"], request["vpc_ids"]) == (["subnet-2"], ["sg-2"], [])
    assert (request["party"], request["caller"]) == (0, {})
    assert endpoints.network_requests({**some, "preflight": False}, before("b")) == []
    assert endpoints.network_requests({**some, "rules": True}, before("b"))[0]["vpc_ids"] == ["vpc-1"]


@pytest.mark.parametrize(
    ("some", "work"),
    [
        (entry("a", security_group_ids=["sg-2"]), True),
        (entry("a", state="absent"), True),
        (entry("b"), True),
        (entry("a"), False),
    ],
)
def test_work_is_what_aws_has_to_be_asked_for(some: Data, work: bool) -> None:
    assert endpoints.work(wanted(some), before("a")) == ([some] if work else [])


@pytest.mark.parametrize("status", ["CREATING", "MODIFYING", "DELETING"])
def test_what_aws_is_at_work_on_is_waited_for(status: str) -> None:
    assert endpoints.work(wanted(entry("a", state="absent")), before("a", endpoint_status=status))


def test_problems_are_told_unless_the_network_is_not_to_be_checked() -> None:
    some = wanted(entry("a", subnet_ids=["subnet-9"]), entry("b"), quota=1)
    first, second = endpoints.problems(some, before(), seen(NETWORK))
    assert "subnet_ids: got subnet-9; expected subnets of this account" in first
    assert "expected at most 1, the quota" in second
    assert endpoints.problems({**some, "preflight": False}, before(), UNREAD) == []
    (quota,) = endpoints.problems(some, before(), seen({**NETWORK, "unread": ["denied"]}))
    assert "expected at most 1, the quota" in quota
    assert endpoints.unread(seen({"unread": ["denied", "denied"]})) == ["denied"]


def reported(some: endpoints.Wanted, *results: Data, there: tuple[str, ...] = ()) -> list[Data]:
    (found,) = endpoints.reports(some, before(*there), made(*results))
    return found


def test_a_prediction_is_reported_with_the_port_of_its_workgroup() -> None:
    some = wanted(entry("b"), entry("a", state="absent"), entry("c"))
    new = endpoint("b", port=5439, address=None)
    reports = reported(some, {"item": "b", "endpoint": new}, {"item": "a", "endpoint": None}, there=("a", "c"))
    assert [(each["endpoint_name"], each["port"]) for each in reports] == [("b", 5440), ("c", 5440)]


def test_one_that_fails_is_told_and_the_others_are_reported() -> None:
    some = wanted(entry("A", security_group_ids=["sg-2"]), entry("b"), entry("c"))
    results = (
        {"item": "A", "failed": True, "msg": "no."},
        {"item": "b", "endpoint": endpoint("b", address="host")},
        {"item": "c", "failed": True, "msg": "full."},
    )
    assert [(each["endpoint_name"], each.get("address")) for each in reported(some, *results, there=("a",))] == [
        ("a", None),
        ("b", "host"),
    ]
    assert endpoints.party_problems(some, before("a"), made(*results)) == [["A: no.", "c: full."]]
    assert endpoints.party_problems(some, before("a"), {"msg": "no credentials"}) == [[]]


def test_parties_have_endpoints_of_the_same_name_and_each_its_own_caller() -> None:
    some = wanted(parties=[party("one", entry("a"), profile="p1"), party("two", entry("a"), entry("b"), profile="p2")])
    there = {"results": [{"endpoints": []}, {"endpoints": [endpoint("a")]}]}
    work = endpoints.work(some, there)
    assert [(each["name"], each["profile"]) for each in work] == [("a", "p1"), ("b", "p2")]
    outcome = made({"item": "a", "endpoint": endpoint("a", address="new")}, {"item": "b", "failed": True, "msg": "no."})
    one, two = endpoints.reports(some, there, outcome)
    assert [(each["endpoint_name"], each["address"]) for each in (*one, *two)] == [("a", "new"), ("a", None)]
    assert endpoints.party_problems(some, there, outcome) == [[], ["b: no."]]
    assert [each["party"] for each in endpoints.network_requests(some, there)] == [0, 1]
    (problem,) = endpoints.problems(
        wanted(parties=[party("one"), party("two", entry("b", subnet_ids=["subnet-9"]))]), there, seen(NETWORK, 1)
    )
    assert problem.startswith("two: endpoint b: subnet_ids: got subnet-9")


def test_changes_are_told_in_the_order_of_the_loops() -> None:
    one = {"results": [{"changed": False}, {"skipped": True, "changes": ["never"]}]}
    two = {"results": [{"changed": True, "changes": ["first"]}, {"changed": True, "changes": ["second"]}]}
    assert [*map(str, endpoints.changes(one, two, {"skipped": True}))] == ["first", "second"]
    assert (endpoints.changed(one), endpoints.changed(one, two)) == (False, True)
