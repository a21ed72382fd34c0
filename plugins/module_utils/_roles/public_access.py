# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role public_access: what speaks against its variables, what is repaired, opened and closed, the proof, and its report.

Diagnoses are plain data as the module public_access_info returns them.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .._core.errors import InvalidInput
from .._ec2 import security_group_ingress as ingress
from .._ec2.security_group_ingress import networks
from .._reach.addresses import source_of
from .._reach.checks import Described
from .._reach.gaps import gaps
from .._reach.summaries import judged_of, reachable, summary
from .common import Context, Decisions, Options, Result, batch_problems, failures, item, ran, unique

# To be private, nobody may come in: neither by IPv4 nor by IPv6.
EVERYBODY = ("0.0.0.0/0", "::/0")
# The description of this role's rules begins with this.
RULE_MARK = "redshift.serverless public_access: workgroup "

# What has to hold before anything is opened, with the variable that lets the role repair it.
PATH: Mapping[str, str | None] = {
    "vpc_dns": "enable_dns",
    "block_public_access": None,
    "internet_gateway": "create_internet_gateway",
    "route": "create_route",
    "network_acl_inbound": None,
    "network_acl_outbound": None,
}
# What the role does or waits for, so that in a prediction it holds.
DONE_BY_THE_ROLE = frozenset(
    {"workgroup_available", "publicly_accessible", "security_group", *(name for name, repair in PATH.items() if repair)}
)
DEFAULT_ROUTES = {4: "0.0.0.0/0", 6: "::/0"}
# Where a part of a source is more networks than this, adding routes does not help.
MOST_ROUTES = 4


