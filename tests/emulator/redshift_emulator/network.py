"""The thin edge to moto's EC2: what a workgroup or an endpoint places in somebody's VPC really exists there."""

from __future__ import annotations

import dataclasses
from typing import Any

from moto.ec2.models import ec2_backends

from .ec2_extras import public_access_blocked
from .errors import ServiceError, validation
from .interface_endpoints import free_address
from .state import Interface, VpcEndpoint
from .subnet_rules import Given, Need, fault
from .world import World

MOST_ZONES = 3
NO_IPV6 = (
    "There are no subnets in your VPC with associated IPv6 CIDR blocks. "
    "To use dual-stack mode, associate an IPv6 CIDR block with each subnet in your VPC."
)


@dataclasses.dataclass(frozen=True)
class Placement:
    """Where something is placed: existing subnets and security groups of one VPC."""

    vpc_id: str
    subnet_ids: list[str]
    security_group_ids: list[str]


class Network:
    """One account's EC2 in one Region."""

    def __init__(self, world: World, account: str, region: str) -> None:
        self._world = world
        self._region = region
        self._ec2: Any = ec2_backends[account][region]

    def place(self, subnet_ids: list[str] | None, security_group_ids: list[str] | None) -> Placement:
        """Resolve what was given, or the default VPC's subnets and default group [C: DRIFT], and check it.

        Raises:
            ServiceError: Something does not exist, or not all of it is in one VPC (texts [U]).
        """
        subnets = self._subnets(subnet_ids) if subnet_ids else self._default_subnets()
        vpcs = {subnet.vpc_id for subnet in subnets}
        if len(vpcs) != 1:
            raise validation(f"The subnets must be in one VPC, but they are in {', '.join(sorted(vpcs))}.")
        vpc_id = vpcs.pop()
        groups = list(dict.fromkeys(security_group_ids)) if security_group_ids else [self._default_group(vpc_id)]
        self.check_groups(vpc_id, groups)
        return Placement(vpc_id, [subnet.id for subnet in subnets], groups)

    def check_groups(self, vpc_id: str, group_ids: list[str]) -> None:
        """All security groups exist and are in that VPC.

        The text is that for a group of another VPC [C: pulumi-aws-native #614]; that one which is nowhere gets the same is
        inferred [I], and so is the code.
        """
        for group_id in group_ids:
            group = self._ec2.get_security_group_from_id(group_id)
            if group is None or group.vpc_id != vpc_id:
                raise validation(f"VPC Security group {group_id} does not exist in VPC {vpc_id}")

    def _subnets(self, subnet_ids: list[str]) -> list[Any]:
        known = {each.id: each for by_zone in self._ec2.subnets.values() for each in by_zone.values()}
        missing = [each for each in subnet_ids if each not in known]
        if missing:
            raise validation(f"The subnet {missing[0]} doesn't exist.")
        return [known[each] for each in dict.fromkeys(subnet_ids)]

    def _default_subnets(self) -> list[Any]:
        vpc = self._ec2.get_default_vpc()
        found = self._ec2.describe_subnets(filters={"vpc-id": [vpc.id]}) if vpc else []
        if not found:
            raise validation("No subnets were specified, and this Region has no default VPC with subnets.")
        return list(found)

    def _default_group(self, vpc_id: str) -> str:
        group = self._ec2.get_default_security_group(vpc_id)
        group_id: str = group.id
        return group_id

    def check_subnets(self, placement: Placement, wanted: Need) -> None:
        """The subnets are enough, in enough zones that the service supports, with enough free addresses."""
        given = [
            Given(each.id, each.availability_zone, each.availability_zone_id, int(each.available_ip_address_count))
            for each in self._subnets(placement.subnet_ids)
        ]
        wrong = fault(wanted, given, self._world.settings.unsupported_zones)
        if wrong:
            raise validation(wrong)

    def check_dualstack(self, placement: Placement) -> None:
        """Ipv6CidrBlockNotFoundException if no subnet has an IPv6 block [C: BM, its text]."""
        if not any(_ipv6_block(subnet) for subnet in self._subnets(placement.subnet_ids)):
            raise ServiceError("Ipv6CidrBlockNotFoundException", NO_IPV6)

    def check_public(self, placement: Placement) -> None:
        """Refuse public access that VPC block public access forbids [C: BM]; code by elimination, text [U].

        A missing internet gateway is not refused: nothing is done, silently [C: acceptance test of the Terraform provider].
        """
        if public_access_blocked(self._ec2, placement.vpc_id, placement.subnet_ids):
            raise validation(
                "The workgroup can't be publicly accessible because VPC Block Public Access is turned on "
                f"for the VPC {placement.vpc_id} or its subnets."
            )

    def has_gateway(self, vpc_id: str) -> bool:
        """Whether an internet gateway is attached to the VPC."""
        gateways = self._ec2.internet_gateways.values()
        return any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in gateways)

    def create_endpoint(
        self, placement: Placement, zones: int, owner: str, group_ids: list[str] | None = None, dualstack: bool = False
    ) -> VpcEndpoint:
        """Create a service-managed VPC endpoint with one interface in each of up to ``zones`` zones.

        A workgroup's is in up to three zones [C: DOC-BC], a managed endpoint has one interface [C: DOC-XVPC].
        """
        chosen: dict[str, Any] = {}
        for subnet in self._subnets(placement.subnet_ids):
            chosen.setdefault(subnet.availability_zone, subnet)
        endpoint = self._ec2.create_vpc_endpoint(
            placement.vpc_id,
            f"com.amazonaws.vpce.{self._region}.vpce-svc-{self._world.hex_id()}",
            "Interface",
            None,
            [],
            subnet_ids=[],
            security_group_ids=list(group_ids or placement.security_group_ids),
            tags={"ServiceManaged": "redshift-serverless", "RedshiftServerless": owner},
        )
        endpoint.requester_managed = True
        endpoint.dns_entries = []
        created = VpcEndpoint(endpoint.id, placement.vpc_id, [])
        try:
            for subnet in list(chosen.values())[:zones]:
                created.interfaces.append(self._create_interface(endpoint, subnet, dualstack))
        except ServiceError:
            self.delete_endpoint(created)
            raise
        endpoint.subnet_ids = [each.subnet_id for each in created.interfaces]
        endpoint.network_interface_ids = [each.eni_id for each in created.interfaces]
        return created

    def _create_interface(self, endpoint: Any, subnet: Any, dualstack: bool) -> Interface:
        address = free_address(self._ec2, subnet)
        if address is None:
            raise validation(f"The subnet {subnet.id} has no free IP address.")
        eni = self._ec2.create_network_interface(
            subnet,
            address,
            group_ids=list(endpoint.security_group_ids),
            description=f"VPC Endpoint Interface {endpoint.id}",
            ipv6_address_count=1 if dualstack and _ipv6_block(subnet) else 0,
        )
        eni.requester_managed = True
        eni.interface_type = "vpc_endpoint"
        eni.status = "in-use"
        ipv6 = eni.ipv6_addresses[0] if eni.ipv6_addresses else None
        return Interface(eni.id, subnet.id, subnet.availability_zone, address, ipv6)

    def set_groups(self, endpoint: VpcEndpoint, group_ids: list[str]) -> None:
        """Replace the security groups of an endpoint and of its interfaces."""
        managed = self._ec2.vpc_end_points.get(endpoint.vpc_endpoint_id)
        if managed is not None:
            managed.security_group_ids = list(group_ids)
        groups = [self._ec2.get_security_group_from_id(group_id) for group_id in group_ids]
        for interface in endpoint.interfaces:
            eni = self._ec2.enis.get(interface.eni_id)
            if eni is not None:
                eni._group_set = [group for group in groups if group is not None]

    def delete_endpoint(self, endpoint: VpcEndpoint) -> None:
        """Delete an endpoint and its interfaces; what is already gone is fine."""
        self._ec2.vpc_end_points.pop(endpoint.vpc_endpoint_id, None)
        for interface in endpoint.interfaces:
            self._ec2.enis.pop(interface.eni_id, None)

    def allocate_public_ip(self, endpoint: VpcEndpoint, owner: str) -> str:
        """Allocate an Elastic IP in the owner's account [C: DOC23] and bind it; returns its allocation id."""
        address = self._ec2.allocate_address("vpc", tags={"ServiceManaged": "redshift-serverless", "Workgroup": owner})
        address.service_managed = "redshift-serverless"
        self.bind_public_ip(endpoint, address.allocation_id)
        allocation_id: str = address.allocation_id
        return allocation_id

    def bind_public_ip(self, endpoint: VpcEndpoint, allocation_id: str) -> None:
        """Bind the address to the endpoint's first interface, taking it from another one if need be."""
        eni = self._ec2.enis.get(endpoint.interfaces[0].eni_id)
        if eni is not None:
            self._ec2.associate_address(eni=eni, allocation_id=allocation_id, reassociate=True)

    def release_public_ip(self, allocation_id: str) -> None:
        """Unbind and release the address; what is already gone is fine."""
        for address in [each for each in self._ec2.addresses if each.allocation_id == allocation_id]:
            self._ec2.disassociate_address(address=address.public_ip)
            self._ec2.release_address(allocation_id=allocation_id)

    def vpc_ids(self) -> list[str]:
        """All VPCs of the account in the Region."""
        return list(self._ec2.vpcs)


def _ipv6_block(subnet: Any) -> bool:
    return bool(subnet.ipv6_cidr_block_associations)


def view_endpoint(endpoint: VpcEndpoint) -> dict[str, Any]:
    """A VPC endpoint as the API shows it (no public address in it [C: BM])."""
    return {
        "vpcEndpointId": endpoint.vpc_endpoint_id,
        "vpcId": endpoint.vpc_id,
        "networkInterfaces": [
            {
                "networkInterfaceId": each.eni_id,
                "subnetId": each.subnet_id,
                "privateIpAddress": each.private_ip,
                "availabilityZone": each.availability_zone,
                "ipv6Address": each.ipv6,
            }
            for each in endpoint.interfaces
        ],
    }
