# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL through the Redshift Data API: sent once, waited for, and its result with types.

Facts: API reference of ExecuteStatement, BatchExecuteStatement, DescribeStatement, GetStatementResult and CancelStatement.
"""

from __future__ import annotations

import base64
import math
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.answers import kind_of
from .._core.api import Api, botocore_version
from .._core.changes import Change, Done
from .._core.errors import (
    AccessDenied,
    AnswerLost,
    ApiError,
    InvalidInput,
    RedshiftServerlessError,
    Throttled,
    WaitTimeout,
)
from .._core.plan import LOST_ANSWERS
from .._core.shapes import check_request, result
from .._core.waiting import Deadline, Patience
from .sql_text import line_and_column, reads_only

SERVICE = "redshift-data"

AUTO, ALWAYS, NEVER = CHANGES = ("auto", "always", "never")

FINISHED = "FINISHED"
ENDED = frozenset({FINISHED, "FAILED", "ABORTED"})

# Not declared as throttling, and gone as soon as others have ended.
TOO_MANY = ("ActiveStatementsExceededException", "ActiveSessionsExceededException")

# So long is looked whether a cancelled statement has ended.
CANCEL_SECONDS = 15.0

# Members of a request whose values are the user's own and are not shown.
SECRET = frozenset({"Parameters"})


@dataclass(frozen=True)
class Statement:
    """What to run.

    Attributes:
        sqls: the statements.
        listed: whether they were given as a list, and so run as one transaction.
        members: the other members of the request, in the API's spelling.
        changes: auto, always or never: whether running them counts as a change.
        token: makes the request the same one when it is sent again.
    """

    sqls: Sequence[str]
    listed: bool
    members: Mapping[str, Any]
    changes: str = AUTO
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def batch(self) -> bool:
        """Whether it takes a batch; a list of one does not, and fewer callers may send batches."""
        return len(self.sqls) > 1

    @property
    def session(self) -> str | None:
        """The session that it runs in, None for a new one."""
        found: str | None = self.members.get("SessionId")
        return found

    @property
    def keeps_session(self) -> bool:
        """Whether there is a session afterwards."""
        return self.session is not None or "SessionKeepAliveSeconds" in self.members

    @property
    def operation(self) -> str:
        """The API operation that runs it."""
        return "BatchExecuteStatement" if self.batch else "ExecuteStatement"

    @property
    def request(self) -> dict[str, Any]:
        """Its request, without the token."""
        return {**self.members, **({"Sqls": list(self.sqls)} if self.batch else {"Sql": self.sqls[0]})}

    @property
    def is_change(self) -> bool:
        """Whether running it counts as a change."""
        return self.changes == ALWAYS or (self.changes == AUTO and not all(map(reads_only, self.sqls)))

    @property
    def change(self) -> Change:
        """It as a Change."""
        return self.change_because("changes: always" if self.changes == ALWAYS else "it does more than read")

    def change_because(self, reason: str) -> Change:
        """It as a Change for a reason."""
        return Change(self.operation, self.request, reason, secret=SECRET)

    def done(self, seconds: float, waited_for: str | None = None) -> list[Done]:
        """Return the Changes that running it has made."""
        return [Done(self.change, seconds, waited_for)] if self.is_change else []


class StatementFailed(RedshiftServerlessError):
    """The database or the user ended a statement.

    Attributes:
        description: the answer of DescribeStatement.
        where: the statement that failed, its number, and the position in it as far as the database tells it.
    """

    def __init__(self, message: str, description: Mapping[str, Any], where: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.description = description
        self.where = where

    def details(self) -> dict[str, Any]:
        """Return what a playbook may want to test."""
        return {"error": dict(self.where), **_identity(self.description), "sub_statements": _subs(self.description)}


class TimedOut(WaitTimeout):
    """The time was over before the statement had ended.

    Attributes:
        description: the last answer of DescribeStatement.
    """

    def __init__(self, message: str, description: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.description = description

    def details(self) -> dict[str, Any]:
        """Return what is needed to look after it."""
        return _identity(self.description)


def statement_of(params: Mapping[str, Any]) -> Statement:
    """Return the statement in a module's options.

    Raises:
        InvalidInput: for what cannot be run, whatever the database holds.
    """
    sql = params["sql"]
    sqls = [sql] if isinstance(sql, str) else sql
    if not isinstance(sqls, list) or not sqls or not all(isinstance(each, str) and each.strip() for each in sqls):
        raise InvalidInput(f"sql: got {kind_of(sql)}; expected the text of a statement, or a list of such texts.")
    members = _place(params)
    if params["session_keep_alive_seconds"] is not None:
        members["SessionKeepAliveSeconds"] = params["session_keep_alive_seconds"]
    if params["parameters"]:
        members["Parameters"] = [
            {"name": str(name), "value": _parameter(name, value)} for name, value in params["parameters"].items()
        ]
    return Statement(sqls, not isinstance(sql, str), members, params["changes"])


def _place(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return where it runs: a session has its workgroup, database and login already, and is given no other."""
    if params["session_id"]:
        return {"SessionId": params["session_id"]}
    for option in ("workgroup", "database"):
        if not params[option]:
            raise InvalidInput(
                f"{option}: got nothing; expected the {option}. It can be left out only with session_id."
            )
    login = {"SecretArn": params["secret_arn"]} if params["secret_arn"] else {}
    return {"WorkgroupName": params["workgroup"], "Database": params["database"], **login}


