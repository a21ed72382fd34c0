# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several statements as one transaction for callers who may not send batches: single statements in a session of the Data API.

Facts: API reference of ExecuteStatement (SessionKeepAliveSeconds, SessionId). A session is one connection to the database, so BEGIN
and COMMIT enclose what runs between them, and when it ends with a transaction open, the database rolls that back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.api import Api
from .._core.changes import Done
from .._core.errors import AccessDenied, AnswerLost, RedshiftServerlessError, WaitTimeout
from .._core.waiting import Deadline, Patience
from . import sql_text
from .statement import CANCEL_SECONDS, ENDED, NEVER, Execution, Statement, StatementFailed, TimedOut, planned

# So long a session stays open between two statements; a transaction that is left open goes with it.
KEEP_ALIVE = 120
LONGEST_KEEP_ALIVE = 86400


def run(execution: Execution) -> dict[str, Any]:
    """Run a statement or a list of statements; a list, where batches are not allowed, in a session.

    Returns:
        The module's result.

    Raises:
        RedshiftServerlessError: as `Execution.run`. A list that may not be sent as a batch and can't be waited for is AccessDenied.
    """
    try:
        return execution.run()
    except AccessDenied as denied:
        if not (execution.statement.batch and execution.wait and _knows_sessions(execution.api)):
            raise
        transaction = Transaction(execution.api, execution.statement, execution.deadline)
        try:
            return transaction.run()
        except AccessDenied as error:
            if transaction.session is None:
                raise denied from error
            raise


def _knows_sessions(api: Api) -> bool:
    """Tell whether botocore is new enough."""
    shape = api.model.operation_model("ExecuteStatement").input_shape
    return "SessionKeepAliveSeconds" in shape.members and "SessionId" in shape.members


@dataclass
class Transaction:
    """Runs a list of statements one by one between BEGIN and COMMIT.

    Args:
        api: the Data API.
        statement: the list.
        deadline: the time for everything.

    Attributes:
        session: the session, None before it is open.
    """

    api: Api
    statement: Statement
    deadline: Deadline
    session: str | None = field(default=None, init=False)
    _calls: list[Statement] = field(default_factory=list, init=False)
    _seconds: list[float] = field(default_factory=list, init=False)

    def run(self) -> dict[str, Any]:
        """Run it; the module's result, with each statement among the sub_statements.

        Raises:
            RedshiftServerlessError: nothing has taken effect, unless the Changes are told as done: then COMMIT may have.
        """
        try:
            self._begin()
            found = [self._run_one(number) for number in range(len(self.statement.sqls))]
        except RedshiftServerlessError as error:
            self._roll_back()
            raise self._blamed(error, []) from error
        try:
            self._call(Statement(["COMMIT"], False, self._members()))
        except RedshiftServerlessError as error:
            if _is_clear(error):
                self._roll_back()
            raise self._blamed(error, [] if _is_clear(error) else self._done()) from error
        return self._report(found)

    def _begin(self) -> None:
        members = {name: value for name, value in self.statement.members.items() if name != "Parameters"}
        if self.statement.session is None:
            asked = members.get("SessionKeepAliveSeconds") or 0
            least = min(LONGEST_KEEP_ALIVE, max(KEEP_ALIVE, int(4 * self.deadline.patience.longest_pause)))
            members["SessionKeepAliveSeconds"] = max(asked, least)
        answer = self._call(Statement(["BEGIN"], False, members))
        self.session = answer["session_id"]
        if self.session is None:
            raise RedshiftServerlessError(
                "The Data API opened no session, which statements need to be one transaction."
            )

    def _run_one(self, number: int) -> dict[str, Any]:
        sql = self.statement.sqls[number]
        try:
            return self._call(Statement([sql], False, self._members(sql)))
        except StatementFailed as error:
            which = f"Statement {number + 1} of {len(self.statement.sqls)}"
            message = error.message.replace("The statement", which, 1)
            raise StatementFailed(message, error.description, {**error.where, "number": number + 1}) from error

    def _members(self, sql: str = "") -> dict[str, Any]:
        """Return the members of a request in the session; the API refuses parameters that the statement does not use."""
        used = sql_text.parameters(sql)
        parameters = [each for each in self.statement.members.get("Parameters", ()) if each["name"] in used]
        return {"SessionId": self.session, **({"Parameters": parameters} if parameters else {})}

    def _call(self, statement: Statement) -> dict[str, Any]:
        start = self.deadline.clock.now()
        self._calls.append(statement)
        found = Execution(self.api, statement, self.deadline).run()
        self._seconds.append(self.deadline.clock.now() - start)
        return found

    def _roll_back(self) -> None:
        """Give up what was done; where that fails, the end of the session does it."""
        if self.session is None:
            return
        patience = Patience(CANCEL_SECONDS, longest_pause=1.0)
        deadline = Deadline(patience, self.deadline.clock, self.deadline.chance)
        with contextlib.suppress(RedshiftServerlessError):
            Execution(self.api, Statement(["ROLLBACK"], False, {"SessionId": self.session}, NEVER), deadline).run()

    def _done(self) -> list[Done]:
        """Return every call as a Change, if the list counts as one."""
        if not self.statement.is_change:
            return []
        seconds = [*self._seconds, *[0.0] * len(self._calls)]
        reason = self.statement.change.reason
        return [Done(call.change_because(reason), took) for call, took in zip(self._calls, seconds, strict=False)]

    def _blamed(self, error: RedshiftServerlessError, done: list[Done]) -> RedshiftServerlessError:
        error.done = done
        error.pending = [] if done or not self.statement.is_change else [self.statement.change]
        return error

    def _report(self, found: list[dict[str, Any]]) -> dict[str, Any]:
        keep = self.statement.session or self.statement.members.get("SessionKeepAliveSeconds")
        subs = [_sub(sql, each) for sql, each in zip(self.statement.sqls, found, strict=True)]
        last = next((each for each in reversed(subs) if each["columns"]), subs[-1])
        took = [each["duration_seconds"] for each in subs if each["duration_seconds"] is not None]
        return {
            **planned(self.statement, self._done()),
            "statement_id": subs[-1]["statement_id"],
            "status": subs[-1]["status"],
            "duration_seconds": sum(took) if took else None,
            "session_id": self.session if keep else None,
            "columns": last["columns"],
            "rows": last["rows"],
            "row_count": subs[-1]["row_count"],
            "sub_statements": subs,
        }


def _is_clear(error: RedshiftServerlessError) -> bool:
    """Tell whether a COMMIT that ended so has had no effect for sure."""
    if isinstance(error, TimedOut):
        return error.description["Status"] in ENDED
    return not isinstance(error, (AnswerLost, WaitTimeout))


def _sub(sql: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return one statement's result as one of a batch."""
    names = ("statement_id", "status", "duration_seconds", "row_count", "columns", "rows")
    return {"sql": sql, "error": None, **{name: found[name] for name in names}}
