# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One AWS service as one caller sees it: requests go out by the API's own names, errors come back as one family."""

from __future__ import annotations

from typing import Any

from .errors import AnswerLost, RedshiftServerlessError, Throttled, WaitTimeout, translate
from .waiting import Deadline, Patience

try:
    import botocore
    from botocore import xform_name
except ImportError:
    pass  # The modules report a missing botocore themselves, by amazon.aws's AnsibleAWSModule.

# Reads are repeated this many times when their answer is lost; a write is never repeated blindly.
READ_ATTEMPTS = 3

# How long a read is repeated whose throttle botocore did not notice, where the caller has no deadline, and the longest pause then.
THROTTLED_PATIENCE = Patience(timeout=30.0, longest_pause=5.0)


class Api:
    """Calls the operations of one botocore client.

    Args:
        client: a botocore client, for example of redshift-serverless.
        deadline: the end of the caller's time, up to which throttled reads are repeated.
    """

    def __init__(self, client: Any, deadline: Deadline | None = None) -> None:
        self._client = client
        self._deadline = deadline

    @property
    def region(self) -> str:
        """The region of the caller's context."""
        return str(self._client.meta.region_name)

    @property
    def partition(self) -> str:
        """The partition (aws, aws-cn, aws-us-gov) of the caller's context."""
        return str(self._client.meta.partition)

    @property
    def model(self) -> Any:
        """Botocore's own model of the service."""
        return self._client.meta.service_model

    def write(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Call a changing operation once.

        A success whose required body is missing counts as a lost answer: botocore gives a truncated 200 as an empty
        dictionary.

        Raises:
            RedshiftServerlessError: what AWS answered, or AnswerLost.
        """
        answer = self._call(operation, parameters)
        output = self.model.operation_model(operation).output_shape
        expected = list(output.members) if output else []
        if len(expected) == 1 and expected[0] not in answer and output.members[expected[0]].type_name == "structure":
            raise AnswerLost(f"{operation} was sent and its answer came back incomplete.")
        return answer

    def read(self, operation: str, parameters: dict[str, Any], member: str) -> Any:
        """Call a reading operation and return one member of its answer.

        Raises:
            RedshiftServerlessError: what AWS answered, or AnswerLost after several attempts.
        """
        return self.read_whole(operation, parameters, member)[member]

    def read_whole(self, operation: str, parameters: dict[str, Any], member: str) -> dict[str, Any]:
        """Call a reading operation and return its answer, of which one member has to be there.

        A throttled read is repeated after pauses: up to the caller's deadline, and without one for a while, unless botocore has
        done that already.

        Raises:
            RedshiftServerlessError: what AWS answered, or AnswerLost after several attempts.
        """
        deadline = self._deadline or Deadline(THROTTLED_PATIENCE)
        throttled: Throttled | None = None
        try:
            for _waited in deadline.looks(f"an answer to {operation}"):
                try:
                    return self._read_through(operation, parameters, member)
                except Throttled as error:
                    if not (self._deadline or error.wrapped):
                        raise
                    throttled = error
        except WaitTimeout as late:
            raise throttled or late from late
        raise AnswerLost(f"{operation} was not answered.")

    def _read_through(self, operation: str, parameters: dict[str, Any], member: str) -> dict[str, Any]:
        """Call a reading operation, again when its answer is lost."""
        for attempt in range(READ_ATTEMPTS):
            try:
                answer = self._call(operation, parameters)
                if member in answer:
                    return answer
                raise AnswerLost(f"{operation} was answered without {member!r}.")
            except AnswerLost:
                if attempt == READ_ATTEMPTS - 1:
                    raise
        raise AnswerLost(f"{operation} was not answered.")

    def read_all(self, operation: str, parameters: dict[str, Any], member: str) -> list[Any]:
        """Call a listing operation page by page and return all items of one list member."""
        token_name = "NextToken" if "NextToken" in self._input_members(operation) else "nextToken"
        items: list[Any] = []
        token: str | None = None
        while True:
            page = self.read_whole(operation, {**parameters, **({token_name: token} if token else {})}, member)
            items.extend(page[member])
            token = page.get(token_name)
            if not token:
                return items

    def _input_members(self, operation: str) -> Any:
        shape = self.model.operation_model(operation).input_shape
        return shape.members if shape else {}

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, xform_name(operation))(**parameters)
        except RedshiftServerlessError:  # of a source of credentials
            raise
        except Exception as error:
            # Not only botocore's own errors: an answer against the model ends in a ValueError or TypeError of its parser.
            raise translate(error, operation, str(self.model.signing_name)) from error
        return answer


def botocore_version() -> str:
    """Return the version of botocore in use."""
    return str(botocore.__version__)
