# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kind of resource small enough to be understood at a glance, and an AWS that is as awkward about it as the real one."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import Change, State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    AccessDenied,
    AlreadyExists,
    AnswerLost,
    Busy,
    NotFound,
    NothingToChange,
    NotYet,
    Throttled,
)
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import refuse_restart

from .clock import FakeClock


@dataclass
class ThingAws:
    """AWS with at most one thing: one change at a time, each of them takes a while.

    Attributes:
        state: the thing's members, None without a thing.
        lasts: seconds that every operation takes.
        lag: seconds for which an accepted change does not show at all.
        trouble: what goes wrong with the next writes, in order; "" for a write that goes well.
        bad_reads: what goes wrong with the next reads, in order.
        writes: the operations that took effect.
        asked: the operations that were asked for.
    """

    clock: FakeClock
    state: State | None = None
    lasts: float = 10.0
    lag: float = 0.0
    trouble: deque[str] = field(default_factory=deque)
    bad_reads: deque[str] = field(default_factory=deque)
    writes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    reads: int = 0
    _next: State | None = None
    _shows: float = 0.0
    _ends: float = 0.0
    _status: str = "AVAILABLE"

    def begin(self, status: str, target: State | None) -> None:
        """Start an operation that leads to a target."""
        self._status, self._next = status, target
        self._shows = self.clock.time + self.lag
        self._ends = self._shows + self.lasts

    def read(self) -> State | None:
        self.reads += 1
        if (bad := self.bad_reads.popleft() if self.bad_reads else "") != "":
            raise _error(bad, "GetThing")
        self._settle()
        if self._status == "AVAILABLE" or self.clock.time < self._shows:
            return dict(self.state) if self.state is not None else None
        shown = self.state if self.state is not None else self._next
        return {**(shown or {}), "status": self._status}

    def _settle(self) -> None:
        if self._status != "AVAILABLE" and self.clock.time >= self._ends:
            self._status, self.state = "AVAILABLE", self._next

    def write(self, operation: str, members: Mapping[str, Any]) -> None:
        self._settle()
        self.asked.append(operation)
        trouble = self.trouble.popleft() if self.trouble else ""
        if trouble == "ignored":
            return
        if trouble not in ("", "lost after"):
            raise _error(trouble, operation)
        self._accept(operation, members)
        if trouble == "lost after":
            raise _error("lost", operation)

    def _accept(self, operation: str, members: Mapping[str, Any]) -> None:
        if self._status != "AVAILABLE":
            raise _error("busy", operation)
        if operation == "CreateThing" and self.state is not None:
            raise _error("exists", operation)
        if operation == "UpdateThing" and not (members.items() - (self.state or {}).items()):
            raise _error("nothing", operation)
        statuses = {"CreateThing": "CREATING", "UpdateThing": "MODIFYING", "DeleteThing": "DELETING"}
        self.writes.append(operation)
        target = None if operation == "DeleteThing" else {**(self.state or {}), **members, "status": "AVAILABLE"}
        self.begin(statuses[operation], target)


def _error(trouble: str, operation: str) -> Exception:
    if trouble == "lost":
        return AnswerLost(f"{operation} was sent and its answer was lost")
    kinds = {
        "busy": (Busy, "ConflictException", "There is an operation running on the thing."),
        "throttled": (Throttled, "ThrottlingException", "Rate exceeded"),
        "exists": (AlreadyExists, "ConflictException", "The thing already exists."),
        "nothing": (NothingToChange, "ValidationException", "You didn't specify any changes."),
        "not yet": (NotYet, "ValidationException", "Wait until at least one snapshot exists and retry."),
        "snapshot exists": (AlreadyExists, "ConflictException", "The snapshot last already exists."),
        "not found": (NotFound, "ResourceNotFoundException", "Thing t not found."),
        "denied": (AccessDenied, "AccessDeniedException", "No."),
    }
    kind, code, text = kinds[trouble]
    return kind(operation, code, text)


@dataclass
class Thing:
    """A thing with what is desired of it: some members, or None for none at all.

    Attributes:
        first: members that AWS takes at creation; the others are updated afterwards.
        unreadable: a member that AWS takes and never shows.
        explanation: why an accepted change does not show.
    """

    aws: ThingAws
    desired: Mapping[str, Any] | None
    first: frozenset[str] = frozenset({"a"})
    unreadable: str = ""
    allow_restart: bool = True
    takes: float | None = None
    explanation: str | None = None

    @property
    def label(self) -> str:
        return "thing t"

    def observe(self) -> State | None:
        state = self.aws.read()
        return {name: value for name, value in state.items() if name != self.unreadable} if state else state

    def plan(self, current: State | None) -> list[Change]:
        if self.desired is None:
            gone = current is None or self.leaving(current)
            return [] if gone else [Change("DeleteThing", {}, "to be absent")]
        if current is None:
            given = {name: value for name, value in self.desired.items() if name in self.first}
            create = Change("CreateThing", given, "there is none")
            return [create, *self._updates(self.after(None, create) or {})]
        return self._updates(current)

    def _updates(self, current: State) -> list[Change]:
        return [
            Change("UpdateThing", {name: value}, name, restarts=name == "r", unreadable=name == self.unreadable)
            for name, value in sorted((self.desired or {}).items())
            if current.get(name) != value
        ]

    def after(self, current: State | None, change: Change) -> State | None:
        if change.operation == "DeleteThing":
            return None
        return {**(current or {}), **change.parameters, "status": "AVAILABLE"}

    def transition(self, current: State | None) -> str | None:
        status = (current or {}).get("status", "AVAILABLE")
        return None if status == "AVAILABLE" else str(status)

    def leaving(self, current: State | None) -> bool:
        return (current or {}).get("status") == "DELETING"

    def usual(self, change: Change) -> float | None:
        del change
        return self.takes

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        refuse_restart(self.label, changes, self.allow_restart)

    def explain(self, change: Change) -> str | None:
        return self.explanation and f"{change.reason}: {self.explanation}"

    def send(self, change: Change) -> None:
        self.aws.write(change.operation, change.parameters)

    def report(self, state: State | None) -> dict[str, Any]:
        return {"thing": state}
