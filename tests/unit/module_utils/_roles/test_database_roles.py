# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import database_roles
from hypothesis import given
from hypothesis import strategies as st


def row(kind: str, role: str = "", privilege: str = "", container: str = "", name: str = "") -> dict[str, Any]:
    return {"kind": kind, "role": role, "privilege": privilege, "container": container, "object": name}


def plan(
    rows: list[dict[str, Any]],
    roles: Any = (),
    grants: Any = (),
    case_sensitive: bool = False,
    predict: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """The plan, and what is wrong with the wish whatever the database has."""
    wished = {"roles": roles, "grants": grants, **options}
    problems = list(database_roles.malformed(wished))
    if problems:
        return {"problems": problems, "statements": []}
    return database_roles.plan(database_roles.wish_of(wished, case_sensitive, predict), rows)._asdict()


def test_names_are_quoted_and_folded_as_the_workgroup_does() -> None:
    assert plan([], ['An"a'])["statements"] == ['CREATE ROLE "an""a"']
    assert plan([], ["Ana"], case_sensitive=True)["statements"] == ['CREATE ROLE "Ana"']
    assert plan([row("exists", "ana")], ["Ana"])["statements"] == []


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
    made = plan(rows, grants=[{"role": "a", "privileges": ["select"], "all_tables_in": ["S", "empty"]}])
    assert made["statements"] == ['GRANT SELECT ON TABLE "s"."two" TO ROLE "a"']


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
    assert plan(rows, ["a"], grants)["statements"] == []
    assert plan(rows, ["a"], grants, purge=True)["statements"] == [
        'REVOKE SELECT ON TABLE "s"."t" FROM ROLE "a"',
        'REVOKE ROLE "b" FROM ROLE "a"',
        'REVOKE USAGE ON SCHEMA "s" FROM ROLE "a"',
    ]


def test_only_roles_that_are_named_and_there_are_dropped_after_what_they_have() -> None:
    rows = [row("exists", "a"), row("exists", "b"), row("schema", "a", "USAGE", "s"), row("role", "b", "", "a")]
    made = plan(rows, absent=["A", "gone"])
    assert made["statements"] == ['REVOKE USAGE ON SCHEMA "s" FROM ROLE "a"', 'DROP ROLE "a" FORCE']
    assert made["roles"] == ["b"]


def test_more_statements_than_a_batch_takes_are_several_batches() -> None:
    made = plan([], [f"role{number}" for number in range(41)])
    assert [len(batch) for batch in made["batches"]] == [40, 1]


def test_the_difference_shows_the_roles_that_change_with_what_they_have() -> None:
    rows = [
        row("exists", "a"),
        row("exists", "b"),
        row("exists", "old"),
        row("role", "b", "", "old"),
        row("schema", "a", "USAGE", "s"),
        row("exists", "same"),
        row("schema", "same", "USAGE", "s"),
    ]
    options = {
        "roles": ["a", "new"],
        "absent": ["old"],
        "grants": [{"role": "a", "privileges": ["select"], "tables": ["s.t"]}],
        "purge": True,
    }
    assert database_roles.difference(database_roles.wish_of(options), rows) == {
        "before": {"a": ['USAGE ON SCHEMA "s"'], "b": ['ROLE "old"'], "old": []},
        "after": {"a": ['SELECT ON TABLE "s"."t"'], "b": [], "new": []},
    }


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ({"role": "nobody", "privileges": ["usage"], "schemas": ["s"]}, "role nobody: the database has no such role"),
        ({"role": "a"}, "got none of them"),
        ({"role": "a", "roles": ["b"], "schemas": ["s"]}, "got roles and schemas"),
        ({"role": "a", "privileges": ["all"], "schemas": ["s"]}, "got all; expected on schemas some of alter, create"),
        (
            {"role": "a", "privileges": ["usage"], "tables": ["s.t"]},
            "got usage; expected on tables some of alter, delete",
        ),
        ({"role": "a", "schemas": ["s"]}, "privileges: got none"),
        ({"role": "a", "privileges": ["select"], "tables": ["t"]}, "tables: got t; expected schema.table"),
        (
            {"role": "a", "privileges": ["select"], "all_tables_in": ["typo"]},
            "all_tables_in: got typo; expected a schema",
        ),
        ({"role": "a", "roles": ["A"]}, "got a circle of roles, a has a;"),
        ({"role": "a", "roles": ["b"]}, "a circle of roles, a has b has c has a;"),
        ({"role": "a", "roles": ["sys:nothing"]}, "roles: got sys:nothing; expected"),
        ({"role": "a", "roles": ["b"], "privileges": ["usage"]}, "privileges: got some on roles"),
    ],
)
def test_what_can_not_be_is_said(grant: dict[str, Any], words: str) -> None:
    roles = [row("exists", name) for name in ("a", "b", "c", "sys:monitor")]
    rows = [*roles, row("namespace", container="s"), row("role", "b", "", "c"), row("role", "c", "", "a")]
    made = plan(rows, grants=[grant])
    assert made["statements"] == []
    assert words in " ".join(made["problems"])
    assert all(problem.startswith("federated_roles_grants") for problem in made["problems"])


