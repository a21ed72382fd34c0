# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's rules of a workgroup's capacity, written down once more and in another way for the tests of plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

CAPACITIES = [4, 8, 16, 64, 128, 512, 544, 1024]
LEVELS = [1, 25, 50, 75, 100]
capacities = st.sampled_from(CAPACITIES)


class NotTaken(AssertionError):
    """AWS would refuse the request."""


@dataclass
class Capacity:
    """What AWS has, and what it takes.

    Attributes:
        base: -1 while a target sets it.
        most: None without a limit.
        level: the target's level, None while it is off.
    """

    base: int
    most: int | None
    level: int | None

    def members(self) -> dict[str, Any]:
        """As GetWorkgroup shows it."""
        target = {"status": "DISABLED"} if self.level is None else {"status": "ENABLED", "level": self.level}
        limit = {} if self.most is None else {"maxCapacity": self.most}
        return {"baseCapacity": self.base, "pricePerformanceTarget": target, **limit}

    def create(self, request: Mapping[str, Any]) -> None:
        """Take a CreateWorkgroup."""
        target = request.get("pricePerformanceTarget")
        self.base, self.level = request.get("baseCapacity", -1), None
        if target is None and self.base == -1:
            self.level = 50
        elif target is not None:
            self.level = self._level(target)
        if (self.base == -1) is (self.level is None):
            raise NotTaken("a new workgroup has a base or a target")
        self.most = request.get("maxCapacity")
        if self.most == -1:
            raise NotTaken("there is no limit to remove")
        self._check_order()

    def update(self, request: Mapping[str, Any]) -> None:
        """Take an UpdateWorkgroup."""
        before = self.members()
        members = {name: value for name, value in request.items() if name != "workgroupName"}
        target = members.pop("pricePerformanceTarget", None)
        if target is not None:
            self._update_target(target, members.pop("baseCapacity", None))
        elif "baseCapacity" in members:
            if self.level is not None:
                raise NotTaken("a base while a target sets it")
            self.base = members.pop("baseCapacity")
        elif "maxCapacity" in members:
            limit = members.pop("maxCapacity")
            self.most = None if limit == -1 else limit
        if members:
            raise NotTaken(f"too many members: {sorted(request)}")
        if self.members() == before:
            raise NotTaken("nothing changes")
        self._check_order()

    def _update_target(self, target: Mapping[str, Any], base: int | None) -> None:
        level = self._level(target)
        if (level is None) is (base is None):
            raise NotTaken("the target goes off together with a base, and nothing else comes in pairs")
        if level is None and self.level is None:
            raise NotTaken("the target is off already")
        self.level, self.base = level, -1 if base is None else base

    @staticmethod
    def _level(target: Mapping[str, Any]) -> int | None:
        if target["status"] == "DISABLED":
            if "level" in target:
                raise NotTaken("a target that is off has no level")
            return None
        level: int = target.get("level", 50)
        if level not in LEVELS:
            raise NotTaken(f"there is no level {level}")
        return level

    def _check_order(self) -> None:
        if self.most is not None and self.base > self.most:
            raise NotTaken("the base is above the limit")


@st.composite
def capacity(draw: st.DrawFn) -> Capacity:
    """A capacity that AWS can be in."""
    level = draw(st.none() | st.sampled_from(LEVELS))
    base = draw(capacities) if level is None else -1
    most = draw(st.none() | capacities.filter(lambda number: number >= base))
    return Capacity(base, most, level)


def present_capacity() -> st.SearchStrategy[dict[str, Any]]:
    """A capacity that AWS can be in, as members; no limit is None."""
    return capacity().map(lambda each: {"maxCapacity": None, **each.members()})
