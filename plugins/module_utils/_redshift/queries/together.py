# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the queries share: what has no list call is read in parallel, and names choose among what was listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..._core.api import Api
from ..._core.changes import State
from .. import tags

# boto3's clients are safe to share between threads, and AWS throttles accounts, not connections.
PARALLEL = 10

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def named(states: Iterable[State], member: str, names: Collection[str] | None) -> list[State]:
    """Those of these names, or all of them where no names are given."""
    return [state for state in states if names is None or state.get(member) in names]


def with_tags(api: Api, states: list[State], arn: str) -> list[State]:
    """These resources with their tags, which is one call for each.

    Args:
        api: the service.
        states: the resources.
        arn: the member that holds their ARN.
    """
    return parallel(lambda state: {**state, "tags": tags.read(api, state[arn])}, states)


def parallel(function: Callable[[_In], _Out], items: Collection[_In]) -> list[_Out]:
    """The function's results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
        return list(pool.map(function, items))
