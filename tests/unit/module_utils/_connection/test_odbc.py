# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import connection_strings
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from hypothesis import given
from unit_kit.connection_readers import read_odbc
from unit_kit.targets import ACCOUNT, PASSWORDS, PORTS, TEXTS, a_custom_domain, a_workgroup, an_endpoint


def odbc(value: Any, **options: Any) -> str:
    return str(connection_strings(value, **options)[0]["odbc"])


def test_a_database_user() -> None:
    host = f"sales.{ACCOUNT}.us-east-1.redshift-serverless.amazonaws.com"

    assert odbc(a_workgroup(), user="ana", password="s;cr}t") == (
        f"Driver={{Amazon Redshift ODBC Driver (x64)}};Server={host};Port=5439;Database=dev;UID=ana;PWD={{s;cr}}}}t}};"
        "SSLMode=verify-full"
    )


@pytest.mark.parametrize(
    ("options", "driver"),
    [
        ({}, "Amazon Redshift ODBC Driver (x64)"),
        ({"odbc_version": 1}, "Amazon Redshift (x64)"),
        ({"odbc_version": 1, "odbc_driver": "PostgreSQL Unicode"}, "PostgreSQL Unicode"),
    ],
)
def test_the_name_of_the_driver(options: dict[str, Any], driver: str) -> None:
    assert read_odbc(odbc(a_workgroup(), **options))["driver"] == driver


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_every_mode_is_known(mode: str) -> None:
    assert read_odbc(odbc(a_workgroup(), sslmode=mode))["sslmode"] == mode


@pytest.mark.parametrize(
    ("options", "trust"),
    [
        ({}, None),
        ({"ssl_root_cert": "/etc/a;b.crt"}, "/etc/a;b.crt"),
        ({"ssl_root_cert": "system"}, None),
        ({"ssl_root_cert": "/etc/b.crt", "sslmode": "require"}, None),
        ({"ssl_root_cert": "/etc/b.crt", "odbc_version": 1}, None),
    ],
)
def test_the_trusted_certificates(options: dict[str, Any], trust: str | None) -> None:
    assert read_odbc(odbc(a_workgroup(), **options)).get("truststore") == trust


def test_iam_by_the_host_name() -> None:
    for version in (1, 2):
        found = read_odbc(odbc(a_workgroup(), auth="iam", user="ana", profile="ware house", odbc_version=version))

        assert (found["iam"], found["profile"]) == ("1", "ware house")
        assert {"uid", "pwd", "workgroup"}.isdisjoint(found)


@pytest.mark.parametrize("value", [an_endpoint(), a_custom_domain(), a_workgroup(region="cn-north-1")])
def test_iam_is_told_what_the_host_name_does_not_tell(value: Any) -> None:
    found = read_odbc(odbc(value, auth="iam"))

    assert (found["iam"], found["serverless"], found["workgroup"]) == ("1", "1", "sales")
    assert found["region"] in ("us-east-1", "eu-west-1", "cn-north-1")
    with pytest.raises(InvalidInput, match="odbc_version=2"):
        odbc(value, auth="iam", odbc_version=1)


@given(TEXTS, PASSWORDS, TEXTS, PORTS)
def test_everything_but_outer_blanks_is_read_back(user: str, password: str, database: str, port: int) -> None:
    value = a_workgroup(port=port)
    strings, notes = connection_strings(value, user=user, password=password, database=database, ssl_root_cert="/r")
    found = read_odbc(strings["odbc"])

    assert (found["uid"], found["pwd"], found["database"]) == (user.strip(), password.strip(), database.strip())
    assert (found["server"], found["port"]) == (value["endpoint"]["address"], str(port))
    cut = [text for text in (user, password, database) if text != text.strip()]
    assert len(cut) == len([note for note in notes if "white space" in note])
