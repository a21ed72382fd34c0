"""From an HTTP request that moto hands over to an operation and back to an HTTP answer (awsJson1.1), by the model."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

from .call import Call, caller_arn
from .errors import ServiceError
from .models import redshiftserverless_backends
from .paging import page
from .shapes import AnswerError, check_request, serialise
from .world import world

CONTENT_TYPE = "application/x-amz-json-1.1"
HttpAnswer = tuple[int, dict[str, str], str]
Operation = Callable[[Any, dict[str, Any]], dict[str, Any]]


@functools.cache
def service_model(service: str) -> ServiceModel:
    """Botocore's model of a service."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@functools.cache
def pagination_model(service: str) -> dict[str, dict[str, str]]:
    """Botocore's paginators of a service, by operation."""
    config: dict[str, dict[str, str]] = Loader().load_service_model(service, "paginators-1")["pagination"]
    return config


class JsonServiceResponse(BaseResponse):
    """moto's entry to a service; moto's base class finds the account, the Region and the access key.

    Attributes:
        service: The name that botocore knows it by.
        title: Its name in sentences.
        message_key: How the model spells the member ``message`` of its errors.
        operations: What each operation does.
    """

    service: ClassVar[str]
    title: ClassVar[str]
    message_key: ClassVar[str] = "message"
    operations: ClassVar[Mapping[str, Operation]]

    def __init__(self) -> None:
        super().__init__(service_name=self.service)

    def call_action(self) -> HttpAnswer:
        """Run the operation named by X-Amz-Target."""
        try:
            return self._answer(200, self._run())
        except ServiceError as error:
            return self._answer_error(error)
        except AnswerError as error:
            message = f"The emulator's own answer is wrong: {error}"
            return self._answer_error(ServiceError("InternalServerException", message, status=500))

    def _answer_error(self, error: ServiceError) -> HttpAnswer:
        return self._answer(error.status, error.body(self.message_key), {"x-amzn-ErrorType": error.code})

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpAnswer:
        common = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
        return status, {**common, **(headers or {})}, json.dumps(body)

    def _run(self) -> dict[str, Any]:
        self._check_identity()
        operation = self._operation()
        params = check_request(operation.input_shape, self._parse_body())
        call = self._call()
        with call.world.lock:
            handler = self.operations.get(operation.name)
            if handler is None:
                raise self._no_state(operation.name)
            answer = handler(call, params)
            call.world.settle()
            pages = pagination_model(self.service)
            if operation.name in pages:
                answer = page(pages[operation.name], params, answer)
            return serialise(operation.output_shape, answer)

    def _check_identity(self) -> None:
        """Moto's own IAM enforcement, which is off until it is asked for; its XML errors become JSON ones."""
        try:
            self._authenticate_and_authorize_normal_action("*")
        except HTTPException as error:
            code = getattr(error, "error_type", "AccessDenied")
            names = {
                "AccessDenied": "AccessDeniedException",
                "InvalidClientTokenId": "UnrecognizedClientException",
                "SignatureDoesNotMatch": "InvalidSignatureException",
            }
            message = getattr(error, "message", str(error))
            raise ServiceError(names.get(code, code), message) from error

    def _operation(self) -> OperationModel:
        name = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if name not in service_model(self.service).operation_names:
            raise ServiceError("UnknownOperationException", f"{self.title} has no operation {name!r}.")
        return service_model(self.service).operation_model(name)

    def _parse_body(self) -> Any:
        try:
            return json.loads(self.body or "{}")
        except ValueError as error:
            raise ServiceError("SerializationException", f"The request body is no JSON: {error}") from error

    def _call(self) -> Call:
        try:
            backend = redshiftserverless_backends[self.current_account][self.region]
        except KeyError:
            # The real host name does not resolve in such a Region, so there is no answer to imitate.
            message = f"{self.title} has no endpoint in the Region {self.region!r}. Choose another Region."
            raise ServiceError("UnknownEndpointException", message) from None
        caller = caller_arn(self.current_account, backend.partition, self.region, self.access_key)
        return Call(world=world(), backend=backend, caller=caller, access_key=self.access_key)

    def _no_state(self, operation: str) -> ServiceError:
        """The answer for operations of the model that the emulator has nothing behind."""
        message = f"The emulator keeps no state for {self.service}:{operation}, so it cannot answer this operation."
        return ServiceError("NotImplementedException", message, status=501)
