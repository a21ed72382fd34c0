# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: file_problems
short_description: "[INTERNAL] Say which paths of a role can not be those of files"
version_added: 0.2.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - A directory, something that is no regular file, and a path that leads through a file are problems.
  - For the roles of this collection. It may change or go without notice.
positional: prefix
options:
  _input:
    description: What a loop of M(ansible.builtin.stat) gave, with the entry of each file in C(__PREFIX_entry).
    type: list
    elements: dict
    required: true
  prefix:
    description: The name of the role.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Are those files?
  ansible.builtin.debug:
    msg: "{{ [{'__client_entry': {'kind': 'odbc', 'path': '/etc'}, 'stat': found}] | redshift.serverless.file_problems('client') }}"
  vars:
    found: {exists: true, isdir: true}
  # One sentence: client_odbc_path: got /etc, which is a directory; expected the path of a file.
"""

RETURN = r"""
_value:
  description: Sentences that name the variable; empty when there is no problem.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._roles.values import file_problems


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"file_problems": file_problems}
