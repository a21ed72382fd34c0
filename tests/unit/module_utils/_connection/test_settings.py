# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._connection.settings import read_settings
from ansible_collections.redshift.serverless.plugins.module_utils._connection.target import read_target
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from unit_kit.targets import a_custom_domain, a_workgroup, an_endpoint

SALES = read_target(a_workgroup())


@pytest.mark.parametrize(
    ("value", "mode"),
    [(a_workgroup(), "verify-full"), (a_custom_domain(), "verify-full"), (an_endpoint(), "verify-ca")],
)
def test_the_default_verifies_all_that_the_certificate_is_sure_to_hold(value: Any, mode: str) -> None:
    assert read_settings(read_target(value), {}).sslmode == mode
    assert read_settings(read_target(value), {"sslmode": None}).sslmode == mode
    assert read_settings(read_target(value), {"sslmode": "require"}).sslmode == "require"


def test_numbers_and_text_are_the_same() -> None:
    settings = read_settings(SALES, {"password": 1234, "user": "u", "odbc_version": "1", "threads": "8"})

    assert (settings.password, settings.odbc_version, settings.threads) == ("1234", 1, 8)


def test_iam_needs_a_driver_of_sqlalchemy_that_knows_it() -> None:
    assert read_settings(SALES, {"auth": "iam"}).sqlalchemy_driver == "redshift_connector"
    assert read_settings(SALES, {}).sqlalchemy_driver == "psycopg2"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"auth": "kerberos"}, ["auth", "password, iam", "kerberos"]),
        ({"sslmode": "verify_full"}, ["sslmode", "verify-full", "verify_full"]),
        ({"sqlalchemy_driver": "pg8000"}, ["sqlalchemy_driver", "psycopg2", "pg8000"]),
        ({"odbc_version": 3}, ["odbc_version", "odbc_version: got 3; expected 1-2.", "3"]),
        ({"threads": 0}, ["threads", "expected 1-1024."]),
        ({"threads": True}, ["threads", "True"]),
        ({"database": ""}, ["database", "empty"]),
        ({"user": ["ana"]}, ["user", "list"]),
        ({"user": True}, ["user", "bool"]),
        ({"user": "u", "password": "a\0b"}, ["password", "NUL"]),
        ({"user": "\ud800"}, ["user", "surrogate"]),
        ({"password": "secret"}, ["password", "user"]),
        ({"auth": "iam", "user": "u", "password": "secret"}, ["password", "auth=iam"]),
        ({"auth": "iam", "sslmode": "disable"}, ["sslmode: got disable", "auth=iam", "require"]),
        ({"auth": "iam", "sslmode": "allow"}, ["sslmode: got allow", "auth=iam", "require"]),
        ({"auth": "iam", "sslmode": "prefer"}, ["sslmode: got prefer", "auth=iam", "require"]),
        ({"auth": "iam", "sqlalchemy_driver": "psycopg2"}, ["sqlalchemy_driver: got psycopg2", "IAM"]),
        ({"sslmode": "disable", "sqlalchemy_driver": "redshift_connector"}, ["sslmode: got disable", "SQLAlchemy"]),
        (
            {"sslmode": "verify-ca", "ssl_root_cert": "system"},
            ["ssl_root_cert: got system", "verify-full", "verify-ca"],
        ),
        ({"jdbc_root_cert": "/a", "jdbc_trust_store": "/b"}, ["jdbc_root_cert", "jdbc_trust_store"]),
        ({"jdbc_trust_store_password": "changeit"}, ["jdbc_trust_store: got nothing"]),
        ({"jdbc_root_cert": "/a", "sslmode": "require"}, ["jdbc_root_cert", "require"]),
    ],
)
def test_what_cannot_be_is_said(options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidInput) as error:
        read_settings(SALES, options)

    assert [word for word in words if word not in error.value.message] == []
    assert "secret" not in error.value.message.replace("secret access key", "")
