# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that stand in one place, and functions that are short."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[3] / "plugins"
FILES = sorted(PLUGINS.rglob("*.py"))
LONGEST_FUNCTION = 44


@cache
def code(path: Path) -> list[ast.AST]:
    """The nodes of a file, but for its docstrings and the documentation of plugins."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper())
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    return [node for node in ast.walk(tree) if id(node) not in told]


def places(is_rule: Callable[[ast.AST], bool]) -> list[str]:
    """The files that a rule stands in, each as often as it does."""
    return [str(path.relative_to(PLUGINS)) for path in FILES for node in code(path) if is_rule(node)]


def says(words: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Constant) and isinstance(node.value, str) and words in node.value


def cuts_an_arn(node: ast.AST) -> bool:
    """Whether a text is cut at colons and one of the parts taken by its number, as one does with ARNs."""
    cut = node.value if isinstance(node, ast.Subscript) else None
    return (
        isinstance(cut, ast.Call)
        and isinstance(cut.func, ast.Attribute)
        and cut.func.attr == "split"
        and any(isinstance(each, ast.Constant) and each.value == ":" for each in cut.args)
    )


@pytest.mark.parametrize(
    ("is_rule", "expected"),
    [
        (lambda node: isinstance(node, ast.Constant) and node.value == 5439, ["module_utils/_probe/hostname.py"]),
        (says("id that begins with 0"), ["module_utils/_core/ids.py"]),
        (says("hexadecimal digits in lower case"), ["module_utils/_core/ids.py"]),
        (
            says("expected the 12 digits of an AWS account"),
            ["module_utils/_core/ids.py", "module_utils/_policy/grants.py"],
        ),
        (says("waited_for"), ["module_utils/_core/shapes.py"]),
        (cuts_an_arn, []),
    ],
    ids=["port", "lost zeros", "vpc id", "account id", "shape of a change", "arn"],
)
def test_a_rule_stands_in_one_place(is_rule: Callable[[ast.AST], bool], expected: list[str]) -> None:
    assert places(is_rule) == expected


def test_functions_are_short() -> None:
    functions = [
        (path.name, node.name, (node.end_lineno or 0) - node.lineno + 1)
        for path in FILES
        for node in code(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]

    assert functions
    assert [each for each in functions if each[2] > LONGEST_FUNCTION] == []
