# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many pieces of work at the same time: what AWS does at once is waited for at once.

First everything is checked that can be checked; only then the first write is made. After that each piece goes its own way, and one
that fails leaves the others to finish. One thread does all of it, since all but the waiting takes no time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .errors import InvalidInput, RedshiftServerlessError, Refused
from .plan import READY
from .waiting import Clock, Pause, Steps

_Result = TypeVar("_Result")


class NotBegun(RedshiftServerlessError):
    """Work that was not begun because other work had failed."""


def _nothing() -> None:
    """What happens at a round when nothing is shared."""


@dataclass
class Work(Generic[_Result]):
    """One piece of work and how far it has come.

    Attributes:
        steps: the work, see Convergence.steps.
        result: what it returned, when it has ended well.
        error: what it raised, when it has failed.
        ended: whether it is over.
        pause: what it waits for now.
        due: when it wants to go on, on the clock.
    """

    steps: Steps[_Result]
    result: _Result | None = None
    error: RedshiftServerlessError | None = None
    ended: bool = False
    pause: Pause = READY
    due: float = 0.0

    def advance(self, clock: Clock) -> None:
        """Do it until it waits or ends."""
        try:
            self.pause = next(self.steps)
            self.due = clock.now() + self.pause.seconds
        except StopIteration as end:
            self.result, self.ended = end.value, True
        except RedshiftServerlessError as error:
            self.error, self.ended = error, True


@dataclass
class Together(Generic[_Result]):
    """Pieces of work that are done at the same time.

    Args:
        works: the pieces; the first thing that each yields is READY.
        clock: the time, and what sleeps.
        batch: how many may be under way at once, 0 for all; after a failure no further one is begun.
        new_round: called before each round of looks: what several pieces share is read anew then.
        shared: whether looks are shared, so that one more look of a round costs nothing.
        tell: told the pauses of all before each sleep, None to tell nobody.
    """

    works: Sequence[Work[_Result]]
    clock: Clock
    batch: int = 0
    new_round: Callable[[], None] = _nothing
    shared: bool = False
    tell: Callable[[Sequence[Pause]], None] | None = None
    _running: list[Work[_Result]] = field(default_factory=list, init=False)

    def run(self) -> Sequence[Work[_Result]]:
        """Do all of it; every piece has ended then, well or not."""
        self._check()
        waiting = deque(work for work in self.works if not work.ended)
        if any(isinstance(work.error, (InvalidInput, Refused)) for work in self.works):
            self._leave(waiting, "another item was refused")
        while waiting or self._running:
            self._begin(waiting)
            self._round()
            if any(work.error for work in self.works) and self.batch:
                self._leave(waiting, "another item failed before it")
        return self.works

    def _check(self) -> None:
        """Bring each piece to the point before its first write."""
        self.new_round()
        for work in self.works:
            work.advance(self.clock)

    def _leave(self, waiting: deque[Work[_Result]], reason: str) -> None:
        while waiting:
            work = waiting.popleft()
            work.steps.close()
            work.error, work.ended = NotBegun(f"Nothing was changed here: {reason}."), True

    def _begin(self, waiting: deque[Work[_Result]]) -> None:
        while waiting and not (self.batch and len(self._running) >= self.batch):
            work = waiting.popleft()
            work.due = self.clock.now()
            self._running.append(work)

    def _round(self) -> None:
        """Let everybody go on who is due, or who loses nothing by going on; then sleep until the next one is due."""
        self.new_round()
        now = self.clock.now()
        for work in self._running:
            if work.due <= now or (self.shared and work.pause.harmless):
                work.advance(self.clock)
        self._running = [work for work in self._running if not work.ended]
        seconds = min((work.due for work in self._running), default=0.0) - self.clock.now()
        if seconds > 0:
            self._sleep(seconds)

    def _sleep(self, seconds: float) -> None:
        if self.tell:
            self.tell([work.pause for work in self._running])
        self.clock.sleep(seconds)
