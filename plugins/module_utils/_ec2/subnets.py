# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subnets and security groups: what a workgroup needs of them, and which VPC they are in.

Facts: "Considerations when using Amazon Redshift Serverless" asks for two subnets in two availability zones with three free
addresses each. With enhanced VPC routing it asks for three subnets in three zones (two zones where the Region has no more) and for
free addresses by the capacity, when the workgroup is created and when its capacity is raised. Security groups are of the VPC of
the subnets: AWS answers "VPC Security group ... does not exist in VPC ..." otherwise. Dual-stack mode needs subnets with an IPv6
CIDR block: "There are no subnets in your VPC with associated IPv6 CIDR blocks" (Ipv6CidrBlockNotFoundException).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.api import Api
from .._core.errors import ApiError, InvalidInput, RedshiftServerlessError

UNROUTED, ROUTED, FEWEST_ZONES = 2, 3, 2
UNROUTED_ADDRESSES = 3
# RPUs and the free addresses that each subnet needs for them, with enhanced VPC routing.
AT_CREATION: Mapping[int, int] = {4: 9, 8: 9, 16: 13, 32: 13, 64: 21, 128: 37, 256: 69, 512: 133, 1024: 261}
AT_CHANGE: Mapping[int, int] = {8: 10, 16: 10, 32: 13, 64: 16, 128: 28, 256: 52, 512: 100, 1024: 197}

Described = Mapping[str, Any]


def addresses_at_creation(rpus: int) -> int:
    """Return the free addresses that each subnet of a new workgroup needs, or each new subnet of a workgroup.

    Args:
        rpus: the base capacity; -1, when AWS sets it, counts as the smallest.
    """
    return _from_table(AT_CREATION, rpus)


def addresses_at_change(rpus: int) -> int:
    """Return the free addresses that each subnet of a workgroup needs for more capacity.

    Args:
        rpus: the new base capacity.
    """
    return _from_table(AT_CHANGE, rpus)


def _from_table(table: Mapping[int, int], rpus: int) -> int:
    """Return a row of AWS's table; a capacity between two rows needs as many as the larger one."""
    return table[min((row for row in table if row >= rpus), default=max(table))]


@dataclass(frozen=True)
class Placement:
    """What a workgroup is about to ask of its network.

    Attributes:
        subnet_ids: the subnets to look at, empty for none.
        group_ids: the security groups that are about to be set, empty for none.
        cause: the option because of which the subnets are looked at.
        moved: whether the subnets are about to be set, and not those that the workgroup has.
        vpc_id: the VPC that the workgroup is in, where that is known.
        present_subnet_ids: the subnets that the workgroup has, empty for a new one.
        routed: whether there will be enhanced VPC routing.
        addresses: the free addresses that each subnet needs.
        dualstack: whether there will be IPv6 addresses too.
    """

    subnet_ids: Sequence[str]
    group_ids: Sequence[str] = ()
    cause: str = "subnet_ids"
    moved: bool = True
    vpc_id: str | None = None
    present_subnet_ids: Sequence[str] = ()
    routed: bool = False
    addresses: int = UNROUTED_ADDRESSES
    dualstack: bool = False


def problems(placement: Placement, subnets: Sequence[Described], zones: int) -> Iterator[str]:
    """Yield what speaks against a workgroup in these subnets, each a sentence.

    Args:
        placement: what is asked of them.
        subnets: as DescribeSubnets gives them.
        zones: how many availability zones the Region has for the caller.
    """
    vpcs = sorted({subnet["VpcId"] for subnet in subnets})
    if len(vpcs) > 1:
        yield f"got subnets of several VPCs ({', '.join(vpcs)}); expected one VPC."
    least = ROUTED if placement.routed else UNROUTED
    why = " with enhanced VPC routing" if placement.routed else ""
    if len(subnets) < least:
        yield f"got {_count(len(subnets), 'subnet')}; expected at least {least}{why}."
    found = sorted({subnet["AvailabilityZone"] for subnet in subnets})
    if len(found) < min(least, zones):
        got = f"got {_count(len(found), 'availability zone')} ({', '.join(found)})"
        yield f"{got}; expected at least {min(least, zones)}{why}."
    for subnet in subnets:
        free = subnet["AvailableIpAddressCount"]
        if free < placement.addresses:
            yield f"{subnet['SubnetId']} has {_count(free, 'free address')}; expected at least {placement.addresses}{why}."
    if placement.dualstack and not any(_has_ipv6(subnet) for subnet in subnets):
        yield "got no subnet with an IPv6 CIDR block; expected one on each subnet with ip_address_type dualstack."


