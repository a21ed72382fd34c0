# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles.connectivity import (
    ROLES,
    idle_variables,
    missing_workgroups,
    running,
)


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        (set(), {"ssl"}),
        ({"public_access_state"}, {"ssl", "public_access"}),
        ({"cross_account_vpc_grants"}, {"ssl", "cross_account_vpc"}),
        ({"cross_account_vpc_endpoints", "public_access_state"}, set(ROLES)),
    ],
)
def test_which_roles_run(given: set[str], roles: set[str]) -> None:
    assert {role for role, runs in running(given).items() if runs} == roles


def idle(*said: str, given: tuple[str, ...] = (), allowed: tuple[str, ...] = ()) -> list[str]:
    return [problem.partition(":")[0] for problem in idle_variables(said, running(given), allowed)]


def test_variables_of_a_role_that_does_not_run_are_refused() -> None:
    said = ("ssl_verify", "public_access_source_cidrs", "cross_account_vpc_workgroup", "others")
    assert idle(*said) == ["public_access_source_cidrs", "cross_account_vpc_workgroup"]
    assert idle(*said, given=("public_access_state", "cross_account_vpc_grants")) == []
    assert idle("public_access_result", "public_access_ignore_variables") == []
    assert idle("public_access_source_cidrs", allowed=("public_access_source_cidrs",)) == []


def test_a_refusal_says_what_would_make_the_role_run() -> None:
    (problem,) = idle_variables(["cross_account_vpc_purge_grants"], running(()), ())
    assert "expected cross_account_vpc_grants or cross_account_vpc_endpoints or cross_account_vpc_grantees" in problem


def test_one_workgroup_serves_all_roles_that_run() -> None:
    runs = running({"public_access_state"})
    assert missing_workgroups(runs, {"ssl_workgroup", "public_access_workgroup"}) == []
    (problem,) = missing_workgroups(runs, {"public_access_workgroup"})
    assert problem.startswith("connectivity_workgroup: got nothing")
    assert problem.endswith("or set ssl_workgroup.")
