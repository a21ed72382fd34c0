# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and the modules that they call take the same options in the same form."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import role_options
import yaml

ROOT = Path(__file__).parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
FORM = ("type", "elements", "choices")
# Options of the same name that mean something else in the role.
OTHERWISE = {
    ("client", "sslmode"): "also the modes of clients that verify nothing",
    ("cross_account_vpc", "grants"): "not converted yet: entries that a survey gives as text",
    ("cross_account_vpc", "workgroup"): "a list of names",
    ("private_link", "policy"): "not converted yet: a dictionary that a survey gives as text",
    ("public_access", "workgroup"): "a list of names",
    ("ssl", "workgroup"): "a list of names",
}


def calls(role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The modules of ours that a role's tasks call, with their options."""

    def walk(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for task in value or ():
            for name in ("block", "rescue", "always"):
                yield from walk(task.get(name))
            for key, options in task.items():
                module = str(key).removeprefix("redshift.serverless.")
                if key != module and module in MODULES:
                    yield module, options

    for path in sorted((ROOT / "roles" / role / "tasks").glob("*.yml")):
        yield from walk(yaml.safe_load(path.read_text(encoding="utf-8")))


def options(role: str) -> dict[str, dict[str, Any]]:
    path = ROOT / "roles" / role / "meta" / "argument_specs.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]
    return {name: option for entry in entries.values() for name, option in entry["options"].items()}


def form(option: dict[str, Any]) -> dict[str, Any]:
    nested = option.get("options") or option.get("suboptions") or {}
    return {key: option.get(key) for key in FORM} | {name: form(each) for name, each in nested.items()}


def test_the_generated_options_are_those_of_the_modules() -> None:
    assert list(role_options.stale()) == [], "run tests/tools/role_options.py"


@pytest.mark.parametrize("role", role_options.MIRRORS)
def test_a_role_hands_on_everything_that_its_modules_take(role: str) -> None:
    mirror = role_options.MIRRORS[role]
    for module in mirror.modules:
        handed_on = {name for called, given in calls(role) if called == module for name in given}
        spec = set(import_module(f"{role_options.MODULES}.{module}").argument_spec())
        assert spec <= handed_on, module
        assert {f"{role}_{name}" for name in spec} <= set(options(role))


@pytest.mark.parametrize("role", ROLES)
def test_options_of_the_same_name_have_the_same_form(role: str) -> None:
    own = options(role)
    for module in sorted({module for module, _given in calls(role)}):
        for name, option in role_options.module_options(module).items():
            if f"{role}_{name}" in own and (role, name) not in OTHERWISE:
                assert form(own[f"{role}_{name}"]) == form(option), (module, name)
