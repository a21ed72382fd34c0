# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A namespace, the container of databases, users and keys: observed, planned and predicted.

Facts: API reference of CreateNamespace, UpdateNamespace and Namespace. Like workgroups, namespaces take one setting per update;
only what belongs together goes together: the admin's name and password, the IAM roles and the default one, all about S3 Tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import ApiError, InvalidInput, NotFound, Refused
from .._core.shapes import check_request, complete, named_members, options_of, result
from . import log_publishing, tags
from .standing import Standing

# Which option of the module gives which member of CreateNamespace.
OPTIONS: Mapping[str, str] = {
    "name": "namespaceName",
    "admin_password_secret_kms_key_id": "adminPasswordSecretKmsKeyId",
    "admin_user_password": "adminUserPassword",
    "admin_username": "adminUsername",
    "db_name": "dbName",
    "default_iam_role_arn": "defaultIamRoleArn",
    "iam_roles": "iamRoles",
    "kms_key_id": "kmsKeyId",
    "log_exports": "logExports",
    "manage_admin_password": "manageAdminPassword",
}
_OPTION_OF = options_of(OPTIONS)

# A new namespace as AWS makes it where nothing is named.
DEFAULTS: Mapping[str, Any] = {
    "adminUsername": "admin",
    "dbName": "dev",
    "iamRoles": [],
    "kmsKeyId": "AWS_OWNED_KMS_KEY",
    "logExports": [],
}

_SECRET = frozenset({"adminUserPassword"})
_KEY_OF_SECRET = "adminPasswordSecretKmsKeyId"  # noqa: S105 - the name of a member

# FinalSnapshotName and FinalSnapshotRetentionPeriod of AWS::RedshiftServerless::Namespace, for the same request.
SNAPSHOT_NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
SNAPSHOT_NAME_LENGTH = 255
FOREVER = -1
RETENTION_DAYS = range(1, 3654)


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        members: the named members in the API's spelling.
        publishing: the named members about where logs go, which only UpdateNamespace takes.
        absent: the namespace should not exist.
        set_password: whether the password is set on a namespace that exists.
        deletion: members of DeleteNamespace beside the name.
        tags: the wanted tags, None to leave them alone.
        purge_tags: take away tags that are not wanted.
    """

    members: Mapping[str, Any]
    publishing: Mapping[str, Any] = field(default_factory=dict)
    absent: bool = False
    set_password: bool = False
    deletion: Mapping[str, Any] | None = None
    tags: Mapping[str, Any] | None = None
    purge_tags: bool = True


def desired_of(params: Mapping[str, Any]) -> Desired:
    """Return the desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    members = named_members(params, OPTIONS)
    if members.get("adminPasswordSecretKmsKeyId") and not members.get("manageAdminPassword"):
        raise InvalidInput(
            "admin_password_secret_kms_key_id: got a key without manage_admin_password=true; expected both, since only a secret that AWS "
            "manages has this key. Set manage_admin_password to true, or leave the key out."
        )
    roles, default = members.get("iamRoles"), members.get("defaultIamRoleArn")
    if roles is not None and default and default not in roles:
        raise InvalidInput(f"default_iam_role_arn: got {default}; expected one of iam_roles. Add it there.")
    deletion = {
        "finalSnapshotName": params.get("final_snapshot_name"),
        "finalSnapshotRetentionPeriod": params.get("final_snapshot_retention_period"),
    }
    _check_snapshot(deletion["finalSnapshotName"], deletion["finalSnapshotRetentionPeriod"])
    return Desired(
        members=members,
        publishing=log_publishing.desired_of(params),
        absent=params["state"] == "absent",
        set_password={"always": True, "on_create": False}[params["update_password"]],
        deletion={member: value for member, value in deletion.items() if value is not None},
        tags=params.get("tags"),
        purge_tags=params["purge_tags"],
    )


