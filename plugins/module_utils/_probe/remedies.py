# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What went wrong between a client and the database, on which layer, and what to do about it: for a person.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import ssl
from collections.abc import Sequence

from . import tls, wire
from .certificate import Certificate
from .hostname import DEFAULT_PORT

DNS, TCP, PROTOCOL, TLS, CHAIN, HOSTNAME, EXPIRY, PLAINTEXT = LAYERS = (
    "dns",
    "tcp",
    "protocol",
    "tls",
    "chain",
    "hostname",
    "expiry",
    "plaintext",
)

TIMED_OUT, REFUSED, NO_ROUTE, FORBIDDEN = "timed out", "refused", "no route", "forbidden by this host"

_KINDS = {
    errno.ETIMEDOUT: TIMED_OUT,
    errno.ECONNREFUSED: REFUSED,
    errno.EHOSTUNREACH: NO_ROUTE,
    errno.ENETUNREACH: NO_ROUTE,
    errno.EADDRNOTAVAIL: NO_ROUTE,
    errno.EAFNOSUPPORT: NO_ROUTE,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
}

_BUNDLE = "Amazon's certificates are verified with the file amazon-trust-ca-bundle.crt, which the role redshift.serverless.ssl installs."


class Failure(Exception):
    """Something that was expected of a connection does not hold.

    Attributes:
        layer: one of LAYERS.
        problem: what is wrong, as a sentence.
        remedy: what to do about it, as a sentence.
    """

    def __init__(self, layer: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.layer = layer
        self.problem = problem
        self.remedy = remedy


def not_a_name(host: str) -> Failure:
    """For what cannot be a host name."""
    return Failure(
        DNS,
        f"{host!r} is not a host name.",
        "Use the host name in the workgroup's endpoint.address: labels of at most 63 characters, without port or brackets.",
    )


def not_resolved(name: str, error: Exception) -> Failure:
    """For a name that leads to no address.

    Args:
        name: what was looked up.
        error: a socket.gaierror, a socket.timeout, or what Python says of a name that cannot be one.
    """
    if isinstance(error, socket.gaierror) and error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5)):
        return Failure(
            DNS,
            f"The name {name} does not exist for this host's resolver ({error.strerror}).",
            "Compare it with the endpoint's address that workgroup_info or endpoint_access_info gives: it goes when the workgroup "
            "or the endpoint is deleted. A name of a private hosted zone is known only inside the VPCs of that zone.",
        )
    if isinstance(error, socket.timeout) or (
        isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
    ):
        return Failure(
            DNS,
            f"The name {name} could not be looked up: this host's resolver did not answer ({error}).",
            "Check the name servers in /etc/resolv.conf, the way to them, and in a VPC its attribute enableDnsSupport.",
        )
    return Failure(
        DNS, f"The name {name} could not be looked up: {error}.", "Check the name, and the resolver of this host."
    )


def kind_of(error: OSError) -> str:
    """Return how an attempt to connect ended: one of the kinds above, or else the system's words."""
    if isinstance(error, socket.timeout):
        return TIMED_OUT
    return _KINDS.get(error.errno or 0) or error.strerror or str(error)


def not_connected(name: str, port: int, attempts: Sequence[tuple[str, str]]) -> Failure:
    """For a server of which no address can be connected to.

    Args:
        name: what was looked up.
        port: the port.
        attempts: the addresses and how the attempt at each ended.
    """
    kinds = {kind for _address, kind in attempts}
    advice = [text for kind, text in _TCP_ADVICE.items() if kind in kinds]
    private = [address for address, kind in attempts if kind in (TIMED_OUT, NO_ROUTE) and _is_private(address)]
    if private:
        advice.append(
            f"{private[0]} is a private address, which is reached only from inside the VPC, from networks that are joined to it, "
            "or through a VPN."
        )
    ended = "; ".join(f"{address} {kind}" for address, kind in attempts)
    return Failure(
        TCP,
        f"No connection to {name} port {port}: {ended}.",
        " ".join(advice) or "Check the network between this host and the workgroup.",
    )


_TCP_ADVICE = {
    TIMED_OUT: (
        "Nothing answers: let this host's address in by the security group and the network ACLs, look whether the workgroup is "
        "publicly accessible (module public_access_info tells what is in the way), and whether routes lead there and back."
    ),
    REFUSED: (
        "The address is reached and nothing listens on that port: compare it with the endpoint's port "
        f"({DEFAULT_PORT}, unless it was changed), and try again if the workgroup is just restarting."
    ),
    NO_ROUTE: "This host has no route to the address: check its network, and whether it has IPv6 where the address is one.",
    FORBIDDEN: "This host's own firewall or sandbox forbids the connection.",
}


