# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import AccessDenied, Refused
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import Convergence, Outcome
from ansible_collections.redshift.serverless.plugins.module_utils._core.together import NotBegun, Together, Work
from ansible_collections.redshift.serverless.plugins.module_utils._core.waiting import Pause
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.clock import FakeClock
from unit_kit.things import Thing, ThingAws


def things(clock: FakeClock, lasts: Sequence[float]) -> list[ThingAws]:
    """As many AWSs as durations, each with a thing that has a=1."""
    return [ThingAws(clock, {"a": 1, "status": "AVAILABLE"}, lasts=each) for each in lasts]


def run(clock: FakeClock, works: Sequence[Thing], **options: Any) -> Sequence[Work[Outcome]]:
    steps = [Work(Convergence(each, clock.deadline(options.pop("timeout", 1200))).steps()) for each in works]
    return Together(steps, clock.deadline().clock, **options).run()


@given(lasts=st.lists(st.floats(1, 300), min_size=1, max_size=8))
def test_takes_the_time_of_the_slowest(lasts: list[float]) -> None:
    clock = FakeClock()

    works = run(clock, [Thing(aws, {"a": 2}, takes=75.0) for aws in things(clock, lasts)])

    assert [work.result.changed for work in works if work.result] == [True] * len(lasts)
    assert clock.time <= max(lasts) + max(15, 0.2 * max(lasts))


def test_what_changes_nothing_writes_nothing_and_waits_for_nobody(clock: FakeClock) -> None:
    slow, done = things(clock, [100, 100])

    works = run(clock, [Thing(slow, {"a": 2}), Thing(done, {"a": 1})])

    assert [bool(work.result and work.result.changed) for work in works] == [True, False]
    assert (done.asked, done.reads) == ([], 1)


def test_one_that_fails_leaves_the_others_to_finish(clock: FakeClock) -> None:
    first, bad, last = things(clock, [50, 50, 50])
    bad.trouble = deque(["denied"])

    works = run(clock, [Thing(each, {"a": 2}) for each in (first, bad, last)])

    assert [type(work.error) for work in works] == [type(None), AccessDenied, type(None)]
    assert [each.state and each.state["a"] for each in (first, bad, last)] == [2, 1, 2]


def test_a_refusal_is_found_before_anybody_writes(clock: FakeClock) -> None:
    fine, refused = things(clock, [10, 10])

    works = run(clock, [Thing(fine, {"a": 2}), Thing(refused, {"r": 1}, allow_restart=False)])

    assert [type(work.error) for work in works] == [NotBegun, Refused]
    assert fine.asked == refused.asked == []


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_batch_limits_how_many_are_under_way(clock: FakeClock, batch: int) -> None:
    all_of_them = things(clock, [60] * 6)
    under_way: list[int] = []

    def look(pauses: Sequence[Pause]) -> None:
        under_way.append(len(pauses))

    works = run(clock, [Thing(each, {"a": 2}, takes=60.0) for each in all_of_them], batch=batch, tell=look)

    assert all(work.result and work.result.changed for work in works)
    assert max(under_way) == batch


def test_one_after_another_stops_at_the_first_failure(clock: FakeClock) -> None:
    first, bad, last = things(clock, [50, 50, 50])
    bad.trouble = deque(["denied"])

    works = run(clock, [Thing(each, {"a": 2}) for each in (first, bad, last)], batch=1)

    assert [type(work.error) for work in works] == [type(None), AccessDenied, NotBegun]
    assert last.asked == []


def test_one_that_had_to_wait_has_all_its_time_and_looks_again(clock: FakeClock) -> None:
    first, second = things(clock, [90, 90])
    convergences = [Convergence(Thing(each, {"a": 2}, takes=75.0), clock.deadline(120)) for each in (first, second)]

    works = Together([Work(each.steps()) for each in convergences], clock.deadline().clock, batch=1).run()

    assert [work.error for work in works] == [None, None]
    assert clock.time > 180


def test_an_old_plan_is_made_anew(clock: FakeClock) -> None:
    first, second = things(clock, [90, 90])

    def somebody_else(pauses: Sequence[Pause]) -> None:
        second.state = {"a": 2, "status": "AVAILABLE"}

    works = run(clock, [Thing(each, {"a": 2}) for each in (first, second)], batch=1, tell=somebody_else)

    assert [bool(work.result and work.result.changed) for work in works] == [True, False]


def test_shared_looks_are_made_in_step(clock: FakeClock) -> None:
    rounds: list[float] = []
    many = things(clock, [90] * 10)

    run(
        clock,
        [Thing(each, {"a": 2}, takes=75.0) for each in many],
        shared=True,
        new_round=lambda: rounds.append(clock.time),
    )

    assert len(rounds) <= 14
    assert {each.reads for each in many} == {many[0].reads}
