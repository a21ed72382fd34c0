# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workgroup
short_description: Manage an Amazon Redshift Serverless workgroup
version_added: 0.1.0
description:
  - Creates, changes and deletes a workgroup, the compute of Amazon Redshift Serverless through which clients reach its databases.
  - AWS accepts one change at a time and rejects updates that change nothing. This module compares first, sends one request for
    each difference in an order that never exposes more than asked, and waits in between.
  - Options that are not given stay unchanged.
  - If AWS is already modifying the workgroup or its namespace, the module waits first.
options:
  name:
    description: The name of the workgroup.
    type: str
    required: true
    aliases: [workgroup_name]
  namespace:
    description:
      - The name of the namespace that the workgroup belongs to. Needed to create a workgroup; can't be changed afterwards.
    type: str
    aliases: [namespace_name]
  config_parameters:
    description:
      - Parameters of the database, by name. Only the named ones are managed.
      - V(true), V("true") and V(yes) are the same value.
      - Changing V(require_ssl) or V(use_fips_ssl) restarts the workgroup.
      - A workgroup is created with V(require_ssl) V(true), and AWS refuses V(false) at creation. The module then creates the
        workgroup first and changes the parameter afterwards.
      - V(use_fips_ssl) V(true) needs V(require_ssl) V(true).
      - V(-1) or a null value removes a query monitoring limit (V(max_...)). A limit that is not there counts as removed.
      - V(max_query_execution_time) is V(14400) on a new workgroup. V(-1) removes this limit too. It is not known whether AWS
        ever shows V(14400) again afterwards; if it does, the module fails and says so.
      - All other parameters can't be unset. Set them to their default instead, which is V(true) for V(auto_mv),
        V(enable_user_activity_logging) and V(require_ssl), V(false) for V(enable_case_sensitive_identifier) and V(use_fips_ssl),
        C(ISO, MDY) for V(datestyle), V(default) for V(query_group) and C($user, public) for V(search_path).
      - V(wlm_json_configuration) defines query queues, as a list or as JSON text, with at most 8 queues, 25 rules, 3 predicates in
        a rule, and 8000 characters. Enabling query queues is permanent, and needs O(allow_permanent_change=true) the first time.
      - Query queues exclude query monitoring limits. Limits that the workgroup has can be removed in the same task.
      - Known are V(auto_mv), V(datestyle), V(enable_case_sensitive_identifier), V(enable_large_strings_opt_in),
        V(enable_user_activity_logging), V(query_group), V(require_ssl), V(search_path), V(use_fips_ssl),
        V(wlm_json_configuration), V(max_query_execution_time) and the other query monitoring limits. What the workgroup itself
        shows is accepted too.
    type: dict
  port:
    description:
      - The port for clients, 5431-5455 or 8191-8215. AWS uses 5439 for a new workgroup.
      - Changing the port breaks open connections.
    type: int
  publicly_accessible:
    description:
      - Whether the workgroup gets a public address. The network around it decides whether packets arrive there.
      - It is switched on after all other changes, and off before them.
      - Without an internet gateway in the VPC, AWS accepts V(true) and leaves the workgroup private. The module then fails and
        names what is missing on the path to the internet.
    type: bool
  enhanced_vpc_routing:
    description:
      - Whether the traffic of COPY, UNLOAD and federated queries goes through the VPC.
      - It needs more subnets and more free addresses, see O(check_subnets).
    type: bool
  extra_compute_for_automatic_optimization:
    description: Whether AWS may use extra compute to optimize the databases. AWS does not by default.
    type: bool
    version_added: 0.2.0
  security_group_ids:
    description:
      - The security groups of the workgroup, at most 32, compared as a set. They must be in the VPC of its subnets.
      - AWS takes the VPC's default one for a new workgroup.
    type: list
    elements: str
  subnet_ids:
    description:
      - The subnets of the workgroup, at most 32, compared as a set. A workgroup can't move to another VPC.
      - AWS takes those of the default VPC for a new workgroup.
    type: list
    elements: str
  check_subnets:
    description:
      - Whether to check subnets and security groups before the first change. V(false) leaves that to AWS.
      - Subnets must be in one VPC. Without O(enhanced_vpc_routing) AWS asks for two subnets in two availability zones, with three
        free addresses in each.
      - With O(enhanced_vpc_routing) AWS asks for three subnets in three zones, or in two where the Region has no more. The free
        addresses that each subnet needs grow with the capacity, by AWS's tables. Between two rows the larger one counts. While
        AWS sets the capacity, the smallest one counts.
      - With O(ip_address_type=dualstack) AWS asks for an IPv6 CIDR block on the subnets. None at all is rejected here.
      - The present subnets are checked too, when O(enhanced_vpc_routing) or V(dualstack) is switched on or O(base_capacity) is
        raised.
      - O(security_group_ids) must exist and be in the VPC of the subnets. This holds in check mode too.
      - In check mode O(subnet_ids) may have ids that do not exist, as an earlier task may be going to create the network. The
        security groups are then not checked either.
      - EC2 is asked (C(ec2:DescribeSubnets), C(ec2:DescribeSecurityGroups), C(ec2:DescribeAvailabilityZones),
        C(ec2:DescribeVpcs)) only when one of these options is about to change. What can't be read, because a permission or a
        connection to EC2 is missing, is not checked.
    type: bool
    default: true
  ip_address_type:
    description: V(dualstack) needs subnets with an IPv6 CIDR block.
    type: str
    choices: [ipv4, dualstack]
  base_capacity:
    description:
      - The capacity in Redshift Processing Units (RPU), V(4), V(8) to V(512) in steps of 8, or up to V(1024) in steps of 32 in some
        Regions.
      - Changing it may cancel running queries.
      - It can't be combined with an enabled price-performance target. For a new workgroup, it turns the target off.
    type: int
  max_capacity:
    description: The most RPUs that queries may use, not less than O(base_capacity). V(-1) removes the limit.
    type: int
  price_performance_target:
    description:
      - Lets AWS choose the capacity between cost and speed.
      - AWS enables it at level 50 for a new workgroup that gets no O(base_capacity).
    type: dict
    suboptions:
      status:
        description:
          - Whether the target is enabled. V(DISABLED) needs O(base_capacity) in the same task, unless the target is off already.
        type: str
        choices: [ENABLED, DISABLED]
      level:
        description:
          - V(1) (cost first), V(25), V(50) (balanced), V(75) or V(100) (speed first).
          - A target that is off has no level, so that a level with V(DISABLED) is rejected.
          - A level alone changes the level of a target that is enabled.
        type: int
  track_name:
    description:
      - The release track, such as V(current) or V(trailing).
      - AWS applies another track with its next release. Until then RV(workgroup.pending_track_name) shows it, which counts as done.
    type: str
  allow_restart:
    description:
      - Whether the workgroup may restart. With V(false), a change that needs a restart is rejected before the first write.
    type: bool
    default: true
  allow_permanent_change:
    description:
      - Whether a change that AWS can never undo is allowed. With V(false), such a change is rejected before the first write.
      - This applies to the first V(wlm_json_configuration) of a workgroup in O(config_parameters). Later changes of the queues need
        no consent.
    type: bool
    default: false
    version_added: 0.2.0
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
  - module: redshift.serverless.workgroup_info
  - module: redshift.serverless.namespace
  - module: redshift.serverless.resource_policy
  - module: redshift.serverless.endpoint_access
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Create a workgroup that accepts only SSL
  redshift.serverless.workgroup:
    name: sales
    namespace: sales
    config_parameters:
      require_ssl: true

