# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._files.formats import KINDS
from ansible_collections.redshift.serverless.plugins.module_utils._roles import client
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

DEFAULTS: dict[str, Any] = {
    "state": "present",
    "database": "dev",
    "auth": "password",
    "odbc_driver": "Driver",
    "odbc_driver_library": "/lib.so",
    "dbt_schema": "public",
    "dbt_threads": 4,
    "dbt_password_variable": "SECRET",
    "verify": True,
}
WORKGROUP = {
    "workgroup_name": "sales",
    "workgroup_arn": "arn:aws-cn:redshift-serverless:cn-north-1:111111111111:workgroup/x",
    "config_parameters": {"require_ssl": "true"},
    "endpoint": {"address": "sales.111111111111.cn-north-1.redshift-serverless.amazonaws.com.cn", "port": 5440},
}
ENDPOINT = {
    "endpoint_name": "apps",
    "workgroup_name": "sales",
    "endpoint_arn": "arn:aws:redshift-serverless:us-east-1:111111111111:managedvpcendpoint/x",
    "address": "apps-endpoint-x.111111111111.us-east-1.redshift-serverless.amazonaws.com",
    "port": 5439,
}
SKIPPED = {"skipped": True, "changed": False}
LOGIN = {"pgpass_path": "/p", "user": "ana", "password": "w0rd"}


def options(**more: Any) -> dict[str, Any]:
    """The role's options and settings, as its tasks have them."""
    given = {**DEFAULTS, **more}
    return {**given, **client.settings(given, Context())}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "client_workgroup: got nothing"),
        ({"state": "absent"}, "client_name: got nothing"),
        ({"workgroup": "sales", "host": "h", "endpoint": "apps"}, "client_host: got a host together"),
        ({"endpoint": "apps", "name": "a]"}, "client_name: got 'a]'"),
        ({"workgroup": "s" * 33, "odbc_path": "/o"}, "which has 33 characters; expected at most 32"),
        (
            {"workgroup": "sales", **LOGIN, "auth": "iam"},
            "client_pgpass_path: got a path together with client_auth=iam",
        ),
        ({"workgroup": "sales", **LOGIN, "password": "w0rd\n"}, "client_password: got a value that is not shown"),
        ({"workgroup": "sales", "jdbc_path": "x"}, "client_jdbc_path: got x; expected an absolute path"),
        (
            {"workgroup": "sales", "jdbc_path": "/x", "dbt_path": "/x"},
            "client_dbt_path: got /x, which client_jdbc_path has too",
        ),
        ({"workgroup": "sales", "hostaddr": "::1", "verify_hostaddr": "::1"}, "client_verify_hostaddr: got an address"),
    ],
)
def test_each_contradiction_is_one_problem(given: dict[str, Any], words: str) -> None:
    (problem,) = client.problems({**DEFAULTS, **given}, Context())
    assert words in problem
    assert "w0rd" not in problem


def test_all_problems_are_told_at_once() -> None:
    found = client.problems({**DEFAULTS, "host": "h", "name": "a", "pgpass_path": "p"}, Context())
    assert [problem.partition(":")[0] for problem in found] == [
        "client_workgroup",
        "client_workgroup",
        "client_user",
        "client_password",
        "client_pgpass_path",
    ]


def test_what_was_refused_already_is_not_there_and_no_problem_of_its_own() -> None:
    assert client.problems({"workgroup": "sales"}, Context()) == []
    assert client.problems({**DEFAULTS, "workgroup": "sales", **LOGIN}, Context()) == []


def test_absent_leaves_what_other_names_share_unless_it_is_named() -> None:
    paths = {f"{kind}_path": f"/{kind}" for kind in KINDS}
    kinds = {entry["kind"]: entry["state"] for entry in options(name="a", state="absent", **paths)["entries"]}
    assert kinds == dict.fromkeys(("pg_service", "pgpass", "odbc", "jdbc", "dbt"), "absent")
    named = options(name="a", state="absent", ca_bundle_state="absent", odbc_state="present", **paths)
    assert {entry["kind"]: entry["state"] for entry in named["entries"]} == {
        **kinds,
        "ca_bundle": "absent",
        "odbc": "present",
    }
    assert (named["connects"], options(name="a", state="absent", **paths)["connects"]) == (True, False)


@pytest.mark.parametrize(
    ("given", "connects", "writes_password"),
    [
        ({"workgroup": "sales"}, True, False),
        ({"name": "a", "state": "absent"}, False, False),
        ({"workgroup": "sales", **LOGIN}, True, True),
        ({"workgroup": "sales", **LOGIN, "pgpass_state": "absent"}, False, False),
    ],
)
def test_what_is_asked_of_aws_and_of_the_secret(given: dict[str, Any], connects: bool, writes_password: bool) -> None:
    found = options(**given)
    assert (found["connects"], found["writes_password"]) == (connects, writes_password)


