# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A world of sixteen addresses, small enough to look at every one of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from ansible_collections.redshift.serverless.plugins.module_utils._reach.addresses import Addresses
from hypothesis import strategies as st

WORLD = "203.0.113.0/28"
BASE = int(ipaddress.ip_network(WORLD).network_address)
SIZE = 16


def _cidr(length: int, place: int) -> str:
    step = 1 << (32 - length)
    return f"{ipaddress.IPv4Address(BASE + place * step % SIZE)}/{length}"


# Networks in the world, and some that are larger than it.
cidrs = st.one_of(
    st.builds(_cidr, st.integers(28, 32), st.integers(0, SIZE - 1)),
    st.sampled_from(["0.0.0.0/0", "203.0.112.0/23", "198.51.100.0/24"]),
)
inner_cidrs = st.builds(_cidr, st.integers(28, 32), st.integers(0, SIZE - 1))


def members(cidr: str) -> set[int]:
    """The addresses of the world in a network, one by one."""
    network = ipaddress.ip_network(cidr)
    return {each for each in range(SIZE) if ipaddress.IPv4Address(BASE + each) in network}


def counted(addresses: Addresses) -> set[int]:
    """A set's addresses of the world, one by one."""
    return {each for each in range(SIZE) if any(first <= BASE + each <= last for first, last in addresses.spans)}


def spelled(texts: Iterable[str]) -> set[int]:
    """The addresses of the world that evidence names."""
    found: set[int] = set()
    for text in texts:
        if "-" in text:
            first, last = (int(ipaddress.IPv4Address(each)) for each in text.split("-"))
            found |= {each for each in range(SIZE) if first <= BASE + each <= last}
        else:
            found |= members(text)
    return found
