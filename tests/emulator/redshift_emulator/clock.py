"""Simulated time: a clock that stands, runs at a rate or is advanced, and a timeline of what is due when."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SimClock:
    """The emulator's clock.

    Args:
        rate: Simulated seconds per real second; 0 lets the clock stand.
        real: Source of real seconds (monotonic); replaced by tests.
        start: Simulated time at the beginning; the real time of day if not given.
    """

    def __init__(
        self, rate: float = 0.0, real: Callable[[], float] = time.monotonic, start: datetime | None = None
    ) -> None:
        self._real = real
        self._lock = threading.RLock()
        self._rate = rate
        self._anchor_real = real()
        self._anchor = start or datetime.now(UTC)
        self.per_request = 0.0

    @property
    def rate(self) -> float:
        """Simulated seconds per real second."""
        return self._rate

    def now(self) -> datetime:
        """Return the simulated time (timezone-aware, UTC). It never goes backwards by itself."""
        with self._lock:
            return self._anchor + timedelta(seconds=(self._real() - self._anchor_real) * self._rate)

    def set_rate(self, rate: float) -> None:
        """Run at another rate from now on; the time reached so far stays.

        Raises:
            ValueError: The rate is negative.
        """
        if rate < 0:
            raise ValueError(f"rate is {rate}, but simulated time cannot run backwards: give 0 or more")
        with self._lock:
            self._move_anchor(self.now())
            self._rate = rate

    def advance(self, seconds: float) -> None:
        """Move time forward by that many simulated seconds.

        Raises:
            ValueError: The number is negative.
        """
        if seconds < 0:
            raise ValueError(f"advance is {seconds}, but simulated time cannot run backwards: give 0 or more")
        with self._lock:
            self._move_anchor(self.now() + timedelta(seconds=seconds))

    def _move_anchor(self, now: datetime) -> None:
        self._anchor = now
        self._anchor_real = self._real()


class Timeline:
    """Things due in simulated time, run lazily and in order of their time (ties: in order of planning)."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._reached: datetime | None = None

    def __len__(self) -> int:
        return len(self._events)

    def now(self) -> datetime:
        """The time of the event that is running, otherwise the clock's time.

        An event that plans another one does so relative to the moment it was due, not to the moment
        somebody looked; so one big step and many small ones give the same result.
        """
        return self._reached or self._clock.now()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Plan an action that many simulated seconds from :meth:`now`."""
        heapq.heappush(self._events, (self.now() + timedelta(seconds=seconds), next(self._order), action))

    def run_due(self, then: Callable[[], None] = lambda: None) -> int:
        """Run all that is due, including what the events themselves plan; return how many ran.

        Args:
            then: Called after each event, still at its time.
        """
        until = self._clock.now()
        ran = 0
        while self._events and self._events[0][0] <= until:
            due, _place, action = heapq.heappop(self._events)
            self._reached = due
            try:
                action()
                then()
            finally:
                self._reached = None
            ran += 1
        return ran

    def clear(self) -> None:
        """Forget everything planned."""
        self._events.clear()
