# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: groups_with_rules
short_description: Find the security groups that have inbound rules with a mark
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - The mark is the description of the rules that M(redshift.serverless.security_group_ingress) makes. Where they are, they can be
    taken away again, also when what they were for has other security groups by now.
positional: mark
options:
  _input:
    description: What M(amazon.aws.ec2_security_group_info) returns as C(security_groups).
    type: list
    elements: dict
    required: true
  mark:
    description: The description of the rules.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Which groups have rules of ours?
  ansible.builtin.debug:
    msg: "{{ found | redshift.serverless.groups_with_rules('sales: office') }}"
  vars:
    found:
      - group_id: sg-0a1b2c3d4e5f60718
        ip_permissions:
          - ip_ranges: [{cidr_ip: 203.0.113.0/24, description: "sales: office"}]
            ipv6_ranges: []
  # ['sg-0a1b2c3d4e5f60718']
"""

RETURN = r"""
_value:
  description: The ids of the groups, sorted.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def groups_with_rules(groups: Iterable[Mapping[str, Any]], mark: str) -> list[str]:
    """The ids of the groups in which the source of an inbound rule carries the mark."""
    return sorted(
        group["group_id"]
        for group in groups
        if any(
            source.get("description") == mark
            for rule in group["ip_permissions"]
            for source in (*rule.get("ip_ranges", ()), *rule.get("ipv6_ranges", ()))
        )
    )


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"groups_with_rules": groups_with_rules}
