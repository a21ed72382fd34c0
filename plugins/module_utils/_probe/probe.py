# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a database server as a client that is about to log in sees it, layer by layer, and never log in.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import contextlib
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import remedies, tls, wire
from .hostname import DEFAULT_PORT
from .remedies import Failure

REFUSED, ACCEPTED, IGNORE = EXPECTATIONS = ("refused", "accepted", "ignore")
NOT_TRIED = "not_tried"

# Nobody has this name, so nobody's login is tried and no account is locked.
NOBODY = "connection_check_without_login"

# SQLSTATE invalid_authorization_specification: "no pg_hba.conf entry for host ..., SSL off".
NOT_AUTHORIZED = "28000"
# These come after the decision on TLS: a password is wrong, a database does not exist.
PAST_THE_DECISION = ("28P01", "3D000")


@dataclass(frozen=True)
class Target:
    """What is looked at, and what is expected of it.

    Attributes:
        host: the name that the certificate is verified for, and that is resolved.
        port: the port.
        hostaddr: an address or a name to connect to instead of host.
        ca_bundle: a PEM file of trusted authorities, None for the system's.
        sslmode: require, verify-ca or verify-full.
        expect_plaintext: refused, accepted or ignore.
        timeout: seconds for each step.
    """

    host: str
    port: int = DEFAULT_PORT
    hostaddr: str | None = None
    ca_bundle: str | None = None
    sslmode: str = tls.VERIFY_FULL
    expect_plaintext: str = REFUSED
    timeout: float = 10.0

    @property
    def connects_to(self) -> str:
        """What is resolved."""
        return self.hostaddr or self.host


class Place(NamedTuple):
    """An address as the socket module wants it."""

    family: int
    address: Any

    @property
    def text(self) -> str:
        """The IP address."""
        return str(self.address[0])


@dataclass
class Report:
    """What was found so far; everything else is None.

    Attributes:
        addresses: each address of the host with how the attempt to connect ended, "" for the one that is used.
        session: what the handshake showed.
        verified: whether chain and name are as sslmode wants.
        plaintext: accepted, refused or not_tried.
        plaintext_message: what the server said to that.
        seconds: per step.
    """

    addresses: list[tuple[str, str]] = field(default_factory=list)
    session: tls.Session | None = None
    verified: bool = False
    plaintext: str = NOT_TRIED
    plaintext_message: str | None = None
    seconds: dict[str, float | None] = field(
        default_factory=lambda: dict.fromkeys(("dns", "tcp", "protocol", "tls", "plaintext"))
    )

    def shown(self, failure: Failure | None) -> dict[str, Any]:
        """Return the report as the module returns it."""
        used = [address for address, kind in self.addresses if not kind]
        certificate = self.session.certificate._asdict() if self.session else None
        return {
            "reachable": bool(used),
            "address": used[0] if used else None,
            "addresses": [{"address": address, "error": kind or None} for address, kind in self.addresses],
            "failed_layer": failure.layer if failure else None,
            "tls": {
                "verified": self.verified,
                "protocol": self.session.protocol if self.session else None,
                "cipher": self.session.cipher if self.session else None,
                "certificate": dict(certificate) if certificate else None,
            },
            "plaintext": self.plaintext,
            "plaintext_message": self.plaintext_message,
            "remedy": failure.remedy if failure else None,
            "seconds": self.seconds,
        }


