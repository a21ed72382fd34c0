# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module that does what ours do not do, or only when something is wrong."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule


def crash(_module: Any) -> NoReturn:
    raise LookupError("out of order")


def leave_without_a_word(_module: Any) -> None:
    """Return from main()."""


def warn(module: Any) -> None:
    module.warn("first")
    module.warn("second")
    module.warn("first")
    module.deprecate("old", version="9.0.0", collection_name="tests.both_ways")
    module.exit_json(changed=False)


def warn_in_the_result(module: Any) -> None:
    module.exit_json(changed=False, warnings=["said in the result"])


def warn_and_fail(module: Any) -> None:
    module.warn("before the failure")
    module.fail_json(msg=f"failed with {module.params['secret']}", rc=3)


def fail_with_a_cause(module: Any) -> None:
    try:
        raise LookupError("cause")
    except LookupError as error:
        module.fail_json(msg="failed", exception=error)


def chatter(module: Any) -> None:
    warnings.warn("of Python", UserWarning, stacklevel=1)
    sys.stderr.write("to stderr\n")
    module.exit_json(changed=True, ansible_facts={"odd": 1}, stdout="a\nb")


def look_around(module: Any) -> None:
    names = ("BOTH_WAYS", "AWS_REGION", "BOTH_WAYS_NUMBER", "AWS_PROFILE")
    module.exit_json(changed=False, cwd=str(Path.cwd()), seen={name: os.environ.get(name) for name in names})


def leave_traces(module: Any) -> None:
    os.environ["BOTH_WAYS"] = "left by an earlier item"
    os.chdir("/")
    module.exit_json(changed=False)


def return_secrets(module: Any) -> None:
    secret = module.params["secret"]
    module.exit_json(changed=False, rows=[{"a": secret, "b": f"x{secret}y", "c": 5, "d": None, "e": True}], none=None)


BEHAVIOURS = {
    function.__name__: function
    for function in (
        crash,
        leave_without_a_word,
        warn,
        warn_in_the_result,
        warn_and_fail,
        fail_with_a_cause,
        chatter,
        look_around,
        leave_traces,
        return_secrets,
    )
}


def main() -> None:
    spec = {
        "behaviour": {"choices": [*BEHAVIOURS], "required": True},
        "secret": {"no_log": True},
        "password_file": {"type": "path"},
        "items": {"type": "list", "elements": "dict", "options": {"token": {"no_log": True}, "size": {"type": "int"}}},
        "old": {"removed_in_version": "9.0.0", "removed_from_collection": "tests.both_ways"},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=False)
    BEHAVIOURS[module.params["behaviour"]](module)


if __name__ == "__main__":
    main()