- name: Require FIPS-compliant SSL on another port, during a maintenance window
  redshift.serverless.workgroup:
    name: sales
    port: 5440
    config_parameters:
      require_ssl: true
      use_fips_ssl: true
    allow_restart: true

- name: Set the capacity instead of letting AWS choose it
  redshift.serverless.workgroup:
    name: sales
    base_capacity: 64
    max_capacity: 512
    price_performance_target:
      status: DISABLED

- name: Let AWS choose the capacity, balanced between cost and speed
  redshift.serverless.workgroup:
    name: sales
    price_performance_target:
      status: ENABLED
      level: 50

- name: Add a tag and keep the others
  redshift.serverless.workgroup:
    name: sales
    tags:
      team: analytics
    purge_tags: false

- name: Remove a query monitoring limit
  redshift.serverless.workgroup:
    name: sales
    config_parameters:
      max_scan_row_count: -1

- name: Enable query queues, which is permanent
  redshift.serverless.workgroup:
    name: sales
    config_parameters:
      wlm_json_configuration:
        - name: dashboard
          user_role: [analyst]
          rules:
            - rule_name: short
              predicate:
                - metric_name: query_execution_time
                  operator: ">"
                  value: 60
              action: abort
    allow_permanent_change: true

- name: Delete a workgroup
  redshift.serverless.workgroup:
    name: sales
    state: absent
"""

RETURN = r"""
workgroup:
  description:
    - The workgroup, or its prediction in check mode, or V(null) when it is absent.
    - Every member of the API's Workgroup is there; what AWS did not give or what is not known beforehand is V(null).
  returned: success
  type: dict
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
      description: The port, as in RV(workgroup.endpoint).
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
      description: The tags; returned only if O(tags) is given, since reading them needs a separate call.
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
      sample: UpdateWorkgroup
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {workgroup_name: sales, port: 5440}
    reason:
      description: Why.
      type: str
      sample: "port: 5439 -> 5440"
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
  description: Whether the workgroup was, or in check mode would be, restarted.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    create_module,
    manage,
    services,
    state_option,
    tag_options,
    wait_options,
)
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.subnets import placement_checker
from ansible_collections.redshift.serverless.plugins.module_utils._reach.diagnosis import way_explainer
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.workgroup import argument_spec, build


def main() -> None:
    """Run the module."""
    module: Any = create_module(argument_spec(), state_option(), wait_options(), tag_options())
    connect = services(module)
    manage(
        module,
        lambda api, params: build(
            api, params, placement_checker(connect, module.check_mode), way_explainer(api, connect)
        ),
    )


if __name__ == "__main__":
    main()
