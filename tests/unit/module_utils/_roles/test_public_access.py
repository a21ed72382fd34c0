# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import of_cidrs
from ansible_collections.redshift.serverless.plugins.module_utils._roles import public_access as role
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.checks import CHECKS

Found = dict[str, Any]

VPC, OFFICE, HOME, OFFICE6 = "vpc-1", "203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48"
DEFAULTS = {"allow_anyone": False, "fail_on_open_rules": False}
ALL: Found = {"create_internet_gateway": True, "create_route": True, "enable_dns": True}
SKIPPED: Found = {"changed": False, "skipped": True}


def options(state: str = "public", **others: Any) -> Found:
    """The role's variables as its tasks have them."""
    cidrs = {"source_cidrs": [OFFICE]} if state == "public" else {}
    given_ones = {"workgroup": ["sales", "finance"], "state": state, **DEFAULTS, **cidrs, **others}
    return {**given_ones, **role.settings(given_ones, Context())}


def part(destination: str | None, *addresses: str, target: str | None = None, verdict: str = "fail") -> Found:
    return {
        "route_table_id": "rtb-1",
        "subnet_ids": ["subnet-1"],
        "destination": destination,
        "target": target,
        "addresses": list(addresses),
        "verdict": verdict,
    }


def source(text: str = OFFICE, **verdicts: str) -> Found:
    """A source of which every check passes but for those that are given."""
    evidence: dict[str, Found] = {
        "vpc_dns": {"vpc_id": VPC},
        "internet_gateway": {"vpc_id": VPC, "internet_gateway_ids": []},
        "route": {"routes": [part(None, text)]},
        "publicly_accessible": {"publicly_accessible": verdicts.get("publicly_accessible") != "fail"},
    }
    checks = [
        {
            "name": name,
            "verdict": verdicts.get(name, "pass"),
            "evidence": evidence.get(name, {}),
            "remedy": f"Mend {name}." if name in verdicts else None,
        }
        for name in CHECKS
    ]
    return {"source": text, "reachable": "fail" not in verdicts.values(), "checks": checks}


def check_of(found: Found, name: str) -> Found:
    check: Found = found["checks"][CHECKS.index(name)]
    return check


def workgroup(name: str = "sales", **members: Any) -> Found:
    endpoint = {
        "address": f"{name}.example.com",
        "vpc_endpoints": [{"vpc_id": VPC, "network_interfaces": [{"network_interface_id": f"eni-{name}"}]}],
    }
    fixed = {"workgroup_name": name, "status": "AVAILABLE", "port": 5439, "publicly_accessible": True}
    return {**fixed, "security_group_ids": ["sg-1", "sg-2"], "endpoint": endpoint, **members}


def seen(
    *sources: Found,
    names: tuple[str, ...] = ("sales",),
    workgroups: list[Found] | None = None,
    rules: list[Found] | None = None,
) -> Found:
    """What public_access_info returns."""
    diagnoses = [{"workgroup_name": name, "sources": list(sources), "summary": "A sentence."} for name in names]
    found = [workgroup(name) for name in names] if workgroups is None else workgroups
    return {"diagnoses": diagnoses, "workgroups": found, "missing": [], "security_group_rules": rules, "changed": False}


def inbound(cidr: str, mark: str | None = None, group: str = "sg-1", port: int = 5439) -> Found:
    """An inbound rule as public_access_info returns it, by default one of this role for sales."""
    fixed = {"security_group_rule_id": f"sgr-{cidr}", "group_id": group, "is_egress": False, "ip_protocol": "tcp"}
    description = f"{role.RULE_MARK}sales" if mark is None else mark
    return {**fixed, "from_port": port, "to_port": port, "cidr_ipv4": cidr, "description": description}


def looped(*results: Found, variable: str = "__item") -> Found:
    """What a task with a loop registers."""
    fixed = {"changed": True, "changes": [], "restarted": False, "ansible_loop_var": variable}
    return {"changed": True, "results": [{**fixed, **each} for each in results]}


