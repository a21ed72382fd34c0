"""Custom domain associations. Facts: aws-behaviour 7. All of it is synchronous: there is no status [C: BM]."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend

from .call import Call
from .errors import conflict, not_found, validation
from .state import CustomDomain, Workgroup
from .workgroups import find_workgroup

Params = dict[str, Any]


def _view(workgroup: Workgroup, domain: CustomDomain) -> dict[str, Any]:
    return {
        "workgroupName": workgroup.name,
        "customDomainName": domain.name,
        "customDomainCertificateArn": domain.certificate_arn,
        "customDomainCertificateExpiryTime": domain.expires,
    }


def _certificate(call: Call, name: str, arn: str) -> CustomDomain:
    """The certificate must be in ACM in the same Region, validated, and for the name [C: docs]; unexpired [I]; texts [U].

    The status is moto's, which goes by real time; the expiry is judged by simulated time too.
    """
    acm: Any = get_backend("acm")[call.account][call.region]
    if arn not in acm._certificates:
        raise validation(f"The certificate {arn} doesn't exist in AWS Certificate Manager in {call.region}.")
    certificate = acm.get_certificate(arn)
    if certificate.status != "ISSUED":
        raise validation(f"The certificate {arn} isn't valid: its status is {certificate.status}.")
    names = {certificate.common_name, *(certificate.sans or [])}
    if not any(_covers(each, name) for each in names):
        raise validation(f"The certificate {arn} isn't valid for the custom domain name {name}.")
    expires: datetime = certificate._cert.not_valid_after_utc
    if expires <= call.now:
        raise validation(f"The certificate {arn} has expired.")
    return CustomDomain(name=name, certificate_arn=arn, expires=expires.astimezone(UTC))


def _covers(pattern: str, name: str) -> bool:
    """Whether a certificate name covers a host name; a wildcard stands for one label."""
    if pattern.startswith("*."):
        return name.partition(".")[2].lower() == pattern[2:].lower()
    return pattern.lower() == name.lower()


def _find(call: Call, params: Params) -> tuple[Workgroup, CustomDomain]:
    workgroup = find_workgroup(call.backend, params["workgroupName"])
    domain, name = workgroup.custom_domain, params["customDomainName"]
    if domain is None or domain.name != name:
        raise not_found(f"The custom domain {name} isn't associated with the workgroup {workgroup.name}.", name)
    return workgroup, domain


def create_custom_domain_association(call: Call, params: Params) -> dict[str, Any]:
    """CreateCustomDomainAssociation; one for each workgroup [I from the scalar field]."""
    workgroup = find_workgroup(call.backend, params["workgroupName"])
    if workgroup.custom_domain is not None:
        raise conflict(f"The workgroup {workgroup.name} already has the custom domain {workgroup.custom_domain.name}.")
    name = params["customDomainName"]
    if any(
        each.custom_domain and each.custom_domain.name.lower() == name.lower()
        for each in call.backend.workgroups.values()
    ):
        raise conflict(f"The custom domain {name} already exists.")
    workgroup.custom_domain = _certificate(call, name, params["customDomainCertificateArn"])
    return _view(workgroup, workgroup.custom_domain)


def get_custom_domain_association(call: Call, params: Params) -> dict[str, Any]:
    """GetCustomDomainAssociation."""
    return _view(*_find(call, params))


def update_custom_domain_association(call: Call, params: Params) -> dict[str, Any]:
    """UpdateCustomDomainAssociation: only the certificate changes [C: BM]."""
    workgroup, domain = _find(call, params)
    workgroup.custom_domain = _certificate(call, domain.name, params["customDomainCertificateArn"])
    return _view(workgroup, workgroup.custom_domain)


def delete_custom_domain_association(call: Call, params: Params) -> dict[str, Any]:
    """DeleteCustomDomainAssociation."""
    workgroup, _domain = _find(call, params)
    workgroup.custom_domain = None
    return {}


def list_custom_domain_associations(call: Call, params: Params) -> dict[str, Any]:
    """ListCustomDomainAssociations, by name and by certificate."""
    found = [
        _view(each, each.custom_domain)
        for each in call.backend.workgroups.values()
        if each.custom_domain
        and params.get("customDomainName", each.custom_domain.name) == each.custom_domain.name
        and params.get("customDomainCertificateArn", each.custom_domain.certificate_arn)
        == each.custom_domain.certificate_arn
    ]
    return {"associations": found}
