# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read answers, which may be plain text, as the types that an argument specification names.

A survey gives text for everything. An empty text is no answer. A list may be text with commas or line breaks, or JSON
or YAML; dictionaries and lists of dictionaries may be JSON or YAML. An entry that is plain text where a dictionary
with one required key is expected stands for that key. Every problem is one sentence of the form
`<name>: got <value>; expected <what>.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .names import did_you_mean

Option = Mapping[str, Any]
Specification = Mapping[str, Option]

# The words that Ansible takes for a boolean.
TRUE = frozenset({"y", "yes", "on", "1", "true", "t", "1.0"})
FALSE = frozenset({"n", "no", "off", "0", "false", "f", "0.0"})
LONGEST_VALUE = 80


class Unreadable(Exception):
    """A value that its type does not have; the message says what was expected."""


@dataclass
class Reading:
    """What was given, typed, and what is wrong with it.

    Attributes:
        values: the options that were given or have a default. What was not given is not there.
        problems: sentences that name the option.
    """

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(given: Mapping[str, Any], specification: Specification, parse: Callable[[str], Any]) -> Reading:
    """Type answers as a specification says.

    Args:
        given: the answers by option; None and empty text count as not given.
        specification: type, elements, options, choices, default, required and no_log of each option.
        parse: reads JSON or YAML text, in which plain words and numbers stay text; raises ValueError.

    Returns:
        the typed values and the problems.
    """
    reader = _Reader(parse)
    values: dict[str, Any] = {}
    for name, option in specification.items():
        value = given.get(name)
        if is_empty(value):
            if option.get("required"):
                reader.problems.append(f"{name}: got nothing; expected {_expected(option)}. It is required.")
            value = option.get("default")
        if value is not None:
            reader.put(values, name, name, value, option)
    return Reading(values, reader.problems)


def is_empty(value: Any) -> bool:
    """Tell whether an answer is none."""
    return value is None or (isinstance(value, str) and not value.strip())


def shown(value: Any, secret: bool = False) -> str:
    """Return a value as messages show it: short, on one line, and never a secret one."""
    if secret:
        return "a value that is not shown"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(str(value)) if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def kind_of(value: Any) -> str:
    """Return what kind of value was given, without showing the value: "a list"."""
    if value is None:
        return "nothing"
    for types, kind in (
        (bool, "a boolean"),
        (str, "a text"),
        ((int, float), "a number"),
        (Mapping, "a dictionary"),
        (Sequence, "a list"),
    ):
        if isinstance(value, types):
            empty = kind in ("a text", "a dictionary", "a list") and not value
            return kind.replace("a ", "an empty ", 1) if empty else kind
    return f"a value of type {type(value).__name__}"


class _Reader:
    def __init__(self, parse: Callable[[str], Any]) -> None:
        self._parse = parse
        self.problems: list[str] = []

    def put(self, values: dict[str, Any], name: str, label: str, value: Any, option: Option) -> None:
        """Read a value into `values`, or note what is wrong with it."""
        secret = bool(option.get("no_log"))
        try:
            typed = self._typed(label, value, option)
        except Unreadable as error:
            self.problems.append(f"{label}: got {shown(value, secret)}; expected {error}.")
            return
        if option.get("required") and typed == []:
            self.problems.append(f"{label}: got an empty list; expected at least one entry.")
            return
        values[name] = typed

    def _typed(self, label: str, value: Any, option: Option) -> Any:
        kind = option.get("type", "str")
        if kind == "list":
            return self._list(label, value, option)
        if kind == "dict":
            return self._dict(label, value, option)
        typed = _SCALARS.get(kind, _plain)(value)
        return _chosen(typed, option)

    def _list(self, label: str, value: Any, option: Option) -> list[Any]:
        element = {**option, "type": option.get("elements", "raw"), "required": False}
        entries = self._entries(value, element["type"] == "dict")
        typed: dict[str, Any] = {}
        for number, entry in enumerate(entries):
            if not is_empty(entry):
                self.put(typed, str(number), f"{label}[{_entry_name(entry, number)}]", entry, element)
        return list(typed.values())

    def _entries(self, value: Any, structures: bool) -> Sequence[Any]:
        if isinstance(value, str) and (structures or re.match(r"\s*(\[|- )", value)):
            value = self._structure(value)
        if isinstance(value, str):
            return re.split(r"[,\n]", value)
        return value if isinstance(value, list | tuple) else [value]

    def _dict(self, label: str, value: Any, option: Option) -> dict[str, Any]:
        found = self._structure(value)
        specification: Specification = option.get("options") or {}
        if not isinstance(found, Mapping):
            found = _pairs(found) or _alone(found, specification)
        if found is None:
            raise Unreadable(_expected({**option, "type": "dict"}))
        if not specification:
            return {str(key): _plain(item) for key, item in found.items()}
        return self._members(label, found, specification)

    def _members(self, label: str, found: Mapping[str, Any], specification: Specification) -> dict[str, Any]:
        for key in found:
            if key not in specification:
                hint = did_you_mean(str(key), specification) or f"Known keys are {', '.join(specification)}."
                self.problems.append(f"{label}: the key {shown(str(key))} is unknown. {hint}")
        values: dict[str, Any] = {}
        for name, option in specification.items():
            value = found.get(name)
            if is_empty(value) and not (value is not None and option.get("type") == "list"):
                if option.get("required"):
                    self.problems.append(f"{label}.{name}: got nothing; expected {_expected(option)}. It is required.")
                value = option.get("default")
            elif is_empty(value):
                value = []  # nobody is not everybody: an empty list is not the same as none
            if value is not None:
                self.put(values, name, f"{label}.{name}", value, option)
        return values

    def _structure(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except ValueError:
            return value


def _entry_name(entry: Any, number: int) -> str:
    """Return how messages call an entry of a list: by its name where it has one."""
    if isinstance(entry, Mapping):
        return str(entry.get("name") or entry.get("account") or number)
    return str(number)


def _pairs(value: Any) -> dict[str, str] | None:
    """Read `team=a, stage=test`."""
    parts = re.split(r"[,\n]\s*|\s+", value.strip()) if isinstance(value, str) else []
    pairs = [part.partition("=") for part in parts if part]
    if not pairs or not all(name and equals for name, equals, _text in pairs):
        return None
    return {name: text for name, _equals, text in pairs}


def _alone(value: Any, specification: Specification) -> dict[str, Any] | None:
    """Read plain text or a number as the only required key of a dictionary."""
    required = [name for name, option in specification.items() if option.get("required")]
    plain = isinstance(value, str | int) and not isinstance(value, bool) and "{" not in str(value)
    return {required[0]: value} if plain and len(required) == 1 else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | int | float):
        return str(value)
    raise Unreadable("text")


def _whole_number(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d+\s*", value):
        return int(value)
    raise Unreadable("a whole number")


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", value, re.IGNORECASE):
        return float(value)
    raise Unreadable("a number")


def _boolean(value: Any) -> bool:
    word = str(value).strip().lower() if isinstance(value, bool | int | float | str) else ""
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise Unreadable("true or false")


def _plain(value: Any) -> Any:
    """Return the value as plain data, without the marks that Ansible puts on it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _chosen(value: Any, option: Option) -> Any:
    choices: Iterable[Any] = option.get("choices") or ()
    if choices and value not in choices:
        near = did_you_mean(str(value), [str(choice) for choice in choices])
        words = f"one of {', '.join(str(choice) for choice in choices)}"
        raise Unreadable(f"{words}. {near}".removesuffix("."))
    return value


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "path": _text,
    "int": _whole_number,
    "float": _number,
    "bool": _boolean,
    "raw": _plain,
}

_WORDS = {
    "str": "text",
    "path": "a path",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a dictionary",
}


def _expected(option: Option) -> str:
    """Return what an option takes, in words."""
    kind = str(option.get("type", "str"))
    if option.get("choices"):
        return f"one of {', '.join(str(choice) for choice in option['choices'])}"
    words = _WORDS.get(kind, "a value")
    keys = ", ".join(option.get("options") or ())
    if kind == "list" and option.get("elements") == "dict":
        return f"a list of dictionaries with the keys {keys}" if keys else "a list of dictionaries"
    return f"{words} with the keys {keys}" if kind == "dict" and keys else words
