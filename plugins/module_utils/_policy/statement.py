# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One statement of a policy, whoever wrote it: which accounts may have endpoints in which of their VPCs.

AWS has documented two conditions for the VPCs: ``redshift-serverless:AuthorizedVpc`` with VPC ARNs, where each ARN
counts for its own account, and ``aws:SourceVpc`` with VPC ids, which count for every principal of the statement.
A statement that says more than grants can express is foreign: nobody has to guess what its author meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .._core.ids import account_of
from .document import (
    Policy,
    as_list,
    covers,
    covers_resource,
)

Vpcs: TypeAlias = frozenset[str] | None
"""VPC ids; None for all VPCs of the account."""

ACTIONS = tuple(f"redshift-serverless:{verb}EndpointAccess" for verb in ("Create", "Update", "Delete", "Get"))
AUTHORIZED_VPC = "redshift-serverless:AuthorizedVpc"
SOURCE_VPC = "aws:SourceVpc"

_CREATE = ACTIONS[0].lower()
_ENDPOINT_ACTIONS = (*(action.lower() for action in ACTIONS), "redshift-serverless:listendpointaccess")
_MEMBERS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
_STRING_OPERATORS = frozenset({"stringlike", "stringequals"})
_OPERATORS = {
    AUTHORIZED_VPC.lower(): _STRING_OPERATORS | {"arnlike", "arnequals"},
    SOURCE_VPC.lower(): _STRING_OPERATORS,
    "aws:requestedregion": _STRING_OPERATORS,
}
_STYLES = {AUTHORIZED_VPC.lower(): "authorized_vpc", SOURCE_VPC.lower(): "source_vpc"}
# AWS's own sample has ids of three characters, so whatever looks like an id is one when it is read.
_VPC_ID = re.compile("vpc-[0-9A-Za-z]+")


@dataclass(frozen=True)
class Part:
    """What one statement gives.

    Attributes:
        access: VPCs by account ("*": any account); an empty set for an account that is named in vain.
        foreign: What of the statement is not ours to manage, as it was written; at most one statement.
        styles: How the VPCs are named: "authorized_vpc", "source_vpc", "unconditional"; empty if nothing is ours.
        note: What a person should know of access that grants do not show, to follow the statement's name; or empty.
    """

    access: dict[str, Vpcs] = field(default_factory=dict)
    foreign: tuple[Policy, ...] = ()
    styles: frozenset[str] = frozenset()
    note: str = ""


class _Foreign(Exception):
    """Why a statement is foreign."""


@dataclass(frozen=True)
class _Opening:
    """What one value of a condition lets through: a VPC ("*": all), for the accounts that a pattern covers."""

    accounts: str = "*"
    vpc: str = "*"


def read_statement(statement: Policy, region: str, resource_arn: str | None = None) -> Part:
    """Read a parsed statement of the policy on a workgroup in `region`.

    Args:
        statement: As `document.parse` returns it.
        region: The workgroup's region; there is no access from another.
        resource_arn: The workgroup's ARN; None takes the statement's ``Resource`` to cover it.
    """
    try:
        _require_endpoint_access(statement, resource_arn)
        accounts, rest = _split_principal(statement)
        conditions, styles = _conditions(statement, region)
        access = _access(accounts, conditions)
    except _Foreign as reason:
        note = f"also decides on VPC access, but {reason}; it is left as it is" if _decides(statement) else ""
        return Part(foreign=(statement,), note=note)
    idle = ", ".join(account for account, vpcs in sorted(access.items()) if vpcs == frozenset())
    notes = [f"gives {idle} no VPC in {region}"] if idle else []
    notes += ["also names principals that are not whole accounts; they are left as they are"] if rest else []
    return Part(access, rest, styles, " and ".join(notes))


def union(a: Vpcs, b: Vpcs) -> Vpcs:
    """Return the VPCs that are in `a` or in `b`."""
    return None if a is None or b is None else a | b


def _require_endpoint_access(statement: Policy, resource_arn: str | None) -> None:
    """Refuse statements that are about more than endpoint access, or about something else."""
    more = sorted(statement.keys() - _MEMBERS)
    if more:
        raise _Foreign(f"it has {', '.join(more)}")
    if statement["Effect"] != "Allow":
        raise _Foreign("it denies")
    actions = as_list(statement["Action"])
    if not all(_is_endpoint_action(action) for action in actions) or not _decides(statement):
        raise _Foreign("its actions are not those of endpoint access alone")
    if resource_arn is not None and not covers_resource(statement, resource_arn):
        raise _Foreign("its Resource is another")


