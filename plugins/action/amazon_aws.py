# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""[INTERNAL] Run a module of amazon.aws as whoever this collection's own modules act as; plugins/modules/amazon_aws.py documents it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.client import Caller
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import assume_role_options
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
    Unforeseen,
)

PREFIX = "amazon.aws."
# The address of Redshift Serverless, say, is not that of the service that the other module asks.
OWN_ADDRESS = ("endpoint_url", "aws_endpoint_url")
# Who acts; the role's keys take their place.
IDENTITY = ("access_key", "secret_key", "session_token", "profile", "region")


class ActionModule(ActionBase):
    """Hands an assumed role's credentials to a module that can't assume a role itself."""

    _requires_connection = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the other module; its result is this action's."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            name, given = module_call(self._task.args)
        except RedshiftServerlessError as error:
            return {**result, "failed": True, "msg": error.message}
        except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
            return {**result, "failed": True, "msg": Unforeseen(error).message}
        found: dict[str, Any] = self._execute_module(module_name=name, module_args=given, task_vars=task_vars)
        return {**result, **found}


def module_call(args: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the other module's name and options.

    Args:
        args: module, options, and connection options of this collection's modules.

    Raises:
        RedshiftServerlessError: options that can't be right, or a role that can't be assumed.
    """
    spec = {**aws_argument_spec(), **assume_role_options()}
    spec.update({"module": {"type": "str", "required": True}, "options": {"type": "dict", "default": {}}})
    checked = ArgumentSpecValidator(spec).validate(dict(args))
    if checked.error_messages:
        raise InvalidInput("; ".join(checked.error_messages))
    params = checked.validated_parameters
    if not params["module"].startswith(PREFIX):
        raise InvalidInput(f"module: got {params['module']!r}; expected a module of amazon.aws.")
    own = ("module", "options", *assume_role_options(), *OWN_ADDRESS)
    connection = {name: value for name, value in args.items() if name not in own}
    if params.get("assume_role_arn"):
        aliases = [alias for name in IDENTITY for alias in (name, *spec[name].get("aliases", ()))]
        connection = {name: value for name, value in connection.items() if name not in aliases}
        connection.update(Caller(params).role_keys())
    return params["module"], {**connection, **params["options"]}
