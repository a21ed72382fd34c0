# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: network_info
short_description: "[INTERNAL] Read subnets, security groups and VPCs for the roles of this collection"
version_added: 1.0.0
description:
  - "[INTERNAL] Roles of this collection read the network with it, so that one identity covers all their tasks. In your own
    playbooks, use M(amazon.aws.ec2_vpc_subnet_info) and M(amazon.aws.ec2_security_group_info)."
  - An id that does not exist is left out of the result.
options:
  subnet_ids:
    description: The subnets to read.
    type: list
    elements: str
    default: []
  security_group_ids:
    description: The security groups to read.
    type: list
    elements: str
    default: []
  vpc_ids:
    description: The VPCs to read.
    type: list
    elements: str
    default: []
  security_groups_of_vpcs:
    description: Whether to read all security groups in the VPCs of O(vpc_ids) and of O(subnet_ids), and not the VPCs themselves.
    type: bool
    default: false
  tolerate_denial:
    description: Whether to continue if the caller may not read something. RV(unread) then lists it.
    type: bool
    default: false
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.endpoint_access_info
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read two subnets and all security groups of their VPC
  redshift.serverless.network_info:
    subnet_ids:
      - subnet-0a1b2c3d4e5f60718
      - subnet-0b1c2d3e4f5061728
    security_groups_of_vpcs: true
"""

RETURN = r"""
subnets:
  description: The subnets that exist, as DescribeSubnets gives them, in snake_case.
  returned: success
  type: list
  elements: dict
  sample: [{subnet_id: subnet-0a1b2c3d4e5f60718, vpc_id: vpc-0a1b2c3d4e5f60718, available_ip_address_count: 251, tags: {}}]
security_groups:
  description: The security groups that exist, as DescribeSecurityGroups gives them, in snake_case.
  returned: success
  type: list
  elements: dict
  sample: [{group_id: sg-0a1b2c3d4e5f60718, group_name: default, vpc_id: vpc-0a1b2c3d4e5f60718, ip_permissions: [], tags: {}}]
vpcs:
  description: The VPCs that exist, as DescribeVpcs gives them, in snake_case.
  returned: success
  type: list
  elements: dict
  sample: [{vpc_id: vpc-0a1b2c3d4e5f60718, cidr_block: 10.0.0.0/16, tags: {}}]
unread:
  description: With O(tolerate_denial=true), what could not be read and why. The other results are then incomplete.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Spec, create_module, inform
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.network import read


def argument_spec() -> Spec:
    """The options that only this module has."""
    lists: Spec = {
        name: {"type": "list", "elements": "str", "default": []}
        for name in ("subnet_ids", "security_group_ids", "vpc_ids")
    }
    switches: Spec = {
        name: {"type": "bool", "default": False} for name in ("security_groups_of_vpcs", "tolerate_denial")
    }
    return {**lists, **switches}


def main() -> None:
    """Run the module."""
    inform(create_module(argument_spec()), read, "ec2")


if __name__ == "__main__":
    main()
