# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: database_role_plan
short_description: Say which SQL brings database roles and their grants to where they should be
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Compares the database roles and grants that are wanted with those that a database has, and gives the SQL for the difference, with
    every name quoted.
  - Nothing is revoked without O(purge), and no role is dropped that O(absent) does not name.
options:
  _input:
    description: The rows of the query in P(redshift.serverless.federated_roles#role), each with C(kind), C(role), C(privilege),
      C(container), C(object).
    type: list
    elements: dict
    required: true
  roles:
    description: The names of the roles that are to exist.
    type: list
    elements: str
    default: []
  grants:
    description: The grants, each with C(role) and either C(roles) or C(privileges) on C(databases), C(schemas), C(tables) or
      C(all_tables_in).
    type: list
    elements: dict
    default: []
  absent:
    description: The names of the roles that are not to exist.
    type: list
    elements: str
    default: []
  purge:
    description: Whether other grants of O(roles) are revoked.
    type: bool
    default: false
  case_sensitive:
    description: Whether the workgroup tells C(Ana) from C(ana) (C(enable_case_sensitive_identifier)). Redshift takes all names as lower
      case otherwise, quoted ones too.
    type: bool
    default: false
  predict:
    description: Whether the database is yet to be made, as in check mode. It then has no roles, and what schemas it will have is not known.
    type: bool
    default: false
  request:
    description: What each of C(changes) says besides the SQL.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: What is missing in an empty database?
  ansible.builtin.debug:
    msg: "{{ [] | redshift.serverless.database_role_plan(roles=['analyst']) }}"
  # statements: [CREATE ROLE "analyst"], batches: [[CREATE ROLE "analyst"]], roles: [analyst], problems: [],
  # changes: [{operation: BatchExecuteStatement, parameters: {sqls: [CREATE ROLE "analyst"]}, ...}]
"""

RETURN = r"""
_value:
  description: What to do.
  type: dict
  contains:
    statements:
      description: The SQL, in an order in which it can run.
      type: list
      elements: str
    batches:
      description: The same in portions that the Data API takes at once.
      type: list
      elements: list
    changes:
      description: The API operations for C(batches), with C(operation), C(parameters), C(reason), C(interrupts), C(seconds),
        C(waited_for).
      type: list
      elements: dict
    roles:
      description: The roles of the database afterwards, as it writes their names.
      type: list
      elements: str
    problems:
      description: Sentences about what cannot be, with the option of P(redshift.serverless.federated_roles#role) that says it. Empty when
        everything can be; otherwise there are no statements.
      type: list
      elements: str
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.redshift.serverless.plugins.module_utils._core.shapes import untimed_change

# What can be granted on what, and the keyword before its name (GRANT in Redshift's Database Developer Guide).
RELATION = frozenset(["select", "insert", "update", "delete", "references", "drop", "truncate", "alter"])
PRIVILEGES = {
    "database": frozenset({"create", "temp", "usage", "alter"}),
    "schema": frozenset({"create", "usage", "alter", "drop"}),
    "relation": RELATION,
}
KEYWORDS = {"database": "DATABASE", "schema": "SCHEMA", "relation": "TABLE"}
# The option of a grant that names objects, and what kind they are.
OBJECTS = {"databases": "database", "schemas": "schema", "tables": "relation", "all_tables_in": "relation"}
# Roles that Redshift brings along; they can be granted and not created.
SYSTEM = ("sys:", "ds:")
# Identifiers have at most so many bytes ("Names and identifiers" in the same guide).
LONGEST_NAME = 127
# BatchExecuteStatement takes so many statements, which are one transaction.
LARGEST_BATCH = 40


class Grant(NamedTuple):
    """One privilege, or one role, of a role.

    Attributes:
        kind: role, database, schema or relation.
        role: who has it.
        privilege: the privilege; empty for a role.
        container: the database, the schema, the relation's schema, or the role that is granted.
        object: the relation; empty otherwise.
    """

    kind: str
    role: str
    privilege: str
    container: str
    object: str


class Database(NamedTuple):
    """What the query has found.

    Attributes:
        roles: the roles' names.
        schemas: the schemas' names; only where all tables of one are asked for.
        tables: schema and name of each table and view; likewise.
        grants: what roles have.
    """

    roles: frozenset[str]
    schemas: frozenset[str]
    tables: frozenset[tuple[str, str]]
    grants: frozenset[Grant]


class Wish(NamedTuple):
    """What was asked for, with the names of roles as the database writes them.

    Attributes:
        roles: roles that are to exist.
        absent: roles that are not to.
        grants: the grants as they were given.
        purge: whether other grants of `roles` are to go.
        fold: gives a name as the database writes it.
        predict: whether the database is yet to be made.
    """

    roles: list[str]
    absent: list[str]
    grants: Sequence[Mapping[str, Any]]
    purge: bool
    fold: Callable[[Any], str]
    predict: bool


def database_role_plan(
    rows: Sequence[Mapping[str, Any]],
    roles: Sequence[str] = (),
    grants: Sequence[Mapping[str, Any]] = (),
    absent: Sequence[str] = (),
    purge: bool = False,
    case_sensitive: bool = False,
    predict: bool = False,
    request: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Compare; see DOCUMENTATION."""
    fold: Callable[[Any], str] = str if case_sensitive else _lower
    wish = Wish(_once(map(fold, roles)), _once(map(fold, absent)), grants, purge, fold, predict)
    database = _database(rows)
    problems = _once(_all_problems(wish, database))
    statements = [] if problems else _statements(wish, database)
    batches = [statements[start : start + LARGEST_BATCH] for start in range(0, len(statements), LARGEST_BATCH)]
    return {
        "statements": statements,
        "batches": batches,
        "changes": [_change(request or {}, batch) for batch in batches],
        "roles": sorted(database.roles.union(wish.roles).difference(wish.absent)),
        "problems": problems,
    }


def _change(request: Mapping[str, Any], sqls: list[str]) -> dict[str, Any]:
    """A Change as results show it; a list of one statement is sent as a single one."""
    operation, sent = (
        ("BatchExecuteStatement", {"sqls": sqls}) if len(sqls) > 1 else ("ExecuteStatement", {"sql": sqls[0]})
    )
    reason = "the database roles and their grants are not as they should be"
    return untimed_change(operation, {**request, **sent}, reason)


def _database(rows: Sequence[Mapping[str, Any]]) -> Database:
    return Database(
        frozenset(_text(row, "role") for row in rows if row["kind"] == "exists"),
        frozenset(_text(row, "container") for row in rows if row["kind"] == "namespace"),
        frozenset((_text(row, "container"), _text(row, "object")) for row in rows if row["kind"] == "table"),
        frozenset(_grant_of(row) for row in rows if row["kind"] in ("role", *PRIVILEGES)),
    )


def _statements(wish: Wish, database: Database) -> list[str]:
    """The SQL, in an order in which it can run."""
    wanted = _wanted(wish, database)
    # A role that is in use is granted to the users that GetCredentials made, so RESTRICT would refuse nearly always. What
    # the role itself has is revoked, as it isn't documented that FORCE does that too.
    gone = [role for role in wish.absent if role in database.roles]
    return [
        *(f"CREATE ROLE {_quoted(role)}" for role in wish.roles if role not in database.roles),
        *(_statement("REVOKE", each, "FROM") for each in _surplus(wish, database, wanted)),
        *(_statement("GRANT", each, "TO") for each in wanted if each not in database.grants),
        *(_statement("REVOKE", each, "FROM") for each in sorted(database.grants) if each.role in gone),
        *(f"DROP ROLE {_quoted(role)} FORCE" for role in gone),
    ]


def _wanted(wish: Wish, database: Database) -> list[Grant]:
    return _once(each for grant in wish.grants for each in _grants(grant, wish.fold, database.tables))


def _surplus(wish: Wish, database: Database, wanted: Collection[Grant]) -> list[Grant]:
    """What the named roles have and are not to have; only privileges that the role federated_roles could have given."""
    return [
        each
        for each in sorted(database.grants.difference(wanted))
        if wish.purge and each.role in wish.roles and (each.kind == "role" or each.privilege in PRIVILEGES[each.kind])
    ]


def _all_problems(wish: Wish, database: Database) -> Iterator[str]:
    """What can't be, in words; the names of options are those of the role federated_roles."""
    for role in wish.roles:
        yield from (f"federated_roles_roles: {role!r} {problem}" for problem in _name_problems(role))
    for role in wish.absent:
        if role.startswith(SYSTEM):
            yield f"federated_roles_absent: {role} is one of Redshift's own roles, which can't be dropped."
        if role in wish.roles:
            yield f"federated_roles_absent: {role} is in federated_roles_roles too. Name it in one of the two."
    for grant in wish.grants:
        where = f"federated_roles_grants, role {wish.fold(grant['role'])}:"
        yield from (f"{where} {problem}" for problem in _grant_problems(grant, wish, database))
    if all(_is_complete(grant) for grant in wish.grants):
        yield from _circles(wish, database)


def _name_problems(role: str) -> Iterator[str]:
    """What speaks against a new role of that name ("Considerations for role usage in RBAC" in the same guide).

    A colon is left to the database to judge: it is right behind the namespace of an identity provider.
    """
    if role.startswith(SYSTEM):
        yield "is a name of Redshift's own roles, which begin with sys: or ds:. They can be granted, but not created."
    if role.lower() == "public":
        yield "is a reserved word. Give the role another name."
    if not role or re.search(r"[/\x00-\x1f]", role):
        yield "is no name for a role, which has at least one character and neither a slash nor a line break."
    if len(role.encode()) > LONGEST_NAME:
        yield f"has {len(role.encode())} bytes, at most {LONGEST_NAME} are possible."


def _is_complete(grant: Mapping[str, Any]) -> bool:
    """Whether exactly one option says what is granted."""
    return len(_named(grant)) == 1


def _named(grant: Mapping[str, Any]) -> list[str]:
    return [option for option in ("roles", *OBJECTS) if grant.get(option)]


def _grant_problems(grant: Mapping[str, Any], wish: Wish, database: Database) -> Iterator[str]:
    known = database.roles.union(wish.roles).difference(wish.absent)
    if wish.fold(grant["role"]) not in known:
        yield "there is no such role, and federated_roles_roles does not name it. Add it there."
    if not _is_complete(grant):
        named = " and ".join(_named(grant)) or "none"
        yield f"a grant names one of roles, {', '.join(OBJECTS)}, this one {named}. Write one entry for each."
        return
    [option] = _named(grant)
    if option == "roles":
        yield from _role_problems(grant, wish, known)
    else:
        yield from _privilege_problems(grant, option)
    for table in grant.get("tables") or ():
        if len(_path(table)) != 2:
            yield f'tables: {table} should be schema.table, in double quotes where a name holds a dot: "a.b".c'
    for schema in map(wish.fold, grant.get("all_tables_in") or ()):
        if schema not in database.schemas and not wish.predict:
            yield f"all_tables_in: there is no schema {schema} in this database, or the database user can't see it."


def _role_problems(grant: Mapping[str, Any], wish: Wish, known: Collection[str]) -> Iterator[str]:
    for granted in map(wish.fold, grant["roles"]):
        if granted not in known and not (wish.predict and granted.startswith(SYSTEM)):
            yield f"roles: there is no role {granted} to grant, and federated_roles_roles does not name it."
    if grant.get("privileges"):
        yield "privileges are on databases, schemas or tables, and not on roles. Leave them out, or name such an object."


def _privilege_problems(grant: Mapping[str, Any], option: str) -> Iterator[str]:
    kind = OBJECTS[option]
    given = [_privilege(each) for each in grant.get("privileges") or ()]
    unknown = sorted(set(given) - PRIVILEGES[kind])
    if unknown or not given:
        known = ", ".join(sorted(PRIVILEGES[kind]))
        yield f"privileges on {option} are {known}, not {', '.join(unknown) or 'none'}."


def _circles(wish: Wish, database: Database) -> Iterator[str]:
    """A circle of roles, each of which would have the next one: Redshift refuses it, and so does this, in words."""
    wanted = _wanted(wish, database)
    stay = database.grants.difference(_surplus(wish, database, wanted)).union(wanted)
    has: dict[str, list[str]] = {}
    for each in sorted(stay):
        if each.kind == "role" and not {each.role, each.container}.intersection(wish.absent):
            has.setdefault(each.role, []).append(each.container)
    circle = next(filter(None, (_circle(role, has) for role in sorted(has))), None)
    if circle:
        yield (
            f"federated_roles_grants: {' has '.join(circle)} would be a circle of roles, which Redshift does not allow. "
            "Take one of these grants away."
        )


def _circle(start: str, has: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The way from a role through the roles that it has back to itself; None if there is none."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for role in has.get(way[-1], ()):
            if role == start:
                return [*way, start]
            if role not in seen:
                seen.add(role)
                ways.append([*way, role])
    return None


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _lower(name: Any) -> str:
    return str(name).lower()


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row[name] or "").rstrip()


def _grant_of(row: Mapping[str, Any]) -> Grant:
    return Grant(
        str(row["kind"]),
        _text(row, "role"),
        _privilege(_text(row, "privilege")),
        _text(row, "container"),
        _text(row, "object"),
    )


def _privilege(word: Any) -> str:
    text = str(word).strip().lower()
    return {"temporary": "temp"}.get(text, text)


def _path(text: Any) -> list[str]:
    """The names in `schema.table`; a name in double quotes may hold dots, and quotes twice. Empty when it is no path."""
    if not re.fullmatch(r'("(?:[^"]|"")+"|[^".]+)(\.("(?:[^"]|"")+"|[^".]+))*', str(text)):
        return []
    parts = re.findall(r'"((?:[^"]|"")+)"|([^".]+)', str(text))
    return [quoted.replace('""', '"') or plain for quoted, plain in parts]


def _grants(
    grant: Mapping[str, Any], fold: Callable[[Any], str], tables: Collection[tuple[str, str]]
) -> Iterator[Grant]:
    role = fold(grant["role"])
    for granted in grant.get("roles") or ():
        yield Grant("role", role, "", fold(granted), "")
    for privilege in map(_privilege, grant.get("privileges") or ()):
        for option, kind in OBJECTS.items():
            for name in grant.get(option) or ():
                for container, object_ in _objects(option, name, fold, tables):
                    yield Grant(kind, role, privilege, container, object_)


def _objects(
    option: str, name: Any, fold: Callable[[Any], str], tables: Collection[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    if option == "tables":
        path = [fold(part) for part in _path(name)]
        return [(path[0], path[1])] if len(path) == 2 else []
    if option == "all_tables_in":
        return sorted(each for each in tables if each[0] == fold(name))
    return [(fold(name), "")]


def _quoted(name: str) -> str:
    """A name as an identifier. A colon in it is safe from the Data API's parameters, which are not looked for in quotes."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _statement(verb: str, grant: Grant, direction: str) -> str:
    to = f"{direction} ROLE {_quoted(grant.role)}"
    if grant.kind == "role":
        return f"{verb} ROLE {_quoted(grant.container)} {to}"
    name = ".".join(_quoted(part) for part in (grant.container, grant.object) if part)
    return f"{verb} {grant.privilege.upper()} ON {KEYWORDS[grant.kind]} {name} {to}"


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"database_role_plan": database_role_plan}
