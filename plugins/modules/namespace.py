# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: namespace
short_description: Manage an Amazon Redshift Serverless namespace
version_added: 0.1.0
description:
  - Creates, changes and deletes a namespace, the container of databases, users, encryption keys and log settings.
  - Options that are not given stay unchanged. Each difference is one request, since AWS accepts one at a time.
  - If AWS is already modifying the namespace, the module waits first.
options:
  name:
    description: The name of the namespace.
    type: str
    required: true
    aliases: [namespace_name]
  db_name:
    description: The name of the first database. AWS's default is V(dev). It can't be changed afterwards.
    type: str
  admin_username:
    description:
      - The name of the database administrator. AWS's default is V(admin).
      - AWS changes the name only together with a password, so a new name needs O(admin_user_password), also with
        O(manage_admin_password=true).
    type: str
  admin_user_password:
    description:
      - The administrator's password. See O(update_password).
      - With O(manage_admin_password=true), AWS creates the password. This one is then used only to change O(admin_username) of an
        existing namespace. AWS replaces it immediately afterwards.
    type: str
  update_password:
    description:
      - AWS never shows the password, so the module can't compare it.
      - V(on_create) sets it when the namespace is created, when O(admin_username) changes, and when AWS managed it before.
      - V(always) sets it on every run, which is then always a change. It also unlocks an account that AWS has locked after failed
        logins. With O(manage_admin_password=true) it has no effect.
    type: str
    choices: [always, on_create]
    default: on_create
  manage_admin_password:
    description: Whether AWS keeps the administrator's password in Secrets Manager and rotates it.
    type: bool
  admin_password_secret_kms_key_id:
    description: The KMS key of that secret. Needs O(manage_admin_password=true).
    type: str
  iam_roles:
    description: The ARNs of the IAM roles that the databases may use, compared as a set.
    type: list
    elements: str
  default_iam_role_arn:
    description: The role of O(iam_roles) that is used where a statement specifies V(default). It is added if O(iam_roles) is omitted.
      An empty text means that there is no default role.
    type: str
  kms_key_id:
    description: The KMS key that encrypts the data. A key id and the ARN of the same key count as equal.
    type: str
  log_exports:
    description: Which logs are exported, compared as a set. An empty list exports none.
    type: list
    elements: str
    choices: [useractivitylog, userlog, connectionlog]
  log_destination_type:
    description:
      - V(cloudwatch) sends the logs of O(log_exports) to CloudWatch, as AWS does by default. It is sent only when O(log_exports)
        changes, since AWS does not show it.
      - V(s3table) publishes system tables as Amazon S3 Tables. The options O(s3_table_action), O(s3_table_granularity),
        O(s3_table_kms_key_id) and O(s3_table_names) control this. It does not change O(log_exports).
      - This option and the four others need a botocore that knows them.
    type: str
    choices: [cloudwatch, s3table]
    version_added: 0.2.0
  s3_table_action:
    description:
      - Whether to publish the tables of O(s3_table_names) or to stop publishing them. AWS's default is V(Enable).
      - Other tables are left unchanged.
    type: str
    choices: [Enable, Disable]
    version_added: 0.2.0
  s3_table_granularity:
    description: Whether the published tables are those of the namespace or of the account. Needed to enable the publishing.
    type: str
    choices: [namespace, account]
    version_added: 0.2.0
  s3_table_kms_key_id:
    description:
      - The KMS key that encrypts the published tables. If omitted, Amazon S3 manages the key.
      - AWS does not show the key, so a new key alone is not a change. Disable the publishing first to use another one.
    type: str
    version_added: 0.2.0
  s3_table_names:
    description: The system tables, whose names begin with C(sys_). If omitted, empty or V(all), all of them, including future ones.
    type: list
    elements: str
    version_added: 0.2.0
  final_snapshot_name:
    description:
      - With O(state=absent), keep a snapshot of this name. Otherwise the data is lost.
      - Up to 255 lower-case letters, digits and single hyphens, beginning with a letter.
      - If the snapshot can't be created, nothing is deleted. An existing snapshot of this name is detected before the deletion if
        the caller may call C(redshift-serverless:GetSnapshot).
      - If the namespace is already being deleted and there is no such snapshot, the module fails.
    type: str
  final_snapshot_retention_period:
    description: How many days to keep O(final_snapshot_name), from V(1) to V(3653). V(-1), AWS's default, keeps the snapshot
      until it is deleted.
    type: int
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.wait
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.namespace_info
  - module: redshift.serverless.workgroup
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Create a namespace whose administrator's password is kept by AWS
  redshift.serverless.namespace:
    name: sales
    db_name: sales
    admin_username: keeper
    manage_admin_password: true
    log_exports:
      - connectionlog
      - userlog