def _parameter(name: str, value: Any) -> str:
    """Return a parameter's value as the API wants it: text that is not empty, which the database converts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) or (isinstance(value, str) and value):
        return str(value)
    found = {None: "null", "": "an empty text"}[value] if value in (None, "") else "a list or a dictionary"
    raise InvalidInput(
        f"parameters.{name}: got {found}; expected a text that is not empty, a number or a boolean, since the Data API accepts no other "
        "values. Write NULL or '' into the statement itself."
    )


def check(api: Api, statement: Statement) -> None:
    """Check the request against the API's model.

    Raises:
        InvalidInput: naming the option.
    """
    options = {
        "WorkgroupName": "workgroup",
        "Database": "database",
        "SecretArn": "secret_arn",
        "Parameters": "parameters",
        "SessionKeepAliveSeconds": "session_keep_alive_seconds",
        "SessionId": "session_id",
        "Sql": "sql",
        "Sqls": "sql",
    }
    check_request(api.model, statement.operation, statement.request, options, botocore_version())


def predict(statement: Statement) -> dict[str, Any]:
    """Return what check mode returns: what would run, without asking the database anything."""
    return {
        **planned(statement, statement.done(0.0)),
        **_identity({}),
        "session_id": statement.session,
        "columns": [],
        "rows": [],
        "row_count": None,
        "sub_statements": [],
    }


@dataclass
class Execution:
    """Runs one statement, or one batch.

    Args:
        api: the Data API.
        statement: what to run.
        deadline: the time for everything.
        wait: whether to wait for its end and its result.
        cancel_on_timeout: whether to cancel it when the time is over.
    """

    api: Api
    statement: Statement
    deadline: Deadline
    wait: bool = True
    cancel_on_timeout: bool = True
    _description: dict[str, Any] = field(default_factory=dict, init=False)
    _session: str | None = field(default=None, init=False)
    _waited_for: str | None = field(default=None, init=False)

    def run(self) -> dict[str, Any]:
        """Run it; the module's result.

        Raises:
            RedshiftServerlessError: with the Change as done where it may have taken effect, and as pending where not.
        """
        start = self.deadline.clock.now()
        try:
            self._description = self._submit()
            if self.wait:
                self._wait_for_end()
        except RedshiftServerlessError as error:
            changes = self.statement.done(self.deadline.clock.now() - start, self._waited_for)
            goes_on = isinstance(error, TimedOut) and error.description["Status"] not in ENDED
            error.done = changes if goes_on else []
            error.pending = [] if goes_on else [done.change for done in changes]
            raise
        return self._report(self.deadline.clock.now() - start)

    def _submit(self) -> dict[str, Any]:
        """Send it, as often as it takes: by the token AWS sees that it is the same. What is known of it then."""
        lost = 0
        for _waited in self.deadline.looks("the Data API to take the statement"):
            try:
                return self._send()
            except Throttled as error:
                self._waited_for = error.text or error.code
            except AnswerLost:
                lost += 1
                if lost == LOST_ANSWERS:
                    raise
            except ApiError as error:
                if error.code not in TOO_MANY:
                    raise self._refused(error, lost > 0) from None
                self._waited_for = error.text or error.code
        raise AnswerLost(f"{self.statement.operation} was not answered.")

    def _refused(self, error: ApiError, was_lost: bool) -> RedshiftServerlessError:
        """Return what a refusal means in a session, which runs one statement at a time and ends when it was idle for too long."""
        session = self.statement.session
        if session is None or isinstance(error, AccessDenied) or not re.search("session", error.text, re.IGNORECASE):
            return error
        if was_lost:
            return AnswerLost(
                f"{self.statement.operation} was sent, its answer was lost, and session {session} may be running it: {error.text}"
            )
        return InvalidInput(f"session_id: got {session}; expected an open session that runs nothing. {error.text}")

    def _send(self) -> dict[str, Any]:
        operation = self.statement.operation
        answer = self.api.write(operation, {**self.statement.request, "ClientToken": self.statement.token})
        if "Id" not in answer:
            raise AnswerLost(f"{operation} was sent and its answer came back incomplete.")
        if self.statement.keeps_session:
            self._session = answer.get("SessionId") or self.statement.session
        return {"Id": answer["Id"], "Status": "SUBMITTED"}

    def _wait_for_end(self) -> None:
        try:
            self._look_until_end(self.deadline)
        except WaitTimeout:
            self._give_up()
        if self._description["Status"] != FINISHED:
            raise _failure(self.statement, self._description)

    def _look_until_end(self, deadline: Deadline) -> None:
        """Look until it has ended; a look that fails in passing is only a look less."""
        request = {"Id": self._description["Id"]}
        for _waited in deadline.looks("the statement to end"):
            try:
                self._description = self.api.read_whole("DescribeStatement", request, "Status")
            except (AnswerLost, Throttled):
                continue
            if self._description["Status"] in ENDED:
                return

    def _give_up(self) -> None:
        """Cancel it, unless it has ended meanwhile or is to go on.

        Raises:
            TimedOut: saying what has become of it.
        """
        late = f"Statement {self._description['Id']} has not ended within wait_timeout, {self.deadline.patience.timeout:g} seconds"
        if not self.cancel_on_timeout:
            raise TimedOut(f"{late}. It goes on in the database, since cancel_on_timeout is false.", self._description)
        trouble = ""
        try:
            self.api.write("CancelStatement", {"Id": self._description["Id"]})
        except RedshiftServerlessError as error:
            trouble = f" {error.message}"
        clock, chance = self.deadline.clock, self.deadline.chance
        try:
            self._look_until_end(Deadline(Patience(CANCEL_SECONDS, longest_pause=1.0), clock, chance))
        except WaitTimeout as error:
            raise TimedOut(
                f"{late}, and cancelling did not end it: it goes on in the database.{trouble}", self._description
            ) from error
        if self._description["Status"] == "ABORTED":
            raise TimedOut(f"{late}, and was cancelled. Raise wait_timeout if it needs longer.", self._description)

    def _report(self, seconds: float) -> dict[str, Any]:
        ended = self._description
        whole = (
            [{**ended, "QueryString": self.statement.sqls[0]}]
            if self.statement.listed and not self.statement.batch
            else []
        )
        described = {"SubStatements": _raw_subs(ended) or (whole if self.wait else [])}
        subs = [
            {**shown, **self._result_of(sub)} for sub, shown in zip(_raw_subs(described), _subs(described), strict=True)
        ]
        # Of a batch, as of a script, the last result is the one that is asked for.
        last: dict[str, Any] = next((sub for sub in reversed(subs) if sub["columns"]), {"columns": [], "rows": []})
        found = {"columns": last["columns"], "rows": last["rows"]} if subs else self._result_of(ended)
        return {
            **planned(self.statement, self.statement.done(seconds, self._waited_for)),
            **_identity(ended),
            "session_id": self._session,
            **found,
            "row_count": _known(ended.get("ResultRows")),
            "sub_statements": subs,
        }

    def _result_of(self, description: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns and rows of a statement that has ended, page by page."""
        if description.get("Status") != FINISHED or not description.get("HasResultSet"):
            return {"columns": [], "rows": []}
        columns: list[Mapping[str, Any]] = []
        names: list[str] = []
        rows: list[dict[str, Any]] = []
        for page in self._pages(description["Id"]):
            if not columns:
                columns = page.get("ColumnMetadata") or [{} for _field in (page["Records"] or [[]])[0]]
                names = unique_names(columns)
            kinds = [str(column.get("typeName", "")).lower() for column in columns]
            for record in page["Records"]:
                values = [value_of(field, kind) for field, kind in zip(record, kinds, strict=True)]
                rows.append(dict(zip(names, values, strict=True)))
        shown = [{**result(column), "name": name} for column, name in zip(columns, names, strict=True)]
        return {"columns": shown, "rows": rows}

    def _pages(self, identifier: str) -> Iterator[dict[str, Any]]:
        token: str | None = None
        while True:
            request = {"Id": identifier, **({"NextToken": token} if token else {})}
            page = self.api.read_whole("GetStatementResult", request, "Records")
            yield page
            token = page.get("NextToken")
            if not token:
                return


