# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of custom domains, by ansible-playbook, with certificates of the emulated ACM."""

from __future__ import annotations

from typing import Any

from redshift_emulator.control import OWNER, Emulator

NAME, OTHER = "sales.example.com", "warehouse.example.com"
DOMAIN = {"workgroup": "sales", "domain_name": NAME}
READ = "GetCustomDomainAssociation"
CREATE, UPDATE, DELETE = (f"{verb}CustomDomainAssociation" for verb in ("Create", "Update", "Delete"))


def play(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}]


def task(module: str, **options: Any) -> dict[str, Any]:
    return {f"redshift.serverless.{module}": options}


def attempt(**options: Any) -> dict[str, Any]:
    """A task that may fail; its message counts."""
    return {**task("custom_domain", **options), "ignore_errors": True}


def issue(emulator: Emulator, *names: str) -> str:
    """A certificate for these names, looked at once, by which it is validated where that is not switched off; gives its ARN."""
    request = {"DomainName": names[0], **({"SubjectAlternativeNames": list(names[1:])} if names[1:] else {})}
    acm = emulator.session(OWNER).client("acm")
    arn = acm.request_certificate(**request)["CertificateArn"]
    return str(acm.describe_certificate(CertificateArn=arn)["Certificate"]["CertificateArn"])


def domain_calls(emulator: Emulator, since: int = 0) -> list[str]:
    called = emulator.calls(since, service=None)
    return [call for call in called if "CustomDomain" in call or "Certificate" in call]


def test_a_name_from_nothing_with_the_certificate_that_fits(emulator: Emulator, ansible: Any) -> None:
    issue(emulator, "*.example.org")
    fitting = issue(emulator, "example.com", "*.example.com")
    issue(emulator, "example.com")
    emulator.clear_requests()

    done, again = ansible.four_steps(
        play(
            task("namespace", name="sales"),
            task("workgroup", name="sales", namespace="sales"),
            task("custom_domain", **DOMAIN),
            task("custom_domain_info", workgroup="sales"),
        ),
        {},
    )

    made, kept = done.results[2]["custom_domain"], again.results[2]["custom_domain"]
    assert (made["custom_domain_certificate_arn"], kept) == (fitting, made)
    assert done.results[3]["custom_domains"] == [made]
    look = [READ, "ListCustomDomainAssociations", "ListCertificates", *["DescribeCertificate"] * 3]
    info = ["ListCustomDomainAssociations"]
    predicted, made_it, unchanged = [*look, *info], [*look, CREATE, READ, *info], [READ, *info]
    assert domain_calls(emulator) == [*predicted, *made_it, *unchanged, *unchanged]


def test_a_certificate_and_a_name_are_replaced_and_removed(estate: Any, ansible: Any) -> None:
    emulator = estate.emulator
    first, second, narrow = (issue(emulator, *names) for names in (["*.example.com"], [NAME, OTHER], [OTHER]))
    estate.add("marketing")
    emulator.settings(certificate_validation="pending")
    pending = issue(emulator, NAME)
    estate.redshift.create_custom_domain_association(
        workgroupName="sales", customDomainName=NAME, customDomainCertificateArn=first
    )
    emulator.clear_requests()

    run = ansible.run(
        play(
            attempt(**{**DOMAIN, "workgroup": "marketing"}),
            attempt(**DOMAIN, certificate_arn=narrow),
            attempt(**DOMAIN, certificate_arn=pending),
            attempt(workgroup="sales", domain_name=OTHER),
            task("custom_domain", **DOMAIN, certificate_arn=second),
            task("custom_domain", workgroup="sales", domain_name=OTHER, certificate_arn=narrow, allow_recreate=True),
            task("custom_domain", **DOMAIN, state="absent"),
            task("custom_domain", workgroup="sales", domain_name=OTHER, state="absent"),
        ),
        {},
    )

    assert run.code == 0, run.text
    taken, uncovered, unvalidated, renamed, *rest = run.results
    assert f"domain_name: got {NAME}, which is the custom domain of workgroup sales" in taken["msg"]
    assert f"is for {OTHER}, which does not cover {NAME}" in uncovered["msg"]
    assert "has the status PENDING_VALIDATION" in unvalidated["msg"]
    assert "allow_recreate" in renamed["msg"]
    assert [result["changed"] for result in rest] == [True, True, False, True]
    assert ansible.writes() == [UPDATE, DELETE, CREATE, DELETE]
    assert "customDomainName" not in estate.workgroup()


def test_what_may_not_be_asked_of_acm_is_said(estate: Any, ansible: Any) -> None:
    emulator = estate.emulator
    given = issue(emulator, NAME)
    emulator.settings(deny=[{"action": "acm:*"}])

    run = ansible.run(play(attempt(**DOMAIN), task("custom_domain", **DOMAIN, certificate_arn=given)), {})

    assert run.code == 0, run.text
    assert "acm:ListCertificates" in run.results[0]["msg"]
    assert run.results[1]["changed"]
    assert "acm:DescribeCertificate" in str(run.results[1]["warnings"])
