# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted conversations with AWS: every request is expected by name and parameters, and has its answer.

Both sides are checked by AWS's own model: botocore refuses a request that its model does not allow, and its Stubber refuses an
answer that AWS could not give.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import StubResponseError
from botocore.stub import ANY, Stubber
from botocore.validate import validate_parameters

REGION = "us-east-1"
ACCOUNT = "123456789012"

__all__ = ["ACCOUNT", "ANY", "REGION", "Conversation", "client"]


@cache
def client(service: str) -> Any:
    """A client that never gets as far as the network."""
    return boto3.session.Session().client(
        service, region_name=REGION, aws_access_key_id="unit", aws_secret_access_key="unit"
    )


@dataclass(frozen=True)
class _Exchange:
    service: str
    operation: str
    request: dict[str, Any]
    answer: dict[str, Any] | None = None
    error: tuple[str, str, int] | None = None
    exception: Exception | None = None
    truncated: bool = False

    @property
    def method(self) -> str:
        """The operation as botocore spells it."""
        return str(xform_name(self.operation))


class Conversation:
    """What is to be asked, and what is answered, in this order and no more."""

    def __init__(self) -> None:
        self._script: list[_Exchange] = []
        self._any_order = False
        self.asked: list[str] = []
        self.turn = threading.Lock()

    def answer(
        self, operation: str, request: dict[str, Any], answer: dict[str, Any], service: str = "redshift-serverless"
    ) -> Conversation:
        """Expect a request and answer it."""
        self._script.append(_Exchange(service, operation, request, answer=answer))
        return self

    def refuse(
        self,
        operation: str,
        request: dict[str, Any],
        code: str,
        message: str,
        status: int = 400,
        service: str = "redshift-serverless",
    ) -> Conversation:
        """Expect a request and answer it with an error."""
        self._script.append(_Exchange(service, operation, request, error=(code, message, status)))
        return self

    def lose(
        self, operation: str, request: dict[str, Any], exception: Exception, service: str = "redshift-serverless"
    ) -> Conversation:
        """Expect a request that ends in an exception of botocore's, such as a time-out."""
        self._script.append(_Exchange(service, operation, request, exception=exception))
        return self

    def truncate(self, operation: str, request: dict[str, Any]) -> Conversation:
        """Expect a request whose success loses its body: botocore gives an empty dictionary."""
        self._script.append(_Exchange("redshift-serverless", operation, request, truncated=True))
        return self

    def connect(self, service: str) -> Any:
        """A client that speaks this conversation."""
        return _Speaker(service, self)

    def in_any_order(self) -> Conversation:
        """Let what is expected come in any order: several threads ask."""
        self._any_order = True
        return self

    def assert_over(self) -> None:
        """Fail if something expected was not asked."""
        assert not self._script, f"never asked: {[(each.operation, each.request) for each in self._script]}"

    def take(self, service: str, method: str, request: dict[str, Any]) -> _Exchange:
        """The next exchange, which has to be this one."""
        asked = f"{service}.{method}({request})"
        # pytest.fail and no AssertionError: the modules make a sentence of every Exception.
        if not self._script:
            pytest.fail(f"nothing more was expected, asked was {asked}")
        for exchange in self._script if self._any_order else self._script[:1]:
            if (exchange.service, exchange.method, exchange.request) == (service, method, request):
                self._script.remove(exchange)
                self.asked.append(exchange.operation)
                return exchange
        expected = f"{self._script[0].service}.{self._script[0].method}({self._script[0].request})"
        pytest.fail(f"expected was {expected}, asked was {asked}")


class _Speaker:
    def __init__(self, service: str, conversation: Conversation) -> None:
        self._client = client(service)
        self._service = service
        self._conversation = conversation
        self.meta = self._client.meta

    def __getattr__(self, method: str) -> Any:
        def ask(**request: Any) -> Any:
            with self._conversation.turn:
                return self._ask(method, request)

        return ask

    def _ask(self, method: str, request: dict[str, Any]) -> Any:
        exchange = self._conversation.take(self._service, method, request)
        if exchange.exception or exchange.truncated:
            validate_parameters(request, self.meta.service_model.operation_model(exchange.operation).input_shape)
        if exchange.exception:
            raise exchange.exception
        if exchange.truncated:
            return {}
        with Stubber(self._client) as stubber:
            if exchange.error:
                code, message, status = exchange.error
                stubber.add_client_error(method, code, message, status, expected_params=request)
            else:
                stubber.add_response(method, exchange.answer, request)
            try:
                return getattr(self._client, method)(**request)
            except StubResponseError as error:
                pytest.fail(str(error))
