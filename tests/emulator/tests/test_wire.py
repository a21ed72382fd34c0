"""The start of the protocol as bytes, without a server."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_emulator import wire
from redshift_emulator.wire import Request

VERSION = struct.pack("!i", 196608)
# Words end with a zero byte, and a name that is empty ends the message.
values = st.binary(max_size=20).filter(lambda word: b"\0" not in word)
names = st.one_of(values.filter(bool), st.sampled_from(sorted(wire.REDSHIFT_ONLY)))
pairs = st.lists(st.tuples(names, values), max_size=6)


def error(**fields: str) -> bytes:
    body = b"".join(f"{code}{text}".encode() + b"\0" for code, text in fields.items()) + b"\0"
    return b"E" + struct.pack("!i", len(body) + 4) + body


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (80877102, Request.CANCEL),
        (80877103, Request.ENCRYPTION),
        (80877104, Request.GSS_ENCRYPTION),
        (196608, Request.START),
        (196610, Request.START),
        (131072, Request.UNKNOWN),
        (0, Request.UNKNOWN),
    ],
)
def test_what_a_packet_asks_for(code: int, meant: Request) -> None:
    assert wire.request(struct.pack("!ii", 8, code)) is meant


def test_a_length_that_no_packet_has() -> None:
    lengths = {size: wire.packet_length(struct.pack("!I", size)) for size in (0, 7, 8, 10_000, 10_001, 1 << 31)}
    assert lengths == {0: None, 7: None, 8: 8, 10_000: 10_000, 10_001: None, 1 << 31: None}


@given(given=pairs)
def test_only_what_redshifts_drivers_say_is_left_out_and_the_order_stays(given: list[tuple[bytes, bytes]]) -> None:
    left = wire.for_postgresql(wire.startup(VERSION, given))

    assert left == wire.startup(VERSION, [pair for pair in given if pair[0] not in wire.REDSHIFT_ONLY])
    assert struct.unpack("!i", left[:4]) == (len(left),)
    assert wire.parameters(left) == [pair for pair in given if pair[0] not in wire.REDSHIFT_ONLY]


@given(body=st.binary(max_size=60), cut=st.integers(1, 3))
def test_what_is_no_startup_message_stays_as_it_is(body: bytes, cut: int) -> None:
    for packet in (
        struct.pack("!i", 8 + len(body)) + VERSION + body + b"x",
        # Each of these lacks its last bytes.
        wire.startup(VERSION, [(b"driver_version", b"1")])[:-cut],
    ):
        assert wire.for_postgresql(packet) == packet
        assert wire.user_of(packet) == b""


def test_the_last_of_several_users_counts() -> None:
    assert wire.user_of(wire.startup(VERSION, [(b"user", b"a"), (b"database", b"user"), (b"user", b"b")])) == b"b"


def test_only_the_refusal_of_plaintext_is_reworded() -> None:
    words = 'no pg_hba.conf entry for host "127.0.0.1", user "a, b", database "d"'
    fields = {"S": "FATAL", "V": "FATAL", "C": "28000", "M": f"{words}, no encryption", "R": "ClientAuthentication"}
    expected = {
        "S": "FATAL",
        "C": "28000",
        "M": f"{words.replace('127', '::ffff:127')}, SSL off",
        "R": "ClientAuthentication",
    }
    assert wire.from_redshift(error(**fields)) == error(**expected)
    other = error(S="FATAL", C="28P01", M='password authentication failed for user "a"')
    assert wire.from_redshift(other) == other


def test_only_the_servers_version_is_another() -> None:
    status = wire.message(b"S", b"server_version\x0015.18 (Debian 15.18-0+deb12u1)\0")
    assert wire.from_redshift(status) == b"S" + struct.pack("!i", 25) + b"server_version\x008.0.2\0"
    for name in (b"server_encoding", b"server_version_num"):
        other = wire.message(b"S", name + b"\x0015\0")
        assert wire.from_redshift(other) == other


@given(letter=st.sampled_from([b"K", b"N", b"R", b"S", b"Z", b"v"]), body=st.binary(max_size=40))
def test_any_other_message_stays_as_it_is(letter: bytes, body: bytes) -> None:
    text = wire.message(letter, body)
    assert wire.from_redshift(text) == text


def test_who_speaks_next() -> None:
    def authentication(kind: int, rest: bytes = b"") -> bytes:
        return wire.message(b"R", struct.pack("!i", kind) + rest)

    asked = [kind for kind in (0, 3, 5, 10, 11, 12) if wire.is_question(authentication(kind))]
    assert asked == [3, 5, 10, 11]
    assert wire.salt_of(authentication(5, b"salt")) == b"salt"
    assert wire.salt_of(authentication(3)) is None
    assert not wire.is_question(wire.message(b"K", struct.pack("!ii", 5, 5)))
