# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets of IP addresses, the networks that a diagnosis is asked about, and rules of which the first match decides.

A set is kept as spans of whole numbers and not as CIDRs: 0.0.0.0/0 without a few networks is a handful of spans and dozens of
CIDRs, and every operation on spans is one walk along two sorted lists.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from .._core.errors import InvalidInput

Version = Literal[4, 6]
Span = tuple[int, int]

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Addresses:
    """A set of addresses of one IP version.

    Attributes:
        version: 4 or 6.
        spans: first and last address of each part, sorted, apart from each other.
    """

    version: Version
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def meets(self, other: Addresses) -> bool:
        """Tell whether the sets may have something in common; most pairs of networks have not, and this says so at once."""
        if not (self.spans and other.spans):
            return False
        return self.spans[0][0] <= other.spans[-1][1] and other.spans[0][0] <= self.spans[-1][1]

    def __and__(self, other: Addresses) -> Addresses:
        common: list[Span] = []
        if not self.meets(other):
            return Addresses(self.version)
        mine, theirs = self._near(other), other._near(self)
        i = j = 0
        while i < len(mine) and j < len(theirs):
            first, last = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
            if first <= last:
                common.append((first, last))
            if mine[i][1] < theirs[j][1]:
                i += 1
            else:
                j += 1
        return Addresses(self.version, tuple(common))

    def __sub__(self, other: Addresses) -> Addresses:
        begin, end = self._window(other)
        taken = other._near(self)
        rest: list[Span] = []
        j = 0
        for first, last in self.spans[begin:end]:
            while j < len(taken) and taken[j][1] < first:
                j += 1
            start, k = first, j
            while k < len(taken) and taken[k][0] <= last:
                if start < taken[k][0]:
                    rest.append((start, taken[k][0] - 1))
                start = taken[k][1] + 1
                k += 1
            if start <= last:
                rest.append((start, last))
        return Addresses(self.version, (*self.spans[:begin], *rest, *self.spans[end:]))

    def _window(self, other: Addresses) -> tuple[int, int]:
        """Return which of the spans can meet the other set: only these have to be looked at one by one."""
        if not (self.spans and other.spans):
            return 0, 0
        begin = bisect_left(self.spans, other.spans[0][0], key=lambda span: span[1])
        end = bisect_right(self.spans, other.spans[-1][1], key=lambda span: span[0])
        return begin, max(begin, end)

    def _near(self, other: Addresses) -> tuple[Span, ...]:
        begin, end = self._window(other)
        return self.spans[begin:end]

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return sum(last - first + 1 for first, last in self.spans)

    def shown(self) -> list[str]:
        """Return the parts for a person: a CIDR where a part is one, otherwise first-last."""
        return [_shown(span, self.version) for span in self.spans]


def _shown(span: Span, version: Version) -> str:
    first, last = span
    address = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    size = last - first + 1
    if size & (size - 1) == 0 and first % size == 0:
        return f"{address(first)}/{address(first).max_prefixlen - size.bit_length() + 1}"
    return f"{address(first)}-{address(last)}"


