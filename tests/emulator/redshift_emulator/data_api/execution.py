"""Running SQL on an attached database, and giving results and errors the form of the Data API."""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import math
from typing import TYPE_CHECKING, Any

from ..database_sql import driver
from .sql_text import bind, to_postgresql
from .state import Field, Login, Result

if TYPE_CHECKING:
    import psycopg

    from ..databases import Database

# Real milliseconds: no statement may stop the emulator for longer, whatever it waits for.
LONGEST = 30_000
APPLICATION = "redshift-data"
# PostgreSQL's object identifiers of types.
BOOLEAN, BYTES = 16, 17
INTEGERS = {20: 19, 23: 10, 21: 5, 26: 10}
FLOATS = {700: 8, 701: 17}
NUMERIC = 1700
SIZED = {1042, 1043}
HEADER = 4
UNLIMITED = 65535


def connect(database: Database, login: Login) -> psycopg.Connection[Any]:
    """Log in: over TLS with a password where there is one, otherwise as the trusted emulator does.

    Raises:
        psycopg.OperationalError: The server refuses it.
    """
    options = {"options": f"-c statement_timeout={LONGEST}", "application_name": APPLICATION}
    if login.password is None:
        return database.door.connect(login.database, login.user, **options)
    inner = database.inner
    connection: psycopg.Connection[Any] = driver().connect(
        host=inner.host,
        port=inner.port,
        dbname=login.database,
        user=login.user,
        password=login.password,
        sslmode="require",
        autocommit=True,
        **options,
    )
    return connection


def close(connection: psycopg.Connection[Any] | None) -> None:
    """Close a connection, if there is one."""
    if connection is not None:
        with contextlib.suppress(driver().Error):
            connection.close()


def error_text(error: psycopg.Error) -> str:
    r"""An error as the service shows it: ``ERROR: syntax error at or near "x"\n  Position: 8`` [C: aws-sdk-pandas 3024].

    Detail and hint in between, as the JDBC driver that it comes from writes them [I].
    """
    diagnosis = error.diag
    if diagnosis.message_primary is None:
        # Of a connection that failed or was cut: libpq's own words, of which the server's are the last.
        text = str(error).strip()
        return "FATAL: " + text.rpartition("FATAL:")[2].strip() if "FATAL:" in text else text
    lines = [f"{diagnosis.severity}: {diagnosis.message_primary}"]
    further = {
        "Detail": diagnosis.message_detail,
        "Hint": diagnosis.message_hint,
        "Position": diagnosis.statement_position,
    }
    lines += [f"  {name}: {text}" for name, text in further.items() if text]
    return "\n".join(lines)


def run(connection: psycopg.Connection[Any], sql: str, values: dict[str, str]) -> Result:
    """Run one statement with its named parameters.

    Raises:
        psycopg.Error: PostgreSQL's error.
    """
    text, given = bind(to_postgresql(sql), values)
    with driver().RawCursor(connection) as cursor:
        cursor.execute(text.encode(), given or None)
        return _result(connection, cursor)


def _result(connection: psycopg.Connection[Any], cursor: Any) -> Result:
    raw = cursor.pgresult
    if cursor.description is None:
        return Result(columns=None, rows=[], affected=max(cursor.rowcount, 0), size=0)
    kinds = [raw.ftype(place) for place in range(raw.nfields)]
    texts = [[raw.get_value(row, place) for place in range(raw.nfields)] for row in range(raw.ntuples)]
    rows = [[field(kind, text) for kind, text in zip(kinds, row, strict=True)] for row in texts]
    size = sum(len(text or b"") for row in texts for text in row)
    return Result(columns=_columns(connection, raw), rows=rows, affected=raw.ntuples, size=size)


def field(kind: int, text: bytes | None) -> Field:
    """A value as the union of typed fields; what has no type of its own there is text [C: model; numeric I].

    >>> field(23, b"7"), field(1700, b"7.50"), field(16, None)
    ({'longValue': 7}, {'stringValue': '7.50'}, {'isNull': True})
    """
    if text is None:
        return {"isNull": True}
    word = text.decode()
    if kind == BOOLEAN:
        return {"booleanValue": word == "t"}
    if kind in INTEGERS:
        return {"longValue": int(word)}
    if kind in FLOATS and math.isfinite(float(word)):
        return {"doubleValue": float(word)}
    if kind == BYTES:
        return {"blobValue": base64.b64encode(bytes.fromhex(word.removeprefix("\\x"))).decode("ascii")}
    return {"stringValue": word}


# Names of types, and of the tables that columns come from.
TYPES = "SELECT oid, typname FROM pg_type WHERE oid = ANY($1)"
SOURCES = """
SELECT attrelid, attnum, nspname, relname, attnotnull, pg_get_expr(adbin, adrelid)
FROM pg_attribute
JOIN pg_class ON pg_class.oid = attrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = ANY($1)
"""


def _columns(connection: psycopg.Connection[Any], raw: Any) -> list[dict[str, Any]]:
    places = range(raw.nfields)
    with driver().RawCursor(connection) as cursor:
        names = dict(cursor.execute(TYPES, [[raw.ftype(place) for place in places]]).fetchall())
        tables = [raw.ftable(place) for place in places if raw.ftable(place)]
        found = cursor.execute(SOURCES, [tables]).fetchall() if tables else []
    sources = {(table, number): tuple(rest) for table, number, *rest in found}
    columns = []
    for place in places:
        kind, name = raw.ftype(place), raw.fname(place).decode()
        source = sources.get((raw.ftable(place), raw.ftablecol(place)), ("", "", False, None))
        schema, table, required, default = source
        columns.append(
            column(name, kind, raw.fmod(place), names.get(kind, ""), required)
            | {"schemaName": schema, "tableName": table, "columnDefault": default}
        )
    return columns


def column(name: str, kind: int, modifier: int, type_name: str, required: bool) -> dict[str, Any]:
    """The metadata of a column, with the sizes that JDBC gives [I].

    Args:
        name: The column's name.
        kind: The type's object identifier.
        modifier: PostgreSQL's type modifier, -1 for none: length, or precision and scale, plus a header.
        type_name: The type's name in PostgreSQL's catalogue.
        required: Whether it cannot be null.
    """
    precision, scale = 0, 0
    if kind == NUMERIC and modifier >= HEADER:
        precision, scale = (modifier - HEADER) >> 16, (modifier - HEADER) & 0xFFFF
    elif kind in SIZED:
        precision = modifier - HEADER if modifier >= HEADER else UNLIMITED
    elif kind in INTEGERS or kind in FLOATS:
        precision = {**INTEGERS, **FLOATS}[kind]
    elif kind == BOOLEAN:
        precision = 1
    return {
        "name": name,
        "label": name,
        "typeName": type_name,
        "precision": precision,
        "scale": scale,
        "length": 0,
        "nullable": 0 if required else 1,
        "isSigned": kind in INTEGERS or kind in FLOATS or kind == NUMERIC,
        "isCaseSensitive": kind in SIZED or kind == 25,
        "isCurrency": False,
    }


def to_csv(rows: list[list[Field]]) -> str:
    """Rows as the service's CSV: no header, null as nothing [C: API reference's example]."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_plain(each) for each in row])
    return text.getvalue()


def _plain(value: Field) -> str:
    kind, content = next(iter(value.items()))
    if kind == "isNull":
        return ""
    return str(content).lower() if kind == "booleanValue" else str(content)
