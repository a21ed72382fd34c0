#!/usr/bin/python
# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
module: converge_all
short_description: "[INTERNAL] Create, change or delete many resources of one kind together"
version_added: 1.0.0
description:
  - "[INTERNAL] Roles of this collection use it for lists of workgroups, endpoints and policies. A playbook uses the module of the
    kind, in a loop or over hosts."
  - Checks all items before the first write. If one is refused, nothing is written.
  - Changes the items together and waits for them together, so that the task takes the time of the slowest one. If one fails, the
    others still finish.
options:
  resource:
    description: The kind, which is the name of the module whose options the items have.
    type: str
    choices: [workgroup, endpoint_access, resource_policy]
    required: true
  items:
    description:
      - What is desired of each resource, as the options of the module O(resource).
      - An item may have its own identity, given by C(profile), C(region), C(assume_role_arn), C(assume_role_external_id) and
        C(assume_role_session_name). All but C(region) are one identity, which replaces the whole one of the task. The other
        connection options are those of the task.
    type: list
    elements: dict
    required: true
  batch:
    description:
      - How many items may be changed at the same time, V(0) for all.
      - After a failure no further item is started. V(1) means one after another.
      - O(wait_timeout) then counts from the moment that an item starts.
    type: int
    default: 0
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.wait
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.endpoint_access
  - module: redshift.serverless.resource_policy
  - module: redshift.serverless.workgroup
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Require SSL of several workgroups
  redshift.serverless.converge_all:
    resource: workgroup
    items:
      - name: sales
        config_parameters: {require_ssl: true}
      - name: finance
        config_parameters: {require_ssl: true}
"""

RETURN = r"""
results:
  description: What became of each item, in the order of O(items), as a loop over the module O(resource) would give it.
  returned: always
  type: list
  elements: dict
  contains:
    item:
      description: The name of the resource.
      type: str
      sample: sales
    ansible_loop_var:
      description: V(item), as in the result of a loop.
      type: str
    workgroup:
      description: The workgroup, as M(redshift.serverless.workgroup) returns it.
      type: dict
    endpoint:
      description: The endpoint, as M(redshift.serverless.endpoint_access) returns it.
      type: dict
    policy:
      description: The policy, as M(redshift.serverless.resource_policy) returns it.
      type: dict
    policy_error:
      description: As M(redshift.serverless.resource_policy) returns it.
      type: str
    grants:
      description: The grants, as M(redshift.serverless.resource_policy) returns them.
      type: list
      elements: dict
    notes:
      description: As M(redshift.serverless.resource_policy) returns them.
      type: list
      elements: str
    resource_arn:
      description: What the policy is attached to.
      type: str
    diff:
      description: In diff mode, the resource before and after.
      type: dict
    error:
      description: What AWS answered, where that is why it failed.
      type: dict
    changed:
      description: Whether anything was, or in check mode would be, changed.
      type: bool
    failed:
      description: Only there when it failed.
      type: bool
    msg:
      description: Why it failed.
      type: str
    not_begun:
      description: Only there when it failed. Whether it was not begun because another item had failed or was refused.
      type: bool
    restarted:
      description: Whether a workgroup was restarted.
      type: bool
    changes:
      description: As RV(changes), of this item.
      type: list
      elements: dict
    changes_pending:
      description: As RV(changes_pending), of this item.
      type: list
      elements: dict
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
    reason:
      description: Why.
      type: str
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
  description: Whether a workgroup was, or in check mode would be, restarted.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.fleet import KINDS, converge_all
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    wait_options,
)


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "resource": {"type": "str", "choices": list(KINDS), "required": True},
        "items": {"type": "list", "elements": "dict", "required": True},
        "batch": {"type": "int", "default": 0},
    }


def main() -> None:
    """Run the module."""
    module: Any = create_module(argument_spec(), wait_options())
    converge_all(module)


if __name__ == "__main__":
    main()
