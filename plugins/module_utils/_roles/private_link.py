# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role private_link: what speaks against its variables, which security groups have its rules, and its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .._core.errors import InvalidInput
from .._core.ids import vpc_problem
from .._ec2.security_group_ingress import networks
from .._policy.document import PolicyError, parse
from .common import Context, Decisions, Options, Result, ran, unique

# The description of this role's rules begins with this.
RULE_MARK = "redshift.serverless private_link: "
# Services with FIPS 140 validated cryptography have names of their own.
FIPS = "-fips"


def problems(options: Options, _context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed. What AWS knows, the module checks."""
    return [
        *_vpc_problems(options),
        *_subnet_problems(options),
        *_network_problems(options),
        *_policy_problems(options),
    ]


def _vpc_problems(options: Options) -> list[str]:
    problem = vpc_problem("private_link_vpc_id", options["vpc_id"]) if "vpc_id" in options else None
    return [problem] if problem else []


def _subnet_problems(options: Options) -> list[str]:
    if options.get("state") != "present" or options.get("subnet_ids"):
        return []
    return [
        "private_link_subnet_ids: got nothing; expected the subnets of the endpoints, one for each availability zone. "
        "private_link_state=present needs them."
    ]


def _network_problems(options: Options) -> list[str]:
    try:
        networks(options.get("client_cidrs", ()), "private_link_client_cidrs")
    except InvalidInput as error:
        return [error.message]
    return []


def _policy_problems(options: Options) -> list[str]:
    try:
        if "policy" in options:
            parse(options["policy"])
    except PolicyError as error:
        return [f"private_link_policy: {error}"]
    return []


def settings(options: Options, _context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        services: the names, each once, with `-fips` where that was asked for.
        client_cidrs: the networks that are let in; none when the endpoints go.
        needs_groups: whether rules are given or taken away, for which the VPC's security groups have to be known.
        rule_description: marks this role's rules.
    """
    present = options["state"] == "present"
    clients = options.get("client_cidrs", []) if present else []
    return {
        "services": unique(_with_fips(name) if options["fips"] else name for name in options["services"]),
        "client_cidrs": clients,
        "needs_groups": bool(clients) or not present,
        "rule_description": RULE_MARK + options["vpc_id"],
    }


def _with_fips(service: str) -> str:
    return service if service.endswith(FIPS) else service + FIPS


def opened_groups(options: Options, plan: Result, network: Result) -> list[str]:
    """Return the security groups that get this role's rules.

    Args:
        options: the role's variables.
        plan: the endpoints as they will be.
        network: the security groups of the VPC; AWS chooses the default one where none is named.
    """
    if not options["client_cidrs"]:
        return []
    default = [group["group_id"] for group in _groups(network) if group["group_name"] == "default"]
    found = {group for endpoint in plan["endpoints"] for group in endpoint["security_group_ids"] or default}
    return sorted(found)


def closed_groups(options: Options, plan: Result, network: Result) -> list[str]:
    """Return the security groups whose rules of this role nothing needs any more."""
    needed = {
        *opened_groups(options, plan, network),
        *(group for endpoint in plan["other_endpoints"] for group in endpoint["security_group_ids"]),
    }
    marked = (group["group_id"] for group in _groups(network) if options["rule_description"] in _descriptions(group))
    return sorted(set(marked) - needed)


def _groups(network: Result) -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = network.get("security_groups", ())
    return found


def _descriptions(group: dict[str, Any]) -> Iterator[str | None]:
    """Yield the descriptions of a group's inbound rules for networks."""
    for permission in group["ip_permissions"]:
        for source in (*permission.get("ip_ranges", ()), *permission.get("ipv6_ranges", ())):
            yield source.get("description")


def has_work(plan: Result) -> bool:
    """Tell whether endpoints are changed, or AWS is at work on one."""
    return bool(plan["changes"]) or any(endpoint["state"] != "available" for endpoint in plan["endpoints"])


def result(options: Options, plan: Result, opened: Result, made: Result, closed: Result) -> dict[str, Any]:
    """Return `private_link_result` from the registered results of the role's tasks, in their order."""
    skipped = bool(made.get("skipped"))
    done = [*ran(opened), *([] if skipped else [made]), *ran(closed)]
    return {
        "changed": any(each["changed"] for each in done),
        "changes": [change for each in done for change in each["changes"]],
        "restarted": False,
        "state": options["state"],
        "endpoints": (plan if skipped else made)["endpoints"],
        "client_rules": [rule for each in ran(opened) for rule in each["rules"]],
    }


DECISIONS: Decisions = {
    "closed_groups": closed_groups,
    "has_work": has_work,
    "opened_groups": opened_groups,
    "result": result,
}
