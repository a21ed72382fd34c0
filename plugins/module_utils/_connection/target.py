# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a client connects to: read from a workgroup, a managed VPC endpoint or a custom domain as the modules return them.

The drivers take the workgroup's name, its account and its region from the host name, by one and the same pattern. The host
name of a managed endpoint has the same shape and the endpoint's name in the workgroup's place, a custom domain has none of
it, and redshift_connector misreads the suffix of the China partition. `Target.told_by_host` says whether the host name can
be left to the drivers.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.answers import kind_of
from .._core.errors import InvalidInput
from .._core.ids import account_in, account_problem, read_arn
from .._probe.hostname import DEFAULT_PORT, Names, NotAHost, is_address, read_host

WORKGROUP, ENDPOINT, CUSTOM_DOMAIN = "workgroup", "endpoint", "custom domain"

_OWN_HOST = re.compile(r"([^.]+)\.(\d{12})\.([a-z0-9-]+)\.redshift-serverless\.amazonaws\.com(\.cn)?")
_DNS_NAME = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_NOT_READY = (
    "Wait until AWS has created it (state: present with wait: true does). In check mode there is no address before the first "
    "real run."
)


@dataclass(frozen=True)
class Target:
    """Where to connect to, and what the drivers must know beside the host name.

    Attributes:
        kind: WORKGROUP, ENDPOINT or CUSTOM_DOMAIN.
        host: a DNS name or an IP address, IPv6 without brackets.
        port: the TCP port.
        workgroup: the name of the workgroup.
        region: the region of the workgroup.
        account: the account that owns the workgroup; None when nothing tells it (only the drivers' caches use it).
        port_is_assumed: nothing told the port.
        hostaddr: an IP address to connect to instead of where DNS leads `host`; the certificate is verified for `host`.
        certified: the names that the workgroup's certificate is for, where they are known and `host` is none of them, as it is
            at the near end of a tunnel.
    """

    kind: str
    host: str
    port: int
    workgroup: str
    region: str
    account: str | None
    port_is_assumed: bool = False
    hostaddr: str | None = None
    certified: tuple[str, ...] = ()

    @property
    def told_by_host(self) -> bool:
        """Whether every driver reads workgroup, account and region rightly out of the host name."""
        match = _OWN_HOST.fullmatch(self.host)
        return bool(
            match
            and match[1] == self.workgroup
            and match[2] == self.account
            and match[3] == self.region
            and not match[4]
        )

    @property
    def is_ipv6(self) -> bool:
        """Whether the host is an IPv6 address."""
        return ":" in self.host

    @property
    def host_in_url(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if self.is_ipv6 else self.host


def read_target(
    value: Any,
    *,
    workgroup: Any = None,
    owner_account: Any = None,
    region: str | None = None,
    port: Any = None,
    hostaddr: Any = None,
    use_custom_domain: bool = False,
) -> Target:
    """Read what the modules return.

    Args:
        value: a workgroup (`endpoint` with `address` and `port`), an endpoint (`address`, `port`, `workgroup_name`) or a
            custom domain association (`custom_domain_name`, `workgroup_name`).
        workgroup: the workgroup behind an endpoint or a custom domain, where it is at hand.
        owner_account: the account of the workgroup, where that is not told otherwise.
        region: its region, likewise.
        port: the port, for a custom domain association, which has none.
        hostaddr: an IP address to connect to instead of where DNS leads the host.
        use_custom_domain: connect to the custom domain of a workgroup.

    Raises:
        InvalidInput: no address yet, or something that cannot be a workgroup, an endpoint or a custom domain.
    """
    _refuse_other_types(value, workgroup)
    behind = value if "endpoint" in value else workgroup or {}
    kind, address, told_port = _address(value, behind, use_custom_domain)
    host = _host(address, "custom_domain_name" if kind == CUSTOM_DOMAIN else "address")
    name = _workgroup_name(value, behind)
    number = port if port is not None else told_port
    return Target(
        kind=kind,
        host=host,
        port=_port(DEFAULT_PORT if number is None else number),
        workgroup=name,
        region=_region(value, behind, host, region),
        account=_account(value, behind, owner_account),
        port_is_assumed=number is None,
        hostaddr=None if hostaddr is None else _hostaddr(hostaddr),
        certified=_certified(value, behind, host) if kind == CUSTOM_DOMAIN else (),
    )


def _refuse_other_types(value: Any, workgroup: Any) -> None:
    if not isinstance(value, Mapping):
        raise InvalidInput(
            f"connection_strings: got {kind_of(value)}; expected a workgroup, an endpoint or a custom domain as a dictionary."
            f"{_pass_one(value)}"
        )
    if workgroup is not None and not isinstance(workgroup, Mapping):
        raise InvalidInput(
            f"workgroup: got {kind_of(workgroup)}; expected a workgroup as redshift.serverless.workgroup returns it."
            f"{_pass_one(workgroup)}"
        )


def _address(value: Mapping[str, Any], behind: Mapping[str, Any], use_custom_domain: bool) -> tuple[str, Any, Any]:
    """Return what kind it is, its host and its port."""
    own = behind.get("endpoint") or {}
    own_port = own.get("port") or behind.get("port")
    if "endpoint" in value:
        if use_custom_domain:
            return CUSTOM_DOMAIN, _custom_domain(value), own_port
        return WORKGROUP, _existing(own.get("address"), value, "workgroup_name", "status"), own_port
    if "address" in value:
        if use_custom_domain:
            return CUSTOM_DOMAIN, _custom_domain(behind), value.get("port") or own_port
        host = _existing(value["address"], value, "endpoint_name", "endpoint_status")
        return (WORKGROUP if host == own.get("address") else ENDPOINT), host, value.get("port") or own_port
    if value.get("custom_domain_name"):
        return CUSTOM_DOMAIN, value["custom_domain_name"], value.get("port") or own_port
    known = ", ".join(sorted(str(name) for name in value)) or "nothing"
    raise InvalidInput(
        f"connection_strings: got a dictionary with {known}; expected a workgroup (with endpoint), an endpoint (with address) or a custom "
        "domain (with custom_domain_name). From a registered result, pass the part, such as result.workgroup or result.endpoint."
    )


def _existing(address: Any, value: Mapping[str, Any], name: str, status: str) -> Any:
    if address:
        return address
    state = f" (status {value[status]})" if value.get(status) else ""
    raise InvalidInput(
        f"connection_strings: got {value.get(name) or 'a resource'}, which has no address yet{state}; expected one with an address. {_NOT_READY}"
    )


def _custom_domain(behind: Mapping[str, Any]) -> Any:
    if behind.get("custom_domain_name"):
        return behind["custom_domain_name"]
    raise InvalidInput(
        f"use_custom_domain: got true; expected false, since {behind.get('workgroup_name') or 'the workgroup'} has no custom_domain_name."
    )


def _workgroup_name(value: Mapping[str, Any], behind: Mapping[str, Any]) -> str:
    names = {str(each["workgroup_name"]) for each in (value, behind) if each.get("workgroup_name")}
    if len(names) > 1:
        raise InvalidInput(
            f"workgroup: got {behind['workgroup_name']}; expected {value['workgroup_name']}, to which the endpoint or domain leads."
        )
    if names:
        return names.pop()
    raise InvalidInput(
        "workgroup: got nothing; expected the workgroup behind the endpoint or domain, which IAM logins need. Set workgroup."
    )


def _region(value: Mapping[str, Any], behind: Mapping[str, Any], host: Any, region: str | None) -> str:
    told = _OWN_HOST.fullmatch(str(host))
    found = (
        region
        or read_arn(behind.get("workgroup_arn")).region
        or (told[3] if told else None)
        or _of_address(behind, 3)
        or read_arn(value.get("endpoint_arn")).region
        or read_arn(value.get("custom_domain_certificate_arn")).region
    )
    if found and re.fullmatch(r"[a-z0-9-]+", str(found)):
        return str(found)
    if found:
        raise InvalidInput(f"region: got {found!r}; expected a Region such as eu-central-1.")
    raise InvalidInput(
        f"region: got nothing; expected the Region of {host}, which IAM logins need. Set region, or workgroup with its workgroup_arn."
    )


def _account(value: Mapping[str, Any], behind: Mapping[str, Any], owner_account: Any) -> str | None:
    """The owner of the workgroup. An endpoint is in its workgroup's account unless told otherwise, as for endpoint_access."""
    if owner_account is not None:
        problem = account_problem("owner_account", owner_account)
        if problem:
            raise InvalidInput(problem)
        return str(owner_account).strip()
    return (
        account_in(behind.get("workgroup_arn"))
        or _of_address(behind, 2)
        or account_in(value.get("endpoint_arn"))
        or account_in(value.get("custom_domain_certificate_arn"))
    )


def _of_address(workgroup: Mapping[str, Any], part: int) -> str | None:
    """Return the account (2) or the region (3) of a workgroup's own address."""
    match = _OWN_HOST.fullmatch(str((workgroup.get("endpoint") or {}).get("address") or ""))
    return match[part] if match else None


def _host(host: Any, option: str) -> str:
    try:
        bare = read_host(str(host), Names(option))
    except NotAHost as error:
        raise InvalidInput(str(error)) from None
    # A zone of IPv6 is of one host only, and no driver takes it.
    if "%" in bare or not (is_address(bare) or _DNS_NAME.fullmatch(bare)):
        raise InvalidInput(f"{option}: got {str(host)!r}; expected a DNS name or an IP address.")
    return str(ipaddress.ip_address(bare)) if is_address(bare) else bare


def _hostaddr(address: Any) -> str:
    """Return an IP address as libpq wants it, which takes no name there."""
    try:
        return str(ipaddress.ip_address(_host(address, "hostaddr")))
    except ValueError:
        raise InvalidInput(
            f"hostaddr: got {str(address)!r}; expected an IP address, since libpq accepts no name there."
        ) from None


def _certified(value: Mapping[str, Any], behind: Mapping[str, Any], host: str) -> tuple[str, ...]:
    """Return the names of the workgroup's certificate; empty where they are not known, and where `host` is one of them."""
    own = (behind.get("endpoint") or {}).get("address")
    names = tuple(str(name).lower() for name in (own, behind.get("custom_domain_name")) if name)
    # An association that AWS has is a name of the certificate, whatever was read of the workgroup before it.
    known = own and not value.get("custom_domain_certificate_arn")
    return names if known and host not in names else ()


def _port(port: Any) -> int:
    if not isinstance(port, bool) and re.fullmatch(r"\d{1,5}", str(port)) and 1 <= int(port) <= 65535:
        return int(port)
    raise InvalidInput(f"port: got {port!r}; expected 1-65535.")


def _pass_one(value: Any) -> str:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return " Pass one workgroup, such as result.workgroups[0]." if is_list else ""
