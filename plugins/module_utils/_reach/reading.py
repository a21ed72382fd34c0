# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a diagnosis needs: workgroups, and EC2's state around them, at once and no more than needed.

Every EC2 operation is called once for all workgroups, pagination aside, but for two: DescribeVpcAttribute answers one attribute
of one VPC at a time, and GetManagedPrefixListEntries one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, TypeVar

from .._core.api import Api
from .._core.changes import State
from .._core.errors import AccessDenied, AnswerLost, ApiError, InvalidInput
from .._ec2.network import FILTER_VALUES
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
            f"workgroup: got {name!r}; expected a workgroup of this account in Region {serverless.region}. Correct the name, the "
            "Region or the credentials."
        )
    (facts,) = read_around(ec2, [state])
    return facts


def read_around(ec2: Api, states: Sequence[State]) -> list[Facts]:
    """Read what EC2 knows around workgroups, each operation once for all of them.

    Args:
        ec2: EC2, as the workgroups' owner.
        states: the workgroups as the API gives them.

    Returns:
        the facts of each workgroup, in the same order.

    Raises:
        RedshiftServerlessError: when nothing can be read.
    """
    if not states:
        return []
    vpcs = _vpcs(ec2, states)
    shared = _together(_reads(ec2, states, sorted({vpc for vpc in vpcs if isinstance(vpc, str)})))
    shared |= _read_then(ec2, states, vpcs, shared)
    return [_facts_of(state, vpc, shared) for state, vpc in zip(states, vpcs, strict=True)]


_OF_THE_VPC = ("dns_support", "dns_hostnames", "interfaces", "gateways", "route_tables", "acls")


def _facts_of(state: State, vpc: Readable[str], shared: Mapping[Any, Any]) -> Facts:
    """Return the part of what was read that concerns one workgroup."""
    facts: dict[str, Any] = {"workgroup": state, "port": workgroups.port_of(state), "vpc": vpc}
    common = {name: shared[name] for name in ("block_options", "block_exclusions", "prefix_lists")}
    groups = state.get("securityGroupIds") or []
    rules = _only(shared["rules"], "GroupId", groups)
    if isinstance(vpc, Unread):
        unread: dict[str, Any] = dict.fromkeys(_OF_THE_VPC, vpc)
        return Facts(**facts, **common, **unread, rules=rules)
    return Facts(
        **facts,
        **common,
        rules=rules,
        dns_support=shared["enableDnsSupport", vpc],
        dns_hostnames=shared["enableDnsHostnames", vpc],
        interfaces=shared["interfaces"],
        gateways=shared["gateways"],
        route_tables=_only(shared["route_tables"], "VpcId", [vpc]),
        acls=shared["acls"],
    )


def _only(found: _List, member: str, values: Sequence[str]) -> _List:
    return found if isinstance(found, Unread) else [each for each in found if each.get(member) in values]


def _vpcs(ec2: Api, states: Sequence[Described]) -> list[Readable[str]]:
    """Return the VPC of each workgroup. The API names it as soon as there is an endpoint; before that, the subnets do."""
    named = [_named_vpc(state) for state in states]
    unnamed = [state for state, vpc in zip(states, named, strict=True) if vpc is None]
    if not unnamed:
        return [vpc for vpc in named if vpc is not None]
    subnets = _list(ec2, "DescribeSubnets", "Subnets", {"subnet-id": _ids(unnamed, "subnetIds")})
    return [vpc or _vpc_of_subnets(state, subnets) for state, vpc in zip(states, named, strict=True)]


def _named_vpc(state: Described) -> str | None:
    endpoints = (state.get("endpoint") or {}).get("vpcEndpoints") or []
    return next((str(each["vpcId"]) for each in endpoints if each.get("vpcId")), None)


def _vpc_of_subnets(state: Described, subnets: _List) -> Readable[str]:
    if isinstance(subnets, Unread):
        return subnets
    own = [each for each in subnets if each["SubnetId"] in (state.get("subnetIds") or [])]
    return str(own[0]["VpcId"]) if own else Unread("ec2:DescribeSubnets", "The workgroup's subnets are unknown.")


def _ids(states: Sequence[Described], member: str) -> list[str]:
    return sorted({str(each) for state in states for each in state.get(member) or []})


def _subnets(states: Sequence[Described]) -> list[str]:
    listed = {str(each["subnetId"]) for state in states for each in listed_interfaces(state)}
    return sorted(listed.union(_ids(states, "subnetIds")))


