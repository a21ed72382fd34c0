# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen while a task waits: in the controller's own process a line now and then, in a module's process nothing.

A module's process can't speak before it ends; the worker of the controller can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from .._core.narration import Narrator
from .._core.waiting import Pause

_SAY: ContextVar[Callable[[str], None] | None] = ContextVar("say", default=None)


@contextmanager
def telling(say: Callable[[str], None]) -> Iterator[None]:
    """Let the tasks that run within tell what they wait for.

    Args:
        say: where the lines go.
    """
    token = _SAY.set(say)
    try:
        yield
    finally:
        _SAY.reset(token)


def narrator() -> Callable[[Sequence[Pause]], None] | None:
    """Return what is told of pauses, None where nobody listens."""
    say = _SAY.get()
    return Narrator(say) if say else None
