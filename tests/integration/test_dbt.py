# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A profile of dbt: dbt itself reads what the filter and the role client make, and connects with it.

dbt works in an environment of its own, where host names lead to the database and no other name leads anywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.redshift.serverless.plugins.filter.client_files import client_files
from ansible_collections.redshift.serverless.plugins.filter.connection_strings import connection_strings
from emulator_kit import needs
from emulator_kit.attached import DATABASE, PASSWORD, USER, Attached, attach
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redshift_emulator.control import OWNER, Emulator

VARIABLE = "DBT_ENV_SECRET_REDSHIFT_PASSWORD"
HOST = "sales.111111111111.us-east-1.redshift-serverless.amazonaws.com"
WORKGROUP = {
    "workgroup_name": "sales",
    "workgroup_arn": "arn:aws:redshift-serverless:us-east-1:111111111111:workgroup/1",
    "endpoint": {"address": HOST, "port": 5440},
}
ENDPOINT = {
    "endpoint_name": "apps",
    "workgroup_name": "sales",
    "address": "apps-endpoint-k7rf.222222222222.us-east-1.redshift-serverless.amazonaws.com",
    "port": 5441,
}
CUSTOM_DOMAIN = {**WORKGROUP, "custom_domain_name": "sql.example.com"}
PASSWORD_LOGIN = {"user": USER, "password": PASSWORD}
# What each of libpq's words becomes in redshift_connector, below dbt.
MODES = {
    "disable": (False, None),
    "allow": (True, "verify-ca"),
    "prefer": (True, "verify-ca"),
    "require": (True, "verify-ca"),
    "verify-ca": (True, "verify-ca"),
    "verify-full": (True, "verify-full"),
}
# Jinja's own signs in all ways, and what YAML or Python would read as something else.
PIECES = ["{{", "}}", "{%", "%}", "{#", "#}", *"{}%#'\"\\ \n\r:-&*!|>é😀a0", "null", "true", "1e3"]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)

# For each line, a folder: what dbt makes of the profile sales in it, up to the arguments of its driver.
READER = """
import json, os, sys
from argparse import Namespace
from dbt_common.context import set_invocation_context
from dbt.flags import set_from_args
set_invocation_context(os.environ)
set_from_args(Namespace(), None)
import redshift_connector
from dbt.adapters.redshift.connections import get_connection_method
from dbt.config.profile import Profile, read_profile
from dbt.config.renderer import ProfileRenderer
from dbt.exceptions import DbtProfileError

class Connection:
    def __init__(self, **arguments):
        self.arguments = arguments

redshift_connector.connect = Connection
for line in sys.stdin:
    try:
        profile = Profile.from_raw_profiles(read_profile(json.loads(line)), "sales", ProfileRenderer({}))
        told = get_connection_method(profile.credentials)().arguments
        answer = {**told, "schema": profile.credentials.schema, "threads": profile.threads}
    except DbtProfileError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
"""
# Python imports this module by itself when it starts.
SITECUSTOMIZE = """
import json, os, socket

addresses = json.loads(os.environ["ADDRESSES"])
resolve = socket.getaddrinfo

def lead(host, *arguments, **named):
    name = host.decode() if isinstance(host, bytes) else host
    if name not in addresses:
        raise socket.gaierror(socket.EAI_NONAME, f"{name} is out of reach of this test")
    return resolve(addresses[name], *arguments, **named)

socket.getaddrinfo = lead
"""


def environment(folder: Path, addresses: dict[str, str], **more: str) -> dict[str, str]:
    """The environment of a process in which dbt runs: that of the caller, without anything that is for AWS or dbt."""
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_", "PYTHON", "PG"))}
    return {
        **kept,
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "ADDRESSES": json.dumps({"127.0.0.1": "127.0.0.1", **addresses}),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        VARIABLE: PASSWORD,
        **more,
    }


