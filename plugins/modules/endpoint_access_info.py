# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_access_info
short_description: Read Redshift-managed VPC endpoints, and wait for many at once
version_added: 0.1.0
description:
  - Reads the endpoints of the account, and can wait until no endpoint is changing.
options:
  names:
    description: The endpoints to read. If omitted, all endpoints are read. An endpoint that does not exist is left out of the result.
    type: list
    elements: str
  workgroup:
    description: Only endpoints of this workgroup.
    type: str
    aliases: [workgroup_name]
  vpc_id:
    description: Only endpoints in this VPC.
    type: str
  owner_account:
    description: Only endpoints to workgroups that this account owns. In YAML, quote an account id that begins with 0.
    type: str
  wait:
    description:
      - Whether to wait until none of them is being created, changed or deleted. Each check is one call for all of them.
      - Use it to wait together for endpoints that were created with C(wait=false).
    type: bool
    default: false
  wait_timeout:
    description: How many seconds to wait with O(wait=true).
    type: int
    default: 1200
  wait_delay:
    description:
      - The longest pause between two checks, in seconds.
      - Pauses begin below a second, grow with the time waited and never pass the end of O(wait_timeout).
    type: float
    default: 15.0
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.endpoint_access
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read the endpoints of a VPC
  redshift.serverless.endpoint_access_info:
    vpc_id: vpc-0a1b2c3d4e5f60718

- name: Wait for two endpoints at once
  redshift.serverless.endpoint_access_info:
    names:
      - sales-from-apps
      - sales-from-tools
    wait: true
"""

RETURN = r"""
endpoints:
  description: The endpoints; empty when there are none. Every member of the API's EndpointAccess is there, V(null) where AWS gave none.
  returned: success
  type: list
  elements: dict
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
    error:
      description: What is wrong with an item that AWS gave in an unknown form. Such an item has only its name and ARN beside it.
      type: str
"""

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    deadline_of,
    inform,
    wait_options,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.endpoints import endpoints


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "names": {"type": "list", "elements": "str"},
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "vpc_id": {"type": "str"},
        "owner_account": {"type": "str"},
    }


def main() -> None:
    """Run the module."""
    module = create_module(argument_spec(), wait_options(default=False))
    inform(module, lambda api, params: endpoints(api, params, deadline_of(params) if params["wait"] else None))


if __name__ == "__main__":
    main()
