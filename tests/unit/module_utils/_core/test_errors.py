# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    AccessDenied,
    AlreadyExists,
    AnswerLost,
    ApiError,
    Busy,
    ConnectionFailed,
    InvalidInput,
    NotFound,
    NothingToChange,
    NotYet,
    RedshiftServerlessError,
    Throttled,
    Unforeseen,
    translate,
)
from botocore import exceptions
from botocore.parsers import ResponseParserError

SERVICE = "redshift-serverless"
URL = "https://redshift-serverless.us-east-1.amazonaws.com/"


def answer(code: str, text: str, status: int = 400, operation: str = "UpdateWorkgroup") -> Exception:
    response = {
        "Error": {"Code": code, "Message": text},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1"},
    }
    error: Exception = exceptions.ClientError(response, operation)
    return error


# Texts that the service is known to answer, from bug reports and the providers of Terraform and CloudFormation.
ANSWERS: list[tuple[str, str, type[RedshiftServerlessError]]] = [
    (
        "ConflictException",
        "There is an operation running on the workgroup. Try deleting the workgroup again later.",
        Busy,
    ),
    (
        "ConflictException",
        "There is an operation running on the namespace. Try deleting the namespace again later.",
        Busy,
    ),
    ("ConflictException", "There is an operation in progress", Busy),
    ("ConflictException", "Operation in progress", Busy),
    ("ConflictException", "The workgroup sales already exists.", AlreadyExists),
    ("ConflictException", "Some other conflict", ApiError),
    ("ValidationException", "You didn't specify any changes to the configuration parameters.", NothingToChange),
    ("ValidationException", "Can't update multiple configurations at the same time for workgroup sales.", ApiError),
    ("ResourceNotFoundException", "Serverless workgroup sales not found.", NotFound),
    ("ResourceNotFoundException", "Resource Policy for arn:x does not exist", NotFound),
    ("InvalidGroup.NotFound", "The security group 'sg-1' does not exist", NotFound),
    ("InvalidPermission.Duplicate", "the specified rule already exists", AlreadyExists),
    ("ThrottlingException", "", Throttled),
    ("ThrottlingException", "Rate exceeded", Throttled),
    ("TooManyRequestsException", "slow", Throttled),
    ("RequestLimitExceeded", "slow", Throttled),
    ("ValidationException", "Rate exceeded", Throttled),
    (
        "ValidationException",
        "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400, Request ID: 1)",
        Throttled,
    ),
    ("InvalidParameterException", "Service returned error code Throttling (Service: AmazonRedshift)", Throttled),
    ("ValidationException", "TooManyRequestsException: slow down (Service: Kms, Status Code: 429)", Throttled),
    ("KMSAccessFailed", "Service: AWSKMS; Status Code: 400; Error Code: ThrottlingException; Request ID: 1", Throttled),
    ("ClientError", "An error occurred (Throttling) when calling the GetSecretValue operation: Slow.", Throttled),
    ("EC2ThrottledException", "", Throttled),
    ("RequestThrottled", "", Throttled),
    ("ResourceNotFoundException", "Serverless workgroup throttling-exception not found.", NotFound),
    ("ValidationException", "The workgroup rate-exceeded is not available.", ApiError),
    (
        "ValidationException",
        "Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry.",
        NotYet,
    ),
    ("ConflictException", "Wait until the restore is over, and then try again.", NotYet),
    ("ValidationException", "Wait until at least one snapshot exists.", ApiError),
    (
        "AccessDeniedException",
        "User: arn:x is not authorized to perform: redshift-serverless:UpdateWorkgroup",
        AccessDenied,
    ),
    ("UnauthorizedOperation", "You are not authorized to perform this operation.", AccessDenied),
    ("ExpiredTokenException", "The security token included in the request is expired", ConnectionFailed),
    ("UnrecognizedClientException", "The security token included in the request is invalid.", ConnectionFailed),
    ("InvalidSignatureException", "The request signature we calculated does not match", ConnectionFailed),
    ("ServiceQuotaExceededException", "Too many workgroups", ApiError),
]


@pytest.mark.parametrize(("code", "text", "kind"), ANSWERS)
def test_reads_what_aws_answers(code: str, text: str, kind: type[RedshiftServerlessError]) -> None:
    error = translate(answer(code, text), "UpdateWorkgroup", SERVICE)

    assert error.__class__ is kind
    assert error.message.startswith("UpdateWorkgroup ")
    assert code in error.message
    assert text in error.message


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("InternalServerException", 500),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
        ("InternalServerException", 400),
        ("502", 502),
    ],
)
def test_a_failure_inside_aws_leaves_the_effect_unknown(code: str, status: int) -> None:
    error = translate(answer(code, "oops", status), "UpdateWorkgroup", SERVICE)

    assert error.__class__ is AnswerLost
    assert "its effect is unknown: oops" in error.message


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        ("SlowDown", "Please reduce your request rate.", 503),
        ("InternalServerException", "Service returned error code ThrottlingException", 500),
        ("429", "", 429),
    ],
)
def test_a_throttle_is_one_whatever_its_status(code: str, text: str, status: int) -> None:
    assert translate(answer(code, text, status), "UpdateWorkgroup", SERVICE).__class__ is Throttled


def test_a_throttled_assumption_of_a_role_is_a_throttle_of_its_own() -> None:
    error = translate(answer("Throttling", "Rate exceeded", 400, "AssumeRole"), "GetWorkgroup", SERVICE)

    assert error.__class__ is Throttled
    assert error.message == "AssumeRole failed: Rate exceeded (Throttling)"


