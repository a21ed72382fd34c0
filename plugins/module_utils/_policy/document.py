# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource policy documents: read them, and compare them by meaning, never by text.

The service answers with another text than it was given: ``Statement`` as an object or an array, a ``Resource``
added, scalars for lists. The rules that decide what is the same are those of IAM's policy grammar.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from .._core.ids import account_of

Policy = dict[str, Any]

Document = NewType("Document", Policy)
"""A policy that was parsed, or written here: Version first, and Statement a list of objects. It is handed on as this value."""

VERSIONS = ("2012-10-17", "2008-10-17")

# The grammar has five levels; what is much deeper is no policy, and would only exhaust whoever walks through it.
_DEEPEST = 50

# A principal without a wildcard or variable, or an ARN of one account, whatever it leaves open within that account.
_NAMED = re.compile(r"[^*?$]*|arn:[^:]*:[^:]*:[^:]*:[0-9]{12}:.*", re.DOTALL)


class PolicyError(ValueError):
    """A policy, or what was asked of one, that makes no sense; the text is a sentence for a person."""


def parse(policy: str | Mapping[str, Any]) -> Document:
    """Read a policy document, once for each text that comes from AWS or from the user.

    Args:
        policy: JSON text, or the document itself.

    Returns:
        A copy with ``Version`` first and ``Statement`` as a list of objects; all else as it was written.

    Raises:
        PolicyError: It is no JSON, or no policy that can be attached to a resource.
    """
    return check(_load(policy))


def check(document: Any) -> Document:
    """Take a JSON value for a policy document.

    Args:
        document: As JSON gives it.

    Returns:
        The same members, not copied, with ``Version`` first and ``Statement`` as a list of objects.

    Raises:
        PolicyError: It is no policy that can be attached to a resource.
    """
    if not isinstance(document, dict):
        raise PolicyError(f"A policy is a JSON object with Version and Statement, not {_brief(document)}.")
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise PolicyError(f"Version: {_brief(version)} is not a version of the policy language; use {VERSIONS[0]}.")
    statements = as_list(document.get("Statement", []))
    if not statements:
        raise PolicyError(
            "The policy has no Statement (element names begin with a capital, and at least one is needed)."
        )
    for index, statement in enumerate(statements):
        _check_statement(statement, f"Statement[{index}]")
    return Document({"Version": version, **document, "Statement": statements})


@dataclass(frozen=True)
class Held:
    """A policy as AWS has it, whatever it says.

    Attributes:
        content: The JSON object as it was written; None when it is none.
        document: The policy; None when it can't be understood.
        error: Why it can't be understood, a sentence; empty when it can.
    """

    content: Policy | None
    document: Document | None
    error: str = ""


def held(text: str) -> Held:
    """Read the text of a policy that AWS gives back, which can't be refused: whatever it is, it is there."""
    found = None
    try:
        found = _load(text)
        return Held(found, check(found))
    except PolicyError as error:
        return Held(found if isinstance(found, dict) else None, None, str(error))


def as_held(document: Document) -> Held:
    """Give a policy that is written the form of one that AWS has."""
    return Held(document, document)


def canonical(document: Document | None, resource_arn: str | None = None) -> frozenset[str]:
    """Reduce a policy to its meaning: equal results mean that the policies allow and deny the same.

    The order and repetition of statements and values, ``Sid``, scalars for lists, the case of actions, condition
    operators and condition keys, the two ways to write an account, and numbers or booleans for strings make no
    difference. ``Version`` makes one only where a policy variable is used, as only then the versions differ.

    Args:
        document: The policy, or None for no policy.
        resource_arn: The resource that the policy is attached to. A ``Resource`` that covers it says the same as
            none, as the service adds or drops that element by itself.

    Returns:
        One JSON text per distinct statement; empty for no policy.
    """
    if document is None:
        return frozenset()
    return frozenset(_meaning(statement, document["Version"], resource_arn) for statement in document["Statement"])


def equivalent(a: Document | None, b: Document | None, resource_arn: str | None = None) -> bool:
    """Tell whether two policies (None: no policy) on `resource_arn` allow and deny the same."""
    return canonical(a, resource_arn) == canonical(b, resource_arn)


def difference(wanted: Document | None, found: Document | None, resource_arn: str | None = None) -> str:
    """Say for a person which statements are missing in `found` and which nobody asked for; empty if none."""
    asked, there = canonical(wanted, resource_arn), canonical(found, resource_arn)
    sides = (("missing", asked - there), ("not asked for", there - asked))
    return "; ".join(f"{side}: {', '.join(sorted(statements))}" for side, statements in sides if statements)


def as_list(value: Any) -> list[Any]:
    """Return a policy element that may be one thing or a list of things as a list."""
    return list(value) if isinstance(value, list) else [value]


def strangers(policy: Document) -> dict[int, list[str]]:
    """Say what a policy allows to principals that it does not name.

    Nobody can list the accounts behind ``*``, a pattern in an account id, a policy variable, or NotPrincipal: they are
    everybody, or a piece of everybody. A Condition may narrow them again, but no Condition is understood in all its
    forms, so it makes no difference here. Deny statements open nothing.

    Args:
        policy: The policy.

    Returns:
        The principals by the index of their statement, as they were written; NotPrincipal by that name. Empty when each
        principal is of an account that is named.
    """
    found = {
        index: _strangers(statement)
        for index, statement in enumerate(policy["Statement"])
        if statement["Effect"] == "Allow"
    }
    return {index: names for index, names in found.items() if names}


