# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of managed VPC endpoints: what speaks against them, found before the first is created; what there is to do; their report.

Facts: an endpoint lives in one VPC, in one of its subnets that AWS chooses; its security groups are of that VPC; the number of
endpoints is limited ("Quotas and limits in Amazon Redshift", published for clusters).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import RedshiftServerlessError
from .endpoint_access import (
    desired_of,
    fixed_differences,
    is_leaving,
    plan,
    refuse,
    refuse_failed,
    transition,
)

# The members of an endpoint that are compared, as results name them and as the API does.
_COMPARED = {
    "endpoint_name": "endpointName",
    "endpoint_status": "endpointStatus",
    "subnet_ids": "subnetIds",
    "workgroup_name": "workgroupName",
}

Entry = Mapping[str, Any]
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """What EC2 has of what the entries name.

    Attributes:
        subnets: as redshift.serverless.network_info gives them.
        groups: as redshift.serverless.network_info gives them.
    """

    subnets: Sequence[Found]
    groups: Sequence[Found]


def problems(entries: Sequence[Entry], endpoints: Sequence[Found], network: Network | None, quota: int) -> list[str]:
    """Say what speaks against some endpoints, each a sentence with ids and a remedy.

    Args:
        entries: name, state, workgroup, subnet_ids, security_group_ids, allow_recreate of each.
        endpoints: all of the account, as redshift.serverless.endpoint_access_info gives them.
        network: None where the network is not to be looked at.
        quota: how many endpoints a workgroup may have, 0 for any number.
    """
    return [
        *_twice(entries),
        *(problem for entry in entries for problem in _refusals(entry, endpoints)),
        *(_place_problems(entries, endpoints, network) if network else ()),
        *(_quota_problems(entries, endpoints, quota) if quota else ()),
    ]


def is_present(entry: Entry) -> bool:
    """Tell whether the endpoint of an entry should exist."""
    return bool(entry.get("state", "present") == "present")


def existing(entry: Entry, endpoints: Sequence[Found]) -> Found | None:
    """Return the endpoint of an entry; AWS may fold the case of names."""
    return next((each for each in endpoints if each["endpoint_name"].lower() == entry["name"].lower()), None)


def _twice(entries: Sequence[Entry]) -> Iterator[str]:
    names = [entry["name"].lower() for entry in entries]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"got the name {name} {names.count(name)} times; expected a different name for each endpoint."


def _params(entry: Entry) -> dict[str, Any]:
    """Return an entry as options of the module endpoint_access."""
    options = ("workgroup", "owner_account", "subnet_ids", "security_group_ids")
    fixed = {"name": entry["name"], "state": entry.get("state", "present")}
    return {**fixed, **{name: entry.get(name) for name in options}, "allow_recreate": bool(entry.get("allow_recreate"))}


def _as_api(found: Found) -> dict[str, Any]:
    """Return an endpoint as the API gives it."""
    state = {member: found[name] for name, member in _COMPARED.items() if found.get(name) is not None}
    groups = [{"vpcSecurityGroupId": group} for group in security_group_ids(found)]
    return {**state, "vpcSecurityGroups": groups}


def _state(found: Found | None) -> dict[str, Any] | None:
    """Return an endpoint as the API gives it; one that is being deleted is gone by the time that it is made anew."""
    state = None if found is None else _as_api(found)
    return None if is_leaving(state) else state


def _refusals(entry: Entry, endpoints: Sequence[Found]) -> Iterator[str]:
    """Yield what the module endpoint_access would refuse when its turn came, after others were made."""
    state = _state(existing(entry, endpoints))
    try:
        desired = desired_of(_params(entry))
        if state is not None and not desired.absent:
            refuse_failed(state)
        refuse(state, desired, f"endpoint {entry['name']}")
    except RedshiftServerlessError as error:
        yield error.message


def to_create(entries: Sequence[Entry], endpoints: Sequence[Found]) -> list[Entry]:
    """Return the entries whose endpoint will be created, for the first time or again."""

    def is_new(entry: Entry) -> bool:
        state = _state(existing(entry, endpoints))
        named = {"workgroupName": entry.get("workgroup"), "subnetIds": entry.get("subnet_ids")}
        return state is None or any(fixed_differences(state, {key: value for key, value in named.items() if value}))

    return [entry for entry in entries if is_present(entry) and is_new(entry)]


def to_change(entries: Sequence[Entry], endpoints: Sequence[Found]) -> list[Entry]:
    """Return the entries for which AWS has to be asked for something."""
    return [
        entry
        for entry in entries
        if plan(_state(existing(entry, endpoints)), desired_of(_params(entry)), entry["name"])
    ]


def new_groups(entry: Entry, endpoints: Sequence[Found]) -> list[str]:
    """Return the security groups of an entry that its endpoint does not have yet: those of the others are known to be right."""
    if not is_present(entry):
        return []
    found = None if to_create([entry], endpoints) else existing(entry, endpoints)
    has = set(security_group_ids(found)) if found else set()
    return [group for group in dict.fromkeys(entry.get("security_group_ids") or ()) if group not in has]


def is_in_transition(entry: Entry, endpoints: Sequence[Found]) -> bool:
    """Tell whether AWS is changing the endpoint of an entry."""
    found = existing(entry, endpoints)
    return found is not None and transition(_as_api(found)) is not None


def _place_problems(entries: Sequence[Entry], endpoints: Sequence[Found], network: Network) -> Iterator[str]:
    subnets = {each["subnet_id"]: each for each in network.subnets}
    new = to_create(entries, endpoints)
    for entry in new:
        yield from _subnet_problems(entry, subnets)
    yield from _address_problems(new, subnets)
    for entry in entries:
        named = new_groups(entry, endpoints)
        yield from _group_problems(entry["name"], named, _vpcs(entry, new, endpoints, subnets), network.groups)


