# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From workgroups to hosts: their names and their variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._core.ids import read_arn
from ..config_parameters import REQUIRE_SSL, USE_FIPS_SSL

Variables = dict[str, Any]

# What the playbooks of this collection give to every module, and the modules' options.
PREFIX = "redshift_serverless_"

# The variables by which roles and playbooks take a workgroup.
ROLE_VARIABLES = (
    "client_workgroup",
    "connectivity_workgroup",
    "cross_account_vpc_workgroup",
    "federated_roles_workgroup",
    "public_access_workgroup",
    "ssl_workgroup",
    "vpc_endpoint_workgroup",
)
# The role cross_account_vpc acts in two accounts, and takes the owner's identity by variables of its own.
OWNER_ROLE_VARIABLES = {
    "assume_role_arn": "cross_account_vpc_owner_assume_role_arn",
    "assume_role_external_id": "cross_account_vpc_owner_assume_role_external_id",
}


def described(row: Mapping[str, Any]) -> Variables:
    """A workgroup with what its members only imply: account, Region, partition and SSL."""
    arn = read_arn(row["workgroup_arn"])
    parameters = row.get("config_parameters") or {}
    switches = {name: _switch(parameters.get(name)) for name in (REQUIRE_SSL, USE_FIPS_SSL)}
    return {**row, **switches, "account_id": arn.account, "region": arn.region, "partition": arn.partition}


def _switch(text: str | None) -> bool | None:
    return None if text is None else text.lower() == "true"


def host_variables(
    workgroup: Mapping[str, Any], identity: Mapping[str, Any], prefix: str, role_variables: bool
) -> Variables:
    """The variables of a host.

    Args:
        workgroup: as `described` makes it.
        identity: what tasks need to act in its account, by the modules' options.
        prefix: what the names of the workgroup's members begin with.
        role_variables: whether roles and playbooks shall find the workgroup.
    """
    variables = {f"{prefix}{member}": value for member, value in workgroup.items()}
    # The playbooks of this collection know these two by these names, whatever the prefix.
    for_tasks = {f"{PREFIX}{option}": value for option, value in identity.items()}
    variables.update({**for_tasks, f"{PREFIX}region": workgroup["region"]})
    if role_variables:
        variables.update(dict.fromkeys(ROLE_VARIABLES, workgroup["workgroup_name"]))
        variables.update(
            {name: identity[option] for option, name in OWNER_ROLE_VARIABLES.items() if option in identity}
        )
    return variables


def unique_name(workgroup: Mapping[str, Any]) -> str:
    """A name that no other workgroup of any account and Region has, as its endpoint's address begins."""
    return f"{workgroup['workgroup_name']}.{workgroup['account_id']}.{workgroup['region']}"


def host_names(preferred: Sequence[str | None], unique: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """One name for each host; two of one name would be one host, and a workgroup would be missing.

    Args:
        preferred: what each should be called, None where nothing is preferred.
        unique: names that differ, which those get that would share one.

    Returns:
        the names, and what was preferred by several, with the names that they got.
    """
    chosen = [name or other for name, other in zip(preferred, unique, strict=True)]
    shared: dict[str, list[str]] = {}
    # A unique name may be what another host prefers, which then has to give way too.
    while doubles := {name for name, times in Counter(chosen).items() if times > 1} - {*shared}:
        for name in sorted(doubles):
            shared[name] = [other for mine, other in zip(chosen, unique, strict=True) if mine == name]
        chosen = [other if name in doubles else name for name, other in zip(chosen, unique, strict=True)]
    return chosen, shared


def in_order(rows: Iterable[Variables]) -> list[Variables]:
    """Each workgroup once, however many of the accounts that were asked are the same: the first counts.

    AWS promises no order of a list, and a part of the hosts by number (`--limit group[0:9]`) has to be the same in each run.
    """
    found: dict[str, Variables] = {}
    for row in rows:
        found.setdefault(str(row["workgroup_arn"]), row)
    return sorted(found.values(), key=lambda row: (row["account_id"], row["region"], row["workgroup_name"]))
