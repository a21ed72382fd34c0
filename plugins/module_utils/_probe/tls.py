# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TLS handshake as libpq's sslmode wants it, and what its errors are about.

Runs on managed nodes: Python 3.8, standard library.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from typing import NamedTuple

from . import certificate

REQUIRE, VERIFY_CA, VERIFY_FULL = SSL_MODES = ("require", "verify-ca", "verify-full")

# X509_V_ERR_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED; _HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH; _DEPTH_ZERO_SELF_SIGNED_CERT,
# _SELF_SIGNED_CERT_IN_CHAIN; _UNABLE_TO_GET_ISSUER_CERT, _UNABLE_TO_GET_ISSUER_CERT_LOCALLY, _UNABLE_TO_VERIFY_LEAF_SIGNATURE
# (openssl/x509_vfy.h)
NOT_IN_TIME = (9, 10)
OTHER_NAME = (62, 64)
SELF_SIGNED = 18
UNKNOWN_AUTHORITY = (2, 19, 20, 21)

# How long a server's own goodbye is waited for.
GOODBYE_SECONDS = 1.0


class Session(NamedTuple):
    """What a handshake agreed on.

    Attributes:
        protocol: such as TLSv1.3.
        cipher: OpenSSL's name of the cipher suite.
        certificate: the server's.
    """

    protocol: str
    cipher: str
    certificate: certificate.Certificate


def make_context(sslmode: str, ca_bundle: str | None) -> ssl.SSLContext:
    """Return what a client demands that is set to this sslmode.

    Args:
        sslmode: one of SSL_MODES.
        ca_bundle: a PEM file of trusted authorities; None for those of the system.

    Raises:
        OSError: when the file cannot be read; ssl.SSLError, which is one too, when it is no PEM file of certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # "Redshift accepts TLS 1.2 and newer only" (behaviour change of September 2026), and so do current drivers.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = sslmode == VERIFY_FULL
    if sslmode == REQUIRE:
        context.verify_mode = ssl.CERT_NONE
    elif ca_bundle:
        context.load_verify_locations(cafile=ca_bundle)
    else:
        context.load_default_certs()
    return context


def shake_hands(sock: socket.socket, context: ssl.SSLContext, host: str) -> Session:
    """Do the handshake and nothing more; the time limit is the socket's.

    Raises:
        OSError: what is wrong, an ssl.SSLCertVerificationError where the certificate is.
        ValueError: when the certificate cannot be read.
    """
    with context.wrap_socket(sock, server_hostname=host) as wrapped:
        cipher = wrapped.cipher()
        if cipher is None:  # Python leaves out the handshake when the connection is gone already.
            raise ConnectionResetError(errno.ECONNRESET, "connection reset before the handshake")
        session = Session(
            protocol=wrapped.version() or "",
            cipher=cipher[0],
            certificate=certificate.read(wrapped.getpeercert(binary_form=True) or b""),
        )
        _say_goodbye(wrapped)
        return session


def _say_goodbye(wrapped: ssl.SSLSocket) -> None:
    """End TLS in form, or else what the server has sent unasked (session tickets) makes it log a broken connection."""
    wrapped.settimeout(GOODBYE_SECONDS)
    # Not every server answers, and nothing depends on it.
    with contextlib.suppress(OSError, ValueError):
        wrapped.unwrap()
