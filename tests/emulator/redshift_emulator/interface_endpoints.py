"""Interface VPC endpoints, of which moto's EC2 keeps a record and checks nothing.

Added from outside, for endpoints of the type Interface only (a service's own ones are made below this, in the backend):

* CreateVpcEndpoint: service, subnets and security groups exist, are in the VPC and in different zones; private DNS needs both
  DNS attributes and no other endpoint with it [C: user reports of Terraform and CDK]; the VPC's default group; a client token
  gives the same endpoint again; real addresses and host names; ``pending`` for a while.
* ModifyVpcEndpoint: private DNS, the same checks, interfaces that come and go with the subnets, ``pending`` for a while [I].
* DeleteVpcEndpoints: ``deleting`` for a while, then gone; unknown ids in ``Unsuccessful`` [C: API reference].
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from .world import world

# AWS keeps the first three host addresses of a subnet for itself.
RESERVED_ADDRESSES = 3
Action = Callable[[EC2Response], ActionResult]


def free_address(ec2: Any, subnet: Any) -> str | None:
    """The first address of a subnet that nothing has; moto itself places interfaces outside of it."""
    used = {eni.private_ip_address for eni in ec2.enis.values() if eni.subnet.id == subnet.id} | set(subnet._subnet_ips)
    hosts = itertools.islice(subnet.cidr.hosts(), RESERVED_ADDRESSES, None)
    return next((str(ip) for ip in hosts if str(ip) not in used), None)


def _refuse(code: str, text: str) -> EC2ClientError:
    return EC2ClientError(code, text)


def _is_interface(endpoint: Any) -> bool:
    return str(endpoint.vpc_endpoint_type).lower() == "interface" and not getattr(endpoint, "requester_managed", False)


def _service(response: EC2Response, name: str) -> dict[str, Any]:
    offered = response.ec2_backend._collect_default_endpoint_services(response.current_account, response.region)
    for service in offered:
        if service["ServiceName"] == name:
            return dict(service)
    raise _refuse("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")


def _check_place(ec2: Any, service: dict[str, Any], vpc_id: str, subnet_ids: list[str], group_ids: list[str]) -> None:
    zones: dict[str, str] = {}
    for subnet_id in subnet_ids:
        subnet = ec2.get_subnet(subnet_id)
        if subnet.vpc_id != vpc_id:
            raise _refuse("InvalidParameter", f"The subnet ID '{subnet_id}' does not belong to VPC '{vpc_id}'")
        zone = subnet.availability_zone
        if zone not in service["AvailabilityZones"]:
            text = f"The VPC endpoint service {service['ServiceName']} does not support the availability zone of the subnet"
            raise _refuse("InvalidParameter", f"{text}: {subnet_id}.")
        if zone in zones:
            text = (
                "VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
            )
            found = f"Found another VPC endpoint subnet in the availability zone of {subnet_id}"
            raise _refuse("DuplicateSubnetsInSameZone", f"{found}. {text}")
        zones[zone] = subnet_id
    for group_id in group_ids:
        group = ec2.get_security_group_from_id(group_id)
        if group is None:
            raise _refuse("InvalidSecurityGroupId.NotFound", f"The security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            raise _refuse("InvalidParameter", f"Security group {group_id} does not belong to VPC {vpc_id}")


def _check_private_dns(ec2: Any, service: dict[str, Any], vpc_id: str, endpoint_id: str | None = None) -> None:
    vpc = ec2.get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        text = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true"
        raise _refuse("InvalidParameter", f"{text} for {vpc_id}")
    for other in ec2.vpc_end_points.values():
        same = other.vpc_id == vpc_id and other.service_name == service["ServiceName"] and other.id != endpoint_id
        if same and other.private_dns_enabled and other.state != "deleted":
            text = "private-dns-enabled cannot be set because there is already a conflicting DNS domain"
            raise _refuse("InvalidParameter", f"{text} for {service['PrivateDnsName']} in the VPC {vpc_id}")


def _dress(ec2: Any, endpoint: Any, service: dict[str, Any]) -> None:
    """Bring interfaces and host names in line with the endpoint's subnets, groups and private DNS."""
    groups = [ec2.get_security_group_from_id(each) for each in endpoint.security_group_ids]
    kept = {ec2.enis[each].subnet.id: each for each in endpoint.network_interface_ids if each in ec2.enis}
    for subnet_id in set(kept) - set(endpoint.subnet_ids):
        ec2.enis.pop(kept.pop(subnet_id))
    for subnet_id in [each for each in endpoint.subnet_ids if each not in kept]:
        kept[subnet_id] = _interface(ec2, endpoint, ec2.get_subnet(subnet_id)).id
    endpoint.network_interface_ids = list(kept.values())
    for eni_id in kept.values():
        ec2.enis[eni_id]._group_set = groups
    names = [f"{endpoint.id}-{endpoint.id[-8:]}.{each}" for each in service["BaseEndpointDnsNames"]]
    if endpoint.private_dns_enabled:
        names.append(service["PrivateDnsName"])
    endpoint.dns_entries = [{"dns_name": name, "hosted_zone_id": f"Z{endpoint.id[-12:].upper()}"} for name in names]