def from_spans(version: Version, spans: Iterable[Span]) -> Addresses:
    """Return a set from spans in any order, that may overlap."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return Addresses(version, tuple(joined))


def union(version: Version, sets: Iterable[Addresses]) -> Addresses:
    """Return all addresses of all sets."""
    return from_spans(version, (span for each in sets for span in each.spans))


def of_cidrs(version: Version, cidrs: Iterable[str]) -> Addresses:
    """Return the addresses of those CIDRs that are of the version."""
    networks = (ipaddress.ip_network(cidr, strict=False) for cidr in cidrs if (":" in cidr) == (version == 6))
    return from_spans(version, ((int(net.network_address), int(net.broadcast_address)) for net in networks))


def first_match(rules: Iterable[tuple[Addresses, _Item]], space: Addresses) -> Iterator[tuple[Addresses, _Item | None]]:
    """Say which rule decides which part of a set of addresses.

    Args:
        rules: the addresses that each rule is for, in the order in which the rules are looked at.
        space: what is to be decided.

    Yields:
        Each part with its rule, and at last the part that no rule is for with None.
    """
    rest = space
    for addresses, item in rules:
        if not rest:
            return
        part = rest & addresses
        if part:
            rest -= part
            yield part, item
    if rest:
        yield rest, None


class Decisions(Generic[_Item]):
    """Rules of which the first match decides, worked out once for all addresses, to be asked for many networks.

    Args:
        version: 4 or 6.
        rules: the addresses that each rule is for, in the order in which the rules are looked at.
    """

    def __init__(self, version: Version, rules: Iterable[tuple[Addresses, _Item]]) -> None:
        parts = list(first_match(rules, of_cidrs(version, [_EVERYTHING[version]])))
        self._version = version
        self._items = [item for _unused, item in parts]
        # Every address is in exactly one of these spans.
        self._spans = sorted((*span, number) for number, (part, _unused) in enumerate(parts) for span in part.spans)

    def about(self, space: Addresses) -> list[tuple[Addresses, _Item | None]]:
        """Return each part of a set with the rule that decides it, in the order of the rules; None where none does."""
        found: dict[int, list[Span]] = {}
        for first, last in space.spans:
            place = bisect_left(self._spans, first, key=lambda span: span[1])
            while place < len(self._spans) and self._spans[place][0] <= last:
                start, end, number = self._spans[place]
                found.setdefault(number, []).append((max(start, first), min(end, last)))
                place += 1
        return [
            (Addresses(self._version, tuple(spans)), self._items[number]) for number, spans in sorted(found.items())
        ]


_EVERYTHING: Mapping[Version, str] = {4: "0.0.0.0/0", 6: "::/0"}

# Addresses that no packet from the internet can bear (IANA's special-purpose registry; of IPv6, only 2000::/3 is given out).
# The documentation networks (such as 203.0.113.0/24) are left in: people try things out with them.
_NOT_OF_THE_INTERNET = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
)


def internet(version: Version) -> Addresses:
    """Return the addresses that packets from the internet can bear."""
    if version == 6:
        return of_cidrs(6, ["2000::/3"])
    return of_cidrs(4, [_EVERYTHING[4]]) - of_cidrs(4, _NOT_OF_THE_INTERNET)


# From more than this part of the internet on, networks mean everybody, however they are written.
ANYONE = 0.5

# Of 2000::/3, IANA has given out addresses of this half only (its registry "IPv6 Global Unicast Address Assignments"; the
# documentation network 3fff::/20 is the one exception), so more than half of it is everybody too.
_IPV6_IN_USE = "2000::/4"


def share_of_internet(version: Version, cidrs: Iterable[str]) -> float:
    """Say which part of the internet some networks are together.

    Args:
        version: 4 or 6; networks of the other version are left out.
        cidrs: the networks, in any number and order. They may overlap.

    Returns:
        From 0 to 1. Addresses that no packet from the internet can bear (private ones, multicast) don't count.
    """
    named = of_cidrs(version, cidrs)
    spaces = [internet(version), *([of_cidrs(6, [_IPV6_IN_USE])] if version == 6 else [])]
    return max((named & space).size / space.size for space in spaces)


@dataclass(frozen=True)
class Source:
    """A network that a diagnosis is asked about.

    Attributes:
        text: as it was given.
        cidr: in canonical form.
        addresses: what is judged: the part of it that is of the internet, or all of it when no part is.
        left_out: the part that is not judged.
        private: whether no part of it is of the internet.
    """

    text: str
    cidr: str
    addresses: Addresses
    left_out: Addresses
    private: bool

    @property
    def version(self) -> Version:
        """The IP version, 4 or 6."""
        return self.addresses.version

    def shown(self, part: Addresses) -> list[str]:
        """Return a part of the source for a person; the whole of it as the one network that it is."""
        return [self.cidr] if part == self.addresses else part.shown()

    def told(self, part: Addresses) -> str:
        """Return a part of the source within a sentence."""
        shown = self.shown(part)
        return ", ".join(shown) if len(shown) <= _MOST_TOLD else f"{len(shown)} parts of {self.cidr} (uncovered)"


_MOST_TOLD = 4


def source_of(text: str) -> Source:
    """Return a source from a module's option.

    0.0.0.0/0 and its like contain private networks, which routes and rules treat as they should: only the internet's part counts.

    Raises:
        InvalidInput: when it is no network.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidInput(
            f"source_cidrs: got {text!r}; expected an IPv4 or IPv6 network such as 203.0.113.0/24 or 2001:db8::/32."
        ) from None
    version: Version = 6 if network.version == 6 else 4
    everything = of_cidrs(version, [str(network)])
    public = everything & internet(version)
    judged = public or everything
    return Source(text, str(network), judged, everything - judged, private=not public)
