# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach import security_groups
from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import source_of
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Check, Unread
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.small_world import WORLD, cidrs, inner_cidrs, members, spelled

Rule = dict[str, Any]
PORT = 5440


def rule(source: str, protocol: str = "tcp", ports: tuple[int, int] | None = (PORT, PORT), **members_: Any) -> Rule:
    key = "CidrIpv6" if ":" in source else "CidrIpv4"
    by: Rule = {"PrefixListId": source} if source.startswith("pl-") else {key: source}
    if source.startswith("sg-"):
        by = {"ReferencedGroupInfo": {"GroupId": source}}
    first, last = ports or (-1, -1)
    about = {"SecurityGroupRuleId": f"sgr-{source}", "GroupId": "sg-1", "IsEgress": False, "IpProtocol": protocol}
    return {**about, "FromPort": first, "ToPort": last, **by, **members_}


def judge(rules: list[Rule], source: str = WORLD, lists: dict[str, Any] | None = None) -> Check:
    asked = source_of(source)
    inbound = security_groups.prepare(["sg-1", "sg-2"], rules, PORT, lists or {}, asked.version)
    return security_groups.security_group(inbound, asked)


generated = st.lists(
    st.tuples(
        cidrs,
        st.sampled_from(["tcp", "tcp", "6", "-1", "udp", "icmp"]),
        st.sampled_from([(PORT, PORT), (0, 65535), (PORT + 1, 6000), (1, PORT), None]),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(["cidr", "cidr", "list", "group"]),
    ),
    max_size=8,
)


@given(generated, inner_cidrs)
def test_every_address_is_let_in_by_some_rule(given_: list[Any], source: str) -> None:
    rules, lists, let_in = [], {}, set()
    for number, (cidr, protocol, span, egress, kind) in enumerate(given_):
        lists[f"pl-{number}"] = [cidr]
        name = {"cidr": cidr, "list": f"pl-{number}", "group": "sg-9"}[kind]
        ports = None if protocol in ("-1", "icmp") else span or (0, 65535)
        rules.append(rule(name, protocol, ports, IsEgress=egress))
        open_ = protocol == "-1" or (protocol in ("tcp", "6") and ports is not None and ports[0] <= PORT <= ports[1])
        if open_ and not egress and kind != "group":
            let_in |= members(cidr)

    check = judge(rules, source, lists)

    assert check.verdict == ("pass" if members(source) <= let_in else "fail")
    assert spelled(check.evidence["uncovered"]) == members(source) - let_in
    shown = set().union(*(spelled(each["addresses"]) for each in check.evidence["rules"]))
    assert shown == members(source) & let_in


@pytest.mark.parametrize(
    ("rules", "verdict", "uncovered"),
    [
        ([rule(WORLD)], "pass", []),
        ([rule("0.0.0.0/0", "-1", None)], "pass", []),
        ([rule("203.0.113.0/29"), rule("203.0.113.8/29", GroupId="sg-2")], "pass", []),
        ([rule("203.0.113.0/29")], "fail", ["203.0.113.8/29"]),
        ([rule(WORLD, ports=(5439, 5439))], "fail", [WORLD]),
        ([rule(WORLD, "udp")], "fail", [WORLD]),
        ([rule(WORLD, IsEgress=True)], "fail", [WORLD]),
        ([rule("sg-1")], "fail", [WORLD]),
        ([rule("::/0")], "fail", [WORLD]),
        ([rule("pl-1")], "pass", []),
        ([], "fail", [WORLD]),
    ],
)
def test_rules(rules: list[Rule], verdict: str, uncovered: list[str]) -> None:
    check = judge(rules, lists={"pl-1": ["198.51.100.0/24", WORLD]})

    assert (check.verdict, check.evidence["uncovered"]) == (verdict, uncovered)
    if verdict == "fail":
        assert f"Allow TCP port {PORT} from {uncovered[0]} in sg-1 or sg-2" in (check.remedy or "")
        assert ("A rule whose source is a security group" in (check.remedy or "")) == (rules == [rule("sg-1")])


def test_the_rules_that_let_in_are_named() -> None:
    check = judge([rule("203.0.113.0/29", Description="office"), rule("198.51.100.0/24")])

    assert check.evidence["rules"] == [
        {
            "security_group_rule_id": "sgr-203.0.113.0/29",
            "security_group_id": "sg-1",
            "source": "203.0.113.0/29",
            "protocol": "tcp",
            "from_port": PORT,
            "to_port": PORT,
            "description": "office",
            "addresses": ["203.0.113.0/29"],
        }
    ]


def test_ipv6_has_rules_of_its_own() -> None:
    assert judge([rule("::/0")], "2001:db8::/32").verdict == "pass"
    assert judge([rule("0.0.0.0/0")], "2001:db8::/32").verdict == "fail"
    assert judge([rule("pl-6")], "2001:db8::/32", {"pl-6": ["2001:db8::/31"]}).verdict == "pass"


def test_an_unread_prefix_list_only_matters_where_it_could_change_something() -> None:
    lists = {"pl-1": Unread("ec2:GetManagedPrefixListEntries", "not authorized", denied=True)}

    needed = judge([rule("203.0.113.0/29"), rule("pl-1")], lists=lists)
    assert (needed.verdict, needed.evidence["missing_permission"]) == ("unknown", "ec2:GetManagedPrefixListEntries")
    assert needed.evidence["unread_prefix_lists"] == ["pl-1"]
    assert "Allow ec2:GetManagedPrefixListEntries" in (needed.remedy or "")
    assert judge([rule(WORLD), rule("pl-1")], lists=lists).verdict == "pass"
    assert judge([rule("pl-1", ports=(80, 80))], lists=lists).verdict == "fail"


def test_which_prefix_lists_are_needed() -> None:
    rules = [rule("pl-1"), rule("pl-2", ports=(80, 80)), rule("pl-3", IsEgress=True), rule(WORLD)]

    assert security_groups.prefix_lists_of(rules, PORT) == {"pl-1"}
