# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the text of an SQL statement tells without a database: whether it only reads, and where a position is.

In doubt a statement counts as one that writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

# What EXPLAIN, SHOW and DESCRIBE are about is not run.
ONLY_READING = frozenset({"SHOW", "EXPLAIN", "DESC", "DESCRIBE"})
QUERIES = frozenset({"SELECT", "WITH", "VALUES"})
# Inside a query these write: WITH ... INSERT, SELECT ... INTO, SELECT ... FOR UPDATE, and functions that are known to.
# EXPLAIN ANALYZE, which PostgreSQL has, runs what it explains.
WRITING = frozenset({"INSERT", "INTO", "UPDATE", "DELETE", "MERGE", "CALL", "EXECUTE"}) | {
    "NEXTVAL",
    "SETVAL",
    "PG_CANCEL_BACKEND",
    "PG_TERMINATE_BACKEND",
}
EXPLAINED_BY_RUNNING = frozenset({"ANALYZE", "ANALYSE"})

# In a plain string, a backslash escapes in Redshift, and in PostgreSQL it does not.
_PLAIN_STRINGS = {"redshift": r"'(?:[^'\\]|\\.|'')*'", "postgresql": r"'(?:[^']|'')*'"}
_LEXEME = r"""
    (?P<space> \s+ | --[^\r\n]* )
  | (?P<comment> /\* )
  | (?P<quoted> [eE]'(?:[^'\\]|\\.|'')*' | {plain} | "(?:[^"]|"")*" | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$ )
  | (?P<word> [^\W\d][\w$]* )
  | (?P<other> . )
"""
_LEXEMES = {
    dialect: re.compile(_LEXEME.format(plain=plain), re.VERBOSE | re.DOTALL)
    for dialect, plain in _PLAIN_STRINGS.items()
}
_COMMENT_MARK = re.compile(r"/\*|\*/")


def reads_only(sql: str) -> bool:
    """Tell whether a text of one or more statements only reads, however the database reads its strings.

    Functions that a query calls may write, and no text shows that, apart from a few that are known.
    """
    return all(_reads_only(sql, dialect) for dialect in _LEXEMES)


def _reads_only(sql: str, dialect: str) -> bool:
    lexemes = list(_lexemes(sql, dialect))
    statements = [list(group) for ends, group in groupby(lexemes, lambda lexeme: lexeme == ";") if not ends]
    return bool(statements) and all(_is_read(statement) for statement in statements)


def _is_read(lexemes: list[str]) -> bool:
    words = {lexeme.upper() for lexeme in lexemes}
    first = next((lexeme.upper() for lexeme in lexemes if lexeme != "("), "")
    if words & {"'", '"', "/*"}:  # something that was opened and not closed
        return False
    if first in ONLY_READING:
        return not words & EXPLAINED_BY_RUNNING
    return first in QUERIES and not words & WRITING


def parameters(sql: str) -> set[str]:
    """Return the names of the Data API's parameters in a statement: `:name` outside of strings and comments, and not `::type`."""
    hidden = ("quoted", "comment", "space")
    plain = "".join(" " if kind in hidden else text for kind, text in _tokens(sql, "redshift"))
    return set(re.findall(r"(?<!:):(\w+)", plain))


def _lexemes(sql: str, dialect: str) -> Iterator[str]:
    """Yield the words and signs of a statement, without comments and with "''" for every string and quoted name."""
    for kind, text in _tokens(sql, dialect):
        if kind not in ("space", "comment"):
            yield "''" if kind == "quoted" else text


def _tokens(sql: str, dialect: str) -> Iterator[tuple[str, str]]:
    """Yield every part of a statement with its kind; a comment that is not closed is a word of its own, and the last."""
    at = 0
    while at < len(sql):
        found = _LEXEMES[dialect].match(sql, at)
        if found is None or found.lastgroup is None:
            raise AssertionError("the last alternative takes any sign")
        begin, at = at, found.end()
        if found.lastgroup == "comment":
            at = _end_of_comment(sql, at)
            if not at:
                yield "other", "/*"
                return
        yield found.lastgroup, sql[begin:at]


def _end_of_comment(sql: str, at: int) -> int:
    """Return where a comment ends that has begun before this place; 0 when it does not. Comments can hold comments."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(sql, at):
        depth += 1 if mark.group() == "/*" else -1
        if not depth:
            return mark.end()
    return 0


def line_and_column(sql: str, position: int) -> tuple[int, int]:
    """Return the line and the column of a position, all three counted from 1."""
    before = sql[: position - 1]
    return before.count("\n") + 1, position - 1 - before.rfind("\n")
