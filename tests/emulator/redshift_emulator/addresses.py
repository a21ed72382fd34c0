"""Loopback addresses and ports that nobody uses."""

from __future__ import annotations

import dataclasses
import secrets
import socket
from collections.abc import Iterator

ATTEMPTS = 50


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a server is reached: a loopback address of its own, and a port."""

    host: str
    port: int


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
