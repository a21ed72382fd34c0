# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role public_access concludes from diagnoses: what to repair, what to refuse, and whether the end is reached.

Everything is plain data as the module public_access_info returns it. No AWS and no boto3: the filters that use this run on the
controller.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .checks import items
from .summaries import reachable, summary

# What has to hold before anything is opened, in the order of the diagnosis. The other checks are what the role itself does.
PATH = (
    "vpc_dns",
    "block_public_access",
    "internet_gateway",
    "route",
    "network_acl_inbound",
    "network_acl_outbound",
)
# What the role does, or waits for, so that in a prediction it holds.
DONE_BY_THE_ROLE = (
    "workgroup_available",
    "publicly_accessible",
    "security_group",
    "vpc_dns",
    "internet_gateway",
    "route",
)
DEFAULT_ROUTES = {4: "0.0.0.0/0", 6: "::/0"}
# A part of a source that is so many networks is no matter of a few routes.
MOST_ROUTES = 4

Described = Mapping[str, Any]


@dataclass
class _Repair:
    """What is to be repaired in one VPC."""

    internet_gateway: bool = False
    dns_attributes: bool = False
    routes: list[dict[str, str]] = field(default_factory=list)


def repairs(
    diagnoses: Sequence[Described],
    *,
    internet_gateway: bool = False,
    route: bool = False,
    dns_attributes: bool = False,
) -> dict[str, Any]:
    """What of the way from the internet can be repaired, and what can't.

    Args:
        diagnoses: what public_access_info returned for each workgroup.
        internet_gateway: whether a missing gateway may be made.
        route: whether missing routes may be made.
        dns_attributes: whether the DNS attributes may be turned on.

    Returns:
        `repairs` (for each VPC the options of the module vpc_internet_path) and `problems` (a sentence for each workgroup, with
        the first failing check's evidence and remedy).
    """
    allowed = {"internet_gateway": internet_gateway, "route": route, "vpc_dns": dns_attributes}
    wanted: dict[str, _Repair] = {}
    problems = []
    for diagnosis in diagnoses:
        name = diagnosis["workgroup_name"]
        repair = wanted.setdefault(_vpc_of(diagnosis), _Repair())
        found = (
            (source, check)
            for source in diagnosis["sources"]
            for check in source["checks"]
            if check["verdict"] == "fail" and not _repaired(check, source, allowed, repair)
        )
        problem = next(found, None)
        if problem:
            problems.append(_sentence(name, *problem))
    return {
        "repairs": [{"vpc_id": vpc, **vars(repair)} for vpc, repair in wanted.items() if any(vars(repair).values())],
        "problems": problems,
    }


def _vpc_of(diagnosis: Described) -> str:
    """The workgroup's VPC; what can be repaired has been read, and names it."""
    found = (check["evidence"].get("vpc_id") for source in diagnosis["sources"] for check in source["checks"])
    return next((str(vpc) for vpc in found if vpc), "")


def _repaired(check: Described, source: Described, allowed: Mapping[str, bool], repair: _Repair) -> bool:
    """Whether a failing check is no reason to stop; notes what is to be repaired for it."""
    name = check["name"]
    if name not in PATH:
        return not _lacks_ipv6(check)
    if not allowed.get(name):
        return False
    if name == "vpc_dns":
        repair.dns_attributes = True
    elif name == "internet_gateway":
        repair.internet_gateway = True
    else:
        routes = _missing_routes(check, source)
        repair.routes += [each for each in routes or [] if each not in repair.routes]
        return routes is not None
    return True


def _lacks_ipv6(check: Described) -> bool:
    """Whether an IPv6 source can't reach the workgroup even if it is made public."""
    return check["name"] == "publicly_accessible" and check["evidence"].get("ipv6_addresses") == []


def _missing_routes(check: Described, source: Described) -> list[dict[str, str]] | None:
    """The routes that would let all of a source through, None when somebody else's would have to be changed."""
    version = 6 if ":" in source["source"] else 4
    found: list[dict[str, str]] = []
    failing = [part for part in check["evidence"]["routes"] if part["verdict"] == "fail"]
    for part in failing:
        destinations = _destinations(part, version)
        if not destinations:
            return None
        found += [{"route_table_id": part["route_table_id"], "destination": each} for each in destinations]
    return found or None


def _destinations(part: Described, version: int) -> list[str]:
    """The default route where nothing is in its place; otherwise more specific ones than the route that is in the way."""
    if part["destination"] is None:
        return [DEFAULT_ROUTES[version]]
    networks = [network for text in part["addresses"] for network in _networks(text)]
    if len(networks) > MOST_ROUTES or not all(_more_specific(network, part["destination"]) for network in networks):
        return []
    return [str(network) for network in networks]


