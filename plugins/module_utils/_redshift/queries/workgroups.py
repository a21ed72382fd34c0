# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workgroups that workgroup_info reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.api import Api
from .. import workgroup
from .together import named, with_tags


def workgroups(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The workgroups of the caller's account, or those that another account has granted to it.

    One name of one's own is read by GetWorkgroup, everything else by ListWorkgroups.

    Args:
        api: the service.
        params: names, owner_account, include_tags.
    """
    names, owner = params["names"], params["owner_account"]
    if names is not None and len(set(names)) == 1 and owner is None:
        state = workgroup.observe(api, names[0])
        found = [state] if state else []
    else:
        request = {"ownerAccount": owner} if owner else {}
        listed = [workgroup.from_api(entry) for entry in api.read_all("ListWorkgroups", request, "workgroups")]
        found = named(listed, "workgroupName", names)
    if params["include_tags"] and owner is None:
        found = with_tags(api, found, "workgroupArn")
    return {"workgroups": [workgroup.shown(api, state) for state in found]}
