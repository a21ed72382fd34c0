"""Snapshots of namespaces, as far as final snapshots need them: Create, Get, List, Delete.

Restoring, sharing and copying are not kept. Sizes and progress are not shown.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .call import Call
from .errors import conflict, not_found, validation
from .state import Namespace, Snapshot
from .tagging import to_tags

Params = dict[str, Any]

# [C: CloudFormation's schema of AWS::RedshiftServerless::Namespace, FinalSnapshotName]
NAME = re.compile(r"(?=.{1,255}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
# For ever, or days [C: CloudFormation's schema, the retention of manual snapshots].
FOR_EVER, LONGEST = -1, 3653
DAY = 86400.0


def wanted_at_the_end(params: Params) -> bool:
    """Whether DeleteNamespace is to leave a snapshot; a retention needs a name [I]."""
    if "finalSnapshotRetentionPeriod" in params and "finalSnapshotName" not in params:
        raise validation("You can't specify finalSnapshotRetentionPeriod without finalSnapshotName.")
    return "finalSnapshotName" in params


def make(call: Call, namespace: Namespace, name: str, retention: int | None, tags: Any = ()) -> float:
    """Make a snapshot; gives the simulated seconds that it takes.

    Raises:
        ServiceError: The name or the retention is not allowed, or the name is taken in this account and Region (texts [U]).
    """
    if not NAME.fullmatch(name):
        raise validation(
            f"The snapshot name {name} is invalid. It must be 1 to 255 lowercase letters, digits and hyphens, begin with a "
            "letter, not end with a hyphen and not contain two hyphens in a row."
        )
    days = FOR_EVER if retention is None else retention
    if days != FOR_EVER and not 1 <= days <= LONGEST:
        raise validation(f"The retention period {days} is invalid. It must be {FOR_EVER} or from 1 to {LONGEST} days.")
    if name in call.backend.snapshots:
        raise conflict(f"Snapshot {name} already exists.")
    snapshot = Snapshot(
        name=name,
        arn=call.backend.arn(f"snapshot/{call.world.uuid()}"),
        created=call.now,
        owner=call.account,
        namespace_name=namespace.name,
        namespace_arn=namespace.arn,
        admin_username=namespace.admin_username,
        kms_key_id=namespace.kms_key_id,
        retention=days,
        tags=to_tags(call, list(tags)),
    )
    call.backend.snapshots[name] = snapshot
    return _let_it_be_made(call, snapshot)


def _let_it_be_made(call: Call, snapshot: Snapshot) -> float:
    snapshots, after = call.backend.snapshots, call.world.timeline.after
    seconds = call.settings.durations["snapshot_create"]

    def made() -> None:
        snapshot.status = "AVAILABLE"

    def expired() -> None:
        if snapshots.get(snapshot.name) is snapshot:
            del snapshots[snapshot.name]

    after(seconds, made)
    if snapshot.retention != FOR_EVER:
        after(seconds + snapshot.retention * DAY, expired)
    return seconds


def view(call: Call, snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as the API shows it; how many days remain is not shown of one that is kept for ever [I]."""
    age = (call.now - snapshot.created).days
    return {
        "snapshotName": snapshot.name,
        "snapshotArn": snapshot.arn,
        "snapshotCreateTime": snapshot.created,
        "status": snapshot.status,
        "namespaceName": snapshot.namespace_name,
        "namespaceArn": snapshot.namespace_arn,
        "adminUsername": snapshot.admin_username,
        "kmsKeyId": snapshot.kms_key_id,
        "ownerAccount": snapshot.owner,
        "snapshotRetentionPeriod": snapshot.retention,
        "snapshotRetentionStartTime": snapshot.created,
        "snapshotRemainingDays": None if snapshot.retention == FOR_EVER else max(snapshot.retention - age, 0),
    }


def create_snapshot(call: Call, params: Params) -> dict[str, Any]:
    """CreateSnapshot. That a namespace without a workgroup may have one is unknown [U]."""
    name = params["namespaceName"]
    namespace = call.backend.namespaces.get(name)
    if namespace is None:
        raise not_found(f"The namespace {name} doesn't exist.", name)
    if namespace.busy:
        raise conflict("There is an operation running on the namespace. Try creating the snapshot again later.")
    make(call, namespace, params["snapshotName"], params.get("retentionPeriod"), params.get("tags", ()))
    return {"snapshot": view(call, call.backend.snapshots[params["snapshotName"]])}


def _find(call: Call, name: str) -> Snapshot:
    if name not in call.backend.snapshots:
        raise not_found(f"The snapshot {name} doesn't exist.", name)
    return call.backend.snapshots[name]


def get_snapshot(call: Call, params: Params) -> dict[str, Any]:
    """GetSnapshot, by name or ARN; of the own account."""
    arn = params.get("snapshotArn")
    named = [each.name for each in call.backend.snapshots.values() if arn == each.arn]
    name = params.get("snapshotName") or next(iter(named), arn)
    if name is None:
        raise validation("You must specify either snapshotName or snapshotArn.")
    return {"snapshot": view(call, _find(call, name))}


def list_snapshots(call: Call, params: Params) -> dict[str, Any]:
    """ListSnapshots of the own account, by namespace and by time of creation."""
    found = [
        view(call, each)
        for each in call.backend.snapshots.values()
        if params.get("namespaceName", each.namespace_name) == each.namespace_name
        and params.get("namespaceArn", each.namespace_arn) == each.namespace_arn
        and params.get("ownerAccount", each.owner) == each.owner
        and _moment(params, "startTime", each.created) <= each.created <= _moment(params, "endTime", each.created)
    ]
    return {"snapshots": found}


def _moment(params: Params, name: str, otherwise: datetime) -> datetime:
    """A time that a request gives, in seconds or as ISO 8601."""
    given = params.get(name)
    if given is None:
        return otherwise
    return datetime.fromisoformat(given) if isinstance(given, str) else datetime.fromtimestamp(given, UTC)


def delete_snapshot(call: Call, params: Params) -> dict[str, Any]:
    """DeleteSnapshot; not while it is being made [U]."""
    snapshot = _find(call, params["snapshotName"])
    if snapshot.status == "CREATING":
        raise conflict(f"The snapshot {snapshot.name} is being created. Try deleting the snapshot again later.")
    del call.backend.snapshots[snapshot.name]
    call.backend.forget_policy(snapshot.arn)
    snapshot.status = "DELETED"
    return {"snapshot": view(call, snapshot)}
