# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The custom domains that custom_domain_info reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ..._core.api import Api
from ..._core.changes import State
from .. import custom_domain
from ..certificates import canonical, near_expiry
from .together import each, named


def custom_domains(api: Api, params: Mapping[str, Any], warn: Callable[[str], None]) -> dict[str, Any]:
    """Read the custom domains of the caller's account (ListCustomDomainAssociations).

    Args:
        api: the service.
        params: workgroup, domain_name, certificate_arn.
        warn: told of each certificate that is near its expiry or has expired.

    Raises:
        InvalidInput: for a name that can't be one.
    """
    name, arn, now = params["domain_name"], params["certificate_arn"], datetime.now(UTC)
    given = {
        "customDomainName": None if name is None else custom_domain.checked_name(api, name),
        "customDomainCertificateArn": arn,
    }
    request = {member: value for member, value in given.items() if value is not None}
    listed = api.read_all("ListCustomDomainAssociations", request, "associations")
    found = named(listed, "workgroupName", None if params["workgroup"] is None else [params["workgroup"]])
    for state in found:
        expires = state.get("customDomainCertificateExpiryTime")
        if expires is not None and near_expiry(expires, now):
            certificate = state["customDomainCertificateArn"]
            warn(custom_domain.expiry_warning(canonical(state["customDomainName"]), certificate, expires, now))
    show = partial(_shown, api, now)
    return {"custom_domains": each(show, found, ("workgroupName", "customDomainName"))}


def _shown(api: Api, now: datetime, state: State) -> dict[str, Any] | None:
    return custom_domain.shown(api, state, now)
