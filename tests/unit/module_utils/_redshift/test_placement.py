# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms of ids, and what a plan asks of the network."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.subnets import Placement
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import workgroup
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.placement import checked_ids, placement_of
from unit_kit import answers

Options = dict[str, Any]

SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728", "subnet-0c1d2e3f405162738"]
GROUPS = ["sg-0b1c2d3e4f5061728"]
VPC = "vpc-0a1b2c3d"
OFF = {"status": "DISABLED"}


def asked(current: State | None, **options: Any) -> Placement | None:
    unnamed: Options = dict.fromkeys(workgroup.OPTIONS)
    fixed = {"state": "present", "tags": None, "purge_tags": True, "allow_restart": True, "namespace": "sales"}
    desired = workgroup.desired_of({**unnamed, **fixed, **options})
    return placement_of(current, workgroup.plan(current, desired, "sales"))


def present(**members: Any) -> State:
    return workgroup.from_api(answers.workgroup(**members))


def fixed_at(base: int, **members: Any) -> State:
    return present(baseCapacity=base, pricePerformanceTarget=OFF, **members)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"port": 5440},
        {"publicly_accessible": True},
        {"max_capacity": 512},
        {"security_group_ids": ["sg-0a1b2c3d4e5f60718"]},
        {"subnet_ids": [*reversed(SUBNETS)]},
        {"enhanced_vpc_routing": False},
        {"price_performance_target": {"level": 100}},
    ],
)
def test_nothing_is_asked_of_the_network_where_nothing_of_it_changes(options: Options) -> None:
    assert asked(present(), **options) is None


def test_a_creation_without_a_network_is_left_to_aws() -> None:
    assert asked(None, base_capacity=64, enhanced_vpc_routing=True) is None


def test_new_groups_are_looked_at_without_the_subnets() -> None:
    assert asked(present(), security_group_ids=GROUPS) == Placement(
        (), GROUPS, cause="", moved=False, vpc_id=VPC, present_subnet_ids=SUBNETS
    )


def test_new_subnets_are_looked_at() -> None:
    assert asked(present(), subnet_ids=SUBNETS[:2]) == Placement(SUBNETS[:2], vpc_id=VPC, present_subnet_ids=SUBNETS)


def test_a_workgroup_that_has_no_endpoint_yet_has_no_vpc_that_is_known() -> None:
    found = asked(present(endpoint=None), subnet_ids=SUBNETS[:2])

    assert found is not None
    assert found.vpc_id is None


def test_present_subnets_are_looked_at_before_they_get_ipv6_addresses() -> None:
    found = asked(present(), ip_address_type="dualstack")

    assert found is not None
    assert (found.cause, found.subnet_ids, found.dualstack, found.addresses) == ("ip_address_type", SUBNETS, True, 3)
    assert asked(present(ipAddressType="dualstack"), ip_address_type="ipv4") is None


def test_new_subnets_of_a_dualstack_workgroup_need_ipv6_too() -> None:
    found = asked(present(ipAddressType="dualstack"), subnet_ids=SUBNETS[:2])

    assert found is not None
    assert found.dualstack


# Present base (None while a target sets it) and routing, what is wanted, and the free addresses that this needs.
NEEDED: list[tuple[int | None, bool, Options, int]] = [
    (None, False, {"subnet_ids": SUBNETS[:2]}, 3),
    (512, False, {"subnet_ids": SUBNETS[:2]}, 3),
    (8, False, {"base_capacity": 512}, 3),
    (None, True, {"subnet_ids": SUBNETS[:2]}, 9),
    (512, True, {"subnet_ids": SUBNETS[:2]}, 133),
    (8, True, {"base_capacity": 512}, 100),
    (None, True, {"base_capacity": 64, "price_performance_target": OFF}, 16),
    (128, False, {"enhanced_vpc_routing": True}, 37),
    (None, False, {"enhanced_vpc_routing": True}, 9),
    (8, False, {"enhanced_vpc_routing": True, "base_capacity": 128}, 37),
    (8, True, {"subnet_ids": SUBNETS[:2], "base_capacity": 16}, 13),
    (4, True, {"subnet_ids": SUBNETS[:2], "base_capacity": 8}, 10),
    (512, True, {"subnet_ids": SUBNETS[:2], "base_capacity": 32}, 13),
    (512, True, {"subnet_ids": SUBNETS[:2], "enhanced_vpc_routing": False}, 3),
]


@pytest.mark.parametrize(("base", "routed", "options", "addresses"), NEEDED)
def test_free_addresses_are_those_for_the_workgroup_as_it_will_be(
    base: int | None, routed: bool, options: Options, addresses: int
) -> None:
    current = present(enhancedVpcRouting=routed) if base is None else fixed_at(base, enhancedVpcRouting=routed)

    found = asked(current, **options)

    assert found is not None
    assert (found.addresses, found.routed) == (addresses, options.get("enhanced_vpc_routing", routed))


@pytest.mark.parametrize(
    ("options", "addresses"), [({}, 9), ({"base_capacity": 128}, 37), ({"base_capacity": 136}, 69)]
)
def test_a_new_workgroup_needs_addresses_by_its_capacity(options: Options, addresses: int) -> None:
    found = asked(None, subnet_ids=SUBNETS, enhanced_vpc_routing=True, **options)

    assert found == Placement(SUBNETS, routed=True, addresses=addresses)


@pytest.mark.parametrize(
    ("ids", "problem"),
    [
        ([], "got an empty list; expected at least one entry. Name one, or leave the option out."),
        ([""], "got ''; expected an id such as sg-0a1b2c3d4e5f60718."),
        (["sg-1"], "got 'sg-1'; expected"),
        (["sg-0a1b2c3d4e5f6071 "], "got 'sg-0a1b2c3d4e5f6071 '; expected"),
        (["sg-0a1b2c3d", "subnet-0a1b2c3d"], "got 'subnet-0a1b2c3d'; expected"),
        (["default"], "got 'default'; expected"),
        ([f"sg-{number:08x}" for number in range(33)], "got 33 ids; expected at most 32."),
    ],
)
def test_ids_of_another_form_are_refused(ids: list[str], problem: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_ids("security_group_ids", "sg", ids)

    assert caught.value.message.startswith(f"security_group_ids: {problem}")


def test_an_id_counts_once() -> None:
    many = [f"sg-{number:08x}" for number in range(32)]

    assert checked_ids("security_group_ids", "sg", [*many, *many]) == many
