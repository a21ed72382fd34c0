"""Managed VPC endpoints in the workgroup's own account."""

from __future__ import annotations

import re
from typing import Any

import pytest
from emulator_kit.cross_account import network
from redshift_emulator.control import Emulator


def create(client: Any, place: dict[str, str], name: str = "to-sales", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.create_endpoint_access(
        endpointName=name, workgroupName="sales", subnetIds=[place["subnet"]], **more
    )["endpoint"]
    return made


def get(client: Any, name: str = "to-sales") -> dict[str, Any]:
    found: dict[str, Any] = client.get_endpoint_access(endpointName=name)["endpoint"]
    return found


def test_it_becomes_active_with_an_address_and_one_real_interface(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    place = network(ec2)
    made = create(client, place, vpcSecurityGroupIds=[place["group"]])
    assert (made["endpointStatus"], made["port"]) == ("CREATING", 5439)
    assert "address" not in made
    emulator.advance(90)
    found = get(client)
    assert found["endpointStatus"] == "ACTIVE"
    assert re.fullmatch(
        r"to-sales-endpoint-[a-z0-9]{20}\.111111111111\.us-east-1\.redshift-serverless\.amazonaws\.com",
        found["address"],
    )
    assert found["endpointArn"].startswith("arn:aws:redshift-serverless:us-east-1:111111111111:managedvpcendpoint/")
    assert found["vpcEndpoint"]["vpcId"] == place["vpc"]
    assert found["vpcSecurityGroups"] == [{"vpcSecurityGroupId": place["group"], "status": "active"}]
    (shown,) = found["vpcEndpoint"]["networkInterfaces"]
    (real,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[shown["networkInterfaceId"]])["NetworkInterfaces"]
    assert (real["SubnetId"], real["PrivateIpAddress"], real["AvailabilityZone"]) == (
        place["subnet"],
        shown["privateIpAddress"],
        place["zone"],
    )
    assert [group["GroupId"] for group in real["Groups"]] == [place["group"]]


def test_the_default_group_of_the_vpc_is_taken(client: Any, ec2: Any, workgroup: dict[str, Any]) -> None:
    place = network(ec2)
    (group,) = create(client, place)["vpcSecurityGroups"]
    found = ec2.describe_security_groups(GroupIds=[group["vpcSecurityGroupId"]])["SecurityGroups"][0]
    assert (found["GroupName"], found["VpcId"]) == ("default", place["vpc"])


@pytest.mark.parametrize("name", ["", "1a", "-a", "a-", "a--b", "a_b", "a" * 31, "a.b"])
def test_names_that_are_refused(client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any], name: str) -> None:
    call = client.create_endpoint_access
    subnets = [network(ec2)["subnet"]]
    message = refused("ValidationException", call, endpointName=name, workgroupName="sales", subnetIds=subnets)
    assert "endpoint name" in message


@pytest.mark.parametrize("name", ["a", "A1-b2", "a" * 30])
def test_names_that_are_taken(client: Any, ec2: Any, workgroup: dict[str, Any], name: str) -> None:
    assert create(client, network(ec2), name)["endpointName"] == name


def test_a_name_is_used_once_in_an_account_and_region(
    client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place = network(ec2)
    create(client, place)
    call, names = client.create_endpoint_access, {"endpointName": "to-sales", "workgroupName": "sales"}
    assert "already exists" in refused("ConflictException", call, **names, subnetIds=[place["subnet"]])


def test_workgroup_subnets_and_groups_must_exist(
    client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place, other = network(ec2), network(ec2, "10.8.0.0/24")
    call = client.create_endpoint_access
    missing = {"endpointName": "a", "workgroupName": "missing", "subnetIds": [place["subnet"]]}
    assert refused("ResourceNotFoundException", call, **missing) == "Serverless workgroup missing not found."
    wanted = {"endpointName": "a", "workgroupName": "sales"}
    refused("ValidationException", call, **wanted, subnetIds=[])
    refused("ValidationException", call, **wanted, subnetIds=["subnet-00000000"])
    refused("ValidationException", call, **wanted, subnetIds=[place["subnet"], other["subnet"]])
    mixed = {"subnetIds": [place["subnet"]], "vpcSecurityGroupIds": [other["group"]]}
    message = refused("ValidationException", call, **wanted, **mixed)
    assert message == f"VPC Security group {other['group']} does not exist in VPC {place['vpc']}"
    assert client.list_endpoint_access()["endpoints"] == []


def test_only_the_security_groups_change(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place = network(ec2)
    create(client, place)
    change = client.update_endpoint_access
    wanted = {"endpointName": "to-sales", "vpcSecurityGroupIds": [place["group"]]}
    assert "operation running" in refused("ConflictException", change, **wanted)
    emulator.advance(90)
    assert change(**wanted)["endpoint"]["endpointStatus"] == "MODIFYING"
    emulator.advance(30)
    assert [each["vpcSecurityGroupId"] for each in get(client)["vpcSecurityGroups"]] == [place["group"]]
    refused("ValidationException", change, **wanted)
    refused("ValidationException", change, endpointName="to-sales", vpcSecurityGroupIds=["sg-00000000"])


def test_the_port_follows_the_workgroup(emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]) -> None:
    create(client, network(ec2))
    client.update_workgroup(workgroupName="sales", port=5450)
    emulator.advance(600)
    assert get(client)["port"] == 5450


def test_deletion_takes_the_interface_along(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place = network(ec2)
    create(client, place)
    emulator.advance(90)
    assert client.delete_endpoint_access(endpointName="to-sales")["endpoint"]["endpointStatus"] == "DELETING"
    refused("ConflictException", client.delete_endpoint_access, endpointName="to-sales")
    emulator.advance(60)
    refused("ResourceNotFoundException", client.get_endpoint_access, endpointName="to-sales")
    found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [place["vpc"]]}])
    assert found["NetworkInterfaces"] == []


def test_a_workgroup_is_deleted_under_its_endpoint(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    create(client, network(ec2))
    emulator.advance(90)
    client.delete_workgroup(workgroupName="sales")
    emulator.advance(600)
    assert get(client)["workgroupName"] == "sales"
    client.delete_endpoint_access(endpointName="to-sales")


def test_list_filters_and_the_quota(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    emulator.settings(quotas={"endpoints_per_workgroup": 2})
    first, second = network(ec2), network(ec2, "10.8.0.0/24")
    create(client, first, "one")
    create(client, second, "two")

    def names(**filters: str) -> list[str]:
        return [each["endpointName"] for each in client.list_endpoint_access(**filters)["endpoints"]]

    assert names() == ["one", "two"]
    assert names(vpcId=second["vpc"]) == ["two"]
    assert names(workgroupName="other") == names(ownerAccount="222222222222") == []
    wanted = {"endpointName": "three", "workgroupName": "sales", "subnetIds": [first["subnet"]]}
    refused("ServiceQuotaExceededException", client.create_endpoint_access, **wanted)


def test_a_full_subnet_is_refused_and_nothing_is_left(
    client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    place = network(ec2, "10.7.0.0/28")
    for _number in range(11):
        ec2.create_network_interface(SubnetId=place["subnet"])
    taken = {each["PrivateIpAddress"] for each in ec2.describe_network_interfaces()["NetworkInterfaces"]}
    for last in range(4, 15):
        if f"10.7.0.{last}" not in taken:
            ec2.create_network_interface(SubnetId=place["subnet"], PrivateIpAddress=f"10.7.0.{last}")
    before = len(ec2.describe_vpc_endpoints()["VpcEndpoints"])
    wanted = {"endpointName": "a", "workgroupName": "sales", "subnetIds": [place["subnet"]]}
    assert "no free IP address" in refused("ValidationException", client.create_endpoint_access, **wanted)
    assert len(ec2.describe_vpc_endpoints()["VpcEndpoints"]) == before
