"""Redshift-managed VPC endpoints: Create, Get, List, Update, Delete. Facts: aws-behaviour 5.

An endpoint lives in the account that creates it, with a real interface in that account's EC2; its workgroup may be
another account's in the same Region.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from .call import Call
from .errors import ServiceError, access_denied, conflict, not_found, quota, validation
from .grants import permits
from .models import redshiftserverless_backends
from .network import Network, Placement, view_endpoint
from .state import EndpointAccess, Workgroup

Params = dict[str, Any]

# 1 to 30 letters, digits and hyphens, first a letter, no two hyphens together, none at the end [C: BM text].
NAME = re.compile(r"(?=.{1,30}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
ONE_ZONE = 1


def view(call: Call, endpoint: EndpointAccess) -> dict[str, Any]:
    """The endpoint as the API shows it: no owner account [C: TF#35509]; no address until it is ready [I]."""
    creating = endpoint.status == "CREATING"
    return {
        "endpointName": endpoint.name,
        "endpointArn": endpoint.arn,
        "endpointStatus": endpoint.status,
        "endpointCreateTime": endpoint.created,
        "workgroupName": endpoint.workgroup_name,
        "subnetIds": endpoint.subnet_ids,
        "vpcSecurityGroups": [{"vpcSecurityGroupId": each, "status": "active"} for each in endpoint.security_group_ids],
        "port": _port(call, endpoint),
        "address": None if creating else endpoint.address,
        "vpcEndpoint": None if creating else view_endpoint(endpoint.vpc_endpoint),
    }


def _port(call: Call, endpoint: EndpointAccess) -> int:
    """The port follows the workgroup's [I]; of a workgroup that is gone, its last one."""
    workgroup = _workgroup_of(call, endpoint)
    if workgroup is not None:
        endpoint.port = workgroup.port
    return endpoint.port


def _workgroup_of(call: Call, endpoint: EndpointAccess) -> Workgroup | None:
    return call.backend_of(endpoint.owner_account).workgroups.get(endpoint.workgroup_name)


def _find(call: Call, name: str) -> EndpointAccess:
    if name not in call.backend.endpoints:
        # Unique by account and Region, since Get takes only the name [I]; text [U].
        raise not_found(f"The endpoint {name} doesn't exist.", name)
    return call.backend.endpoints[name]


def _check_idle(endpoint: EndpointAccess, doing: str) -> None:
    """ConflictException while an operation runs [I, as for workgroups]."""
    if endpoint.busy:
        raise conflict(f"There is an operation running on the endpoint. Try {doing} the endpoint again later.")


def workgroup_not_found(name: str) -> ServiceError:
    """The real text, also for a workgroup of another account that is not granted [C: TF#35347]."""
    return not_found(f"Serverless workgroup {name} not found.", name)


def create_endpoint_access(call: Call, params: Params) -> dict[str, Any]:
    """CreateEndpointAccess, in the own account's workgroup or, with ownerAccount, in another's that grants it."""
    name, owner = params["endpointName"], params.get("ownerAccount", call.account)
    if not NAME.fullmatch(name):
        raise validation(
            f"The endpoint name {name} is invalid. It must be 1 to 30 letters, digits and hyphens, begin with a letter, "
            "not end with a hyphen and not contain two hyphens in a row."
        )
    if not params["subnetIds"]:
        raise validation("You must specify at least one subnet.")
    workgroup = _granted_workgroup(call, params["workgroupName"], owner, _own_vpc(call, params["subnetIds"]))
    placement = _network(call).place(params["subnetIds"], params.get("vpcSecurityGroupIds"))
    if name in call.backend.endpoints:
        raise conflict(f"Endpoint {name} already exists.")
    if workgroup.status in ("CREATING", "DELETING"):
        raise conflict("There is an operation running on the workgroup. Try creating the endpoint again later.")
    _check_quotas(call, workgroup.name, owner)
    endpoint = _new_endpoint(call, name, workgroup, owner, placement)
    call.backend.endpoints[name] = endpoint
    _run(call, endpoint, "endpoint_create", lambda: None)
    return {"endpoint": view(call, endpoint)}


def _network(call: Call) -> Network:
    return Network(call.world, call.account, call.region)


def _own_vpc(call: Call, subnet_ids: list[str]) -> str:
    """The VPC of the first subnet, or an id that no VPC has: who is not granted learns nothing else."""
    try:
        return _network(call).place(subnet_ids[:1], None).vpc_id
    except ServiceError:
        return "vpc-0"


def _granted_workgroup(call: Call, name: str, owner: str, vpc_id: str) -> Workgroup:
    workgroup = call.backend_of(owner).workgroups.get(name)
    if owner == call.account:
        if workgroup is None:
            raise workgroup_not_found(name)
        return workgroup
    arn = call.backend.arn("managedvpcendpoint/*")
    if workgroup is not None and permits(call, workgroup, owner, "CreateEndpointAccess", vpc_id, arn):
        return workgroup
    # Which of the two the service answers with ownerAccount but without a grant is unknown [U].
    if call.settings.cross_account_refusal == "access_denied":
        raise _denied(call, "CreateEndpointAccess", arn)
    raise workgroup_not_found(name)


def _denied(call: Call, action: str, arn: str) -> ServiceError:
    action = f"redshift-serverless:{action}"
    return access_denied(call.caller, action, arn, f"no resource-based policy allows the {action} action")


def _check_quotas(call: Call, workgroup: str, owner: str) -> None:
    """The numbers are published for clusters, for workgroups they are unknown [U]."""
    quotas = call.settings.quotas
    used = [
        account
        for account, region, backend in redshiftserverless_backends.iter_backends()
        if region == call.region
        for each in backend.endpoints.values()
        if (each.workgroup_name, each.owner_account) == (workgroup, owner)
    ]
    if len(used) >= quotas["endpoints_per_workgroup"]:
        most = quotas["endpoints_per_workgroup"]
        raise quota(f"You can't have more than {most} endpoints for the workgroup {workgroup}.")
    if owner != call.account and used.count(call.account) >= quotas["endpoints_per_authorization"]:
        most = quotas["endpoints_per_authorization"]
        raise quota(f"You can't have more than {most} endpoints for each authorization of the workgroup {workgroup}.")


def _new_endpoint(call: Call, name: str, workgroup: Workgroup, owner: str, placement: Placement) -> EndpointAccess:
    # Whose account id is in the host name of a cross-account endpoint is unknown [U].
    account = call.account if call.settings.endpoint_address_account == "endpoint" else owner
    host = f"{name}-endpoint-{call.world.letters(20)}.{account}.{call.region}"
    return EndpointAccess(
        name=name,
        arn=call.backend.arn(f"managedvpcendpoint/{call.world.uuid()}"),
        created=call.now,
        workgroup_name=workgroup.name,
        owner_account=owner,
        subnet_ids=placement.subnet_ids,
        security_group_ids=placement.security_group_ids,
        address=f"{host}.redshift-serverless.{call.backend.dns_suffix}",
        port=workgroup.port,
        vpc_endpoint=_network(call).create_endpoint(placement, ONE_ZONE, f"endpoint {name}"),
    )


def _run(call: Call, endpoint: EndpointAccess, duration: str, done: Any) -> None:
    ready = call.settings.endpoint_ready_status

    def finish() -> None:
        done()
        endpoint.status, endpoint.busy = ready, False

    endpoint.busy = True
    call.world.timeline.after(call.settings.durations[duration], finish)


def _check_still_granted(call: Call, endpoint: EndpointAccess, action: str) -> None:
    """After a revocation the endpoint stays, but the grantee may do nothing more with it [I]; a setting."""
    if endpoint.owner_account == call.account or call.settings.revoked_endpoints == "kept":
        return
    workgroup = _workgroup_of(call, endpoint)
    if workgroup is None:
        return  # the workgroup is gone: its policy cannot deny that the rest is cleaned up
    vpc_id = endpoint.vpc_endpoint.vpc_id
    if not permits(call, workgroup, endpoint.owner_account, action, vpc_id, endpoint.arn):
        raise _denied(call, action, endpoint.arn)


def get_endpoint_access(call: Call, params: Params) -> dict[str, Any]:
    """GetEndpointAccess."""
    endpoint = _find(call, params["endpointName"])
    _check_still_granted(call, endpoint, "GetEndpointAccess")
    return {"endpoint": view(call, endpoint)}


def list_endpoint_access(call: Call, params: Params) -> dict[str, Any]:
    """ListEndpointAccess: the caller's own endpoints; ownerAccount narrows them to that owner's workgroups [I]."""
    endpoints = [
        each
        for each in call.backend.endpoints.values()
        if params.get("workgroupName", each.workgroup_name) == each.workgroup_name
        and params.get("vpcId", each.vpc_endpoint.vpc_id) == each.vpc_endpoint.vpc_id
        and params.get("ownerAccount", each.owner_account) == each.owner_account
    ]
    return {"endpoints": [view(call, each) for each in endpoints]}


def update_endpoint_access(call: Call, params: Params) -> dict[str, Any]:
    """UpdateEndpointAccess: only the security groups, and the list replaces the old one [C: TF, BM, DOC-XVPC]."""
    endpoint = _find(call, params["endpointName"])
    _check_still_granted(call, endpoint, "UpdateEndpointAccess")
    _check_idle(endpoint, "updating")
    groups = list(dict.fromkeys(params.get("vpcSecurityGroupIds", [])))
    network = _network(call)
    network.check_groups(endpoint.vpc_endpoint.vpc_id, groups)
    if not groups or sorted(groups) == sorted(endpoint.security_group_ids):
        # Inferred from the other updates [I]; text [U].
        raise validation(f"You didn't specify any changes to the endpoint {endpoint.name}.")

    def done() -> None:
        endpoint.security_group_ids = groups
        network.set_groups(endpoint.vpc_endpoint, groups)

    endpoint.status = "MODIFYING"
    _run(call, endpoint, "endpoint_update", done)
    return {"endpoint": view(call, endpoint)}


def delete_endpoint_access(call: Call, params: Params) -> dict[str, Any]:
    """DeleteEndpointAccess."""
    endpoint = _find(call, params["endpointName"])
    _check_still_granted(call, endpoint, "DeleteEndpointAccess")
    _check_idle(endpoint, "deleting")
    endpoint.status, endpoint.busy = "DELETING", True
    gone = functools.partial(_remove, call, endpoint)
    call.world.timeline.after(call.settings.durations["endpoint_delete"], gone)
    return {"endpoint": view(call, endpoint)}


def _remove(call: Call, endpoint: EndpointAccess) -> None:
    _network(call).delete_endpoint(endpoint.vpc_endpoint)
    call.backend.endpoints.pop(endpoint.name, None)
