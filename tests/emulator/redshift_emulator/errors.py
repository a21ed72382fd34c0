"""The service's errors. Code, text and HTTP status travel as one exception up to the response writer."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error answer of the API.

    Args:
        code: Exception shape name of botocore's model, e.g. ``ConflictException``.
        message: Text for the caller.
        status: HTTP status; 400 for every client error [C: aws-behaviour 0], 500 for InternalServerException.
        members: Further members of the error shape, e.g. ``resourceName``.
    """

    def __init__(self, code: str, message: str, status: int = 400, members: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members or {}

    def body(self, message_key: str = "message") -> dict[str, Any]:
        """The JSON body, without a namespace before the code [C: captured answer in aws-behaviour 0]."""
        return {"__type": self.code, message_key: self.message, **self.members}


def validation(message: str) -> ServiceError:
    """A ValidationException."""
    return ServiceError("ValidationException", message)


def conflict(message: str) -> ServiceError:
    """A ConflictException."""
    return ServiceError("ConflictException", message)


def not_found(message: str, resource: str | None = None) -> ServiceError:
    """A ResourceNotFoundException; its shape has the member ``resourceName``."""
    return ServiceError("ResourceNotFoundException", message, members={"resourceName": resource} if resource else None)


def quota(message: str) -> ServiceError:
    """A ServiceQuotaExceededException."""
    return ServiceError("ServiceQuotaExceededException", message)


def access_denied(caller: str, action: str, resource: str, because: str) -> ServiceError:
    """An AccessDeniedException in AWS's words; its shape has a member ``code``."""
    text = f"User: {caller} is not authorized to perform: {action} on resource: {resource} because {because}"
    return ServiceError("AccessDeniedException", text, members={"code": "AccessDenied"})
