# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.client_conflicts import client_conflicts, without_block
from ansible_collections.redshift.serverless.plugins.filter.client_files import client_files
from hypothesis import given
from hypothesis import strategies as st

DRIVER = "Amazon Redshift ODBC Driver (x64)"
STRINGS: dict[str, Any] = {
    "host": "h",
    "port": 5439,
    "database": "dev",
    "libpq_keywords": "host=h",
    "odbc": f"Driver={{{DRIVER}}};Server=h",
    "jdbc": "jdbc:redshift://h:5439/dev",
    "jdbc_iam": None,
    "dbt": {"type": "redshift", "host": "h", "method": "database"},
}
# Names that a section can have.
NAMES = st.text("abc:\"'#{}%*.ä ", min_size=1).map(str.strip).filter(bool)


def file(kind: str, text: str, name: str = "sales") -> dict[str, Any]:
    mark = f"redshift.serverless {DRIVER if kind == 'odbcinst' else name}"
    entry = {"kind": kind, "path": f"/{kind}", "mark": mark}
    return {"content": base64.b64encode(text.encode()).decode(), "__client_file": {"__client_entry": entry}}


def problems(kind: str, text: str, name: str = "sales") -> str:
    return " ".join(client_conflicts([file(kind, text, name)], name, DRIVER))


def block(kind: str, name: str = "sales") -> str:
    """The entry as blockinfile writes it."""
    mark = f"redshift.serverless {DRIVER if kind == 'odbcinst' else name}"
    return f"# BEGIN {mark}\n{client_files(STRINGS, name)[kind]}\n# END {mark}\n"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("pg_service", "host=h\n  [sales]\n", "service [sales] already"),
        ("odbc", "[Sales]\n", "data source [sales] already"),
        ("odbcinst", f"[{DRIVER.upper()}]\n", f"driver [{DRIVER}] already"),
        ("jdbc", " url = x\n", "property url already"),
        ("jdbc", block("jdbc", "finance"), "choose another client_jdbc_path"),
        ("dbt", '"sales": {}\n', "profile sales already"),
        ("dbt", "a: [\n", "no YAML to which"),
        ("dbt", "{a: b}\n", "no YAML to which"),
        ("dbt", "- a\n", "no YAML to which"),
        ("dbt", "a\n", "no YAML to which"),
    ],
)
def test_what_is_somebody_elses_is_told(kind: str, text: str, words: str) -> None:
    found = problems(kind, text)
    assert found.startswith(f"/{kind}: ")
    assert words in found
    assert words in problems(kind, text + block(kind))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("pg_service", "[Sales]\nhost=[sales]\n# [sales]\n"),
        ("odbc", "[sales2]\n[ODBC Data Sources]\nsales=a\n"),
        ("odbcinst", "[PostgreSQL]\n"),
        ("jdbc", "# url=x\npool.url=y\nurls=z\n"),
        ("dbt", "# mine\na: &x\n  sales: |\n    here\nb: *x\n"),
        ("dbt", "a: |\n  text"),
        ("dbt", "---\n"),
    ],
)
def test_others_may_stay(kind: str, text: str) -> None:
    assert problems(kind, "") == ""
    assert problems(kind, text) == ""
    assert problems(kind, text + "\n" + block(kind)) == ""


@given(name=NAMES, other=NAMES, kind=st.sampled_from(["pg_service", "odbc", "dbt"]))
def test_two_names_go_together_and_one_twice_does_not(name: str, other: str, kind: str) -> None:
    """An entry that the role wrote is in the way exactly of one that has its name and not its mark."""
    mine, theirs = block(kind, name), block(kind, other)
    assert problems(kind, mine, name) == ""
    unmarked = client_files(STRINGS, other)[kind]
    same = name.lower() == other.lower() if kind == "odbc" else name == other
    assert bool(problems(kind, mine + unmarked + "\n", name)) == same
    assert without_block(mine + theirs, f"redshift.serverless {name}") == ("" if name == other else theirs)
