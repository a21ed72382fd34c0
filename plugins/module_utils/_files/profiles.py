# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the names of the profiles in a file of dbt, without a library: the hosts of clients have none that reads YAML.

Only what decides is read: the keys of the mapping that the file is, and whether a further key can stand at its end. That takes
the rules by which YAML's scalars and collections end, and no others, so that what is inside of them may be anything.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import re

# YAML 1.1 knows more line breaks than other formats.
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_PLAIN_KEY = r"""(?:[^\s\-?:,\[\]{}\#&*!|>'"%@`]|[\-?:](?=\S))(?:[^:\#]|:(?=\S)|(?<=\S)\#)*?"""
_KEY = re.compile(
    rf"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^']|'')*)'|(?P<plain>{_PLAIN_KEY}))\s*:(?=\s|$)""", re.VERBOSE
)
# An anchor or a tag before a value.
_PROPERTY = re.compile(r"[&!]\S*(?:\s+|$)")
_BLOCK_SCALAR = re.compile(r"[|>][+\-0-9]{0,2}\s*(?:#.*)?$")
_TOKEN = re.compile(r"[^\s,\[\]{}]+")
# What stands for a letter in double quotes; other letters stand for themselves.
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_BY_NUMBER = "xuU"
_BY_LETTER = dict(zip("0abtnvfreN_LP", "\0\a\b\t\n\v\f\r\x1b\x85\xa0\u2028\u2029"))
_NOTHING = re.compile(r"\s*(?:#.*)?$")


class NotAMapping(ValueError):
    """A text that is no YAML mapping to which a key can be added; the message says which line is in the way."""


def top_level_keys(text: str) -> list[str]:
    """Return the keys of a YAML mapping in block style.

    Args:
        text: the file. An empty one is a mapping without keys.

    Raises:
        NotAMapping: it is something else, or a line after its end would not belong to it.
    """
    reader = _Reader()
    try:
        for line in _BREAK.split(text.lstrip("\ufeff")):
            reader.read(line)
    except NotAMapping as error:
        raise NotAMapping(f"line {reader.number} {error}") from None
    if reader.inside is not None:
        raise NotAMapping(f"what begins with {reader.inside.opening} has no end")
    return reader.keys


class _Inside:
    """A quoted scalar or a collection in flow style, which may go over several lines.

    Attributes:
        opening: its first character.
    """

    def __init__(self, opening: str) -> None:
        self.opening = opening
        self._quote = opening if opening in "\"'" else ""
        self._depth = 0 if self._quote else 1
        # Whether a token can begin here, and whether the one before was quoted or a collection.
        self._fresh, self._closed = True, False

    def end(self, line: str, place: int) -> int | None:
        """Return where it ends in a line that is read from a place on; None when it goes on."""
        while place < len(line):
            if self._quote:
                place = self._quoted(line, place)
            elif line[place] == "#" and (place == 0 or line[place - 1].isspace()):
                return None
            else:
                place = self._token(line, place)
            if not self._quote and not self._depth:
                return place
        return None

    def _quoted(self, line: str, place: int) -> int:
        if self._quote == '"' and line[place] == "\\":
            return place + 2
        if line[place] != self._quote:
            return place + 1
        if self._quote == "'" and line[place + 1 : place + 2] == "'":
            return place + 2
        self._quote, self._fresh, self._closed = "", False, True
        return place + 1

    def _token(self, line: str, place: int) -> int:
        letter, following = line[place], line[place + 1 : place + 2]
        if letter.isspace() or (letter == "?" and self._fresh):
            return place + 1
        if letter in "[{]},":
            self._depth += {"[": 1, "{": 1, ",": 0}.get(letter, -1)
            self._fresh, self._closed = letter in "[{,", letter in "]}"
        elif letter == ":" and (
            self._closed or self._fresh or not following or following.isspace() or following in ",[]{}"
        ):
            self._fresh, self._closed = True, False
        elif self._fresh and letter in "\"'":
            self._quote = letter
        elif self._fresh and letter in "&!":
            return _TOKEN.match(line, place).end()  # type: ignore[union-attr]
        else:
            self._fresh = self._closed = False
        return place + 1


