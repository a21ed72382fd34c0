"""What stands before an attached PostgreSQL: addresses that can be moved, and Redshift's words of refusal.

PostgreSQL itself decides about every connection, TLS included: bytes are passed on as they are, in both directions.
Two things it cannot do: listen elsewhere without a restart, and say "SSL off" as Redshift does (it says "no encryption").
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import secrets
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

CHUNK = 65536
HEADER = 5
ATTEMPTS = 50
# What PostgreSQL answers to a wish for encryption that it does not fulfil; the client then goes on in plaintext.
NOT_ENCRYPTED = b"N"
ERROR = b"E"
REFUSAL = re.compile(r'no pg_hba\.conf entry for host "([^"]*)", (.*), no encryption')
Answer = TypeVar("Answer")


def reworded(message: bytes) -> bytes:
    """PostgreSQL's refusal of plaintext in Redshift's words [C: aws-behaviour 9]; anything else as it is.

    Args:
        message: A whole ErrorResponse message of the wire protocol, with its header.
    """
    fields = [field.decode(errors="replace") for field in message[HEADER:].split(b"\0") if field]
    texts = {field[0]: field[1:] for field in fields}
    found = REFUSAL.fullmatch(texts.get("M", ""))
    if not found:
        return message
    # Redshift's protocol is older than the field V.
    texts.pop("V", None)
    texts["M"] = f'no pg_hba.conf entry for host "::ffff:{found[1]}", {found[2]}, SSL off'
    body = b"".join(f"{code}{text}".encode() + b"\0" for code, text in texts.items()) + b"\0"
    return ERROR + (len(body) + 4).to_bytes(4, "big") + body


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a server is reached: a loopback address of its own, and a port."""

    host: str
    port: int


class Listener:
    """One address, and the connections that came over it."""

    def __init__(self, upstream: Address, on_connect: Callable[[], None]) -> None:
        self._upstream = upstream
        self._on_connect = on_connect
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self, address: Address) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, address.host, address.port)

    async def close(self) -> None:
        """Listen no more, and cut all connections."""
        if self._server:
            self._server.close()
        for each in self._connections:
            each.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # asyncio calls this as a task of its own
            return
        self._connections.add(task)
        # Cutting a connection cancels the task; asyncio would report that as an error of the server.
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await self._serve(reader, writer)
        writer.close()
        self._connections.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(self._on_connect)
        # From the client's own address (all of 127.0.0.0/8 is ours), so that the server sees who it is.
        client = writer.get_extra_info("peername")[0]
        to = self._upstream
        server_reader, server_writer = await asyncio.open_connection(to.host, to.port, local_addr=(client, 0))
        ways = [
            asyncio.ensure_future(_pass_on(reader, server_writer)),
            asyncio.ensure_future(_pass_back(server_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            server_writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


async def _pass_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass the server's bytes to the client; an error that comes before any other message may be reworded."""
    first = await reader.read(1)
    while first == NOT_ENCRYPTED:
        writer.write(first)
        first = await reader.read(1)
    if first == ERROR:
        length = await reader.readexactly(HEADER - 1)
        rest = await reader.readexactly(int.from_bytes(length, "big") - len(length))
        first = reworded(first + length + rest)
    writer.write(first)
    await _pass_on(reader, writer)


class Front:
    """All listeners of the process, on one event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="front", daemon=True).start()

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def open(self, address: Address, upstream: Address, on_connect: Callable[[], None]) -> Listener:
        """Listen at an address.

        Args:
            address: Where.
            upstream: Where the server listens.
            on_connect: Called in some thread before each connection is passed on.
        """
        listener = Listener(upstream, on_connect)
        self._run(listener.open(address))
        return listener

    def close(self, listener: Listener) -> None:
        """Close a listener and its connections."""
        self._run(listener.close())


def free_address(port: int) -> Address:
    """A loopback address that nobody uses on that port, nor, most probably, on any other.

    Chosen at random, so that the emulators of parallel test workers do not meet.

    Raises:
        OSError: This system has no loopback addresses besides 127.0.0.1.
    """
    failure = OSError("no loopback address is free")
    for host in _random_hosts():
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                failure = error
                continue
            return Address(host, port)
    raise failure


def _random_hosts() -> Iterator[str]:
    for _attempt in range(ATTEMPTS):
        # Not 127.0.x.y and 127.1.x.y, which people use.
        yield f"127.{2 + secrets.randbelow(250)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"


def free_port(host: str) -> int:
    """A port that nobody uses at that address."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
