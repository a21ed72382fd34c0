"""GetCredentials. Facts: aws-behaviour 8."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from .call import Call, database_user
from .db_roles import roles_of
from .errors import not_found, validation
from .secrets import random_password
from .state import Key, Workgroup
from .workgroups import find_workgroup

SHORTEST, LONGEST = 900, 3600
DB_NAME_LENGTH = 64


def get_credentials(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """GetCredentials: user and password for the caller's identity, 900 (default) to 3600 seconds [C: BM]."""
    workgroup = _workgroup(call, params)
    seconds = params.get("durationSeconds", SHORTEST)
    if not SHORTEST <= seconds <= LONGEST:
        raise validation(f"durationSeconds is {seconds}. It must be from {SHORTEST} to {LONGEST} seconds.")
    if len(params.get("dbName", "dev")) > DB_NAME_LENGTH:
        raise validation(f"dbName must have at most {DB_NAME_LENGTH} characters.")
    expiration = call.now + timedelta(seconds=seconds)
    user, password = database_user(call.caller), random_password(call)
    _make_login(call, workgroup, user, password, expiration)
    return {
        "dbUser": user,
        "dbPassword": password,
        "expiration": expiration,
        # Drivers refresh before the end; that it is half of the time is inferred [I].
        "nextRefreshTime": call.now + timedelta(seconds=seconds / 2),
    }


def _make_login(call: Call, workgroup: Workgroup, user: str, password: str, expiration: datetime) -> None:
    """Where a database is attached the credentials are real, with the roles of the caller's tags."""
    if call.world.databases:
        roles = roles_of(call.account, call.partition, call.caller, call.access_key)
        key = Key(call.account, call.region, workgroup.name)
        call.world.databases.issue(key, user, password, expiration, roles)


def _workgroup(call: Call, params: dict[str, Any]) -> Workgroup:
    """By name or by custom domain, one of both [C: BM]."""
    given = [name for name in ("workgroupName", "customDomainName") if name in params]
    if len(given) != 1:
        raise validation("You must specify either workgroupName or customDomainName.")
    if given == ["workgroupName"]:
        return find_workgroup(call.backend, params["workgroupName"])
    for workgroup in call.backend.workgroups.values():
        if workgroup.custom_domain and workgroup.custom_domain.name == params["customDomainName"]:
            return workgroup
    raise not_found(f"The custom domain {params['customDomainName']} doesn't exist.", params["customDomainName"])
