# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Redshift-managed VPC endpoint, in the workgroup's own or in another account: observed, planned and predicted.

Facts: API reference of CreateEndpointAccess, UpdateEndpointAccess and EndpointAccess. Only the security groups can be
changed; the answers do not say which account owns the workgroup; statuses are free text (ACTIVE, CREATING, MODIFYING,
DELETING were seen, AVAILABLE is accepted too).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._core import advice
from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import AccessDenied, ApiError, InvalidInput, NotFound, RedshiftServerlessError, Refused
from .._core.ids import covers_vpc, refuse_empty, refuse_wrong_owner
from .._core.plan import Unexplained
from .._core.shapes import check_request, complete, named_members, options_of, result
from .._probe.hostname import DEFAULT_PORT
from .durations import usual
from .listing import Listing

# Which option of the module gives which member of CreateEndpointAccess.
OPTIONS: Mapping[str, str] = {
    "name": "endpointName",
    "owner_account": "ownerAccount",
    "security_group_ids": "vpcSecurityGroupIds",
    "subnet_ids": "subnetIds",
    "workgroup": "workgroupName",
}
_OPTION_OF = options_of(OPTIONS)

# What an endpoint can't be created without.
_NEEDED = ("workgroupName", "subnetIds")

_READY = frozenset({"ACTIVE", "AVAILABLE"})


def argument_spec() -> dict[str, Any]:
    """Return the options that only an endpoint has, as AnsibleModule takes them."""
    return {
        "name": {"type": "str", "required": True, "aliases": ["endpoint_name"]},
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "owner_account": {"type": "str"},
        "subnet_ids": {"type": "list", "elements": "str"},
        "security_group_ids": {"type": "list", "elements": "str", "aliases": ["vpc_security_group_ids"]},
        "allow_recreate": {"type": "bool", "default": False},
    }


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        members: the named members in the API's spelling.
        absent: the endpoint should not exist.
        allow_recreate: whether what can't be changed may be reached by deleting and creating.
    """

    members: Mapping[str, Any]
    absent: bool = False
    allow_recreate: bool = False


def desired_of(params: Mapping[str, Any]) -> Desired:
    """Return the desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    members = named_members(params, OPTIONS)
    _check_name(params["name"])
    owner = members.get("ownerAccount")
    refuse_wrong_owner(owner)
    for member in ("subnetIds", "vpcSecurityGroupIds"):
        refuse_empty(_OPTION_OF[member], members.get(member))
    return Desired(members, absent=params["state"] == "absent", allow_recreate=params["allow_recreate"])


def _check_name(name: str) -> None:
    """The rules of the API reference, which its model does not hold."""
    if not re.fullmatch(r"[A-Za-z](?!.*--)[A-Za-z0-9-]{0,29}", name) or name.endswith("-"):
        raise InvalidInput(
            f"name: got {name!r}; expected 1-30 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen."
        )


def observe(api: Api, name: str) -> State | None:
    """Read an endpoint; None when there is none (GetEndpointAccess).

    Raises:
        Refused: when AWS denies it without naming a policy of the caller's, as after a revocation (inferred from the policy's
            actions).
    """
    try:
        return from_api(api.read("GetEndpointAccess", {"endpointName": name}, "endpoint"))
    except NotFound:
        return None
    except AccessDenied as error:
        if not advice.is_unexplained(error.text, "redshift-serverless:GetEndpointAccess"):
            raise
        raise Refused(
            f"{error.message} If the endpoint leads to another account's workgroup and that account has revoked its grant, AWS "
            "denies this too: the owner must grant access again before the endpoint can be read, changed or deleted."
        ) from error


def listing(api: Api) -> Listing:
    """Looks at several endpoints of the caller's account (ListEndpointAccess)."""

    def everything() -> dict[str, State]:
        found = api.read_all("ListEndpointAccess", {}, "endpoints")
        return {str(entry["endpointName"]).lower(): from_api(entry) for entry in found}

    # AWS may fold the case of these names.
    return Listing(partial(observe, api), everything, str.lower)


def from_api(endpoint: Mapping[str, Any]) -> State:
    """Return an endpoint of the API's as this collection holds it."""
    return dict(endpoint)


def transition(state: State | None) -> str | None:
    """Return the status while AWS is changing an endpoint, None if it is ready, has failed or does not exist."""
    status = _status(state)
    return None if status in _READY or _failed(state) else status


def _status(state: State | None) -> str:
    return str((state or {}).get("endpointStatus", "ACTIVE")).upper()


def is_leaving(state: State | None) -> bool:
    """Whether an endpoint is being deleted."""
    return _status(state) == "DELETING"


def _failed(state: State | None) -> bool:
    """Tell whether AWS gave up; the name of that status is not documented."""
    return "FAIL" in _status(state) or "ERROR" in _status(state)


def refuse_failed(state: State) -> None:
    """Refuse to go on with an endpoint that AWS could not make.

    Raises:
        Refused: naming the endpoint and what to do.
    """
    if _failed(state):
        raise Refused(
            f"Endpoint {state['endpointName']} has the status {_status(state)}: AWS could not create it. Check its subnets "
            "(free addresses) and your VPC endpoint quota, then delete it (state: absent) and create it again."
        )


