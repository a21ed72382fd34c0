# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: public_access_proof
short_description: Say whether workgroups are as public or as private as they are to be
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Judges what M(redshift.serverless.public_access_info) has found by what was wanted.
options:
  _input:
    description: What M(redshift.serverless.public_access_info) returned for each workgroup.
    type: list
    elements: dict
    required: true
  public:
    description: Whether all sources are to reach the workgroups. If not, the workgroups must not be publicly accessible.
    type: bool
    required: true
  ports:
    description: The port of each workgroup, by the workgroup's name.
    type: dict
    required: true
  predicted:
    description: Whether to take for done what the role P(redshift.serverless.public_access#role) would do in C(check_mode).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Is it so?
  ansible.builtin.debug:
    msg: "{{ [diagnosis] | redshift.serverless.public_access_proof(true, {'sales': 5439}) }}"
  vars:
    diagnosis:
      workgroup_name: sales
      sources: []
      summary: ""
  # problems: [], unknown: [], rules: [], workgroups: [...]
"""

RETURN = r"""
_value:
  description: The judgement.
  type: dict
  contains:
    workgroups:
      description: The diagnoses, each with C(workgroup_name), C(sources) and C(summary).
      type: list
      elements: dict
    problems:
      description: A sentence for each workgroup that is not as wanted, with the first failing check's evidence and remedy.
      type: list
      elements: str
    unknown:
      description: A sentence for each check whose verdict is not known, with the permission that is missing.
      type: list
      elements: str
    rules:
      description:
        - The rules of security groups that let some part of the sources in, with C(workgroup_name), C(security_group_id),
          C(security_group_rule_id), C(cidr), C(from_port), C(to_port), C(protocol), C(description).
      type: list
      elements: dict
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._reach.path_decisions import proof


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"public_access_proof": proof}
