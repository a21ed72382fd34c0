# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: public_access_repairs
short_description: Say what of the way from the internet to workgroups can be repaired, and what can't
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Sorts what M(redshift.serverless.public_access_info) has found to fail, before a workgroup is made public. What the caller
    allows to be repaired becomes options of M(redshift.serverless.vpc_internet_path), the rest a sentence.
  - A missing route becomes the default route of its IP version. Where a route of somebody else leads elsewhere, it becomes a more
    specific one, and if there can be none, a sentence.
options:
  _input:
    description: What M(redshift.serverless.public_access_info) returned for each workgroup.
    type: list
    elements: dict
    required: true
  internet_gateway:
    description: Whether a missing internet gateway may be made.
    type: bool
    default: false
  route:
    description: Whether missing routes may be made.
    type: bool
    default: false
  dns_attributes:
    description: Whether the DNS attributes of the VPC may be turned on.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Is all in place, but for what may be repaired?
  ansible.builtin.debug:
    msg: "{{ [diagnosis] | redshift.serverless.public_access_repairs(route=true) }}"
  vars:
    diagnosis:
      workgroup_name: sales
      sources: []
      summary: ""
  # repairs: [], problems: []
"""

RETURN = r"""
_value:
  description: What to do, and what speaks against it.
  type: dict
  contains:
    repairs:
      description: For each VPC with something to repair, C(vpc_id), C(internet_gateway), C(routes), C(dns_attributes).
      type: list
      elements: dict
    problems:
      description: A sentence for each workgroup, with the first failing check that is not repaired, its evidence and remedy.
      type: list
      elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._reach.path_decisions import repairs


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"public_access_repairs": repairs}
