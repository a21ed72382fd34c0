# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: public_access_info
short_description: Explain why the internet can or can't reach a workgroup of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Follows the path of a connection from each of O(source_cidrs) to the workgroup and back, using data from Redshift Serverless and
    EC2. It sends no packets.
  - A source is reachable only if all its addresses are. In a source such as V(0.0.0.0/0), only internet addresses count, so routes
    to private networks do not matter.
  - Reads everything at once and calls each EC2 operation at most once for all workgroups, pagination aside.
    C(DescribeVpcAttribute) is called for each of the two DNS attributes of each VPC, since EC2 answers one at a time, and
    C(GetManagedPrefixListEntries) for each prefix list that a rule or a route refers to.
  - If the caller may not read something, its check is V(unknown). The other checks are not affected.
options:
  workgroup:
    description: The name of the workgroup. Either this or O(workgroups) is needed.
    type: str
  workgroups:
    description:
      - The names of several workgroups, which are read together. RV(diagnoses) has what was found for each.
      - A workgroup that does not exist is in RV(missing).
    type: list
    elements: str
    version_added: 1.0.0
  source_cidrs:
    description:
      - The networks to check, IPv4 and IPv6. A single address is a network of one.
      - Use the public addresses of the clients, such as that of the office's NAT.
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - "The caller needs these permissions: redshift-serverless:GetWorkgroup (for several workgroups
    redshift-serverless:ListWorkgroups), ec2:DescribeInternetGateways, ec2:DescribeNetworkAcls,
    ec2:DescribeNetworkInterfaces, ec2:DescribeRouteTables, ec2:DescribeSecurityGroupRules, ec2:DescribeVpcAttribute,
    ec2:DescribeVpcBlockPublicAccessOptions; where it blocks, ec2:DescribeVpcBlockPublicAccessExclusions; where prefix lists are
    used, ec2:GetManagedPrefixListEntries; while the workgroup has no endpoint yet, ec2:DescribeSubnets."
  - Routes to gateway endpoints (of Amazon S3 and DynamoDB) are not checked. They are for addresses of that service, from which
    no client connects.
  - The module can't see a firewall on the client's side, or one inside the VPC that a route leads to.
seealso:
  - module: redshift.serverless.workgroup
  - module: redshift.serverless.security_group_ingress
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Check whether the offices can reach the workgroup
  redshift.serverless.public_access_info:
    workgroup: sales
    source_cidrs:
      - 203.0.113.0/24
      - 2001:db8:1::/48
  register: way

- name: Show what is in the way
  ansible.builtin.debug:
    msg: "{{ item.0.source }}: {{ item.1.name }} {{ item.1.verdict }}. {{ item.1.remedy }}"
  loop: "{{ way.sources | subelements('checks') | rejectattr('1.remedy', 'none') }}"
  loop_control:
    label: "{{ item.0.source }}"

- name: Check that everybody can connect
  ansible.builtin.assert:
    that: way.sources | rejectattr('reachable', 'true') | length == 0
    fail_msg: "{{ way.summary }}"

- name: Find rules that let anybody in from the internet (not reachable only means that not everybody is let in)
  redshift.serverless.public_access_info:
    workgroup: payroll
    source_cidrs:
      - 0.0.0.0/0
      - ::/0
  register: payroll

- name: Show these rules
  ansible.builtin.debug:
    msg: "{{ item.checks | selectattr('name', 'eq', 'security_group') | map(attribute='evidence.rules') | first }}"
  loop: "{{ payroll.sources }}"
  loop_control:
    label: "{{ item.source }}"

- name: Check which of these workgroups the office can reach
  redshift.serverless.public_access_info:
    workgroups:
      - sales
      - payroll
    source_cidrs:
      - 203.0.113.0/24
  register: estate

- name: Show a sentence for each
  ansible.builtin.debug:
    msg: "{{ estate.diagnoses | map(attribute='summary') }}"
"""

RETURN = r"""
workgroup_name:
  description: The name of the workgroup.
  returned: when O(workgroup) is given
  type: str
  sample: sales
