# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Observe, plan, apply, report: the way of every resource.

A resource says how it is observed (reads), what has to change (a pure plan) and how a change would alter it (a pure
prediction). This module does the rest, alike for all: it refuses what the caller did not allow, carries the Changes out one by
one, waits between them, judges every outcome by looking at the resource again and planning again, and tells what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Protocol

from .changes import Change, Done, State
from .errors import (
    AlreadyExists,
    AnswerLost,
    ApiError,
    Busy,
    NotEffective,
    NotFound,
    NothingToChange,
    NotYet,
    RedshiftServerlessError,
    Refused,
    Throttled,
    Unforeseen,
    WaitTimeout,
)
from .waiting import Deadline, Pause, Steps, Watch, alone

# An update that AWS accepted and that cannot be read back after so many seconds is reported as not effective.
READ_BACK_SECONDS = 60.0

# A plan that is older than this is made anew before anything is written.
STALE_SECONDS = 10.0

# What a Convergence yields once, when all that can be checked beforehand has been checked and nothing was written yet.
READY = Pause(0.0, "the first write")

# Between a write and the first look at it others may write too, so that one listing shows what became of all.
AFTER_YOU = Pause(0.0, "others")

# So many lost answers to one request, each after botocore's own repetitions, are no passing trouble.
LOST_ANSWERS = 5


class Resource(Protocol):
    """What a kind of AWS resource has to say about itself; everything but `observe` and `send` is pure."""

    @property
    def label(self) -> str:
        """What it is, for a person: "workgroup sales"."""

    def observe(self) -> State | None:
        """Read what AWS has now."""

    def plan(self, current: State | None) -> list[Change]:
        """Return what has to be done, in order; empty when nothing has."""

    def after(self, current: State | None, change: Change) -> State | None:
        """Return the resource as it will be after a Change, as far as that is known beforehand."""

    def transition(self, current: State | None) -> str | None:
        """Return the status while AWS is changing the resource, None otherwise."""

    def leaving(self, current: State | None) -> bool:
        """Tell whether the resource is being deleted."""

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """Raise Refused or InvalidInput for what must not be carried out."""

    def explain(self, change: Change) -> str | None:
        """Return why AWS accepted a Change and does not show it, for the user; None when nothing special is known."""

    def send(self, change: Change) -> None:
        """Carry one Change out: one write."""

    def usual(self, change: Change) -> float | None:
        """Return the seconds that AWS usually takes for a Change, None when that is not known."""

    def report(self, state: State | None) -> dict[str, Any]:
        """Return what results show of the resource, in the same shape whether it was read or predicted."""


class Unexplained:
    """The part of a Resource of which it is not known why AWS would accept a Change and not show it."""

    def explain(self, change: Change) -> str | None:
        """Nothing special is known."""
        del change
        return None


class AtOnce(Unexplained):
    """The part of a Resource that AWS changes at once: it is never in between, and as a rule nothing speaks against a Change."""

    def transition(self, current: State | None) -> str | None:
        """Never in between."""
        del current
        return None

    def leaving(self, current: State | None) -> bool:
        """Gone at once."""
        del current
        return False

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """What can't be has been refused before the first look at AWS."""
        del current, changes

    def usual(self, change: Change) -> float | None:
        """No time that is worth a table."""
        del change
        return None


@dataclass(frozen=True)
class Outcome:
    """What a run did, or in check mode would do.

    Attributes:
        before: the resource when the run came.
        after: the resource at the end, or its prediction.
        done: the Changes with their seconds (0 in check mode).
    """

    before: State | None
    after: State | None
    done: list[Done]

    @property
    def changed(self) -> bool:
        """Whether anything was or would be written."""
        return bool(self.done)

    @property
    def restarted(self) -> bool:
        """Whether the workgroup was or would be restarted."""
        return any(done.change.restarts for done in self.done)


def predict(resource: Resource, current: State | None, changes: Sequence[Change]) -> State | None:
    """Return the resource after all Changes, without asking AWS."""
    return reduce(resource.after, changes, current)


def check(resource: Resource) -> Outcome:
    """Observe and plan, write nothing: check mode.

    Raises:
        RedshiftServerlessError: as `converge` would before its first write.
    """
    before = resource.observe()
    # What is being deleted will be gone by the time that a real run writes.
    current = None if resource.leaving(before) else before
    changes = resource.plan(current)
    refuse_untouched(resource, current, changes)
    return Outcome(before, predict(resource, current, changes), [Done(change, 0.0) for change in changes])


def _silent(text: str) -> None:
    """A log that nobody reads."""


