# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Managed VPC endpoints as one list, for the roles that have them: what is read, checked, changed, waited for and reported.

A role says what it wants as one dictionary (`Wanted`), and its tasks are roles/vpc_endpoint/tasks/{look,endpoints}.yml. Endpoints
may be in several accounts, each with its own caller (`Party`). Every task reads for each party in a loop; all that is changed is
one task, so that all accounts connect at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from .._redshift import endpoint_preflight as preflight
from .common import Decisions, Result, item, ran, unique

Entry = Mapping[str, Any]

# What an entry may say to the module endpoint_access.
OPTIONS = ("name", "state", "workgroup", "owner_account", "subnet_ids", "security_group_ids", "allow_recreate")


class Party(TypedDict):
    """Who has endpoints in one account.

    Attributes:
        label: who it is, for messages.
        caller: its connection options; empty for the play's own.
        entries: each with name, state, allow_recreate, and as far as known workgroup, owner_account, subnet_ids and
            security_group_ids.
    """

    label: str
    caller: dict[str, Any]
    entries: list[dict[str, Any]]


class Wanted(TypedDict):
    """What a role wants of endpoints.

    Attributes:
        parties: who has the endpoints.
        variable: the variable that the entries come from.
        preflight: whether subnets, free addresses, security groups and the quota are checked.
        tolerate_denial: whether the network is not checked where the caller may not read it.
        quota: how many endpoints a workgroup may have, 0 for any number.
        rules: whether the role has rules in the endpoints' security groups.
        ports: the port of each workgroup that is known.
        batch: how many endpoints may be changed at the same time, 0 for all.
        wait_timeout: seconds for each step.
        wait_delay: longest pause between two looks.
    """

    parties: list[Party]
    variable: str
    preflight: bool
    tolerate_denial: bool
    quota: int
    rules: bool
    ports: dict[str, int]
    batch: int
    wait_timeout: int
    wait_delay: float


@dataclass(frozen=True)
class _View:
    """A party with what was read for it.

    Attributes:
        index: its place among the parties.
        party: who it is.
        found: its endpoints as they were read.
    """

    index: int
    party: Party
    found: list[dict[str, Any]]


def _views(wanted: Wanted, before: Result) -> list[_View]:
    """Each party with its endpoints: the results of a loop stand in the order of its items."""
    results = list(before.get("results") or ())
    seen = [*results, *({} for _party in wanted["parties"][len(results) :])]
    return [
        _View(index, party, list(seen[index].get("endpoints") or ())) for index, party in enumerate(wanted["parties"])
    ]


def entries(wanted: Wanted) -> list[dict[str, Any]]:
    """Return the entries of all parties."""
    return [entry for party in wanted["parties"] for entry in party["entries"]]


def found_in(before: Result) -> list[dict[str, Any]]:
    """Return the endpoints of all parties that were read; none where nothing was read."""
    return [endpoint for result in ran(before) for endpoint in result.get("endpoints") or ()]


def network_of(network: Result, kind: str) -> list[dict[str, Any]]:
    """Return what was read of the network for all parties.

    Args:
        network: the results of the loop over `network_requests`.
        kind: subnets or security_groups.
    """
    return [each for result in ran(network) for each in result.get(kind) or ()]


def unread(network: Result) -> list[str]:
    """Return warnings of what of the network could not be read."""
    return unique(words for result in ran(network) for words in result.get("unread") or ())


def network_requests(wanted: Wanted, before: Result) -> list[dict[str, Any]]:
    """Say what has to be read of the network: for each party with something to read the options of network_info.

    What is as it should be needs no look.
    """
    if not wanted["preflight"] and not wanted["rules"]:
        return []
    return [
        {"party": view.index, "label": view.party["label"], "caller": view.party["caller"], **request}
        for view in _views(wanted, before)
        for request in [_network_request(view, wanted["rules"])]
        if any(request.values())
    ]


def _network_request(view: _View, rules: bool) -> dict[str, list[str]]:
    some, found = view.party["entries"], view.found
    new = preflight.to_create(some, found)
    there = [preflight.existing(entry, found) for entry in some] if rules else []
    return {
        "subnet_ids": unique(subnet for entry in new for subnet in entry.get("subnet_ids") or ()),
        "security_group_ids": unique(group for entry in some for group in preflight.new_groups(entry, found)),
        "vpc_ids": unique(filter(None, (preflight.vpc_of(endpoint) for endpoint in there if endpoint))),
    }


