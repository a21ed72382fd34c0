# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.redshift.serverless.plugins.plugin_utils.internal import InternalAction


class ActionModule(InternalAction):
    """Runs the module of this name in the controller's process where that gives the same result."""

    def known_module(self) -> str:
        """Return the module of the items."""
        return str(self._templar.template(self._task.args.get("resource", "workgroup")))
