# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check says, and what it says when something could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from .._core.advice import about_denial, may_lack_permission

Verdict = Literal["pass", "fail", "unknown", "not_applicable"]
Described = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One condition of the way from a source to a workgroup.

    Attributes:
        name: which condition.
        verdict: whether it holds.
        evidence: ids, rules and routes that the verdict comes from.
        remedy: what to do, None when nothing is.
    """

    name: str
    verdict: Verdict
    evidence: Mapping[str, Any]
    remedy: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return the check as a module's result."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "evidence": dict(self.evidence),
            "remedy": None if self.verdict in ("pass", "not_applicable") else self.remedy,
        }


@dataclass(frozen=True)
class Unread:
    """What could not be read.

    Attributes:
        action: the IAM action of the read, such as ec2:DescribeRouteTables.
        problem: what AWS or botocore said.
        denied: whether the caller may not do it; otherwise it went wrong.
    """

    action: str
    problem: str
    denied: bool = False

    def check(self, name: str) -> Check:
        """Return the check that would have needed it."""
        if self.denied and not may_lack_permission(self.problem):
            remedy = f"{about_denial(self.problem, self.action)} Then ask again."
            return Check(name, "unknown", {"unread": self.action, "problem": self.problem}, remedy)
        if self.denied:
            remedy = f"Allow {self.action} to the identity that asks, and ask again."
            return Check(name, "unknown", {"missing_permission": self.action, "problem": self.problem}, remedy)
        return Check(
            name, "unknown", {"unread": self.action, "problem": self.problem}, f"Ask again when {self.action} answers."
        )


_Fact = TypeVar("_Fact")
Readable: TypeAlias = _Fact | Unread


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on several things that all have to hold."""
    found = set(verdicts)
    for verdict in ("fail", "unknown"):
        if verdict in found:
            return verdict
    return "pass"


def judged(name: str, fact: Readable[_Fact], judge: Callable[[_Fact], Check]) -> Check:
    """Return the judgement of a fact, or unknown when the fact could not be read."""
    return fact.check(name) if isinstance(fact, Unread) else judge(fact)


def items(value: Any) -> str:
    """Return some ids as part of a sentence."""
    return ", ".join(str(each) for each in value)
