# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Observe, plan, apply, report: the way of every resource.

A resource says how it is observed (reads), what has to change (a pure plan) and how a change would alter it (a pure
prediction). This module does the rest, alike for all: it refuses what the caller did not allow, carries the Changes out one by
one, waits between them, judges every outcome by looking at the resource again and planning again, and tells what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Protocol

from .changes import Change, Done, State
from .errors import (
    AlreadyExists,
    AnswerLost,
    Busy,
    NotEffective,
    NothingToChange,
    RedshiftServerlessError,
    Refused,
    Throttled,
)
from .waiting import Deadline

# An update that AWS accepted and that cannot be read back after so many seconds is reported as not effective.
READ_BACK_SECONDS = 60.0

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
        """What has to be done, in order; empty when nothing has."""

    def after(self, current: State | None, change: Change) -> State | None:
        """The resource as it will be after a Change, as far as that is known beforehand."""

    def transition(self, current: State | None) -> str | None:
        """The status while AWS is at work on the resource, None while it rests."""

    def leaving(self, current: State | None) -> bool:
        """Whether the resource is being deleted."""

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """Raise Refused or InvalidInput for what must not be carried out."""

    def explain(self, change: Change) -> str | None:
        """Why AWS accepted a Change and does not show it, for a person; None when nothing special is known."""

    def send(self, change: Change) -> None:
        """Carry one Change out: one write."""

    def report(self, state: State | None) -> dict[str, Any]:
        """What results show of the resource, in the same shape whether it was read or predicted."""


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
    """The resource after all Changes, without asking AWS."""
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
    resource.refuse(current, changes)
    return Outcome(before, predict(resource, current, changes), [Done(change, 0.0) for change in changes])


def _silent(text: str) -> None:
    """A log that nobody reads."""


@dataclass
class Convergence:
    """One run that brings a resource to what is desired.

    Args:
        resource: the resource with its desire.
        deadline: the time for everything.
        wait: whether to wait after the last Change too; between Changes is always waited.
        progress: told each Change as it begins, for a log.
    """

    resource: Resource
    deadline: Deadline
    wait: bool = True
    progress: Callable[[str], None] = _silent
    done: list[Done] = field(default_factory=list)
    pending: list[Change] = field(default_factory=list)
    _lost: int = field(default=0, init=False)

    def run(self) -> Outcome:
        """Observe, plan, apply, report.

        Raises:
            RedshiftServerlessError: with the Changes that were done and those that were not.
        """
        try:
            return self._run()
        except RedshiftServerlessError as error:
            error.done, error.pending = list(self.done), list(self.pending)
            raise

    def _run(self) -> Outcome:
        before = self.resource.observe()
        current = before
        self.pending = self._plan(current)
        if self.resource.transition(current) and (self.pending or self.wait):
            current = self._rest(f"{self.resource.label} to be ready")
            self.pending = self._plan(current)
        self.resource.refuse(current, self.pending)
        while self.pending:
            current = self._carry_out(self.pending[0])
        return Outcome(before, current, self.done)

    def _carry_out(self, change: Change) -> State | None:
        """Carry out one Change, repeat it as long as AWS is busy, and leave the new plan in `pending`."""
        start = self.deadline.clock.now()
        self._lost = 0
        last = len(self.pending) == 1
        for _waited in self.deadline.looks(f"{self.resource.label} to accept {change.operation}"):
            self.progress(f"{change.operation}: {change.reason}")
            accepted = self._send(change)
            try:
                current = self._look(change, accepted, patient=self.wait or not last)
            except NotEffective:
                raise
            except RedshiftServerlessError:
                if accepted:  # AWS goes on with it, so it is not what a second run would have to send
                    self.done.append(Done(change, self.deadline.clock.now() - start))
                    self.pending = [other for other in self.pending if other != change]
                raise
            if accepted or change not in self.pending:
                self.done.append(Done(change, self.deadline.clock.now() - start))
                return current
        raise NotEffective(f"{change.operation} was not carried out.")

    def _plan(self, current: State | None, accepted: Change | None = None) -> list[Change]:
        """What is still to be done; a secret that AWS has accepted and can't show is not sent twice."""
        sent = [done.change for done in self.done] + ([accepted] if accepted else [])
        return [
            change
            for change in self.resource.plan(current)
            if not (change.unreadable and any(change.sent_by(other) for other in sent))
        ]

    def _send(self, change: Change) -> bool:
        """Send the request; False when only a look at the resource can tell what became of it.

        'Already exists' and 'nothing to change' count as accepted: an earlier request of ours, whose answer was lost or which
        botocore repeated, has done it; the look that follows has to show it.
        """
        try:
            self.resource.send(change)
        except (AlreadyExists, NothingToChange) as error:
            self.progress(error.message)
        except (Busy, Throttled) as error:
            self.progress(error.message)
            return False
        except AnswerLost as error:
            self.progress(error.message)
            self._lost += 1
            if self._lost == LOST_ANSWERS:
                raise
            return False
        return True

    def _look(self, change: Change, accepted: bool, patient: bool) -> State | None:
        """Look at the resource until it shows what the Change set, and plan anew from there.

        Without patience AWS's own work is not waited for: it is enough that the resource shows that it goes on.
        """
        for waited, current in self._observations(f"{self.resource.label} after {change.operation}"):
            busy = self.resource.transition(current)
            if busy and not patient:
                self.pending = self.pending[1:] if accepted else self._plan(current)
                return current
            if busy:
                continue
            self.pending = self._plan(current, change if accepted else None)
            if not accepted or change not in self.pending:
                return current
            deletes = self.resource.after(current, change) is None
            if waited > READ_BACK_SECONDS and not deletes:
                raise NotEffective(
                    self.resource.explain(change)
                    or f"AWS took {change.operation} for done ({change.reason}), but {self.resource.label} does not show it "
                    f"after {waited:.0f} seconds. Look for another writer, or for a value that AWS stores in another form."
                )
        raise NotEffective(f"{self.resource.label} could not be read.")

    def _rest(self, what: str) -> State | None:
        for _waited, current in self._observations(what):
            if not self.resource.transition(current):
                return current
        return None

    def _observations(self, what: str) -> Iterator[tuple[float, State | None]]:
        """Observe again and again until the deadline; a look that fails in passing is only a look less."""
        for waited in self.deadline.looks(what):
            try:
                yield waited, self.resource.observe()
            except (AnswerLost, Throttled) as error:
                self.progress(error.message)


def refuse_restart(label: str, changes: Sequence[Change], allowed: bool) -> None:
    """Refuse Changes that restart a workgroup when the caller does not allow that.

    Raises:
        Refused: naming each Change that would restart.
    """
    restarting = [change for change in changes if change.restarts]
    if restarting and not allowed:
        reasons = "; ".join(change.reason for change in restarting)
        raise Refused(
            f"{label} would restart and its connections would break ({reasons}), and allow_restart is false. "
            "Nothing was changed. Set allow_restart to true when a restart is welcome."
        )
