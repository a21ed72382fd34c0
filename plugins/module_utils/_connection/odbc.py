# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection strings of the Amazon Redshift ODBC driver, without a data source name.

A value in braces may hold anything, with `}` doubled. Braces are used where they are needed only: drivers differ in whether
they take them off a user or a database. The password always has them, because some drivers decode `%` in one without.
"""

from __future__ import annotations

from .._core.errors import InvalidInput
from .settings import SYSTEM, Settings
from .target import Target

_BRACED = ("Driver", "PWD")
DRIVERS = {1: "Amazon Redshift (x64)", 2: "Amazon Redshift ODBC Driver (x64)"}


def odbc(target: Target, settings: Settings) -> str:
    """Return the connection string.

    Raises:
        InvalidInput: as from `pairs`.
    """
    found = pairs(target, settings)
    return ";".join(f"{name}={_braced(value) if name in _BRACED else _value(value)}" for name, value in found.items())


def pairs(target: Target, settings: Settings) -> dict[str, str]:
    """What the connection string says, with the values as they are.

    Raises:
        InvalidInput: the driver of version 1, an IAM login, and a host name that does not tell the workgroup.
    """
    return {
        "Driver": settings.odbc_driver or DRIVERS[settings.odbc_version],
        "Server": target.host,
        "Port": str(target.port),
        "Database": settings.database,
        **(_iam(target, settings) if settings.with_iam else _login(settings)),
        "SSLMode": settings.sslmode,
        **_trust(settings),
    }


def _login(settings: Settings) -> dict[str, str]:
    login = {} if settings.user is None else {"UID": settings.user}
    return login if settings.password is None else {**login, "PWD": settings.password}


def _iam(target: Target, settings: Settings) -> dict[str, str]:
    profile = {} if settings.profile is None else {"Profile": settings.profile}
    if target.told_by_host:
        return {"IAM": "1", **profile}
    if settings.odbc_version == 1:
        raise InvalidInput(
            f"odbc_version: got 1; expected 2, since version 1 takes the workgroup of an IAM login from the host name, and {target.host} does "
            "not contain it. Use odbc_version=2, or auth=password."
        )
    # An explicit workgroup goes before the host name since version 2.1.4 of the driver.
    return {"IAM": "1", "Serverless": "1", "Workgroup": target.workgroup, "Region": target.region, **profile}


def _trust(settings: Settings) -> dict[str, str]:
    """Version 2 has roots of its own; TrustStore replaces them for the database alone, CaFile for AWS's API too."""
    if settings.odbc_version == 1 or not settings.verifies or settings.ssl_root_cert in (None, SYSTEM):
        return {}
    return {"TrustStore": str(settings.ssl_root_cert)}


def _value(text: str) -> str:
    return _braced(text) if text != text.strip() or any(letter in text for letter in ";{}") else text


def _braced(text: str) -> str:
    return "{" + text.replace("}", "}}") + "}"
