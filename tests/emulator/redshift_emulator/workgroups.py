"""Workgroups: Create, Get, List, Delete. Facts: aws-behaviour 1.2 to 1.4, 2, 3. Updates are in workgroup_updates.py."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from . import capacity, lifecycle, namespaces, subnet_rules
from .call import Call
from .config_parameters import UNASKED_KEY, for_creation
from .errors import conflict, not_found, quota, validation
from .grants import granted_vpcs
from .models import RedshiftServerlessBackend
from .network import MOST_ZONES, Network, Placement, view_endpoint
from .settings import Settings
from .state import Workgroup
from .tagging import to_tags

Params = dict[str, Any]

DEFAULT_PORT = 5439
TRACKS = ("current", "trailing")
PORT_RANGES = (range(5431, 5456), range(8191, 8216))


def find_workgroup(backend: RedshiftServerlessBackend, name: str) -> Workgroup:
    """The workgroup of that name, or ResourceNotFoundException (text [U])."""
    if name not in backend.workgroups:
        raise not_found(f"The workgroup {name} doesn't exist.", name)
    return backend.workgroups[name]


def check_port(port: int) -> None:
    """Ports are 5431-5455 and 8191-8215 [C: BM]; text [U]."""
    if not any(port in ports for ports in PORT_RANGES):
        raise validation(f"The port {port} is invalid. Valid ports are in the ranges 5431-5455 and 8191-8215.")


def check_track(name: str) -> None:
    """The tracks are current and trailing [I: management guide]; text [U]."""
    if name not in TRACKS:
        raise validation(f"The track {name} doesn't exist. Valid tracks are {' and '.join(TRACKS)}.")


def network_of(call: Call) -> Network:
    """The caller's EC2."""
    return Network(call.world, call.account, call.region)


def view(call: Call, workgroup: Workgroup, cross_account_vpcs: list[str] | None = None) -> dict[str, Any]:
    """The workgroup as the API shows it [C: DRIFT live capture]. maxCapacity -1 is never returned [C: TF]."""
    domain = workgroup.custom_domain
    return {
        "workgroupName": workgroup.name,
        "workgroupId": workgroup.workgroup_id,
        "workgroupArn": workgroup.arn,
        "namespaceName": workgroup.namespace_name,
        "status": workgroup.status,
        "creationDate": workgroup.created,
        "baseCapacity": workgroup.base_capacity,
        "maxCapacity": workgroup.max_capacity,
        "pricePerformanceTarget": workgroup.price_performance,
        "extraComputeForAutomaticOptimization": workgroup.extra_compute,
        "enhancedVpcRouting": workgroup.enhanced_vpc_routing,
        "publiclyAccessible": workgroup.publicly_accessible,
        "configParameters": _shown_config(call, workgroup.config),
        "securityGroupIds": workgroup.security_group_ids,
        "subnetIds": workgroup.subnet_ids,
        "ipAddressType": workgroup.ip_address_type,
        "trackName": workgroup.track_name,
        "pendingTrackName": workgroup.pending_track,
        "endpoint": _shown_endpoint(workgroup, call.settings),
        "customDomainName": domain and domain.name,
        "customDomainCertificateArn": domain and domain.certificate_arn,
        "customDomainCertificateExpiryTime": domain and domain.expires,
        "crossAccountVpcs": cross_account_vpcs,
    }


def _shown_config(call: Call, config: dict[str, str]) -> list[dict[str, str]]:
    """The order is not stable, and a tenth key that nobody set is there [C: DRIFT, TF#49939]."""
    shown = dict(config)
    if call.settings.extra_config_key:
        shown.setdefault(UNASKED_KEY, call.settings.extra_config_value)
    items = [{"parameterKey": key, "parameterValue": value} for key, value in sorted(shown.items())]
    if call.settings.config_order == "shuffled":
        call.world.order.shuffle(items)
    return items


def _shown_endpoint(workgroup: Workgroup, settings: Settings) -> dict[str, Any] | None:
    """No address while CREATING [C: JDBC's handling of a null endpoint]; the port is in here, not on top [I]."""
    if workgroup.status == "CREATING":
        return None if settings.creating_endpoint == "absent" else {}
    return {
        "address": workgroup.address,
        "port": workgroup.port,
        "vpcEndpoints": [view_endpoint(workgroup.vpc_endpoint)],
    }


def get_workgroup(call: Call, params: Params) -> dict[str, Any]:
    """GetWorkgroup; it has no owner account, so only own ones [C: BM]."""
    return {"workgroup": view(call, find_workgroup(call.backend, params["workgroupName"]))}


def list_workgroups(call: Call, params: Params) -> dict[str, Any]:
    """ListWorkgroups; with ownerAccount those granted to the caller, with crossAccountVpcs [C: BM]."""
    owner = params.get("ownerAccount", call.account)
    if owner == call.account:
        return {"workgroups": [view(call, each) for each in call.backend.workgroups.values()]}
    shown = []
    for workgroup in call.backend_of(owner).workgroups.values():
        vpcs = granted_vpcs(call, workgroup, owner)
        if vpcs:
            shown.append(view(call, workgroup, vpcs))
    return {"workgroups": shown}


