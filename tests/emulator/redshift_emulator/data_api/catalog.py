"""What is in a database: its databases, schemas, tables and columns, asked of PostgreSQL at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..database_sql import driver
from ..errors import ServiceError
from . import execution, statements
from .call import DataCall
from .state import Login

Params = dict[str, Any]
Rows = Callable[[str, list[Any]], list[tuple[Any, ...]]]
Question = Callable[[Rows, Params], dict[str, Any]]

# What PostgreSQL itself brings; the emulator's superuser works in the database "postgres".
HIDDEN = ("postgres", "template0", "template1")
EVERYTHING = "%"


def ask(call: DataCall, login: Login, params: Params, question: Question) -> dict[str, Any]:
    """Log in and ask.

    Raises:
        ServiceError: DatabaseConnectionException if the database refuses the login, otherwise ValidationException.
    """
    connection = None
    try:
        connection = statements.log_in(call, login)
        with driver().RawCursor(connection) as cursor:
            return question(lambda sql, values: list(cursor.execute(sql, values).fetchall()), params)
    except driver().Error as error:
        code, status = ("ValidationException", 400) if connection else ("DatabaseConnectionException", 500)
        raise ServiceError(code, execution.error_text(error), status) from error
    finally:
        execution.close(connection)


def databases(rows: Rows, params: Params) -> dict[str, Any]:
    """The databases."""
    found = rows("SELECT datname FROM pg_database WHERE datname <> ALL($1) ORDER BY datname", [list(HIDDEN)])
    return {"Databases": [name for (name,) in found]}


def schemas(rows: Rows, params: Params) -> dict[str, Any]:
    """The schemas whose name is like the pattern."""
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE $1 ORDER BY nspname"
    return {"Schemas": [name for (name,) in rows(query, [params.get("SchemaPattern", EVERYTHING)])]}


TABLES = """
SELECT relname, nspname, CASE
    WHEN relpersistence = 't' THEN 'LOCAL TEMPORARY'
    WHEN nspname IN ('pg_catalog', 'information_schema') THEN CASE relkind WHEN 'r' THEN 'SYSTEM TABLE' ELSE 'VIEW' END
    WHEN relkind IN ('v', 'm') THEN 'VIEW'
    ELSE 'TABLE'
END
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname LIKE $1 AND relname LIKE $2
ORDER BY nspname, relname
"""


def tables(rows: Rows, params: Params) -> dict[str, Any]:
    """The tables and views whose schema and name are like the patterns."""
    patterns = [params.get("SchemaPattern", EVERYTHING), params.get("TablePattern", EVERYTHING)]
    return {"Tables": [{"name": name, "schema": schema, "type": kind} for name, schema, kind in rows(TABLES, patterns)]}


COLUMNS = """
SELECT attname, atttypid, atttypmod, typname, attnotnull, nspname, relname, pg_get_expr(adbin, adrelid)
FROM pg_attribute
JOIN pg_type ON pg_type.oid = atttypid
JOIN pg_class ON pg_class.oid = attrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND attnum > 0 AND NOT attisdropped
    AND ($1::text IS NULL OR nspname = $1) AND ($2::text IS NULL OR relname = $2)
ORDER BY nspname, relname, attnum
"""


def columns(rows: Rows, params: Params) -> dict[str, Any]:
    """The columns of the tables of that schema and name."""
    found = [
        execution.column(name, kind, modifier, type_name, required)
        | {"schemaName": schema, "tableName": table, "columnDefault": default}
        for name, kind, modifier, type_name, required, schema, table, default in rows(
            COLUMNS, [params.get("Schema"), params.get("Table")]
        )
    ]
    return {"TableName": params.get("Table"), "ColumnList": found}
