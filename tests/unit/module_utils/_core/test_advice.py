# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core import advice

WHO = "User: arn:aws:sts::111111111111:assumed-role/deploy/s is not authorized to perform: iam:PassRole on resource: arn:x"
OWN = "redshift-serverless:CreateNamespace"


@pytest.mark.parametrize(
    "reason", ["", " because no identity-based policy allows the iam:PassRole action", " because no policy allows it"]
)
def test_the_action_that_aws_names_is_the_missing_permission(reason: str) -> None:
    assert advice.about_denial(WHO + reason, OWN) == "The caller needs the IAM permission iam:PassRole."


@pytest.mark.parametrize(
    ("reason", "policy"),
    [
        ("with an explicit deny in a service control policy", "A service control policy denies iam:PassRole"),
        ("with an explicit deny in a resource control policy", "A resource control policy denies"),
        ("with an explicit deny in an identity-based policy: arn:aws:iam::1:policy/x", "identity-based policy denies"),
        ("with an explicit deny in a resource-based policy", "A resource-based policy denies"),
        ("with an explicit deny in a permissions boundary", "A permissions boundary denies"),
        ("with an explicit deny in a session policy", "A session policy denies"),
        ("with an explicit deny in a VPC endpoint policy", "A VPC endpoint policy denies"),
        ("with an explicit deny", "A policy denies"),
        (
            "because no permissions boundary allows the iam:PassRole action",
            "The permissions boundary does not allow iam:PassRole",
        ),
        (
            "because no service control policy allows the iam:PassRole action",
            "The service control policy does not allow",
        ),
        ("because no session policy allows the iam:PassRole action", "The session policy does not allow"),
        ("because no VPC endpoint policy allows the iam:PassRole action", "The VPC endpoint policy does not allow"),
        ("because no resource-based policy allows the iam:PassRole action", "The resource-based policy does not allow"),
    ],
)
def test_a_policy_that_decides_is_named_and_no_permission_is_advised(reason: str, policy: str) -> None:
    told = advice.about_denial(f"{WHO} {reason}", OWN)

    assert policy in told
    assert "needs the IAM permission" not in told
    assert ".." not in told


def test_an_encoded_reason_tells_how_to_read_it_and_is_not_in_the_message() -> None:
    text = "You are not authorized to perform this operation. Encoded authorization failure message: " + "aB3_-" * 200

    assert "decode-authorization-message" in advice.about_denial(text, "ec2:CreateRoute")
    assert advice.shown_text(text).endswith("Encoded authorization failure message: see error.message.")


def test_a_text_that_names_nothing_says_that_it_is_not_known_why() -> None:
    assert advice.about_denial("Access denied.", OWN) == (
        f"The caller needs the IAM permission {OWN}. AWS does not say whether that is missing or a policy denies it."
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("InvalidSignatureException", "Signature expired: 20261125T000000Z is now earlier than 20261125T001000Z"),
        (
            "InvalidSignatureException",
            "Signature not yet current: 20261125T001000Z is still later than 20261125T000500Z",
        ),
        ("SignatureDoesNotMatch", "Signature expired: 20261125T000000Z is now earlier than ..."),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("RequestExpired", "Request has expired."),
        ("AuthFailure", "AWS was not able to validate the provided access credentials: clock"),
    ],
)
def test_a_wrong_clock_is_no_wrong_key(code: str, text: str) -> None:
    told = advice.about_credentials(code, text) or ""

    assert told.startswith("The clock of this host differs")
    assert "key" not in told


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("InvalidSignatureException", "secret key does not belong"),
        ("SignatureDoesNotMatch", "secret key does not belong"),
        ("AuthFailure", "does not know these credentials"),
        ("UnrecognizedClientException", "does not know these credentials"),
        ("ExpiredTokenException", "have expired"),
    ],
)
def test_other_trouble_with_credentials_has_its_own_words(code: str, words: str) -> None:
    assert words in (advice.about_credentials(code, "No.") or "")


def test_what_is_not_about_credentials_has_no_such_advice() -> None:
    assert advice.about_credentials("ValidationException", "Signature expired") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\n  two", "one two"),
        ("<html><body>Bad gateway</body></html>", ""),
        ("<?xml version='1.0'?><a/>", ""),
        ('Proxy said: <!DOCTYPE html><html lang="en">', ""),
        ('{"SecretAccessKey": "s3cr3t"', ""),
        (
            "Could not connect to https://ana:pw@proxy.example.com:3128/",
            "Could not connect to https://proxy.example.com:3128/",
        ),
    ],
)
def test_a_message_is_one_line_without_pages_bodies_and_passwords(text: str, shown: str) -> None:
    assert advice.one_line(text) == shown


def test_a_very_long_text_is_cut() -> None:
    assert len(advice.one_line("a " * 100_000)) <= advice.LONGEST_TEXT + 4


@pytest.mark.parametrize(("parts", "joined"), [(("a", "b."), "a. b."), (("a.", "", "b"), "a. b."), (("a?",), "a?")])
def test_sentences_have_one_full_stop(parts: tuple[str, ...], joined: str) -> None:
    assert advice.sentences(*parts) == joined