def create_workgroup(call: Call, params: Params) -> dict[str, Any]:
    """CreateWorkgroup."""
    namespace = _check_place(call, params)
    port = params.get("port", DEFAULT_PORT)
    check_port(port)
    check_track(params.get("trackName", TRACKS[0]))
    config = for_creation(params.get("configParameters"))
    base, limit, target = capacity.for_creation(params, call.settings.price_performance_default, call.region)
    placement = _check_network(call, params, base)
    workgroup_id = call.world.uuid()
    name = params["workgroupName"]
    host = f"{name}.{call.account}.{call.region}.redshift-serverless.{call.backend.dns_suffix}"
    dualstack = params.get("ipAddressType") == "dualstack"
    tags = to_tags(call, params.get("tags", []))
    workgroup = Workgroup(
        name=name,
        workgroup_id=workgroup_id,
        arn=call.backend.arn(f"workgroup/{workgroup_id}"),
        created=call.now,
        namespace_name=namespace,
        config=config,
        port=port,
        publicly_accessible=params.get("publiclyAccessible", False),
        enhanced_vpc_routing=params.get("enhancedVpcRouting", False),
        security_group_ids=placement.security_group_ids,
        subnet_ids=placement.subnet_ids,
        ip_address_type=params.get("ipAddressType"),
        base_capacity=base,
        max_capacity=limit,
        price_performance=target,
        track_name=params.get("trackName", TRACKS[0]),
        extra_compute=params.get("extraComputeForAutomaticOptimization"),
        address=host,
        vpc_endpoint=network_of(call).create_endpoint(placement, MOST_ZONES, name, dualstack=dualstack),
        tags=tags,
    )
    call.backend.workgroups[name] = workgroup
    seconds = call.settings.durations["workgroup_create"]
    lifecycle.run(call, workgroup, "CREATING", seconds, functools.partial(_created, call, workgroup))
    return {"workgroup": view(call, workgroup)}


def _check_place(call: Call, params: Params) -> str:
    """The name is free, the namespace exists, is idle and unused; returns the namespace's name."""
    name = params["workgroupName"]
    if name in call.backend.workgroups:
        # CloudFormation's handler greps "already exists" [C: CFN].
        raise conflict(f"Workgroup {name} already exists.")
    namespace = namespaces.find_namespace(call.backend, params["namespaceName"])
    user = namespaces.workgroup_in(call.backend, namespace.name)
    if user:
        # One workgroup for each namespace [C: management guide]; code and text [U].
        raise conflict(f"The namespace {namespace.name} already has the workgroup {user} associated with it.")
    namespaces.check_idle(namespace, "creating a workgroup in")
    most = call.settings.quotas["workgroups"]
    if len(call.backend.workgroups) >= most:
        raise quota(f"You can't have more than {most} workgroups in this Region.")
    return namespace.name


def check_subnets(
    call: Call, placement: Placement, routing: bool, base: int, table: Mapping[int, int] | None = None
) -> None:
    """The subnets are as the setting ``subnet_rule`` wants them: by the routing, three zones as an older page has it, or any.

    Args:
        call: The call that needs them.
        placement: Where the subnets are.
        routing: Whether there is enhanced VPC routing, as it will be.
        base: The base capacity, as it will be.
        table: How many free addresses are needed with the routing.
    """
    rule = call.settings.subnet_rule
    rpus = managed_or(call, base)
    needed = subnet_rules.need(routing, rpus, call.region, table)
    if rule == "three_zones":
        needed = subnet_rules.Need(MOST_ZONES, subnet_rules.routed_zones(call.region), 0)
    if rule != "any":
        network_of(call).check_subnets(placement, needed)


def managed_or(call: Call, base: int) -> int:
    """The base capacity as a number of RPUs, also while a target manages it."""
    return call.settings.managed_rpus if base == capacity.MANAGED else base


def _check_network(call: Call, params: Params, base: int) -> Placement:
    network = network_of(call)
    placement = network.place(params.get("subnetIds"), params.get("securityGroupIds"))
    check_subnets(call, placement, params.get("enhancedVpcRouting", False), base)
    if params.get("ipAddressType") == "dualstack":
        network.check_dualstack(placement)
    if params.get("publiclyAccessible"):
        network.check_public(placement)
    return placement


def _created(call: Call, workgroup: Workgroup) -> None:
    namespace = lifecycle.namespace_of(call, workgroup)
    namespace.first_available = namespace.first_available or call.now
    if workgroup.publicly_accessible:
        make_public(call, workgroup)


def make_public(call: Call, workgroup: Workgroup) -> None:
    """Give the workgroup its public address.

    Without an internet gateway the service does nothing, silently [C: acceptance test of the Terraform provider]; that it then
    reads back as private is inferred [I], so a setting chooses.
    """
    network = network_of(call)
    reads_public = call.settings.public_without_gateway == "public"
    workgroup.publicly_accessible = network.has_gateway(workgroup.vpc_endpoint.vpc_id) or reads_public
    if workgroup.publicly_accessible:
        workgroup.elastic_ip = network.allocate_public_ip(workgroup.vpc_endpoint, workgroup.name)


def delete_workgroup(call: Call, params: Params) -> dict[str, Any]:
    """DeleteWorkgroup. For a moment a Get still says AVAILABLE [C: TF]; endpoints don't hinder it [C: TF's test]."""
    workgroup = find_workgroup(call.backend, params["workgroupName"])
    lifecycle.check_idle(workgroup, "deleting")
    durations = call.settings.durations
    seconds = durations["workgroup_delete"]
    lifecycle.run(call, workgroup, workgroup.status, seconds, functools.partial(_deleted, call, workgroup))

    def seen() -> None:
        workgroup.status = "DELETING"

    unseen = durations["workgroup_delete_unseen"]
    if unseen > 0:
        call.world.timeline.after(min(unseen, seconds), seen)
    else:
        seen()
    return {"workgroup": view(call, dataclasses.replace(workgroup, status="DELETING"))}


def _deleted(call: Call, workgroup: Workgroup) -> None:
    network = network_of(call)
    if workgroup.elastic_ip:
        network.release_public_ip(workgroup.elastic_ip)
    network.delete_endpoint(workgroup.vpc_endpoint)
    call.backend.forget_policy(workgroup.arn)
    call.backend.workgroups.pop(workgroup.name, None)
