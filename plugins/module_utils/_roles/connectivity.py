# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook connectivity: which of its roles run, and what speaks against its variables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

# The playbook's own variables.
VARIABLES = ("connectivity_workgroup", "connectivity_batch", "connectivity_ignore_variables")
# The playbook's roles in their order, with the variables of which one makes the role run. None: it always runs.
ROLES: Mapping[str, Collection[str]] = {
    "ssl": (),
    "public_access": ("public_access_state",),
    "cross_account_vpc": ("cross_account_vpc_grants", "cross_account_vpc_endpoints", "cross_account_vpc_grantees"),
}


def running(given: Collection[str]) -> dict[str, bool]:
    """Tell which roles run.

    Args:
        given: names of the variables that have a value.
    """
    return {role: not starters or any(name in given for name in starters) for role, starters in ROLES.items()}


def idle_variables(said: Iterable[str], runs: Mapping[str, bool], allowed: Collection[str]) -> list[str]:
    """Say which variables belong to a role that does not run: nobody would hear them.

    Args:
        said: names of extra variables and answers of a survey.
        runs: which roles run.
        allowed: names that are no mistake.
    """
    return [
        f"{name}: got a value, but the role {role} does not run; expected {' or '.join(ROLES[role])} with it. Set that, or "
        f"leave {name} out."
        for role, runs_now in runs.items()
        if not runs_now
        for name in sorted(set(said) - set(allowed) - {f"{role}_result", f"{role}_ignore_variables"})
        if name.startswith(f"{role}_")
    ]


def missing_workgroups(runs: Mapping[str, bool], given: Collection[str]) -> list[str]:
    """Say that no workgroup is named, where a role that runs has none."""
    without = [f"{role}_workgroup" for role, runs_now in runs.items() if runs_now and f"{role}_workgroup" not in given]
    if not without:
        return []
    return [
        "connectivity_workgroup: got nothing; expected the name of a workgroup, or a list of names. Set it for all roles, or "
        f"set {' and '.join(without)}."
    ]
