# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Database roles and their grants: which SQL brings a database to what is wanted, with every name quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .common import Options, unique

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
# Redshift's own roles: they can be granted and not created.
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


class Plan(NamedTuple):
    """What is to be done in the database.

    Attributes:
        statements: the SQL, in an order in which it can run.
        batches: the same in portions that the Data API takes at once.
        roles: the roles of the database afterwards, as it writes their names.
        problems: what the present database speaks against; then there are no statements.
    """

    statements: list[str]
    batches: list[list[str]]
    roles: list[str]
    problems: list[str]


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


def wish_of(options: Options, case_sensitive: bool = False, predict: bool = False) -> Wish:
    """Read the role's variables.

    Args:
        options: roles, absent, grants and purge count.
        case_sensitive: whether the workgroup tells Ana from ana (enable_case_sensitive_identifier). Otherwise Redshift takes all
            names as lower case, quoted ones too.
        predict: whether the database does not exist yet. It then has no roles, and nobody knows which schemas it will have.
    """
    fold = fold_of(case_sensitive)
    roles, absent = (unique(map(fold, options.get(name, ()))) for name in ("roles", "absent"))
    return Wish(roles, absent, options.get("grants", ()), bool(options.get("purge")), fold, predict)


def fold_of(case_sensitive: bool) -> Callable[[Any], str]:
    """Return what gives a name as the database writes it."""
    return str if case_sensitive else _lower


