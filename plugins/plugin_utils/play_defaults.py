# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a play's module_defaults say of the connection to AWS, for actions that have to connect as another module does.

An option that a task gives as `omit` hides the play's default for it. So a role that hands an identity on has to know the default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible.errors import AnsibleValueOmittedError

GROUP = "group/redshift.serverless.redshift_serverless"
# The module that users know, and that the roles with internal modules ask beside them.
KNOWN = "redshift.serverless.endpoint_access_info"


def connection_defaults(task: Any, templar: Any, names: Iterable[str], *keys: str) -> dict[str, Any]:
    """Return the defaults of a task's play for some options.

    Args:
        task: the running task, whose module_defaults are those of its play, its role and its blocks.
        templar: resolves templates.
        names: of the options.
        keys: of module_defaults, such as `GROUP`; a later one goes before an earlier one.
    """
    defaults: dict[str, Any] = {}
    for some in task.module_defaults or ():
        defaults.update(some)
    given: dict[str, Any] = {}
    for some in map(defaults.get, keys):
        given.update((_resolved(templar, some) if isinstance(some, str) else some) or {})
    found = {name: _resolved(templar, given[name]) for name in names if name in given}
    return {name: value for name, value in found.items() if value is not None}


def _resolved(templar: Any, value: Any) -> Any:
    try:
        return templar.template(value)
    except AnsibleValueOmittedError:
        return None
