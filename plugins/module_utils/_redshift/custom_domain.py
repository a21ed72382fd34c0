# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The custom domain name of a workgroup: observed, planned and predicted.

Facts: API reference of Create, Update, Delete, Get and ListCustomDomainAssociation(s). The operations are served at once: there is
no status. Only the certificate can be changed. A workgroup has one custom domain (inferred: GetWorkgroup shows one). Terraform takes
an association without an expiry time for none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import AccessDenied, AlreadyExists, InvalidInput, NotFound, RedshiftServerlessError, Refused
from .._core.ids import account_in
from .._core.plan import AtOnce
from .._core.shapes import check_request, complete, result
from . import workgroup
from .acm import Certificates
from .certificates import Certificate, Place, canonical, days_left, misplaced, near_expiry

_OPTION_OF = {
    "workgroupName": "workgroup",
    "customDomainName": "domain_name",
    "customDomainCertificateArn": "certificate_arn",
}
_SHAPE = "Association"
_NAME, _ARN, _EXPIRES = "customDomainName", "customDomainCertificateArn", "customDomainCertificateExpiryTime"


@dataclass(frozen=True)
class Desired:
    """What the user named.

    Attributes:
        workgroup: the workgroup's name.
        name: the domain name in its canonical form; None, only with `absent`, for whichever the workgroup has.
        certificate_arn: the certificate; None to leave it alone, or to find one where one is needed.
        absent: the name is to be gone.
        allow_recreate: whether another name that the workgroup has may be replaced.
    """

    workgroup: str
    name: str | None
    certificate_arn: str | None = None
    absent: bool = False
    allow_recreate: bool = False

    def names(self, state: State) -> bool:
        """Whether an association is the one that is meant."""
        return self.name is None or canonical(state[_NAME]) == self.name


