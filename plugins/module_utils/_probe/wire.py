# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The few messages of PostgreSQL's protocol, which Redshift speaks, that come before a login.

Facts: PostgreSQL's manual, "Message Formats" and "SSL Session Encryption". Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import NamedTuple

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
PROTOCOL_3_0 = 196608

# libpq takes a longer error for the text of an old server, which sends no length (MAX_ERRLEN).
LONGEST_ERROR = 30000


class ServerError(NamedTuple):
    """An ErrorResponse.

    Attributes:
        severity: such as FATAL, never translated where the server says so.
        sqlstate: the five characters of SQLSTATE; empty from a server that sends none.
        message: for a person, in the server's language.
        routine: the function of the server's source that reported it.
    """

    severity: str
    sqlstate: str
    message: str
    routine: str

    def __str__(self) -> str:
        code = f" ({self.sqlstate})" if self.sqlstate else ""
        return f"{self.severity + ': ' if self.severity else ''}{self.message}{code}"


class Closed(Exception):
    """The server closed the connection where it owed an answer."""


class Line:
    """A connection whose reads share one time limit, however slowly the bytes come.

    Args:
        sock: the connection.
        seconds: the time for everything that is read.
        clock: seconds on a clock that never goes back.
    """

    def __init__(self, sock: socket.socket, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._sock = sock
        self._clock = clock
        self._end = clock() + seconds

    def send(self, message: bytes) -> None:
        """Send a message.

        Raises:
            OSError: what the system says; socket.timeout when the time is over.
        """
        self._limit()
        self._sock.sendall(message)

    def read(self, count: int) -> bytes:
        """Read exactly so many bytes.

        Raises:
            Closed: when the server closes before.
            OSError: what the system says; socket.timeout when the time is over.
        """
        data = b""
        while len(data) < count:
            self._limit()
            more = self._sock.recv(count - len(data))
            if not more:
                raise Closed
            data += more
        return data

    def read_error(self) -> ServerError:
        """Read the rest of an ErrorResponse, after its first byte.

        Raises:
            Closed, OSError: as `read`.
        """
        head = self.read(4)
        length = int(struct.unpack("!i", head)[0])
        if 4 < length <= LONGEST_ERROR:
            return parse_error(self.read(length - 4))
        return ServerError("", "", _text(head + self._read_to_the_end()), "")

    def _read_to_the_end(self) -> bytes:
        """Return what an old server says: text that ends with a zero or with the connection."""
        data = b""
        try:
            while not data.endswith(b"\0") and len(data) < LONGEST_ERROR:
                data += self.read(1)
        except Closed:
            pass
        return data

    def _limit(self) -> None:
        left = self._end - self._clock()
        if left <= 0:
            raise socket.timeout("timed out")
        self._sock.settimeout(left)


def startup_message(user: str, database: str) -> bytes:
    """Return the StartupMessage of protocol 3.0: who wants in where. A password is no part of it."""
    pairs = ("user", user, "database", database)
    body = struct.pack("!i", PROTOCOL_3_0) + b"".join(text.encode() + b"\0" for text in pairs) + b"\0"
    return struct.pack("!i", len(body) + 4) + body


def parse_error(body: bytes) -> ServerError:
    """Read the fields of an ErrorResponse: each a letter and a text that ends with a zero."""
    fields = {part[:1]: _text(part[1:]) for part in body.split(b"\0") if part}
    severity = fields.get(b"V") or fields.get(b"S", "")
    return ServerError(severity, fields.get(b"C", ""), fields.get(b"M", ""), fields.get(b"R", ""))


def _text(data: bytes) -> str:
    return data.rstrip(b"\0\n").decode("utf-8", "replace")
