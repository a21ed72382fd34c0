"""The one WSGI layer between clients and moto: control address, clock, faults, denials, request log, clear 501s."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from moto.utilities.utils import get_partition

from . import aws_request
from .accounts import account_of, ensure_user, is_known
from .aws_request import AwsRequest, masked
from .call import caller_arn
from .control_interface import PREFIX, ControlInterface
from .denials import denial
from .faults import ERROR_KINDS, Fault, Faults
from .http_errors import error_body
from .request_log import RequestLog
from .world import World

SERVICE = "redshift-serverless"
SERVICES = frozenset({SERVICE, "redshift-data"})
# What is asked again and again while something of another service is made: it moves time as our own service's requests do.
OTHER_POLLS = frozenset({"DescribeVpcEndpoints"})
DEFAULT_HANG = 60.0
FALLBACK_REGION = "us-east-1"
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Answer:
    """Status, headers and body of an answer on its way out."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @classmethod
    def error(cls, request: AwsRequest, code: str, status: int, message: str) -> Answer:
        """An error in the protocol of the service."""
        text, headers = error_body(request, code, message)
        return cls(status, list(headers.items()), text.encode())


class Middleware:
    """Wraps moto's WSGI application."""

    def __init__(self, app: WsgiApp, world: World, log: RequestLog, faults: Faults, control: ControlInterface) -> None:
        self._app = app
        self._world = world
        self._log = log
        self._faults = faults
        self._control = control
        self._never = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path.startswith(PREFIX):
            return self._answer_control(environ, start_response)
        if path.startswith("/moto-api"):
            return self._pass_to_moto_api(environ, start_response, path)
        request = aws_request.read(environ)
        ensure_user(request.access_key, request.region or FALLBACK_REGION)
        account = account_of(request.access_key)
        self._world.tick(per_request=request.service in SERVICES or request.operation in OTHER_POLLS)
        fault = self._faults.take(request, account)
        answer = self._handle(environ, request, account, fault)
        self._record(request, account, answer, fault)
        if answer is None or (fault and fault.kind == "lost_answer"):
            return _cut_connection(environ, start_response)
        return _send(answer, start_response, truncate=fault is not None and fault.kind == "truncate")

    def _answer_control(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        status, text = self._control.answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, body)
        return _send(Answer(status, [("Content-Type", "application/json")], text.encode()), start_response)

    def _pass_to_moto_api(
        self, environ: dict[str, Any], start_response: Callable[..., Any], path: str
    ) -> Iterable[bytes]:
        if path.startswith("/moto-api/reset") and not path.startswith("/moto-api/reset-auth"):
            # What is planned would act on state that moto throws away.
            with self._world.lock:
                self._world.timeline.clear()
        return self._app(environ, start_response)

    def _handle(self, environ: dict[str, Any], request: AwsRequest, account: str, fault: Fault | None) -> Answer | None:
        """The answer, or None if the connection is cut before the request is handled."""
        if fault is not None:
            if fault.kind in ERROR_KINDS:
                return Answer.error(request, *fault.error())
            if fault.kind in ("timeout", "latency"):
                self._never.wait(fault.seconds or DEFAULT_HANG)
            if fault.kind in ("timeout", "reset"):
                return None
        refused = self._refusal(request, account)
        return refused or self._ask_moto(environ, request)

    def _refusal(self, request: AwsRequest, account: str) -> Answer | None:
        settings = self._world.settings
        if settings.unknown_access_keys == "refused" and not is_known(request.access_key):
            message = "The security token included in the request is invalid."
            return Answer.error(request, "UnrecognizedClientException", 400, message)
        refused = denial(settings.deny, request, account, self._caller(request, account))
        return Answer.error(request, *refused) if refused else None

    def _ask_moto(self, environ: dict[str, Any], request: AwsRequest) -> Answer:
        captured: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            captured[:] = [int(status.split(maxsplit=1)[0]), headers]

        try:
            chunks = self._app(environ, start_response)
            body = b"".join(chunks)
        except NotImplementedError:
            return _unknown_to_moto(request)
        except KeyError as error:
            return _unknown_region(request, error)
        status, headers = captured
        # For REST services a missing operation is a missing address: Flask's own page, which no client can read.
        if status == 404 and body.lower().startswith(b"<!doctype html"):
            return _unknown_to_moto(request)
        return Answer(status, headers, body)

    def _record(self, request: AwsRequest, account: str, answer: Answer | None, fault: Fault | None) -> None:
        shown = _json_or_none(answer.body) if answer and request.json_protocol else None
        code = _error_code(answer, shown)
        self._log.add(
            {
                "time": self._world.clock.now().isoformat(),
                "service": request.service,
                "operation": request.operation,
                "account": account,
                "region": request.region,
                "caller": self._caller(request, account),
                "parameters": request.parameters,
                "status": answer.status if answer else None,
                "error": code,
                "answer": masked(shown) if request.service == SERVICE else None,
                "fault": fault.kind if fault else None,
            }
        )

    @staticmethod
    def _caller(request: AwsRequest, account: str) -> str:
        region = request.region or FALLBACK_REGION
        return caller_arn(account, get_partition(region), region, request.access_key)


def _unknown_to_moto(request: AwsRequest) -> Answer:
    message = (
        f"The emulator does not know {request.service}:{request.operation}: moto, which serves {request.service} here, "
        "has not implemented this operation."
    )
    return Answer.error(request, "NotImplementedException", 501, message)


def _unknown_region(request: AwsRequest, error: KeyError) -> Answer:
    message = (
        f"{request.service}:{request.operation} failed in the Region {request.region!r}: {error} is not known here."
    )
    return Answer.error(request, "UnknownEndpointException", 400, message)


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _error_code(answer: Answer | None, shown: Any) -> str | None:
    if answer is None or answer.status < 400:
        return None
    for name, value in answer.headers:
        if name.lower() == "x-amzn-errortype":
            return value
    if isinstance(shown, dict) and "__type" in shown:
        return str(shown["__type"])
    start = answer.body.find(b"<Code>")
    end = answer.body.find(b"</Code>")
    return answer.body[start + len(b"<Code>") : end].decode() if 0 <= start < end else str(answer.status)


def _send(answer: Answer, start_response: Callable[..., Any], truncate: bool = False) -> Iterable[bytes]:
    skipped = ("content-length", "status")
    headers = [(name, value) for name, value in answer.headers if name.lower() not in skipped]
    headers.append(("Content-Length", str(len(answer.body))))
    start_response(f"{answer.status} ", headers)
    return [answer.body[: len(answer.body) // 2] if truncate else answer.body]


def _cut_connection(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """End the connection without an answer; close() alone does nothing, since werkzeug's files hold the socket."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the client has already gone
            connection.shutdown(socket.SHUT_RDWR)
    start_response("500 ", [("Content-Length", "0")])
    return [b""]
