# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that somebody may have misspelled."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# How alike two names are (0 to 1) before one is taken for a slip of the other.
SLIP = 0.75


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` is most likely a slip of, or None."""
    near = get_close_matches(name, list(known), n=1, cutoff=SLIP)
    return near[0] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean ...?" for a misspelled name, or an empty text."""
    near = nearest(name, known)
    return f"Did you mean {near}?" if near else ""
