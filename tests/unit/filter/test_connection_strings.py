# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display
from ansible_collections.redshift.serverless.plugins.filter import connection_strings as plugin
from ansible_collections.redshift.serverless.plugins.module_utils._connection.settings import Settings, read_settings
from ansible_collections.redshift.serverless.plugins.module_utils._connection.target import read_target
from hypothesis import assume, given
from hypothesis import strategies as st
from unit_kit.targets import a_custom_domain, a_workgroup, an_endpoint

KEYS = [
    *(
        "host",
        "hostaddr",
        "port",
        "database",
        "jdbc",
        "jdbc_iam",
        "jdbc_iam_legacy",
        "odbc",
        "libpq_uri",
        "libpq_keywords",
    ),
    *("psql", "rsql", "redshift_connector", "sqlalchemy", "dbt", "data_api"),
]
MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
TARGETS = [a_workgroup(), a_workgroup(region="cn-north-1"), an_endpoint(), a_custom_domain()]
TUNNEL = {"custom_domain_name": "localhost", "workgroup_name": "sales"}
BEHIND = {"workgroup": a_workgroup(), "ssl_root_cert": "/r"}
DOCUMENTED: dict[str, Any] = yaml.safe_load(plugin.DOCUMENTATION)["options"]


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message: said.append(message))
    return said


def strings(value: Any, **options: Any) -> dict[str, Any]:
    return plugin.FilterModule().filters()["connection_strings"](value, **options)


@given(st.sampled_from(TARGETS), st.sampled_from(MODES), st.sampled_from(["password", "iam"]))
def test_exactly_these_keys_of_plain_data(value: Any, mode: str, auth: str) -> None:
    assume(auth == "password" or mode not in MODES[:3])
    found = strings({**value, "custom_domain_name": "sql.example.com"}, sslmode=mode, auth=auth)

    assert list(found) == KEYS
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("auth", ["password", "iam"])
@pytest.mark.parametrize("value", TARGETS)
def test_no_secret_that_was_not_asked_for(value: Any, auth: str, warnings: list[str]) -> None:
    found = json.dumps(strings({**value, "admin_user_password": "hunter2"}, user="ana", auth=auth)).lower()

    assert [word for word in ("hunter2", "password=", '"password"', "pwd=", "ana:") if word in found] == []


def test_the_password_is_in_everything_that_takes_one_and_nothing_else(warnings: list[str]) -> None:
    found = strings(a_workgroup(), user="ana", password="hunter2")

    without = {key for key, value in found.items() if "hunter2" not in json.dumps(value)}
    assert without == {"host", "hostaddr", "port", "database", "jdbc_iam", "jdbc_iam_legacy", "data_api"}
    assert [said for said in warnings if "hunter2" in said] == []


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        (a_workgroup(), {"ssl_root_cert": "/r"}, []),
        (a_workgroup(), {}, [["ssl_root_cert", "verify-full", "root.crt"]]),
        (an_endpoint(), {"ssl_root_cert": "/r"}, [["verify-ca", "certificate", "workgroup's name"]]),
        (an_endpoint(), {"ssl_root_cert": "/r", "sslmode": "verify-ca"}, []),
        (an_endpoint(), {"ssl_root_cert": "/r", "sslmode": "verify-full"}, [["verify-full fails", "verify-ca"]]),
        (an_endpoint(address="::1"), {"ssl_root_cert": "/r", "sslmode": "verify-ca"}, [["redshift_connector", "IPv4"]]),
        (a_custom_domain(), {"ssl_root_cert": "/r"}, [["port", "5439"]]),
        (a_custom_domain(), {"ssl_root_cert": "/r", "port": 5440}, []),
        (a_workgroup(), {"sslmode": "require"}, [["redshift_connector", "verify-ca", "dbt"]]),
        (
            a_workgroup(),
            {"sslmode": "require", "ssl_root_cert": "/r"},
            [["redshift_connector"], ["libpq", "verify-ca"]],
        ),
        (a_workgroup(), {"sslmode": "prefer"}, [["JDBC", "require"], ["redshift_connector", "verify-ca"]]),
        (a_workgroup(), {"sslmode": "allow"}, [["JDBC", "require"], ["redshift_connector", "verify-ca"]]),
        (a_workgroup(), {"sslmode": "disable"}, [["disable", "jdbc_iam", "null"]]),
        (TUNNEL, BEHIND, [["sslmode is verify-ca for localhost", "sales.123456789012", "hostaddr"]]),
        (TUNNEL, {**BEHIND, "sslmode": "verify-ca"}, []),
        (TUNNEL, {**BEHIND, "sslmode": "verify-full"}, [["verify-full can't hold for localhost", "Use verify-ca"]]),
        (a_workgroup(), {"ssl_root_cert": "/r", "hostaddr": "127.0.0.1"}, [["hostaddr", "JDBC, ODBC"]]),
    ],
)
def test_what_was_assumed_or_translated_is_said(
    value: Any, options: dict[str, Any], words: list[list[str]], warnings: list[str]
) -> None:
    strings(value, **options)

    assert len(warnings) == len(words), warnings
    assert [(said, each) for said, each in zip(warnings, words, strict=True) if any(w not in said for w in each)] == []


