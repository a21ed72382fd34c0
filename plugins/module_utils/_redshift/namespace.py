# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A namespace, the container of databases, users and keys: observed, planned and predicted.

Facts: API reference of CreateNamespace, UpdateNamespace and Namespace. Like workgroups, namespaces take one setting per update;
only what belongs together goes together: the admin's name and password, the IAM roles and the default one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .._core.api import Api, botocore_version
from .._core.changes import Change, State
from .._core.errors import InvalidInput, NotFound, Refused
from .._core.shapes import check_request, complete, result
from . import tags
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
_OPTION_OF = {member: option for option, member in OPTIONS.items()}

# A new namespace as AWS makes it where nothing is named.
DEFAULTS: Mapping[str, Any] = {
    "adminUsername": "admin",
    "dbName": "dev",
    "iamRoles": [],
    "kmsKeyId": "AWS_OWNED_KMS_KEY",
    "logExports": [],
}

_SECRET = frozenset({"adminUserPassword"})


@dataclass(frozen=True)
class Desired:
    """What the user named; everything else is left alone.

    Attributes:
        members: the named members in the API's spelling.
        absent: the namespace is to be gone.
        set_password: whether the password is set on a namespace that exists.
        deletion: members of DeleteNamespace beside the name.
        tags: the wanted tags, None to leave them alone.
        purge_tags: take away tags that are not wanted.
    """

    members: Mapping[str, Any]
    absent: bool = False
    set_password: bool = False
    deletion: Mapping[str, Any] | None = None
    tags: Mapping[str, Any] | None = None
    purge_tags: bool = True


def desired_of(params: Mapping[str, Any]) -> Desired:
    """The desire in a module's options.

    Raises:
        InvalidInput: for what is wrong whatever AWS has.
    """
    members = {member: params[option] for option, member in OPTIONS.items() if params.get(option) is not None}
    if members.get("adminPasswordSecretKmsKeyId") and not members.get("manageAdminPassword"):
        raise InvalidInput("admin_password_secret_kms_key_id: it needs manage_admin_password to be true.")
    if members.get("adminUserPassword") and members.get("manageAdminPassword"):
        raise InvalidInput(
            "admin_user_password: with manage_admin_password AWS makes the password. Leave one of them out."
        )
    roles, default = members.get("iamRoles"), members.get("defaultIamRoleArn")
    if default == "":
        raise InvalidInput("default_iam_role_arn: it is empty. Give the ARN of a role, or leave the option out.")
    if roles is not None and default and default not in roles:
        raise InvalidInput(f"default_iam_role_arn: {default} is not among iam_roles. Add it there.")
    deletion = {
        "finalSnapshotName": params.get("final_snapshot_name"),
        "finalSnapshotRetentionPeriod": params.get("final_snapshot_retention_period"),
    }
    return Desired(
        members=members,
        absent=params["state"] == "absent",
        set_password={"always": True, "on_create": False}[params["update_password"]],
        deletion={member: value for member, value in deletion.items() if value is not None},
        tags=params.get("tags"),
        purge_tags=params["purge_tags"],
    )


def observe(api: Api, name: str) -> State | None:
    """Read a namespace; None when there is none (GetNamespace)."""
    try:
        return from_api(api.read("GetNamespace", {"namespaceName": name}, "namespace"))
    except NotFound:
        return None


def from_api(namespace: Mapping[str, Any]) -> State:
    """A namespace of the API's as this collection holds it: IAM roles as plain ARNs."""
    return {**namespace, "iamRoles": [_role_arn(role) for role in namespace.get("iamRoles", [])]}


def _role_arn(role: str) -> str:
    """The ARN in the API's text, such as IamRole(applyStatus=in-sync, iamRoleArn=arn:aws:iam::123456789012:role/x)."""
    found = re.search(r"iamRoleArn=([^,)]+)", role)
    return found.group(1) if found else role


def plan(current: State | None, desired: Desired, name: str) -> list[Change]:
    """The Changes that bring a namespace from what it is to what is desired."""
    if desired.absent:
        if current is None or current.get("status") == "DELETING":
            return []
        request = {"namespaceName": name, **(desired.deletion or {})}
        return [Change("DeleteNamespace", request, "the namespace is to be absent", interrupts=True)]
    if current is None:
        return [_creation(desired, name)]
    changes = [
        Change("UpdateNamespace", {"namespaceName": name, **members}, reason, secret=_SECRET, unreadable=unreadable)
        for members, reason, unreadable in _differences(current, desired)
    ]
    if desired.tags is not None:
        changes += tags.changes(current.get("namespaceArn"), current.get("tags", {}), desired.tags, desired.purge_tags)
    return changes


def _creation(desired: Desired, name: str) -> Change:
    request = {**desired.members, "namespaceName": name}
    if request.get("defaultIamRoleArn") and "iamRoles" not in request:
        request["iamRoles"] = [request["defaultIamRoleArn"]]
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    return Change("CreateNamespace", request, "there is no such namespace", secret=_SECRET)


def _differences(current: State, desired: Desired) -> Iterator[tuple[dict[str, Any], str, bool]]:
    """Each update's members, its reason, and whether its effect can't be read back."""
    yield from _admin_differences(current, desired)
    yield from _role_differences(current, desired.members)
    members = desired.members
    key = members.get("kmsKeyId")
    if key is not None and not _same_key(current.get("kmsKeyId"), key):
        yield {"kmsKeyId": key}, f"kms_key_id: {current.get('kmsKeyId')} -> {key}", False
    logs = members.get("logExports")
    if logs is not None and set(logs) != set(current.get("logExports", [])):
        yield (
            {"logExports": sorted(set(logs))},
            f"log_exports: {sorted(current.get('logExports', []))} -> {sorted(logs)}",
            False,
        )


