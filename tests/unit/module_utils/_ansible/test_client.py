# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.client import Caller
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Module, connect, create_module
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import ConnectionFailed

ROLE = "arn:aws:iam::234567890123:role/grantee"
GRANTED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>{expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
DENIED = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>Not you.</Message></Error></ErrorResponse>"""


@dataclass
class Endpoint:
    """STS and Redshift Serverless at one address, as far as these tests need them."""

    url: str = ""
    lifetime: timedelta = timedelta(hours=1)
    denies: bool = False
    truncates: bool = False
    assumed: list[dict[str, str]] = field(default_factory=list)
    callers: list[str] = field(default_factory=list)

    def answer(self, caller: str, body: str) -> tuple[int, str]:
        if "Action=AssumeRole" not in body:
            self.callers.append(caller)
            return 200, '{"workgroup": {"workgroupName": "sales"}}'
        self.assumed.append({"by": caller, **{name: values[0] for name, values in parse_qs(body).items()}})
        expiration = (datetime.now(UTC) + self.lifetime).isoformat()
        granted = GRANTED.format(key=f"role-key-{len(self.assumed)}", expiration=expiration)
        if self.truncates:
            return 200, granted[: granted.index("</SessionToken>")]
        return (403, DENIED) if self.denies else (200, granted)


def handler_of(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            caller = self.headers["Authorization"].split("Credential=")[1].split("/")[0]
            status, text = endpoint.answer(caller, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Keep the test's output clean."""

    return Handler


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(endpoint))
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield endpoint
    server.shutdown()
    thread.join()
    server.server_close()


Connect = Callable[..., Api]


@pytest.fixture
def api(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Connects to the endpoint with some options."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", endpoint.url)

    def connected(**options: Any) -> Api:
        return Api(connect(module(endpoint_url=endpoint.url, **options), "redshift-serverless"))

    return connected


def module(**options: Any) -> Module:
    keys = {"access_key": "own-key", "secret_key": "own-secret", "region": "eu-west-1"}
    with patch_module_args({key: value for key, value in {**keys, **options}.items() if value is not None}):
        return create_module()


def read(api: Api) -> Any:
    return api.read("GetWorkgroup", {"workgroupName": "sales"}, "workgroup")


def test_without_a_role_the_caller_calls(api: Connect, endpoint: Endpoint) -> None:
    read(api())

    assert endpoint.callers == ["own-key"]
    assert endpoint.assumed == []


def test_with_a_role_the_role_calls(api: Connect, endpoint: Endpoint) -> None:
    read(api(assume_role_arn=ROLE))

    [assumed] = endpoint.assumed
    assert (assumed["by"], assumed["RoleArn"]) == ("own-key", ROLE)
    assert assumed["RoleSessionName"] == "ansible-redshift-serverless"
    assert "ExternalId" not in assumed
    assert endpoint.callers == ["role-key-1"]


def test_external_id_and_session_name_are_sent(api: Connect, endpoint: Endpoint) -> None:
    read(api(assume_role_arn=ROLE, assume_role_external_id="x-1", assume_role_session_name="audit"))

    [assumed] = endpoint.assumed
    assert (assumed["ExternalId"], assumed["RoleSessionName"]) == ("x-1", "audit")


def test_the_roles_credentials_are_kept_while_they_last(api: Connect, endpoint: Endpoint) -> None:
    as_role = api(assume_role_arn=ROLE)

    read(as_role)
    read(as_role)

    assert endpoint.callers == ["role-key-1", "role-key-1"]


def test_tasks_as_the_same_role_share_its_credentials_and_client(api: Connect, endpoint: Endpoint) -> None:
    for name in ("one", "two"):
        read(api(assume_role_arn=ROLE))
        read(api(assume_role_arn=ROLE, assume_role_session_name=name))

    assert [assumed["RoleSessionName"] for assumed in endpoint.assumed] == ["ansible-redshift-serverless", "one", "two"]