def _check_snapshot(name: str | None, days: int | None) -> None:
    if name is not None and not (re.fullmatch(SNAPSHOT_NAME, name) and len(name) <= SNAPSHOT_NAME_LENGTH):
        raise InvalidInput(
            f"final_snapshot_name: got {name!r}; expected up to {SNAPSHOT_NAME_LENGTH} lower-case letters, digits and single "
            "hyphens, beginning with a letter and not ending with a hyphen."
        )
    if days is not None and days != FOREVER and days not in RETENTION_DAYS:
        raise InvalidInput(
            f"final_snapshot_retention_period: got {days}; expected {RETENTION_DAYS[0]}-{RETENTION_DAYS[-1]} days, or {FOREVER} to "
            "keep the snapshot until it is deleted."
        )


def observe(api: Api, name: str) -> State | None:
    """Read a namespace; None when there is none (GetNamespace)."""
    try:
        return from_api(api.read("GetNamespace", {"namespaceName": name}, "namespace"))
    except NotFound:
        return None


def from_api(namespace: Mapping[str, Any]) -> State:
    """Return a namespace of the API's as this collection holds it: IAM roles as plain ARNs."""
    return {**namespace, "iamRoles": [_role_arn(role) for role in namespace.get("iamRoles", [])]}


def _role_arn(role: str) -> str:
    """Return the ARN in the API's text, such as IamRole(applyStatus=in-sync, iamRoleArn=arn:aws:iam::123456789012:role/x)."""
    found = re.search(r"iamRoleArn=([^,)]+)", role)
    return found.group(1) if found else role


def plan(current: State | None, desired: Desired, name: str) -> list[Change]:
    """Return the Changes that bring a namespace from what it is to what is desired."""
    if desired.absent:
        if current is None or current.get("status") == "DELETING":
            return []
        request = {"namespaceName": name, **(desired.deletion or {})}
        return [Change("DeleteNamespace", request, "the namespace should be absent", interrupts=True)]
    if current is None:
        creation = _creation(desired, name)
        created = after(None, creation) or {}
        publishing = _publishing_differences(created, desired)
        return [creation, *[_update(name, members, reason) for members, reason, _unreadable in publishing]]
    changes = [
        _update(name, members, reason, unreadable) for members, reason, unreadable in _differences(current, desired)
    ]
    if desired.tags is not None:
        changes += tags.changes(current.get("namespaceArn"), current.get("tags", {}), desired.tags, desired.purge_tags)
    return changes


def _update(name: str, members: Mapping[str, Any], reason: str, unreadable: bool = False) -> Change:
    request = {"namespaceName": name, **members}
    return Change("UpdateNamespace", request, reason, secret=_SECRET, unreadable=unreadable)


def _creation(desired: Desired, name: str) -> Change:
    request = {**desired.members, "namespaceName": name}
    if request.get("manageAdminPassword"):
        request.pop("adminUserPassword", None)  # AWS makes the password, and takes no other
    if request.get("defaultIamRoleArn") == "":
        del request["defaultIamRoleArn"]
    if "defaultIamRoleArn" in request and "iamRoles" not in request:
        request["iamRoles"] = [request["defaultIamRoleArn"]]
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    return Change("CreateNamespace", request, "there is no such namespace", secret=_SECRET)


def _differences(current: State, desired: Desired) -> Iterator[tuple[dict[str, Any], str, bool]]:
    """Yield each update's members, its reason, and whether its effect can't be read back."""
    yield from _admin_differences(current, desired)
    yield from _role_differences(current, desired.members)
    members = desired.members
    key = members.get("kmsKeyId")
    if key is not None and not _same_key(current.get("kmsKeyId"), key):
        yield {"kmsKeyId": key}, f"kms_key_id: {current.get('kmsKeyId')} -> {key}", False
    logs = members.get("logExports")
    if logs is not None and set(logs) != set(current.get("logExports", [])):
        cloudwatch = desired.publishing.get("logDestinationType") == log_publishing.CLOUDWATCH
        yield (
            {"logExports": sorted(set(logs)), **(desired.publishing if cloudwatch else {})},
            f"log_exports: {sorted(current.get('logExports', []))} -> {sorted(logs)}",
            False,
        )
    yield from _publishing_differences(current, desired)


