# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether VPC block public access keeps the internet out.

Facts: the VPC guide on block public access. Both blocking modes stop what comes in; only an exclusion of the VPC or of the
subnet that is allow-bidirectional lets it in. Who manages it, the account or a declarative policy, changes nothing for packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .checks import Check, Described, Readable, Unread, items

_SETTLED = ("create-complete", "update-complete")
_VOID = ("create-failed", "delete-complete", "disable-complete")


def blocks(options: Described) -> bool:
    """Tell whether the account blocks at all, so that exclusions matter."""
    return bool(options.get("InternetGatewayBlockMode", "off") != "off")


NAME = "block_public_access"


def block_public_access(
    options: Described, exclusions: Readable[Sequence[Described]], vpc: str, subnets: Sequence[str]
) -> Check:
    """Tell whether packets from the internet may enter all subnets in use.

    Args:
        options: as DescribeVpcBlockPublicAccessOptions gives them.
        exclusions: as DescribeVpcBlockPublicAccessExclusions gives them; not looked at when nothing is blocked.
        vpc: the VPC.
        subnets: the subnets.
    """
    evidence: dict[str, Any] = {
        "mode": options.get("InternetGatewayBlockMode", "off"),
        "state": options.get("State"),
        "managed_by": options.get("ManagedBy"),
    }
    if options.get("State") == "update-in-progress":
        return Check(
            NAME,
            "unknown",
            evidence,
            "VPC block public access is being changed. Run the check again when that is done.",
        )
    if not blocks(options):
        return Check(NAME, "pass", evidence)
    if isinstance(exclusions, Unread):
        told = exclusions.check(NAME)
        return Check(NAME, "unknown", {**evidence, **told.evidence}, told.remedy)
    allowed = options.get("ExclusionsAllowed") != "not-allowed"
    about = [each for each in exclusions if _resource(each) in (vpc, *subnets)] if allowed else []
    evidence |= {"exclusions_allowed": allowed, "exclusions": [_shown(each) for each in about]}
    return _excluded(evidence, about, vpc, subnets)


def _excluded(evidence: dict[str, Any], about: Sequence[Described], vpc: str, subnets: Sequence[str]) -> Check:
    """Whether exclusions open all subnets in use, where packets are blocked otherwise."""
    open_now = {_resource(each) for each in about if _opens(each) and each.get("State") in _SETTLED}
    open_soon = {_resource(each) for each in about if _opens(each) and each.get("State") not in (*_SETTLED, *_VOID)}
    blocked = [] if vpc in open_now else [subnet for subnet in subnets if subnet not in open_now]
    evidence = {**evidence, "blocked_subnet_ids": blocked}
    if not blocked:
        return Check(NAME, "pass", evidence)
    if vpc in open_soon or set(blocked) <= open_soon:
        return Check(NAME, "unknown", evidence, "An exclusion is being changed. Run the check again when that is done.")
    return Check(NAME, "fail", evidence, _remedy(evidence, vpc, blocked))


def _resource(exclusion: Described) -> str:
    return str(exclusion.get("ResourceArn", "")).rpartition("/")[2]


def _opens(exclusion: Described) -> bool:
    return exclusion.get("InternetGatewayExclusionMode") == "allow-bidirectional"


def _shown(exclusion: Described) -> dict[str, Any]:
    return {
        "exclusion_id": exclusion.get("ExclusionId"),
        "resource": _resource(exclusion),
        "mode": exclusion.get("InternetGatewayExclusionMode"),
        "state": exclusion.get("State"),
    }


def _remedy(evidence: Described, vpc: str, blocked: Sequence[str]) -> str:
    start = f"VPC block public access ({evidence['mode']}) keeps the internet out of {items(blocked)}"
    if not evidence["exclusions_allowed"]:
        return f"{start}, and the organization allows no exclusions: ask whoever manages its declarative policy."
    return (
        f"{start}: create an exclusion of {vpc} or of these subnets with the mode allow-bidirectional, or turn it off."
    )
