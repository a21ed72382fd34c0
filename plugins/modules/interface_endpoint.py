# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: interface_endpoint
short_description: Manage interface VPC endpoints to AWS services
version_added: 0.1.0
description:
  - Creates, changes and deletes the interface endpoints (AWS PrivateLink) through which a VPC reaches the APIs of AWS services,
    such as C(redshift-serverless) and C(redshift-data), without the internet. The module starts all of them before it waits.
  - Clients of the database (JDBC, ODBC, psql) do not use these endpoints; for them see M(redshift.serverless.endpoint_access).
  - An endpoint belongs to the caller if its tag C(redshift.serverless) is O(mark). Only those are changed and deleted. An endpoint
    of somebody else with the wanted settings is used as it is and stays theirs.
  - M(amazon.aws.ec2_vpc_endpoint) can neither set private DNS nor change an existing endpoint, and it predicts nothing.
  - Before the first write, the module checks for what AWS would reject, such as a service that is not in the Region, disabled DNS
    attributes of the VPC, or subnets of another VPC, in the same zone, or without a free address.
options:
  vpc_id:
    description: The id of the VPC.
    type: str
    required: true
  services:
    description:
      - The services. Each is the last part of its name, such as V(redshift-serverless), V(redshift-data-fips) or V(sts), or the
        whole name. The whole name, which differs by region and partition, is looked up.
    type: list
    elements: str
    required: true
  subnet_ids:
    description: The subnets, at most one in each availability zone, compared as a set. Needed to create an endpoint.
    type: list
    elements: str
  security_group_ids:
    description: The security groups, compared as a set. AWS takes the VPC's default one for a new endpoint.
    type: list
    elements: str
  private_dns:
    description:
      - Whether the service's own host name leads to the endpoint within the VPC, which needs both DNS attributes of the VPC.
      - If omitted, AWS turns it on for a new endpoint.
    type: bool
  policy:
    description:
      - The endpoint policy, as a dictionary or as JSON text, compared by its meaning. AWS allows everything for a new endpoint where
        nothing is said.
    type: raw
  mark:
    description: The value of the tag C(redshift.serverless), which identifies the caller's endpoints.
    type: str
    default: interface_endpoint
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
  - module: redshift.serverless.endpoint_access
  - module: redshift.serverless.security_group_ingress
  - module: amazon.aws.ec2_vpc_endpoint
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Reach the control plane and the Data API from the VPC without the internet
  redshift.serverless.interface_endpoint:
    vpc_id: vpc-0a1b2c3d4e5f60718
    services:
      - redshift-serverless
      - redshift-data
    subnet_ids:
      - subnet-0a1b2c3d4e5f60718
      - subnet-0b1c2d3e4f5061728
    security_group_ids:
      - sg-0a1b2c3d4e5f60718
    private_dns: true

- name: Remove what the task above created
  redshift.serverless.interface_endpoint:
    vpc_id: vpc-0a1b2c3d4e5f60718
    services:
      - redshift-serverless
      - redshift-data
    state: absent
"""

RETURN = r"""
endpoints:
  description:
    - The caller's own endpoints, or those of others that are used instead, or their prediction in check mode, in the order of
      O(services).
    - With O(state=absent), those that AWS is still deleting.
  returned: success
  type: list
  elements: dict
  contains:
    service:
      description: The service as O(services) names it.
      type: str
      sample: redshift-data
    service_name:
      description: Its whole name.
      type: str
      sample: com.amazonaws.us-east-1.redshift-data
    vpc_endpoint_id:
      description: The id, V(null) in check mode for an endpoint that does not exist yet.
      type: str
      sample: vpce-0a1b2c3d4e5f60718
    vpc_id:
      description: The VPC.
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    state:
      description: V(available), or V(pending) or V(deleting) during a change.
      type: str
      sample: available
    own:
      description: Whether it carries O(mark).
      type: bool
      sample: true
    private_dns_enabled:
      description: Whether the service's own host name leads to it.
      type: bool
      sample: true
    dns_names:
      description: The host names that lead to it.
      type: list
      elements: str
      sample: [vpce-0a1b2c3d4e5f60718-k7rfausg.redshift-data.us-east-1.vpce.amazonaws.com]
    subnet_ids:
      description: The subnets.
      type: list
      elements: str
    security_group_ids:
      description: The security groups, empty in check mode if AWS chooses them.
      type: list
      elements: str
    network_interface_ids:
      description: Its network interfaces, one for each subnet.
      type: list
      elements: str
    policy:
      description: The endpoint policy, V(null) in check mode if AWS chooses it.
      type: dict
    tags:
      description: The tags, with the mark.
      type: dict
      sample: {redshift.serverless: interface_endpoint}
other_endpoints:
  description: The caller's own endpoints in the VPC to services that O(services) does not name, in the same form. They are left alone.
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
      sample: CreateVpcEndpoint
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {vpc_id: vpc-0a1b2c3d4e5f60718, service_name: com.amazonaws.us-east-1.redshift-data}
    reason:
      description: Why.
      type: str
      sample: "com.amazonaws.us-east-1.redshift-data: there is no such endpoint in vpc-0a1b2c3d4e5f60718"
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
  description: Whether a workgroup was restarted; no endpoint does.
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
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.interface_endpoint import build


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "vpc_id": {"type": "str", "required": True},
        "services": {"type": "list", "elements": "str", "required": True},
        "subnet_ids": {"type": "list", "elements": "str"},
        "security_group_ids": {"type": "list", "elements": "str"},
        "private_dns": {"type": "bool"},
        "policy": {"type": "raw"},
        "mark": {"type": "str", "default": "interface_endpoint"},
    }


def main() -> None:
    """Run the module."""
    module = create_module(argument_spec(), state_option(), wait_options(), tag_options())
    manage(module, build, service="ec2")


if __name__ == "__main__":
    main()
