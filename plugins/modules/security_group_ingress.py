# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: security_group_ingress
short_description: Manage the inbound rules of a security group that carry a mark
version_added: 0.1.0
description:
  - Opens a TCP port of a security group for named networks, and closes it again, without changing anybody else's rules.
  - The module manages only rules with O(description). They become exactly O(port) for O(cidrs), so a new port moves them.
  - M(amazon.aws.ec2_security_group) either manages all rules of a group or only adds rules. It can't remove only the ones it created.
options:
  security_group_id:
    description: The id of the security group.
    type: str
    required: true
  description:
    description: The mark, which is the description of the rules. Rules with another description belong to others.
    type: str
    required: true
  port:
    description: The TCP port to open. Needed with O(state=present).
    type: int
  cidrs:
    description:
      - The networks to open it for, IPv4 and IPv6. Needed with O(state=present).
      - If somebody else's rule for the same port and network exists, it is used as it is and stays theirs.
    type: list
    elements: str
  replaced_descriptions:
    description:
      - Further marks, whose rules are removed. If one of them was for the same port and network, O(description) gets a rule instead.
      - EC2 accepts only one rule for a port and a network. So this hands a rule over when its first purpose ends.
    type: list
    elements: str
    version_added: 1.0.0
  allow_anyone:
    description:
      - Whether O(cidrs) may be everybody on the internet.
      - Everybody is what the networks mean together, however they are written. V(0.0.0.0/0), V(::/0), the two halves V(0.0.0.0/1) and
        V(128.0.0.0/1), V(2000::/3), and any networks that together cover more than half of the IPv4 internet or of the IPv6 internet
        need this option.
    type: bool
    default: false
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: amazon.aws.ec2_security_group
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Open the port for the office
  redshift.serverless.security_group_ingress:
    security_group_id: sg-0a1b2c3d4e5f60718
    description: "sales: office"
    port: 5439
    cidrs:
      - 203.0.113.0/24
      - 2001:db8:1::/48

- name: Remove what the task above created
  redshift.serverless.security_group_ingress:
    security_group_id: sg-0a1b2c3d4e5f60718
    description: "sales: office"
    state: absent
"""

RETURN = r"""
rules:
  description: The rules that carry the mark, or their prediction in check mode.
  returned: success
  type: list
  elements: dict
  contains:
    security_group_rule_id:
      description: The id, V(null) in check mode for a rule that does not exist yet.
      type: str
      sample: sgr-0a1b2c3d4e5f60718
    port:
      description: The port.
      type: int
      sample: 5439
    cidr:
      description: The network, V(null) where the source is a group or a prefix list.
      type: str
      sample: 203.0.113.0/24
    description:
      description: The mark.
      type: str
rules_of_others:
  description: Rules of others for exactly the same port, in the same form; empty with O(state=absent).
  returned: success
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
      sample: AuthorizeSecurityGroupIngress
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {group_id: sg-0a1b2c3d4e5f60718, ip_permissions: []}
    reason:
      description: Why.
      type: str
      sample: open port 5439 for 203.0.113.0/24
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
  description: Whether a workgroup was restarted; no rule does.
  returned: always
  type: bool
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    deadline_options,
    manage,
    state_option,
)
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.security_group_ingress import build


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "security_group_id": {"type": "str", "required": True},
        "description": {"type": "str", "required": True},
        "port": {"type": "int"},
        "cidrs": {"type": "list", "elements": "str"},
        "replaced_descriptions": {"type": "list", "elements": "str"},
        "allow_anyone": {"type": "bool", "default": False},
    }


def main() -> None:
    """Run the module."""
    required = [("state", "present", ["port", "cidrs"])]
    module = create_module(argument_spec(), state_option(), deadline_options(), required_if=required)
    manage(module, build, service="ec2")


if __name__ == "__main__":
    main()
