# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.session_tag_trust import session_tag_trust

SAML = "arn:aws:iam::111111111111:saml-provider/corporate"
OIDC = "arn:aws:iam::111111111111:oidc-provider/login.example.com/tenant"


@pytest.mark.parametrize(
    ("partition", "audience"),
    [
        ("aws", "https://signin.aws.amazon.com/saml"),
        ("aws-cn", "https://signin.amazonaws.cn/saml"),
        ("aws-us-gov", "https://signin.amazonaws-us-gov.com/saml"),
    ],
)
def test_saml_is_for_the_partitions_own_sign_in(partition: str, audience: str) -> None:
    arn = SAML.replace("arn:aws:", f"arn:{partition}:")
    assert session_tag_trust({"federated_roles_saml_provider_arn": arn}) == {
        "statement": {
            "Sid": "RedshiftDbRoles",
            "Effect": "Allow",
            "Principal": {"Federated": arn},
            "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
            "Condition": {"StringEquals": {"SAML:aud": audience}},
        },
        "problems": [],
    }


def test_oidc_is_for_its_audiences_and_subjects() -> None:
    variables = {
        "federated_roles_oidc_provider_arn": OIDC,
        "federated_roles_audiences": ["one", "two"],
        "federated_roles_oidc_subjects": ["team:*"],
    }
    statement = session_tag_trust(variables)["statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    assert statement["Condition"] == {
        "StringEquals": {"login.example.com/tenant:aud": ["one", "two"]},
        "StringLike": {"login.example.com/tenant:sub": "team:*"},
    }


def test_without_a_provider_there_is_nothing_to_trust() -> None:
    assert session_tag_trust({}) == {"statement": None, "problems": []}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        (
            {"trust": True, "iam_roles": [{}]},
            "needs federated_roles_saml_provider_arn or federated_roles_oidc_provider",
        ),
        ({"trust": True, "saml_provider_arn": SAML}, "federated_roles_iam_roles names no IAM role"),
        ({"saml_provider_arn": SAML, "oidc_provider_arn": OIDC}, "are both set"),
        ({"saml_provider_arn": OIDC}, "saml-provider/corporate"),
        ({"oidc_provider_arn": SAML, "audiences": ["a"]}, "oidc-provider/login.example.com"),
        ({"saml_provider_arn": "corporate"}, "expected is an ARN"),
        ({"oidc_provider_arn": OIDC}, "federated_roles_audiences is missing"),
        ({"saml_provider_arn": SAML.replace("aws", "aws-iso", 1)}, "federated_roles_audiences is missing"),
        (
            {"oidc_provider_arn": OIDC, "audiences": ["a", "*"]},
            "federated_roles_audiences has a value of nothing but *",
        ),
        (
            {"oidc_provider_arn": OIDC, "audiences": ["a"], "oidc_subjects": ["**"]},
            "oidc_subjects has a value of nothing",
        ),
        ({"saml_provider_arn": SAML, "oidc_subjects": ["a"]}, "counts only with federated_roles_oidc_provider_arn"),
    ],
)
def test_what_can_not_be_is_said(variables: dict[str, Any], words: str) -> None:
    answer = session_tag_trust({f"federated_roles_{name}": value for name, value in variables.items()})
    assert answer["statement"] is None
    [problem] = answer["problems"]
    assert words in problem
