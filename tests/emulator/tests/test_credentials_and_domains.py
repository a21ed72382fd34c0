"""GetCredentials and custom domains."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from emulator_kit.constants import SETTLED
from redshift_emulator.call import database_user
from redshift_emulator.control import Emulator

DOMAIN = "warehouse.example.com"


@pytest.fixture
def certificate(emulator: Emulator) -> str:
    arn: str = emulator.session().client("acm").request_certificate(DomainName="*.example.com")["CertificateArn"]
    return arn


def test_credentials_are_for_the_caller_and_end_in_simulated_time(
    emulator: Emulator, client: Any, workgroup: dict[str, Any]
) -> None:
    now = datetime.fromisoformat(emulator.clock()["now"])
    given = client.get_credentials(workgroupName="sales", durationSeconds=1800)
    assert given["dbUser"] == "IAM:emulator"
    assert abs(given["expiration"] - now - timedelta(seconds=1800)) < timedelta(seconds=1)
    assert given["nextRefreshTime"] < given["expiration"]
    assert client.get_credentials(workgroupName="sales")["dbPassword"] != given["dbPassword"]
    log = json.dumps(emulator.requests())
    assert given["dbPassword"] not in log
    assert '"dbUser": "IAM:emulator"' in log


@pytest.mark.parametrize("seconds", [899, 3601])
def test_durations_out_of_range(client: Any, refused: Any, workgroup: dict[str, Any], seconds: int) -> None:
    refused("ValidationException", client.get_credentials, workgroupName="sales", durationSeconds=seconds)


def test_name_or_domain_is_needed(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    refused("ValidationException", client.get_credentials)
    refused("ValidationException", client.get_credentials, workgroupName="sales", customDomainName=DOMAIN)
    refused("ResourceNotFoundException", client.get_credentials, workgroupName="missing")
    refused("ResourceNotFoundException", client.get_credentials, customDomainName=DOMAIN)


@pytest.mark.parametrize(
    ("arn", "user"),
    [
        ("arn:aws:iam::111111111111:user/path/eve", "IAM:eve"),
        ("arn:aws-cn:sts::111111111111:assumed-role/reader/session", "IAMR:reader"),
    ],
)
def test_database_users(arn: str, user: str) -> None:
    assert database_user(arn) == user


def test_a_domain_is_associated_shown_and_removed(
    client: Any, refused: Any, workgroup: dict[str, Any], certificate: str
) -> None:
    names = {"workgroupName": "sales", "customDomainName": DOMAIN}
    made = client.create_custom_domain_association(**names, customDomainCertificateArn=certificate)
    assert made["customDomainCertificateExpiryTime"] > workgroup["creationDate"]
    shown = client.get_workgroup(workgroupName="sales")["workgroup"]
    assert (shown["customDomainName"], shown["customDomainCertificateArn"]) == (DOMAIN, certificate)
    assert client.get_credentials(customDomainName=DOMAIN)["dbUser"] == "IAM:emulator"
    assert [each["customDomainName"] for each in client.list_custom_domain_associations()["associations"]] == [DOMAIN]
    create = client.create_custom_domain_association
    refused("ConflictException", create, **names, customDomainCertificateArn=certificate)
    client.update_custom_domain_association(**names, customDomainCertificateArn=certificate)
    client.delete_custom_domain_association(**names)
    refused("ResourceNotFoundException", client.get_custom_domain_association, **names)
    assert "customDomainName" not in client.get_workgroup(workgroupName="sales")["workgroup"]


def test_the_certificate_must_exist_and_cover_the_name(
    client: Any, refused: Any, workgroup: dict[str, Any], certificate: str
) -> None:
    create = client.create_custom_domain_association
    missing = certificate[:-1] + ("0" if certificate[-1] != "0" else "1")
    names = {"workgroupName": "sales", "customDomainName": DOMAIN}
    assert "doesn't exist" in refused("ValidationException", create, **names, customDomainCertificateArn=missing)
    names["customDomainName"] = "a.b.example.com"
    assert "isn't valid" in refused("ValidationException", create, **names, customDomainCertificateArn=certificate)


YEAR = 366 * 24 * 3600
NAMES = {"workgroupName": "sales", "customDomainName": DOMAIN}


def test_a_certificate_must_be_validated(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    emulator.settings(certificate_validation="pending")
    acm = emulator.session().client("acm")
    arn = acm.request_certificate(DomainName=DOMAIN)["CertificateArn"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "PENDING_VALIDATION"
    create = client.create_custom_domain_association
    assert "PENDING_VALIDATION" in refused("ValidationException", create, **NAMES, customDomainCertificateArn=arn)
    emulator.settings(certificate_validation="at_once")
    create(**NAMES, customDomainCertificateArn=arn)


def test_a_certificate_must_not_have_expired_in_simulated_time(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any], certificate: str
) -> None:
    emulator.advance(YEAR)
    create = client.create_custom_domain_association
    assert "has expired" in refused("ValidationException", create, **NAMES, customDomainCertificateArn=certificate)


def test_the_certificate_must_be_in_the_same_region(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    abroad = emulator.session(region="eu-west-1").client("acm").request_certificate(DomainName=DOMAIN)["CertificateArn"]
    create = client.create_custom_domain_association
    assert "us-east-1" in refused("ValidationException", create, **NAMES, customDomainCertificateArn=abroad)


def test_a_workgroup_has_one_name_and_a_name_one_workgroup(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any], certificate: str
) -> None:
    client.create_namespace(namespaceName="other")
    client.create_workgroup(workgroupName="other", namespaceName="other")
    emulator.advance(SETTLED)
    create, arn = client.create_custom_domain_association, {"customDomainCertificateArn": certificate}
    create(**NAMES, **arn)
    refused("ConflictException", create, **{**NAMES, "customDomainName": "second.example.com"}, **arn)
    taken = {"workgroupName": "other", "customDomainName": DOMAIN.upper()}
    assert "already exists" in refused("ConflictException", create, **taken, **arn)


@pytest.mark.parametrize("name", ["localhost", "*.example.com", "-a.example.com", "a..example.com", "a.example.com."])
def test_names_are_host_names(
    client: Any, refused: Any, workgroup: dict[str, Any], certificate: str, name: str
) -> None:
    create = client.create_custom_domain_association
    names = {**NAMES, "customDomainName": name}
    refused("ValidationException", create, **names, customDomainCertificateArn=certificate)


def test_what_is_not_there_can_not_be_read_changed_or_removed(
    client: Any, refused: Any, workgroup: dict[str, Any], certificate: str
) -> None:
    elsewhere = {**NAMES, "workgroupName": "missing"}
    for names in (NAMES, elsewhere):
        refused("ResourceNotFoundException", client.get_custom_domain_association, **names)
        refused("ResourceNotFoundException", client.delete_custom_domain_association, **names)
        update = client.update_custom_domain_association
        refused("ResourceNotFoundException", update, **names, customDomainCertificateArn=certificate)
    create = client.create_custom_domain_association
    refused("ResourceNotFoundException", create, **elsewhere, customDomainCertificateArn=certificate)