def plan(wish: Wish, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """Compare the roles and grants that are wanted with those that a database has.

    Nothing is revoked without `purge`, and only roles of `absent` are dropped.

    Args:
        wish: what is wanted; without `malformed`.
        rows: of the role's query, each with kind, role, privilege, container and object.
    """
    database = _database(rows)
    problems = unique(_problems(wish, database))
    statements = [] if problems else _statements(wish, database)
    return Plan(
        statements=statements,
        batches=[statements[start : start + LARGEST_BATCH] for start in range(0, len(statements), LARGEST_BATCH)],
        roles=sorted(database.roles.union(wish.roles).difference(wish.absent)),
        problems=problems,
    )


def difference(wish: Wish, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Return what each role has before and after the statements of a plan, for those roles where that differs."""
    database = _database(rows)
    wanted = _wanted(wish, database)
    left = database.grants.difference(_surplus(wish, database, wanted)).union(wanted)
    kept = {each for each in left if not (each.kind == "role" and each.container in wish.absent)}
    before = _holdings(database.roles, database.grants)
    after = _holdings(database.roles.union(wish.roles).difference(wish.absent), kept)
    changed = [role for role in sorted({*before, *after}) if before.get(role) != after.get(role)]
    return {
        "before": {role: before[role] for role in changed if role in before},
        "after": {role: after[role] for role in changed if role in after},
    }


def _holdings(roles: Iterable[str], grants: Collection[Grant]) -> dict[str, list[str]]:
    return {role: sorted(_what(each) for each in grants if each.role == role) for role in roles}


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
    found = (each for grant in wish.grants for each in _grants(grant, wish.fold, database.tables))
    return list(dict.fromkeys(found))


def _surplus(wish: Wish, database: Database, wanted: Collection[Grant]) -> list[Grant]:
    """What the named roles have and are not to have; only privileges that grants can name."""
    return [
        each
        for each in sorted(database.grants.difference(wanted))
        if wish.purge and each.role in wish.roles and (each.kind == "role" or each.privilege in PRIVILEGES[each.kind])
    ]


def malformed(options: Options) -> Iterator[str]:
    """Say what is wrong with roles and grants whatever the database has."""
    for role in options.get("roles", ()):
        yield from (f"federated_roles_roles: got {role}; {problem}" for problem in _name_problems(role))
    for role in options.get("absent", ()):
        if role.lower().startswith(SYSTEM):
            yield f"federated_roles_absent: got {role}; expected roles that are not Redshift's own, which can't be dropped."
    for grant in options.get("grants", ()):
        yield from (f"{_where(grant)}: {problem}" for problem in _shape_problems(grant))


def _where(grant: Mapping[str, Any]) -> str:
    return f"federated_roles_grants, role {grant.get('role', '(not named)')}"


def _name_problems(role: str) -> Iterator[str]:
    """What speaks against a new role of that name ("Considerations for role usage in RBAC" in the same guide).

    A colon is left to the database to judge: it is right behind the namespace of an identity provider.
    """
    if role.lower().startswith(SYSTEM):
        yield "expected a name that does not begin with sys: or ds:. Redshift's own roles can be granted, but not created."
    if role.lower() == "public":
        yield "expected another name, as this one is a reserved word."
    if not role or re.search(r"[/\x00-\x1f]", role):
        yield "expected a name of at least one character, without a slash and line breaks."
    if len(role.encode()) > LONGEST_NAME:
        yield f"expected at most {LONGEST_NAME} bytes, not {len(role.encode())}."


def _is_complete(grant: Mapping[str, Any]) -> bool:
    """Whether exactly one option says what is granted."""
    return len(_named(grant)) == 1


def _named(grant: Mapping[str, Any]) -> list[str]:
    return [option for option in ("roles", *OBJECTS) if grant.get(option)]


def _shape_problems(grant: Mapping[str, Any]) -> Iterator[str]:
    if not _is_complete(grant):
        named = " and ".join(_named(grant)) or "none of them"
        yield f"got {named}; expected one of roles, {', '.join(OBJECTS)}. Write one entry for each."
        return
    [option] = _named(grant)
    if option != "roles":
        yield from _privilege_problems(grant, option)
    elif grant.get("privileges"):
        yield "privileges: got some on roles; expected databases, schemas or tables with them. Leave privileges out."
    for table in grant.get("tables") or ():
        if len(_path(table)) != 2:
            yield f'tables: got {table}; expected schema.table, in double quotes where a name holds a dot: "a.b".c'


def _privilege_problems(grant: Mapping[str, Any], option: str) -> Iterator[str]:
    kind = OBJECTS[option]
    given = [_privilege(each) for each in grant.get("privileges") or ()]
    unknown = sorted(set(given) - PRIVILEGES[kind])
    if unknown or not given:
        known = ", ".join(sorted(PRIVILEGES[kind]))
        yield f"privileges: got {', '.join(unknown) or 'none'}; expected on {option} some of {known}."


def _problems(wish: Wish, database: Database) -> Iterator[str]:
    """What the roles of the database speak against."""
    for role in wish.absent:
        if role in wish.roles:
            yield f"federated_roles_absent: got {role}, which is in federated_roles_roles too; expected it in one of the two."
    known = database.roles.union(wish.roles).difference(wish.absent)
    for grant in wish.grants:
        yield from (f"{_where(grant)}: {problem}" for problem in _unknown(grant, wish, database, known))
    yield from _circles(wish, database)


def _unknown(grant: Mapping[str, Any], wish: Wish, database: Database, known: Collection[str]) -> Iterator[str]:
    if wish.fold(grant["role"]) not in known:
        yield "the database has no such role, and federated_roles_roles does not name it. Add it there."
    for granted in map(wish.fold, grant.get("roles") or ()):
        if granted not in known and not (wish.predict and granted.startswith(SYSTEM)):
            yield f"roles: got {granted}; expected a role of the database or of federated_roles_roles. Add it there."
    for schema in map(wish.fold, grant.get("all_tables_in") or ()):
        if schema not in database.schemas and not wish.predict:
            yield f"all_tables_in: got {schema}; expected a schema of this database that the database user can see."


def _circles(wish: Wish, database: Database) -> Iterator[str]:
    """A circle of roles, each of which would have the next one, which Redshift refuses."""
    wanted = _wanted(wish, database)
    stay = database.grants.difference(_surplus(wish, database, wanted)).union(wanted)
    has: dict[str, list[str]] = {}
    for each in sorted(stay):
        if each.kind == "role" and not {each.role, each.container}.intersection(wish.absent):
            has.setdefault(each.role, []).append(each.container)
    circle = next(filter(None, (_circle(role, has) for role in sorted(has))), None)
    if circle:
        yield (
            f"federated_roles_grants: got a circle of roles, {' has '.join(circle)}; expected none, as Redshift refuses it. Remove "
            "one of these grants."
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
    return f"{verb} {_what(grant)} {direction} ROLE {_quoted(grant.role)}"


def _what(grant: Grant) -> str:
    """What is granted, in SQL."""
    if grant.kind == "role":
        return f"ROLE {_quoted(grant.container)}"
    name = ".".join(_quoted(part) for part in (grant.container, grant.object) if part)
    return f"{grant.privilege.upper()} ON {KEYWORDS[grant.kind]} {name}"
