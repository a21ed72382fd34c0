# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
import random
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import Change
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.security_group_ingress import (
    Desired,
    after,
    networks,
    opens,
    plan,
    rules_in,
    source_of,
)
from hypothesis import given
from hypothesis import strategies as st

Rule = dict[str, Any]

GROUP = "sg-1"
OURS, OTHERS, GONE = "sales: office", "by hand", "sales: the office before"
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
            "Description": draw(st.sampled_from([OURS, OTHERS, GONE])),
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
    replaced=st.sampled_from([frozenset(), frozenset({GONE})]),
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
    assert not wanted.replaced or places(result, GONE) == set()


@given(rules=groups(), wanted=desires)
def test_rules_of_others_are_never_touched(rules: list[Rule], wanted: Desired) -> None:
    result = applied(rules, wanted)

    assert places(result, OTHERS) == places(rules, OTHERS)
    assert wanted.replaced or places(result, GONE) == places(rules, GONE)


@given(rules=groups(), wanted=desires)
def test_no_rule_is_made_that_ec2_would_refuse_as_a_duplicate(rules: list[Rule], wanted: Desired) -> None:
    there = {(rule["FromPort"], source_of(rule)) for rule in rules}

    for change in plan(rules, wanted):
        made = {(rule["FromPort"], source_of(rule)) for rule in after([], change)} if is_new(change) else set()
        assert not made & there
        rules = after(rules, change)
        there = {(rule["FromPort"], source_of(rule)) for rule in rules}


def is_new(change: Change) -> bool:
    return change.operation == "AuthorizeSecurityGroupIngress"


def test_a_rule_is_handed_over_and_goes_before_the_new_one() -> None:
    has = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "Description": GONE, "SecurityGroupRuleId": "sgr-1"}
    other = {**has, "CidrIpv4": CIDRS[1], "SecurityGroupRuleId": "sgr-2"}
    wanted = Desired(GROUP, OURS, 5439, frozenset(CIDRS[:1]), frozenset({GONE}))

    first, new, last = plan([{**has, "CidrIpv4": CIDRS[0]}, other], wanted)
    assert (first.parameters["SecurityGroupRuleIds"], is_new(new)) == (["sgr-1"], True)
    assert last.parameters["SecurityGroupRuleIds"] == ["sgr-2"]


def test_permissions_are_read_as_single_rules() -> None:
    four = [{"cidr_ip": cidr, "description": OURS} for cidr in CIDRS[:2]]
    permission = {"ip_protocol": "tcp", "from_port": 5439, "to_port": 5439, "ip_ranges": four}
    six = {**permission, "ip_ranges": [], "ipv6_ranges": [{"cidr_ipv6": CIDRS[2], "description": OURS}]}
    rules = rules_in({"group_id": GROUP, "ip_permissions": [permission, six, {"ip_protocol": "-1"}]})

    assert places(rules, OURS) == {(5439, cidr) for cidr in CIDRS}
    assert len({rule["SecurityGroupRuleId"] for rule in rules}) == len(CIDRS)
    assert plan(rules, Desired(GROUP, OURS, 5439, frozenset(CIDRS))) == []


def test_a_range_of_ports_is_not_the_port() -> None:
    wide = {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 6000, "CidrIpv4": CIDRS[0], "SecurityGroupRuleId": "sgr-1"}
    wanted = Desired(GROUP, OURS, 5439, frozenset(CIDRS[:1]))

    assert not opens(wide, 5439)
    assert [change.operation for change in plan([wide], wanted)] == ["AuthorizeSecurityGroupIngress"]


@given(depth=st.integers(0, 7), seed=st.integers(0, 999))
def test_the_internet_needs_consent_in_whatever_pieces_it_comes(depth: int, seed: int) -> None:
    pieces = [str(each) for each in ipaddress.ip_network("0.0.0.0/0").subnets(depth)]
    random.Random(seed).shuffle(pieces)

    with pytest.raises(InvalidInput, match="everybody on the internet"):
        networks(pieces, "cidrs")
    assert networks(pieces, "cidrs", allow_anyone=True) == set(pieces)


@given(
    st.integers(0, 2**32 - 1).map(ipaddress.ip_address), st.integers(5, 32), st.lists(st.integers(0, 255), max_size=9)
)
def test_what_is_far_from_everybody_needs_no_consent(address: Any, length: int, more: list[int]) -> None:
    some = [str(ipaddress.ip_network((address, length), strict=False)), *(f"{each}.0.0.0/8" for each in more)]

    assert networks(some, "cidrs") == set(some)


@pytest.mark.parametrize(
    "cidrs",
    [
        ["2000::/3"],
        ["2000::/4"],
        ["::/1"],
        ["2000::/5", "2800::/5"],
        ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2"],
        # All but the private networks, as a generated list would have it.
        [f"{each}.0.0.0/8" for each in range(1, 224) if each not in {10, 127, 172, 192}],
        # In four thousand pieces, some of them left out.
        [str(each) for each in ipaddress.ip_network("0.0.0.0/0").subnets(12)][::-1][90:],
    ],
    ids=lambda cidrs: f"{cidrs[0]} and {len(cidrs) - 1} more",
)
def test_nearly_everybody_is_everybody(cidrs: list[str]) -> None:
    with pytest.raises(InvalidInput, match="everybody on the internet"):
        networks(cidrs, "cidrs")


@pytest.mark.parametrize(
    "cidrs", [["10.0.0.0/8", "fc00::/7"], ["8000::/1"], ["224.0.0.0/3"], ["64.0.0.0/2"], ["2a00::/11"]]
)
def test_private_networks_and_parts_of_the_internet_are_not_everybody(cidrs: list[str]) -> None:
    assert networks(cidrs, "cidrs") == set(cidrs)