def _publishing_differences(current: State, desired: Desired) -> Iterator[tuple[dict[str, Any], str, bool]]:
    if found := log_publishing.difference(current, desired.publishing):
        yield (*found, False)


def _admin_differences(current: State, desired: Desired) -> Iterator[tuple[dict[str, Any], str, bool]]:
    members = desired.members
    managed = "adminPasswordSecretArn" in current
    user = members.get("adminUsername", current.get("adminUsername"))
    password = members.get("adminUserPassword")
    if members.get("manageAdminPassword"):
        if password is not None and user != current.get("adminUsername"):
            # AWS takes a name only together with your own password; that password is handed over in the next step.
            reason = f"admin_username: {current.get('adminUsername')} -> {user}"
            yield {"adminUsername": user, "adminUserPassword": password}, reason, False
            managed = False
        has_key = current.get(_KEY_OF_SECRET)
        wanted_key = members.get(_KEY_OF_SECRET, has_key)
        if not managed or (wanted_key and not _same_key(has_key, wanted_key)):
            key = {_KEY_OF_SECRET: wanted_key} if wanted_key else {}
            yield (
                {"manageAdminPassword": True, **key},
                "manage_admin_password: AWS should manage the secret",
                False,
            )
    elif password is not None and (managed or desired.set_password or user != current.get("adminUsername")):
        reason = "set the administrator's password"
        if user != current.get("adminUsername"):
            reason = f"admin_username: {current.get('adminUsername')} -> {user}"
        elif managed:
            reason = "manage_admin_password: AWS should no longer manage the password"
        yield {"adminUsername": user, "adminUserPassword": password}, reason, desired.set_password


def _role_differences(current: State, members: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, bool]]:
    named, has_default = "defaultIamRoleArn" in members, current.get("defaultIamRoleArn") or None
    default = (members["defaultIamRoleArn"] if named else has_default) or None
    has = set(current.get("iamRoles", []))
    wanted = set(members.get("iamRoles", has))
    if named and default:
        wanted.add(default)
    if wanted == has and (not named or default == has_default):
        return
    request: dict[str, Any] = {"iamRoles": sorted(wanted)}
    if default in wanted:
        request["defaultIamRoleArn"] = default
    elif named and has_default:
        request["defaultIamRoleArn"] = ""  # as Terraform's provider unsets it
    yield (
        request,
        f"iam_roles: {sorted(has)} -> {sorted(wanted)}, default {default if default in wanted else 'none'}",
        False,
    )


def _same_key(current: str | None, wanted: str) -> bool:
    """Tell whether two names of a KMS key are one: an ARN and its key id are."""
    return current == wanted or (current or "").endswith(f":key/{wanted}")


def after(current: State | None, change: Change) -> State | None:
    """Return the namespace after a Change, as far as that is known beforehand."""
    if change.operation == "DeleteNamespace":
        return None
    if change.operation in ("TagResource", "UntagResource"):
        return tags.after(current or {}, change)
    if "s3TableAction" in change.parameters:
        return log_publishing.after(current or {}, change.parameters)
    hidden = {*_SECRET, "logDestinationType"}
    given = {member: value for member, value in change.parameters.items() if member not in hidden}
    if given.pop("manageAdminPassword", False):
        given["adminPasswordSecretArn"] = None
    if change.operation == "CreateNamespace":
        wanted_tags = {tag["key"]: tag["value"] for tag in given.pop("tags", [])}
        return {**DEFAULTS, "status": "AVAILABLE", **given, "tags": wanted_tags}
    state = {**(current or {}), **given}
    if "iamRoles" in given:
        state["defaultIamRoleArn"] = given.get("defaultIamRoleArn") or None
    if "adminUserPassword" in change.parameters:
        state.pop("adminPasswordSecretArn", None)
    return state


