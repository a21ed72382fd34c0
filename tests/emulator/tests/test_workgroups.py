"""Workgroups through botocore: creation, what they show, what they place in EC2, deletion."""

from __future__ import annotations

from typing import Any

import pytest
from redshift_emulator.control import Emulator

NAMES = {"workgroupName": "sales", "namespaceName": "sales"}


def config_of(workgroup: dict[str, Any]) -> dict[str, str]:
    return {each["parameterKey"]: each["parameterValue"] for each in workgroup["configParameters"]}


def other_vpc(ec2: Any, zones: str = "abc") -> tuple[str, list[str]]:
    """A VPC of its own with one subnet in each zone."""
    vpc_id = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.1.{index}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for index, zone in enumerate(zones)
    ]
    return vpc_id, [each["Subnet"]["SubnetId"] for each in subnets]


def test_creation_takes_simulated_time_and_gives_an_address_at_the_end(emulator: Emulator, client: Any) -> None:
    client.create_namespace(namespaceName="sales")
    created = client.create_workgroup(**NAMES)["workgroup"]
    assert created["status"] == "CREATING"
    assert "endpoint" not in created
    emulator.advance(119)
    assert client.get_workgroup(workgroupName="sales")["workgroup"]["status"] == "CREATING"
    emulator.advance(1)
    found = client.get_workgroup(workgroupName="sales")["workgroup"]
    assert found["status"] == "AVAILABLE"
    assert found["endpoint"]["address"] == "sales.111111111111.us-east-1.redshift-serverless.amazonaws.com"
    assert found["endpoint"]["port"] == 5439


def test_the_defaults_are_those_of_2026(workgroup: dict[str, Any], ec2: Any) -> None:
    expected = {
        "baseCapacity": -1,
        "pricePerformanceTarget": {"status": "ENABLED", "level": 50},
        "publiclyAccessible": False,
        "enhancedVpcRouting": False,
        "trackName": "current",
    }
    assert {name: workgroup[name] for name in expected} == expected
    assert "maxCapacity" not in workgroup
    assert "port" not in workgroup
    default = {each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]}
    assert set(workgroup["subnetIds"]) == default
    groups = ec2.describe_security_groups(GroupIds=workgroup["securityGroupIds"])["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]


def test_nine_config_defaults_and_a_tenth_in_unstable_order(client: Any, workgroup: dict[str, Any]) -> None:
    config = config_of(workgroup)
    assert len(config) == 10
    assert config["require_ssl"] == "true"
    assert config["use_fips_ssl"] == "false"
    assert config["enable_large_strings_opt_in"] == ""
    reads = [client.get_workgroup(workgroupName="sales")["workgroup"]["configParameters"] for _number in range(5)]
    assert len({tuple(each["parameterKey"] for each in read) for read in reads}) > 1


def test_the_same_seed_gives_the_same_identifiers(emulator: Emulator, client: Any) -> None:
    def create(seed: int) -> tuple[str, str]:
        emulator.reset(seed=seed)
        namespace = client.create_namespace(namespaceName="sales")["namespace"]
        return namespace["namespaceId"], client.create_workgroup(**NAMES)["workgroup"]["subnetIds"][0]

    assert create(7) == create(7) != create(8)


def test_its_endpoint_is_in_three_zones_of_ec2(workgroup: dict[str, Any], ec2: Any) -> None:
    (endpoint,) = workgroup["endpoint"]["vpcEndpoints"]
    interfaces = endpoint["networkInterfaces"]
    assert len({each["availabilityZone"] for each in interfaces}) == 3
    ids = [each["networkInterfaceId"] for each in interfaces]
    real = ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    assert {each["SubnetId"]: each["PrivateIpAddress"] for each in real} == {
        each["subnetId"]: each["privateIpAddress"] for each in interfaces
    }
    assert all(each["RequesterManaged"] for each in real)
    assert {each["Groups"][0]["GroupId"] for each in real} == set(workgroup["securityGroupIds"])
    (in_ec2,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["vpcEndpointId"]])["VpcEndpoints"]
    assert in_ec2["VpcId"] == endpoint["vpcId"]
    assert in_ec2["NetworkInterfaceIds"] == ids


