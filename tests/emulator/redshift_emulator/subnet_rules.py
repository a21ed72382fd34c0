"""Which subnets a workgroup needs. Pure functions.

Facts: the management guide's considerations for Redshift Serverless (copy of the China Regions, 2026) [C]; texts [U].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

# Free addresses in each subnet with enhanced VPC routing, by RPUs. Between two lines the higher one counts [I].
AT_CREATION: Mapping[int, int] = {4: 9, 8: 9, 16: 13, 32: 13, 64: 21, 128: 37, 256: 69, 512: 133, 1024: 261}
# For a change to more RPUs, by the new ones.
AT_CHANGE: Mapping[int, int] = {8: 10, 16: 10, 32: 13, 64: 16, 128: 28, 256: 52, 512: 100, 1024: 197}
# Without the routing, whatever the capacity.
FREE_ADDRESSES = 3
PLAIN_SUBNETS = PLAIN_ZONES = 2
ROUTED_SUBNETS = ROUTED_ZONES = 3
# An older page has 3 subnets in 2 zones for this Region [C: guide of 2023].
FEWER_ZONES = {"us-west-1": 2}


@dataclasses.dataclass(frozen=True)
class Need:
    """What is needed.

    Attributes:
        subnets: So many subnets.
        zones: In so many Availability Zones.
        addresses: So many free addresses in each subnet.
    """

    subnets: int
    zones: int
    addresses: int


@dataclasses.dataclass(frozen=True)
class Given:
    """A subnet as it is.

    Attributes:
        subnet_id: Its id.
        zone: The name of its Availability Zone.
        zone_id: The id of that zone.
        free: Its free addresses.
    """

    subnet_id: str
    zone: str
    zone_id: str
    free: int


def routed_zones(region: str) -> int:
    """How many zones are needed with enhanced VPC routing."""
    return FEWER_ZONES.get(region, ROUTED_ZONES)


def need(routing: bool, rpus: int, region: str, table: Mapping[int, int] | None = None) -> Need:
    """What a workgroup of that capacity needs.

    >>> need(False, 512, "eu-west-1")
    Need(subnets=2, zones=2, addresses=3)
    >>> need(True, 72, "eu-west-1")
    Need(subnets=3, zones=3, addresses=37)
    """
    if not routing:
        return Need(PLAIN_SUBNETS, PLAIN_ZONES, FREE_ADDRESSES)
    table = AT_CREATION if table is None else table
    line = min((each for each in table if each >= rpus), default=max(table))
    return Need(ROUTED_SUBNETS, routed_zones(region), table[line])


def fault(wanted: Need, given: list[Given], unsupported_zones: list[str]) -> str | None:
    """What is wrong with the subnets, in a sentence, or None."""
    zones = {each.zone for each in given}
    if len(given) < wanted.subnets or len(zones) < wanted.zones:
        return (
            f"Amazon Redshift Serverless needs at least {wanted.subnets} subnets in {wanted.zones} Availability Zones. "
            f"You specified {len(given)} in {len(zones)}."
        )
    for each in given:
        if each.zone in unsupported_zones or each.zone_id in unsupported_zones:
            return f"The Availability Zone {each.zone} of the subnet {each.subnet_id} isn't supported."
        if each.free < wanted.addresses:
            return (
                f"The subnet {each.subnet_id} has {each.free} free IP addresses. "
                f"Amazon Redshift Serverless needs at least {wanted.addresses} in each subnet."
            )
    return None