def unique_names(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns' names; one that occurs again gets a number, so that no value of a row is lost."""
    names: list[str] = []
    for column in columns:
        name = plain = column.get("label") or column.get("name") or "?column?"
        number = 1
        while name in names:
            number += 1
            name = f"{plain}_{number}"
        names.append(name)
    return names


def value_of(field: Mapping[str, Any], kind: str) -> Any:
    """Return a value with its type: numbers, booleans, null; exact decimals and everything else as text.

    Args:
        field: a Field of the API: one member, named after its type.
        kind: the column's type by the database's name, in lower case.
    """
    [(member, raw)] = field.items() or [("isNull", True)]
    if member == "isNull":
        return None
    if isinstance(raw, bytes):
        return base64.b64encode(raw).decode()
    convert = _CONVERSIONS.get(kind) or (_float if isinstance(raw, float) else None)
    return convert(raw) if convert else raw


def _boolean(raw: Any) -> bool:
    return str(raw).lower() in ("t", "true", "1")


def _float(raw: Any) -> float | str:
    number = float(raw)
    return number if math.isfinite(number) else str(raw)  # JSON has neither infinity nor "not a number"


# What a value becomes of a column of this type, in whatever member of Field it comes.
_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("int2", "int4", "int8", "smallint", "integer", "bigint", "oid"), int),
    **dict.fromkeys(("float4", "float8", "real", "double precision"), _float),
    **dict.fromkeys(("bool", "boolean"), _boolean),
    **dict.fromkeys(("numeric", "decimal"), str),
}


