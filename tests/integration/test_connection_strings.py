# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that connect with the strings of the filter to a real PostgreSQL behind the emulated workgroup.

Names are resolved to where the database is, for the drivers by the C library's own PGHOSTADDR or by Python's getaddrinfo.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
import redshift_connector
import sqlalchemy
from ansible_collections.redshift.serverless.plugins.filter.connection_strings import connection_strings
from emulator_kit import needs
from emulator_kit.attached import DATABASE, PASSWORD, USER, Attached, attach
from redshift_emulator.control import OWNER, Emulator

DATABASES = ["dev", DATABASE]
LOGIN: dict[str, Any] = {"user": USER, "password": PASSWORD}
QUERY = "SELECT current_user, current_database()"


@dataclass(frozen=True)
class Database(Attached):
    """A workgroup with its endpoint and a database, and what the filter makes for them."""

    def strings(self, value: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """What the filter makes."""
        return connection_strings(value or self.workgroup, **{"ssl_root_cert": self.ca_file, **options})


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    """An AWS of this file's own: one database serves all tests here."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="module")
def database(aws: Emulator) -> Database:
    """One for all tests here, at the names that AWS gives."""
    return Database(**vars(attach(aws)))


@pytest.fixture(autouse=True)
def network(aws: Emulator, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names lead to the database, the drivers trust its authority, and AWS is the emulator."""
    resolve = socket.getaddrinfo

    def to_the_database(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return resolve(database.addresses.get(name, name), *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", to_the_database)
    monkeypatch.setenv("PGHOSTADDR", database.addresses[database.workgroup["endpoint"]["address"]])
    monkeypatch.setenv("SSL_CERT_FILE", database.ca_file)
    for name, value in aws.environment(OWNER).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", DATABASES)
def test_libpq(database: Database, name: str) -> None:
    strings = database.strings(database=name, **LOGIN)

    for form in ("libpq_uri", "libpq_keywords"):
        with psycopg.connect(strings[form]) as connection:
            assert connection.execute(QUERY).fetchone() == (USER, name)
            assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize("name", DATABASES)
def test_psql(database: Database, name: str, tmp_path: Path) -> None:
    needs.psql()
    command = f"{database.strings(database=name, **LOGIN)['psql']} -AtX -c {shlex.quote(QUERY)}"

    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.stdout == f"{USER}|{name}\n", done.stderr


@pytest.mark.parametrize("name", DATABASES)
def test_asyncpg(database: Database, name: str) -> None:
    uri = database.strings(database=name, **LOGIN)["libpq_uri"]

    async def ask() -> tuple[Any, ...]:
        connection = await asyncpg.connect(uri)
        try:
            return tuple(await connection.fetchrow(QUERY))
        finally:
            await connection.close()

    assert asyncio.run(ask()) == (USER, name)


@pytest.mark.parametrize("name", DATABASES)
def test_redshift_connector(database: Database, name: str) -> None:
    arguments = database.strings(database=name, **LOGIN)["redshift_connector"]

    with redshift_connector.connect(**arguments) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        assert tuple(cursor.fetchone()) == (USER, name)


@pytest.mark.parametrize("driver", ["psycopg2", "redshift_connector"])
@pytest.mark.parametrize("name", DATABASES)
def test_sqlalchemy(database: Database, name: str, driver: str) -> None:
    url = database.strings(database=name, sqlalchemy_driver=driver, **LOGIN)["sqlalchemy"]

    assert ask_by_sqlalchemy(url) == (USER, name)


def ask_by_sqlalchemy(url: str, **options: Any) -> tuple[Any, ...]:
    engine = sqlalchemy.create_engine(url, **options)
    try:
        with engine.connect() as connection:
            return tuple(connection.execute(sqlalchemy.text(QUERY)).one())
    finally:
        engine.dispose()


def test_iam_through_a_managed_endpoint(database: Database, aws: Emulator) -> None:
    """The driver by itself would ask for the credentials of a workgroup with the endpoint's name."""
    strings = database.strings(database.endpoint, auth="iam", workgroup=database.workgroup)
    position = aws.position()

    with redshift_connector.connect(**strings["redshift_connector"]) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        assert tuple(cursor.fetchone()) == ("IAM:emulator", "dev")
    assert ask_by_sqlalchemy(strings["sqlalchemy"], connect_args=strings["redshift_connector"]) == (
        "IAM:emulator",
        "dev",
    )
    asked = [request["parameters"] for request in aws.requests(position)]
    assert asked
    assert {json.dumps(each) for each in asked} == {json.dumps({"dbName": "dev", "workgroupName": "sales"})}


def test_a_managed_endpoint_is_verified_as_far_as_its_certificate_goes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOSTADDR", database.addresses[database.endpoint["address"]])

    with psycopg.connect(database.strings(database.endpoint, **LOGIN)["libpq_uri"]) as connection:
        assert connection.execute(QUERY).fetchone() == (USER, "dev")
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(database.strings(database.endpoint, sslmode="verify-full", **LOGIN)["libpq_uri"])


def test_a_name_that_the_certificate_does_not_hold(database: Database) -> None:
    other = {**database.workgroup, "custom_domain_name": "sql.example.com"}

    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        psycopg.connect(database.strings(other, use_custom_domain=True, **LOGIN)["libpq_keywords"])


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_every_mode_with_ssl_connects(database: Database, mode: str) -> None:
    strings = database.strings(sslmode=mode, **LOGIN)

    with psycopg.connect(strings["libpq_uri"]) as connection:
        assert connection.pgconn.ssl_in_use
    redshift_connector.connect(**strings["redshift_connector"]).close()
    assert ask_by_sqlalchemy(strings["sqlalchemy"]) == (USER, "dev")


def test_without_ssl_the_workgroup_refuses(database: Database) -> None:
    strings = database.strings(sslmode="disable", **LOGIN)

    with pytest.raises(psycopg.OperationalError, match="SSL off"):
        psycopg.connect(strings["libpq_uri"])
    with pytest.raises(redshift_connector.Error, match="SSL off"):
        redshift_connector.connect(**strings["redshift_connector"])
    with pytest.raises(sqlalchemy.exc.OperationalError, match="SSL off"):
        ask_by_sqlalchemy(strings["sqlalchemy"])


def test_the_data_api(database: Database, tmp_path: Path) -> None:
    command = database.strings()["data_api"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={**os.environ, "PATH": path, "AWS_PAGER": ""},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["Database"], answer["WorkgroupName"]) == ("dev", "sales")
