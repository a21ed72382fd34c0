"""Rules that make requests fail: which ones, how often, and how."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

from .aws_request import AwsRequest
from .errors import ServiceError

# Kinds that answer with an error, with the code and HTTP status that AWS uses for it.
ERROR_KINDS: dict[str, tuple[str, int, str]] = {
    "throttle": ("ThrottlingException", 400, "Rate exceeded"),
    # The Data API about a throttle of Redshift Serverless [C: jitsucom/bulker; the end of the text I].
    "wrapped_throttle": (
        "ValidationException",
        400,
        "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400, "
        "Request ID: 01234567-89ab-cdef-0123-456789abcdef)",
    ),
    "internal": ("InternalServerException", 500, "The server encountered an internal error. Please retry."),
    "expired_token": ("ExpiredTokenException", 400, "The security token included in the request is expired"),
    "unrecognized_client": (
        "UnrecognizedClientException",
        400,
        "The security token included in the request is invalid.",
    ),
    "error": ("ValidationException", 400, "A fault of the emulator."),
}
# Kinds that act on the connection: before the request is handled, or after the change is made.
CONNECTION_KINDS = ("timeout", "reset", "lost_answer", "truncate", "latency")
KINDS = (*ERROR_KINDS, *CONNECTION_KINDS)


@dataclasses.dataclass
class Fault:
    """One rule. Empty match fields match everything.

    Attributes:
        kind: One of ``KINDS``.
        service, operation, account, region: What to match.
        skip: So many matching requests pass first.
        times: So many are hit then; None for all.
        code, status, message: Replace those of an error kind.
        seconds: Real seconds for ``timeout`` (how long to hang) and ``latency``.
    """

    kind: str
    service: str = ""
    operation: str = ""
    account: str = ""
    region: str = ""
    skip: int = 0
    times: int | None = 1
    code: str = ""
    status: int = 0
    message: str = ""
    seconds: float = 0.0
    hits: int = 0

    def matches(self, request: AwsRequest, account: str) -> bool:
        """Whether the rule is about this request."""
        wanted = (self.service, self.operation, self.account, self.region)
        got = (request.service, request.operation, account, request.region)
        return all(not want or want == have for want, have in zip(wanted, got, strict=True))

    def error(self) -> tuple[str, int, str]:
        """Code, HTTP status and text of an error kind."""
        code, status, message = ERROR_KINDS[self.kind]
        return self.code or code, self.status or status, self.message or message


class Faults:
    """The rules in force; the first that matches and is not used up is taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []

    def add(self, rules: list[dict[str, Any]]) -> None:
        """Add rules.

        Raises:
            ServiceError: An unknown kind or field; no rule is added then.
        """
        known = {field.name for field in dataclasses.fields(Fault)} - {"hits"}
        for rule in rules:
            if rule.get("kind") not in KINDS:
                raise ServiceError("BadFault", f"kind is {rule.get('kind')!r}; it can be one of {list(KINDS)}")
            if set(rule) - known:
                raise ServiceError("BadFault", f"a fault has no {sorted(set(rule) - known)}; it has {sorted(known)}")
        with self._lock:
            self._rules += [Fault(**rule) for rule in rules]

    def as_list(self) -> list[dict[str, Any]]:
        """The rules as JSON-ready data, with ``hits``."""
        with self._lock:
            return [dataclasses.asdict(rule) for rule in self._rules]

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()

    def take(self, request: AwsRequest, account: str) -> Fault | None:
        """The fault for this request, if there is one; counts it."""
        with self._lock:
            for rule in self._rules:
                if not rule.matches(request, account):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                elif rule.times is None or rule.hits < rule.times:
                    rule.hits += 1
                    return rule
        return None
