# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of errors that the resource logic raises, and how AWS's own errors are read into it.

Every message is a sentence for a person. The codes and texts that are recognised here are those that the service is
known to answer; texts are matched in part only, because AWS words them differently over time. A message is one line, and it
quotes AWS's own error text only: never a body, nor the text of a library's exception that may hold one.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import Any

from . import advice
from .changes import Change, Done

try:
    from botocore import exceptions as botocore_exceptions
except ImportError:
    botocore_exceptions = None  # The modules report a missing botocore themselves, by amazon.aws's AnsibleAWSModule.


# A throttle comes by its own code, by HTTP status 429, or wrapped: as the code or the text of another service within an error's text,
# such as "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400...)". Codes are told from
# names of resources by their capitals.
_THROTTLE_CODE = r"\w*Throttl(ing|ed)\w*|TooManyRequests\w*|RequestLimitExceeded|SlowDown"
_WRAPPED_THROTTLE = (
    r"\b\w*Throttl(ing|ed)\w*(Exception|Error)\b|\bTooManyRequests\w*\b|\bRequestLimitExceeded\b|\bSlowDown\b"
    r"|(\bcode:?\s+|\()\w*Throttl(ing|ed)\b|(?i:\bstatus code:?\s+429\b)|(?i:\brate exceeded\b)"
)


class RedshiftServerlessError(Exception):
    """Base of all errors of this collection.

    Attributes:
        done: the Changes that were carried out before the error (empty when nothing was written).
        pending: the Changes that were planned and not carried out.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.done: list[Done] = []
        self.pending: list[Change] = []

    def add(self, sentence: str) -> None:
        """Say something more, once."""
        if sentence not in self.message:
            self.message = f"{self.message} {sentence}"

    def details(self) -> dict[str, Any]:
        """Further keys for the module's failure, beside the message."""
        return {}


class InvalidInput(RedshiftServerlessError):
    """An option's value cannot be right; found before the first write."""


class Refused(RedshiftServerlessError):
    """The work is possible, but an option of the caller forbids it or does not yet permit it."""


class WaitTimeout(RedshiftServerlessError):
    """The deadline passed before AWS was done."""


class NotEffective(RedshiftServerlessError):
    """AWS answered a write with success, and reading it back shows something else."""


class ConnectionFailed(RedshiftServerlessError):
    """No request could be made: no credentials, no region, no route, a role that cannot be assumed."""


class AnswerLost(RedshiftServerlessError):
    """The request was sent and no usable answer came back: neither success nor failure is known."""


class Unforeseen(RedshiftServerlessError):
    """A fault of this collection: an exception that nobody thought of, without its text, which may hold a secret.

    Attributes:
        frames: where it happened, as a traceback's lines without the exception's text.
    """

    def __init__(self, error: BaseException) -> None:
        found = traceback.extract_tb(error.__traceback__)
        place = f" in {Path(found[-1].filename).name}, line {found[-1].lineno}" if found else ""
        super().__init__(
            f"An unforeseen {type(error).__name__} occurred{place}, which is a fault of this collection. Run again with -vvv and "
            "report the traceback."
        )
        self.frames = [*traceback.format_list(found), type(error).__name__]


class ApiError(RedshiftServerlessError):
    """AWS answered with an error.

    Attributes:
        operation: the API operation's name, such as UpdateWorkgroup.
        code: the service's error code, such as ValidationException.
        text: the service's own message.
        request_id: AWS's id of the request, for a support case.
    """

    def __init__(self, operation: str, code: str, text: str, request_id: str | None = None, hint: str = "") -> None:
        shown = advice.shown_text(text) or "no message"
        super().__init__(f"{operation} failed: {shown} ({code}){'. ' + hint if hint else ''}")
        self.operation = operation
        self.code = code
        self.text = text if advice.one_line(text) else ""
        self.request_id = request_id

    def details(self) -> dict[str, Any]:
        """Return the parts of AWS's answer that a playbook may want to test."""
        return {
            "error": {
                "operation": self.operation,
                "code": self.code,
                "message": self.text,
                "request_id": self.request_id,
            }
        }


class NotFound(ApiError):
    """The resource does not exist (or, across accounts, is not shown to the caller)."""


class Busy(ApiError):
    """Another operation runs on the resource or on its namespace."""


class NotYet(ApiError):
    """The service refuses the request for now: it says what to wait for, and to repeat the request then."""


class AlreadyExists(ApiError):
    """A resource of that name exists: somebody made it, or an earlier request of ours whose answer was lost."""


class NothingToChange(ApiError):
    """The service refuses an update that would change nothing."""


class Throttled(ApiError):
    """The service asks for fewer requests, also after botocore's own retries."""

    @property
    def wrapped(self) -> bool:
        """Whether it came in another error's clothes, so that botocore, which goes by the code, did not repeat the request."""
        return not re.fullmatch(_THROTTLE_CODE, self.code)


class AccessDenied(ApiError):
    """The caller's identity may not do this."""


