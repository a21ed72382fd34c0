# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is made of: the API calls that have to be made, and those that were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A resource as the API gives it (members in the API's own spelling); None when it does not exist.
State = dict[str, Any]

REDACTED = "VALUE_NOT_SHOWN"


@dataclass(frozen=True)
class Change:
    """One API call that has to be made.

    Attributes:
        operation: the API operation's name, such as UpdateWorkgroup.
        parameters: its request, in the API's own spelling.
        reason: why, for a person.
        interrupts: whether open connections break.
        restarts: whether the workgroup restarts.
        secret: the names of request members whose values are never shown.
        unreadable: whether what it sets can't be read back, such as a password; AWS's answer is then all there is.
        value: what was printed into the request as text, such as a policy, so that a prediction has not to read the text again.
    """

    operation: str
    parameters: dict[str, Any]
    reason: str = field(compare=False)
    interrupts: bool = field(default=False, compare=False)
    restarts: bool = field(default=False, compare=False)
    secret: frozenset[str] = field(default=frozenset(), compare=False)
    unreadable: bool = field(default=False, compare=False)
    value: Any = field(default=None, compare=False, repr=False)

    def shown_parameters(self) -> dict[str, Any]:
        """Return the request without its secrets."""
        return {name: REDACTED if name in self.secret else value for name, value in self.parameters.items()}

    def sent_by(self, other: Change) -> bool:
        """Tell whether another Change has sent what this one would: the same request, or one with the same secret."""
        secrets = {name: value for name, value in self.parameters.items() if name in self.secret}
        return self == other or (bool(secrets) and secrets.items() <= other.parameters.items())


@dataclass(frozen=True)
class Done:
    """A Change that was carried out.

    Attributes:
        change: the Change.
        seconds: how long it took until AWS was ready again.
        waited_for: what AWS answered when it last refused the request for the time being; None when it accepted it at once.
    """

    change: Change
    seconds: float
    waited_for: str | None = None
