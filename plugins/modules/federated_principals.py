# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: federated_principals
short_description: "[INTERNAL] Tag IAM roles and users with database roles, and let an identity provider tag sessions"
version_added: 1.0.0
description:
  - "[INTERNAL] P(redshift.serverless.federated_roles#role) uses it, whose options have defaults and checks of their own."
  - Sets the tag C(RedshiftDbRoles) of IAM roles and users. Other tags stay.
  - Adds a statement to the trust policies of IAM roles. Statements of others stay.
  - Writes nothing before all roles and users were checked, and reads each again right before its first write.
options:
  principals:
    description: The IAM roles and users.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: What it is.
        type: str
        choices: [role, user]
        required: true
      name:
        description: The name.
        type: str
        required: true
      database_roles:
        description: The database roles that the tag should name. An empty list with O(replace=true) removes the tag.
        type: list
        elements: str
        required: true
  replace:
    description: Whether the tag names no other database roles. Otherwise those that it names stay.
    type: bool
    default: false
  dropped:
    description: Database roles that leave the tags.
    type: list
    elements: str
    default: []
  trust_statement:
    description: The statement that the trust policies of the IAM roles should have. If omitted, they stay as they are.
    type: dict
  wait_timeout:
    description: Seconds for the whole task.
    type: int
    default: 1200
  wait_delay:
    description: The longest pause between two looks, in seconds.
    type: float
    default: 15.0
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - The caller needs C(iam:GetRole), C(iam:TagRole), C(iam:UntagRole) and C(iam:UpdateAssumeRolePolicy) for IAM roles, and
    C(iam:GetUser), C(iam:TagUser) and C(iam:UntagUser) for IAM users, each only where there is something to change.
  - In check mode an IAM role or user may be missing, since the same run may create it.
  - The module waits after each change until IAM shows it.
seealso:
  - module: redshift.serverless.data_api_statement
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Give whoever logs in as the IAM role analysts the database role analyst
  redshift.serverless.federated_principals:
    principals:
      - kind: role
        name: analysts
        database_roles:
          - analyst
"""

RETURN = r"""
principals:
  description: The IAM roles and users.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(role) or V(user).
      type: str
      sample: role
    name:
      description: The name.
      type: str
      sample: analysts
    before:
      description: The value of the tag before the change, empty for none.
      type: str
      sample: ""
    after:
      description: The value of the tag, empty for none.
      type: str
      sample: analyst
    changed:
      description: Whether the tag or the trust policy was changed.
      type: bool
      sample: true
    trust_changed:
      description: Whether the trust policy was changed.
      type: bool
      sample: false
tags:
  description: The value of the tag of each, empty for none.
  returned: success
  type: dict
  sample: {IAM role analysts: analyst}
trust_policies:
  description: The trust policy of each IAM role; V(null) for one that does not exist.
  returned: success
  type: dict
missing:
  description: The IAM roles and users that do not exist, which only check mode allows.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(role) or V(user).
      type: str
      sample: user
    name:
      description: The name.
      type: str
      sample: ana
notes:
  description: Sentences about statements of others in the trust policies.
  returned: success
  type: list
  elements: str
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: TagRole
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {role_name: analysts, tags: [{key: RedshiftDbRoles, value: analyst}]}
    reason:
      description: Why.
      type: str
      sample: "RedshiftDbRoles of IAM role analysts: none -> analyst"
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
  description: Whether a workgroup was restarted, which is never.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    deadline_of,
    fail,
    services,
)
from ansible_collections.redshift.serverless.plugins.module_utils._core import shapes
from ansible_collections.redshift.serverless.plugins.module_utils._iam.federated_principals import (
    Principals,
    build,
    difference,
    done_of,
    report,
)


def argument_spec() -> Spec:
    """The options that only this module has."""
    principal = {
        "kind": {"type": "str", "choices": ["role", "user"], "required": True},
        "name": {"type": "str", "required": True},
        "database_roles": {"type": "list", "elements": "str", "required": True},
    }
    return {
        "principals": {"type": "list", "elements": "dict", "required": True, "options": principal},
        "replace": {"type": "bool", "default": False},
        "dropped": {"type": "list", "elements": "str", "default": []},
        "trust_statement": {"type": "dict"},
        "wait_timeout": {"type": "int", "default": 1200},
        "wait_delay": {"type": "float", "default": 15.0},
    }


def main() -> None:
    """Run the module."""
    module: Any = create_module(argument_spec())
    try:
        resources = build(services(module)("iam"), module.params, module.check_mode)
        principals = Principals(resources, deadline_of(module.params))
        outcomes = principals.check() if module.check_mode else principals.run()
    except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
        fail(module, error)
    done = done_of(outcomes)
    # pylint: disable-next=protected-access
    diff = {"diff": difference(resources, outcomes)} if module._diff else {}  # Ansible's name for --diff
    module.exit_json(
        changed=bool(done),
        restarted=False,
        changes=[shapes.change(each) for each in done],
        **report(resources, outcomes),
        **diff,
    )


if __name__ == "__main__":
    main()