def problems(options: Options, _context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    return [*_source_problems(options), *batch_problems("public_access", options)]


def _source_problems(options: Options) -> list[str]:
    cidrs = options.get("source_cidrs", [])
    opens = options.get("state") == "public"
    if not cidrs:
        return [_NO_SOURCE] if opens else []
    try:
        networks(
            cidrs, "public_access_source_cidrs", options.get("allow_anyone") or not opens, "public_access_allow_anyone"
        )
    except InvalidInput as error:
        return [error.message]
    return [_not_of_the_internet(cidr) for cidr in unique(cidrs) if opens and source_of(cidr).private]


_NO_SOURCE = (
    "public_access_source_cidrs: got nothing; expected the networks that may connect, as CIDRs. public_access_state=public "
    "needs them."
)


def _not_of_the_internet(cidr: str) -> str:
    return (
        f"public_access_source_cidrs: got {cidr}, which is no network of the internet; expected the public addresses of the "
        "clients. Name the address of their NAT, or let them connect inside the VPC or through a managed VPC endpoint (the "
        "role redshift.serverless.vpc_endpoint)."
    )


def settings(options: Options, _context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        workgroups: the names, each once.
        opens: whether the workgroups become public.
        sources: the networks whose way to the workgroups is checked.
    """
    opens = options["state"] == "public"
    return {
        "workgroups": unique(options["workgroup"]),
        "opens": opens,
        "sources": unique(options["source_cidrs"]) if opens else list(EVERYBODY),
    }


def foreign_group(options: Options, before: Result) -> list[str]:
    """Say which workgroups lack the security group that was named."""
    group = options.get("security_group_id")
    lacking = [each for each in before["workgroups"] if group and group not in each["security_group_ids"]]
    return [
        f"public_access_security_group_id: got {group}, which is none of the security groups of {each['workgroup_name']}; "
        f"expected one of {', '.join(each['security_group_ids'])}."
        for each in lacking
    ]


def missing_way(options: Options, before: Result) -> list[str]:
    """Say what is missing of the way from the internet and is not repaired, in one sentence for each gap."""
    if not options["opens"]:
        return []
    found = gaps(before["diagnoses"], lambda check, _source: _unrepaired(check, options))
    return [gap.sentence(_set_already(options)) for gap in found]


def _set_already(options: Options) -> list[str]:
    return [f"public_access_{name}" for name in PATH.values() if name and options.get(name)]


def _unrepaired(check: Described, options: Options) -> Described | None:
    """What of a failing check the role neither does nor may repair."""
    name = check["name"]
    if name not in PATH:
        return check if _lacks_ipv6(check) else None
    if not options.get(PATH[name] or ""):
        return check
    if name != "route":
        return None
    failing = _failing_routes(check)
    left = [part for part in failing if not _destinations(part)]
    return {**check, "evidence": {**check["evidence"], "routes": left}} if left or not failing else None


def _lacks_ipv6(check: Described) -> bool:
    """Whether an IPv6 source can't reach the workgroup even if it is made public."""
    return check["name"] == "publicly_accessible" and check["evidence"].get("ipv6_addresses") == []


def _failing_routes(check: Described) -> list[Described]:
    return [part for part in check["evidence"]["routes"] if part["verdict"] == "fail"]


@dataclass
class _Repair:
    """What is repaired in one VPC."""

    internet_gateway: bool = False
    dns_attributes: bool = False
    routes: list[dict[str, str]] = field(default_factory=list)

    def note(self, check: Described) -> None:
        """Take up what a failing check lacks."""
        if check["name"] == "vpc_dns":
            self.dns_attributes = True
        elif check["name"] == "internet_gateway":
            self.internet_gateway = True
        elif check["name"] == "route":
            routes = [
                {"route_table_id": part["route_table_id"], "destination": destination}
                for part in _failing_routes(check)
                for destination in _destinations(part)
            ]
            self.routes += [each for each in routes if each not in self.routes]


def repairs(options: Options, before: Result) -> list[dict[str, Any]]:
    """Return for each VPC with something to repair the options of the module vpc_internet_path."""
    if not options["opens"]:
        return []
    allowed = {name for name, repair in PATH.items() if repair and options.get(repair)}
    wanted: dict[str, _Repair] = {}
    for diagnosis in before["diagnoses"]:
        repair = wanted.setdefault(_vpc_of(diagnosis), _Repair())
        for check in _checks(diagnosis, allowed):
            if check["verdict"] == "fail":
                repair.note(check)
    return [{"vpc_id": vpc, **vars(repair)} for vpc, repair in wanted.items() if any(vars(repair).values())]


def _vpc_of(diagnosis: Described) -> str:
    """The workgroup's VPC; what can be repaired has been read, and names it."""
    found = (check["evidence"].get("vpc_id") for check in _checks(diagnosis))
    return next((str(vpc) for vpc in found if vpc), "")


def _checks(diagnosis: Described, names: Collection[str] | None = None) -> Iterator[Described]:
    for source in diagnosis["sources"]:
        yield from (check for check in source["checks"] if names is None or check["name"] in names)


def _destinations(part: Described) -> list[str]:
    """What routes are added for a part of a source that does not get through; none where that can't help.

    The default route where nothing is in its place; otherwise more specific ones than the route that is in the way, which is
    somebody else's.
    """
    found = [network for text in part["addresses"] for network in _networks(text)]
    if part["destination"] is None:
        return [DEFAULT_ROUTES[found[0].version]]
    if len(found) > MOST_ROUTES or not all(_more_specific(network, part["destination"]) for network in found):
        return []
    return [str(network) for network in found]


_Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


def _networks(text: str) -> Iterator[_Network]:
    first, _dash, last = text.partition("-")
    if last:
        yield from ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last))
    else:
        yield ipaddress.ip_network(text)


def _more_specific(network: _Network, destination: str) -> bool:
    # The entries of a prefix list are not known here, and the more specific of them would go first.
    return not destination.startswith("pl-") and network.prefixlen > ipaddress.ip_network(destination).prefixlen


def opened_groups(options: Options, before: Result) -> list[dict[str, Any]]:
    """Return the security groups that get rules of this role, at most one for each workgroup that becomes public.

    What was read shows where the rules are as wanted already.
    """
    cidrs = networks(options["sources"], "public_access_source_cidrs", allow_anyone=True)
    return [group for group in _groups(options, before, opened=True) if not _is_settled(before, group, cidrs)]