def test_an_answer_keeps_its_parts_for_the_playbook() -> None:
    error = translate(answer("ValidationException", "The port is bad."), "UpdateWorkgroup", SERVICE)

    assert error.message == "UpdateWorkgroup failed: The port is bad. (ValidationException)"
    assert error.details() == {
        "error": {
            "operation": "UpdateWorkgroup",
            "code": "ValidationException",
            "message": "The port is bad.",
            "request_id": "r-1",
        }
    }


def test_a_missing_permission_is_named() -> None:
    error = translate(answer("AccessDeniedException", "No."), "PutResourcePolicy", SERVICE)

    assert "The caller needs the IAM permission redshift-serverless:PutResourcePolicy." in error.message


def test_only_a_missing_permission_gets_that_hint() -> None:
    error = translate(answer("ResourceNotFoundException", "No."), "GetWorkgroup", SERVICE)

    assert "permission" not in error.message


def test_expired_credentials_name_the_remedy() -> None:
    error = translate(answer("ExpiredTokenException", "expired", 403), "GetWorkgroup", SERVICE)

    assert "assume_role_arn" in error.message


LOST: list[Exception] = [
    exceptions.ReadTimeoutError(endpoint_url=URL),
    exceptions.ConnectionClosedError(endpoint_url=URL),
    exceptions.ResponseStreamingError(error="cut"),
    ResponseParserError("no JSON"),
]


@pytest.mark.parametrize("lost", LOST, ids=lambda error: type(error).__name__)
def test_a_lost_answer_is_neither_success_nor_failure(lost: Exception) -> None:
    error = translate(lost, "CreateWorkgroup", SERVICE)

    assert error.__class__ is AnswerLost
    assert error.message.startswith("CreateWorkgroup was sent and its answer was lost: ")


NEVER_SENT: list[tuple[Exception, str]] = [
    (exceptions.NoCredentialsError(), "no usable AWS credentials"),
    (exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "no usable AWS credentials"),
    (exceptions.EndpointConnectionError(endpoint_url=URL, error="refused"), "Check the region, endpoint_url"),
    (exceptions.ConnectTimeoutError(endpoint_url=URL), "Check the region, endpoint_url"),
    (exceptions.ProfileNotFound(profile="prod"), "prod"),
]


@pytest.mark.parametrize(("cause", "text"), NEVER_SENT, ids=lambda value: type(value).__name__)
def test_what_was_never_sent_says_so(cause: Exception, text: str) -> None:
    error = translate(cause, "GetWorkgroup", SERVICE)

    assert error.__class__ is ConnectionFailed
    assert error.message.startswith("GetWorkgroup was not sent: ")
    assert text in error.message


def test_a_request_that_botocore_refuses_is_bad_input() -> None:
    error = translate(exceptions.ParamValidationError(report="Invalid length"), "GetWorkgroup", SERVICE)

    assert error.__class__ is InvalidInput
    assert "Invalid length" in error.message


def test_an_answer_without_a_message_is_still_a_sentence() -> None:
    empty: Any = exceptions.ClientError({"Error": {}}, "GetWorkgroup")

    assert translate(empty, "GetWorkgroup", SERVICE).message == "GetWorkgroup failed: no message ()"


SECRET = "wJalrXUtnFEMI/K7MDENG"


@pytest.mark.parametrize(
    "error",
    [
        ResponseParserError(f"invalid XML received: b'<SecretAccessKey>{SECRET}'"),
        exceptions.HTTPClientError(error=f"body {SECRET}"),
        ValueError(f"Invalid timestamp {SECRET}"),
        TypeError(SECRET),
        KeyError(SECRET),
        answer("ValidationException", f'{{"dbPassword": "{SECRET}"'),
        answer("502", f"<html>{SECRET}</html>", 502),
        answer("500", SECRET, 400),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_message_quotes_a_body(error: Exception) -> None:
    told = translate(error, "GetCredentials", SERVICE)

    assert SECRET not in told.message
    assert SECRET not in str(told.details())


def test_botocores_report_is_one_line_without_values_of_a_wrong_type() -> None:
    report = (
        f"Invalid type for parameter adminUserPassword, value: ['{SECRET}',\n 'x'], type: <class 'list'>, valid types: <class 'str'>\n"
        "Invalid length for parameter namespaceName, value: 0, valid min length: 3"
    )

    message = translate(exceptions.ParamValidationError(report=report), "CreateNamespace", SERVICE).message

    assert SECRET not in message
    assert "\n" not in message
    assert "adminUserPassword, type: <class 'list'>" in message
    assert "Invalid length for parameter namespaceName, value: 0" in message


def test_the_encoded_reason_of_ec2_is_kept_in_the_details() -> None:
    text = "You are not authorized to perform this operation. Encoded authorization failure message: aBcD"
    error = translate(answer("UnauthorizedOperation", text, 403), "CreateRoute", "ec2")

    assert "aBcD" not in error.message
    assert "decode-authorization-message" in error.message
    assert error.details()["error"]["message"] == text


def test_what_nobody_thought_of_tells_its_place_and_not_its_text() -> None:
    with pytest.raises(LookupError) as caught:
        raise LookupError(SECRET)
    fault = Unforeseen(caught.value)

    assert "An unforeseen LookupError occurred in test_errors.py, line " in fault.message
    assert SECRET not in fault.message + "".join(fault.frames).replace("raise LookupError(SECRET)", "")
