# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary credentials of a database user (GetCredentials)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .._core.api import Api, botocore_version
from .._core.errors import InvalidInput, NotFound
from .._core.shapes import check_request, named_members, options_of
from .._probe.hostname import Names, NotAHost, read_host

OPTIONS: Mapping[str, str] = {
    "workgroup": "workgroupName",
    "custom_domain_name": "customDomainName",
    "db_name": "dbName",
    "duration_seconds": "durationSeconds",
}

# "The minimum is 900 seconds, and the maximum is 3600 seconds" (API reference of GetCredentials; not in botocore's model).
DURATIONS = range(900, 3601)


def get(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Ask AWS for a user and a password.

    Args:
        api: Redshift Serverless.
        params: either workgroup or custom_domain_name; db_name and duration_seconds.

    Returns:
        user, password, and as ISO 8601 in UTC expiration and next_refresh_time.

    Raises:
        RedshiftServerlessError: what AWS answered; never with a password in it.
    """
    request = named_members(params, OPTIONS)
    if ("workgroupName" in request) is ("customDomainName" in request):
        raise InvalidInput(
            "workgroup: got both or neither of workgroup and custom_domain_name; expected exactly one. Set one of them."
        )
    if "customDomainName" in request:
        request["customDomainName"] = _domain(str(request["customDomainName"]))
    duration = request.get("durationSeconds", DURATIONS[0])
    if duration not in DURATIONS:
        raise InvalidInput(f"duration_seconds: got {duration}; expected {DURATIONS[0]}-{DURATIONS[-1]}.")
    check_request(api.model, "GetCredentials", request, options_of(OPTIONS), botocore_version())
    try:
        # A repeated request only gives another password, so a lost answer is simply asked for again.
        answer = api.read_whole("GetCredentials", request, "dbPassword")
    except NotFound as error:
        named = "workgroup" if "workgroupName" in request else "custom_domain_name"
        raise InvalidInput(
            f"{named}: got {params[named]!r}; expected one of the caller's account in Region {api.region}. {error.message}. "
            "For a managed VPC endpoint, name its workgroup; for another account, assume a role with assume_role_arn."
        ) from error
    return {
        "user": answer.get("dbUser"),
        "password": answer["dbPassword"],
        "expiration": _text(answer.get("expiration")),
        "next_refresh_time": _text(answer.get("nextRefreshTime")),
    }


def _domain(name: str) -> str:
    try:
        return read_host(name, Names("custom_domain_name"))
    except NotAHost as error:
        raise InvalidInput(str(error)) from None


def _text(moment: datetime | None) -> str | None:
    """Times come from botocore in the zone of the machine."""
    return moment.astimezone(UTC).isoformat() if moment else None