def test_require_ssl_false_is_refused_at_creation(client: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    message = refused(
        "ValidationException",
        client.create_workgroup,
        **NAMES,
        configParameters=[{"parameterKey": "require_ssl", "parameterValue": "false"}],
    )
    assert message == (
        "You can't disable require_ssl while the workgroup is being created. "
        "To disable require_ssl, update the workgroup after creation."
    )


@pytest.mark.parametrize("port", [5430, 5456, 8190, 8216, 0, -1])
def test_ports_out_of_range_are_refused_at_creation(client: Any, refused: Any, port: int) -> None:
    client.create_namespace(namespaceName="sales")
    assert "5431-5455 and 8191-8215" in refused("ValidationException", client.create_workgroup, **NAMES, port=port)


@pytest.mark.parametrize("port", [5431, 5455, 8191, 8215])
def test_ports_in_range_are_taken(emulator: Emulator, client: Any, port: int) -> None:
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES, port=port)
    emulator.advance(600)
    assert client.get_workgroup(workgroupName="sales")["workgroup"]["endpoint"]["port"] == port


def test_namespace_and_name_are_checked(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    create = client.create_workgroup
    refused("ResourceNotFoundException", create, workgroupName="other", namespaceName="missing")
    assert "already exists" in refused("ConflictException", create, **NAMES)
    assert "sales" in refused("ConflictException", create, workgroupName="other", namespaceName="sales")


def test_the_namespace_is_modifying_while_the_workgroup_is_created(
    emulator: Emulator, client: Any, refused: Any
) -> None:
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES)
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "MODIFYING"
    busy = refused("ConflictException", client.update_namespace, namespaceName="sales", kmsKeyId="key")
    assert "operation running on the namespace" in busy
    refused("ConflictException", client.update_workgroup, workgroupName="sales", port=5440)
    emulator.advance(120)
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "AVAILABLE"


def test_subnets_and_groups_must_exist_in_one_vpc(client: Any, ec2: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    vpc_id, subnets = other_vpc(ec2)
    default = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0]
    default_group = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [default["VpcId"]]}])
    foreign = default_group["SecurityGroups"][0]["GroupId"]
    create = client.create_workgroup
    assert "subnet-00000000" in refused("ValidationException", create, **NAMES, subnetIds=["subnet-00000000"])
    assert "one VPC" in refused("ValidationException", create, **NAMES, subnetIds=[*subnets, default["SubnetId"]])
    for group in ("sg-00000000", foreign):
        message = refused("ValidationException", create, **NAMES, subnetIds=subnets, securityGroupIds=[group])
        assert message == f"VPC Security group {group} does not exist in VPC {vpc_id}"


SUBNET_RULES: list[tuple[str, bool, str, str]] = [
    ("a", False, "by_routing", "at least 2 subnets in 2 Availability Zones"),
    ("aa", False, "by_routing", "at least 2 subnets in 2 Availability Zones"),
    ("ab", False, "by_routing", ""),
    ("ab", True, "by_routing", "at least 3 subnets in 3 Availability Zones"),
    ("aab", True, "by_routing", "at least 3 subnets in 3 Availability Zones"),
    ("abc", True, "by_routing", ""),
    ("ab", False, "three_zones", "at least 3 subnets in 3 Availability Zones"),
    ("a", True, "any", ""),
]


@pytest.mark.parametrize(("zones", "routing", "rule", "words"), SUBNET_RULES)
def test_how_many_subnets_are_needed_is_by_the_routing_unless_a_setting_says_otherwise(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, zones: str, routing: bool, rule: str, words: str
) -> None:
    emulator.settings(subnet_rule=rule)
    client.create_namespace(namespaceName="sales")
    _vpc, subnets = other_vpc(ec2, zones)
    wanted = {**NAMES, "subnetIds": subnets, "enhancedVpcRouting": routing}
    if words:
        assert words in refused("ValidationException", client.create_workgroup, **wanted)
    else:
        client.create_workgroup(**wanted)


def small_vpc(ec2: Any, mask: int = 28) -> list[str]:
    """Three subnets in three zones, each with eleven free addresses."""
    vpc_id = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.2.{index}.0/{mask}", AvailabilityZone=f"us-east-1{zone}")
        for index, zone in enumerate("abc")
    ]
    return [each["Subnet"]["SubnetId"] for each in made]


@pytest.mark.parametrize(("routing", "base", "free"), [(True, 8, 11), (True, 16, 0), (False, 512, 11)])
def test_free_addresses_that_are_needed_at_creation(
    client: Any, ec2: Any, refused: Any, routing: bool, base: int, free: int
) -> None:
    client.create_namespace(namespaceName="sales")
    wanted = {**NAMES, "subnetIds": small_vpc(ec2), "enhancedVpcRouting": routing, "baseCapacity": base}
    if free:
        client.create_workgroup(**wanted)
    else:
        message = refused("ValidationException", client.create_workgroup, **wanted)
        assert message.endswith(
            "has 11 free IP addresses. Amazon Redshift Serverless needs at least 13 in each subnet."
        )


