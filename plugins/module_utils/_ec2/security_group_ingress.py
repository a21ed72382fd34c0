# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inbound rules of a security group that carry a mark of ownership: observed, planned and predicted.

Facts: API reference of EC2's DescribeSecurityGroupRules, AuthorizeSecurityGroupIngress and RevokeSecurityGroupIngress. EC2
refuses a second rule of the same protocol, ports and source, whatever its description.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.api import Api
from .._core.changes import Change, State
from .._core.errors import InvalidInput, NotFound
from .._core.plan import AtOnce
from .._reach.addresses import ANYONE, Version, share_of_internet

PROTOCOL = "tcp"
_MOST_TOLD = 4


@dataclass(frozen=True)
class Desired:
    """The rules that are to carry the mark.

    Attributes:
        group: the security group's id.
        description: the mark; rules with another description belong to others.
        port: the port to open, None when no rule is wanted.
        cidrs: the sources, in canonical form.
        replaced: further marks, whose rules go; a source that is still wanted gets a rule with the mark instead.
    """

    group: str
    description: str
    port: int | None
    cidrs: frozenset[str]
    replaced: frozenset[str] = frozenset()


def desired_of(params: Mapping[str, Any]) -> Desired:
    """The desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    absent = params["state"] == "absent"
    port = params["port"]
    if not absent and not 0 < port < 65536:
        raise InvalidInput(f"port: got {port}; expected 1-65535.")
    cidrs = frozenset() if absent else networks(params["cidrs"], "cidrs", params["allow_anyone"], "allow_anyone")
    replaced = frozenset(params.get("replaced_descriptions") or ()) - {params["description"]}
    return Desired(params["security_group_id"], params["description"], None if absent else port, cidrs, replaced)


def networks(
    cidrs: Iterable[str], option: str, allow_anyone: bool = False, consent: str | None = None
) -> frozenset[str]:
    """Read CIDRs as EC2 stores them.

    Consent is about what the networks mean together, not about how they are written: 0.0.0.0/1 with 128.0.0.0/1 is
    everybody as 0.0.0.0/0 is.

    Args:
        cidrs: as they were given.
        option: the option that they were given in, for the error.
        allow_anyone: whether they may be everybody on the internet.
        consent: the option that says so, where there is one.

    Raises:
        InvalidInput: for what is no network, or when they are more than half of the internet without consent.
    """
    found = frozenset(_canonical(cidr, option) for cidr in cidrs)
    if not allow_anyone:
        for version in _VERSIONS:
            _refuse_anyone(found, version, option, consent)
    return found


_VERSIONS: tuple[Version, ...] = (4, 6)


def _refuse_anyone(found: frozenset[str], version: Version, option: str, consent: str | None) -> None:
    share = share_of_internet(version, found)
    if share <= ANYONE:
        return
    named = sorted((cidr for cidr in found if (":" in cidr) == (version == 6)), key=_breadth)
    more = f" and {len(named) - _MOST_TOLD} more" if len(named) > _MOST_TOLD else ""
    part = "" if share == 1 else f"{min(share, 0.99):.0%} of "
    unless = f", or set {consent}: true if you really mean it" if consent else ""
    raise InvalidInput(
        f"{option}: got {', '.join(named[:_MOST_TOLD])}{more}, which is everybody on the internet ({part}all IPv{version} "
        f"addresses); expected the networks that should connect. Name them{unless}."
    )


def _breadth(cidr: str) -> tuple[int, str]:
    """Sort the widest network first."""
    return int(cidr.rpartition("/")[2]), cidr


def _canonical(cidr: str, option: str) -> str:
    """A CIDR without host bits, an address alone as a network of one."""
    try:
        return str(ipaddress.ip_network(cidr.strip(), strict=False))
    except ValueError:
        raise InvalidInput(
            f"{option}: got {cidr!r}; expected an IPv4 or IPv6 network such as 203.0.113.0/24 or 2001:db8::/32."
        ) from None


def source_of(rule: Mapping[str, Any]) -> str | None:
    """The CIDR of a rule, None when its source is a group or a prefix list."""
    source = rule.get("CidrIpv4") or rule.get("CidrIpv6")
    return str(source) if source else None


def opens(rule: Mapping[str, Any], port: int | None) -> bool:
    """Whether an inbound rule is for exactly this port."""
    return (rule.get("IpProtocol"), rule.get("FromPort"), rule.get("ToPort")) == (PROTOCOL, port, port)


def plan(rules: Sequence[Mapping[str, Any]], desired: Desired) -> list[Change]:
    """The Changes that bring the marked rules from what they are to what is desired; first new ones, then old ones away.

    EC2 takes no second rule for a port and a source, so a rule that is replaced by one for the same goes before it.
    """
    given = {
        source_of(rule)
        for rule in rules
        if opens(rule, desired.port) and rule.get("Description") not in desired.replaced
    }
    missing = sorted(desired.cidrs - given)
    stale = [rule for rule in rules if _is_stale(rule, desired)]
    in_the_way = [rule for rule in stale if opens(rule, desired.port) and source_of(rule) in missing]
    changes = list(_revocation(in_the_way, desired))
    if missing:
        request = {"GroupId": desired.group, "IpPermissions": [_permission(missing, desired)]}
        changes.append(
            Change("AuthorizeSecurityGroupIngress", request, f"open port {desired.port} for {', '.join(missing)}")
        )
    return [*changes, *_revocation([rule for rule in stale if rule not in in_the_way], desired)]


def _is_stale(rule: Mapping[str, Any], desired: Desired) -> bool:
    if rule.get("Description") in desired.replaced:
        return True
    wanted = opens(rule, desired.port) and source_of(rule) in desired.cidrs
    return rule.get("Description") == desired.description and not wanted


def _revocation(stale: Sequence[Mapping[str, Any]], desired: Desired) -> Iterator[Change]:
    if stale:
        ids = sorted(str(rule["SecurityGroupRuleId"]) for rule in stale)
        what = ", ".join(f"port {rule.get('FromPort')} for {source_of(rule)}" for rule in stale)
        request = {"GroupId": desired.group, "SecurityGroupRuleIds": ids}
        yield Change("RevokeSecurityGroupIngress", request, f"close {what}")


def rules_in(group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inbound rules of a security group that have a network as their source.

    DescribeSecurityGroups gives them in permissions, of which each may have several sources; this module plans with single rules.

    Args:
        group: as DescribeSecurityGroups gives it, in snake_case.

    Returns:
        Rules as DescribeSecurityGroupRules gives them. Their ids, which DescribeSecurityGroups does not tell, are made up.
    """
    found: list[dict[str, Any]] = []
    for permission in group.get("ip_permissions") or ():
        about = {
            "IpProtocol": permission.get("ip_protocol"),
            "FromPort": permission.get("from_port"),
            "ToPort": permission.get("to_port"),
        }
        sources = [("CidrIpv4", each["cidr_ip"], each) for each in permission.get("ip_ranges") or ()]
        sources += [("CidrIpv6", each["cidr_ipv6"], each) for each in permission.get("ipv6_ranges") or ()]
        for member, cidr, source in sources:
            about = {**about, "SecurityGroupRuleId": f"rule-{len(found)}", "Description": source.get("description")}
            found.append({**about, member: cidr})
    return found


