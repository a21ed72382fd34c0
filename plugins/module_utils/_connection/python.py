# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What redshift_connector, and dbt above it, are given.

redshift_connector knows verify-ca and verify-full only; given another word it does not verify what was asked for, so the
weaker modes become verify-ca. It has no argument for a root file: it trusts the roots of the system and some of its own.
Workgroup, account and region are always told, since it misreads the host names of the China partition.
"""

from __future__ import annotations

import re
from typing import Any

from .settings import DISABLE, VERIFY_CA, VERIFY_FULL, Settings
from .target import Target

# What Jinja would take for its own, and line breaks, which it changes.
_JINJA = re.compile(r"\{[{%#]|[\r\n]")
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"})


def redshift_connector(target: Target, settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments of redshift_connector.connect."""
    login: dict[str, Any] = {"user": settings.user, "password": settings.password}
    if settings.with_iam:
        login = {"iam": True, "profile": settings.profile, **_serverless(target)}
    arguments: dict[str, Any] = {"host": target.host, "port": target.port, "database": settings.database, **login}
    return {**_given(arguments), **_ssl(settings)}


def dbt(target: Target, settings: Settings) -> dict[str, Any]:
    """Return a target of a dbt profile.

    For a serverless host the method iam_role leaves the choice of the database user to AWS, as GetCredentials does. Texts are
    quoted where dbt, which renders every text of a profile with Jinja, would not take them as they are.
    """
    login: dict[str, Any] = {"method": "database", "user": settings.user, "password": settings.password}
    if settings.with_iam:
        login = {"method": "iam_role", "iam_profile": settings.profile, **_serverless(target)}
    found = {
        "type": "redshift",
        "host": target.host,
        "port": target.port,
        "dbname": settings.database,
        "schema": settings.schema,
        "threads": settings.threads,
        **_given(login),
        "sslmode": settings.sslmode,
    }
    return {name: _for_jinja(value) if isinstance(value, str) else value for name, value in found.items()}


def _for_jinja(text: str) -> str:
    """Return a template that gives this text."""
    return f"{{{{ '{text.translate(_ESCAPES)}' }}}}" if _JINJA.search(text) else text


def _serverless(target: Target) -> dict[str, Any]:
    return {
        "is_serverless": True,
        "serverless_work_group": target.workgroup,
        "serverless_acct_id": target.account,
        "region": target.region,
    }


def _ssl(settings: Settings) -> dict[str, Any]:
    if settings.sslmode == DISABLE:
        return {"ssl": False}
    return {"ssl": True, "sslmode": VERIFY_FULL if settings.sslmode == VERIFY_FULL else VERIFY_CA}


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
