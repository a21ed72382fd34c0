# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import Change, State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    AccessDenied,
    AnswerLost,
    ApiError,
    NotEffective,
    RedshiftServerlessError,
    Refused,
    WaitTimeout,
)
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import (
    LOST_ANSWERS,
    Convergence,
    Outcome,
    check,
)
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.clock import FakeClock
from unit_kit.things import Thing, ThingAws

Members = dict[str, Any]

members = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2), max_size=4)
desires = st.none() | members
# What can go wrong with a write and leave the work possible, less often than would be too often.
troubles = st.lists(
    st.sampled_from(["", "busy", "throttled", "not yet", "lost", "lost after"]), max_size=LOST_ANSWERS - 1
)
passing_reads = st.lists(st.sampled_from(["", "lost", "throttled"]), max_size=4)


@pytest.fixture
def aws(clock: FakeClock) -> ThingAws:
    return ThingAws(clock)


def there(**values: Any) -> State:
    return {**values, "status": "AVAILABLE"}


def converge(thing: Thing, wait: bool = True, timeout: float = 1200) -> Outcome:
    return Convergence(thing, thing.aws.clock.deadline(timeout), wait).run()


def operations(changes: list[Change]) -> list[tuple[str, Members]]:
    return [(change.operation, change.parameters) for change in changes]


def done(outcome: Outcome | RedshiftServerlessError) -> list[tuple[str, Members]]:
    return operations([done.change for done in outcome.done])


def test_what_is_as_desired_costs_one_read_and_no_write(aws: ThingAws) -> None:
    aws.state = there(a=1, b=2)

    outcome = converge(Thing(aws, {"a": 1}))

    assert (outcome.changed, outcome.done, aws.asked, aws.reads) == (False, [], [], 1)
    assert outcome.before == outcome.after == there(a=1, b=2)


def test_creates_and_then_sets_what_creation_does_not_take(aws: ThingAws) -> None:
    outcome = converge(Thing(aws, {"a": 1, "b": 2, "c": 3}))

    assert done(outcome) == [("CreateThing", {"a": 1}), ("UpdateThing", {"b": 2}), ("UpdateThing", {"c": 3})]
    assert (outcome.before, outcome.after) == (None, there(a=1, b=2, c=3))


def test_waits_for_each_change_and_says_how_long_it_took(aws: ThingAws) -> None:
    aws.state, aws.lasts = there(a=1, b=1), 100

    outcome = converge(Thing(aws, {"a": 2, "b": 2}))

    assert "busy" not in aws.asked
    assert [100 <= each.seconds <= 111 for each in outcome.done] == [True, True]


def test_deletes_and_waits_until_it_is_gone(aws: ThingAws) -> None:
    aws.state = there(a=1)

    outcome = converge(Thing(aws, None))

    assert done(outcome) == [("DeleteThing", {})]
    assert outcome.after is None
    assert aws.read() is None


def test_absent_already(aws: ThingAws) -> None:
    outcome = converge(Thing(aws, None))

    assert (outcome.changed, aws.reads) == (False, 1)


