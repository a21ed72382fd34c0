# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource policy of a workgroup, which says who in other accounts may connect from which VPCs.

Facts: API reference of PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy. There is one document per resource and no
revision of it: the last writer wins. The service reads it back in forms of its own, so it is compared by meaning, and after
every write it is read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal, TypeVar

from .._core import advice
from .._core.api import Api
from .._core.changes import Change, State
from .._core.errors import ApiError, InvalidInput, NotFound, Refused
from .._core.ids import account_in, account_of, read_arn
from .._core.plan import AtOnce
from .._policy import document
from .._policy import grants as access
from .._policy.document import Document, Held
from . import workgroup

_Value = TypeVar("_Value")

# "AWS global condition context keys" of the IAM User Guide, on aws:SourceVpc.
SOURCE_VPC_WARNING = (
    "access depends on aws:SourceVpc. IAM sets that key only when the API call itself comes through a VPC endpoint, to that endpoint's "
    "VPC, and no report confirms that it works for grants. Use condition: authorized_vpc."
)


def argument_spec() -> dict[str, Any]:
    """Return the options that only a resource policy has, as AnsibleModule takes them."""
    grant = {
        "account": {"type": "str", "required": True},
        "vpc_ids": {"type": "list", "elements": "str"},
    }
    return {
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "resource_arn": {"type": "str"},
        "grants": {"type": "list", "elements": "dict", "options": grant},
        "purge_grants": {"type": "bool", "default": True},
        "policy": {"type": "raw"},
        "allow_any_account": {"type": "bool", "default": False},
        "condition": {"type": "str", "choices": ["authorized_vpc", "source_vpc"]},
    }


@dataclass(frozen=True)
class Desired:
    """What the user named.

    Attributes:
        absent: the named grants, or all of them, or with `policy` the whole document, are to be gone.
        grants: the wanted (or unwanted) grants, None when nothing was said of them.
        purge: whether grants that are not wanted go.
        policy: the whole document, None when only grants are managed.
        style: how VPCs are to be named, None to keep what is in use.
    """

    absent: bool = False
    grants: access.Grants | None = None
    purge: bool = True
    policy: Document | None = None
    style: access.Style | None = None

    @property
    def takes_all(self) -> bool:
        """Whether all grants are to go, whatever they are."""
        return self.grants is None if self.absent else self.grants == () and self.purge


