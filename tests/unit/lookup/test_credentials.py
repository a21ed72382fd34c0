# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.config.manager import ConfigManager
from ansible.constants import config
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible_collections.redshift.serverless.plugins.lookup import credentials
from unit_kit.conversation import Conversation
from unit_kit.documents import documentation

NAME = "redshift.serverless.credentials"
END = datetime(2026, 7, 11, 19, 11, 24, tzinfo=timezone(timedelta(hours=2)))
ANSWER = {"dbUser": "IAM:ana", "dbPassword": "s3cr3t", "expiration": END, "nextRefreshTime": END - timedelta(minutes=3)}

Look = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def lookup() -> credentials.LookupModule:
    """The lookup as Ansible loads it, with the options of its documentation."""
    manager: ConfigManager = config
    options = documentation("lookup", "credentials")["credentials"]["doc"]["options"]
    manager.initialize_plugin_configuration_definitions("lookup", NAME, options)
    plugin = credentials.LookupModule()
    plugin._load_name = NAME
    plugin.ansible_name = NAME
    return plugin


@pytest.fixture
def look(
    lookup: credentials.LookupModule, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Look]:
    """Runs the lookup on the conversation, which has to be over then."""
    speaker = SimpleNamespace(client=lambda service, own: conversation.connect(service))
    monkeypatch.setattr(credentials, "Caller", lambda _options: speaker)

    def run(*terms: str, **options: Any) -> list[dict[str, Any]]:
        return lookup.run(list(terms), {}, **{"region": "us-east-1", **options})

    yield run
    conversation.assert_over()


def test_a_workgroups_credentials_come_with_their_times_in_utc(look: Look, conversation: Conversation) -> None:
    conversation.answer("GetCredentials", {"workgroupName": "sales", "durationSeconds": 900}, ANSWER)

    assert look(workgroup="sales") == [
        {
            "user": "IAM:ana",
            "password": "s3cr3t",
            "expiration": "2026-07-11T17:11:24+00:00",
            "next_refresh_time": "2026-07-11T17:08:24+00:00",
        }
    ]


def test_each_term_is_a_workgroup(look: Look, conversation: Conversation) -> None:
    for name in ("sales", "stock"):
        conversation.answer(
            "GetCredentials", {"workgroupName": name, "durationSeconds": 900}, {**ANSWER, "dbUser": name}
        )

    assert [found["user"] for found in look("sales", "stock")] == ["sales", "stock"]


def test_a_custom_domain_takes_the_workgroups_place(look: Look, conversation: Conversation) -> None:
    request = {"customDomainName": "sales.example.com", "dbName": "dev", "durationSeconds": 3600}
    conversation.answer("GetCredentials", request, ANSWER)

    assert look(custom_domain_name="sales.example.com", db_name="dev", duration_seconds="3600")


def test_times_that_aws_leaves_out_are_null(look: Look, conversation: Conversation) -> None:
    request = {"workgroupName": "sales", "durationSeconds": 900}
    conversation.answer("GetCredentials", request, {"dbUser": "x", "dbPassword": "y"})

    assert look("sales") == [{"user": "x", "password": "y", "expiration": None, "next_refresh_time": None}]


