# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a host in the forms in which people have it: the console shows host:5439/dev, and drivers want URLs.

Blanks around a name, its case and a dot at its end say nothing, so they go. Whatever says more than a host is refused, since a
port or a database that is dropped, or that contradicts another option, leads elsewhere.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

# What AWS gives a new workgroup.
DEFAULT_PORT = 5439
EXAMPLE = "sales.123456789012.us-east-1.redshift-serverless.amazonaws.com"

_URL = re.compile(
    r"""(?P<scheme>(?:[a-z][a-z0-9+.-]*:)*//)?
        (?P<user>[^@/?;#\s]*@)?
        (?P<host>\[[^\]\s@]*\]|[^\[\]:/?;#@,=&'"\s]+)
        (?::(?P<port>[0-9]{0,5}))?
        (?P<path>/(?P<database>[^/?;#@\s]*)/?)?
        (?P<parameters>[?;#][^@]*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_KEYWORD = re.compile(
    r"(?:^|[\s;])(?P<name>host|hostname|server|servername|port|portnumber)\s*=\s*'?(?P<value>[^\s;'@]+)", re.IGNORECASE
)
# Letters of other alphabets stand for names that are encoded (IDNA) before they are looked up.
_NAME = re.compile(r"[\w.-]+")
_LONGEST_SHOWN = 300
# What may hold a password is not shown.
_SECRETIVE = re.compile(r"[@?;#=&]")


class NotAHost(ValueError):
    """An option's value is more than a host, or none; the text is a sentence for a person."""


class Names(NamedTuple):
    """What the options are called, for the sentences.

    Attributes:
        host: the option that the host was given in.
        port: the option for a port that was given with it.
        database: the option for a database that was given with it, None where there is none.
    """

    host: str = "host"
    port: str = "port"
    database: str | None = None


class _Parts(NamedTuple):
    host: str
    port: str
    database: str


_NAMES = Names()


def read_host(text: str, names: Names = _NAMES) -> str:
    """Read a host name or an IP address.

    Args:
        text: as a person gave it.
        names: what the options are called.

    Returns:
        The host in lower case, without blanks around it, without a dot at its end; an IPv6 address without brackets.

    Raises:
        NotAHost: for a URL, a connection string, host:port, and what can be no host.
    """
    plain = text.strip()
    host = _plain(plain)
    if host is not None:
        return host
    shown = "a connection string (not shown, as it may hold a password)" if _SECRETIVE.search(text) else _brief(text)
    parts = _parts(plain)
    if parts is None:
        raise NotAHost(
            f"{names.host}: got {shown}; expected a host name such as {EXAMPLE}, or an IP address. Leave out scheme, user, "
            "port, path and blanks."
        )
    raise NotAHost(
        f"{names.host}: got {shown}; expected a host name or an IP address and nothing else. {_advice(parts, names)}"
    )


def is_address(text: str) -> bool:
    """Tell whether a host is an IP address (IPv6 without brackets, maybe with a zone) and not a name."""
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _plain(text: str) -> str | None:
    """Return the host that `text` is, None when it is something else."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if is_address(bare):
        return bare.lower()
    if bare != text or not _NAME.fullmatch(text):
        return None
    return text.lower()[:-1] if text.endswith(".") else text.lower()


def _parts(text: str) -> _Parts | None:
    """Return the host in a URL or a connection string, with port and database, None when it can't be told for sure."""
    found = _URL.fullmatch(text)
    if found:
        host = _plain(found["host"])
        return None if host is None else _Parts(host, found["port"] or "", found["database"] or "")
    given = {
        match["name"].lower().replace("name", "").replace("number", ""): match["value"]
        for match in _KEYWORD.finditer(text)
    }
    host = _plain(given.get("host", given.get("server", "")))
    return None if host is None else _Parts(host, given.get("port", ""), "")


def _brief(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def _advice(parts: _Parts, names: Names) -> str:
    given = [f"{parts.host} as {names.host}"]
    if parts.port.isdigit() and 1 <= int(parts.port) <= 65535:
        given.append(f"{int(parts.port)} as {names.port}")
    if parts.database and names.database:
        given.append(f"{parts.database} as {names.database}")
    last = f" and {given[-1]}" if len(given) > 1 else ""
    return f"Give {', '.join(given[:-1] or given)}{last}."
