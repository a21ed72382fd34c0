# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role cross_account_vpc: its variables, whether grants and endpoints fit together, and its report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.ids import account_in, account_problem
from .._policy import grants as access
from .._redshift import endpoint_preflight as preflight
from . import endpoints
from .common import Context, Decisions, Options, Result, item, ran, unique

ROLE = "cross_account_vpc"
GRANTS = f"{ROLE}_grants"
CONNECTION = ("profile", "assume_role_arn", "assume_role_external_id")


def problems(options: Options, context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    revokes = context.entry_point == "revoke"
    anyone = revokes or bool(options.get("allow_any_account"))
    grants = options.get("grants") or ()
    found = access.problems(grants, anyone, GRANTS, f"{ROLE}_allow_any_account")
    if "owner_account" in options:
        found += filter(None, [account_problem(f"{ROLE}_owner_account", options["owner_account"])])
    found += _undecided(options)
    return found + (_revocation_problems(options) if revokes else [])


def _undecided(options: Options) -> list[str]:
    workgroups = unique(options.get("workgroup") or ())
    names = [
        entry["name"]
        for entry in options.get("endpoints") or ()
        if preflight.is_present(entry) and "name" in entry and "workgroup" not in entry
    ]
    if len(workgroups) < 2 or not names:
        return []
    return [
        f"{ROLE}_endpoints: got {', '.join(names)} without a workgroup; expected one of {', '.join(workgroups)}. Give each endpoint "
        "the key workgroup."
    ]


def _revocation_problems(options: Options) -> list[str]:
    found = []
    if not options.get("grants") and not options.get("revoke_all"):
        found.append(
            f"{GRANTS}: got nobody; expected whose access to revoke. To revoke everybody's, set {ROLE}_revoke_all to true."
        )
    if options.get("fail_on_endpoints_in_use") and not _sees_grantee(options):
        found.append(
            f"{ROLE}_fail_on_endpoints_in_use: got true without the grantee's identity; expected {ROLE}_grantee_profile or "
            f"{ROLE}_grantee_assume_role_arn. Only the grantee sees its endpoints."
        )
    return found


def _sees_grantee(options: Options) -> bool:
    return any(f"grantee_{name}" in options for name in ("profile", "assume_role_arn"))


def settings(options: Options, context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        workgroups: the names, each once.
        endpoints: the endpoints; none where none were given, and with disconnect all are to go.
        owner: the connection options of the owner; where none were given, those of the play.
        grantee: the connection options of the grantee; where none were given, those of the play.
        sees_grantee: whether the grantee's identity was given.
        grants_access: whether grants were given.
        needs_owner: whether the workgroups are read as their owner.
    """
    entries = [dict(entry) for entry in options.get("endpoints") or ()]
    if context.entry_point == "disconnect":
        entries = [{**entry, "state": "absent"} for entry in entries]
    return {
        "workgroups": unique(options.get("workgroup") or ()),
        "endpoints": entries,
        "owner": _connection(options, "owner") or dict(context.identity),
        "grantee": _connection(options, "grantee") or dict(context.identity),
        "sees_grantee": _sees_grantee(options),
        "grants_access": "grants" in options,
        "needs_owner": "grants" in options or "owner_account" not in options,
    }


def _connection(options: Options, side: str) -> dict[str, Any]:
    return {name: options[f"{side}_{name}"] for name in CONNECTION if f"{side}_{name}" in options}


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
    return access.own_account_problems(_grants(options), _owner_account(options, owned), GRANTS)


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
        "entries": [{**workgroup, **known, **entry} for entry in options["endpoints"]],
        "caller": options["grantee"],
        "variable": f"{ROLE}_endpoints",
        "place": "of the grantee's account",
        "preflight": True,
        # The grantee may have the right to create endpoints and none to look around.
        "tolerate_denial": True,
        "quota": 0,
        "rules": False,
        "ports": {},
        "wait_timeout": options["wait_timeout"],
        "wait_delay": options["wait_delay"],
    }


def going(options: Options, owned: Result) -> endpoints.Wanted:
    """Return the endpoints to remove before grants are changed.

    Once access is revoked, AWS lets the grantee neither read nor delete an endpoint. So where this run may revoke any, what it
    removes goes first.
    """
    some = wanted(options, owned)
    revokes = options["grants_access"] and options.get("purge_grants")
    some["entries"] = [entry for entry in some["entries"] if revokes and not preflight.is_present(entry)]
    return some


def remaining(options: Options, owned: Result) -> endpoints.Wanted:
    """Return the endpoints to create, change or remove after grants are changed."""
    some, gone = wanted(options, owned), going(options, owned)["entries"]
    some["entries"] = [entry for entry in some["entries"] if entry not in gone]
    return some


def _places(options: Options, owned: Result, before: Result, network: Result) -> Iterator[dict[str, Any]]:
    """Each endpoint to create, with the VPC and the account that it will be in."""
    subnets = {subnet["subnet_id"]: subnet for subnet in network.get("subnets") or ()}
    for entry in endpoints.new_endpoints(wanted(options, owned), before):
        for subnet in [subnets[each] for each in entry.get("subnet_ids") or () if each in subnets][:1]:
            account = account_in(options["grantee"].get("assume_role_arn")) or subnet.get("owner_id")
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
        f"{place['workgroup']}. Add the VPC to {GRANTS}, or use subnets of a VPC that has access."
        for place in _uncovered(options, owned, before, network, granted)
    ]


def in_use(options: Options, users: Result) -> list[dict[str, Any]] | None:
    """Return the endpoints that the revoked access was for; None where they can't be seen.

    Args:
        options: the role's variables.
        users: the grantee's endpoints to workgroups of the owner.
    """
    if not options["sees_grantee"]:
        return None
    revoked = _grants(options) or (access.Grant("*"),)
    return [
        endpoint
        for endpoint in endpoints.found_in(users)
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
    ready: Result,
) -> dict[str, Any]:
    """Return `cross_account_vpc_result` from the registered results of the role's tasks.

    Args:
        options: the role's variables.
        owned: the workgroups as their owner sees them.
        before: the grantee's endpoints as they were read.
        policies: the results of the loop over the policies.
        users: the grantee's endpoints to workgroups of the owner.
        removed: what was `made` and `ready` of the endpoints that went before the grants were changed.
        made: the results of the loop over the other endpoints.
        ready: the endpoints after the wait, where there was one.
    """
    gone = removed.get("made", {})
    reports = [_policy_report(each) for each in ran(policies)]
    return {
        "changed": endpoints.changed(gone, policies, made),
        "changes": endpoints.changes(gone, policies, made),
        "restarted": False,
        "grants": reports,
        "notes": [f"{report['workgroup_name']}: {note}" for report in reports for note in report["notes"]],
        "endpoints": endpoints.reports(remaining(options, owned), before, made, ready),
        "endpoints_in_use": in_use(options, users),
        "missing": [each["name"] for each in owned.get("missing") or ()],
    }


def _policy_report(policy: Result) -> dict[str, Any]:
    return {
        "workgroup_name": item(policy)["workgroup_name"],
        "resource_arn": item(policy)["workgroup_arn"],
        "grants": policy["grants"],
        "notes": policy["notes"],
    }


DECISIONS: Decisions = {
    "endpoints_in_use": endpoints_in_use,
    "going": going,
    "own_account": own_account,
    "remaining": remaining,
    "result": result,
    "targets": targets,
    "uncovered": uncovered,
    "undecided_workgroups": undecided_workgroups,
    "wanted": wanted,
}
