# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role cross_account_vpc: its variables, whether grants and endpoints fit together, and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .._core.ids import account_in, account_of, account_problem
from .._policy import grants as access
from .._redshift import endpoint_preflight as preflight
from . import endpoints
from .common import Context, Decisions, Options, Result, batch_problems, failures, item, ran, unique

ROLE = "cross_account_vpc"
GRANTS = f"{ROLE}_grants"
ENDPOINTS = f"{ROLE}_endpoints"
GRANTEES = f"{ROLE}_grantees"
CONNECTION = ("profile", "assume_role_arn", "assume_role_external_id")
# What a list of grantees stands for, and what each entry point needs of it where there is none.
SINGLE = ("grants", "endpoints", *(f"grantee_{name}" for name in CONNECTION))
NEEDED = {"grant": "grants", "connect": "endpoints", "disconnect": "endpoints"}
# Where access is granted or revoked, by the accounts of the grantees too.
GRANTING = ("main", "grant", "revoke")

Grantee = dict[str, Any]


def problems(options: Options, context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    revokes = context.entry_point == "revoke"
    anyone = revokes or bool(options.get("allow_any_account"))
    grants = options.get("grants") or ()
    found = access.problems(grants, anyone, GRANTS, f"{ROLE}_allow_any_account")
    if "owner_account" in options:
        found += filter(None, [account_problem(f"{ROLE}_owner_account", options["owner_account"])])
    found += _grantee_problems(options, context, anyone)
    found += _undecided(options)
    found += batch_problems(ROLE, options)
    return found + (_revocation_problems(options) if revokes else [])


def _grantee_problems(options: Options, context: Context, anyone: bool) -> list[str]:
    """What speaks against the list of grantees, or against having none."""
    grantees = options.get("grantees") or ()
    if not grantees:
        return _missing(options, context)
    found = []
    mixed = [f"{ROLE}_{name}" for name in SINGLE if name in options]
    if mixed:
        found.append(
            f"{GRANTEES}: got a list together with {', '.join(mixed)}; expected one of both forms. Move them into the list."
        )
    if context.entry_point in GRANTING:
        granted = [{**each, "account": _account_of(each)} for each in grantees]
        found += access.problems(granted, anyone, GRANTEES, f"{ROLE}_allow_any_account")
    return [*found, *_contradicting_accounts(grantees), *_shared_identities(grantees)]


def _missing(options: Options, context: Context) -> list[str]:
    needed = NEEDED.get(context.entry_point)
    if needed is None or {needed, "grantees"} & {*options, *context.given}:
        return []
    return [f"{ROLE}_{needed}: got nothing; expected a list. It or {GRANTEES} is required."]


def _account_of(grantee: Mapping[str, Any]) -> str | None:
    """The account of a grantee: as given, or that of the IAM role."""
    return grantee.get("account") or account_in(grantee.get("assume_role_arn"))


def _contradicting_accounts(grantees: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    for index, grantee in enumerate(grantees):
        given, own = account_of(str(grantee.get("account") or "")), account_in(grantee.get("assume_role_arn"))
        if given and own and given != own:
            found.append(
                f"{GRANTEES}[{index}].account: got {given}; expected {own}, the account of its assume_role_arn. Correct one of them."
            )
    return found


def _shared_identities(grantees: Sequence[Mapping[str, Any]]) -> list[str]:
    """Endpoints of one identity belong together: they are read once, and their names must differ."""
    found: list[str] = []
    first: dict[tuple[tuple[str, Any], ...], int] = {}
    for index, grantee in enumerate(grantees):
        if not grantee.get("endpoints"):
            continue
        identity = tuple(sorted(_identity(grantee).items()))
        other = first.setdefault(identity, index)
        if other != index:
            found.append(
                f"{GRANTEES}[{index}]: got the identity of {GRANTEES}[{other}]; expected endpoints of one identity in one entry. "
                "Move its endpoints there."
            )
    return found


def _identity(grantee: Mapping[str, Any]) -> dict[str, Any]:
    return {name: grantee[name] for name in CONNECTION if grantee.get(name)}


def _undecided(options: Options) -> list[str]:
    workgroups = unique(options.get("workgroup") or ())
    if len(workgroups) < 2:
        return []
    lists = {ENDPOINTS: options.get("endpoints")} | {
        f"{GRANTEES}[{index}].endpoints": each.get("endpoints")
        for index, each in enumerate(options.get("grantees") or ())
    }
    return [
        f"{variable}: got {', '.join(names)} without a workgroup; expected one of {', '.join(workgroups)}. Give each endpoint "
        "the key workgroup."
        for variable, entries in lists.items()
        if (names := _without_workgroup(entries or ()))
    ]


def _without_workgroup(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        entry["name"]
        for entry in entries
        if preflight.is_present(entry) and "name" in entry and "workgroup" not in entry
    ]


def _revocation_problems(options: Options) -> list[str]:
    found = []
    if not options.get("grants") and not options.get("grantees") and not options.get("revoke_all"):
        found.append(
            f"{GRANTS}: got nobody; expected whose access to revoke. To revoke everybody's, set {ROLE}_revoke_all to true."
        )
    if options.get("fail_on_endpoints_in_use") and not _sees_grantee(options):
        found.append(
            f"{ROLE}_fail_on_endpoints_in_use: got true without the grantee's identity; expected {ROLE}_grantee_profile or "
            f"{ROLE}_grantee_assume_role_arn, or profile or assume_role_arn of each of {GRANTEES}. Only the grantee sees its "
            "endpoints."
        )
    return found


def _sees_grantee(options: Options) -> bool:
    """Whether the identity of the grantee, or of every one of them, was given."""
    grantees = options.get("grantees")
    if grantees:
        return all(_identity(each) for each in grantees)
    return any(f"grantee_{name}" in options for name in ("profile", "assume_role_arn"))


def settings(options: Options, context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        workgroups: the names, each once.
        grantees: who connects, each with label, account, caller (connection options, those of the play where none were given) and
            endpoints; with disconnect all endpoints should go. The single form is one of them.
        connects: whether there are endpoints.
        endpoints_variable: the variable that they come from.
        grants: who is to have access; those of the list where there is one. Not there where the run says nothing of it.
        owner: the connection options of the owner; where none were given, those of the play.
        sees_grantee: whether the identities of all grantees were given.
        grants_access: whether grants were given.
        needs_owner: whether the workgroups are read as their owner.
    """
    grantees = _grantees(options, context)
    grants = _grants_of(options, context)
    return {
        "workgroups": unique(options.get("workgroup") or ()),
        "grantees": grantees,
        "connects": any(each["endpoints"] for each in grantees),
        "endpoints_variable": GRANTEES if options.get("grantees") else ENDPOINTS,
        **({} if grants is None else {"grants": grants}),
        "owner": _connection(options, "owner") or dict(context.identity),
        "sees_grantee": _sees_grantee(options),
        "grants_access": grants is not None,
        "needs_owner": grants is not None or "owner_account" not in options,
    }


def _grants_of(options: Options, context: Context) -> list[dict[str, Any]] | None:
    """Who is to have access, None where the run says nothing of it."""
    if options.get("grantees") and context.entry_point in GRANTING:
        return [
            {"account": _account_of(each), **({"vpc_ids": each["vpc_ids"]} if "vpc_ids" in each else {})}
            for each in options["grantees"]
        ]
    return options.get("grants")


def _grantees(options: Options, context: Context) -> list[Grantee]:
    """The grantees in one form."""
    removes = context.entry_point == "disconnect"
    single = {**_connection(options, "grantee"), "endpoints": options.get("endpoints") or ()}
    return [
        {
            "label": _label(each, index) if options.get("grantees") else "the grantee",
            "account": _account_of(each),
            "caller": _identity(each) or dict(context.identity),
            "endpoints": [
                {**entry, "state": "absent"} if removes else dict(entry) for entry in each.get("endpoints") or ()
            ],
        }
        for index, each in enumerate(options.get("grantees") or [single])
    ]


def _label(grantee: Mapping[str, Any], index: int) -> str:
    return str(_account_of(grantee) or grantee.get("profile") or f"grantees[{index}]")


def _connection(options: Options, side: str) -> dict[str, Any]:
    return {name: options[f"{side}_{name}"] for name in CONNECTION if f"{side}_{name}" in options}


def _grants_variable(options: Options) -> str:
    return GRANTEES if options["endpoints_variable"] == GRANTEES else GRANTS


def _grants(options: Options) -> access.Grants:
    return access.validate(options.get("grants") or (), True)


def _owner_account(options: Options, owned: Result) -> str | None:
    """The account that owns the workgroups: as given, or as their ARNs tell it."""
    arns = [workgroup["workgroup_arn"] for workgroup in owned.get("workgroups") or ()]
    return options.get("owner_account") or next(map(account_in, arns), None)


def targets(options: Options, owned: Result, predict: bool) -> list[dict[str, Any]]:
    """Return the workgroups whose policy is managed, each with its name and ARN.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them.
        predict: whether those that do not exist count too, without an ARN: the same run may create them.
    """
    arns = {each["workgroup_name"]: each["workgroup_arn"] for each in owned.get("workgroups") or ()}
    names = [name for name in options["workgroups"] if name in arns or predict]
    return [{"workgroup_name": name, "workgroup_arn": arns.get(name)} for name in names]


def own_account(options: Options, owned: Result) -> list[str]:
    """Say which grants name the account that owns the workgroups."""
    return access.own_account_problems(_grants(options), _owner_account(options, owned), _grants_variable(options))


def wanted(options: Options, owned: Result) -> endpoints.Wanted:
    """Return what the role wants of endpoints, for the tasks of all roles that have them.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them, where the owner acts in this run.
    """
    owner = _owner_account(options, owned)
    known = {"owner_account": owner} if owner else {}
    workgroup = {"workgroup": options["workgroups"][0]} if len(options["workgroups"]) == 1 else {}
    return {
        "parties": [
            {
                "label": grantee["label"],
                "caller": grantee["caller"],
                "entries": [{**workgroup, **known, **entry} for entry in grantee["endpoints"]],
            }
            for grantee in _connecting_grantees(options)
        ],
        "variable": options["endpoints_variable"],
        "preflight": True,
        # The grantee may have the right to create endpoints and none to look around.
        "tolerate_denial": True,
        "quota": 0,
        "rules": False,
        "ports": {},
        "batch": options["batch"],
        "wait_timeout": options["wait_timeout"],
        "wait_delay": options["wait_delay"],
    }


def _connecting_grantees(options: Options) -> list[Grantee]:
    return [grantee for grantee in options["grantees"] if grantee["endpoints"]]


def _only(some: endpoints.Wanted, take: Callable[[Mapping[str, Any]], bool]) -> endpoints.Wanted:
    """What is wanted of some entries; all parties keep their place."""
    parties: list[endpoints.Party] = [
        {**party, "entries": [entry for entry in party["entries"] if take(entry)]} for party in some["parties"]
    ]
    return {**some, "parties": parties}


def going(options: Options, owned: Result) -> endpoints.Wanted:
    """Return the endpoints to remove before grants are changed.

    Once access is revoked, AWS lets the grantee neither read nor delete an endpoint. So where this run may revoke any, what it
    removes goes first.
    """
    revokes = bool(options["grants_access"] and options.get("purge_grants"))
    return _only(wanted(options, owned), lambda entry: revokes and not preflight.is_present(entry))


def remaining(options: Options, owned: Result) -> endpoints.Wanted:
    """Return the endpoints to create, change or remove after grants are changed."""
    revokes = bool(options["grants_access"] and options.get("purge_grants"))
    return _only(wanted(options, owned), lambda entry: not revokes or preflight.is_present(entry))


def connecting(options: Options, owned: Result, removed: Mapping[str, Result], policies: Result) -> endpoints.Wanted:
    """Return what of `remaining` is tried: nothing without the access that this run could not grant.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them.
        removed: what was `made` of the endpoints that went before the grants were changed.
        policies: the result of converge_all for `granting`.
    """
    closed = _without_access(options, owned, removed, policies)
    return _only(remaining(options, owned), lambda entry: entry.get("workgroup") not in closed)


def _without_access(options: Options, owned: Result, removed: Mapping[str, Result], policies: Result) -> set[str]:
    """The workgroups whose grants this run was to change and could not."""
    if failures(removed.get("made", {})) or (failures(policies) and "results" not in policies):
        return set(options["workgroups"])
    results = _policy_results(options, owned, policies)
    return {str(target["workgroup_name"]) for target, result in results if result.get("failed")}


def _policy_results(options: Options, owned: Result, policies: Result) -> list[tuple[dict[str, Any], Result]]:
    """Each workgroup whose policy was managed, with what became of it."""
    results = {item(result): result for result in ran(policies)}
    found = [(target, target["workgroup_arn"] or target["workgroup_name"]) for target in targets(options, owned, True)]
    return [(target, results[name]) for target, name in found if name in results]


def granting(options: Options, owned: Result, removed: Mapping[str, Result], predict: bool) -> list[dict[str, Any]]:
    """Return the policies that grant access, as the module converge_all takes them.

    Where an endpoint could not be removed, no grant changes: without access nobody could remove it.
    """
    if failures(removed.get("made", {})):
        return []
    wanted_grants = {
        "grants": options["grants"],
        "purge_grants": options["purge_grants"],
        "allow_any_account": options["allow_any_account"],
        **({"condition": options["condition"]} if "condition" in options else {}),
    }
    return [{**_policy_of(options, target), **wanted_grants} for target in targets(options, owned, predict)]


def revoking(options: Options, owned: Result) -> list[dict[str, Any]]:
    """Return the policies that access is taken from, as the module converge_all takes them."""
    named = {"grants": options["grants"]} if options.get("grants") else {}
    return [
        {**_policy_of(options, target), "state": "absent", **named} for target in targets(options, owned, predict=False)
    ]


def _policy_of(options: Options, target: Mapping[str, Any]) -> dict[str, Any]:
    """The policy of a workgroup as its owner manages it; one that does not exist yet has no ARN."""
    named = (
        {"resource_arn": target["workgroup_arn"]}
        if target["workgroup_arn"]
        else {"workgroup": target["workgroup_name"]}
    )
    return {**named, **options["owner"]}


def _places(options: Options, owned: Result, before: Result, network: Result) -> Iterator[dict[str, Any]]:
    """Each endpoint to create, with the VPC and the account that it will be in."""
    subnets = {subnet["subnet_id"]: subnet for subnet in endpoints.network_of(network, "subnets")}
    for party, entry in endpoints.new_endpoints(wanted(options, owned), before):
        for subnet in [subnets[each] for each in entry.get("subnet_ids") or () if each in subnets][:1]:
            account = account_in(party["caller"].get("assume_role_arn")) or subnet.get("owner_id")
            yield {**entry, "vpc_id": subnet["vpc_id"], "account": account}


def _uncovered(
    options: Options, owned: Result, before: Result, network: Result, granted: Mapping[str, access.Grants]
) -> list[dict[str, Any]]:
    """The endpoints to create that neither the grants of this run nor those that stay are enough for."""
    if not options["grants_access"]:
        return []
    return [
        place
        for place in _places(options, owned, before, network)
        if place.get("workgroup") in options["workgroups"]
        and not access.cover(
            (*_grants(options), *granted.get(place["workgroup"], ())), place["account"], place["vpc_id"]
        )
    ]


def undecided_workgroups(options: Options, owned: Result, before: Result, network: Result) -> list[dict[str, Any]]:
    """Return the workgroups whose present grants decide whether an endpoint can be created.

    Where all grants of this run are enough, or are all that stay, nothing has to be read.
    """
    if options.get("purge_grants"):
        return []
    names = {place["workgroup"] for place in _uncovered(options, owned, before, network, {})}
    return [target for target in targets(options, owned, predict=False) if target["workgroup_name"] in names]


def uncovered(options: Options, owned: Result, before: Result, network: Result, policies: Result) -> list[str]:
    """Say which endpoints to create are in a VPC that is not granted access.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them.
        before: the endpoints as they were read.
        network: their subnets as they were read.
        policies: the policies of `undecided_workgroups`, as resource_policy_info gave them.
    """
    granted = {
        item(result)["workgroup_name"]: access.validate(policy["grants"], True)
        for result in ran(policies)
        for policy in result["resource_policies"]
    }
    return [
        f"endpoint {place['name']}: got subnets in {place['vpc_id']} of account {place['account']}; expected a VPC that has access to "
        f"{place['workgroup']}. Add the VPC to {_grants_variable(options)}, or use subnets of a VPC that has access."
        for place in _uncovered(options, owned, before, network, granted)
    ]


def in_use(options: Options, users: Result) -> list[dict[str, Any]] | None:
    """Return the endpoints that the revoked access was for; None where they can't be seen.

    Args:
        options: the role's variables.
        users: the grantees' endpoints to workgroups of the owner.
    """
    if not options["sees_grantee"]:
        return None
    revoked = _grants(options) or (access.Grant("*"),)
    found = {(each.get("endpoint_arn"), each["endpoint_name"]): each for each in endpoints.found_in(users)}
    return [
        endpoint
        for endpoint in found.values()
        if endpoint.get("workgroup_name") in options["workgroups"]
        and access.cover(revoked, account_in(endpoint.get("endpoint_arn")), preflight.vpc_of(endpoint))
    ]


def endpoints_in_use(options: Options, users: Result) -> list[str]:
    """Say which endpoints were created with the access that is revoked."""
    names = [endpoint["endpoint_name"] for endpoint in in_use(options, users) or ()]
    if not names:
        return []
    return [
        f"These endpoints were created with the access that is revoked: {', '.join(names)}. Remove them first (entry point disconnect); "
        "the grantee can't afterwards."
    ]


def result(
    options: Options,
    owned: Result,
    before: Result,
    policies: Result,
    users: Result,
    removed: Mapping[str, Result],
    made: Result,
) -> dict[str, Any]:
    """Return `cross_account_vpc_result` from the registered results of the role's tasks.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them.
        before: the grantee's endpoints as they were read.
        policies: the result of converge_all for the policies.
        users: the grantees' endpoints to workgroups of the owner.
        removed: what was `made` of the endpoints that went before the grants were changed.
        made: the result of converge_all for the other endpoints.
    """
    gone = removed.get("made", {})
    reports = [_policy_report(target, each) for target, each in _policy_results(options, owned, policies)]
    parties = _grantee_reports(options, owned, before, policies, removed, made)
    return {
        "changed": endpoints.changed(gone, policies, made),
        "changes": endpoints.changes(gone, policies, made),
        "restarted": False,
        "grants": reports,
        "notes": [f"{report['workgroup_name']}: {note}" for report in reports for note in report["notes"]],
        "endpoints": [endpoint for party in parties for endpoint in party["endpoints"]],
        "grantees": parties,
        "problems": [*failures(gone), *failures(policies), *failures(made)],
        "endpoints_in_use": in_use(options, users),
        "missing": [each["name"] for each in owned.get("missing") or ()],
    }


def _grantee_reports(
    options: Options, owned: Result, before: Result, policies: Result, removed: Mapping[str, Result], made: Result
) -> list[dict[str, Any]]:
    """What became of the endpoints of each grantee."""
    tried, first = connecting(options, owned, removed, policies), going(options, owned)
    gone = removed.get("made", {})
    shown = zip(
        _connecting_grantees(options),
        endpoints.reports(remaining(options, owned), before, made, tried),
        endpoints.party_problems(first, before, gone),
        endpoints.party_problems(tried, before, made),
        strict=True,
    )
    return [
        {"grantee": grantee["label"], "account": grantee["account"], "endpoints": some, "problems": [*stayed, *failed]}
        for grantee, some, stayed, failed in shown
    ]


def _policy_report(target: Mapping[str, Any], policy: Result) -> dict[str, Any]:
    return {
        "workgroup_name": target["workgroup_name"],
        "resource_arn": target["workgroup_arn"],
        "grants": policy.get("grants"),
        "notes": policy.get("notes") or [],
        "problem": policy["msg"] if policy.get("failed") else None,
    }


DECISIONS: Decisions = {
    "connecting": connecting,
    "endpoints_in_use": endpoints_in_use,
    "going": going,
    "granting": granting,
    "own_account": own_account,
    "result": result,
    "revoking": revoking,
    "uncovered": uncovered,
    "undecided_workgroups": undecided_workgroups,
    "wanted": wanted,
}