NOTHING: Found = {"changed": False, "skipped": True, "results": []}
CLOSED = {"publicly_accessible": "fail", "security_group": "fail", "elastic_ip": "not_applicable"}


@pytest.mark.parametrize(
    ("given_ones", "words"),
    [
        ({"state": "public"}, "public_access_source_cidrs: got nothing"),
        ({"state": "public", "source_cidrs": ["203.0.113.0/33"]}, "got '203.0.113.0/33'"),
        ({"state": "private", "source_cidrs": ["the office"]}, "got 'the office'"),
        ({"state": "public", "source_cidrs": ["0.0.0.0/1", "128.0.0.0/1"]}, "set public_access_allow_anyone: true"),
        ({"state": "public", "source_cidrs": ["2000::/3"]}, "set public_access_allow_anyone: true"),
        ({"state": "public", "source_cidrs": [OFFICE, "10.1.0.0/16"]}, "got 10.1.0.0/16, which is no network of the"),
    ],
)
def test_each_contradiction_is_one_problem(given_ones: Found, words: str) -> None:
    (problem,) = role.problems(given_ones, Context())
    assert words in problem


@pytest.mark.parametrize(
    "given_ones",
    [
        {},
        {"state": "private"},
        {"state": "private", "source_cidrs": ["0.0.0.0/0", "10.0.0.0/8"]},
        {"state": "public", "source_cidrs": ["0.0.0.0/0"], "allow_anyone": True},
    ],
)
def test_what_fits_is_no_problem_and_neither_is_what_is_not_there(given_ones: Found) -> None:
    assert role.problems(given_ones, Context()) == []


def test_to_be_private_is_checked_for_everybody() -> None:
    assert (options("private")["opens"], options("private")["sources"]) == (False, ["0.0.0.0/0", "::/0"])
    public = options(workgroup=["sales", "sales"], source_cidrs=[HOME, OFFICE, HOME])
    assert (public["workgroups"], public["opens"], public["sources"]) == (["sales"], True, [HOME, OFFICE])


def test_a_security_group_has_to_be_the_workgroups_own() -> None:
    before = seen(workgroups=[workgroup(), workgroup("finance", security_group_ids=["sg-3"])])
    assert role.foreign_group(options(), before) == []
    (problem,) = role.foreign_group(options(security_group_id="sg-2"), before)
    assert "got sg-2, which is none of the security groups of finance; expected one of sg-3." in problem


def test_what_the_role_itself_does_is_no_gap() -> None:
    before = seen(source(**CLOSED, workgroup_available="fail"))
    assert (role.missing_way(options(), before), role.repairs(options(), before)) == ([], [])


def test_nothing_is_repaired_or_missing_where_nobody_comes_in() -> None:
    before = seen(source(internet_gateway="fail", route="fail"))
    assert (role.missing_way(options("private", **ALL), before), role.repairs(options("private", **ALL), before)) == (
        [],
        [],
    )


def test_everything_that_may_be_is_repaired_once_for_the_vpc() -> None:
    missing = {"vpc_dns": "fail", "internet_gateway": "fail", "route": "fail"}
    before = seen(source(**missing), source(OFFICE6, **missing), names=("sales", "finance"))
    routes = [{"route_table_id": "rtb-1", "destination": each} for each in ("0.0.0.0/0", "::/0")]
    repair = {"vpc_id": VPC, "internet_gateway": True, "dns_attributes": True, "routes": routes}
    assert role.repairs(options(**ALL), before) == [repair]
    assert role.missing_way(options(**ALL), before) == []
    assert role.repairs(options(), before) == []


