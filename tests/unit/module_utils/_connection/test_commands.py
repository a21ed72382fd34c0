# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command lines, as a shell and the programs' own readers split them."""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import connection_strings
from hypothesis import given, settings
from psycopg.conninfo import conninfo_to_dict
from unit_kit.targets import PASSWORDS, TEXTS, a_workgroup, an_endpoint

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:sales"


def strings(value: Any = None, **options: Any) -> dict[str, Any]:
    return connection_strings(value or a_workgroup(), **options)[0]


def as_a_shell_reads(command: str, variable: str) -> list[str]:
    """The words of a command in the end, and the variable that it is given: by a real shell."""
    program = r"""printf '%s\0' "$@" "$VARIABLE" """.replace("VARIABLE", variable)
    name = next(word for word in shlex.split(command) if word in ("psql", "rsql"))
    script = f"{name}() {{ {program}; }}\n{command}"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@given(TEXTS, PASSWORDS, TEXTS)
@settings(max_examples=40)
def test_a_shell_gives_psql_what_was_meant(user: str, password: str, database: str) -> None:
    [conninfo, secret] = as_a_shell_reads(
        strings(user=user, password=password, database=database)["psql"], "PGPASSWORD"
    )
    found = conninfo_to_dict(conninfo)

    assert (found["user"], found["dbname"], secret) == (user, database, password)
    assert "password" not in found


@given(TEXTS, PASSWORDS, TEXTS)
@settings(max_examples=40)
def test_a_shell_gives_rsql_what_was_meant(user: str, password: str, database: str) -> None:
    host = a_workgroup()["endpoint"]["address"]
    words = as_a_shell_reads(strings(user=user, password=password, database=database)["rsql"], "RSPASSWORD")

    assert words == ["-h", host, "-U", user, "-d", database, "-p", "5439", password]


def test_the_plain_forms() -> None:
    host = a_workgroup()["endpoint"]["address"]
    found = strings(user="ana", ssl_root_cert="/etc/r.crt")

    assert found["rsql"] == f"rsql -h {host} -U ana -d dev -p 5439"
    assert found["psql"] == (
        f"psql 'host={host} port=5439 dbname=dev user=ana sslmode=verify-full sslrootcert=/etc/r.crt'"
    )
    assert found["data_api"] == (
        "aws redshift-data execute-statement --region us-east-1 --workgroup-name sales --database dev --sql 'SELECT 1'"
    )


def test_a_hyphen_makes_no_option_of_a_value() -> None:
    words = shlex.split(strings(database="--sql", profile="-w")["data_api"])

    assert "--database=--sql" in words
    assert "--profile=-w" in words


@pytest.mark.parametrize("value", [an_endpoint(), a_workgroup()])
def test_the_data_api_is_asked_about_the_workgroup(value: Any) -> None:
    words = shlex.split(strings(value, user="ana", password="p", profile="w", secret_arn=SECRET)["data_api"])

    assert dict(zip(words[3::2], words[4::2], strict=True)) == {
        "--region": "us-east-1",
        "--profile": "w",
        "--workgroup-name": "sales",
        "--database": "dev",
        "--secret-arn": SECRET,
        "--sql": "SELECT 1",
    }
