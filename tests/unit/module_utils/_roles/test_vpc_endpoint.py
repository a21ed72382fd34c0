# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import vpc_endpoint
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

Data = dict[str, Any]

CLIENTS, MORE = "10.7.0.0/16", "10.8.0.0/16"
SUBNET = {"subnet_id": "subnet-1", "vpc_id": "vpc-1", "available_ip_address_count": 9}
OWNED = {"workgroups": [{"workgroup_name": "sales", "port": 5440, "endpoint": {"port": 5440}}], "missing": []}


def entry(name: str, *groups: str, state: str = "present") -> Data:
    named = {"security_group_ids": list(groups)} if groups else {}
    return {"name": name, "state": state, "allow_recreate": False, "subnet_ids": ["subnet-1"], **named}


def options(*entries: Data, clients: list[str] | None = None) -> Data:
    fixed = {"workgroup": "sales", "preflight": True, "quota": 30, "wait_timeout": 9, "wait_delay": 1.0, "caller": {}}
    return {**fixed, "endpoints": list(entries), **({"client_cidrs": clients} if clients else {})}


def endpoint(name: str, *groups: str, port: int = 5440, **more: Any) -> Data:
    held = [{"vpc_security_group_id": group, "status": "active"} for group in groups]
    fixed = {"endpoint_name": name, "workgroup_name": "sales", "endpoint_status": "ACTIVE", "port": port}
    network = {"subnet_ids": ["subnet-1"], "vpc_endpoint": {"vpc_id": "vpc-1"}, "vpc_security_groups": held}
    return {**fixed, **network, **more}


def group(name: str, group_name: str = "x", **marks: str) -> Data:
    """A security group whose rules let a network in at the port, by the name of the endpoint that each is for."""
    ranges = [{"cidr_ip": cidr, "description": vpc_endpoint.MARK + owner} for owner, cidr in marks.items()]
    permission = {"ip_protocol": "tcp", "from_port": 5440, "to_port": 5440, "ip_ranges": ranges}
    return {"group_id": name, "group_name": group_name, "vpc_id": "vpc-1", "ip_permissions": [permission]}


def rules(given: Data, found: list[Data], *groups: Data) -> dict[str, list[tuple[Any, ...]]]:
    """What is planned: group, endpoint, networks, and the endpoints whose rules it takes over."""
    before, network = {"endpoints": found}, {"subnets": [SUBNET], "security_groups": list(groups)}
    planned = vpc_endpoint.client_rules(given, vpc_endpoint.wanted(given, OWNED), before, network)
    return {
        step: [
            (
                each["security_group_id"],
                each["name"],
                each["cidrs"] if each["state"] == "present" else [],
                [mark.removeprefix(vpc_endpoint.MARK) for mark in each["replaced_descriptions"]],
            )
            for each in actions
        ]
        for step, actions in planned.items()
    }


def test_clients_are_networks_and_not_everybody() -> None:
    assert vpc_endpoint.problems(options(clients=[CLIENTS]), Context()) == []
    assert vpc_endpoint.problems({}, Context()) == []
    for wrong in ("0.0.0.0/0", "the office"):
        (problem,) = vpc_endpoint.problems(options(clients=[wrong]), Context())
        assert problem.startswith("vpc_endpoint_client_cidrs: got ")


def test_the_workgroup_is_read_only_for_endpoints_that_should_exist() -> None:
    assert vpc_endpoint.settings(options(entry("a")), Context())["workgroups"] == ["sales"]
    assert vpc_endpoint.settings(options(entry("a", state="absent")), Context())["workgroups"] == []


def test_the_identity_of_the_play_is_handed_on() -> None:
    identity = {"assume_role_arn": "arn:role"}
    settings = vpc_endpoint.settings(options(entry("a")), Context(identity=identity))
    assert vpc_endpoint.wanted({**options(entry("a")), **settings}, OWNED)["caller"] == identity


def test_without_clients_rules_are_looked_at_only_where_an_endpoint_goes() -> None:
    for given, looked in (
        (options(entry("a")), False),
        (options(entry("a"), clients=[CLIENTS]), True),
        (options(entry("a", state="absent")), True),
    ):
        assert vpc_endpoint.wanted(given, OWNED)["rules"] is looked


def test_clients_are_let_in_before_the_endpoint_and_once_for_each_network() -> None:
    given = options(entry("a", "sg-1"), entry("b", "sg-1", "sg-2"), clients=[CLIENTS])
    planned = rules(given, [], group("sg-1"), group("sg-2"))
    assert planned["before"] == [("sg-1", "a", [CLIENTS], []), ("sg-2", "b", [CLIENTS], [])]
    assert planned["after"] == []


