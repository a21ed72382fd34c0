# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connection setting counts for which client: each cell of the table in docs/connection.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import connect, create_module
from botocore.awsrequest import AWSResponse

OWN = "redshift-serverless"
ROLE = "arn:aws:iam::234567890123:role/grantee"
KEYS = {"access_key": "own-key", "secret_key": "own-secret", "region": "eu-west-1"}
MINE, THEIRS, ALL = "https://mine.example.com", "https://theirs.example.com", "https://all.example.com"
ASSUMED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>role-key</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
ANSWERS = {"sts": ASSUMED, "ec2": b"<DescribeVpcsResponse/>", OWN: b'{"workgroups": []}'}


class Body:
    """The part of urllib3's answer that botocore reads."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_arguments: Any, **_keywords: Any) -> Iterator[bytes]:
        yield self.content


@dataclass
class Requests:
    """What was sent where, by service: no request leaves this process."""

    urls: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    assumed: int = 0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Requests:
    requests = Requests()
    create = botocore.session.Session.create_client

    def watched(session: Any, service: str, *arguments: Any, **keywords: Any) -> Any:
        client = create(session, service, *arguments, **keywords)
        requests.clients[service] = client

        def answer(request: Any, **_more: Any) -> AWSResponse:
            requests.urls[service] = request.url.rstrip("/")
            requests.keys[service] = str(request.headers["Authorization"]).split("Credential=")[1].split("/")[0]
            requests.assumed += service == "sts"
            return AWSResponse(request.url, 200, {}, Body(ANSWERS[service]))

        client.meta.events.register("before-send", answer)
        return client

    monkeypatch.setattr(botocore.session.Session, "create_client", watched)
    return requests


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes the profile `warehouse` with some settings."""

    def written(*lines: str) -> None:
        keys = ["aws_access_key_id = profile-key", "aws_secret_access_key = s"]
        path = tmp_path / "config"
        path.write_text("\n".join(["[profile warehouse]", *keys, *lines]))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(path))

    written()
    return written


@contextmanager
def as_role(options: dict[str, Any], role: bool) -> Iterator[Any]:
    given = {**options, **({"assume_role_arn": ROLE} if role else {})}
    with patch_module_args(given):
        yield create_module()


def ask(options: dict[str, Any], role: bool = False) -> None:
    """Ask Redshift Serverless as the module's own service, and EC2 beside it."""
    with as_role(options, role) as module:
        connect(module, OWN).list_workgroups()
        connect(module, "ec2", own=False).describe_vpcs()


roles = pytest.mark.parametrize("role", [False, True], ids=["caller", "role"])
DEFAULTS = {
    OWN: "https://redshift-serverless.eu-west-1.amazonaws.com",
    "ec2": "https://ec2.eu-west-1.amazonaws.com",
    "sts": "https://sts.eu-west-1.amazonaws.com",
}


def expect(sent: Requests, role: bool, **urls: str) -> None:
    named = {service.replace("_", "-"): url for service, url in urls.items()}
    expected = {**DEFAULTS, **named}
    if not role:
        del expected["sts"]
    assert sent.urls == expected


@roles
def test_every_service_has_its_own_address(sent: Requests, role: bool) -> None:
    ask(KEYS, role)

    expect(sent, role)


@roles
@pytest.mark.parametrize("where", ["option", "AWS_URL"])
def test_the_option_endpoint_url_is_for_the_own_service(
    sent: Requests, monkeypatch: pytest.MonkeyPatch, role: bool, where: str
) -> None:
    if where == "AWS_URL":
        monkeypatch.setenv("AWS_URL", MINE)
        ask(KEYS, role)
    else:
        ask({**KEYS, "endpoint_url": MINE}, role)

    expect(sent, role, redshift_serverless=MINE)


@roles
def test_the_own_service_may_be_another(sent: Requests, role: bool) -> None:
    with as_role({**KEYS, "endpoint_url": MINE}, role) as module:
        connect(module, "ec2").describe_vpcs()
        connect(module, OWN, own=False).list_workgroups()

    expect(sent, role, ec2=MINE)


@roles
def test_the_environment_may_have_an_address_for_all_and_for_one(
    sent: Requests, monkeypatch: pytest.MonkeyPatch, role: bool
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ALL)
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", THEIRS)
    ask({**KEYS, "endpoint_url": MINE}, role)

    expect(sent, role, redshift_serverless=MINE, ec2=THEIRS, sts=ALL)