@pytest.mark.parametrize(
    ("terms", "options", "message"),
    [
        ((), {}, "workgroup: got both or neither of workgroup and custom_domain_name; expected exactly one."),
        (
            (),
            {"workgroup": "a", "custom_domain_name": "b.example.com"},
            "got both or neither of workgroup and custom_domain_name",
        ),
        (("sales",), {"workgroup": "stock"}, "workgroup: got it or custom_domain_name besides terms"),
        (("sales",), {"custom_domain_name": "b.example.com"}, "workgroup: got it or custom_domain_name besides terms"),
        (("sales",), {"duration_seconds": 899}, "duration_seconds: got 899; expected 900-3600"),
        (("sales",), {"duration_seconds": 3601}, "duration_seconds: got 3601; expected 900-3600"),
        ((), {"custom_domain_name": "no name"}, "custom_domain_name: got 'no name'; expected a host name"),
        ((), {"custom_domain_name": "a.example.com:5439"}, "Give a.example.com as custom_domain_name"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_name(
    look: Look, terms: tuple[str, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(AnsibleLookupError, match=message):
        look(*terms, **options)


def test_a_duration_that_is_no_number_is_refused(look: Look) -> None:
    with pytest.raises(AnsibleError, match="duration_seconds"):
        look("sales", duration_seconds="long")


@pytest.mark.parametrize(
    ("options", "request_", "message"),
    [
        (
            {"workgroup": "sales"},
            {"workgroupName": "sales"},
            "workgroup: got 'sales'; expected one of the caller's account in Region us-east-1",
        ),
        (
            {"custom_domain_name": "a.example.com"},
            {"customDomainName": "a.example.com"},
            "custom_domain_name: got 'a.example.com'; expected one of the caller's account",
        ),
    ],
)
def test_what_is_not_there_is_said_in_words(
    look: Look, conversation: Conversation, options: dict[str, Any], request_: dict[str, Any], message: str
) -> None:
    request = {**request_, "durationSeconds": 900}
    conversation.refuse("GetCredentials", request, "ResourceNotFoundException", "Workgroup not found")

    with pytest.raises(AnsibleLookupError, match=message):
        look(**options)


def test_a_missing_permission_is_named(look: Look, conversation: Conversation) -> None:
    request = {"workgroupName": "sales", "durationSeconds": 900}
    conversation.refuse("GetCredentials", request, "AccessDeniedException", "No.")

    with pytest.raises(AnsibleLookupError, match=r"needs the IAM permission redshift-serverless:GetCredentials\."):
        look("sales")


def test_a_lost_answer_is_asked_for_again(look: Look, conversation: Conversation) -> None:
    request = {"workgroupName": "sales", "durationSeconds": 900}
    conversation.truncate("GetCredentials", request).answer("GetCredentials", request, ANSWER)

    assert look("sales")[0]["user"] == "IAM:ana"


def test_nothing_is_logged(
    look: Look, conversation: Conversation, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    conversation.answer("GetCredentials", {"workgroupName": "sales", "durationSeconds": 900}, ANSWER)

    look("sales")

    said = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("botocore", "boto3"))]
    assert "s3cr3t" not in said.out + said.err + "".join(ours)


def test_a_missing_region_is_one_sentence(lookup: credentials.LookupModule) -> None:
    with pytest.raises(
        AnsibleLookupError, match=r"^redshift.serverless.credentials: No region is known\. Set the option region"
    ):
        lookup.run(["sales"], {})


def test_a_profile_beside_keys_is_refused(lookup: credentials.LookupModule) -> None:
    options = {"region": "us-east-1", "profile": "x", "access_key": "a", "secret_key": "b"}

    with pytest.raises(AnsibleLookupError, match="beside the option access_key, and only one identity can act"):
        lookup.run(["sales"], {}, **options)
    with pytest.raises(AnsibleLookupError, match="beside the option access_key, and only one identity can act"):
        lookup.run(["sales"], {}, **options, assume_role_arn="arn:aws:iam::123456789012:role/analyst")


GRANTED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>role-key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """STS and Redshift Serverless at one address; who asked, and what."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.headers["Authorization"].split("Credential=")[1].split("/")[0], body))
            answer = {"dbUser": "IAMR:analyst", "dbPassword": "s3cr3t", "expiration": END.timestamp()}
            text = GRANTED if "Action=AssumeRole" in body else json.dumps(answer)
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_connection_options_lead_to_aws(
    lookup: credentials.LookupModule, endpoint: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = endpoint
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own-secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_URL", url)

    [found] = lookup.run(["sales"], {})

    assert found["expiration"] == END.astimezone(UTC).isoformat()
    assert [(caller, json.loads(body)) for caller, body in asked] == [
        ("own-key", {"workgroupName": "sales", "durationSeconds": 900})
    ]


def test_a_role_can_be_assumed_for_it(
    lookup: credentials.LookupModule, endpoint: tuple[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = endpoint
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
    keys = {"access_key": "own-key", "secret_key": "own-secret", "region": "us-east-1", "endpoint_url": url}
    role = {"assume_role_arn": "arn:aws:iam::123456789012:role/analyst", "assume_role_external_id": "outside"}

    [found] = lookup.run(["sales"], {}, **keys, **role)

    assert found["user"] == "IAMR:analyst"
    assert [caller for caller, _body in asked] == ["own-key", "role-key"]
    assert "ExternalId=outside" in asked[0][1]
