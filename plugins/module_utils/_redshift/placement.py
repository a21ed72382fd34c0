# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a workgroup is: the forms of the ids that say so, and what a plan asks of subnets and security groups.

Facts: the resource schema of AWS::RedshiftServerless::Workgroup gives the forms of the ids and their number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.changes import Change, State
from .._core.errors import InvalidInput
from .._core.ids import refuse_empty
from .._ec2.subnets import UNROUTED_ADDRESSES, Placement, addresses_at_change, addresses_at_creation
from .capacity import BASE, base_of

MOST_IDS = 32


def checked_ids(option: str, prefix: str, ids: Sequence[str]) -> list[str]:
    """Ids without repetitions.

    Args:
        option: the option that they come from.
        prefix: what each begins with, such as subnet.
        ids: the ids as the user gave them.

    Raises:
        InvalidInput: for an empty list, too many ids, or one of another form.
    """
    example = f"{prefix}-0a1b2c3d4e5f60718"
    refuse_empty(option, ids)
    for each in ids:
        if not re.fullmatch(rf"{prefix}-[0-9a-fA-F]{{8,}}", each):
            raise InvalidInput(f"{option}: got {each!r}; expected an id such as {example}.")
    unique = list(dict.fromkeys(ids))
    if len(unique) > MOST_IDS:
        raise InvalidInput(f"{option}: got {len(unique)} ids; expected at most {MOST_IDS}.")
    return unique


def placement_of(current: State | None, changes: Sequence[Change]) -> Placement | None:
    """Return what has to be looked at in EC2 before the changes are made; None when nothing is.

    Args:
        current: the workgroup, None when it is created.
        changes: the plan.
    """
    sent = {member: value for change in changes for member, value in change.parameters.items()}
    state = current or {}
    cause = _cause(state, sent)
    groups = sent.get("securityGroupIds", ())
    if cause is None and not groups:
        return None
    moved = sent.get("subnetIds")
    return Placement(
        subnet_ids=(moved or state.get("subnetIds") or ()) if cause else (),
        group_ids=groups,
        cause=cause or "",
        moved=moved is not None,
        vpc_id=_vpc(state),
        present_subnet_ids=state.get("subnetIds") or (),
        routed=bool(sent.get("enhancedVpcRouting", state.get("enhancedVpcRouting"))),
        addresses=_addresses(state, sent),
        dualstack=sent.get("ipAddressType", state.get("ipAddressType")) == "dualstack",
    )


def _cause(state: State, sent: Mapping[str, Any]) -> str | None:
    """Return the option because of which subnets are looked at: new ones, or more that is asked of the present ones."""
    if "subnetIds" in sent:
        return "subnet_ids"
    if state and sent.get("enhancedVpcRouting"):
        return "enhanced_vpc_routing"
    if _grows(state, sent):
        return "base_capacity"
    return "ip_address_type" if state and sent.get("ipAddressType") == "dualstack" else None


def _grows(state: State, sent: Mapping[str, Any]) -> bool:
    """Whether a workgroup that exists gets more capacity; what a target has set is not known, so that any base may be more."""
    return bool(state) and BASE in sent and sent[BASE] > base_of(state)


def _addresses(state: State, sent: Mapping[str, Any]) -> int:
    """Return the free addresses that each subnet needs."""
    if not sent.get("enhancedVpcRouting", state.get("enhancedVpcRouting")):
        return UNROUTED_ADDRESSES
    base = sent.get(BASE, base_of(state))
    needed = [addresses_at_change(base)] if _grows(state, sent) else []
    if not state or "subnetIds" in sent or sent.get("enhancedVpcRouting"):
        needed.append(addresses_at_creation(base))
    return max(needed, default=UNROUTED_ADDRESSES)


def _vpc(state: State) -> str | None:
    """Return the VPC of a workgroup, as far as GetWorkgroup tells it."""
    endpoints = (state.get("endpoint") or {}).get("vpcEndpoints") or []
    return next((str(each["vpcId"]) for each in endpoints if each.get("vpcId")), None)
