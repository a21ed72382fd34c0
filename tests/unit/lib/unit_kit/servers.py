# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Database servers on loopback that are right, or wrong in one way each, and that remember what they hear."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
AUTHENTICATION_OK = b"R\0\0\0\x08\0\0\0\0"
ASK_FOR_PASSWORD = b"R\0\0\0\x0c\0\0\0\x05salt"


class Peer:
    """One connection, from the server's side.

    Attributes:
        heard: everything that the client sent before TLS and inside it.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.heard = b""

    def hear(self, count: int) -> bytes:
        """Read so many bytes, or fewer when the client hangs up."""
        data = b""
        while len(data) < count and (more := self.sock.recv(count - len(data))):
            data += more
        self.heard += data
        return data

    def hear_out(self) -> None:
        """Read whatever else comes, until the client hangs up."""
        while more := self.sock.recv(4096):
            self.heard += more

    def message(self) -> bytes:
        """Read one message of those that begin with their length."""
        head = self.hear(4)
        return head + self.hear(struct.unpack("!i", head)[0] - 4)

    def say(self, data: bytes) -> None:
        """Send."""
        self.sock.sendall(data)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Do the server's part of a TLS handshake."""
        self.sock = context.wrap_socket(self.sock, server_side=True)


Behaviour = Callable[[Peer], None]


def error(sqlstate: str, message: str, routine: str = "ClientAuthentication") -> bytes:
    """An ErrorResponse as PostgreSQL sends it, severity translated and not."""
    fields = {"S": "FATAL", "V": "FATAL", "C": sqlstate, "M": message, "F": "auth.c", "L": "530", "R": routine}
    body = b"".join(f"{key}{value}".encode() + b"\0" for key, value in fields.items()) + b"\0"
    return b"E" + struct.pack("!i", len(body) + 4) + body


NO_ENTRY = 'no pg_hba.conf entry for host "::ffff:127.0.0.1", user "nobody", database "nobody", SSL off'
SSL_OFF = error("28000", NO_ENTRY)


def database(context: ssl.SSLContext, plaintext: Behaviour | bytes = SSL_OFF) -> Behaviour:
    """A PostgreSQL server with TLS, and what it does with a login without it."""

    def behave(peer: Peer) -> None:
        if peer.message() == SSL_REQUEST:
            peer.say(b"S")
            peer.encrypt(context)
        elif isinstance(plaintext, bytes):
            peer.say(plaintext)
        else:
            plaintext(peer)
        peer.hear_out()

    return behave


def answering(answer: bytes, hang_up: bool = False) -> Behaviour:
    """A server that answers everything with the same bytes, one by one, and may hang up then."""

    def behave(peer: Peer) -> None:
        peer.message()
        for byte in answer:
            peer.say(bytes([byte]))
        if not hang_up:
            peer.hear_out()

    return behave


def silent(peer: Peer) -> None:
    """A server that never answers."""
    peer.hear_out()


def closing(peer: Peer) -> None:
    """A server that hears and hangs up."""
    peer.message()


def resetting(peer: Peer) -> None:
    """A server that breaks the connection."""
    peer.message()
    peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server:
    """A server that behaves differently at each connection, and at last always the same.

    Attributes:
        peers: the connections so far.
    """

    def __init__(
        self,
        *behaviours: Behaviour,
        address: tuple[str, int] = ("127.0.0.1", 0),
        family: socket.AddressFamily = socket.AF_INET,
    ) -> None:
        self._behaviours = behaviours
        self._listener = socket.create_server(address, family=family)
        self.port: int = self._listener.getsockname()[1]
        self.peers: list[Peer] = []
        self._thread = threading.Thread(target=self._serve)

    @property
    def heard(self) -> list[bytes]:
        """What was heard on each connection."""
        return [peer.heard for peer in self.peers]

    @contextlib.contextmanager
    def running(self) -> Iterator[Server]:
        """Serve as long as the context lasts; afterwards everything was heard."""
        self._thread.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            peer = Peer(sock)
            behave = self._behaviours[min(len(self.peers), len(self._behaviours) - 1)]
            self.peers.append(peer)
            with contextlib.suppress(OSError):  # the client hangs up whenever it has seen enough
                behave(peer)
            peer.sock.close()