def test_three_free_addresses_are_needed_even_without_the_routing(client: Any, ec2: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    subnets = small_vpc(ec2)
    for last in range(4, 13):
        ec2.create_network_interface(SubnetId=subnets[0], PrivateIpAddress=f"10.2.0.{last}")
    message = refused("ValidationException", client.create_workgroup, **NAMES, subnetIds=subnets)
    assert message.endswith("has 2 free IP addresses. Amazon Redshift Serverless needs at least 3 in each subnet.")


def test_zones_that_the_service_does_not_support_are_a_setting(
    emulator: Emulator, client: Any, ec2: Any, refused: Any
) -> None:
    emulator.settings(unsupported_zones=["us-east-1b"])
    client.create_namespace(namespaceName="sales")
    _vpc, subnets = other_vpc(ec2)
    message = refused("ValidationException", client.create_workgroup, **NAMES, subnetIds=subnets)
    assert message == f"The Availability Zone us-east-1b of the subnet {subnets[1]} isn't supported."
    client.create_workgroup(**NAMES, subnetIds=[subnets[0], subnets[2]])


def test_dual_stack_needs_an_ipv6_block(emulator: Emulator, client: Any, ec2: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales")
    vpc_id, subnets = other_vpc(ec2)
    wanted = {**NAMES, "subnetIds": subnets, "ipAddressType": "dualstack"}
    message = refused("Ipv6CidrBlockNotFoundException", client.create_workgroup, **wanted)
    assert message.startswith("There are no subnets in your VPC with associated IPv6 CIDR blocks.")
    block = ec2.associate_vpc_cidr_block(VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)
    prefix = block["Ipv6CidrBlockAssociation"]["Ipv6CidrBlock"].replace("::/56", "::/64")
    ec2.associate_subnet_cidr_block(SubnetId=subnets[0], Ipv6CidrBlock=prefix)
    client.create_workgroup(**wanted)
    emulator.advance(600)
    found = client.get_workgroup(workgroupName="sales")["workgroup"]
    assert found["ipAddressType"] == "dualstack"
    interfaces = found["endpoint"]["vpcEndpoints"][0]["networkInterfaces"]
    assert [("ipv6Address" in each) for each in interfaces] == [True, False, False]


@pytest.mark.parametrize(
    ("capacity", "shown"),
    [
        ({}, (-1, None, {"status": "ENABLED", "level": 50})),
        ({"baseCapacity": 16}, (16, None, {"status": "DISABLED"})),
        ({"baseCapacity": 16, "maxCapacity": 32}, (16, 32, {"status": "DISABLED"})),
        ({"baseCapacity": 4, "maxCapacity": 5632}, (4, 5632, {"status": "DISABLED"})),
        ({"baseCapacity": 544}, (544, None, {"status": "DISABLED"})),
        ({"maxCapacity": -1}, (-1, None, {"status": "ENABLED", "level": 50})),
        ({"pricePerformanceTarget": {"status": "DISABLED"}}, (128, None, {"status": "DISABLED"})),
        ({"pricePerformanceTarget": {"status": "ENABLED", "level": 1}}, (-1, None, {"status": "ENABLED", "level": 1})),
    ],
)
def test_capacity_at_creation(client: Any, capacity: dict[str, Any], shown: tuple[Any, ...]) -> None:
    client.create_namespace(namespaceName="sales")
    found = client.create_workgroup(**NAMES, **capacity)["workgroup"]
    assert (found["baseCapacity"], found.get("maxCapacity"), found["pricePerformanceTarget"]) == shown


@pytest.mark.parametrize(
    "capacity",
    [
        {"baseCapacity": 9},
        {"baseCapacity": 520},
        {"baseCapacity": 1056},
        {"baseCapacity": 64, "maxCapacity": 5640},
        {"baseCapacity": 64, "pricePerformanceTarget": {"status": "DISABLED", "level": 50}},
        {"baseCapacity": 64, "maxCapacity": 32},
        {"baseCapacity": 64, "pricePerformanceTarget": {"status": "ENABLED"}},
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 33}},
        {"pricePerformanceTarget": {"level": 50}},
    ],
)
def test_capacity_that_is_refused(client: Any, refused: Any, capacity: dict[str, Any]) -> None:
    client.create_namespace(namespaceName="sales")
    refused("ValidationException", client.create_workgroup, **NAMES, **capacity)


