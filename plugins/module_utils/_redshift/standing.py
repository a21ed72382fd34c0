# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What workgroups and namespaces have in common: a status while AWS is changing them, and tags by calls of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from .._core.api import Api
from .._core.changes import Change, State
from .._core.plan import Unexplained
from . import tags
from .durations import usual


class Tagged(Protocol):
    """A desire that may speak of tags."""

    @property
    def tags(self) -> Mapping[str, Any] | None:
        """The wanted tags, None to leave them alone."""


@dataclass
class Standing(Unexplained, ABC):
    """A workgroup or a namespace, as far as they are alike.

    Attributes:
        kind: the word by which the API's operations and members name it.
        api: the service.
        name: its name.
        desired: what is desired of it.
    """

    kind: ClassVar[str]
    api: Api
    name: str
    desired: Tagged
    _tags: dict[str, str] | None = field(default=None, init=False)

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"{self.kind} {self.name}"

    @abstractmethod
    def read(self) -> State | None:
        """Read what AWS has now, but for the tags; None when there is none."""

    def observe(self) -> State | None:
        """Return one read, and ListTagsForResource only if tags are managed; that once while AWS is changing the resource."""
        state = self.read()
        if state is not None and self.desired.tags is not None and not self.leaving(state):
            if self._tags is None or not self.transition(state):
                self._tags = tags.read(self.api, state[f"{self.kind}Arn"])
            state["tags"] = self._tags
        return state

    def transition(self, current: State | None) -> str | None:
        """Return the status while an operation runs (CREATING, MODIFYING, DELETING)."""
        status = (current or {}).get("status", "AVAILABLE")
        return None if status == "AVAILABLE" else str(status)

    def usual(self, change: Change) -> float | None:
        """Return the seconds that AWS usually takes for a Change."""
        return usual(change.operation)

    def leaving(self, current: State | None) -> bool:
        """Tell whether it is being deleted."""
        return (current or {}).get("status") == "DELETING"
