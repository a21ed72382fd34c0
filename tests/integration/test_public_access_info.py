# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks with one defect each, and with two, on the emulator's EC2; the module itself once, by ansible-playbook."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._reach.diagnosis import diagnose, sources_of
from ansible_collections.redshift.serverless.plugins.module_utils._reach.reading import read
from redshift_emulator.control import OWNER, Emulator

OFFICE, OFFICE6 = "203.0.113.0/24", "2001:db8:1::/48"
HALF = "203.0.113.128/25"
PORT = 5440
SETTLED = 900


@dataclass
class Network:
    """A VPC that lets the office through to the workgroup sales, until something is broken.

    Attributes:
        ec2: the owner's client of EC2.
        redshift: the owner's client of Redshift Serverless.
        vpc: the VPC.
        subnets: its subnets; the workgroup's public address is in the first one.
        group: the workgroup's security group.
        gateway: the internet gateway.
        table: the route table of all subnets.
        acl: the network ACL of all subnets.
    """

    emulator: Emulator
    ec2: Any
    redshift: Any
    vpc: str = ""
    subnets: tuple[str, ...] = ()
    group: str = ""
    gateway: str = ""
    table: str = ""
    acl: str = ""

    def build(self) -> None:
        ec2 = self.ec2
        created = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        self.vpc = created["VpcId"]
        block = created["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("00::/56", "{:02x}::/64")
        ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnets = tuple(
            ec2.create_subnet(
                VpcId=self.vpc,
                CidrBlock=f"10.0.{number}.0/24",
                Ipv6CidrBlock=block.format(number),
                AvailabilityZone=f"us-east-1{zone}",
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("abc")
        )
        self.gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.table = self._main_table()
        self.route("0.0.0.0/0", GatewayId=self.gateway)
        self.route("::/0", GatewayId=self.gateway)
        self.acl = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["NetworkAcls"][0][
            "NetworkAclId"
        ]
        for egress in (False, True):
            self.entry(101, "allow", "::/0", egress=egress)
        self.group = ec2.create_security_group(GroupName="sales", Description="sales", VpcId=self.vpc)["GroupId"]
        self.let_in(OFFICE)
        self.let_in(OFFICE6)

    def place(self) -> None:
        self.redshift.create_namespace(namespaceName="sales")
        self.redshift.create_workgroup(
            workgroupName="sales",
            namespaceName="sales",
            subnetIds=list(self.subnets),
            securityGroupIds=[self.group],
            publiclyAccessible=True,
            port=PORT,
            ipAddressType="dualstack",
        )
        self.emulator.advance(SETTLED)

    def _main_table(self) -> str:
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "association.main", "Values": ["true"]}]
        return str(self.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"])

    def route(self, destination: str, table: str = "", **target: str) -> None:
        member = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
        member = "DestinationPrefixListId" if destination.startswith("pl-") else member
        self.ec2.create_route(RouteTableId=table or self.table, **{member: destination}, **target)

    def entry(self, number: int, action: str, cidr: str, egress: bool, ports: tuple[int, int] | None = None) -> None:
        member = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
        span = {"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}
        self.ec2.create_network_acl_entry(
            NetworkAclId=self.acl,
            RuleNumber=number,
            RuleAction=action,
            Protocol="6" if ports else "-1",
            Egress=egress,
            **{member: cidr},
            **span,
        )

    def let_in(self, cidr: str, port: int = PORT) -> None:
        source = {"Ipv6Ranges": [{"CidrIpv6": cidr}]} if ":" in cidr else {"IpRanges": [{"CidrIp": cidr}]}
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[permission])

    def keep_out(self, cidr: str = OFFICE) -> None:
        permission = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, "IpRanges": [{"CidrIp": cidr}]}
        self.ec2.revoke_security_group_ingress(GroupId=self.group, IpPermissions=[permission])

    def peering(self) -> str:
        other = self.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        made = self.ec2.create_vpc_peering_connection(VpcId=self.vpc, PeerVpcId=other)
        return str(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])

    def prefix_list(self, *cidrs: str) -> str:
        made = self.ec2.create_managed_prefix_list(
            PrefixListName="offices",
            AddressFamily="IPv4",
            MaxEntries=5,
            Entries=[{"Cidr": cidr} for cidr in cidrs],
        )
        return str(made["PrefixList"]["PrefixListId"])

    def own_table(self, subnet: int) -> str:
        made = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=made, SubnetId=self.subnets[subnet])
        return str(made)

    def diagnose(self, *sources: str) -> dict[str, Any]:
        return diagnose(read(Api(self.redshift), Api(self.ec2), "sales"), sources_of(sources)).shown()

    def failing(self, source: str = OFFICE, verdict: str = "fail") -> set[str]:
        checks = self.diagnose(source)["sources"][0]["checks"]
        return {check["name"] for check in checks if check["verdict"] == verdict}