@pytest.mark.parametrize("given_value", ["yes", True, "true"])
def test_a_custom_domain_is_asked_for_in_ansibles_words(given_value: Any, warnings: list[str]) -> None:
    value = a_workgroup(custom_domain_name="sql.example.com")

    assert strings(value, use_custom_domain=given_value)["host"] == "sql.example.com"
    assert strings(value, use_custom_domain="no")["host"] == value["endpoint"]["address"]


@pytest.mark.parametrize(
    ("value", "options", "words"),
    [
        (a_workgroup(endpoint=None), {}, "sales, which has no address yet"),
        (a_workgroup(), {"sslmode": "on"}, "sslmode: got 'on'; expected one of disable, allow"),
        (
            a_workgroup(),
            {"ssl_mode": "require"},
            "ssl_mode: got an unknown option; expected one of connection_strings. Did you mean sslmode?",
        ),
        (a_workgroup(), {"zzz": 1}, "zzz: got an unknown option; expected one of connection_strings. Known are auth,"),
        (a_workgroup(), {"db_groups": ["a"]}, "db_groups: got an unknown option"),
        (a_workgroup(), {"use_custom_domain": "perhaps"}, "use_custom_domain: got 'perhaps'; expected true or false"),
    ],
)
def test_refusals_are_sentences(value: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        strings(value, **options)

    assert words in str(error.value)


def test_the_documentation_is_that_of_the_options() -> None:
    options = {name: option.get("default") for name, option in DOCUMENTED.items() if name != "_input"}
    target = ["workgroup", "owner_account", "region", "port", "hostaddr", "use_custom_domain"]
    # sslmode and sqlalchemy_driver depend on others.
    depends = {"sslmode": None, "sqlalchemy_driver": None}
    settings = read_settings(read_target(a_workgroup()), {})

    assert {name: options.pop(name) for name in target} == {**dict.fromkeys(target), "use_custom_domain": False}
    assert options == {name: getattr(settings, name) for name in Settings.__dataclass_fields__} | depends


def test_the_documented_keys_are_the_keys() -> None:
    contains = yaml.safe_load(plugin.RETURN)["_value"]["contains"]

    assert list(contains) == KEYS
    made = strings(a_workgroup(), user="ana")
    made["hostaddr"] = strings(a_workgroup(), hostaddr="127.0.0.1")["hostaddr"]
    for key, documented in contains.items():
        assert documented["sample"] == made[key], key
        assert isinstance(made[key], {"str": str, "int": int, "dict": dict}[documented["type"]])


@pytest.mark.parametrize("example", yaml.safe_load(plugin.EXAMPLES), ids=lambda task: str(task["name"]))
def test_the_examples_run(example: dict[str, Any], warnings: list[str], tmp_path: Path) -> None:
    """By Ansible itself, with what the example does not bring."""
    [module] = [name for name in example if "." in name]
    task = {
        "name": "It",
        "ansible.builtin.set_fact": {"made": example[module].get("msg", example[module].get("content"))},
    }
    things = {"sales": {"workgroup": a_workgroup()}, "app_password": "hunter2", **example["vars"]}
    show = {
        "name": "Show",
        "ansible.builtin.copy": {"content": "{{ made }}", "dest": str(tmp_path / "made"), "mode": "0600"},
    }
    play = [{"hosts": "localhost", "gather_facts": False, "vars": things, "tasks": [task, show]}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play))

    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), str(tmp_path / "play.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    made = (tmp_path / "made").read_text()
    assert a_workgroup()["workgroup_name"] in made
