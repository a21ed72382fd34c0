# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role client and its playbook: the files that it writes, read by the programs that they are for."""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from psycopg import sql

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.client"
PASSWORD = r"o:ld \w0rd'"
USER = r"an:a\b"
SERVICE = "[other]\nhost=elsewhere\n"
PROFILES = "# mine\nother:\n  target: dev\n  outputs: {dev: {type: redshift}}\n"


@pytest.fixture
def answers(estate: Estate, web: tuple[str, Path], tmp_path: Path) -> dict[str, Any]:
    """Survey answers for every file, with a real database and its bundle; other entries are there already."""
    database = estate.emulator.attach_database("sales")
    login = {"user": database["admin_user"], "password": database["admin_password"], "dbname": database["database"]}
    with psycopg.connect(
        hostaddr=database["hostaddr"], port=database["port"], sslmode="require", autocommit=True, **login
    ) as connection:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(USER), sql.Literal(PASSWORD))
        connection.execute(statement)
    estate.emulator.clear_requests()
    url, folder = web
    shutil.copy(database["ca_file"], folder / "bundle.crt")
    (tmp_path / "service.conf").write_text(SERVICE, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    (tmp_path / "pgpass").write_text("*:*:*:bob:theirs\n", encoding="utf-8")
    return {
        "client_workgroup": " sales ",
        "client_endpoint": "",
        "client_database": database["database"],
        "client_user": USER,
        "client_password": PASSWORD,
        "client_ca_bundle_path": str(tmp_path / "ca.pem"),
        "client_ca_bundle_url": f"{url}/bundle.crt",
        "client_ca_bundle_sha256": hashlib.sha256((folder / "bundle.crt").read_bytes()).hexdigest(),
        "client_pg_service_path": str(tmp_path / "service.conf"),
        "client_pgpass_path": str(tmp_path / "pgpass"),
        "client_odbc_path": str(tmp_path / "odbc.ini"),
        "client_odbcinst_path": str(tmp_path / "odbcinst.ini"),
        "client_jdbc_path": str(tmp_path / "redshift.properties"),
        "client_dbt_path": str(tmp_path / "profiles.yml"),
        "client_verify_hostaddr": database["hostaddr"],
        "client_verify_timeout": "30",
    }


def connect(answers: dict[str, Any]) -> str:
    """Log in with psql by the generated files alone; gives the user that the database sees."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
        "PGSERVICEFILE": answers["client_pg_service_path"],
        "PGPASSFILE": answers["client_pgpass_path"],
        "PGHOSTADDR": answers["client_verify_hostaddr"],
    }
    command = ["psql", "--no-password", "--no-psqlrc", "-At", "service=sales", "-c", "SELECT current_user"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.rstrip("\n")


def test_every_file_is_written_once_and_connects(ansible: Ansible, answers: dict[str, Any], tmp_path: Path) -> None:
    done, again = ansible.four_steps(PLAYBOOK, answers)

    assert connect(answers) == USER
    result = done.facts["client_result"]
    assert {each["kind"]: each["changed"] for each in result["files"]} == dict.fromkeys(
        ("ca_bundle", "pg_service", "odbc", "odbcinst", "jdbc", "dbt", "pgpass"), True
    )
    for run in (done, again):
        proof = run.facts["client_result"]["proof"]
        assert (proof["failed_layer"], proof["tls"]["verified"], proof["plaintext"]) == (None, True, "refused")
        assert PASSWORD not in run.text
        assert "w0rd" not in run.text
        assert "theirs" not in run.text
    assert (tmp_path / "service.conf").read_text(encoding="utf-8").startswith(SERVICE)
    assert (tmp_path / "pgpass").read_text(encoding="utf-8").endswith("*:*:*:bob:theirs\n")
    assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600
    profiles = (tmp_path / "profiles.yml").read_text(encoding="utf-8")
    assert profiles.startswith(PROFILES)
    target = yaml.safe_load(profiles)["sales"]["outputs"]["default"]
    assert (target["host"], target["user"]) == (result["host"], USER)
    assert target["password"] == "{{ env_var('DBT_ENV_SECRET_REDSHIFT_PASSWORD') }}"
    odbc = configparser.RawConfigParser(interpolation=None)
    odbc.read([tmp_path / "odbc.ini", tmp_path / "odbcinst.ini"])
    assert odbc["sales"]["server"] == result["host"]
    assert odbc[odbc["sales"]["driver"]]["driver"].endswith(".so")
    properties = (tmp_path / "redshift.properties").read_text(encoding="utf-8")
    assert f"url=jdbc:redshift://{result['host']}" in properties
    assert not [path for path in (tmp_path / "tmp").rglob("*") if path.is_file() and b"w0rd" in path.read_bytes()]


def test_what_was_written_is_taken_away_again_and_nothing_else(
    ansible: Ansible, answers: dict[str, Any], tmp_path: Path
) -> None:
    assert ansible.run(PLAYBOOK, answers).code == 0
    kinds = ("pg_service", "pgpass", "odbc", "odbcinst", "jdbc", "dbt")
    ansible.four_steps(PLAYBOOK, {**answers, **{f"client_{kind}_state": "absent" for kind in kinds}})
    assert (tmp_path / "service.conf").read_text(encoding="utf-8") == SERVICE
    assert (tmp_path / "profiles.yml").read_text(encoding="utf-8") == PROFILES
    assert (tmp_path / "pgpass").read_text(encoding="utf-8") == "*:*:*:bob:theirs\n"


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, estate: Estate, tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text("sales:\n  target: mine\n", encoding="utf-8")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"client_workgroup": ""}, "One of client_workgroup and client_endpoint"),
        ({"client_workgroup": "nowhere"}, "does not exist in this account and region: nowhere"),
        ({"client_pgpass_path": "/tmp/pgpass"}, "needs client_user"),
        ({"client_user": "ana", "client_pgpass_path": "/tmp/pgpass"}, "needs client_password"),
        ({"client_jdbc_path": "here"}, "Paths must be absolute"),
        ({"client_jdbc_path": "/tmp/a", "client_odbc_path": "/tmp/a"}, "more than one kind"),
        ({"client_dbt_path": str(tmp_path / "profiles.yml")}, "not this role's"),
        ({"client_ssl_mode": "disable"}, "did you mean client_sslmode?"),
    ]
    given = {"client_workgroup": "sales", "client_verify": "no"}
    messages = ansible.refusals("client", given, [case for case, _words in cases])
    for message, (case, words) in zip(messages, cases, strict=True):
        assert words in message, case
