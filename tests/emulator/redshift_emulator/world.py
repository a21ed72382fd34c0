"""What one emulator process shares between all accounts and Regions: time, chance, settings."""

from __future__ import annotations

import functools
import random
import string
import threading
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from .clock import SimClock, Timeline
from .settings import Settings

if TYPE_CHECKING:
    from .databases import Databases

HEX = "0123456789abcdef"


class World:
    """Shared state. ``lock`` is held while a Redshift Serverless request is handled or events are run."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        # Made when the first database is attached: most tests have none.
        self.databases: Databases | None = None
        self.reset()

    def reset(self, seed: int = 0, rate: float = 0.0, start: datetime | None = None) -> None:
        """Begin anew: clock, planned events, settings, chance (identifiers are the same for the same seed)."""
        self.random = random.Random(seed)
        # A sequence of its own: how often somebody reads must not change the identifiers.
        self.order = random.Random(seed)
        self.clock = SimClock(rate=rate, start=start)
        self.timeline = Timeline(self.clock)
        self.settings = Settings()

    def tick(self, per_request: bool) -> None:
        """Called at the start of every AWS request: let time pass as asked, then run what is due."""
        with self.lock:
            if per_request and self.clock.per_request:
                self.clock.advance(self.clock.per_request)
            self.settle()

    def settle(self) -> None:
        """Run what is due, and let attached databases follow each step of it, and what was changed before."""
        with self.lock:
            self.timeline.run_due(then=self._follow)
            self._follow()

    def _follow(self) -> None:
        if self.databases:
            self.databases.follow()

    def uuid(self) -> str:
        """A random UUID of the seeded sequence."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def hex_id(self, length: int = 17) -> str:
        """Random hexadecimal digits as in EC2 identifiers."""
        return "".join(self.random.choice(HEX) for _number in range(length))

    def letters(self, length: int) -> str:
        """Random lower-case letters and digits as in host names."""
        return "".join(self.random.choice(string.ascii_lowercase + string.digits) for _number in range(length))


@functools.cache
def world() -> World:
    """The process's one world (moto makes the backends itself, so they cannot be handed it)."""
    return World()