def _has_ipv6(subnet: Described) -> bool:
    blocks = subnet.get("Ipv6CidrBlockAssociationSet") or []
    return any(each.get("Ipv6CidrBlockState", {}).get("State") in ("associating", "associated") for each in blocks)


def _count(number: int, thing: str) -> str:
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def placement_checker(connect: Callable[[str], Api], check_mode: bool) -> Callable[[Placement], None]:
    """A function that refuses subnets and security groups with which a workgroup can't live, before AWS does after other changes.

    The client is made when it is first asked. Only what EC2 says about the ids counts. Whatever keeps it from answering (a missing
    permission, an endpoint URL or a proxy that is not EC2's) leaves the decision to AWS: the service itself has answered before,
    so trouble that concerns all of AWS shows itself at its next request.

    Args:
        connect: makes the Api of a service.
        check_mode: whether subnets may be unknown because an earlier task of the same run would have created them.
    """

    def refuse(placement: Placement) -> None:
        try:
            ec2 = connect("ec2")
        except RedshiftServerlessError:
            return
        try:
            subnets = _read(ec2, "DescribeSubnets", "Subnets", "SubnetIds", placement.subnet_ids)
        except _Unknown as unknown:
            if placement.moved and not check_mode:
                raise _not_there("subnet_ids", unknown, ec2.region) from unknown
            return  # without its subnets, the network of a workgroup is not known
        found = [*_subnet_problems(ec2, placement, subnets), *_group_problems(ec2, placement, subnets)]
        if found:
            raise InvalidInput(" ".join(found))

    return refuse


class _Unknown(Exception):
    """EC2 does not know an id."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text.rstrip(".")


def _read(ec2: Api, operation: str, member: str, name: str, values: Sequence[str]) -> Sequence[Described]:
    """Return what EC2 has of some ids; nothing when it can't be asked.

    Raises:
        _Unknown: when EC2 does not have one of them.
    """
    if not values:
        return []
    try:
        found: Sequence[Described] = ec2.read(operation, {name: list(values)}, member)
    except ApiError as error:
        if re.fullmatch(r"Invalid(Subnet|Group|SecurityGroup).*\.(NotFound|Malformed)", error.code):
            raise _Unknown(error.text) from error
        return []
    except RedshiftServerlessError:
        return []
    return found


def _not_there(option: str, unknown: _Unknown, region: str) -> InvalidInput:
    return InvalidInput(
        f"{option}: got an id that EC2 does not have in {region} ({unknown.text}). Correct the id, the Region or the credentials."
    )


def _subnet_problems(ec2: Api, placement: Placement, subnets: Sequence[Described]) -> Iterator[str]:
    found = list(problems(placement, subnets, _zones(ec2, placement, subnets))) if subnets else []
    found += _moves(subnets, _home(ec2, placement) if placement.moved and subnets else None)
    if not found:
        return
    remedy = "Choose other subnets" if placement.moved else "Change the subnets first"
    first, *more = found
    told = " ".join([first, *(re.sub("^got", "Got", each) for each in more)])
    if not placement.moved:
        told = f"the present subnets do not suffice, {told}"
    yield f"{placement.cause}: {told} {remedy}, or set check_subnets to false to let AWS decide."


def _zones(ec2: Api, placement: Placement, subnets: Sequence[Described]) -> int:
    """Return how many zones the Region has; it is only asked when that matters, and counts as few when it can't be."""
    if not placement.routed or len({subnet["AvailabilityZone"] for subnet in subnets}) >= ROUTED:
        return ROUTED
    try:
        zones = ec2.read("DescribeAvailabilityZones", {}, "AvailabilityZones")
    except RedshiftServerlessError:
        return FEWEST_ZONES
    # Local zones that the account has opted in to are listed too.
    return len([each for each in zones if each.get("ZoneType", "availability-zone") == "availability-zone"])


