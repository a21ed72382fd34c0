# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._files import formats
from hypothesis import given
from hypothesis import strategies as st

DRIVER = "Amazon Redshift ODBC Driver (x64)"


@pytest.mark.parametrize(
    ("kind", "rest", "words"),
    [
        ("pg_service", "host=h\n  [sales]\n", "service [sales] already"),
        ("odbc", "[Sales]\n", "data source [sales] already"),
        ("odbcinst", "[SALES]\n", "driver [sales] already"),
        ("jdbc", " url = x\n", "property url already"),
        ("dbt", '"sales": {}\n', "profile sales already"),
        ("dbt", "a: [\n", "is no YAML to which"),
    ],
)
def test_what_is_in_the_way_is_told(kind: str, rest: str, words: str) -> None:
    assert words in str(formats.obstacle(kind, rest, "sales"))


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("pg_service", "[Sales]\nhost=[sales]\n# [sales]\n"),
        ("odbc", "[sales2]\n[ODBC Data Sources]\nsales=a\n"),
        ("odbcinst", "[PostgreSQL]\n"),
        ("jdbc", "# url=x\npool.url=y\nurls=z\n"),
        ("dbt", "# mine\na: &x\n  sales: |\n    here\nb: *x\n"),
        ("pgpass", "h:1:d:u:p\n"),
    ],
)
def test_what_is_somebody_elses_and_another_thing_may_stay(kind: str, rest: str) -> None:
    assert formats.obstacle(kind, rest, "sales") is None


@given(st.lists(st.text("ab:\\ '", min_size=1), min_size=5, max_size=5))
def test_a_line_of_pgpass_is_read_as_it_was_meant(fields: list[str]) -> None:
    line = ":".join(map(formats.pgpass_field, fields))

    # As libpq reads it: a backslash takes the next letter as it is.
    read = [re.sub(r"\\(.)", r"\1", field) for field in re.findall(r"((?:\\.|[^:\\])+)(?::|$)", line)]
    assert read == fields
    shown = formats.without_secrets("pgpass", line)
    assert shown == line[: len(line) - len(formats.pgpass_field(fields[4]))] + f"{formats.HIDDEN}\n"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("odbc", "[a]\nPWD=S3cret word\n"),
        ("pg_service", "[a]\npassword=S3cret\n"),
        ("jdbc", "url=jdbc:redshift://h/d;user=a;password=S3cret\n"),
        ("dbt", "a:\n  password: S3cret\n"),
        ("pgpass", "no line of .pgpass S3cret\n"),
    ],
)
def test_no_difference_shows_a_secret(kind: str, text: str) -> None:
    assert "S3cret" not in formats.without_secrets(kind, text)
    assert formats.HIDDEN in formats.without_secrets(kind, text)


@pytest.mark.parametrize(("name", "can_be"), [("a b", True), (DRIVER, True), ("", False), ("a]", False), (" a", False)])
def test_a_section_has_a_name_that_it_can_have(name: str, can_be: bool) -> None:
    assert formats.is_section_name(name) is can_be


def test_a_line_of_pgpass_is_one_line() -> None:
    with pytest.raises(ValueError, match="line break"):
        formats.pgpass_field("a\nb")
