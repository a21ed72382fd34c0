# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of module_utils: who may know whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[3] / "plugins" / "module_utils"
FILES = sorted(path for path in ROOMS.glob("_*/*.py") if path.name != "__init__.py")


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, those of our rooms as `room` or `room.file`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            room = [path.parent.name] if node.level == 1 else []
            parts = [*room, *(node.module.split(".") if node.module else [])]
            yield from [".".join(parts)] if len(parts) > 1 else [f"{parts[0]}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def name(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "_ansible"], ids=name)
def test_only_one_room_knows_ansible(path: Path) -> None:
    # amazon.aws's own helpers for tags and filters are plain functions: no room would gain by a copy of them.
    helpers = "ansible_collections.amazon.aws.plugins.module_utils.tagging"

    assert [each for each in imports(path) if each.startswith(("ansible", "_ansible")) and each != helpers] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "_core"], ids=name)
def test_the_core_knows_no_other_room(path: Path) -> None:
    assert {each.split(".")[0] for each in imports(path) if each.startswith("_")} <= {"_core", "__future__"}


def test_there_is_no_circle() -> None:
    graph = {name(path): {each for each in imports(path) if each.startswith("_")} for path in FILES}

    assert len(tuple(TopologicalSorter(graph).static_order())) >= len(FILES)
