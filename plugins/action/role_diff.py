# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Show what a role has changed where no module can; see plugins/modules/role_diff.yml."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

SPECIFICATION: dict[str, dict[str, Any]] = {
    "states": {
        "type": "dict",
        "required": True,
        "options": {side: {"type": "dict", "required": True} for side in ("before", "after")},
    },
}


class ActionModule(ActionBase):
    """What Ansible looks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the difference; Ansible shows it where the two states differ."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(argument_spec=SPECIFICATION)
        states = options["states"]
        result.update(changed=states["before"] != states["after"], diff=states)
        return result
