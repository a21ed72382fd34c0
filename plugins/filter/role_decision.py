# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: role_decision
short_description: "[INTERNAL] Ask for a decision or the report of a role of this collection"
version_added: 1.0.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - "[INTERNAL] The roles of this collection decide in typed Python, C(plugins/module_utils/_roles/<role>.py). Their tasks ask
    by this filter."
options:
  _input:
    description: The role and the decision, as in V(ssl.result).
    type: str
    required: true
  values:
    description: What the decision takes, each as a keyword argument.
    type: dict
"""

EXAMPLES = r"""
- name: Ask the role ssl where its bundle comes from
  ansible.builtin.debug:
    msg: "{{ 'ssl.bundle_url' | redshift.serverless.role_decision(url='', partition='aws-cn') }}"
"""

RETURN = r"""
_value:
  description: What was decided.
  type: raw
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import signature
from typing import Any

from ansible.errors import AnsibleFilterError

ROLES = "ansible_collections.redshift.serverless.plugins.module_utils._roles"


def role_decision(name: str, **values: Any) -> Any:
    """Ask a role's file for a decision.

    Args:
        name: the role and the decision, as in `ssl.result`.
        values: what the decision takes.

    Raises:
        AnsibleFilterError: there is no such role or decision, or it takes other values.
    """
    role, _dot, decision = name.partition(".")
    try:
        decisions: Mapping[str, Callable[..., Any]] = import_module(f"{ROLES}.{role}").DECISIONS
    except (ModuleNotFoundError, AttributeError) as error:
        raise AnsibleFilterError(
            f"role_decision: got {name}; expected a role of this collection, a dot, and a decision."
        ) from error
    if decision not in decisions:
        raise AnsibleFilterError(
            f"role_decision: got {name}; expected one of {', '.join(sorted(decisions))} of the role {role}."
        )
    decide = decisions[decision]
    try:
        signature(decide).bind(**values)
    except TypeError as error:
        raise AnsibleFilterError(f"role_decision: {name} takes {signature(decide)}; {error}.") from error
    return decide(**values)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"role_decision": role_decision}
