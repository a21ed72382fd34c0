"""TLS as the workgroup speaks it with its clients, and as the front speaks it with PostgreSQL behind."""

from __future__ import annotations

import dataclasses
import functools
import ssl
from pathlib import Path

# What PostgreSQL has by default: wider than Python's.
CIPHERS = "HIGH:MEDIUM:+3DES:!aNULL"
CURVE = "prime256v1"
# ECDHE with AES-GCM: the approved ones among TLS 1.2's that a server with an RSA certificate can use.
FIPS_CIPHERS = ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384")
# Python before 3.15 cannot choose among TLS 1.3's; the handshake is stopped where another one is agreed on.
NOT_FIPS = frozenset({"TLS_CHACHA20_POLY1305_SHA256"})
# An alert, of TLS 1.2 as all records before the keys are: two bytes, fatal, handshake_failure.
HANDSHAKE_FAILURE = bytes.fromhex("15 0303 0002 02 28")
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


@dataclasses.dataclass(frozen=True)
class TlsPolicy:
    """What a handshake may agree on.

    Attributes:
        context: Certificate, protocols, ciphers.
        unwanted: Ciphers of TLS 1.3 that the context has and that are refused nevertheless.
    """

    context: ssl.SSLContext
    unwanted: frozenset[str] = frozenset()


def client_policy(certificate: Path, key: Path, fips: bool) -> TlsPolicy:
    """How clients are spoken with: TLS 1.2 and 1.3, in FIPS mode with AES-GCM and P-256 only [I].

    A client of TLS 1.3 is refused in FIPS mode if it has no other suite than ChaCha20's, and also if it has that and
    AES 128 but not AES 256, as OpenSSL's own order has ChaCha20 in between. No client known has such a list.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(FIPS_CIPHERS) if fips else CIPHERS)
    context.set_ecdh_curve(CURVE)
    # As PostgreSQL does it: no session is resumed, no handshake is made within another's encryption.
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0
    context.load_cert_chain(certificate, key)
    return TlsPolicy(context, NOT_FIPS if fips else frozenset())


@functools.cache
def upstream_policy(version: str, cipher: str) -> TlsPolicy:
    """How the front speaks with PostgreSQL: as its client does, so that PostgreSQL's own account of it is true.

    Of TLS 1.3 only the version can be passed on, with the suite that comes first everywhere, AES 256. The certificate
    is not looked at: the server is the emulator's own, on the same machine.

    Args:
        version: ``TLSv1.2`` or ``TLSv1.3``.
        cipher: OpenSSL's name.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = VERSIONS[version]
    if version == "TLSv1.2":
        context.set_ciphers(cipher)
    return TlsPolicy(context)