def desired_of(api: Api, params: Mapping[str, Any]) -> Desired:
    """Read the desire from a module's options.

    Args:
        api: the service, for its model, Region and partition; it is not asked.
        params: workgroup, domain_name, certificate_arn, state, allow_recreate.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    absent = params["state"] == "absent"
    arn = None if absent else params.get("certificate_arn")
    given = {"workgroupName": params["workgroup"], **({_ARN: arn} if arn is not None else {})}
    if arn is not None:
        _check_arn(arn, Place(api.partition, api.region))
    check_request(api.model, "CreateCustomDomainAssociation", given, _OPTION_OF, botocore_version())
    name = params.get("domain_name")
    return Desired(
        workgroup=params["workgroup"],
        name=None if name is None else checked_name(api, name),
        certificate_arn=arn,
        absent=absent,
        allow_recreate=params["allow_recreate"],
    )


def checked_name(api: Api, name: str) -> str:
    """Bring a domain name into its canonical form.

    Raises:
        InvalidInput: when the API takes no such name.
    """
    plain, shape = canonical(name), api.model.shape_for("CustomDomainName").metadata
    if len(plain) > shape["max"] or not re.fullmatch(shape["pattern"], plain):
        raise InvalidInput(
            f"domain_name: got {name!r}; expected a host name such as sales.example.com, of at most {shape['max']} characters: two or "
            "more labels of letters, digits and hyphens, the last one of at least two characters. Write an international name in its "
            "xn-- form."
        )
    return plain


def _check_arn(arn: str, place: Place) -> None:
    problem = misplaced(arn, place)
    if problem:
        raise InvalidInput(
            f"certificate_arn: got {arn!r}, which {problem}; expected the ARN of a certificate in ACM in {place.region}, such as "
            f"arn:{place.partition}:acm:{place.region}:123456789012:certificate/... Request or import the certificate there."
        )


def plan(current: State | None, desired: Desired, arn: str | None) -> list[Change]:
    """Plan what brings the association from what it is to what is desired.

    Args:
        current: the workgroup's association, of whatever name.
        desired: what the user named.
        arn: the certificate that it is to have, None to leave it alone.
    """
    if desired.absent:
        return [] if current is None else [_deletion(current, "the custom domain should be absent")]
    creation = {"workgroupName": desired.workgroup, _NAME: desired.name, _ARN: arn}
    if current is None:
        return [Change("CreateCustomDomainAssociation", creation, "the workgroup has no custom domain")]
    if not desired.names(current):
        reason = f"domain_name: {current[_NAME]} -> {desired.name}"
        return [_deletion(current, reason), Change("CreateCustomDomainAssociation", creation, reason)]
    if arn is None or arn == current.get(_ARN):
        return []
    update = {**creation, _NAME: current[_NAME]}
    return [Change("UpdateCustomDomainAssociation", update, f"certificate_arn: {current.get(_ARN)} -> {arn}")]


def _deletion(current: State, reason: str) -> Change:
    request = {member: current[member] for member in ("workgroupName", _NAME)}
    return Change("DeleteCustomDomainAssociation", request, reason, interrupts=True)


def after(current: State | None, change: Change, certificate: Certificate | None) -> State | None:
    """Predict the association after a Change.

    Args:
        current: the association before.
        change: the Change.
        certificate: the certificate that it sets, None when it could not be read.
    """
    del current
    if change.operation == "DeleteCustomDomainAssociation":
        return None
    return {**change.parameters, _EXPIRES: certificate.not_after if certificate else None}


def refuse_rename(current: State | None, desired: Desired) -> None:
    """Refuse to replace another name that the workgroup has, unless the user allows it.

    Raises:
        Refused: naming both.
    """
    if current is None or desired.absent or desired.allow_recreate or desired.names(current):
        return
    raise Refused(
        f"domain_name: got {desired.name}; expected {current[_NAME]}, which is the custom domain of workgroup {desired.workgroup}: AWS "
        "keeps one for each workgroup. Set allow_recreate to true to replace it, after which nobody can connect by the old name."
    )


@dataclass
class CustomDomain(AtOnce):
    """The custom domain of a workgroup, with what is desired of it.

    Attributes:
        api: Redshift Serverless.
        desired: what the user named.
        certificates: the certificates of ACM.
        may_be_missing: whether the workgroup may be yet to be created.
    """

    api: Api
    desired: Desired
    certificates: Certificates
    may_be_missing: bool
    _workgroup: State | None = field(default=None, init=False)
    _certificate: Certificate | None = field(default=None, init=False)
    _prepared: bool = field(default=False, init=False)
    _told: set[str] = field(default_factory=set, init=False)

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"the custom domain {self.desired.name or 'name'} of workgroup {self.desired.workgroup}"

    @property
    def now(self) -> datetime:
        """The moment that certificates are judged by."""
        return self.certificates.now

    def observe(self) -> State | None:
        """Read the workgroup's association, and before the first write what speaks against it.

        What is as desired costs one read (GetCustomDomainAssociation). Otherwise GetWorkgroup tells another name that the workgroup
        has. Before a name is associated, ListCustomDomainAssociations tells who else has it, and ACM is asked about the certificate.

        Raises:
            InvalidInput: no such workgroup, no certificate, or one that does not fit.
            Refused: another workgroup has the name, or this one has another and may not lose it.
        """
        state = self._read()
        refuse_rename(state, self.desired)
        if not self._prepared and self._has_to_prepare(state):
            self._prepare(state)
            self._prepared = True
        if state is not None and not self.plan(state):
            self._tell_expiry(state[_ARN], state.get(_EXPIRES))
        return state

    def _read(self) -> State | None:
        """The workgroup's association; with state absent only the one that is named."""
        name = self.desired.name
        found = self._get(name) if name is not None else None
        if found is not None:
            return found
        self._workgroup = workgroup.observe(self.api, self.desired.workgroup)
        shown = self._association(self._workgroup or {})
        if shown is None or shown[_NAME] == name:
            return None  # the workgroup shows for a moment longer what GetCustomDomainAssociation no longer knows
        return None if self.desired.absent and not self.desired.names(shown) else shown

    def _get(self, name: str) -> State | None:
        request = {"workgroupName": self.desired.workgroup, _NAME: name}
        try:
            return self._association(self.api.read_whole("GetCustomDomainAssociation", request, _NAME))
        except NotFound:
            return None

    def _association(self, answer: Mapping[str, Any]) -> State | None:
        """The association in an answer or a workgroup; None when it has no certificate."""
        members = self.api.model.shape_for(_SHAPE).members
        found = {member: answer[member] for member in members if answer.get(member) is not None}
        return found if found.keys() >= {_NAME, _ARN} else None

    def _has_to_prepare(self, state: State | None) -> bool:
        """Whether something will be written, or a certificate that is near its expiry may be replaced."""
        if self.desired.absent:
            return False
        if state is None or not self.desired.names(state):
            return True
        if self.desired.certificate_arn is None:
            return near_expiry(state.get(_EXPIRES), self.now)
        return self.desired.certificate_arn != state.get(_ARN)

    def _prepare(self, state: State | None) -> None:
        """Find everything out that has to be known before the first write."""
        name, owns = str(self.desired.name), state is not None and self.desired.names(state)
        if not owns:
            self._refuse_missing_workgroup()
            self._refuse_taken(name)
        arn, place = self.desired.certificate_arn, self._place()
        if arn is not None:
            _check_arn(arn, place)
            self._certificate = self.certificates.given(arn, name, place)
        elif state is not None and owns:
            self._certificate = self._later(state, name, place)
        else:
            self._certificate = self._found(name, place)
        if self._certificate is not None:
            self._tell_expiry(self._certificate.arn, self._certificate.not_after)

    def _refuse_missing_workgroup(self) -> None:
        if self._workgroup is None and not self.may_be_missing:
            raise InvalidInput(
                f"workgroup: got {self.desired.workgroup!r}; expected a workgroup of this account in {self.api.region}. "
                "Correct the name or the Region."
            )

    def _refuse_taken(self, name: str) -> None:
        try:
            listed = self.api.read_all("ListCustomDomainAssociations", {_NAME: name}, "associations")
        except AccessDenied as error:
            self.certificates.warn(f"Whether another workgroup has {name} was not checked. {error.message}")
            return
        holders = {each["workgroupName"] for each in listed if canonical(each[_NAME]) == name}
        others = sorted(holders - {self.desired.workgroup})
        if others:
            raise Refused(
                f"domain_name: got {name}, which is the custom domain of workgroup {', '.join(others)}; expected a name that no other "
                "workgroup has. Remove it there first (state: absent), or choose another name."
            )

    def _place(self) -> Place:
        account = account_in((self._workgroup or {}).get("workgroupArn"))
        return Place(self.api.partition, self.api.region, account)

    def _found(self, name: str, place: Place) -> Certificate:
        """The best certificate for a name that is new.

        Raises:
            InvalidInput: none fits, or ACM can't be asked.
        """
        try:
            found = self.certificates.find(name, place)
        except AccessDenied as error:
            raise InvalidInput(
                f"certificate_arn: got nothing; expected a certificate, since ACM may not be searched for one. {error.message} "
                "Grant this permission, or set certificate_arn."
            ) from error
        if found.best is not None:
            return found.best
        misses = f" {'. '.join(found.near_misses)}." if found.near_misses else ""
        raise InvalidInput(
            f"certificate_arn: got nothing, and ACM in {place.region} has no issued, unexpired certificate for TLS servers that covers "
            f"{name}; expected one.{misses} Request or import a certificate there, or set certificate_arn."
        )

    def _later(self, state: State, name: str, place: Place) -> Certificate | None:
        """A certificate that expires later than the present one; None when there is none, or when ACM can't be asked."""
        try:
            found = self.certificates.find(name, place).best
        except RedshiftServerlessError as error:
            self.certificates.warn(f"No later certificate for {name} was looked for. {error.message}")
            return None
        later = found is not None and found.not_after is not None and found.not_after > state[_EXPIRES]
        return found if later else None

    def _tell_expiry(self, arn: str, expires: datetime | None) -> None:
        if self.desired.absent or expires is None or arn in self._told or not near_expiry(expires, self.now):
            return
        self._told.add(arn)
        self.certificates.warn(expiry_warning(str(self.desired.name), arn, expires, self.now))

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        found = self._certificate.arn if self._certificate else None
        return plan(current, self.desired, self.desired.certificate_arn or found)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change, self._certificate)

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        try:
            self.api.write(change.operation, change.parameters)
        except NotFound:
            if change.operation != "DeleteCustomDomainAssociation":
                raise
        except AlreadyExists as error:
            if self._get(str(self.desired.name)) is None:
                raise Refused(
                    f"{error.message}. domain_name: got {self.desired.name}, which AWS says is in use, and not by workgroup "
                    f"{self.desired.workgroup}; expected a name that nobody has. Remove it there first, or choose another name."
                ) from error

    def report(self, state: State | None) -> dict[str, Any]:
        """The association as the module returns it."""
        return {"custom_domain": shown(self.api, state, self.now)}


