# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import io
import json
import socket
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.redshift.serverless.plugins.module_utils._ansible import module as edge
from unit_kit.documents import MODULES, load

# The modules that speak to AWS.
CONNECTING = [name for name in MODULES if hasattr(load(name), "create_module")]
# The least that each of them needs; nothing, where it is not named.
OPTIONS: dict[str, dict[str, Any]] = {
    "converge_all": {"resource": "workgroup", "items": [{"name": "sales"}]},
    "custom_domain": {"workgroup": "sales", "domain_name": "sales.example.com"},
    "data_api_statement": {"workgroup": "sales", "database": "dev", "sql": "SELECT 1"},
    "endpoint_access": {"name": "apps"},
    "interface_endpoint": {"vpc_id": "vpc-0a1b2c3d4e5f60718", "services": ["redshift-serverless"]},
    "federated_principals": {"principals": [{"kind": "role", "name": "ana", "database_roles": ["x"]}]},
    "namespace": {"name": "sales"},
    "network_info": {"vpc_ids": ["vpc-1"]},
    "public_access_info": {"workgroup": "sales", "source_cidrs": ["203.0.113.0/24"]},
    "resource_policy": {"workgroup": "sales", "grants": []},
    "security_group_ingress": {"security_group_id": "sg-1", "description": "x", "state": "absent"},
    "vpc_internet_path": {"vpc_id": "vpc-1"},
    "workgroup": {"name": "sales"},
}


def failure(name: str, **options: Any) -> str:
    """The message of a module that really tries to connect."""
    printed = io.StringIO()
    given = {**OPTIONS.get(name, {}), **options}
    with patch_module_args(given), contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
        load(name).main()
    result = json.loads(printed.getvalue())
    assert ended.value.code == 1
    assert "Traceback" not in printed.getvalue()
    message: str = result["msg"]
    return message


@pytest.mark.parametrize("name", CONNECTING)
def test_a_missing_region_is_one_sentence(name: str) -> None:
    assert failure(name).startswith("No region is known. Set the option region")


@pytest.mark.parametrize("name", CONNECTING)
def test_missing_credentials_are_one_sentence(name: str) -> None:
    message = failure(name, region="us-east-1")

    assert "was not sent: no usable AWS credentials" in message
    assert "AWS_ACCESS_KEY_ID" in message


@pytest.mark.parametrize("name", CONNECTING)
def test_a_profile_that_is_not_there_is_named(name: str) -> None:
    assert "nobody" in failure(name, region="us-east-1", profile="nobody")


@pytest.mark.parametrize("name", CONNECTING)
def test_an_api_that_can_not_be_reached_names_what_to_check(name: str) -> None:
    keys = {"access_key": "own-key", "secret_key": "own-secret", "aws_config": {"retries": {"total_max_attempts": 1}}}
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"

        message = failure(name, region="us-east-1", endpoint_url=url, **keys)

    assert "Check the region, endpoint_url, aws_ca_bundle and the way to the AWS API from this host." in message


@pytest.mark.parametrize("name", CONNECTING)
def test_an_unknown_option_is_named(name: str) -> None:
    assert "reigon" in failure(name, reigon="us-east-1")


def run(name: str, **options: Any) -> dict[str, Any]:
    printed = io.StringIO()
    given = {**OPTIONS.get(name, {}), "region": "us-east-1", **options}
    with patch_module_args(given), contextlib.redirect_stdout(printed), pytest.raises(SystemExit):
        load(name).main()
    result: dict[str, Any] = json.loads(printed.getvalue())
    return result


@pytest.mark.parametrize("name", CONNECTING)
def test_every_failure_has_the_documented_form(name: str) -> None:
    result = run(name, aws_config={"proxy": "http://proxy.example.com"})

    assert result["msg"] == (
        "aws_config: got the member 'proxy'; expected options of botocore's Config. Did you mean proxies?"
    )
    assert (result["changed"], result["changes"], result["changes_pending"]) == (False, [], [])


@pytest.mark.parametrize("name", CONNECTING)
@pytest.mark.parametrize("verbosity", [0, 3])
def test_what_nobody_thought_of_is_a_sentence_too(name: str, verbosity: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_keywords: Any) -> Any:
        raise LookupError("s3cr3t")

    monkeypatch.setattr(edge, "Api", broken)
    monkeypatch.setattr(edge, "connect", broken)
    result = run(name, _ansible_verbosity=verbosity)

    assert result["msg"].startswith("An unforeseen LookupError occurred in ")
    assert (result["changes"], result["changes_pending"]) == ([], [])
    assert ("traceback" in result) == (verbosity == 3)
    assert "exception" not in result


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"retries": {"mode": "sometimes"}}, "aws_config: botocore does not take it."),
        ({"connect_timeout": "7"}, "aws_config: got '7' for connect_timeout; expected a number."),
        ({"xyzzy": 1}, "aws_config: got the member 'xyzzy'; expected options of botocore's Config. Leave it out."),
    ],
)
def test_a_configuration_that_botocore_does_not_take_is_named(config: dict[str, Any], words: str) -> None:
    assert run("workgroup_info", aws_config=config)["msg"].startswith(words)


PROFILE_AND_KEYS = [
    (
        {"profile": "grantee"},
        {"AWS_ACCESS_KEY_ID": "own-key", "AWS_SECRET_ACCESS_KEY": "own-s3cr3t"},
        "(the option profile) beside AWS_ACCESS_KEY_ID of the environment",
    ),
    (
        {"access_key": "own-key", "secret_key": "own-s3cr3t"},
        {"AWS_PROFILE": "grantee"},
        "(AWS_PROFILE of the environment) beside the option access_key",
    ),
    ({"profile": "grantee"}, {"AWS_SESSION_TOKEN": "own-t0k3n"}, "beside AWS_SESSION_TOKEN of the environment"),
]


@pytest.mark.parametrize(("options", "environment", "words"), PROFILE_AND_KEYS)
def test_a_profile_beside_keys_is_refused_by_where_both_come_from(
    options: dict[str, Any], environment: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    message = run("workgroup_info", **options)["msg"]

    assert message.startswith("profile: got 'grantee' ")
    assert words in message
    assert "assume_role_arn" in message


def test_a_secret_without_its_access_key_is_named() -> None:
    message = run("workgroup_info", access_key="k")["msg"]

    assert message == "secret_key: it is missing beside the option access_key. Give both or neither."