def _subnet_problems(entry: Entry, subnets: Mapping[str, Found]) -> Iterator[str]:
    ids = list(dict.fromkeys(entry.get("subnet_ids") or ()))
    missing = [each for each in ids if each not in subnets]
    if missing:
        yield (
            f"endpoint {entry['name']}: subnet_ids: got {', '.join(missing)}; expected subnets of this account and Region. Correct the id."
        )
    places = {each: subnets[each]["vpc_id"] for each in ids if each in subnets}
    if len(set(places.values())) > 1:
        found = ", ".join(f"{subnet} in {vpc}" for subnet, vpc in places.items())
        yield f"endpoint {entry['name']}: subnet_ids: got subnets of several VPCs ({found}); expected one VPC. Choose subnets of one VPC."


def _address_problems(new: Sequence[Entry], subnets: Mapping[str, Found]) -> Iterator[str]:
    """Yield what is wrong with the free addresses: each endpoint takes one, in the subnet that AWS picks."""
    wanted = {entry["name"]: frozenset(entry.get("subnet_ids") or ()).intersection(subnets) for entry in new}
    free = {each: subnets[each]["available_ip_address_count"] for ids in wanted.values() for each in ids}
    for full in sorted(each for each, addresses in free.items() if not addresses):
        names = ", ".join(name for name, ids in wanted.items() if full in ids)
        yield (
            f"got {full}, which has no free address for {names}; expected free addresses in each subnet, since AWS picks one. "
            "Free some, or choose another subnet."
        )
    yield from _crowded(wanted, free)


def _crowded(wanted: Mapping[str, frozenset[str]], free: Mapping[str, int]) -> Iterator[str]:
    """Yield subnets that have addresses, and fewer than the endpoints that can be nowhere else."""
    for place in sorted(filter(None, set(wanted.values())), key=sorted):
        addresses = sum(free[each] for each in place)
        within = [name for name, ids in wanted.items() if ids and ids <= place]
        if 0 < addresses < len(within):
            yield (
                f"got {', '.join(sorted(place))} with {addresses} free addresses; expected one for each of {len(within)} endpoints "
                f"({', '.join(within)}). "
                "Free some, or choose other subnets."
            )


def _vpcs(entry: Entry, new: Sequence[Entry], endpoints: Sequence[Found], subnets: Mapping[str, Found]) -> set[str]:
    """Return the VPC that the endpoint is, or will be in; empty where that is not known."""
    if entry in new:
        return {subnets[each]["vpc_id"] for each in entry.get("subnet_ids") or () if each in subnets}
    vpc = vpc_of(existing(entry, endpoints) or {})
    return {vpc} if vpc else set()


def _group_problems(name: str, named: Sequence[str], vpcs: set[str], groups: Sequence[Found]) -> Iterator[str]:
    places = {each["group_id"]: each["vpc_id"] for each in groups}
    for group in named:
        if group not in places:
            yield (
                f"endpoint {name}: security_group_ids: got {group}; expected security groups of this account and Region. Correct the id."
            )
        elif vpcs and places[group] not in vpcs:
            yield (
                f"endpoint {name}: security_group_ids: got {group} in {places[group]}; expected groups of {', '.join(sorted(vpcs))}, the VPC of "
                "the endpoint. Choose a group of that VPC."
            )


def _quota_problems(entries: Sequence[Entry], endpoints: Sequence[Found], quota: int) -> Iterator[str]:
    """Yield those that the same run removes count: AWS needs minutes to be rid of them, and all is begun at once."""
    new = to_create(entries, endpoints)
    for workgroup in sorted({str(entry["workgroup"]) for entry in new if entry.get("workgroup")}):
        has = [each["endpoint_name"] for each in endpoints if each.get("workgroup_name") == workgroup]
        names = [entry["name"] for entry in new if entry.get("workgroup") == workgroup]
        more = [name for name in names if name.lower() not in {each.lower() for each in has}]
        if more and len(has) + len(more) > quota:
            yield (
                f"got {len(more)} more endpoints ({', '.join(more)}) for workgroup {workgroup}, which has {len(has)}; expected at most {quota}, the "
                "quota. Remove some in an earlier run, or have the quota raised and set it here."
            )


def security_group_ids(endpoint: Found) -> list[str]:
    """Return the ids of an endpoint's security groups."""
    return [each["vpc_security_group_id"] for each in endpoint.get("vpc_security_groups") or ()]


def vpc_of(endpoint: Found) -> str | None:
    """Return the VPC of an endpoint, None while AWS does not tell it."""
    vpc = (endpoint.get("vpc_endpoint") or {}).get("vpc_id")
    return str(vpc) if vpc else None


def report(endpoint: Found) -> dict[str, Any]:
    """Return what roles tell of an endpoint that endpoint_access or endpoint_access_info has returned."""
    way = endpoint.get("vpc_endpoint") or {}
    shown = ("endpoint_name", "workgroup_name", "endpoint_status", "address", "port")
    return {
        **{name: endpoint.get(name) for name in shown},
        "vpc_id": vpc_of(endpoint),
        "vpc_endpoint_id": way.get("vpc_endpoint_id"),
        "private_ip_addresses": [each["private_ip_address"] for each in way.get("network_interfaces") or ()],
        "subnet_ids": endpoint.get("subnet_ids"),
        "security_group_ids": security_group_ids(endpoint),
    }