def test_all_that_is_missing_is_told_once_whoever_it_keeps_apart() -> None:
    missing = {"vpc_dns": "fail", "internet_gateway": "fail", "route": "fail", "network_acl_inbound": "fail"}
    before = seen(source(**missing), source(HOME, **missing), names=("sales", "finance"))
    told = role.missing_way(options(), before)
    whom = f"sales, finance can't be reached from {OFFICE}, {HOME}: "
    assert [sentence.removeprefix(whom).partition(" fails")[0] for sentence in told] == [
        "vpc_dns",
        "internet_gateway",
        "route",
        "network_acl_inbound",
    ]
    assert told[1] == f"{whom}internet_gateway fails (vpc_id {VPC}; internet_gateway_ids none). Mend internet_gateway."
    assert told[2] == (
        f"{whom}route fails (rtb-1, used by subnet-1, has no route). Add a route for {OFFICE}, {HOME} to the internet gateway in "
        "rtb-1 (amazon.aws.ec2_vpc_route_table with purge_routes: false). Or set public_access_create_route: true of the role "
        "redshift.serverless.public_access."
    )


@pytest.mark.parametrize("option", list(ALL))
def test_what_may_not_be_repaired_is_a_gap(option: str) -> None:
    failing = {name: "fail" for name, repair in role.PATH.items() if repair}
    (told,) = role.missing_way(options(**{**ALL, option: False}), seen(source(**failing)))
    name = next(name for name, repair in role.PATH.items() if repair == option)
    assert f"{name} fails (" in told


@pytest.mark.parametrize("name", [name for name, repair in role.PATH.items() if not repair])
def test_what_can_not_be_repaired_is_a_gap(name: str) -> None:
    assert f"{name} fails" in role.missing_way(options(**ALL), seen(source(**{name: "fail"})))[0]


def test_each_entry_of_a_network_acl_is_a_gap_of_its_own() -> None:
    def rule(number: int, ports: str, *addresses: str, action: str = "deny") -> Found:
        fixed = {"network_acl_id": "acl-1", "subnet_ids": ["subnet-1"], "action": action}
        return {**fixed, "rule_number": number, "ports": ports, "addresses": list(addresses)}

    office, home = source(network_acl_outbound="fail"), source(HOME, network_acl_outbound="fail")
    check_of(office, "network_acl_outbound")["evidence"] = {
        "rules": [rule(90, "1024-65535", "203.0.113.0/25"), rule(100, "1024-65535", OFFICE, action="allow")]
    }
    check_of(home, "network_acl_outbound")["evidence"] = {
        "rules": [rule(90, "1024-65535", HOME), rule(80, "5439", HOME)]
    }
    told = role.missing_way(options(), seen(office, home))
    assert told == [
        f"sales can't be reached from {OFFICE}, {HOME}: network_acl_outbound fails (the outbound entry 90 of acl-1 denies TCP "
        f"1024-65535, used by subnet-1). In acl-1, allow TCP 1024-65535 to 203.0.113.0/25, {HOME} by an outbound entry with a "
        "number below 90 (amazon.aws.ec2_vpc_nacl, which takes the list of all entries).",
        f"sales can't be reached from {HOME}: network_acl_outbound fails (the outbound entry 80 of acl-1 denies TCP "
        f"5439, used by subnet-1). In acl-1, allow TCP 5439 to {HOME} by an outbound entry with a "
        "number below 80 (amazon.aws.ec2_vpc_nacl, which takes the list of all entries).",
    ]


def test_a_sentence_does_not_grow_with_the_sources() -> None:
    many = [source(f"203.0.113.{number}/32", route="fail") for number in range(99)]
    (told,) = role.missing_way(options(), seen(*many))
    assert "203.0.113.3/32 and 95 more: route fails" in told
    assert len(told) < 600