@pytest.fixture(scope="session")
def clients(running: Emulator) -> tuple[Any, Any]:
    """EC2's and Redshift Serverless's. They are kept: making one costs more than a dozen calls."""
    session = running.session(OWNER)
    return session.client("ec2"), session.client("redshift-serverless")


@pytest.fixture
def network(emulator: Emulator, clients: tuple[Any, Any]) -> Network:
    built = Network(emulator, *clients)
    built.build()
    built.place()
    return built


def detach_gateway(network: Network) -> None:
    """AWS detaches no gateway while the workgroup has a public address.

    That a workgroup without a gateway reads back as private is inferred only: here it stays public, so that one thing fails.
    """
    network.emulator.settings(public_without_gateway="public")
    not_public(network)
    network.ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    network.redshift.update_workgroup(workgroupName="sales", publiclyAccessible=True)
    network.emulator.advance(SETTLED)


def dns_off(network: Network) -> None:
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})


def not_public(network: Network) -> None:
    network.redshift.update_workgroup(workgroupName="sales", publiclyAccessible=False)
    network.emulator.advance(SETTLED)


def no_elastic_ip(network: Network) -> None:
    address = next(each for each in network.ec2.describe_addresses()["Addresses"] if each.get("AssociationId"))
    network.ec2.disassociate_address(AssociationId=address["AssociationId"])


def block(network: Network) -> None:
    network.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")


def route_gone(network: Network) -> None:
    network.ec2.delete_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0")


def route_elsewhere(network: Network) -> None:
    network.route(HALF, VpcPeeringConnectionId=network.peering())


def route_elsewhere_by_list(network: Network) -> None:
    network.route(network.prefix_list("198.51.100.0/24", HALF), VpcPeeringConnectionId=network.peering())


def private_table(network: Network) -> None:
    network.own_table(0)


def deny_in(network: Network) -> None:
    network.entry(50, "deny", HALF, egress=False)


def deny_port(network: Network) -> None:
    network.entry(50, "deny", "0.0.0.0/0", egress=False, ports=(PORT, PORT))


def deny_out(network: Network) -> None:
    network.entry(50, "deny", "0.0.0.0/0", egress=True, ports=(32768, 40000))


def new_acl(network: Network) -> None:
    made = network.ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"]
    acls = network.ec2.describe_network_acls(NetworkAclIds=[network.acl])["NetworkAcls"][0]
    for association in acls["Associations"]:
        network.ec2.replace_network_acl_association(
            AssociationId=association["NetworkAclAssociationId"], NetworkAclId=made
        )


def no_rule(network: Network) -> None:
    network.keep_out()


def other_port(network: Network) -> None:
    network.keep_out()
    network.let_in(OFFICE, port=5439)


def half_a_rule(network: Network) -> None:
    network.keep_out()
    network.let_in(HALF)


def rule_for_a_group(network: Network) -> None:
    network.keep_out()
    pair = {"UserIdGroupPairs": [{"GroupId": network.group}]}
    permission = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, **pair}
    network.ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=[permission])


Defect = Callable[[Network], None]

DEFECTS: dict[Defect, set[str]] = {
    not_public: {"publicly_accessible"},
    no_elastic_ip: {"elastic_ip"},
    dns_off: {"vpc_dns"},
    block: {"block_public_access"},
    detach_gateway: {"internet_gateway", "route"},
    route_gone: {"route"},
    route_elsewhere: {"route"},
    route_elsewhere_by_list: {"route"},
    private_table: {"route"},
    deny_in: {"network_acl_inbound"},
    deny_port: {"network_acl_inbound"},
    deny_out: {"network_acl_outbound"},
    new_acl: {"network_acl_inbound", "network_acl_outbound"},
    no_rule: {"security_group"},
    other_port: {"security_group"},
    half_a_rule: {"security_group"},
    rule_for_a_group: {"security_group"},
}
TWO = list(itertools.combinations([dns_off, block, route_elsewhere, deny_in, deny_out, half_a_rule], 2))