def desired_of(params: Mapping[str, Any]) -> Desired:
    """The desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    absent = params["state"] == "absent"
    anyone = absent or params["allow_any_account"]
    wanted, policy = params.get("grants"), params.get("policy")
    if not absent and wanted is None and policy is None:
        raise InvalidInput(
            "grants: got nothing; expected grants or policy with state: present. Set one of them; grants: [] revokes all grants."
        )
    if policy is not None:
        policy = _said("policy", partial(document.parse, policy))
        if not anyone:
            _refuse_strangers(policy)
    return Desired(
        absent=absent,
        grants=None if wanted is None else _said("", lambda: access.validate(wanted, anyone)),
        purge=params["purge_grants"],
        policy=policy,
        style=params.get("condition"),
    )


def _said(option: str, make: Callable[[], _Value]) -> _Value:
    """What `make` gives; its complaint becomes bad input of the option."""
    try:
        return make()
    except document.PolicyError as error:
        raise InvalidInput(f"{option}: {error}" if option else str(error)) from None


def _refuse_strangers(policy: Document) -> None:
    for index, names in document.strangers(policy).items():
        raise InvalidInput(
            f"policy: got Statement[{index}], which allows {', '.join(names[:4])}, and so accounts that it does not name; "
            "expected principals of named accounts. Name them, or set allow_any_account: true if you really mean every "
            "AWS account."
        )


def plan(current: State | None, desired: Desired, target: Target) -> list[Change]:
    """The Change that makes the policy say what is desired; none when it already does, in whatever words.

    Raises:
        InvalidInput: single VPCs are to be taken from an account that has all.
    """
    has = _policy_in(current, target)
    if has.held.error:
        wanted, reason = _wanted_whole(desired, has.held.error)
    else:
        wanted, reason = _wanted(has, desired, target)
        if document.equivalent(has.held.document, wanted, target.arn):
            return []
    if wanted is None:
        return [Change("DeleteResourcePolicy", {"resourceArn": target.arn}, reason)]
    sent = document.without_own_resource(wanted, target.arn)
    request = {"resourceArn": target.arn, "policy": json.dumps(sent)}
    return [Change("PutResourcePolicy", request, reason, value=sent)]


def _wanted_whole(desired: Desired, error: str) -> tuple[Document | None, str]:
    """The policy in the place of one that can't be understood: what needs no understanding is done.

    Raises:
        Refused: single grants are to change in a document whose meaning is unknown.
    """
    if desired.policy is not None:
        return _given(desired)
    if desired.takes_all:
        return None, "revoke all access; the policy can't be understood"
    raise Refused(
        f"grants: got single grants, but the present policy can't be understood ({error.rstrip('.')}); expected no grants. "
        "Replace it with a whole policy, or remove it with state: absent and without grants."
    )


def _given(desired: Desired) -> tuple[Document | None, str]:
    return (None, "the policy should be absent") if desired.absent else (desired.policy, "set the policy as given")


def _wanted(has: Policy, desired: Desired, target: Target) -> tuple[Document | None, str]:
    """The policy as it should be (the present one when it says the same), and why it changes."""
    if desired.policy is not None:
        return _given(desired)
    reading = has.reading
    state: Literal["present", "absent"] = "absent" if desired.absent else "present"
    purge = desired.grants is None if desired.absent else desired.purge
    wanted = _said("grants", lambda: access.desired(reading, desired.grants, state=state, purge=purge))
    if not access.needs_rewrite(reading, wanted, style=desired.style, purge=purge):
        return has.held.document, ""
    written = access.write(reading, wanted, partition=target.partition, region=target.region, style=desired.style)
    return written, f"grants: {_brief(reading.grants)} -> {_brief(wanted)}"


def _brief(some: access.Grants) -> str:
    named = (f"{grant.account} ({', '.join(grant.as_dict()['vpc_ids'])})" for grant in some)
    return ", ".join(named) or "nobody"


@dataclass(frozen=True)
class Target:
    """What the policy is attached to.

    Attributes:
        arn: None for a workgroup that is yet to be created (check mode only).
    """

    arn: str | None
    partition: str
    region: str


@dataclass(frozen=True)
class Policy:
    """A policy that was parsed once, and what it says about VPC access.

    Attributes:
        held: the policy as AWS has it, or will have it; without content and error where there is none.
        target: what it is attached to.
    """

    held: Held
    target: Target

    @cached_property
    def reading(self) -> access.Reading:
        """What it says; nothing, where it can't be understood."""
        return access.read(self.held.document, self.target.region, self.target.arn)


def _is_workgroup(arn: str | None) -> bool:
    found = read_arn(arn)
    whole = found.partition and found.region and account_of(found.account)
    return bool(whole) and found.service == "redshift-serverless" and bool(re.fullmatch("workgroup/.+", found.resource))


NO_POLICY = Held(None, None)


def _policy_in(state: State | None, target: Target) -> Policy:
    found: Policy = state["policy"] if state else Policy(NO_POLICY, target)
    return found


def state_of(policy: Held, target: Target) -> State:
    """A policy as this resource's state holds it."""
    return {"resourceArn": target.arn, "policy": Policy(policy, target)}


