# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_internet_path
short_description: Make a VPC reachable from the internet, and undo only what was created
version_added: 0.1.0
description:
  - Creates an internet gateway, adds routes to it, and turns on the VPC's DNS attributes, each only if it is requested and missing.
    Existing ones are left unchanged and stay somebody else's.
  - With O(state=absent), removes what carries O(mark), unless others now use it, which RV(left) then lists.
  - M(amazon.aws.ec2_vpc_igw) and M(amazon.aws.ec2_vpc_route_table) do not record who created a gateway or a route, and the latter
    can't remove a single route.
options:
  vpc_id:
    description: The id of the VPC.
    type: str
    required: true
  internet_gateway:
    description: Whether to create an internet gateway and attach it if the VPC has none.
    type: bool
    default: false
  routes:
    description:
      - Routes to the internet gateway; missing ones are added. Other routes of O(mark) stay.
      - A route for the same network to somewhere else is somebody else's, and is an error.
    type: list
    elements: dict
    suboptions:
      route_table_id:
        description: The id of the route table.
        type: str
        required: true
      destination:
        description: The network, IPv4 or IPv6.
        type: str
        required: true
  dns_attributes:
    description: Whether to turn on C(enableDnsSupport) and C(enableDnsHostnames) where they are off.
    type: bool
    default: false
  mark:
    description: Identifies the owner. Everything is marked by tags whose keys begin with C(redshift.serverless).
    type: str
    default: vpc_internet_path
  released_network_interface_ids:
    description:
      - With O(state=absent), network interfaces that need nothing of this any more, though they may still have a public address
        for a while.
    type: list
    elements: str
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - "The marks are: on the internet gateway, the tags C(redshift.serverless) and C(redshift.serverless:vpc); on a route table,
    C(redshift.serverless:route:DESTINATION) for each route; on the VPC, C(redshift.serverless:enableDnsSupport) and
    C(redshift.serverless:enableDnsHostnames). Whoever removes such a tag takes ownership of the resource."
  - A network interface with a public address in a subnet that uses a route counts as its user; one anywhere in the VPC as a user of
    the gateway and the DNS attributes. EC2 detaches no gateway while there is one.
seealso:
  - module: redshift.serverless.public_access_info
  - module: amazon.aws.ec2_vpc_igw
  - module: amazon.aws.ec2_vpc_route_table
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Make a VPC reachable from the internet
  redshift.serverless.vpc_internet_path:
    vpc_id: vpc-0a1b2c3d4e5f60718
    internet_gateway: true
    dns_attributes: true
    routes:
      - route_table_id: rtb-0a1b2c3d4e5f60718
        destination: 0.0.0.0/0

- name: Remove what the task above created
  redshift.serverless.vpc_internet_path:
    vpc_id: vpc-0a1b2c3d4e5f60718
    state: absent
"""

RETURN = r"""
vpc_id:
  description: The id of the VPC.
  returned: success
  type: str
  sample: vpc-0a1b2c3d4e5f60718
internet_gateway_id:
  description: The internet gateway that is attached, V(null) if there is none, and in check mode for one that does not exist yet.
  returned: success
  type: str
  sample: igw-0a1b2c3d4e5f60718
own:
  description: What carries O(mark), or its prediction in check mode.
  returned: success
  type: dict
  contains:
    internet_gateway:
      description: Whether an internet gateway does.
      type: bool
      sample: true
    routes:
      description: Routes, each with C(route_table_id) and C(destination).
      type: list
      elements: dict
      sample:
        - route_table_id: rtb-0a1b2c3d4e5f60718
          destination: 0.0.0.0/0
    dns_attributes:
      description: Attributes of the VPC.
      type: list
      elements: str
      sample: [enableDnsHostnames]
left:
  description: With O(state=absent), what stays because others use it.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(route), V(internet_gateway) or V(dns_attribute).
      type: str
      sample: internet_gateway
    id:
      description: The id of the route table or the internet gateway, or the name of the attribute.
      type: str
      sample: igw-0a1b2c3d4e5f60718
    destination:
      description: The network of a route, V(null) of the others.
      type: str
    reason:
      description: Who uses it.
      type: str
      sample: routes lead to it (198.51.100.0/24 in rtb-0a1b2c3d4e5f60718)
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: CreateRoute
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {route_table_id: rtb-0a1b2c3d4e5f60718, destination_cidr_block: 0.0.0.0/0, gateway_id: igw-0a1b2c3d4e5f60718}
    reason:
      description: Why.
      type: str
      sample: route 0.0.0.0/0 to the internet gateway in rtb-0a1b2c3d4e5f60718
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
  description: Whether a workgroup was restarted; nothing here does.
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
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.vpc_internet_path import build


def argument_spec() -> Spec:
    """The options that only this module has."""
    route = {
        "route_table_id": {"type": "str", "required": True},
        "destination": {"type": "str", "required": True},
    }
    return {
        "vpc_id": {"type": "str", "required": True},
        "internet_gateway": {"type": "bool", "default": False},
        "routes": {"type": "list", "elements": "dict", "options": route},
        "dns_attributes": {"type": "bool", "default": False},
        "mark": {"type": "str", "default": "vpc_internet_path"},
        "released_network_interface_ids": {"type": "list", "elements": "str"},
    }


def main() -> None:
    """Run the module."""
    manage(create_module(argument_spec(), state_option(), deadline_options()), build, service="ec2")


if __name__ == "__main__":
    main()
