# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role federated_roles: what speaks against its variables, what its tasks need to know, and its report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.shapes import untimed_change
from .._policy.trust import Provider, provider_of, session_statement
from . import database_roles
from .common import Context, Decisions, Options, Result, ran

PROVIDERS = {
    "saml_provider_arn": ("saml-provider", "arn:aws:iam::123456789012:saml-provider/corporate"),
    "oidc_provider_arn": ("oidc-provider", "arn:aws:iam::123456789012:oidc-provider/login.example.com"),
}
# IAM's tags take letters and digits of any script, spaces and these characters; a colon separates the roles.
FIT = re.compile(r"[\w ./=+@-]+")
KINDS = ("role", "user")


def problems(options: Options, _context: Context) -> list[str]:
    """Say what speaks against the variables, before AWS is asked."""
    return [*database_roles.malformed(options), *_principal_problems(options), *_trust_problems(options)]


def _principal_problems(options: Options) -> Iterator[str]:
    for kind in KINDS:
        for entry in options.get(f"iam_{kind}s", ()):
            where = f"federated_roles_iam_{kind}s, {entry.get('name', '(not named)')}"
            if "roles" not in entry:
                yield f"{where}: got no roles; expected a list, which may be empty. Name the database roles of the tag."
            unfit = [role for role in entry.get("roles", ()) if not FIT.fullmatch(role)]
            if unfit:
                yield (
                    f"{where}: got {', '.join(unfit)}; expected names of letters, digits, "
                    "spaces and _ . / = + - @ only, as a tag takes no others and a colon separates the roles in it."
                )


def _trust_problems(options: Options) -> Iterator[str]:
    named = [name for name in PROVIDERS if name in options]
    if len(named) > 1:
        yield (
            "federated_roles_saml_provider_arn: got a value together with federated_roles_oidc_provider_arn; expected one of "
            "them. Run the role once for each provider."
        )
        return
    if named and not _provider(options):
        yield f"federated_roles_{named[0]}: got {options[named[0]]}; expected an ARN such as {PROVIDERS[named[0]][1]}."
    if options.get("trust"):
        yield from _missing_for_trust(options, named)
    yield from _condition_problems(options)


def _missing_for_trust(options: Options, named: Sequence[str]) -> Iterator[str]:
    if not named:
        names = " or ".join(f"federated_roles_{name}" for name in PROVIDERS)
        yield f"federated_roles_trust: got true; expected it with {names}. Name the provider that the IAM roles should trust."
    if not options.get("iam_roles"):
        yield "federated_roles_trust: got true; expected it with federated_roles_iam_roles. Name the IAM roles."


def _condition_problems(options: Options) -> Iterator[str]:
    provider = _provider(options)
    audiences, subjects = (options.get(name) or [] for name in ("audiences", "oidc_subjects"))
    for name, values in (("audiences", audiences), ("oidc_subjects", subjects)):
        for value in values:
            if not value.strip("*?"):
                yield f"federated_roles_{name}: got {value!r}, which is everybody; expected something that names whom you mean."
    if subjects and "oidc_provider_arn" not in options:
        yield (
            "federated_roles_oidc_subjects: got a value; expected it with federated_roles_oidc_provider_arn only. Set that, or "
            "leave the subjects out."
        )
    if provider and not audiences and not provider.audiences:
        yield (
            f"federated_roles_audiences: got nothing; expected whom the tokens or assertions of {provider.arn} are for. Name the "
            "client ID of OpenID Connect (aud), or the sign-in endpoint of SAML."
        )


def _provider(options: Options) -> Provider | None:
    """The provider that is named, if its ARN is one of the variable's kind."""
    for name, (kind, _example) in PROVIDERS.items():
        provider = provider_of(str(options.get(name) or ""))
        if provider and provider.kind == kind:
            return provider
    return None