@pytest.mark.parametrize(
    ("parts", "destinations"),
    [
        ([part(None, OFFICE)], ["0.0.0.0/0"]),
        ([part(None, OFFICE6)], ["::/0"]),
        ([part("0.0.0.0/0", OFFICE, target="nat-1")], [OFFICE]),
        ([part("0.0.0.0/0", "203.0.113.0-203.0.113.191")], ["203.0.113.0/25", "203.0.113.128/26"]),
        ([part("0.0.0.0/0", "203.0.113.1-203.0.113.254")], None),
        ([part(OFFICE, OFFICE, target="pcx-1")], None),
        ([part("203.0.113.128/25", "203.0.113.128/25"), part(None, "203.0.113.0/25")], None),
        ([part("pl-1", OFFICE, target="tgw-1")], None),
        ([part("0.0.0.0/0", "203.0.113.0/25", verdict="pass"), part(None, "203.0.113.128/25")], ["0.0.0.0/0"]),
        ([], None),
    ],
)
def test_a_route_never_takes_the_place_of_another(parts: list[Found], destinations: list[str] | None) -> None:
    blocked = source(route="fail")
    check_of(blocked, "route")["evidence"] = {"routes": parts}
    told = role.missing_way(options(**ALL), seen(blocked))
    assert bool(told) == (destinations is None)
    assert not any("public_access_create_route" in sentence for sentence in told)
    if destinations is not None:
        (repair,) = role.repairs(options(**ALL), seen(blocked))
        assert [route["destination"] for route in repair["routes"]] == destinations


def test_only_the_routes_that_are_not_repaired_are_gaps() -> None:
    blocked = source(route="fail")
    parts = [part("203.0.113.128/25", "203.0.113.128/25", target="pcx-1"), part(None, "203.0.113.0/25")]
    check_of(blocked, "route")["evidence"] = {"routes": parts}
    check_of(blocked, "internet_gateway")["evidence"]["internet_gateway_ids"] = ["igw-1"]
    (told,) = role.missing_way(options(**ALL), seen(blocked))
    assert "rtb-1, used by subnet-1, routes 203.0.113.128/25 to pcx-1" in told
    assert "change that route to igw-1, or add a more specific one for 203.0.113.128/25 (" in told


@given(st.integers(0, 2**32 - 1), st.integers(1, 2**20), st.integers(1, 24))
def test_added_routes_are_for_all_that_did_not_get_through(first: int, length: int, prefix: int) -> None:
    last = ipaddress.ip_address(min(first + length - 1, 2**32 - 1))
    text = f"{ipaddress.ip_address(first)}-{last}"
    in_the_way = str(ipaddress.ip_network((first, prefix), strict=False))
    added = role._destinations(part(in_the_way, text, target="nat-1"))
    whole = [str(each) for each in ipaddress.summarize_address_range(ipaddress.ip_address(first), last)]
    assert added == [] or of_cidrs(4, added) == of_cidrs(4, whole)
    assert all(ipaddress.ip_network(each).prefixlen > prefix for each in added)


def test_without_an_ipv6_address_there_is_no_use_in_going_public() -> None:
    lacking = source(OFFICE6, publicly_accessible="fail")
    check_of(lacking, "publicly_accessible")["evidence"]["ipv6_addresses"] = []
    assert "publicly_accessible fails" in role.missing_way(options(**ALL), seen(lacking))[0]


def test_what_is_not_known_is_no_gap_and_is_told_once() -> None:
    unknown = seen(source(route="unknown"), source(HOME, route="unknown", network_acl_inbound="unknown"))
    assert role.missing_way(options(), unknown) == []
    assert role.disproof(options(), unknown, SKIPPED, predicted=False) == []
    assert role.unchecked(unknown["diagnoses"]) == [
        "sales: route is unknown. Mend route.",
        "sales: network_acl_inbound is unknown. Mend network_acl_inbound.",
    ]


