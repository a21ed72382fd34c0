# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach.block_public_access import (
    block_public_access,
    blocks,
)
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Check, Unread

ALLOW, EGRESS = "allow-bidirectional", "allow-egress"


def options(mode: str, **members: str) -> dict[str, str]:
    return {"InternetGatewayBlockMode": mode, "State": "update-complete", "ManagedBy": "account", **members}


def exclusion(resource: str, mode: str = ALLOW, state: str = "create-complete") -> dict[str, str]:
    kind = resource.partition("-")[0]
    arn = f"arn:aws:ec2:us-east-1:123456789012:{kind}/{resource}"
    return {"ExclusionId": "x-1", "ResourceArn": arn, "InternetGatewayExclusionMode": mode, "State": state}


def judge(mode: Any, *exclusions: dict[str, str]) -> Check:
    given = mode if isinstance(mode, dict) else options(mode)
    return block_public_access(given, list(exclusions), "vpc-1", ["subnet-1", "subnet-2"])


BOTH = (exclusion("subnet-1"), exclusion("subnet-2", state="update-complete"))


@pytest.mark.parametrize(
    ("mode", "exclusions", "verdict", "blocked"),
    [
        ("off", [], "pass", None),
        (options("off", State="default-state"), [], "pass", None),
        ("block-bidirectional", [], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [], "fail", ["subnet-1", "subnet-2"]),
        (options("block-ingress", ManagedBy="declarative-policy"), [], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-1")], "pass", []),
        ("block-bidirectional", [exclusion("vpc-1", EGRESS)], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-2")], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", BOTH, "pass", []),
        ("block-ingress", BOTH[:1], "fail", ["subnet-2"]),
        ("block-ingress", [exclusion("vpc-1", state="create-failed")], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-1", state="delete-complete")], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-1", state="disable-complete")], "fail", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-1", state="create-in-progress")], "unknown", ["subnet-1", "subnet-2"]),
        ("block-ingress", [exclusion("vpc-1", state="delete-in-progress")], "unknown", ["subnet-1", "subnet-2"]),
        ("block-ingress", [BOTH[0], exclusion("subnet-2", state="update-failed")], "unknown", ["subnet-2"]),
        ("block-ingress", [exclusion("subnet-2", state="create-in-progress")], "fail", ["subnet-1", "subnet-2"]),
        (options("block-ingress", ExclusionsAllowed="not-allowed"), BOTH, "fail", ["subnet-1", "subnet-2"]),
        (options("off", State="update-in-progress"), [], "unknown", None),
    ],
)
def test_modes_and_exclusions(mode: Any, exclusions: Any, verdict: str, blocked: list[str] | None) -> None:
    check = judge(mode, *exclusions)

    assert check.verdict == verdict
    assert check.evidence.get("blocked_subnet_ids") == blocked
    assert (check.shown()["remedy"] is None) == (verdict == "pass")


def test_the_remedy_names_what_is_blocked() -> None:
    assert "(block-ingress) keeps the internet out of subnet-2: create an exclusion of vpc-1" in (
        judge("block-ingress", BOTH[0]).remedy or ""
    )
    assert "allows no exclusions" in (judge(options("block-ingress", ExclusionsAllowed="not-allowed")).remedy or "")


def test_unread_exclusions_only_matter_when_something_blocks() -> None:
    unread = Unread("ec2:DescribeVpcBlockPublicAccessExclusions", "no", denied=True)

    check = block_public_access(options("block-ingress"), unread, "vpc-1", ["subnet-1"])
    assert (check.verdict, check.evidence["missing_permission"]) == ("unknown", unread.action)
    assert block_public_access(options("off"), unread, "vpc-1", ["subnet-1"]).verdict == "pass"
    assert not blocks(options("off")) and blocks(options("block-ingress"))
