# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions beside internal modules, which connect as the modules do that users know.

Who sets module_defaults module by module does not know the internal ones, and would have their calls made as another identity.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import assume_role_options

from .in_process import InProcessAction
from .play_defaults import connection_defaults


class InternalAction(InProcessAction):
    """The action beside an internal module."""

    @abstractmethod
    def known_module(self) -> str:
        """Return the name of the module of this collection whose connection counts, which users know."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module with that module's defaults for the connection, where the task has none."""
        names = {"region", *aws_argument_spec(), *assume_role_options()}
        known = f"redshift.serverless.{self.known_module()}"
        self._task.args = {**connection_defaults(self._task, self._templar, names, known), **self._task.args}
        return super().run(tmp, task_vars)
