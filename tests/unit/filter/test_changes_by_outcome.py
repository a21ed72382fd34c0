# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.changes_by_outcome import changes_by_outcome

PLANNED: list[dict[str, Any]] = [{"operation": name, "seconds": None} for name in ("one", "two", "three")]
TIMED = {"changes": [{"operation": "one", "seconds": 2.5}]}


@pytest.mark.parametrize(
    ("results", "done", "pending"),
    [
        ([], [], ["one", "two", "three"]),
        ([{}, {"failed": False}, {}], ["one", "two", "three"], []),
        ([{}, {"failed": True}], ["one"], ["two", "three"]),
        # AWS goes on with what a task began that ran out of time.
        ([{}, {"failed": True, "changes": [{"seconds": 2.5}]}], ["one", "two"], ["three"]),
        # A batch that the caller may not send runs as single statements.
        ([{"changes": [{"operation": "first"}, {"operation": "last"}]}], ["first", "last"], ["two", "three"]),
        ([{"failed": True, "changes": []}], [], ["one", "two", "three"]),
    ],
)
def test_changes_are_done_or_pending(results: list[dict[str, Any]], done: list[str], pending: list[str]) -> None:
    sorted_ = changes_by_outcome(PLANNED, results)
    assert [each["operation"] for each in sorted_["done"]] == done
    assert [each["operation"] for each in sorted_["pending"]] == pending


def test_seconds_are_those_that_the_task_measured() -> None:
    assert changes_by_outcome(PLANNED, [TIMED, {}])["done"] == [{"operation": "one", "seconds": 2.5}, PLANNED[1]]
