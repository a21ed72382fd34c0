# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's own main() in the controller's worker process, where that gives the same result as the module would.

A module on localhost costs a new Python that unpacks, compiles and imports everything, for each task and each item of a
loop. The worker is a fork of ansible-playbook that serves one task: what was imported and parsed before the fork is there.
Wherever the module would see something else than the worker does, the task is handed over to the module.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NoReturn

from ansible.errors import AnsibleActionFail
from ansible.executor import module_common
from ansible.module_utils import basic
from ansible.module_utils.common import json as ansible_json
from ansible.module_utils.common import warnings as ansible_warnings
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.connection.local import Connection as LocalConnection

from ..module_utils._ansible.telling import telling

try:
    # Not public. Without one of them, every task is handed over to the module.
    from ansible.module_utils import _internal
    from ansible.module_utils._internal._ansiballz._loader import _handle_exception
except ImportError:
    KNOWN = False
else:
    KNOWN = True

VARIABLE = "redshift_serverless_in_process"
# How ansible-core writes the arguments and results of modules that do not ask for something else.
PROFILE = "legacy"
# A process reads these when it starts, so setting them for a task would come too late.
READ_AT_START = re.compile(r"PYTHON|LD_|DYLD_|LANG|LC_|TZ$|HOME$|OPENSSL_|AWS_DATA_PATH$")
# What modules import when they need it, since a process would have to compile it. Here the parent does that once.
LATE = ("_core.plan", "_core.waiting")
NAME_OF_A_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class InProcessAction(NormalAction):
    """The action beside the module of the same name.

    Attributes:
        SERVICES: the services of AWS that the module uses at every run, by botocore's names.
    """

    SERVICES: ClassVar[tuple[str, ...]] = ("redshift-serverless",)
    _module: ClassVar[ModuleType | None] = None

    def __init_subclass__(cls) -> None:
        """Import the module and parse the models of AWS, which happens before ansible-playbook forks its workers."""
        super().__init_subclass__()
        cls._module = _prepare(cls.__module__.replace(".plugins.action.", ".plugins.modules."), cls.SERVICES)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run main() here, or hand over to the module and say why at -vvv."""
        variables = task_vars or {}
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        obstacle = self._obstacle(variables, environment)
        arguments = None if obstacle else self._encoded_arguments(variables)
        where = variables.get("inventory_hostname")
        if arguments is None:
            self._display.vvv(f"{self._task.action} starts a process: {obstacle or 'its options are not JSON'}.", where)
            return super().run(tmp, task_vars)
        self._display.vvv(f"{self._task.action} runs in the controller's process.", where)
        return self._result_of(*self._run_here(arguments, environment, where))

    def _obstacle(self, variables: Mapping[str, Any], environment: Mapping[str, Any]) -> str | None:
        """Return why the module would not give the same result here; None if it would."""
        of_target = variables
        if self._task.delegate_to:
            of_target = (variables.get("ansible_delegated_vars") or {}).get(self._task.delegate_to) or {}
        reasons = {
            f"{VARIABLE} is false": not all(self._wanted(some) for some in (variables, of_target)),
            "boto3 or amazon.aws is missing here": self._module is None,
            "this ansible-core is not known": not KNOWN,
            "macOS may end a fork that looks up proxies": sys.platform == "darwin",
            "async": bool(self._task.async_val),
            "become": bool(self._task.become or self._connection.become),
            # A class that builds on it, such as one that enters a container, is not it.
            "the connection is not local": self._connection.__class__ is not LocalConnection,
            "its environment is read when a process starts": not all(map(_may_be_set_late, environment)),
        }
        found = [reason for reason, holds in reasons.items() if holds]
        if not found and not self._is_own_interpreter(of_target):
            found = ["the interpreter is not the controller's"]
        return found[0] if found else None

    def _wanted(self, variables: Mapping[str, Any]) -> bool:
        given = self._templar.template(variables.get(VARIABLE, True))
        try:
            return boolean(given, strict=True)
        except TypeError:
            raise AnsibleActionFail(
                f"{VARIABLE}: got {given}; expected true or false. Set it to false to run each task as a process of its own."
            ) from None

    def _is_own_interpreter(self, variables: Mapping[str, Any]) -> bool:
        """Tell whether the module's Python would be this one, and not just one with the same binary in another environment."""
        try:
            _shebang, interpreter = module_common._get_shebang("/usr/bin/python", variables, self._templar)[:2]
        except Exception:  # noqa: BLE001  # one that ansible-core has not discovered yet, or a template that fails: the module tells
            return False
        path, mine = Path(interpreter), Path(sys.executable)
        try:
            return path.samefile(mine) and path.parent.samefile(mine.parent)
        except OSError:
            return False

    def _encoded_arguments(self, variables: dict[str, Any]) -> bytes | None:
        """Return the module's arguments as a process would read them; None if they can't be written."""
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, variables)
        encoder = ansible_json.get_module_encoder(PROFILE, ansible_json.Direction.CONTROLLER_TO_MODULE)
        try:
            return json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=encoder).encode()
        except TypeError:
            return None

    def _run_here(self, arguments: bytes, environment: Mapping[str, Any], host: object) -> tuple[str, int]:
        """Return what the module prints, and its exit code; what it waits for is told at once."""
        printed = io.StringIO()
        with (
            _variables({name: str(value) for name, value in environment.items()}),
            contextlib.chdir(self._loader.get_basedir()),  # where a local module works; paths may be relative
            _logs_kept_apart(),
            _as_a_module(arguments),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(io.StringIO()),
            telling(lambda line: self._display.display(f"[{host}] {line}")),
        ):
            code = _exit_code_of(self._module)
        return printed.getvalue(), code

    def _result_of(self, printed: str, code: int) -> dict[str, Any]:
        """Return the result as `_execute_module` makes it of what a process has printed."""
        answer = {"rc": code, "stdout": printed, "stdout_lines": printed.splitlines(), "stderr": "", "stderr_lines": []}
        found: Any = self._parse_returned_data(answer, PROFILE)
        if isinstance(found, dict):  # ansible-core 2.19 and 2.20
            from ansible.vars.clean import remove_internal_keys

            remove_internal_keys(found)
            lines = {
                f"{name}_lines": str(found[name] or "").splitlines() for name in ("stdout", "stderr") if name in found
            }
            return {**lines, **found}
        found.remove_internal_keys()
        return dict(found.as_result_dict(for_round_trip=True))


