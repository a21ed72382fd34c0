# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which certificate of AWS Certificate Manager fits a custom domain name, and what speaks against one.

Everything here is pure. Facts: API reference of ACM's CertificateDetail and CertificateSummary; "Configuring a custom domain" (the
certificate has to be validated, and from the workgroup's Region); RFC 6125, sections 6.4.1, 6.4.3 and 6.4.4 (how a name is matched);
RFC 5280, 4.2.1.3 and 4.2.1.12 (a key usage that is named excludes the others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._core.ids import read_arn

# Below so many days a certificate counts as near its expiry. ACM begins to renew its own certificates 60 days before the end.
NEAR_EXPIRY_DAYS = 30

ISSUED = "ISSUED"

# A certificate that names none of these can't prove a TLS server's name. NONE is ACM's word for no such extension.
_SERVER_PURPOSES = frozenset({"TLS_WEB_SERVER_AUTHENTICATION", "ANY", "NONE"})
# TLS 1.2 and 1.3 sign with the key; the older RSA key exchange deciphers with it.
_SERVER_KEY_USES = frozenset({"DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT", "ANY"})


@dataclass(frozen=True)
class Place:
    """Where a certificate has to be.

    Attributes:
        partition: such as aws or aws-cn.
        region: the workgroup's Region.
        account: the workgroup's account, None when it is not known.
    """

    partition: str
    region: str
    account: str | None = None


@dataclass(frozen=True)
class Certificate:
    """Hold what ACM tells of a certificate, as far as it matters here.

    Attributes:
        arn: its ARN.
        names: the DNS names that it is for.
        status: ACM's status, such as ISSUED.
        not_before: when its validity begins; None when ACM does not say.
        not_after: when it expires; None when ACM does not say (one that was never issued).
        key_uses: ACM's names of its key usages; empty when it is not limited or not known.
        purposes: ACM's names of its extended key usages; empty when it is not limited or not known.
    """

    arn: str
    names: tuple[str, ...]
    status: str = ISSUED
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_uses: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()


def from_detail(detail: Mapping[str, Any]) -> Certificate:
    """Read a CertificateDetail of DescribeCertificate.

    A certificate with subject alternative names is for these and for nothing else (RFC 6125, 6.4.4).
    """
    names = detail.get("SubjectAlternativeNames") or [detail.get("DomainName", "")]
    return Certificate(
        arn=detail["CertificateArn"],
        names=tuple(name for name in names if name),
        status=detail.get("Status", ""),
        not_before=detail.get("NotBefore"),
        not_after=detail.get("NotAfter"),
        key_uses=frozenset(each["Name"] for each in detail.get("KeyUsages") or () if "Name" in each),
        purposes=frozenset(each["Name"] for each in detail.get("ExtendedKeyUsages") or () if "Name" in each),
    )


def from_summary(summary: Mapping[str, Any]) -> tuple[Certificate, bool]:
    """Read a CertificateSummary of ListCertificates.

    Returns:
        the certificate, and whether the summary tells enough to reject it: it has at most 100 of the alternative names and says
        whether these are all.
    """
    listed = summary.get("SubjectAlternativeNameSummaries")
    certificate = Certificate(
        arn=summary["CertificateArn"],
        names=tuple(listed or ()),
        status=summary.get("Status", ISSUED),
        not_before=summary.get("NotBefore"),
        not_after=summary.get("NotAfter"),
        key_uses=frozenset(summary.get("KeyUsages") or ()),
        purposes=frozenset(summary.get("ExtendedKeyUsages") or ()),
    )
    return certificate, bool(listed) and not summary.get("HasAdditionalSubjectAlternativeNames")


def canonical(name: str) -> str:
    """Return a DNS name in the form in which names are compared: lower case, without the dot of the root."""
    return name.removesuffix(".").lower()


def covers(pattern: str, name: str) -> bool:
    """Tell whether a certificate's DNS name is for this host name.

    A wildcard is the whole leftmost label and stands for exactly one label (RFC 6125, 6.4.3). What that section only permits, an
    asterisk within a label, is not taken for a wildcard.
    """
    pattern, name = canonical(pattern), canonical(name)
    if not pattern.startswith("*."):
        return pattern == name
    label, _dot, rest = name.partition(".")
    return bool(label) and "*" not in label and rest == pattern[2:]


def is_for(certificate: Certificate, name: str) -> bool:
    """Tell whether one of a certificate's names covers a host name."""
    return any(covers(pattern, name) for pattern in certificate.names)


def days_left(expires: datetime, now: datetime) -> int:
    """Return the whole days until a moment, negative when it has passed."""
    return (expires - now) // timedelta(days=1)


def near_expiry(expires: datetime | None, now: datetime) -> bool:
    """Tell whether a certificate expires soon or has expired; one whose end is not known does not count."""
    return expires is not None and days_left(expires, now) < NEAR_EXPIRY_DAYS


def misplaced(arn: str, place: Place) -> str | None:
    """Return what is wrong with the place that a certificate's ARN names, None when nothing is."""
    found = read_arn(arn)
    if found.service != "acm" or not (found.partition and found.resource):
        return "is not the ARN of a certificate in ACM"
    if found.partition != place.partition:
        return f"is in the partition {found.partition}, not in {place.partition}"
    if found.region != place.region:
        return f"is in {found.region or 'no Region'}, and the workgroup is in {place.region}"
    if place.account is not None and found.account != place.account:
        return f"belongs to account {found.account}, and the workgroup to {place.account}"
    return None


def problems(certificate: Certificate, name: str, place: Place, now: datetime) -> Iterator[str]:
    """Yield what speaks against a certificate for a custom domain name, each as a clause that follows its ARN."""
    place_problem = misplaced(certificate.arn, place)
    if place_problem:
        yield place_problem
    if certificate.status != ISSUED:
        yield f"has the status {certificate.status or 'unknown'}"
    yield from _date_problems(certificate, now)
    if not is_for(certificate, name):
        yield f"is for {_some(certificate.names)}, which does not cover {name}"
    if certificate.purposes and not certificate.purposes & _SERVER_PURPOSES:
        yield f"is not for TLS servers (its extended key usage is {', '.join(sorted(certificate.purposes))})"
    if certificate.key_uses and not certificate.key_uses & _SERVER_KEY_USES:
        yield f"has a key that a TLS server can't use (its key usage is {', '.join(sorted(certificate.key_uses))})"


def _date_problems(certificate: Certificate, now: datetime) -> Iterator[str]:
    if certificate.not_after is not None and certificate.not_after <= now:
        yield f"expired on {certificate.not_after:%Y-%m-%d}"
    if certificate.not_before is not None and certificate.not_before > now:
        yield f"is not valid before {certificate.not_before:%Y-%m-%d}"


def _some(names: tuple[str, ...], most: int = 5) -> str:
    """Return a few names in one line; a certificate may have a hundred."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "no name") + more


def best(certificates: Iterable[Certificate], name: str, place: Place, now: datetime) -> Certificate | None:
    """Choose the certificate for a name, None when none fits.

    The one that expires last wins. Of several that expire together, one that has the name itself wins over a wildcard, and then the
    ARN decides, so that every run chooses the same.
    """
    fitting = [each for each in certificates if not any(problems(each, name, place, now))]
    return min(fitting, key=_preference(name), default=None)


def _preference(name: str) -> Callable[[Certificate], tuple[float, bool, str]]:
    def rank(certificate: Certificate) -> tuple[float, bool, str]:
        exact = canonical(name) in map(canonical, certificate.names)
        expires = certificate.not_after.timestamp() if certificate.not_after else float("-inf")
        return -expires, not exact, certificate.arn

    return rank
