"""The start of PostgreSQL's protocol as bytes: what a client asks for first, and what Redshift says otherwise.

Pure functions. The formats are those of PostgreSQL's manual, chapter "Frontend/Backend Protocol". A packet is what a
client sends before it is known, with a length and a code; a message has a letter before its length. Lengths are of four
bytes and count themselves. What is not well-formed is left as it is: PostgreSQL has words for it.
"""

from __future__ import annotations

import enum
import re

LENGTH = 4
HEADER = 1 + LENGTH
CODE = LENGTH + 4
# PostgreSQL takes no packet that is longer (pqcomm.h, MAX_STARTUP_PACKET_LENGTH) and no answer to a request for
# authentication that is (auth.c, PG_MAX_AUTH_TOKEN_LENGTH).
LONGEST_PACKET, LONGEST_ANSWER = 10_000, 65_535

# Answers of one byte to the wish for encryption: yes, and no. After no the client may go on in plaintext.
ENCRYPTED, NOT_ENCRYPTED = b"S", b"N"
ERROR, PARAMETER_STATUS, AUTHENTICATION, PASSWORD, READY = b"E", b"S", b"R", b"p", b"Z"
AUTHENTICATION_OK, AUTHENTICATION_MD5, AUTHENTICATION_SASL_FINAL = 0, 5, 12

# Parameters of the start-up message that Redshift's own drivers send and PostgreSQL does not know: redshift_connector
# 2.2.0 (core.py, Connection.__init__ and set_idc_plugins_params), JDBC 2.2 (ConnectionFactoryImpl.java,
# getParametersForStartup) and ODBC 2 (its libpq's fe-protocol3.c, build_startup_packet).
REDSHIFT_ONLY = frozenset(
    {
        b"_pq_.compression",
        b"client_protocol_version",
        b"driver_discovery_version",
        b"driver_version",
        b"identity_namespace",
        b"idc_client_display_name",
        b"idp_type",
        b"os_version",
        b"plugin_name",
        b"provider_name",
        b"token_type",
    }
)
# What Redshift reports of itself when somebody has logged in [C: log of the JDBC driver in its issue 115]. Its Python
# driver cannot read the version of a Debian package.
SERVER_VERSION = (b"server_version", b"8.0.2")
REFUSAL = re.compile(r'no pg_hba\.conf entry for host "([^"]*)", (.*), no encryption')


class Request(enum.Enum):
    """What a packet asks for, and its code."""

    CANCEL = 80877102
    ENCRYPTION = 80877103
    GSS_ENCRYPTION = 80877104
    # Protocol 3.0; the lower half of the code is the minor version.
    START = 3 << 16
    UNKNOWN = 0


def packet_length(head: bytes) -> int | None:
    """The length that a packet's first four bytes say; None if none has that length."""
    length = int.from_bytes(head, "big")
    return length if CODE <= length <= LONGEST_PACKET else None


def request(packet: bytes) -> Request:
    """What a packet asks for.

    >>> request(bytes.fromhex("00000008 04d2162f"))
    <Request.ENCRYPTION: 80877103>
    """
    code = int.from_bytes(packet[LENGTH:CODE], "big")
    if code >> 16 == Request.START.value >> 16:
        return Request.START
    return next((each for each in Request if each.value == code), Request.UNKNOWN)


def parameters(packet: bytes) -> list[tuple[bytes, bytes]] | None:
    """Names and values of a start-up message, in order; None if it is not well-formed."""
    body = packet[CODE:]
    # Each word ends with a zero byte, and another one ends them all.
    words = body.split(b"\0")
    if words[-2:] != [b"", b""] or len(words) % 2 or b"" in words[:-2:2]:
        return None
    return list(zip(words[:-2:2], words[1:-2:2], strict=True))


def startup(code: bytes, pairs: list[tuple[bytes, bytes]]) -> bytes:
    """A start-up message.

    Args:
        code: The protocol's version, four bytes.
        pairs: Names and values.
    """
    body = code + b"".join(name + b"\0" + value + b"\0" for name, value in pairs) + b"\0"
    return (len(body) + LENGTH).to_bytes(LENGTH, "big") + body


def for_postgresql(packet: bytes) -> bytes:
    """A start-up message without what only Redshift takes; of others PostgreSQL says that it does not know them."""
    pairs = parameters(packet)
    if pairs is None:
        return packet
    return startup(packet[LENGTH:CODE], [pair for pair in pairs if pair[0] not in REDSHIFT_ONLY])


def user_of(packet: bytes) -> bytes:
    """Whom a start-up message names; PostgreSQL takes the last one, and refuses a message without any."""
    return dict(parameters(packet) or []).get(b"user", b"")


def message(letter: bytes, body: bytes) -> bytes:
    """A message with its header."""
    return letter + (len(body) + LENGTH).to_bytes(LENGTH, "big") + body


def from_redshift(text: bytes) -> bytes:
    """A message of PostgreSQL's before the first query as Redshift says it; most are as they are."""
    if text.startswith(ERROR):
        return reworded(text)
    if text.startswith(PARAMETER_STATUS) and text[HEADER:].startswith(SERVER_VERSION[0] + b"\0"):
        return message(PARAMETER_STATUS, b"\0".join([*SERVER_VERSION, b""]))
    return text


def reworded(text: bytes) -> bytes:
    """PostgreSQL's refusal of plaintext in Redshift's words [C: aws-behaviour 9]; anything else as it is.

    Args:
        text: A whole ErrorResponse, with its header.
    """
    fields = [field.decode(errors="replace") for field in text[HEADER:].split(b"\0") if field]
    texts = {field[0]: field[1:] for field in fields}
    found = REFUSAL.fullmatch(texts.get("M", ""))
    if not found:
        return text
    # Redshift's protocol is older than the field V.
    texts.pop("V", None)
    texts["M"] = f'no pg_hba.conf entry for host "::ffff:{found[1]}", {found[2]}, SSL off'
    return message(ERROR, b"".join(f"{code}{value}".encode() + b"\0" for code, value in texts.items()) + b"\0")


def is_question(text: bytes) -> bool:
    """Whether a message of PostgreSQL's wants the client to prove who it is, so that the next word is the client's."""
    return text.startswith(AUTHENTICATION) and _authentication(text) not in (
        AUTHENTICATION_OK,
        AUTHENTICATION_SASL_FINAL,
    )


def salt_of(text: bytes) -> bytes | None:
    """The four bytes of salt in a request for a password's MD5; None for any other message."""
    if text.startswith(AUTHENTICATION) and _authentication(text) == AUTHENTICATION_MD5:
        return text[HEADER + 4 :]
    return None


def _authentication(text: bytes) -> int:
    return int.from_bytes(text[HEADER : HEADER + 4], "big")
