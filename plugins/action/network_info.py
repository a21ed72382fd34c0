# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import assume_role_options
from ansible_collections.redshift.serverless.plugins.plugin_utils.in_process import InProcessAction
from ansible_collections.redshift.serverless.plugins.plugin_utils.play_defaults import KNOWN, connection_defaults


class ActionModule(InProcessAction):
    """Runs the module of this name in the controller's process where that gives the same result.

    The module is internal. Who sets module_defaults module by module does not know of it, and would have the network read as
    another identity. So it connects as endpoint_access_info does.
    """

    SERVICES = ("ec2",)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module with that module's defaults for the connection, where the task has none."""
        names = {"region", *aws_argument_spec(), *assume_role_options()}
        self._task.args = {**connection_defaults(self._task, self._templar, names, KNOWN), **self._task.args}
        return super().run(tmp, task_vars)
