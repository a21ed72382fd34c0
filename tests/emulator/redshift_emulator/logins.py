"""The passwords of GetCredentials, several at a time for one user, before a server that keeps one.

PostgreSQL asks for a password's MD5, and so does Redshift. What a client answers depends on user, password and a salt,
and can be made from the digest that the server keeps. So an answer that fits a password that was given out can be
replaced by the one that fits the server's own, and nobody but the server decides who comes in.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import datetime

PREFIX = b"md5"


def digest(user: bytes, password: bytes) -> bytes:
    """What PostgreSQL keeps of a password.

    >>> digest(b"ana", b"secret")
    b'md54e9075642c2764eb006371b3f594e02b'
    """
    return PREFIX + hashlib.md5(password + user, usedforsecurity=False).hexdigest().encode()


def proof(kept: bytes, salt: bytes) -> bytes:
    """What a client answers.

    Args:
        kept: The digest of its password.
        salt: What the server gave with its request.
    """
    return PREFIX + hashlib.md5(kept.removeprefix(PREFIX) + salt, usedforsecurity=False).hexdigest().encode()


@dataclasses.dataclass(frozen=True)
class Temporary:
    """A password that was given out.

    Attributes:
        password: It.
        expiration: Simulated time; it is valid before.
    """

    password: bytes
    expiration: datetime


class Issued:
    """The temporary passwords of a database's users. One thread adds, any may look."""

    def __init__(self) -> None:
        self._of: dict[bytes, tuple[Temporary, ...]] = {}

    def add(self, user: str, password: str, expiration: datetime, now: datetime) -> None:
        """Remember a password, and forget those of the user that have ended."""
        key = user.encode()
        alive = tuple(each for each in self._of.get(key, ()) if each.expiration > now)
        self._of[key] = (*alive, Temporary(password.encode(), expiration))

    def fits(self, user: bytes, salt: bytes, answer: bytes, now: datetime) -> bool:
        """Whether a client's answer is that of somebody who has one of the passwords that are valid now."""
        return any(
            each.expiration > now and proof(digest(user, each.password), salt) == answer
            for each in self._of.get(user, ())
        )