def test_clients_of_several_regions_share_the_roles_credentials(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    keys = {"access_key": "own-key", "secret_key": "own-secret", "region": "eu-west-1"}
    caller = Caller({**keys, "assume_role_arn": ROLE})
    apis = [Api(caller.client("redshift-serverless", own=True, region=name)) for name in ("us-east-1", "us-east-2")]
    for api in apis:
        read(api)

    assert [api.region for api in apis] == ["us-east-1", "us-east-2"]
    assert caller.client("redshift-serverless", own=True).meta.region_name == "eu-west-1"
    assert len(endpoint.assumed) == 1


def test_two_services_share_the_roles_credentials(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    for service in ("redshift-serverless", "redshift-serverless", "ec2"):
        client = connect(module(assume_role_arn=ROLE), service)
        read(Api(client)) if service != "ec2" else client._get_credentials().get_frozen_credentials()

    assert len(endpoint.assumed) == 1


def test_the_roles_credentials_are_renewed_before_they_expire(api: Connect, endpoint: Endpoint) -> None:
    endpoint.lifetime = timedelta(minutes=5)
    as_role = api(assume_role_arn=ROLE)

    read(as_role)
    read(as_role)

    assert endpoint.callers[-1] != endpoint.callers[0]
    assert len(endpoint.assumed) >= 2


def test_a_role_that_can_not_be_assumed_is_named_as_the_cause(api: Connect, endpoint: Endpoint) -> None:
    endpoint.denies = True

    with pytest.raises(ConnectionFailed) as caught:
        read(api(assume_role_arn=ROLE))

    assert caught.value.message == (
        "No AWS credentials: the role of assume_role_arn could not be assumed: AssumeRole failed: Not you. (AccessDenied). Check the "
        "role's trust policy, assume_role_external_id, and that the caller may call sts:AssumeRole for it."
    )
    assert endpoint.callers == []


def test_a_truncated_answer_to_assume_role_is_named_and_never_quoted(
    api: Connect, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.truncates = True

    with pytest.raises(ConnectionFailed) as caught:
        read(api(assume_role_arn=ROLE))

    message = caught.value.message
    assert "AssumeRole was sent and its answer was lost: it could not be read (ResponseParserError)" in message
    assert not any(part in message for part in ("GetWorkgroup", "SecretAccessKey", "role-key", "SessionToken"))
    assert caught.value.__cause__ is None
    assert "Refreshing temporary credentials failed" in caplog.text  # botocore's log, which may go to Ansible's
    assert "SecretAccessKey" not in caplog.text
    assert endpoint.callers == []


def test_nothing_is_asked_before_the_first_request(api: Connect, endpoint: Endpoint) -> None:
    api(assume_role_arn=ROLE)

    assert endpoint.assumed == []


def test_a_region_is_needed_and_the_message_says_where_to_give_it() -> None:
    with pytest.raises(ConnectionFailed, match=r"No region is known\. Set the option region"):
        connect(module(region=None), "redshift-serverless")


def test_the_region_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")

    assert connect(module(region=None), "redshift-serverless").meta.region_name == "ap-south-1"


def test_a_role_needs_credentials_to_assume_it_with() -> None:
    with pytest.raises(ConnectionFailed, match="no AWS credentials were found to assume the role with"):
        connect(module(access_key=None, secret_key=None, assume_role_arn=ROLE), "redshift-serverless")


def test_an_unknown_profile_is_named() -> None:
    nobody = module(access_key=None, secret_key=None, profile="nobody", assume_role_arn=ROLE)

    with pytest.raises(ConnectionFailed, match="nobody"):
        connect(nobody, "redshift-serverless")


@pytest.mark.parametrize("role", [None, ROLE])
def test_the_users_own_configuration_of_botocore_counts(role: str | None) -> None:
    client = connect(module(aws_config={"read_timeout": 7}, assume_role_arn=role), "redshift-serverless")

    assert client.meta.config.read_timeout == 7


def test_a_request_that_failed_in_passing_is_repeated_by_botocore() -> None:
    client = connect(module(), "redshift-serverless")

    assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 4}
