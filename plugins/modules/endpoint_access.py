# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_access
short_description: Manage a Redshift-managed VPC endpoint of a workgroup
version_added: 0.1.0
description:
  - Creates, changes and deletes an endpoint through which clients of a VPC reach a workgroup of Amazon Redshift Serverless
    without the internet, in the workgroup's own account or in another one that was granted access.
  - AWS can change only the security groups of an endpoint.
  - If AWS answers that the workgroup was not found, the module reads what the owner grants and reports the cause. There is no
    grant, no grant for this VPC, or the workgroup is in another Region.
options:
  name:
    description: The name of the endpoint, unique in the account and region. 1 to 30 letters, digits and hyphens.
    type: str
    required: true
    aliases: [endpoint_name]
  workgroup:
    description: The name of the workgroup. Needed to create an endpoint.
    type: str
    aliases: [workgroup_name]
  owner_account:
    description:
      - The account that owns the workgroup, if it is not the caller's. Used when the endpoint is created; AWS does not
        show it afterwards, so it can't be compared.
      - In YAML, quote an account id that begins with 0.
    type: str
  subnet_ids:
    description: Candidate subnets in one VPC, compared as a set; AWS picks one. Needed to create an endpoint.
    type: list
    elements: str
  security_group_ids:
    description:
      - The security groups of the endpoint, compared as a set. AWS takes the VPC's default one for a new endpoint.
    type: list
    elements: str
    aliases: [vpc_security_group_ids]
  allow_recreate:
    description:
      - Whether the endpoint may be deleted and created again when its workgroup or its subnets differ. Its connections break and
        its address changes. With V(false), such a difference is rejected before the first write.
    type: bool
    default: false
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.wait
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.endpoint_access_info
  - module: redshift.serverless.resource_policy
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Create an endpoint from the VPC of our applications to the workgroup
  redshift.serverless.endpoint_access:
    name: sales-from-apps
    workgroup: sales
    subnet_ids:
      - subnet-0a1b2c3d4e5f60718
    security_group_ids:
      - sg-0a1b2c3d4e5f60718

- name: Create an endpoint to a workgroup that another account has granted to us
  redshift.serverless.endpoint_access:
    name: sales-from-partner
    workgroup: sales
    owner_account: "123456789012"
    subnet_ids:
      - subnet-0b1c2d3e4f5061728

- name: Create the same endpoint as a role of the other account
  redshift.serverless.endpoint_access:
    name: sales-from-partner
    workgroup: sales
    owner_account: "123456789012"
    subnet_ids:
      - subnet-0b1c2d3e4f5061728
    assume_role_arn: arn:aws:iam::210987654321:role/network-admin

- name: Delete an endpoint
  redshift.serverless.endpoint_access:
    name: sales-from-apps
    state: absent
"""

RETURN = r"""
endpoint:
  description:
    - The endpoint, or its prediction in check mode, or V(null) when it is absent.
    - Every member of the API's EndpointAccess is there; what AWS did not give or what is not known beforehand is V(null).
  returned: success
  type: dict
  contains:
    endpoint_name:
      description: The name.
      type: str
      sample: sales-from-apps
    endpoint_arn:
      description: The ARN.
      type: str
    endpoint_status:
      description: V(ACTIVE), or V(CREATING), V(MODIFYING) or V(DELETING) during a change.
      type: str
      sample: ACTIVE
    endpoint_create_time:
      description: When it was created.
      type: str
    workgroup_name:
      description: The workgroup that it leads to.
      type: str
      sample: sales
    address:
      description: The host name that clients connect to.
      type: str
      sample: sales-from-apps-endpoint-k7rfausgmlzieup51zgg.210987654321.us-east-1.redshift-serverless.amazonaws.com
    port:
      description: The port, which is the workgroup's.
      type: int
      sample: 5439
    subnet_ids:
      description: The candidate subnets, of which AWS picked one.
      type: list
      elements: str
    vpc_security_groups:
      description: The security groups, each with C(vpc_security_group_id) and C(status).
      type: list
      elements: dict
    vpc_endpoint:
      description: The VPC endpoint, with C(vpc_id), C(vpc_endpoint_id) and C(network_interfaces).
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
      sample: CreateEndpointAccess
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {endpoint_name: sales-from-apps, workgroup_name: sales, subnet_ids: [subnet-0a1b2c3d4e5f60718]}
    reason:
      description: Why.
      type: str
      sample: there is no such endpoint
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
  description: Whether the workgroup was restarted; no change of an endpoint does.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    create_module,
    manage,
    services,
    state_option,
    wait_options,
)
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.subnets import vpc_finder
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.endpoint_access import argument_spec, build


def main() -> None:
    """Run the module."""
    module: Any = create_module(argument_spec(), state_option(), wait_options())
    manage(module, lambda api, params: build(api, params, vpc_finder(services(module))))


if __name__ == "__main__":
    main()
