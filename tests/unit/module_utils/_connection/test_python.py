# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What redshift_connector itself takes, and what dbt is given."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import redshift_connector
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import connection_strings
from hypothesis import given
from jinja2 import Environment
from redshift_connector.iam_helper import IamHelper
from redshift_connector.redshift_property import RedshiftProperty
from unit_kit.targets import ACCOUNT, PASSWORDS, TEXTS, a_custom_domain, a_workgroup, an_endpoint

# https://docs.getdbt.com/docs/core/connect-data-platform/redshift-setup
DBT_OPTIONS = {
    *("type", "method", "host", "port", "user", "password", "dbname", "schema", "threads", "sslmode", "region"),
    *("iam_profile", "is_serverless", "serverless_work_group", "serverless_acct_id"),
}


def strings(value: Any, **options: Any) -> dict[str, Any]:
    return connection_strings(value, **options)[0]


@pytest.mark.parametrize("options", [{}, {"user": "ana", "password": "p"}, {"auth": "iam", "profile": "w"}])
@pytest.mark.parametrize("value", [a_workgroup(), an_endpoint(), a_custom_domain()])
def test_redshift_connector_has_these_arguments(value: Any, options: dict[str, str]) -> None:
    arguments = strings(value, **options)["redshift_connector"]

    inspect.signature(redshift_connector.connect).bind(**arguments)
    assert None not in arguments.values()


@pytest.mark.parametrize(
    ("mode", "given_mode"),
    [
        ("allow", "verify-ca"),
        ("prefer", "verify-ca"),
        ("require", "verify-ca"),
        ("verify-ca", "verify-ca"),
        ("verify-full", "verify-full"),
    ],
)
def test_only_modes_that_redshift_connector_knows(mode: str, given_mode: str) -> None:
    arguments = strings(a_workgroup(), sslmode=mode)["redshift_connector"]

    assert (arguments["ssl"], arguments["sslmode"]) == (True, given_mode)


def test_no_ssl_is_said_without_a_mode() -> None:
    arguments = strings(a_workgroup(), sslmode="disable")["redshift_connector"]

    assert arguments["ssl"] is False
    assert "sslmode" not in arguments


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_dbt_is_given_the_word_that_it_knows(mode: str) -> None:
    assert strings(a_workgroup(), sslmode=mode)["dbt"]["sslmode"] == mode


@pytest.mark.parametrize(
    ("value", "region"),
    [
        (a_workgroup(), "us-east-1"),
        (a_workgroup(region="cn-north-1"), "cn-north-1"),
        (an_endpoint(), "us-east-1"),
        (a_custom_domain(), "eu-west-1"),
    ],
)
def test_redshift_connector_asks_for_the_credentials_of_this_workgroup(
    value: Any, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's own handling of its arguments, up to the request."""
    monkeypatch.setattr(IamHelper, "set_iam_credentials", lambda _info: None)
    arguments = strings(value, auth="iam", owner_account=ACCOUNT)["redshift_connector"]
    info = RedshiftProperty()
    for name, argument in arguments.items():
        info.put("db_name" if name == "database" else name, argument)

    IamHelper.set_iam_properties(info)

    assert (info.serverless_work_group, info.serverless_acct_id, info.region) == ("sales", ACCOUNT, region)
    assert info._is_serverless
    assert not info.is_cname
    assert not info.group_federation


def test_without_being_told_redshift_connector_misreads_china() -> None:
    info = RedshiftProperty()
    info.put("host", a_workgroup(region="cn-north-1")["endpoint"]["address"])

    info.set_region_from_host()

    assert info.region == "n"


@pytest.mark.parametrize(
    ("options", "login"),
    [
        ({"user": "ana"}, {"method": "database", "user": "ana"}),
        ({"user": "ana", "password": "p"}, {"method": "database", "user": "ana", "password": "p"}),
        (
            {"auth": "iam", "user": "ana", "profile": "w", "owner_account": ACCOUNT},
            {
                "method": "iam_role",
                "iam_profile": "w",
                "is_serverless": True,
                "serverless_work_group": "sales",
                "serverless_acct_id": ACCOUNT,
                "region": "us-east-1",
            },
        ),
    ],
)
def test_a_dbt_target(options: dict[str, str], login: dict[str, Any]) -> None:
    value = an_endpoint()
    found = strings(value, schema="marts", threads=8, **options)["dbt"]

    assert found == {
        "type": "redshift",
        "host": value["address"],
        "port": 5440,
        "dbname": "dev",
        "schema": "marts",
        "threads": 8,
        "sslmode": "verify-ca",
        **login,
    }
    assert set(found) <= DBT_OPTIONS


@given(TEXTS, PASSWORDS)
def test_jinja_leaves_the_texts_of_a_dbt_target_as_they_are(user: str, password: str) -> None:
    """Of a profile dbt renders every text; what it makes of a whole file is seen in tests/integration/test_dbt.py."""
    found = strings(a_workgroup(), database=user, user=user, password=password)["dbt"]

    rendered = {name: Environment(autoescape=False).from_string(str(value)).render() for name, value in found.items()}

    assert (rendered["dbname"], rendered["user"], rendered["password"]) == (user, user, password)


@pytest.mark.parametrize(
    ("text", "template"),
    [("{ana}%}", "{ana}%}"), ("a{{b", "{{ 'a{{b' }}"), (r"{%\'", r"{{ '{%\\\'' }}"), ("a\n", r"{{ 'a\n' }}")],
)
def test_what_jinja_would_change_is_quoted_for_dbt(text: str, template: str) -> None:
    assert strings(a_workgroup(), database=text)["dbt"]["dbname"] == template
