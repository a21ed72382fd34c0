# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks that several resources of a kind share: one List call a round, however many are looked at.

ListWorkgroups and ListEndpointAccess give the same members as GetWorkgroup and GetEndpointAccess (API reference: both return
the shape Workgroup, or EndpointAccess).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .._core.changes import State
from .._core.errors import AccessDenied


@dataclass
class Listing:
    """Resources of one kind and of one caller, by name.

    Args:
        one: reads the resource of a name, None where there is none.
        everything: reads all resources, by folded name.
        fold: makes names comparable, where AWS may have folded their case.
    """

    one: Callable[[str], State | None]
    everything: Callable[[], dict[str, State]]
    fold: Callable[[str], str] = str
    _names: set[str] = field(default_factory=set, init=False)
    _seen: dict[str, State] | None = field(default=None, init=False)
    _allowed: bool = field(default=True, init=False)

    def expect(self, name: str) -> None:
        """Say beforehand that a name will be looked at: for one name alone nothing is listed."""
        self._names.add(name)

    def new_round(self) -> None:
        """Forget what was seen: the next look is a call again."""
        self._seen = None

    def read(self, name: str) -> State | None:
        """Return the resource as it is in this round, None where there is none.

        Raises:
            RedshiftServerlessError: what AWS answered. A caller who may not list reads one by one.
        """
        if self._allowed and len(self._names) > 1:
            try:
                if self._seen is None:
                    self._seen = self.everything()
                found = self._seen.get(self.fold(name))
                return dict(found) if found else None
            except AccessDenied:
                self._allowed = False
        return self.one(name)
