# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis in words. Standard library only, as filters on the controller use it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .checks import items


def reachable(checks: Iterable[Mapping[str, Any]]) -> bool | None:
    """Return what the checks of a source come to: None when it is not known."""
    verdicts = {check["verdict"] for check in checks}
    return False if "fail" in verdicts else None if "unknown" in verdicts else True


def summary(subject: str, port: int, reports: Sequence[Mapping[str, Any]]) -> str:
    """Return one sentence about all sources: who can, who can't for which reasons, and for whom it is unknown."""
    can = [report["source"] for report in reports if report["reachable"]]
    parts = [f"can be reached from {items(can)}"] if can else []
    parts += [f"can not be reached from {items(who)} ({why})" for why, who in _grouped(reports, False, "fail")]
    parts += [
        f"is not known to be reachable from {items(who)} ({why})" for why, who in _grouped(reports, None, "unknown")
    ]
    return f"{subject} (port {port}) {'; it '.join(parts)}."


def _grouped(
    reports: Iterable[Mapping[str, Any]], wanted: bool | None, verdict: str
) -> Iterable[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for report in reports:
        if report["reachable"] is wanted:
            why = items(check["name"] for check in report["checks"] if check["verdict"] == verdict)
            groups.setdefault(why, []).append(report["source"])
    return groups.items()
