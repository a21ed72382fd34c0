"""The real database behind a workgroup, seen by a real client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redshift_emulator.certificates import Authority
from redshift_emulator.control import Emulator

from .conftest import SETTLED

Connect = Callable[..., "psycopg.Connection[Any]"]


@pytest.fixture
def database(emulator: Emulator, workgroup: dict[str, Any], needs_database: None) -> dict[str, Any]:
    """A database attached to the workgroup ``sales``."""
    return emulator.attach_database("sales")


@pytest.fixture
def connect(emulator: Emulator, database: dict[str, Any]) -> Iterator[Connect]:
    """Connect as a careful client does, with what the control address says now; options replace each of it."""
    opened: list[psycopg.Connection[Any]] = []

    def connection(**options: Any) -> psycopg.Connection[Any]:
        now = emulator.databases()[0]
        given: dict[str, Any] = {
            "host": now["host"],
            "hostaddr": now["hostaddr"],
            "port": now["port"],
            "user": now["admin_user"],
            "password": now["admin_password"],
            "dbname": now["database"],
            "sslmode": "verify-full",
            "sslrootcert": now["ca_file"],
            "autocommit": True,
        }
        opened.append(psycopg.connect(**{**given, **options}))
        return opened[-1]

    yield connection
    for each in opened:
        each.close()


def change(emulator: Emulator, client: Any, **parameters: str) -> None:
    """Set config parameters, and let the workgroup be AVAILABLE again."""
    given = [{"parameterKey": key, "parameterValue": value} for key, value in parameters.items()]
    client.update_workgroup(workgroupName="sales", configParameters=given)
    emulator.advance(SETTLED)


def test_the_certificate_is_the_workgroups_and_no_other_name_is_verified(
    workgroup: dict[str, Any], database: dict[str, Any], connect: Connect, tmp_path: Path
) -> None:
    other = tmp_path / "other.crt"
    other.write_text(Authority().pem, encoding="ascii")
    assert (database["host"], database["port"]) == (workgroup["endpoint"]["address"], 5439)
    assert database["hostaddr"].startswith("127.")
    row = connect().execute(
        "SELECT current_user, current_database(), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
    )
    assert row.fetchone() == (database["admin_user"], "dev", True)
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(host=database["hostaddr"])
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connect(sslrootcert=str(other))


def test_plaintext_is_refused_in_redshifts_words_until_ssl_is_not_required(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    with pytest.raises(psycopg.OperationalError) as caught:
        connect(sslmode="disable")
    words = 'FATAL:  no pg_hba.conf entry for host "::ffff:127.0.0.1", user "admin", database "dev", SSL off'
    assert words in str(caught.value)
    change(emulator, client, require_ssl="false")
    assert _encrypted(connect(sslmode="disable")) is False
    assert _encrypted(connect()) is True


def _encrypted(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert row
    return bool(row[0])


def test_a_restart_breaks_connections_and_keeps_data(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    before.execute("CREATE TABLE kept AS SELECT 7 AS number")
    change(emulator, client, require_ssl="false")
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    assert connect().execute("SELECT number FROM kept").fetchone() == (7,)


def test_other_changes_leave_connections_alone(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    change(emulator, client, search_path="sales, public", datestyle="SQL, DMY")
    assert before.execute("SELECT 1").fetchone() == (1,)
    after = connect()
    assert after.execute("SHOW search_path").fetchone() == ("sales, public",)
    assert after.execute("SHOW datestyle").fetchone() == ("SQL, DMY",)


def test_a_port_change_moves_the_server_at_its_end(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    client.update_workgroup(workgroupName="sales", port=5450)
    assert before.execute("SELECT 1").fetchone() == (1,)
    emulator.advance(SETTLED)
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match=r"[Cc]onnection refused"):
        connect(port=5439)
    assert emulator.databases()[0]["port"] == 5450
    assert connect().execute("SELECT 1").fetchone() == (1,)


def test_deleting_the_workgroup_stops_the_server(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    place = {"host": "", "hostaddr": emulator.databases()[0]["hostaddr"]}
    client.delete_workgroup(workgroupName="sales")
    emulator.advance(SETTLED)
    assert emulator.databases() == []
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**place, port=5439, user="admin", dbname="dev")
