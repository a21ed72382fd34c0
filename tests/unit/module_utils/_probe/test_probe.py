# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._probe import probe, remedies, wire
from cryptography import x509
from unit_kit.authority import DAY, Authority, now
from unit_kit.servers import (
    ASK_FOR_PASSWORD,
    AUTHENTICATION_OK,
    SSL_OFF,
    SSL_REQUEST,
    Behaviour,
    Server,
    answering,
    closing,
    database,
    error,
    resetting,
    silent,
)

HOST = "sales.123456789012.us-east-1.redshift-serverless.amazonaws.com"
LOGIN = wire.startup_message(probe.NOBODY, probe.NOBODY)
# A busy machine may take a while for a handshake. Only what never answers is waited for, and for that a moment is enough.
PATIENT, IMPATIENT = 30.0, 0.05

Look = Callable[..., dict[str, Any]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def look(*behaviours: Behaviour, hears: list[bytes] | None = None, **options: Any) -> dict[str, Any]:
    """Look at a server that behaves so; what was found, and the problem with it."""
    with Server(*behaviours).running() as server:
        options = {"host": HOST, "hostaddr": "127.0.0.1", "port": server.port, "timeout": PATIENT, **options}
        found, failure = probe.Probe(probe.Target(**options)).run()
    assert bool(failure) is bool(found["failed_layer"])
    if hears is not None:
        assert server.heard == hears
    return {**found, "problem": failure.problem if failure else None}


def dns(*names: str) -> list[x509.GeneralName]:
    return [x509.DNSName(name) for name in names]


def test_a_right_server_has_nothing_wrong(authority: Authority) -> None:
    end = now() + 5 * DAY
    server = database(authority.issue(*dns(HOST, "other.example.com"), end=end))

    found = look(server, ca_bundle=authority.bundle, hears=[SSL_REQUEST, LOGIN])

    assert (found["reachable"], found["failed_layer"], found["problem"], found["remedy"]) == (True, None, None, None)
    assert (found["address"], found["addresses"]) == ("127.0.0.1", [{"address": "127.0.0.1", "error": None}])
    assert (found["tls"]["verified"], found["tls"]["protocol"]) == (True, "TLSv1.3")
    assert found["tls"]["cipher"].startswith("TLS_")
    certificate = found["tls"]["certificate"]
    assert certificate["subject"] == "CN=server of the tests"
    assert certificate["issuer"] == "CN=Root of the tests"
    assert certificate["names"] == [HOST, "other.example.com"]
    assert datetime.fromisoformat(certificate["not_before"]) < now() < datetime.fromisoformat(certificate["not_after"])
    assert datetime.fromisoformat(certificate["not_after"]) == end
    assert found["plaintext"] == "refused"
    assert found["plaintext_message"] == (
        'FATAL: no pg_hba.conf entry for host "::ffff:127.0.0.1", user "nobody", database "nobody", SSL off (28000)'
    )
    assert list(found["seconds"]) == ["dns", "tcp", "protocol", "tls", "plaintext"]
    assert all(isinstance(seconds, float) for seconds in found["seconds"].values())


@pytest.mark.parametrize(
    ("host", "name", "layer"),
    [
        ("sales.example.com", x509.DNSName("sales.example.com"), None),
        ("SALES.Example.com", x509.DNSName("sales.example.com"), None),
        ("sales.example.com", x509.DNSName("*.example.com"), None),
        ("a.sales.example.com", x509.DNSName("*.example.com"), "hostname"),
        ("example.com", x509.DNSName("*.example.com"), "hostname"),
        ("sales.example.com", x509.DNSName("*.com.example"), "hostname"),
        ("127.0.0.1", x509.IPAddress(ipaddress.ip_address("127.0.0.1")), None),
        ("127.0.0.1", x509.DNSName("127.0.0.1"), "hostname"),
        ("127.0.0.1", x509.IPAddress(ipaddress.ip_address("127.0.0.2")), "hostname"),
    ],
)
def test_names_follow_the_rules_of_tls(
    authority: Authority, host: str, name: x509.GeneralName, layer: str | None
) -> None:
    found = look(database(authority.issue(name)), host=host, ca_bundle=authority.bundle)

    assert found["failed_layer"] == layer


def test_another_name_is_named_with_what_to_do(authority: Authority) -> None:
    server = database(authority.issue(*dns("a.example.com", "*.b.example.com")))

    found = look(server, ca_bundle=authority.bundle, hears=[SSL_REQUEST, SSL_REQUEST])

    assert found["failed_layer"] == "hostname"
    assert found["problem"] == f"The certificate is not for {HOST} but for a.example.com, *.b.example.com."
    assert "custom domain name" in found["remedy"]
    assert (found["reachable"], found["tls"]["verified"], found["plaintext"]) == (True, False, "not_tried")
    assert found["tls"]["certificate"]["names"] == ["a.example.com", "*.b.example.com"]
    assert (found["plaintext_message"], found["seconds"]["plaintext"]) == (None, None)


def test_a_managed_endpoint_is_told_from_a_workgroup(authority: Authority) -> None:
    endpoint = "apps-endpoint-k7rf.123456789012.us-east-1.redshift-serverless.amazonaws.com"
    server = database(authority.issue(*dns(HOST)))

    found = look(server, host=endpoint, ca_bundle=authority.bundle)

    assert found["remedy"].startswith("This is the name of a Redshift-managed VPC endpoint")


def test_an_address_as_host_is_advised_against(authority: Authority) -> None:
    found = look(database(authority.issue(*dns(HOST))), host="127.0.0.1", ca_bundle=authority.bundle)

    assert found["remedy"] == "Give the name as host and the address as hostaddr."


@pytest.mark.parametrize("sslmode", ["require", "verify-ca"])
def test_the_name_counts_only_for_verify_full(authority: Authority, sslmode: str) -> None:
    found = look(database(authority.issue(*dns("other"))), sslmode=sslmode, ca_bundle=authority.bundle)

    assert (found["failed_layer"], found["tls"]["verified"]) == (None, sslmode == "verify-ca")
    assert found["tls"]["certificate"]["names"] == ["other"]


@pytest.mark.parametrize("sslmode", ["verify-ca", "verify-full"])
def test_an_expired_certificate_is_told_with_its_time(authority: Authority, sslmode: str) -> None:
    end = now() - DAY
    server = database(authority.issue(*dns(HOST), begin=end - DAY, end=end))

    found = look(server, sslmode=sslmode, ca_bundle=authority.bundle)

    assert found["failed_layer"] == "expiry"
    assert found["problem"] == f"The certificate expired at {end.isoformat()}."
    assert found["tls"]["certificate"]["not_after"] == end.isoformat()


def test_a_certificate_of_the_future_points_to_the_clock(authority: Authority) -> None:
    server = database(authority.issue(*dns(HOST), begin=now() + DAY, end=now() + 2 * DAY))

    found = look(server, ca_bundle=authority.bundle)

    assert (found["failed_layer"], found["remedy"]) == ("expiry", "Set the clock of this host.")


def test_an_expired_authority_is_told_from_an_expired_server(tmp_path: Path) -> None:
    authority = Authority(tmp_path, end=now() - DAY)

    found = look(database(authority.issue(*dns(HOST))), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "expiry"
    assert found["problem"].startswith("A certificate of the chain above the server's is out of its time")


@pytest.mark.parametrize("sslmode", ["verify-ca", "verify-full"])
def test_an_unknown_authority_is_named(authority: Authority, tmp_path: Path, sslmode: str) -> None:
    stranger = Authority(tmp_path, "Stranger")

    found = look(database(stranger.issue(*dns(HOST))), sslmode=sslmode, ca_bundle=authority.bundle)

    assert found["failed_layer"] == "chain"
    assert f"'CN=Stranger', is not vouched for by ca_bundle {authority.bundle}" in found["problem"]
    assert found["remedy"].startswith("Bring the bundle up to date")
    assert found["tls"]["certificate"]["issuer"] == "CN=Stranger"


def test_without_a_bundle_the_roots_of_the_system_count(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    server = database(authority.issue(*dns(HOST)))

    found = look(server)
    monkeypatch.setenv("SSL_CERT_FILE", authority.bundle)
    trusted = look(server)

    assert (found["failed_layer"], trusted["failed_layer"]) == ("chain", None)
    assert "this host's own roots" in found["problem"]
    assert found["remedy"].startswith("Give a ca_bundle that has the authority")


def test_a_self_signed_certificate_is_told_as_such(authority: Authority) -> None:
    server = database(authority.issue(*dns(HOST), self_signed=True))

    found = look(server, ca_bundle=authority.bundle)

    assert found["failed_layer"] == "chain"
    assert found["problem"].startswith("The certificate is signed by itself")


def test_require_takes_every_certificate_and_shows_it(authority: Authority) -> None:
    end = now() - DAY
    server = database(authority.issue(*dns("other"), begin=end - DAY, end=end, self_signed=True))

    found = look(server, sslmode="require", hears=[SSL_REQUEST, LOGIN])

    assert (found["failed_layer"], found["tls"]["verified"]) == (None, False)
    assert found["tls"]["certificate"]["not_after"] == end.isoformat()


def test_a_certificate_that_is_gone_at_the_second_look_is_left_out(authority: Authority) -> None:
    found = look(database(authority.issue(*dns("other"))), closing, ca_bundle=authority.bundle)

    assert (found["failed_layer"], found["tls"]["certificate"]) == ("hostname", None)
    assert "but for other names" in found["problem"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "expected a file that can be read on this host (No such file or directory)."),
        ("no certificate", "expected a PEM file of certificates on this host"),
        ("", "expected a PEM file of certificates on this host"),
    ],
)
def test_an_unusable_bundle_is_named(authority: Authority, tmp_path: Path, content: str | None, problem: str) -> None:
    bundle = tmp_path / "bundle.crt"
    if content is not None:
        bundle.write_text(content)

    found = look(database(authority.issue(*dns(HOST))), ca_bundle=str(bundle))

    assert (found["reachable"], found["failed_layer"]) == (True, "chain")
    assert found["problem"].startswith(f"ca_bundle: got {bundle}")
    assert problem in found["problem"]


def test_what_is_not_tls_after_all_is_told() -> None:
    found = look(answering(b"S" + b"garbage " * 8))

    assert (found["failed_layer"], found["problem"]) == (
        "tls",
        "The server agreed to TLS, and what it sends then is not TLS.",
    )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_not_spoken(authority: Authority) -> None:
    context = authority.issue(*dns(HOST))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    found = look(database(context), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "tls"
    assert "no TLS version in common" in found["problem"]


def test_ciphers_that_do_not_meet_are_told(authority: Authority) -> None:
    context = authority.issue(*dns(HOST))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES256-GCM-SHA384")  # and the certificate's key is none of RSA

    found = look(database(context), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "tls"
    assert "no way to encrypt in common" in found["problem"]


def test_tls_1_2_is_reported_as_such(authority: Authority) -> None:
    context = authority.issue(*dns(HOST))
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    found = look(database(context), ca_bundle=authority.bundle)

    assert (found["failed_layer"], found["tls"]["protocol"]) == (None, "TLSv1.2")
    assert found["tls"]["cipher"].startswith("ECDHE-ECDSA-")


@pytest.mark.parametrize(
    ("behaviour", "layer", "problem"),
    [
        (answering(b"N"), "tls", "declined TLS"),
        (answering(b"S", hang_up=True), "tls", "broke the connection during the handshake"),
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol", "seems to be a web server"),
        (answering(b"\x15\x03\x03\0\x02\x02\x46"), "protocol", "expects TLS from the first byte"),
        (answering(b"\xff\xfe garbage"), "protocol", r"answered with b'\xff'"),
        (answering(error("53300", "too many clients")), "protocol", "FATAL: too many clients (53300)"),
        (answering(b"Ecould not fork\n\0"), "protocol", "with an error: could not fork."),
        (answering(b"E\0\0\0\x20SFATAL", hang_up=True), "protocol", "The server closed the connection"),
        (closing, "protocol", "The server closed the connection"),
        (resetting, "protocol", "The connection broke"),
    ],
)
def test_what_is_no_tls_server_is_told_by_its_answer(behaviour: Behaviour, layer: str, problem: str) -> None:
    found = look(behaviour, hears=[SSL_REQUEST])

    assert found["failed_layer"] == layer
    assert problem in found["problem"]
    assert found["remedy"]
    assert (found["reachable"], found["plaintext"]) == (True, "not_tried")
    assert found["tls"] == {"verified": False, "protocol": None, "cipher": None, "certificate": None}


@pytest.mark.parametrize(
    ("behaviour", "layer", "problem"),
    [
        (silent, "protocol", "did not answer the request for TLS within 0.05 seconds"),
        (answering(b"S"), "tls", "did not finish the handshake in time"),
        (answering(b"E\0\0"), "protocol", "did not answer the request for TLS within 0.05 seconds"),
    ],
)
def test_a_server_that_leaves_us_waiting_is_not_waited_for(behaviour: Behaviour, layer: str, problem: str) -> None:
    found = look(behaviour, timeout=IMPATIENT)

    assert found["failed_layer"] == layer
    assert problem in found["problem"]


NOBODY_KNOWN = error("28000", 'role "connection_check_without_login" does not exist', "InitializeSessionUserId")


@pytest.mark.parametrize(
    ("plaintext", "state", "message"),
    [
        (SSL_OFF, "refused", "SSL off"),
        (error("28000", "pg_hba.conf rejects connection, no encryption"), "refused", "no encryption"),
        (error("28000", "kein pg_hba.conf-Eintrag, SSL aus"), "refused", "kein"),
        (error("08P01", "SSL required", ""), "refused", "SSL required"),
        (closing, "refused", None),
        (resetting, "refused", None),
        (ASK_FOR_PASSWORD, "accepted", None),
        (AUTHENTICATION_OK, "accepted", None),
        (NOBODY_KNOWN, "accepted", "does not exist"),
        (error("28000", "Rolle gibt es nicht", "InitializeSessionUserId"), "accepted", "gibt es nicht"),
        (error("3D000", "no such database", "InitPostgres"), "accepted", "no such database"),
        (error("28P01", "password authentication failed", "auth_failed"), "accepted", "password"),
        (error("57P03", "the database system is starting up", "ProcessStartupPacket"), "not_tried", "starting up"),
        (b"Z garbage", "not_tried", "the server answered with b'Z'"),
    ],
)
@pytest.mark.parametrize("expected", ["refused", "accepted", "ignore"])
def test_plaintext_is_judged_by_the_servers_answer(
    authority: Authority, plaintext: Behaviour | bytes, state: str, message: str | None, expected: str
) -> None:
    # A server that hears the login out itself has no part of it left to hear.
    second = plaintext if callable(plaintext) else database(authority.issue(*dns(HOST)), plaintext)
    first = database(authority.issue(*dns(HOST)))

    found = look(first, second, sslmode="require", expect_plaintext=expected, hears=[SSL_REQUEST, LOGIN])

    assert found["plaintext"] == state
    assert found["failed_layer"] == (None if expected in (state, "ignore") else "plaintext")
    assert found["plaintext_message"] is None if message is None else message in found["plaintext_message"]
    assert found["tls"]["protocol"] == "TLSv1.3"


def test_plaintext_that_is_accepted_is_led_to_require_ssl(authority: Authority) -> None:
    found = look(database(authority.issue(*dns(HOST)), ASK_FOR_PASSWORD), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "plaintext"
    assert found["tls"]["verified"] is True
    assert found["remedy"].startswith("Set require_ssl to true")


def test_no_answer_to_plaintext_is_no_verdict(authority: Authority) -> None:
    context = authority.issue(*dns(HOST))
    looked = probe.Probe(probe.Target(HOST, timeout=IMPATIENT))
    with Server(database(context, silent)).running() as server:
        looked._try_plaintext(probe.Place(socket.AF_INET, ("127.0.0.1", server.port)))

    assert looked._report.plaintext == "not_tried"
    assert looked._report.plaintext_message == "no answer within 0.05 seconds"


def test_a_second_connection_that_fails_is_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = probe.Place(socket.AF_INET, listener.getsockname())
    looked = probe.Probe(probe.Target(HOST))
    looked._try_plaintext(place)

    assert looked._report.plaintext_message == "the second connection failed (Connection refused)"
    with pytest.raises(remedies.Failure, match="did not show: the second connection failed"):
        looked._judge_plaintext()


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to these addresses, at each port."""

    def answer(_name: str, port: int, **_hints: Any) -> list[Any]:
        return [entry for address in addresses for entry in _real(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


_real = socket.getaddrinfo


def test_a_port_where_nothing_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found, failure = probe.Probe(probe.Target("127.0.0.1", port)).run()

    assert failure is not None
    assert failure.problem == f"No connection to 127.0.0.1 port {port}: 127.0.0.1 refused."
    assert found["addresses"] == [{"address": "127.0.0.1", "error": "refused"}]
    assert (found["reachable"], found["address"], found["failed_layer"]) == (False, None, "tcp")
    assert "compare it with the endpoint's port" in found["remedy"]
    assert found["seconds"]["protocol"] is None


def test_several_addresses_are_tried_in_their_order(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1", "127.0.0.1", "127.0.0.3")
    behaviour = database(authority.issue(*dns(HOST)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Server(behaviour, address=("127.0.0.1", port))
    with server.running():
        target = probe.Target(HOST, port, ca_bundle=authority.bundle, timeout=PATIENT)
        found, failure = probe.Probe(target).run()

    assert failure is None
    assert found["address"] == "127.0.0.1"
    assert found["addresses"] == [
        {"address": "127.0.0.2", "error": "refused"},
        {"address": "127.0.0.1", "error": None},
    ]


def test_ipv6_is_as_good(authority: Authority) -> None:
    context = authority.issue(x509.IPAddress(ipaddress.ip_address("::1")))
    with Server(database(context), address=("::1", 0), family=socket.AF_INET6).running() as server:
        target = probe.Target("::1", server.port, ca_bundle=authority.bundle, timeout=PATIENT)
        found, failure = probe.Probe(target).run()

    assert failure is None
    assert (found["address"], found["plaintext"]) == ("::1", "refused")
    assert found["tls"]["certificate"]["names"] == ["::1"]


class Unconnectable(socket.socket):
    """A socket that fails to connect as its address says."""

    errors: dict[str, OSError]
    limits: list[float | None]

    def connect(self, address: Any) -> None:
        self.limits.append(self.gettimeout())
        raise self.errors[address[0]]


def refused_everywhere(monkeypatch: pytest.MonkeyPatch, errors: dict[str, OSError]) -> tuple[dict[str, Any], Any]:
    resolving(monkeypatch, *errors)
    monkeypatch.setattr(Unconnectable, "errors", errors, raising=False)
    monkeypatch.setattr(Unconnectable, "limits", [], raising=False)
    monkeypatch.setattr(socket, "socket", Unconnectable)
    return probe.Probe(probe.Target(HOST, timeout=9)).run()


@pytest.mark.parametrize(
    ("address", "cause", "ended", "advice"),
    [
        ("203.0.113.7", TimeoutError("timed out"), "timed out", "security group"),
        ("203.0.113.7", TimeoutError(errno.ETIMEDOUT, "x"), "timed out", "security group"),
        ("10.0.0.7", TimeoutError("timed out"), "timed out", "10.0.0.7 is a private address"),
        ("fd00::7", OSError(errno.ENETUNREACH, "x"), "no route", "IPv6"),
        ("10.0.0.7", OSError(errno.EHOSTUNREACH, "x"), "no route", "10.0.0.7 is a private address"),
        ("10.0.0.7", OSError(errno.EPERM, "x"), "forbidden by this host", "firewall"),
        ("10.0.0.7", OSError(errno.EMFILE, "Too many open files"), "Too many open files", "Check the network"),
    ],
)
def test_why_no_connection_was_made_decides_what_to_do(
    monkeypatch: pytest.MonkeyPatch, address: str, cause: OSError, ended: str, advice: str
) -> None:
    found, failure = refused_everywhere(monkeypatch, {address: cause})

    assert failure.problem == f"No connection to {HOST} port 5439: {address} {ended}."
    assert found["failed_layer"] == "tcp"
    assert advice in found["remedy"]


def test_all_addresses_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["203.0.113.7", "203.0.113.8", "203.0.113.9"]
    found, failure = refused_everywhere(monkeypatch, dict.fromkeys(addresses, TimeoutError("timed out")))

    assert [each["error"] for each in found["addresses"]] == ["timed out"] * 3
    assert failure.problem.count("timed out") == 3
    # None of them used up its share, so that more is left for the next.
    assert Unconnectable.limits == [pytest.approx(3, abs=0.5), pytest.approx(4.5, abs=0.5), pytest.approx(9, abs=0.5)]


@pytest.mark.parametrize(
    ("cause", "problem", "advice"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "does not exist", "private hosted zone"),
        (socket.gaierror(socket.EAI_NODATA, "No address"), "does not exist", "private hosted zone"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "did not answer", "enableDnsSupport"),
        (socket.gaierror(socket.EAI_MEMORY, "Out of memory"), "Out of memory", "resolver"),
        (ValueError("embedded null character"), "embedded null", "Check the name"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(
    monkeypatch: pytest.MonkeyPatch, cause: Exception, problem: str, advice: str
) -> None:
    def fail(*_arguments: Any, **_hints: Any) -> None:
        raise cause

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    found, failure = probe.Probe(probe.Target(HOST)).run()

    assert failure is not None
    assert problem in failure.problem
    assert advice in found["remedy"]
    assert (found["failed_layer"], found["reachable"], found["addresses"]) == ("dns", False, [])
    assert [step for step, seconds in found["seconds"].items() if seconds is not None] == ["dns"]


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_hints: answered.wait() and [])
    found, failure = probe.Probe(probe.Target(HOST, timeout=IMPATIENT)).run()
    answered.set()

    assert failure is not None
    assert "this host's resolver did not answer (no answer within 0.05 seconds)" in failure.problem
    assert found["failed_layer"] == "dns"


@pytest.mark.parametrize("host", ["", ".sales", "a..b", f"{'x' * 64}.example.com", "sales\0.example.com"])
def test_what_is_no_name_is_refused_also_with_an_address(host: str) -> None:
    found, failure = probe.Probe(probe.Target(host, hostaddr="127.0.0.1")).run()

    assert failure is not None
    assert failure.problem == f"{host!r} is not a host name."
    assert found["failed_layer"] == "dns"


def test_the_other_address_is_what_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(name: str, *_arguments: Any, **_hints: Any) -> list[Any]:
        asked.append(name)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    _found, failure = probe.Probe(probe.Target(HOST, hostaddr="apps-endpoint.example.com")).run()

    assert asked == ["apps-endpoint.example.com"]
    assert failure is not None
    assert "apps-endpoint.example.com" in failure.problem


def verification_error(code: int) -> ssl.SSLCertVerificationError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code, cause.verify_message = code, "EE certificate key too weak"
    return cause


@pytest.mark.parametrize(
    ("failure", "layer", "problem"),
    [
        (remedies.handshake_failed(ssl.SSLEOFError(8, "EOF")), "tls", "broke the connection during the handshake"),
        (remedies.handshake_failed(ssl.SSLError(1, "BAD_THING")), "tls", "The TLS handshake failed"),
        (remedies.certificate_unreadable(ValueError("a value without a length")), "tls", "it has a value without"),
        (remedies.not_verified(verification_error(66), HOST, None, None, ""), "chain", "key too weak"),
        (remedies.not_resolved(HOST, OSError(1, "x")), "dns", "could not be looked up"),
    ],
)
def test_rarer_failures_have_their_words_too(failure: remedies.Failure, layer: str, problem: str) -> None:
    assert (failure.layer, bool(failure.remedy)) == (layer, True)
    assert problem in failure.problem


def test_a_connection_that_is_gone_before_the_handshake_is_told(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssl.SSLSocket, "cipher", lambda _self: None)

    found = look(database(authority.issue(*dns(HOST))), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "tls"
    assert "connection reset before the handshake" in found["problem"]


def test_a_certificate_that_can_not_be_read_is_told(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLSocket, "getpeercert", lambda _self, binary_form: b"\x30\x80")

    found = look(database(authority.issue(*dns(HOST))), ca_bundle=authority.bundle)

    assert found["failed_layer"] == "tls"
    assert found["problem"].startswith("The server's certificate can't be read")
