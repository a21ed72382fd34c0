# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""unixODBC connects, by the strings of the filter and by the files of the role client.

PostgreSQL's driver, psqlODBC, is registered under the name of Amazon's, which is not to be had here. It differs in this:
it takes braces off a password only, calls server and user of a data source Servername and Username, knows no TrustStore
(libpq's PGSSLROOTCERT is in its place) and no IAM.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.client_files import client_files
from ansible_collections.redshift.serverless.plugins.filter.connection_strings import connection_strings
from emulator_kit import needs
from emulator_kit.attached import DATABASE, PASSWORD, USER, Attached, attach
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redshift_emulator.control import Emulator

QUERY = "SELECT current_user, current_database()"
DRIVER = "Amazon Redshift ODBC Driver (x64)"
# In a file, psqlODBC calls by these names what it takes under both in a connection string.
PSQLODBC = {"Server": "Servername", "UID": "Username"}
LETTERS = st.sampled_from(list(" ;={}%'\"\\+&?#@:[]()!*,.~$`<>|/^-_aé€😀0"))


@dataclass(frozen=True)
class Answer:
    """What isql said: rows with | between columns, or the error of the driver."""

    text: str
    code: int


@dataclass(frozen=True)
class Odbc:
    """unixODBC with a configuration of its own.

    Attributes:
        database: what is connected to.
        folder: holds odbc.ini and odbcinst.ini.
        library: the driver.
        isql: unixODBC's client.
    """

    database: Attached
    folder: Path
    library: Path
    isql: str

    def strings(self, **options: Any) -> dict[str, Any]:
        """What the filter makes of the workgroup."""
        return connection_strings(self.database.workgroup, **{"ssl_root_cert": self.database.ca_file, **options})

    def ask(self, *arguments: str, trusted: str | None = None) -> Answer:
        """Connect as the arguments of isql say, and run QUERY."""
        environment = {
            "ODBCSYSINI": str(self.folder),
            "ODBCINI": str(self.folder / "odbc.ini"),
            "HOME": str(self.folder),
            "PGHOSTADDR": self.database.addresses[self.database.workgroup["endpoint"]["address"]],
            "PGSSLROOTCERT": trusted or self.database.ca_file,
        }
        command = [self.isql, *arguments, "-b", "-v", "-d|"]
        ended = subprocess.run(
            command, input=f"{QUERY}\n", env=environment, capture_output=True, encoding="utf-8", check=False
        )
        return Answer(ended.stdout, ended.returncode)

    def connect(self, **options: Any) -> Answer:
        """Connect by the filter's string alone."""
        return self.ask("-k", self.strings(**options)["odbc"])


@pytest.fixture(scope="module")
def served() -> Iterator[Attached]:
    """A database for all tests here."""
    needs.odbc_driver()
    needs.isql()
    with Emulator() as aws:
        yield attach(aws)


@pytest.fixture
def odbc(served: Attached, tmp_path: Path) -> Odbc:
    """The driver, registered under the name of Amazon's."""
    library = needs.odbc_driver()
    (tmp_path / "odbcinst.ini").write_text(f"[{DRIVER}]\nDriver={library}\n", encoding="utf-8")
    return Odbc(served, tmp_path, library, needs.isql())


def test_a_string_without_a_data_source(odbc: Odbc) -> None:
    assert odbc.connect(user=USER, password=PASSWORD).text == f"{USER}|dev\n"


@pytest.mark.parametrize("mode", ["allow", "prefer", "require", "verify-ca", "verify-full"])
def test_every_mode_with_ssl_connects(odbc: Odbc, mode: str) -> None:
    assert odbc.connect(user=USER, password=PASSWORD, sslmode=mode).text == f"{USER}|dev\n"


def test_without_ssl_the_workgroup_refuses(odbc: Odbc) -> None:
    answer = odbc.connect(user=USER, password=PASSWORD, sslmode="disable")

    assert answer.code != 0
    assert "SSL off" in answer.text


@pytest.mark.parametrize(
    ("mode", "verified"), [("require", False), ("verify-ca", True), ("verify-full", True)], ids=str
)
def test_only_the_modes_that_verify_refuse_an_unknown_authority(odbc: Odbc, mode: str, verified: bool) -> None:
    string = odbc.strings(user=USER, password=PASSWORD, sslmode=mode)["odbc"]

    answer = odbc.ask("-k", string, trusted=str(odbc.folder / "none.crt"))

    assert (answer.text != f"{USER}|dev\n") is verified
    assert ("root certificate file" in answer.text) is verified


def test_verify_full_alone_refuses_another_name(odbc: Odbc) -> None:
    other = {**odbc.database.workgroup, "custom_domain_name": "sql.example.com"}
    options: dict[str, Any] = {"use_custom_domain": True, "user": USER, "password": PASSWORD}

    by_authority, by_name = (
        odbc.ask("-k", connection_strings(other, sslmode=mode, **options)["odbc"]).text
        for mode in ("verify-ca", "verify-full")
    )

    assert by_authority == f"{USER}|dev\n"
    assert 'does not match host name "sql.example.com"' in by_name


def test_a_wrong_password_is_refused(odbc: Odbc) -> None:
    answer = odbc.connect(user=USER, password=f"{PASSWORD}x")

    assert f'password authentication failed for user "{USER}"' in answer.text


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=st.text(LETTERS, min_size=1, max_size=24))
def test_any_password_arrives(odbc: Odbc, password: str) -> None:
    odbc.database.run("DROP USER IF EXISTS {}", "ana")
    odbc.database.run("CREATE USER {} PASSWORD {password}", "ana", password=password)

    assert odbc.connect(user="ana", password=password).text == "ana|dev\n"


@pytest.fixture
def data_source(odbc: Odbc) -> Odbc:
    """The files of the role client beside others' entries, with the names that psqlODBC has."""
    strings = odbc.strings(user=USER, database=DATABASE)
    files = client_files(strings, "sales", user=USER, odbc_library=str(odbc.library))
    pairs = [line.partition("=") for line in files["odbc"].splitlines()]
    source = "\n".join(f"{PSQLODBC.get(name, name)}{equals}{value}" for name, equals, value in pairs)
    for name, text in (("odbc.ini", source), ("odbcinst.ini", files["odbcinst"])):
        whole = f"[other]\nDriver=/nowhere.so\n# BEGIN ours\n{text}\n# END ours\n[more]\nDriver=/nowhere.so\n"
        (odbc.folder / name).write_text(whole, encoding="utf-8")
    return odbc


def test_a_data_source_of_the_role_client(data_source: Odbc) -> None:
    assert data_source.ask("sales", USER, PASSWORD).text == f"{USER}|{DATABASE}\n"


@pytest.mark.parametrize(("length", "known"), [(32, True), (33, False)])
def test_the_driver_manager_knows_names_of_32_characters(odbc: Odbc, length: int, known: bool) -> None:
    """SQL_MAX_DSN_LENGTH. The name of a workgroup may have 64."""
    name = "s" * length
    (odbc.folder / "odbc.ini").write_text(f"[{name}]\nDriver={DRIVER}\nServername=sales\n", encoding="utf-8")

    answer = odbc.ask(name, USER, PASSWORD)

    assert ("Invalid string or buffer length" not in answer.text) is known


def test_the_mode_of_a_data_source_is_read(data_source: Odbc) -> None:
    path = data_source.folder / "odbc.ini"
    path.write_text(path.read_text(encoding="utf-8").replace("verify-full", "disable"), encoding="utf-8")

    assert "SSL off" in data_source.ask("sales", USER, PASSWORD).text
