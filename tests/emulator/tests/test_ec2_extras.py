"""What is added to moto's EC2 from outside, through botocore."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_kit.cross_account import network
from redshift_emulator.control import Emulator


def interface_of(workgroup: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = workgroup["endpoint"]["vpcEndpoints"][0]["networkInterfaces"][0]
    return found


def test_block_public_access_options_and_exclusions(ec2: Any, refused: Any) -> None:
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["State"]) == ("off", "default-state")
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["State"]) == ("block-ingress", "update-complete")
    place = network(ec2)
    made = ec2.create_vpc_block_public_access_exclusion(
        SubnetId=place["subnet"], InternetGatewayExclusionMode="allow-egress"
    )["VpcBlockPublicAccessExclusion"]
    ids = {"ExclusionId": made["ExclusionId"]}
    ec2.modify_vpc_block_public_access_exclusion(**ids, InternetGatewayExclusionMode="allow-bidirectional")
    (found,) = ec2.describe_vpc_block_public_access_exclusions(ExclusionIds=[made["ExclusionId"]])[
        "VpcBlockPublicAccessExclusions"
    ]
    assert found["InternetGatewayExclusionMode"] == "allow-bidirectional"
    assert found["ResourceArn"] == f"arn:aws:ec2:us-east-1:111111111111:subnet/{place['subnet']}"
    ec2.delete_vpc_block_public_access_exclusion(**ids)
    assert ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"] == []
    refused("InvalidVpcBlockPublicAccessExclusionId.NotFound", ec2.delete_vpc_block_public_access_exclusion, **ids)
    refused("InvalidParameterValue", ec2.modify_vpc_block_public_access_options, InternetGatewayBlockMode="block-some")


def test_what_is_in_use_is_not_deleted(client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    place = network(ec2)
    client.create_endpoint_access(
        endpointName="a",
        workgroupName="sales",
        subnetIds=[place["subnet"]],
        vpcSecurityGroupIds=[place["group"]],
    )
    refused("DependencyViolation", ec2.delete_security_group, GroupId=place["group"])
    refused("DependencyViolation", ec2.delete_subnet, SubnetId=place["subnet"])
    refused("DependencyViolation", ec2.delete_vpc, VpcId=place["vpc"])


def test_what_is_not_in_use_is_deleted(ec2: Any) -> None:
    place = network(ec2)
    ec2.delete_security_group(GroupId=place["group"])
    ec2.delete_subnet(SubnetId=place["subnet"])
    ec2.delete_vpc(VpcId=place["vpc"])
    assert place["vpc"] not in {each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]}


def test_a_gateway_keeps_its_vpc(ec2: Any, refused: Any) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/24")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    refused("DependencyViolation", ec2.delete_vpc, VpcId=vpc_id)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    ec2.delete_vpc(VpcId=vpc_id)


def test_routes_lead_through_the_vpcs_own_gateway_or_nowhere(ec2: Any, refused: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/24", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    way = {"RouteTableId": table, "GatewayId": gateway}
    refused("InvalidParameterValue", ec2.create_route, **way, DestinationCidrBlock="0.0.0.0/0")
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    for destination in ({"DestinationCidrBlock": "0.0.0.0/0"}, {"DestinationIpv6CidrBlock": "::/0"}):
        ec2.create_route(**way, **destination)
        refused("RouteAlreadyExists", ec2.create_route, **way, **destination)

    def states() -> set[str]:
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return {route["State"] for route in routes if route["GatewayId"] == gateway}

    assert states() == {"active"}
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert states() == {"blackhole"}


def test_a_gateway_stays_while_addresses_are_mapped(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    vpc = workgroup["endpoint"]["vpcEndpoints"][0]["vpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ids = {"InternetGatewayId": gateway, "VpcId": vpc}
    ec2.attach_internet_gateway(**ids)
    client.update_workgroup(workgroupName="sales", publiclyAccessible=True)
    emulator.advance(600)
    refused("DependencyViolation", ec2.detach_internet_gateway, **ids)
    client.update_workgroup(workgroupName="sales", publiclyAccessible=False)
    emulator.advance(600)
    ec2.detach_internet_gateway(**ids)


def test_what_the_service_manages_is_left_to_it(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any], gateway: str
) -> None:
    endpoint = workgroup["endpoint"]["vpcEndpoints"][0]["vpcEndpointId"]
    eni = interface_of(workgroup)["networkInterfaceId"]
    refused("OperationNotPermitted", ec2.delete_network_interface, NetworkInterfaceId=eni)
    refused("InvalidParameter", ec2.delete_vpc_endpoints, VpcEndpointIds=[endpoint])
    client.update_workgroup(workgroupName="sales", publiclyAccessible=True)
    emulator.advance(600)
    allocation = ec2.describe_addresses()["Addresses"][0]["AllocationId"]
    refused("InvalidIPAddress.InUse", ec2.release_address, AllocationId=allocation)


def test_a_new_network_acl_denies_by_default(ec2: Any) -> None:
    acl = ec2.create_network_acl(VpcId=network(ec2)["vpc"])["NetworkAcl"]["NetworkAclId"]
    entries = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]
    assert sorted((each["RuleNumber"], each["RuleAction"], each["Egress"]) for each in entries) == [
        (32767, "deny", False),
        (32767, "deny", True),
    ]


@pytest.mark.parametrize("service", ["redshift-serverless", "redshift-serverless-fips", "redshift-data"])
def test_the_interface_endpoint_services_are_listed(ec2: Any, service: str) -> None:
    name = f"com.amazonaws.us-east-1.{service}"
    assert ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceNames"] == [name]
