# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trust of an IAM role in an identity provider that tags sessions: the statement, and its place among others.

AWS's page "Passing session tags in AWS STS" wants sts:TagSession beside the action that assumes the role; a session
whose tags are not allowed is refused altogether. The statements of others are never touched, and whom they let assume
the role is never widened: where they already trust the provider, only sts:TagSession is added, on their conditions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .document import (
    VERSIONS,
    Document,
    Policy,
    as_list,
    canonical,
    covers,
    parse,
)

TAG_SESSION = "sts:TagSession"
# Marks our statements; a number follows where it is taken, as a Sid occurs once in a policy.
SID = "RedshiftDbRoles"

_ASSUME = {"saml-provider": "sts:AssumeRoleWithSAML", "oidc-provider": "sts:AssumeRoleWithWebIdentity"}
_PROVIDER = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::[0-9]{12}:(?P<kind>saml-provider|oidc-provider)/(?P<name>\S+)"
)
# The sign-in endpoints without a region ("AWS Sign-In endpoints and quotas", and the guides of China and GovCloud).
_SIGN_IN = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
}


@dataclass(frozen=True)
class Provider:
    """An identity provider in IAM.

    Attributes:
        arn: its ARN.
        partition: the partition in it.
        kind: saml-provider or oidc-provider.
        name: the rest of it; of an OIDC provider its URL without https://.
    """

    arn: str
    partition: str
    kind: str
    name: str

    @property
    def audiences(self) -> list[str]:
        """The audiences to expect where none is named; empty where that can't be known."""
        known = self.kind == "saml-provider" and self.partition in _SIGN_IN
        return [_SIGN_IN[self.partition]] if known else []


@dataclass(frozen=True)
class Trust:
    """What becomes of a trust policy.

    Attributes:
        policy: the policy as it should be.
        changed: whether that means something else than the policy as it was.
        notes: sentences about statements of others that also decide, and were left as they are.
    """

    policy: Policy
    changed: bool
    notes: tuple[str, ...] = ()


def provider_of(arn: str) -> Provider | None:
    """Read the ARN of a SAML or OIDC provider; None when it is none."""
    found = _PROVIDER.fullmatch(arn)
    return Provider(arn, **found.groupdict()) if found else None


def session_statement(provider: Provider, audiences: Sequence[str], subjects: Sequence[str] = ()) -> Policy:
    """The statement that lets a provider's users assume the role and bring session tags along.

    Args:
        provider: the identity provider.
        audiences: for whom its assertions or tokens have to be; one of them is enough.
        subjects: of OIDC, whose tokens count; one of them is enough, none means all.
    """
    prefix = "SAML" if provider.kind == "saml-provider" else provider.name
    condition: dict[str, dict[str, str | list[str]]] = {}
    for key, values in ((f"{prefix}:aud", audiences), (f"{prefix}:sub", subjects)):
        if values:
            operator = "StringLike" if any(_is_pattern(value) for value in values) else "StringEquals"
            condition.setdefault(operator, {})[key] = values[0] if len(values) == 1 else list(values)
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Federated": provider.arn},
        "Action": [_ASSUME[provider.kind], TAG_SESSION],
        "Condition": condition,
    }


def with_session_tags(policy: Mapping[str, Any] | None, wanted: Policy) -> Trust:
    """Bring the statement of `session_statement` into a trust policy.

    Args:
        policy: the role's trust policy; None for a role that is yet to be made.
        wanted: the statement.

    Raises:
        PolicyError: the policy is none.
    """
    statements = parse(policy)["Statement"] if policy else []
    provider = wanted["Principal"]["Federated"]
    ours = [statement for statement in statements if _is_ours(statement, provider)]
    others = [statement for statement in statements if not _is_ours(statement, provider)]
    due, notes = _due(wanted, ours, others)
    found = dict(policy or {"Version": VERSIONS[0]})
    if _meaning(ours) == _meaning(due):
        return Trust(found, False, notes)
    return Trust({**found, "Statement": others + _with_sids(due, others)}, True, notes)


