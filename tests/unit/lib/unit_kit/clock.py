# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.redshift.serverless.plugins.module_utils._core.waiting import Clock, Deadline, Patience


class FakeClock:
    """A clock whose sleep costs nothing.

    Attributes:
        time: seconds since this clock began.
        pauses: what was slept, in order.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.pauses.append(seconds)
        self.time += seconds

    def deadline(
        self, timeout: float = 1200, longest_pause: float = 15, chance: Callable[[], float] = lambda: 0.5
    ) -> Deadline:
        return Deadline(Patience(timeout, longest_pause), Clock(lambda: self.time, self.sleep), chance)
