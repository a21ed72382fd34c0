# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a diagnosis needs: the workgroup, and EC2's state around it, at once and no more than needed.

Every EC2 operation is called once, pagination aside, but for two: DescribeVpcAttribute answers one attribute at a time, and
GetManagedPrefixListEntries one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from .._core.api import Api
from .._core.errors import AccessDenied, AnswerLost, ApiError, InvalidInput
from .._redshift import workgroup as workgroups
from . import block_public_access, routes, security_groups
from .addressing import listed_interfaces
from .checks import Described, Readable, Unread

# As many as botocore keeps connections.
PARALLEL = 10

_Fact = TypeVar("_Fact")
_List = Readable[Sequence[Described]]


@dataclass(frozen=True)
class Facts:
    """What was read; each part may be unread, and the others still count."""

    workgroup: Described
    port: int
    vpc: Readable[str]
    dns_support: Readable[bool]
    dns_hostnames: Readable[bool]
    interfaces: _List
    gateways: _List
    route_tables: _List
    acls: _List
    rules: _List
    block_options: Readable[Described]
    block_exclusions: _List
    prefix_lists: Mapping[str, Readable[Sequence[str]]]


def read(serverless: Api, ec2: Api, name: str) -> Facts:
    """Read everything about a workgroup.

    Args:
        serverless: Redshift Serverless, as the workgroup's owner.
        ec2: EC2, as the same.
        name: the workgroup's name.

    Raises:
        InvalidInput: when there is no such workgroup.
        RedshiftServerlessError: when it can't be read, or nothing can.
    """
    state = workgroups.observe(serverless, name)
    if state is None:
        raise InvalidInput(
            f"workgroup: there is no workgroup {name!r} in {serverless.region} of this account. Correct the name, the region "
            "or the credentials."
        )
    vpc = _vpc(ec2, state)
    reads: dict[str, Callable[[], Any]] = {
        "rules": lambda: _list(
            ec2, "DescribeSecurityGroupRules", "SecurityGroupRules", {"group-id": state.get("securityGroupIds") or []}
        ),
        "block_options": lambda: _attempt(
            ec2, "DescribeVpcBlockPublicAccessOptions", lambda op: ec2.read(op, {}, "VpcBlockPublicAccessOptions")
        ),
    }
    if isinstance(vpc, Unread):
        found = dict.fromkeys(_OF_THE_VPC, vpc) | _together(reads)
    else:
        found = _together(reads | _reads_of_the_vpc(ec2, state, vpc))
    facts = {"workgroup": state, "port": workgroups.port_of(state), "vpc": vpc, **found}
    return Facts(**facts, **_read_then(ec2, state, facts))


_OF_THE_VPC = ("dns_support", "dns_hostnames", "interfaces", "gateways", "route_tables", "acls")


def _vpc(ec2: Api, state: Described) -> Readable[str]:
    """The workgroup's VPC. GetWorkgroup names it as soon as there is an endpoint; before that, its subnets do."""
    for endpoint in (state.get("endpoint") or {}).get("vpcEndpoints") or []:
        if endpoint.get("vpcId"):
            return str(endpoint["vpcId"])
    subnets = _list(ec2, "DescribeSubnets", "Subnets", {"subnet-id": state.get("subnetIds") or []})
    if isinstance(subnets, Unread):
        return subnets
    return (
        str(subnets[0]["VpcId"]) if subnets else Unread("ec2:DescribeSubnets", "The workgroup's subnets are unknown.")
    )


def _reads_of_the_vpc(ec2: Api, state: Described, vpc: str) -> dict[str, Callable[[], Any]]:
    subnets = sorted({each["subnetId"] for each in listed_interfaces(state)} | set(state.get("subnetIds") or []))
    own = {"group-id": state.get("securityGroupIds") or [], "subnet-id": subnets}

    def attribute(name: str, member: str) -> Readable[bool]:
        request = {"VpcId": vpc, "Attribute": name}
        return _attempt(ec2, "DescribeVpcAttribute", lambda op: bool(ec2.read(op, request, member)["Value"]))

    return {
        "dns_support": lambda: attribute("enableDnsSupport", "EnableDnsSupport"),
        "dns_hostnames": lambda: attribute("enableDnsHostnames", "EnableDnsHostnames"),
        "interfaces": lambda: _list(ec2, "DescribeNetworkInterfaces", "NetworkInterfaces", own),
        "gateways": lambda: _list(ec2, "DescribeInternetGateways", "InternetGateways", {"attachment.vpc-id": [vpc]}),
        "route_tables": lambda: _list(ec2, "DescribeRouteTables", "RouteTables", {"vpc-id": [vpc]}),
        "acls": lambda: _list(ec2, "DescribeNetworkAcls", "NetworkAcls", {"association.subnet-id": subnets}),
    }


def _read_then(ec2: Api, state: Described, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is only needed for what was found: exclusions when something blocks, and prefix lists that are referred to."""
    wanted: set[str] = set()
    if not isinstance(facts["rules"], Unread):
        wanted |= security_groups.prefix_lists_of(facts["rules"], facts["port"])
    if not isinstance(facts["route_tables"], Unread):
        used = {each["subnetId"] for each in listed_interfaces(state)} | set(state.get("subnetIds") or [])
        wanted |= routes.prefix_lists_of(facts["route_tables"], sorted(used))
    reads: dict[str, Callable[[], Any]] = {each: partial(_entries, ec2, each) for each in sorted(wanted)}
    options = facts["block_options"]
    if not isinstance(options, Unread) and block_public_access.blocks(options):
        reads["block_exclusions"] = lambda: _list(
            ec2, "DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions", {}
        )
    found = _together(reads)
    return {"block_exclusions": found.pop("block_exclusions", []), "prefix_lists": found}


def _entries(ec2: Api, prefix_list: str) -> Readable[Sequence[str]]:
    request = {"PrefixListId": prefix_list}
    return _attempt(
        ec2,
        "GetManagedPrefixListEntries",
        lambda operation: [str(entry["Cidr"]) for entry in ec2.read_all(operation, request, "Entries")],
    )


def _list(ec2: Api, operation: str, member: str, filters: Mapping[str, Sequence[str]]) -> _List:
    if any(not values for values in filters.values()):
        return []  # nothing has none of these; EC2 would refuse an empty filter
    request = (
        {"Filters": [{"Name": name, "Values": list(values)} for name, values in filters.items()]} if filters else {}
    )
    return _attempt(ec2, operation, lambda name: ec2.read_all(name, request, member))


def _attempt(ec2: Api, operation: str, ask: Callable[[str], _Fact]) -> Readable[_Fact]:
    """What a read gives, or why it gives nothing; what concerns all reads alike is raised."""
    action = f"ec2:{operation}"
    if operation not in ec2.model.operation_names:
        return Unread(action, f"The installed botocore does not know {operation}: install a newer one.")
    try:
        return ask(operation)
    except AccessDenied as error:
        return Unread(action, error.text, denied=True)
    except (ApiError, AnswerLost) as error:
        return Unread(action, error.message)


def _together(reads: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Make all reads at the same time."""
    if not reads:
        return {}
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(reads))) as pool:
        running = {name: pool.submit(ask) for name, ask in reads.items()}
        return {name: future.result() for name, future in running.items()}
