# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from cryptography import x509
from unit_kit.authority import Authority
from unit_kit.documents import ROOT, assert_documented, load
from unit_kit.servers import ASK_FOR_PASSWORD, Server, closing, database

HOST = "sales.example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def run(options: dict[str, Any], check: bool = False) -> tuple[int, dict[str, Any]]:
    """Run the module; its exit code, and what it printed."""
    printed = io.StringIO()
    given = {**options, "_ansible_check_mode": check}
    with patch_module_args(given), contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
        load("connection_check").main()
    result: dict[str, Any] = json.loads(printed.getvalue())
    return int(ended.value.code or 0), result


@pytest.mark.parametrize("check", [False, True])
def test_what_holds_succeeds_and_changes_nothing(authority: Authority, check: bool) -> None:
    with Server(database(authority.issue(x509.DNSName(HOST)))).running() as server:
        options = {"host": HOST, "hostaddr": "127.0.0.1", "port": server.port, "ca_bundle": authority.bundle}
        code, result = run(options, check)

    assert (code, result["changed"], result["failed_layer"]) == (0, False, None)
    assert result["tls"]["verified"] is True
    assert_documented("connection_check", result)


def test_what_does_not_hold_fails_with_the_same_data(authority: Authority) -> None:
    context = authority.issue(x509.DNSName(HOST))
    options = {"host": HOST, "hostaddr": "127.0.0.1", "ca_bundle": authority.bundle}
    with Server(database(context)).running() as server:
        _code, right = run({**options, "port": server.port})
    with Server(database(context, ASK_FOR_PASSWORD)).running() as server:
        code, result = run({**options, "port": server.port})

    assert (code, result["failed"], result["failed_layer"]) == (1, True, "plaintext")
    assert result["msg"].endswith(result["remedy"])
    assert set(right) - {"changed"} <= set(result)
    assert result["tls"] == right["tls"]
    own = {key: value for key, value in result.items() if key not in ("failed", "msg", "exception")}
    assert_documented("connection_check", own)


def test_every_option_arrives(authority: Authority) -> None:
    context = authority.issue(x509.DNSName("other.example.com"))
    options = {"host": HOST, "hostaddr": "127.0.0.1", "sslmode": "require", "expect_plaintext": "accepted"}
    with Server(database(context, ASK_FOR_PASSWORD)).running() as server:
        code, result = run({**options, "port": server.port, "timeout": 20})
    with Server(closing).running() as server:
        failed, _result = run({**options, "port": server.port})

    assert (code, result["plaintext"]) == (0, "accepted")
    assert failed == 1


@pytest.mark.parametrize(
    ("option", "value"), [("port", 0), ("port", 65536), ("timeout", 0), ("timeout", -1), ("timeout", "inf")]
)
def test_what_can_not_be_is_refused_by_name(option: str, value: Any) -> None:
    code, result = run({"host": HOST, option: value})

    assert code == 1
    assert result["msg"].startswith(f"{option}: got {value}; expected ")


@pytest.mark.parametrize("form", ["{}:5439/dev", "{}:5439", "jdbc:redshift://{}:5439/dev", "https://{}/"])
@pytest.mark.parametrize("option", ["host", "hostaddr"])
def test_an_endpoint_as_people_have_it_is_taken_apart(option: str, form: str) -> None:
    code, result = run({"host": HOST, option: form.format(HOST)})

    assert code == 1
    assert result["msg"].startswith(f"{option}: got {form.format(HOST)!r}; expected a host name")
    assert f"Give {HOST} as {option}" in result["msg"]
    assert ("5439 as port" in result["msg"]) == ("5439" in form)


def test_what_stands_around_a_name_says_nothing(authority: Authority) -> None:
    with Server(database(authority.issue(x509.DNSName(HOST)))).running() as server:
        options = {"host": f" {HOST.upper()}. ", "hostaddr": "127.0.0.1 ", "port": server.port}
        code, result = run({**options, "ca_bundle": authority.bundle})

    assert (code, result["tls"]["verified"]) == (0, True)


def imported_by(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}


@pytest.mark.parametrize(
    ("module", "room", "helpers"),
    [("connection_check", "_probe", set()), ("client_entries", "_files", {"ansible.module_utils.urls"})],
)
def test_the_standard_library_is_enough(module: str, room: str, helpers: set[str]) -> None:
    files = (ROOT / "plugins" / "module_utils" / room).glob("*.py")
    needed = {name.partition(".")[0] for each in files for name in imported_by(each)}
    imported = imported_by(ROOT / "plugins" / "modules" / f"{module}.py")
    own = f"ansible_collections.redshift.serverless.plugins.module_utils.{room}"

    assert needed <= sys.stdlib_module_names
    assert imported - sys.stdlib_module_names == {"ansible.module_utils.basic", own, *helpers}


@pytest.mark.parametrize("module", ["connection_check", "client_entries"])
def test_neither_boto3_nor_amazon_aws_is_loaded(module: str) -> None:
    command = (
        "import sys; sys.modules.update({'boto3': None, 'botocore': None, 'ansible_collections.amazon': None})\n"
        f"import ansible_collections.redshift.serverless.plugins.modules.{module}"
    )
    environment = {"PYTHONPATH": str(Path(next(path for path in sys.path if path.endswith("collections"))))}

    subprocess.run([sys.executable, "-c", command], check=True, env=environment)