@pytest.mark.parametrize(("region", "taken"), [("eu-west-2", True), ("eu-central-1", False)])
def test_more_than_512_rpus_are_in_five_regions_only(
    emulator: Emulator, refused: Any, region: str, taken: bool
) -> None:
    client = emulator.session(region=region).client("redshift-serverless")
    client.create_namespace(namespaceName="sales")
    if taken:
        client.create_workgroup(**NAMES, baseCapacity=1024)
    else:
        refused("ValidationException", client.create_workgroup, **NAMES, baseCapacity=1024)
        client.create_workgroup(**NAMES, baseCapacity=512, maxCapacity=5632)


@pytest.mark.parametrize(("setting", "public", "addresses"), [("private", False, 0), ("public", True, 1)])
def test_without_an_internet_gateway_a_public_one_is_taken_and_not_made(
    emulator: Emulator, client: Any, ec2: Any, setting: str, public: bool, addresses: int
) -> None:
    emulator.settings(public_without_gateway=setting)
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES, publiclyAccessible=True)
    emulator.advance(600)
    found = client.get_workgroup(workgroupName="sales")["workgroup"]
    assert (found["status"], found["publiclyAccessible"]) == ("AVAILABLE", public)
    assert len(ec2.describe_addresses()["Addresses"]) == addresses
    client.delete_workgroup(workgroupName="sales")


def test_what_creation_takes_of_tracks_and_extra_compute(client: Any, refused: Any) -> None:
    client.create_namespace(namespaceName="sales", redshiftIdcApplicationArn="arn:aws:sso::111111111111:application/a")
    refused("ValidationException", client.create_workgroup, **NAMES, trackName="beta")
    wanted = {"trackName": "trailing", "extraComputeForAutomaticOptimization": True}
    found = client.create_workgroup(**NAMES, **wanted)["workgroup"]
    assert {name: found[name] for name in wanted} == wanted
    assert "pendingTrackName" not in found


def test_a_public_one_has_a_real_elastic_ip_in_the_owners_account(
    emulator: Emulator, client: Any, ec2: Any, grantee_ec2: Any, gateway: str
) -> None:
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES, publiclyAccessible=True)
    emulator.advance(600)
    (address,) = ec2.describe_addresses()["Addresses"]
    interface = client.get_workgroup(workgroupName="sales")["workgroup"]["endpoint"]["vpcEndpoints"][0]
    assert address["NetworkInterfaceId"] == interface["networkInterfaces"][0]["networkInterfaceId"]
    assert address["ServiceManaged"] == "redshift-serverless"
    assert grantee_ec2.describe_addresses()["Addresses"] == []


def test_deletion_shows_available_for_a_moment_and_leaves_nothing(
    emulator: Emulator, client: Any, ec2: Any, refused: Any, gateway: str
) -> None:
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES, publiclyAccessible=True)
    emulator.advance(600)
    assert client.delete_workgroup(workgroupName="sales")["workgroup"]["status"] == "DELETING"
    assert client.get_workgroup(workgroupName="sales")["workgroup"]["status"] == "AVAILABLE"
    busy = refused("ConflictException", client.delete_workgroup, workgroupName="sales")
    assert busy == "There is an operation running on the workgroup. Try deleting the workgroup again later."
    emulator.advance(10)
    assert client.get_workgroup(workgroupName="sales")["workgroup"]["status"] == "DELETING"
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "MODIFYING"
    emulator.advance(100)
    refused("ResourceNotFoundException", client.get_workgroup, workgroupName="sales")
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "AVAILABLE"
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert ec2.describe_addresses()["Addresses"] == []


def test_each_request_can_move_time(emulator: Emulator, client: Any) -> None:
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(**NAMES)
    emulator.clock(per_request=30)
    statuses = [client.get_workgroup(workgroupName="sales")["workgroup"]["status"] for _number in range(4)]
    assert statuses == ["CREATING", "CREATING", "CREATING", "AVAILABLE"]


def test_tags(client: Any, refused: Any, workgroup: dict[str, Any]) -> None:
    arn = workgroup["workgroupArn"]
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == []
    client.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": ""}])
    client.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}])
    client.untag_resource(resourceArn=arn, tagKeys=["b", "absent"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}]
    refused("ValidationException", client.tag_resource, resourceArn=arn, tags=[{"key": "aws:x", "value": ""}])
    many = [{"key": str(number), "value": ""} for number in range(51)]
    refused("TooManyTagsException", client.tag_resource, resourceArn=arn, tags=many)
    refused("ResourceNotFoundException", client.list_tags_for_resource, resourceArn=arn + "0")
