# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleValueOmittedError
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import assume_role_options
from ansible_collections.redshift.serverless.plugins.plugin_utils.in_process import InProcessAction

# The module that the roles ask beside this one, and that users know.
NEIGHBOUR = "redshift.serverless.endpoint_access_info"


class ActionModule(InProcessAction):
    """Runs the module of this name in the controller's process where that gives the same result.

    The module is internal. Who sets module_defaults module by module does not know of it, and would have the network read as
    another identity. So it connects as endpoint_access_info does.
    """

    SERVICES = ("ec2",)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module with the neighbour's defaults for the connection, where the task has none."""
        self._task.args = {**self._defaults_of_the_neighbour(), **self._task.args}
        return super().run(tmp, task_vars)

    def _defaults_of_the_neighbour(self) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for defaults in self._task.module_defaults or ():
            given.update(defaults.get(NEIGHBOUR) or {})
        connection = {"region", *aws_argument_spec(), *assume_role_options()}
        found = {}
        for name in connection & given.keys():
            try:
                found[name] = self._templar.template(given[name])
            except AnsibleValueOmittedError:
                continue
        return found
