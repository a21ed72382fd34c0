# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""libpq's strings as libpq itself and asyncpg read them, and SQLAlchemy's URL as SQLAlchemy and its dialects do."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import sqlalchemy
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import connection_strings
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from unit_kit.targets import IPV6, NAMES, PASSWORDS, PORTS, TEXTS, a_workgroup, an_endpoint

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
asyncpg_parser: Any = importlib.import_module("asyncpg.connect_utils")


def strings(value: Any = None, **options: Any) -> dict[str, Any]:
    return connection_strings(value or a_workgroup(), **options)[0]


def as_asyncpg_reads(uri: str) -> dict[str, Any]:
    """Asyncpg's own reading of a URI."""
    names = ("host", "port", "user", "password", "passfile", "database", "ssl", "service", "servicefile")
    given_by_caller = dict.fromkeys(
        (*names, "direct_tls", "server_settings", "target_session_attrs", "krbsrvname", "gsslib")
    )
    [address], parameters = asyncpg_parser._parse_connect_dsn_and_args(dsn=uri, **given_by_caller)
    return {
        "host": address[0],
        "port": address[1],
        "user": parameters.user,
        "password": parameters.password,
        "database": parameters.database,
        "sslmode": parameters.sslmode.name,
    }


def as_dialect_reads(url: str) -> dict[str, Any]:
    """What the driver below SQLAlchemy is called with."""
    engine = sqlalchemy.create_engine(url)
    [_positional, arguments] = engine.dialect.create_connect_args(engine.url)
    return dict(arguments)


@given(TEXTS, PASSWORDS, TEXTS, NAMES | IPV6, PORTS, TEXTS)
def test_libpq_reads_everything_back(user: str, password: str, database: str, host: str, port: int, root: str) -> None:
    found = strings(
        an_endpoint(address=host, port=port), user=user, password=password, database=database, ssl_root_cert=f"/{root}"
    )
    expected: dict[str, Any] = {
        "host": host,
        "port": str(port),
        "user": user,
        "password": password,
        "dbname": database,
        "sslmode": "verify-ca",
        "sslrootcert": f"/{root}",
    }

    assert conninfo_to_dict(found["libpq_keywords"]) == expected
    assert {"password": "", **conninfo_to_dict(found["libpq_uri"])} == expected


@given(TEXTS, PASSWORDS, TEXTS, NAMES, PORTS)
def test_asyncpg_reads_the_uri_back(user: str, password: str, database: str, host: str, port: int) -> None:
    value = an_endpoint(address=host, port=port)
    found = as_asyncpg_reads(
        strings(value, user=user, password=password, database=database, sslmode="require")["libpq_uri"]
    )

    assert found == {
        "host": host,
        "port": port,
        "user": user,
        "password": password or None,
        "database": database,
        "sslmode": "require",
    }


def test_asyncpg_reads_an_ipv6_address() -> None:
    found = as_asyncpg_reads(strings(an_endpoint(address="2001:db8::1"), user="u", sslmode="require")["libpq_uri"])

    assert (found["host"], found["port"]) == ("2001:db8::1", 5440)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_known(mode: str) -> None:
    found = strings(sslmode=mode)

    assert conninfo_to_dict(found["libpq_uri"])["sslmode"] == mode
    assert conninfo_to_dict(found["libpq_keywords"])["sslmode"] == mode
    assert as_dialect_reads(found["sqlalchemy"])["sslmode"] == mode


@pytest.mark.parametrize("mode", MODES)
def test_a_root_file_is_given_where_it_does_not_lead_to_plaintext(mode: str) -> None:
    found = conninfo_to_dict(strings(sslmode=mode, ssl_root_cert="/r")["libpq_uri"])

    assert found.get("sslrootcert") == ("/r" if mode in MODES[3:] else None)


def test_the_systems_roots_only_when_asked() -> None:
    assert "sslrootcert" not in strings()["libpq_uri"]
    assert conninfo_to_dict(strings(ssl_root_cert="system")["libpq_keywords"])["sslrootcert"] == "system"


def test_an_empty_password_is_a_password() -> None:
    found = strings(user="ana", password="")

    assert conninfo_to_dict(found["libpq_keywords"])["password"] == ""
    assert "://ana:@" in found["libpq_uri"]


@given(TEXTS, PASSWORDS, TEXTS, NAMES | IPV6, PORTS, TEXTS)
def test_sqlalchemy_reads_everything_back(
    user: str, password: str, database: str, host: str, port: int, root: str
) -> None:
    value = an_endpoint(address=host, port=port)
    url = strings(value, user=user, password=password, database=database, ssl_root_cert=f"/{root}")["sqlalchemy"]
    found = as_dialect_reads(url)

    assert (found["user"], found.get("password", ""), found["dbname"]) == (user, password, database)
    assert (found["host"], int(found["port"])) == (host, port)
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-ca", f"/{root}")
    assert sqlalchemy.make_url(url).database == database


def test_the_bundle_of_sqlalchemys_dialect_is_overridden() -> None:
    assert as_dialect_reads(strings()["sqlalchemy"])["sslrootcert"].endswith("redshift-ca-bundle.crt")
    assert as_dialect_reads(strings(ssl_root_cert="/r")["sqlalchemy"])["sslrootcert"] == "/r"


@pytest.mark.parametrize(("mode", "given_mode"), [("require", "verify-ca"), ("verify-full", "verify-full")])
def test_sqlalchemy_with_redshift_connector(mode: str, given_mode: str) -> None:
    options = {"user": "a@b", "password": "p/w", "database": "d/b"}
    found = as_dialect_reads(strings(sqlalchemy_driver="redshift_connector", sslmode=mode, **options)["sqlalchemy"])

    assert (found["ssl"], found["sslmode"]) == (True, given_mode)
    assert (found["user"], found["password"], found["database"]) == ("a@b", "p/w", "d/b")


def test_sqlalchemy_with_iam_is_without_user() -> None:
    host = a_workgroup()["endpoint"]["address"]

    assert strings(auth="iam", user="ana")["sqlalchemy"] == f"redshift+redshift_connector://{host}:5439/dev"


@given(st.ip_addresses().map(str), NAMES)
def test_libpq_is_told_of_another_way_and_verifies_the_name_all_the_same(address: str, database: str) -> None:
    found = strings(hostaddr=address, database=database, ssl_root_cert="/r")

    for each in (found["libpq_uri"], found["libpq_keywords"], found["psql"].split("psql ", 1)[1].strip("'")):
        read = conninfo_to_dict(each)
        assert (read["hostaddr"], read["host"], read["sslmode"]) == (address, found["host"], "verify-full")
    assert as_dialect_reads(found["sqlalchemy"])["hostaddr"] == address
    assert address not in found["jdbc"] + found["odbc"] + str(found["dbt"]) or address in found["host"]
