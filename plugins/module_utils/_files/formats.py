# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the file formats that clients read: names of sections, fields of .pgpass, and where an entry of the same name is.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import re
from typing import Callable

from .profiles import NotAMapping, top_level_keys

CA_BUNDLE, PG_SERVICE, PGPASS, ODBC, ODBCINST, JDBC, DBT = (
    "ca_bundle",
    "pg_service",
    "pgpass",
    "odbc",
    "odbcinst",
    "jdbc",
    "dbt",
)
KINDS = (CA_BUNDLE, PG_SERVICE, PGPASS, ODBC, ODBCINST, JDBC, DBT)
# The files that hold an entry between marked lines.
MARKED = (PG_SERVICE, PGPASS, ODBC, ODBCINST, JDBC, DBT)
# unixODBC reads that many characters of the name of a data source.
LONGEST_DATA_SOURCE = 32
HIDDEN = "********"

# In brackets, without quotes: what is outside of the brackets, and white space at their inside, would be lost.
_SECTION_NAME = re.compile(r"[^\[\]\s]([^\[\]\r\n]*[^\[\]\s])?")
# The first four fields of a line of .pgpass with the colons after them.
_PGPASS_KEY = re.compile(r"(?:(?:\\.|[^:\\])*:){4}")
_PROPERTY = re.compile(r"^[ \t\f]*(driver|url|user)[ \t\f]*[=: \t\f]", re.MULTILINE)
# Names under which the files of clients hold secrets, as in PWD=x, "password: x" and jdbc:...;AccessKeyID=x.
_SECRET = re.compile(
    r"((?:passw(?:or)?d|passwd|passphrase|pwd|secret\w*|token|accesskeyid)[\"']?\s*[=:]\s*)[^\n]*", re.IGNORECASE
)


def is_section_name(name: str) -> bool:
    """Tell whether a section of pg_service.conf, odbc.ini or odbcinst.ini can have this name."""
    return bool(_SECTION_NAME.fullmatch(name))


def pgpass_field(value: object) -> str:
    r"""Return a field of a line of .pgpass, with `\` before colons and backslashes.

    https://www.postgresql.org/docs/current/libpq-pgpass.html

    Raises:
        ValueError: it has a line break, which can't be escaped.
    """
    text = str(value)
    if re.search(r"[\r\n]", text):
        raise ValueError("a line of .pgpass can't hold a line break")
    return re.sub(r"([:\\])", r"\\\1", text)


def without_secrets(kind: str, text: str) -> str:
    """Return an entry as a difference shows it."""
    if kind == PGPASS:
        keys = [_PGPASS_KEY.match(line) for line in text.splitlines()]
        return "".join(f"{key.group() if key else ''}{HIDDEN}\n" for key in keys)
    return _SECRET.sub(lambda found: found[1] + HIDDEN, text)


def obstacle(kind: str, rest: str, name: str) -> str | None:
    """Say what in a file is in the way of an entry.

    Args:
        kind: of file.
        rest: what the file holds beside the role's own entry of that mark.
        name: of the service, data source, driver or profile.

    Returns:
        what the file has and what to do, to stand behind `<variable>: got <path>, which `; None when nothing is in the way.
    """
    looks: dict[str, Callable[[], str | None]] = {
        PG_SERVICE: lambda: _section(rest, name, "service", "choose another client_name"),
        ODBC: lambda: _section(rest, name, "data source", "choose another client_name", known_by_case=False),
        ODBCINST: lambda: _section(rest, name, "driver", "leave client_odbcinst_path out", known_by_case=False),
        JDBC: lambda: _property(rest),
        DBT: lambda: _profile(rest, name),
    }
    return looks[kind]() if kind in looks else None


def _section(rest: str, name: str, what: str, remedy: str, known_by_case: bool = True) -> str | None:
    """Return an INI section of that name; ODBC's names know no case, libpq's do."""
    flags = re.MULTILINE if known_by_case else re.MULTILINE | re.IGNORECASE
    if re.search(rf"^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\]", rest, flags):
        return f"has a {what} [{name}] already that this role did not write. Remove it, or {remedy}."
    return None


def _property(rest: str) -> str | None:
    found = _PROPERTY.search(rest)
    if found:
        return (
            f"has a property {found[1]} already that does not belong to this entry; expected a file for this connection alone. "
            "Remove the property, or choose another client_jdbc_path."
        )
    return None


def _profile(rest: str, name: str) -> str | None:
    try:
        keys = top_level_keys(rest)
    except NotAMapping as error:
        return (
            f"is no YAML to which a profile can be added ({error}); expected one profile after another, each name at the "
            "beginning of a line. Correct it, or choose another client_dbt_path."
        )
    if name in keys:
        return f"has a profile {name} already that this role did not write. Remove it, or choose another client_name."
    return None
