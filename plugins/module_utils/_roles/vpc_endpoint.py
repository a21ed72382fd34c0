# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role vpc_endpoint: its variables, the rules that let clients in at its endpoints, and its report."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import InvalidInput
from .._ec2 import security_group_ingress as ingress
from .._probe.hostname import DEFAULT_PORT
from .._redshift import endpoint_preflight as preflight
from .._redshift.workgroup import port_of
from . import endpoints
from .common import Context, Decisions, Options, Result, batch_problems, failures, unique

# The description of the role's rules, before the name of the endpoint that they are for.
MARK = "redshift.serverless vpc_endpoint: "

Entry = Mapping[str, Any]
Rule = dict[str, Any]


def problems(options: Options, context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    del context
    try:
        _clients(options)
    except InvalidInput as error:
        return [error.message, *batch_problems("vpc_endpoint", options)]
    return batch_problems("vpc_endpoint", options)


def settings(options: Options, context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        workgroups: the name of the workgroup, where an endpoint to it is wanted. To remove an endpoint, its workgroup may be gone.
        caller: the connection options of the play, to hand on to tasks that other roles use too.
    """
    wanted = any(map(preflight.is_present, options["endpoints"]))
    return {"workgroups": [options["workgroup"]] if wanted else [], "caller": dict(context.identity)}


def _clients(options: Options) -> frozenset[str]:
    return ingress.networks(options.get("client_cidrs") or (), "vpc_endpoint_client_cidrs")


def wanted(options: Options, owned: Result) -> endpoints.Wanted:
    """Return what the role wants of endpoints, for the tasks of all roles that have them.

    Args:
        options: the role's variables.
        owned: the workgroup as it was read.
    """
    entries = [{**entry, "workgroup": options["workgroup"]} for entry in options["endpoints"]]
    going = not all(map(preflight.is_present, entries))
    return {
        "parties": [{"label": "this account", "caller": options["caller"], "entries": entries}],
        "variable": "vpc_endpoint_endpoints",
        "preflight": options["preflight"],
        "tolerate_denial": False,
        "quota": options["quota"],
        "rules": going or bool(_clients(options)),
        "ports": {each["workgroup_name"]: port_of(each) for each in owned.get("workgroups") or ()},
        "batch": options["batch"],
        "wait_timeout": options["wait_timeout"],
        "wait_delay": options["wait_delay"],
    }


@dataclass
class _Rules:
    """The rules of all security groups as they become, step by step: so check mode predicts what is done.

    Attributes:
        entries: the endpoints of this run.
        others: the endpoints that exist and are not of this run.
        groups: the security groups that were read.
        clients: the networks to let in; empty where the run says nothing of clients.
        port: the port of the workgroup.
        places: the security groups of each present entry, by the lower-case name of its endpoint.
    """

    entries: Sequence[Entry]
    others: Sequence[Mapping[str, Any]]
    groups: Sequence[Mapping[str, Any]]
    clients: frozenset[str]
    port: int
    places: Mapping[str, Collection[str]]
    rules: dict[str, Sequence[Rule]] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = {group["group_id"]: ingress.rules_in(group) for group in self.groups}

    def all_groups(self) -> list[str]:
        """Return the groups that were read, and those that entries name besides."""
        return unique([*self.rules, *(group for groups in self.places.values() for group in groups)])

    def before(self, group: str) -> Iterator[dict[str, Any]]:
        """What to do before the endpoints change: rules of endpoints that go leave first, so that an interrupted run finds them."""
        known = {entry["name"].lower() for entry in self.entries if preflight.is_present(entry)}
        known |= {endpoint["endpoint_name"].lower() for endpoint in self.others}
        leaving = [name for name in self._marked(group) if name.lower() not in known]
        yield from self._hand_over(group, self._unused(group, leaving))

    def after(self, group: str) -> Iterator[dict[str, Any]]:
        """Yield what to do after the endpoints have changed: the rules in groups that an endpoint has left."""
        if self.clients:
            moved = [name for name in self._marked(group) if group not in self.places.get(name.lower(), [group])]
            yield from self._hand_over(group, self._unused(group, moved))

    def _marked(self, group: str) -> list[str]:
        """Return the names of the endpoints that the role's rules in a group are for."""
        marks = [str(rule.get("Description") or "") for rule in self.rules.get(group, ())]
        return unique(mark.removeprefix(MARK) for mark in marks if mark.startswith(MARK))

    def _unused(self, group: str, names: Collection[str]) -> list[str]:
        """Return the names whose rules nobody else needs.

        EC2 takes one rule for a port and a network. So an endpoint of which this run says no clients may live by the rule of
        another one, as long as both are in the group.
        """
        users = {endpoint.get("port") for endpoint in self.others if group in preflight.security_group_ids(endpoint)}
        if not self.clients and any(group in groups for groups in self.places.values()):
            users.add(self.port)
        return [name for name in names if not users & {rule.get("FromPort") for rule in self._rules_of(group, name)}]

    def _rules_of(self, group: str, name: str) -> list[Rule]:
        return [rule for rule in self.rules.get(group, ()) if rule.get("Description") == MARK + name]

    def _hand_over(self, group: str, leaving: Collection[str]) -> Iterator[dict[str, Any]]:
        """Give the rules in a group to the endpoints that are wanted there, or remove them."""
        openers = [entry["name"] for entry in self.entries if group in self.places.get(entry["name"].lower(), ())]
        if not self.clients or not openers:
            for name in leaving:
                yield from self._become(group, name, frozenset(), frozenset())
            return
        replaced = frozenset(MARK + name for name in leaving)
        for name in openers:
            kept = {*replaced, MARK + name}
            given = {
                ingress.source_of(rule)
                for rule in self.rules.get(group, ())
                if ingress.opens(rule, self.port) and rule.get("Description") not in kept
            }
            yield from self._become(group, name, self.clients - given, replaced)
            replaced = frozenset()

    def _become(
        self, group: str, name: str, cidrs: frozenset[str], replaced: frozenset[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield the options of security_group_ingress that make the rules of an endpoint, where that changes anything."""
        rules = list(self.rules.get(group, ()))
        changes = ingress.plan(
            rules, ingress.Desired(group, MARK + name, self.port if cidrs else None, cidrs, replaced - {MARK + name})
        )
        if changes:
            for change in changes:
                rules = ingress.after(rules, change)
            self.rules[group] = rules
            yield {
                "name": name,
                "security_group_id": group,
                "description": MARK + name,
                "state": "present" if cidrs else "absent",
                "port": self.port,
                "cidrs": sorted(cidrs),
                "replaced_descriptions": sorted(replaced),
            }


def client_rules(
    options: Options, wanted: endpoints.Wanted, before: Result, network: Result
) -> dict[str, list[dict[str, Any]]]:
    """Plan the rules that let clients in.

    Args:
        options: the role's variables.
        wanted: what the role wants of endpoints.
        before: the endpoints as they were read.
        network: the subnets and security groups as they were read.

    Returns:
        The options of security_group_ingress for what to do `before` the endpoints change and `after`.
    """
    found, entries = endpoints.found_in(before), endpoints.entries(wanted)
    names = {entry["name"].lower() for entry in entries}
    rules = _Rules(
        entries=entries,
        others=[each for each in found if each["endpoint_name"].lower() not in names],
        groups=endpoints.network_of(network, "security_groups") if wanted["rules"] else (),
        clients=_clients(options),
        port=wanted["ports"].get(options["workgroup"], DEFAULT_PORT),
        places={
            entry["name"].lower(): _places(entry, found, network) for entry in entries if preflight.is_present(entry)
        },
    )
    groups = rules.all_groups()
    return {
        "before": [action for group in groups for action in rules.before(group)],
        "after": [action for group in groups for action in rules.after(group)],
    }


def _places(entry: Entry, found: Sequence[Mapping[str, Any]], network: Result) -> list[str]:
    """Return the security groups that an endpoint will have; AWS gives a new one the default group of its VPC."""
    old = preflight.existing(entry, found)
    if entry.get("security_group_ids"):
        return list(entry["security_group_ids"])
    if old:
        return preflight.security_group_ids(old)
    subnets = entry.get("subnet_ids") or ()
    vpcs = {subnet["vpc_id"] for subnet in endpoints.network_of(network, "subnets") if subnet["subnet_id"] in subnets}
    return [
        group["group_id"]
        for group in endpoints.network_of(network, "security_groups")
        if group["group_name"] == "default" and group["vpc_id"] in vpcs
    ]


def left_rules(rules: Mapping[str, Any], made: Result) -> list[dict[str, Any]]:
    """Return what to do with rules after the endpoints have changed: nothing while one has failed, and may still need them."""
    return [] if failures(made) else list(rules["after"])


def result(
    wanted: endpoints.Wanted, owned: Result, before: Result, made: Result, opened: Result, closed: Result
) -> dict[str, Any]:
    """Return `vpc_endpoint_result` from the registered results of the role's tasks."""
    return {
        "changed": endpoints.changed(opened, made, closed),
        "changes": endpoints.changes(opened, made, closed),
        "restarted": False,
        "endpoints": [report for each in endpoints.reports(wanted, before, made) for report in each],
        "problems": failures(made),
        "missing": [each["name"] for each in owned.get("missing") or ()],
    }


DECISIONS: Decisions = {"client_rules": client_rules, "left_rules": left_rules, "result": result, "wanted": wanted}
