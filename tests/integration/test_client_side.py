# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a client sees and does: connection_check, data_api_statement and the lookup credentials on a real PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from redshift_emulator.control import OWNER

from .conftest import SETTLED, Ansible, Estate

Database = dict[str, Any]


@pytest.fixture
def database(estate: Estate) -> Database:
    """A PostgreSQL behind the workgroup sales."""
    return estate.emulator.attach_database("sales")


def configure(estate: Estate, **parameters: str) -> None:
    """Set config parameters of sales, and wait for the restart."""
    items = [{"parameterKey": key, "parameterValue": value} for key, value in parameters.items()]
    estate.redshift.update_workgroup(workgroupName="sales", configParameters=items)
    estate.emulator.advance(SETTLED)


def play(*tasks: dict[str, Any]) -> list[dict[str, Any]]:
    """A play of these tasks, each of which may fail."""
    named = [{"name": f"Task {number}", "ignore_errors": True, **task} for number, task in enumerate(tasks)]
    return [{"hosts": "localhost", "gather_facts": False, "tasks": named}]


def check(database: Database, **options: Any) -> dict[str, Any]:
    given = {
        "host": database["host"],
        "hostaddr": database["hostaddr"],
        "port": database["port"],
        "ca_bundle": database["ca_file"],
        "timeout": 30,
    }
    return {"redshift.serverless.connection_check": {**given, **options}}


def test_a_client_sees_tls_and_plaintext_refused(ansible: Ansible, database: Database) -> None:
    run = ansible.run(
        play(
            check(database),
            check(database, sslmode="verify-ca", host="other.example.com"),
            check(database, host="other.example.com"),
            check(database, ca_bundle="/dev/null"),
            check(database, expect_plaintext="accepted"),
        ),
        {},
        "--check",
    )

    right, only_ca, other_name, no_bundle, expecting = run.results
    assert right["failed_layer"] is None, right
    assert right["tls"]["verified"] is True
    assert right["tls"]["certificate"]["names"]
    assert (right["plaintext"], right["changed"]) == ("refused", False)
    assert "SSL off" in right["plaintext_message"]
    assert (only_ca["failed_layer"], only_ca["tls"]["verified"]) == (None, True)
    assert (other_name["failed"], other_name["failed_layer"]) == (True, "hostname")
    assert other_name["tls"]["certificate"] == right["tls"]["certificate"]
    assert no_bundle["failed_layer"] == "chain"
    assert (expecting["failed_layer"], expecting["plaintext"]) == ("plaintext", "refused")


def test_a_client_sees_what_require_ssl_changes(ansible: Ansible, estate: Estate, database: Database) -> None:
    configure(estate, require_ssl="false")
    now = estate.emulator.databases()[0]

    unexpected, expected = ansible.run(play(check(now), check(now, expect_plaintext="accepted")), {}).results

    assert (unexpected["failed_layer"], unexpected["plaintext"]) == ("plaintext", "accepted")
    assert unexpected["remedy"].startswith("Set require_ssl to true")
    assert (expected["failed_layer"], expected["plaintext"]) == (None, "accepted")


def run_sql(sql: str | list[str], **options: Any) -> dict[str, Any]:
    given = {"workgroup": "sales", "database": "dev", "sql": sql, "wait_delay": 0.01, **options}
    return {"redshift.serverless.data_api_statement": given}


def test_sql_runs_through_the_data_api(ansible: Ansible, estate: Estate, database: Database) -> None:
    estate.redshift.update_namespace(namespaceName="sales", manageAdminPassword=True)
    estate.emulator.advance(SETTLED)
    secret = estate.redshift.get_namespace(namespaceName="sales")["namespace"]["adminPasswordSecretArn"]
    query = (
        "SELECT article, price, active, half FROM prices, (SELECT 0.5::float8 AS half) AS h WHERE article = :article"
    )

    run = ansible.run(
        play(
            run_sql("CREATE TABLE prices (article int, price numeric(8,2), active bool)", secret_arn=secret),
            run_sql(
                ["INSERT INTO prices VALUES (:a, :p, :t)", "INSERT INTO prices VALUES (2, NULL, false)"],
                secret_arn=secret,
                parameters={"a": 4711, "p": "19.90", "t": True},
            ),
            run_sql(query, secret_arn=secret, parameters={"article": 4711}),
            run_sql("SELECT count(*) AS n FROM prices; ", secret_arn=secret),
            run_sql("SELECT *\nFORM prices", secret_arn=secret),
            run_sql(["DELETE FROM prices", "DELETE FROM nowhere"], secret_arn=secret),
            run_sql("SELECT price FROM prices ORDER BY article", secret_arn=secret),
            run_sql("SELECT current_user AS me"),
            run_sql("DELETE FROM prices", secret_arn=secret) | {"check_mode": True},
        ),
        {},
    )

    created, inserted, selected, counted, wrong, rolled_back, still, mine, predicted = run.results
    assert (created["changed"], created["status"]) == (True, "FINISHED"), created
    assert (inserted["changed"], [each["row_count"] for each in inserted["sub_statements"]]) == (True, [1, 1]), inserted
    assert (selected["changed"], selected["rows"]) == (
        False,
        [{"article": 4711, "price": "19.90", "active": True, "half": 0.5}],
    ), selected
    assert counted["rows"] == [{"n": 2}]
    assert (wrong["failed"], wrong["error"]["line"], wrong["changed"]) == (True, 2, False), wrong
    assert (rolled_back["error"]["number"], rolled_back["changed"]) == (2, False), rolled_back
    assert still["rows"] == [{"price": None}, {"price": "19.90"}]
    assert mine["rows"] == [{"me": "IAM:emulator"}]
    assert (predicted["changed"], predicted["statement_id"]) == (True, None)


def test_looked_up_credentials_log_in(ansible: Ansible, estate: Estate, database: Database) -> None:
    lookup = "{{ lookup('redshift.serverless.credentials', 'sales', db_name='dev') }}"
    missing = "{{ lookup('redshift.serverless.credentials', 'nothing') }}"

    run = ansible.run(
        play(
            {"ansible.builtin.set_fact": {"login": lookup}},
            {"ansible.builtin.debug": {"msg": missing}},
        ),
        {},
        account=OWNER,
    )

    login = run.facts["login"]
    place = {key: database[key] for key in ("host", "hostaddr", "port")}
    trust = {"sslmode": "verify-full", "sslrootcert": database["ca_file"]}
    with psycopg.connect(**place, **trust, dbname="dev", user=login["user"], password=login["password"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("IAM:emulator",)
    assert login["expiration"].endswith("+00:00")
    assert "workgroup: got 'nothing'; expected one of the caller's account" in run.results[1]["msg"]
