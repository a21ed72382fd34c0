# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import (
    Addresses,
    Decisions,
    first_match,
    from_spans,
    internet,
    of_cidrs,
    source_of,
    union,
)
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.small_world import cidrs, counted, inner_cidrs, members, spelled

many = st.lists(cidrs, max_size=6)
spans = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda pair: (min(pair), max(pair))), max_size=8)


def every(pairs: list[tuple[int, int]]) -> set[int]:
    return {each for first, last in pairs for each in range(first, last + 1)}


def numbers(addresses: Addresses) -> set[int]:
    return every(list(addresses.spans))


@given(spans)
def test_spans_are_kept_sorted_and_apart(pairs: list[tuple[int, int]]) -> None:
    kept = from_spans(4, pairs)

    assert numbers(kept) == every(pairs)
    assert all(before[1] + 1 < after[0] for before, after in zip(kept.spans, kept.spans[1:], strict=False))


@given(spans, spans)
def test_sets_are_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    one, other = from_spans(4, left), from_spans(4, right)

    assert numbers(one & other) == every(left) & every(right)
    assert numbers(one - other) == every(left) - every(right)
    assert numbers(union(4, [one, other])) == every(left) | every(right)
    assert (one - other) == from_spans(4, (one - other).spans)
    assert (one & other) == from_spans(4, (one & other).spans)
    assert bool(one) == bool(left)


@given(many)
def test_networks_are_their_addresses(networks: list[str]) -> None:
    assert counted(of_cidrs(4, networks)) == set().union(*map(members, networks))


@given(many, many)
def test_what_is_shown_is_what_is_there(networks: list[str], others: list[str]) -> None:
    part = of_cidrs(4, networks) - of_cidrs(4, others)

    assert spelled(part.shown()) == counted(part)


@given(st.lists(cidrs, max_size=6), inner_cidrs)
def test_the_first_match_decides(rules: list[str], space: str) -> None:
    parts = list(
        first_match([(of_cidrs(4, [each]), number) for number, each in enumerate(rules)], of_cidrs(4, [space]))
    )

    decided = {address: number for part, number in parts for address in counted(part)}
    assert decided == {
        address: next((number for number, each in enumerate(rules) if address in members(each)), None)
        for address in members(space)
    }
    assert sum(len(counted(part)) for part, _unused in parts) == len(decided)


@given(st.lists(cidrs, max_size=6), many, many)
def test_what_is_worked_out_once_is_the_first_match_for_every_set(
    rules: list[str], ins: list[str], outs: list[str]
) -> None:
    listed = [(of_cidrs(4, [each]), number) for number, each in enumerate(rules)]
    space = of_cidrs(4, ins) - of_cidrs(4, outs)

    assert Decisions(4, listed).about(space) == list(first_match(listed, space))


@pytest.mark.parametrize(
    ("cidrs_", "shown"),
    [
        (["10.0.0.0/8"], ["10.0.0.0/8"]),
        (["10.0.0.0/9", "10.128.0.0/9"], ["10.0.0.0/8"]),
        (["10.0.0.0/32", "10.0.0.1/32", "10.0.0.2/32"], ["10.0.0.0-10.0.0.2"]),
        (["10.0.0.1/32", "10.0.0.2/32"], ["10.0.0.1-10.0.0.2"]),
        (["0.0.0.0/0"], ["0.0.0.0/0"]),
        (["::/0", "10.0.0.0/8"], ["10.0.0.0/8"]),
    ],
)
def test_a_part_is_shown_as_a_network_where_it_is_one(cidrs_: list[str], shown: list[str]) -> None:
    assert of_cidrs(4, cidrs_).shown() == shown


def test_the_versions_are_apart() -> None:
    assert of_cidrs(6, ["2001:db8::/32", "10.0.0.0/8"]).shown() == ["2001:db8::/32"]
    assert of_cidrs(6, ["2001:db8::1", "2001:db8::2"]).shown() == ["2001:db8::1-2001:db8::2"]
    assert of_cidrs(6, ["::/0"]).shown() == ["::/0"]


def test_everybody_is_the_internet_only() -> None:
    everybody, everybody6 = source_of("0.0.0.0/0"), source_of("::/0")

    assert everybody.addresses == internet(4)
    assert "10.0.0.0/8" in everybody.left_out.shown() and "192.168.0.0/16" in everybody.left_out.shown()
    assert everybody6.addresses.shown() == ["2000::/3"]
    assert not (everybody.private or everybody6.private)


@pytest.mark.parametrize(
    "text", ["10.1.0.0/16", "192.168.7.7", "172.31.0.0/20", "100.64.0.0/10", "fd00::/8", "127.0.0.1"]
)
def test_a_private_network_is_judged_as_it_is_given(text: str) -> None:
    source = source_of(text)

    assert source.private
    assert source.addresses.shown() == [source.cidr]
    assert not source.left_out


@pytest.mark.parametrize(
    ("text", "cidr", "version"),
    [
        (" 203.0.113.7 ", "203.0.113.7/32", 4),
        ("203.0.113.7/24", "203.0.113.0/24", 4),
        ("172.32.0.0/16", "172.32.0.0/16", 4),
        ("2001:DB8::1", "2001:db8::1/128", 6),
    ],
)
def test_a_source_is_kept_as_given_and_read_as_a_network(text: str, cidr: str, version: int) -> None:
    source = source_of(text)

    assert (source.text, source.cidr, source.version, source.private) == (text, cidr, version, False)


@pytest.mark.parametrize("text", ["", "office", "203.0.113.0/33", "203.0.113", "2001:db8::/129"])
def test_what_is_no_network_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"source_cidrs: got .*; expected an IPv4 or IPv6 network"):
        source_of(text)


def test_a_sentence_does_not_list_many_parts() -> None:
    source = source_of("203.0.113.0/24")
    even = of_cidrs(4, [f"203.0.113.{each}" for each in range(0, 20, 2)])

    assert source.told(source.addresses) == "203.0.113.0/24"
    assert source.told(of_cidrs(4, ["203.0.113.0/25"])) == "203.0.113.0/25"
    assert source.told(even) == "10 parts of 203.0.113.0/24 (uncovered)"
