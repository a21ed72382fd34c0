# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role workgroup: what speaks against its variables, which of its tasks run, and its report."""

from __future__ import annotations

from typing import Any

from .common import Context, Decisions, Options, Result


def problems(options: Options, _context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    found = []
    if options.get("remove_namespace") and "namespace" not in options:
        found.append(
            "workgroup_namespace: got nothing; expected the namespace that workgroup_remove_namespace=true deletes. Name it."
        )
    if "final_snapshot_retention_period" in options and "final_snapshot_name" not in options:
        found.append(
            "workgroup_final_snapshot_name: got nothing; expected the name of the snapshot that "
            "workgroup_final_snapshot_retention_period is for. Name it."
        )
    if "final_snapshot_name" in options and _is_absent(options) and not options.get("remove_namespace"):
        found.append(
            f"workgroup_final_snapshot_name: got {options['final_snapshot_name']} without workgroup_remove_namespace=true; "
            "expected both or none, as only a namespace that is deleted leaves a final snapshot."
        )
    return found


def settings(options: Options, _context: Context) -> dict[str, Any]:
    """Derive which tasks run.

    Returns:
        manages_namespace: whether the namespace is created and changed.
        removes_namespace: whether it is deleted.
    """
    absent = _is_absent(options)
    return {
        "manages_namespace": not absent and "namespace" in options and options["manage_namespace"],
        "removes_namespace": absent and options["remove_namespace"],
    }


def _is_absent(options: Options) -> bool:
    return bool(options.get("state") == "absent")


def result(namespace: Result, present: Result, absent: Result, namespace_absent: Result) -> dict[str, Any]:
    """Return `workgroup_result` from the registered results of the role's tasks, in their order."""
    done = [namespace, present, absent, namespace_absent]
    return {
        "changed": any(each.get("changed", False) for each in done),
        "changes": [change for each in done for change in each.get("changes", ())],
        "restarted": present.get("restarted", False),
        "namespace": namespace.get("namespace"),
        "workgroup": present.get("workgroup"),
    }


DECISIONS: Decisions = {"result": result}
