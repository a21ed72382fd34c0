# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: one deadline for a whole task, and pauses that fit what is waited for, are jittered and never pass it.

What waits is written as a generator that yields a Pause where it has to wait. So one driver can wait for one thing or for many
at the same time, and nothing needs a thread.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import WaitTimeout

# Where nothing is known beforehand, a pause is at most this part of the time waited so far, so that the true end is overshot by
# less than a tenth of it ...
GROWTH = 0.09
# ... and at first at most this many seconds, so that a short wait is overshot by less than a second.
FIRST_PAUSE = 0.8
# How much of a pause the jitter may take away, so that many runs do not poll in step.
JITTER = 0.2

# Where the usual duration is known: looks before the usual end, as parts of it, ...
EARLY_LOOKS = (0.07, 0.25, 0.5, 0.75)
# ... then pauses of this part of it, ...
STEP = 0.15
# ... and long after it pauses of this part of the time waited so far.
LATE_GROWTH = 0.15


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


@dataclass(frozen=True)
class Pause:
    """A wish to wait before going on.

    Attributes:
        seconds: how long; 0 only lets others go first.
        what: what is waited for, for a person.
        waited: the seconds waited for it so far.
        usual: the seconds that it usually takes, None when that is not known.
        remaining: the seconds left until the deadline.
        harmless: whether going on early costs no more than a look.
    """

    seconds: float
    what: str = ""
    waited: float = 0.0
    usual: float | None = None
    remaining: float = 0.0
    harmless: bool = False


_Result = TypeVar("_Result")

# Work that waits: it yields Pauses and returns its result.
Steps = Generator[Pause, None, _Result]


def alone(steps: Steps[_Result], clock: Clock, tell: Callable[[Sequence[Pause]], None] | None = None) -> _Result:
    """Do one piece of work to its end, sleeping at its Pauses.

    Args:
        steps: the work.
        clock: what sleeps.
        tell: told each Pause as it begins.
    """
    while True:
        try:
            pause = next(steps)
        except StopIteration as end:
            return end.value
        if pause.seconds > 0:
            if tell:
                tell([pause])
            clock.sleep(pause.seconds)


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

    def anew(self) -> Deadline:
        """Return the same limits from now on."""
        return Deadline(self.patience, self.clock, self.chance)

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self.clock.now())

    def watch(self, what: str, usual: float | None = None, harmless: bool = True) -> Watch:
        """Begin to wait for something.

        Args:
            what: what is waited for, for the error.
            usual: the seconds that it usually takes, None when that is not known.
            harmless: whether going on early costs no more than a look.
        """
        return Watch(self, what, usual, harmless)

    def looks(self, what: str) -> Iterator[float]:
        """Yield the seconds waited so far, at once and then after each pause; the last time at the deadline.

        Args:
            what: what is waited for, for the error.

        Raises:
            WaitTimeout: when the caller asks for another look after the one at the deadline.
        """
        watch = self.watch(what)
        while True:
            yield watch.waited
            self.clock.sleep(watch.pause().seconds)

    def pause_after(self, waited: float, usual: float | None = None) -> float:
        """Return the seconds to pause after this many seconds of waiting for what usually takes so many seconds."""
        fitting = _growing(waited) if usual is None else _around(usual, waited)
        return min(self.patience.longest_pause, fitting) * (1.0 - JITTER * self.chance())


def _growing(waited: float) -> float:
    return max(FIRST_PAUSE, GROWTH * waited)


def _around(usual: float, waited: float) -> float:
    """Few looks before the usual end, many around it: the end is seen soon, and at few looks."""
    step = STEP * usual
    ahead = [part * usual - waited for part in EARLY_LOOKS]
    return next((pause for pause in ahead if pause > step / 3), max(step, LATE_GROWTH * waited))


class Watch:
    """One wait under a deadline: how long it has lasted, and how long to pause until the next look.

    Args:
        deadline: the end of all waiting.
        what: what is waited for.
        usual: the seconds that it usually takes, None when that is not known.
        harmless: see Pause.
    """

    def __init__(self, deadline: Deadline, what: str, usual: float | None, harmless: bool) -> None:
        self._deadline, self._what, self._usual, self._harmless = deadline, what, usual, harmless
        self._start = deadline.clock.now()

    @property
    def waited(self) -> float:
        """Seconds since the wait began."""
        return self._deadline.clock.now() - self._start

    def pause(self) -> Pause:
        """Return the pause until the next look, which is at the deadline at the latest.

        Raises:
            WaitTimeout: when the last look was at the deadline.
        """
        left = self._deadline.remaining()
        if left <= 0:
            raise WaitTimeout(
                f"Gave up waiting for {self._what}: wait_timeout is {self._deadline.patience.timeout:g} seconds. "
                "AWS goes on with what was started; run the task again to finish, or raise wait_timeout."
            )
        waited = self.waited
        seconds = min(left, self._deadline.pause_after(waited, self._usual))
        return Pause(seconds, self._what, waited, self._usual, left, self._harmless)
