# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs of the Amazon Redshift JDBC driver, version 2.

The driver splits at the first `?`, else at the first `;`, then at `;` and `&`, and decodes database and values as
application/x-www-form-urlencoded; the host is taken as it stands. It knows the SSL modes verify-ca and verify-full only, says
the others by `ssl` and `sslfactory`, and refuses any two that contradict each other. Before 2.1.0.9 the names of properties
were case-sensitive, so they are written here as that version has them.
"""

from __future__ import annotations

from urllib.parse import quote

from .settings import DISABLE, VERIFYING, Settings
from .target import Target

_NO_VERIFICATION = "com.amazon.redshift.ssl.NonValidatingFactory"


def jdbc(target: Target, settings: Settings) -> str:
    """Return the URL for a database user."""
    login = {"user": settings.user, "password": settings.password}
    return _url(f"//{target.host_in_url}:{target.port}", settings, {**login, **_ssl(settings)})


def jdbc_iam(target: Target, settings: Settings) -> str | None:
    """Return the URL for an IAM login; None without SSL, which the driver refuses.

    The driver's own pattern of IAM URLs ends the host at the first colon: an IPv6 address comes as a property, and the name
    of the workgroup stands in its place.
    """
    if settings.sslmode == DISABLE:
        return None
    place = {"HOST": target.host_in_url} if target.is_ipv6 else {}
    told = {} if target.told_by_host else _explicit(target)
    host = target.workgroup if target.is_ipv6 else target.host
    properties = {**place, **told, "Profile": settings.profile, **_ssl(settings)}
    return _url(f"iam://{host}:{target.port}", settings, properties)


def jdbc_iam_legacy(target: Target, settings: Settings) -> str | None:
    """Return the URL for an IAM login with a driver before 2.1.0.9; None without SSL.

    It asks AWS for the address of the workgroup, so every other address is told.
    """
    if settings.sslmode == DISABLE:
        return None
    place = {} if target.told_by_host else {"HOST": target.host_in_url, "PORT": str(target.port)}
    properties = {**place, "Profile": settings.profile, **_ssl(settings)}
    return _url(f"iam://redshift-serverless-{target.workgroup}:{target.region}", settings, properties)


def _explicit(target: Target) -> dict[str, str | None]:
    return {
        "isServerless": "true",
        "serverlessWorkGroup": target.workgroup,
        "serverlessAcctId": target.account,
        "Region": target.region,
    }


def _ssl(settings: Settings) -> dict[str, str | None]:
    if settings.sslmode == DISABLE:
        return {"ssl": "false"}
    if settings.sslmode not in VERIFYING:
        return {"ssl": "true", "sslfactory": _NO_VERIFICATION}
    return {
        "sslmode": settings.sslmode,
        "sslrootcert": settings.jdbc_root_cert,
        "SSLTrustStorePath": settings.jdbc_trust_store,
        # The driver's name of this property ends in a blank.
        "SSLTruststore ": settings.jdbc_trust_store_password,
    }


def _url(place: str, settings: Settings, properties: dict[str, str | None]) -> str:
    pairs = [f";{name}={quote(value, safe='')}" for name, value in properties.items() if value is not None]
    prefix = "jdbc:redshift:"
    return f"{prefix}{place}/{quote(settings.database, safe='')}{''.join(pairs)}"
