# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a workgroup's security groups let a source in.

Facts: the VPC guide on security groups. The rules of all groups count together, each only allows, answers are let out by
themselves. A rule whose source is a group is for private addresses of that group's interfaces: never for the internet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .addresses import Addresses, Source, Version, of_cidrs, union
from .checks import Check, Described, Readable, Unread, items

_PROTOCOLS = ("tcp", "6", "-1")


@dataclass(frozen=True)
class Inbound:
    """The inbound rules for one port and IP version.

    Attributes:
        groups: the groups' ids.
        port: the port.
        rules: the rules with the addresses that they let in.
        allowed: all that they let in together.
        of_groups: rules for the port whose source is a group.
        unread: rules whose prefix list could not be read, with why.
    """

    groups: Sequence[str]
    port: int
    rules: Sequence[tuple[Addresses, Described]]
    allowed: Addresses
    of_groups: Sequence[Described]
    unread: Sequence[tuple[Described, Unread]]


def is_for(rule: Described, port: int) -> bool:
    """Tell whether a rule lets TCP packets in to a port."""
    if rule.get("IsEgress") or str(rule.get("IpProtocol")) not in _PROTOCOLS:
        return False
    if str(rule["IpProtocol"]) == "-1":
        return True
    return int(rule.get("FromPort", 0)) <= port <= int(rule.get("ToPort", 65535))


def prefix_lists_of(rules: Sequence[Described], port: int) -> set[str]:
    """Return the prefix lists whose entries have to be known to judge the port."""
    return {str(rule["PrefixListId"]) for rule in rules if rule.get("PrefixListId") and is_for(rule, port)}


def prepare(
    groups: Sequence[str],
    rules: Sequence[Described],
    port: int,
    prefix_lists: Mapping[str, Readable[Sequence[str]]],
    version: Version,
) -> Inbound:
    """Return the rules that count.

    Args:
        groups: the workgroup's security groups.
        rules: as DescribeSecurityGroupRules gives those of the groups.
        port: the workgroup's port.
        prefix_lists: the CIDRs of each prefix list.
        version: 4 or 6.
    """
    counting: list[tuple[Addresses, Described]] = []
    of_groups: list[Described] = []
    unread: list[tuple[Described, Unread]] = []
    for rule in rules:
        if not is_for(rule, port):
            continue
        listed = prefix_lists[rule["PrefixListId"]] if rule.get("PrefixListId") else None
        cidr = rule.get("CidrIpv4") or rule.get("CidrIpv6")
        if rule.get("ReferencedGroupInfo"):
            of_groups.append(rule)
        elif isinstance(listed, Unread):
            unread.append((rule, listed))
        else:
            counting.append((of_cidrs(version, listed or ([cidr] if cidr else [])), rule))
    allowed = union(version, (addresses for addresses, _unused in counting))
    return Inbound(groups, port, counting, allowed, of_groups, unread)


def security_group(inbound: Inbound, source: Source) -> Check:
    """Tell whether every address of a source is let in by some rule."""
    missing = source.addresses - inbound.allowed
    evidence: dict[str, Any] = {
        "security_group_ids": list(inbound.groups),
        "port": inbound.port,
        "rules": [
            _shown(rule, part, source) for addresses, rule in inbound.rules if (part := source.addresses & addresses)
        ],
        "uncovered": source.shown(missing),
    }
    if not missing:
        return Check("security_group", "pass", evidence)
    if inbound.unread:
        return _unclear(inbound, evidence, source.told(missing))
    if inbound.of_groups:
        evidence["rules_for_security_groups"] = [rule["SecurityGroupRuleId"] for rule in inbound.of_groups]
    remedy = (
        f"Allow TCP port {inbound.port} from {source.told(missing)} in {' or '.join(inbound.groups)}: the role "
        "redshift.serverless.public_access, or the module redshift.serverless.security_group_ingress."
    )
    if inbound.of_groups:
        remedy += " A rule whose source is a security group does not let the internet in."
    return Check("security_group", "fail", evidence, remedy)


def _unclear(inbound: Inbound, evidence: dict[str, Any], whom: str) -> Check:
    lists = sorted({str(rule["PrefixListId"]) for rule, _unused in inbound.unread})
    _unused, unread = inbound.unread[0]
    told = unread.check("security_group")
    remedy = f"{told.remedy} The rules for {items(lists)} may let {whom} in."
    return Check("security_group", "unknown", {**evidence, **told.evidence, "unread_prefix_lists": lists}, remedy)


def _shown(rule: Described, part: Addresses, source: Source) -> dict[str, Any]:
    return {
        "security_group_rule_id": rule.get("SecurityGroupRuleId"),
        "security_group_id": rule.get("GroupId"),
        "source": rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId"),
        "protocol": rule.get("IpProtocol"),
        "from_port": rule.get("FromPort"),
        "to_port": rule.get("ToPort"),
        "description": rule.get("Description"),
        "addresses": source.shown(part),
    }
