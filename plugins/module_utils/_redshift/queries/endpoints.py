# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints that endpoint_access_info reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..._core.api import Api
from ..._core.changes import State
from ..._core.errors import AnswerLost, Throttled
from ..._core.ids import refuse_wrong_owner
from ..._core.waiting import Deadline
from .. import endpoint_access
from .together import each, named


def endpoints(api: Api, params: Mapping[str, Any], deadline: Deadline | None) -> dict[str, Any]:
    """Return the endpoints of the caller's account (ListEndpointAccess).

    Args:
        api: the service.
        params: names, workgroup, vpc_id, owner_account.
        deadline: to wait until AWS is changing none of them, with one call per check; None not to wait.

    Raises:
        WaitTimeout: when the deadline passes.
        Refused: when an endpoint has failed.
    """
    refuse_wrong_owner(params["owner_account"])
    filters = {"workgroupName": "workgroup", "vpcId": "vpc_id", "ownerAccount": "owner_account"}
    request = {member: params[option] for member, option in filters.items() if params[option]}

    def look() -> list[State]:
        found = api.read_all("ListEndpointAccess", request, "endpoints")
        # AWS may fold the case of these names.
        return named(found, "endpointName", params["names"], str.lower)

    found = look() if deadline is None else _settled(look, deadline)
    return {"endpoints": each(partial(endpoint_access.shown, api), found, ("endpointName", "endpointArn"))}


def _settled(look: Callable[[], list[State]], deadline: Deadline) -> list[State]:
    found: list[State] = []
    for _waited in deadline.looks("the endpoints to be ready or gone"):
        try:
            found = look()
        except (AnswerLost, Throttled):
            continue
        if not any(endpoint_access.transition(state) for state in found):
            break
    for state in found:
        endpoint_access.refuse_failed(state)
    return found
