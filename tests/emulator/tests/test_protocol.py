"""The wire: every operation of the model, validation by the model, error bodies, paging."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import botocore.session
import pytest
from redshift_emulator.control import Emulator

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIAEMUL111111111111/20260101/us-east-1/redshift-serverless/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
MODEL = botocore.session.Session().get_service_model("redshift-serverless")


def post(emulator: Emulator, operation: str, body: Any, authorization: str = AUTHORIZATION) -> tuple[int, Any, str]:
    """Send a request without botocore's own validation; gives status, decoded body and content type."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "X-Amz-Target": f"RedshiftServerless.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": authorization,
    }
    request = urllib.request.Request(emulator.endpoint_url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read()), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers["Content-Type"]


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_operation_of_the_model_answers_in_words(emulator: Emulator, operation: str) -> None:
    status, body, content_type = post(emulator, operation, {})
    assert content_type == "application/x-amz-json-1.1"
    shape = MODEL.operation_model(operation).input_shape
    if shape is not None and shape.required_members:
        assert (status, body["__type"]) == (400, "ValidationException")
        assert "failed to satisfy constraint: Member must not be null" in body["message"]
    elif operation in emulator.control("GET", "stateless")["operations"]:
        assert (status, body["__type"]) == (501, "NotImplementedException")
        assert f"keeps no state for redshift-serverless:{operation}" in body["message"]
    else:
        assert status == 200 or body["__type"] == "ValidationException"


def test_operations_without_state_are_the_rest_of_the_model(emulator: Emulator) -> None:
    stateless = emulator.control("GET", "stateless")["operations"]
    assert "CreateUsageLimit" in stateless
    assert not {"CreateWorkgroup", "PutResourcePolicy", "GetCredentials"} & set(stateless)
    assert set(stateless) < set(MODEL.operation_names)


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        (
            "GetWorkgroup",
            {"workgroupName": "UP"},
            "2 validation errors detected: Value 'UP' at 'workgroupName' failed to satisfy constraint: Member must have "
            "length greater than or equal to 3; Value 'UP' at 'workgroupName' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: ^[a-z0-9-]+$",
        ),
        (
            "ListWorkgroups",
            {"maxResults": 101},
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
            "Member must be less than or equal to 100",
        ),
        (
            "ListWorkgroups",
            {"ownerAccount": "12345678901"},
            "1 validation error detected: Value '12345678901' at 'ownerAccount' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: (\\d{12})",
        ),
        (
            "CreateNamespace",
            {"namespaceName": "abc", "logExports": ["nolog"]},
            "1 validation error detected: Value 'nolog' at 'logExports.1.member' failed to satisfy constraint: "
            "Member must satisfy enum value set: [useractivitylog, userlog, connectionlog]",
        ),
        (
            "TagResource",
            {"resourceArn": "arn", "tags": [{"key": "a"}]},
            "1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy constraint: "
            "Member must not be null",
        ),
    ],
)
def test_requests_are_validated_by_the_model(emulator: Emulator, operation: str, body: Any, message: str) -> None:
    status, answer, _headers = post(emulator, operation, body)
    assert (status, answer) == (400, {"__type": "ValidationException", "message": message})


@pytest.mark.parametrize("body", [{"workgroupName": 5}, {"maxResults": True}, {"maxResults": "7"}, [], b"{"])
def test_wrong_types_are_no_validation_but_a_serialisation_matter(emulator: Emulator, body: Any) -> None:
    operation = "ListWorkgroups" if isinstance(body, dict) and "maxResults" in body else "GetWorkgroup"
    status, answer, _headers = post(emulator, operation, body)
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_an_operation_that_the_service_does_not_have(emulator: Emulator) -> None:
    status, answer, _headers = post(emulator, "CreateEndpointAuthorization", {})
    assert (status, answer["__type"]) == (400, "UnknownOperationException")


def test_not_found_names_the_resource(emulator: Emulator) -> None:
    status, answer, _headers = post(emulator, "GetWorkgroup", {"workgroupName": "nothing"})
    assert status == 400
    assert (answer["__type"], answer["resourceName"]) == ("ResourceNotFoundException", "nothing")


def test_a_region_without_the_service_is_said_in_words(emulator: Emulator) -> None:
    status, answer, _headers = post(emulator, "ListWorkgroups", {}, AUTHORIZATION.replace("us-east-1", "me-south-1"))
    assert status == 400
    assert "no endpoint in the Region 'me-south-1'" in answer["message"]


def test_creation_dates_are_iso_8601_on_the_wire(emulator: Emulator) -> None:
    emulator.reset(now="2026-07-11T16:56:24.005+00:00")
    _status, answer, _headers = post(emulator, "CreateNamespace", {"namespaceName": "abc"})
    assert answer["namespace"]["creationDate"] == "2026-07-11T16:56:24.005Z"


def test_lists_come_in_pages(emulator: Emulator, client: Any) -> None:
    names = [f"namespace-{number}" for number in range(7)]
    for name in names:
        client.create_namespace(namespaceName=name)
    pages = list(client.get_paginator("list_namespaces").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["namespaces"]) for page in pages] == [3, 3, 1]
    assert [each["namespaceName"] for page in pages for each in page["namespaces"]] == names


def test_a_token_of_somebody_else_is_refused(emulator: Emulator, client: Any, refused: Any) -> None:
    for number in range(2):
        client.create_namespace(namespaceName=f"namespace-{number}")
    token = client.list_namespaces(maxResults=1)["nextToken"]
    assert "nextToken" in refused("ValidationException", client.list_workgroups, nextToken=token)


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("cn-north-1", "aws-cn", "amazonaws.com.cn"), ("us-gov-west-1", "aws-us-gov", "amazonaws.com")],
)
def test_other_partitions_come_from_the_region(emulator: Emulator, region: str, partition: str, suffix: str) -> None:
    client = emulator.session(region=region).client("redshift-serverless")
    emulator.settings(subnet_rule="any")
    client.create_namespace(namespaceName="abc")
    found = client.create_workgroup(workgroupName="abc", namespaceName="abc")["workgroup"]
    assert found["workgroupArn"].startswith(f"arn:{partition}:redshift-serverless:{region}:111111111111:workgroup/")
    emulator.advance(600)
    address = client.get_workgroup(workgroupName="abc")["workgroup"]["endpoint"]["address"]
    assert address == f"abc.111111111111.{region}.redshift-serverless.{suffix}"
