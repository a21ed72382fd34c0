# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the queries share: what has no list call is read in parallel, and one odd item hides no other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

from ..._core.api import Api
from ..._core.changes import State
from ..._core.errors import RedshiftServerlessError
from ..._core.shapes import result
from .. import tags

# boto3's clients are safe to share between threads, and AWS throttles accounts, not connections.
PARALLEL = 10

_In = TypeVar("_In")
_Out = TypeVar("_Out")
Shown: TypeAlias = dict[str, Any] | None
Show: TypeAlias = Callable[[State], Shown]


def named(
    states: Iterable[State], member: str, names: Collection[str] | None, fold: Callable[[str], str] = str
) -> list[State]:
    """Return those of these names, or all of them where no names are given.

    Args:
        states: the resources.
        member: what holds the name.
        names: which are wanted, None for all.
        fold: makes names comparable.
    """
    wanted = None if names is None else {fold(name) for name in names}
    return [state for state in states if wanted is None or fold(str(state.get(member))) in wanted]


def listed_as(api: Api, from_api: Callable[[State], State], shown: Callable[[Api, State], Shown]) -> Show:
    """Return what shows an entry of a listing."""
    return lambda entry: shown(api, from_api(entry))


def each(show: Show, states: Iterable[State], members: Collection[str]) -> list[dict[str, Any]]:
    """Return each as results show it; one that AWS gives in an unknown form is marked by `error` and hides no other.

    Args:
        show: makes the result of one.
        states: all of them.
        members: what is told of one that can't be shown.
    """
    return [_shown_or_marked(show, state, members) for state in states]


def _shown_or_marked(show: Show, state: State, members: Collection[str]) -> dict[str, Any]:
    try:
        return show(state) or {}
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        told = f"AWS gave it in a form that can't be understood ({type(error).__name__})."
        return result({**{member: state.get(member) for member in members}, "error": told})


def is_one(names: Collection[str] | None) -> bool:
    """Tell whether one name is asked for."""
    return names is not None and len(set(names)) == 1


def with_tags(api: Api, states: list[State], arn: str, *, alone: bool) -> list[State]:
    """Return the resources with their tags; in a list, one whose tags can't be read says so and hides no other."""

    def read(state: State) -> State:
        try:
            return {**state, "tags": tags.read(api, state[arn])}
        except RedshiftServerlessError as error:
            if alone:
                raise
            return {**state, "tags": None, "tagsError": error.message}

    return parallel(read, states)


def parallel(function: Callable[[_In], _Out], items: Collection[_In]) -> list[_Out]:
    """Return the function's results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        return list(pool.map(function, items))
