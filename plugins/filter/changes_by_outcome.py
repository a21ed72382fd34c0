# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: changes_by_outcome
short_description: Sort planned changes into those that were done and those that were not
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - For a role that carries out changes one task after the other and stops at the first that fails.
  - A change is done when its task did not fail. A task of this collection that failed and tells of changes has begun something that goes
    on in AWS, so that counts as done, too.
options:
  _input:
    description: The changes in the order in which they are carried out.
    type: list
    elements: dict
    required: true
  results:
    description: The results of the tasks that were begun, in the same order.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: What was done?
  ansible.builtin.debug:
    msg: "{{ planned | redshift.serverless.changes_by_outcome(results) }}"
  vars:
    planned:
      - operation: TagRole
        seconds: null
      - operation: TagUser
        seconds: null
    results:
      - failed: false
      - failed: true
  # done: [{operation: TagRole, seconds: null}], pending: [{operation: TagUser, seconds: null}]
"""

RETURN = r"""
_value:
  description: The changes.
  type: dict
  contains:
    done:
      description: Those that were done; with C(seconds) where a task tells how long it took.
      type: list
      elements: dict
    pending:
      description: Those that were not.
      type: list
      elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def changes_by_outcome(
    planned: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Sort the changes; see DOCUMENTATION."""
    begun = list(zip(planned, results, strict=False))
    succeeded = [not result.get("failed") or bool(result.get("changes")) for _change, result in begun]
    return {
        "done": [
            each
            for (change, result), done in zip(begun, succeeded, strict=True)
            if done
            for each in _made(change, result)
        ],
        "pending": [
            *(dict(change) for (change, _result), done in zip(begun, succeeded, strict=True) if not done),
            *map(dict, planned[len(begun) :]),
        ],
    }


def _made(change: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A change as the task carried it out: by the calls that it tells, which may be others than planned."""
    told = ("operation", "parameters", "seconds")
    calls = [{name: call[name] for name in told if name in call} for call in result.get("changes") or [{}]]
    return [{**change, **call} for call in calls]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"changes_by_outcome": changes_by_outcome}
