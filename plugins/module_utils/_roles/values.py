# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What speaks against a role's variables that are given as text, whichever role it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from .._probe.hostname import Names, NotAHost, is_address, read_host

# Line breaks of every kind and other characters that no file, command or API takes within a value.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def text_problems(
    variables: Mapping[str, Any], hosts: Collection[str] = (), addresses: Collection[str] = ()
) -> list[str]:
    """Say what is wrong with values that are text.

    Args:
        variables: the role's variables by name, typed. All have the same prefix, as in client_host.
        hosts: which of them are host names or IP addresses. Where one is given with a port or a database, the sentence names the
            variable for that, if the role has one.
        addresses: which of them are IP addresses.

    Returns:
        Sentences, each of which names its variable; at most one for a variable.
    """
    found = (_problem(name, value, hosts, addresses) for name, value in variables.items() if isinstance(value, str))
    return [problem for problem in found if problem]


def _problem(name: str, value: str, hosts: Collection[str], addresses: Collection[str]) -> str | None:
    if _CONTROL.search(value):
        return f"{name}: got {value!r}; expected text on one line, without control characters."
    if name not in hosts and name not in addresses:
        return None
    try:
        host = read_host(value, _names(name))
    except NotAHost as error:
        return str(error)
    if name in addresses and not is_address(host):
        return f"{name}: got {value!r}; expected an IP address."
    return None


def _names(name: str) -> Names:
    """Return what the variables of the same role are called."""
    prefix = name.partition("_")[0]
    return Names(name, f"{prefix}_port", f"{prefix}_database")
