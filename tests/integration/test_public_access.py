# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role public_access and its playbook."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.public_access"
OFFICE, HOME = "203.0.113.0/24", "198.51.100.7/32"
MARK = "redshift.serverless public_access: workgroup sales"
PUBLIC = {"public_access_workgroup": "sales", "public_access_state": "public", "public_access_source_cidrs": OFFICE}
PRIVATE = {"public_access_workgroup": "sales", "public_access_state": "private"}
REPAIRED = {
    **PUBLIC,
    "public_access_create_internet_gateway": "yes",
    "public_access_create_route": "true",
    "public_access_enable_dns": "true",
}


@pytest.fixture
def guarded(estate: Estate) -> Estate:
    """The workgroup sales, and a rule of somebody else for its port."""
    theirs = {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 6000}
    ranges = [{"CidrIp": "192.0.2.0/24", "Description": "theirs"}, {"CidrIp": "10.0.0.0/8", "Description": "inside"}]
    estate.ec2.authorize_security_group_ingress(GroupId=estate.group, IpPermissions=[{**theirs, "IpRanges": ranges}])
    estate.emulator.clear_requests()
    return estate


THEIRS = {"192.0.2.0/24": "5000-6000 theirs", "10.0.0.0/8": "5000-6000 inside"}


@pytest.fixture
def connected(guarded: Estate) -> Estate:
    """The same, and its VPC with a way to the internet."""
    guarded.route(guarded.attach_gateway())
    guarded.emulator.clear_requests()
    return guarded


def way(estate: Estate) -> dict[str, Any]:
    """What leads from the internet into the VPC of sales, and the tags that say whose it is."""
    filters = [{"Name": "vpc-id", "Values": [estate.vpc]}]
    (table,) = estate.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    hostnames = estate.ec2.describe_vpc_attribute(VpcId=estate.vpc, Attribute="enableDnsHostnames")
    (vpc,) = estate.ec2.describe_vpcs(VpcIds=[estate.vpc])["Vpcs"]
    return {
        "gateways": [each["InternetGatewayId"] for each in estate.ec2.describe_internet_gateways()["InternetGateways"]],
        "routes": {
            route["DestinationCidrBlock"]: route["GatewayId"]
            for route in table["Routes"]
            if route["GatewayId"] != "local"
        },
        "hostnames": hostnames["EnableDnsHostnames"]["Value"],
        "tags": sorted(tag["Key"] for tag in [*table["Tags"], *vpc.get("Tags", [])]),
    }


NO_WAY: dict[str, Any] = {"gateways": [], "routes": {}, "hostnames": False, "tags": []}


def test_from_a_vpc_with_nothing_to_public_and_back(ansible: Ansible, guarded: Estate) -> None:
    guarded.ec2.modify_vpc_attribute(VpcId=guarded.vpc, EnableDnsHostnames={"Value": False})
    guarded.emulator.clear_requests()
    assert way(guarded) == NO_WAY

    done, again = ansible.four_steps(PLAYBOOK, REPAIRED)

    marked = ["CreateTags", "ModifyVpcAttribute", "CreateInternetGateway", "AttachInternetGateway"]
    marked += ["CreateTags", "CreateRoute"]
    assert ansible.writes() == [*marked, "AuthorizeSecurityGroupIngress", "UpdateWorkgroup"]
    made = way(guarded)
    assert made["routes"] == {"0.0.0.0/0": made["gateways"][0]}
    assert made["hostnames"]
    assert guarded.rules() == {OFFICE: f"5439-5439 {MARK}", **THEIRS}
    (repair,) = done.facts["public_access_result"]["repairs"]
    assert repair["own"]["internet_gateway"]
    assert made["gateways"] == [repair["internet_gateway_id"]]
    for run in (done, again):
        (proof,) = run.facts["public_access_result"]["proof"]
        assert proof["sources"][0]["reachable"] is True
        assert proof["summary"] == f"The workgroup sales (port 5439) can be reached from {OFFICE}."

    position = guarded.emulator.position()
    done, again = ansible.four_steps(PLAYBOOK, PRIVATE)

    undone = ["DeleteRoute", "DeleteTags", "DetachInternetGateway", "DeleteInternetGateway"]
    undone += ["ModifyVpcAttribute", "DeleteTags"]
    assert ansible.writes(position) == ["UpdateWorkgroup", "RevokeSecurityGroupIngress", *undone]
    assert way(guarded) == NO_WAY
    assert guarded.rules() == THEIRS
    for run in (done, again):
        (open_rule,) = run.facts["public_access_result"]["remaining_open_rules"]
        assert (open_rule["cidr"], open_rule["from_port"], open_rule["description"]) == ("192.0.2.0/24", 5000, "theirs")


