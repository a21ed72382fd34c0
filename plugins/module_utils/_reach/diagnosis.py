# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the internet can reach a workgroup: all checks for every source, and a sentence for a person.

Everything here is judged from plain data. What several sources share (a route table, a network ACL, the security groups) is
prepared once for each IP version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.api import Api
from .._core.errors import InvalidInput, RedshiftServerlessError
from .._core.shapes import result
from .._redshift import workgroup
from .._redshift.queries.workgroups import find_workgroups
from . import acls, addressing, block_public_access, routes, security_groups
from .addresses import Source, Version, source_of
from .checks import Check, Readable, Unread, judged
from .reading import Facts, read, read_around
from .summaries import Judged, summary


def answer(serverless: Api, connect: Callable[[str], Api], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the module public_access_info returns.

    Args:
        serverless: the service.
        connect: makes the Api of another service.
        params: the module's options.
    """
    sources = sources_of(params["source_cidrs"])
    if params["workgroups"] is None:
        return diagnose(read(serverless, connect("ec2"), params["workgroup"]), sources).shown()
    if not params["workgroups"]:
        raise InvalidInput("workgroups: got an empty list; expected names of workgroups. Name at least one.")
    found, missing = find_workgroups(serverless, params["workgroups"])
    facts = read_around(connect("ec2"), found)
    return {
        "diagnoses": [diagnose(each, sources).shown() for each in facts],
        "workgroups": [workgroup.shown(serverless, state) for state in found],
        "missing": missing,
        "security_group_rules": _rules(facts),
    }


def _rules(facts: Sequence[Facts]) -> list[dict[str, Any]] | None:
    """The rules of the workgroups' security groups in snake_case, each once; None where they could not be read."""
    found: dict[str, dict[str, Any]] = {}
    for each in facts:
        if isinstance(each.rules, Unread):
            return None
        found.update({str(rule["SecurityGroupRuleId"]): result(rule) for rule in each.rules})
    return list(found.values())


# The checks of what AWS needs in order to give a workgroup a public address. That it needs the first is known; it ignores the request
# silently otherwise. The others are what AWS's procedure names and an owner has to mend as well.
_WAY = ("internet_gateway", "route", "block_public_access")


def way_explainer(serverless: Api, connect: Callable[[str], Api]) -> Callable[[str], str | None]:
    """A function that tells, for a workgroup's name, what is missing on its way to the internet; None when nothing is known to be.

    Nothing is read before it is asked, and what can't be read is not an error: an explanation is only a help.

    Args:
        serverless: the service.
        connect: makes the Api of another service.
    """

    def explain(name: str) -> str | None:
        try:
            [report] = diagnose(read(serverless, connect("ec2"), name), [source_of("0.0.0.0/0")]).reports
        except RedshiftServerlessError:
            return None
        failed = [check for check in report.checks if check.name in _WAY and check.verdict == "fail"]
        if not failed:
            return None
        missing = ", ".join(check.name for check in failed)
        return f"Missing on the way to the internet: {missing}. {' '.join(check.remedy or '' for check in failed)}"

    return explain


def sources_of(texts: Sequence[str]) -> list[Source]:
    """Return the sources in a module's option.

    Raises:
        InvalidInput: when there is none, or one is no network.
    """
    if not texts:
        raise InvalidInput(
            "source_cidrs: got an empty list; expected the networks that should connect, such as 203.0.113.0/24. Name at least one."
        )
    return [source_of(text) for text in texts]


@dataclass(frozen=True)
class Report:
    """What was found of a source."""

    source: Source
    checks: Sequence[Check]

    @property
    def judged(self) -> Judged:
        """Its verdicts."""
        return Judged(self.source.text, {check.name: check.verdict for check in self.checks})

    def shown(self) -> dict[str, Any]:
        """It as a module's result."""
        checks = [check.shown() for check in self.checks]
        return {"source": self.source.text, "reachable": self.judged.reachable, "checks": checks}


@dataclass(frozen=True)
class Diagnosis:
    """Whether sources reach a workgroup.

    Attributes:
        workgroup: its name.
        port: its port.
        reports: what was found of each source, in the order given.
    """

    workgroup: str
    port: int
    reports: Sequence[Report]

    def shown(self) -> dict[str, Any]:
        """It as a module's result."""
        return {
            "workgroup_name": self.workgroup,
            "sources": [report.shown() for report in self.reports],
            "summary": summary(
                f"The workgroup {self.workgroup}", self.port, [report.judged for report in self.reports]
            ),
        }


def diagnose(facts: Facts, sources: Sequence[Source]) -> Diagnosis:
    """Judge every source."""
    judges = {version: _Judge.of(facts, version) for version in {source.version for source in sources}}
    reports = [Report(source, judges[source.version].checks(source)) for source in sources]
    return Diagnosis(facts.workgroup["workgroupName"], facts.port, reports)


@dataclass(frozen=True)
class _Judge:
    """What the sources of one IP version have in common."""

    facts: Facts
    version: Version
    subnets: Sequence[str]
    gateways: Readable[Sequence[str]]
    tables: Readable[Sequence[routes.Table]]
    entering: Readable[Sequence[acls.Acl]]
    leaving: Readable[Sequence[acls.Acl]]
    inbound: Readable[security_groups.Inbound]

    @classmethod
    def of(cls, facts: Facts, version: Version) -> _Judge:
        """Prepare what was read."""
        subnets = addressing.subnets_in_use(facts.workgroup, version, facts.interfaces)
        gateways = _attached(facts)
        return cls(
            facts,
            version,
            subnets,
            gateways,
            _tables(facts, subnets, gateways, version),
            _acls(facts, subnets, "inbound", (facts.port, facts.port), version),
            _acls(facts, subnets, "outbound", acls.EPHEMERAL_PORTS, version),
            _inbound(facts, version),
        )

    def checks(self, source: Source) -> list[Check]:
        """Return all checks of one source, in their fixed order."""
        facts, workgroup = self.facts, self.facts.workgroup
        return [
            addressing.workgroup_available(workgroup),
            addressing.publicly_accessible(workgroup, self.version),
            addressing.elastic_ip(workgroup, self.version, facts.interfaces),
            judged("vpc_dns", facts.vpc, lambda vpc: addressing.vpc_dns(vpc, facts.dns_support, facts.dns_hostnames)),
            self._block_public_access(),
            self._internet_gateway(),
            judged("route", self.tables, lambda tables: routes.route(tables, source, self.gateways)),
            judged("network_acl_inbound", self.entering, lambda each: acls.network_acl(each, source, "inbound")),
            judged("network_acl_outbound", self.leaving, lambda each: acls.network_acl(each, source, "outbound")),
            judged("security_group", self.inbound, lambda inbound: security_groups.security_group(inbound, source)),
        ]

    def _block_public_access(self) -> Check:
        facts, name = self.facts, "block_public_access"
        if isinstance(facts.block_options, Unread):
            return facts.block_options.check(name)
        vpc = "" if isinstance(facts.vpc, Unread) else facts.vpc
        check = block_public_access.block_public_access(facts.block_options, facts.block_exclusions, vpc, self.subnets)
        return facts.vpc.check(name) if isinstance(facts.vpc, Unread) and check.verdict == "fail" else check

    def _internet_gateway(self) -> Check:
        facts, name = self.facts, "internet_gateway"
        if isinstance(facts.vpc, Unread):
            return facts.vpc.check(name)
        vpc = facts.vpc
        return judged(name, facts.gateways, lambda gateways: routes.internet_gateway(gateways, vpc))


def _attached(facts: Facts) -> Readable[Sequence[str]]:
    if isinstance(facts.gateways, Unread):
        return facts.gateways
    return facts.vpc if isinstance(facts.vpc, Unread) else routes.attached(facts.gateways, facts.vpc)


def _tables(
    facts: Facts, subnets: Sequence[str], gateways: Readable[Sequence[str]], version: Version
) -> Readable[Sequence[routes.Table]]:
    if isinstance(facts.route_tables, Unread):
        return facts.route_tables
    return routes.prepare(facts.route_tables, subnets, gateways, facts.prefix_lists, version)


def _acls(
    facts: Facts, subnets: Sequence[str], direction: acls.Direction, ports: acls.Ports, version: Version
) -> Readable[Sequence[acls.Acl]]:
    return (
        facts.acls if isinstance(facts.acls, Unread) else acls.prepare(facts.acls, subnets, direction, ports, version)
    )


def _inbound(facts: Facts, version: Version) -> Readable[security_groups.Inbound]:
    if isinstance(facts.rules, Unread):
        return facts.rules
    groups = facts.workgroup.get("securityGroupIds") or []
    return security_groups.prepare(groups, facts.rules, facts.port, facts.prefix_lists, version)
