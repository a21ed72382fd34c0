# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.action import amazon_aws
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import RedshiftServerlessError

SUBNETS = {"module": "amazon.aws.ec2_vpc_subnet_info", "options": {"subnet_ids": ["subnet-1"]}}
ROLE = "arn:aws:iam::123456789012:role/network"
KEYS = {
    "access_key": "role-key",
    "secret_key": "role-s3cr3t",
    "session_token": "role-t0k3n",
    "profile": "",
    "region": "eu-west-1",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options that a role was assumed by."""
    seen: list[dict[str, Any]] = []

    class Caller:
        def __init__(self, params: dict[str, Any]) -> None:
            seen.append(params)

        def role_keys(self) -> dict[str, str]:
            return KEYS

    monkeypatch.setattr(amazon_aws, "Caller", Caller)
    return seen


def test_without_a_role_the_connection_options_are_handed_on(asked: list[dict[str, Any]]) -> None:
    given = {**SUBNETS, "profile": "warehouse", "region": "eu-west-1", "endpoint_url": "https://mine.example.com"}

    assert amazon_aws.module_call(given) == (
        "amazon.aws.ec2_vpc_subnet_info",
        {"subnet_ids": ["subnet-1"], "profile": "warehouse", "region": "eu-west-1"},
    )
    assert asked == []


def test_a_role_is_assumed_by_the_callers_options_and_its_keys_are_handed_on(
    asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    given = {
        **SUBNETS,
        "aws_profile": "warehouse",
        "assume_role_arn": ROLE,
        "assume_role_external_id": "x",
        "aws_ca_bundle": "/ca.pem",
        "aws_endpoint_url": "https://mine.example.com",
    }

    _name, options = amazon_aws.module_call(given)

    assert options == {"subnet_ids": ["subnet-1"], "aws_ca_bundle": "/ca.pem", **KEYS}
    [params] = asked
    assert (params["profile"], params["region"], params["assume_role_external_id"]) == ("warehouse", "eu-west-1", "x")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "missing required arguments: module"),
        ({"module": "ansible.builtin.command", "options": {}}, "expected a module of amazon.aws"),
        ({**SUBNETS, "reigon": "x"}, "reigon"),
    ],
)
def test_what_can_not_be_is_refused(args: dict[str, Any], words: str) -> None:
    with pytest.raises(RedshiftServerlessError, match=words):
        amazon_aws.module_call(args)
