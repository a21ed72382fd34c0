# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Read and check the variables of the role whose task this is; see plugins/modules/role_variables.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..module_utils._roles.common import refusal
from ..plugin_utils.play_defaults import GROUP, KNOWN, connection_defaults
from ..plugin_utils.role_reading import RoleSpecification, VariableReader

# Who a play acts as. Keys and tokens are no part of it: what a role hands on may be shown.
IDENTITY = ("profile", "assume_role_arn", "assume_role_external_id", "assume_role_session_name")


class ActionModule(ActionBase):
    """What Ansible looks for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the role's options by their name without its prefix; fail with all problems at once."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        spec = _called(self._task)
        check_mode = bool(self._task.check_mode)
        reader = VariableReader(self._templar, task_vars or {})
        said = [*load_extra_vars(self._loader), *_variables_of_the_call(self._task)]
        read = reader.read(spec, said, check_mode)
        if read.problems:
            raise AnsibleActionFail(refusal(read.problems))
        result.update({name: value for name, value in read.options.items() if spec.prefix + name not in spec.secrets})
        # Ansible's own variable knows the command line only, and not a play or a task in check mode.
        result["check_mode"] = check_mode
        settings = getattr(spec.rules, "settings", None)
        if settings:
            identity = connection_defaults(self._task, self._templar, IDENTITY, GROUP, KNOWN)
            context = replace(reader.context(spec.entry_point, check_mode), identity=identity)
            result.update(settings(read.options, context))
        return result


def _called(task: Any) -> RoleSpecification:
    """Return the role and the entry point that a task belongs to."""
    role = task._role
    if role is None:
        raise AnsibleActionFail("role_variables reads the variables of a role: use it in the tasks of a role.")
    tasks = str(role._from_files.get("tasks", "main"))
    return RoleSpecification(Path(role.get_role_path()), tasks.removesuffix(".yml").removesuffix(".yaml"))


def _variables_of_the_call(task: Any) -> Iterator[str]:
    """Yield the names of the variables that were given with the call: its parameters and vars, and those of blocks around it.

    What stands around the call of another role that calls this one was said to that other role.
    """
    yield from task._role._role_params
    yield from task._role.vars
    calls = 0
    parent = task._parent
    while parent is not None:
        calls += hasattr(parent, "_role_name")
        if calls > 1:
            return
        yield from parent.vars
        parent = parent._parent
