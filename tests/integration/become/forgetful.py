# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Becoming somebody who has no AWS credentials, as root has none after sudo, without a second user on this machine."""

from __future__ import annotations

from typing import Any

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: forgetful
short_description: Become somebody without AWS credentials
description: For the tests.
author: The redshift.serverless contributors (@redshift-serverless)
options:
  become_user:
    description: Whom to become.
    default: root
    vars:
      - name: ansible_become_user
"""


class BecomeModule(BecomeBase):
    """What Ansible looks for."""

    name = "forgetful"

    def build_become_command(self, cmd: str, shell: Any) -> str:
        """Forget the caller's credentials before the command."""
        super().build_become_command(cmd, shell)
        hidden = "-u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE"
        return f"env {hidden} {self._build_success_command(cmd, shell)}"