def refuse_untouched(resource: Resource, current: State | None, changes: Sequence[Change]) -> None:
    """Refuse what must not be carried out, before anything was.

    Raises:
        InvalidInput, Refused: as the resource words it, and that nothing was changed.
    """
    try:
        resource.refuse(current, changes)
    except Refused as error:
        error.add("Nothing was changed.")
        raise


@dataclass
class Convergence:
    """One run that brings a resource to what is desired.

    Args:
        resource: the resource with its desire.
        deadline: the time for everything.
        wait: whether to wait after the last Change too; between Changes the run always waits.
        progress: told each Change as it begins, for a log.
    """

    resource: Resource
    deadline: Deadline
    wait: bool = True
    progress: Callable[[str], None] = _silent
    done: list[Done] = field(default_factory=list)
    pending: list[Change] = field(default_factory=list)
    _approved: list[Change] = field(default_factory=list, init=False)
    _lost: int = field(default=0, init=False)
    _waited_for: str | None = field(default=None, init=False)
    _unsettled: ApiError | None = field(default=None, init=False)
    _left: bool = field(default=False, init=False)

    def run(self, tell: Callable[[Sequence[Pause]], None] | None = None) -> Outcome:
        """Observe, plan, apply, report, and sleep in between.

        Args:
            tell: told each pause as it begins.

        Raises:
            RedshiftServerlessError: with the Changes that were done and those that were not.
        """
        return alone(self.steps(), self.deadline.clock, tell)

    def steps(self) -> Steps[Outcome]:
        """Observe, plan, apply, report; yields where it has to wait, and READY once before the first write.

        Raises:
            RedshiftServerlessError: with the Changes that were done and those that were not.
        """
        try:
            return (yield from self._steps())
        except RedshiftServerlessError as error:
            error.done, error.pending = list(self.done), list(self.pending)
            raise
        except Exception as error:
            fault = Unforeseen(error)
            fault.done, fault.pending = list(self.done), list(self.pending)
            raise fault from error

    def _steps(self) -> Steps[Outcome]:
        before = self._start()
        current = before
        ready = self.deadline.clock.now()
        yield READY
        if self.deadline.clock.now() - ready > STALE_SECONDS:  # others went first: the time was theirs
            self.deadline = self.deadline.anew()
            current = self._start()
        if self.resource.transition(current) and (self.pending or self.wait):
            current = yield from self._rest(f"{self.resource.label} to be ready")
            self.pending = self._plan(current)
            refuse_untouched(self.resource, current, self.pending)
            self._approved = list(self.pending)
        while self.pending:
            current = yield from self._carry_out(self.pending[0])
            self._refuse_what_came_between(current)
        return Outcome(before, current, self.done)

    def _start(self) -> State | None:
        """Observe, plan and refuse; what is being deleted will be gone by the time that something is written."""
        current = self.resource.observe()
        seen = None if self.resource.leaving(current) else current
        self.pending = self._plan(seen)
        refuse_untouched(self.resource, seen, self.pending)
        self._approved = list(self.pending)
        return current

    def _refuse_what_came_between(self, current: State | None) -> None:
        """Check a plan again that was made anew and holds what the caller's consent was not asked for.

        Raises:
            Refused: telling what somebody else changed meanwhile.
        """
        new = [change for change in self.pending if change not in self._approved]
        if not new:
            return
        try:
            self.resource.refuse(current, self.pending)
        except Refused as error:
            reasons = "; ".join(change.reason for change in new)
            error.add(f"Somebody else changed {self.resource.label} during this run ({reasons}).")
            raise
        self._approved += new

    def _carry_out(self, change: Change) -> Steps[State | None]:
        """Carry out one Change, repeat it as long as AWS refuses it for the time being, and leave the new plan in `pending`."""
        start = self.deadline.clock.now()
        self._lost, self._waited_for = 0, None
        last = len(self.pending) == 1
        watch = self.deadline.watch(f"{self.resource.label} to accept {change.operation}", harmless=False)
        while True:
            self.progress(f"{change.operation}: {change.reason}")
            accepted = self._send(change)
            yield AFTER_YOU
            try:
                current = yield from self._look(change, accepted, patient=self.wait or not last)
            except NotEffective:
                raise
            except RedshiftServerlessError:
                if accepted:  # AWS goes on with it, so it is not what a second run would have to send
                    self._note(change, start)
                    self.pending = [other for other in self.pending if other != change]
                raise
            if accepted or change not in self.pending:
                self._note(change, start)
                return current
            if self._unsettled:
                raise self._unsettled
            yield self._pause(watch, change)

    def _pause(self, watch: Watch, change: Change) -> Pause:
        """Return the pause before a request is sent again; at the deadline the error says what AWS waited for."""
        try:
            return watch.pause()
        except WaitTimeout as error:
            if self._waited_for is None:
                raise
            raise WaitTimeout(f"{error.message} AWS's last answer to {change.operation}: {self._waited_for}") from error

    def _note(self, change: Change, start: float) -> None:
        """Add a Change to those that were done."""
        self.done.append(Done(change, self.deadline.clock.now() - start, self._waited_for))

    def _plan(self, current: State | None, accepted: Change | None = None) -> list[Change]:
        """Return what is still to be done; a secret that AWS has accepted and can't show is not sent twice."""
        sent = [done.change for done in self.done] + ([accepted] if accepted else [])
        return [
            change
            for change in self.resource.plan(current)
            if not (change.unreadable and any(change.sent_by(other) for other in sent))
        ]

    def _send(self, change: Change) -> bool:
        """Send the request; False when only a look at the resource can tell what became of it.

        'Already exists' and 'nothing to change' count as accepted: an earlier request of ours, whose answer was lost or which
        botocore repeated, has done it; the look that follows has to show it. A deletion that can't be, because what it would
        leave behind exists (a last snapshot) or because nothing is there, fails unless that look shows that it goes on.
        """
        self._unsettled = None
        try:
            self.resource.send(change)
        except (AlreadyExists, NotFound, NothingToChange) as error:
            self.progress(error.message)
            if change.operation.startswith("Delete"):
                self._unsettled = error
                return False
            if isinstance(error, NotFound):
                raise
        except (Busy, Throttled, NotYet) as error:
            self.progress(error.message)
            self._waited_for = error.text or error.code
            return False
        except AnswerLost as error:
            self.progress(error.message)
            self._lost += 1
            if self._lost == LOST_ANSWERS:
                raise
            return False
        return True

    def _look(self, change: Change, accepted: bool, patient: bool) -> Steps[State | None]:
        """Look at the resource until it shows what the Change set, and plan anew from there."""
        self._left = False
        watch = self.deadline.watch(f"{self.resource.label} after {change.operation}", self.resource.usual(change))
        while True:
            look = self._observe()
            if look and self._settled(look.state, change, accepted, patient, watch.waited):
                return look.state
            yield watch.pause()

    def _settled(self, current: State | None, change: Change, accepted: bool, patient: bool, waited: float) -> bool:
        """Tell whether the resource shows what the Change set, with the new plan in `pending`.

        Without patience AWS's own work is not waited for: it is enough that the resource shows that it goes on.

        Raises:
            NotEffective: AWS took the Change for done, and the resource does not show it.
        """
        if self.resource.transition(current):
            self._left = self._left or self.resource.leaving(current)
            if not patient:
                self.pending = self.pending[1:] if accepted else self._plan(current)
            return not patient
        self.pending = self._plan(current, change if accepted else None)
        if not accepted or change not in self.pending:
            return True
        deletes = self.resource.after(current, change) is None
        if self._left and deletes:
            raise NotEffective(
                f"AWS started {change.operation} and rolled it back: {self.resource.label} still exists. Check the service's events "
                "for the reason."
            )
        if waited > READ_BACK_SECONDS and not deletes:
            raise NotEffective(
                self.resource.explain(change)
                or f"AWS reported {change.operation} as done ({change.reason}), but {self.resource.label} does not show it after "
                f"{waited:.0f} seconds. Check for another writer, or for a value that AWS stores in another form."
            )
        return False

    def _rest(self, what: str) -> Steps[State | None]:
        watch = self.deadline.watch(what)
        while True:
            look = self._observe()
            if look and not self.resource.transition(look.state):
                return look.state
            yield watch.pause()

    def _observe(self) -> _Look | None:
        """Look at the resource; None when that failed in passing, which is only a look less."""
        try:
            return _Look(self.resource.observe())
        except (AnswerLost, Throttled) as error:
            self.progress(error.message)
            return None


@dataclass(frozen=True)
class _Look:
    """What was seen of a resource, which may be that there is none."""

    state: State | None


def refuse_restart(label: str, changes: Sequence[Change], allowed: bool) -> None:
    """Refuse Changes that restart a workgroup when the caller does not allow that.

    Raises:
        Refused: naming each Change that would restart.
    """
    restarting = [change for change in changes if change.restarts]
    if restarting and not allowed:
        reasons = "; ".join(change.reason for change in restarting)
        raise Refused(
            f"allow_restart: got false; expected true, since {label} would restart and its connections would break ({reasons}). "
            "Set allow_restart to true during a maintenance window."
        )
