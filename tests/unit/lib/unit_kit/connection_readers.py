# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readers of connection strings for drivers that cannot be installed here, written from what their makers document.

They are as strict as the drivers are known to be: what a driver answers with an error raises ValueError here.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

# The pattern by which JDBC, ODBC and redshift_connector read a host name.
SERVERLESS_HOST = re.compile(r"(.+)\.(.+)\.(.+).redshift-serverless(-dev)?\.amazonaws\.com(.)*")
IAM_URL = re.compile(r"(iam:)?//([^:/?]+)(:([^/?]*))?(/([^?;]*))?([?;](.*))?")
NO_VERIFICATION = "com.amazon.redshift.ssl.NonValidatingFactory"


def read_jdbc(url: str) -> dict[str, str]:
    """The properties that the Amazon Redshift JDBC driver 2.x reads from a URL, by lower-case names."""
    mark = "?" if "?" in url else ";"
    place, _mark, arguments = url.partition(mark)
    if not place.startswith("jdbc:redshift:"):
        raise ValueError(url)
    place = place.removeprefix("jdbc:redshift:")
    found = _read_iam(place) if place.startswith("iam:") else _read_plain(place)
    for token in filter(None, re.split("[;&]", arguments)):
        name, _equals, value = token.partition("=")
        found[name.lower()] = _decoded(value)
    _check_ssl(found)
    return found


def _read_plain(place: str) -> dict[str, str]:
    if not place.startswith("//") or "/" not in place[2:]:
        raise ValueError(place)
    address, _slash, database = place[2:].partition("/")
    if "," in address:
        raise ValueError("several hosts")
    host, colon, port = address.rpartition(":")
    if not colon or address.rfind("]") > address.rfind(":"):
        host, port = address, "5439"
    if not 1 <= int(port) <= 65535:
        raise ValueError(port)
    return {"host": host, "port": port, "dbname": _decoded(database)}


def _read_iam(place: str) -> dict[str, str]:
    match = IAM_URL.fullmatch(place)
    if not match:
        raise ValueError(place)
    found = {"iamauth": "true"}
    host, port, database = match[2], match[4], match[6]
    if port and not re.fullmatch(r"\d*", port):
        found |= {"clusterid": host, "region": port}
    else:
        found |= {"host": host, "port": port or "5439"}
        told = SERVERLESS_HOST.fullmatch(host)
        if told:
            found |= {"serverlessworkgroup": told[1], "serverlessacctid": told[2], "region": told[3]}
    if database is not None:
        found["dbname"] = _decoded(database)
    return found


def _decoded(text: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError(text)
    return unquote_plus(text, errors="strict")


def _check_ssl(found: dict[str, str]) -> None:
    off = found.get("ssl", "true").lower() not in ("true", "")
    factory = found.get("sslfactory") == NO_VERIFICATION
    mode = found.get("sslmode")
    if mode is not None and mode.lower() not in ("verify-ca", "verify-full"):
        raise ValueError(f"Invalid connection property value sslmode : {mode}")
    if mode is not None and (off or factory):
        raise ValueError("Conflict in connection property setting")
    if off and "iamauth" in found:
        raise ValueError("SSL should be enable in IAM authentication.")


def read_odbc(text: str) -> dict[str, str]:
    """The attributes of an ODBC connection string, by lower-case names, as the Amazon Redshift driver 2.x reads them.

    A value in braces ends at a single closing brace; white space around any value is cut off.
    """
    found: dict[str, str] = {}
    rest = text
    while rest.strip(" ;"):
        name, equals, rest = rest.lstrip(" ;").partition("=")
        if not equals or not name:
            raise ValueError(text)
        rest = rest.lstrip()
        if rest.startswith("{"):
            match = re.match(r"\{((?:[^}]|\}\})*)\}(?!\})", rest, re.DOTALL)
            if not match:
                raise ValueError(rest)
            value, rest = match[1].replace("}}", "}"), rest[match.end() :]
            if rest and not rest.startswith(";"):
                raise ValueError(rest)
        else:
            value, _semicolon, rest = rest.partition(";")
        found[name.strip().lower()] = value.strip()
    return found
