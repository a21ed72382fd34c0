# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: one deadline for a whole task, and pauses that grow, are jittered and never pass it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .errors import WaitTimeout

# A pause is at most this part of the time waited so far, so that the true end is overshot by less than a tenth of it ...
GROWTH = 0.09
# ... and at first at most this many seconds, so that a short wait is overshot by less than a second.
FIRST_PAUSE = 0.8
# How much of a pause the jitter may take away, so that many runs do not poll in step.
JITTER = 0.2


@dataclass(frozen=True)
class Clock:
    """The time as the logic sees it; tests put their own in its place.

    Attributes:
        now: seconds on a clock that never goes back.
        sleep: waits for some seconds.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Patience:
    """How long and how often to look.

    Attributes:
        timeout: seconds for the whole task, however many waits it has.
        longest_pause: seconds between two looks at most.
    """

    timeout: float
    longest_pause: float


@dataclass
class Deadline:
    """The end of a task's time, shared by all its waits.

    Args:
        patience: the caller's limits.
        clock: where the time comes from.
        chance: a random number between 0 and 1, for the jitter.
    """

    patience: Patience
    clock: Clock = field(default_factory=Clock)
    chance: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self._end = self.clock.now() + self.patience.timeout

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self.clock.now())

    def looks(self, what: str) -> Iterator[float]:
        """Yield the seconds waited so far, at once and then after each pause; the last time at the deadline.

        Args:
            what: what is waited for, for the error.

        Raises:
            WaitTimeout: when the caller asks for another look after the one at the deadline.
        """
        start = self.clock.now()
        while True:
            waited = self.clock.now() - start
            yield waited
            left = self.remaining()
            if left <= 0:
                raise WaitTimeout(
                    f"Gave up waiting for {what}: wait_timeout is {self.patience.timeout:g} seconds. "
                    "AWS goes on with what was started; run the task again to finish, or raise wait_timeout."
                )
            self.clock.sleep(min(left, self.pause_after(waited)))

    def pause_after(self, waited: float) -> float:
        """The seconds to pause after this many seconds of waiting."""
        pause = min(self.patience.longest_pause, max(FIRST_PAUSE, GROWTH * waited))
        return pause * (1.0 - JITTER * self.chance())
