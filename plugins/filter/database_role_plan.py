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
  - Nothing is revoked without O(purge), and no role is ever dropped.
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
  purge:
    description: Whether other grants of O(roles) are revoked.
    type: bool
    default: false
  case_sensitive:
    description: Whether the workgroup tells C(Ana) from C(ana) (C(enable_case_sensitive_identifier)). Redshift takes all names as lower
      case otherwise, quoted ones too.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What is missing in an empty database?
  ansible.builtin.debug:
    msg: "{{ [] | redshift.serverless.database_role_plan(roles=['analyst']) }}"
  # statements: [CREATE ROLE "analyst"], problems: []
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
    problems:
      description: Sentences about what cannot be; empty when everything can.
      type: list
      elements: str
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

# What can be granted on what, and the keyword before its name.
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


def database_role_plan(
    rows: Sequence[Mapping[str, Any]],
    roles: Sequence[str] = (),
    grants: Sequence[Mapping[str, Any]] = (),
    purge: bool = False,
    case_sensitive: bool = False,
) -> dict[str, list[str]]:
    """Compare; see DOCUMENTATION."""
    fold: Callable[[Any], str] = str if case_sensitive else _lower
    wanted_roles = list(dict.fromkeys(fold(role) for role in roles))
    existing = {_text(row, "role") for row in rows if row["kind"] == "exists"}
    tables = {(_text(row, "container"), _text(row, "object")) for row in rows if row["kind"] == "table"}
    has = {_grant_of(row) for row in rows if row["kind"] in ("role", *PRIVILEGES)}
    problems = [
        *(
            f"{role}: names that begin with sys: or ds: are Redshift's own."
            for role in wanted_roles
            if role.startswith(SYSTEM)
        ),
        *(problem for grant in grants for problem in _problems(grant, fold, existing | set(wanted_roles))),
    ]
    if problems:
        return {"statements": [], "problems": list(dict.fromkeys(problems))}
    wanted = list(dict.fromkeys(each for grant in grants for each in _wanted(grant, fold, tables)))
    surplus = sorted(has - set(wanted)) if purge else []
    return {
        "statements": [
            *(f"CREATE ROLE {_quoted(role)}" for role in wanted_roles if role not in existing),
            *(_statement("REVOKE", each, "FROM") for each in surplus if each.role in wanted_roles),
            *(_statement("GRANT", each, "TO") for each in wanted if each not in has),
        ],
        "problems": [],
    }


def _lower(name: Any) -> str:
    return str(name).lower()


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row[name] or "").rstrip()


def _grant_of(row: Mapping[str, Any]) -> Grant:
    privilege = _text(row, "privilege").lower()
    return Grant(
        str(row["kind"]),
        _text(row, "role"),
        {"temporary": "temp"}.get(privilege, privilege),
        _text(row, "container"),
        _text(row, "object"),
    )


def _problems(grant: Mapping[str, Any], fold: Callable[[Any], str], roles: set[str]) -> Iterable[str]:
    role = fold(grant["role"])
    if role not in roles:
        yield f"{role}: there is no such role, and it is not among those to create."
    named = [option for option in ("roles", *OBJECTS) if grant.get(option)]
    if len(named) != 1:
        yield f"{role}: a grant names one of roles, {', '.join(OBJECTS)}, this one {' and '.join(named) or 'none'}."
        return
    for granted in map(fold, grant.get("roles") or ()):
        if granted == role or (granted not in roles and not granted.startswith(SYSTEM)):
            yield f"{role}: {granted} can't be granted to it, there is no such role or it is the same."
    if named == ["roles"]:
        return
    kind = OBJECTS[named[0]]
    unknown = sorted({_privilege(each) for each in grant.get("privileges") or ()} - PRIVILEGES[kind])
    if unknown or not grant.get("privileges"):
        known = ", ".join(sorted(PRIVILEGES[kind]))
        yield f"{role}: privileges on {named[0]} are {known}, not {', '.join(unknown) or 'none'}."
    for table in grant.get("tables") or ():
        if len(_path(table)) != 2:
            yield f'{role}: {table} should be schema.table, in double quotes where a name holds a dot: "a.b".c'


def _privilege(word: Any) -> str:
    text = str(word).strip().lower()
    return {"temporary": "temp"}.get(text, text)


def _path(text: Any) -> list[str]:
    """The names in `schema.table`; a name in double quotes may hold dots, and quotes twice. Empty when it is no path."""
    if not re.fullmatch(r'("(?:[^"]|"")+"|[^".]+)(\.("(?:[^"]|"")+"|[^".]+))*', str(text)):
        return []
    parts = re.findall(r'"((?:[^"]|"")+)"|([^".]+)', str(text))
    return [quoted.replace('""', '"') or plain for quoted, plain in parts]


def _wanted(grant: Mapping[str, Any], fold: Callable[[Any], str], tables: set[tuple[str, str]]) -> Iterable[Grant]:
    role = fold(grant["role"])
    for granted in grant.get("roles") or ():
        yield Grant("role", role, "", fold(granted), "")
    for privilege in map(_privilege, grant.get("privileges") or ()):
        for option, kind in OBJECTS.items():
            for name in grant.get(option) or ():
                for container, object_ in _objects(option, name, fold, tables):
                    yield Grant(kind, role, privilege, container, object_)


def _objects(
    option: str, name: Any, fold: Callable[[Any], str], tables: set[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    if option == "tables":
        schema, table = _path(name)
        return [(fold(schema), fold(table))]
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
