# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import workgroup
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

PRESENT: dict[str, Any] = {
    "state": "present",
    "manage_namespace": True,
    "remove_namespace": False,
    "namespace": "sales",
}
ABSENT = {**PRESENT, "state": "absent"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"state": "absent", "remove_namespace": True}, "workgroup_namespace: got nothing"),
        ({"final_snapshot_retention_period": 7}, "workgroup_final_snapshot_name: got nothing"),
        ({**ABSENT, "final_snapshot_name": "last"}, "got last without workgroup_remove_namespace=true"),
    ],
)
def test_each_contradiction_is_one_problem(options: dict[str, Any], words: str) -> None:
    (problem,) = workgroup.problems(options, Context())
    assert words in problem


def test_what_fits_is_no_problem() -> None:
    last = {"final_snapshot_name": "last", "final_snapshot_retention_period": 7}
    assert workgroup.problems({**ABSENT, **last, "remove_namespace": True}, Context()) == []
    assert workgroup.problems({**PRESENT, **last}, Context()) == []
    assert workgroup.problems({}, Context()) == []


@pytest.mark.parametrize(
    ("options", "manages", "removes"),
    [
        (PRESENT, True, False),
        ({**PRESENT, "manage_namespace": False}, False, False),
        ({name: value for name, value in PRESENT.items() if name != "namespace"}, False, False),
        ({**PRESENT, "remove_namespace": True}, True, False),
        (ABSENT, False, False),
        ({**ABSENT, "remove_namespace": True}, False, True),
    ],
)
def test_which_tasks_run(options: dict[str, Any], manages: bool, removes: bool) -> None:
    assert workgroup.settings(options, Context()) == {"manages_namespace": manages, "removes_namespace": removes}


def test_the_result_has_all_changes_in_their_order() -> None:
    skipped: dict[str, Any] = {"skipped": True, "changed": False}
    done = workgroup.result(
        {"changed": True, "changes": [1], "namespace": {"n": 1}},
        {"changed": False, "changes": [2], "workgroup": {"w": 1}, "restarted": True},
        skipped,
        skipped,
    )
    assert done == {"changed": True, "changes": [1, 2], "restarted": True, "namespace": {"n": 1}, "workgroup": {"w": 1}}
    gone = workgroup.result(skipped, skipped, {"changed": True, "changes": [3]}, {"changed": True, "changes": [4]})
    assert gone == {"changed": True, "changes": [3, 4], "restarted": False, "namespace": None, "workgroup": None}
