# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workgroup_info
short_description: Read workgroups of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Reads the workgroups of the account, or those that another account has granted to it.
options:
  names:
    description: The workgroups to read. If omitted, all workgroups are read. A workgroup that does not exist is in RV(missing).
    type: list
    elements: str
  owner_account:
    description:
      - Read the workgroups that this account has granted to the caller's account. AWS then shows RV(workgroups[].cross_account_vpcs),
        and no tags are read.
      - In YAML, quote an account id that begins with 0.
    type: str
  include_tags:
    description: Whether to read the tags, which needs one call for each.
    type: bool
    default: true
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: redshift.serverless.workgroup
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read one workgroup
  redshift.serverless.workgroup_info:
    names:
      - sales
  register: sales

- name: Read the workgroups that another account has granted to us
  redshift.serverless.workgroup_info:
    owner_account: "123456789012"
"""

RETURN = r"""
workgroups:
  description: The workgroups; empty when there are none. Every member of the API's Workgroup is there, V(null) where AWS gave none.
  returned: success
  type: list
  elements: dict
  contains:
    workgroup_name:
      description: The name.
      type: str
      sample: sales
    workgroup_arn:
      description: The ARN.
      type: str
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10
    workgroup_id:
      description: The id.
      type: str
    namespace_name:
      description: The namespace.
      type: str
      sample: sales
    status:
      description: V(AVAILABLE), or V(CREATING), V(MODIFYING) or V(DELETING) during a change.
      type: str
      sample: AVAILABLE
    endpoint:
      description: Where clients connect to.
      type: dict
      contains:
        address:
          description: The host name.
          type: str
          sample: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port:
          description: The port.
          type: int
          sample: 5439
        vpc_endpoints:
          description: The VPC endpoints with their network interfaces.
          type: list
          elements: dict
    port:
      description: The port, as in RV(workgroups[].endpoint).
      type: int
      sample: 5439
    config_parameters:
      description: All config parameters by name, as text.
      type: dict
      sample: {require_ssl: "true", use_fips_ssl: "false"}
    publicly_accessible:
      description: Whether it has a public address.
      type: bool
    enhanced_vpc_routing:
      description: Whether its own traffic goes through the VPC.
      type: bool
    security_group_ids:
      description: The security groups.
      type: list
      elements: str
    subnet_ids:
      description: The subnets.
      type: list
      elements: str
    ip_address_type:
      description: V(ipv4) or V(dualstack).
      type: str
    base_capacity:
      description: The capacity in RPUs; V(-1) while a price-performance target chooses it.
      type: int
    max_capacity:
      description: The limit in RPUs, V(null) without one.
      type: int
    price_performance_target:
      description: The price-performance target.
      type: dict
      contains:
        status:
          description: V(ENABLED) or V(DISABLED).
          type: str
          sample: ENABLED
        level:
          description: The level, V(null) for a target that is off.
          type: int
          sample: 50
    track_name:
      description: The release track.
      type: str
    creation_date:
      description: When it was created.
      type: str
    workgroup_version:
      description: The version of Redshift that it runs.
      type: str
    patch_version:
      description: The patch of that version.
      type: str
    pending_track_name:
      description: The release track that AWS will apply with its next release, V(null) when none is pending.
      type: str
    extra_compute_for_automatic_optimization:
      description: Whether AWS may use extra compute to optimize the databases.
      type: bool
    cross_account_vpcs:
      description:
        - The VPCs of the calling account that the owner has granted access, V(["*"]) for all. AWS shows it only to the grantee.
      type: list
      elements: str
    custom_domain_name:
      description: The custom domain name.
      type: str
    custom_domain_certificate_arn:
      description: The certificate of the custom domain name.
      type: str
    custom_domain_certificate_expiry_time:
      description: When that certificate expires.
      type: str
    tags:
      description: The tags; returned only with O(include_tags=true).
      type: dict
    tags_error:
      description: Why the tags of this item could not be read. RV(workgroups[].tags) is then V(null); other items are not affected.
      type: str
    error:
      description: What is wrong with an item that AWS gave in an unknown form. Such an item has only its name and ARN beside it.
      type: str
missing:
  description: The workgroups of O(names) that do not exist.
  returned: success
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

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Spec, create_module, inform
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.workgroups import workgroups


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "names": {"type": "list", "elements": "str"},
        "owner_account": {"type": "str"},
        "include_tags": {"type": "bool", "default": True},
    }


def main() -> None:
    """Run the module."""
    inform(create_module(argument_spec()), workgroups)


if __name__ == "__main__":
    main()
