"""A connection that begins in plaintext and may be encrypted later.

TLS is spoken here with memory in between, and not by asyncio: asyncio drops the alert that tells a client why its
handshake failed, and has no place to look at what was agreed on before it is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from .addresses import Address
from .tls import HANDSHAKE_FAILURE, TlsPolicy

CHUNK = 65536


class Channel:
    """One end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        # What came with something that was read exactly.
        self._unread = b""

    @classmethod
    async def connect(cls, to: Address, host: str) -> Channel:
        """Connect to a server from that address of this machine."""
        return cls(*await asyncio.open_connection(to.host, to.port, local_addr=(host, 0)))

    @property
    def peer(self) -> str:
        """The address of who is at the other end.

        Raises:
            OSError: It had gone before anybody looked.
        """
        address = self._writer.get_extra_info("peername")
        if address is None:
            raise ConnectionResetError("the client has gone")
        return str(address[0])

    @property
    def agreed(self) -> tuple[str, str] | None:
        """Version of TLS and name of the cipher; None in plaintext."""
        cipher = self._tls and self._tls.cipher()
        return (cipher[1], cipher[0]) if cipher else None

    async def read(self) -> bytes:
        """What comes next; nothing at the end.

        Raises:
            OSError: The connection is broken, or what came is not TLS.
        """
        if self._unread:
            data, self._unread = self._unread, b""
            return data
        return await self._receive()

    async def exactly(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            EOFError: There are fewer.
            OSError: As :meth:`read`.
        """
        while len(self._unread) < size:
            data = await self._receive()
            if not data:
                raise EOFError
            self._unread += data
        data, self._unread = self._unread[:size], self._unread[size:]
        return data

    async def _receive(self) -> bytes:
        if self._tls is None:
            return await self._reader.read(CHUNK)
        while True:
            try:
                return self._tls.read(CHUNK)
            except ssl.SSLWantReadError:
                if not await self._more():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    async def _more(self) -> bool:
        """Say what TLS wants to say, and let it have what comes next; false at the end."""
        self._flush()
        data = await self._reader.read(CHUNK)
        self._incoming.write(data)
        return bool(data)

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._writer.write(data)

    def write(self, data: bytes) -> None:
        """Send, as soon as possible."""
        if self._tls is None:
            self._writer.write(data)
        elif data:
            self._tls.write(data)
            self._flush()

    async def drain(self) -> None:
        """Wait while too much is on its way."""
        await self._writer.drain()

    async def encrypt(self, policy: TlsPolicy, server: bool) -> None:
        """Make the TLS handshake. What was read too much is the beginning of it, and not taken for a word in plaintext.

        Args:
            policy: What it may agree on.
            server: Whether the client is at the other end.

        Raises:
            EOFError: The other end has gone.
            OSError: There is no agreement (``ssl.SSLError``), or the connection is broken.
        """
        self._tls = policy.context.wrap_bio(self._incoming, self._outgoing, server_side=server)
        self._incoming.write(self._unread)
        self._unread = b""
        try:
            while not self._shaken(policy):
                if not await self._more():
                    raise EOFError
        finally:
            # The last word of the handshake, or the alert that ends it.
            self._flush()

    def _shaken(self, policy: TlsPolicy) -> bool:
        """Take the handshake as far as it goes; true at its end. What is unwanted is refused before it is sent."""
        if self._tls is None:
            return False
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            shaken = False
        else:
            shaken = True
        if self.agreed and self.agreed[1] in policy.unwanted:
            self._outgoing.read()
            self._outgoing.write(HANDSHAKE_FAILURE)
            raise ssl.SSLError(f"the client has nothing that is approved beside {self.agreed[1]}")
        return shaken

    def close(self) -> None:
        """Send what is on its way, say goodbye and close."""
        if self._tls:
            # The other end's goodbye is not waited for.
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            self._flush()
        self._writer.close()