def closed_groups(options: Options, before: Result, switched: Result) -> list[dict[str, Any]]:
    """Return the security groups of the workgroups that lose rules of this role.

    Those of a workgroup that could not be switched stay as they are.
    """
    stuck = _stuck(options, before, switched)
    return [
        group
        for group in _groups(options, before, opened=False)
        if group["workgroup_name"] not in stuck and not _is_settled(before, group, frozenset())
    ]


def _is_settled(before: Result, group: Described, cidrs: frozenset[str]) -> bool:
    """Whether the rules of a group were read and are as wanted."""
    if before["security_group_rules"] is None:
        return False
    port = group["port"] if cidrs else None
    wanted = ingress.Desired(group["security_group_id"], group["description"], port, cidrs)
    return not ingress.plan(_rules_of(before, group["security_group_id"]), wanted)


def _rules_of(before: Result, group: str) -> list[dict[str, Any]]:
    return ingress.rules_again(rule for rule in before["security_group_rules"] if rule["group_id"] == group)


def _groups(options: Options, before: Result, opened: bool) -> list[dict[str, Any]]:
    return [
        {
            "workgroup_name": workgroup["workgroup_name"],
            "security_group_id": group,
            "port": workgroup["port"],
            "description": RULE_MARK + workgroup["workgroup_name"],
        }
        for workgroup in before["workgroups"]
        for group in workgroup["security_group_ids"]
        if opened == (options["opens"] and group == _chosen(options, workgroup))
    ]


def _chosen(options: Options, workgroup: Described) -> str:
    return str(options.get("security_group_id") or workgroup["security_group_ids"][0])


def unsettled(options: Options, before: Result) -> list[dict[str, Any]]:
    """Return the workgroups that are not as public or private as wanted, or on which AWS is at work.

    They are in the order of the variable, and as the module converge_all takes them.
    """
    names = [
        workgroup["workgroup_name"]
        for workgroup in before["workgroups"]
        if workgroup["publicly_accessible"] != options["opens"] or workgroup["status"] != "AVAILABLE"
    ]
    ordered = sorted(names, key=options["workgroups"].index)
    return [{"name": name, "publicly_accessible": options["opens"]} for name in ordered]


def _stuck(options: Options, before: Result, switched: Result) -> set[str]:
    """The workgroups that could not be switched."""
    if "results" not in switched and failures(switched):
        return {each["name"] for each in unsettled(options, before)}
    return {item(result) for result in ran(switched) if result.get("failed")}


def closed_ways(options: Options, before: Result, switched: Result) -> list[dict[str, Any]]:
    """Return the VPCs whose repairs are undone, with the workgroups' network interfaces, which need none of them any more.

    A VPC keeps its repairs while a workgroup in it could not be made private.
    """
    if options["opens"]:
        return []
    stuck = _stuck(options, before, switched)
    places = [
        (workgroup["workgroup_name"] in stuck, endpoint)
        for workgroup in before["workgroups"]
        for endpoint in _endpoints(workgroup)
    ]
    kept = {endpoint["vpc_id"] for is_stuck, endpoint in places if is_stuck}
    interfaces = [
        interface["network_interface_id"]
        for is_stuck, endpoint in places
        if not is_stuck
        for interface in endpoint.get("network_interfaces") or ()
    ]
    vpcs = unique(endpoint["vpc_id"] for _is_stuck, endpoint in places)
    return [{"vpc_id": vpc, "interfaces": interfaces} for vpc in vpcs if vpc not in kept]


def _endpoints(workgroup: Described) -> list[Described]:
    """The VPC endpoints that AWS made for a workgroup, none while it is being created."""
    return list((workgroup["endpoint"] or {}).get("vpc_endpoints") or ())


def has_changed(switched: Result, others: Sequence[Result]) -> bool:
    """Tell whether the way is another than it was: something was changed, or AWS finished work of its own."""
    return bool(ran(switched)) or any(each.get("changed") for each in others)


