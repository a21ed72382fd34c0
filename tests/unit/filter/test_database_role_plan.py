# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.database_role_plan import database_role_plan
from hypothesis import given
from hypothesis import strategies as st


def row(kind: str, role: str = "", privilege: str = "", container: str = "", name: str = "") -> dict[str, Any]:
    return {"kind": kind, "role": role, "privilege": privilege, "container": container, "object": name}


def test_names_are_quoted_and_folded_as_the_workgroup_does() -> None:
    assert database_role_plan([], ['An"a'])["statements"] == ['CREATE ROLE "an""a"']
    assert database_role_plan([], ["Ana"], case_sensitive=True)["statements"] == ['CREATE ROLE "Ana"']
    assert database_role_plan([row("exists", "ana")], ["Ana"])["statements"] == []


def test_all_tables_are_those_that_lack_the_privilege() -> None:
    rows = [
        row("exists", "a"),
        row("namespace", container="s"),
        row("namespace", container="empty"),
        row("table", container="s", name="one"),
        row("table", container="s", name="two"),
        row("table", container="other", name="three"),
        row("relation", "a", "SELECT", "s", "one"),
    ]
    plan = database_role_plan(rows, grants=[{"role": "a", "privileges": ["select"], "all_tables_in": ["S", "empty"]}])
    assert plan["statements"] == ['GRANT SELECT ON TABLE "s"."two" TO ROLE "a"']


def test_only_purge_revokes_and_only_from_named_roles() -> None:
    rows = [
        row("exists", "a"),
        row("exists", "b"),
        row("schema", "a", "USAGE", "s"),
        row("schema", "b", "USAGE", "s"),
        row("role", "a", "", "b"),
        row("database", "a", "TEMPORARY", "dev"),
        row("relation", "a", "SELECT", "s", "t"),
        # What the role could not have given is not taken away.
        row("relation", "a", "TRIGGER", "s", "t"),
    ]
    grants = [{"role": "a", "privileges": ["temp"], "databases": ["dev"]}]
    assert database_role_plan(rows, ["a"], grants)["statements"] == []
    assert database_role_plan(rows, ["a"], grants, purge=True)["statements"] == [
        'REVOKE SELECT ON TABLE "s"."t" FROM ROLE "a"',
        'REVOKE ROLE "b" FROM ROLE "a"',
        'REVOKE USAGE ON SCHEMA "s" FROM ROLE "a"',
    ]


def test_only_roles_that_are_named_and_there_are_dropped_after_what_they_have() -> None:
    rows = [row("exists", "a"), row("exists", "b"), row("schema", "a", "USAGE", "s"), row("role", "b", "", "a")]
    plan = database_role_plan(rows, absent=["A", "gone"])
    assert plan["statements"] == ['REVOKE USAGE ON SCHEMA "s" FROM ROLE "a"', 'DROP ROLE "a" FORCE']
    assert plan["roles"] == ["b"]


def test_more_statements_than_a_batch_takes_are_several_changes() -> None:
    plan = database_role_plan([], [f"role{number}" for number in range(41)], request={"database": "dev"})
    assert [len(batch) for batch in plan["batches"]] == [40, 1]
    assert [change["parameters"] for change in plan["changes"]] == [
        {"database": "dev", "sqls": plan["batches"][0]},
        {"database": "dev", "sql": 'CREATE ROLE "role40"'},
    ]
    assert [change["operation"] for change in plan["changes"]] == ["BatchExecuteStatement", "ExecuteStatement"]


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ({"role": "nobody", "privileges": ["usage"], "schemas": ["s"]}, "role nobody: there is no such role"),
        ({"role": "a"}, "this one none"),
        ({"role": "a", "roles": ["b"], "schemas": ["s"]}, "this one roles and schemas"),
        ({"role": "a", "privileges": ["all"], "schemas": ["s"]}, "privileges on schemas are alter, create"),
        ({"role": "a", "privileges": ["usage"], "tables": ["s.t"]}, "privileges on tables are alter, delete"),
        ({"role": "a", "schemas": ["s"]}, "not none"),
        ({"role": "a", "privileges": ["select"], "tables": ["t"]}, "should be schema.table"),
        ({"role": "a", "privileges": ["select"], "all_tables_in": ["typo"]}, "there is no schema typo"),
        ({"role": "a", "roles": ["A"]}, "a has a would be a circle"),
        ({"role": "a", "roles": ["b"]}, "a has b has c has a would be a circle"),
        ({"role": "a", "roles": ["sys:nothing"]}, "there is no role sys:nothing"),
        ({"role": "a", "roles": ["b"], "privileges": ["usage"]}, "privileges are on databases"),
    ],
)
def test_what_can_not_be_is_said(grant: dict[str, Any], words: str) -> None:
    roles = [row("exists", name) for name in ("a", "b", "c", "sys:monitor")]
    rows = [*roles, row("namespace", container="s"), row("role", "b", "", "c"), row("role", "c", "", "a")]
    plan = database_role_plan(rows, grants=[grant])
    assert plan["statements"] == []
    assert words in " ".join(plan["problems"])
    assert all(problem.startswith("federated_roles_grants") for problem in plan["problems"])