sources:
  description: What was found for each of O(source_cidrs), in their order.
  returned: when O(workgroup) is given
  type: list
  elements: dict
  contains:
    source:
      description: The network as it was given.
      type: str
      sample: 203.0.113.0/24
    reachable:
      description:
        - V(true) when no check fails or is unknown, V(false) when one fails, V(null) when none fails and one is unknown.
      type: bool
      sample: true
    checks:
      description: All conditions, in this order.
      type: list
      elements: dict
      contains:
        name:
          description:
            - V(workgroup_available), whether its status is C(AVAILABLE).
            - V(publicly_accessible), whether public access is on; for an IPv6 source also whether the workgroup has an IPv6 address.
            - V(elastic_ip), whether a public IPv4 address leads to one of its network interfaces.
            - V(vpc_dns), whether the VPC has both DNS attributes on. Without them packets to the bare address would arrive, but the
              workgroup's name does not lead to it.
            - V(block_public_access), whether VPC block public access is off or has an exclusion for the VPC or the subnets.
            - V(internet_gateway), whether one is attached to the VPC.
            - V(route), whether each subnet in use has a route to that gateway for the whole source, and no more specific one elsewhere.
              It also fails for a source that is private.
            - V(network_acl_inbound), whether the network ACLs of these subnets let the source in to the workgroup's port.
            - V(network_acl_outbound), whether they let the answers out, to the ports 1024 to 65535.
            - V(security_group), whether the security groups together let the whole source in to the workgroup's port.
          type: str
          sample: route
        verdict:
          description: V(pass), V(fail), V(unknown) or V(not_applicable).
          type: str
          sample: pass
        evidence:
          description:
            - Ids, rules and routes that the verdict comes from. Its members are the check's own.
            - For routes and rules, C(uncovered) lists the parts of the source that do not get through, and C(addresses) the part
              that a route or rule decides. A part that is no single CIDR is shown as C(first-last).
            - Where a permission is missing, C(missing_permission) is the IAM action.
            - The subnets in use are that of the network interface with the Elastic IP; where that is not known, and for IPv6, those
              of all the workgroup's interfaces; without interfaces, all subnets of the workgroup.
          type: dict
          sample:
            routes:
              - route_table_id: rtb-0a1b2c3d4e5f60718
                main: false
                subnet_ids: [subnet-0a1b2c3d4e5f60718]
                destination: 0.0.0.0/0
                target: igw-0a1b2c3d4e5f60718
                state: active
                addresses: [203.0.113.0/24]
                verdict: pass
            uncovered: []
        remedy:
          description: What to do about it, V(null) if nothing needs to be done.
          type: str
summary:
  description: A summary in one sentence.
  returned: when O(workgroup) is given
  type: str
  sample: The workgroup sales (port 5439) can be reached from 203.0.113.0/24.
diagnoses:
  description: For each of O(workgroups) that exists, RV(workgroup_name), RV(sources) and RV(summary) as for a single workgroup.
  returned: when O(workgroups) is given
  type: list
  elements: dict
  contains:
    workgroup_name:
      description: As RV(workgroup_name).
      type: str
      sample: sales
    sources:
      description: As RV(sources).
      type: list
      elements: dict
    summary:
      description: As RV(summary).
      type: str
      sample: The workgroup sales (port 5439) can be reached from 203.0.113.0/24.
workgroups:
  description: Those of O(workgroups) that exist, as M(redshift.serverless.workgroup_info) returns them without tags.
  returned: when O(workgroups) is given
  type: list
  elements: dict
security_group_rules:
  description:
    - The rules of the workgroups' security groups, as DescribeSecurityGroupRules gives them, in snake_case.
    - V(null) where they could not be read.
  returned: when O(workgroups) is given
  type: list
  elements: dict
  sample: [{security_group_rule_id: sgr-0a1b2c3d4e5f60718, group_id: sg-0a1b2c3d4e5f60718, is_egress: false, cidr_ipv4: 203.0.113.0/24}]
missing:
  description: Those of O(workgroups) that do not exist.
  returned: when O(workgroups) is given
  type: list
  elements: dict
  contains:
    name:
      description: The name.
      type: str
      sample: salse
    message:
      description: Where the module looked, and similar names.
      type: str
      sample: "no workgroup 'salse' in account 123456789012, Region us-east-1 (did you mean: sales)"
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    inform,
    services,
)
from ansible_collections.redshift.serverless.plugins.module_utils._reach.diagnosis import answer


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "workgroup": {"type": "str"},
        "workgroups": {"type": "list", "elements": "str"},
        "source_cidrs": {"type": "list", "elements": "str", "required": True},
    }


def main() -> None:
    """Run the module."""
    either = [("workgroup", "workgroups")]
    module: Any = create_module(argument_spec(), required_one_of=either, mutually_exclusive=either)
    inform(module, lambda api, params: answer(api, services(module), params))


if __name__ == "__main__":
    main()