def _diagnoses(options: Options, before: Result, after: Result, predicted: bool) -> list[dict[str, Any]]:
    """The last diagnosis of each workgroup; in a prediction what the role would do is taken for done."""
    last = before if after.get("skipped") else after
    if not predicted:
        return [{name: each[name] for name in ("workgroup_name", "sources", "summary")} for each in last["diagnoses"]]
    ports = {each["workgroup_name"]: each["port"] for each in before["workgroups"]}
    return [_predicted(each, options["opens"], ports[each["workgroup_name"]]) for each in last["diagnoses"]]


def _predicted(diagnosis: Described, opens: bool, port: int) -> dict[str, Any]:
    name = diagnosis["workgroup_name"]
    sources = []
    for source in diagnosis["sources"]:
        checks = [_foretold(check, opens) for check in source["checks"]]
        sources.append({**source, "reachable": reachable(check["verdict"] for check in checks), "checks": checks})
    return {
        "workgroup_name": name,
        "sources": sources,
        "summary": summary(f"The workgroup {name}", port, [judged_of(source) for source in sources]),
    }


def _foretold(check: Described, opens: bool) -> Described:
    """A check as it will be."""
    if opens and check["verdict"] == "fail" and check["name"] in DONE_BY_THE_ROLE:
        return {**check, "verdict": "pass", "evidence": {**check["evidence"], "predicted": True}, "remedy": None}
    if not opens and check["name"] == "publicly_accessible" and check["evidence"].get("publicly_accessible"):
        evidence = {**check["evidence"], "publicly_accessible": False, "predicted": True}
        return {**check, "verdict": "fail", "evidence": evidence}
    return check


def shortfall(options: Options, before: Result, switched: Result, after: Result, predicted: bool) -> list[str]:
    """Say which workgroups could not be switched, and in what the others are not as public or private as wanted.

    Args:
        options: the role's variables.
        before: the first diagnosis.
        switched: the result of converge_all for `unsettled`.
        after: the last diagnosis, skipped where nothing has changed.
        predicted: whether this is only a prediction.
    """
    stuck = _stuck(options, before, switched)
    last = before if after.get("skipped") else after
    others = {**last, "diagnoses": [each for each in last["diagnoses"] if each["workgroup_name"] not in stuck]}
    return [*failures(switched), *disproof(options, before, others, predicted)]


def disproof(options: Options, before: Result, after: Result, predicted: bool) -> list[str]:
    """Say in what the workgroups are not as public or private as wanted.

    Args:
        options: the role's variables.
        before: the first diagnosis.
        after: the last one, skipped where nothing has changed.
        predicted: whether this is only a prediction.
    """
    diagnoses = _diagnoses(options, before, after, predicted)
    if options["opens"]:
        return [gap.sentence(_set_already(options)) for gap in gaps(diagnoses, lambda check, _source: check)]
    found = [problem for each in diagnoses for problem in _still_public(each)]
    return [*found, *(_open_rules(diagnoses) if options["fail_on_open_rules"] else [])]


def _still_public(diagnosis: Described) -> list[str]:
    found = [check["evidence"] for check in _checks(diagnosis, ["publicly_accessible"])]
    wrong = [evidence for evidence in found if evidence.get("publicly_accessible")]
    return [f"{diagnosis['workgroup_name']} is still publicly accessible ({json.dumps(each)})." for each in wrong[:1]]


def _open_rules(diagnoses: Sequence[Described]) -> list[str]:
    """What speaks against public_access_fail_on_open_rules."""
    found = []
    rules = [
        f"{rule['security_group_rule_id']} of {rule['security_group_id']} for {rule['cidr']}"
        for rule in remaining_rules(diagnoses)
    ]
    if rules:
        found.append(
            "public_access_fail_on_open_rules: got true, but rules of others still let the internet in at the workgroup's port: "
            f"{', '.join(rules)}. Remove them, or set it to false."
        )
    unknown = unchecked(diagnoses, ["security_group"])
    if unknown:
        found.append(
            f"public_access_fail_on_open_rules: got true, but it is not known which rules are open. {' '.join(unknown)}"
        )
    return found