def _moves(subnets: Sequence[Described], home: str | None) -> Iterator[str]:
    """AWS takes subnets and groups one after the other, and each has to suit the other: a workgroup can't leave its VPC."""
    elsewhere = [subnet for subnet in subnets if home and subnet["VpcId"] != home]
    if elsewhere:
        named = ", ".join(f"{subnet['SubnetId']} in {subnet['VpcId']}" for subnet in elsewhere)
        yield f"got {named}; expected subnets of {home}, the VPC of the workgroup and its security groups."


def _home(ec2: Api, placement: Placement) -> str | None:
    """Return the VPC that the workgroup is in."""
    if placement.vpc_id or not placement.present_subnet_ids:
        return placement.vpc_id
    return _vpc_of(_read_known(ec2, placement.present_subnet_ids))


def _read_known(ec2: Api, subnet_ids: Sequence[str]) -> Sequence[Described]:
    try:
        return _read(ec2, "DescribeSubnets", "Subnets", "SubnetIds", subnet_ids)
    except _Unknown:
        return []


def _vpc_of(subnets: Sequence[Described]) -> str | None:
    vpcs = {str(subnet["VpcId"]) for subnet in subnets}
    return vpcs.pop() if len(vpcs) == 1 else None


def _group_problems(ec2: Api, placement: Placement, subnets: Sequence[Described]) -> Iterator[str]:
    try:
        groups = _read(ec2, "DescribeSecurityGroups", "SecurityGroups", "GroupIds", placement.group_ids)
    except _Unknown as unknown:
        raise _not_there("security_group_ids", unknown, ec2.region) from unknown
    if not groups:
        return
    vpc = _home(ec2, placement) or _vpc_of(subnets)
    if not placement.subnet_ids and not placement.present_subnet_ids:
        vpc = _default_vpc(ec2)
    elsewhere = [group for group in groups if vpc and group["VpcId"] != vpc]
    vpcs = sorted({group["VpcId"] for group in groups})
    if not vpc and len(vpcs) > 1:
        yield f"security_group_ids: got groups of several VPCs ({', '.join(vpcs)}); expected those of one VPC."
    if elsewhere:
        named = ", ".join(f"{group['GroupId']} in {group['VpcId']}" for group in elsewhere)
        yield f"security_group_ids: got {named}; expected groups of {vpc}, the VPC of the subnets. Choose groups of that VPC."


def _default_vpc(ec2: Api) -> str | None:
    """Return the VPC whose subnets AWS takes for a new workgroup that names none."""
    request = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    try:
        vpcs = ec2.read("DescribeVpcs", request, "Vpcs")
    except RedshiftServerlessError:
        return None
    return str(vpcs[0]["VpcId"]) if vpcs else None


def vpc_finder(connect: Callable[[str], Api]) -> Callable[[str], str | None]:
    """Return a function that tells the VPC of a subnet (DescribeSubnets), None when that can't be read.

    The client is made when it is first asked: most runs never do.
    """

    def find(subnet_id: str) -> str | None:
        try:
            subnets = connect("ec2").read("DescribeSubnets", {"SubnetIds": [subnet_id]}, "Subnets")
        except RedshiftServerlessError:
            return None
        return str(subnets[0]["VpcId"]) if subnets else None

    return find
