# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the files of clients: read and checked first, and written by whoever asked.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import Any, Mapping

from . import blocks, formats, places

BUNDLE_MODE, PASSWORD_MODE = 0o644, 0o600
# What the CA bundle holds as long as it is not fetched.
NOT_FETCHED = b"\0"
# What a prediction shows where the text is not known yet.
UNKNOWN = "to come"


@dataclass(frozen=True)
class Attributes:
    """Whose a file is.

    Attributes:
        owner: number of the user; -1 for whoever it is.
        group: number of the group; -1 for whichever it is.
        mode: its permissions.
    """

    owner: int = -1
    group: int = -1
    mode: int = 0o644

    def differ(self, place: places.Place) -> bool:
        """Tell whether a file that is there has others."""
        status = place.status
        return status is not None and (
            self.owner not in (-1, status.st_uid)
            or self.group not in (-1, status.st_gid)
            or self.mode != stat.S_IMODE(status.st_mode)
        )


@dataclass(frozen=True)
class Plan:
    """A file as it is and as it should be.

    Attributes:
        kind: of file.
        place: where it is.
        before: what it holds.
        after: what it should hold; None when it should be removed.
        own: the role's own entry, before and after, as a person may see it.
        attributes: those of a new file.
        kept: whether a file that exists keeps its attributes.
    """

    kind: str
    place: places.Place
    before: bytes
    after: bytes | None
    own: tuple[str, str]
    attributes: Attributes
    kept: bool

    @property
    def is_removed(self) -> bool:
        """Whether the file goes."""
        return self.after is None and self.place.status is not None

    @property
    def is_new(self) -> bool:
        """Whether the file is made."""
        return self.after is not None and self.place.status is None

    @property
    def is_rewritten(self) -> bool:
        """Whether the content changes."""
        return self.after is not None and (self.is_new or self.after != self.before)

    @property
    def is_given(self) -> bool:
        """Whether a file that exists gets other attributes."""
        return self.after is not None and not self.kept and self.attributes.differ(self.place)

    @property
    def changes(self) -> bool:
        """Whether anything changes."""
        return self.is_removed or self.is_rewritten or self.is_given

    def difference(self) -> dict[str, str]:
        """Return what Ansible shows of it: the role's own entry, never what others wrote."""
        before, after = self.own
        if before == after and self.is_rewritten:
            after = after.replace(formats.HIDDEN, f"{formats.HIDDEN} (another one)")
        status = self.place.status
        if status is not None and self.is_given:
            owner = status.st_uid if self.attributes.owner == -1 else self.attributes.owner
            before += f"mode {stat.S_IMODE(status.st_mode):04o}, owner {status.st_uid}\n"
            after += f"mode {self.attributes.mode:04o}, owner {owner}\n"
        return {"before_header": self.place.path, "after_header": self.place.path, "before": before, "after": after}


def plan_entry(entry: Mapping[str, Any], attributes: Attributes, password: str | None = None) -> Plan:
    """Read a file and decide what becomes of it.

    Args:
        entry: `kind`, `path`, `state`, `name`, `text` and `paths`; see the module client_entries.
        attributes: of new files.
        password: for .pgpass.

    Raises:
        places.Unfit: the text stands behind `client_<kind>_path: got <path>`.
    """
    kind, present = entry["kind"], entry["state"] == "present"
    place = places.find(entry["path"])
    before = places.read(place)
    text = before.decode("utf-8", "surrogateescape")
    mark = f"redshift.serverless {entry['name']}"
    try:
        marked = blocks.read(text, mark)
    except blocks.Damaged as error:
        raise places.Unfit(f", which {error}; expected both lines or none. Correct the file.") from None
    problem = formats.obstacle(kind, marked.rest, entry["name"]) if present else None
    if problem:
        raise places.Unfit(f", which {problem}")
    own = _text_of(entry, password) if present else None
    written = blocks.write(marked, mark, own, first=kind == formats.PGPASS)
    # A file that is not there holds no entry, so it need not be made to take one away.
    after = written.encode("utf-8", "surrogateescape") if present or place.status is not None else None
    shown = [formats.without_secrets(kind, each) for each in (marked.own or "", "" if own is None else f"{own}\n")]
    is_secret = kind == formats.PGPASS
    return _checked(
        Plan(
            kind=kind,
            place=place,
            before=before,
            after=after,
            own=(shown[0], shown[1]),
            attributes=Attributes(attributes.owner, attributes.group, PASSWORD_MODE) if is_secret else attributes,
            kept=not (is_secret and present),
        )
    )


def plan_bundle(entry: Mapping[str, Any], sha256: str) -> Plan:
    """Read the CA bundle and decide what becomes of it; `after` is NOT_FETCHED where that has to be done.

    Raises:
        places.Unfit: the text stands behind `client_ca_bundle_path: got <path>`.
    """
    present = entry["state"] == "present"
    # What is removed is what has the name, be it a link.
    place = places.find(entry["path"], follow=present)
    before = places.read(place) if present else b""
    digest = hashlib.sha256(before).hexdigest()
    known = f"sha256 {digest}\n" if present else "the CA bundle\n"
    return _checked(
        Plan(
            kind=formats.CA_BUNDLE,
            place=place,
            before=before,
            after=None if not present else before if digest == sha256.lower() else NOT_FETCHED,
            own=("" if place.status is None else known, f"sha256 {sha256}\n" if present else ""),
            attributes=Attributes(mode=BUNDLE_MODE),
            kept=False,
        )
    )


def _checked(plan: Plan) -> Plan:
    if plan.changes:
        places.check_writable(plan.place)
    return plan


def _text_of(entry: Mapping[str, Any], password: str | None) -> str:
    if entry["text"] is None:
        return UNKNOWN
    text = str(entry["text"])
    # Clients do not know what ~ is.
    homes = {key: f"{key}={places.expand(str(path))}" for key, path in entry["paths"].items()}
    text = "\n".join(homes.get(line.partition("=")[0], line) for line in text.split("\n"))
    return text if password is None or entry["kind"] != formats.PGPASS else f"{text}:{formats.pgpass_field(password)}"
