# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policies that resource_policy_info reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.api import Api
from ..._core.errors import RedshiftServerlessError
from .. import resource_policy
from .together import parallel


def resource_policies(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy of one workgroup or ARN, or those of all workgroups; what has none is left out."""
    if params["resource_arn"] or params["workgroup"]:
        targets = [(params["resource_arn"], params["workgroup"])]
    else:
        listed = api.read_all("ListWorkgroups", {}, "workgroups")
        targets = [(entry["workgroupArn"], entry["workgroupName"]) for entry in listed]

    alone = len(targets) == 1 and bool(params["resource_arn"] or params["workgroup"])

    def read(target: tuple[str | None, str | None]) -> dict[str, Any] | None:
        arn, name = target
        policy = resource_policy.ResourcePolicy(api, resource_policy.Desired(), name, arn, may_be_missing=False)
        try:
            state = policy.observe()
        except RedshiftServerlessError as error:
            if alone:
                raise
            return {"workgroup_name": name, **resource_policy.unreadable(arn, error.message)}
        return {"workgroup_name": name, **policy.report(state)} if state else None

    return {"resource_policies": [found for found in parallel(read, targets) if found]}
