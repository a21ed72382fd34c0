# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a file really is, and whether the way there leads through links that somebody else can plant.

The role often writes as root into directories of other users. Who owns such a directory could replace his file by a link, and
have a system file changed, or given to him. So a link counts where root or the user that tasks are run as made it, and where its
owner owns what it leads to as well: then it leads nowhere that he could not write himself.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

_DEEPEST = 40


class Unfit(ValueError):
    """A path that can't be that of a file; the text stands behind `got <path>`."""


class Place(NamedTuple):
    """Where a file is, or will be.

    Attributes:
        path: without links and ~.
        status: of the file, None when there is none.
        new_directories: those on the way that do not exist, the outermost first.
    """

    path: str
    status: os.stat_result | None
    new_directories: list[str]

    @property
    def directory(self) -> str:
        """The directory of the file."""
        return os.path.dirname(self.path)


def find(path: str, follow: bool = True) -> Place:
    """Look for a file.

    Args:
        path: absolute, or with ~ or ~user at its beginning.
        follow: whether a link in the place of the file is followed.

    Raises:
        Unfit: no regular file is or can be there, or a link can't be trusted.
    """
    whole = expand(path)
    try:
        real = _follow(whole) if follow else os.path.join(_follow(os.path.dirname(whole)), os.path.basename(whole))
        status = _status(real)
    except OSError as error:
        # Such as "Not a directory", of /dev/null/x.
        raise Unfit(f", which this host can't look at ({error.strerror}); expected the path of a file.") from None
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise Unfit(", which is a directory; expected the path of a file.")
    if status is not None and follow and not stat.S_ISREG(status.st_mode):
        raise Unfit(", which is no regular file; expected the path of a file that can be written.")
    return Place(real, status, _new_directories(os.path.dirname(real)))


def expand(path: str) -> str:
    """Return a path with the home directory for ~ and ~user, and the values of environment variables.

    Raises:
        Unfit: there is no such home directory.
    """
    tilde = re.match(r"~[^/]*", path)
    home = os.path.expanduser(tilde.group()) if tilde else "/"
    if not os.path.isdir(home):
        named = tilde.group() if tilde else home
        raise Unfit(
            f", but this host has no home directory {named}; expected that of a user of this host, or an absolute path."
        )
    return os.path.expanduser(os.path.expandvars(path)).rstrip("/") or "/"


def read(place: Place) -> bytes:
    """Return what a file holds; nothing when there is none.

    Raises:
        Unfit: it can't be read.
    """
    if place.status is None:
        return b""
    try:
        descriptor = os.open(place.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read()
    except OSError as error:
        raise Unfit(
            f", which can't be read ({error.strerror}); expected a file that the tasks' user can read."
        ) from None


def check_writable(place: Place) -> None:
    """Check that a file can be replaced, removed or made.

    Raises:
        Unfit: its directory can't be written.
    """
    directory = os.path.dirname(place.new_directories[0]) if place.new_directories else place.directory
    if not os.access(directory, os.W_OK | os.X_OK):
        raise Unfit(f", but {directory} can't be written; expected a directory that the tasks' user can write.")


def make_file(path: str, owner: int, group: int, mode: int) -> None:
    """Make an empty file that is its owner's from the beginning.

    Args:
        path: of the file, which does not exist.
        owner: number of the user; -1 for the tasks' own.
        group: number of the group; -1 for the tasks' own.
        mode: its permissions.

    Raises:
        OSError: something is there, or it can't be made.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    _own(descriptor, owner, group, mode)


def make_directory(path: str, owner: int, group: int) -> None:
    """Make a directory with the mode 0755; one that is there by now stays as it is.

    Raises:
        OSError: it can't be made.
    """
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            raise
        return
    _own(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW), owner, group, 0o755)


def give(path: str, owner: int, group: int, mode: int) -> None:
    """Give a regular file its owner, group and mode.

    Raises:
        OSError: it is none, it has further names, or the tasks' user may not.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    status = os.fstat(descriptor)
    if status.st_nlink > 1 and owner not in (-1, status.st_uid):
        os.close(descriptor)
        # Another name of a file of somebody else, who would lose it.
        raise OSError(0, "its owner is not changed, since it has further names (hard links)")
    _own(descriptor, owner, group, mode)


def _own(descriptor: int, owner: int, group: int, mode: int) -> None:
    try:
        status = os.fstat(descriptor)
        if owner not in (-1, status.st_uid) or group not in (-1, status.st_gid):
            os.fchown(descriptor, owner, group)
        # After the owner, since a change of it takes bits away.
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _follow(path: str, depth: int = 0) -> str:
    """Return a path without links."""
    place = "/"
    for part in path.split("/"):
        if part in ("", "."):
            continue
        found = os.path.dirname(place) if part == ".." else os.path.join(place, part)
        status = _status(found)
        if status is not None and stat.S_ISLNK(status.st_mode):
            if depth == _DEEPEST:
                raise Unfit(f", but {found} is one of too many links; expected the path of a file.")
            place = _follow(os.path.join(place, os.readlink(found)), depth + 1)
            _check_link(found, status.st_uid, place)
        else:
            place = found
    return place


def _check_link(link: str, owner: int, target: str) -> None:
    if owner in (0, os.geteuid()):
        return
    status = _status(target)
    if status is None or status.st_uid != owner:
        raise Unfit(
            f", but {link} is a link to {target}, made by a user (number {owner}) who does not own that; expected no link that "
            "somebody else can plant. Remove the link, or give the path that it leads to."
        )


def _new_directories(directory: str) -> list[str]:
    missing: list[str] = []
    while _status(directory) is None:
        missing.insert(0, directory)
        directory = os.path.dirname(directory)
    return missing
