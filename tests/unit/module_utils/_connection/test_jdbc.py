# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import connection_strings
from hypothesis import given
from unit_kit.connection_readers import NO_VERIFICATION, SERVERLESS_HOST, read_jdbc
from unit_kit.targets import (
    ACCOUNT,
    IPV6,
    NAMES,
    PASSWORDS,
    PORTS,
    TEXTS,
    a_custom_domain,
    a_workgroup,
    an_endpoint,
)

KEYS = ("jdbc", "jdbc_iam", "jdbc_iam_legacy")
HOST = f"default.{ACCOUNT}.us-east-2.redshift-serverless.amazonaws.com"


def urls(value: Any, **options: Any) -> list[Any]:
    strings, _notes = connection_strings(value, **options)
    return [strings[key] for key in KEYS]


def test_the_forms_of_the_documentation_with_ssl_said() -> None:
    assert urls(a_workgroup("default", "us-east-2")) == [
        f"jdbc:redshift://{HOST}:5439/dev;sslmode=verify-full",
        f"jdbc:redshift:iam://{HOST}:5439/dev;sslmode=verify-full",
        "jdbc:redshift:iam://redshift-serverless-default:us-east-2/dev;sslmode=verify-full",
    ]


@pytest.mark.parametrize("mode", ["allow", "prefer", "require"])
def test_ssl_without_verification_is_a_factory(mode: str) -> None:
    for found in map(read_jdbc, urls(a_workgroup(), sslmode=mode)):
        assert (found["ssl"], found["sslfactory"]) == ("true", NO_VERIFICATION)


def test_no_ssl_rules_out_iam() -> None:
    plain, iam, legacy = urls(a_workgroup(), sslmode="disable")

    assert read_jdbc(plain)["ssl"] == "false"
    assert (iam, legacy) == (None, None)


@pytest.mark.parametrize(
    ("options", "properties"),
    [
        ({"ssl_root_cert": "/etc/bundle.crt"}, {}),
        ({"jdbc_root_cert": "/etc/one root.crt"}, {"sslrootcert": "/etc/one root.crt"}),
        (
            {"jdbc_trust_store": "/etc/a;b.jks", "jdbc_trust_store_password": "change it"},
            {"ssltruststorepath": "/etc/a;b.jks", "ssltruststore ": "change it"},
        ),
    ],
)
def test_a_bundle_is_never_given_as_the_one_certificate(options: dict[str, str], properties: dict[str, str]) -> None:
    names = {"sslrootcert", "ssltruststorepath", "ssltruststore "}

    for found in map(read_jdbc, urls(a_workgroup(), **options)):
        assert {name: value for name, value in found.items() if name in names} == properties


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (an_endpoint(), {"workgroup": a_workgroup()}),
        (an_endpoint(), {"owner_account": ACCOUNT}),
        (an_endpoint(address="2001:db8::1"), {"workgroup": a_workgroup()}),
        (a_custom_domain(), {"workgroup": a_workgroup(port=5440)}),
        (a_workgroup(custom_domain_name="sql.example.com", port=5440), {"use_custom_domain": True}),
    ],
)
def test_iam_is_told_what_the_host_name_does_not_tell(value: Any, options: dict[str, Any]) -> None:
    plain, iam, legacy = map(read_jdbc, urls(value, auth="iam", profile="p r", **options))

    assert (iam["host"], iam["port"]) == (plain["host"], plain["port"]) == (legacy["host"], legacy["port"])
    assert (iam["serverlessworkgroup"], iam["serverlessacctid"], iam["region"]) == ("sales", ACCOUNT, "us-east-1")
    assert (iam["isserverless"], iam["profile"], legacy["profile"]) == ("true", "p r", "p r")
    assert (legacy["clusterid"], legacy["region"]) == ("redshift-serverless-sales", "us-east-1")
    assert (iam["port"], iam["dbname"]) == ("5440", "dev")


def test_the_driver_would_take_the_endpoint_for_a_workgroup() -> None:
    match = SERVERLESS_HOST.fullmatch(an_endpoint()["address"])

    assert match
    assert match[1] != "sales"


def test_the_region_of_china_is_told() -> None:
    _plain, iam, legacy = map(read_jdbc, urls(a_workgroup(region="cn-north-1")))

    assert iam["host"].endswith(".amazonaws.com.cn")
    assert iam["region"] == legacy["region"] == "cn-north-1"


@given(TEXTS, PASSWORDS, TEXTS, NAMES | IPV6, PORTS)
def test_everything_is_read_back(user: str, password: str, database: str, host: str, port: int) -> None:
    value = an_endpoint(address=host, port=port)
    plain, iam, legacy = map(read_jdbc, urls(value, user=user, password=password, database=database, profile=user))
    shown = f"[{host}]" if ":" in host else host

    assert (plain["user"], plain["password"]) == (user, password)
    assert iam["profile"] == legacy["profile"] == user
    for found in (plain, iam, legacy):
        assert (found["host"], found["port"], found["dbname"]) == (shown, str(port), database)
    assert "password" not in iam
    assert "password" not in legacy
