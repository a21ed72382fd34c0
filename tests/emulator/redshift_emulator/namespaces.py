"""Namespaces: Create, Get, List, Update, Delete.

Facts: aws-behaviour 1.2 and 1.4. A namespace has no status CREATING [C: BM].
"""

from __future__ import annotations

import re
from typing import Any

from . import s3_tables, snapshots
from .call import Call, database_user
from .errors import conflict, not_found, quota, validation
from .models import RedshiftServerlessBackend
from .secrets import create_admin_secret, delete_secret
from .settings import Settings
from .state import Namespace
from .tagging import to_tags

Params = dict[str, Any]

# Members that may, and with "all" must, come together [C: BM, text of UpdateNamespace]; the rest go one by one.
MEMBER_GROUPS: tuple[frozenset[str], ...] = (
    frozenset({"adminUsername", "adminUserPassword"}),
    frozenset({"iamRoles", "defaultIamRoleArn"}),
    frozenset({"manageAdminPassword", "adminPasswordSecretKmsKeyId"}),
    frozenset({"logExports", "logDestinationType"}),
    s3_tables.MEMBERS,
)
SECRET_KEY_UNUSED = "You can use adminPasswordSecretKmsKeyId only if manageAdminPassword is true."
OWNED_KEY = "AWS_OWNED_KMS_KEY"
DB_NAME = re.compile(r"[a-z_][a-z0-9_+.@$-]{0,63}")


def find_namespace(backend: RedshiftServerlessBackend, name: str) -> Namespace:
    """The namespace of that name, or ResourceNotFoundException (text [U])."""
    if name not in backend.namespaces:
        raise not_found(f"The namespace {name} doesn't exist.", name)
    return backend.namespaces[name]


def workgroup_in(backend: RedshiftServerlessBackend, namespace: str) -> str | None:
    """The name of the workgroup that uses the namespace."""
    return next((w.name for w in backend.workgroups.values() if w.namespace_name == namespace), None)


def check_idle(namespace: Namespace, doing: str) -> None:
    """ConflictException while an operation runs on the namespace [C: TF text for delete]."""
    if namespace.busy:
        raise conflict(f"There is an operation running on the namespace. Try {doing} the namespace again later.")


def check_password(password: str) -> None:
    """8 to 64 printable characters with an upper-case, a lower-case letter and a digit [I: provisioned rule]."""
    classes = (r"[A-Z]", r"[a-z]", r"[0-9]")
    allowed = re.fullmatch(r"""[!#-&(-.0-?A-\[\]-~]{8,64}""", password)
    if not allowed or not all(re.search(each, password) for each in classes):
        raise validation(
            "The parameter adminUserPassword must be 8 to 64 printable ASCII characters other than /, @, quotation "
            "marks, backslash and space, and contain at least one uppercase letter, one lowercase letter, and one number."
        )


def view(namespace: Namespace, settings: Settings) -> dict[str, Any]:
    """The namespace as the API shows it."""
    roles = namespace.iam_roles
    if settings.iam_roles_form == "wrapped":
        # A stringified struct, seen by several clients [C: TF flattenNamespaceIAMRoles].
        roles = [f"IamRole(applyStatus=in-sync, iamRoleArn={role})" for role in roles]
    return {
        "namespaceName": namespace.name,
        "namespaceId": namespace.namespace_id,
        "namespaceArn": namespace.arn,
        "status": namespace.status,
        "creationDate": namespace.created,
        "adminUsername": namespace.admin_username,
        "dbName": namespace.db_name,
        "kmsKeyId": namespace.kms_key_id,
        "iamRoles": roles,
        "defaultIamRoleArn": namespace.default_iam_role_arn,
        "logExports": namespace.log_exports,
        "adminPasswordSecretArn": namespace.secret_arn,
        "adminPasswordSecretKmsKeyId": namespace.secret_kms_key_id,
        "s3TablePublishStatus": s3_tables.view(namespace),
    }


