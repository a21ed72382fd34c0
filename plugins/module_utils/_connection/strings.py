# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every connection string of a workgroup, an endpoint or a custom domain, and what a person should know about them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from .._core.errors import InvalidInput
from . import commands, jdbc, libpq, odbc, python
from .settings import ALLOW, DISABLE, PREFER, REQUIRE, VERIFY_FULL, Settings, read_settings
from .target import ENDPOINT, Target, read_target

_TARGET_OPTIONS = ("workgroup", "owner_account", "region", "port", "hostaddr", "use_custom_domain")


@dataclass(frozen=True)
class Connection:
    """A connection of a client, of which every string and file is made.

    Attributes:
        target: where to connect to.
        settings: how.
        sslmode: the SSL mode that was asked for, None where it was left to us.
    """

    target: Target
    settings: Settings
    sslmode: str | None = None

    def strings(self) -> dict[str, Any]:
        """The strings by driver.

        Raises:
            InvalidInput: what one of the drivers can't be told.
        """
        target, settings = self.target, self.settings
        return {
            "host": target.host,
            "hostaddr": target.hostaddr,
            "port": target.port,
            "database": settings.database,
            "jdbc": jdbc.jdbc(target, settings),
            "jdbc_iam": jdbc.jdbc_iam(target, settings),
            "jdbc_iam_legacy": jdbc.jdbc_iam_legacy(target, settings),
            "odbc": odbc.odbc(target, settings),
            "libpq_uri": libpq.libpq_uri(target, settings),
            "libpq_keywords": libpq.libpq_keywords(target, settings),
            "psql": commands.psql(target, settings),
            "rsql": commands.rsql(target, settings),
            "redshift_connector": python.redshift_connector(target, settings),
            "sqlalchemy": libpq.sqlalchemy(target, settings),
            "dbt": python.dbt(target, settings),
            "data_api": commands.data_api(target, settings),
        }

    def notes(self) -> list[str]:
        """Sentences about what was assumed or translated."""
        return [
            *_about_target(self.target, self.settings, self.sslmode),
            *_about_way(self.target, self.settings, self.sslmode),
            *_about_ssl(self.settings),
            *_about_odbc(self.settings),
        ]


def read_connection(value: Any, **options: Any) -> Connection:
    """Read what the modules return and what the user asks for.

    Args:
        value: a workgroup, an endpoint or a custom domain, see read_target.
        options: those of read_target and the attributes of Settings.

    Raises:
        InvalidInput: a sentence about what cannot be.
    """
    _refuse_unknown(options)
    target = read_target(value, **{name: options.pop(name) for name in _TARGET_OPTIONS if name in options})
    return Connection(target, read_settings(target, options), options.get("sslmode"))


def connection_strings(value: Any, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """Make all strings; see `read_connection`.

    Returns:
        the strings by driver, and sentences about what was assumed or translated.
    """
    connection = read_connection(value, **options)
    return connection.strings(), connection.notes()


def _refuse_unknown(options: dict[str, Any]) -> None:
    known = [*_TARGET_OPTIONS, *(field.name for field in fields(Settings))]
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(sorted(known))}."
            raise InvalidInput(f"{name}: got an unknown option; expected one of connection_strings. {hint}")


def _about_target(target: Target, settings: Settings, sslmode: str | None) -> list[str]:
    notes = []
    if target.port_is_assumed:
        notes.append(f"The port of {target.host} is not known, so {target.port} is used. Set port, or workgroup.")
    if target.is_ipv6:
        notes.append(
            f"redshift_connector, and dbt, which uses it, connect by IPv4 only: they can't reach {target.host}."
        )
    if target.kind == ENDPOINT and sslmode is None:
        notes.append(
            f"sslmode is {settings.sslmode} for {target.host}: the certificate of a managed VPC endpoint may carry the workgroup's "
            "name. Set sslmode to choose another mode."
        )
    if target.kind == ENDPOINT and settings.sslmode == VERIFY_FULL:
        notes.append(
            f"sslmode=verify-full fails where the certificate does not name {target.host}: that of a managed VPC endpoint may "
            "carry the workgroup's name. verify-ca always works."
        )
    return notes


def _about_way(target: Target, settings: Settings, sslmode: str | None) -> list[str]:
    """Return what to know of a tunnel, or of any other way that is not the workgroup's own address."""
    notes = []
    names = " and ".join(target.certified)
    instead = f"To verify the name too, connect to {target.certified[0] if names else ''} with the way's IP address as hostaddr (libpq)"
    if names and sslmode is None:
        notes.append(
            f"sslmode is {settings.sslmode} for {target.host}: the certificate of workgroup {target.workgroup} is for {names}. "
            f"{instead}, or set sslmode to choose another mode."
        )
    if names and settings.sslmode == VERIFY_FULL:
        notes.append(
            f"sslmode=verify-full can't hold for {target.host}: the certificate of workgroup {target.workgroup} is for {names}. "
            f"Use verify-ca. {instead}."
        )
    if target.hostaddr is not None:
        notes.append(
            f"Only libpq supports hostaddr (psql, psycopg, SQLAlchemy with psycopg2). JDBC, ODBC, redshift_connector, dbt and RSQL "
            f"connect to the address that DNS gives for {target.host}."
        )
    return notes


def _about_ssl(settings: Settings) -> list[str]:
    mode = settings.sslmode
    notes = []
    if settings.verifies and settings.ssl_root_cert is None:
        notes.append(
            f"ssl_root_cert is not set: with sslmode={mode}, psql and other libpq clients fail if there is no "
            "~/.postgresql/root.crt. Set the path of the CA bundle, or system (libpq 16 or newer, verify-full)."
        )
    if mode in (ALLOW, PREFER):
        notes.append(
            f"The JDBC driver does not support sslmode={mode}. It supports disable (ssl=false), require (without verification), "
            "verify-ca and verify-full; its URLs use require."
        )
    if mode in (ALLOW, PREFER, REQUIRE):
        notes.append(
            f"redshift_connector does not support sslmode={mode}. It supports disable (ssl=False), verify-ca and verify-full, and is "
            "given verify-ca. dbt does the same."
        )
    if mode == REQUIRE and settings.ssl_root_cert is not None:
        notes.append(
            "libpq treats sslmode=require with ssl_root_cert as verify-ca: it verifies whenever it is given a file."
        )
    if mode == DISABLE:
        notes.append("sslmode=disable excludes IAM logins, so jdbc_iam and jdbc_iam_legacy are null.")
    return notes


def _about_odbc(settings: Settings) -> list[str]:
    texts = {"user": settings.user, "password": settings.password, "database": settings.database}
    return [
        f"{name} begins or ends with white space, which the Amazon Redshift ODBC driver removes."
        for name, text in texts.items()
        if text is not None and text != text.strip()
    ]
