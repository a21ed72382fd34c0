"""Which subnets a workgroup can live in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.subnets import (
    free_addresses_needed,
    problems,
)


def subnet(zone: str = "a", vpc: str = "vpc-1", free: int = 250) -> dict[str, Any]:
    return {"SubnetId": f"subnet-{zone}", "VpcId": vpc, "AvailabilityZone": zone, "AvailableIpAddressCount": free}


@pytest.mark.parametrize(("capacity", "needed"), [(32, 13), (64, 21), (128, 37), (512, 133), (None, 6), (-1, 6)])
def test_free_addresses_grow_with_the_capacity(capacity: int | None, needed: int) -> None:
    assert free_addresses_needed(capacity) == needed


def test_three_subnets_in_three_zones_are_enough() -> None:
    assert list(problems([subnet("a"), subnet("b"), subnet("c")], 6, None)) == []


def test_a_region_of_two_zones_asks_for_two() -> None:
    three = [subnet("a"), subnet("b"), {**subnet("b"), "SubnetId": "subnet-b2"}]

    assert list(problems(three, 2, None)) == []
    assert list(problems(three, 3, None)) == ["They must span 3 availability zones and span 2 (a, b)."]


@pytest.mark.parametrize(
    ("subnets", "problem"),
    [
        ([subnet("a"), subnet("b")], "at least 3 subnets, 2 were given"),
        ([subnet("a"), subnet("b"), subnet("c", vpc="vpc-2")], "several VPCs (vpc-1, vpc-2)"),
        ([subnet("a"), subnet("b"), subnet("c", free=36)], "subnet-c has 36 free addresses, 37 are needed"),
    ],
)
def test_each_defect_is_one_sentence(subnets: list[dict[str, Any]], problem: str) -> None:
    [found] = [text for text in problems(subnets, 2, 128) if "zones" not in text]

    assert problem in found


def test_exactly_enough_addresses_are_enough() -> None:
    assert list(problems([subnet(zone, free=37) for zone in "abc"], 6, 128)) == []
