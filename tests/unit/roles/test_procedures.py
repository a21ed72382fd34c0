# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and playbooks read like procedures: what is decided is decided in Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
CONDITIONS = {"when", "changed_when", "failed_when", "until", "that"}
LONGEST = 120
# AWS is asked as the caller: root has no credentials of the caller's.
AWS = re.compile(r"redshift\.serverless\.(?!role_|connection_check$|client_entries$)|amazon\.aws\.")

# Roles that are not converted yet, and how many template programs each may still hold. Take a role out when it is.
ALLOWED = {
    "federated_roles": 4,
}


def texts(value: Any) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def conditions(value: Any) -> Iterator[str]:
    """All conditions in a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in CONDITIONS:
                yield from texts(each)
            yield from conditions(each)
    elif isinstance(value, list):
        for each in value:
            yield from conditions(each)


def documents(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.rglob("*.yml")):
        if path.parent.name != "meta":
            yield yaml.safe_load(path.read_text(encoding="utf-8"))


def programs(document: Any) -> Counter[str]:
    """Count what is a program and no value: statements, ternaries, filters in a row, long conditions."""
    found: Counter[str] = Counter()
    for text in texts(document):
        found["statement"] += len(re.findall(r"{%-?\s*(for|set|if|macro)\b", text))
        for expression in re.findall(r"{{.*?}}", text, re.DOTALL):
            found["ternary"] += max(0, expression.count(" if ") - 1)
            found["pipeline"] += len(re.findall(r"\|", expression)) > 3
    found["condition"] += sum(len(" ".join(text.split())) > LONGEST for text in conditions(document))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_role_holds_no_template_programs(role: str) -> None:
    found = sum((programs(document) for document in documents(ROOT / "roles" / role)), Counter[str]())
    assert found.total() <= ALLOWED.get(role, 0), dict(found)


@pytest.mark.parametrize("path", sorted((ROOT / "playbooks").glob("*.yml")), ids=lambda path: path.stem)
def test_a_playbook_holds_no_template_programs(path: Path) -> None:
    found = programs(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert found.total() == 0, dict(found)


def test_what_is_counted() -> None:
    assert programs({"a": "{% for x in y %}{% set z = 1 %}{% endfor %}"})["statement"] == 2
    assert programs({"when": ["a" * (LONGEST + 1), "b"]})["condition"] == 1
    assert programs({"a": "{{ a | b | c | d | e }}"})["pipeline"] == 1
    assert programs({"a": "{{ x if y else z }}"}).total() == 0


def tasks(value: Any) -> Iterator[dict[str, Any]]:
    for task in value or ():
        blocks = [block for name in ("block", "rescue", "always") for block in task.get(name, ())]
        yield from tasks(blocks) if blocks else [task]


@pytest.mark.parametrize("role", ROLES)
def test_aws_is_asked_without_become(role: str) -> None:
    paths = sorted((ROOT / "roles" / role / "tasks").glob("*.yml"))
    found = [task for path in paths for task in tasks(yaml.safe_load(path.read_text(encoding="utf-8")))]
    asking = [task for task in found if any(map(AWS.match, task))]
    assert asking, "the role asks AWS for nothing"
    assert [task["name"] for task in asking if task.get("become") is not False] == []


CONVERTED = [role for role in ROLES if role not in ALLOWED]


@pytest.mark.parametrize("role", CONVERTED)
def test_a_converted_role_is_built_alike(role: str) -> None:
    folder = ROOT / "roles" / role
    rules = import_module(f"ansible_collections.redshift.serverless.plugins.module_utils._roles.{role}")
    assert callable(rules.problems)
    assert rules.DECISIONS
    assert not (folder / "defaults").exists(), "defaults are those of meta/argument_specs.yml"
    # Ansible's own validation would take an empty answer for a wrong value.
    assert (folder / "meta" / "argument_specs").is_file()
    first = yaml.safe_load((folder / "tasks" / "main.yml").read_text(encoding="utf-8"))[0]
    assert "redshift.serverless.role_variables" in first
    names = re.findall(rf"'{role}\.(\w+)'", "".join(path.read_text() for path in folder.glob("tasks/*.yml")))
    assert set(names) <= set(rules.DECISIONS)


@pytest.mark.parametrize("role", CONVERTED)
def test_vars_are_constants(role: str) -> None:
    path = ROOT / "roles" / role / "vars" / "main.yml"
    values = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    assert [text for text in texts(values) if "{{" in text or "{%" in text] == []


@pytest.mark.parametrize("role", CONVERTED)
def test_every_entry_point_knows_what_every_role_has(role: str) -> None:
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    for entry in specs["argument_specs"].values():
        assert f"{role}_ignore_variables" in entry["options"]
