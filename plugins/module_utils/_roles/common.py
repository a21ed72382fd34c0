# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the files of all roles share: how they are called, and how a role's variables are told from others'."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.names import nearest

# A role's options by their name without the role's prefix, typed. What was not given and has no default is not there.
Options = Mapping[str, Any]
# The registered result of a task.
Result = Mapping[str, Any]
# What a role's tasks may ask by the filter role_decision.
Decisions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Context:
    """Where a role runs.

    Attributes:
        host: the inventory host.
        groups: the inventory's groups with their hosts.
        entry_point: of the role, such as main.
        check_mode: whether this is only a prediction.
        identity: who the play acts as by its module_defaults: profile and assume_role_ options, as far as it gives any.
    """

    host: str = "localhost"
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entry_point: str = "main"
    check_mode: bool = False
    identity: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """The variables that a role has.

    Attributes:
        role: its name.
        options: of the entry point that runs.
        others: of its other entry points, its results, and other names with its prefix that are no mistake.
        neighbours: prefixes of other roles that begin with this role's prefix.
        kind: what it is, a role or a playbook.
    """

    role: str
    options: Collection[str]
    others: Collection[str] = ()
    neighbours: Collection[str] = ()
    kind: str = "role"

    @property
    def prefix(self) -> str:
        """What the names of the role's variables begin with."""
        return f"{self.role}_"

    def is_strange(self, name: str) -> bool:
        """Tell whether a name has the role's prefix and is none of its variables."""
        if not name.startswith(self.prefix) or name.startswith(tuple(self.neighbours)):
            return False
        return name not in self.options and name not in self.others

    def near(self, name: str, candidates: Iterable[str]) -> str | None:
        """Return the option that a strange name is likely a slip of."""
        found = nearest(
            name.removeprefix(self.prefix), [candidate.removeprefix(self.prefix) for candidate in candidates]
        )
        return f"{self.prefix}{found}" if found else None


def unknown_variables(names: Names, said: Iterable[str], around: Iterable[str], given: Collection[str]) -> list[str]:
    """Say which variables the role does not have.

    Args:
        names: the variables that it has.
        said: names that were said to this run: extra variables, survey answers, variables of the call.
        around: names that come from elsewhere, which may be somebody else's.
        given: the options that were given.

    Returns:
        a sentence for each. What was said is refused always; what comes from elsewhere only when it looks like a slip of an
        option that was not given.
    """
    spoken = sorted({name for name in said if names.is_strange(name)})
    problems = [_unknown(names, name, names.near(name, names.options)) for name in spoken]
    still_open = [option for option in names.options if option not in given]
    for name in sorted({name for name in around if names.is_strange(name)} - set(spoken)):
        near = names.near(name, still_open)
        if near:
            problems.append(_unknown(names, name, near))
    return problems


def _unknown(names: Names, name: str, near: str | None) -> str:
    hint = f"Did you mean {near}?" if near else "Take it out."
    return (
        f"{name}: is not a variable of the {names.kind} {names.role}. {hint} If it is meant for something else, name it in "
        f"{names.prefix}ignore_variables."
    )


def refusal(problems: Sequence[str], unchanged: bool = True) -> str:
    """Return one message for all problems, and say once that nothing was changed."""
    words = [_sentence(problem.strip().removesuffix("Nothing was changed.").strip()) for problem in problems]
    return " ".join([*words, "Nothing was changed."] if unchanged else words)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def unique(values: Iterable[str]) -> list[str]:
    """Return each value once, in the order of their first appearance."""
    return list(dict.fromkeys(values))


def item(result: Result) -> Any:
    """Return the item of a loop that a result belongs to, whatever the loop's variable is called."""
    return result[result["ansible_loop_var"]]


def ran(looped: Result) -> list[Result]:
    """Return the results of a loop's items that were not skipped; none when the task itself was."""
    return [result for result in looped.get("results", ()) if not result.get("skipped")]
