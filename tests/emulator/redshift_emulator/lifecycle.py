"""Operations on a workgroup that last: who is busy meanwhile, and what happens at the end."""

from __future__ import annotations

from collections.abc import Callable

from .call import Call
from .errors import conflict
from .state import Namespace, Workgroup


def check_idle(workgroup: Workgroup, doing: str) -> None:
    """ConflictException "operation running" [C: Terraform provider, for delete and update]; the whole text of update is [I]."""
    if workgroup.busy:
        raise conflict(f"There is an operation running on the workgroup. Try {doing} the workgroup again later.")


def namespace_of(call: Call, workgroup: Workgroup) -> Namespace:
    """The namespace of a workgroup; it cannot be deleted while the workgroup exists."""
    return call.backend.namespaces[workgroup.namespace_name]


def run(call: Call, workgroup: Workgroup, status: str, seconds: float, done: Callable[[], None]) -> None:
    """Make the workgroup and its namespace busy for that long, then finish.

    The namespace shows MODIFYING while a workgroup operation runs [C: CFN].

    Args:
        call: The API call that begins the operation.
        workgroup: Gets the status at once.
        status: CREATING, MODIFYING or DELETING.
        seconds: Simulated seconds until the end.
        done: What changes at the end, before the workgroup is AVAILABLE again.
    """
    namespace = namespace_of(call, workgroup)
    workgroup.status, workgroup.busy = status, True
    namespace.status, namespace.busy = "MODIFYING", True

    def finish() -> None:
        done()
        workgroup.status, workgroup.busy = "AVAILABLE", False
        namespace.status, namespace.busy = "AVAILABLE", False

    call.world.timeline.after(seconds, finish)
