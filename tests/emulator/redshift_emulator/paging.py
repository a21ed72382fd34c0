"""Pages of a list operation, as paginators-1.json says [C: BM]."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .errors import validation

PAGE_SIZE = 100
TOKEN_PREFIX = "redshift-serverless:"


def page(config: dict[str, str], params: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Cut the answer down to the page that the request asks for.

    Args:
        config: The operation's entry of the paginator model (input_token, output_token, limit_key, result_key).
        params: The request's parameters.
        answer: The whole answer, with all items below ``result_key``.

    Returns:
        The answer with the items of one page and, if there are more, the token for the next page.

    Raises:
        ServiceError: The token was not given out by this operation.
    """
    items = answer[config["result_key"]]
    start = _read_token(params.get(config["input_token"]), config["result_key"], len(items))
    # Some operations have no limit of the caller's; in some, 0 is allowed and means none.
    end = start + (params.get(config.get("limit_key", "")) or PAGE_SIZE)
    result = {**answer, config["result_key"]: items[start:end]}
    if end < len(items):
        result[config["output_token"]] = _write_token(end, config["result_key"])
    return result


def _write_token(start: int, kind: str) -> str:
    return base64.urlsafe_b64encode(f"{TOKEN_PREFIX}{kind}:{start}".encode()).decode()


def _read_token(token: str | None, kind: str, count: int) -> int:
    if token is None:
        return 0
    prefix = f"{TOKEN_PREFIX}{kind}:"
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
        start = int(text.removeprefix(prefix)) if text.startswith(prefix) else -1
    except (binascii.Error, UnicodeDecodeError, ValueError):
        start = -1
    if not 0 <= start <= count:
        raise validation("The nextToken is not valid. Use the nextToken that the previous call returned.")
    return start
