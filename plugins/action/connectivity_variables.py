# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Check the variables of the playbook connectivity and its roles; see plugins/modules/connectivity_variables.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..module_utils._roles import connectivity
from ..module_utils._roles.common import Names, refusal, unknown_variables
from ..plugin_utils.role_reading import RoleSpecification, VariableReader

ROLES = Path(__file__).parents[2] / "roles"


class ActionModule(ActionBase):
    """What Ansible looks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return which roles run; fail with everything that speaks against the variables of all of them."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        reader = VariableReader(self._templar, variables)
        said = [str(name) for name in load_extra_vars(self._loader)]
        given = {name for name in _deciding() if _has_value(reader, name)}
        runs = connectivity.running(given)
        ignored = reader.names_in("connectivity_ignore_variables")
        names = Names("connectivity", connectivity.VARIABLES, ignored, kind="playbook")
        problems = unknown_variables(names, said, map(str, variables), given)
        problems += connectivity.missing_workgroups(runs, given)
        problems += connectivity.idle_variables(said, runs, ignored)
        for role in (role for role, runs_now in runs.items() if runs_now):
            found = reader.read(RoleSpecification(ROLES / role), said, bool(self._task.check_mode)).problems
            problems += [problem for problem in found if not problem.startswith(f"{role}_workgroup: got nothing")]
        if problems:
            raise AnsibleActionFail(refusal(problems))
        result.update(runs)
        return result


def _deciding() -> set[str]:
    """Return the variables that decide what runs, and on what."""
    starters = {name for names in connectivity.ROLES.values() for name in names}
    return starters | {f"{role}_workgroup" for role in connectivity.ROLES} | set(connectivity.VARIABLES)


def _has_value(reader: VariableReader, name: str) -> bool:
    try:
        return reader.value(name) is not None
    except AnsibleError:
        return True  # the role says what is wrong with it
