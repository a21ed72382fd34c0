# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Read and check the variables of the role whose task this is; see plugins/modules/role_variables.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail, AnsibleError, AnsibleValueOmittedError
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..module_utils._core import answers
from ..module_utils._roles.common import Context, Names, refusal, unknown_variables
from ..module_utils._roles.values import text_problems

ROLES = "ansible_collections.redshift.serverless.plugins.module_utils._roles"
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


class ActionModule(ActionBase):
    """What Ansible looks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the role's options by their name without its prefix; fail with all problems at once."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        called = CalledRole(self._task)
        given, problems = self._given(called, variables)
        reading = answers.read(given, called.options, parse)
        options = {name.removeprefix(called.prefix): value for name, value in reading.values.items()}
        context = Context(
            host=str(variables.get("inventory_hostname", "localhost")),
            groups={str(group): list(hosts) for group, hosts in (variables.get("groups") or {}).items()},
            entry_point=called.entry_point,
            check_mode=bool(self._task.check_mode),
        )
        problems += self._strangers(called, variables, given)
        problems += [_as_asked(problem, called, variables) for problem in reading.problems]
        problems += _malformed(called, options)
        problems += called.rules.problems(options, context)
        if problems:
            raise AnsibleActionFail(refusal(problems))
        settings = getattr(called.rules, "settings", None)
        result.update({name: value for name, value in options.items() if called.prefix + name not in called.secrets})
        result.update(settings(options, context) if settings else {})
        return result

    def _given(self, called: CalledRole, variables: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """What was given, with all templates resolved, and what could not be."""
        given: dict[str, Any] = {}
        problems = []
        for name in called.options:
            source = _source(name, called, variables)
            if source is None:
                continue
            try:
                value = self._templar.template(variables[source])
            except AnsibleValueOmittedError:
                continue
            except AnsibleError as error:
                problems.append(f"{source}: could not be read. {error.message}")
                continue
            if not answers.is_empty(value):
                given[name] = value
        return given, problems

    def _strangers(self, called: CalledRole, variables: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
        ignored = answers.read(
            {"names": self._templar.template(variables.get(f"{called.prefix}ignore_variables"))},
            {"names": {"type": "list", "elements": "str", "default": []}},
            parse,
        ).values["names"]
        names = Names(called.role, called.options.keys(), called.other_names | set(ignored), called.neighbours)
        said = [*load_extra_vars(self._loader), *called.variables_of_the_call()]
        return unknown_variables(names, map(str, said), map(str, variables), given)


def _source(name: str, called: CalledRole, variables: Mapping[str, Any]) -> str | None:
    """The variable that an option comes from: its own, or the one of all roles."""
    if not answers.is_empty(variables.get(name)):
        return name
    shared = SHARED.get(name.removeprefix(called.prefix))
    return shared if shared in variables else None


def _malformed(called: CalledRole, options: Mapping[str, Any]) -> list[str]:
    """What is wrong with values that are text; a secret is not looked at, since a problem quotes the value."""
    shown = {
        called.prefix + name: value for name, value in options.items() if called.prefix + name not in called.secrets
    }
    hosts, addresses = (getattr(called.rules, kind, ()) for kind in ("HOSTS", "ADDRESSES"))
    return text_problems(shown, hosts, addresses)


def _as_asked(problem: str, called: CalledRole, variables: Mapping[str, Any]) -> str:
    """A problem with the name that the user gave."""
    for option, shared in SHARED.items():
        if problem.startswith(f"{called.prefix}{option}:") and answers.is_empty(variables.get(called.prefix + option)):
            return problem.replace(called.prefix + option, shared, 1)
    return problem


class CalledRole:
    """The role that a task belongs to, and how it was called.

    Args:
        task: of the role.

    Attributes:
        role: the role's name.
        prefix: what its variables begin with.
        entry_point: the one that was called.
        options: of this entry point, by the name of the variable.
        other_names: further names with the prefix that are no mistake: options of the other entry points, which one file of
            answers may give together, and what the role itself returns.
        neighbours: prefixes of other roles' variables that begin with this prefix.
        secrets: options that no result may hold.
        rules: the role's file in module_utils/_roles.
    """

    def __init__(self, task: Any) -> None:
        called = task._role
        if called is None:
            raise AnsibleActionFail("role_variables reads the variables of a role: use it in the tasks of a role.")
        self._task, self._called = task, called
        folder = Path(called.get_role_path())
        self.role = folder.name
        self.prefix = f"{self.role}_"
        tasks = called._from_files.get("tasks", "main")
        self.entry_point = str(tasks).removesuffix(".yml").removesuffix(".yaml")
        entries = _read_specification(folder / "meta" / "argument_specs.yml")
        if self.entry_point not in entries:
            raise AnsibleActionFail(
                f"tasks_from: got {self.entry_point}; expected an entry point of the role {self.role}, one of "
                f"{', '.join(entries)}. Nothing was changed."
            )
        self.options: dict[str, Any] = entries[self.entry_point].get("options") or {}
        others = {name for entry in entries.values() for name in entry.get("options") or {}}
        others |= {f"{self.prefix}result", f"{self.prefix}ignore_variables"}
        self.other_names = others | ({f"{self.prefix}entry_point"} if len(entries) > 1 else set())
        siblings = {path.name for path in folder.parent.iterdir()} - {self.role}
        self.neighbours = {f"{name}_" for name in siblings if name.startswith(self.prefix)}
        self.secrets = {name for name, option in self.options.items() if _is_secret(option)}
        self.rules: Any = import_module(f"{ROLES}.{self.role}")

    def variables_of_the_call(self) -> Iterator[str]:
        """The names of the variables that were given with the call: its parameters and vars, and those of blocks around it.

        What stands around the call of another role that calls this one was said to that other role.
        """
        yield from self._called._role_params
        yield from self._called.vars
        calls = 0
        parent = self._task._parent
        while parent is not None:
            calls += hasattr(parent, "_role_name")
            if calls > 1:
                return
            yield from parent.vars
            parent = parent._parent


def _read_specification(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found: dict[str, Any] = yaml.load(file, Loader=loader)["argument_specs"]  # noqa: S506 - both are safe loaders
    return found


def _is_secret(option: Mapping[str, Any]) -> bool:
    return bool(option.get("no_log")) or any(map(_is_secret, (option.get("options") or {}).values()))
