# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action beside the module odd."""

from __future__ import annotations

from ansible_collections.redshift.serverless.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """Runs odd as our own modules are run."""

    SERVICES = ()
