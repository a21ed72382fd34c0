# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.sql_text import (
    line_and_column,
    parameters,
    reads_only,
)
from hypothesis import given
from hypothesis import strategies as st

READS = [
    "SELECT 1",
    " select 1 ; ",
    "\n-- how many?\nSELECT count(*) FROM t",
    "/* a /* nested */ comment */ SELECT 1 -- and the end",
    "(SELECT 1) UNION (SELECT 2)",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "VALUES (1, 2)",
    "SHOW TABLES FROM SCHEMA dev.public",
    "SHOW search_path",
    "DESCRIBE DATASHARE sales",
    "EXPLAIN INSERT INTO t SELECT 1",
    "explain verbose delete from t",
    "SELECT 'DELETE FROM t; INSERT INTO t'",
    "SELECT 'it''s', \"into\" FROM t -- INTO u",
    "SELECT E'it\\'s INTO' FROM t",
    "SELECT $$ DELETE $$, $a$ $$ INTO $a$",
    "SELECT updated_at, deleted, into_x FROM inserts",
    "SELECT :name, $1",
    "SELECT 1; SELECT 2;",
]
WRITES = [
    "",
    ";",
    "-- SELECT 1",
    "/* SELECT 1 */",
    "INSERT INTO t VALUES (1)",
    "/* SELECT */ DELETE FROM t",
    "-- SELECT 1\nTRUNCATE t",
    "-- SELECT 1\rTRUNCATE t",
    "CREATE TABLE t (a int)",
    "CALL nightly()",
    "GRANT SELECT ON t TO ana",
    "SET search_path TO x",
    "BEGIN",
    "SELECT * INTO u FROM t",
    "select a\ninto temp u from t",
    "SELECT * FROM t FOR UPDATE",
    "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
    "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
    "EXPLAIN ANALYZE DELETE FROM t",
    "SELECT pg_terminate_backend(7)",
    "SELECT nextval('s')",
    "SELECT 1; DROP TABLE t",
    "SELECT 1; SELECT a INTO b FROM c",
    "SELECT 'never closed",
    'SELECT "never closed',
    "SELECT 1 /* never closed",
    "SELECT 1 /* /* closed once */",
    "SELECT $$'$$ INTO u FROM t WHERE a = ''",
    # One of the two databases sees the end of the string where the other sees an escaped quote.
    "SELECT '\\' INTO u FROM t WHERE a = '",
    "SELECT '\\'' INTO u FROM t WHERE a = '''",
    "SELECTED 1",
    "UNLOAD ('SELECT 1') TO 's3://x'",
]


@pytest.mark.parametrize("sql", READS)
def test_what_only_reads_is_seen(sql: str) -> None:
    assert reads_only(sql)


@pytest.mark.parametrize("sql", WRITES)
def test_what_writes_or_may_write_is_seen(sql: str) -> None:
    assert not reads_only(sql)


def comments() -> st.SearchStrategy[str]:
    texts = st.text("abc'\"$;\n *-", max_size=8)
    return st.one_of(
        texts.map(lambda text: f"--{text.replace(chr(10), '')}\n"),
        texts.filter(lambda text: "*" not in text).map(lambda text: f"/*{text}*/"),
        st.just(" "),
    )


@given(comments(), st.sampled_from(READS), comments())
def test_comments_around_it_change_nothing_of_a_read(before: str, sql: str, after: str) -> None:
    assert reads_only(f"{before}{sql}\n{after}")


@given(st.text("'\"$\\eE/*-;a \n()"), st.sampled_from(["INSERT INTO t VALUES (1)", "DELETE FROM t", "DROP TABLE t"]))
def test_a_write_at_the_begin_is_a_write_whatever_follows(rest: str, sql: str) -> None:
    assert not reads_only(sql + "\n" + rest)


@given(st.text())
def test_any_text_is_judged(sql: str) -> None:
    assert reads_only(sql) in (True, False)


@pytest.mark.parametrize(
    ("position", "place"), [(1, (1, 1)), (6, (1, 6)), (7, (1, 7)), (8, (2, 1)), (9, (3, 1)), (10, (3, 2))]
)
def test_a_position_is_found_in_its_line(position: int, place: tuple[int, int]) -> None:
    assert line_and_column("SELECT\n\nab", position) == place


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT :a, :b_2 FROM t WHERE x=:a", {"a", "b_2"}),
        ("SELECT ':a', \":b\" -- :c\n, /* :d */ e::f, :g::int", {"g"}),
        ("SELECT :1", {"1"}),
    ],
)
def test_parameters_are_found_outside_of_strings_and_comments(sql: str, names: set[str]) -> None:
    assert parameters(sql) == names