def _is_endpoint_action(action: str) -> bool:
    """Tell whether `action`, maybe with wildcards, covers nothing but EndpointAccess operations.

    No other operation of the service has "endpoint" in its name.
    """
    service, _colon, name = action.lower().partition(":")
    known = any(covers(action.lower(), endpoint_action) for endpoint_action in _ENDPOINT_ACTIONS)
    return service == "redshift-serverless" and "endpoint" in name and known


def _decides(statement: Policy) -> bool:
    """Tell whether a statement has a say in who may create an endpoint."""
    listed = any(covers(action.lower(), _CREATE) for action in as_list(statement.get("Action", [])))
    excepted = any(covers(action.lower(), _CREATE) for action in as_list(statement.get("NotAction", "*")))
    return listed or not excepted


def _split_principal(statement: Policy) -> tuple[frozenset[str], tuple[Policy, ...]]:
    """Return the accounts ("*": any), and the statement as it would be without them, if it names others too."""
    principal = statement["Principal"]
    kinds: dict[str, Any] = {"AWS": "*"} if principal == "*" else principal
    names = as_list(kinds.get("AWS", []))
    accounts = frozenset(account for account in map(_account, names) if account)
    if not accounts:
        raise _Foreign("it names no whole account")
    others = {**kinds, "AWS": [name for name in names if not _account(name)]}
    if not others["AWS"]:
        del others["AWS"]
    return accounts, ({**statement, "Principal": others},) if others else ()


def _account(principal: str) -> str | None:
    return "*" if principal == "*" else account_of(principal)


def _conditions(statement: Policy, region: str) -> tuple[list[list[_Opening]], frozenset[str]]:
    """Return what each condition lets through (all of them must), and how VPCs are named in them."""
    conditions: list[list[_Opening]] = []
    styles = set()
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            name = key.lower()
            if operator.lower() not in _OPERATORS.get(name, ()):
                raise _Foreign(f"it has the condition {operator} {key}")
            texts = [str(value) for value in as_list(values)]
            if operator.lower() == "stringequals":
                texts = [text for text in texts if not _is_pattern(text)]  # to StringEquals, * is but a character
            conditions.append([opening for text in texts for opening in _openings(name, text, region)])
            styles.add(_STYLES.get(name, ""))
    return conditions, frozenset(styles - {""}) or frozenset({"unconditional"})


def _openings(key: str, text: str, region: str) -> list[_Opening]:
    """Return what one value of a condition lets through."""
    if "${" in text:
        raise _Foreign(f"it has the policy variable {text}")
    if text == "*":
        return [_Opening()]
    if key == SOURCE_VPC.lower():
        return _vpc("*", text, "")
    if key != AUTHORIZED_VPC.lower():
        return [_Opening()] if covers(text, region) else []
    members = text.split(":", 5)
    if len(members) == 6:
        _arn, _partition, service, vpc_region, account, resource = members
        return _vpc(account, resource, "vpc/") if covers(service, "ec2") and covers(vpc_region, region) else []
    if _is_pattern(text):
        raise _Foreign(f"{text} is not the ARN of a VPC")
    return []


def _vpc(accounts: str, pattern: str, prefix: str) -> list[_Opening]:
    """Return the VPC (or all) that `pattern`, a VPC id after `prefix`, covers."""
    stem = pattern.rstrip("*")
    if stem != pattern and f"{prefix}vpc-".startswith(stem):
        return [_Opening(accounts)]
    if _is_pattern(pattern):
        raise _Foreign(f"{pattern} names VPCs by a part of their id")
    vpc_id = pattern.removeprefix(prefix)
    return [_Opening(accounts, vpc_id)] if pattern == prefix + vpc_id and _VPC_ID.fullmatch(vpc_id) else []


def _access(accounts: frozenset[str], conditions: Collection[list[_Opening]]) -> dict[str, Vpcs]:
    """Return the VPCs of each account that pass all the conditions.

    Any account ("*") together with the ARN of an account's VPC comes to that account.
    """
    patterns = {opening.accounts for openings in conditions for opening in openings}
    if "*" in accounts:
        if any(_is_pattern(pattern) and pattern.strip("*") for pattern in patterns):
            raise _Foreign("it names accounts by a part of their id")
        named = {pattern for pattern in patterns if account_of(pattern)}
        accounts = accounts | named
    return {account: _passing(account, conditions) for account in accounts}


def _passing(account: str, conditions: Iterable[list[_Opening]]) -> Vpcs:
    passing: Vpcs = None
    for openings in conditions:
        vpcs = frozenset(opening.vpc for opening in openings if covers(opening.accounts, account))
        if "*" not in vpcs:
            passing = vpcs if passing is None else passing & vpcs
    return passing


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text