_BY_TEXT: tuple[tuple[type[ApiError], str, str], ...] = (
    (Busy, "ConflictException", r"operation (is )?(already )?(running|in progress)"),
    (AlreadyExists, "ConflictException", r"already exists"),
    (AlreadyExists, r"InvalidPermission\.Duplicate", r""),
    # IAM, while somebody else writes the same role or user.
    (Busy, "ConcurrentModification(Exception)?", r""),
    (NothingToChange, "ValidationException", r"specify any changes"),
    # "Wait until at least one snapshot exists and retry": a change of the capacity soon after the creation.
    (NotYet, "ValidationException|ConflictException", r"\bwait until .+ and (then )?(retry|try again)\b"),
    (NotFound, r"ResourceNotFoundException|NoSuchEntity(Exception)?|.*\.NotFound", r""),
    (AccessDenied, r"AccessDenied.*|UnauthorizedOperation|NotAuthorized.*", r""),
)

_LOST_BY = (
    ("ReadTimeoutError", "no answer came in time"),
    ("ConnectionClosedError", "the connection was closed before the answer came"),
    ("HTTPClientError", "the connection broke"),
    ("ConnectionError", "the connection broke"),
)


def translate(error: Exception, operation: str, service: str) -> RedshiftServerlessError:
    """Read an exception of botocore into the family of this collection.

    Args:
        error: what botocore raised.
        operation: the API operation that was called.
        service: the IAM prefix of the service, such as redshift-serverless, for the hint on a missing permission.
    """
    if isinstance(error, botocore_exceptions.ClientError):
        return _translate_answer(error, operation, service)
    if isinstance(error, botocore_exceptions.ParamValidationError):
        return InvalidInput(f"{operation} was not sent: {_report(error)}")
    lost = None if is_unreachable(error) else lost_text(error)
    if lost:
        return AnswerLost(f"{operation} was sent and its answer was lost: {lost}")
    return ConnectionFailed(f"{operation} was not sent: {_unsent_text(error)}")


def _unsent_text(error: Exception) -> str:
    told = advice.one_line(error) or type(error).__name__
    if isinstance(error, (botocore_exceptions.NoCredentialsError, botocore_exceptions.PartialCredentialsError)):
        return (
            f"no usable AWS credentials ({told}). Give access_key and secret_key, or profile, or set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or run where an instance or task role is attached."
        )
    if is_unreachable(error):
        check = "Check the region, endpoint_url, aws_ca_bundle and the way to the AWS API from this host."
        return advice.sentences(told, check)
    return advice.sentences(told)


def is_unreachable(error: Exception) -> bool:
    """Tell whether no connection came about, so that nothing was sent."""
    exceptions = (
        botocore_exceptions.SSLError,
        botocore_exceptions.ProxyConnectionError,
        botocore_exceptions.EndpointConnectionError,
        botocore_exceptions.ConnectTimeoutError,
    )
    return isinstance(error, exceptions)


def lost_text(error: Exception) -> str | None:
    """Return how an answer was lost, without the library's text, which may quote a body; None for an error before the request."""
    for name, words in _LOST_BY:
        if isinstance(error, getattr(botocore_exceptions, name)):
            return words
    if isinstance(error, botocore_exceptions.BotoCoreError):
        return None
    return f"it could not be read ({type(error).__name__})"


def _report(error: Any) -> str:
    """Botocore's report of parameters on one line, without the values of a wrong type, which may be secret."""
    report = str(error.kwargs.get("report", ""))
    return "; ".join(re.sub(r", value: .*?, type: ", ", type: ", report, flags=re.DOTALL).split("\n"))


def throttle_of(error: Any) -> Throttled | None:
    """Return the wish for fewer requests in an answer, of whatever service and however wrapped; such a request had no effect.

    Args:
        error: botocore's ClientError.
    """
    answer, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code, text = str(answer.get("Code", "")), str(answer.get("Message", ""))
    if not _is_throttle(code, text, metadata.get("HTTPStatusCode", 0)):
        return None
    return Throttled(str(error.operation_name), code, text, metadata.get("RequestId"))


def _is_throttle(code: str, text: str, status: int) -> bool:
    return status == 429 or bool(re.fullmatch(_THROTTLE_CODE, code) or re.search(_WRAPPED_THROTTLE, text))


def _unknown_effect(code: str, text: str, status: int) -> str:
    """Return why nobody knows what became of a request, "" where the answer tells it."""
    if status >= 500 or code in ("InternalServerException", "InternalFailure"):
        return f"failed inside AWS, its effect is unknown: {text} ({code})"
    if code.isdecimal():
        # botocore puts the HTTP status in the code's place when it can't read the body: a truncated one, or a proxy's page.
        return f"was answered with HTTP status {code} and no readable error"
    return ""


def _translate_answer(error: Any, operation: str, service: str) -> RedshiftServerlessError:
    answer = error.response.get("Error", {})
    code, text = str(answer.get("Code", "")), str(answer.get("Message", ""))
    metadata = error.response.get("ResponseMetadata", {})
    status, request_id = metadata.get("HTTPStatusCode", 0), metadata.get("RequestId")
    if throttled := throttle_of(error):
        return throttled
    shown = advice.shown_text(text) or "no message"
    about_credentials = advice.about_credentials(code, text)
    if about_credentials:
        return ConnectionFailed(f"{operation} was refused: {shown} ({code}). {about_credentials}")
    if unknown := _unknown_effect(code, shown, status):
        return AnswerLost(f"{operation} {unknown}")
    for kind, code_pattern, text_pattern in _BY_TEXT:
        if re.fullmatch(code_pattern, code) and re.search(text_pattern, text, re.IGNORECASE):
            hint = advice.about_denial(text, f"{service}:{operation}") if kind is AccessDenied else ""
            return kind(operation, code, text, request_id, hint)
    return ApiError(operation, code, text, request_id)
