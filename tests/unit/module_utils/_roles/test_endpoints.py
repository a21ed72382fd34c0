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


def wanted(*entries: Data, **more: Any) -> endpoints.Wanted:
    some: endpoints.Wanted = {
        "entries": list(entries),
        "caller": {},
        "variable": "x",
        "place": "of this account",
        "preflight": True,
        "tolerate_denial": False,
        "quota": 30,
        "rules": False,
        "ports": {"sales": 5440},
        "wait_timeout": 9,
        "wait_delay": 1.0,
    }
    some.update(more)  # type: ignore[typeddict-item]
    return some


def before(*names: str, **more: Any) -> Data:
    groups = [{"vpc_security_group_id": "sg-1"}]
    fixed = {"workgroup_name": "sales", "endpoint_status": "ACTIVE", "subnet_ids": ["subnet-1"], "port": 5440}
    place = {"vpc_endpoint": {"vpc_id": "vpc-1"}, "vpc_security_groups": groups}
    return {"endpoints": [{"endpoint_name": name, **fixed, **place, **more} for name in names]}


def made(entry: Data, endpoint: Data | None, **more: Any) -> Data:
    return {"ansible_loop_var": "each", "each": entry, "endpoint": endpoint, "changed": True, "changes": [], **more}


def test_what_is_as_it_should_be_asks_for_no_look_and_no_work() -> None:
    some = wanted(entry("A", security_group_ids=["sg-1"]), entry("gone", state="absent"))
    assert endpoints.network_request(some, before("a"))["needed"] is False
    assert endpoints.work(some, before("a")) == []
    assert endpoints.at_work(some, before("a")) is False


def test_only_what_is_new_is_looked_at() -> None:
    some = wanted(entry("a", subnet_ids=["subnet-2"]), entry("b", security_group_ids=["sg-1", "sg-2"]))
    request = endpoints.network_request(some, before("b"))
    assert (request["subnet_ids"], request["security_group_ids"], request["vpc_ids"]) == (["subnet-2"], ["sg-2"], [])
    without = endpoints.network_request({**some, "preflight": False}, before("b"))
    assert without["needed"] is False
    assert endpoints.network_request({**some, "rules": True}, before("b"))["vpc_ids"] == ["vpc-1"]


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
    assert endpoints.at_work(wanted(some), before("a")) is work


@pytest.mark.parametrize("status", ["CREATING", "MODIFYING", "DELETING"])
def test_what_aws_is_at_work_on_is_waited_for(status: str) -> None:
    assert endpoints.at_work(wanted(entry("a", state="absent")), before("a", endpoint_status=status))


def test_problems_are_told_unless_the_network_is_not_to_be_checked() -> None:
    some = wanted(entry("a", subnet_ids=["subnet-9"]), entry("b"), quota=1)
    first, second = endpoints.problems(some, before(), NETWORK)
    assert "subnet_ids: got subnet-9; expected subnets of this account" in first
    assert "expected at most 1, the quota" in second
    assert endpoints.problems({**some, "preflight": False}, before(), {}) == []
    (quota,) = endpoints.problems(some, before(), {**NETWORK, "unread": ["denied"]})
    assert "expected at most 1, the quota" in quota


def test_a_prediction_is_reported_with_the_port_of_its_workgroup() -> None:
    new = {**before("b")["endpoints"][0], "port": 5439, "address": None}
    some = wanted(entry("b"), entry("a", state="absent"), entry("c"))
    results = {"results": [made(some["entries"][0], new), made(some["entries"][1], None)]}
    reports = endpoints.reports(some, before("a", "c"), results, {"skipped": True})
    assert [(each["endpoint_name"], each["port"]) for each in reports] == [("b", 5440), ("c", 5440)]


def test_after_the_wait_the_last_look_counts() -> None:
    some = wanted(entry("A"), entry("b"))
    results = {"results": [made(entry("b"), before("b", endpoint_status="CREATING")["endpoints"][0])]}
    ready = before("a", "b", address="host")
    assert [each["address"] for each in endpoints.reports(some, before("a"), results, ready)] == ["host", "host"]
    assert endpoints.unready(some, before("a"), results, ready) == []
    (problem,) = endpoints.unready(some, before("a"), results, before("a"))
    assert "into service: b. Look at them in the console of this account" in problem
    assert (
        "into service: A, b" in endpoints.unready(some, before(), results, before("a", "b", endpoint_status="ODD"))[0]
    )


def test_changes_are_told_in_the_order_of_the_loops() -> None:
    one = {"results": [{"changed": False}, {"skipped": True, "changes": ["never"]}]}
    two = {"results": [{"changed": True, "changes": ["first"]}, {"changed": True, "changes": ["second"]}]}
    assert [*map(str, endpoints.changes(one, two, {"skipped": True}))] == ["first", "second"]
    assert (endpoints.changed(one), endpoints.changed(one, two)) == (False, True)
