# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._connection.target import (
    CUSTOM_DOMAIN,
    ENDPOINT,
    WORKGROUP,
    Target,
    read_target,
)
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from unit_kit.targets import ACCOUNT, PARTNER, a_custom_domain, a_workgroup, an_endpoint

HOST = f"sales.{ACCOUNT}.us-east-1.redshift-serverless.amazonaws.com"


def test_a_workgroup_tells_everything() -> None:
    assert read_target(a_workgroup(port=8191)) == Target(WORKGROUP, HOST, 8191, "sales", "us-east-1", ACCOUNT)


def test_a_workgroup_without_arn_is_read_from_its_address() -> None:
    bare = {"workgroup_name": "sales", "endpoint": {"address": HOST, "port": 5439}}

    assert read_target(bare) == read_target(a_workgroup())


def test_the_port_is_that_of_the_endpoint_where_there_are_two() -> None:
    assert read_target(a_workgroup(endpoint={"address": HOST, "port": 5450}, port=5439)).port == 5450
    assert read_target(a_workgroup(endpoint={"address": HOST}, port=5451)).port == 5451


def test_an_endpoint_has_the_workgroup_of_its_owner() -> None:
    target = read_target(an_endpoint(), workgroup=a_workgroup())

    assert (target.kind, target.workgroup, target.account, target.port) == (ENDPOINT, "sales", ACCOUNT, 5440)


@pytest.mark.parametrize(("owner", "account"), [(ACCOUNT, ACCOUNT), (None, PARTNER), (int(ACCOUNT), ACCOUNT)])
def test_an_endpoint_is_in_its_workgroups_account_unless_told(owner: Any, account: str) -> None:
    assert read_target(an_endpoint(), owner_account=owner).account == account


def test_the_address_of_a_workgroup_alone_is_the_workgroup() -> None:
    sales = a_workgroup()

    assert read_target(sales["endpoint"], workgroup=sales) == read_target(sales)


def test_a_custom_domain_of_a_workgroup() -> None:
    target = read_target(a_workgroup(custom_domain_name="sql.example.com", port=5455), use_custom_domain=True)

    assert target == Target(CUSTOM_DOMAIN, "sql.example.com", 5455, "sales", "us-east-1", ACCOUNT)


def test_the_association_of_a_custom_domain_has_no_port() -> None:
    alone = read_target(a_custom_domain())

    assert alone == Target(CUSTOM_DOMAIN, "sql.example.com", 5439, "sales", "eu-west-1", ACCOUNT, port_is_assumed=True)
    assert not read_target(a_custom_domain(), port="8191").port_is_assumed
    assert read_target(a_custom_domain(), workgroup=a_workgroup(port=8200)).port == 8200


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (a_workgroup(), True),
        (a_workgroup(region="us-gov-west-1"), True),
        (a_workgroup(region="cn-north-1"), False),
        (an_endpoint(), False),
        (a_custom_domain(), False),
        (a_workgroup(endpoint={"address": "127.0.0.1", "port": 5439}), False),
    ],
)
def test_when_a_host_name_tells_the_drivers_everything(value: Any, told: bool) -> None:
    assert read_target(value).told_by_host is told


@pytest.mark.parametrize(
    ("address", "host", "in_url"),
    [
        ("2001:DB8::1", "2001:db8::1", "[2001:db8::1]"),
        ("[2001:db8::1]", "2001:db8::1", "[2001:db8::1]"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("nlb.example.com", "nlb.example.com", "nlb.example.com"),
    ],
)
def test_addresses(address: str, host: str, in_url: str) -> None:
    target = read_target(an_endpoint(address=address))

    assert (target.host, target.host_in_url) == (host, in_url)


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        (None, {}, ["dictionary", "nothing"]),
        ("sales", {}, ["got a text", "as a dictionary"]),
        ({}, {}, ["got a dictionary with nothing"]),
        ({"changed": True, "workgroup": a_workgroup()}, {}, ["changed, workgroup", "result.workgroup"]),
        (
            a_workgroup(endpoint=None, status="CREATING"),
            {},
            ["sales, which has no address yet", "CREATING", "check mode"],
        ),
        (a_workgroup(endpoint={"address": None, "port": None}), {}, ["sales, which has no address yet"]),
        (
            an_endpoint(address=None, endpoint_status="CREATING"),
            {},
            ["sales-from-apps, which has no address yet", "CREATING"],
        ),
        (a_workgroup(), {"use_custom_domain": True}, ["use_custom_domain", "sales", "custom_domain_name"]),
        (an_endpoint(), {"workgroup": "sales"}, ["workgroup: got a text; expected a workgroup"]),
        (an_endpoint(), {"workgroup": a_workgroup("finance")}, ["finance", "sales"]),
        (an_endpoint(workgroup_name=None), {}, ["workgroup: got nothing; expected the workgroup behind"]),
        (an_endpoint(), {"owner_account": 12345}, ["owner_account", "12345", "Quote"]),
        (
            an_endpoint(address="nlb.example.com", endpoint_arn=None),
            {},
            ["region: got nothing; expected the Region of nlb.example.com"],
        ),
        (an_endpoint(), {"region": "eu central 1"}, ["region", "eu central 1"]),
        (an_endpoint(port=0), {"port": 0}, ["port", "65535"]),
        (a_workgroup(endpoint={"address": HOST, "port": "5439;x"}), {}, ["port", "5439;x"]),
        (a_workgroup(endpoint={"address": HOST, "port": True}), {}, ["port", "True"]),
        (a_workgroup(endpoint={"address": "a/b", "port": 1}), {}, ["address: got 'a/b'", "host name"]),
        (
            a_workgroup(endpoint={"address": f"{HOST}:5439/dev", "port": 1}),
            {},
            [f"Give {HOST} as address and 5439 as port."],
        ),
        (a_workgroup(endpoint={"address": "a,b", "port": 1}), {}, ["a,b", "host name"]),
        (a_workgroup(endpoint={"address": "a..b", "port": 1}), {}, ["a..b", "DNS name"]),
        (a_workgroup(), {"hostaddr": "tunnel.example.com"}, ["hostaddr: got 'tunnel.example.com'", "an IP address"]),
        (a_workgroup(), {"hostaddr": "127.0.0.1:5439"}, ["Give 127.0.0.1 as hostaddr and 5439 as port."]),
        (a_workgroup(endpoint={"address": "fe80::1%eth0", "port": 1}), {}, ["fe80::1%eth0", "IP address"]),
    ],
)
def test_what_cannot_be_is_said(value: Any, options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidInput) as error:
        read_target(value, **options)

    assert [word for word in words if word not in error.value.message] == []


def test_a_host_that_the_certificate_is_not_for_is_known() -> None:
    sales = a_workgroup(custom_domain_name="sql.example.com")

    def certified(value: Any, workgroup: Any = sales) -> tuple[str, ...]:
        return read_target(value, workgroup=workgroup, region="us-east-1").certified

    tunnel = {"custom_domain_name": "localhost", "workgroup_name": "sales"}
    assert certified(tunnel) == (HOST, "sql.example.com")
    assert certified(tunnel, a_workgroup()) == (HOST,)
    # Nothing is known of these, or they are in the certificate.
    assert certified(tunnel, None) == ()
    assert certified({**tunnel, "custom_domain_name": HOST.upper()}) == ()
    assert certified({**tunnel, "custom_domain_name": "sql.example.com."}) == ()
    assert certified(a_custom_domain(), a_workgroup()) == ()
    assert certified(an_endpoint()) == certified(sales, None) == ()