def _is_private(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_private


def no_answer(seconds: float) -> Failure:
    """For a server that says nothing when it is asked for TLS."""
    return Failure(
        PROTOCOL,
        f"The server took the connection and did not answer the request for TLS within {seconds:g} seconds.",
        "Look whether host and port belong to the workgroup: another kind of server waits for more, and a proxy or load balancer "
        "waits for a target that it can't reach.",
    )


def hung_up(error: Exception) -> Failure:
    """For a server that closes the connection when it is asked for TLS."""
    if isinstance(error, wire.Closed):
        problem = "The server closed the connection instead of answering the request for TLS."
    else:
        problem = f"The connection broke before the request for TLS was answered ({error})."
    return Failure(
        PROTOCOL,
        problem,
        "Look whether host and port belong to the workgroup: a load balancer without a healthy target does this, a server that "
        "expects TLS from the first byte, and a workgroup that is just restarting.",
    )


def other_protocol(first: bytes) -> Failure:
    """For a server that answers the request for TLS with a byte that PostgreSQL does not have there."""
    if first == b"\x15":
        return Failure(
            PROTOCOL,
            "The server answered with a TLS alert: it expects TLS from the first byte, which PostgreSQL clients don't do.",
            "Let the load balancer pass on TCP instead of ending TLS, or connect to the workgroup itself.",
        )
    seems = " It seems to be a web server." if first == b"H" else ""
    return Failure(
        PROTOCOL,
        f"The server does not speak PostgreSQL's protocol, it answered with {first!r:.10}.{seems}",
        "Look whether host and port belong to the workgroup, and what stands between.",
    )


def answered_with_error(error: wire.ServerError) -> Failure:
    """For a server that refuses already the request for TLS."""
    return Failure(
        PROTOCOL,
        f"The server answered the request for TLS with an error: {error}.",
        "Do what the server says; a pooler or proxy in between answers so when it doesn't know TLS or has no free connection.",
    )


def no_tls() -> Failure:
    """For a server that speaks PostgreSQL and has no TLS."""
    return Failure(
        TLS,
        "The server speaks PostgreSQL's protocol and declined TLS.",
        "Redshift always offers TLS, so look what answers in its place: a pooler, a proxy, or another PostgreSQL server.",
    )


def bundle_unusable(path: str, error: OSError) -> Failure:
    """For a ca_bundle that cannot be loaded."""
    if isinstance(error, ssl.SSLError):
        problem = f"ca_bundle: got {path}; expected a PEM file of certificates on this host ({_reason(error)})."
    else:
        problem = f"ca_bundle: got {path}; expected a file that can be read on this host ({error.strerror})."
    return Failure(CHAIN, problem, _BUNDLE)


def handshake_failed(error: Exception) -> Failure:
    """For a TLS handshake that ends for another reason than the certificate."""
    if isinstance(error, socket.timeout):
        return Failure(
            TLS,
            "The server agreed to TLS and did not finish the handshake in time.",
            "Look for a proxy in between, and for a network path that loses large packets (MTU).",
        )
    if not isinstance(error, ssl.SSLError) or isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Failure(
            TLS,
            f"The server agreed to TLS and broke the connection during the handshake ({error}).",
            "Try again if the workgroup is just restarting; otherwise look for a proxy or an inspecting firewall in between.",
        )
    reason = _reason(error)
    if "wrong version number" in reason:  # OpenSSL's words for a record that is none of TLS
        return Failure(
            TLS,
            "The server agreed to TLS, and what it sends then is not TLS.",
            "Look what answers in the workgroup's place, and what stands between.",
        )
    if "protocol" in reason:
        return Failure(
            TLS,
            f"This host and the server have no TLS version in common, of 1.2 and newer ({reason}).",
            "Redshift has TLS 1.2 and newer: look what answers in its place, and which versions this host's OpenSSL configuration allows.",
        )
    if "handshake failure" in reason or "cipher" in reason:
        return Failure(
            TLS,
            f"This host and the server have no way to encrypt in common ({reason}).",
            "Compare the ciphers that this host's OpenSSL allows (system-wide crypto policy, FIPS mode) with what the server offers; "
            "with use_fips_ssl the workgroup takes fewer.",
        )
    return Failure(
        TLS, f"The TLS handshake failed ({reason}).", "Look what stands between this host and the workgroup."
    )


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's word for it; an SSLError that Python itself raises has none."""
    return str(getattr(error, "reason", None) or error).replace("_", " ").lower()


def certificate_unreadable(error: ValueError) -> Failure:
    """For a certificate that is no certificate."""
    return Failure(
        TLS, f"The server's certificate can't be read: it has {error}.", "Look what answers in the workgroup's place."
    )


def not_verified(
    error: ssl.SSLCertVerificationError, host: str, ca_bundle: str | None, seen: Certificate | None, now: str
) -> Failure:
    """For a certificate that is not what sslmode wants.

    Args:
        error: the first fault that OpenSSL found.
        host: the name that it was verified for.
        ca_bundle: the file of authorities that it was verified with, None for the system's.
        seen: the certificate, None when it could not be looked at.
        now: the time, written as in the certificate.
    """
    if error.verify_code in tls.OTHER_NAME:
        return _other_name(host, seen)
    if error.verify_code in tls.NOT_IN_TIME:
        return _not_in_time(error, seen, now)
    return _not_trusted(error, ca_bundle, seen)


def _other_name(host: str, seen: Certificate | None) -> Failure:
    names = ", ".join(seen.names[:10]) if seen and seen.names else "other names"
    first, _dot, rest = host.partition(".")
    if "-endpoint-" in first and "redshift-serverless" in rest:
        advice = (
            "This is the name of a Redshift-managed VPC endpoint, whose certificate carries the workgroup's name: give the "
            "workgroup's name as host and this one as hostaddr, or use sslmode verify-ca."
        )
    elif _is_address(host):
        advice = "Give the name as host and the address as hostaddr."
    else:
        advice = (
            "Connect by a name of the certificate; an own name must be the workgroup's custom domain name, with a certificate for it. "
            "For an alias without one, use sslmode verify-ca."
        )
    return Failure(HOSTNAME, f"The certificate is not for {host} but for {names}.", advice)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _not_in_time(error: ssl.SSLCertVerificationError, seen: Certificate | None, now: str) -> Failure:
    if seen and seen.not_after < now:
        return Failure(
            EXPIRY,
            f"The certificate expired at {seen.not_after}.",
            "AWS renews the workgroup's own certificate; renew that of a custom domain name in ACM, and check this host's clock.",
        )
    if seen and seen.not_before > now:
        return Failure(
            EXPIRY,
            f"The certificate is valid from {seen.not_before} on, and this host's clock shows {now}.",
            "Set the clock of this host.",
        )
    return Failure(
        EXPIRY,
        f"A certificate of the chain above the server's is out of its time ({error.verify_message}).",
        f"Renew the bundle of authorities on this host, and check its clock. {_BUNDLE}",
    )


def _not_trusted(error: ssl.SSLCertVerificationError, ca_bundle: str | None, seen: Certificate | None) -> Failure:
    where = f"ca_bundle {ca_bundle}" if ca_bundle else "this host's own roots"
    issuer = f", {seen.issuer!r}," if seen else ""
    if error.verify_code == tls.SELF_SIGNED:
        problem = f"The certificate is signed by itself and not among {where}."
    elif error.verify_code in tls.UNKNOWN_AUTHORITY:
        problem = (
            f"The authority that signed the certificate{issuer} is not vouched for by {where} ({error.verify_message})."
        )
    else:
        problem = f"The chain of the certificate{issuer} does not hold with {where}: {error.verify_message}."
    advice = "Give a ca_bundle that has the authority" if ca_bundle is None else "Bring the bundle up to date"
    return Failure(CHAIN, problem, f"{advice}, and look for a proxy that shows its own certificate. {_BUNDLE}")


def plaintext_accepted() -> Failure:
    """For a server that would let a client log in without TLS."""
    return Failure(
        PLAINTEXT,
        "The server goes on with the login on a connection without TLS.",
        "Set require_ssl to true in the workgroup's config_parameters, as the role redshift.serverless.ssl does.",
    )


def plaintext_refused(message: str | None) -> Failure:
    """For a server that refuses plaintext where it was expected to take it."""
    return Failure(
        PLAINTEXT,
        f"The server refuses connections without TLS ({message or 'it closes them'}), and expect_plaintext is accepted.",
        "Let the clients use TLS and expect_plaintext be refused, or set require_ssl to false in the workgroup's config_parameters.",
    )


def plaintext_unclear(message: str) -> Failure:
    """For a server that neither takes nor refuses plaintext."""
    return Failure(
        PLAINTEXT,
        f"Whether the server refuses connections without TLS did not show: {message}.",
        "Try again; if it stays so, set expect_plaintext to ignore and look at require_ssl of the workgroup instead.",
    )
