# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: cidr_problems
short_description: Say what is wrong with networks that are to be let in
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - What is no network is a problem, and so are networks that together are everybody on the internet. It is what
    M(redshift.serverless.security_group_ingress) would refuse, known before anything is changed.
positional: option
options:
  _input:
    description: The networks, IPv4 and IPv6.
    type: list
    elements: str
    required: true
  option:
    description: The name of the variable that they were given in.
    type: str
    required: true
  allow_anyone:
    description: Whether the networks may be everybody on the internet.
    type: bool
    default: false
  consent:
    description: The name of the variable that allows everybody, for the sentence. Without it, nothing does.
    type: str
"""

EXAMPLES = r"""
- name: Is that a network?
  ansible.builtin.debug:
    msg: "{{ ['the office'] | redshift.serverless.cidr_problems('private_link_client_cidrs') }}"
  # One sentence: private_link_client_cidrs: got 'the office'; expected an IPv4 or IPv6 network ...
"""

RETURN = r"""
_value:
  description: A sentence that names the variable; empty when there is no problem.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._ec2.security_group_ingress import networks


def cidr_problems(
    cidrs: Iterable[str], option: str, allow_anyone: bool = False, consent: str | None = None
) -> list[str]:
    """Say what is wrong with some networks, in at most one sentence; see DOCUMENTATION."""
    try:
        networks(cidrs, option, allow_anyone, consent)
    except InvalidInput as error:
        return [error.message]
    return []


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"cidr_problems": cidr_problems}
