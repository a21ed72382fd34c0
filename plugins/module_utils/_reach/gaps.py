# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps sources from workgroups, in one sentence for each gap however many workgroups and sources it is in the way of.

Everything is plain data as the module public_access_info returns it. Standard library only: roles use it on the controller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .checks import Described, items

# A sentence names this many networks.
_MOST_TOLD = 4

# What of a failing check of a source is a gap: the check, perhaps without some of its parts, or None.
Remains = Callable[[Described, Described], "Described | None"]


@dataclass
class Gap:
    """One thing that is missing or in the way.

    Attributes:
        check: the name of the check that fails.
        what: what is found, in words.
        remedy: what to do; `{addresses}` stands for the parts of the sources that do not get through.
        repair: the variable of the role public_access that lets it be repaired, where the remedy does not name it.
        workgroups: the names of the workgroups that can't be reached because of it.
        sources: the sources that can't reach them.
        addresses: the parts of the sources that do not get through.
    """

    check: str
    what: str
    remedy: str
    repair: str | None = None
    workgroups: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, None] = field(default_factory=dict)

    def sentence(self, repairs: Collection[str] = ()) -> str:
        """Say who can't reach what, why, and what to do.

        Args:
            repairs: variables that are set already, and did not help.
        """
        remedy = self.remedy.replace("{addresses}", _told(self.addresses))
        if self.repair and self.repair not in repairs:
            remedy += f" Or set {self.repair}: true of the role redshift.serverless.public_access."
        return f"{items(self.workgroups)} can't be reached from {_told(self.sources)}: {self.check} fails ({self.what}). {remedy}"


def _told(networks: Iterable[str]) -> str:
    found = list(networks)
    if len(found) <= _MOST_TOLD:
        return items(found)
    return f"{items(found[:_MOST_TOLD])} and {len(found) - _MOST_TOLD} more"


def gaps(diagnoses: Sequence[Described], remains: Remains) -> list[Gap]:
    """Find all gaps.

    Args:
        diagnoses: what public_access_info found for each workgroup.
        remains: what of a failing check of a source is a gap.

    Returns:
        each gap once, in the order of the checks and of the workgroups.
    """
    found: dict[Hashable, Gap] = {}
    order: dict[str, int] = {}
    for workgroup, source, number, failing in _failing(diagnoses):
        check = remains(failing, source)
        for key, gap, addresses in _parts(check, source) if check else ():
            same = found.setdefault(key, gap)
            same.workgroups[workgroup] = None
            same.sources[source["source"]] = None
            same.addresses.update(dict.fromkeys(addresses))
            order[gap.check] = number
    return sorted(found.values(), key=lambda gap: order[gap.check])


def _failing(diagnoses: Sequence[Described]) -> Iterator[tuple[str, Described, int, Described]]:
    """Yield every failing check, with its workgroup, its source and its place among the checks."""
    for diagnosis in diagnoses:
        for source in diagnosis["sources"]:
            for number, check in enumerate(source["checks"]):
                if check["verdict"] == "fail":
                    yield str(diagnosis["workgroup_name"]), source, number, check


_Part = tuple[Hashable, Gap, list[str]]


def _parts(check: Described, source: Described) -> list[_Part]:
    """Return the gaps that a failing check shows, each with what makes it the same gap elsewhere."""
    name, evidence = check["name"], check["evidence"]
    parts: list[_Part] = []
    if name == "route":
        gateway = _gateway(source)
        parts = [_route(part, gateway) for part in evidence.get("routes") or () if part["verdict"] == "fail"]
    elif name.startswith("network_acl_"):
        parts = [_acl(name, rule) for rule in evidence.get("rules") or () if rule["action"] == "deny"]
    remedy = check["remedy"] or ""
    return parts or [((name, remedy), Gap(name, _words(check), remedy), [])]


def _gateway(source: Described) -> str:
    """Return the internet gateway that is attached, as far as there is one."""
    checks = (check for check in source["checks"] if check["name"] == "internet_gateway")
    found = [str(each) for check in checks for each in check["evidence"].get("internet_gateway_ids") or ()]
    return (found or ["the internet gateway"])[0]


def _route(part: Described, gateway: str) -> _Part:
    """Return a route table without a route to the internet gateway, or with one that leads elsewhere."""
    table, destination = part["route_table_id"], part["destination"]
    used = f"{table}, used by {items(part.get('subnet_ids') or ())}," if part.get("subnet_ids") else table
    if destination is None:
        what = f"{used} has no route"
        remedy = f"Add a route for {{addresses}} to {gateway} in {table}"
    else:
        what = f"{used} routes {destination} to {_target(part)}"
        remedy = f"In {table}, change that route to {gateway}, or add a more specific one for {{addresses}}"
    gap = Gap("route", what, f"{remedy} (amazon.aws.ec2_vpc_route_table with purge_routes: false).", _CREATE_ROUTE)
    return ("route", table, destination, part["target"]), gap, list(part["addresses"])


_CREATE_ROUTE = "public_access_create_route"


def _target(part: Described) -> str:
    return f"{part['target']}, which is gone" if part.get("state") == "blackhole" else str(part["target"])


def _acl(name: str, rule: Described) -> _Part:
    """Return an entry of a network ACL that denies packets."""
    acl, number, ports = rule["network_acl_id"], rule["rule_number"], rule["ports"]
    direction = name.removeprefix("network_acl_")
    whom = "from" if direction == "inbound" else "to"
    what = f"the {direction} entry {number} of {acl} denies TCP {ports}, used by {items(rule['subnet_ids'])}"
    remedy = (
        f"In {acl}, allow TCP {ports} {whom} {{addresses}} by an {direction} entry with a number below {number} "
        "(amazon.aws.ec2_vpc_nacl, which takes the list of all entries)."
    )
    return (name, acl, number, ports), Gap(name, what, remedy), list(rule["addresses"])


def _words(check: Described) -> str:
    """Return the evidence of a check in a few words."""
    shown = {name: value for name, value in check["evidence"].items() if value is not None}
    return "; ".join(f"{name} {_value(value)}" for name, value in shown.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return items(_id(each) for each in value) or "none"
    return str(value)


def _id(value: Any) -> Any:
    """Return the id of a rule or an exclusion; other evidence is listed by ids already."""
    if not isinstance(value, dict):
        return value
    return value.get("security_group_rule_id") or value.get("exclusion_id")
