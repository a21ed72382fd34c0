# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which subnets, and with which security groups, a workgroup can live."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import ConnectionFailed, InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.subnets import (
    AT_CHANGE,
    AT_CREATION,
    Placement,
    addresses_at_change,
    addresses_at_creation,
    placement_checker,
    problems,
)
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.conversation import Conversation

Answer = dict[str, Any]

URL = "https://redshift-serverless.us-east-1.amazonaws.com/"
HOME, ELSEWHERE = "vpc-0a1b2c3d", "vpc-0b1c2d3e"
THREE = ["subnet-a", "subnet-b", "subnet-c"]


def subnet(zone: str = "a", vpc: str = HOME, free: int = 250) -> Answer:
    return {"SubnetId": f"subnet-{zone}", "VpcId": vpc, "AvailabilityZone": zone, "AvailableIpAddressCount": free}


def routed(addresses: int = 9) -> Placement:
    return Placement(THREE, routed=True, addresses=addresses)


@pytest.mark.parametrize(
    ("rpus", "at_creation", "at_change"),
    [
        (-1, 9, 10),
        (4, 9, 10),
        (8, 9, 10),
        (16, 13, 10),
        (24, 13, 13),
        (32, 13, 13),
        (40, 21, 16),
        (64, 21, 16),
        (128, 37, 28),
        (136, 69, 52),
        (256, 69, 52),
        (512, 133, 100),
        (544, 261, 197),
        (1024, 261, 197),
        (2048, 261, 197),
    ],
)
def test_free_addresses_are_those_of_the_next_larger_row(rpus: int, at_creation: int, at_change: int) -> None:
    assert (addresses_at_creation(rpus), addresses_at_change(rpus)) == (at_creation, at_change)


@given(st.integers(-1, 1100), st.integers(-1, 1100))
def test_more_capacity_never_needs_fewer_addresses(one: int, other: int) -> None:
    less, more = sorted([one, other])

    assert addresses_at_creation(less) <= addresses_at_creation(more)
    assert addresses_at_change(less) <= addresses_at_change(more)
    assert {*AT_CREATION.values()} >= {addresses_at_creation(less)}
    assert {*AT_CHANGE.values()} >= {addresses_at_change(less)}


def test_two_subnets_in_two_zones_with_three_addresses_are_enough_without_routing() -> None:
    assert list(problems(Placement(THREE[:2]), [subnet("a", free=3), subnet("b", free=3)], 6)) == []


def test_three_subnets_in_three_zones_are_enough_with_routing() -> None:
    assert list(problems(routed(), [subnet(zone, free=9) for zone in "abc"], 6)) == []


def test_a_region_of_two_zones_asks_for_two() -> None:
    three = [subnet("a"), subnet("b"), {**subnet("b"), "SubnetId": "subnet-b2"}]

    assert list(problems(routed(), three, 2)) == []
    assert list(problems(routed(), three, 3)) == [
        "got 2 availability zones (a, b); expected at least 3 with enhanced VPC routing."
    ]


@pytest.mark.parametrize(
    ("placement", "subnets", "problem"),
    [
        (routed(), [subnet("a"), subnet("b")], "got 2 subnets; expected at least 3 with enhanced VPC routing."),
        (Placement(["subnet-a"]), [subnet("a")], "got 1 subnet; expected at least 2."),
        (
            routed(),
            [subnet("a"), subnet("b"), subnet("c", vpc=ELSEWHERE)],
            f"got subnets of several VPCs ({HOME}, {ELSEWHERE}); expected one VPC.",
        ),
        (
            routed(37),
            [subnet("a"), subnet("b"), subnet("c", free=36)],
            "subnet-c has 36 free addresses; expected at least 37 with enhanced VPC routing.",
        ),
        (
            Placement(THREE[:2]),
            [subnet("a"), subnet("b", free=1)],
            "subnet-b has 1 free address; expected at least 3.",
        ),
    ],
)
def test_each_defect_is_one_sentence(placement: Placement, subnets: list[Answer], problem: str) -> None:
    [found] = [text for text in problems(placement, subnets, 2) if "zone" not in text]

    assert found == problem


@pytest.mark.parametrize(
    ("states", "enough"),
    [(["associated", None], True), (["associating", None], True), (["disassociated", None], False)],
)
def test_dualstack_needs_an_ipv6_block(states: list[str | None], enough: bool) -> None:
    subnets = [
        {**subnet(zone), "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlockState": {"State": state}}] if state else []}
        for zone, state in zip("ab", states, strict=True)
    ]
    found = list(problems(Placement(THREE[:2], dualstack=True), subnets, 3))

    assert found == (
        []
        if enough
        else ["got no subnet with an IPv6 CIDR block; expected one on each subnet with ip_address_type dualstack."]
    )
    assert list(problems(Placement(THREE[:2]), subnets, 3)) == []


