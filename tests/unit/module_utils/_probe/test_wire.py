# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._probe import wire
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.servers import error

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Both ends of a connection: ours and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_the_request_for_tls_is_the_one_of_the_protocol() -> None:
    assert wire.SSL_REQUEST.hex() == "0000000804d2162f"


def test_a_startup_message_says_who_and_where_and_nothing_else() -> None:
    message = wire.startup_message("ana", "dev")

    assert message == b"\0\0\0\x1f\0\x03\0\0user\0ana\0database\0dev\0\0"
    assert len(message) == 0x1F


def test_an_error_is_read_by_its_fields() -> None:
    found = wire.parse_error(error("28000", "no entry")[5:])

    assert found == wire.ServerError("FATAL", "28000", "no entry", "ClientAuthentication")
    assert str(found) == "FATAL: no entry (28000)"


def test_the_severity_that_is_not_translated_is_taken() -> None:
    assert wire.parse_error(b"SFATAL\xc3\x89\0VFATAL\0M\xff\0\0") == ("FATAL", "", "\N{REPLACEMENT CHARACTER}", "")
    assert wire.parse_error(b"SFATAL\0Mold\0\0").severity == "FATAL"


@given(st.binary())
def test_an_error_of_any_bytes_is_read(body: bytes) -> None:
    assert isinstance(str(wire.parse_error(body)), str)


def test_an_error_comes_in_one_piece_or_in_many(pair: Pair) -> None:
    ours, theirs = pair
    for byte in error("28000", "no entry"):
        theirs.sendall(bytes([byte]))
    line = wire.Line(ours, 5)

    assert line.read(1) == b"E"
    assert line.read_error().message == "no entry"


@pytest.mark.parametrize("end", [b"\n\0", b""])
def test_an_old_server_sends_text_without_a_length(pair: Pair, end: bytes) -> None:
    ours, theirs = pair
    theirs.sendall(b"could not fork new process" + end)
    theirs.shutdown(socket.SHUT_WR)

    assert wire.Line(ours, 5).read_error() == ("", "", "could not fork new process", "")


def test_a_server_cannot_send_an_endless_error(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(b"\x7f\xff\xff\xff" + b"x" * (wire.LONGEST_ERROR + 10))

    assert len(wire.Line(ours, 5).read_error().message) == wire.LONGEST_ERROR + 4


def test_a_server_that_hangs_up_early_is_no_answer(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(b"\0\0\0\x20SFATAL")
    theirs.close()

    with pytest.raises(wire.Closed):
        wire.Line(ours, 5).read_error()


def test_bytes_that_come_slowly_do_not_gain_time(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(b"x" * 100)
    times = iter(range(100))
    line = wire.Line(ours, 10, clock=lambda: float(next(times)))  # a second for each look at the clock

    assert [line.read(1) for _turn in range(9)] == [b"x"] * 9
    with pytest.raises(TimeoutError, match="timed out"):
        line.read(1)
