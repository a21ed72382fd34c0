"""From an HTTP request that moto hands over to an operation and back to an HTTP answer (awsJson1.1)."""

from __future__ import annotations

import functools
import json
import uuid
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

from .call import Call, caller_arn
from .errors import ServiceError
from .models import redshiftserverless_backends
from .operations import OPERATIONS
from .paging import page
from .shapes import AnswerError, check_request, serialise
from .world import world

SERVICE = "redshift-serverless"
CONTENT_TYPE = "application/x-amz-json-1.1"
HttpAnswer = tuple[int, dict[str, str], str]


@functools.cache
def service_model() -> ServiceModel:
    """Botocore's model of the service."""
    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


@functools.cache
def pagination_model() -> dict[str, dict[str, str]]:
    """Botocore's paginators of the service, by operation."""
    config: dict[str, dict[str, str]] = Loader().load_service_model(SERVICE, "paginators-1")["pagination"]
    return config


def stateless_operations() -> list[str]:
    """Operations of the model behind which the emulator keeps no state."""
    return sorted(set(service_model().operation_names) - set(OPERATIONS))


class RedshiftServerlessResponse(BaseResponse):
    """moto's entry to the service; moto's base class finds the account, the Region and the access key."""

    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)

    def call_action(self) -> HttpAnswer:
        """Run the operation named by X-Amz-Target."""
        try:
            return self._answer(200, self._run())
        except ServiceError as error:
            return self._answer(error.status, error.body(), {"x-amzn-ErrorType": error.code})
        except AnswerError as error:
            fault = ServiceError("InternalServerException", f"The emulator's own answer is wrong: {error}", status=500)
            return self._answer(fault.status, fault.body(), {"x-amzn-ErrorType": fault.code})

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpAnswer:
        common = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
        return status, {**common, **(headers or {})}, json.dumps(body)

    def _run(self) -> dict[str, Any]:
        self._check_identity()
        operation = self._operation()
        params = check_request(operation.input_shape, self._parse_body())
        call = self._call()
        with call.world.lock:
            handler = OPERATIONS.get(operation.name)
            if handler is None:
                raise no_state(operation.name)
            answer = handler(call, params)
            call.world.settle()
            if operation.name in pagination_model():
                answer = page(pagination_model()[operation.name], params, answer)
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
        if name not in service_model().operation_names:
            raise ServiceError("UnknownOperationException", f"Redshift Serverless has no operation {name!r}.")
        return service_model().operation_model(name)

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
            message = f"Redshift Serverless has no endpoint in the Region {self.region!r}. Choose another Region."
            raise ServiceError("UnknownEndpointException", message) from None
        caller = caller_arn(self.current_account, backend.partition, self.region, self.access_key)
        return Call(world=world(), backend=backend, caller=caller, access_key=self.access_key)


def no_state(operation: str) -> ServiceError:
    """The answer for operations of the model that the emulator has nothing behind."""
    message = f"The emulator keeps no state for redshift-serverless:{operation}, so it cannot answer this operation."
    return ServiceError("NotImplementedException", message, status=501)
