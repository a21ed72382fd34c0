# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every member of the requests that this collection makes is an option, or is left out for a reason.

The model is that of the installed botocore, so that a newer one says by itself what AWS has added.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import (
    endpoint_access,
    log_publishing,
    namespace,
)
from botocore.loaders import Loader
from botocore.model import ServiceModel
from unit_kit.conversation import client
from unit_kit.documents import documentation

MODEL = client("redshift-serverless").meta.service_model

DELETION = {
    "final_snapshot_name": "finalSnapshotName",
    "final_snapshot_retention_period": "finalSnapshotRetentionPeriod",
}
# The module of each operation, and which of its options gives which member.
OPERATIONS: dict[str, tuple[str, Mapping[str, str]]] = {
    "CreateNamespace": ("namespace", {**namespace.OPTIONS, "tags": "tags"}),
    "UpdateNamespace": ("namespace", {**namespace.OPTIONS, **log_publishing.OPTIONS}),
    "DeleteNamespace": ("namespace", {"name": "namespaceName", **DELETION}),
    "CreateEndpointAccess": ("endpoint_access", endpoint_access.OPTIONS),
    "UpdateEndpointAccess": ("endpoint_access", endpoint_access.OPTIONS),
    "DeleteEndpointAccess": ("endpoint_access", endpoint_access.OPTIONS),
}
# Members that are no option, with the reason.
LEFT_OUT: dict[str, dict[str, str]] = {
    "CreateNamespace": {
        "redshiftIdcApplicationArn": "It belongs to IAM Identity Center. AWS neither shows nor changes it afterwards, so that no "
        "run could tell whether it is as wanted.",
    },
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_member_is_an_option_or_left_out_for_a_reason(operation: str) -> None:
    module, options = OPERATIONS[operation]
    left_out = LEFT_OUT.get(operation, {})
    members = set(MODEL.operation_model(operation).input_shape.members)

    assert members - set(options.values()) == set(left_out)
    assert all(reason.endswith(".") for reason in left_out.values())
    assert set(options) <= set(documentation()[module]["doc"]["options"])


def test_each_option_gives_a_member_of_some_operation() -> None:
    for module in ("namespace", "endpoint_access"):
        known = [name for name, (owner, _options) in OPERATIONS.items() if owner == module]
        members = {member for name in known for member in MODEL.operation_model(name).input_shape.members}
        assert {member for name in known for member in OPERATIONS[name][1].values()} <= members


class Older:
    """The service as a botocore knows it that is too old for the publishing of system tables."""

    def __init__(self) -> None:
        description = deepcopy(Loader().load_service_model("redshift-serverless", "service-2"))
        for member in log_publishing.OPTIONS.values():
            del description["shapes"]["UpdateNamespaceRequest"]["members"][member]
        del description["shapes"]["Namespace"]["members"]["s3TablePublishStatus"]
        self.model = ServiceModel(description)


def options(**given: Any) -> dict[str, Any]:
    named = dict.fromkeys([*namespace.OPTIONS, *log_publishing.OPTIONS])
    return {**named, "state": "present", "update_password": "on_create", "purge_tags": True, "name": "sales", **given}


def test_an_older_botocore_does_everything_else() -> None:
    built: Any = namespace.build(Older(), options(log_exports=["userlog"]))  # type: ignore[arg-type]

    assert [change.operation for change in built.plan(None)] == ["CreateNamespace"]
    assert "s3_table_publish_status" not in built.report(built.after(None, built.plan(None)[0]))["namespace"]


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"log_destination_type": "s3table", "s3_table_action": "Disable"}, "log_destination_type"),
        ({"log_destination_type": "cloudwatch", "log_exports": []}, "log_destination_type"),
    ],
)
def test_an_older_botocore_is_named_where_it_stands_in_the_way(given: dict[str, Any], option: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        namespace.build(Older(), options(**given))  # type: ignore[arg-type]

    assert caught.value.message.startswith(f"{option}: got a value; expected none, since botocore ")
    assert "Install a newer boto3 and botocore" in caught.value.message
