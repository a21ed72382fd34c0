"""Interface VPC endpoints as EC2 has them, through botocore."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_kit.cross_account import network
from redshift_emulator.control import Emulator

SERVICE = "com.amazonaws.us-east-1.redshift-data"


@pytest.fixture
def place(ec2: Any) -> dict[str, str]:
    """A network whose VPC has both DNS attributes on."""
    found = network(ec2)
    ec2.modify_vpc_attribute(VpcId=found["vpc"], EnableDnsHostnames={"Value": True})
    return found


def create(ec2: Any, place: dict[str, str], **options: Any) -> dict[str, Any]:
    fixed = {"VpcEndpointType": "Interface", "VpcId": place["vpc"], "ServiceName": SERVICE}
    made: dict[str, Any] = ec2.create_vpc_endpoint(**{**fixed, "SubnetIds": [place["subnet"]], **options})[
        "VpcEndpoint"
    ]
    return made


def seen(ec2: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return found


def test_it_takes_its_time_and_has_real_parts(emulator: Emulator, ec2: Any, place: dict[str, str]) -> None:
    made = create(ec2, place)
    assert [each["State"] for each in seen(ec2)] == ["pending"]
    emulator.advance(60)
    (found,) = seen(ec2)
    assert (found["State"], found["PrivateDnsEnabled"]) == ("available", True)
    assert [group["GroupName"] for group in found["Groups"]] == ["default"]
    assert "redshift-data.us-east-1.amazonaws.com" in [each["DnsName"] for each in found["DnsEntries"]]
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])[
        "NetworkInterfaces"
    ]
    assert interface["PrivateIpAddress"].startswith("10.9.0.")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert [each["State"] for each in seen(ec2)] == ["deleting"]
    emulator.advance(60)
    assert seen(ec2) == []
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_polling_moves_time(emulator: Emulator, ec2: Any, place: dict[str, str]) -> None:
    create(ec2, place)
    emulator.clock(per_request=30)
    assert [seen(ec2)[0]["State"] for _look in range(3)][-1] == "available"


def test_a_token_gives_the_same_endpoint_again(ec2: Any, place: dict[str, str]) -> None:
    made = [create(ec2, place, ClientToken="one")["VpcEndpointId"] for _time in range(2)]
    assert (len(set(made)), len(seen(ec2))) == (1, 1)


def test_private_dns_needs_both_attributes_and_is_there_once(ec2: Any, place: dict[str, str], refused: Any) -> None:
    fixed = {"VpcEndpointType": "Interface", "VpcId": place["vpc"], "ServiceName": SERVICE}
    ec2.modify_vpc_attribute(VpcId=place["vpc"], EnableDnsHostnames={"Value": False})
    assert "enableDnsHostnames" in refused("InvalidParameter", ec2.create_vpc_endpoint, **fixed)
    other = create(ec2, place, PrivateDnsEnabled=False)["VpcEndpointId"]
    ec2.modify_vpc_attribute(VpcId=place["vpc"], EnableDnsHostnames={"Value": True})
    create(ec2, place)
    assert "conflicting DNS domain" in refused("InvalidParameter", ec2.create_vpc_endpoint, **fixed)
    refused("InvalidParameter", ec2.modify_vpc_endpoint, VpcEndpointId=other, PrivateDnsEnabled=True)


def test_private_dns_and_subnets_are_changed_in_place(emulator: Emulator, ec2: Any, place: dict[str, str]) -> None:
    ec2.associate_vpc_cidr_block(VpcId=place["vpc"], CidrBlock="10.9.1.0/24")
    zone = next(each for each in ("us-east-1a", "us-east-1b") if each != place["zone"])
    subnet = ec2.create_subnet(VpcId=place["vpc"], CidrBlock="10.9.1.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    made = create(ec2, place)
    emulator.advance(60)
    swap = {"AddSubnetIds": [subnet], "RemoveSubnetIds": [place["subnet"]]}
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], PrivateDnsEnabled=False, **swap)
    emulator.advance(30)
    (found,) = seen(ec2)
    assert (found["State"], found["PrivateDnsEnabled"], found["SubnetIds"]) == ("available", False, [subnet])
    (interface,) = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert interface["SubnetId"] == subnet


def test_what_does_not_fit_is_refused(ec2: Any, place: dict[str, str], refused: Any) -> None:
    fixed = {"VpcEndpointType": "Interface", "VpcId": place["vpc"], "ServiceName": SERVICE}
    elsewhere = network(ec2, "10.8.0.0/24")
    refused("InvalidServiceName", ec2.create_vpc_endpoint, **{**fixed, "ServiceName": f"{SERVICE}-x"})
    refused("InvalidParameter", ec2.create_vpc_endpoint, **fixed, SubnetIds=[elsewhere["subnet"]])
    refused("InvalidParameter", ec2.create_vpc_endpoint, **fixed, SecurityGroupIds=[elsewhere["group"]])
    refused("InvalidSecurityGroupId.NotFound", ec2.create_vpc_endpoint, **fixed, SecurityGroupIds=["sg-0"])
    ec2.associate_vpc_cidr_block(VpcId=place["vpc"], CidrBlock="10.9.2.0/24")
    twin = ec2.create_subnet(VpcId=place["vpc"], CidrBlock="10.9.2.0/24", AvailabilityZone=place["zone"])["Subnet"]
    both = [place["subnet"], twin["SubnetId"]]
    refused("DuplicateSubnetsInSameZone", ec2.create_vpc_endpoint, **fixed, SubnetIds=both)
    assert seen(ec2) == []


def test_an_unknown_one_is_told_apart(ec2: Any) -> None:
    (told,) = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0"])["Unsuccessful"]
    assert (told["ResourceId"], told["Error"]["Code"]) == ("vpce-0", "InvalidVpcEndpoint.NotFound")


@pytest.mark.parametrize(("region", "fips"), [("us-west-2", True), ("eu-west-1", False)])
def test_fips_is_where_aws_has_it(emulator: Emulator, region: str, fips: bool) -> None:
    names = emulator.session(region=region).client("ec2").describe_vpc_endpoint_services()["ServiceNames"]
    assert (f"com.amazonaws.{region}.redshift-data-fips" in names) is fips
    assert f"com.amazonaws.{region}.redshift-serverless" in names