def named(defect: Any) -> str | None:
    return getattr(defect, "__name__", None)


def test_a_network_without_defects(network: Network) -> None:
    found = network.diagnose(OFFICE, OFFICE6)

    assert [each["reachable"] for each in found["sources"]] == [True, True]
    assert found["summary"] == f"The workgroup sales (port {PORT}) can be reached from {OFFICE}, {OFFICE6}."


@pytest.mark.parametrize(("defect", "names"), DEFECTS.items(), ids=named)
def test_one_defect(network: Network, defect: Defect, names: set[str]) -> None:
    defect(network)

    assert network.failing() == names
    assert network.diagnose(OFFICE)["sources"][0]["reachable"] is False


@pytest.mark.parametrize(("one", "other"), TWO, ids=named)
def test_two_defects(network: Network, one: Defect, other: Defect) -> None:
    one(network)
    other(network)

    assert network.failing() == DEFECTS[one] | DEFECTS[other]


@pytest.mark.parametrize("defect", [route_elsewhere, route_elsewhere_by_list, deny_in, half_a_rule], ids=named)
def test_the_other_half_of_the_office_is_judged_on_its_own(network: Network, defect: Defect) -> None:
    defect(network)
    first, second = network.diagnose("203.0.113.0/25", HALF)["sources"]

    assert {first["reachable"], second["reachable"]} == {True, False}


def test_what_looks_like_a_defect_and_is_none(network: Network) -> None:
    block(network)
    network.ec2.create_vpc_block_public_access_exclusion(
        SubnetId=network.subnets[0], InternetGatewayExclusionMode="allow-bidirectional"
    )
    network.own_table(1)  # not the subnet of the public address
    network.route("198.51.100.0/24", VpcPeeringConnectionId=network.peering())
    network.entry(60, "deny", "198.51.100.0/24", egress=False)
    network.entry(200, "deny", OFFICE, egress=False)
    network.keep_out()
    network.let_in("203.0.113.0/25")
    network.let_in(HALF)

    assert network.failing() == set()
    assert network.diagnose(OFFICE)["sources"][0]["reachable"] is True


def test_a_rule_and_a_route_for_a_prefix_list(network: Network) -> None:
    listed = network.prefix_list("203.0.113.0/25", HALF)
    network.keep_out()
    route_gone(network)
    network.route(listed, GatewayId=network.gateway)
    permission = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, "PrefixListIds": [{"PrefixListId": listed}]}
    network.ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=[permission])

    assert network.failing() == set()
    assert network.failing("198.51.100.7") == {"route", "security_group"}


def test_ipv6_comes_in_by_every_interface(network: Network) -> None:
    network.own_table(1)

    assert network.failing(OFFICE6) == {"route"}
    assert network.failing() == set()


def test_each_operation_is_called_once(network: Network) -> None:
    position = network.emulator.position()
    network.diagnose(OFFICE, OFFICE6, "0.0.0.0/0")

    calls = network.emulator.calls(position, service=None)
    assert sorted(calls) == sorted([*set(calls), "DescribeVpcAttribute"])


@pytest.mark.parametrize(
    ("action", "unknown"),
    [
        ("ec2:DescribeRouteTables", {"route"}),
        ("ec2:DescribeNetworkAcls", {"network_acl_inbound", "network_acl_outbound"}),
        ("ec2:DescribeVpcBlockPublicAccessOptions", {"block_public_access"}),
    ],
)
def test_a_missing_permission(network: Network, action: str, unknown: set[str]) -> None:
    no_rule(network)
    network.emulator.settings(deny=[{"action": action}])

    assert network.failing(verdict="unknown") == unknown
    assert network.failing() == {"security_group"}
    checks = network.diagnose(OFFICE)["sources"][0]["checks"]
    assert {check["evidence"].get("missing_permission") for check in checks} == {None, action}


def test_the_module(network: Network, ansible: Any) -> None:
    half_a_rule(network)
    task = {"redshift.serverless.public_access_info": {"workgroup": "sales", "source_cidrs": [OFFICE, HALF]}}

    run = ansible.run([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}], {})

    result = run.results[0]
    assert [each["reachable"] for each in result["sources"]] == [False, True]
    assert result["summary"].endswith(f"it can not be reached from {OFFICE} (security_group).")
    assert not run.changed
