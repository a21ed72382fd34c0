"""The life of a statement: made, picked, started, over. It moves with simulated time.

It logs in when it is STARTED and runs when that time is over, so one that is cancelled before has had no effect.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ..database_sql import driver, ensure_user, grant_roles
from ..databases import Database
from ..db_roles import roles_of
from . import execution
from .call import DataCall
from .state import Login, Part, Session, Statement

# What is not over yet has these [C: amazon-redshift-utils issue 515].
UNKNOWN = -1
# Results are kept so long, in hours [C: DOC23].
KEPT = timedelta(hours=24)
# A session is closed then at the latest [C: model].
SESSION_LIVES = timedelta(hours=24)


def begin(call: DataCall, statement: Statement) -> None:
    """Let a new statement take its way."""
    durations = call.settings.durations
    call.data.statements[statement.identifier] = statement
    after = call.world.timeline.after
    picked = durations["statement_submitted"]
    started = picked + durations["statement_picked"]
    after(picked, functools.partial(_move, call, statement, "PICKED"))
    after(started, functools.partial(_start, call, statement))
    statement.due = call.now + timedelta(seconds=started + durations["statement_started"])
    after(started + durations["statement_started"], functools.partial(_finish, call, statement))
    after(KEPT.total_seconds(), functools.partial(_forget, call, statement))


def _forget(call: DataCall, statement: Statement) -> None:
    call.data.statements.pop(statement.identifier, None)


def _move(call: DataCall, statement: Statement, status: str) -> None:
    if statement.active:
        statement.status, statement.updated = status, call.now


def _start(call: DataCall, statement: Statement) -> None:
    if not statement.active:
        return
    statement.started = call.now
    _move(call, statement, "STARTED")
    _guarded(call, statement, functools.partial(_log_in, call, statement))


def _log_in(call: DataCall, statement: Statement) -> None:
    session = statement.session
    if session is not None and session.connection is not None:
        statement.connection = session.connection
    else:
        statement.connection = log_in(call, statement.login)
        if session is not None:
            session.connection = statement.connection
    statement.pid = statement.connection.info.backend_pid


def log_in(call: DataCall, login: Login) -> Any:
    """A connection as whom the login says; an IAM identity gets its user and the roles of its tags [C: model, §10].

    Raises:
        psycopg.Error: The database refuses it.
    """
    database = attached(call, login)
    if login.password is None:
        ensure_user(database.door, login.user)
        grant_roles(database.door, login.user, roles_of(call.account, call.partition, call.caller, call.access_key))
    return execution.connect(database, login)


def attached(call: DataCall, login: Login) -> Database:
    """The database of a login.

    Raises:
        psycopg.OperationalError: It is gone, as after the workgroup's deletion.
    """
    found = call.world.databases.find(login.key) if call.world.databases else None
    if found is None:
        raise driver().OperationalError("FATAL: the workgroup's database is not there any more")
    return found


def _finish(call: DataCall, statement: Statement) -> None:
    if statement.active:
        _guarded(call, statement, functools.partial(_run_parts, call, statement))


def _guarded(call: DataCall, statement: Statement, work: Callable[[], None]) -> None:
    """Do a step; what goes wrong with the connection ends the statement."""
    try:
        work()
    except driver().Error as error:
        end(call, statement, "FAILED", execution.error_text(error))


def _run_parts(call: DataCall, statement: Statement) -> None:
    values = {each["name"]: each["value"] for each in statement.request.get("Parameters", [])}
    together = statement.batch and statement.request.get("ExecutionMode", "TRANSACTION") == "TRANSACTION"
    connection = statement.connection
    if connection is None:  # started statements have one
        return
    if together:
        connection.execute("BEGIN")
    errors: list[str] = []
    for number, part in enumerate(statement.parts, start=1):
        if errors and together:
            part.status, part.updated = "ABORTED", call.now
            continue
        error = _run_part(call, connection, part, values)
        if error:
            errors.append(f"Query #{number} failed with {error}" if statement.batch else error)
    if together:
        connection.execute("ROLLBACK" if errors else "COMMIT")
    end(call, statement, "FAILED" if errors else "FINISHED", errors[0] if errors else None)


def _run_part(call: DataCall, connection: Any, part: Part, values: dict[str, str]) -> str | None:
    """Run one part and note its fate; gives the error's text."""
    part.query_id = call.world.order.getrandbits(24)
    part.started = part.updated = call.now
    try:
        part.result = execution.run(connection, part.sql, values)
    except driver().Error as error:
        part.status, part.error = "FAILED", execution.error_text(error)
    else:
        part.status = "FINISHED"
    return part.error


def end(call: DataCall, statement: Statement, status: str, error: str | None = None) -> None:
    """A statement is over: let its session go on, or close its connection."""
    statement.error, statement.ended = error, call.now
    statement.status, statement.updated = status, call.now
    for part in statement.parts:
        if part.status not in ("FINISHED", "FAILED"):
            part.status = "ABORTED" if statement.batch else status
            part.updated = call.now
    session, connection = statement.session, statement.connection
    statement.connection = None
    if session is None:
        execution.close(connection)
    elif session.connection.closed if session.connection else status == "FAILED":
        # The server has cut it, or it could not log in [I].
        close_session(call, session)
    else:
        rest(call, session)


def rest(call: DataCall, session: Session) -> None:
    """A session waits for its next statement, and ends if none comes in time."""
    expires = session.expires = call.now + timedelta(seconds=session.keep_alive)
    session.updated, session.current = call.now, None

    def expire() -> None:
        if session.expires == expires:
            close_session(call, session)

    call.world.timeline.after(session.keep_alive, expire)


def limit_session(call: DataCall, session: Session) -> None:
    """After 24 hours a session is closed and its statement is ended; of closed ones it is known for a day [C: model]."""

    def close_and_forget() -> None:
        running = call.data.statements.get(session.current or "")
        if running is not None and running.active:
            # ABORTED is inferred [I].
            end(call, running, "ABORTED", "The session is closed.")
        close_session(call, session)
        call.data.sessions.pop(session.identifier, None)

    call.world.timeline.after(SESSION_LIVES.total_seconds(), close_and_forget)


def close_session(call: DataCall, session: Session) -> None:
    """End a session's connection; nothing more runs in it."""
    execution.close(session.connection)
    session.connection = session.expires = session.current = None
    session.closed, session.updated = True, call.now


def wait(call: DataCall, statement: Statement, seconds: float) -> None:
    """Let simulated time pass until the statement is over, at most so long: who waits with ``WaitTimeSeconds`` does that."""
    rest_of_it = max((statement.due - call.now).total_seconds(), 0.0)
    if statement.active and seconds:
        call.world.clock.advance(min(rest_of_it, seconds))
        call.world.settle()


def nanoseconds(statement: Statement) -> int:
    """How long it ran, in simulated nanoseconds."""
    if statement.started is None or statement.ended is None:
        return UNKNOWN
    return int((statement.ended - statement.started).total_seconds() * 1e9)
