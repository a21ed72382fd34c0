"""Every operation behind which the emulator keeps state. The rest of the model is answered by ``json_service.py``: 501 in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    credentials,
    custom_domains,
    endpoints,
    namespaces,
    resource_policies,
    snapshots,
    tagging,
    workgroup_updates,
    workgroups,
)
from .call import Call

Operation = Callable[[Call, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "CreateNamespace": namespaces.create_namespace,
    "GetNamespace": namespaces.get_namespace,
    "ListNamespaces": namespaces.list_namespaces,
    "UpdateNamespace": namespaces.update_namespace,
    "DeleteNamespace": namespaces.delete_namespace,
    "CreateSnapshot": snapshots.create_snapshot,
    "GetSnapshot": snapshots.get_snapshot,
    "ListSnapshots": snapshots.list_snapshots,
    "DeleteSnapshot": snapshots.delete_snapshot,
    "CreateWorkgroup": workgroups.create_workgroup,
    "GetWorkgroup": workgroups.get_workgroup,
    "ListWorkgroups": workgroups.list_workgroups,
    "UpdateWorkgroup": workgroup_updates.update_workgroup,
    "DeleteWorkgroup": workgroups.delete_workgroup,
    "GetCredentials": credentials.get_credentials,
    "PutResourcePolicy": resource_policies.put_resource_policy,
    "GetResourcePolicy": resource_policies.get_resource_policy,
    "DeleteResourcePolicy": resource_policies.delete_resource_policy,
    "CreateEndpointAccess": endpoints.create_endpoint_access,
    "GetEndpointAccess": endpoints.get_endpoint_access,
    "ListEndpointAccess": endpoints.list_endpoint_access,
    "UpdateEndpointAccess": endpoints.update_endpoint_access,
    "DeleteEndpointAccess": endpoints.delete_endpoint_access,
    "CreateCustomDomainAssociation": custom_domains.create_custom_domain_association,
    "GetCustomDomainAssociation": custom_domains.get_custom_domain_association,
    "ListCustomDomainAssociations": custom_domains.list_custom_domain_associations,
    "UpdateCustomDomainAssociation": custom_domains.update_custom_domain_association,
    "DeleteCustomDomainAssociation": custom_domains.delete_custom_domain_association,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "ListTagsForResource": tagging.list_tags_for_resource,
}