def _interface(ec2: Any, endpoint: Any, subnet: Any) -> Any:
    address = free_address(ec2, subnet)
    if address is None:
        raise _refuse("InsufficientFreeAddressesInSubnet", f"The subnet {subnet.id} has no free addresses.")
    eni = ec2.create_network_interface(subnet, address, description=f"VPC Endpoint Interface {endpoint.id}")
    eni.requester_managed, eni.interface_type, eni.status = True, "vpc_endpoint", "in-use"
    return eni


def _at_work(endpoint: Any, duration: str, state: str, done: Callable[[], Any]) -> None:
    endpoint.state = state
    world().timeline.after(world().settings.durations[duration], done)


def _available(endpoint: Any) -> Callable[[], None]:
    def finish() -> None:
        endpoint.state = "available"

    return finish


def _create(original: Action) -> Action:
    @functools.wraps(original)
    def create_vpc_endpoint(self: EC2Response) -> ActionResult:
        if str(self._get_param("VpcEndpointType")).lower() != "interface":
            return original(self)
        ec2: Any = self.ec2_backend
        token, vpc_id = self._get_param("ClientToken"), self._get_param("VpcId")
        for endpoint in ec2.vpc_end_points.values():
            if token and endpoint.client_token == token:
                return ActionResult({"VpcEndpoint": endpoint})
        service = _service(self, self._get_param("ServiceName"))
        ec2.get_vpc(vpc_id)
        subnet_ids, group_ids = self._get_param("SubnetIds", []), self._get_param("SecurityGroupIds", [])
        _check_place(ec2, service, vpc_id, subnet_ids, group_ids)
        if self._get_bool_param("PrivateDnsEnabled", if_none=True):
            _check_private_dns(ec2, service, vpc_id)
        result: Any = original(self)
        endpoint = result.result["VpcEndpoint"]
        for eni_id in endpoint.network_interface_ids:
            ec2.enis.pop(eni_id)
        endpoint.network_interface_ids = []
        endpoint.security_group_ids = group_ids or [ec2.get_default_security_group(vpc_id).id]
        _dress(ec2, endpoint, service)
        _at_work(endpoint, "interface_endpoint_create", "pending", _available(endpoint))
        return ActionResult({"VpcEndpoint": endpoint})

    return create_vpc_endpoint


def _modify(original: Action) -> Action:
    @functools.wraps(original)
    def modify_vpc_endpoint(self: EC2Response) -> ActionResult:
        ec2: Any = self.ec2_backend
        endpoint = ec2.describe_vpc_endpoints(vpc_end_point_ids=[self._get_param("VpcEndpointId")])[0]
        if not _is_interface(endpoint):
            return original(self)
        service = _service(self, endpoint.service_name)
        removed = self._get_param("RemoveSubnetIds", [])
        subnet_ids = [each for each in endpoint.subnet_ids if each not in removed] + self._get_param("AddSubnetIds", [])
        _check_place(ec2, service, endpoint.vpc_id, subnet_ids, self._get_param("AddSecurityGroupIds", []))
        private_dns = self._get_bool_param("PrivateDnsEnabled")
        if private_dns:
            _check_private_dns(ec2, service, endpoint.vpc_id, endpoint.id)
        result = original(self)
        if private_dns is not None:
            endpoint.private_dns_enabled = private_dns
        _dress(ec2, endpoint, service)
        _at_work(endpoint, "interface_endpoint_modify", "pending", _available(endpoint))
        return result

    return modify_vpc_endpoint


def _delete(original: Action) -> Action:
    @functools.wraps(original)
    def delete_vpc_endpoints(self: EC2Response) -> ActionResult:
        ec2: Any = self.ec2_backend
        ids = self._get_param("VpcEndpointIds", [])
        unknown = [each for each in ids if each not in ec2.vpc_end_points]
        ours = [each for each in ids if each not in unknown and _is_interface(ec2.vpc_end_points[each])]
        ec2.delete_vpc_endpoints(vpce_ids=[each for each in ids if each not in (*unknown, *ours)])
        for endpoint_id in ours:
            gone = functools.partial(_remove, ec2, endpoint_id)
            _at_work(ec2.vpc_end_points[endpoint_id], "interface_endpoint_delete", "deleting", gone)
        return ActionResult({"Unsuccessful": [_not_found(each) for each in unknown]})

    return delete_vpc_endpoints


def _remove(ec2: Any, endpoint_id: str) -> None:
    endpoint = ec2.vpc_end_points.pop(endpoint_id, None)
    for eni_id in endpoint.network_interface_ids if endpoint else ():
        ec2.enis.pop(eni_id, None)


def _not_found(endpoint_id: str) -> dict[str, Any]:
    text = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
    return {"ResourceId": endpoint_id, "Error": {"Code": "InvalidVpcEndpoint.NotFound", "Message": text}}


WRAPPED: dict[str, Callable[[Action], Action]] = {
    "create_vpc_endpoint": _create,
    "modify_vpc_endpoint": _modify,
    "delete_vpc_endpoints": _delete,
}


def extend_interface_endpoints() -> None:
    """Put the additions on moto's class. Calling it again changes nothing."""
    for name, wrap in WRAPPED.items():
        original = getattr(EC2Response, name)
        if not hasattr(original, "redshift_emulator"):
            method: Any = wrap(original)
            method.redshift_emulator = True
            setattr(EC2Response, name, method)
