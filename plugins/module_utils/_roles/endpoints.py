# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Managed VPC endpoints as one list, for the roles that have them: what is read, checked, changed, waited for and reported.

A role says what it wants as one dictionary (`Wanted`), and its tasks are roles/vpc_endpoint/tasks/{look,endpoints}.yml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from .._redshift import endpoint_preflight as preflight
from .common import Decisions, Result, item, ran, unique

Entry = Mapping[str, Any]


class Wanted(TypedDict):
    """What a role wants of endpoints.

    Attributes:
        entries: each with name, state, allow_recreate, and as far as known workgroup, owner_account, subnet_ids and
            security_group_ids.
        caller: the connection options of who has the endpoints; empty for the play's own.
        variable: the variable that the entries come from.
        place: where AWS shows the endpoints, for messages.
        preflight: whether subnets, free addresses, security groups and the quota are checked.
        tolerate_denial: whether the network is not checked where the caller may not read it.
        quota: how many endpoints a workgroup may have, 0 for any number.
        rules: whether the role has rules in the endpoints' security groups.
        ports: the port of each workgroup that is known.
        wait_timeout: seconds for each step.
        wait_delay: longest pause between two looks.
    """

    entries: list[dict[str, Any]]
    caller: dict[str, Any]
    variable: str
    place: str
    preflight: bool
    tolerate_denial: bool
    quota: int
    rules: bool
    ports: dict[str, int]
    wait_timeout: int
    wait_delay: float


def found_in(before: Result) -> list[dict[str, Any]]:
    """Return the endpoints that were read; none where nothing was read."""
    return list(before.get("endpoints") or ())


def network_request(wanted: Wanted, before: Result) -> dict[str, Any]:
    """Say what has to be read of the network: the options of network_info, and whether anything is `needed`.

    What is as it should be needs no look.
    """
    entries, found = wanted["entries"], found_in(before)
    if not wanted["preflight"] and not wanted["rules"]:
        entries = []
    new = preflight.to_create(entries, found)
    there = [preflight.existing(entry, found) for entry in entries] if wanted["rules"] else []
    request = {
        "subnet_ids": unique(subnet for entry in new for subnet in entry.get("subnet_ids") or ()),
        "security_group_ids": unique(group for entry in entries for group in preflight.new_groups(entry, found)),
        "vpc_ids": unique(filter(None, (preflight.vpc_of(endpoint) for endpoint in there if endpoint))),
    }
    return {**request, "needed": any(request.values())}


def problems(wanted: Wanted, before: Result, network: Result) -> list[str]:
    """Say what speaks against the endpoints, all at once and before the first is created."""
    checked = wanted["preflight"] and not network.get("unread")
    place = preflight.Network(network.get("subnets") or (), network.get("security_groups") or ()) if checked else None
    quota = wanted["quota"] if wanted["preflight"] else 0
    return preflight.problems(wanted["entries"], found_in(before), place, quota)


def work(wanted: Wanted, before: Result) -> list[dict[str, Any]]:
    """Return the entries for which AWS has to be asked for something; the others are as they should be."""
    return [dict(entry) for entry in preflight.to_change(wanted["entries"], found_in(before))]


def at_work(wanted: Wanted, before: Result) -> bool:
    """Tell whether there is something to wait for: a change of this run, or one that somebody else has begun."""
    found = found_in(before)
    moving = any(preflight.is_in_transition(entry, found) for entry in wanted["entries"])
    return moving or bool(work(wanted, before))


def _now(wanted: Wanted, before: Result, made: Result, ready: Result) -> dict[str, dict[str, Any] | None]:
    """The endpoints by lower-case name, as they were read last; in check mode as they are predicted."""
    states: dict[str, dict[str, Any] | None] = {each["endpoint_name"].lower(): each for each in found_in(before)}
    states.update({item(result)["name"].lower(): _predicted(wanted, result) for result in ran(made)})
    if "endpoints" in ready:
        states.update(dict.fromkeys(entry["name"].lower() for entry in wanted["entries"]))
        states.update({each["endpoint_name"].lower(): each for each in ready["endpoints"]})
    return states


def _predicted(wanted: Wanted, result: Result) -> dict[str, Any] | None:
    """An endpoint as its task gave it back, with the port of the workgroup that it leads to."""
    endpoint = result.get("endpoint")
    if not endpoint:
        return None
    return {**endpoint, "port": wanted["ports"].get(endpoint.get("workgroup_name"), endpoint.get("port"))}


def reports(wanted: Wanted, before: Result, made: Result, ready: Result) -> list[dict[str, Any]]:
    """Return what clients need to know of each endpoint that exists, in the order of the entries.

    Args:
        wanted: what the role wants.
        before: the endpoints as they were read first.
        made: the results of the loop over `work`.
        ready: the endpoints after the wait, where there was one.
    """
    states = _now(wanted, before, made, ready)
    present = [states.get(entry["name"].lower()) for entry in wanted["entries"] if preflight.is_present(entry)]
    return [preflight.report(endpoint) for endpoint in present if endpoint]


def unready(wanted: Wanted, before: Result, made: Result, ready: Result) -> list[str]:
    """Say which endpoints are not in service after the wait."""
    states = _now(wanted, before, made, ready)
    names = [entry["name"] for entry in wanted["entries"] if preflight.is_present(entry)]
    waiting = [name for name in names if not preflight.is_in_service(states.get(name.lower()))]
    if not waiting:
        return []
    return [
        f"AWS did not bring these endpoints into service: {', '.join(waiting)}. Look at them in the console {wanted['place']}, remove "
        "them with state absent, and run this again."
    ]


def changes(*looped: Result) -> list[dict[str, Any]]:
    """Return all requests of some loops, in their order."""
    return [change for results in looped for result in ran(results) for change in result.get("changes") or ()]


def changed(*looped: Result) -> bool:
    """Tell whether some loops changed anything."""
    return any(result.get("changed") for results in looped for result in ran(results))


def new_endpoints(wanted: Wanted, before: Result) -> Sequence[Entry]:
    """Return the entries whose endpoint is to be created, for the first time or anew."""
    return preflight.to_create(wanted["entries"], found_in(before))


DECISIONS: Decisions = {
    "at_work": at_work,
    "network_request": network_request,
    "problems": problems,
    "unready": unready,
    "work": work,
}
