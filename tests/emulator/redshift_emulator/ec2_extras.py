"""What moto's EC2 lacks or answers differently from AWS, for what this collection relies on.

Additions and replacements, each one function set on moto's classes by :func:`extend_ec2` (and listed in ``ADDED``
and ``GUARDED``, which the contract tests go through):

* VPC block public access: Describe/Modify options, Describe/Create/Modify/Delete exclusions (moto has none).
* delete_security_group, delete_subnet, delete_vpc in use: DependencyViolation (moto deletes).
* delete_network_interface of a service's interface: OperationNotPermitted (moto deletes).
* delete_vpc_endpoints of a service's endpoint: refused (moto deletes).
* release_address of an associated address: InvalidIPAddress.InUse (moto disassociates and releases).
* detach_internet_gateway with public addresses in its VPC: DependencyViolation (moto detaches).
* create_route for an IPv6 destination that is there: RouteAlreadyExists (moto overwrites); to an internet gateway of
  another VPC: InvalidParameterValue (moto creates).
* a route to an internet gateway that is no longer attached is a blackhole (moto: active).
* create_network_acl: the two default deny entries (moto has none).
* describe_vpc_endpoint_services: redshift-serverless, redshift-data and their FIPS forms where AWS has them.
* interface VPC endpoints: see ``interface_endpoints.py``.
"""

from __future__ import annotations

import dataclasses
import functools
import ipaddress
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError, RouteAlreadyExistsError
from moto.ec2.models import EC2Backend
from moto.ec2.models.internet_gateways import InternetGateway
from moto.ec2.models.route_tables import Route
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from .interface_endpoints import extend_interface_endpoints

OFF = "off"
MODES = (OFF, "block-bidirectional", "block-ingress")
EXCLUSION_MODES = ("allow-bidirectional", "allow-egress")
ENDPOINT_SERVICES = ("redshift-serverless", "redshift-serverless-fips", "redshift-data", "redshift-data-fips")
# Where the FIPS forms are [C: general reference]; redshift-data-fips is in ca-west-1 too.
FIPS_REGIONS = frozenset(
    {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "us-gov-east-1", "us-gov-west-1"}
)
FIPS_DATA_REGIONS = FIPS_REGIONS | {"ca-west-1"}


@dataclasses.dataclass
class BlockPublicAccess:
    """One account's VPC block public access in one Region."""

    mode: str = OFF
    state: str = "default-state"
    changed: Any = None
    exclusions: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)


def block_public_access(ec2: Any) -> BlockPublicAccess:
    """The record of an EC2 backend; it lives on the backend, so moto's reset forgets it too."""
    if not hasattr(ec2, "redshift_emulator_bpa"):
        ec2.redshift_emulator_bpa = BlockPublicAccess()
    record: BlockPublicAccess = ec2.redshift_emulator_bpa
    return record


def public_access_blocked(ec2: Any, vpc_id: str, subnet_ids: list[str]) -> bool:
    """Whether the internet is kept out of any of these subnets.

    Both blocking modes stop inbound traffic; an exclusion of the VPC or of the subnet lets it in only if it is
    allow-bidirectional.
    """
    record = block_public_access(ec2)
    if record.mode == OFF:
        return False
    open_resources = {
        each["ResourceArn"].rpartition("/")[2]
        for each in record.exclusions.values()
        if each["InternetGatewayExclusionMode"] == "allow-bidirectional"
    }
    return vpc_id not in open_resources and not set(subnet_ids) <= open_resources


