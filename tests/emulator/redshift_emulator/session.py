"""One client's connection, from its first byte: what the front has to say and to change until the first query.

PostgreSQL decides about every connection. Until it has said that it is ready, the front follows the conversation
(``wire.py``); afterwards, and where it does not understand, it passes bytes on as they are.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

from . import wire
from .addresses import Address
from .channel import Channel
from .tls import TlsPolicy, upstream_policy
from .wire import Request

# PostgreSQL's own authentication_timeout: so many seconds has a client until it is logged in.
PATIENCE = 60.0


@dataclasses.dataclass(frozen=True)
class Upstream:
    """The server behind a front, and what the front must know of it.

    Attributes:
        address: Where PostgreSQL listens.
        on_connect: Called in some thread before a connection is passed on.
        policy: How TLS is spoken with clients now.
        proof: Makes of user, salt and a client's proof of its password the one that PostgreSQL is given. Called in
            some thread.
    """

    address: Address
    on_connect: Callable[[], None]
    policy: Callable[[], TlsPolicy]
    proof: Callable[[bytes, bytes, bytes], bytes]


async def serve(client: Channel, upstream: Upstream) -> None:
    """Serve a client until it or the server goes.

    Raises:
        EOFError: One of them went before the client was logged in.
        OSError: A connection broke, or the client took too long to log in.
    """
    await asyncio.to_thread(upstream.on_connect)
    # From the client's own address (all of 127.0.0.0/8 is ours), so that the server sees who it is.
    server = await Channel.connect(upstream.address, client.peer)
    try:
        async with asyncio.timeout(PATIENCE):
            user = await begin(client, server, upstream)
            if user is not None:
                await log_in(client, server, upstream, user)
        await both_ways(client, server)
    finally:
        server.close()


async def begin(client: Channel, server: Channel, upstream: Upstream) -> bytes | None:
    """See to encryption, and let the client introduce itself to the server.

    Returns:
        The user's name, or None where the rest is between the client and PostgreSQL.
    """
    while True:
        packet = await _packet(client)
        asked = wire.request(packet)
        if asked is Request.GSS_ENCRYPTION:
            client.write(wire.NOT_ENCRYPTED)
        elif asked is Request.ENCRYPTION and not client.agreed:
            server.write(packet)
            answer = await server.exactly(1)
            client.write(answer)
            if answer == wire.ENCRYPTED:
                await _encrypt(client, server, upstream)
            elif answer != wire.NOT_ENCRYPTED:
                return None
        elif asked is Request.START:
            server.write(wire.for_postgresql(packet))
            return wire.user_of(packet)
        else:
            server.write(packet)
            return None


async def _packet(client: Channel) -> bytes:
    head = await client.exactly(wire.LENGTH)
    length = wire.packet_length(head)
    return head + await client.exactly(length - wire.LENGTH) if length else head


async def _encrypt(client: Channel, server: Channel, upstream: Upstream) -> None:
    await client.encrypt(upstream.policy(), server=True)
    if client.agreed:
        await server.encrypt(upstream_policy(*client.agreed), server=False)


async def log_in(client: Channel, server: Channel, upstream: Upstream, user: bytes) -> None:
    """Follow the conversation until the server is ready for queries.

    Raises:
        EOFError: The server has refused the client, and said so.
    """
    while True:
        said = await _message(server)
        client.write(wire.from_redshift(said))
        if said.startswith(wire.READY):
            return
        if wire.is_question(said):
            answer = await _message(client, wire.LONGEST_ANSWER)
            server.write(await _proof(upstream, user, said, answer))


async def _message(channel: Channel, longest: int = 1 << 30) -> bytes:
    """A message; of one with a length that cannot be only the header, which PostgreSQL then refuses."""
    head = await channel.exactly(wire.HEADER)
    length = int.from_bytes(head[1:], "big")
    return head + await channel.exactly(length - wire.LENGTH) if wire.LENGTH <= length <= longest else head


async def _proof(upstream: Upstream, user: bytes, question: bytes, answer: bytes) -> bytes:
    salt = wire.salt_of(question)
    if salt is None or not answer.startswith(wire.PASSWORD) or not answer.endswith(b"\0"):
        return answer
    given = answer[wire.HEADER : -1]
    return wire.message(wire.PASSWORD, await asyncio.to_thread(upstream.proof, user, salt, given) + b"\0")


async def both_ways(client: Channel, server: Channel) -> None:
    """Pass bytes on until one of both has no more."""
    ways = [asyncio.ensure_future(_pass_on(client, server)), asyncio.ensure_future(_pass_on(server, client))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pass_on(source: Channel, target: Channel) -> None:
    while data := await source.read():
        target.write(data)
        await target.drain()
