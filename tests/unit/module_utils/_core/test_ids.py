# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core import ids

ACCOUNT = "012345678901"
QUOTE = "Quote an id that begins with 0"


@pytest.mark.parametrize("value", [ACCOUNT, f" {ACCOUNT} ", 123456789012])
def test_twelve_digits_are_an_account(value: Any) -> None:
    assert ids.account_problem("owner", value) is None
    assert ids.principal_problem("owner", value) is None


@pytest.mark.parametrize(
    ("value", "shown", "hint"),
    [
        (1402433619, "'1402433619'", True),
        (12345678901, "'12345678901'", True),
        ("1234567890123", "'1234567890123'", False),
        ("1234-5678-901", "'1234-5678-901'", False),
        ("", "nothing", False),
        (None, "nothing", False),
    ],
)
def test_what_is_no_account_is_told_with_a_hint_where_a_zero_was_lost(value: Any, shown: str, hint: bool) -> None:
    problem = str(ids.account_problem("owner", value))
    assert problem.startswith(f"owner: got {shown}; expected the 12 digits of an AWS account.")
    assert (QUOTE in problem) is hint


def test_a_root_arn_is_a_whole_account_and_no_id() -> None:
    root = f"arn:aws-cn:iam::{ACCOUNT}:root"
    assert ids.principal_problem("grants", root) is None
    assert ids.account_of(root) == ACCOUNT
    assert ids.account_problem("owner", root) is not None
    assert "or its root ARN" in str(ids.principal_problem("grants", f"arn:aws:iam::{ACCOUNT}:role/x"))


@pytest.mark.parametrize("value", ["vpc-0a1b2c3d", "vpc-0a1b2c3d4e5f60718"])
def test_ids_of_vpcs(value: str) -> None:
    assert ids.vpc_problem("vpc_ids", value) is None
    for wrong in (value.upper(), f"{value}0", value[:-1], "*", "10.0.0.0/16"):
        assert str(ids.vpc_problem("vpc_ids", wrong)).startswith(f"vpc_ids: got {wrong!r}; expected the id of a VPC")


@pytest.mark.parametrize(
    ("arn", "account"),
    [
        (f"arn:aws:redshift-serverless:eu-central-1:{ACCOUNT}:workgroup/1", ACCOUNT),
        ("arn:aws:s3:::bucket", None),
        ("sales", None),
        (None, None),
    ],
)
def test_the_account_in_an_arn(arn: str | None, account: str | None) -> None:
    assert ids.account_in(arn) == account


def test_whether_a_grant_is_enough() -> None:
    assert ids.covers_vpc(["*"], None)
    assert ids.covers_vpc(["vpc-1", "vpc-2"], "vpc-2")
    assert not ids.covers_vpc(["vpc-1"], "vpc-2")
    assert not ids.covers_vpc(["vpc-1"], None)
    assert not ids.covers_vpc([], "vpc-1")


def test_an_arn_is_read_into_its_parts() -> None:
    arn = f"arn:aws-cn:acm:cn-north-1:{ACCOUNT}:certificate/a:b"
    assert ids.read_arn(arn) == ("aws-cn", "acm", "cn-north-1", ACCOUNT, "certificate/a:b")
    assert ids.account_in(arn) == ACCOUNT
    assert ids.account_in("arn:aws:s3:::bucket") is None


@pytest.mark.parametrize("value", [None, "", "arn", "arn:aws:s3", f"urn:aws:acm:cn-north-1:{ACCOUNT}:x"])
def test_what_is_no_arn_has_empty_parts(value: Any) -> None:
    assert ids.read_arn(value) == ids.NO_ARN
    assert ids.account_in(value) is None
