# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: text_problems
short_description: "[INTERNAL] Say what is wrong with variables of a role that are text"
version_added: 0.2.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - A line break is a problem in any text, and so is more than a host in a variable for a host.
  - For the roles of this collection. It may change or go without notice.
options:
  _input:
    description: The variables of a role by name.
    type: dict
    required: true
  hosts:
    description: The names of those that are host names or IP addresses.
    type: list
    elements: str
    default: []
  addresses:
    description: The names of those that are IP addresses.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Is that a host?
  ansible.builtin.debug:
    msg: "{{ {'client_host': 'sales.example.com:5439'} | redshift.serverless.text_problems(hosts=['client_host']) }}"
  # One sentence, with: Give sales.example.com as client_host and 5439 as client_port.
"""

RETURN = r"""
_value:
  description: Sentences that name the variable; empty when there is no problem.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._roles.values import text_problems


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"text_problems": text_problems}