def test_what_others_made_stays_and_what_is_not_known_is_told(ansible: Ansible, connected: Estate) -> None:
    connected.ec2.modify_vpc_attribute(VpcId=connected.vpc, EnableDnsHostnames={"Value": False})
    connected.emulator.settings(deny=[{"action": "ec2:DescribeNetworkAcls"}])
    before = way(connected)
    answers = {**REPAIRED, "public_access_source_cidrs": "0.0.0.0/0", "public_access_allow_anyone": "yes"}
    position = connected.emulator.position()
    opened = ansible.run(PLAYBOOK, answers)
    assert opened.code == 0, opened.message
    assert ansible.writes(position)[:2] == ["CreateTags", "ModifyVpcAttribute"]
    assert (way(connected)["routes"], way(connected)["gateways"]) == (before["routes"], before["gateways"])
    assert connected.rules()["0.0.0.0/0"] == f"5439-5439 {MARK}"
    result = opened.facts["public_access_result"]
    assert result["proof"][0]["sources"][0]["reachable"] is None
    assert len(result["unknown"]) == 2
    assert all("Allow ec2:DescribeNetworkAcls" in words for words in result["unknown"])

    position = connected.emulator.position()
    assert not ansible.run(PLAYBOOK, answers).changed
    assert connected.emulator.calls(position, service=None).count("DescribeInternetGateways") == 1

    closed = ansible.run(PLAYBOOK, {**PRIVATE, "public_access_fail_on_open_rules": "yes"})
    assert closed.code != 0
    assert "still let the internet in at the workgroup's port" in closed.message
    assert "for 192.0.2.0/24." in closed.message
    assert not connected.workgroup()["publiclyAccessible"]
    assert way(connected) == before
    assert connected.rules() == THEIRS


def give_somebody_a_public_address(estate: Estate) -> str:
    """A network interface of others in a subnet of sales, with an Elastic IP address; gives its id."""
    interface = estate.ec2.create_network_interface(SubnetId=estate.workgroup()["subnetIds"][0])["NetworkInterface"]
    address = estate.ec2.allocate_address(Domain="vpc")["AllocationId"]
    estate.ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface["NetworkInterfaceId"])
    return str(interface["NetworkInterfaceId"])


def test_a_killed_run_is_finished_and_what_others_came_to_use_stays(ansible: Ansible, guarded: Estate) -> None:
    ansible.kill_after("CreateInternetGateway", PLAYBOOK, REPAIRED)
    position = guarded.emulator.position()
    assert ansible.run(PLAYBOOK, REPAIRED).code == 0
    assert "CreateInternetGateway" not in ansible.writes(position)
    assert guarded.workgroup()["publiclyAccessible"]
    made = way(guarded)
    assert made["routes"] == {"0.0.0.0/0": made["gateways"][0]}

    guarded.redshift.update_workgroup(workgroupName="sales", port=5440)
    guarded.emulator.advance(900)
    moved = {**PUBLIC, "public_access_source_cidrs": [HOME]}
    assert ansible.run(PLAYBOOK, moved).code == 0
    assert guarded.rules() == {HOME: f"5440-5440 {MARK}", **THEIRS}

    user = give_somebody_a_public_address(guarded)
    closed = ansible.run(PLAYBOOK, PRIVATE)
    assert closed.code == 0, closed.message
    assert not guarded.workgroup()["publiclyAccessible"]
    assert way(guarded) == made
    (repair,) = closed.facts["public_access_result"]["repairs"]
    assert [each["kind"] for each in repair["left"]] == ["route", "internet_gateway"]
    assert user in repair["left"][0]["reason"]


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"public_access_source_cidrs": "0.0.0.0/0"}, "everybody on the internet"),
    ({"public_access_source_cidrs": "0.0.0.0/1, 128.0.0.0/1"}, "set public_access_allow_anyone: true"),
    ({"public_access_source_cidrs": ""}, "public_access_source_cidrs: got nothing; expected the networks"),
    ({"public_access_source_cidrs": "203.0.113.0/33"}, "public_access_source_cidrs: got '203.0.113.0/33'"),
    ({"public_access_source_cidrs": "10.1.0.0/16"}, "is no network of the internet"),
    ({"public_access_source_cidrs": "2001:db8::/32"}, "The workgroup has no IPv6 address"),
    ({"public_access_state": "open"}, "public_access_state"),
    ({"public_access_state": ""}, "public_access_state"),
    ({"public_access_workgroup": "salse"}, "public_access_workgroup: no workgroup 'salse' in account"),
    ({"public_access_security_group_id": "sg-0000000000000dead"}, "none of the security groups of sales; expected one"),
    ({"public_access_mode": "public"}, "public_access_mode: is not a variable of the role public_access."),
]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, connected: Estate) -> None:
    messages = ansible.refusals("public_access", PUBLIC, [answers for answers, _words in REFUSALS])
    for message, (answers, words) in zip(messages, REFUSALS, strict=True):
        assert words in message, answers


