"""Evaluation of a resource policy: may this principal do this action in this context? Pure functions.

The rules are IAM's: an explicit Deny wins, then an Allow is needed; a condition key that the context lacks does not
match a positive operator and does match a negated one; ``...IfExists`` matches when the key is missing.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        account: The caller's account.
        principal: The caller's ARN.
        action: E.g. ``redshift-serverless:CreateEndpointAccess``.
        resources: ARNs any of which a Resource element may name.
        context: Condition keys and their values.
    """

    account: str
    principal: str
    action: str
    resources: tuple[str, ...]
    context: Mapping[str, str]


def as_list(value: Any) -> list[Any]:
    """A scalar or a list as a list; None as an empty one."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def is_allowed(document: Document, request: Request) -> bool:
    """Whether the policy allows the request: some Allow matches and no Deny does."""
    effects = {each["Effect"] for each in as_list(document["Statement"]) if matches(each, request)}
    return "Allow" in effects and "Deny" not in effects


def matches(statement: Document, request: Request) -> bool:
    """Whether principal, action, resource and condition of a statement all match."""
    return (
        principal_matches(statement.get("Principal"), request)
        and any(like(pattern, request.action, fold=True) for pattern in as_list(statement.get("Action")))
        and _resource_matches(statement.get("Resource"), request)
        and all(
            condition_matches(operator, key, as_list(wanted), request.context)
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, wanted in keys.items()
        )
    )


def principal_matches(principal: Any, request: Request) -> bool:
    """A bare account id, the root ARN, the caller's own ARN, the role of its session, or ``*``."""
    named = as_list(principal.get("AWS")) if isinstance(principal, Mapping) else as_list(principal)
    return any(each == "*" or _is_principal(str(each), request) for each in named)


def _is_principal(named: str, request: Request) -> bool:
    partition = request.principal.split(":")[1] if request.principal.startswith("arn:") else "aws"
    accepted = {request.account, f"arn:{partition}:iam::{request.account}:root", request.principal}
    session = re.fullmatch(r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/]+)/.+", request.principal)
    if session:
        accepted.add(f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}")
    return named in accepted


def _resource_matches(resource: Any, request: Request) -> bool:
    """No Resource element means the resource that the policy is attached to."""
    patterns = as_list(resource)
    return not patterns or any(like(str(pattern), arn) for pattern in patterns for arn in request.resources)


def like(pattern: str, text: str, fold: bool = False) -> bool:
    """Whether the text matches a pattern with ``*`` and ``?``."""
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL if fold else re.DOTALL) is not None


def arn_like(pattern: str, text: str) -> bool:
    """As :func:`like`, part by part: a wildcard does not reach over a colon."""
    patterns, parts = pattern.split(":", 5), text.split(":", 5)
    return len(patterns) == len(parts) and all(like(each, part) for each, part in zip(patterns, parts, strict=True))


def _same_folded(pattern: str, text: str) -> bool:
    return pattern.casefold() == text.casefold()


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _same_folded,
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": _same_folded,
}
_NEGATED: dict[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
OPERATORS = frozenset({*_TESTS, *_NEGATED, "Null"})


def base_operator(operator: str) -> str:
    """The operator without ``ForAnyValue:``, ``ForAllValues:`` and ``IfExists``."""
    return re.sub(r"^(ForAnyValue|ForAllValues):", "", operator).removesuffix("IfExists")


def condition_matches(operator: str, key: str, wanted: list[Any], context: Mapping[str, str]) -> bool:
    """Whether one line of a Condition matches. Keys ignore case, as IAM's do.

    The context has one value for each key, so ForAnyValue is no different from none, and ForAllValues also matches a
    missing key. An operator that is not known here never matches.
    """
    name = base_operator(operator)
    values = [str(each).lower() if isinstance(each, bool) else str(each) for each in wanted]
    present = {each.casefold(): value for each, value in context.items()}.get(key.casefold())
    if name == "Null":
        return str(present is None).lower() in values
    negated = name in _NEGATED
    test = _TESTS.get(_NEGATED.get(name, name))
    if test is None:
        return False
    if present is None:
        return negated or operator.endswith("IfExists") or operator.startswith("ForAllValues:")
    return any(test(each, present) for each in values) != negated
