# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM roles and users that name database roles: their tag RedshiftDbRoles, and the trust of roles in an identity provider.

Only that tag and our own statements of a trust policy are written, each by a request of its own: whatever else somebody changes
on the same role at that moment stays. Facts: IAM's API reference (GetRole and GetUser return all tags, keys are unique whatever
their case), "IAM and AWS STS quotas", and Redshift's "Defining database roles to grant to federated users".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.api import Api
from .._core.changes import Change, Done, State
from .._core.errors import InvalidInput, NotFound, RedshiftServerlessError, Refused
from .._core.plan import AtOnce, Convergence, Outcome, check
from .._core.waiting import Deadline
from .._policy.document import PolicyError
from .._policy.trust import Trust, provider_of, with_session_tags

TAG = "RedshiftDbRoles"
SEPARATOR = ":"
# The longest value of a tag, of principals and of sessions alike.
LONGEST = 256
# The path of IAM Identity Center's own roles, which IAM refuses to change.
RESERVED = "/aws-reserved/"


@dataclass(frozen=True)
class Desired:
    """What is desired of one IAM role or user.

    Attributes:
        kind: role or user.
        name: its name.
        database_roles: the database roles that the tag should name.
        replace: whether the tag names no others.
        dropped: database roles that leave the tag.
        trust: the statement that the trust policy of a role should have, None to leave the policy alone.
    """

    kind: str
    name: str
    database_roles: tuple[str, ...]
    replace: bool = False
    dropped: frozenset[str] = frozenset()
    trust: Mapping[str, Any] | None = None

    @property
    def label(self) -> str:
        """Return its name for a person."""
        return f"IAM {self.kind} {self.name}"

    @property
    def api_kind(self) -> str:
        """Return its kind as the names of IAM's operations have it."""
        return self.kind.capitalize()


def tag_of(current: State | None) -> str:
    """Return the value of the tag, "" for none."""
    tags = (current or {}).get("Tags") or ()
    return next((str(tag["Value"]) for tag in tags if _is_tag(tag["Key"])), "")


def _is_tag(key: str) -> bool:
    return key.lower() == TAG.lower()


def wanted_tag(before: str, desired: Desired) -> str:
    """Return the value that the tag should have.

    Args:
        before: the value that it has. One that says the same in another order, or with a colon at its end, stays.
        desired: what is desired.
    """
    named = list(filter(None, before.split(SEPARATOR)))
    kept = [] if desired.replace else [role for role in named if role not in desired.dropped]
    roles = dict.fromkeys([*kept, *desired.database_roles])
    return before if roles.keys() == set(named) else SEPARATOR.join(roles)


def trust_of(current: State | None, desired: Desired) -> Trust:
    """Return what becomes of the trust policy.

    Raises:
        Refused: the policy can't be understood.
    """
    policy = (current or {}).get("AssumeRolePolicyDocument")
    if desired.trust is None:
        return Trust(policy or {}, False)
    try:
        return with_session_tags(policy, dict(desired.trust))
    except PolicyError as error:
        raise Refused(
            f"The trust policy of {desired.label} can't be understood, so it is left as it is: {error}"
        ) from error


def plan(current: State | None, desired: Desired) -> list[Change]:
    """Return the Changes that bring a role or user to what is desired: the trust before the tag.

    Raises:
        Refused: the trust policy can't be understood.
    """
    return [*_trust_changes(current, desired), *_tag_changes(tag_of(current), desired)]


def _trust_changes(current: State | None, desired: Desired) -> Iterator[Change]:
    trust = trust_of(current, desired)
    if trust.changed:
        request = {"RoleName": desired.name, "PolicyDocument": json.dumps(trust.policy)}
        reason = f"{desired.label} does not let the identity provider tag sessions as wanted"
        yield Change("UpdateAssumeRolePolicy", request, reason)