class Reader:
    """dbt's own reading of a profile, in a process that reads many.

    Args:
        folder: where profiles are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [needs.dbt() / "bin" / "python", "-c", READER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environment(folder, {}),
        )

    def read(self, text: str) -> dict[str, Any]:
        """Read a profiles.yml; gives what the driver is told, or `error`."""
        (self._folder / "profiles.yml").write_text(text, encoding="utf-8")
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{json.dumps(str(self._folder))}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader(tmp_path_factory.mktemp("profiles"))
    yield reader
    reader.close()


def profile(target: dict[str, Any]) -> str:
    """A profiles.yml with a target of the filter, as its documentation shows it."""
    return str(yaml.safe_dump({"sales": {"target": "prod", "outputs": {"prod": target}}}))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("value", "port"), [(WORKGROUP, 5440), (ENDPOINT, 5441), (CUSTOM_DOMAIN, 5440)])
def test_a_database_user(dbt: Reader, value: dict[str, Any], port: int, mode: str) -> None:
    strings = connection_strings(
        value, **PASSWORD_LOGIN, sslmode=mode, schema="marts", threads=7, use_custom_domain=value is CUSTOM_DOMAIN
    )

    told = dbt.read(profile(strings["dbt"]))

    assert (told["host"], told["port"], told["database"]) == (strings["host"], port, "dev")
    assert (told["user"], told["password"]) == (USER, PASSWORD)
    assert (told["ssl"], told.get("sslmode")) == MODES[mode]
    assert (told["schema"], told["threads"], told.get("iam")) == ("marts", 7, None)


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
@pytest.mark.parametrize("value", [WORKGROUP, ENDPOINT, CUSTOM_DOMAIN])
def test_iam(dbt: Reader, value: dict[str, Any], mode: str) -> None:
    options: dict[str, Any] = {"workgroup": WORKGROUP, "use_custom_domain": value is CUSTOM_DOMAIN}
    strings = connection_strings(value, auth="iam", profile="warehouse", sslmode=mode, **options)

    told = dbt.read(profile(strings["dbt"]))

    assert (told["host"], told["profile"], told["iam"]) == (strings["host"], "warehouse", True)
    assert (told["is_serverless"], told["group_federation"], told["cluster_identifier"]) == (True, False, None)
    assert (told["serverless_work_group"], told["serverless_acct_id"]) == ("sales", OWNER)
    assert (told["region"], (told["ssl"], told["sslmode"])) == ("us-east-1", MODES[mode])


def test_what_dbt_does_not_know_is_refused_by_it(dbt: Reader) -> None:
    target = connection_strings(WORKGROUP, **PASSWORD_LOGIN)["dbt"]

    assert "'verify' is not one of" in dbt.read(profile({**target, "sslmode": "verify"}))["error"]
    assert (
        "'host' is a required property"
        in dbt.read(profile({name: target[name] for name in target if name != "host"}))["error"]
    )


@pytest.mark.parametrize("auth", ["password", "iam"])
def test_the_file_of_the_role_client(dbt: Reader, auth: str) -> None:
    strings = connection_strings(WORKGROUP, auth=auth, database=DATABASE, user=USER)
    text = client_files(strings, "sales", auth=auth, user=USER)["dbt"]

    told = dbt.read(f"other:\n  target: dev\n# BEGIN ours\n{text}\n# END ours\n")

    assert PASSWORD not in text
    assert (told["host"], told["database"]) == (HOST, DATABASE)
    assert (told["user"], told["password"]) == ((USER, PASSWORD) if auth == "password" else ("", ""))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(database=TEXTS, user=TEXTS, password=TEXTS)
def test_any_text_arrives(dbt: Reader, database: str, user: str, password: str) -> None:
    strings = connection_strings(WORKGROUP, database=database, schema=user, user=user, password=password)

    told = dbt.read(profile(strings["dbt"]))

    assert (told["database"], told["schema"], told["user"], told["password"]) == (database, user, user, password)


@dataclass(frozen=True)
class Project:
    """A project of dbt.

    Attributes:
        folder: where it is.
        database: what it connects to.
        aws: where it gets credentials.
    """

    folder: Path
    database: Attached
    aws: Emulator

    def debug(self, text: str) -> tuple[int, str]:
        """Let `dbt debug` connect with a profiles.yml; gives its exit code and its words."""
        (self.folder / "profiles.yml").write_text(text, encoding="utf-8")
        (self.folder / "dbt_project.yml").write_text("{name: probe, profile: sales}", encoding="utf-8")
        more = {**self.aws.environment(OWNER), "AWS_CONFIG_FILE": os.devnull, "SSL_CERT_FILE": self.database.ca_file}
        ended = subprocess.run(
            [needs.dbt() / "bin" / "dbt", "--no-use-colors", "debug", "--profiles-dir", self.folder],
            cwd=self.folder,
            env=environment(self.folder, self.database.addresses, **more),
            capture_output=True,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Attached, Emulator]]:
    """A database for all tests here."""
    needs.dbt()
    with Emulator() as aws:
        yield attach(aws), aws


@pytest.fixture
def project(served: tuple[Attached, Emulator], tmp_path: Path) -> Project:
    return Project(tmp_path, *served)


def test_dbt_connects_as_a_database_user_by_the_file_of_the_role_client(project: Project) -> None:
    strings = connection_strings(project.database.workgroup, database=DATABASE, user=USER)

    code, words = project.debug(client_files(strings, "sales", user=USER)["dbt"])

    assert code == 0, words
    assert "Connection test: [OK connection ok]" in words


def test_dbt_connects_by_iam_through_a_managed_endpoint(project: Project) -> None:
    strings = connection_strings(project.database.endpoint, auth="iam", workgroup=project.database.workgroup)
    position = project.aws.position()

    code, words = project.debug(profile(strings["dbt"]))

    assert code == 0, words
    asked = {json.dumps(request["parameters"]) for request in project.aws.requests(position)}
    assert asked == {json.dumps({"dbName": "dev", "workgroupName": "sales"})}


def test_without_ssl_the_workgroup_refuses_dbt(project: Project) -> None:
    strings = connection_strings(project.database.workgroup, sslmode="disable", **PASSWORD_LOGIN)

    code, words = project.debug(profile(strings["dbt"]))

    assert code != 0
    assert "SSL off" in words
