# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every member of the requests for a workgroup is an option, or is left out for a reason.

The model is that of the installed botocore, so that a newer one says by itself what AWS has added.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import workgroup
from unit_kit.conversation import client
from unit_kit.documents import documentation

MODEL = client("redshift-serverless").meta.service_model

# Members that are no option, with the reason.
LEFT_OUT: Mapping[str, Mapping[str, str]] = {"CreateWorkgroup": {}, "UpdateWorkgroup": {}, "DeleteWorkgroup": {}}
# Members that AWS applies later, and where a plan takes them for done.
PENDING = {("Workgroup", "pendingTrackName"): workgroup.track_of}


@pytest.mark.parametrize("operation", LEFT_OUT)
def test_every_member_is_an_option_or_left_out_for_a_reason(operation: str) -> None:
    members = set(MODEL.operation_model(operation).input_shape.members)

    assert members - {*workgroup.OPTIONS.values(), "tags"} == set(LEFT_OUT[operation])
    assert all(reason.endswith(".") for reason in LEFT_OUT[operation].values())


def test_each_option_is_documented_and_gives_a_member_of_the_creation() -> None:
    assert set(workgroup.OPTIONS) <= set(documentation()["workgroup"]["doc"]["options"])
    assert set(workgroup.OPTIONS.values()) <= set(MODEL.operation_model("CreateWorkgroup").input_shape.members)


def test_only_what_can_not_be_changed_is_no_member_of_the_update() -> None:
    update = set(MODEL.operation_model("UpdateWorkgroup").input_shape.members)

    assert set(workgroup.OPTIONS.values()) - update == {"namespaceName"}


def test_every_member_that_aws_applies_later_is_known() -> None:
    found = {
        (name, member)
        for name in MODEL.shape_names
        if MODEL.shape_for(name).type_name == "structure"
        for member in MODEL.shape_for(name).members
        if member.startswith("pending")
    }

    assert found == set(PENDING)


def test_every_member_of_a_workgroup_is_documented_as_a_result() -> None:
    contained = documentation()["workgroup"]["return"]["workgroup"]["contains"]
    shape = workgroup.shown(Api(client("redshift-serverless")), {"configParameters": {}}) or {}

    assert set(shape) == set(contained) - {"tags"}