def _due(wanted: Policy, ours: Sequence[Policy], others: Sequence[Policy]) -> tuple[list[Policy], tuple[str, ...]]:
    """Our statements as they should be, and what to know of the others'."""
    provider, assume = wanted["Principal"]["Federated"], wanted["Action"][0]
    denied = any(_denies(statement, provider, (assume, TAG_SESSION)) for statement in others)
    notes = [_denial(provider)] if denied else []
    assuming = [statement for statement in others if _allows(statement, provider, assume)]
    if not assuming or any(_allows(statement, provider, assume) for statement in ours):
        return [wanted], tuple(notes)
    if any(_conditions(statement) != _conditions(wanted) for statement in assuming):
        notes.append(f"already trusts {provider} on conditions of its own, which are left as they are")
    tagging = [statement for statement in others if _allows(statement, provider, TAG_SESSION)]
    bare = _untagged(assuming, tagging)
    if bare and tagging:
        notes.append(
            f"already lets {provider} tag sessions on conditions of its own, which are left as they are: see that they "
            f"allow {SID} among the tags"
        )
        return [], tuple(notes)
    distinct = {_conditions(statement): statement.get("Condition") for statement in bare}
    return [_tagging(wanted, condition) for condition in distinct.values()], tuple(notes)


def _untagged(assuming: Iterable[Policy], tagging: Sequence[Policy]) -> list[Policy]:
    """The statements that let the provider's users assume the role and whose sessions no statement lets be tagged."""
    return [
        statement for statement in assuming if not any(_conditions(tag) <= _conditions(statement) for tag in tagging)
    ]


def _tagging(wanted: Policy, condition: Mapping[str, Any] | None) -> Policy:
    """The statement for sts:TagSession alone, on somebody else's condition."""
    statement = {**wanted, "Action": TAG_SESSION}
    del statement["Condition"]
    return {**statement, "Condition": dict(condition)} if condition else statement


def _denial(provider: str) -> str:
    return f"has a statement that denies {provider} to assume the role or to tag sessions, and which is left as it is"


def _with_sids(statements: Iterable[Policy], others: Sequence[Policy]) -> list[Policy]:
    """The statements with Sids that no other has."""
    taken = {statement.get("Sid") for statement in others}
    result: list[Policy] = []
    for statement in statements:
        number = 1
        while (sid := SID if number == 1 else f"{SID}{number}") in taken:
            number += 1
        taken.add(sid)
        result.append({**statement, "Sid": sid})
    return result


def _is_ours(statement: Policy, provider: str) -> bool:
    principal = statement.get("Principal")
    alone = (
        isinstance(principal, dict)
        and principal.keys() == {"Federated"}
        and as_list(principal["Federated"]) == [provider]
    )
    return alone and bool(re.fullmatch(rf"{SID}[0-9]*", str(statement.get("Sid", ""))))


def _allows(statement: Policy, provider: str, action: str) -> bool:
    principal = statement.get("Principal")
    named = isinstance(principal, dict) and provider in as_list(principal.get("Federated", []))
    return statement["Effect"] == "Allow" and named and _is_about(statement, action)


def _denies(statement: Policy, provider: str, actions: Iterable[str]) -> bool:
    principal = statement.get("Principal", "*")  # NotPrincipal may mean the provider too
    named = principal == "*" or bool({provider, "*"}.intersection(as_list(principal.get("Federated", []))))
    return statement["Effect"] == "Deny" and named and any(_is_about(statement, action) for action in actions)


def _is_about(statement: Policy, action: str) -> bool:
    listed = [pattern.lower() for pattern in as_list(statement.get("Action", statement.get("NotAction", [])))]
    return any(covers(pattern, action.lower()) for pattern in listed) == ("Action" in statement)


def _conditions(statement: Policy) -> frozenset[tuple[str, str, frozenset[str]]]:
    """The conditions by meaning; all of them have to hold, so a statement with a part of them asks for less."""
    return frozenset(
        (operator.lower(), key.lower(), frozenset(map(_text, as_list(values))))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _meaning(statements: list[Policy]) -> frozenset[str]:
    return canonical(Document({"Version": VERSIONS[0], "Statement": statements})) if statements else frozenset()


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text