def refuse(current: State | None, desired: Desired, label: str) -> None:
    """Refuse what can't be changed, before the first write.

    Raises:
        Refused: naming the option and what it would take.
        InvalidInput: a new admin name or your own password without a password.
    """
    if current is None or desired.absent:
        return
    members = desired.members
    if members.get("dbName", current.get("dbName")) != current.get("dbName"):
        raise Refused(
            f"db_name: got {members['dbName']!r}; expected {current.get('dbName')!r}, the first database of {label}, which can't be renamed. "
            "Leave db_name out, or create another database by SQL."
        )
    if "adminUserPassword" in members:
        return
    managed = "adminPasswordSecretArn" in current
    if members.get("adminUsername", current.get("adminUsername")) != current.get("adminUsername"):
        keeps = managed or members.get("manageAdminPassword")
        raise InvalidInput(
            "admin_username: got a new name without a password; expected both, since AWS changes them together. Set admin_user_password."
            + (" With manage_admin_password true, AWS then replaces that password." if keeps else "")
        )
    if members.get("manageAdminPassword") is False and managed:
        raise InvalidInput(
            "manage_admin_password: got false, while AWS manages the password; expected a password to replace it. Set admin_user_password."
        )


@dataclass
class Namespace(Standing):
    """A namespace with what is desired of it."""

    kind: ClassVar[str] = "namespace"
    desired: Desired
    _deleting: bool = field(default=False, init=False)
    _secret_key: str | None = field(default=None, init=False)

    def read(self) -> State | None:
        """See `observe` of this module; a deletion that somebody else began must have made the wanted snapshot.

        Raises:
            Refused: the namespace is being deleted, and there is no such snapshot.
        """
        state = observe(self.api, self.name)
        if self._final_snapshot and not self._deleting and self.leaving(state):
            self._require_snapshot(self._final_snapshot)
            self._deleting = True
        return state

    @property
    def _final_snapshot(self) -> str | None:
        """The name of the snapshot that a deletion has to make."""
        return (self.desired.deletion or {}).get("finalSnapshotName") if self.desired.absent else None

    def _require_snapshot(self, snapshot: str) -> None:
        try:
            self.api.read("GetSnapshot", {"snapshotName": snapshot}, "snapshot")
        except NotFound as error:
            raise Refused(
                f"final_snapshot_name: got {snapshot!r}, which does not exist, and {self.label} is already being deleted; expected a snapshot. The "
                "data is lost unless another snapshot or recovery point has it."
            ) from error

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module; the key of the secret is kept while a new name takes the secret away for a moment."""
        self._secret_key = (current or {}).get(_KEY_OF_SECRET, self._secret_key)
        if current is not None and self._secret_key is not None:
            current = {**current, _KEY_OF_SECRET: self._secret_key}
        return plan(current, self.desired, self.name)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `refuse` of this module; no change of a namespace restarts a workgroup."""
        refuse(current, self.desired, self.label)
        if self._final_snapshot and any(change.operation == "DeleteNamespace" for change in changes):
            self._refuse_taken(self._final_snapshot)

    def _refuse_taken(self, snapshot: str) -> None:
        try:
            self.api.read("GetSnapshot", {"snapshotName": snapshot}, "snapshot")
        except ApiError:
            return  # there is none, or the caller may not look: AWS decides, and deletes nothing without the snapshot
        raise Refused(
            f"final_snapshot_name: got {snapshot!r}, which exists already; expected a new name. {self.label} was not deleted. Choose another "
            "name."
        )

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        self._deleting = self._deleting or change.operation == "DeleteNamespace"
        self.api.write(change.operation, change.parameters)

    def report(self, state: State | None) -> dict[str, Any]:
        """Return the namespace as the module returns it."""
        return {"namespace": shown(self.api, state)}


def build(api: Api, params: Mapping[str, Any]) -> Namespace:
    """Return a namespace from a module's options.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    request = dict(desired.members)
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    check_request(api.model, "CreateNamespace", request, {**_OPTION_OF, "tags": "tags"}, botocore_version())
    options = options_of(log_publishing.OPTIONS)
    check_request(api.model, "UpdateNamespace", desired.publishing, options, botocore_version())
    return Namespace(api, params["name"], desired)


def shown(api: Api, state: State | None) -> dict[str, Any] | None:
    """Return a namespace as results show it: every member of the API's shape, snake_case; tags only when they were read."""
    return None if state is None else result(complete(api.model, "Namespace", state), "tags")
