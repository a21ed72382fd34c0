"""UpdateWorkgroup through botocore: one member, no no-ops, what each member does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
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


def test_the_name_alone_is_taken_and_changes_nothing(client: Any, workgroup: dict[str, Any]) -> None:
    assert client.update_workgroup(workgroupName="sales")["workgroup"]["status"] == "AVAILABLE"
    client.update_workgroup(workgroupName="sales", port=5440)
    with pytest.raises(ClientError, match="operation running"):
        client.update_workgroup(workgroupName="sales")


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


def test_a_limit_is_set_and_removed(emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    def limit(value: str) -> dict[str, Any]:
        return {"configParameters": [{"parameterKey": "max_scan_row_count", "parameterValue": value}]}

    def shown() -> set[str]:
        return {each["parameterKey"] for each in get(client)["configParameters"]}

    before = shown()
    message = refused("ValidationException", client.update_workgroup, workgroupName="sales", **limit("-1"))
    assert message == "You didn't specify any changes to the configuration parameters."
    update(emulator, client, **limit("7"))
    assert shown() == before | {"max_scan_row_count"}
    update(emulator, client, **limit("-1"))
    assert shown() == before


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
    off = {"status": "DISABLED"}
    message = refused("ValidationException", change, workgroupName="sales", pricePerformanceTarget=off)
    assert message == "You must set a base capacity when disabling pricePerformanceTargetStatus."
    found = update(emulator, client, pricePerformanceTarget=off, baseCapacity=128)
    assert (found["baseCapacity"], found["pricePerformanceTarget"]) == (128, off)
    pair = {"pricePerformanceTarget": off, "baseCapacity": 128}
    refused("ValidationException", change, workgroupName="sales", **pair)
    assert update(emulator, client, **{**pair, "baseCapacity": 136})["baseCapacity"] == 136
    assert update(emulator, client, maxCapacity=256)["maxCapacity"] == 256
    refused("ValidationException", change, workgroupName="sales", baseCapacity=512)
    refused("ValidationException", change, workgroupName="sales", maxCapacity=64)
    assert update(emulator, client, baseCapacity=64)["baseCapacity"] == 64
    assert "maxCapacity" not in update(emulator, client, maxCapacity=-1)
    refused("ValidationException", change, workgroupName="sales", maxCapacity=-1)
    assert update(emulator, client, maxCapacity=5632)["maxCapacity"] == 5632
    assert update(emulator, client, pricePerformanceTarget={"status": "ENABLED", "level": 75})["baseCapacity"] == -1


@pytest.mark.parametrize(
    "members",
    [
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 25}, "baseCapacity": 64},
        {"pricePerformanceTarget": {"status": "DISABLED"}, "baseCapacity": 64, "maxCapacity": 128},
        {"pricePerformanceTarget": {"status": "DISABLED"}, "maxCapacity": 128},
        {"baseCapacity": 64, "maxCapacity": 128},
    ],
)
def test_no_other_members_of_capacity_go_together(
    client: Any, refused: Any, workgroup: dict[str, Any], members: dict[str, Any]
) -> None:
    message = refused("ValidationException", client.update_workgroup, workgroupName="sales", **members)
    assert message == "Can't update multiple configurations at the same time for workgroup sales."


@pytest.mark.parametrize(
    "members",
    [
        {"pricePerformanceTarget": {"status": "DISABLED", "level": 50}, "baseCapacity": 64},
        {"pricePerformanceTarget": {"status": "DISABLED"}, "baseCapacity": -1},
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 60}},
        {"maxCapacity": 5640},
        {"maxCapacity": 9},
        {"maxCapacity": 0},
    ],
)
def test_capacity_that_is_not_one(
    client: Any, refused: Any, workgroup: dict[str, Any], members: dict[str, Any]
) -> None:
    refused("ValidationException", client.update_workgroup, workgroupName="sales", **members)


TOO_EARLY = (
    "Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry."
)
CAPACITIES: list[dict[str, Any]] = [
    {"pricePerformanceTarget": {"status": "DISABLED"}, "baseCapacity": 64},
    {"pricePerformanceTarget": {"status": "ENABLED", "level": 75}},
    {"maxCapacity": 256},
]


def young(emulator: Emulator, client: Any) -> None:
    """The workgroup sales, just AVAILABLE."""
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(120)
    assert get(client)["status"] == "AVAILABLE"


@pytest.mark.parametrize("members", CAPACITIES)
def test_capacity_waits_for_the_first_recovery_point(
    emulator: Emulator, client: Any, refused: Any, members: dict[str, Any]
) -> None:
    young(emulator, client)
    change = {"workgroupName": "sales", **members}
    assert refused("ValidationException", client.update_workgroup, **change) == TOO_EARLY
    emulator.advance(299)
    assert refused("ValidationException", client.update_workgroup, **change) == TOO_EARLY
    emulator.advance(1)
    client.update_workgroup(**change)


def test_other_members_a_snapshot_and_a_setting_do_not_wait(emulator: Emulator, client: Any, refused: Any) -> None:
    young(emulator, client)
    update(emulator, client, port=5440)
    client.delete_workgroup(workgroupName="sales")
    emulator.advance(600)
    # The namespace has its recovery point: a second workgroup of it does not wait.
    client.create_workgroup(workgroupName="sales", namespaceName="sales", baseCapacity=8)
    emulator.advance(120)
    update(emulator, client, baseCapacity=16)

    emulator.reset()
    young(emulator, client)
    client.create_snapshot(namespaceName="sales", snapshotName="first")
    refused("ValidationException", client.update_workgroup, workgroupName="sales", maxCapacity=256)
    emulator.advance(60)
    update(emulator, client, maxCapacity=256)

    emulator.reset()
    emulator.settings(durations={"first_recovery_point": 0})
    young(emulator, client)
    update(emulator, client, maxCapacity=256)


def test_a_track_is_pending_until_its_release(
    emulator: Emulator, client: Any, refused: Any, workgroup: dict[str, Any]
) -> None:
    def shown() -> tuple[str, str | None]:
        found = get(client)
        return found["trackName"], found.get("pendingTrackName")

    update(emulator, client, trackName="trailing")
    assert shown() == ("current", "trailing")
    refused("ValidationException", client.update_workgroup, workgroupName="sales", trackName="trailing")
    update(emulator, client, trackName="current")
    assert shown() == ("current", None)
    emulator.settings(durations={"track_change": 7200})
    update(emulator, client, trackName="trailing")
    emulator.advance(7200)
    assert shown() == ("trailing", None)
    emulator.settings(durations={"track_change": 0})
    update(emulator, client, trackName="current")
    assert shown() == ("current", None)


def test_a_withdrawn_wish_for_a_track_is_not_fulfilled_early(
    emulator: Emulator, client: Any, workgroup: dict[str, Any]
) -> None:
    emulator.settings(durations={"track_change": 2000})
    update(emulator, client, trackName="trailing")
    update(emulator, client, trackName="current")
    update(emulator, client, trackName="trailing")
    emulator.advance(1000)
    assert get(client)["pendingTrackName"] == "trailing"
    emulator.advance(1000)
    assert get(client)["trackName"] == "trailing"


def test_extra_compute_is_read_back(emulator: Emulator, client: Any, workgroup: dict[str, Any]) -> None:
    assert update(emulator, client, extraComputeForAutomaticOptimization=True)["extraComputeForAutomaticOptimization"]


def test_addresses_for_the_routing_and_for_more_rpus(emulator: Emulator, client: Any, ec2: Any, refused: Any) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.2.{index}.0/{mask}", AvailabilityZone=f"us-east-1{zone}")
        for index, (zone, mask) in enumerate(zip("abcabc", [27, 27, 27, 28, 28, 28], strict=True))
    ]
    larger, smaller = ([each["Subnet"]["SubnetId"] for each in subnets[first : first + 3]] for first in (0, 3))
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales", baseCapacity=32, subnetIds=larger)
    emulator.advance(600)
    change = client.update_workgroup
    # Each of the larger ones has 27 addresses, of which the workgroup has one.
    update(emulator, client, baseCapacity=512)
    assert "needs at least 133 in" in refused(
        "ValidationException", change, workgroupName="sales", enhancedVpcRouting=True
    )
    update(emulator, client, baseCapacity=32)
    update(emulator, client, enhancedVpcRouting=True)
    assert "needs at least 28 in" in refused("ValidationException", change, workgroupName="sales", baseCapacity=128)
    update(emulator, client, baseCapacity=64)
    update(emulator, client, baseCapacity=8)
    update(emulator, client, baseCapacity=16)
    assert "needs at least 13 in" in refused("ValidationException", change, workgroupName="sales", subnetIds=smaller)
    update(emulator, client, enhancedVpcRouting=False)
    assert update(emulator, client, subnetIds=smaller[:2])["subnetIds"] == smaller[:2]
    assert "at least 3 subnets" in refused(
        "ValidationException", change, workgroupName="sales", enhancedVpcRouting=True
    )


def test_security_groups_are_replaced_on_the_interfaces(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any]
) -> None:
    vpc_id = workgroup["endpoint"]["vpcEndpoints"][0]["vpcId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc_id)["GroupId"]
    assert update(emulator, client, securityGroupIds=[group])["securityGroupIds"] == [group]
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [each["Groups"][0]["GroupId"] for each in interfaces] == [group] * 3


def test_subnets_are_replaced_and_the_elastic_ip_follows(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any], gateway: str
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


@pytest.mark.parametrize(("setting", "public"), [("private", False), ("public", True)])
def test_going_public_without_an_internet_gateway_is_taken_again_and_again(
    emulator: Emulator, client: Any, workgroup: dict[str, Any], setting: str, public: bool
) -> None:
    emulator.settings(public_without_gateway=setting)
    assert update(emulator, client, publiclyAccessible=True)["publiclyAccessible"] is public
    assert update(emulator, client, publiclyAccessible=not public)["publiclyAccessible"] is False


def test_public_and_private_again(
    emulator: Emulator, client: Any, ec2: Any, workgroup: dict[str, Any], gateway: str
) -> None:
    assert update(emulator, client, publiclyAccessible=True)["publiclyAccessible"] is True
    assert len(ec2.describe_addresses()["Addresses"]) == 1
    assert update(emulator, client, publiclyAccessible=False)["publiclyAccessible"] is False
    assert ec2.describe_addresses()["Addresses"] == []


@pytest.mark.parametrize("mode", ["block-bidirectional", "block-ingress"])
def test_block_public_access_forbids_going_public(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, workgroup: dict[str, Any], gateway: str, mode: str
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
