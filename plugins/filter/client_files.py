# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: client_files
short_description: Turn connection strings into what the files of clients hold
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Makes a section of C(pg_service.conf), C(odbc.ini) and C(odbcinst.ini), Java properties, a dbt profile, and the key of a line of
    C(.pgpass) from what P(redshift.serverless.connection_strings#filter) gives, each by the rules of its own file format.
  - There is no password in any of them. That of C(.pgpass) is added by P(redshift.serverless.client#role).
options:
  _input:
    description: The result of P(redshift.serverless.connection_strings#filter), made without a password.
    type: dict
    required: true
  name:
    description:
      - The name of the service, of the data source and of the dbt profile.
      - ODBC's driver managers find no data source by a name of more than 32 characters.
    type: str
    required: true
  auth:
    description: V(password) or V(iam), as the strings were made with.
    type: str
    choices: [password, iam]
    default: password
  user:
    description: The database user, for Java properties and C(.pgpass).
    type: str
  odbc_library:
    description: The path of the ODBC driver's library, for C(odbcinst.ini).
    type: str
    default: /opt/amazon/redshiftodbcx64/librsodbc64.so
  password_variable:
    description: The environment variable from which dbt takes the password.
    type: str
    default: DBT_ENV_SECRET_REDSHIFT_PASSWORD
"""

EXAMPLES = r"""
- name: What does odbc.ini need?
  ansible.builtin.debug:
    msg: >-
      {{ (workgroup | redshift.serverless.connection_strings | redshift.serverless.client_files(name='sales')).odbc }}
"""

RETURN = r"""
_value:
  description: The texts, without a line break at their end.
  type: dict
  contains:
    pg_service:
      description: The section of C(pg_service.conf).
      type: str
    pgpass:
      description: The first four fields of the line of C(.pgpass), V(null) without O(user).
      type: str
    odbc:
      description: The section of C(odbc.ini).
      type: str
    odbcinst:
      description: The section of C(odbcinst.ini).
      type: str
    odbc_driver:
      description: The name of that section.
      type: str
    jdbc:
      description: The Java properties C(driver), C(url), C(user).
      type: str
    dbt:
      description: The dbt profile, in YAML.
      type: str
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

# One `keyword=value` of libpq, the value plain or in single quotes; one `Name=value` of ODBC, the value plain or in braces.
LIBPQ = re.compile(r"(\w+)=(?:'((?:\\.|[^'\\])*)'|(\S*))\s*", re.DOTALL)
ODBC = re.compile(r"([^=;]+)=(?:\{((?:\}\}|[^}])*)\}|([^;]*))(?:;|$)", re.DOTALL)
JAVA_DRIVER = "com.amazon.redshift.Driver"


def client_files(
    strings: Mapping[str, Any],
    name: str,
    auth: str = "password",
    user: str | None = None,
    odbc_library: str = "/opt/amazon/redshiftodbcx64/librsodbc64.so",
    password_variable: str = "DBT_ENV_SECRET_REDSHIFT_PASSWORD",  # noqa: S107 - the name of a variable
) -> dict[str, Any]:
    """Make the texts; see DOCUMENTATION.

    Raises:
        AnsibleFilterError: a value that a file format cannot hold.
    """
    odbc = _odbc_pairs(str(strings["odbc"]))
    return {
        "pg_service": _section(name, _libpq_pairs(str(strings["libpq_keywords"])).items()),
        "pgpass": None if user is None else _pgpass([strings["host"], strings["port"], strings["database"], user]),
        "odbc": _section(name, odbc.items()),
        "odbcinst": _section(odbc["Driver"], [("Driver", odbc_library)]),
        "odbc_driver": odbc["Driver"],
        "jdbc": _properties(strings["jdbc_iam"] if auth == "iam" else strings["jdbc"], None if auth == "iam" else user),
        "dbt": _profile(name, dict(strings["dbt"]), password_variable),
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
    """A section of an INI file, whose formats know no quotes: what white space or a line break would change is refused."""
    if not re.fullmatch(r"[^\[\]\s]([^\[\]\r\n]*[^\[\]\s])?", name):
        raise AnsibleFilterError(
            f"{name!r} can't be the name of a section: use no brackets, line breaks or outer blanks."
        )
    lines = [f"[{name}]"]
    for key, value in pairs:
        if value != value.strip() or "\n" in value or "\r" in value:
            raise AnsibleFilterError(
                f"{key} is {value!r}, but a file without quotes can't hold its outer blanks or line breaks."
            )
        lines.append(f"{key}={value}")
    return "\n".join(lines)


def _pgpass(fields: Iterable[Any]) -> str:
    r"""The fields with colon and backslash escaped; a line ends a line, and cannot be escaped."""
    texts = [re.sub(r"([:\\])", r"\\\1", str(field)) for field in fields]
    if any("\n" in text or "\r" in text for text in texts):
        raise AnsibleFilterError("A line of .pgpass can't hold a line break: host, database and user must have none.")
    return ":".join(texts)


def _properties(url: str | None, user: str | None) -> str:
    if url is None:
        raise AnsibleFilterError(
            "There is no JDBC URL for this kind of login with this sslmode: use require or stricter."
        )
    pairs = {"driver": JAVA_DRIVER, "url": url, "user": user}
    return "\n".join(f"{name}={_java(value)}" for name, value in pairs.items() if value is not None)


def _java(text: str) -> str:
    r"""A value as java.util.Properties reads it: Latin-1, with `\` before white space at its beginning."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    units = escaped.encode("utf-16-be")
    numbers = [int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2)]
    plain = "".join(chr(number) if 32 <= number < 127 else f"\\u{number:04x}" for number in numbers)
    return f"\\{plain}" if plain.startswith(" ") else plain


def _profile(name: str, target: dict[str, Any], password_variable: str) -> str:
    """A dbt profile with one target, named default."""
    if target.get("method") == "database":
        target["password"] = f"{{{{ env_var('{password_variable}') }}}}"
    profile = {
        str(name): {"target": "default", "outputs": {"default": {key: _plain(value) for key, value in target.items()}}}
    }
    return str(yaml.safe_dump(profile, sort_keys=False, allow_unicode=True, width=4096)).rstrip("\n")


def _plain(value: Any) -> Any:
    """Text without Ansible's tags, which YAML's writer does not know."""
    return str(value) if isinstance(value, str) else value


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"client_files": client_files}