def test_a_grant_that_is_revoked_makes_no_circle() -> None:
    rows = [row("exists", "a"), row("exists", "b"), row("role", "b", "", "a")]
    grants = [{"role": "a", "roles": ["b"]}]
    assert database_role_plan(rows, ["b"], grants)["problems"]
    assert database_role_plan(rows, ["b"], grants, purge=True)["statements"] == [
        'REVOKE ROLE "a" FROM ROLE "b"',
        'GRANT ROLE "b" TO ROLE "a"',
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"roles": ["Public"]}, "federated_roles_roles: 'public' is a reserved word"),
        ({"roles": ["sys:mine"]}, "can be granted, but not created"),
        ({"roles": ["a/b"]}, "is no name for a role"),
        ({"roles": ["ä" * 64]}, "has 128 bytes"),
        ({"absent": ["sys:dba"]}, "federated_roles_absent: sys:dba is one of Redshift's own"),
        ({"roles": ["a"], "absent": ["A"]}, "is in federated_roles_roles too"),
        ({"absent": ["a"], "grants": [{"role": "b", "roles": ["a"]}]}, "there is no role a to grant"),
    ],
)
def test_names_that_can_not_be_are_refused(options: dict[str, Any], words: str) -> None:
    plan = database_role_plan([row("exists", "a"), row("exists", "b")], **options)
    assert (plan["statements"], len(plan["problems"])) == ([], 1)
    assert words in plan["problems"][0]


def test_redshifts_own_roles_can_be_granted() -> None:
    grants = [{"role": "a", "roles": ["sys:monitor"]}]
    rows = [row("exists", "sys:monitor"), row("exists", "a")]
    assert database_role_plan(rows, grants=grants)["statements"] == ['GRANT ROLE "sys:monitor" TO ROLE "a"']
    # Nobody can say which there are before there is a database.
    assert not database_role_plan([], ["a"], grants, predict=True)["problems"]


def test_a_quoted_name_may_hold_a_dot() -> None:
    plan = database_role_plan(
        [row("exists", "a")], grants=[{"role": "a", "privileges": ["select"], "tables": ['"s.t".u']}]
    )
    assert plan["statements"] == ['GRANT SELECT ON TABLE "s.t"."u" TO ROLE "a"']


NAMES = st.sampled_from(["a", "b", "c", "d"])
GRANTS = st.one_of(
    st.builds(lambda role, granted: {"role": role, "roles": [granted]}, NAMES, NAMES),
    st.builds(lambda role, name: {"role": role, "privileges": ["usage"], "schemas": [name]}, NAMES, NAMES),
    st.builds(lambda role, name: {"role": role, "privileges": ["select"], "tables": [f"s.{name}"]}, NAMES, NAMES),
)


def run(statements: list[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a database that holds `rows` holds after these statements, which name nothing but words."""
    for statement in statements:
        words = statement.replace('"', "").replace(".", " ").split()
        changed: list[dict[str, Any]] = []
        match words:
            case ["CREATE", "ROLE", role]:
                changed = [row("exists", role)]
            case ["DROP", "ROLE", role, "FORCE"]:
                gone = [each for each in rows if each["kind"] == "role" and each["container"] == role]
                rows = [each for each in rows if each not in (row("exists", role), *gone)]
            case [_verb, "ROLE", granted, _to, "ROLE", role]:
                changed = [row("role", role, "", granted)]
            case [_verb, privilege, "ON", "SCHEMA", schema, _to, "ROLE", role]:
                changed = [row("schema", role, privilege, schema)]
            case [_verb, privilege, "ON", "TABLE", schema, table, _to, "ROLE", role]:
                changed = [row("relation", role, privilege, schema, table)]
            case _:
                raise AssertionError(statement)
        rows = [each for each in rows if each not in changed] + ([] if words[0] == "REVOKE" else changed)
    return rows


@given(first=st.lists(GRANTS), second=st.lists(GRANTS), absent=st.sets(NAMES, max_size=2), purge=st.booleans())
def test_what_has_run_has_not_to_be_run_again(
    first: list[dict[str, Any]], second: list[dict[str, Any]], absent: set[str], purge: bool
) -> None:
    names = ["a", "b", "c", "d"]
    before = run(database_role_plan([], names, first)["statements"], [])
    options: dict[str, Any] = {
        "roles": [name for name in names if name not in absent],
        "grants": second,
        "absent": sorted(absent),
        "purge": purge,
    }
    plan = database_role_plan(before, **options)
    after = run(plan["statements"], before)
    again = database_role_plan(after, **options)
    assert (again["statements"], again["problems"]) == ([], plan["problems"])
    kept = [each for each in before if each in after]
    assert purge or absent or kept == before
    if not plan["problems"]:
        assert not absent.intersection(each["role"] for each in after)
