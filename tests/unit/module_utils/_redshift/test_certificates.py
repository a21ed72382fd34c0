# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.certificates import (
    NEAR_EXPIRY_DAYS,
    Certificate,
    Place,
    best,
    canonical,
    covers,
    days_left,
    from_detail,
    from_summary,
    misplaced,
    near_expiry,
    problems,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HERE = Place("aws", "us-east-1", "123456789012")
NAME = "sales.example.com"
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/"
GOOD = Certificate(ARN + "good", (NAME,), not_after=NOW + timedelta(days=90))

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=2, max_size=5).map(".".join)
MOMENTS = st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours))


def shouted(name: str, seed: int) -> str:
    """The same name in mixed case, perhaps with the dot of the root."""
    chance = random.Random(seed)
    return "".join(chance.choice([str.upper, str.lower])(each) for each in name) + chance.choice(["", "."])


@given(NAMES, st.integers())
def test_a_name_covers_itself_in_every_spelling(name: str, seed: int) -> None:
    assert covers(shouted(name, seed), shouted(name, seed + 1))
    assert canonical(shouted(name, seed)) == name


@given(NAMES, NAMES)
def test_a_name_covers_no_other(pattern: str, name: str) -> None:
    assert covers(pattern, name) == (pattern == name)


@given(NAMES, LABELS, LABELS, st.integers())
def test_a_wildcard_stands_for_exactly_one_label(base: str, label: str, further: str, seed: int) -> None:
    wildcard = shouted(f"*.{base}", seed)

    assert covers(wildcard, f"{label}.{base}")
    assert not covers(wildcard, base)
    assert not covers(wildcard, f".{base}")
    assert not covers(wildcard, f"{further}.{label}.{base}")
    assert not covers(wildcard, f"{label}.{base}.{further}")


@given(NAMES, NAMES)
def test_a_wildcard_covers_what_its_base_is_the_parent_of(base: str, name: str) -> None:
    assert covers(f"*.{base}", name) == (name.split(".")[1:] == base.split("."))


@pytest.mark.parametrize("pattern", ["s*.example.com", "*s.example.com", "sales.*.com", "*", "*.*.com", ""])
def test_an_asterisk_elsewhere_is_no_wildcard(pattern: str) -> None:
    assert not covers(pattern, NAME)


@given(st.integers(-10_000, 10_000), st.integers(0, 86_399))
def test_days_are_whole_and_negative_after_the_end(days: int, seconds: int) -> None:
    expires = NOW + timedelta(days=days, seconds=seconds)

    assert days_left(expires, NOW) == days
    assert near_expiry(expires, NOW) == (days < NEAR_EXPIRY_DAYS)


def test_an_unknown_end_is_not_near() -> None:
    assert not near_expiry(None, NOW)


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:acm:eu-west-1:123456789012:certificate/1", "is in eu-west-1, and the workgroup is in us-east-1"),
        ("arn:aws:acm::123456789012:certificate/1", "is in no Region"),
        ("arn:aws-cn:acm:us-east-1:123456789012:certificate/1", "is in the partition aws-cn, not in aws"),
        ("arn:aws:acm:us-east-1:210987654321:certificate/1", "belongs to account 210987654321"),
        ("arn:aws:iam::123456789012:server-certificate/1", "is not the ARN of a certificate in ACM"),
        ("sales", "is not the ARN of a certificate in ACM"),
    ],
)
def test_the_place_is_read_from_the_arn(arn: str, words: str) -> None:
    assert words in str(misplaced(arn, HERE))


def test_an_account_that_is_not_known_is_not_judged() -> None:
    assert misplaced("arn:aws:acm:us-east-1:210987654321:certificate/1", Place("aws", "us-east-1")) is None


