# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies as AWS documents them, and the ways in which a policy's text may change without its meaning."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

Policy = dict[str, Any]

REGION = "us-east-1"
WORKGROUP = "arn:aws:redshift-serverless:us-east-1:111122223333:workgroup/4f3c1a52-0000-4000-8000-000000000001"


@pytest.fixture(scope="session")
def workgroup_arn() -> str:
    return WORKGROUP


@pytest.fixture
def sample() -> Policy:
    """The sample of AWS's page, as far as it names AuthorizedVpc (its stray brace left out)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "CrossAccountCrossVPCAccess",
                "Effect": "Allow",
                "Principal": {"AWS": ["123456789012", "234567890123"]},
                "Action": [
                    "redshift-serverless:CreateEndpointAccess",
                    "redshift-serverless:UpdateEndpointAccess",
                    "redshift-serverless:DeleteEndpointAccess",
                    "redshift-serverless:GetEndpointAccess",
                ],
                "Condition": {
                    "ArnLike": {
                        "redshift-serverless:AuthorizedVpc": [
                            "arn:aws:ec2:us-east-1:123456789012:vpc/*",
                            "arn:aws:ec2:us-east-1:234567890123:vpc/vpc-456",
                            "arn:aws:ec2:us-east-1:234567890123:vpc/vpc-987",
                        ]
                    }
                },
            }
        ],
    }


@pytest.fixture
def present_sample(sample: Policy) -> Policy:
    """The sample that AWS's page shows today: RequestedRegion and SourceVpc, with a Resource."""
    [statement] = sample["Statement"]
    statement["Resource"] = "arn:aws:redshift-serverless:*:*:*"
    statement["Condition"] = {
        "StringEquals": {"aws:RequestedRegion": "us-east-1"},
        "StringLike": {"aws:SourceVpc": ["vpc-11223344556677889", "vpc-12345678"]},
    }
    return sample


@pytest.fixture(scope="session")
def scrambled() -> Callable[[Policy], st.SearchStrategy[Policy | str]]:
    """A strategy that gives other texts with the meaning of a policy attached to the workgroup above."""
    return _scrambled


@st.composite
def _scrambled(draw: st.DrawFn, policy: Policy) -> Policy | str:
    policy = copy.deepcopy(policy)
    statements = [draw(_statement(statement)) for statement in policy["Statement"]]
    statements += [draw(_statement(statement)) for statement in draw(st.lists(st.sampled_from(statements), max_size=2))]
    policy["Statement"] = draw(st.permutations(statements))
    if len(statements) == 1 and draw(st.booleans()):
        policy["Statement"] = statements[0]
    if draw(st.booleans()):
        del policy["Version"]
    return json.dumps(policy) if draw(st.booleans()) else policy


@st.composite
def _statement(draw: st.DrawFn, statement: Policy) -> Policy:
    statement = copy.deepcopy(statement)
    statement["Sid"] = draw(st.text("abcXYZ019", min_size=1, max_size=5))
    if draw(st.booleans()):
        del statement["Sid"]
    statement["Action"] = draw(_values(statement["Action"], _case))
    statement["Principal"] = draw(_principal(statement["Principal"]))
    statement["Condition"] = {
        draw(_case(operator)): {draw(_case(key)): draw(_values(values, _typed)) for key, values in keys.items()}
        for operator, keys in statement.get("Condition", {}).items()
    }
    if "Resource" not in statement:
        statement["Resource"] = draw(st.sampled_from([WORKGROUP, [WORKGROUP], "*", "arn:aws:redshift-serverless:*"]))
    if draw(st.booleans()):
        del statement["Resource"]
    return statement


@st.composite
def _principal(draw: st.DrawFn, principal: str | Policy) -> str | Policy:
    kinds = {"AWS": "*"} if isinstance(principal, str) else principal
    kinds = {kind: draw(_values(values, _account)) for kind, values in kinds.items()}
    return "*" if kinds in ({"AWS": "*"}, {"AWS": ["*"]}) and draw(st.booleans()) else kinds


@st.composite
def _values(draw: st.DrawFn, values: Any, variant: Callable[[str], st.SearchStrategy[Any]]) -> Any:
    values = values if isinstance(values, list) else [values]
    if values:
        values = draw(st.permutations(values + draw(st.lists(st.sampled_from(values), max_size=2))))
    values = [draw(variant(value)) for value in values]
    return values[0] if len(values) == 1 and draw(st.booleans()) else values


def _case(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.lower(), text.upper(), text.swapcase()])


def _account(text: str) -> st.SearchStrategy[str]:
    roots = [f"arn:{partition}:iam::{text}:root" for partition in ("aws", "aws-cn", "aws-us-gov")]
    return st.sampled_from([text, *roots] if text.isdigit() and len(text) == 12 else [text])


def _typed(value: Any) -> st.SearchStrategy[Any]:
    same: dict[Any, Any] = {"true": True, "false": False, "7": 7}
    return st.sampled_from([value, same[value]] if value in same else [value])
