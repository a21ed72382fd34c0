"""How many free addresses are needed: the two tables, and what lies between their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_emulator.subnet_rules import AT_CHANGE, AT_CREATION, Need, need

CAPACITIES = st.sampled_from([4, *range(8, 513, 8), *range(544, 1025, 32)])


@pytest.mark.parametrize(
    ("rpus", "created", "changed"), [(4, 9, 10), (8, 9, 10), (16, 13, 10), (128, 37, 28), (1024, 261, 197)]
)
def test_the_lines_of_the_tables(rpus: int, created: int, changed: int) -> None:
    assert need(True, rpus, "eu-west-1") == Need(3, 3, created)
    assert need(True, rpus, "eu-west-1", AT_CHANGE) == Need(3, 3, changed)


@given(CAPACITIES, CAPACITIES, st.sampled_from([AT_CREATION, AT_CHANGE]))
def test_more_rpus_never_need_fewer_addresses(first: int, second: int, table: dict[int, int]) -> None:
    low, high = sorted((first, second))
    assert need(True, low, "eu-west-1", table).addresses <= need(True, high, "eu-west-1", table).addresses


@given(CAPACITIES, st.sampled_from([AT_CREATION, AT_CHANGE]))
def test_without_the_routing_the_capacity_does_not_matter(rpus: int, table: dict[int, int]) -> None:
    assert need(False, rpus, "us-west-1", table) == Need(2, 2, 3)


def test_one_region_has_fewer_zones() -> None:
    assert need(True, 8, "us-west-1") == Need(3, 2, 9)
