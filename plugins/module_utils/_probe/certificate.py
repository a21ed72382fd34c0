# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a certificate says of itself, read from its DER form.

Python shows the contents of a certificate only after it has verified it (SSLSocket.getpeercert gives an empty dictionary
otherwise), and a certificate that fails is the one to look at. So the few fields that a person needs are read here.

Facts: RFC 5280 (certificate), X.690 (DER), RFC 4514 (names as text). Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple

INTEGER, OCTET_STRING, OBJECT_ID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
VERSION, EXTENSIONS = 0xA0, 0xA3  # [0] and [3] of TBSCertificate
DNS_NAME, IP_ADDRESS = 0x82, 0x87  # [2] and [7] of GeneralName

SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
COMMON_NAME = "2.5.4.3"

# The short names of RFC 4514, section 3.
ATTRIBUTES = {
    COMMON_NAME: "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}

# How the string types of ASN.1 are written.
ENCODINGS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString, as everybody uses it
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


class Certificate(NamedTuple):
    """A certificate's own words.

    Attributes:
        subject: whose it is, as RFC 4514 writes names.
        names: the DNS names and IP addresses that it is for; where it lists none, its common name.
        issuer: who signed it, written as the subject.
        not_before: ISO 8601, UTC.
        not_after: ISO 8601, UTC.
    """

    subject: str
    names: list[str]
    issuer: str
    not_before: str
    not_after: str


class Value(NamedTuple):
    """One value of DER: its tag byte, its contents, and all its bytes."""

    tag: int
    contents: bytes
    whole: bytes


def read(der: bytes) -> Certificate:
    """Read a certificate.

    Raises:
        ValueError: when it is not one, saying what is wrong.
    """
    [outer] = _sequence(der, 1)
    signed = list(_values(_expect(outer, SEQUENCE)))
    fields = list(_values(_expect(_at(signed, 0), SEQUENCE)))
    if fields and fields[0].tag == VERSION:
        fields = fields[1:]
    _expect(_at(fields, 0), INTEGER)  # the serial number; then the algorithm
    issuer, validity, subject = (_expect(_at(fields, place), SEQUENCE) for place in (2, 3, 4))
    not_before, not_after = (_time(value) for value in _sequence(validity, 2))
    common_names = [_string(each) for each in _common_names(subject) if each.tag in ENCODINGS]
    return Certificate(
        subject=_name(subject),
        names=_alternative_names(fields[5:]) or common_names[-1:],
        issuer=_name(issuer),
        not_before=not_before,
        not_after=not_after,
    )


def _values(data: bytes) -> Iterator[Value]:
    """Yield the values that stand one after the other in some contents."""
    at = 0
    while at < len(data):
        begin = at
        tag, length, at = _head(data, at)
        if tag & 0x1F == 0x1F:
            raise ValueError("a tag of several bytes, which certificates do not have")
        if at + length > len(data):
            raise ValueError("a value that is longer than what holds it")
        yield Value(tag, data[at : at + length], data[begin : at + length])
        at += length


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag, the length of the contents, and where these begin."""
    if at + 2 > len(data):
        raise ValueError("a value without a length")
    tag, first = data[at], data[at + 1]
    at += 2
    if first < 0x80:
        return tag, first, at
    size = first & 0x7F
    if not 1 <= size <= 4 or at + size > len(data):
        raise ValueError("a length that DER does not have")
    return tag, int.from_bytes(data[at : at + size], "big"), at + size


def _sequence(data: bytes, count: int) -> list[Value]:
    values = list(_values(data))
    if len(values) != count:
        raise ValueError(f"{len(values)} values where {count} belong")
    return values


def _at(values: list[Value], place: int) -> Value:
    if place >= len(values):
        raise ValueError("it ends too early")
    return values[place]


def _expect(value: Value, tag: int) -> bytes:
    if value.tag != tag:
        raise ValueError(f"the tag {value.tag:#04x} where {tag:#04x} belongs")
    return value.contents


def _time(value: Value) -> str:
    """Return a time in the form that RFC 5280 requires: to the second and in UTC; two digits of the year count from 1950."""
    patterns = {
        UTC_TIME: r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z",
        GENERALIZED_TIME: r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z",
    }
    text = value.contents.decode("ascii", "replace")
    found = re.fullmatch(patterns.get(value.tag, r"(?!)"), text, re.ASCII)
    if not found:
        raise ValueError(f"the time {text!r}")
    year, month, day, hour, minute, second = found.groups()
    if value.tag == UTC_TIME:
        year = f"{19 if int(year) >= 50 else 20}{year}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}+00:00"


def _name(data: bytes) -> str:
    """Return a name as text: its last part first, as RFC 4514 wants it."""
    groups = [
        "+".join(f"{ATTRIBUTES.get(kind, kind)}={_escaped(value)}" for kind, value in _attributes(group))
        for group in _values(data)
    ]
    return ",".join(reversed(groups))


def _attributes(group: Value) -> Iterator[tuple[str, Value]]:
    """Yield the kinds, as dotted numbers, and values of one part of a name, which is mostly one."""
    for pair in _values(_expect(group, SET)):
        kind, value = _sequence(_expect(pair, SEQUENCE), 2)
        yield _object_id(_expect(kind, OBJECT_ID)), value


def _object_id(data: bytes) -> str:
    """Return an object identifier with its dots: numbers to the base 128, the first two of them in one."""
    numbers, number = [], 0
    for byte in data:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    if not numbers or data[-1] >= 0x80:
        raise ValueError("an object identifier that ends too early")
    first = min(numbers[0] // 40, 2)
    return ".".join(str(number) for number in (first, numbers[0] - 40 * first, *numbers[1:]))


def _common_names(data: bytes) -> Iterator[Value]:
    for group in _values(data):
        yield from (value for kind, value in _attributes(group) if kind == COMMON_NAME)


def _string(value: Value) -> str:
    return value.contents.decode(ENCODINGS[value.tag], "replace")


def _escaped(value: Value) -> str:
    """Return a value inside a name (RFC 4514, section 2.4)."""
    if value.tag not in ENCODINGS:
        return "#" + value.whole.hex()
    text = re.sub(r'([\\"+,;<>])', r"\\\1", _string(value)).replace("\0", r"\00")
    text = re.sub(r"\A(#| (?=.))", r"\\\1", text, flags=re.DOTALL)
    return re.sub(r" \Z", r"\\ ", text)


def _alternative_names(fields: list[Value]) -> list[str]:
    """Return the DNS names and IP addresses that a certificate lists, of its fields from the public key on."""
    for field in fields:
        if field.tag != EXTENSIONS:
            continue
        [extensions] = _sequence(field.contents, 1)
        for extension in _values(_expect(extensions, SEQUENCE)):
            parts = list(_values(_expect(extension, SEQUENCE)))
            if _object_id(_expect(_at(parts, 0), OBJECT_ID)) == SUBJECT_ALTERNATIVE_NAME:
                [names] = _sequence(_expect(parts[-1], OCTET_STRING), 1)
                return [text for name in _values(_expect(names, SEQUENCE)) for text in _host(name)]
    return []


def _host(name: Value) -> Iterator[str]:
    if name.tag == DNS_NAME:
        yield name.contents.decode("ascii", "replace")
    elif name.tag == IP_ADDRESS:
        yield str(ipaddress.ip_address(name.contents))
