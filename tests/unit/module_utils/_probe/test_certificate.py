# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import ipaddress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._probe import certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st

NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
KINDS = [
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.LOCALITY_NAME,
    NameOID.USER_ID,
    x509.ObjectIdentifier("2.999.1.16384"),
]
ASCII_KINDS = [NameOID.DOMAIN_COMPONENT, NameOID.EMAIL_ADDRESS]


@cache
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make(
    subject: x509.Name,
    issuer: x509.Name | None = None,
    names: list[x509.GeneralName] | None = None,
    begin: datetime = NOON,
    end: datetime = NOON + timedelta(days=1),
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer or subject, public_key=key().public_key())
        .serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key(), hashes.SHA256())


def read(made: x509.Certificate) -> certificate.Certificate:
    return certificate.read(made.public_bytes(Encoding.DER))


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def attributes() -> st.SearchStrategy[Any]:
    special = st.sampled_from(' #+,;<>"\\=\n')
    texts = st.text(st.one_of(st.characters(codec="utf-8"), special), min_size=1, max_size=20)
    ascii_texts = st.text(st.one_of(st.characters(codec="ascii"), special), min_size=1, max_size=20)
    return st.one_of(
        st.builds(x509.NameAttribute, st.sampled_from(KINDS), texts),
        st.builds(x509.NameAttribute, st.sampled_from(ASCII_KINDS), ascii_texts),
    )


def whole_names() -> st.SearchStrategy[x509.Name]:
    groups = st.lists(attributes(), min_size=1, max_size=2, unique_by=lambda each: each.oid)
    return st.builds(x509.Name, st.lists(st.builds(x509.RelativeDistinguishedName, groups), max_size=4))


def general_names() -> st.SearchStrategy[x509.GeneralName]:
    labels = st.from_regex(r"(\*\.)?[a-z0-9-]{1,20}(\.[a-z]{1,10}){0,3}", fullmatch=True)
    return st.one_of(
        st.builds(x509.DNSName, labels),
        st.builds(x509.IPAddress, st.ip_addresses()),
        st.just(x509.RFC822Name("root@example.com")),
        st.just(x509.UniformResourceIdentifier("https://example.com")),
    )


def moments() -> st.SearchStrategy[datetime]:
    # From 1950, where X.509's two-digit years begin, to where Python's years end; from 2050 on they have four digits.
    return st.integers(-631152000, 253402214400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(whole_names(), whole_names(), st.lists(general_names(), max_size=5), moments(), moments())
@example(name(" # "), name("#"), [], NOON, NOON)
def test_a_certificate_is_read_as_cryptography_reads_it(
    subject: x509.Name, issuer: x509.Name, names: list[x509.GeneralName], one: datetime, other: datetime
) -> None:
    made = make(subject, issuer, names, min(one, other), max(one, other))
    # Multi-valued parts are sorted when they are written, so cryptography is asked for what it has read.
    again = x509.load_der_x509_certificate(made.public_bytes(Encoding.DER))

    found = read(made)

    assert (found.subject, found.issuer) == (again.subject.rfc4514_string(), again.issuer.rfc4514_string())
    assert datetime.fromisoformat(found.not_before) == again.not_valid_before_utc
    assert datetime.fromisoformat(found.not_after) == again.not_valid_after_utc
    hosts = [str(each.value) for each in names if isinstance(each, x509.DNSName | x509.IPAddress)]
    common_names = [str(each.value) for each in again.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    assert found.names == (hosts or common_names[-1:])


def test_a_certificate_without_names_is_for_its_common_name() -> None:
    assert read(make(name("sales.example.com"))).names == ["sales.example.com"]


def test_names_and_addresses_come_in_their_order() -> None:
    names = [x509.DNSName("*.example.com"), x509.IPAddress(ipaddress.ip_address("::1")), x509.DNSName("b.example.com")]

    assert read(make(name("other"), names=names)).names == ["*.example.com", "::1", "b.example.com"]


def part_of_a_name(tag: int, text: bytes) -> bytes:
    """The organization's part of a name, by hand: cryptography writes every kind of string as UTF-8."""
    pair = bytes.fromhex("060355040a") + bytes([tag, len(text)]) + text
    return bytes([0x31, len(pair) + 2, 0x30, len(pair)]) + pair


@pytest.mark.parametrize(
    ("tag", "encoding"),
    [(0x0C, "utf-8"), (0x14, "latin-1"), (0x1C, "utf-32-be"), (0x1E, "utf-16-be")],
)
def test_the_kinds_of_strings_are_read_as_they_are_written(tag: int, encoding: str) -> None:
    assert certificate._name(part_of_a_name(tag, "Ámazon".encode(encoding))) == "O=Ámazon"


@pytest.mark.parametrize("tag", [0x12, 0x13, 0x16, 0x1A])
def test_strings_of_plain_characters_are_read_also_with_others(tag: int) -> None:
    assert certificate._name(part_of_a_name(tag, b"Amazon")) == "O=Amazon"
    assert certificate._name(part_of_a_name(tag, b"\xc1mazon")) == "O=\N{REPLACEMENT CHARACTER}mazon"


def test_a_value_that_is_no_text_is_written_in_hexadecimal_digits() -> None:
    assert certificate._name(bytes.fromhex("310b3009060355042d030200ff")) == "2.5.4.45=#030200ff"


@cache
def sample() -> bytes:
    return make(name("sales"), names=[x509.DNSName("sales.example.com")]).public_bytes(Encoding.DER)


@given(st.dictionaries(st.integers(0, 250), st.integers(0, 255), max_size=4), st.integers(0, 1000))
def test_a_damaged_certificate_is_read_or_refused(changes: dict[int, int], length: int) -> None:
    der = bytearray(sample())
    for place, byte in changes.items():
        der[place] = byte

    with contextlib.suppress(ValueError):
        assert len(certificate.read(bytes(der[:length])).not_after) == 25


@given(st.binary(max_size=60))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        certificate.read(noise)


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        ("", "0 values where 1 belong"),
        ("30", "without a length"),
        ("3080", "DER does not have"),
        ("308500000000", "DER does not have"),
        ("3005ff", "longer than what holds it"),
        ("1f0100", "several bytes"),
        ("0200", "0x02 where 0x30 belongs"),
        ("3000", "ends too early"),
    ],
)
def test_what_is_wrong_is_said(der: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        certificate.read(bytes.fromhex(der))