def create_namespace(call: Call, params: Params) -> dict[str, Any]:
    """CreateNamespace. Defaults [C: DRIFT]: admin, dev, AWS_OWNED_KMS_KEY, no roles, no log exports."""
    name = params["namespaceName"]
    _check_creation(call, params)
    backend = call.backend
    namespace_id = call.world.uuid()
    namespace = Namespace(
        name=name,
        namespace_id=namespace_id,
        arn=backend.arn(f"namespace/{namespace_id}"),
        created=call.now,
        admin_username=params.get("adminUsername", "admin"),
        db_name=params.get("dbName", "dev"),
        kms_key_id=params.get("kmsKeyId", OWNED_KEY),
        iam_roles=list(params.get("iamRoles", [])),
        default_iam_role_arn=params.get("defaultIamRoleArn"),
        admin_password=params.get("adminUserPassword"),
        log_exports=list(params.get("logExports", [])),
        creator=database_user(call.caller),
        identity_center_application=params.get("redshiftIdcApplicationArn"),
        tags=to_tags(call, params.get("tags", [])),
    )
    if params.get("manageAdminPassword"):
        _manage_password(call, namespace, params.get("adminPasswordSecretKmsKeyId"))
    backend.namespaces[name] = namespace
    _run_for(call, namespace, call.settings.durations["namespace_create"], "MODIFYING")
    return {"namespace": view(namespace, call.settings)}


def _check_creation(call: Call, params: Params) -> None:
    name = params["namespaceName"]
    if name in call.backend.namespaces:
        # CloudFormation's handler greps "already exists" [C: CFN].
        raise conflict(f"Namespace {name} already exists.")
    if len(call.backend.namespaces) >= call.settings.quotas["namespaces"]:
        raise quota(f"You can't have more than {call.settings.quotas['namespaces']} namespaces in this Region.")
    if params.get("manageAdminPassword") and "adminUserPassword" in params:
        raise validation("You can't use adminUserPassword if manageAdminPassword is true.")
    if "adminPasswordSecretKmsKeyId" in params and not params.get("manageAdminPassword"):
        raise validation(SECRET_KEY_UNUSED)
    if "adminUserPassword" in params:
        check_password(params["adminUserPassword"])
    if "dbName" in params and not DB_NAME.fullmatch(params["dbName"]):
        raise validation(f"The parameter dbName is invalid: {params['dbName']}.")
    _check_default_role(params.get("iamRoles", []), params.get("defaultIamRoleArn"))


def _check_default_role(roles: list[str], default: str | None) -> None:
    if default and default not in roles:
        raise validation(f"The default IAM role {default} must be one of the IAM roles of the namespace.")


def _manage_password(call: Call, namespace: Namespace, key: str | None) -> None:
    namespace.secret_arn = create_admin_secret(call, namespace.name, namespace.admin_username, key)
    namespace.secret_kms_key_id = key


def _run_for(call: Call, namespace: Namespace, seconds: float, status: str) -> None:
    """Let the namespace be busy for that long, then be AVAILABLE."""
    if seconds <= 0:
        return
    namespace.status, namespace.busy = status, True

    def done() -> None:
        namespace.status, namespace.busy = "AVAILABLE", False

    call.world.timeline.after(seconds, done)


def get_namespace(call: Call, params: Params) -> dict[str, Any]:
    """GetNamespace."""
    return {"namespace": view(find_namespace(call.backend, params["namespaceName"]), call.settings)}


def list_namespaces(call: Call, params: Params) -> dict[str, Any]:
    """ListNamespaces."""
    return {"namespaces": [view(each, call.settings) for each in call.backend.namespaces.values()]}


def update_namespace(call: Call, params: Params) -> dict[str, Any]:
    """UpdateNamespace: one group of members in one call [C: BM, TF#39249].

    A password also unlocks the account [C: BM]; here nobody is ever locked out.
    """
    namespace = find_namespace(call.backend, params["namespaceName"])
    members = set(params) - {"namespaceName"}
    _check_members(namespace, members)
    check_idle(namespace, "updating")
    if "adminUserPassword" in params:
        check_password(params["adminUserPassword"])
    managed = params.get("manageAdminPassword", namespace.secret_arn is not None)
    if "adminPasswordSecretKmsKeyId" in params and not managed:
        raise validation(SECRET_KEY_UNUSED)
    roles = params.get("iamRoles", namespace.iam_roles)
    default = params.get("defaultIamRoleArn", namespace.default_iam_role_arn if "iamRoles" not in params else None)
    _check_default_role(roles, default)
    publishing = s3_tables.update(namespace, params)
    if _changes_nothing(namespace, params) and publishing == namespace.s3_publishing:
        raise validation(f"You didn't specify any changes to the namespace {namespace.name}.")
    namespace.s3_publishing = publishing
    _apply(call, namespace, params, default)
    _run_for(call, namespace, call.settings.durations["namespace_update"], "MODIFYING")
    return {"namespace": view(namespace, call.settings)}