@dataclass
class ResourcePolicy(AtOnce):
    """The policy of a workgroup, or of the resource of an ARN, with what is desired of it."""

    api: Api
    desired: Desired
    workgroup: str | None
    resource_arn: str | None
    may_be_missing: bool
    _target: Target | None = field(default=None, init=False)
    _sent: bool = field(default=False, init=False)

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"the resource policy of {self.workgroup or self.resource_arn}"

    @property
    def target(self) -> Target:
        """What the policy is attached to; a workgroup's name is looked up once (GetWorkgroup).

        Raises:
            InvalidInput: when there is no such workgroup, unless it may be missing.
        """
        if self._target is None:
            arn = self.resource_arn or self._find_arn(str(self.workgroup))
            found = read_arn(arn)
            self._target = (
                Target(arn, found.partition, found.region)
                if _is_workgroup(arn)
                else Target(arn, self.api.partition, self.api.region)
            )
        return self._target

    def _find_arn(self, name: str) -> str | None:
        state = workgroup.observe(self.api, name)
        if state is not None:
            return str(state["workgroupArn"])
        if self.may_be_missing:
            return None
        raise InvalidInput(
            f"workgroup: got {name!r}; expected a workgroup of this account in Region {self.api.region}. Correct the name or the Region."
        )

    def observe(self) -> State | None:
        """GetResourcePolicy; None when there is none."""
        if self.target.arn is None:
            return None
        try:
            found = self.api.read("GetResourcePolicy", {"resourceArn": self.target.arn}, "resourcePolicy")
        except NotFound:
            return None
        text = found.get("policy")
        if not text:
            return None
        return state_of(document.held(text), self.target)

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module.

        A policy of ours that reads back in a form that can't be understood can't be compared: it is not sent again.
        """
        if self._sent and _policy_in(current, self.target).held.error:
            return []
        return plan(current, self.desired, self.target)

    def after(self, current: State | None, change: Change) -> State | None:
        """The policy after a Change."""
        del current
        if change.operation == "DeleteResourcePolicy":
            return None
        return state_of(document.as_held(change.value), self.target)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """Refuse to grant the owner's own account access.

        Raises:
            InvalidInput: in words.
        """
        del current, changes
        wanted = () if self.desired.absent else self.desired.grants or ()
        for problem in access.own_account_problems(wanted, account_in(self.target.arn)):
            raise InvalidInput(problem)

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        try:
            self.api.write(change.operation, change.parameters)
        except NotFound:
            if change.operation != "DeleteResourcePolicy":
                raise
        except ApiError as error:
            if error.code == "InvalidPolicyException" and "Resource" in error.text:
                raise InvalidInput(
                    f"policy: got a Resource that AWS does not accept; expected none. {advice.sentences(error.message)} Leave Resource out: a policy "
                    "applies to what it is attached to."
                ) from error
            raise
        self._sent = change.operation == "PutResourcePolicy"

    def report(self, state: State | None) -> dict[str, Any]:
        """The policy as the module returns it, and its meaning as grants."""
        return shown(state, self.target)


def shown(state: State | None, target: Target) -> dict[str, Any]:
    """A policy as results show it; of one that can't be understood the grants are None, for they are unknown."""
    policy = _policy_in(state, target)
    if policy.held.error:
        return unreadable(target.arn, policy.held.error, policy.held.content)
    reading, weak = policy.reading, policy.reading.source_vpc
    found = [
        {**grant.as_dict(), **({"condition": "source_vpc"} if grant.account in weak else {})}
        for grant in reading.grants
    ]
    return {
        "resource_arn": target.arn,
        "policy": policy.held.document,
        "grants": found,
        "notes": [*reading.notes, *([f"{', '.join(sorted(weak))}: {SOURCE_VPC_WARNING}"] if weak else [])],
    }


def unreadable(arn: str | None, error: str, policy: Any = None) -> dict[str, Any]:
    """What results show of a policy that could not be read or understood."""
    return {"resource_arn": arn, "policy": policy, "grants": None, "notes": [], "policy_error": error}


def build(api: Api, params: Mapping[str, Any], check_mode: bool) -> ResourcePolicy:
    """A resource policy from a module's options.

    Args:
        api: the service.
        params: the module's options.
        check_mode: then the workgroup may be yet to be created.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    arn = params.get("resource_arn")
    if desired.policy is None and arn and not _is_workgroup(arn):
        raise InvalidInput(
            f"resource_arn: got {arn!r}; expected the ARN of a workgroup, since grants are for workgroups. "
            "Give the ARN of a workgroup, or a whole policy."
        )
    missing = check_mode or desired.absent
    return ResourcePolicy(api, desired, params.get("workgroup"), arn, missing)
