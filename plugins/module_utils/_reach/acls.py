# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the subnets' network ACLs let the packets of a connection in, and its answers out.

Facts: the VPC guide on network ACLs. Entries are looked at in the order of their numbers, the first match decides, and what
matches none is denied. ACLs keep no state: the answers go to a port that the client's system chose, which the guide gives as
1024-65535 for all systems together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .addresses import Addresses, Decisions, Source, Version, of_cidrs, union
from .checks import Check, Described, Verdict, items, worst

EPHEMERAL_PORTS = (1024, 65535)
Ports = tuple[int, int]
Direction = Literal["inbound", "outbound"]

_ALL = "-1"
_COUNTING = (_ALL, "6", "tcp")
_DEFAULT_ENTRY = 32767


@dataclass(frozen=True)
class Acl:
    """A network ACL in one direction, for one IP version and a range of ports.

    Attributes:
        acl_id: its id, None for subnets that have none.
        slices: for ranges of ports that together are the wanted range, which entry decides.
        subnets: the subnets that use it.
    """

    acl_id: str | None
    slices: Sequence[tuple[Ports, Decisions[Described]]] = ()
    subnets: list[str] = field(default_factory=list)


def prepare(
    acls: Sequence[Described], subnets: Sequence[str], direction: Direction, ports: Ports, version: Version
) -> list[Acl]:
    """Return the ACLs that the subnets use, each once.

    Args:
        acls: as DescribeNetworkAcls gives them.
        subnets: the subnets' ids.
        direction: which entries count.
        ports: the first and the last port that have to be open.
        version: 4 or 6.
    """
    used = {each["SubnetId"]: acl for acl in acls for each in acl.get("Associations") or []}
    prepared: dict[str | None, Acl] = {}
    for subnet in subnets:
        acl = used.get(subnet)
        acl_id = str(acl["NetworkAclId"]) if acl else None
        if acl_id not in prepared:
            slices = list(_slices(acl["Entries"], direction, ports, version)) if acl else []
            prepared[acl_id] = Acl(acl_id, slices)
        prepared[acl_id].subnets.append(subnet)
    return list(prepared.values())


def _slices(
    entries: Sequence[Described], direction: Direction, ports: Ports, version: Version
) -> Iterator[tuple[Ports, Decisions[Described]]]:
    member = "Ipv6CidrBlock" if version == 6 else "CidrBlock"
    rules = [
        (_ports(entry), of_cidrs(version, [entry[member]]), entry)
        for entry in sorted(entries, key=lambda entry: int(entry["RuleNumber"]))
        if bool(entry.get("Egress")) == (direction == "outbound")
        and str(entry.get("Protocol")) in _COUNTING
        and entry.get(member)
    ]
    first, last = ports
    edges = {
        first,
        *(low for (low, _high), _addresses, _entry in rules),
        *(high + 1 for (_low, high), _addresses, _entry in rules),
    }
    starts = sorted(edge for edge in edges if first <= edge <= last)
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        matching = [(addresses, entry) for (low, high), addresses, entry in rules if low <= start <= high]
        yield (start, following - 1), Decisions(version, matching)


def _ports(entry: Described) -> Ports:
    span = entry.get("PortRange")
    if str(entry.get("Protocol")) == _ALL or not span:
        return 0, 65535
    return int(span["From"]), int(span["To"])


def network_acl(acls: Sequence[Acl], source: Source, direction: Direction) -> Check:
    """Tell whether every address of a source is allowed, in all subnets in use and on all ports."""
    found = [
        (acl, ports, part, entry)
        for acl in acls
        for ports, decisions in acl.slices
        for part, entry in decisions.about(source.addresses)
    ]
    verdicts: list[Verdict] = ["pass" if _allows(entry) else "fail" for _acl, _ports_of, _part, entry in found]
    orphans = [subnet for acl in acls if acl.acl_id is None for subnet in acl.subnets]
    if orphans or not acls:
        verdicts.append("unknown")
    verdict = worst(verdicts)
    missing = union(source.version, (part for _acl, _ports_of, part, entry in found if not _allows(entry)))
    evidence: dict[str, Any] = {
        "rules": [_shown(acl, ports, part, entry, source) for acl, ports, part, entry in found],
        "uncovered": source.shown(missing),
    }
    if orphans:
        evidence["subnets_without_network_acl"] = orphans
    return Check(f"network_acl_{direction}", verdict, evidence, _remedy(found, source, direction))


def _allows(entry: Described | None) -> bool:
    return entry is not None and entry.get("RuleAction") == "allow"


def _shown(acl: Acl, ports: Ports, part: Addresses, entry: Described | None, source: Source) -> dict[str, Any]:
    return {
        "network_acl_id": acl.acl_id,
        "subnet_ids": acl.subnets,
        "rule_number": int(entry["RuleNumber"]) if entry else _DEFAULT_ENTRY,
        "action": entry["RuleAction"] if entry else "deny",
        "protocol": str(entry["Protocol"]) if entry else _ALL,
        "cidr": (entry.get("Ipv6CidrBlock") or entry.get("CidrBlock")) if entry else None,
        "ports": _shown_ports(ports),
        "addresses": source.shown(part),
    }


def _shown_ports(ports: Ports) -> str:
    first, last = ports
    return str(first) if first == last else f"{first}-{last}"


def _remedy(
    found: Sequence[tuple[Acl, Ports, Addresses, Described | None]], source: Source, direction: Direction
) -> str:
    whom = "from" if direction == "inbound" else "to"
    sentences = []
    for acl, ports, part, entry in found:
        if _allows(entry):
            continue
        number = int(entry["RuleNumber"]) if entry else _DEFAULT_ENTRY
        sentences.append(
            f"in {acl.acl_id} (used by {items(acl.subnets)}), allow TCP {_shown_ports(ports)} {whom} "
            f"{source.told(part)} by an {direction} entry with a number below {number}, which denies it"
        )
    if not sentences:
        return "Ask again: AWS shows no network ACL for a subnet that the workgroup uses."
    told = "; ".join(sentences)
    return f"{told[:1].upper()}{told[1:]} (amazon.aws.ec2_vpc_nacl, which takes the list of all entries)."