def _tag_changes(before: str, desired: Desired) -> Iterator[Change]:
    after = wanted_tag(before, desired)
    if before == after:
        return
    who = {f"{desired.api_kind}Name": desired.name}
    reason = f"{TAG} of {desired.label}: {before or 'none'} -> {after or 'none'}"
    if after:
        yield Change(f"Tag{desired.api_kind}", {**who, "Tags": [{"Key": TAG, "Value": after}]}, reason)
    else:
        yield Change(f"Untag{desired.api_kind}", {**who, "TagKeys": [TAG]}, reason)


def after(current: State | None, change: Change) -> State:
    """Return the role or user after a Change."""
    state = dict(current or {})
    if change.operation == "UpdateAssumeRolePolicy":
        return {**state, "AssumeRolePolicyDocument": json.loads(change.parameters["PolicyDocument"])}
    others = [tag for tag in state.get("Tags") or () if not _is_tag(tag["Key"])]
    return {**state, "Tags": [*others, *change.parameters.get("Tags", ())]}


def problems(current: State | None, desired: Desired, partition: str) -> Iterator[str]:
    """Say what speaks against the Changes.

    Args:
        current: the role or user as it is.
        desired: what is desired of it.
        partition: the caller's, such as aws-cn.
    """
    if str((current or {}).get("Path", "")).startswith(RESERVED):
        yield (
            f"{desired.label}: got a role of IAM Identity Center, which IAM can't change; expected one of this account. "
            f"Set {TAG} in IAM Identity Center, among the attributes for access control."
        )
    value = wanted_tag(tag_of(current), desired)
    if len(value) > LONGEST:
        yield (
            f"{desired.label}: got a {TAG} that would have {len(value)} characters; expected at most {LONGEST}. Grant the "
            "roles to one database role and name that, or drop the roles that the tag names already."
        )
    provider = provider_of(str(desired.trust["Principal"]["Federated"])) if desired.trust else None
    if provider and provider.partition != partition:
        yield f"{desired.label}: got the identity provider {provider.arn}; expected one of the partition {partition}."


@dataclass(frozen=True)
class FederatedPrincipal(AtOnce):
    """One IAM role or user with what is desired of it.

    Attributes:
        api: IAM.
        desired: what is desired.
        may_be_missing: whether it may be created later, as in check mode.
    """

    api: Api
    desired: Desired
    may_be_missing: bool = False

    @property
    def label(self) -> str:
        """Return its name for a person."""
        return self.desired.label

    def observe(self) -> State | None:
        """GetRole or GetUser, which return all tags; None when there is none."""
        kind = self.desired.api_kind
        try:
            found: State = self.api.read(f"Get{kind}", {f"{kind}Name": self.desired.name}, kind)
        except NotFound:
            return None
        return found

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module; nothing can be done for what is missing, unless that is only a prediction."""
        return plan(current, self.desired) if current or self.may_be_missing else []

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `problems` of this module.

        Raises:
            InvalidInput: with every problem.
        """
        if current is None and not self.may_be_missing:
            raise InvalidInput(f"{self.label}: does not exist in this account. Create it first, or correct the name.")
        found = list(problems(current, self.desired, self.api.partition)) if changes else []
        if found:
            raise InvalidInput(" ".join(found))

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        self.api.write(change.operation, change.parameters)

    def report(self, state: State | None) -> dict[str, Any]:
        """Return the tag and, of a role, the trust policy."""
        policies = {self.label: (state or {}).get("AssumeRolePolicyDocument")} if self.desired.kind == "role" else {}
        return {"tags": {self.label: tag_of(state)}, "trust_policies": policies}


