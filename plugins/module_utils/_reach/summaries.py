# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis in words. Standard library only, as filters on the controller use it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .checks import items


def reachable(verdicts: Iterable[str]) -> bool | None:
    """Return what the verdicts on a source come to: None when it is not known."""
    found = set(verdicts)
    return False if "fail" in found else None if "unknown" in found else True


class Judged(NamedTuple):
    """What was found of a source.

    Attributes:
        source: the network, as it was given.
        verdicts: by the name of the check, in their order.
    """

    source: str
    verdicts: Mapping[str, str]

    @property
    def reachable(self) -> bool | None:
        """Tell whether it reaches the workgroup, None when it is not known."""
        return reachable(self.verdicts.values())


def judged_of(report: Mapping[str, Any]) -> Judged:
    """Return a source of a module's result."""
    return Judged(report["source"], {check["name"]: check["verdict"] for check in report["checks"]})


def summary(subject: str, port: int, sources: Sequence[Judged]) -> str:
    """Return one sentence about all sources: who can, who can't for which reasons, and for whom it is unknown."""
    can = [each.source for each in sources if each.reachable]
    parts = [f"can be reached from {items(can)}"] if can else []
    parts += [f"can not be reached from {items(who)} ({why})" for why, who in _grouped(sources, False, "fail")]
    parts += [
        f"is not known to be reachable from {items(who)} ({why})" for why, who in _grouped(sources, None, "unknown")
    ]
    return f"{subject} (port {port}) {'; it '.join(parts)}."


def _grouped(sources: Iterable[Judged], wanted: bool | None, verdict: str) -> Iterable[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for each in sources:
        if each.reachable is wanted:
            why = items(name for name, found in each.verdicts.items() if found == verdict)
            groups.setdefault(why, []).append(each.source)
    return groups.items()