- name: Allow an IAM role for COPY and UNLOAD
  redshift.serverless.namespace:
    name: sales
    default_iam_role_arn: arn:aws:iam::123456789012:role/sales-loader

- name: Publish two system tables as S3 Tables
  redshift.serverless.namespace:
    name: sales
    log_destination_type: s3table
    s3_table_granularity: namespace
    s3_table_names:
      - sys_query_history
      - sys_connection_log

- name: Stop publishing system tables
  redshift.serverless.namespace:
    name: sales
    log_destination_type: s3table
    s3_table_action: Disable

- name: Delete a namespace and keep its data for a month
  redshift.serverless.namespace:
    name: sales
    state: absent
    final_snapshot_name: sales-last
    final_snapshot_retention_period: 30
"""

RETURN = r"""
namespace:
  description:
    - The namespace, or its prediction in check mode, or V(null) when it is absent.
    - Every member of the API's Namespace is there; what AWS did not give or what is not known beforehand is V(null).
  returned: success
  type: dict
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
      description: The tags; returned only if O(tags) is given, since reading them needs a separate call.
      type: dict
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: UpdateNamespace
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {namespace_name: sales, log_exports: [userlog]}
    reason:
      description: Why.
      type: str
      sample: "log_exports: [] -> ['userlog']"
    interrupts:
      description: Whether open connections break.
      type: bool
    seconds:
      description: How long it took until AWS was ready again; V(0) in check mode.
      type: float
    waited_for:
      description:
        - What AWS answered when it last refused the request temporarily.
        - V(null) when it accepted the request at once.
      type: str
changes_pending:
  description: The changes that were planned and not made, in the form of RV(changes).
  returned: failure
  type: list
  elements: dict
restarted:
  description: Whether a workgroup was restarted; no change of a namespace does.
  returned: always
  type: bool
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    manage,
    state_option,
    tag_options,
    wait_options,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.namespace import build


def argument_spec() -> Spec:
    """The options that only a namespace has."""
    logs = ["useractivitylog", "userlog", "connectionlog"]
    return {
        "name": {"type": "str", "required": True, "aliases": ["namespace_name"]},
        "db_name": {"type": "str"},
        "admin_username": {"type": "str"},
        "admin_user_password": {"type": "str", "no_log": True},
        "update_password": {"type": "str", "choices": ["always", "on_create"], "default": "on_create", "no_log": False},
        "manage_admin_password": {"type": "bool", "no_log": False},
        "admin_password_secret_kms_key_id": {"type": "str", "no_log": False},
        "iam_roles": {"type": "list", "elements": "str"},
        "default_iam_role_arn": {"type": "str"},
        "kms_key_id": {"type": "str"},
        "log_exports": {"type": "list", "elements": "str", "choices": logs},
        "log_destination_type": {"type": "str", "choices": ["cloudwatch", "s3table"]},
        "s3_table_action": {"type": "str", "choices": ["Enable", "Disable"]},
        "s3_table_granularity": {"type": "str", "choices": ["namespace", "account"]},
        "s3_table_kms_key_id": {"type": "str", "no_log": False},
        "s3_table_names": {"type": "list", "elements": "str"},
        "final_snapshot_name": {"type": "str"},
        "final_snapshot_retention_period": {"type": "int"},
    }


def main() -> None:
    """Run the module."""
    module = create_module(
        argument_spec(),
        state_option(),
        wait_options(),
        tag_options(),
        required_by={"final_snapshot_retention_period": "final_snapshot_name"},
    )
    manage(module, build)


if __name__ == "__main__":
    main()
