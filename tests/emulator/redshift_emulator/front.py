"""What stands before an attached PostgreSQL: addresses that can be moved, and Redshift's way to begin a conversation.

PostgreSQL itself decides about every connection. What it cannot do is done here: listen elsewhere or show another
certificate without a restart (and so TLS ends here), take what Redshift's drivers say of themselves, know several
passwords of one user, and say "SSL off" as Redshift does (it says "no encryption"). ``session.py`` follows a connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from .addresses import Address
from .channel import Channel
from .session import Upstream, serve

Answer = TypeVar("Answer")


class Listener:
    """One address, and the connections that came over it."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
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
        client = Channel(reader, writer)
        try:
            # Cutting a connection cancels the task; asyncio would report that as an error of the server.
            with contextlib.suppress(asyncio.CancelledError, EOFError, OSError):
                await serve(client, self._upstream)
        finally:
            client.close()
            self._connections.discard(task)


class Front:
    """All listeners of the process, on one event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="front", daemon=True).start()

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def open(self, address: Address, upstream: Upstream) -> Listener:
        """Listen at an address for a server."""
        listener = Listener(upstream)
        self._run(listener.open(address))
        return listener

    def close(self, listener: Listener) -> None:
        """Close a listener and its connections."""
        self._run(listener.close())
