"""What a raw HTTP request to the emulator asks for, whatever AWS protocol it is in."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from typing import Any
from urllib.parse import parse_qsl

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")
SECRET_NAME = re.compile(
    r"(password|secretstring|secretbinary|secretaccesskey|sessiontoken|privatekey|plaintext)$", re.IGNORECASE
)
MASK = "********"
DEFAULT_SERVICE = "unknown"


@dataclasses.dataclass(frozen=True)
class AwsRequest:
    """A request as the log and the faults see it.

    Attributes:
        service: The signing name, e.g. ``redshift-serverless``.
        operation: The API's name of the operation, or method and path for REST services.
        region: The Region of the credential scope.
        access_key: The access key id, if the request is signed.
        parameters: Decoded parameters, secrets masked.
        json_protocol: Whether errors must be JSON (otherwise XML).
    """

    service: str
    operation: str
    region: str
    access_key: str
    parameters: Any
    json_protocol: bool


def masked(value: Any, name: str = "") -> Any:
    """A copy of decoded parameters or of an answer in which no secret is readable."""
    if isinstance(value, dict):
        return {key: masked(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, name) for item in value]
    if isinstance(value, str) and SECRET_NAME.search(name):
        return MASK
    return value


def read(environ: dict[str, Any]) -> AwsRequest:
    """Read a WSGI request; its body can be read again afterwards."""
    body = _body(environ)
    found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    access_key, region, service = found.groups() if found else ("", "", DEFAULT_SERVICE)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        operation, parameters = target.rpartition(".")[2], _json(body)
    else:
        operation, parameters = _form(environ, body)
    rest_json = "json" in environ.get("CONTENT_TYPE", "")
    return AwsRequest(service, operation, region, access_key, masked(parameters), bool(target) or rest_json)


def _body(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return None


def _form(environ: dict[str, Any], body: bytes) -> tuple[str, Any]:
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        operation = fields.pop("Action", "")
        if operation:
            fields.pop("Version", None)
            return operation, fields
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}", query