def security_groups(state: State) -> list[str]:
    """Return the ids of an endpoint's security groups."""
    return [group["vpcSecurityGroupId"] for group in state.get("vpcSecurityGroups", [])]


def plan(current: State | None, desired: Desired, name: str) -> list[Change]:
    """Return the Changes that bring an endpoint from what it is to what is desired.

    Raises:
        Refused: when the endpoint has failed, which no change and no waiting mends.
    """
    deletion = {"endpointName": name}
    if desired.absent:
        if current is None or _status(current) == "DELETING":
            return []
        return [Change("DeleteEndpointAccess", deletion, "the endpoint should be absent", interrupts=True)]
    creation = {**desired.members, "endpointName": name}
    if current is None:
        return [Change("CreateEndpointAccess", creation, "there is no such endpoint")]
    refuse_failed(current)
    fixed = list(fixed_differences(current, desired.members))
    if fixed:
        reason = "; ".join(fixed)
        if set(creation.get("subnetIds", [])) == set(current.get("subnetIds", [])):
            # In the same VPC what was not named stays as it was; in another one these groups would not exist.
            creation.setdefault("vpcSecurityGroupIds", sorted(security_groups(current)))
        return [
            Change("DeleteEndpointAccess", deletion, f"it can't be changed in place ({reason})", interrupts=True),
            Change("CreateEndpointAccess", creation, reason),
        ]
    return list(_update(current, desired.members, name))


def fixed_differences(current: State, members: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs and can't be changed on an endpoint that exists."""
    if members.get("workgroupName", current.get("workgroupName")) != current.get("workgroupName"):
        yield f"workgroup: {current.get('workgroupName')} -> {members['workgroupName']}"
    if "subnetIds" in members and set(members["subnetIds"]) != set(current.get("subnetIds", [])):
        yield f"subnet_ids: {sorted(current.get('subnetIds', []))} -> {sorted(members['subnetIds'])}"


def _update(current: State, members: Mapping[str, Any], name: str) -> Iterator[Change]:
    wanted, has = members.get("vpcSecurityGroupIds"), security_groups(current)
    if wanted is not None and set(wanted) != set(has):
        request = {"endpointName": name, "vpcSecurityGroupIds": sorted(set(wanted))}
        yield Change("UpdateEndpointAccess", request, f"security_group_ids: {sorted(has)} -> {sorted(set(wanted))}")


def after(current: State | None, change: Change) -> State | None:
    """Return the endpoint after a Change, as far as that is known beforehand."""
    if change.operation == "DeleteEndpointAccess":
        return None
    state = dict(current or {})
    request = dict(change.parameters)
    groups = request.pop("vpcSecurityGroupIds", None)
    if groups is not None:
        state["vpcSecurityGroups"] = _as_groups(groups)
    if change.operation == "CreateEndpointAccess":
        request.pop("ownerAccount", None)
        state = {"endpointStatus": "ACTIVE", "address": None, "port": DEFAULT_PORT, **state, **request}
    return state


def _as_groups(groups: Sequence[str]) -> list[dict[str, str]]:
    return [{"vpcSecurityGroupId": group, "status": "active"} for group in groups]


def refuse(current: State | None, desired: Desired, label: str) -> None:
    """Refuse what needs more options or a consent, before the first write.

    Raises:
        InvalidInput: creation without workgroup or subnets, the first time or anew.
        Refused: a difference that only deletion and creation would reach.
    """
    if desired.absent:
        return
    if current is None:
        missing = [_OPTION_OF[member] for member in _NEEDED if member not in desired.members]
        if missing:
            raise InvalidInput(
                f"{' and '.join(missing)}: got nothing; expected a value, since {label} does not exist and creating it needs them."
            )
        return
    fixed = list(fixed_differences(current, desired.members))
    if fixed and not desired.allow_recreate:
        raise Refused(
            f"allow_recreate: got false; expected true, since AWS can change only the security groups of {label} ({'; '.join(fixed)}). Set "
            "allow_recreate to true to delete it and create it again, which breaks its connections and changes its address, or "
            "choose another name."
        )
    if fixed:
        # Found out after the deletion, it would be too late.
        missing = [_OPTION_OF[member] for member in _NEEDED if member not in desired.members]
        if missing:
            raise InvalidInput(
                f"{' and '.join(missing)}: got nothing; expected a value, since {label} must be created again ({'; '.join(fixed)})."
            )


@dataclass(frozen=True)
class EndpointAccess(Unexplained):
    """An endpoint with what is desired of it.

    Attributes:
        vpc_of: tells the VPC of a subnet, None when that can't be read; asked only to explain a refusal.
        listing: looks that it shares with others; None to look alone.
    """

    api: Api
    name: str
    desired: Desired
    vpc_of: Callable[[str], str | None]
    listing: Listing | None = None

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"endpoint {self.name}"

    def observe(self) -> State | None:
        """See `observe` of this module."""
        return self.listing.read(self.name) if self.listing else observe(self.api, self.name)

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        return plan(current, self.desired, self.name)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change)

    def transition(self, current: State | None) -> str | None:
        """See `transition` of this module."""
        return transition(current)

    def usual(self, change: Change) -> float | None:
        """Return the seconds that AWS usually takes for a Change."""
        return usual(change.operation)

    def leaving(self, current: State | None) -> bool:
        """Tell whether the endpoint is being deleted."""
        return is_leaving(current)

    def settled(self, state: State | None) -> State | None:
        """Return the endpoint as it will be once AWS is done with it: what a difference shows, also when nobody waits."""
        if state is None or self.leaving(state):
            return None
        if not transition(state):
            return state
        groups = self.desired.members.get("vpcSecurityGroupIds")
        shown_groups = {} if groups is None else {"vpcSecurityGroups": _as_groups(groups)}
        return {**state, **shown_groups, "endpointStatus": "ACTIVE"}

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `refuse` of this module; no change of an endpoint restarts the workgroup."""
        del changes
        refuse(current, self.desired, self.label)

    def send(self, change: Change) -> None:
        """Carry out one Change; a refused creation is explained."""
        try:
            self.api.write(change.operation, change.parameters)
        except (NotFound, AccessDenied) as error:
            told = self._explain(error) if change.operation == "CreateEndpointAccess" else None
            if told is None:
                raise
            raise Refused(advice.sentences(error.message, told)) from error

    def _explain(self, error: ApiError) -> str | None:
        """Return what the refusal of a creation means; None where AWS's own text says it already."""
        request = self.desired.members
        workgroup, owner = request["workgroupName"], request.get("ownerAccount")
        denied = isinstance(error, AccessDenied)
        if denied and not advice.is_unexplained(error.text, "redshift-serverless:CreateEndpointAccess"):
            return None
        if owner is None:
            if denied or "workgroup" not in error.text.lower():
                return None
            return (
                f"workgroup: got {workgroup!r}; expected a workgroup of this account in Region {self.api.region}. If another account owns it, "
                "set owner_account; an endpoint can't reach a workgroup in another Region."
            )
        try:
            listed = self.api.read_all("ListWorkgroups", {"ownerAccount": owner}, "workgroups")
        except RedshiftServerlessError as unreadable:
            return f"The grants of account {owner} could not be read: {unreadable.message}"
        granted = {entry["workgroupName"]: entry.get("crossAccountVpcs", []) for entry in listed}
        return explain_grant(workgroup, owner, self.api.region, granted, self.vpc_of(request["subnetIds"][0])) or (
            f"Account {owner} grants the workgroup to this account, so the refusal has another cause: {error.code}."
        )

    def report(self, state: State | None) -> dict[str, Any]:
        """Return the endpoint as the module returns it."""
        return {"endpoint": shown(self.api, state)}


