# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that are right, and certificates that are wrong in one way each."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


def now() -> datetime:
    """The time that certificates can show: without parts of seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authority:
    """A certificate authority.

    Attributes:
        directory: where its files are written.
        name: its common name.
        end: when its own certificate expires.
    """

    directory: Path
    name: str = "Root of the tests"
    end: datetime = field(default_factory=lambda: now() + 9 * DAY)
    key: ec.EllipticCurvePrivateKey = field(default_factory=_key)

    @property
    def bundle(self) -> str:
        """The path of its certificate, for those who trust it."""
        path = self.directory / f"{self.name}.pem"
        path.write_bytes(self._sign(self.name, self.key, [], now() - 9 * DAY, self.end, ca=True))
        return str(path)

    def issue(
        self,
        *names: x509.GeneralName,
        begin: datetime | None = None,
        end: datetime | None = None,
        common_name: str = "server of the tests",
        self_signed: bool = False,
    ) -> ssl.SSLContext:
        """What a server needs that shows a certificate for these names."""
        key = _key()
        signer = Authority(self.directory, common_name, key=key) if self_signed else self
        pem = signer._sign(common_name, key, names, begin or now() - DAY, end or now() + DAY)
        path = self.directory / "server.pem"
        path.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        common_name: str,
        key: ec.EllipticCurvePrivateKey,
        names: tuple[x509.GeneralName, ...] | list[x509.GeneralName],
        begin: datetime,
        end: datetime,
        ca: bool = False,
    ) -> bytes:
        builder = (
            x509.CertificateBuilder(_name(self.name), _name(common_name), key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)
