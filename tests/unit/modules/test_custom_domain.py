# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from unit_kit.answers import CERTIFICATE_ARN, DOMAIN, association, certificate, workgroup
from unit_kit.conversation import ACCOUNT, REGION, Conversation, client
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

WANTED: Options = {"workgroup": "sales", "domain_name": DOMAIN, "certificate_arn": CERTIFICATE_ARN}
FOUND: Options = {"workgroup": "sales", "domain_name": DOMAIN}
GONE: Options = {**FOUND, "state": "absent"}
NAMED = {"workgroupName": "sales", "customDomainName": DOMAIN}
CREATION = {**NAMED, "customDomainCertificateArn": CERTIFICATE_ARN}
OTHER = "old.example.com"
OTHER_ARN = CERTIFICATE_ARN.replace("0a1b2c3d", "1b2c3d4e")
URL = "https://redshift-serverless.us-east-1.amazonaws.com/"
# Of the module's own clock: some hours more, so that a whole day is not lost while the test runs.
SOON = datetime.now(UTC) + timedelta(days=10, hours=3)
LATE = datetime.now(UTC) + timedelta(days=200, hours=3)
LATER = datetime.now(UTC) + timedelta(days=300, hours=3)
LISTING = {"Includes": {"keyTypes": list(client("acm").meta.service_model.shape_for("KeyAlgorithm").enum)}}
DENIED = "User is not authorized."


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("custom_domain", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def get(aws: Conversation, expires: datetime = LATE, **members: Any) -> None:
    aws.answer("GetCustomDomainAssociation", NAMED, association(expires=expires, **members))


def missing(aws: Conversation, has: str | None = None) -> None:
    """No such association; the workgroup may have another."""
    members: dict[str, Any] = {"customDomainName": has, "customDomainCertificateArn": CERTIFICATE_ARN if has else None}
    aws.refuse("GetCustomDomainAssociation", NAMED, "ResourceNotFoundException", "It isn't associated.")
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup(**members)})


def no_workgroup(aws: Conversation) -> None:
    aws.refuse("GetCustomDomainAssociation", NAMED, "ResourceNotFoundException", "The workgroup was not found.")
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "Not found.")


def free(aws: Conversation, *holders: str) -> None:
    listed = [association(workgroupName=holder) for holder in holders]
    aws.answer("ListCustomDomainAssociations", {"customDomainName": DOMAIN}, {"associations": listed})


def describe(aws: Conversation, arn: str = CERTIFICATE_ARN, expires: datetime | None = LATE, **members: Any) -> None:
    answer = {"Certificate": certificate(arn, expires, **members)}
    aws.answer("DescribeCertificate", {"CertificateArn": arn}, answer, service="acm")


def catalogue(aws: Conversation, *summaries: dict[str, Any]) -> None:
    aws.answer("ListCertificates", LISTING, {"CertificateSummaryList": list(summaries)}, service="acm")


def summary(arn: str = CERTIFICATE_ARN, **members: Any) -> dict[str, Any]:
    return {"CertificateArn": arn, "DomainName": DOMAIN, **members}


def create(aws: Conversation, arn: str = CERTIFICATE_ARN, expires: datetime = LATE) -> None:
    request = {**CREATION, "customDomainCertificateArn": arn}
    aws.answer("CreateCustomDomainAssociation", request, association(expires=expires, customDomainCertificateArn=arn))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [WANTED, FOUND, {**WANTED, "domain_name": "Sales.Example.COM."}])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool, options: Options) -> None:
    get(aws)

    result = run.succeed(options, check=check)

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert result["custom_domain"]["custom_domain_name"] == DOMAIN
    assert result["custom_domain"]["certificate_expires"] == f"{LATE:%Y-%m-%d}"
    assert result["custom_domain"]["certificate_days_left"] == 200
    assert run.warnings == []


def test_associates_a_name_with_a_given_certificate(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)
    create(aws)
    get(aws)

    result = run.succeed(WANTED, diff=True)

    assert operations(result) == ["CreateCustomDomainAssociation"]
    assert result["diff"]["before"] == {"custom_domain": None}
    assert result["diff"]["after"]["custom_domain"]["custom_domain_certificate_arn"] == CERTIFICATE_ARN