def _reads(ec2: Api, states: Sequence[Described], vpcs: Sequence[str]) -> dict[Any, Callable[[], Any]]:
    """Return what has to be read, by the name of the fact; attributes by their own name and the VPC."""
    groups, subnets = _ids(states, "securityGroupIds"), _subnets(states)
    lists: dict[str, tuple[str, str, dict[str, Sequence[str]]]] = {
        "rules": ("DescribeSecurityGroupRules", "SecurityGroupRules", {"group-id": groups}),
    }
    if vpcs:
        own: dict[str, Sequence[str]] = {"group-id": groups, "subnet-id": subnets}
        lists |= {
            "interfaces": ("DescribeNetworkInterfaces", "NetworkInterfaces", own),
            "gateways": ("DescribeInternetGateways", "InternetGateways", {"attachment.vpc-id": vpcs}),
            "route_tables": ("DescribeRouteTables", "RouteTables", {"vpc-id": vpcs}),
            "acls": ("DescribeNetworkAcls", "NetworkAcls", {"association.subnet-id": subnets}),
        }
    attributes = [("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")]
    return {
        "block_options": lambda: _attempt(
            ec2, "DescribeVpcBlockPublicAccessOptions", lambda op: ec2.read(op, {}, "VpcBlockPublicAccessOptions")
        ),
        **{name: partial(_list, ec2, *question) for name, question in lists.items()},
        **{(name, vpc): partial(_attribute, ec2, vpc, name, member) for name, member in attributes for vpc in vpcs},
    }


def _attribute(ec2: Api, vpc: str, name: str, member: str) -> Readable[bool]:
    request = {"VpcId": vpc, "Attribute": name}
    return _attempt(ec2, "DescribeVpcAttribute", lambda op: bool(ec2.read(op, request, member)["Value"]))


def _read_then(
    ec2: Api, states: Sequence[State], vpcs: Sequence[Readable[str]], shared: Mapping[Any, Any]
) -> dict[str, Any]:
    """Return what is only needed for what was found: exclusions when something blocks, and prefix lists that are referred to."""
    wanted: set[str] = set()
    for state, vpc in zip(states, vpcs, strict=True):
        wanted |= _prefix_lists(state, vpc, shared)
    reads: dict[str, Callable[[], Any]] = {each: partial(_entries, ec2, each) for each in sorted(wanted)}
    options = shared["block_options"]
    if not isinstance(options, Unread) and block_public_access.blocks(options):
        reads["block_exclusions"] = lambda: _list(
            ec2, "DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions", {}
        )
    found = _together(reads)
    return {"block_exclusions": found.pop("block_exclusions", []), "prefix_lists": found}


def _prefix_lists(state: State, vpc: Readable[str], shared: Mapping[Any, Any]) -> set[str]:
    """Return the prefix lists that the rules and routes of one workgroup refer to."""
    wanted: set[str] = set()
    rules = _only(shared["rules"], "GroupId", state.get("securityGroupIds") or [])
    if not isinstance(rules, Unread):
        wanted |= security_groups.prefix_lists_of(rules, workgroups.port_of(state))
    if isinstance(vpc, str):
        tables = _only(shared["route_tables"], "VpcId", [vpc])
        if not isinstance(tables, Unread):
            wanted |= routes.prefix_lists_of(tables, _subnets([state]))
    return wanted


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
    requests = _requests(filters)
    return _attempt(
        ec2,
        operation,
        lambda name: [found for request in requests for found in ec2.read_all(name, request, member)],
    )


def _requests(filters: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return the requests for all values, as many at a time as one filter takes."""
    batches = [
        [
            {"Name": name, "Values": list(values[start : start + FILTER_VALUES])}
            for start in range(0, len(values), FILTER_VALUES)
        ]
        for name, values in filters.items()
    ]
    return [{"Filters": list(chosen)} if chosen else {} for chosen in product(*batches)]


def _attempt(ec2: Api, operation: str, ask: Callable[[str], _Fact]) -> Readable[_Fact]:
    """Return what a read gives, or why it gives nothing; what concerns all reads alike is raised."""
    action = f"ec2:{operation}"
    if operation not in ec2.model.operation_names:
        return Unread(action, f"The installed botocore does not know {operation}: install a newer one.")
    try:
        return ask(operation)
    except AccessDenied as error:
        return Unread(action, error.text, denied=True)
    except (ApiError, AnswerLost) as error:
        return Unread(action, error.message)


def _together(reads: Mapping[Any, Callable[[], Any]]) -> dict[Any, Any]:
    """Make all reads at the same time."""
    if not reads:
        return {}
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(reads))) as pool:
        running = {name: pool.submit(ask) for name, ask in reads.items()}
        return {name: future.result() for name, future in running.items()}