def test_what_is_missing_of_the_way_is_named_before_anything_is_opened(ansible: Ansible, guarded: Estate) -> None:
    gateway_only = {"public_access_create_internet_gateway": True}
    route_only = {"public_access_create_route": True}
    guarded.add("finance")
    guarded.ec2.modify_vpc_attribute(VpcId=guarded.vpc, EnableDnsHostnames={"Value": False})
    both = {**PUBLIC, "public_access_workgroup": "sales, finance", "public_access_source_cidrs": [OFFICE, HOME]}
    nothing, no_route, no_gateway = ansible.refusals("public_access", both, [{}, gateway_only, route_only])
    # One sentence for each gap, whoever it keeps apart.
    whom = f"sales, finance can't be reached from {OFFICE}, {HOME}: "
    assert nothing.count(whom) == 3
    assert nothing.count("Nothing was changed.") == 1
    assert f"vpc_dns fails (vpc_id {guarded.vpc}; enable_dns_support true; enable_dns_hostnames false)" in nothing
    assert f"internet_gateway fails (vpc_id {guarded.vpc}; internet_gateway_ids none)" in nothing
    assert f"Attach an internet gateway to {guarded.vpc}" in nothing
    assert f"Add a route for {OFFICE}, {HOME} to the internet gateway in rtb-" in nothing
    assert (no_route.count(whom), "route fails" in no_route, "internet_gateway fails" in no_route) == (2, True, False)
    assert (no_gateway.count(whom), "internet_gateway fails" in no_gateway) == (2, True)
    assert "route fails" not in no_gateway

    repaired = {**both, **REPAIRED, "public_access_workgroup": "sales, finance"}
    assert ansible.run(PLAYBOOK, repaired).code == 0
    position = guarded.emulator.position()
    again = ansible.run(PLAYBOOK, {**repaired, "public_access_workgroup": "sales, salse, finance"}, "--check")
    assert (again.code, again.changed, again.facts["public_access_result"]["missing"]) == (0, False, ["salse"])
    assert "no workgroup 'salse' in account" in again.text
    reads = Counter(guarded.emulator.calls(position, service=None))
    # EC2 answers one attribute of a VPC at a time.
    assert reads.pop("DescribeVpcAttribute") == 2
    assert set(reads.values()) == {1}
    assert "ListWorkgroups" in reads

    guarded.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    blocked = ansible.refused(PLAYBOOK, {**REPAIRED, "public_access_workgroup": "sales, finance"})
    assert (blocked.count("can't be reached"), "block_public_access fails" in blocked) == (1, True)

    # One that can't be switched keeps its rules and is told once; the other is finished.
    position = guarded.emulator.position()
    guarded.emulator.fault("error", operation="UpdateWorkgroup", times=1, message="Not now.")
    run = ansible.run(PLAYBOOK, {**PRIVATE, "public_access_workgroup": "sales, finance"})
    assert run.code != 0
    assert ("Not now." in run.message, "still publicly accessible" in run.message) == (True, False)
    told = run.facts["public_access_result"]["workgroups"]
    assert {each["workgroup_name"]: (each["publicly_accessible"], each["problem"] is None) for each in told} == {
        "sales": (True, False),
        "finance": (False, True),
    }
    assert guarded.rules()[OFFICE] == f"5439-5439 {MARK}"
    assert ansible.writes(position).count("UpdateWorkgroup") == 2