def planned(statement: Statement, done: list[Done]) -> dict[str, Any]:
    """Return what is known of a statement without the database.

    Args:
        statement: what was asked for.
        done: the Changes that running it makes.
    """
    return {
        "changed": bool(done),
        "restarted": False,
        "changes": done,
        "statements": [{"sql": sql, "reads_only": reads_only(sql)} for sql in statement.sqls],
    }


def _identity(description: Mapping[str, Any]) -> dict[str, Any]:
    duration = _known(description.get("Duration"))
    return {
        "statement_id": description.get("Id"),
        "status": description.get("Status"),
        "duration_seconds": None if duration is None else duration / 1e9,
    }


def _known(number: int | None) -> int | None:
    """Return a number of the API, whose -1 means that there is none."""
    return None if number is None or number < 0 else number


def _raw_subs(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(description.get("SubStatements") or [])


def _subs(description: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a batch, without their results."""
    return [
        {
            **_identity(sub),
            "sql": sub.get("QueryString"),
            "row_count": _known(sub.get("ResultRows")),
            "error": sub.get("Error"),
        }
        for sub in _raw_subs(description)
    ]


def _failure(statement: Statement, description: Mapping[str, Any]) -> StatementFailed:
    """Return which statement failed, why, and where in it."""
    subs = _raw_subs(description)
    at = next((place for place, sub in enumerate(subs) if sub.get("Status") == "FAILED"), None)
    culprit = description if at is None else subs[at]
    sql = statement.sqls[at] if at is not None and at < len(statement.sqls) else "; ".join(statement.sqls)
    ended = "failed" if description["Status"] == "FAILED" else "was cancelled"
    text = str(culprit.get("Error") or description.get("Error") or "the database gave no reason").strip()
    place = _place_of_error(sql, text)
    if at is None and statement.listed and not statement.batch:
        at = 0
    which = f"Statement {at + 1} of {len(statement.sqls)}" if at is not None else "The statement"
    where = f", at line {place['line']}, column {place['column']}" if place["line"] else ""
    return StatementFailed(
        f"{which} {ended}: {text}{where}, of: {_shortened(sql)}",
        description,
        {"statement": sql, "number": None if at is None else at + 1, "message": text, **place},
    )


def _place_of_error(sql: str, text: str) -> dict[str, int | None]:
    """Where in a statement an error is, as far as the database's text tells it."""
    found = re.search(r"\bposition:?\s+(\d+)", text, re.IGNORECASE)
    if found is None:
        return {"position": None, "line": None, "column": None}
    line, column = line_and_column(sql, int(found[1]))
    return {"position": int(found[1]), "line": line, "column": column}


def _shortened(sql: str) -> str:
    plain = " ".join(sql.split())
    return plain if len(plain) <= 200 else f"{plain[:197]}..."
