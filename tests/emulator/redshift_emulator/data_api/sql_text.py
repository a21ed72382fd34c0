"""SQL as text: statements, named parameters, and the little of Redshift's syntax that PostgreSQL lacks. Pure functions.

This is the one place where SQL is changed on its way to PostgreSQL, and only the Data API's SQL passes it.

What is in quotes or in a comment is never touched.
"""

from __future__ import annotations

import itertools
import re

# Quoted things and comments first, so that nothing is found inside them.
TOKEN = re.compile(
    r"""
    (?P<quoted>
        [eE]'(?:\\.|''|[^'\\])*'
      | '(?:''|[^'])*'
      | "(?:""|[^"])*"
      | --[^\n]*
      | /\*.*?\*/
      | \$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$
    )
    | (?P<cast>::)
    | :(?P<name>[0-9A-Za-z_]+)
    | (?P<end>;)
    | (?P<space>\s+)
    | (?P<word>[A-Za-z_][A-Za-z_0-9$]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT = ("--", "/*")


def count_statements(sql: str) -> int:
    """How many statements a text holds.

    >>> count_statements("SELECT ';' -- one; only")
    1
    """
    count, empty = 0, True
    for token in TOKEN.finditer(sql):
        if token["end"]:
            empty = True
        elif not token["space"] and not token[0].startswith(COMMENT):
            count += empty
            empty = False
    return count


def parameter_names(sql: str) -> set[str]:
    """What looks like a named parameter.

    >>> parameter_names("SELECT :a, ':b', c::d")
    {'a'}
    """
    return {token["name"] for token in TOKEN.finditer(sql) if token["name"]}


def bind(sql: str, values: dict[str, str]) -> tuple[str, list[str]]:
    """Put numbered places where given parameters are named; the values travel beside the text.

    A name that is not given stays: the database then complains of the colon, as it does in the service [C: aws-sdk-pandas
    issue 3024].

    >>> bind("SELECT :a, :b, :a", {"a": "1"})
    ('SELECT $1, :b, $1', ['1'])
    """
    order: list[str] = []
    pieces = []
    for token in TOKEN.finditer(sql):
        name = token["name"]
        if name in values:
            if name not in order:
                order.append(name)
            pieces.append(f"${order.index(name) + 1}")
        else:
            pieces.append(token[0])
    return "".join(pieces), [values[name] for name in order]


def to_postgresql(sql: str) -> str:
    """What the collection writes for Redshift in PostgreSQL's words; everything else stays as it is.

    ``GRANT ROLE a TO ROLE b`` is ``GRANT a TO b``, ``PASSWORD DISABLE`` is ``PASSWORD NULL``, ``DROP ROLE a FORCE``, which
    takes the role from all who have it, is what ``DROP ROLE a`` does anyway, and ``dateadd(day, ...)``, a function of
    ``compatibility.sql``, gets its first argument quoted.

    >>> to_postgresql('GRANT SELECT ON "ROLE x" TO ROLE analyst, ana')
    'GRANT SELECT ON "ROLE x" TO analyst, ana'
    >>> to_postgresql('DROP ROLE "FORCE" FORCE').rstrip()
    'DROP ROLE "FORCE"'
    """
    tokens = [token[0] for token in TOKEN.finditer(sql)]
    words = [(place, token.upper()) for place, token in enumerate(tokens) if not _skipped(token)]
    first = tuple(word for _place, word in words[:2])
    grants = first[:1] in {("GRANT",), ("REVOKE",)} or first == ("ALTER", "DEFAULT")
    users = first in {("CREATE", "USER"), ("ALTER", "USER")}
    if first == ("DROP", "ROLE") and words[-1][1] == "FORCE":
        tokens[words[-1][0]] = ""
    for (_before, left), (place, right) in itertools.pairwise(words):
        if grants and right == "ROLE":
            # The space after it goes too.
            tokens[place : place + 2] = ["", ""]
        elif users and (left, right) == ("PASSWORD", "DISABLE"):
            tokens[place] = "NULL"
    for (_name, called), (_open, opened), (place, part) in zip(words, words[1:], words[2:], strict=False):
        if (called, opened) == ("DATEADD", "(") and part.isalpha():
            tokens[place] = f"'{tokens[place]}'"
    return "".join(tokens)


def _skipped(token: str) -> bool:
    return token.isspace() or token.startswith(COMMENT)
