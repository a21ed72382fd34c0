# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach import addressing
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Unread

Members = dict[str, Any]
UNREAD = Unread("ec2:DescribeNetworkInterfaces", "not authorized", denied=True)


def listed(number: int, **members: Any) -> Members:
    return {"networkInterfaceId": f"eni-{number}", "subnetId": f"subnet-{number}", **members}


def workgroup(*interfaces: Members, **members: Any) -> Members:
    return {
        "workgroupName": "sales",
        "status": "AVAILABLE",
        "publiclyAccessible": True,
        "ipAddressType": "ipv4",
        "securityGroupIds": ["sg-1"],
        "subnetIds": ["subnet-1", "subnet-2", "subnet-3"],
        "endpoint": {"vpcEndpoints": [{"vpcId": "vpc-1", "networkInterfaces": list(interfaces)}]},
        **members,
    }


def eni(number: int, public_ip: str | None = None, **members: Any) -> Members:
    association = {"Association": {"PublicIp": public_ip, "AllocationId": "eipalloc-1"}} if public_ip else {}
    return {
        "NetworkInterfaceId": f"eni-{number}",
        "SubnetId": f"subnet-{number}",
        "Groups": [{"GroupId": "sg-1"}],
        "Description": "VPC Endpoint Interface vpce-1",
        **association,
        **members,
    }


THREE = [listed(1), listed(2), listed(3)]


@pytest.mark.parametrize("status", ["CREATING", "MODIFYING", "DELETING"])
def test_only_an_available_workgroup_is_available(status: str) -> None:
    assert addressing.workgroup_available(workgroup()).verdict == "pass"
    check = addressing.workgroup_available(workgroup(status=status))
    assert (check.verdict, check.evidence) == ("fail", {"status": status})
    assert status in (check.remedy or "")


def test_the_switch() -> None:
    assert addressing.publicly_accessible(workgroup(), 4).verdict == "pass"
    check = addressing.publicly_accessible(workgroup(publiclyAccessible=False), 4)
    assert check.verdict == "fail"
    assert "publicly_accessible: true" in (check.remedy or "") and "public_access" in (check.remedy or "")


@pytest.mark.parametrize(
    ("members", "interface", "verdict"),
    [
        ({"ipAddressType": "dualstack"}, listed(1, ipv6Address="2001:db8::7"), "pass"),
        ({"ipAddressType": "dualstack"}, listed(1), "fail"),
        ({}, listed(1, ipv6Address="2001:db8::7"), "fail"),
        ({"ipAddressType": "dualstack", "publiclyAccessible": False}, listed(1, ipv6Address="2001:db8::7"), "fail"),
    ],
)
def test_ipv6_needs_an_address_of_its_own(members: Members, interface: Members, verdict: str) -> None:
    assert addressing.publicly_accessible(workgroup(interface, **members), 6).verdict == verdict


def test_the_elastic_ip_is_that_of_an_interface_of_the_workgroup() -> None:
    check = addressing.elastic_ip(workgroup(*THREE), 4, [eni(1), eni(2, "198.51.100.7"), eni(9, "198.51.100.9")])

    assert check.verdict == "pass"
    assert check.evidence["elastic_ips"] == [
        {
            "public_ip": "198.51.100.7",
            "allocation_id": "eipalloc-1",
            "network_interface_id": "eni-2",
            "subnet_id": "subnet-2",
        }
    ]


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"Description": "RedshiftNetworkInterface", "SubnetId": "subnet-3"}, True),
        ({"InterfaceType": "redshift_serverless", "SubnetId": "subnet-3"}, True),
        ({"SubnetId": "subnet-3"}, False),
        ({"Description": "RedshiftNetworkInterface"}, False),
        ({"Description": "RedshiftNetworkInterface", "SubnetId": "subnet-3", "Groups": [{"GroupId": "sg-2"}]}, False),
    ],
)
def test_an_interface_that_is_not_named_counts_when_it_is_redshifts(members: Members, found: bool) -> None:
    interfaces = [eni(1), eni(9, "198.51.100.9", **members)]

    assert addressing.elastic_ip(workgroup(*THREE), 4, interfaces).verdict == ("pass" if found else "fail")
    subnets = addressing.subnets_in_use(workgroup(*THREE), 4, interfaces)
    assert subnets == (["subnet-3"] if found else ["subnet-1", "subnet-2", "subnet-3"])


def test_without_an_elastic_ip_no_packet_arrives() -> None:
    check = addressing.elastic_ip(workgroup(*THREE), 4, [eni(1), eni(2)])

    assert (check.verdict, check.evidence["network_interface_ids"]) == ("fail", ["eni-1", "eni-2", "eni-3"])
    assert addressing.elastic_ip(workgroup(*THREE), 4, UNREAD).evidence["missing_permission"] == UNREAD.action


def test_an_elastic_ip_is_not_asked_for_where_there_can_be_none() -> None:
    assert addressing.elastic_ip(workgroup(publiclyAccessible=False), 4, UNREAD).verdict == "not_applicable"
    assert addressing.elastic_ip(workgroup(), 6, UNREAD).verdict == "not_applicable"


def test_the_subnets_in_use() -> None:
    two = workgroup(listed(1, ipv6Address="2001:db8::7"), listed(2))
    public = [eni(1), eni(2, "198.51.100.7")]

    assert addressing.subnets_in_use(two, 4, public) == ["subnet-2"]
    assert addressing.subnets_in_use(two, 4, UNREAD) == ["subnet-1", "subnet-2"]
    assert addressing.subnets_in_use(two, 4, []) == ["subnet-1", "subnet-2"]
    assert addressing.subnets_in_use(two, 6, public) == ["subnet-1"]
    assert addressing.subnets_in_use(workgroup(endpoint={}), 4, []) == ["subnet-1", "subnet-2", "subnet-3"]


@pytest.mark.parametrize(
    ("support", "hostnames", "verdict", "named"),
    [
        (True, True, "pass", ""),
        (True, False, "fail", "Turn on enableDnsHostnames of vpc-1"),
        (False, True, "fail", "Turn on enableDnsSupport of vpc-1"),
        (False, False, "fail", "Turn on enableDnsSupport, enableDnsHostnames of vpc-1"),
        (True, UNREAD, "unknown", UNREAD.action),
        (UNREAD, True, "unknown", UNREAD.action),
        (UNREAD, False, "fail", "enableDnsHostnames"),
    ],
)
def test_both_dns_attributes_are_needed(support: Any, hostnames: Any, verdict: str, named: str) -> None:
    check = addressing.vpc_dns("vpc-1", support, hostnames)

    assert check.verdict == verdict
    assert named in (check.remedy or "")
