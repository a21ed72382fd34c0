# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as people write them: Ansible splits "a, b" at the comma, and leaves the blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def without_blanks(params: Mapping[str, Any], spec: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Take the blanks around the entries of lists away.

    Args:
        params: a module's options.
        spec: their argument specification.

    Returns:
        The options that are lists of text. Empty entries stay, for the options' own checks to refuse.
    """
    return {
        name: [entry.strip() if isinstance(entry, str) else entry for entry in params[name]]
        for name, option in spec.items()
        if option.get("type") == "list" and option.get("elements") == "str" and params.get(name) is not None
    }
