# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach import acls
from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import source_of
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Check
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.small_world import WORLD, cidrs, inner_cidrs, members, spelled

Entry = dict[str, Any]
SUBNET = "subnet-1"
PORTS = (10, 15)


def entry(number: int, action: str = "allow", cidr: str = "0.0.0.0/0", protocol: str = "-1", **members_: Any) -> Entry:
    key = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    found = {"RuleNumber": number, "RuleAction": action, "Protocol": protocol, "Egress": False, key: cidr, **members_}
    ports = found.pop("ports", None)
    return {**found, **({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})}


def acl(*entries: Entry, name: str = "acl-1", subnets: tuple[str, ...] = (SUBNET,)) -> Entry:
    return {
        "NetworkAclId": name,
        "Associations": [{"SubnetId": each} for each in subnets],
        "Entries": list(entries),
    }


def judge(
    found: list[Entry],
    source: str = WORLD,
    direction: acls.Direction = "inbound",
    ports: tuple[int, int] = PORTS,
    subnets: tuple[str, ...] = (SUBNET,),
) -> Check:
    asked = source_of(source)
    return acls.network_acl(acls.prepare(found, subnets, direction, ports, asked.version), asked, direction)


spans = st.tuples(st.integers(8, 17), st.integers(8, 17)).map(lambda pair: (min(pair), max(pair)))
entries = st.lists(
    st.builds(
        lambda number, action, cidr, protocol, egress, ports: entry(
            number, action, cidr, protocol, Egress=egress, ports=None if protocol == "-1" else ports
        ),
        st.integers(1, 50),
        st.sampled_from(["allow", "allow", "deny"]),
        cidrs,
        st.sampled_from(["-1", "6", "6", "17"]),
        st.sampled_from([False, False, True]),
        spans,
    ),
    max_size=8,
    unique_by=lambda each: each["RuleNumber"],
)


def allowed(address: int, port: int, listed: list[Entry], egress: bool) -> bool:
    """Whether one packet passes, as the VPC guide says it."""
    for each in sorted(listed, key=lambda each: each["RuleNumber"]):
        ports = each.get("PortRange", {"From": 0, "To": 65535})
        if (
            each["Egress"] == egress
            and each["Protocol"] in ("-1", "6")
            and ports["From"] <= port <= ports["To"]
            and address in members(each["CidrBlock"])
        ):
            return bool(each["RuleAction"] == "allow")
    return False


@given(entries, inner_cidrs, st.sampled_from(["inbound", "outbound"]))
def test_every_packet_is_judged_by_the_first_entry(listed: list[Entry], source: str, direction: acls.Direction) -> None:
    check = judge([acl(*listed)], source, direction)

    denied = {
        address
        for address in members(source)
        for port in range(PORTS[0], PORTS[1] + 1)
        if not allowed(address, port, listed, direction == "outbound")
    }
    assert check.verdict == ("fail" if denied else "pass")
    assert spelled(check.evidence["uncovered"]) == denied
    assert check.name == f"network_acl_{direction}"


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ([entry(100)], "pass"),
        ([entry(100, protocol="6", ports=(10, 15))], "pass"),
        ([entry(100, protocol="6", ports=(10, 14))], "fail"),
        ([entry(100, protocol="6", ports=(0, 12)), entry(110, protocol="6", ports=(13, 65535))], "pass"),
        ([entry(100, protocol="17", ports=(10, 15))], "fail"),
        ([entry(90, "deny"), entry(100)], "fail"),
        ([entry(100), entry(110, "deny")], "pass"),
        ([entry(90, "deny", protocol="6", ports=(12, 12)), entry(100)], "fail"),
        ([entry(90, "deny", "203.0.113.5/32"), entry(100)], "fail"),
        ([entry(90, "deny", "198.51.100.0/24"), entry(100)], "pass"),
        ([entry(100, Egress=True)], "fail"),
        ([entry(100, cidr="::/0")], "fail"),
        ([], "fail"),
    ],
)
def test_entries(listed: list[Entry], verdict: str) -> None:
    assert judge([acl(*listed)]).verdict == verdict


def test_the_denying_entry_and_its_remedy_are_named() -> None:
    check = judge([acl(entry(90, "deny", "203.0.113.4/30"), entry(100))], ports=(5439, 5439))

    assert check.evidence["rules"][0] == {
        "network_acl_id": "acl-1",
        "subnet_ids": [SUBNET],
        "rule_number": 90,
        "action": "deny",
        "protocol": "-1",
        "cidr": "203.0.113.4/30",
        "ports": "5439",
        "addresses": ["203.0.113.4/30"],
    }
    assert check.evidence["uncovered"] == ["203.0.113.4/30"]
    assert "allow TCP 5439 from 203.0.113.4/30 by an inbound entry with a number below 90" in (check.remedy or "")


def test_what_no_entry_is_for_is_denied_by_the_last_one() -> None:
    check = judge(
        [acl(entry(100, protocol="6", ports=(1024, 4999), Egress=True))], direction="outbound", ports=(1024, 65535)
    )

    assert [(rule["rule_number"], rule["ports"]) for rule in check.evidence["rules"]] == [
        (100, "1024-4999"),
        (32767, "5000-65535"),
    ]
    assert "allow TCP 5000-65535 to 203.0.113.0/28 by an outbound entry" in (check.remedy or "")


def test_all_subnets_have_to_let_through() -> None:
    open_, closed = acl(entry(100)), acl(name="acl-2", subnets=("subnet-2",))

    assert judge([open_, closed]).verdict == "pass"
    both = judge([open_, closed], subnets=(SUBNET, "subnet-2"))
    assert both.verdict == "fail"
    assert "acl-2 (used by subnet-2)" in (both.remedy or "") and "acl-1" not in (both.remedy or "")


def test_without_any_acl_nothing_is_known() -> None:
    check = judge([acl(entry(100))], subnets=(SUBNET, "subnet-9"))

    assert (check.verdict, check.evidence["subnets_without_network_acl"]) == ("unknown", ["subnet-9"])
    assert judge([], subnets=()).verdict == "unknown"


def test_ipv6_has_entries_of_its_own() -> None:
    assert judge([acl(entry(100, cidr="::/0"))], "2001:db8::/32").verdict == "pass"
    assert judge([acl(entry(100))], "2001:db8::/32").verdict == "fail"
    assert judge([acl(entry(90, "deny", "2001:db8:5::/48"), entry(100, cidr="::/0"))], "2001:db8::/32").evidence[
        "uncovered"
    ] == ["2001:db8:5::/48"]


def test_answers_go_to_any_port_that_a_client_may_choose() -> None:
    assert acls.EPHEMERAL_PORTS == (1024, 65535)
