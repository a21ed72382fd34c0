# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.database_role_plan import database_role_plan


def row(kind: str, role: str = "", privilege: str = "", container: str = "", name: str = "") -> dict[str, Any]:
    return {"kind": kind, "role": role, "privilege": privilege, "container": container, "object": name}


def test_names_are_quoted_and_folded_as_the_workgroup_does() -> None:
    assert database_role_plan([], ['An"a']) == {"statements": ['CREATE ROLE "an""a"'], "problems": []}
    assert database_role_plan([], ["Ana"], case_sensitive=True)["statements"] == ['CREATE ROLE "Ana"']
    assert database_role_plan([row("exists", "ana")], ["Ana"])["statements"] == []


def test_all_tables_are_those_that_lack_the_privilege() -> None:
    rows = [
        row("exists", "a"),
        row("table", container="s", name="one"),
        row("table", container="s", name="two"),
        row("table", container="other", name="three"),
        row("relation", "a", "SELECT", "s", "one"),
    ]
    plan = database_role_plan(rows, grants=[{"role": "a", "privileges": ["select"], "all_tables_in": ["s"]}])
    assert plan["statements"] == ['GRANT SELECT ON TABLE "s"."two" TO ROLE "a"']


def test_only_purge_revokes_and_only_from_named_roles() -> None:
    rows = [row("exists", "a"), row("exists", "b"), row("schema", "a", "USAGE", "s"), row("schema", "b", "USAGE", "s")]
    assert database_role_plan(rows, ["a"])["statements"] == []
    assert database_role_plan(rows, ["a"], purge=True)["statements"] == ['REVOKE USAGE ON SCHEMA "s" FROM ROLE "a"']


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ({"role": "nobody", "privileges": ["usage"], "schemas": ["s"]}, "there is no such role"),
        ({"role": "a"}, "this one none"),
        ({"role": "a", "privileges": ["all"], "schemas": ["s"]}, "privileges on schemas are alter, create"),
        ({"role": "a", "privileges": ["select"], "tables": ["t"]}, "should be schema.table"),
        ({"role": "a", "roles": ["a"]}, "can't be granted to it"),
    ],
)
def test_what_can_not_be_is_said(grant: dict[str, Any], words: str) -> None:
    plan = database_role_plan([row("exists", "a")], grants=[grant])
    assert plan["statements"] == []
    assert words in " ".join(plan["problems"])


def test_a_quoted_name_may_hold_a_dot() -> None:
    plan = database_role_plan(
        [row("exists", "a")], grants=[{"role": "a", "privileges": ["select"], "tables": ['"s.t".u']}]
    )
    assert plan["statements"] == ['GRANT SELECT ON TABLE "s.t"."u" TO ROLE "a"']