def _options(response: EC2Response) -> ActionResult:
    record = block_public_access(response.ec2_backend)
    options = {
        "AwsAccountId": response.current_account,
        "AwsRegion": response.region,
        "State": record.state,
        "InternetGatewayBlockMode": record.mode,
        "LastUpdateTimestamp": record.changed,
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    return ActionResult({"VpcBlockPublicAccessOptions": options})


def describe_vpc_block_public_access_options(self: EC2Response) -> ActionResult:
    """DescribeVpcBlockPublicAccessOptions."""
    self.error_on_dryrun()
    return _options(self)


def modify_vpc_block_public_access_options(self: EC2Response) -> ActionResult:
    """ModifyVpcBlockPublicAccessOptions; takes effect at once."""
    self.error_on_dryrun()
    mode = self._get_param("InternetGatewayBlockMode")
    _check_choice("InternetGatewayBlockMode", mode, MODES)
    record = block_public_access(self.ec2_backend)
    record.mode, record.state, record.changed = mode, "update-complete", utcnow()
    return _options(self)


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise EC2ClientError("InvalidParameterValue", f"Value ({value}) for parameter {name} is invalid.")


def create_vpc_block_public_access_exclusion(self: EC2Response) -> ActionResult:
    """CreateVpcBlockPublicAccessExclusion for a VPC or a subnet."""
    self.error_on_dryrun()
    vpc_id, subnet_id = self._get_param("VpcId"), self._get_param("SubnetId")
    mode = self._get_param("InternetGatewayExclusionMode")
    _check_choice("InternetGatewayExclusionMode", mode, EXCLUSION_MODES)
    if bool(vpc_id) == bool(subnet_id):
        raise EC2ClientError("InvalidParameterCombination", "Specify either a VpcId or a SubnetId.")
    if vpc_id:
        self.ec2_backend.get_vpc(vpc_id)
    else:
        self.ec2_backend.get_subnet(subnet_id)
    resource = f"vpc/{vpc_id}" if vpc_id else f"subnet/{subnet_id}"
    tags = self._parse_tag_specification().get("vpc-block-public-access-exclusion", {})
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{mock_random.get_random_hex(17)}",
        "InternetGatewayExclusionMode": mode,
        "ResourceArn": f"arn:{self.partition}:ec2:{self.region}:{self.current_account}:{resource}",
        "State": "create-complete",
        "CreationTimestamp": utcnow(),
        "LastUpdateTimestamp": utcnow(),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    block_public_access(self.ec2_backend).exclusions[exclusion["ExclusionId"]] = exclusion
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def _exclusion(response: EC2Response) -> dict[str, Any]:
    exclusion_id = response._get_param("ExclusionId")
    exclusions = block_public_access(response.ec2_backend).exclusions
    if exclusion_id not in exclusions:
        raise EC2ClientError(
            "InvalidVpcBlockPublicAccessExclusionId.NotFound", f"The exclusion ID '{exclusion_id}' does not exist."
        )
    return exclusions[exclusion_id]


def modify_vpc_block_public_access_exclusion(self: EC2Response) -> ActionResult:
    """ModifyVpcBlockPublicAccessExclusion."""
    self.error_on_dryrun()
    mode = self._get_param("InternetGatewayExclusionMode")
    _check_choice("InternetGatewayExclusionMode", mode, EXCLUSION_MODES)
    exclusion = _exclusion(self)
    exclusion.update(InternetGatewayExclusionMode=mode, State="update-complete", LastUpdateTimestamp=utcnow())
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def delete_vpc_block_public_access_exclusion(self: EC2Response) -> ActionResult:
    """DeleteVpcBlockPublicAccessExclusion; gone at once."""
    self.error_on_dryrun()
    exclusion = _exclusion(self)
    block_public_access(self.ec2_backend).exclusions.pop(exclusion["ExclusionId"])
    exclusion.update(State="delete-complete", DeletionTimestamp=utcnow())
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def describe_vpc_block_public_access_exclusions(self: EC2Response) -> ActionResult:
    """DescribeVpcBlockPublicAccessExclusions, by ids and by the filters resource-arn, state, mode."""
    self.error_on_dryrun()
    wanted = self._get_param("ExclusionIds", []) or self._get_param("ExclusionId", [])
    fields = {
        "resource-arn": "ResourceArn",
        "state": "State",
        "internet-gateway-exclusion-mode": "InternetGatewayExclusionMode",
    }
    found = list(block_public_access(self.ec2_backend).exclusions.values())
    if wanted:
        found = [each for each in found if each["ExclusionId"] in wanted]
    for name, values in self._filters_from_querystring().items():
        found = [each for each in found if name in fields and each[fields[name]] in values]
    return ActionResult({"VpcBlockPublicAccessExclusions": found})


ADDED: dict[str, Callable[[EC2Response], ActionResult]] = {
    each.__name__: each
    for each in (
        describe_vpc_block_public_access_options,
        modify_vpc_block_public_access_options,
        create_vpc_block_public_access_exclusion,
        modify_vpc_block_public_access_exclusion,
        delete_vpc_block_public_access_exclusion,
        describe_vpc_block_public_access_exclusions,
    )
}


def _group_in_use(ec2: Any, name: str | None = None, group_id: str | None = None) -> None:
    users = [eni.id for eni in ec2.enis.values() if any(group.id == group_id for group in eni._group_set)]
    if users:
        raise DependencyViolationError(f"resource {group_id} has a dependent object")


def _subnet_in_use(ec2: Any, subnet_id: str) -> None:
    if any(eni.subnet.id == subnet_id for eni in ec2.enis.values()):
        raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def _vpc_in_use(ec2: Any, vpc_id: str) -> None:
    gateways = [gateway for gateway in ec2.internet_gateways.values() if gateway.vpc and gateway.vpc.id == vpc_id]
    groups = [group for group in ec2.groups.get(vpc_id, {}).values() if not group.is_default]
    endpoints = [each for each in ec2.vpc_end_points.values() if each.vpc_id == vpc_id and each.state != "deleted"]
    if gateways or groups or endpoints:
        raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")


def _interface_managed(ec2: Any, eni_id: str) -> None:
    eni = ec2.enis.get(eni_id)
    if eni is not None and eni.requester_managed:
        raise EC2ClientError(
            "OperationNotPermitted", f"You are not allowed to manage '{eni_id}', which a service manages."
        )


def _endpoint_managed(ec2: Any, vpce_ids: list[str] | None = None) -> None:
    managed = [each for each in vpce_ids or [] if getattr(ec2.vpc_end_points.get(each), "requester_managed", False)]
    if managed:
        raise EC2ClientError(
            "InvalidParameter", f"Operation is not allowed for requester-managed VPC endpoints for {managed[0]}"
        )


def _address_in_use(ec2: Any, address: str | None = None, allocation_id: str | None = None) -> None:
    for each in ec2.addresses:
        if (each.allocation_id == allocation_id or each.public_ip == address) and each.eni is not None:
            raise EC2ClientError("InvalidIPAddress.InUse", f"Address {each.public_ip} is in use.")


def _addresses_mapped(ec2: Any, internet_gateway_id: str, vpc_id: str) -> None:
    if any(each.eni is not None and each.eni.subnet.vpc_id == vpc_id for each in ec2.addresses):
        raise DependencyViolationError(
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway."
        )


def _route_impossible(
    ec2: Any,
    route_table_id: str,
    destination_cidr_block: str | None,
    destination_ipv6_cidr_block: str | None = None,
    destination_prefix_list_id: str | None = None,
    gateway_id: str | None = None,
    **_other: Any,
) -> None:
    table, destination = ec2.get_route_table(route_table_id), destination_ipv6_cidr_block
    if destination and any(_is_route_to(each, destination) for each in table.routes):
        raise RouteAlreadyExistsError(destination)
    gateway = ec2.internet_gateways.get(gateway_id)
    if gateway is not None and not _leads_out_of(table, gateway):
        raise EC2ClientError(
            "InvalidParameterValue",
            f"route table {route_table_id} and network gateway {gateway.id} belong to different networks",
        )


def _is_route_to(route: Any, destination: str) -> bool:
    own = route.destination_ipv6_cidr_block
    return not route.local and bool(own) and ipaddress.ip_network(own) == ipaddress.ip_network(destination)


def _leads_out_of(table: Any, gateway: Any) -> bool:
    return gateway.vpc is not None and gateway.vpc.id == table.vpc_id


def _route_state(route: Route) -> str:
    """A route to an internet gateway that was detached leads nowhere."""
    dead = isinstance(route.gateway, InternetGateway) and not _leads_out_of(route.route_table, route.gateway)
    return "blackhole" if dead else "active"


# Checked when a client asks; the emulator's own network.py works on the backend's stores where it may do more.
GUARDED: dict[str, Callable[..., None]] = {
    "delete_security_group": _group_in_use,
    "delete_subnet": _subnet_in_use,
    "delete_vpc": _vpc_in_use,
    "delete_network_interface": _interface_managed,
    "delete_vpc_endpoints": _endpoint_managed,
    "release_address": _address_in_use,
    "detach_internet_gateway": _addresses_mapped,
    "create_route": _route_impossible,
}


def _guarded(original: Callable[..., Any], check: Callable[..., None]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        check(self, *args, **kwargs)
        return original(self, *args, **kwargs)

    method.redshift_emulator = True  # type: ignore[attr-defined]
    return method


def _with_default_denies(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_network_acl(self: Any, vpc_id: str, tags: Any = None, default: bool = False) -> Any:
        acl = original(self, vpc_id, tags=tags, default=default)
        if not default:
            for egress in (True, False):
                self.create_network_acl_entry(
                    network_acl_id=acl.id,
                    rule_number=32767,
                    protocol="-1",
                    rule_action="deny",
                    cidr_block="0.0.0.0/0",
                    egress=egress,
                    icmp_code=None,
                    icmp_type=None,
                    ipv6_cidr_block=None,
                    port_range_from=None,
                    port_range_to=None,
                )
        return acl

    create_network_acl.redshift_emulator = True  # type: ignore[attr-defined]
    return create_network_acl


def _is_offered(name: str, region: str) -> bool:
    if not name.endswith("-fips"):
        return True
    return region in (FIPS_DATA_REGIONS if name.startswith("redshift-data") else FIPS_REGIONS)


def _with_our_services(original: Callable[..., Any]) -> Callable[..., Any]:
    def collect(account_id: str, region: str) -> list[dict[str, Any]]:
        services = list(original(account_id, region))
        zones = services[0]["AvailabilityZones"] if services else []
        known = {each["ServiceName"] for each in services}
        for name in ENDPOINT_SERVICES:
            if f"com.amazonaws.{region}.{name}" not in known and _is_offered(name, region):
                services += EC2Backend.default_vpc_endpoint_service_factory(region, zones, name)
        # China's are named otherwise [I].
        prefix = "cn." if region.startswith("cn-") else ""
        return [{**each, "ServiceName": prefix + each["ServiceName"]} for each in services]

    collect.redshift_emulator = True  # type: ignore[attr-defined]
    return collect


def extend_ec2() -> None:
    """Put the additions on moto's classes. Calling it again changes nothing."""
    for name, function in ADDED.items():
        setattr(EC2Response, name, function)
    wrappers: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
        name: functools.partial(_guarded, check=check) for name, check in GUARDED.items()
    }
    wrappers["create_network_acl"] = _with_default_denies
    for name, wrap in wrappers.items():
        original = getattr(EC2Backend, name)
        if not hasattr(original, "redshift_emulator"):
            setattr(EC2Backend, name, wrap(original))
    collect = EC2Backend._collect_default_endpoint_services
    if not hasattr(collect, "redshift_emulator"):
        EC2Backend._collect_default_endpoint_services = staticmethod(_with_our_services(collect))
    Route.state = property(_route_state)
    extend_interface_endpoints()