def test_a_grant_that_is_revoked_makes_no_circle() -> None:
    rows = [row("exists", "a"), row("exists", "b"), row("role", "b", "", "a")]
    grants = [{"role": "a", "roles": ["b"]}]
    assert plan(rows, ["b"], grants)["problems"]
    assert plan(rows, ["b"], grants, purge=True)["statements"] == [
        'REVOKE ROLE "a" FROM ROLE "b"',
        'GRANT ROLE "b" TO ROLE "a"',
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"roles": ["Public"]}, "federated_roles_roles: got Public; expected another name"),
        ({"roles": ["sys:mine"]}, "can be granted, but not created"),
        ({"roles": ["a/b"]}, "expected a name of at least one character"),
        ({"roles": ["ä" * 64]}, "not 128"),
        ({"absent": ["sys:dba"]}, "federated_roles_absent: got sys:dba; expected"),
        ({"roles": ["a"], "absent": ["A"]}, "which is in federated_roles_roles too"),
        ({"absent": ["a"], "grants": [{"role": "b", "roles": ["a"]}]}, "roles: got a; expected a role"),
    ],
)
def test_names_that_can_not_be_are_refused(options: dict[str, Any], words: str) -> None:
    made = plan([row("exists", "a"), row("exists", "b")], **options)
    assert (made["statements"], len(made["problems"])) == ([], 1)
    assert words in made["problems"][0]


def test_redshifts_own_roles_can_be_granted() -> None:
    grants = [{"role": "a", "roles": ["sys:monitor"]}]
    rows = [row("exists", "sys:monitor"), row("exists", "a")]
    assert plan(rows, grants=grants)["statements"] == ['GRANT ROLE "sys:monitor" TO ROLE "a"']
    # Nobody can say which there are before there is a database.
    assert not plan([], ["a"], grants, predict=True)["problems"]


def test_a_quoted_name_may_hold_a_dot() -> None:
    made = plan([row("exists", "a")], grants=[{"role": "a", "privileges": ["select"], "tables": ['"s.t".u']}])
    assert made["statements"] == ['GRANT SELECT ON TABLE "s.t"."u" TO ROLE "a"']


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
    before = run(plan([], names, first)["statements"], [])
    options: dict[str, Any] = {
        "roles": [name for name in names if name not in absent],
        "grants": second,
        "absent": sorted(absent),
        "purge": purge,
    }
    made = plan(before, **options)
    after = run(made["statements"], before)
    again = plan(after, **options)
    assert (again["statements"], again["problems"]) == ([], made["problems"])
    kept = [each for each in before if each in after]
    assert purge or absent or kept == before
    if not made["problems"]:
        assert not absent.intersection(each["role"] for each in after)
