# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._core.shapes import check_request, complete, result
from botocore.model import ServiceModel
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.conversation import client

MODEL: Any = client("redshift-serverless").meta.service_model


# A model whose password has a shortest length, which today's botocore does not have.
SENSITIVE: Any = ServiceModel(
    {
        "metadata": {"protocol": "json"},
        "operations": {"CreateNamespace": {"name": "CreateNamespace", "input": {"shape": "Request"}}},
        "shapes": {
            "Request": {"type": "structure", "members": {"adminUserPassword": {"shape": "Password"}}},
            "Password": {"type": "string", "sensitive": True, "min": 8},
        },
    },
    "redshift-serverless",
)


def check(operation: str, request: dict[str, Any], **options: str) -> None:
    check_request(MODEL, operation, request, options, "1.44.0")


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("CreateWorkgroup", {"workgroupName": "sales-2026", "namespaceName": "sales", "port": 5440}),
    ("CreateWorkgroup", {"pricePerformanceTarget": {"status": "ENABLED", "level": 1}}),
    ("CreateWorkgroup", {"ipAddressType": "dualstack", "trackName": "current"}),
    ("CreateWorkgroup", {"tags": [{"key": "team", "value": ""}]}),
    ("ListWorkgroups", {"ownerAccount": "123456789012", "maxResults": 100}),
]


@pytest.mark.parametrize(("operation", "request_"), GOOD)
def test_takes_what_the_api_takes(operation: str, request_: dict[str, Any]) -> None:
    check(operation, request_)


BAD: list[tuple[str, dict[str, Any], str]] = [
    (
        "CreateWorkgroup",
        {"workgroupName": "Sales"},
        "name: got 'Sales'; expected lower-case letters, digits and hyphens.",
    ),
    ("CreateWorkgroup", {"workgroupName": "sa\n"}, "name: got 'sa\\n'"),
    ("CreateWorkgroup", {"workgroupName": "ab"}, "name: got 'ab' (2 characters); expected 3-64 characters."),
    ("CreateWorkgroup", {"workgroupName": "a" * 65}, "(65 characters); expected 3-64 characters."),
    ("CreateWorkgroup", {"ipAddressType": "ipv6"}, "ipAddressType: got 'ipv6'; expected ipv4 or dualstack."),
    (
        "CreateWorkgroup",
        {"pricePerformanceTarget": {"status": "ON"}},
        "pricePerformanceTarget.status: got 'ON'; expected one of ENABLED, DISABLED.",
    ),
    (
        "CreateWorkgroup",
        {"tags": [{"key": "", "value": ""}]},
        "tags[0].key: got '' (0 characters); expected 1-128 characters.",
    ),
    (
        "CreateWorkgroup",
        {"tags": [{"key": str(n), "value": ""} for n in range(201)]},
        "tags: got 201 items; expected 0-200 items.",
    ),
    ("ListWorkgroups", {"maxResults": 0}, "maxResults: got 0; expected 1-100."),
    ("ListWorkgroups", {"maxResults": 101}, "maxResults: got 101; expected 1-100."),
    ("ListWorkgroups", {"ownerAccount": "12345"}, "ownerAccount: got '12345'; expected 12 digits."),
]


@pytest.mark.parametrize(("operation", "request_", "message"), BAD)
def test_refuses_what_the_api_refuses(operation: str, request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(operation, request_, workgroupName="name")

    assert message in caught.value.message


CHECKED = [
    ("redshift-serverless", "CreateWorkgroup"),
    ("redshift-serverless", "CreateNamespace"),
    ("redshift-serverless", "UpdateNamespace"),
    ("redshift-serverless", "CreateEndpointAccess"),
    ("redshift-serverless", "CreateCustomDomainAssociation"),
    ("redshift-serverless", "GetCredentials"),
    ("redshift-data", "ExecuteStatement"),
    ("redshift-data", "BatchExecuteStatement"),
]


@pytest.mark.parametrize(("service", "operation"), CHECKED)
def test_no_message_shows_a_raw_pattern(service: str, operation: str) -> None:
    model: Any = client(service).meta.service_model

    for member, shape in model.operation_model(operation).input_shape.members.items():
        request = {member: ["\n"] if shape.type_name == "list" else "\n"}
        if getattr(shape, "member", shape).type_name == "string":
            assert "that matches" not in _refusal(model, operation, request)


def _refusal(model: Any, operation: str, request: dict[str, Any]) -> str:
    try:
        check_request(model, operation, request, {}, "1.44.0")
    except InvalidInput as error:
        return error.message
    return ""


def test_a_secret_value_is_not_shown() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_request(SENSITIVE, "CreateNamespace", {"adminUserPassword": "short"}, {}, "1.44.0")

    assert (
        caught.value.message
        == "adminUserPassword: got a value that is not shown (5 characters); expected at least 8 characters."
    )


def test_a_member_that_botocore_does_not_know_names_the_option_and_the_remedy() -> None:
    with pytest.raises(InvalidInput) as caught:
        check("CreateWorkgroup", {"shinyThing": 1}, shinyThing="shiny_thing")

    assert caught.value.message == (
        "shiny_thing: got a value; expected none, since botocore 1.44.0 does not know this option yet (CreateWorkgroup has no shinyThing). "
        "Install a newer boto3 and botocore where the module runs."
    )


def test_complete_gives_every_member_of_the_shape() -> None:
    full = complete(MODEL, "Workgroup", {"workgroupName": "sales"})

    assert set(full) == set(MODEL.shape_for("Workgroup").members)
    assert full["workgroupName"] == "sales"
    assert full["workgroupArn"] is None


def test_complete_keeps_what_the_shape_does_not_have() -> None:
    assert complete(MODEL, "Workgroup", {"tags": {"a": "b"}})["tags"] == {"a": "b"}


def test_result_is_snake_case_but_for_the_keys_that_are_the_users_own() -> None:
    state = {
        "workgroupName": "sales",
        "endpoint": {"vpcEndpoints": [{"vpcId": "vpc-1"}]},
        "tags": {"CostCenter": "x"},
        "configParameters": {"require_ssl": "true"},
    }

    assert result(state, "tags", "configParameters") == {
        "workgroup_name": "sales",
        "endpoint": {"vpc_endpoints": [{"vpc_id": "vpc-1"}]},
        "tags": {"CostCenter": "x"},
        "config_parameters": {"require_ssl": "true"},
    }


def test_result_leaves_the_state_as_it_is() -> None:
    state = {"tags": {"CostCenter": "x"}, "endpoint": {"vpcEndpoints": []}}

    result(state, "tags")

    assert state == {"tags": {"CostCenter": "x"}, "endpoint": {"vpcEndpoints": []}}


def test_times_are_iso_8601() -> None:
    assert result({"creationDate": datetime(2026, 7, 11, 16, 56, 24, 5000, UTC)}) == {
        "creation_date": "2026-07-11T16:56:24.005000+00:00"
    }


states = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z][a-zA-Z]{0,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.from_regex(r"[a-z][a-zA-Z]{0,8}", fullmatch=True), states, max_size=5))
def test_a_result_is_always_json(state: dict[str, Any]) -> None:
    json.dumps(result(state))
