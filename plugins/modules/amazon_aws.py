# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of this name, where Ansible looks for it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: amazon_aws
short_description: "[INTERNAL] Run a module of amazon.aws as the identity of this collection's modules"
version_added: 0.1.0
description:
  - The modules of amazon.aws know no O(assume_role_arn). This action assumes the role where ansible-playbook runs and
    hands its temporary credentials to one of them, so that a whole play acts as one identity.
  - Without O(assume_role_arn), the connection options are handed on as they are. O(endpoint_url) is the address of
    Redshift Serverless and is not handed on.
  - It is for the roles of this collection and may change without notice.
options:
  module:
    description: The full name of the module, such as V(amazon.aws.ec2_vpc_subnet_info).
    type: str
    required: true
  options:
    description: The options of that module.
    type: dict
    default: {}
extends_documentation_fragment:
  - redshift.serverless.common
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read a subnet as a role of the network's account
  redshift.serverless.amazon_aws:
    module: amazon.aws.ec2_vpc_subnet_info
    options:
      subnet_ids: [subnet-0a1b2c3d4e5f60718]
    assume_role_arn: arn:aws:iam::123456789012:role/network-reader
"""

RETURN = r"""
msg:
  description: What the other module returns is returned; this is its message, if it has any.
  returned: failure
  type: str
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
        - What AWS answered when it last refused the request for the time being.
        - V(null) when it accepted the request at once.
      type: str
changes_pending:
  description: The changes that were planned and not made, in the form of RV(changes).
  returned: failure
  type: list
  elements: dict
"""
