# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: namespace_info
short_description: Read namespaces of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Reads the namespaces of the account.
options:
  names:
    description: The namespaces to read. If omitted, all namespaces are read. A namespace that does not exist is left out of the result.
    type: list
    elements: str
  include_tags:
    description: Whether to read the tags, which needs one call for each.
    type: bool
    default: true
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.namespace
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: One namespace
  redshift.serverless.namespace_info:
    names:
      - sales
"""

RETURN = r"""
namespaces:
  description: The namespaces; empty when there are none. Every member of the API's Namespace is there, V(null) where AWS gave none.
  returned: success
  type: list
  elements: dict
  contains:
    namespace_name:
      description: The name.
      type: str
      sample: sales
    namespace_arn:
      description: The ARN.
      type: str
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0c1e2d3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f
    namespace_id:
      description: The id.
      type: str
    status:
      description: V(AVAILABLE), or V(MODIFYING) or V(DELETING) during a change.
      type: str
      sample: AVAILABLE
    db_name:
      description: The first database.
      type: str
      sample: dev
    admin_username:
      description: The database administrator.
      type: str
      sample: admin
    admin_password_secret_arn:
      description: The secret with the administrator's password, where AWS manages it.
      type: str
    admin_password_secret_kms_key_id:
      description: The key of that secret.
      type: str
    iam_roles:
      description: The ARNs of the IAM roles.
      type: list
      elements: str
    default_iam_role_arn:
      description: The default one of them.
      type: str
    kms_key_id:
      description: The key that encrypts the data, V(AWS_OWNED_KMS_KEY) for AWS's own.
      type: str
    log_exports:
      description: The exported logs.
      type: list
      elements: str
    creation_date:
      description: When it was created.
      type: str
    catalog_arn:
      description: The Glue data catalog that the namespace is registered with.
      type: str
    lakehouse_registration_status:
      description: Whether it is registered with the Glue data catalog.
      type: str
    s3_table_publish_status:
      description: How far its tables are published as S3 tables.
      type: dict
    tags:
      description: The tags; returned only with O(include_tags=true).
      type: dict
    tags_error:
      description: Why the tags of this item could not be read. RV(namespaces[].tags) is then V(null); other items are not affected.
      type: str
    error:
      description: What is wrong with an item that AWS gave in an unknown form. Such an item has only its name and ARN beside it.
      type: str
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Spec, create_module, inform
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.namespaces import namespaces


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "names": {"type": "list", "elements": "str"},
        "include_tags": {"type": "bool", "default": True},
    }


def main() -> None:
    """Run the module."""
    inform(create_module(argument_spec()), namespaces)


if __name__ == "__main__":
    main()