class Ec2:
    """A conversation with EC2 alone."""

    def __init__(self) -> None:
        self.conversation = Conversation()

    def subnets(self, *found: Answer) -> None:
        request = {"SubnetIds": [each["SubnetId"] for each in found]}
        self.conversation.answer("DescribeSubnets", request, {"Subnets": list(found)}, "ec2")

    def groups(self, **places: str) -> None:
        found = [{"GroupId": f"sg-{name}", "VpcId": vpc} for name, vpc in places.items()]
        request = {"GroupIds": [each["GroupId"] for each in found]}
        self.conversation.answer("DescribeSecurityGroups", request, {"SecurityGroups": found}, "ec2")

    def zones(self, **kinds: str) -> None:
        found = [{"ZoneName": name, "ZoneType": kind.replace("_", "-")} for name, kind in kinds.items()]
        self.conversation.answer("DescribeAvailabilityZones", {}, {"AvailabilityZones": found}, "ec2")

    def default_vpc(self, *found: str) -> None:
        request = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
        self.conversation.answer("DescribeVpcs", request, {"Vpcs": [{"VpcId": each} for each in found]}, "ec2")

    def check(self, placement: Placement, check_mode: bool = False) -> str | None:
        """What is said against it; everything expected has to have been asked."""
        checker = placement_checker(lambda service: Api(self.conversation.connect(service)), check_mode)
        try:
            checker(placement)
        except InvalidInput as error:
            return error.message
        finally:
            self.conversation.assert_over()
        return None


@pytest.fixture
def ec2() -> Ec2:
    return Ec2()


def test_good_subnets_and_groups_cost_one_read_each(ec2: Ec2) -> None:
    ec2.subnets(subnet("a"), subnet("b"))
    ec2.groups(one=HOME, two=HOME)

    assert ec2.check(Placement(THREE[:2], ["sg-one", "sg-two"])) is None


def test_the_regions_zones_are_asked_for_only_when_they_matter(ec2: Ec2) -> None:
    ec2.subnets(subnet("a"), subnet("b"), {**subnet("b"), "SubnetId": "subnet-c"})
    ec2.zones(a="availability_zone", b="availability_zone", lax="local_zone")

    assert ec2.check(routed()) is None


def test_all_that_is_wrong_with_subnets_is_told_at_once(ec2: Ec2) -> None:
    ec2.subnets(subnet("a", free=2))

    assert ec2.check(Placement(THREE[:1])) == (
        "subnet_ids: got 1 subnet; expected at least 2. Got 1 availability zone (a); expected at least 2. "
        "subnet-a has 2 free addresses; expected at least 3. "
        "Choose other subnets, or set check_subnets to false to let AWS decide."
    )


def test_present_subnets_are_named_by_the_option_that_asks_more_of_them(ec2: Ec2) -> None:
    ec2.subnets(subnet("a"), subnet("b"), subnet("c", free=99))
    placement = Placement(THREE, cause="base_capacity", moved=False, vpc_id=HOME, routed=True, addresses=100)

    assert ec2.check(placement) == (
        "base_capacity: the present subnets do not suffice, subnet-c has 99 free addresses; expected at least 100 with enhanced "
        "VPC routing. Change the subnets first, or set check_subnets to false to let AWS decide."
    )


def test_subnets_of_another_vpc_than_the_workgroups_are_refused(ec2: Ec2) -> None:
    ec2.subnets(subnet("a", vpc=ELSEWHERE), subnet("b", vpc=ELSEWHERE))

    message = ec2.check(Placement(THREE[:2], vpc_id=HOME, present_subnet_ids=["subnet-x"])) or ""

    assert message.startswith(
        f"subnet_ids: got subnet-a in {ELSEWHERE}, subnet-b in {ELSEWHERE}; expected subnets of {HOME}, the VPC of the workgroup"
    )


def test_the_workgroups_vpc_is_that_of_its_subnets_where_aws_does_not_tell_it(ec2: Ec2) -> None:
    ec2.groups(one=ELSEWHERE)
    ec2.subnets({**subnet("x"), "SubnetId": "subnet-x"})

    message = ec2.check(Placement([], ["sg-one"], present_subnet_ids=["subnet-x"]))

    assert message == (
        f"security_group_ids: got sg-one in {ELSEWHERE}; expected groups of {HOME}, the VPC of the subnets. "
        "Choose groups of that VPC."
    )


@pytest.mark.parametrize("check_mode", [True, False])
def test_groups_of_another_vpc_than_the_wanted_subnets_are_refused(ec2: Ec2, check_mode: bool) -> None:
    ec2.subnets(subnet("a"), subnet("b"))
    ec2.groups(one=HOME, two=ELSEWHERE)

    message = ec2.check(Placement(THREE[:2], ["sg-one", "sg-two"]), check_mode) or ""

    assert message.startswith(f"security_group_ids: got sg-two in {ELSEWHERE}; expected groups of {HOME}")


@pytest.mark.parametrize(("default", "refused"), [((HOME,), True), ((ELSEWHERE,), False), ((), False)])
def test_groups_of_a_new_workgroup_without_subnets_are_those_of_the_default_vpc(
    ec2: Ec2, default: tuple[str, ...], refused: bool
) -> None:
    ec2.groups(one=ELSEWHERE)
    ec2.default_vpc(*default)

    assert (ec2.check(Placement([], ["sg-one"])) is not None) is refused


