# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.redshift.serverless.plugins.filter.client_files import client_files

STRINGS: dict[str, Any] = {
    "host": "h",
    "port": 5439,
    "database": "d:b",
    "libpq_keywords": r"host=h port=5439 dbname='it\'s \\ me' user=ana sslmode=verify-full",
    "odbc": "Driver={A {x}} (x64)};Server=h;Port=5439;Database={a;b};UID=ana;SSLMode=verify-full",
    "jdbc": "jdbc:redshift://h:5439/\u00e4\U0001f600",
    "jdbc_iam": None,
    "dbt": {"type": "redshift", "host": "h", "method": "database"},
}


def test_each_file_has_its_own_quotes() -> None:
    files = client_files(STRINGS, "sales", user=r"an:a\b")
    assert files["pg_service"].splitlines()[:4] == ["[sales]", "host=h", "port=5439", r"dbname=it's \ me"]
    assert files["pgpass"] == r"h:5439:d\:b:an\:a\\b"
    assert files["odbc"].splitlines()[:5] == ["[sales]", "Driver=A {x} (x64)", "Server=h", "Port=5439", "Database=a;b"]
    assert files["odbcinst"].startswith("[A {x} (x64)]\nDriver=/")
    assert r"url=jdbc:redshift://h:5439/\u00e4\ud83d\ude00" in files["jdbc"]
    assert yaml.safe_load(files["dbt"])["sales"]["outputs"]["default"]["password"].startswith("{{ env_var(")


@pytest.mark.parametrize("name", ["", "a]b", "a\nb", " a"])
def test_a_section_has_a_name_that_it_can_have(name: str) -> None:
    with pytest.raises(AnsibleFilterError, match="name of a section"):
        client_files(STRINGS, name)


def test_what_a_file_can_not_hold_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="dbname"):
        client_files({**STRINGS, "libpq_keywords": "dbname='a '"}, "sales")
    with pytest.raises(AnsibleFilterError, match="line break"):
        client_files(STRINGS, "sales", user="a\nb")
    with pytest.raises(AnsibleFilterError, match="JDBC"):
        client_files(STRINGS, "sales", auth="iam")
