# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import WaitTimeout
from ansible_collections.redshift.serverless.plugins.module_utils._core.waiting import Clock, Deadline
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.clock import FakeClock

chances = st.floats(0, 1)
seconds = st.floats(0, 7200)


def wait_until(end: float, deadline: Deadline, clock: FakeClock) -> float:
    """Look until it is over at the time `end`; how many seconds too late that was seen."""
    for _waited in deadline.looks("it"):
        if clock.time >= end:
            return clock.time - end
    raise AssertionError("looks() ended without an error")


@given(end=seconds, chance=chances, longest_pause=st.floats(0.5, 600))
def test_overshoots_the_true_end_by_a_tenth_or_a_second_at_most(
    end: float, chance: float, longest_pause: float
) -> None:
    clock = FakeClock()
    deadline = clock.deadline(timeout=100_000, longest_pause=longest_pause, chance=lambda: chance)

    assert wait_until(end, deadline, clock) <= max(1.0, 0.1 * end)


@given(timeout=seconds, chance=chances)
def test_never_sleeps_past_the_deadline_and_looks_once_more_at_it(timeout: float, chance: float) -> None:
    clock = FakeClock()
    looks = clock.deadline(timeout=timeout, chance=lambda: chance).looks("it")
    looked: list[float] = []

    with pytest.raises(WaitTimeout):
        looked.extend(clock.time for _waited in looks)

    assert looked[0] == 0
    assert looked[-1] == pytest.approx(timeout)
    assert clock.time == pytest.approx(timeout)


@given(chance=chances)
def test_pauses_grow_to_the_longest_one(chance: float) -> None:
    deadline = FakeClock().deadline(longest_pause=15, chance=lambda: chance)

    pauses = [deadline.pause_after(waited) for waited in range(1200)]

    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert 12 <= pauses[-1] <= 15


def test_pauses_are_jittered() -> None:
    chances_in_turn = iter([0.0, 1.0])
    deadline = FakeClock().deadline(chance=lambda: next(chances_in_turn))

    assert deadline.pause_after(100) > deadline.pause_after(100)


def test_a_long_wait_costs_few_looks() -> None:
    clock = FakeClock()
    deadline = clock.deadline(timeout=1200, longest_pause=15)

    wait_until(300, deadline, clock)

    assert len(clock.pauses) < 75


def test_yields_the_seconds_waited_from_the_beginning_of_this_wait() -> None:
    clock = FakeClock()
    deadline = clock.deadline()
    clock.time = 100.0

    looks = deadline.looks("it")

    assert next(looks) == 0
    assert next(looks) == clock.time - 100


def test_several_waits_share_one_deadline() -> None:
    clock = FakeClock()
    deadline = clock.deadline(timeout=100)
    wait_until(90, deadline, clock)
    left = deadline.remaining()

    with pytest.raises(WaitTimeout):
        list(deadline.looks("the second"))

    assert 0 < left <= 10
    assert clock.time == pytest.approx(100)
    assert deadline.remaining() == 0


def test_without_time_it_is_looked_once() -> None:
    clock = FakeClock()
    looks = clock.deadline(timeout=0).looks("it")

    assert next(looks) == 0
    with pytest.raises(WaitTimeout):
        next(looks)
    assert clock.pauses == []


def test_the_timeout_says_what_was_waited_for_and_what_to_do() -> None:
    with pytest.raises(WaitTimeout) as caught:
        list(FakeClock().deadline(timeout=30).looks("workgroup sales to be ready"))

    assert caught.value.message == (
        "Gave up waiting for workgroup sales to be ready: wait_timeout is 30 seconds. "
        "AWS goes on with what was started; run the task again to finish, or raise wait_timeout."
    )


def test_the_real_clock_never_goes_back() -> None:
    clock = Clock()

    first, second = clock.now(), clock.now()

    assert first <= second
