# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of clients hold, made from connection strings by the rules of each format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .._core.errors import InvalidInput
from .._files.formats import is_section_name, pgpass_field
from . import jdbc, libpq, odbc, python
from .strings import Connection

# Ansible brings it where this runs, which is the controller.
with suppress(ImportError):
    import yaml

# One `keyword=value` of libpq, the value plain or in single quotes; one `Name=value` of ODBC, the value plain or in braces.
LIBPQ = re.compile(r"(\w+)=(?:'((?:\\.|[^'\\])*)'|(\S*))\s*", re.DOTALL)
ODBC = re.compile(r"([^=;]+)=(?:\{((?:\}\}|[^}])*)\}|([^;]*))(?:;|$)", re.DOTALL)
JAVA_DRIVER = "com.amazon.redshift.Driver"


@dataclass(frozen=True)
class Parts:
    """What the entries are made of.

    Attributes:
        libpq: libpq's keywords.
        odbc: the pairs of the ODBC driver.
        jdbc: the URL of the JDBC driver; None where there is none for this login.
        jdbc_user: the user beside the URL.
        pgpass: host, port, database and user of a password; None without a user.
        dbt: the target of the profile.
    """

    libpq: Mapping[str, str]
    odbc: Mapping[str, str]
    jdbc: str | None
    jdbc_user: str | None
    pgpass: Sequence[str] | None
    dbt: Mapping[str, Any]


def parts_of(connection: Connection) -> Parts:
    """Give what the entries of a connection are made of.

    Raises:
        InvalidInput: what one of the drivers can't be told.
    """
    target, settings = connection.target, connection.settings
    user = settings.user
    return Parts(
        libpq=libpq.keywords(target, settings),
        odbc=odbc.pairs(target, settings),
        jdbc=(jdbc.jdbc_iam if settings.with_iam else jdbc.jdbc)(target, settings),
        jdbc_user=None if settings.with_iam else user,
        pgpass=None if user is None else [target.host, str(target.port), settings.database, user],
        dbt=python.dbt(target, settings),
    )


def parts_in(strings: Mapping[str, Any], auth: str, user: str | None) -> Parts:
    """Read the strings that a playbook hands on.

    Args:
        strings: what the filter connection_strings returns, made without a password.
        auth: password or iam, as the strings were made with.
        user: the database user.
    """
    with_iam = auth == "iam"
    place = [str(strings[name]) for name in ("host", "port", "database")]
    return Parts(
        libpq=_libpq_pairs(str(strings["libpq_keywords"])),
        odbc=_odbc_pairs(str(strings["odbc"])),
        jdbc=strings["jdbc_iam"] if with_iam else strings["jdbc"],
        jdbc_user=None if with_iam else user,
        pgpass=None if user is None else [*place, user],
        dbt=strings["dbt"],
    )


def client_files(
    parts: Parts,
    name: str,
    odbc_library: str = "/opt/amazon/redshiftodbcx64/librsodbc64.so",
    password_variable: str = "DBT_ENV_SECRET_REDSHIFT_PASSWORD",  # noqa: S107 - the name of a variable
) -> dict[str, Any]:
    """Make the texts.

    Args:
        parts: what they are made of.
        name: of the service, the data source and the dbt profile.
        odbc_library: the path of the ODBC driver's library.
        password_variable: the environment variable from which dbt takes the password.

    Returns:
        the texts by kind, without a line break at their end.

    Raises:
        InvalidInput: a value that a file format cannot hold.
    """
    return {
        "pg_service": _section(name, parts.libpq.items()),
        "pgpass": None if parts.pgpass is None else _pgpass(parts.pgpass),
        "odbc": _section(name, parts.odbc.items()),
        "odbcinst": _section(parts.odbc["Driver"], [("Driver", odbc_library)]),
        "odbc_driver": parts.odbc["Driver"],
        "jdbc": _properties(parts.jdbc, parts.jdbc_user),
        "dbt": _profile(name, dict(parts.dbt), password_variable),
    }


def _libpq_pairs(text: str) -> dict[str, str]:
    return {
        match[1]: match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2], flags=re.DOTALL)
        for match in LIBPQ.finditer(text)
    }


def _odbc_pairs(text: str) -> dict[str, str]:
    return {
        match[1]: match[3] if match[2] is None else match[2].replace("}}", "}")
        for match in ODBC.finditer(text)
        if match[0]
    }


def _section(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a section of an INI file, whose formats know no quotes: what white space or a line break would change is refused."""
    if not is_section_name(name):
        raise InvalidInput(
            f"name: got {name!r}; expected a name of a section, without brackets, line breaks and outer blanks."
        )
    lines = [f"[{name}]"]
    for key, value in pairs:
        if value != value.strip() or "\n" in value or "\r" in value:
            raise InvalidInput(
                f"{key}: got {value!r}; expected no outer blanks or line breaks, which a file without quotes can't hold."
            )
        lines.append(f"{key}={value}")
    return "\n".join(lines)


def _pgpass(fields: Iterable[Any]) -> str:
    try:
        return ":".join(map(pgpass_field, fields))
    except ValueError as error:
        raise InvalidInput(
            f"host, database and user: got a line break; expected one line each, since {error}."
        ) from None


def _properties(url: str | None, user: str | None) -> str:
    if url is None:
        raise InvalidInput(
            "sslmode: got a mode for which there is no JDBC URL with this kind of login; expected require or stricter."
        )
    pairs = {"driver": JAVA_DRIVER, "url": url, "user": user}
    return "\n".join(f"{name}={_java(value)}" for name, value in pairs.items() if value is not None)


def _java(text: str) -> str:
    r"""Return a value as java.util.Properties reads it: Latin-1, with `\` before white space at its beginning."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    units = escaped.encode("utf-16-be")
    numbers = [int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2)]
    plain = "".join(chr(number) if 32 <= number < 127 else f"\\u{number:04x}" for number in numbers)
    return f"\\{plain}" if plain.startswith(" ") else plain


def _profile(name: str, target: dict[str, Any], password_variable: str) -> str:
    """Return a dbt profile with one target, named default."""
    if target.get("method") == "database":
        target["password"] = f"{{{{ env_var('{password_variable}') }}}}"
    profile = {
        str(name): {"target": "default", "outputs": {"default": {key: _plain(value) for key, value in target.items()}}}
    }
    return str(yaml.safe_dump(profile, sort_keys=False, allow_unicode=True, width=4096)).rstrip("\n")


def _plain(value: Any) -> Any:
    """Text without Ansible's tags, which YAML's writer does not know."""
    return str(value) if isinstance(value, str) else value