def _strangers(statement: Mapping[str, Any]) -> list[str]:
    if "NotPrincipal" in statement:
        return ["NotPrincipal"]
    principal = statement["Principal"]
    kinds = {"AWS": principal} if isinstance(principal, str) else principal
    return [name for kind, values in kinds.items() for name in as_list(values) if _is_stranger(kind, name)]


def _is_stranger(kind: str, name: str) -> bool:
    """Tell whether `name` leaves the account open; a public identity provider, which has no ARN, knows everybody."""
    return not _NAMED.fullmatch(name) or (kind == "Federated" and not name.startswith("arn:"))


def covers(pattern: str, text: str) -> bool:
    """Tell whether IAM's wildcards ``*`` and ``?`` in `pattern` cover `text`; case counts."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def covers_resource(statement: Mapping[str, Any], resource_arn: str | None) -> bool:
    """Tell whether the statement's ``Resource`` (missing: the resource it is attached to) covers `resource_arn`."""
    patterns = as_list(statement.get("Resource", "*"))
    return "*" in patterns or (resource_arn is not None and any(covers(pattern, resource_arn) for pattern in patterns))


def _load(policy: str | Mapping[str, Any]) -> Any:
    """Return plain JSON data that shares nothing with `policy`."""
    try:
        if not isinstance(policy, str):
            # YAML reads an unquoted 2012-10-17 as a date, hence str.
            policy = json.dumps(policy, default=lambda value: dict(value) if isinstance(value, Mapping) else str(value))
        found = json.loads(policy, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise PolicyError(
            f"The policy is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError:
        raise PolicyError("The policy is nested too deeply.") from None
    except PolicyError:
        raise
    except (TypeError, ValueError):
        raise PolicyError(
            "The policy holds what JSON or a policy has no form for, such as a number of too many digits."
        ) from None
    if _is_deep(found):
        raise PolicyError("The policy is nested too deeply.")
    return found


def _is_deep(value: Any) -> bool:
    level = [value]
    for _depth in range(_DEEPEST):
        level = [
            item
            for each in level
            if isinstance(each, (dict, list))
            for item in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def without_own_resource(policy: Document, resource_arn: str | None) -> Document:
    """Drop each ``Resource`` that is nothing but the ARN of what the policy is attached to, which says the same as none.

    The service shows it by itself and has refused it when it was sent back ("Resources are not allowed").
    """
    statements = [
        {
            name: value
            for name, value in statement.items()
            if name != "Resource" or set(as_list(value)) != {resource_arn}
        }
        for statement in policy["Statement"]
    ]
    return Document({**policy, "Statement": statements})


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a JSON object; of a member given twice one would be lost without a word."""
    result = dict(members)
    if len(result) < len(members):
        names = [name for name, _value in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise PolicyError(f"The policy has the member {twice} twice in one object; join the two.")
    return result


def _check_statement(statement: Any, where: str) -> None:
    """Refuse what is no statement of a resource policy."""
    if not isinstance(statement, dict):
        raise PolicyError(f"{where}: a statement is a JSON object, not {_brief(statement)}.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{where}: Effect must be Allow or Deny, not {_brief(statement.get('Effect'))}.")
    for name in ("Principal", "Action"):
        if (name in statement) == (f"Not{name}" in statement):
            raise PolicyError(f"{where}: a statement of a resource policy has one of {name} and Not{name}.")
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        _check_strings(statement.get(name, []), f"{where}.{name}")
    for name in ("Principal", "NotPrincipal"):
        _check_principal(statement.get(name, "*"), f"{where}.{name}")
    _check_condition(statement.get("Condition", {}), where)


def _check_principal(principal: Any, where: str) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict):
        shape = '"*" or an object such as {"AWS": ["123456789012"]}'
        raise PolicyError(f"{where}: expected {shape}, not {_brief(principal)}.")
    for kind, values in principal.items():
        _check_strings(values, f"{where}.{kind}")


def _check_condition(condition: Any, where: str) -> None:
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        raise PolicyError(f"{where}.Condition: expected an object of operators, each an object of condition keys.")


def _check_strings(values: Any, where: str) -> None:
    for value in as_list(values):
        if not isinstance(value, str):
            raise PolicyError(f"{where}: expected a string or a list of strings, not {_brief(value)}; quote it.")


def _brief(value: Any) -> str:
    return "null" if value is None else json.dumps(value)[:80]


def _meaning(statement: Mapping[str, Any], version: str, resource_arn: str | None) -> str:
    """Return one statement's meaning as JSON text."""
    meaning = {name: value for name, value in statement.items() if name not in ("Sid", "Condition")}
    if covers_resource(meaning, resource_arn):
        meaning.pop("Resource", None)
    for name in meaning.keys() & {"Action", "NotAction"}:
        meaning[name] = _set(action.lower() for action in as_list(meaning[name]))
    for name in meaning.keys() & {"Resource", "NotResource"}:
        meaning[name] = _set(as_list(meaning[name]))
    for name in meaning.keys() & {"Principal", "NotPrincipal"}:
        meaning[name] = _principals(meaning[name])
    conditions = {
        (operator.lower(), key.lower(), tuple(_set(_text(value) for value in as_list(values))))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    }
    if conditions:
        meaning["Condition"] = sorted(conditions)
    if "${" in json.dumps(meaning):
        meaning["Version"] = version
    return json.dumps(meaning, sort_keys=True)


def _principals(principal: str | Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the principals by kind; accounts as bare ids."""
    kinds = {"AWS": "*"} if isinstance(principal, str) else principal
    return {kind: _set(account_of(value) or value for value in as_list(values)) for kind, values in kinds.items()}


def _text(value: Any) -> str:
    """Return a condition value as IAM sees it: text, whatever JSON type it was written as."""
    return value if isinstance(value, str) else json.dumps(value)


def _set(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
