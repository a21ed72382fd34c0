# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ec2.security_group_ingress import (
    Desired,
    after,
    opens,
    plan,
    source_of,
)
from hypothesis import given
from hypothesis import strategies as st

Rule = dict[str, Any]

GROUP = "sg-1"
OURS, OTHERS = "sales: office", "by hand"
CIDRS = ["203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48"]
PORTS = [5439, 5440]


@st.composite
def groups(draw: st.DrawFn) -> list[Rule]:
    """Rules as EC2 allows them: no two of the same port and source."""
    places = draw(st.lists(st.tuples(st.sampled_from(PORTS), st.sampled_from(CIDRS)), unique=True))
    return [
        {
            "SecurityGroupRuleId": f"sgr-{number}",
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "Description": draw(st.sampled_from([OURS, OTHERS])),
            "CidrIpv6" if ":" in cidr else "CidrIpv4": cidr,
        }
        for number, (port, cidr) in enumerate(places)
    ]


desires = st.builds(
    Desired,
    group=st.just(GROUP),
    description=st.just(OURS),
    port=st.sampled_from(PORTS),
    cidrs=st.frozensets(st.sampled_from(CIDRS)),
) | st.just(Desired(GROUP, OURS, None, frozenset()))


def applied(rules: list[Rule], wanted: Desired) -> list[Rule]:
    for change in plan(rules, wanted):
        rules = after(rules, change)
    return rules


def places(rules: list[Rule], description: str) -> set[tuple[Any, Any]]:
    return {(rule["FromPort"], source_of(rule)) for rule in rules if rule["Description"] == description}


@given(rules=groups(), wanted=desires)
def test_exactly_the_wanted_sources_are_let_in(rules: list[Rule], wanted: Desired) -> None:
    result = applied(rules, wanted)

    assert wanted.cidrs <= {source_of(rule) for rule in result if opens(rule, wanted.port)}
    assert places(result, OURS) <= {(wanted.port, cidr) for cidr in wanted.cidrs}
    assert plan(result, wanted) == []


@given(rules=groups(), wanted=desires)
def test_rules_of_others_are_never_touched(rules: list[Rule], wanted: Desired) -> None:
    assert places(applied(rules, wanted), OTHERS) == places(rules, OTHERS)


@given(rules=groups(), wanted=desires)
def test_no_rule_is_made_that_ec2_would_refuse_as_a_duplicate(rules: list[Rule], wanted: Desired) -> None:
    there = {(rule["FromPort"], source_of(rule)) for rule in rules}

    for change in plan(rules, wanted):
        if change.operation == "AuthorizeSecurityGroupIngress":
            made = {(rule["FromPort"], source_of(rule)) for rule in after([], change)}
            assert not made & there


def test_a_range_of_ports_is_not_the_port() -> None:
    wide = {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 6000, "CidrIpv4": CIDRS[0], "SecurityGroupRuleId": "sgr-1"}
    wanted = Desired(GROUP, OURS, 5439, frozenset(CIDRS[:1]))

    assert not opens(wide, 5439)
    assert [change.operation for change in plan([wide], wanted)] == ["AuthorizeSecurityGroupIngress"]
