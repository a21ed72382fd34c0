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
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.conversation import client

MODEL: Any = client("redshift-serverless").meta.service_model


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
    ("CreateWorkgroup", {"workgroupName": "Sales"}, "name: 'Sales' was given, expected is something that matches"),
    ("CreateWorkgroup", {"workgroupName": "sa\n"}, "name: 'sa\\n' was given"),
    ("CreateWorkgroup", {"workgroupName": "ab"}, "name: 'ab' has 2 characters, expected are at least 3."),
    ("CreateWorkgroup", {"workgroupName": "a" * 65}, "has 65 characters, expected are at most 64."),
    ("CreateWorkgroup", {"ipAddressType": "ipv6"}, "ipAddressType: 'ipv6' was given"),
    (
        "CreateWorkgroup",
        {"pricePerformanceTarget": {"status": "ON"}},
        "pricePerformanceTarget.status: 'ON' was given, expected is one of ENABLED, DISABLED.",
    ),
    (
        "CreateWorkgroup",
        {"tags": [{"key": "", "value": ""}]},
        "tags[0].key: '' has 0 characters, expected are at least 1.",
    ),
    ("CreateWorkgroup", {"tags": [{"key": str(n), "value": ""} for n in range(201)]}, "201 items were given"),
    ("ListWorkgroups", {"maxResults": 0}, "maxResults: 0 was given, expected are at least 1."),
    ("ListWorkgroups", {"maxResults": 101}, "maxResults: 101 was given, expected are at most 100."),
    ("ListWorkgroups", {"ownerAccount": "12345"}, "ownerAccount: '12345' was given"),
]


@pytest.mark.parametrize(("operation", "request_", "message"), BAD)
def test_refuses_what_the_api_refuses(operation: str, request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(operation, request_, workgroupName="name")

    assert message in caught.value.message


def test_a_member_that_botocore_does_not_know_names_the_option_and_the_remedy() -> None:
    with pytest.raises(InvalidInput) as caught:
        check("CreateWorkgroup", {"shinyThing": 1}, shinyThing="shiny_thing")

    assert caught.value.message == (
        "shiny_thing can't be set: botocore 1.44.0 does not know it yet (CreateWorkgroup has no shinyThing). "
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