@pytest.mark.parametrize(
    ("given_ones", "opened"),
    [
        (options(), ["sg-1"]),
        (options(security_group_id="sg-2"), ["sg-2"]),
        (options("private"), []),
        (options("private", security_group_id="sg-2"), []),
    ],
)
def test_rules_are_in_one_group_and_in_no_other(given_ones: Found, opened: list[str]) -> None:
    before = seen()
    here, gone = role.opened_groups(given_ones, before), role.closed_groups(given_ones, before, NOTHING)
    assert [each["security_group_id"] for each in here] == opened
    assert sorted(each["security_group_id"] for each in [*here, *gone]) == ["sg-1", "sg-2"]
    assert {each["description"] for each in [*here, *gone]} == {"redshift.serverless public_access: workgroup sales"}


def test_only_groups_whose_rules_are_not_as_wanted_are_asked_for() -> None:
    def asked(given_ones: Found, *rules: Found) -> tuple[list[str], list[str]]:
        before = seen(rules=list(rules))
        both = role.opened_groups(given_ones, before), role.closed_groups(given_ones, before, NOTHING)
        here, gone = ([group["security_group_id"] for group in groups] for groups in both)
        return here, gone

    two = options(source_cidrs=[HOME, "203.0.113.0/24"])
    assert asked(two) == (["sg-1"], [])
    assert asked(two, inbound(OFFICE), inbound(HOME)) == ([], [])
    # A rule of others for the same port and network counts as given, one of this role for another port does not.
    assert asked(two, inbound(OFFICE), inbound(HOME, mark="theirs")) == ([], [])
    assert asked(two, inbound(OFFICE), inbound(HOME, port=5440)) == (["sg-1"], [])
    assert asked(two, inbound(OFFICE), inbound(HOME), inbound("192.0.2.0/24")) == (["sg-1"], [])
    assert asked(two, inbound(OFFICE), inbound(HOME), inbound(HOME, group="sg-2")) == ([], ["sg-2"])
    assert asked(options("private"), inbound(OFFICE, mark="theirs"), inbound(HOME, group="sg-2")) == ([], ["sg-2"])
    assert asked(options("private"), {**inbound(OFFICE), "is_egress": True}) == ([], [])


def test_rules_that_are_as_wanted_are_reported_as_they_were_read() -> None:
    before = seen(source(), rules=[inbound(OFFICE), inbound(HOME, mark="theirs")])
    (sales,) = report(options(), before)["workgroups"]
    mark = f"{role.RULE_MARK}sales"
    rule = {"security_group_rule_id": f"sgr-{OFFICE}", "port": 5439, "cidr": OFFICE, "description": mark}
    assert (sales["security_group_id"], sales["rules"]) == ("sg-1", [rule])
    (private,) = report(options("private"), before)["workgroups"]
    assert (private["security_group_id"], private["rules"]) == (None, [])


@pytest.mark.parametrize("state", ["public", "private"])
def test_only_what_differs_or_is_at_work_is_switched(state: str) -> None:
    found = [workgroup("on"), workgroup("off", publicly_accessible=False), workgroup("busy", status="MODIFYING")]
    busy = [workgroup("busy-off", status="CREATING", publicly_accessible=False)]
    expected = {"public": ["busy-off", "off", "busy"], "private": ["busy-off", "on", "busy"]}
    names = {"workgroup": ["busy-off", "on", "off", "busy"]}
    given_ones = {**options(state, **names)}
    found = role.unsettled(given_ones, seen(workgroups=[*found, *busy]))
    assert found == [{"name": name, "publicly_accessible": state == "public"} for name in expected[state]]


def test_repairs_are_undone_once_for_each_vpc_where_all_is_private() -> None:
    away = {"vpc_endpoints": [{"vpc_id": "vpc-2", "network_interfaces": []}]}
    found = [workgroup(), workgroup("finance"), workgroup("away", endpoint=away), workgroup("new", endpoint=None)]
    interfaces = ["eni-sales", "eni-finance"]
    assert role.closed_ways(options("private"), seen(workgroups=found), NOTHING) == [
        {"vpc_id": VPC, "interfaces": interfaces},
        {"vpc_id": "vpc-2", "interfaces": interfaces},
    ]
    assert role.closed_ways(options(), seen(workgroups=found), NOTHING) == []