def explain_grant(
    workgroup: str, owner: str, region: str, granted: Mapping[str, Sequence[str]], vpc_id: str | None
) -> str | None:
    """Return why an endpoint was refused, from what the owner grants; None when the grant covers it.

    Args:
        workgroup: the workgroup's name.
        owner: the account that owns it.
        region: the region of the caller's context.
        granted: crossAccountVpcs by workgroup, as ListWorkgroups with ownerAccount shows them to the grantee.
        vpc_id: the VPC of the endpoint's subnets, None when unknown.
    """
    if workgroup not in granted:
        others = f" It grants {', '.join(sorted(granted))} there." if granted else ""
        return (
            f"Account {owner} does not grant a workgroup {workgroup!r} to this account in {region}. The grant is missing, the name differs, "
            f"or the workgroup is in another Region, which an endpoint can't reach.{others} The owner grants access with "
            "redshift.serverless.resource_policy or the role redshift.serverless.cross_account_vpc."
        )
    vpcs = granted[workgroup]
    if covers_vpc(vpcs, vpc_id):
        return None
    which = f"VPC {vpc_id} of the subnets" if vpc_id else "the VPC of the subnets (which could not be read)"
    return (
        f"Account {owner} grants the workgroup to this account for {', '.join(sorted(vpcs)) or 'no VPC'}, and {which} is "
        "not among them. Use subnets of a granted VPC, or ask the owner to grant this one."
    )


def build(
    api: Api, params: Mapping[str, Any], vpc_of: Callable[[str], str | None], listing: Listing | None = None
) -> EndpointAccess:
    """Return an endpoint from a module's options.

    Args:
        api: the service.
        params: the options.
        vpc_of: see EndpointAccess.
        listing: see EndpointAccess.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    check_request(api.model, "CreateEndpointAccess", desired.members, _OPTION_OF, botocore_version())
    return EndpointAccess(api, params["name"], desired, vpc_of, listing)


def shown(api: Api, state: State | None) -> dict[str, Any] | None:
    """Return an endpoint as results show it: every member of the API's shape, snake_case."""
    if state is None:
        return None
    full = complete(api.model, "EndpointAccess", state)
    full["vpcEndpoint"] = complete(api.model, "VpcEndpoint", full.get("vpcEndpoint") or {})
    full["vpcSecurityGroups"] = full.get("vpcSecurityGroups") or []
    return result(full)