class _Reader:
    """Reads line after line.

    Attributes:
        number: of the line that is read.
        keys: those of the mapping, so far.
        inside: what has begun and not ended.
    """

    def __init__(self) -> None:
        self.number = 0
        self.keys: list[str] = []
        self.inside: _Inside | None = None
        # Lines that are further in than this belong to a scalar in block style, or to one without quotes.
        self._block: int | None = None
        self._plain: int | None = None
        self._begun = False
        # The columns of the keys and dashes that a line is inside of.
        self._columns: list[int] = []
        # Whether the value of the last key is yet to come; a sequence may then begin in the same column.
        self._awaits = False

    def read(self, line: str) -> None:
        """Read a line.

        Raises:
            NotAMapping: it is no part of a mapping in block style.
        """
        self.number += 1
        if self.inside is not None:
            self._go_on(line, 0)
            return
        if not line.strip():
            return
        indentation = len(line) - len(line.lstrip(" "))
        if self._block is not None and indentation > self._block:
            return
        self._block = None
        if line.lstrip().startswith("#"):
            self._plain = None
            return
        if self._plain is not None and (indentation > self._plain or line[0] == "\t"):
            if " #" in line:
                self._plain = None
            return
        self._plain = None
        if indentation or line[0] == "\t":
            self._nested(line, indentation)
        else:
            self._outermost(line)

    def _outermost(self, line: str) -> None:
        if re.match(r"---(\s|$)", line):
            if self._begun or not _NOTHING.match(line[3:]):
                raise NotAMapping("begins a document")
            self._begun = True
            return
        self._columns = []
        if re.match(r"-(\s|$)", line) and self.keys and self._awaits:
            self._value(line, 0)
            return
        key = _KEY.match(line)
        if key is None or line.startswith("..."):
            raise NotAMapping("begins with no key")
        self._begun = True
        self.keys.append(_name(key))
        self._awaits = bool(_NOTHING.match(line[key.end() :])) or bool(_PROPERTY.match(line[key.end() :].lstrip()))
        self._columns = [0]
        self._value(line, key.end())

    def _nested(self, line: str, indentation: int) -> None:
        if not self.keys:
            raise NotAMapping("is further in than a key can be added")
        self._columns = [column for column in self._columns if column < indentation]
        self._value(line, indentation)

    def _value(self, line: str, place: int) -> None:
        """Read keys and dashes, down to the scalar or collection that ends the line."""
        while place < len(line):
            place += len(line[place:]) - len(line[place:].lstrip())
            dash, key = re.match(r"[-?](?=\s|$)", line[place:]), _KEY.match(line, place)
            if dash or key:
                self._columns.append(place)
                place = key.end() if key else place + 1
                continue
            found = _PROPERTY.match(line, place)
            if found is None:
                self._scalar(line, place)
                return
            place = found.end()

    def _scalar(self, line: str, place: int) -> None:
        column = self._columns[-1] if self._columns else 0
        if _NOTHING.match(line, place):
            return
        if line[place] in "|>":
            if not _BLOCK_SCALAR.match(line, place):
                raise NotAMapping(f"has something behind {line[place]}")
            self._block = column
        elif line[place] in "[{\"'":
            self.inside = _Inside(line[place])
            self._go_on(line, place + 1)
        elif " #" not in line[place:]:
            self._plain = column

    def _go_on(self, line: str, place: int) -> None:
        inside = self.inside
        if inside is None:
            return
        if place == 0 and re.match(r"(---|\.\.\.)(\s|$)", line):
            raise NotAMapping(f"ends a document inside of what begins with {inside.opening}")
        end = inside.end(line, place)
        if end is not None:
            self.inside = None
            if not _NOTHING.match(line, end):
                raise NotAMapping(f"has something behind what begins with {inside.opening}")


def _name(key: re.Match[str]) -> str:
    """Return a key without its quotes."""
    if key["plain"] is not None:
        return key["plain"].rstrip()
    if key["single"] is not None:
        return key["single"].replace("''", "'")
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), key["double"])


def _unescaped(escape: str) -> str:
    if escape[0] in _BY_NUMBER and len(escape) > 1:
        return chr(int(escape[1:], 16))
    return _BY_LETTER.get(escape, escape)
