"""Every operation behind which the emulator keeps state. The rest of the model is answered by ``responses.no_state``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import namespaces, tagging, workgroup_updates, workgroups
from .call import Call

Operation = Callable[[Call, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "CreateNamespace": namespaces.create_namespace,
    "GetNamespace": namespaces.get_namespace,
    "ListNamespaces": namespaces.list_namespaces,
    "UpdateNamespace": namespaces.update_namespace,
    "DeleteNamespace": namespaces.delete_namespace,
    "CreateWorkgroup": workgroups.create_workgroup,
    "GetWorkgroup": workgroups.get_workgroup,
    "ListWorkgroups": workgroups.list_workgroups,
    "UpdateWorkgroup": workgroup_updates.update_workgroup,
    "DeleteWorkgroup": workgroups.delete_workgroup,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "ListTagsForResource": tagging.list_tags_for_resource,
}
