# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.narration import Narrator
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import AFTER_YOU, Convergence
from ansible_collections.redshift.serverless.plugins.module_utils._core.waiting import Clock, Pause
from unit_kit.clock import FakeClock
from unit_kit.things import Thing, ThingAws


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def narrator(lines: list[str], clock: FakeClock) -> Narrator:
    return Narrator(lines.append, Clock(lambda: clock.time, clock.sleep))


def pause(what: str, waited: float = 0.0, usual: float | None = 75.0) -> Pause:
    return Pause(5.0, what, waited, usual, remaining=1200.0 - waited)


def test_says_what_is_waited_for_and_how_long_that_usually_takes(narrator: Narrator, lines: list[str]) -> None:
    narrator([pause("workgroup sales after UpdateWorkgroup")])

    assert lines == ["Waiting for workgroup sales after UpdateWorkgroup (usually 75 s, at most 1200 s)."]


def test_says_nothing_of_short_waits_and_of_what_is_no_wait(narrator: Narrator, lines: list[str]) -> None:
    narrator([pause("the statement to end", waited=2.0, usual=None), AFTER_YOU])

    assert lines == []


def test_says_it_once_a_wait_of_unknown_length_has_become_long(narrator: Narrator, lines: list[str]) -> None:
    narrator([pause("the statement to end", waited=6.0, usual=None)])

    assert lines == ["Waiting for the statement to end (at most 1194 s)."]


def test_says_every_half_minute_how_far_it_has_come(narrator: Narrator, lines: list[str], clock: FakeClock) -> None:
    for waited in range(0, 95, 5):
        clock.time = float(waited)
        narrator([pause("workgroup sales after UpdateWorkgroup", float(waited))])

    assert [line.split(":")[-1] for line in lines[1:]] == [
        " 30 s so far, at most 1170 s left.",
        " 60 s so far, at most 1140 s left.",
        " 90 s so far, at most 1110 s left.",
    ]


def test_names_some_of_many(narrator: Narrator, lines: list[str]) -> None:
    narrator([pause(f"workgroup w{number}") for number in range(10)])

    assert lines == ["Waiting for workgroup w0, workgroup w1, workgroup w2 and 7 more (usually 75 s, at most 1200 s)."]


def test_a_run_without_change_says_nothing(clock: FakeClock, narrator: Narrator, lines: list[str]) -> None:
    aws = ThingAws(clock, {"a": 1, "status": "AVAILABLE"})

    Convergence(Thing(aws, {"a": 1}, takes=75.0), clock.deadline()).run(narrator)

    assert lines == []


def test_a_run_with_a_change_says_so(clock: FakeClock, narrator: Narrator, lines: list[str]) -> None:
    aws = ThingAws(clock, {"a": 1, "status": "AVAILABLE"}, lasts=60)

    Convergence(Thing(aws, {"a": 2}, takes=75.0), clock.deadline()).run(narrator)

    assert lines[0] == "Waiting for thing t after UpdateThing (usually 75 s, at most 1200 s)."
    assert 2 <= len(lines) <= 4