@dataclass
class Principals:
    """Several IAM roles and users, changed one after the other.

    Nothing is written before all of them were checked. Each is read again right before its first write. The first failure ends it.

    Args:
        resources: the roles and users.
        deadline: the time for everything.
    """

    resources: Sequence[FederatedPrincipal]
    deadline: Deadline
    _predicted: list[Outcome] = field(default_factory=list, init=False)

    def check(self) -> list[Outcome]:
        """Read all and predict what would be done.

        Raises:
            InvalidInput: with the problems of all of them.
        """
        found: list[str] = []
        for resource in self.resources:
            try:
                self._predicted.append(check(resource))
            except (InvalidInput, Refused) as error:
                found.append(error.message.removesuffix(" Nothing was changed."))
        if found:
            raise InvalidInput(" ".join([*found, "Nothing was changed."]))
        return self._predicted

    def run(self) -> list[Outcome]:
        """Check all, and change those that differ.

        Raises:
            RedshiftServerlessError: with the Changes of all of them that were done and those that were not.
        """
        outcomes: list[Outcome] = []
        for position, predicted in enumerate(self.check()):
            resource = self.resources[position]
            try:
                outcomes.append(Convergence(resource, self.deadline).run() if predicted.changed else predicted)
            except RedshiftServerlessError as error:
                error.pending = [*_left(error, predicted), *_planned(self._predicted[position + 1 :])]
                error.done = [*done_of(outcomes), *error.done]
                raise
        return outcomes


def _left(error: RedshiftServerlessError, predicted: Outcome) -> list[Change]:
    """Return what was not done of the one that failed, which may have come before it was planned."""
    return error.pending or ([] if error.done else _planned([predicted]))


def _planned(outcomes: Sequence[Outcome]) -> list[Change]:
    return [done.change for done in done_of(outcomes)]


def done_of(outcomes: Sequence[Outcome]) -> list[Done]:
    """Return the Changes of several outcomes."""
    return [done for outcome in outcomes for done in outcome.done]


def report(resources: Sequence[FederatedPrincipal], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what results show, besides the Changes."""
    pairs = list(zip(resources, outcomes, strict=True))
    return {
        **standing(resources, [outcome.after for outcome in outcomes]),
        "principals": [_shown(resource, outcome) for resource, outcome in pairs],
        "missing": [
            {"kind": resource.desired.kind, "name": resource.desired.name}
            for resource, outcome in pairs
            if outcome.before is None
        ],
        "notes": [
            f"{resource.label} {note}." for resource, outcome in pairs for note in _notes(outcome.before, resource)
        ],
    }


def _notes(state: State | None, resource: FederatedPrincipal) -> Sequence[str]:
    return trust_of(state, resource.desired).notes


def _shown(resource: FederatedPrincipal, outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": resource.desired.kind,
        "name": resource.desired.name,
        "before": tag_of(outcome.before),
        "after": tag_of(outcome.after),
        "changed": outcome.changed,
        "trust_changed": any(done.change.operation == "UpdateAssumeRolePolicy" for done in outcome.done),
    }


def standing(resources: Sequence[FederatedPrincipal], states: Sequence[State | None]) -> dict[str, Any]:
    """Return the tags and trust policies of roles and users in some state, by their labels."""
    shown = [resource.report(state) for resource, state in zip(resources, states, strict=True)]
    return {kind: {k: v for each in shown for k, v in each[kind].items()} for kind in ("tags", "trust_policies")}


def difference(resources: Sequence[FederatedPrincipal], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what --diff shows."""
    return {
        "before": standing(resources, [outcome.before for outcome in outcomes]),
        "after": standing(resources, [outcome.after for outcome in outcomes]),
    }


def build(api: Api, params: Mapping[str, Any], check_mode: bool) -> list[FederatedPrincipal]:
    """Return the roles and users of a module's options, each once: two entries for one come to all of their database roles.

    Args:
        api: IAM.
        params: the module's options.
        check_mode: then roles and users may be created later.
    """
    entries: dict[tuple[str, str], dict[str, None]] = {}
    for entry in params["principals"]:
        entries.setdefault((entry["kind"], entry["name"]), {}).update(dict.fromkeys(entry["database_roles"]))
    return [
        FederatedPrincipal(
            api,
            Desired(
                kind=kind,
                name=name,
                database_roles=tuple(roles),
                replace=params["replace"],
                dropped=frozenset(params["dropped"]),
                trust=params["trust_statement"] if kind == "role" else None,
            ),
            may_be_missing=check_mode,
        )
        for (kind, name), roles in entries.items()
    ]