def problems(wanted: Wanted, before: Result, network: Result) -> list[str]:
    """Say what speaks against the endpoints, all at once and before the first is created."""
    seen = {item(result)["party"]: result for result in ran(network)}
    quota = wanted["quota"] if wanted["preflight"] else 0
    found = []
    for view in _views(wanted, before):
        told = seen.get(view.index, {})
        checked = wanted["preflight"] and not told.get("unread")
        place = preflight.Network(told.get("subnets") or (), told.get("security_groups") or ()) if checked else None
        some = preflight.problems(view.party["entries"], view.found, place, quota)
        found += [_said(wanted, view.party, problem) for problem in some]
    return found


def _said(wanted: Wanted, party: Party, problem: str) -> str:
    """A problem, with whose it is where there are several."""
    return f"{party['label']}: {problem}" if len(wanted["parties"]) > 1 else problem


def _to_do(wanted: Wanted, before: Result) -> Iterator[tuple[_View, Entry]]:
    """The entries for which AWS has to be asked for something, or on whose endpoint AWS is at work; the others rest as they should."""
    for view in _views(wanted, before):
        changing = preflight.to_change(view.party["entries"], view.found)
        for entry in view.party["entries"]:
            if entry in changing or preflight.is_in_transition(entry, view.found):
                yield view, entry


def work(wanted: Wanted, before: Result) -> list[dict[str, Any]]:
    """Return what there is to change or to wait for, as the module converge_all takes it."""
    return [
        {**{name: entry[name] for name in OPTIONS if entry.get(name) is not None}, **view.party["caller"]}
        for view, entry in _to_do(wanted, before)
    ]


# An endpoint of a party: its place among the parties, and its name in lower case, since AWS may fold names.
_Place = tuple[int, str]


def _outcomes(wanted: Wanted, before: Result, made: Result) -> dict[_Place, Result]:
    """What became of each entry of `work`; nothing where the task did not come so far."""
    places = [(view.index, entry["name"].lower()) for view, entry in _to_do(wanted, before)]
    return dict(zip(places, ran(made), strict=False))


def _predicted(wanted: Wanted, endpoint: Mapping[str, Any]) -> dict[str, Any]:
    """An endpoint as its task gave it back, with the port of the workgroup that it leads to."""
    return {**endpoint, "port": wanted["ports"].get(str(endpoint.get("workgroup_name")), endpoint.get("port"))}


def reports(wanted: Wanted, before: Result, made: Result, done: Wanted | None = None) -> list[list[dict[str, Any]]]:
    """Return for each party what clients need to know of each of its endpoints that exist, in the order of the entries.

    Args:
        wanted: what the role wants.
        before: the endpoints as they were read first.
        made: the result of converge_all for `work`.
        done: what `made` was asked for, where that is less than wanted.
    """
    outcomes = _outcomes(done or wanted, before, made)
    return [
        [
            preflight.report(endpoint)
            for entry in view.party["entries"]
            if preflight.is_present(entry)
            for endpoint in [_now(wanted, view, entry, outcomes)]
            if endpoint
        ]
        for view in _views(wanted, before)
    ]


def _now(wanted: Wanted, view: _View, entry: Entry, outcomes: Mapping[_Place, Result]) -> Mapping[str, Any] | None:
    """An endpoint as it was read last, or as it is predicted; one that failed as it was read first."""
    outcome = outcomes.get((view.index, entry["name"].lower()), {})
    if "endpoint" not in outcome:
        return preflight.existing(entry, view.found)
    return _predicted(wanted, outcome["endpoint"]) if outcome["endpoint"] else None


def party_problems(wanted: Wanted, before: Result, made: Result) -> list[list[str]]:
    """Return for each party what became of its endpoints that failed."""
    found: list[list[str]] = [[] for _party in wanted["parties"]]
    for (index, _name), outcome in _outcomes(wanted, before, made).items():
        if outcome.get("failed"):
            found[index].append(f"{item(outcome)}: {outcome['msg']}")
    return found


def changes(*looped: Result) -> list[dict[str, Any]]:
    """Return all requests of some loops, in their order."""
    return [change for results in looped for result in ran(results) for change in result.get("changes") or ()]


def changed(*looped: Result) -> bool:
    """Tell whether some loops changed anything."""
    return any(result.get("changed") for results in looped for result in ran(results))


def new_endpoints(wanted: Wanted, before: Result) -> Iterator[tuple[Party, Entry]]:
    """Yield the entries whose endpoint is to be created, for the first time or anew, each with its party."""
    for view in _views(wanted, before):
        for entry in preflight.to_create(view.party["entries"], view.found):
            yield view.party, entry


DECISIONS: Decisions = {
    "network_requests": network_requests,
    "problems": problems,
    "unread": unread,
    "work": work,
}
