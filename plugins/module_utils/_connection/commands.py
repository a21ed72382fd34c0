# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command lines for a POSIX shell. A password stands in the environment and not in the arguments, which all users see."""

from __future__ import annotations

import shlex

from .libpq import libpq_keywords
from .settings import Settings
from .target import Target

_SQL = "SELECT 1"


def psql(target: Target, settings: Settings) -> str:
    """Return the call of psql."""
    return _with_secret("PGPASSWORD", settings, ["psql", libpq_keywords(target, settings, with_password=False)])


def rsql(target: Target, settings: Settings) -> str:
    """Return the call of Amazon Redshift RSQL, which takes everything else from the ODBC driver (RSPASSWORD since 1.0.4)."""
    user = [] if settings.user is None else ["-U", settings.user]
    words = ["rsql", "-h", target.host, *user, "-d", settings.database, "-p", str(target.port)]
    return _with_secret("RSPASSWORD", settings, words)


def data_api(target: Target, settings: Settings) -> str:
    """Return the call of the AWS CLI for the Data API: no host, port or SSL mode, and always IAM."""
    options = {
        "--region": target.region,
        "--profile": settings.profile,
        "--workgroup-name": target.workgroup,
        "--database": settings.database,
        "--secret-arn": settings.secret_arn,
        "--sql": _SQL,
    }
    words = [word for name, value in options.items() if value is not None for word in _option(name, value)]
    return shlex.join(["aws", "redshift-data", "execute-statement", *words])


def _option(name: str, value: str) -> list[str]:
    """Return an option of the AWS CLI with its value, joined where the value begins with a hyphen and would be read as an option."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def _with_secret(variable: str, settings: Settings, words: list[str]) -> str:
    secret = "" if settings.password is None else f"{variable}={shlex.quote(settings.password)} "
    return secret + shlex.join(words)