def _check_members(namespace: Namespace, members: set[str]) -> None:
    if not members:
        raise validation(f"You didn't specify any changes to the namespace {namespace.name}.")
    if len(members) > 1 and not any(members <= group for group in MEMBER_GROUPS):
        raise validation(
            "Amazon Redshift Serverless can't update multiple configurations at the same time "
            f"for namespace {namespace.name}."
        )
    credentials = MEMBER_GROUPS[0]
    if members & credentials and not credentials <= members:
        raise validation("You must specify both adminUsername and adminUserPassword to update either field.")


def _changes_nothing(namespace: Namespace, params: Params) -> bool:
    """Whether all comparable members equal the current values; that this is refused is inferred [I]."""
    current: dict[str, Any] = {
        "kmsKeyId": namespace.kms_key_id,
        "logExports": namespace.log_exports,
        "iamRoles": namespace.iam_roles,
        "defaultIamRoleArn": namespace.default_iam_role_arn,
        "manageAdminPassword": namespace.secret_arn is not None,
        "adminPasswordSecretKmsKeyId": namespace.secret_kms_key_id,
    }
    # Where logs go to is shown nowhere: by itself it is no change [U].
    given = {name: value for name, value in params.items() if name not in ("namespaceName", *s3_tables.MEMBERS)}
    return all(name in current and _same(current[name], value) for name, value in given.items())


def _same(current: Any, given: Any) -> bool:
    return sorted(current) == sorted(given) if isinstance(given, list) else bool(current == given)


def _apply(call: Call, namespace: Namespace, params: Params, default: str | None) -> None:
    namespace.admin_username = params.get("adminUsername", namespace.admin_username)
    namespace.admin_password = params.get("adminUserPassword", namespace.admin_password)
    namespace.kms_key_id = params.get("kmsKeyId", namespace.kms_key_id)
    namespace.log_exports = list(params.get("logExports", namespace.log_exports))
    if "iamRoles" in params or "defaultIamRoleArn" in params:
        namespace.iam_roles = list(params.get("iamRoles", namespace.iam_roles))
        namespace.default_iam_role_arn = default
    if "adminUserPassword" in params or params.get("manageAdminPassword") is False:
        _forget_secret(call, namespace)
    if params.get("manageAdminPassword") and namespace.secret_arn is None:
        _manage_password(call, namespace, params.get("adminPasswordSecretKmsKeyId"))
    elif "adminPasswordSecretKmsKeyId" in params:
        namespace.secret_kms_key_id = params["adminPasswordSecretKmsKeyId"]


def _forget_secret(call: Call, namespace: Namespace) -> None:
    if namespace.secret_arn:
        delete_secret(call, namespace.secret_arn)
    namespace.secret_arn = namespace.secret_kms_key_id = None


def delete_namespace(call: Call, params: Params) -> dict[str, Any]:
    """DeleteNamespace; refused while a workgroup uses it (that it is a ConflictException and its text: [U]).

    The final snapshot is made before the namespace goes [C: BM].
    """
    namespace = find_namespace(call.backend, params["namespaceName"])
    check_idle(namespace, "deleting")
    user = workgroup_in(call.backend, namespace.name)
    if user:
        raise conflict(
            f"The namespace {namespace.name} can't be deleted because the workgroup {user} is associated with it."
        )
    seconds = call.settings.durations["namespace_delete"]
    if snapshots.wanted_at_the_end(params):
        seconds += snapshots.make(
            call, namespace, params["finalSnapshotName"], params.get("finalSnapshotRetentionPeriod")
        )
    namespace.status, namespace.busy = "DELETING", True

    def gone() -> None:
        _forget_secret(call, namespace)
        call.backend.forget_policy(namespace.arn)
        call.backend.namespaces.pop(namespace.name, None)

    call.world.timeline.after(seconds, gone)
    return {"namespace": view(namespace, call.settings)}
