# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Fail with what speaks against going on, or warn of it; see plugins/modules/role_check.yml."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..module_utils._roles.common import refusal

SPECIFICATION: dict[str, dict[str, Any]] = {
    "variable": {"type": "str"},
    "problems": {"type": "list", "elements": "str", "default": []},
    "warnings": {"type": "list", "elements": "str", "default": []},
    "predict": {"type": "bool", "default": False},
    "unchanged": {"type": "bool", "default": True},
}


class ActionModule(ActionBase):
    """What Ansible looks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail when there are problems; return warnings otherwise."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(argument_spec=SPECIFICATION)
        variable, warnings = options["variable"], list(options["warnings"])
        problems = [f"{variable}: {problem}" if variable else problem for problem in options["problems"]]
        if problems and options["predict"] and self._task.check_mode:
            warnings += problems
        elif problems:
            raise AnsibleActionFail(refusal(problems, unchanged=options["unchanged"]))
        if warnings:
            result["warnings"] = warnings
        return result