def test_what_is_being_deleted_is_waited_for_and_not_deleted_again(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("DELETING", None)

    outcome = converge(Thing(aws, None))

    assert not outcome.changed
    assert outcome.after is None


def test_what_is_being_deleted_is_created_anew(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("DELETING", None)

    outcome = converge(Thing(aws, {"a": 1}))

    assert done(outcome) == [("CreateThing", {"a": 1})]
    assert aws.state == there(a=1)


def test_another_ones_operation_is_waited_for_before_planning(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("MODIFYING", there(a=2))

    outcome = converge(Thing(aws, {"a": 2, "b": 1}))

    assert done(outcome) == [("UpdateThing", {"b": 1})]


def test_another_ones_operation_may_have_done_it_all(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("MODIFYING", there(a=2))

    outcome = converge(Thing(aws, {"a": 2}))

    assert (outcome.changed, outcome.after, aws.asked) == (False, there(a=2), [])


def test_without_waiting_another_ones_operation_is_no_concern_when_nothing_is_to_do(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("MODIFYING", there(a=1))

    outcome = converge(Thing(aws, {"a": 1}), wait=False)

    assert (outcome.changed, aws.reads) == (False, 1)


@pytest.mark.parametrize("trouble", ["busy", "throttled"])
def test_a_refusal_in_passing_is_tried_again(aws: ThingAws, trouble: str) -> None:
    aws.state, aws.trouble = there(a=1), deque([trouble] * 3)

    outcome = converge(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.asked == ["UpdateThing"] * 4
    assert len(aws.clock.pauses) >= 3


def test_a_lost_answer_of_a_write_that_took_effect(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["lost after"])

    outcome = converge(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.asked == ["UpdateThing"]


def test_a_lost_answer_of_a_write_without_effect(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["lost"])

    outcome = converge(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.asked == ["UpdateThing"] * 2


def test_answers_that_are_lost_again_and_again_end_it(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1, b=1), deque(["", *["lost"] * 50])

    with pytest.raises(AnswerLost) as caught:
        converge(Thing(aws, {"a": 2, "b": 2}))

    assert len(aws.asked) == 1 + LOST_ANSWERS
    assert done(caught.value) == [("UpdateThing", {"a": 2})]
    assert operations(caught.value.pending) == [("UpdateThing", {"b": 2})]


def test_a_lost_answer_of_a_creation_that_shows_late(aws: ThingAws) -> None:
    aws.trouble, aws.lag = deque(["lost after"]), 5

    outcome = converge(Thing(aws, {"a": 1}))

    assert done(outcome) == [("CreateThing", {"a": 1})]
    assert aws.writes == ["CreateThing"]


def test_already_exists_means_that_an_earlier_request_of_ours_did_it(aws: ThingAws) -> None:
    class Late(ThingAws):
        def read(self) -> State | None:
            state = super().read()
            return None if self.reads == 1 else state

    late = Late(aws.clock, state=there(a=1))

    outcome = converge(Thing(late, {"a": 1}))

    assert late.asked == ["CreateThing"]
    assert done(outcome) == [("CreateThing", {"a": 1})]


def test_already_exists_with_other_settings_goes_on_to_change_them(aws: ThingAws) -> None:
    class Late(ThingAws):
        def read(self) -> State | None:
            state = super().read()
            return None if self.reads == 1 else state

    late = Late(aws.clock, state=there(a=2))

    converge(Thing(late, {"a": 1}))

    assert late.asked == ["CreateThing", "UpdateThing"]
    assert late.state == there(a=1)


def test_nothing_to_change_is_judged_by_looking(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["lost after", "nothing"])
    aws.lag = 5

    outcome = converge(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.state == there(a=2)


def test_a_success_that_does_not_show_is_not_reported_as_success(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1, b=1), deque(["", "ignored"])

    with pytest.raises(
        NotEffective, match=r"AWS reported UpdateThing as done \(b\), but thing t does not show it"
    ) as caught:
        converge(Thing(aws, {"a": 2, "b": 2}))

    assert done(caught.value) == [("UpdateThing", {"a": 2})]
    assert operations(caught.value.pending) == [("UpdateThing", {"b": 2})]
    assert 60 < aws.clock.time < 100


def test_a_success_that_does_not_show_is_explained_by_the_resource_where_it_knows_why(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["ignored"])

    with pytest.raises(NotEffective) as caught:
        converge(Thing(aws, {"a": 2}, explanation="there is no gateway"))

    assert caught.value.message == "a: there is no gateway"
    assert operations(caught.value.pending) == [("UpdateThing", {"a": 2})]


def test_a_success_may_show_late(aws: ThingAws) -> None:
    aws.state, aws.lag = there(a=1), 40

    outcome = converge(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.asked == ["UpdateThing"]


def test_a_deletion_may_show_later_still(aws: ThingAws) -> None:
    aws.state, aws.lag = there(a=1), 300

    assert converge(Thing(aws, None)).after is None
    assert aws.asked == ["DeleteThing"]


def test_what_can_never_be_read_back_is_written_once(aws: ThingAws) -> None:
    aws.state = there(a=1, b=1)

    outcome = converge(Thing(aws, {"a": 2, "b": 2, "c": 2}, unreadable="b"))

    assert aws.writes == ["UpdateThing"] * 3
    assert len(outcome.done) == 3


def test_a_timeout_carries_what_was_done_and_what_was_not(aws: ThingAws) -> None:
    aws.state, aws.lasts = there(a=1, b=1, c=1), 60

    with pytest.raises(WaitTimeout, match="wait_timeout is 150 seconds") as caught:
        converge(Thing(aws, {"a": 2, "b": 2, "c": 2, "d": 2}), timeout=150)

    assert ("UpdateThing", {"a": 2}) in done(caught.value)
    assert ("UpdateThing", {"b": 2}) in done(caught.value)
    assert operations(caught.value.pending)[-1] == ("UpdateThing", {"d": 2})
    assert aws.clock.time == pytest.approx(150)


def test_what_aws_has_accepted_is_done_when_the_time_is_up(aws: ThingAws) -> None:
    aws.lasts = 100

    with pytest.raises(WaitTimeout) as caught:
        converge(Thing(aws, {"a": 1, "b": 1}), timeout=50)

    assert done(caught.value) == [("CreateThing", {"a": 1})]
    assert operations(caught.value.pending) == [("UpdateThing", {"b": 1})]


def test_several_changes_share_one_deadline(aws: ThingAws) -> None:
    aws.state, aws.lasts = there(a=1, b=1), 100

    with pytest.raises(WaitTimeout):
        converge(Thing(aws, {"a": 2, "b": 2}), timeout=150)


def test_a_refusal_for_good_carries_what_was_done_and_what_was_not(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1, b=1), deque(["", "denied"])

    with pytest.raises(AccessDenied) as caught:
        converge(Thing(aws, {"a": 2, "b": 2}))

    assert done(caught.value) == [("UpdateThing", {"a": 2})]
    assert operations(caught.value.pending) == [("UpdateThing", {"b": 2})]


def test_without_waiting_only_the_last_change_is_not_waited_for(aws: ThingAws) -> None:
    aws.state, aws.lasts = there(a=1, b=1), 100

    outcome = converge(Thing(aws, {"a": 2, "b": 2}), wait=False)

    assert len(outcome.done) == 2
    assert 100 <= aws.clock.time <= 111
    assert (outcome.after or {})["status"] == "MODIFYING"


def test_without_waiting_a_lost_answer_is_still_looked_after(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["lost", "busy"])

    outcome = converge(Thing(aws, {"a": 2}), wait=False)

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert aws.writes == ["UpdateThing"]


def test_a_look_that_fails_in_passing_is_only_a_look_less(aws: ThingAws) -> None:
    aws.state, aws.bad_reads = there(a=1), deque(["", "lost", "throttled", "lost"])

    assert converge(Thing(aws, {"a": 2})).after == there(a=2)


def test_a_first_look_that_fails_ends_it(aws: ThingAws) -> None:
    aws.bad_reads = deque(["lost"])

    with pytest.raises(AnswerLost):
        converge(Thing(aws, {"a": 2}))

    assert aws.asked == []


def test_one_look_per_pause(aws: ThingAws) -> None:
    aws.state, aws.lasts = there(a=1), 200

    converge(Thing(aws, {"a": 2}))

    assert aws.reads == len(aws.clock.pauses) + 2  # the first look, and one right after the write


def test_a_restart_that_is_not_allowed_is_refused_before_the_first_write(aws: ThingAws) -> None:
    aws.state = there(a=1, r=1)

    with pytest.raises(
        Refused, match=r"allow_restart: got false; expected true, since thing t would restart .*\(r\)"
    ) as caught:
        converge(Thing(aws, {"a": 2, "r": 2}, allow_restart=False))

    assert aws.asked == []
    assert operations(caught.value.pending) == [("UpdateThing", {"a": 2}), ("UpdateThing", {"r": 2})]


def test_what_does_not_restart_is_not_refused(aws: ThingAws) -> None:
    aws.state = there(a=1, r=1)

    outcome = converge(Thing(aws, {"a": 2, "r": 1}, allow_restart=False))

    assert (outcome.changed, outcome.restarted) == (True, False)


def test_a_restart_is_told(aws: ThingAws) -> None:
    aws.state = there(r=1)

    assert converge(Thing(aws, {"r": 2})).restarted


def test_the_log_is_told_each_change_and_each_trouble(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1), deque(["busy"])
    log: list[str] = []

    Convergence(Thing(aws, {"a": 2}), aws.clock.deadline(), progress=log.append).run()

    assert log[0] == "UpdateThing: a"
    assert "operation running" in log[1]


def test_check_mode_writes_nothing_and_waits_for_nothing(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("MODIFYING", there(a=1))

    outcome = check(Thing(aws, {"a": 2}))

    assert done(outcome) == [("UpdateThing", {"a": 2})]
    assert (aws.asked, aws.reads, aws.clock.pauses) == ([], 1, [])


def test_check_mode_knows_that_what_is_being_deleted_will_be_created(aws: ThingAws) -> None:
    aws.state = there(a=1)
    aws.begin("DELETING", None)

    outcome = check(Thing(aws, {"a": 1}))

    assert done(outcome) == [("CreateThing", {"a": 1})]
    assert outcome.after == there(a=1)


def test_check_mode_refuses_as_a_real_run_would(aws: ThingAws) -> None:
    aws.state = there(r=1)

    with pytest.raises(Refused):
        check(Thing(aws, {"r": 2}, allow_restart=False))


def test_a_secret_is_not_shown() -> None:
    change = Change("CreateThing", {"name": "t", "password": "hunter2"}, "why", secret=frozenset({"password"}))

    assert change.shown_parameters() == {"name": "t", "password": "VALUE_NOT_SHOWN"}


def world(state: Members | None, lag: float = 0) -> ThingAws:
    return ThingAws(FakeClock(), state=None if state is None else there(**state), lag=lag)


@given(state=st.none() | members, desired=desires)
def test_check_mode_foretells_what_a_run_does(state: Members | None, desired: Members | None) -> None:
    aws = world(state)

    foretold = check(Thing(aws, desired))
    happened = converge(Thing(aws, desired))

    assert done(foretold) == done(happened)
    assert foretold.after == happened.after == aws.state
    assert foretold.before == happened.before


@given(state=st.none() | members, desired=desires, trouble=troubles, reads=passing_reads, lag=st.floats(0, 20))
def test_whatever_goes_wrong_in_passing_the_work_is_done_once(
    state: Members | None, desired: Members | None, trouble: list[str], reads: list[str], lag: float
) -> None:
    aws = world(state, lag)
    expected = done(check(Thing(aws, desired)))
    aws.trouble, aws.bad_reads = deque(trouble), deque(["", *reads])

    outcome = converge(Thing(aws, desired))

    assert done(outcome) == expected
    assert len(aws.writes) == len(expected)
    aws.bad_reads.clear()
    assert converge(Thing(aws, desired)).changed is False


class Interrupted(BaseException):
    """Somebody stops the run."""


@given(state=st.none() | members, desired=desires, moments=st.integers(0, 40))
def test_interrupted_anywhere_and_run_again_it_finishes(
    state: Members | None, desired: Members | None, moments: int
) -> None:
    left = [moments]  # 0 and negative numbers interrupt no more

    class Watched(ThingAws):
        def read(self) -> State | None:
            self.count()
            return super().read()

        def write(self, operation: str, members: Any) -> None:
            super().write(operation, members)
            self.count()

        def count(self) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Interrupted

    aws = Watched(FakeClock(), state=None if state is None else there(**state))
    try:
        converge(Thing(aws, desired))
        left[0] = 0
    except Interrupted:
        converge(Thing(aws, desired))

    assert converge(Thing(aws, desired)).changed is False
    assert aws.state is None if desired is None else desired.items() <= (aws.state or {}).items()


@given(state=members, desired=members, timeout=st.floats(0, 60))
def test_after_a_timeout_it_is_run_again_and_finishes(state: Members, desired: Members, timeout: float) -> None:
    aws = world(state)
    planned = done(check(Thing(aws, desired)))
    try:
        converge(Thing(aws, desired), timeout=timeout)
    except WaitTimeout as error:
        told = done(error) + operations(error.pending)
        converge(Thing(aws, desired))
    else:
        told = planned

    assert told == planned
    assert desired.items() <= (aws.state or {}).items()
    assert len(aws.writes) == len(planned)


def test_what_aws_asks_to_wait_for_is_waited_for_and_told(aws: ThingAws) -> None:
    aws.state, aws.trouble = there(a=1, b=1), deque(["not yet"] * 30)

    outcome = converge(Thing(aws, {"a": 2, "b": 2}))

    assert [each.waited_for for each in outcome.done] == ["Wait until at least one snapshot exists and retry.", None]
    assert done(outcome) == [("UpdateThing", {"a": 2}), ("UpdateThing", {"b": 2})]
    assert len(aws.asked) == 32
    assert aws.clock.time > 30 * 0.6  # the attempts do not come thick and fast


@pytest.mark.parametrize("wait", [True, False])
def test_what_aws_never_takes_is_given_up_at_the_deadline_with_its_words(aws: ThingAws, wait: bool) -> None:
    aws.state, aws.trouble = there(a=1), deque(["not yet"] * 1000)

    with pytest.raises(WaitTimeout) as caught:
        converge(Thing(aws, {"a": 2}), wait=wait, timeout=600)

    assert "Wait until at least one snapshot exists and retry." in caught.value.message
    assert (done(caught.value), operations(caught.value.pending)) == ([], [("UpdateThing", {"a": 2})])
    assert aws.clock.time == pytest.approx(600)
    assert len(aws.asked) < 100


@pytest.mark.parametrize("trouble", ["snapshot exists", "not found"])
def test_a_deletion_that_can_not_be_fails_at_once(aws: ThingAws, trouble: str) -> None:
    aws.state, aws.trouble = there(a=1), deque([trouble])

    with pytest.raises(ApiError) as caught:
        converge(Thing(aws, None))

    assert (done(caught.value), operations(caught.value.pending)) == ([], [("DeleteThing", {})])
    assert aws.asked == ["DeleteThing"]
    assert aws.clock.time == 0


@pytest.mark.parametrize("trouble", ["snapshot exists", "not found"])
def test_a_deletion_that_goes_on_all_the_same_is_done(aws: ThingAws, trouble: str) -> None:
    """The answer to botocore's repetition of a request whose first answer was lost."""
    aws.state, aws.trouble = there(a=1), deque([trouble])

    class Repeating(Thing):
        def send(self, change: Change) -> None:
            aws.begin("DELETING", None)
            super().send(change)

    outcome = converge(Repeating(aws, None))

    assert done(outcome) == [("DeleteThing", {})]
    assert outcome.after is None


def test_a_deletion_that_aws_gives_up_is_no_success(aws: ThingAws) -> None:
    aws.state = there(a=1)

    class Returning(Thing):
        def send(self, change: Change) -> None:
            aws.begin("DELETING", there(a=1))

    with pytest.raises(NotEffective) as caught:
        converge(Returning(aws, None))

    assert "rolled it back: thing t still exists" in caught.value.message
    assert aws.clock.time < 60


def test_a_consent_holds_for_a_plan_that_is_made_anew_too(aws: ThingAws) -> None:
    aws.state = there(a=1, r=1)
    thing = Thing(aws, {"a": 2, "r": 1}, allow_restart=False)

    class Disturbed(Thing):
        def send(self, change: Change) -> None:
            super().send(change)
            aws.begin("MODIFYING", there(a=2, r=2))  # somebody else changes what would need a restart to change back

    with pytest.raises(Refused) as caught:
        converge(Disturbed(aws, thing.desired, allow_restart=False))

    assert done(caught.value) == [("UpdateThing", {"a": 2})]
    assert operations(caught.value.pending) == [("UpdateThing", {"r": 1})]
    assert aws.asked == ["UpdateThing"]


class Meddler(ThingAws):
    """Somebody else changes the thing while an operation of ours runs."""

    meddling: State | None = None

    def write(self, operation: str, members: Mapping[str, Any]) -> None:
        super().write(operation, members)
        if self.meddling and self._next:
            self._next = {**self._next, **self.meddling}
            self.meddling = None


def test_a_consent_holds_for_what_comes_in_between_too(clock: FakeClock) -> None:
    aws = Meddler(clock, there(a=1, r=1))
    aws.meddling = {"r": 2}

    with pytest.raises(Refused) as caught:
        converge(Thing(aws, {"a": 2, "r": 1}, allow_restart=False))

    assert aws.writes == ["UpdateThing"]
    assert [each.change.parameters for each in caught.value.done] == [{"a": 2}]
    assert "Somebody else changed thing t during this run (r)." in caught.value.message
    assert "Nothing was changed" not in caught.value.message


def test_what_comes_in_between_is_put_right_where_that_is_allowed(clock: FakeClock) -> None:
    aws = Meddler(clock, there(a=1, r=1))
    aws.meddling = {"r": 2}

    outcome = converge(Thing(aws, {"a": 2, "r": 1}))

    assert done(outcome) == [("UpdateThing", {"a": 2}), ("UpdateThing", {"r": 1})]


@pytest.mark.parametrize("lasts", [20, 60, 75, 90])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_change_of_known_duration_costs_a_dozen_reads_and_is_seen_soon(
    clock: FakeClock, lasts: float, chance: float
) -> None:
    aws = ThingAws(clock, there(a=1), lasts=lasts)

    Convergence(Thing(aws, {"a": 2}, takes=75.0), clock.deadline(1200, 15, lambda: chance)).run()

    assert aws.reads <= 12
    assert clock.time <= 1.05 * lasts + 15
