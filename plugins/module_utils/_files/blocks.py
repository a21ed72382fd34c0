# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries between marked lines, in files that others write too.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Damaged(ValueError):
    """The marked lines do not belong together; the text says which."""


class Marked(NamedTuple):
    """A file, taken apart at the entry of one mark.

    Attributes:
        before: what is before the entry, or the whole file when it has none.
        own: the lines of the entry; None when there is none.
        after: what is after it. Further entries of the same mark are left out.
    """

    before: str
    own: str | None
    after: str

    @property
    def rest(self) -> str:
        """What belongs to others."""
        return self.before + self.after


def read(text: str, mark: str) -> Marked:
    """Take a file apart.

    Args:
        text: of the file.
        mark: what stands behind BEGIN and END.

    Raises:
        Damaged: one of the two lines is missing.
    """
    begin, end = _lines_of(mark)
    # What is outside and what is inside take turns; the file begins outside.
    parts = [""]
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        bare, inside = line.rstrip(), len(parts) % 2 == 0
        if bare == (begin if inside else end):
            raise Damaged(f"has a line '{bare}' without {f'an {end!r} after' if inside else f'a {begin!r} before'} it")
        if bare in (begin, end):
            parts.append("")
        else:
            parts[-1] += line
    if len(parts) % 2 == 0:
        raise Damaged(f"has a line '{begin}' without an '{end}' after it")
    before, *others = parts[::2]
    # Of several entries of one mark, a file keeps the first.
    return Marked(before, parts[1] if others else None, "".join(others))


def write(marked: Marked, mark: str, entry: str | None, first: bool = False) -> str:
    """Return the file with this entry.

    Args:
        marked: the file as it was.
        mark: what stands behind BEGIN and END.
        entry: its text, without a line break at its end; None takes it away.
        first: whether a new entry goes before what others wrote.
    """
    if entry is None:
        return marked.rest
    begin, end = _lines_of(mark)
    block = f"{begin}\n{entry}\n{end}\n"
    if marked.own is None and first:
        return block + marked.before
    before = marked.before
    if before and not before.endswith("\n"):
        before += "\n"
    return before + block + marked.after


def _lines_of(mark: str) -> list[str]:
    return [f"# {word} {mark}" for word in ("BEGIN", "END")]