def test_the_default_group_of_the_vpc_is_opened_where_none_is_named() -> None:
    planned = rules(options(entry("a"), clients=[CLIENTS]), [], group("sg-9", "default"), group("sg-1"))
    assert planned["before"] == [("sg-9", "a", [CLIENTS], [])]
    held = rules(
        options(entry("A"), clients=[CLIENTS]), [endpoint("a", "sg-1")], group("sg-1"), group("sg-9", "default")
    )
    assert [each[0] for each in held["before"]] == ["sg-1"]


def test_what_is_as_it_should_be_is_not_touched() -> None:
    given = options(entry("a", "sg-1"), entry("b", "sg-1"), clients=[CLIENTS])
    there = [endpoint("a", "sg-1"), endpoint("b", "sg-1")]
    assert rules(given, there, group("sg-1", a=CLIENTS)) == {"before": [], "after": []}


def test_other_networks_replace_those_of_before() -> None:
    given = options(entry("a", "sg-1"), clients=[MORE])
    planned = rules(given, [endpoint("a", "sg-1")], group("sg-1", a=CLIENTS))
    assert planned["before"] == [("sg-1", "a", [MORE], [])]


def test_a_rule_goes_with_the_last_endpoint_that_needs_it() -> None:
    gone = options(entry("a", state="absent"))
    there = group("sg-1", a=CLIENTS)
    assert rules(gone, [endpoint("a", "sg-1")], there)["before"] == [("sg-1", "a", [], [])]
    # b has lived by the same rule: EC2 takes no second one.
    assert rules(gone, [endpoint("a", "sg-1"), endpoint("b", "sg-1")], there)["before"] == []
    # One of another workgroup has another port, or is elsewhere.
    others = [endpoint("a", "sg-1"), endpoint("c", "sg-1", port=5439), endpoint("d", "sg-2")]
    assert rules(gone, others, there)["before"] == [("sg-1", "a", [], [])]
    # And when b goes too, what was left of a goes along.
    both = options(entry("b", state="absent"))
    assert rules(both, [endpoint("b", "sg-1")], there)["before"] == [("sg-1", "a", [], [])]


def test_an_endpoint_that_stays_takes_the_rule_over() -> None:
    given = options(entry("a", state="absent"), entry("b", "sg-1"), clients=[CLIENTS])
    there = [endpoint("a", "sg-1"), endpoint("b", "sg-1")]
    assert rules(given, there, group("sg-1", a=CLIENTS))["before"] == [("sg-1", "b", [CLIENTS], ["a"])]
    # Without clients nothing is said of b's, so its access stays as it is.
    silent = options(entry("a", state="absent"), entry("b", "sg-1"))
    assert rules(silent, there, group("sg-1", a=CLIENTS))["before"] == []


def test_rules_follow_an_endpoint_to_another_group_after_it_has_moved() -> None:
    given = options(entry("a", "sg-2"), clients=[CLIENTS])
    planned = rules(given, [endpoint("a", "sg-1")], group("sg-1", a=CLIENTS), group("sg-2"))
    assert planned == {"before": [("sg-2", "a", [CLIENTS], [])], "after": [("sg-1", "a", [], [])]}
    both = options(entry("a", "sg-2"), entry("b", "sg-1"), clients=[CLIENTS])
    there = [endpoint("a", "sg-1"), endpoint("b", "sg-1")]
    planned = rules(both, there, group("sg-1", a=CLIENTS), group("sg-2"))
    assert planned["after"] == [("sg-1", "b", [CLIENTS], ["a"])]
    planned = rules(given, there, group("sg-1", a=CLIENTS), group("sg-2"))
    assert planned["after"] == [], "b is in the group, and this run says nothing of it"


@pytest.mark.parametrize("changed", [True, False])
def test_the_report_is_made_of_what_was_done(changed: bool) -> None:
    given = vpc_endpoint.wanted(options(entry("a")), OWNED)
    rule = {"changed": changed, "changes": [{"operation": "AuthorizeSecurityGroupIngress"}] if changed else []}
    made = {
        "ansible_loop_var": "x",
        "x": entry("a"),
        "changed": changed,
        "changes": [],
        "endpoint": endpoint("a", port=1),
    }
    report = vpc_endpoint.result(
        wanted=given,
        owned={**OWNED, "missing": [{"name": "later", "message": "no workgroup 'later'"}]},
        before={"endpoints": []},
        made={"results": [made]},
        ready={"skipped": True},
        opened={"results": [rule]},
        closed={"skipped": True, "results": []},
    )
    assert (report["changed"], len(report["changes"]), report["missing"]) == (changed, int(changed), ["later"])
    assert [each["port"] for each in report["endpoints"]] == [5440]