def failing(name: str) -> Found:
    fixed = {"ansible_loop_var": "item", "item": name, "changed": False, "restarted": False, "changes": []}
    return {"results": [{**fixed, "failed": True, "msg": "no."}], "msg": f"{name}: no."}


def test_one_that_could_not_be_closed_keeps_its_rules_and_its_way_and_is_told_once() -> None:
    away = {"vpc_endpoints": [{"vpc_id": "vpc-2", "network_interfaces": [{"network_interface_id": "eni-away"}]}]}
    before = seen(source("0.0.0.0/0"), workgroups=[workgroup(), workgroup("finance", endpoint=away)])
    private, stuck = options("private"), failing("sales")
    assert {each["workgroup_name"] for each in role.closed_groups(private, before, stuck)} == {"finance"}
    assert role.closed_ways(private, before, stuck) == [{"vpc_id": "vpc-2", "interfaces": ["eni-away"]}]
    assert role.shortfall(private, before, stuck, SKIPPED, predicted=False) == ["sales: no."]
    (still,) = role.shortfall(private, before, NOTHING, SKIPPED, predicted=False)
    assert "sales is still publicly accessible" in still
    told = {each["workgroup_name"]: each["problem"] for each in report(private, before, switched=stuck)["workgroups"]}
    assert told == {"sales": "no.", "finance": None}
    # Nobody knows how far a task came that gave no results.
    assert role.closed_groups(private, before, {"msg": "no credentials"}) == []


def test_the_way_is_read_again_only_where_it_may_be_another() -> None:
    unchanged = {"changed": False}
    assert not role.has_changed(NOTHING, [unchanged, SKIPPED])
    assert role.has_changed(NOTHING, [unchanged, {"changed": True}])
    # A workgroup that was at work is another one, even if nothing was asked of it.
    assert role.has_changed(looped({"changed": False}), [unchanged])


def test_public_is_proven_for_every_source_and_each_gap_is_told() -> None:
    good, bad = source(), source(HOME, elastic_ip="fail", security_group="fail")
    assert role.disproof(options(), seen(good), SKIPPED, predicted=False) == []
    told = role.disproof(options(), seen(good), seen(good, bad), predicted=False)
    assert [words.partition(" fails")[0].rpartition(": ")[2] for words in told] == ["elastic_ip", "security_group"]


def test_a_prediction_takes_for_done_what_the_role_would_do() -> None:
    before = seen(source(**CLOSED, route="fail"))
    assert role.disproof(options(), before, SKIPPED, predicted=True) == []
    (workgroup_proof,) = report(options(), before, predicted=True)["proof"]
    assert workgroup_proof["summary"] == f"The workgroup sales (port 5439) can be reached from {OFFICE}."
    route = check_of(workgroup_proof["sources"][0], "route")
    assert (route["verdict"], route["evidence"]["predicted"], route["remedy"]) == ("pass", True, None)


@pytest.mark.parametrize("name", ["elastic_ip", "block_public_access", "network_acl_outbound"])
def test_a_prediction_hides_nothing_that_the_role_does_not_do(name: str) -> None:
    assert role.disproof(options(), seen(source(**{name: "fail"})), SKIPPED, predicted=True)


def test_private_is_proven_by_the_switch() -> None:
    still, off = seen(source("0.0.0.0/0")), seen(source("0.0.0.0/0", publicly_accessible="fail"))
    private = options("private")
    assert "still publicly accessible" in role.disproof(private, still, SKIPPED, predicted=False)[0]
    assert role.disproof(private, still, off, predicted=False) == []
    assert role.disproof(private, still, SKIPPED, predicted=True) == []
    (proof,) = report(private, still, predicted=True)["proof"]
    assert proof["sources"][0]["reachable"] is False


