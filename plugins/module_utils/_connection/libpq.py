# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strings of libpq (psql, psycopg, and others that read them), and the URL of SQLAlchemy.

libpq knows all SSL modes and nothing of IAM. It verifies only against a file that it is given, or its default
~/.postgresql/root.crt.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from .settings import ALLOW, DISABLE, IAM, PREFER, VERIFY_CA, VERIFY_FULL, Settings
from .target import Target

_PLAIN = re.compile(r"[^\s'\\]+")


def libpq_uri(target: Target, settings: Settings) -> str:
    """Return the connection URI."""
    parameters = {**_way(target), **_ssl(settings)}
    query = "&".join(f"{name}={_encoded(value)}" for name, value in parameters.items())
    place = f"{_userinfo(settings)}{target.host_in_url}:{target.port}"
    return f"postgresql://{place}/{_encoded(settings.database)}?{query}"


def libpq_keywords(target: Target, settings: Settings, *, with_password: bool = True) -> str:
    """Return the connection string of keywords and values."""
    pairs = keywords(target, settings)
    return " ".join(f"{name}={_quoted(value)}" for name, value in pairs.items() if with_password or name != "password")


def keywords(target: Target, settings: Settings) -> dict[str, str]:
    """Return the keywords of the connection string, with their values as they are."""
    pairs: dict[str, str | None] = {
        "host": target.host,
        **_way(target),
        "port": str(target.port),
        "dbname": settings.database,
        "user": settings.user,
        "password": settings.password,
        **_ssl(settings),
    }
    return {name: value for name, value in pairs.items() if value is not None}


def sqlalchemy(target: Target, settings: Settings) -> str:
    """Return the URL for SQLAlchemy with the dialects of sqlalchemy-redshift.

    The dialect of psycopg2 verifies fully against a bundle of its own unless told otherwise. That of redshift_connector takes
    text only, so for IAM its arguments come as `connect_args`.

    SQLAlchemy decodes the database's name since 2.1 only; a name that needs it is repeated as a parameter, which goes first.
    """
    query: dict[str, str] = {}
    keyword = "dbname" if settings.sqlalchemy_driver == "psycopg2" else "database"
    if _encoded(settings.database) != settings.database:
        query[keyword] = settings.database
    if settings.sqlalchemy_driver == "psycopg2":
        query |= {**_way(target), **_ssl(settings)}
    elif settings.auth != IAM:
        query["sslmode"] = VERIFY_FULL if settings.sslmode == VERIFY_FULL else VERIFY_CA
    userinfo = "" if settings.with_iam else _userinfo(settings)
    parameters = "&".join(f"{name}={_encoded(value)}" for name, value in query.items())
    url = f"redshift+{settings.sqlalchemy_driver}://{userinfo}{target.host_in_url}:{target.port}/{_encoded(settings.database)}"
    return f"{url}?{parameters}" if parameters else url


def _way(target: Target) -> dict[str, str]:
    """With hostaddr, libpq looks nothing up, and verifies the certificate for host all the same."""
    return {} if target.hostaddr is None else {"hostaddr": target.hostaddr}


def _ssl(settings: Settings) -> dict[str, str]:
    """With a root file, libpq verifies in every mode, and with allow and prefer then falls back to no SSL at all."""
    mode = {"sslmode": settings.sslmode}
    if settings.ssl_root_cert is None or settings.sslmode in (DISABLE, ALLOW, PREFER):
        return mode
    return {**mode, "sslrootcert": settings.ssl_root_cert}


def _userinfo(settings: Settings) -> str:
    if settings.user is None:
        return ""
    password = "" if settings.password is None else f":{_encoded(settings.password)}"
    return f"{_encoded(settings.user)}{password}@"


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
