"""A certificate authority of the emulator's own, and server certificates from it.

This module is imported when it is needed. The certificates are valid in real time: clients look at the clock of their machine, not at the simulated one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANIZATION = "redshift.serverless emulator"
BEFORE, AFTER = timedelta(days=1), timedelta(days=30)
# RSA 2048 as certificates of ACM have by default.
KEY_BITS = 2048
# A common name has at most so many characters (X.520), a host name may have more.
LONGEST_COMMON_NAME = 64


class Authority:
    """Signs server certificates; the key of the servers is the same for all, making one takes a while."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        self._server_key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        self._certificate = self._make_root()

    def _make_root(self) -> x509.Certificate:
        name = _subject("redshift.serverless emulator root")
        public = self._key.public_key()
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        builder = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        builder = _dated(builder)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> str:
        """The root certificate, which clients are to trust."""
        return _pem(self._certificate)

    @property
    def server_key_pem(self) -> str:
        """The servers' private key."""
        return self._server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode("ascii")

    def server_certificate(self, names: tuple[str, ...]) -> str:
        """A certificate for these host names, the first of them in the subject too, if it is short enough for that."""
        public = self._server_key.public_key()
        builder = x509.CertificateBuilder(
            issuer_name=self._certificate.subject, subject_name=_subject(names[0]), public_key=public
        )
        builder = _dated(builder)
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        # Python 3.13 verifies strictly: without this extension it refuses the certificate.
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(authority, critical=False)
        return _pem(builder.sign(self._key, hashes.SHA256()))


def _subject(common_name: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION)]
    if len(common_name) <= LONGEST_COMMON_NAME:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    return x509.Name(parts)


def _dated(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - BEFORE).not_valid_after(now + AFTER)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
