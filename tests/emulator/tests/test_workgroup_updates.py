"""UpdateWorkgroup through botocore: one member, no no-ops, what each member does."""

from __future__ import annotations

from typing import Any

import pytest
from redshift_emulator.control import Emulator

RESTART = [{"parameterKey": "require_ssl", "parameterValue": "false"}]


def get(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get_workgroup(workgroupName="sales")["workgroup"]
    return found


def update(emulator: Emulator, client: Any, **member: Any) -> dict[str, Any]:
    """Update and wait; gives the workgroup afterwards."""
    assert client.update_workgroup(workgroupName="sales", **member)["workgroup"]["status"] == "MODIFYING"
    emulator.advance(600)
    return get(client)


def test_several_members_are_refused_even_if_they_equal_the_current_values(
    client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    for members in ({"port": 5440, "enhancedVpcRouting": False}, {"port": 5439, "publiclyAccessible": False}):
        message = refused("ValidationException", client.update_workgroup, workgroupName="sales", **members)
        assert message == "Can't update multiple configurations at the same time for workgroup sales."


@pytest.mark.parametrize(
    "member",
    [
        {},
        {"port": 5439},
        {"publiclyAccessible": False},
        {"enhancedVpcRouting": False},
        {"maxCapacity": -1},
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 50}},
        {"ipAddressType": "ipv4"},
        {"trackName": "current"},
        {"extraComputeForAutomaticOptimization": False},
        {"securityGroupIds": []},
        {"subnetIds": []},
    ],
)
def test_what_changes_nothing_is_refused(
    client: Any, refused: Any, workgroup: dict[str, Any], member: dict[str, Any]
) -> None:
    refused("ValidationException", client.update_workgroup, workgroupName="sales", **member)
    assert get(client)["status"] == "AVAILABLE"


