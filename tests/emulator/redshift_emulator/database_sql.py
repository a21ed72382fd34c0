"""SQL that the emulator runs as the superuser of an attached database: users, roles, views that PostgreSQL lacks.

psycopg is imported when it is needed, so that the emulator works without it.
"""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from .postgres import SUPERUSER, unavailable
from .server_config import LOG_FILE, LOG_FOLDER, path_setting

if TYPE_CHECKING:
    import psycopg

COMPATIBILITY = Path(__file__).with_name("compatibility.sql")
MAINTENANCE = "postgres"


def driver() -> Any:
    """The module psycopg.

    Raises:
        ServiceError: It is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise unavailable(
            f"An attached database needs the Python package psycopg ({error}): pip install 'psycopg[binary]'."
        ) from error
    return psycopg


@dataclasses.dataclass(frozen=True)
class Door:
    """The emulator's own way into a server: its socket, where every user is trusted and PostgreSQL knows no TLS."""

    folder: str
    port: int

    def connect(self, database: str, user: str = SUPERUSER, **options: Any) -> psycopg.Connection[Any]:
        """A connection that commits every statement.

        Raises:
            psycopg.OperationalError: There is no such database, or the server is not there.
        """
        connection: psycopg.Connection[Any] = driver().connect(
            host=self.folder, port=self.port, dbname=database, user=user, autocommit=True, **options
        )
        return connection

    def run(self, statement: Any, database: str = MAINTENANCE) -> None:
        """Run one statement as the superuser."""
        with self.connect(database) as connection:
            connection.execute(statement)


def _sql(text: str, **parts: Any) -> Any:
    """A statement with names quoted as identifiers; values are given ready as ``psycopg.sql`` objects."""
    sql = driver().sql
    ready = {name: sql.Identifier(part) if isinstance(part, str) else part for name, part in parts.items()}
    return sql.SQL(text).format(**ready)


def create_database(door: Door, name: str) -> None:
    """The workgroup's database, with the objects that PostgreSQL lacks (``compatibility.sql`` lists them)."""
    if name != MAINTENANCE:
        door.run(_sql("CREATE DATABASE {name}", name=name))
    with door.connect(name, options="-c allow_system_table_mods=on") as connection:
        text = COMPATIBILITY.read_text(encoding="utf-8")
        connection.execute(text.replace("@LOG@", f"{LOG_FOLDER}/{LOG_FILE}.json"))


def set_admin(door: Door, name: str, password: str) -> None:
    """The namespace's admin user, a superuser as in Redshift."""
    _ensure_role(door, name)
    literal = driver().sql.Literal(password)
    door.run(_sql("ALTER ROLE {name} SUPERUSER CREATEDB CREATEROLE LOGIN PASSWORD {word}", name=name, word=literal))


def make_superuser(door: Door, user: str) -> None:
    """The user of the IAM identity that created the namespace.

    The service translates that identity to a database superuser, whether or not an admin user was named as well [C: management
    guide, "Getting started with IAM credentials", of the console; that CreateNamespace does it is inferred, I].
    """
    ensure_user(door, user)
    door.run(_sql("ALTER ROLE {name} SUPERUSER CREATEDB CREATEROLE", name=user))


def set_defaults(door: Door, database: str, search_path: str, datestyle: str) -> None:
    """The config parameters that a session shows; a value that PostgreSQL does not take is left out."""
    sql = driver().sql
    path = sql.SQL(", ").join([sql.Identifier(each) for each in path_setting(search_path)])
    with contextlib.suppress(driver().Error):
        door.run(_sql("ALTER DATABASE {name} SET search_path TO {path}", name=database, path=path))
    with contextlib.suppress(driver().Error):
        style = sql.Literal(datestyle)
        door.run(_sql("ALTER DATABASE {name} SET datestyle TO {style}", name=database, style=style))


def ensure_user(door: Door, user: str) -> None:
    """A user that can log in; without a password if it is new."""
    _ensure_role(door, user)
    door.run(_sql("ALTER ROLE {name} LOGIN", name=user))


def ensure_password(door: Door, user: str) -> None:
    """A user that can log in, with a password that nobody knows if it has none: without one PostgreSQL lets nobody in."""
    ensure_user(door, user)
    if not kept_digest(door, user):
        literal = driver().sql.Literal(token_hex(16))
        door.run(_sql("ALTER ROLE {name} PASSWORD {word}", name=user, word=literal))


def kept_digest(door: Door, user: str) -> bytes | None:
    """What PostgreSQL keeps of a user's password; None without user or password.

    Raises:
        psycopg.Error: The server is not there.
    """
    with door.connect(MAINTENANCE) as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s::name", [user]).fetchone()
    return row[0].encode() if row and row[0] else None


def grant_roles(door: Door, user: str, roles: list[str]) -> None:
    """Grant those of the roles that exist; the others are ignored [C: aws-behaviour 10]."""
    with door.connect(MAINTENANCE) as connection:
        query = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND NOT rolcanlogin AND rolname !~ '^pg_'"
        for (role,) in connection.execute(query, [roles]).fetchall():
            connection.execute(_sql("GRANT {role} TO {name}", role=role, name=user))


def _ensure_role(door: Door, name: str) -> None:
    with door.connect(MAINTENANCE) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s::name", [name]).fetchone():
            connection.execute(_sql("CREATE ROLE {name}", name=name))