def expiry_warning(name: str, arn: str, expires: datetime, now: datetime) -> str:
    """Say that a certificate expires soon or has expired, in one sentence and what to do."""
    left, day = days_left(expires, now), _day(expires)
    when = f"expired on {day}" if left < 0 else f"expires on {day}, in {left} day{'' if left == 1 else 's'}"
    return f"The certificate of the custom domain {name} {when} ({arn}). Check its renewal in ACM, or set certificate_arn to a newer one."


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def shown(api: Api, state: State | None, now: datetime) -> dict[str, Any] | None:
    """An association as results show it: every member of the API's shape in snake_case, and when its certificate expires."""
    if state is None:
        return None
    expires = state.get(_EXPIRES)
    return {
        **result(complete(api.model, _SHAPE, state)),
        "certificate_expires": None if expires is None else _day(expires),
        "certificate_days_left": None if expires is None else days_left(expires, now),
    }


def build(
    api: Api,
    params: Mapping[str, Any],
    check_mode: bool,
    connect: Callable[[str], Api],
    warn: Callable[[str], None],
) -> CustomDomain:
    """Make a custom domain from a module's options.

    Args:
        api: Redshift Serverless.
        params: the module's options.
        check_mode: then the workgroup may be yet to be created.
        connect: makes the Api of another service.
        warn: shows the user a warning.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    certificates = Certificates(lambda: connect("acm"), datetime.now(UTC), warn)
    return CustomDomain(api, desired_of(api, params), certificates, may_be_missing=check_mode)