def test_predicts_the_association(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)

    result = run.succeed(WANTED, check=True, diff=True)

    assert operations(result) == ["CreateCustomDomainAssociation"]
    assert result["custom_domain"] == {
        "workgroup_name": "sales",
        "custom_domain_name": DOMAIN,
        "custom_domain_certificate_arn": CERTIFICATE_ARN,
        "custom_domain_certificate_expiry_time": LATE.isoformat(),
        "certificate_expires": f"{LATE:%Y-%m-%d}",
        "certificate_days_left": 200,
    }


def test_check_mode_works_from_nothing(run: Runner, aws: Conversation) -> None:
    no_workgroup(aws)
    free(aws)
    catalogue(aws, summary())
    describe(aws)

    result = run.succeed(FOUND, check=True)

    assert operations(result) == ["CreateCustomDomainAssociation"]
    assert result["custom_domain"]["certificate_days_left"] == 200


def test_a_workgroup_that_does_not_exist_is_named(run: Runner, aws: Conversation) -> None:
    no_workgroup(aws)

    assert "workgroup: got 'sales'; expected a workgroup of this account in us-east-1" in run.fail(WANTED)["msg"]


def test_finds_the_certificate_that_expires_last(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    catalogue(
        aws,
        summary(),
        summary(OTHER_ARN, SubjectAlternativeNameSummaries=["*.example.com"], NotAfter=LATER),
        summary(CERTIFICATE_ARN + "1", SubjectAlternativeNameSummaries=["example.org"]),
        summary(CERTIFICATE_ARN + "2", SubjectAlternativeNameSummaries=[DOMAIN], NotAfter=SOON - timedelta(days=90)),
        summary(CERTIFICATE_ARN + "3", SubjectAlternativeNameSummaries=[DOMAIN], ManagedBy="CLOUDFRONT"),
        summary(CERTIFICATE_ARN + "4"),
    )
    describe(aws)
    describe(aws, OTHER_ARN, LATER, SubjectAlternativeNames=["*.example.com"])
    aws.refuse(
        "DescribeCertificate", {"CertificateArn": CERTIFICATE_ARN + "4"}, "ResourceNotFoundException", "", service="acm"
    )
    create(aws, OTHER_ARN, LATER)
    get(aws, LATER, customDomainCertificateArn=OTHER_ARN)

    result = run.succeed(FOUND)

    assert result["custom_domain"]["custom_domain_certificate_arn"] == OTHER_ARN


def test_no_certificate_is_explained_with_what_speaks_against_each(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    pending = summary(OTHER_ARN, SubjectAlternativeNameSummaries=[DOMAIN], Status="PENDING_VALIDATION")
    catalogue(aws, summary(), pending)
    describe(aws, SubjectAlternativeNames=["example.com"])

    message = run.fail(FOUND)["msg"]

    assert f"no issued, unexpired certificate for TLS servers that covers {DOMAIN}" in message
    assert f"{OTHER_ARN} has the status PENDING_VALIDATION." in message
    assert CERTIFICATE_ARN not in message


def test_a_search_that_is_not_allowed_names_the_permission(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    aws.refuse("ListCertificates", LISTING, "AccessDeniedException", DENIED, service="acm")

    message = run.fail(FOUND)["msg"]

    assert "certificate_arn: got nothing" in message
    assert "acm:ListCertificates" in message


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"Status": "PENDING_VALIDATION", "expires": None}, "has the status PENDING_VALIDATION"),
        ({"Status": "EXPIRED", "expires": datetime(2026, 1, 1, tzinfo=UTC)}, "expired on 2026-01-01"),
        ({"SubjectAlternativeNames": ["*.sales.example.com"]}, f"does not cover {DOMAIN}"),
        ({"ExtendedKeyUsages": [{"Name": "CODE_SIGNING"}]}, "is not for TLS servers"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused_before_the_first_write(
    run: Runner, aws: Conversation, members: dict[str, Any], words: str
) -> None:
    missing(aws)
    free(aws)
    describe(aws, **members)

    result = run.fail(WANTED)

    assert result["msg"].startswith(f"certificate_arn: got {CERTIFICATE_ARN}, which ")
    assert words in result["msg"]
    assert (result["changed"], result["changes"]) == (False, [])


def test_a_certificate_that_does_not_exist_is_refused(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    aws.refuse(
        "DescribeCertificate", {"CertificateArn": CERTIFICATE_ARN}, "ResourceNotFoundException", "No.", service="acm"
    )

    assert "which does not exist in ACM in us-east-1" in run.fail(WANTED)["msg"]


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        (CERTIFICATE_ARN.replace(REGION, "eu-west-1"), "is in eu-west-1, and the workgroup is in us-east-1"),
        (CERTIFICATE_ARN.replace("arn:aws:", "arn:aws-cn:"), "is in the partition aws-cn"),
        (CERTIFICATE_ARN.replace(":acm:", ":iam:"), "is not the ARN of a certificate in ACM"),
        ("", "is not the ARN of a certificate in ACM"),
    ],
)
def test_a_certificate_of_another_place_is_refused_without_a_call(run: Runner, arn: str, words: str) -> None:
    assert words in run.fail({**WANTED, "certificate_arn": arn})["msg"]


def test_a_certificate_of_another_account_is_refused(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)

    message = run.fail({**WANTED, "certificate_arn": CERTIFICATE_ARN.replace(ACCOUNT, "210987654321")})["msg"]

    assert "belongs to account 210987654321" in message


def test_a_certificate_that_may_not_be_read_is_left_to_aws(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    aws.refuse(
        "DescribeCertificate", {"CertificateArn": CERTIFICATE_ARN}, "AccessDeniedException", DENIED, service="acm"
    )
    create(aws)
    get(aws)

    result = run.succeed(WANTED)

    assert operations(result) == ["CreateCustomDomainAssociation"]
    [warning] = run.warnings
    assert "was not checked" in warning
    assert "acm:DescribeCertificate" in warning


def test_an_acm_that_can_not_be_reached_is_left_to_aws(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    lost = ConnectTimeoutError(endpoint_url="https://acm.us-east-1.amazonaws.com/")
    aws.lose("DescribeCertificate", {"CertificateArn": CERTIFICATE_ARN}, lost, service="acm")

    result = run.succeed(WANTED, check=True)

    assert result["custom_domain"]["certificate_expires"] is None
    assert "was not checked" in run.warnings[0]


def test_replaces_the_certificate_in_place(run: Runner, aws: Conversation) -> None:
    get(aws)
    describe(aws, OTHER_ARN, LATER)
    updated = association(expires=LATER, customDomainCertificateArn=OTHER_ARN)
    aws.answer("UpdateCustomDomainAssociation", {**CREATION, "customDomainCertificateArn": OTHER_ARN}, updated)
    get(aws, LATER, customDomainCertificateArn=OTHER_ARN)

    result = run.succeed({**WANTED, "certificate_arn": OTHER_ARN})

    assert operations(result) == ["UpdateCustomDomainAssociation"]
    assert result["changes"][0]["reason"] == f"certificate_arn: {CERTIFICATE_ARN} -> {OTHER_ARN}"
    assert result["custom_domain"]["certificate_days_left"] == 300


def test_a_certificate_near_its_expiry_is_replaced_by_a_later_one(run: Runner, aws: Conversation) -> None:
    get(aws, SOON)
    catalogue(aws, summary(), summary(OTHER_ARN))
    describe(aws, CERTIFICATE_ARN, SOON)
    describe(aws, OTHER_ARN, LATER)

    result = run.succeed(FOUND, check=True)

    assert operations(result) == ["UpdateCustomDomainAssociation"]
    assert result["custom_domain"]["certificate_days_left"] == 300
    assert run.warnings == []


def test_a_certificate_near_its_expiry_without_a_later_one_is_warned_of(run: Runner, aws: Conversation) -> None:
    get(aws, SOON)
    catalogue(aws, summary())
    describe(aws, CERTIFICATE_ARN, SOON)

    result = run.succeed(FOUND)

    assert not result["changed"]
    [warning] = run.warnings
    assert f"expires on {SOON:%Y-%m-%d}, in 10 days ({CERTIFICATE_ARN})" in warning


def test_a_given_certificate_near_its_expiry_is_warned_of_and_kept(run: Runner, aws: Conversation) -> None:
    get(aws, SOON)

    assert not run.succeed(WANTED)["changed"]
    assert ["in 10 days" in each for each in run.warnings] == [True]


def test_a_renewal_that_may_not_be_looked_for_is_no_failure(run: Runner, aws: Conversation) -> None:
    get(aws, SOON)
    aws.refuse("ListCertificates", LISTING, "AccessDeniedException", DENIED, service="acm")

    result = run.succeed(FOUND)

    assert not result["changed"]
    assert ["acm:ListCertificates" in each for each in run.warnings] == [True, False]


def test_a_new_name_with_a_certificate_near_its_expiry_is_warned_of_once(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws, expires=SOON)
    create(aws, expires=SOON)
    get(aws, SOON)

    assert run.succeed(WANTED)["changed"]
    assert len(run.warnings) == 1


def test_another_name_of_the_workgroup_is_not_replaced_silently(run: Runner, aws: Conversation) -> None:
    missing(aws, has=OTHER)

    message = run.fail(WANTED)["msg"]

    assert f"domain_name: got {DOMAIN}; expected {OTHER}" in message
    assert "allow_recreate" in message


def test_another_name_is_replaced_where_that_is_allowed(run: Runner, aws: Conversation) -> None:
    old = {"workgroupName": "sales", "customDomainName": OTHER}
    missing(aws, has=OTHER)
    free(aws)
    describe(aws)
    aws.answer("DeleteCustomDomainAssociation", old, {})
    missing(aws)
    create(aws)
    get(aws)

    result = run.succeed({**WANTED, "allow_recreate": True})

    assert operations(result) == ["DeleteCustomDomainAssociation", "CreateCustomDomainAssociation"]
    assert [change["interrupts"] for change in result["changes"]] == [True, False]


def test_a_certificate_that_does_not_fit_a_new_name_spares_the_old_one(run: Runner, aws: Conversation) -> None:
    missing(aws, has=OTHER)
    free(aws)
    describe(aws, SubjectAlternativeNames=[OTHER])

    assert run.fail({**WANTED, "allow_recreate": True})["changes"] == []


def test_a_name_that_another_workgroup_has_is_refused(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws, "marketing")

    message = run.fail(WANTED)["msg"]

    assert f"domain_name: got {DOMAIN}, which is the custom domain of workgroup marketing" in message


def test_holders_that_may_not_be_listed_are_left_to_aws(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.refuse("ListCustomDomainAssociations", {"customDomainName": DOMAIN}, "AccessDeniedException", DENIED)
    describe(aws)

    run.succeed(WANTED, check=True)

    assert "redshift-serverless:ListCustomDomainAssociations" in run.warnings[0]


def test_a_name_that_aws_knows_elsewhere_is_refused_at_once(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)
    aws.refuse("CreateCustomDomainAssociation", CREATION, "ConflictException", "The custom domain already exists.")
    aws.refuse("GetCustomDomainAssociation", NAMED, "ResourceNotFoundException", "It isn't associated.")

    result = run.fail(WANTED)

    assert "in use, and not by workgroup sales" in result["msg"]
    assert [change["operation"] for change in result["changes_pending"]] == ["CreateCustomDomainAssociation"]


def test_a_lost_answer_is_looked_up(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)
    aws.lose("CreateCustomDomainAssociation", CREATION, ReadTimeoutError(endpoint_url=URL))
    get(aws)

    assert operations(run.succeed(WANTED)) == ["CreateCustomDomainAssociation"]


def test_a_repetition_of_botocore_that_finds_its_own_work_is_a_success(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)
    aws.refuse("CreateCustomDomainAssociation", CREATION, "ConflictException", "The custom domain already exists.")
    get(aws)
    get(aws)

    assert run.succeed(WANTED)["changed"]


def test_a_workgroup_that_aws_is_at_work_on_is_waited_for(run: Runner, aws: Conversation) -> None:
    missing(aws)
    free(aws)
    describe(aws)
    busy = "There is an operation running on the workgroup. Try again later."
    aws.refuse("CreateCustomDomainAssociation", CREATION, "ConflictException", busy)
    missing(aws)
    create(aws)
    get(aws)

    assert operations(run.succeed(WANTED)) == ["CreateCustomDomainAssociation"]


@pytest.mark.parametrize("check", [True, False])
def test_removes_the_name(run: Runner, aws: Conversation, check: bool) -> None:
    get(aws)
    if not check:
        aws.answer("DeleteCustomDomainAssociation", NAMED, {})
        missing(aws)

    result = run.succeed(GONE, check=check)

    assert operations(result) == ["DeleteCustomDomainAssociation"]
    assert result["custom_domain"] is None


def test_what_is_gone_already_is_no_failure(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.refuse("DeleteCustomDomainAssociation", NAMED, "ResourceNotFoundException", "It isn't associated.")
    missing(aws, has=DOMAIN)  # the workgroup shows it for a moment longer

    assert run.succeed(GONE)["custom_domain"] is None


@pytest.mark.parametrize("has", [None, OTHER])
def test_another_name_is_spared_when_one_is_removed(run: Runner, aws: Conversation, has: str | None) -> None:
    missing(aws, has=has)

    result = run.succeed(GONE)

    assert (result["changed"], result["custom_domain"]) == (False, None)


def test_nothing_is_removed_from_a_workgroup_that_does_not_exist(run: Runner, aws: Conversation) -> None:
    no_workgroup(aws)

    assert not run.succeed(GONE)["changed"]


def test_removes_whichever_name_there_is_when_none_is_given(run: Runner, aws: Conversation) -> None:
    has = workgroup(customDomainName=OTHER, customDomainCertificateArn=CERTIFICATE_ARN)
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": has})
    aws.answer("DeleteCustomDomainAssociation", {"workgroupName": "sales", "customDomainName": OTHER}, {})
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})

    assert operations(run.succeed({"workgroup": "sales", "state": "absent"})) == ["DeleteCustomDomainAssociation"]


def test_a_name_that_aws_keeps_in_capitals_is_the_same_name(run: Runner, aws: Conversation) -> None:
    missing(aws, has="Sales.Example.com")

    result = run.succeed(WANTED)

    assert not result["changed"]
    assert result["custom_domain"]["custom_domain_name"] == "Sales.Example.com"


def test_an_association_without_a_certificate_is_none(run: Runner, aws: Conversation) -> None:
    aws.answer("GetCustomDomainAssociation", NAMED, NAMED)
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})
    free(aws)
    describe(aws)

    assert operations(run.succeed(WANTED, check=True)) == ["CreateCustomDomainAssociation"]


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "*.example.com",
        "-a.example.com",
        "a..example.com",
        ".example.com",
        "a.example.com..",
        "a.example.c",
        "bücher.example.com",
        "a_b.example.com",
        " a.example.com",
        "a.example.com\n",
        "",
        f"{'a' * 64}.example.com",
        ".".join(["a" * 49] * 5) + ".example",
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_that_is_none_is_refused_without_a_call(run: Runner, name: str, state: str) -> None:
    message = run.fail({**FOUND, "domain_name": name, "state": state})["msg"]

    assert message.startswith(f"domain_name: got {name!r}; expected a host name")


def test_a_workgroup_name_that_is_none_is_refused_without_a_call(run: Runner) -> None:
    assert run.fail({**WANTED, "workgroup": "Sales!"})["msg"].startswith("workgroup: ")


def test_a_name_is_needed_to_have_one(run: Runner) -> None:
    assert "domain_name" in run.fail({"workgroup": "sales"})["msg"]
