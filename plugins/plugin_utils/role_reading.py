# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a role's variables on the controller, by the role's own specification, and check them by its rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError, AnsibleValueOmittedError

from ..module_utils._core import answers
from ..module_utils._roles.common import Context, Names, unknown_variables
from ..module_utils._roles.values import text_problems

RULES = "ansible_collections.redshift.serverless.plugins.module_utils._roles"
# Options that every role may have, and that one variable may set for all of them.
SHARED = {option: f"redshift_serverless_{option}" for option in ("wait_timeout", "wait_delay")}


class TextLoader(yaml.BaseLoader):
    """Build nothing but text, lists, dictionaries and null: an account id such as 012345670123 is no octal number."""


TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL)$"), list("~nN"))
TextLoader.add_constructor("tag:yaml.org,2002:null", lambda _loader, _node: None)


def parse(text: str) -> Any:
    """Read JSON or YAML text.

    Raises:
        ValueError: it is neither.
    """
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except ValueError:
        pass
    try:
        return yaml.load(text, Loader=TextLoader)  # noqa: S506 - builds nothing but plain data
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


class RoleSpecification:
    """What a role takes at one entry point.

    Args:
        folder: the role's.
        entry_point: such as main.

    Attributes:
        role: the role's name.
        prefix: what its variables begin with.
        entry_point: as given.
        options: of this entry point, by the name of the variable.
        secrets: options that no result may hold.
        rules: the role's file in module_utils/_roles; None for a role that has none.

    Raises:
        AnsibleActionFail: the role has no such entry point.
    """

    def __init__(self, folder: Path, entry_point: str = "main") -> None:
        self.role = folder.name
        self.prefix = f"{self.role}_"
        self.entry_point = entry_point
        self._entries = _load(folder / "meta" / "argument_specs.yml")
        if entry_point not in self._entries:
            raise AnsibleActionFail(
                f"tasks_from: got {entry_point}; expected an entry point of the role {self.role}, one of "
                f"{', '.join(self._entries)}. Nothing was changed."
            )
        self.options: dict[str, Any] = self._entries[entry_point].get("options") or {}
        self.secrets = {name for name, option in self.options.items() if _is_secret(option)}
        self.rules: Any = import_module(f"{RULES}.{self.role}") if find_spec(f"{RULES}.{self.role}") else None
        siblings = {path.name for path in folder.parent.iterdir()} - {self.role}
        self._neighbours = {f"{name}_" for name in siblings if name.startswith(self.prefix)}

    def names(self, ignored: Iterable[str]) -> Names:
        """Return the names that are no mistake.

        Options of the other entry points belong to them, since one file of answers serves all, and so does what the role
        itself returns.
        """
        others = {name for entry in self._entries.values() for name in entry.get("options") or {}}
        others |= {f"{self.prefix}result", f"{self.prefix}ignore_variables", *ignored}
        others |= {f"{self.prefix}entry_point"} if len(self._entries) > 1 else set()
        return Names(self.role, self.options.keys(), others, self._neighbours)


def _load(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found: dict[str, Any] = yaml.load(file, Loader=loader)["argument_specs"]  # noqa: S506 - both are safe loaders
    return found


def _is_secret(option: Mapping[str, Any]) -> bool:
    return bool(option.get("no_log")) or any(map(_is_secret, (option.get("options") or {}).values()))


def _malformed(spec: RoleSpecification, options: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with values that are text; a secret is not looked at, since a problem quotes the value."""
    shown = {spec.prefix + name: value for name, value in options.items() if spec.prefix + name not in spec.secrets}
    hosts, addresses = (getattr(spec.rules, kind, ()) for kind in ("HOSTS", "ADDRESSES"))
    return text_problems(shown, hosts, addresses)


@dataclass(frozen=True)
class Read:
    """A role's variables.

    Attributes:
        options: typed, by their name without the role's prefix. Secret ones are among them.
        problems: what speaks against them.
    """

    options: dict[str, Any]
    problems: list[str]


class VariableReader:
    """Reads what a task sees.

    Args:
        templar: of the task.
        variables: of the task.
    """

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._templar, self._variables = templar, variables

    def context(self, entry_point: str, check_mode: bool) -> Context:
        """Return where the role runs."""
        return Context(
            host=str(self._variables.get("inventory_hostname", "localhost")),
            groups={str(group): list(hosts) for group, hosts in (self._variables.get("groups") or {}).items()},
            entry_point=entry_point,
            check_mode=check_mode,
        )

    def read(self, spec: RoleSpecification, said: Iterable[str], check_mode: bool) -> Read:
        """Type a role's variables, and find everything that speaks against them.

        Args:
            spec: what the role takes.
            said: names of variables that were said to this run or this call.
            check_mode: whether this is only a prediction.
        """
        given, problems = self._given(spec)
        reading = answers.read(given, spec.options, parse)
        options = {name.removeprefix(spec.prefix): value for name, value in reading.values.items()}
        names = spec.names(self.names_in(f"{spec.prefix}ignore_variables"))
        problems += unknown_variables(names, map(str, said), map(str, self._variables), given)
        problems += [self._as_asked(problem, spec) for problem in reading.problems]
        problems += _malformed(spec, options)
        if spec.rules:
            context = self.context(spec.entry_point, check_mode)
            context = replace(context, given=[name.removeprefix(spec.prefix) for name in given])
            problems += spec.rules.problems(options, context)
        return Read(options, problems)

    def value(self, name: str) -> Any:
        """Return a variable with its templates resolved; None for none, for empty text and for omit.

        Raises:
            AnsibleError: a template can't be resolved.
        """
        if answers.is_empty(self._variables.get(name)):
            return None
        try:
            value = self._templar.template(self._variables[name])
        except AnsibleValueOmittedError:
            return None
        return None if answers.is_empty(value) else value

    def names_in(self, name: str) -> list[str]:
        """Return the names that a variable lists."""
        option = {"type": "list", "elements": "str", "default": []}
        found: list[str] = answers.read({name: self.value(name)}, {name: option}, parse).values.get(name, [])
        return found

    def _given(self, spec: RoleSpecification) -> tuple[dict[str, Any], list[str]]:
        given: dict[str, Any] = {}
        problems = []
        for name in spec.options:
            source = self._source(name, spec)
            try:
                value = self.value(source)
            except AnsibleError as error:
                problems.append(f"{source}: could not be read. {error.message}")
                continue
            if value is not None:
                given[name] = value
        return given, problems

    def _source(self, name: str, spec: RoleSpecification) -> str:
        """Return the variable that an option comes from: its own, or the one of all roles."""
        shared = SHARED.get(name.removeprefix(spec.prefix))
        return shared if shared and answers.is_empty(self._variables.get(name)) else name

    def _as_asked(self, problem: str, spec: RoleSpecification) -> str:
        """Return a problem with the name that the user gave."""
        name, colon, rest = problem.partition(":")
        return f"{self._source(name, spec)}{colon}{rest}"
