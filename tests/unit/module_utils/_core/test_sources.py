# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import ConnectionFailed
from ansible_collections.redshift.serverless.plugins.module_utils._core.sources import (
    OUR_ROLE,
    SOURCES,
    Explained,
    unusable,
)
from botocore import exceptions
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

SECRET = "wJalrXUtnFEMI/K7MDENG"


def refused(code: str, text: str, operation: str) -> Exception:
    error: Exception = exceptions.ClientError({"Error": {"Code": code, "Message": text}}, operation)
    return error


def no_json() -> Exception:
    try:
        json.loads(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


CASES: list[tuple[str, Exception, list[str]]] = [
    (
        "assume-role-with-web-identity",
        FileNotFoundError(2, "No such file or directory", "/t"),
        ["/t: No such", "AWS_WEB"],
    ),
    ("assume-role-with-web-identity", IsADirectoryError(21, "Is a directory", "/tmp"), ["/tmp: Is a directory"]),
    ("assume-role-with-web-identity", PermissionError(13, "Permission denied", "/t"), ["/t: Permission denied"]),
    ("custom-process", FileNotFoundError(2, "No such file or directory", "get-keys"), ["credential_process", "'corp'"]),
    ("custom-process", no_json(), ["its output is not JSON"]),
    ("custom-process", AttributeError("'list' object has no attribute 'get'"), ["AccessKeyId"]),
    (
        "custom-process",
        exceptions.CredentialRetrievalError(provider="custom-process", error_msg=f"Traceback: {SECRET}"),
        ["the program ended with an error"],
    ),
    (
        "custom-process",
        exceptions.CredentialRetrievalError(provider="custom-process", error_msg=f"Unsupported version '{SECRET}'"),
        ["Version 1"],
    ),
    ("sso", exceptions.SSOTokenLoadError(error_msg="Token for x does not exist"), ["aws sso login", "does not exist"]),
    ("sso", exceptions.UnauthorizedSSOTokenError(), ["aws sso login"]),
    ("sso", exceptions.TokenRetrievalError(provider="sso", error_msg="Token has expired"), ["has expired"]),
    ("assume-role", EOFError("EOF when reading a line"), ["MFA code", "nobody is there", "get-session-token"]),
    ("assume-role", exceptions.RefreshWithMFAUnsupportedError(), ["MFA code"]),
    (
        "assume-role",
        exceptions.InfiniteLoopConfigError(source_profile="a", visited_profiles=["a"]),
        ["Infinite loop", "source_profile"],
    ),
    (
        "assume-role",
        refused("AccessDenied", "User: x is not authorized to perform: sts:AssumeRole on resource: r", "AssumeRole"),
        ["AssumeRole failed: User: x", "trust policy"],
    ),
    (
        OUR_ROLE,
        refused(
            "AccessDenied",
            "User: x is not authorized to perform: sts:AssumeRole on resource: r with an explicit deny in a service control policy",
            "AssumeRole",
        ),
        ["service control policy denies sts:AssumeRole"],
    ),
    (OUR_ROLE, refused("ExpiredToken", "expired", "AssumeRole"), ["AssumeRole failed: expired", "have expired"]),
    (OUR_ROLE, ResponseParserError(f"Unable to parse: <SecretAccessKey>{SECRET}"), ["AssumeRole was sent", "be read"]),
    (
        OUR_ROLE,
        exceptions.ReadTimeoutError(endpoint_url="https://sts"),
        ["AssumeRole was sent", "no answer came in time"],
    ),
    (OUR_ROLE, exceptions.EndpointConnectionError(endpoint_url="https://sts"), ["https://sts", "AWS_ENDPOINT_URL_STS"]),
    (OUR_ROLE, refused("502", f"<html>{SECRET}", "AssumeRole"), ["AssumeRole was answered with HTTP status 502"]),
    (
        "env",
        exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        ["AWS_SECRET_ACCESS_KEY"],
    ),
    (
        "container-role",
        exceptions.CredentialRetrievalError(provider="container-role", error_msg=f"Received non 200: {SECRET}"),
        ["role of the container"],
    ),
    ("something-new", KeyError(SECRET), ["a source of credentials gave none", "KeyError"]),
]


@pytest.mark.parametrize(("method", "error", "words"), CASES, ids=lambda value: type(value).__name__)
def test_each_source_says_what_is_wrong_and_what_to_do(method: str, error: Exception, words: list[str]) -> None:
    told = unusable(error, method, "corp")

    assert isinstance(told, ConnectionFailed)
    assert told.message.startswith("No AWS credentials: ")
    assert all(each in told.message for each in words), told.message
    assert SECRET not in told.message
    assert ".." not in told.message
    assert told.message.endswith(".")


@given(
    method=st.sampled_from([*SOURCES, "new"]),
    kind=st.sampled_from([ValueError, RuntimeError, TypeError]),
    text=st.text(),
)
def test_whatever_is_raised_ends_as_one_line(method: str, kind: type[Exception], text: str) -> None:
    assert "\n" not in unusable(kind(text), method, None).message


class Broken:
    METHOD = "custom-process"
    CANONICAL_NAME = None

    def load(self) -> Any:
        raise IndexError(SECRET)


class Late:
    METHOD = "sso"
    CANONICAL_NAME = None
    method = "sso"

    def load(self) -> Late:
        return self

    def get_frozen_credentials(self) -> Any:
        raise KeyError(SECRET)


@pytest.mark.parametrize("provider", [Broken(), Late()])
def test_sources_are_explained_at_once_and_when_they_are_asked_late(provider: Any) -> None:
    with pytest.raises(ConnectionFailed, match="No AWS credentials") as caught:
        Explained([provider], "corp").load_credentials().get_frozen_credentials()

    assert caught.value.__cause__ is None
    assert SECRET not in caught.value.message


def test_a_source_that_is_not_configured_leaves_it_to_the_next() -> None:
    class Nothing:
        METHOD = "env"

        def load(self) -> None:
            """Not configured."""

    found = Explained([Nothing(), Late()], None).load_credentials()

    assert found.method == "sso"
    assert Explained([Nothing()], None).load_credentials() is None
