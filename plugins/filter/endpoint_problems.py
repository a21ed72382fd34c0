# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoint_problems
short_description: Say what speaks against managed VPC endpoints before the first is made
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Judges endpoints that are to be made together by what was read before, so that none is made where another one can't be.
  - Names have to be valid and given once. What AWS can't change has to be allowed to be made anew. The subnets of an endpoint have to
    exist, lie in one VPC and have free addresses, its security groups have to be of that VPC, and the quota has to suffice.
options:
  _input:
    description: The endpoints, each with C(name), C(state), C(subnet_ids), C(security_group_ids), C(allow_recreate).
    type: list
    elements: dict
    required: true
  workgroup:
    description: The workgroup that they lead to.
    type: str
    required: true
  endpoints:
    description: All endpoints of the account, as M(redshift.serverless.endpoint_access_info) returns them.
    type: list
    elements: dict
    required: true
  subnets:
    description: What M(amazon.aws.ec2_vpc_subnet_info) returns as C(subnets). Without it, the network is not judged.
    type: list
    elements: dict
  security_groups:
    description: What M(amazon.aws.ec2_security_group_info) returns as C(security_groups).
    type: list
    elements: dict
  quota:
    description: How many endpoints the workgroup may have, V(0) for any number.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Can these endpoints be made?
  ansible.builtin.debug:
    msg: "{{ wanted | redshift.serverless.endpoint_problems(workgroup='sales', endpoints=[]) }}"
  vars:
    wanted:
      - name: sales--from-apps
        subnet_ids: [subnet-0a1b2c3d4e5f60718]
  # One sentence: name: 'sales--from-apps' was given, expected are 1 to 30 letters ...
"""

RETURN = r"""
_value:
  description: A sentence with ids and a remedy for each problem; empty when there is none.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._redshift.endpoint_preflight import Network, problems


def endpoint_problems(
    entries: Sequence[Mapping[str, Any]],
    workgroup: str,
    endpoints: Sequence[Mapping[str, Any]],
    subnets: Sequence[Mapping[str, Any]] | None = None,
    security_groups: Sequence[Mapping[str, Any]] | None = None,
    quota: int = 0,
) -> list[str]:
    """What speaks against some endpoints; see `problems`."""
    network = None if subnets is None else Network(subnets, security_groups or ())
    return problems(entries, workgroup, endpoints, network, quota)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"endpoint_problems": endpoint_problems}
