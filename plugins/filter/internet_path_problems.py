# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: internet_path_problems
short_description: Say what of the way between subnets and the internet is missing
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Judges what amazon.aws's info modules have read. The VPC of each subnet needs an attached internet gateway, and the subnet's
    effective route table, which is its own or the VPC's main one, needs a route to it for each network that is to connect.
    The most specific route counts.
options:
  _input:
    description: The networks that are to connect, as CIDRs.
    type: list
    elements: str
    required: true
  subnets:
    description: What M(amazon.aws.ec2_vpc_subnet_info) returns as C(subnets).
    type: list
    elements: dict
    required: true
  gateways:
    description: What M(amazon.aws.ec2_vpc_igw_info) returns as C(internet_gateways).
    type: list
    elements: dict
    required: true
  route_tables:
    description: What M(amazon.aws.ec2_vpc_route_table_info) returns as C(route_tables).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Is there a way from the office?
  ansible.builtin.debug:
    msg: "{{ ['203.0.113.0/24'] | redshift.serverless.internet_path_problems(subnets, [], []) }}"
  vars:
    subnets:
      - subnet_id: subnet-0a1b2c3d4e5f60718
        vpc_id: vpc-0a1b2c3d4e5f60718
  # One sentence: vpc-0a1b2c3d4e5f60718 has no internet gateway ...
"""

RETURN = r"""
_value:
  description: A sentence with ids and a remedy for each thing that is missing; empty when nothing is.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._network.internet_path import internet_path_problems


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"internet_path_problems": internet_path_problems}
