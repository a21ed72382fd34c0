# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the workgroup itself can be addressed from outside: its state, its switch, its address and its name.

Facts: AWS's procedure "Connect to a publicly accessible Amazon Redshift Serverless instance" (an Elastic IP is allocated when
public access is turned on), the API's Workgroup, EC2's DescribeNetworkInterfaces, and the VPC guide on DNS attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .addresses import Version
from .checks import Check, Described, Readable, Unread, items


def listed_interfaces(workgroup: Described) -> list[Described]:
    """Return the network interfaces that GetWorkgroup names."""
    endpoints = (workgroup.get("endpoint") or {}).get("vpcEndpoints") or []
    return [interface for endpoint in endpoints for interface in endpoint.get("networkInterfaces") or []]


def workgroup_available(workgroup: Described) -> Check:
    """Tell whether AWS is changing the workgroup; meanwhile, connections may fail."""
    status = workgroup.get("status")
    remedy = f"The workgroup is {status}. Wait until it is AVAILABLE (redshift.serverless.workgroup waits), and run the check again."
    return Check("workgroup_available", "pass" if status == "AVAILABLE" else "fail", {"status": status}, remedy)


def publicly_accessible(workgroup: Described, version: Version) -> Check:
    """Tell whether the workgroup is meant to have a public address, for IPv6 whether it has one."""
    name = "publicly_accessible"
    public = bool(workgroup.get("publiclyAccessible"))
    evidence: dict[str, Any] = {"publicly_accessible": public}
    if version == 4:
        return Check(name, "pass" if public else "fail", evidence, _MAKE_PUBLIC)
    kind = workgroup.get("ipAddressType")
    found = [each["ipv6Address"] for each in listed_interfaces(workgroup) if each.get("ipv6Address")]
    evidence |= {"ip_address_type": kind, "ipv6_addresses": found}
    if kind != "dualstack" or not found:
        remedy = (
            f"The workgroup has no IPv6 address (ip_address_type is {kind}): give its subnets IPv6 CIDR blocks, and set "
            "ip_address_type: dualstack with redshift.serverless.workgroup."
        )
        return Check(name, "fail", evidence, remedy if public else f"{_MAKE_PUBLIC} {remedy}")
    return Check(name, "pass" if public else "fail", evidence, _MAKE_PUBLIC)


_MAKE_PUBLIC = (
    "Make the workgroup public: the role redshift.serverless.public_access, or publicly_accessible: true with the module "
    "redshift.serverless.workgroup."
)


def elastic_ip(workgroup: Described, version: Version, interfaces: Readable[Sequence[Described]]) -> Check:
    """Tell whether a public IPv4 address leads to the workgroup."""
    name = "elastic_ip"
    if version == 6:
        return Check(name, "not_applicable", {"reason": "IPv6 addresses are always public."})
    if not workgroup.get("publiclyAccessible"):
        return Check(name, "not_applicable", {"reason": "The workgroup is not publicly accessible."})
    if isinstance(interfaces, Unread):
        return interfaces.check(name)
    found = bearers(workgroup, interfaces)
    if found:
        return Check(name, "pass", {"elastic_ips": [_shown(each) for each in found]})
    ids = [each["networkInterfaceId"] for each in listed_interfaces(workgroup)]
    remedy = (
        "None of the workgroup's network interfaces has a public address: turn public access off and on again "
        "(publicly_accessible of redshift.serverless.workgroup), and check that the account's quota of Elastic IP addresses is not used up."
    )
    return Check(name, "fail", {"elastic_ips": [], "network_interface_ids": ids}, remedy)


def bearers(workgroup: Described, interfaces: Sequence[Described]) -> list[Described]:
    """Return the interfaces through which a public IPv4 address leads to the workgroup.

    Those that GetWorkgroup names come first. Redshift also keeps interfaces that it does not name; these carry the workgroup's
    security groups, lie in its subnets, and have Redshift in their description.
    """
    public = [each for each in interfaces if (each.get("Association") or {}).get("PublicIp")]
    listed = {each["networkInterfaceId"] for each in listed_interfaces(workgroup)}
    named = [each for each in public if each["NetworkInterfaceId"] in listed]
    return named or list(_unnamed(workgroup, public))


def _unnamed(workgroup: Described, public: Sequence[Described]) -> Iterator[Described]:
    groups, subnets = set(workgroup.get("securityGroupIds") or []), workgroup.get("subnetIds") or []
    for each in public:
        carried = {group["GroupId"] for group in each.get("Groups") or []}
        is_redshifts = "redshift" in f"{each.get('Description')} {each.get('InterfaceType')}".lower()
        if is_redshifts and groups and groups <= carried and each.get("SubnetId") in subnets:
            yield each


def _shown(interface: Described) -> dict[str, str | None]:
    return {
        "public_ip": interface["Association"]["PublicIp"],
        "allocation_id": interface["Association"].get("AllocationId"),
        "network_interface_id": interface["NetworkInterfaceId"],
        "subnet_id": interface.get("SubnetId"),
    }


def subnets_in_use(workgroup: Described, version: Version, interfaces: Readable[Sequence[Described]]) -> list[str]:
    """Return the subnets through which packets come to the workgroup.

    For IPv4 that of the interface with the public address; where that is not known, and for IPv6, those of all its interfaces
    (for IPv6 of those with an IPv6 address); without interfaces, all subnets of the workgroup.
    """
    if version == 4 and not isinstance(interfaces, Unread):
        public = [str(each["SubnetId"]) for each in bearers(workgroup, interfaces)]
        if public:
            return sorted(set(public))
    listed = listed_interfaces(workgroup)
    if version == 6:
        listed = [each for each in listed if each.get("ipv6Address")] or listed
    return sorted({str(each["subnetId"]) for each in listed} or set(workgroup.get("subnetIds") or []))


def vpc_dns(vpc: str, support: Readable[bool], hostnames: Readable[bool]) -> Check:
    """Tell whether the VPC lets names lead to public addresses.

    "If at least one of the attributes is set to false" the VPC has no public DNS host names (VPC guide): packets to the bare
    address would arrive, but the workgroup's name, which clients and the certificate use, does not lead there.
    """
    attributes = {"enableDnsSupport": support, "enableDnsHostnames": hostnames}
    known = {name: value for name, value in attributes.items() if not isinstance(value, Unread)}
    evidence = {"vpc_id": vpc, **{_SNAKE[name]: value for name, value in known.items()}}
    off = [name for name, value in known.items() if not value]
    if off:
        remedy = (
            f"Turn on {items(off)} of {vpc} (dns_support and dns_hostnames of amazon.aws.ec2_vpc_net, or "
            "public_access_enable_dns: true of the role redshift.serverless.public_access): without it the workgroup's name "
            "does not lead to its public address."
        )
        return Check("vpc_dns", "fail", evidence, remedy)
    for value in attributes.values():
        if isinstance(value, Unread):
            return value.check("vpc_dns")
    return Check("vpc_dns", "pass", evidence)


_SNAKE = {"enableDnsSupport": "enable_dns_support", "enableDnsHostnames": "enable_dns_hostnames"}