def words(certificate: Certificate) -> str:
    return "; ".join(problems(certificate, NAME, HERE, NOW))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ""),
        ({"names": ("*.example.com", "other.example.com")}, ""),
        ({"not_after": None}, ""),
        ({"purposes": frozenset({"TLS_WEB_CLIENT_AUTHENTICATION", "TLS_WEB_SERVER_AUTHENTICATION"})}, ""),
        ({"purposes": frozenset({"ANY"})}, ""),
        ({"purposes": frozenset({"NONE"})}, ""),
        ({"key_uses": frozenset({"DIGITAL_SIGNATURE"})}, ""),
        ({"key_uses": frozenset({"KEY_ENCIPHERMENT", "CRL_SIGNING"})}, ""),
        ({"status": "PENDING_VALIDATION"}, "has the status PENDING_VALIDATION"),
        ({"status": ""}, "has the status unknown"),
        ({"not_after": NOW}, "expired on 2026-11-25"),
        ({"not_before": NOW + timedelta(days=2)}, "is not valid before 2026-11-27"),
        ({"names": ("example.com",)}, "is for example.com, which does not cover sales.example.com"),
        ({"names": ()}, "is for no name"),
        ({"names": tuple(f"{number}.example.com" for number in range(9))}, "4.example.com and 4 more"),
        ({"purposes": frozenset({"CODE_SIGNING"})}, "is not for TLS servers (its extended key usage is CODE_SIGNING)"),
        ({"key_uses": frozenset({"CERTIFICATE_SIGNING"})}, "its key usage is CERTIFICATE_SIGNING"),
        ({"arn": ARN.replace("us-east-1", "us-west-2")}, "is in us-west-2"),
    ],
)
def test_what_speaks_against_a_certificate(change: dict[str, Any], expected: str) -> None:
    found = words(replace(GOOD, **change))

    assert expected in found
    assert bool(expected) == bool(found)


CERTIFICATES = st.lists(
    st.builds(
        Certificate,
        arn=st.from_regex(r"[0-9a-f]{4}", fullmatch=True).map(ARN.__add__),
        names=st.lists(st.sampled_from([NAME, "*.example.com", "example.com"]), max_size=2).map(tuple),
        status=st.sampled_from(["ISSUED", "ISSUED", "EXPIRED"]),
        not_after=st.none() | MOMENTS,
    ),
    max_size=6,
    unique_by=lambda each: each.arn,
)


@given(CERTIFICATES, st.integers())
def test_the_best_fits_expires_last_and_does_not_depend_on_the_order(found: list[Certificate], seed: int) -> None:
    chosen = best(found, NAME, HERE, NOW)
    fitting = [each for each in found if not words(each)]

    assert best(random.Random(seed).sample(found, len(found)), NAME, HERE, NOW) == chosen
    assert (chosen is None) == (not fitting)
    if chosen:
        assert chosen in fitting
        ends = [each.not_after for each in fitting if each.not_after]
        assert chosen.not_after == max(ends, default=None)
        rivals = [each for each in fitting if each.not_after == chosen.not_after]
        assert (NAME in chosen.names) == any(NAME in each.names for each in rivals)


def test_of_equals_the_arn_decides() -> None:
    equals = [replace(GOOD, arn=ARN + each) for each in "cab"]

    assert best(equals, NAME, HERE, NOW) == equals[1]


def test_alternative_names_exclude_the_common_name() -> None:
    detail = {"CertificateArn": ARN, "DomainName": NAME, "SubjectAlternativeNames": ["other.example.com"]}

    assert from_detail(detail).names == ("other.example.com",)
    assert from_detail({"CertificateArn": ARN, "DomainName": NAME}).names == (NAME,)


def test_key_usages_are_read_by_name() -> None:
    detail = {
        "CertificateArn": ARN,
        "Status": "ISSUED",
        "KeyUsages": [{"Name": "DIGITAL_SIGNATURE"}],
        "ExtendedKeyUsages": [{"OID": "1.2.3"}, {"Name": "ANY", "OID": "2.5.29.37.0"}],
    }
    certificate = from_detail(detail)

    assert (certificate.key_uses, certificate.purposes) == (frozenset({"DIGITAL_SIGNATURE"}), frozenset({"ANY"}))


@pytest.mark.parametrize(
    ("members", "complete"),
    [
        ({}, False),
        ({"SubjectAlternativeNameSummaries": []}, False),
        ({"SubjectAlternativeNameSummaries": [NAME]}, True),
        ({"SubjectAlternativeNameSummaries": [NAME], "HasAdditionalSubjectAlternativeNames": False}, True),
        ({"SubjectAlternativeNameSummaries": [NAME], "HasAdditionalSubjectAlternativeNames": True}, False),
    ],
)
def test_a_summary_says_whether_it_tells_all(members: dict[str, Any], complete: bool) -> None:
    assert from_summary({"CertificateArn": ARN, **members})[1] is complete
