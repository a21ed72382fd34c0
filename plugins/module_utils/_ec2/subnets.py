# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subnets: what a workgroup needs of them, and which VPC they are in.

Facts: "Considerations when using Amazon Redshift Serverless" asks for at least three subnets in three availability zones (two
in a region that has no more), and for free addresses that grow with the capacity. The number of addresses is inferred from
the sizes that AWS has published: 13 for 32 RPUs, 37 for 128, 133 for 512.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.api import Api
from .._core.errors import AccessDenied, InvalidInput, NotFound, RedshiftServerlessError

SUBNETS = 3
ZONES = 3
# The smallest workgroup, where the capacity is not named.
LEAST_CAPACITY = 4


def free_addresses_needed(base_capacity: int | None) -> int:
    """The free addresses that each subnet of a workgroup needs (inferred, see above).

    Args:
        base_capacity: RPUs; None or -1 when AWS chooses them.
    """
    return max(base_capacity or 0, LEAST_CAPACITY) // 4 + 5


def problems(subnets: Sequence[Mapping[str, Any]], zones: int, base_capacity: int | None) -> Iterator[str]:
    """What speaks against a workgroup in these subnets, each a sentence.

    Args:
        subnets: as DescribeSubnets gives them.
        zones: how many availability zones the region has for the caller.
        base_capacity: RPUs; None when they are not named.
    """
    vpcs = sorted({subnet["VpcId"] for subnet in subnets})
    if len(vpcs) > 1:
        yield f"They are in several VPCs ({', '.join(vpcs)}), a workgroup lives in one."
    if len(subnets) < SUBNETS:
        yield f"A workgroup needs at least {SUBNETS} subnets, {len(subnets)} were given."
    found = sorted({subnet["AvailabilityZone"] for subnet in subnets})
    if len(found) < min(ZONES, zones):
        yield f"They must span {min(ZONES, zones)} availability zones and span {len(found)} ({', '.join(found)})."
    needed = free_addresses_needed(base_capacity)
    for subnet in subnets:
        if subnet["AvailableIpAddressCount"] < needed:
            yield f"{subnet['SubnetId']} has {subnet['AvailableIpAddressCount']} free addresses, {needed} are needed."


def subnet_checker(connect: Callable[[str], Api], check_mode: bool) -> Callable[[Sequence[str], int | None], None]:
    """A function that refuses subnets in which a workgroup can't live, before AWS does so later and in fewer words.

    It takes subnet ids and the base capacity, and raises InvalidInput. The client is made when it is first asked. What the
    caller may not read is not checked.

    Args:
        connect: makes the Api of a service.
        check_mode: whether subnets may be missing because they are yet to be created.
    """

    def refuse(subnet_ids: Sequence[str], base_capacity: int | None) -> None:
        try:
            api = connect("ec2")
            subnets = api.read("DescribeSubnets", {"SubnetIds": list(subnet_ids)}, "Subnets")
            narrow = len({subnet["AvailabilityZone"] for subnet in subnets}) < ZONES
            zones = len(api.read("DescribeAvailabilityZones", {}, "AvailabilityZones")) if narrow else ZONES
        except AccessDenied:
            return
        except NotFound as error:
            if check_mode:
                return
            raise InvalidInput(f"subnet_ids: {error.text} Correct the id or the region.") from error
        found = list(problems(subnets, zones, base_capacity))
        if found:
            raise InvalidInput(
                f"subnet_ids: {' '.join(found)} Choose other subnets, or set check_subnets to false to let AWS decide."
            )

    return refuse


def vpc_finder(connect: Callable[[str], Api]) -> Callable[[str], str | None]:
    """A function that tells the VPC of a subnet (DescribeSubnets), None when that can't be read.

    The client is made when it is first asked: most runs never do.
    """

    def find(subnet_id: str) -> str | None:
        try:
            subnets = connect("ec2").read("DescribeSubnets", {"SubnetIds": [subnet_id]}, "Subnets")
        except RedshiftServerlessError:
            return None
        return str(subnets[0]["VpcId"]) if subnets else None

    return find
