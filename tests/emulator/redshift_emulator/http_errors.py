"""AWS errors in the protocol of the service that was asked, for what is answered before moto is reached."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from .aws_request import AwsRequest

REQUEST_ID = "00000000-0000-4000-8000-000000000000"


def error_body(request: AwsRequest, code: str, message: str) -> tuple[str, dict[str, str]]:
    """Body and headers of an error answer: JSON, EC2's XML, or the query protocol's XML."""
    if request.json_protocol:
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": code}
        return json.dumps({"__type": code, "message": message}), headers
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if request.service == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    return text, {"Content-Type": "text/xml", "x-amzn-ErrorType": code}


def denial_code(request: AwsRequest) -> str:
    """The code with which the service's protocol says that something is not allowed."""
    if request.service == "ec2":
        return "UnauthorizedOperation"
    return "AccessDeniedException" if request.json_protocol else "AccessDenied"