def open_to(text: str, description: str | None) -> Found:
    rule = {"security_group_rule_id": "sgr-1", "security_group_id": "sg-1", "protocol": "tcp"}
    return {**rule, "source": text, "from_port": 5439, "to_port": 5439, "description": description, "addresses": [text]}


def test_open_rules_of_others_are_told_once_and_are_an_error_where_wanted() -> None:
    one, other = (source(text, publicly_accessible="fail") for text in ("0.0.0.0/0", "203.0.0.0/8"))
    for each in (one, other):
        rules = [open_to(OFFICE, None), open_to(HOME, f"{role.RULE_MARK}sales")]
        check_of(each, "security_group")["evidence"] = {"rules": rules}
    after = seen(one, other)
    (told,) = report(options("private"), seen(), after=after)["remaining_open_rules"]
    assert (told["workgroup_name"], told["cidr"], told["description"]) == ("sales", OFFICE, None)
    assert not {"source", "addresses"} & set(told)
    assert report(options(), seen(), after=after)["remaining_open_rules"] == []

    strict = options("private", fail_on_open_rules=True)
    assert role.disproof(options("private"), seen(), after, predicted=False) == []
    (problem,) = role.disproof(strict, seen(), after, predicted=False)
    assert f"in at the workgroup's port: sgr-1 of sg-1 for {OFFICE}." in problem
    unknown = seen(source("0.0.0.0/0", publicly_accessible="fail", security_group="unknown", route="unknown"))
    (problem,) = role.disproof(strict, seen(), unknown, predicted=False)
    assert "it is not known which rules are open. sales: security_group is unknown." in problem


def report(given_ones: Found, before: Found, predicted: bool = False, **results: Found) -> Found:
    """The role's result after tasks of which only the given ones ran."""
    names = ("repaired", "opened", "switched", "closed", "undone")
    done = {**dict.fromkeys(names, NOTHING), "after": SKIPPED, **results}
    return role.result(given_ones, before, predicted=predicted, **done)


def test_the_report_of_nothing_to_do() -> None:
    found = report(options(), {**seen(source()), "missing": [{"name": "salse", "message": "no workgroup"}]})
    assert {
        name: found[name] for name in ("changed", "changes", "restarted", "state", "repairs", "unknown", "missing")
    } == {
        "changed": False,
        "changes": [],
        "restarted": False,
        "state": "public",
        "repairs": [],
        "unknown": [],
        "missing": ["salse"],
    }
    assert found["proof"] == [{"workgroup_name": "sales", "sources": [source()], "summary": "A sentence."}]
    assert found["workgroups"] == [
        {
            "workgroup_name": "sales",
            "address": "sales.example.com",
            "port": 5439,
            "publicly_accessible": True,
            "security_group_id": "sg-1",
            "rules": [],
            "problem": None,
        }
    ]


def test_the_report_has_everything_that_was_done_in_its_order() -> None:
    before = seen(names=("sales", "finance"), workgroups=[workgroup(publicly_accessible=False), workgroup("finance")])
    way = {"vpc_id": VPC, "internet_gateway_id": "igw-1", "own": {}, "left": [], "changes": [1]}
    group = {"workgroup_name": "finance", "security_group_id": "sg-1"}
    found = report(
        options(),
        before,
        repaired=looped(way, {**way, "vpc_id": "vpc-2", "changed": False, "changes": []}),
        opened=looped({"changes": [2], "__item": group, "rules": ["a rule"]}),
        switched=looped({"changes": [3], "__item": "sales", "workgroup": workgroup(), "restarted": True}),
        closed=looped({"changes": [4]}),
        after=seen(source()),
    )
    assert (found["changes"], found["changed"], found["restarted"]) == ([1, 2, 3, 4], True, True)
    assert found["repairs"] == [way]
    sales, finance = found["workgroups"]
    assert (sales["publicly_accessible"], sales["security_group_id"], sales["rules"]) == (True, "sg-1", [])
    assert (finance["security_group_id"], finance["rules"]) == ("sg-1", ["a rule"])
