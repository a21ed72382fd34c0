# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read certificates from AWS Certificate Manager: one by its ARN, or the best one for a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._core.api import Api
from .._core.errors import AccessDenied, AnswerLost, ConnectionFailed, InvalidInput, NotFound, Throttled
from .certificates import Certificate, Place, best, from_detail, from_summary, is_for, problems


@dataclass(frozen=True)
class Certificates:
    """The certificates of ACM, for the options of a module.

    Attributes:
        connect: makes the Api of ACM; called when it is first needed.
        now: the present moment.
        warn: tells the user what could not be checked.
    """

    connect: Callable[[], Api]
    now: datetime
    warn: Callable[[str], None]

    def given(self, arn: str, name: str, place: Place) -> Certificate | None:
        """Check the certificate that the user gave (DescribeCertificate).

        ACM that can't be asked is no obstacle: Redshift Serverless checks the certificate itself, in fewer words.

        Args:
            arn: its ARN, which names the right place.
            name: the custom domain name.
            place: where it has to be.

        Returns:
            the certificate, None when it could not be read.

        Raises:
            InvalidInput: when there is no such certificate, or it does not fit.
        """
        try:
            certificate = _describe(self.connect(), arn)
        except NotFound:
            raise InvalidInput(
                f"certificate_arn: got {arn}, which does not exist in ACM in {place.region}; expected a certificate that covers {name}. "
                "Correct the ARN, or leave it out to have a certificate found."
            ) from None
        except (AccessDenied, AnswerLost, ConnectionFailed, Throttled) as error:
            self.warn(
                f"The certificate {arn} was not checked before it was used. {error.message} Redshift Serverless checks it itself."
            )
            return None
        refuse(certificate, name, place, self.now)
        return certificate

    def find(self, name: str, place: Place) -> Found:
        """Find the best certificate for a name (ListCertificates, then DescribeCertificate for each that may fit).

        Certificates that another service manages (ManagedBy) are left to that service.

        Raises:
            RedshiftServerlessError: when ACM can't be asked.
        """
        api = self.connect()
        # Without the filter, ACM lists RSA keys of 1024 and 2048 bits only.
        request = {"Includes": {"keyTypes": list(api.model.shape_for("KeyAlgorithm").enum)}}
        listed = api.read_all("ListCertificates", request, "CertificateSummaryList")
        known: list[Certificate] = []
        for summary in listed:
            certificate, complete = from_summary(summary)
            if summary.get("ManagedBy"):
                continue
            if complete and any(problems(certificate, name, place, self.now)):
                known.append(certificate)
            else:
                known.extend(_described(api, certificate.arn))
        return Found(best(known, name, place, self.now), tuple(self._near_misses(known, name, place)))

    def _near_misses(self, known: list[Certificate], name: str, place: Place) -> Iterator[str]:
        for certificate in sorted(known, key=lambda each: each.arn):
            found = list(problems(certificate, name, place, self.now))
            if found and is_for(certificate, name):
                yield f"{certificate.arn} {' and '.join(found)}"


@dataclass(frozen=True)
class Found:
    """The outcome of a search.

    Attributes:
        best: the certificate to use, None when none fits.
        near_misses: what speaks against each certificate that covers the name and does not fit.
    """

    best: Certificate | None
    near_misses: tuple[str, ...] = ()


def _described(api: Api, arn: str) -> Iterator[Certificate]:
    """Yield a certificate of the list, nothing when it was deleted since."""
    with suppress(NotFound):
        yield _describe(api, arn)


def refuse(certificate: Certificate, name: str, place: Place, now: datetime) -> None:
    """Refuse a certificate that does not fit.

    Raises:
        InvalidInput: naming everything that speaks against it.
    """
    found = list(problems(certificate, name, place, now))
    if found:
        raise InvalidInput(
            f"certificate_arn: got {certificate.arn}, which {' and '.join(found)}; expected an issued, unexpired certificate for TLS "
            f"servers in {place.region} that covers {name}. Choose another one, or leave it out to have one found."
        )


def _describe(api: Api, arn: str) -> Certificate:
    detail: dict[str, Any] = api.read("DescribeCertificate", {"CertificateArn": arn}, "Certificate")
    return from_detail(detail)
