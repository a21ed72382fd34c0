# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_policy_info
short_description: Read who in other accounts may connect to workgroups
version_added: 0.1.0
description:
  - Reads the resource policies of workgroups and what they mean as grants.
options:
  workgroup:
    description: The workgroup whose policy to read.
    type: str
    aliases: [workgroup_name]
  resource_arn:
    description: The ARN of what the policy is attached to. If this and O(workgroup) are omitted, the policies of all workgroups are read.
    type: str
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.resource_policy
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read who may connect to a workgroup
  redshift.serverless.resource_policy_info:
    workgroup: sales

- name: Read who may connect to any workgroup
  redshift.serverless.resource_policy_info:
  register: access
"""

RETURN = r"""
resource_policies:
  description: The policies; resources without one are left out.
  returned: success
  type: list
  elements: dict
  contains:
    workgroup_name:
      description: The workgroup, V(null) when O(resource_arn) was given.
      type: str
      sample: sales
    policy:
      description: The policy as AWS gives it back; V(null) where it is not a JSON object or could not be read.
      type: dict
    grants:
      description: What the policy says about VPC access; V(null) where that is unknown, see RV(resource_policies[].policy_error).
      type: list
      elements: dict
      contains:
        account:
          description: The account, or V(*) for any.
          type: str
          sample: "210987654321"
        vpc_ids:
          description: Its VPCs, or V(["*"]) for all.
          type: list
          elements: str
          sample: [vpc-0a1b2c3d4e5f60718]
        condition:
          description:
            - V(source_vpc) where access depends on C(aws:SourceVpc), which IAM sets only for a call that comes through a VPC endpoint.
              Otherwise not there.
          type: str
    resource_arn:
      description: What the policy is attached to.
      type: str
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10
    notes:
      description: Sentences about access in the policy that grants can't express.
      type: list
      elements: str
    policy_error:
      description:
        - Why the policy could not be read or understood. Only there in that case.
        - One such policy does not hide the others. Where a single policy is asked for and can't be read, the module fails instead.
      type: str
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Spec, create_module, inform
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.resource_policies import (
    resource_policies,
)


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "resource_arn": {"type": "str"},
    }


def main() -> None:
    """Run the module."""
    inform(create_module(argument_spec(), mutually_exclusive=[("workgroup", "resource_arn")]), resource_policies)


if __name__ == "__main__":
    main()