def rules_again(shown: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return inbound rules as DescribeSecurityGroupRules gives them, from its answer in snake_case."""
    return [
        {member: rule.get(name) for name, member in _RULE_MEMBERS.items()}
        for rule in shown
        if not rule.get("is_egress")
    ]


_RULE_MEMBERS = {
    "security_group_rule_id": "SecurityGroupRuleId",
    "group_id": "GroupId",
    "ip_protocol": "IpProtocol",
    "from_port": "FromPort",
    "to_port": "ToPort",
    "cidr_ipv4": "CidrIpv4",
    "cidr_ipv6": "CidrIpv6",
    "description": "Description",
}


def _permission(cidrs: Iterable[str], desired: Desired) -> dict[str, Any]:
    permission: dict[str, Any] = {"IpProtocol": PROTOCOL, "FromPort": desired.port, "ToPort": desired.port}
    for cidr in cidrs:
        ranges, member = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
        permission.setdefault(ranges, []).append({member: cidr, "Description": desired.description})
    return permission


def after(rules: Sequence[Mapping[str, Any]], change: Change) -> list[dict[str, Any]]:
    """The group's rules after a Change; the ids of new ones are not known beforehand."""
    if change.operation == "RevokeSecurityGroupIngress":
        gone = change.parameters["SecurityGroupRuleIds"]
        return [dict(rule) for rule in rules if rule["SecurityGroupRuleId"] not in gone]
    permission = change.parameters["IpPermissions"][0]
    return [dict(rule) for rule in rules] + list(_new_rules(change.parameters["GroupId"], permission))


def _new_rules(group: str, permission: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in [*permission.get("IpRanges", []), *permission.get("Ipv6Ranges", [])]:
        source = {"CidrIpv4": entry["CidrIp"]} if "CidrIp" in entry else {"CidrIpv6": entry["CidrIpv6"]}
        yield {
            "SecurityGroupRuleId": None,
            "GroupId": group,
            "IsEgress": False,
            "IpProtocol": permission["IpProtocol"],
            "FromPort": permission["FromPort"],
            "ToPort": permission["ToPort"],
            "Description": entry["Description"],
            **source,
        }


@dataclass(frozen=True)
class Ingress(AtOnce):
    """A security group's inbound rules, with what is desired of those that carry the mark."""

    api: Api
    desired: Desired

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"security group {self.desired.group}"

    def observe(self) -> State | None:
        """All inbound rules of the group (DescribeSecurityGroupRules).

        Raises:
            InvalidInput: when there is no such group.
        """
        request = {"Filters": [{"Name": "group-id", "Values": [self.desired.group]}]}
        try:
            rules = self.api.read_all("DescribeSecurityGroupRules", request, "SecurityGroupRules")
        except NotFound as error:
            raise InvalidInput(
                f"security_group_id: {error.text} Correct the id or the Region ({self.api.region})."
            ) from None
        return {"rules": [rule for rule in rules if not rule.get("IsEgress")]}

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        return plan((current or {"rules": []})["rules"], self.desired)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return {"rules": after((current or {"rules": []})["rules"], change)}

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        try:
            self.api.write(change.operation, change.parameters)
        except NotFound as error:
            raise InvalidInput(
                f"security_group_id: {error.text} Correct the id or the Region ({self.api.region})."
            ) from None

    def report(self, state: State | None) -> dict[str, Any]:
        """The rules that carry the mark, and those of others for the same port."""
        rules = (state or {"rules": []})["rules"]
        ours = marked(rules, self.desired.description)
        others = [rule for rule in rules if rule not in ours and opens(rule, self.desired.port)]
        return {"rules": [shown(rule) for rule in ours], "rules_of_others": [shown(rule) for rule in others]}


def marked(rules: Iterable[Mapping[str, Any]], mark: str) -> list[Mapping[str, Any]]:
    """Return the rules that carry a mark."""
    return [rule for rule in rules if rule.get("Description") == mark]


def shown(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule as modules and roles report it."""
    return {
        "security_group_rule_id": rule["SecurityGroupRuleId"],
        "port": rule.get("FromPort"),
        "cidr": source_of(rule),
        "description": rule.get("Description"),
    }


def build(api: Api, params: Mapping[str, Any]) -> Ingress:
    """The rules from a module's options.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    return Ingress(api, desired_of(params))
