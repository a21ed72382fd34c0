"""UpdateWorkgroup: one member in one call, and one pair. Facts: aws-behaviour 1.1 and 1.3, 2, 3.

Each member has a function that checks the new value and says how long the change takes and what it does.
New values show when the operation is over; whether the service shows them earlier is unknown [U].
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from . import capacity, lifecycle, subnet_rules
from .call import Call
from .config_parameters import merge
from .errors import ServiceError, validation
from .network import MOST_ZONES, Placement
from .state import Workgroup
from .workgroups import (
    check_port,
    check_subnets,
    check_track,
    find_workgroup,
    make_public,
    managed_or,
    network_of,
    view,
)

Effect = Callable[[], None]
# The only pair: a target is switched off together with the base capacity that is to be [C: Terraform provider PR #46137].
TARGET_AND_BASE = frozenset({"pricePerformanceTarget", "baseCapacity"})


@dataclasses.dataclass(frozen=True)
class Change:
    """How long a change takes (a key of the durations) and what it does at its end."""

    duration: str
    effect: Effect


def update_workgroup(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """UpdateWorkgroup. Several members are refused even if all but one equal the current values [C: TF#28255].

    The name alone is accepted [I: AWS's CloudFormation handler sends it]; that nothing happens then is inferred [I].
    """
    workgroup = find_workgroup(call.backend, params["workgroupName"])
    given = {name: value for name, value in params.items() if name != "workgroupName"}
    switches_off = given.keys() == TARGET_AND_BASE and given["pricePerformanceTarget"].get("status") == "DISABLED"
    if len(given) > 1 and not switches_off:
        raise validation(f"Can't update multiple configurations at the same time for workgroup {workgroup.name}.")
    _check_idle(call, workgroup)
    if given:
        change = _change(call, workgroup, given)
        lifecycle.run(call, workgroup, "MODIFYING", call.settings.durations[change.duration], change.effect)
    return {"workgroup": view(call, workgroup)}


def _check_idle(call: Call, workgroup: Workgroup) -> None:
    lifecycle.check_idle(workgroup, "updating")
    if lifecycle.namespace_of(call, workgroup).busy:
        raise ServiceError(
            "ConflictException",
            "There is an operation running on the namespace. Try updating the workgroup again later.",
        )


def _change(call: Call, workgroup: Workgroup, given: dict[str, Any]) -> Change:
    if len(given) > 1:
        return _target_off(call, workgroup, given["pricePerformanceTarget"], given["baseCapacity"])
    ((member, value),) = given.items()
    return MEMBERS[member](call, workgroup, value)


def no_change(workgroup: Workgroup) -> ServiceError:
    """An update that changes nothing is an error: of maxCapacity [C: Terraform provider PR #36032], of others [I]; text [U]."""
    return validation(f"You didn't specify any changes to the workgroup {workgroup.name}.")


def _set(workgroup: Workgroup, **values: Any) -> Effect:
    def effect() -> None:
        for name, value in values.items():
            setattr(workgroup, name, value)

    return effect


def _must_differ(workgroup: Workgroup, current: Any, wanted: Any) -> None:
    if current == wanted:
        raise no_change(workgroup)


def _check_recovery_point(call: Call, workgroup: Workgroup) -> None:
    """Capacity can't be changed before the first recovery point [C: Terraform provider PR #38865].

    A snapshot of the namespace does, too [I: the text says "snapshot"]. It is the same for maxCapacity [I].
    """
    namespace = lifecycle.namespace_of(call, workgroup)
    wait = timedelta(seconds=call.settings.durations["first_recovery_point"])
    ready = namespace.first_available is not None and call.now >= namespace.first_available + wait
    snapshots = [each for each in call.backend.snapshots.values() if each.namespace_arn == namespace.arn]
    if not ready and not any(each.status == "AVAILABLE" for each in snapshots):
        raise capacity.needs_recovery_point()


def _check_base(call: Call, workgroup: Workgroup, value: int) -> None:
    capacity.check_base(value, call.region)
    _must_differ(workgroup, workgroup.base_capacity, value)
    capacity.check_order(value, workgroup.max_capacity)
    if value > managed_or(call, workgroup.base_capacity):
        check_subnets(call, _placement(workgroup), workgroup.enhanced_vpc_routing, value, table=subnet_rules.AT_CHANGE)
    _check_recovery_point(call, workgroup)


def _base_capacity(call: Call, workgroup: Workgroup, value: int) -> Change:
    if workgroup.price_performance["status"] == "ENABLED":
        raise capacity.target_excludes_base()
    _check_base(call, workgroup, value)
    return Change("workgroup_update", _set(workgroup, base_capacity=value))


def _target_off(call: Call, workgroup: Workgroup, value: dict[str, Any], base: int) -> Change:
    """The pair; that it also may come when the target is off already is inferred [I]."""
    target = capacity.target(value)
    _check_base(call, workgroup, base)
    return Change("workgroup_update", _set(workgroup, price_performance=target, base_capacity=base))


def _max_capacity(call: Call, workgroup: Workgroup, value: int) -> Change:
    capacity.check_maximum(value)
    limit = None if value == capacity.NO_LIMIT else value
    _must_differ(workgroup, workgroup.max_capacity, limit)
    capacity.check_order(workgroup.base_capacity, limit)
    _check_recovery_point(call, workgroup)
    return Change("workgroup_update", _set(workgroup, max_capacity=limit))


def _price_performance(call: Call, workgroup: Workgroup, value: dict[str, Any]) -> Change:
    """A target that is switched on, or its level; baseCapacity shows -1 under it [C: DRIFT]."""
    target = capacity.target(value)
    if target["status"] == "DISABLED":
        raise capacity.needs_base()
    _must_differ(workgroup, workgroup.price_performance, target)
    _check_recovery_point(call, workgroup)
    return Change("workgroup_update", _set(workgroup, price_performance=target, base_capacity=capacity.MANAGED))


def _config(call: Call, workgroup: Workgroup, value: list[dict[str, str]]) -> Change:
    current = dict(workgroup.config)
    if call.settings.extra_config_key:
        current.setdefault("enable_large_strings_opt_in", call.settings.extra_config_value)
    config, restarts = merge(current, value)
    return Change("workgroup_restart" if restarts else "workgroup_update", _set(workgroup, config=config))


def _port(call: Call, workgroup: Workgroup, value: int) -> Change:
    check_port(value)
    _must_differ(workgroup, workgroup.port, value)
    return Change("workgroup_network", _set(workgroup, port=value))


def _enhanced_vpc_routing(call: Call, workgroup: Workgroup, value: bool) -> Change:
    """The routing; with it, more subnets are needed. That AWS looks at the present ones is inferred [I]."""
    _must_differ(workgroup, workgroup.enhanced_vpc_routing, value)
    if value:
        check_subnets(call, _placement(workgroup), value, workgroup.base_capacity)
    return Change("workgroup_network", _set(workgroup, enhanced_vpc_routing=value))


def _publicly_accessible(call: Call, workgroup: Workgroup, value: bool) -> Change:
    _must_differ(workgroup, workgroup.publicly_accessible, value)
    network = network_of(call)
    if value:
        network.check_public(_placement(workgroup))

    def effect() -> None:
        if value:
            make_public(call, workgroup)
            return
        workgroup.publicly_accessible = False
        if workgroup.elastic_ip:
            network.release_public_ip(workgroup.elastic_ip)
            workgroup.elastic_ip = None

    return Change("workgroup_network", effect)


def _placement(workgroup: Workgroup) -> Placement:
    return Placement(workgroup.vpc_endpoint.vpc_id, workgroup.subnet_ids, workgroup.security_group_ids)


def _security_groups(call: Call, workgroup: Workgroup, value: list[str]) -> Change:
    """The list replaces the old one [C: TF sends the full set]."""
    groups = list(dict.fromkeys(value))
    if not groups:
        raise no_change(workgroup)
    network = network_of(call)
    network.check_groups(workgroup.vpc_endpoint.vpc_id, groups)
    _must_differ(workgroup, sorted(workgroup.security_group_ids), sorted(groups))

    def effect() -> None:
        workgroup.security_group_ids = groups
        network.set_groups(workgroup.vpc_endpoint, groups)

    return Change("workgroup_network", effect)


def _subnets(call: Call, workgroup: Workgroup, value: list[str]) -> Change:
    """The list replaces the old one; the VPC must stay the same [I], the endpoint's interfaces are made anew [I]."""
    if not value:
        raise no_change(workgroup)
    network = network_of(call)
    placement = network.place(value, workgroup.security_group_ids)
    check_subnets(call, placement, workgroup.enhanced_vpc_routing, workgroup.base_capacity)
    if workgroup.publicly_accessible:
        network.check_public(placement)
    dualstack = workgroup.ip_address_type == "dualstack"
    if dualstack:
        network.check_dualstack(placement)
    _must_differ(workgroup, sorted(workgroup.subnet_ids), sorted(placement.subnet_ids))
    return _replace_endpoint(call, workgroup, placement, dualstack)


def _replace_endpoint(call: Call, workgroup: Workgroup, placement: Placement, dualstack: bool, **also: Any) -> Change:
    network = network_of(call)
    # Made now, so that a lack of addresses or a subnet deleted meanwhile cannot break the end of the operation.
    fresh = network.create_endpoint(placement, MOST_ZONES, workgroup.name, dualstack=dualstack)

    def effect() -> None:
        old, workgroup.vpc_endpoint = workgroup.vpc_endpoint, fresh
        workgroup.subnet_ids = placement.subnet_ids
        for name, value in also.items():
            setattr(workgroup, name, value)
        if workgroup.elastic_ip:
            network.bind_public_ip(fresh, workgroup.elastic_ip)
        network.delete_endpoint(old)

    return Change("workgroup_network", effect)


def _ip_address_type(call: Call, workgroup: Workgroup, value: str) -> Change:
    _must_differ(workgroup, workgroup.ip_address_type or "ipv4", value)
    placement = _placement(workgroup)
    if value == "dualstack":
        network_of(call).check_dualstack(placement)
    return _replace_endpoint(call, workgroup, placement, value == "dualstack", ip_address_type=value)


def _track(call: Call, workgroup: Workgroup, value: str) -> Change:
    """A track comes with its next release; until then it is pending [C: API reference; Terraform provider #42442].

    That asking for the present track again withdraws what is pending is inferred [I].
    """
    check_track(value)
    _must_differ(workgroup, workgroup.pending_track or workgroup.track_name, value)

    def effect() -> None:
        wait = call.settings.durations["track_change"]
        if wait <= 0 or value == workgroup.track_name:
            _set_track(workgroup, value)
            return
        due = call.now + timedelta(seconds=wait)
        workgroup.pending_track, workgroup.pending_until = value, due
        call.world.timeline.after(
            wait, lambda: _set_track(workgroup, value) if workgroup.pending_until == due else None
        )

    return Change("workgroup_update", effect)


def _set_track(workgroup: Workgroup, value: str) -> None:
    workgroup.track_name, workgroup.pending_track, workgroup.pending_until = value, None, None


def _extra_compute(call: Call, workgroup: Workgroup, value: bool) -> Change:
    _must_differ(workgroup, bool(workgroup.extra_compute), value)
    return Change("workgroup_update", _set(workgroup, extra_compute=value))


MEMBERS: dict[str, Callable[[Call, Workgroup, Any], Change]] = {
    "baseCapacity": _base_capacity,
    "maxCapacity": _max_capacity,
    "pricePerformanceTarget": _price_performance,
    "configParameters": _config,
    "port": _port,
    "enhancedVpcRouting": _enhanced_vpc_routing,
    "publiclyAccessible": _publicly_accessible,
    "securityGroupIds": _security_groups,
    "subnetIds": _subnets,
    "ipAddressType": _ip_address_type,
    "trackName": _track,
    "extraComputeForAutomaticOptimization": _extra_compute,
}