def _prepare(name: str, services: tuple[str, ...]) -> ModuleType | None:
    """Import a module and parse what its clients need; None if boto3 or another import of it is missing."""
    try:
        importlib.import_module("boto3")
        sessions = importlib.import_module("..module_utils._ansible.sessions", __package__)
        module = importlib.import_module(name)
        for late in LATE:
            importlib.import_module(f"..module_utils.{late}", __package__)
    except ImportError:
        return None
    for direction in ansible_json.Direction:  # imports what reads and writes arguments and results
        ansible_json.get_module_encoder(PROFILE, direction)
    # The user's configuration of AWS may be broken, which is for each task to report and not for here.
    with contextlib.suppress(Exception):
        sessions.warm((*services, "sts"))
    return module


def _may_be_set_late(name: object) -> bool:
    return isinstance(name, str) and bool(NAME_OF_A_VARIABLE.fullmatch(name)) and not READ_AT_START.match(name)


def _exit_code_of(module: Any) -> int:
    """Run main() and give its exit code."""
    try:
        _end(module)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)


def _end(module: Any) -> NoReturn:
    """Run main(), which ends with SystemExit. Whatever else it raises is printed as a result, as a process would."""
    try:
        module.main()
        raise RuntimeError("The module did not end with a result.")
    except Exception as error:  # noqa: BLE001  # ansible-core's own last resort around a module
        _handle_exception(error, PROFILE)


@contextlib.contextmanager
def _as_a_module(arguments: bytes) -> Iterator[None]:
    """Let ansible-core's code for modules find the arguments, and keep warnings for the result as in a process."""
    _forget_warnings()
    before = _internal.is_controller
    _internal.is_controller = False
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = arguments, PROFILE
    try:
        yield
    finally:
        basic._ANSIBLE_ARGS = basic._ANSIBLE_PROFILE = basic._PARSED_MODULE_ARGS = None
        _internal.is_controller = before
        _forget_warnings()


def _forget_warnings() -> None:
    ansible_warnings._global_warnings.clear()
    ansible_warnings._global_deprecations.clear()


@contextlib.contextmanager
def _variables(given: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        if os.environ != before:
            os.environ.clear()
            os.environ.update(before)


@contextlib.contextmanager
def _logs_kept_apart() -> Iterator[None]:
    """Keep what libraries log out of Ansible's own log, and undo what a module sets for its own run."""
    loggers = [logging.getLogger(name) for name in ("botocore", "botocore.endpoint", "boto3", "urllib3")]
    before = [(logger.propagate, logger.level, list(logger.handlers)) for logger in loggers]
    for logger in loggers:
        logger.propagate = logger.name == "botocore.endpoint"
    try:
        yield
    finally:
        for logger, (propagate, level, handlers) in zip(loggers, before, strict=True):
            logger.propagate, logger.handlers = propagate, handlers
            logger.setLevel(level)