def _networks(text: str) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    first, _dash, last = text.partition("-")
    if last:
        yield from ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last))
    else:
        yield ipaddress.ip_network(text)


def _more_specific(network: ipaddress.IPv4Network | ipaddress.IPv6Network, destination: str) -> bool:
    # The entries of a prefix list are not known here, and the more specific of them would go first.
    return not destination.startswith("pl-") and network.prefixlen > ipaddress.ip_network(destination).prefixlen


def _sentence(name: str, source: Described, check: Described) -> str:
    return (
        f"{name} can't be reached from {source['source']}: {check['name']} fails "
        f"({json.dumps(check['evidence'])}). {check['remedy'] or ''}".rstrip()
    )


def proof(
    diagnoses: Sequence[Described], public: bool, ports: Mapping[str, int], predicted: bool = False
) -> dict[str, Any]:
    """Whether the workgroups are as public or as private as they are to be.

    Args:
        diagnoses: what public_access_info returned for each workgroup.
        public: whether they are to be reached from all sources, or from none.
        ports: each workgroup's port.
        predicted: the diagnoses are older than what the role would do, so that this is taken for done.

    Returns:
        `workgroups` (workgroup_name, sources, summary), `problems` and `unknown` (sentences), and `rules` (each rule of a
        security group that lets in any part of the sources).
    """
    shown = [_predicted(each, public, ports) if predicted else _plain(each) for each in diagnoses]
    return {
        "workgroups": shown,
        "problems": [problem for each in shown for problem in (_unreached(each) if public else _reached(each))],
        "unknown": list(dict.fromkeys(sentence for each in shown for sentence in _unknown(each))),
        "rules": [rule for each in shown for rule in _rules(each)],
    }


def _plain(diagnosis: Described) -> dict[str, Any]:
    return {name: diagnosis[name] for name in ("workgroup_name", "sources", "summary")}


def _predicted(diagnosis: Described, public: bool, ports: Mapping[str, int]) -> dict[str, Any]:
    name = diagnosis["workgroup_name"]
    sources = []
    for source in diagnosis["sources"]:
        checks = [_foretold(check, public) for check in source["checks"]]
        sources.append({**source, "reachable": reachable(checks), "checks": checks})
    words = summary(f"The workgroup {name}", ports[name], sources)
    return {"workgroup_name": name, "sources": sources, "summary": words}


def _foretold(check: Described, public: bool) -> Described:
    """A check as it will be."""
    if public and check["verdict"] == "fail" and check["name"] in DONE_BY_THE_ROLE:
        return {**check, "verdict": "pass", "evidence": {**check["evidence"], "predicted": True}, "remedy": None}
    if not public and check["name"] == "publicly_accessible" and check["evidence"].get("publicly_accessible"):
        evidence = {**check["evidence"], "publicly_accessible": False, "predicted": True}
        return {**check, "verdict": "fail", "evidence": evidence}
    return check


def _unreached(diagnosis: Described) -> Iterator[str]:
    """The first failing check, of the first source that is not let through."""
    for source in diagnosis["sources"]:
        for check in source["checks"]:
            if check["verdict"] == "fail":
                yield _sentence(diagnosis["workgroup_name"], source, check)
                return


def _reached(diagnosis: Described) -> Iterator[str]:
    for check in _checks(diagnosis, "publicly_accessible"):
        if check["evidence"].get("publicly_accessible"):
            yield f"{diagnosis['workgroup_name']} is still publicly accessible ({json.dumps(check['evidence'])})."
            return


def _unknown(diagnosis: Described) -> Iterator[str]:
    for source in diagnosis["sources"]:
        for check in source["checks"]:
            if check["verdict"] == "unknown":
                yield f"{diagnosis['workgroup_name']}: {check['name']} is unknown. {check['remedy'] or ''}".rstrip()


def _rules(diagnosis: Described) -> Iterator[dict[str, Any]]:
    seen = set()
    for check in _checks(diagnosis, "security_group"):
        for rule in check["evidence"].get("rules") or []:
            key = items((rule["security_group_rule_id"], rule["source"]))
            if key not in seen:
                seen.add(key)
                told = {name: value for name, value in rule.items() if name not in ("source", "addresses")}
                yield {"workgroup_name": diagnosis["workgroup_name"], "cidr": rule["source"], **told}


def _checks(diagnosis: Described, name: str) -> Iterable[Described]:
    return (check for source in diagnosis["sources"] for check in source["checks"] if check["name"] == name)