@roles
def test_a_profile_may_have_an_address_for_all_and_for_one(
    sent: Requests, profile: Callable[..., None], role: bool
) -> None:
    profile(f"endpoint_url = {ALL}", "services = ours", "[services ours]", "ec2 =", f"  endpoint_url = {THEIRS}")
    ask({"profile": "warehouse", "region": "eu-west-1"}, role)

    expect(sent, role, redshift_serverless=ALL, ec2=THEIRS, sts=ALL)


@roles
@pytest.mark.parametrize("where", ["profile", "environment", "aws_config"])
def test_fips_counts_for_all(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, role: bool, where: str
) -> None:
    options: dict[str, Any] = {"profile": "warehouse", "region": "us-east-1"}
    if where == "profile":
        profile("use_fips_endpoint = true")
    elif where == "environment":
        monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    else:
        options["aws_config"] = {"use_fips_endpoint": True}
    ask(options, role)

    assert all("fips" in url for url in sent.urls.values()), sent.urls
    assert len(sent.urls) == 2 + role


@roles
@pytest.mark.parametrize("where", ["profile", "environment", "aws_config"])
def test_dual_stack_counts_for_all(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, role: bool, where: str
) -> None:
    options: dict[str, Any] = {"profile": "warehouse", "region": "us-east-1"}
    if where == "profile":
        profile("use_dualstack_endpoint = true")
    elif where == "environment":
        monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    else:
        options["aws_config"] = {"use_dualstack_endpoint": True}
    ask(options, role)

    # AWS's endpoint rules: sts.us-east-1.api.aws.
    assert all(url.endswith("api.aws") for url in sent.urls.values()), sent.urls


@roles
@pytest.mark.parametrize("where", ["option", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"])
def test_the_region_counts_for_all(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, role: bool, where: str
) -> None:
    options: dict[str, Any] = {"profile": "warehouse"}
    if where == "profile":
        profile("region = ap-south-1")
    elif where == "option":
        profile("region = eu-west-1")
        options["region"] = "ap-south-1"
    else:
        monkeypatch.setenv(where, "ap-south-1")
    ask(options, role)

    assert all("ap-south-1" in url for url in sent.urls.values())


def verified_by(sent: Requests) -> set[Any]:
    # pylint: disable-next=protected-access
    return {client._endpoint.http_session._verify for client in sent.clients.values()}


@roles
@pytest.mark.parametrize("where", ["option", "AWS_CA_BUNDLE", "profile"])
def test_the_ca_bundle_counts_for_all(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, role: bool, where: str
) -> None:
    options: dict[str, Any] = {"profile": "warehouse", "region": "eu-west-1"}
    if where == "profile":
        profile("ca_bundle = /ca.pem")
    elif where == "option":
        options["aws_ca_bundle"] = "/ca.pem"
    else:
        monkeypatch.setenv(where, "/ca.pem")
    ask(options, role)

    assert verified_by(sent) == {"/ca.pem"}


@roles
def test_validate_certs_counts_for_all(sent: Requests, role: bool) -> None:
    ask({**KEYS, "validate_certs": False, "aws_ca_bundle": "/ca.pem"}, role)

    assert verified_by(sent) == {False}


@roles
def test_aws_config_counts_for_all(sent: Requests, role: bool) -> None:
    ask({**KEYS, "aws_config": {"read_timeout": 7}}, role)

    assert {client.meta.config.read_timeout for client in sent.clients.values()} == {7}
    assert {client.meta.config.connect_timeout for client in sent.clients.values()} == {10}


@pytest.mark.parametrize("where", ["options", "environment", "profile"])
def test_the_callers_credentials_assume_the_role_once_and_the_role_acts(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    profile()
    key = "own-key"
    if where == "options":
        ask(KEYS, role=True)
    elif where == "environment":
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own-key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
        ask({"region": "eu-west-1"}, role=True)
    else:
        key = "profile-key"
        ask({"region": "eu-west-1", "profile": "warehouse"}, role=True)

    assert sent.keys == {"sts": key, OWN: "role-key", "ec2": "role-key"}
    assert sent.assumed == 1


@roles
def test_an_aws_profile_that_is_not_there_is_no_matter_beside_the_option(
    sent: Requests, profile: Callable[..., None], monkeypatch: pytest.MonkeyPatch, role: bool
) -> None:
    profile()
    monkeypatch.setenv("AWS_PROFILE", "gone")
    ask({"profile": "warehouse", "region": "eu-west-1"}, role)

    expect(sent, role)


@roles
def test_an_empty_profile_beside_keys_ignores_aws_profile(
    sent: Requests, monkeypatch: pytest.MonkeyPatch, role: bool
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    ask({**KEYS, "profile": ""}, role)

    expect(sent, role)
