# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible.executor import module_common
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible_collections.redshift.serverless.plugins.action.workgroup_info import ActionModule
from ansible_collections.redshift.serverless.plugins.plugin_utils import in_process

PLUGINS = Path(in_process.__file__).resolve().parents[1]
# The probe of a client needs no AWS, and runs where the client is.
NOT_OF_AWS = {"client_entries", "connection_check"}


class Templar:
    """Gives values back as they are, which is what templates give that hold none."""

    def template(self, value: Any, **_options: Any) -> Any:
        return value


def action(**task: Any) -> Any:
    """An action as ansible-core makes one for a local task."""
    made: Any = ActionModule.__new__(ActionModule)
    made._task = SimpleNamespace(**{"async_val": 0, "become": False, "delegate_to": None, **task})
    made._connection = LocalConnection.__new__(LocalConnection)
    made._connection.become = None
    made._templar = Templar()
    return made


def obstacle(made: Any, environment: dict[str, Any] | None = None, **variables: Any) -> str | None:
    given = {"ansible_python_interpreter": sys.executable, **variables}
    found: str | None = made._obstacle(given, environment or {})
    return found


@pytest.fixture(autouse=True)
def own_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ansible-core would start is what the variable says."""
    monkeypatch.setattr(
        module_common,
        "_get_shebang",
        lambda _program, variables, _templar: ("", variables["ansible_python_interpreter"]),
    )


def test_a_local_task_with_the_controllers_python_runs_in_its_process() -> None:
    assert obstacle(action()) is None


def test_macos_starts_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "macOS" in str(obstacle(action()))


def test_an_ansible_core_that_is_not_known_starts_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process, "KNOWN", False)

    assert obstacle(action()) == "this ansible-core is not known"


def test_a_missing_boto3_starts_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ActionModule, "_module", None)

    assert obstacle(action()) == "boto3 or amazon.aws is missing here"


def test_without_boto3_the_action_loads_and_has_no_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)

    assert in_process._prepare(f"{PLUGINS}", ()) is None


def test_a_broken_configuration_of_aws_is_left_for_the_task_to_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[profile x", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    module = in_process._prepare("ansible_collections.redshift.serverless.plugins.modules.workgroup_info", ("ec2",))

    assert module is ActionModule._module


@pytest.mark.parametrize("task", [{"async_val": 30}, {"become": True}])
def test_async_and_become_start_a_process(task: dict[str, Any]) -> None:
    assert obstacle(action(**task)) in {"async", "become"}


def test_become_of_the_connection_starts_a_process() -> None:
    made = action()
    made._connection.become = object()

    assert obstacle(made) == "become"


def test_a_connection_that_builds_on_the_local_one_starts_a_process() -> None:
    class Elsewhere(LocalConnection):
        """Such as one that enters a container."""

    made = action()
    made._connection = Elsewhere.__new__(Elsewhere)
    made._connection.become = None

    assert obstacle(made) == "the connection is not local"


@pytest.mark.parametrize("value", [False, "false", "no", 0])
def test_it_can_be_switched_off(value: object) -> None:
    assert obstacle(action(), redshift_serverless_in_process=value) == "redshift_serverless_in_process is false"


def test_where_a_task_is_delegated_to_has_a_say_too() -> None:
    of_host = {"ansible_python_interpreter": sys.executable, "redshift_serverless_in_process": False}

    found = obstacle(action(delegate_to="other"), ansible_delegated_vars={"other": of_host})

    assert found == "redshift_serverless_in_process is false"


@pytest.mark.parametrize("value", ["maybe", None, 2, []])
def test_what_is_neither_true_nor_false_is_rejected(value: object) -> None:
    with pytest.raises(AnsibleActionFail, match=r"redshift_serverless_in_process: got .*; expected true or false"):
        obstacle(action(), redshift_serverless_in_process=value)


@pytest.mark.parametrize(
    "name", ["PYTHONPATH", "LD_PRELOAD", "LC_ALL", "LANG", "TZ", "HOME", "AWS_DATA_PATH", "no-name", 1]
)
def test_what_is_read_when_a_process_starts_needs_one(name: Any) -> None:
    assert obstacle(action(), {name: "x"}) == "its environment is read when a process starts"


@pytest.mark.parametrize(
    "name", ["AWS_REGION", "AWS_PROFILE", "HTTPS_PROXY", "PATH", "HOMEPAGE", "TZ_NAME", "no_proxy"]
)
def test_other_variables_may_be_set_in_a_running_process(name: str) -> None:
    assert obstacle(action(), {name: "x"}) is None


def test_the_same_binary_outside_of_the_environment_is_another_interpreter(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(Path(sys.executable).resolve())

    assert (
        obstacle(action(), ansible_python_interpreter=str(tmp_path / "python"))
        == "the interpreter is not the controller's"
    )


def test_another_name_of_it_in_the_same_folder_is_the_same_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("python", "python3"):
        (tmp_path / name).symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    assert obstacle(action(), ansible_python_interpreter=str(tmp_path / "python3")) is None


@pytest.mark.parametrize("path", ["/no/such/python", "/usr/bin/env python3", ""])
def test_an_interpreter_that_is_not_a_program_is_left_to_ansible(path: str) -> None:
    assert obstacle(action(), ansible_python_interpreter=path) == "the interpreter is not the controller's"


def test_an_interpreter_that_is_yet_to_be_discovered_is_left_to_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    def undiscovered(*_arguments: Any) -> Any:
        raise LookupError("interpreter discovery needed")

    monkeypatch.setattr(module_common, "_get_shebang", undiscovered)

    assert obstacle(action()) == "the interpreter is not the controller's"


def test_variables_are_as_before_whatever_happens() -> None:
    before = dict(os.environ)

    def crash() -> None:
        with in_process._variables({"AWS_REGION": "x"}):
            os.environ["LEFT"] = "behind"
            raise LookupError(os.environ["AWS_REGION"])

    with pytest.raises(LookupError, match="x"):
        crash()

    assert dict(os.environ) == before


def test_every_module_of_aws_has_an_action() -> None:
    modules = {path.stem for path in (PLUGINS / "modules").glob("*.py")} - NOT_OF_AWS
    bases = ("ActionModule(InProcessAction)", "ActionModule(InternalAction)")
    sources = {path.stem: path.read_text("utf-8") for path in (PLUGINS / "action").glob("*.py")}
    actions = {name for name, source in sources.items() if any(base in source for base in bases)}

    assert actions == modules


def test_no_module_imports_what_only_the_controller_has() -> None:
    sources = [*(PLUGINS / "modules").glob("*.py"), *(PLUGINS / "module_utils").rglob("*.py")]

    assert [str(path) for path in sources if "plugin_utils" in path.read_text(encoding="utf-8")] == []