class Probe:
    """Looks at one server.

    Args:
        target: the server, and what is expected of it.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._report = Report()

    def run(self) -> tuple[dict[str, Any], Failure | None]:
        """Look; what was found, and what does not hold."""
        failure = None
        try:
            self._look()
        except Failure as found:
            failure = found
        return self._report.shown(failure), failure

    def _look(self) -> None:
        with self._timed("dns"):
            places = resolve(self._target)
        with self._timed("tcp"):
            sock, place = self._connect_to_any(places)
        with contextlib.closing(sock):
            with self._timed("protocol"):
                self._ask_for_tls(sock)
            with self._timed("tls"):
                self._shake_hands(sock, place)
        with self._timed("plaintext"):
            self._try_plaintext(place)
        self._judge_plaintext()

    @contextlib.contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        try:
            yield
        finally:
            self._report.seconds[step] = round(time.monotonic() - start, 3)

    def _connect_to_any(self, places: list[Place]) -> tuple[socket.socket, Place]:
        """Try the addresses in the resolver's order, as libpq does; each gets its share of the time that is left."""
        attempts = self._report.addresses
        end = time.monotonic() + self._target.timeout
        for place in places:
            share = max(0.001, end - time.monotonic()) / (len(places) - len(attempts))
            try:
                sock = connect(place, share)
            except OSError as error:
                attempts.append((place.text, remedies.kind_of(error)))
            else:
                attempts.append((place.text, ""))
                return sock, place
        raise remedies.not_connected(self._target.connects_to, self._target.port, attempts)

    def _ask_for_tls(self, sock: socket.socket) -> None:
        """Send the SSLRequest, and read its answer of one byte."""
        line = wire.Line(sock, self._target.timeout)
        try:
            line.send(wire.SSL_REQUEST)
            answer = line.read(1)
            if answer == b"E":
                raise remedies.answered_with_error(line.read_error())
        except socket.timeout as error:
            raise remedies.no_answer(self._target.timeout) from error
        except (OSError, wire.Closed) as error:
            raise remedies.hung_up(error) from error
        if answer == b"N":
            raise remedies.no_tls()
        if answer != b"S":
            raise remedies.other_protocol(answer)

    def _shake_hands(self, sock: socket.socket, place: Place) -> None:
        target = self._target
        try:
            context = tls.make_context(target.sslmode, target.ca_bundle)
        except OSError as error:
            raise remedies.bundle_unusable(str(target.ca_bundle), error) from error
        try:
            sock.settimeout(target.timeout)
            self._report.session = tls.shake_hands(sock, context, target.host)
        except ssl.SSLCertVerificationError as error:
            self._look_again(place)
            seen = self._report.session.certificate if self._report.session else None
            now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
            raise remedies.not_verified(error, target.host, target.ca_bundle, seen, now) from error
        except OSError as error:
            raise remedies.handshake_failed(error) from error
        except ValueError as error:
            raise remedies.certificate_unreadable(error) from error
        self._report.verified = target.sslmode != tls.REQUIRE

    def _look_again(self, place: Place) -> None:
        """See the certificate that did not pass: Python shows it only to who does not verify it."""
        try:
            with contextlib.closing(connect(place, self._target.timeout)) as sock:
                self._ask_for_tls(sock)
                sock.settimeout(self._target.timeout)
                self._report.session = tls.shake_hands(sock, tls.make_context(tls.REQUIRE, None), self._target.host)
        except (OSError, ValueError, Failure):
            self._report.session = None  # what failed is known; the report only has to do without the certificate

    def _try_plaintext(self, place: Place) -> None:
        """Begin a login without TLS, as nobody and never with a password, and hang up at the first answer."""
        report = self._report
        try:
            with contextlib.closing(connect(place, self._target.timeout)) as sock:
                report.plaintext, report.plaintext_message = self._begin_login(sock)
        except socket.timeout:
            report.plaintext_message = f"no answer within {self._target.timeout:g} seconds"
        except OSError as error:
            report.plaintext_message = f"the second connection failed ({error.strerror or error})"

    def _begin_login(self, sock: socket.socket) -> tuple[str, str | None]:
        line = wire.Line(sock, self._target.timeout)
        try:
            line.send(wire.startup_message(NOBODY, NOBODY))
            answer = line.read(1)
            if answer == b"R":
                return ACCEPTED, None
            if answer == b"E":
                error = line.read_error()
                return verdict(error), str(error)
        except (wire.Closed, ConnectionResetError, BrokenPipeError):
            return REFUSED, None
        return NOT_TRIED, f"the server answered with {answer!r}"

    def _judge_plaintext(self) -> None:
        report, expected = self._report, self._target.expect_plaintext
        if expected in (IGNORE, report.plaintext):
            return
        if report.plaintext == ACCEPTED:
            raise remedies.plaintext_accepted()
        if report.plaintext == REFUSED:
            raise remedies.plaintext_refused(report.plaintext_message)
        raise remedies.plaintext_unclear(report.plaintext_message or "nothing is known")


def verdict(error: wire.ServerError) -> str:
    """Tell whether an error at login is a refusal of plaintext; not_tried where it is about something else.

    A server that is past that decision has accepted plaintext, even if it then knows neither the user nor the database.
    """
    nobody = error.routine == "InitializeSessionUserId" or "does not exist" in error.message
    if error.sqlstate in PAST_THE_DECISION or (error.sqlstate == NOT_AUTHORIZED and nobody):
        return ACCEPTED
    if error.sqlstate == NOT_AUTHORIZED or re.search(r"\b(SSL|TLS|encrypt\w*)\b", error.message, re.IGNORECASE):
        return REFUSED
    return NOT_TRIED


def connect(place: Place, seconds: float) -> socket.socket:
    """Return a TCP connection.

    Raises:
        OSError: what the system says; socket.timeout when the time is over.
    """
    sock = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect(place.address)
    except BaseException:
        sock.close()
        raise
    return sock


def resolve(target: Target) -> list[Place]:
    """Return the addresses to connect to, in the order of the resolver and each once.

    Raises:
        Failure: when there are none in time.
    """
    if not _can_be_verified(target.host):
        raise remedies.not_a_name(target.host)
    name = target.connects_to
    try:
        found = _look_up(name, target.port, target.timeout)
    except (OSError, ValueError) as error:
        raise remedies.not_resolved(name, error) from error
    return list(dict.fromkeys(Place(family, address) for family, _type, _protocol, _name, address in found))


def _can_be_verified(host: str) -> bool:
    """Tell whether the ssl module takes the name (with hostaddr, the resolver never sees it)."""
    try:
        encoded = host.encode("idna")
    except UnicodeError:
        return False
    return bool(encoded) and not encoded.startswith(b".") and b"\0" not in encoded


def _look_up(name: str, port: int, seconds: float) -> list[Any]:
    """Ask the resolver in a thread of its own: its time limits are the system's, and can be long."""
    answers: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise socket.timeout(f"no answer within {seconds:g} seconds") from error
    if isinstance(answer, Exception):
        raise answer
    return list(answer)