def _admin_differences(current: State, desired: Desired) -> Iterator[tuple[dict[str, Any], str, bool]]:
    members = desired.members
    managed = "adminPasswordSecretArn" in current
    user = members.get("adminUsername", current.get("adminUsername"))
    password = members.get("adminUserPassword")
    if members.get("manageAdminPassword"):
        wanted_key = members.get("adminPasswordSecretKmsKeyId")
        if not managed or (wanted_key and not _same_key(current.get("adminPasswordSecretKmsKeyId"), wanted_key)):
            key = {"adminPasswordSecretKmsKeyId": wanted_key} if wanted_key else {}
            yield (
                {"manageAdminPassword": True, **key},
                "manage_admin_password: the secret is to be managed by AWS",
                False,
            )
    elif password is not None and (managed or desired.set_password or user != current.get("adminUsername")):
        reason = "the password of the admin is to be set"
        if user != current.get("adminUsername"):
            reason = f"admin_username: {current.get('adminUsername')} -> {user}"
        elif managed:
            reason = "manage_admin_password: the password is no longer to be managed by AWS"
        yield {"adminUsername": user, "adminUserPassword": password}, reason, desired.set_password


def _role_differences(current: State, members: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, bool]]:
    default = members.get("defaultIamRoleArn", current.get("defaultIamRoleArn"))
    has = set(current.get("iamRoles", []))
    wanted = set(members.get("iamRoles", has))
    if "defaultIamRoleArn" in members and default:
        wanted.add(default)
    if wanted == has and ("defaultIamRoleArn" not in members or default == current.get("defaultIamRoleArn")):
        return
    request: dict[str, Any] = {"iamRoles": sorted(wanted)}
    if default in wanted:
        request["defaultIamRoleArn"] = default
    yield (
        request,
        f"iam_roles: {sorted(has)} -> {sorted(wanted)}, default {default if default in wanted else 'none'}",
        False,
    )


def _same_key(current: str | None, wanted: str) -> bool:
    """Whether two names of a KMS key are one: an ARN and its key id are."""
    return current == wanted or (current or "").endswith(f":key/{wanted}")


def after(current: State | None, change: Change) -> State | None:
    """The namespace after a Change, as far as that is known beforehand."""
    if change.operation == "DeleteNamespace":
        return None
    if change.operation in ("TagResource", "UntagResource"):
        return tags.after(current or {}, change)
    given = {member: value for member, value in change.parameters.items() if member not in _SECRET}
    if given.pop("manageAdminPassword", False):
        given["adminPasswordSecretArn"] = None
    if change.operation == "CreateNamespace":
        wanted_tags = {tag["key"]: tag["value"] for tag in given.pop("tags", [])}
        return {**DEFAULTS, "status": "AVAILABLE", **given, "tags": wanted_tags}
    state = {**(current or {}), **given}
    if "adminUserPassword" in change.parameters:
        state.pop("adminPasswordSecretArn", None)
    return state


def refuse(current: State | None, desired: Desired, label: str) -> None:
    """Refuse what can't be changed, before the first write.

    Raises:
        Refused: naming the option and what it would take.
        InvalidInput: a new admin name or a password of one's own without a password.
    """
    if current is None or desired.absent:
        return
    members = desired.members
    if members.get("dbName", current.get("dbName")) != current.get("dbName"):
        raise Refused(
            f"db_name: the first database of {label} is {current.get('dbName')!r} and can't be renamed to "
            f"{members['dbName']!r}. Leave db_name out, or create another database by SQL."
        )
    if "adminUserPassword" in members:
        return
    if members.get("adminUsername", current.get("adminUsername")) != current.get("adminUsername"):
        raise InvalidInput("admin_username: AWS takes a new name only together with admin_user_password. Give both.")
    if members.get("manageAdminPassword") is False and "adminPasswordSecretArn" in current:
        raise InvalidInput(
            "manage_admin_password: AWS manages the password now. To set your own, give admin_user_password too."
        )


@dataclass
class Namespace(Standing):
    """A namespace with what is desired of it."""

    kind: ClassVar[str] = "namespace"
    desired: Desired

    def read(self) -> State | None:
        """See `observe` of this module."""
        return observe(self.api, self.name)

    def plan(self, current: State | None) -> list[Change]:
        """See `plan` of this module."""
        return plan(current, self.desired, self.name)

    def after(self, current: State | None, change: Change) -> State | None:
        """See `after` of this module."""
        return after(current, change)

    def refuse(self, current: State | None, changes: Sequence[Change]) -> None:
        """See `refuse` of this module; no change of a namespace restarts a workgroup."""
        del changes
        refuse(current, self.desired, self.label)

    def send(self, change: Change) -> None:
        """Carry out one Change."""
        self.api.write(change.operation, change.parameters)

    def report(self, state: State | None) -> dict[str, Any]:
        """The namespace as the module returns it."""
        return {"namespace": shown(self.api, state)}


def build(api: Api, params: Mapping[str, Any]) -> Namespace:
    """A namespace from a module's options.

    Raises:
        InvalidInput: for an option whose value can't be right.
    """
    desired = desired_of(params)
    request = dict(desired.members)
    if desired.tags:
        request["tags"] = tags.to_api(desired.tags)
    check_request(api.model, "CreateNamespace", request, {**_OPTION_OF, "tags": "tags"}, botocore_version())
    return Namespace(api, params["name"], desired)


def shown(api: Api, state: State | None) -> dict[str, Any] | None:
    """A namespace as results show it: every member of the API's shape, snake_case; tags only when they were read."""
    return None if state is None else result(complete(api.model, "Namespace", state), "tags")
