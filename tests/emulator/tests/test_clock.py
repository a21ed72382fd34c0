"""The simulated clock and the timeline, without a server."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_emulator.clock import SimClock, Timeline

START = datetime(2026, 1, 1, tzinfo=UTC)
DELAYS = st.lists(st.integers(0, 500), max_size=12)


class Real:
    """A hand-driven source of real seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def clock_of(real: Real, rate: float = 0.0) -> SimClock:
    return SimClock(rate=rate, real=real, start=START)


def passed(clock: SimClock) -> float:
    return (clock.now() - START).total_seconds()


def test_stands_still_at_rate_zero() -> None:
    real = Real()
    clock = clock_of(real)
    real.seconds = 1000
    assert passed(clock) == 0


def test_runs_at_its_rate_and_keeps_what_it_reached_when_the_rate_changes() -> None:
    real = Real()
    clock = clock_of(real, rate=60)
    real.seconds = 2
    clock.set_rate(1)
    real.seconds = 5
    clock.advance(10)
    assert passed(clock) == 120 + 3 + 10


@pytest.mark.parametrize("change", ["set_rate", "advance"])
def test_refuses_to_run_backwards(change: str) -> None:
    with pytest.raises(ValueError, match="backwards"):
        getattr(clock_of(Real()), change)(-1)


@given(DELAYS, st.lists(st.integers(0, 300), max_size=20))
def test_events_run_in_order_of_their_time_however_time_moves(delays: list[int], steps: list[int]) -> None:
    clock = clock_of(Real())
    timeline = Timeline(clock)
    ran: list[int] = []
    for delay in delays:
        timeline.after(delay, functools.partial(ran.append, delay))
    for step in steps:
        clock.advance(step)
        timeline.run_due()
        assert ran == sorted(delay for delay in delays if delay <= passed(clock))


@given(st.lists(st.integers(1, 100), min_size=1, max_size=5), st.integers(1, 50))
def test_chained_events_happen_at_the_same_time_in_one_step_as_in_many(chain: list[int], step: int) -> None:
    def run(advance: int) -> list[float]:
        clock = clock_of(Real())
        timeline = Timeline(clock)
        times: list[float] = []

        def happen(rest: list[int]) -> None:
            times.append((timeline.now() - START).total_seconds())
            plan(rest)

        def plan(rest: list[int]) -> None:
            if rest:
                timeline.after(rest[0], functools.partial(happen, rest[1:]))

        plan(chain)
        while passed(clock) < sum(chain):
            clock.advance(advance)
            timeline.run_due()
        return times

    assert run(sum(chain)) == run(step)


def test_what_is_cleared_does_not_run() -> None:
    clock = clock_of(Real())
    timeline = Timeline(clock)
    timeline.after(1, lambda: pytest.fail("ran"))
    timeline.clear()
    clock.advance(2)
    assert timeline.run_due() == 0
