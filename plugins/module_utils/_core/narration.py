# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person is told while a run waits: that it waits, for what, how long that usually takes, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .waiting import Clock, Pause

# A wait that lasts no longer than this many seconds is not worth a line.
WORTH_TELLING = 10.0
# Between two lines are at least this many seconds.
EVERY = 30.0
# So many things are named; of more, their number is told.
NAMED = 3


@dataclass
class Narrator:
    """Told of every pause, says now and then a line about them.

    Args:
        say: where the lines go.
        clock: real time; a line comes at most every 30 seconds.
    """

    say: Callable[[str], None]
    clock: Clock = field(default_factory=Clock)
    _last: float | None = field(default=None, init=False)
    _told: frozenset[str] = field(default=frozenset(), init=False)

    def __call__(self, pauses: Sequence[Pause]) -> None:
        """Say something about what is waited for, if it is time to."""
        waits = [pause for pause in pauses if pause.what and _is_long(pause)]
        if not waits:
            return
        now, things = self.clock.now(), frozenset(pause.what for pause in waits)
        begins = not things & self._told
        if self._last is not None and now - self._last < EVERY and not begins:
            return
        self._last, self._told = now, self._told | things
        self.say(began(waits) if begins else goes_on(waits))


def _is_long(pause: Pause) -> bool:
    return max(pause.usual or 0.0, pause.waited + pause.seconds) > WORTH_TELLING


def began(waits: Sequence[Pause]) -> str:
    """Return the line when a wait begins."""
    usual = max((pause.usual or 0.0 for pause in waits), default=0.0)
    expected = f"usually {usual:.0f} s, " if usual else ""
    return f"Waiting for {_named(waits)} ({expected}at most {_longest(waits):.0f} s)."


def goes_on(waits: Sequence[Pause]) -> str:
    """Return the line while a wait goes on."""
    waited = max(pause.waited for pause in waits)
    return f"Still waiting for {_named(waits)}: {waited:.0f} s so far, at most {_longest(waits):.0f} s left."


def _longest(waits: Sequence[Pause]) -> float:
    return max(pause.remaining for pause in waits)


def _named(waits: Sequence[Pause]) -> str:
    things = list(dict.fromkeys(pause.what for pause in waits))
    named = ", ".join(things[:NAMED])
    return named if len(things) <= NAMED else f"{named} and {len(things) - NAMED} more"