def remaining_rules(diagnoses: Sequence[Described]) -> list[dict[str, Any]]:
    """Return the rules of others that let part of the sources in, each once for a workgroup."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for diagnosis in diagnoses:
        name = diagnosis["workgroup_name"]
        for check in _checks(diagnosis, ["security_group"]):
            for rule in check["evidence"].get("rules") or ():
                told = {key: value for key, value in rule.items() if key not in ("source", "addresses")}
                if rule["description"] != RULE_MARK + name:
                    key = (name, rule["security_group_rule_id"], rule["source"])
                    found.setdefault(key, {"workgroup_name": name, "cidr": rule["source"], **told})
    return list(found.values())


def unchecked(diagnoses: Sequence[Described], names: Collection[str] | None = None) -> list[str]:
    """Say which checks could not be made, with the permission that is missing."""
    return unique(
        f"{diagnosis['workgroup_name']}: {check['name']} is unknown. {check['remedy'] or ''}".rstrip()
        for diagnosis in diagnoses
        for check in _checks(diagnosis, names)
        if check["verdict"] == "unknown"
    )


def _workgroups(options: Options, before: Result, opened: Result, switched: Result) -> list[dict[str, Any]]:
    outcomes = {item(result): result for result in ran(switched)}
    given = {item(result)["workgroup_name"]: result["rules"] for result in ran(opened)}
    found = []
    for each in before["workgroups"]:
        name = each["workgroup_name"]
        group = _chosen(options, each) if options["opens"] and each["security_group_ids"] else None
        rules = given[name] if name in given else _rules_before(before, group, name)
        found.append({**_workgroup(each, outcomes.get(name, {})), "security_group_id": group, "rules": rules})
    return found


def _rules_before(before: Result, group: str | None, workgroup: str) -> list[dict[str, Any]]:
    """The rules of this role that were as wanted already."""
    if group is None or before["security_group_rules"] is None:
        return []
    return [ingress.shown(rule) for rule in ingress.marked(_rules_of(before, group), RULE_MARK + workgroup)]


def _workgroup(before: Described, outcome: Result) -> dict[str, Any]:
    workgroup = outcome.get("workgroup") or before
    return {
        "workgroup_name": workgroup["workgroup_name"],
        "address": (workgroup["endpoint"] or {}).get("address"),
        "port": workgroup["port"],
        "publicly_accessible": workgroup["publicly_accessible"],
        "problem": outcome["msg"] if outcome.get("failed") else None,
    }


def _repair_reports(results: Sequence[Result]) -> list[dict[str, Any]]:
    """What was repaired in each VPC, or undone, or had to stay."""
    shown = ("vpc_id", "internet_gateway_id", "own", "left", "changes")
    return [{name: each[name] for name in shown} for each in results if each["changed"] or each["left"]]


def result(
    options: Options,
    before: Result,
    repaired: Result,
    opened: Result,
    switched: Result,
    closed: Result,
    undone: Result,
    after: Result,
    predicted: bool,
) -> dict[str, Any]:
    """Return `public_access_result` from the registered results of the role's tasks, in their order."""
    done = [each for looped in (repaired, opened, switched, closed, undone) for each in ran(looped)]
    diagnoses = _diagnoses(options, before, after, predicted)
    return {
        "changed": any(each["changed"] for each in done),
        "changes": [change for each in done for change in each["changes"]],
        "restarted": any(each["restarted"] for each in done),
        "state": options["state"],
        "workgroups": _workgroups(options, before, opened, switched),
        "missing": [missing["name"] for missing in before["missing"]],
        "repairs": _repair_reports([*ran(repaired), *ran(undone)]),
        "proof": diagnoses,
        "unknown": unchecked(diagnoses),
        "remaining_open_rules": [] if options["opens"] else remaining_rules(diagnoses),
    }


DECISIONS: Decisions = {
    "closed_groups": closed_groups,
    "closed_ways": closed_ways,
    "foreign_group": foreign_group,
    "has_changed": has_changed,
    "missing_way": missing_way,
    "opened_groups": opened_groups,
    "repairs": repairs,
    "result": result,
    "shortfall": shortfall,
    "unsettled": unsettled,
}