def test_the_plan_holds_the_files_and_how_the_connection_is_checked() -> None:
    given = options(
        workgroup="sales", user="an:a", ca_bundle_path="~/ca", pg_service_path="/s", odbc_path="/o", pgpass_path="/p"
    )
    plan = client.plan(given, {"workgroups": [WORKGROUP], "missing": []}, SKIPPED)

    texts = {entry["kind"]: entry for entry in plan["entries"]}
    assert texts["ca_bundle"]["text"] is None
    assert "\nsslrootcert=~/ca" in texts["pg_service"]["text"]
    assert "\nTrustStore=~/ca" in texts["odbc"]["text"]
    assert [texts[kind]["paths"] for kind in ("pg_service", "odbc", "pgpass")] == [
        {"sslrootcert": "~/ca"},
        {"TrustStore": "~/ca"},
        {},
    ]
    assert texts["pgpass"]["text"] == rf"{WORKGROUP['endpoint']['address']}:5440:dev:an\:a"  # type: ignore[index]
    assert plan["bundle_url"].startswith("https://s3.cn-north-1")
    assert plan["connection"] == {
        "host": WORKGROUP["endpoint"]["address"],  # type: ignore[index]
        "port": 5440,
        "hostaddr": None,
        "ca_bundle": "~/ca",
        "sslmode": "verify-full",
        "expect_plaintext": "refused",
        "checked": True,
    }
    assert (plan["missing"], plan["problems"]) == ([], [])


def test_an_endpoint_is_connected_to_and_a_host_takes_the_place_of_the_workgroup() -> None:
    both = {"workgroups": [WORKGROUP], "missing": []}
    endpoint = client.plan(options(endpoint="apps"), SKIPPED, {"endpoints": [ENDPOINT]})
    assert (endpoint["connection"]["host"], endpoint["connection"]["sslmode"]) == (ENDPOINT["address"], "verify-ca")
    assert endpoint["connection"]["expect_plaintext"] == "ignore"
    host = client.plan(options(workgroup="sales", host="localhost", verify_hostaddr="tunnel"), both, SKIPPED)
    assert (host["connection"]["host"], host["connection"]["port"]) == ("localhost", 5440)
    # A name is the way of the check alone; libpq takes an address only.
    assert host["connection"]["hostaddr"] == "tunnel"
    assert any("sslmode is verify-ca for localhost" in warning for warning in host["warnings"])
    assert not any("Only libpq supports hostaddr" in warning for warning in host["warnings"])
    address = client.plan(options(workgroup="sales", verify_hostaddr=" ::1 "), both, SKIPPED)
    assert any("Only libpq supports hostaddr" in warning for warning in address["warnings"])


def test_what_does_not_exist_is_told_and_has_no_texts() -> None:
    given = options(workgroup="salse", endpoint="apps", odbc_path="/o")
    lost = {"workgroups": [], "missing": [{"name": "salse", "message": "no workgroup 'salse' there"}]}
    plan = client.plan(given, lost, {"endpoints": []})
    assert [each["message"] for each in plan["missing"]] == [
        "client_workgroup: no workgroup 'salse' there",
        "client_endpoint: no endpoint 'apps' in this account and Region",
    ]
    assert (plan["connection"], "text" in plan["entries"][0]) == ({}, False)


def test_what_no_driver_can_do_is_a_problem_and_no_exception() -> None:
    given = options(workgroup="sales", auth="iam", sslmode="disable")
    (problem,) = client.plan(given, {"workgroups": [WORKGROUP], "missing": []}, SKIPPED)["problems"]
    assert "sslmode: got disable with auth=iam" in problem
    without = client.plan(options(workgroup="sales", sslmode="disable"), {"workgroups": [WORKGROUP]}, SKIPPED)
    assert without["connection"]["checked"] is False


def test_the_report_goes_by_place_and_knows_what_was_not_proven() -> None:
    given = options(workgroup="sales", odbc_path="/o", jdbc_path="/j")
    plan = client.plan(given, {"workgroups": [WORKGROUP], "missing": []}, SKIPPED)
    written = {"entries": [{"path": "********", "changed": False}, {"path": "********", "changed": True}]}
    found = client.result(given, plan, written, SKIPPED)
    assert found["files"] == [
        {"kind": "odbc", "path": "/o", "state": "present", "changed": False},
        {"kind": "jdbc", "path": "/j", "state": "present", "changed": True},
    ]
    assert (found["changed"], found["proof"], found["port"], found["missing"]) == (True, None, 5440, [])
    nothing = client.result(
        options(name="a", state="absent"), client.plan(options(name="a", state="absent"), {}, {}), SKIPPED, SKIPPED
    )
    assert (nothing["changed"], nothing["files"], nothing["host"]) == (False, [], None)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (SKIPPED, None),
        ({"failed_layer": None}, None),
        ({"failed_layer": "dns", "msg": "No such name."}, "No such name."),
        ({"failed": True}, "The check did not run."),
    ],
)
def test_only_a_connection_that_was_seen_is_proof(view: dict[str, Any], words: str | None) -> None:
    assert client.disproof(view)[1:] == ([words] if words else [])