def test_groups_of_several_vpcs_are_refused_wherever_the_workgroup_will_be(ec2: Ec2) -> None:
    ec2.groups(one=HOME, two=ELSEWHERE)
    ec2.default_vpc()

    assert ec2.check(Placement([], ["sg-one", "sg-two"])) == (
        f"security_group_ids: got groups of several VPCs ({HOME}, {ELSEWHERE}); expected those of one VPC."
    )


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    "code", ["InvalidGroup.NotFound", "InvalidGroupId.Malformed", "InvalidSecurityGroupID.NotFound"]
)
def test_a_group_that_is_nowhere_is_refused_also_in_check_mode(ec2: Ec2, code: str, check_mode: bool) -> None:
    text = "The security group 'sg-one' does not exist"
    ec2.conversation.refuse("DescribeSecurityGroups", {"GroupIds": ["sg-one"]}, code, text, 400, "ec2")

    assert ec2.check(Placement([], ["sg-one"], vpc_id=HOME, present_subnet_ids=["subnet-x"]), check_mode) == (
        f"security_group_ids: got an id that EC2 does not have in us-east-1 ({text}). Correct the id, the Region or the "
        "credentials."
    )


def test_subnets_may_be_yet_to_come_in_check_mode_and_their_groups_too(ec2: Ec2) -> None:
    def script() -> None:
        text = "The subnet ID 'subnet-a' does not exist"
        request = {"SubnetIds": THREE[:2]}
        ec2.conversation.refuse("DescribeSubnets", request, "InvalidSubnetID.NotFound", text, 400, "ec2")

    script()
    assert ec2.check(Placement(THREE[:2], ["sg-one"]), check_mode=True) is None
    script()
    assert (ec2.check(Placement(THREE[:2], ["sg-one"])) or "").startswith(
        "subnet_ids: got an id that EC2 does not have"
    )


def test_present_subnets_that_ec2_does_not_show_are_left_to_aws(ec2: Ec2) -> None:
    ec2.conversation.refuse(
        "DescribeSubnets", {"SubnetIds": THREE}, "InvalidSubnetID.NotFound", "does not exist", 400, "ec2"
    )

    assert ec2.check(Placement(THREE, cause="base_capacity", moved=False)) is None


# What EC2, or what stands in its place at that address, may say without a word about the ids.
NO_ANSWERS: list[tuple[str, int] | Exception] = [
    ("UnauthorizedOperation", 403),
    ("AccessDenied", 403),
    ("UnknownOperationException", 404),
    ("InvalidAction", 400),
    ("404", 404),
    ("RequestLimitExceeded", 503),
    ("AuthFailure", 401),
    ("OptInRequired", 403),
    ("UnrecognizedClientException", 400),
    EndpointConnectionError(endpoint_url=URL),
    ConnectTimeoutError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
    NoCredentialsError(),
]


@pytest.mark.parametrize("trouble", NO_ANSWERS, ids=str)
def test_whatever_keeps_ec2_from_answering_leaves_the_decision_to_aws(
    ec2: Ec2, trouble: tuple[str, int] | Exception
) -> None:
    ec2.conversation.in_any_order()
    lost = isinstance(trouble, ReadTimeoutError) or (isinstance(trouble, tuple) and trouble[1] in (404, 503))
    requests = {"DescribeSubnets": {"SubnetIds": THREE}, "DescribeSecurityGroups": {"GroupIds": ["sg-one"]}}
    for operation, request in requests.items():
        for _repeated in range(3 if lost else 1):
            if isinstance(trouble, Exception):
                ec2.conversation.lose(operation, request, trouble, "ec2")
            else:
                ec2.conversation.refuse(operation, request, trouble[0], "No.", trouble[1], "ec2")

    checker = placement_checker(lambda service: Api(ec2.conversation.connect(service)), check_mode=False)
    checker(Placement(THREE, ["sg-one"], routed=True))

    assert set(ec2.conversation.asked) == set(requests)


def test_a_client_that_can_not_be_made_leaves_the_decision_to_aws() -> None:
    def connect(service: str) -> Api:
        raise ConnectionFailed(f"{service} has no endpoint here.")

    placement_checker(connect, check_mode=False)(Placement(THREE, ["sg-one"]))


def test_groups_are_checked_even_where_subnets_may_not_be_read(ec2: Ec2) -> None:
    ec2.conversation.refuse("DescribeSubnets", {"SubnetIds": THREE}, "UnauthorizedOperation", "No.", 403, "ec2")
    ec2.groups(one=ELSEWHERE)

    message = ec2.check(Placement(THREE, ["sg-one"], vpc_id=HOME, present_subnet_ids=["subnet-x"])) or ""

    assert message.startswith("security_group_ids: got sg-one in")


def test_a_region_whose_zones_may_not_be_read_is_taken_for_a_small_one(ec2: Ec2) -> None:
    ec2.subnets(subnet("a"), subnet("b"), {**subnet("b"), "SubnetId": "subnet-c"})
    ec2.conversation.refuse("DescribeAvailabilityZones", {}, "UnauthorizedOperation", "No.", 403, "ec2")

    assert ec2.check(routed()) is None