def test_the_current_subnets_groups_and_config_are_refused_too(
    client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    change = client.update_workgroup
    for name in ("subnetIds", "securityGroupIds"):
        refused("ValidationException", change, workgroupName="sales", **{name: workgroup[name][::-1]})
    message = refused(
        "ValidationException", change, workgroupName="sales", configParameters=workgroup["configParameters"]
    )
    assert message == "You didn't specify any changes to the configuration parameters."


def test_config_is_merged_when_the_operation_is_over(
    emulator: Emulator, client: Any, workgroup: dict[str, Any]
) -> None:
    before = {each["parameterKey"]: each["parameterValue"] for each in workgroup["configParameters"]}
    client.update_workgroup(workgroupName="sales", configParameters=RESTART)
    assert RESTART[0] not in get(client)["configParameters"]
    emulator.advance(600)
    after = {each["parameterKey"]: each["parameterValue"] for each in get(client)["configParameters"]}
    assert after == {**before, "require_ssl": "false"}


def test_a_restart_takes_longer_than_another_config_change(
    emulator: Emulator, client: Any, workgroup: dict[str, Any]
) -> None:
    client.update_workgroup(
        workgroupName="sales", configParameters=[{"parameterKey": "query_group", "parameterValue": "x"}]
    )
    emulator.advance(30)
    assert get(client)["status"] == "AVAILABLE"
    client.update_workgroup(workgroupName="sales", configParameters=RESTART)
    emulator.advance(30)
    assert get(client)["status"] == "MODIFYING"
    emulator.advance(45)
    assert get(client)["status"] == "AVAILABLE"


def test_unknown_keys_are_refused_with_the_list(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    wrong = [{"parameterKey": "requre_ssl", "parameterValue": "true"}]
    message = refused("ValidationException", client.update_workgroup, workgroupName="sales", configParameters=wrong)
    assert message.startswith("The parameter key requre_ssl isn't supported. Supported values: [[")


def test_a_second_operation_conflicts_on_workgroup_and_namespace(
    client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    client.update_workgroup(workgroupName="sales", port=5440)
    busy = refused("ConflictException", client.update_workgroup, workgroupName="sales", port=5441)
    assert busy == "There is an operation running on the workgroup. Try updating the workgroup again later."
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "MODIFYING"
    refused("ConflictException", client.update_namespace, namespaceName="sales", kmsKeyId="key")


def test_a_workgroup_cannot_change_while_its_namespace_does(
    client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    client.update_namespace(namespaceName="sales", kmsKeyId="key")
    assert "namespace" in refused("ConflictException", client.update_workgroup, workgroupName="sales", port=5440)


@pytest.mark.parametrize("port", [5430, 5456, 8190, 8216])
def test_ports_out_of_range(client: Any, refused: Any, workgroup: dict[str, Any], port: int) -> None:
    refused("ValidationException", client.update_workgroup, workgroupName="sales", port=port)


def test_port_and_routing(emulator: Emulator, client: Any, workgroup: dict[str, Any]) -> None:
    assert update(emulator, client, port=8191)["endpoint"]["port"] == 8191
    assert update(emulator, client, enhancedVpcRouting=True)["enhancedVpcRouting"] is True


def test_capacity_order(emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    change = client.update_workgroup
    refused("ValidationException", change, workgroupName="sales", baseCapacity=64)  # the target is ENABLED
    assert update(emulator, client, pricePerformanceTarget={"status": "DISABLED"})["baseCapacity"] == 128
    assert update(emulator, client, maxCapacity=256)["maxCapacity"] == 256
    refused("ValidationException", change, workgroupName="sales", baseCapacity=512)
    refused("ValidationException", change, workgroupName="sales", maxCapacity=64)
    assert update(emulator, client, baseCapacity=64)["baseCapacity"] == 64
    assert "maxCapacity" not in update(emulator, client, maxCapacity=-1)
    assert update(emulator, client, pricePerformanceTarget={"status": "ENABLED", "level": 75})["baseCapacity"] == -1


def test_security_groups_are_replaced_on_the_interfaces(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    vpc_id = workgroup["endpoint"]["vpcEndpoints"][0]["vpcId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc_id)["GroupId"]
    assert update(emulator, client, securityGroupIds=[group])["securityGroupIds"] == [group]
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [each["Groups"][0]["GroupId"] for each in interfaces] == [group] * 3


def test_subnets_are_replaced_and_the_elastic_ip_follows(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    update(emulator, client, publiclyAccessible=True)
    before = ec2.describe_addresses()["Addresses"][0]
    wanted = workgroup["subnetIds"][3:]
    after = update(emulator, client, subnetIds=wanted)
    interfaces = after["endpoint"]["vpcEndpoints"][0]["networkInterfaces"]
    assert {each["subnetId"] for each in interfaces} == set(wanted)
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 3
    (address,) = ec2.describe_addresses()["Addresses"]
    assert address["PublicIp"] == before["PublicIp"]
    assert address["NetworkInterfaceId"] == interfaces[0]["networkInterfaceId"]


def test_public_and_private_again(emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]) -> None:
    assert update(emulator, client, publiclyAccessible=True)["publiclyAccessible"] is True
    assert len(ec2.describe_addresses()["Addresses"]) == 1
    assert update(emulator, client, publiclyAccessible=False)["publiclyAccessible"] is False
    assert ec2.describe_addresses()["Addresses"] == []


@pytest.mark.parametrize("mode", ["block-bidirectional", "block-ingress"])
def test_block_public_access_forbids_going_public(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any], mode: str
) -> None:
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode=mode)
    message = refused("ValidationException", client.update_workgroup, workgroupName="sales", publiclyAccessible=True)
    assert "VPC Block Public Access" in message
    vpc_id = workgroup["endpoint"]["vpcEndpoints"][0]["vpcId"]
    exclusion = ec2.create_vpc_block_public_access_exclusion(
        VpcId=vpc_id, InternetGatewayExclusionMode="allow-bidirectional"
    )["VpcBlockPublicAccessExclusion"]
    assert exclusion["ResourceArn"].endswith(f":vpc/{vpc_id}")
    assert update(emulator, client, publiclyAccessible=True)["publiclyAccessible"] is True


def test_updating_what_is_not_there(client: Any, refused: Any) -> None:
    refused("ResourceNotFoundException", client.update_workgroup, workgroupName="sales", port=5440)
