"""The records of the Data API."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..state import Key

if TYPE_CHECKING:
    import psycopg

ACTIVE = ("SUBMITTED", "PICKED", "STARTED")
Field = dict[str, Any]


@dataclasses.dataclass
class Result:
    """What one SQL statement gave.

    Attributes:
        columns: Their ColumnMetadata; None if there is no result set.
        rows: As typed fields.
        affected: Rows returned or changed.
        size: Bytes of the values.
    """

    columns: list[dict[str, Any]] | None
    rows: list[list[Field]]
    affected: int
    size: int


@dataclasses.dataclass
class Part:
    """One SQL statement with its fate; a batch has several."""

    sql: str
    status: str = "SUBMITTED"
    started: datetime | None = None
    updated: datetime | None = None
    error: str | None = None
    result: Result | None = None
    query_id: int = 0


@dataclasses.dataclass
class Login:
    """How to log in: as the caller's IAM identity, or with what a secret holds (then with a password)."""

    key: Key
    database: str
    user: str
    password: str | None = None


@dataclasses.dataclass
class Statement:
    """What ExecuteStatement or BatchExecuteStatement has made.

    Attributes:
        identifier: Its Id.
        parts: One, or those of a batch.
        batch: Whether it is one.
        login: As whom and where it runs.
        workgroup: The name or ARN, as it was given.
        owner: The IAM user or role that sees it.
        caller: The very session that made it.
        request: The parameters of the call.
        due: When it will be over.
        connection: While it runs.
    """

    identifier: str
    parts: list[Part]
    batch: bool
    login: Login
    workgroup: str
    owner: str
    caller: str
    request: dict[str, Any]
    created: datetime
    updated: datetime
    due: datetime
    status: str = "SUBMITTED"
    error: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    pid: int = 0
    session: Session | None = None
    connection: psycopg.Connection[Any] | None = None

    @property
    def active(self) -> bool:
        """Whether it is on its way."""
        return self.status in ACTIVE

    @property
    def has_result_set(self) -> bool:
        """Whether any part gave one [C: model]."""
        return any(part.result is not None and part.result.columns is not None for part in self.parts)


@dataclasses.dataclass
class Session:
    """A connection that is kept for further statements; what they leave in it, as temporary tables or a transaction, stays.

    Attributes:
        caller: The very IAM session that made it.
        expires: When it ends unless it is used again; None while a statement runs, and when it is closed.
        current: The Id of the statement that runs.
        closed: It can't be used any more; that it has been is kept for a day.
    """

    identifier: str
    login: Login
    workgroup: str
    owner: str
    caller: str
    keep_alive: int
    created: datetime
    updated: datetime
    expires: datetime | None = None
    current: str | None = None
    closed: bool = False
    connection: psycopg.Connection[Any] | None = None

    @property
    def status(self) -> str:
        """AVAILABLE, BUSY or CLOSED [C: model]."""
        if self.closed:
            return "CLOSED"
        return "AVAILABLE" if self.expires else "BUSY"