def settings(options: Options, _context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        asks_database: whether the roles and grants of the database are read.
        asks_for_tables: whether its schemas and tables are read too.
        names_principals: whether IAM roles or users are named.
        trust_statement: what an IAM role has to trust the provider with, None without a provider.
        wanted_trust: the same where the IAM roles are to have it, otherwise None.
    """
    statement = _statement(options)
    return {
        "asks_database": any(options.get(name) for name in ("roles", "absent", "grants")),
        "asks_for_tables": any(grant.get("all_tables_in") for grant in options.get("grants", ())),
        "names_principals": any(options.get(f"iam_{kind}s") for kind in KINDS),
        "trust_statement": statement,
        "wanted_trust": statement if options.get("trust") else None,
    }


def _statement(options: Options) -> dict[str, Any] | None:
    provider = _provider(options)
    if provider is None:
        return None
    return session_statement(
        provider, options.get("audiences") or provider.audiences, options.get("oidc_subjects") or ()
    )


def _workgroup(workgroups: Result) -> Mapping[str, Any]:
    found: Sequence[Mapping[str, Any]] = workgroups["workgroups"]
    return found[0] if found else {}


def _is_case_sensitive(workgroups: Result) -> bool:
    parameters = _workgroup(workgroups).get("config_parameters") or {}
    return bool(parameters.get("enable_case_sensitive_identifier") == "true")


def _wish(options: Options, workgroups: Result) -> database_roles.Wish:
    return database_roles.wish_of(options, _is_case_sensitive(workgroups), predict=not workgroups["workgroups"])


def _plan(options: Options, workgroups: Result, rows: Result) -> database_roles.Plan:
    return database_roles.plan(_wish(options, workgroups), rows.get("rows") or ())


def principals(options: Options, workgroups: Result) -> dict[str, Any]:
    """Return the options of the module that tags IAM roles and users.

    Args:
        options: the role's variables.
        workgroups: the workgroup as it was read. It says whether names of database roles are lower case.
    """
    fold = database_roles.fold_of(_is_case_sensitive(workgroups))
    return {
        "principals": [
            {"kind": kind, "name": entry["name"], "database_roles": [fold(role) for role in entry["roles"]]}
            for kind in KINDS
            for entry in options.get(f"iam_{kind}s", ())
        ],
        "dropped": [fold(role) for role in options.get("absent", ())],
    }


def missing_principals(found: Result) -> list[str]:
    """Say which IAM roles and users do not exist."""
    return [
        f"federated_roles_iam_{each['kind']}s: got {each['name']}; expected an IAM {each['kind']} of this account. Create IAM "
        f"{each['kind']} {each['name']} first, or correct the name."
        for each in found.get("missing", ())
    ]


def database_problems(options: Options, workgroups: Result, rows: Result) -> list[str]:
    """Say what the present database speaks against."""
    return _plan(options, workgroups, rows).problems


def batches(options: Options, workgroups: Result, rows: Result) -> list[list[str]]:
    """Return the SQL, in lists that are a transaction each."""
    return _plan(options, workgroups, rows).batches


def database_diff(options: Options, workgroups: Result, rows: Result) -> dict[str, Any]:
    """Return what roles have before and after."""
    return dict(database_roles.difference(_wish(options, workgroups), rows.get("rows") or ()))


def _planned_sql(options: Options, batch: list[str]) -> dict[str, Any]:
    """A list of statements as a Change; one of a single statement is sent without a batch."""
    single = len(batch) == 1
    where = {"workgroup_name": options["workgroup"], "database": options["database"]}
    secret = {"secret_arn": options["secret_arn"]} if "secret_arn" in options else {}
    return untimed_change(
        "ExecuteStatement" if single else "BatchExecuteStatement",
        {**where, **secret, **({"sql": batch[0]} if single else {"sqls": batch})},
        "the database roles and their grants differ from what is wanted",
    )


def _sql_changes(options: Options, planned: Sequence[list[str]], sql: Result) -> tuple[list[Any], list[Any]]:
    """The changes of the database that were made, and those that were not.

    A task that failed and tells of changes has begun something that goes on in AWS, so that counts as made. The calls that a
    task tells may be others than planned: who may not send a batch sends single statements.
    """
    done: list[Any] = []
    pending: list[Any] = []
    results = ran(sql)
    for position, batch in enumerate(planned):
        change = _planned_sql(options, batch)
        task: Result = results[position] if position < len(results) else {"failed": True}
        if task.get("failed") and not task.get("changes"):
            pending.append(change)
        else:
            told = ("operation", "parameters", "seconds")
            calls: Sequence[Mapping[str, Any]] = task.get("changes") or []
            done += [{**change, **{name: call[name] for name in told}} for call in calls]
    return done, pending


def _principal_changes(predicted: Result, sql: Result, principals: Result) -> tuple[list[Any], list[Any]]:
    """The changes of IAM roles and users that were made, and those that were not."""
    if sql.get("failed"):  # the task that makes them was not reached
        return [], list(predicted.get("changes", ()))
    if principals.get("failed") and "changes" not in principals:  # it could not even begin
        return [], list(predicted.get("changes", ()))
    return list(principals.get("changes", ())), list(principals.get("changes_pending", ()))


def result(
    options: Options, workgroups: Result, rows: Result, predicted: Result, sql: Result, principals: Result
) -> dict[str, Any]:
    """Return `federated_roles_result` from the registered results of the role's tasks.

    Args:
        options: the role's variables.
        workgroups: the workgroup as it was read.
        rows: the database's roles and grants as they were read.
        predicted: what the IAM roles and users were predicted to become.
        sql: of the loop that changes the database.
        principals: of the task that changes IAM roles and users. It belongs to an earlier run when `sql` failed.
    """
    plan = _plan(options, workgroups, rows)
    made, left = _sql_changes(options, plan.batches, sql)
    tagged, untagged = _principal_changes(predicted, sql, principals)
    absent = [] if workgroups["workgroups"] else [f"workgroup {options['workgroup']}"]
    return {
        "changed": bool(made or tagged),
        "changes": [*made, *tagged],
        "changes_pending": [*left, *untagged],
        "restarted": False,
        "statements": plan.statements,
        "principals": predicted.get("principals", []),
        "missing": [*absent, *(f"IAM {each['kind']} {each['name']}" for each in predicted.get("missing", ()))],
        "notes": [*predicted.get("notes", ()), *_unknown_roles(options, plan, predicted)],
        "trust_statement": options["trust_statement"],
        "permission_statements": _permissions(_workgroup(workgroups)),
    }


def _unknown_roles(options: Options, plan: database_roles.Plan, predicted: Result) -> Iterator[str]:
    """Tags that name roles which the database does not have, where its roles are known."""
    named: Sequence[Mapping[str, Any]] = predicted.get("principals") or []
    for each in named if options["asks_database"] else ():
        unknown = [role for role in each["after"].split(":") if role and role not in plan.roles]
        if unknown:
            yield (
                f"IAM {each['kind']} {each['name']} names roles that the database does not have. AWS ignores them: "
                f"{', '.join(unknown)}."
            )


def _permissions(workgroup: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What federated users need to be allowed besides."""
    resource = workgroup.get("workgroup_arn") or "*"
    return [
        {"Effect": "Allow", "Action": "redshift-serverless:GetCredentials", "Resource": resource},
        {"Effect": "Allow", "Action": ["tag:GetResources", "tag:GetTagKeys"], "Resource": "*"},
    ]


def failure(report: Result, sql: Result, principals: Result) -> list[str]:
    """Say what failed and why, and what was done before.

    Args:
        report: `federated_roles_result`.
        sql: of the loop that changes the database.
        principals: of the task that changes IAM roles and users. It belongs to an earlier run when `sql` failed.
    """
    failed = [each for each in ran(sql) if each.get("failed")] or [sql if sql.get("failed") else principals]
    done, pending = len(report["changes"]), len(report["changes_pending"])
    return [
        *(str(each.get("msg", "A task failed without a reason.")) for each in failed),
        f"Before that, {done} of {done + pending} changes were done, as federated_roles_result says. Run this again when the "
        "cause is gone: it does the rest.",
    ]


DECISIONS: Decisions = {
    "batches": batches,
    "database_diff": database_diff,
    "database_problems": database_problems,
    "failure": failure,
    "missing_principals": missing_principals,
    "principals": principals,
    "result": result,
}
