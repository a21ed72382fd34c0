# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles import ssl
from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import Context

INVENTORY = Context(
    host="controller",
    groups={"all": ["web1", "web2", "db1"], "web": ["web1", "web2"], "none": []},
)
OPTIONS: dict[str, Any] = {"workgroup": ["sales", "finance", "sales"], "require_ssl": True, "ca_bundle_sha256": "36db"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"use_fips_ssl": True, "require_ssl": False}, "FIPS mode implies SSL"),
        ({"verify_hostaddr": "10.0.0.1"}, "ssl_verify_hostaddr: got one address for 2 workgroups"),
        ({"report_plaintext_clients": True}, "ssl_database: got nothing"),
        ({"client_hosts": ["web", "web9"]}, "ssl_client_hosts: got web9; expected hosts or groups of the inventory."),
        ({"client_hosts": ["none"]}, "ssl_client_hosts: got none, a group without hosts"),
        ({"retired_bundles": ["/a", "b"]}, "ssl_retired_bundles: got b; expected absolute paths."),
        ({"batch": -1}, "ssl_batch: got -1; expected 0 for all at once"),
    ],
)
def test_each_contradiction_is_one_problem(options: dict[str, Any], words: str) -> None:
    (problem,) = ssl.problems({**OPTIONS, **options}, INVENTORY)
    assert words in problem


def test_what_fits_is_no_problem_and_neither_is_what_is_not_there() -> None:
    fine = {"workgroup": ["sales"], "verify_hostaddr": "10.0.0.1", "use_fips_ssl": False, "require_ssl": False}
    assert ssl.problems({**fine, "client_hosts": ["web", "db1", "controller", "localhost"]}, INVENTORY) == []
    assert ssl.problems({}, Context()) == []


@pytest.mark.parametrize(
    ("hosts", "clients"),
    [
        (None, ["controller"]),
        (["web", "web1", "db1"], ["web1", "web2", "db1"]),
        (["all"], ["web1", "web2", "db1"]),
    ],
)
def test_groups_of_clients_are_their_hosts(hosts: list[str] | None, clients: list[str]) -> None:
    options = OPTIONS if hosts is None else {**OPTIONS, "client_hosts": hosts}
    found = ssl.settings(options, INVENTORY)
    assert (found["clients"], found["verify"]) == (clients, hosts is not None)
    assert ssl.settings({**options, "verify": hosts is None}, INVENTORY)["verify"] == (hosts is None)


def test_workgroups_are_named_once_and_fips_is_left_alone_unless_named() -> None:
    assert ssl.settings(OPTIONS, INVENTORY)["workgroups"] == ["sales", "finance"]
    assert ssl.settings(OPTIONS, INVENTORY)["config_parameters"] == {"require_ssl": True}
    both = ssl.settings({**OPTIONS, "use_fips_ssl": False}, INVENTORY)["config_parameters"]
    assert both == {"require_ssl": True, "use_fips_ssl": False}


@pytest.mark.parametrize(
    ("url", "partition", "expected"),
    [
        ("https://mirror/x", "aws-cn", "https://mirror/x"),
        ("", "aws-cn", ssl.BUNDLE_URLS["aws-cn"]),
        (None, "aws", ssl.BUNDLE_URL),
        (None, "aws-us-gov", ssl.BUNDLE_URL),
    ],
)
def test_where_the_bundle_comes_from(url: str | None, partition: str, expected: str) -> None:
    assert ssl.bundle_url(url, partition) == expected


def workgroup(name: str = "sales", address: str | None = "sales.example", **more: Any) -> dict[str, Any]:
    return {
        "workgroup_name": name,
        "status": "AVAILABLE",
        "workgroup_arn": f"arn:aws-cn:redshift-serverless:cn-north-1:111111111111:workgroup/{name}",
        "config_parameters": {"require_ssl": "true"},
        "endpoint": {"address": address, "port": 5439} if address else None,
        **more,
    }


def of(item: Any, **result: Any) -> dict[str, Any]:
    return {"ansible_loop_var": "__item", "__item": item, **result}


LOG = {
    "results": [
        of("sales", rows=[{"user_name": "ana ", "remote_host": "10.0.0.9", "last_seen": "today"}]),
        of("finance", skipped=True),
    ]
}


def test_plaintext_clients_are_warned_of_by_name() -> None:
    assert [client["workgroup_name"] for client in ssl.plaintext_clients(LOG)] == ["sales"]
    (warning,) = ssl.plaintext_warnings(LOG)
    assert "ana from 10.0.0.9 to sales (last today)" in warning
    assert ssl.plaintext_warnings({"skipped": True}) == []


def view(**seen: Any) -> dict[str, Any]:
    return {"results": [of(["web1", workgroup()], **seen)]}


def test_only_what_a_client_saw_is_proven() -> None:
    (proven,) = ssl.proof(view(failed_layer=None, tls={"verified": True}, plaintext="refused"))
    assert (proven["host"], proven["workgroup_name"], proven["proven"], proven["problem"]) == (
        "web1",
        "sales",
        True,
        None,
    )
    assert ssl.disproof(view(failed_layer=None)) == []
    for seen, words in (({"failed_layer": "chain", "msg": "bad chain"}, "bad chain"), ({}, "nothing was seen")):
        assert not ssl.proof(view(**seen))[0]["proven"]
        assert ssl.disproof(view(**seen))[1] == f"web1 to sales: {words}"


NAMED: dict[str, Any] = {
    "workgroups": ["sales", "finance", "quiet"],
    "clients": ["web1"],
    "ca_bundle_sha256": "36db",
    "config_parameters": {"require_ssl": True},
    "allow_restart": False,
}
BEFORE = {"workgroups": [workgroup("finance"), workgroup("sales"), workgroup("quiet")], "missing": []}
REFUSED = of("finance", failed=True, not_begun=False, msg="no.", changed=False, restarted=False, changes=[])


def test_only_what_differs_or_is_at_work_is_converged_in_the_callers_order() -> None:
    assert ssl.work(NAMED, BEFORE) == []
    fips = {**NAMED, "config_parameters": {"require_ssl": True, "use_fips_ssl": True}}
    assert [each["name"] for each in ssl.work(fips, BEFORE)] == ["sales", "finance", "quiet"]
    (odd,) = ssl.work(NAMED, {"workgroups": [workgroup(), workgroup("quiet", status="MODIFYING")]})
    assert odd == {"name": "quiet", "config_parameters": {"require_ssl": True}, "allow_restart": False}


def test_one_that_fails_hides_no_other_and_keeps_the_old_bundles() -> None:
    settled = of("sales", workgroup=workgroup(address="new"), changed=True, restarted=True, changes=["update"])
    after = {"results": [settled, REFUSED], "msg": "finance: no.", "changed": True}
    found = ssl.result(
        NAMED, before=BEFORE, after=after, bundles={}, removals={}, log={"skipped": True}, views={"skipped": True}
    )
    told = [(each["workgroup_name"], each["problem"], bool(each["after"])) for each in found["workgroups"]]
    assert told == [("sales", None, True), ("finance", "no.", False), ("quiet", None, True)]
    assert (found["changed"], found["restarted"], found["changes"]) == (True, True, ["update"])
    assert [(each["workgroup_name"], each["address"]) for each in ssl.addresses(NAMED, BEFORE, after)] == [
        ("sales", "new"),
        ("quiet", "sales.example"),
    ]
    old = {**NAMED, "retired_bundles": ["/a", "/b"]}
    assert ssl.retired(old, after) == []
    assert ssl.retired(old, {"skipped": True}) == [("web1", "/a"), ("web1", "/b")]
    assert ssl.shortfall(after, {"skipped": True}) == ["finance: no."]
    assert ssl.shortfall({"msg": "no credentials"}, {"skipped": True}) == ["no credentials"]
    assert ssl.shortfall({"results": [settled]}, {"skipped": True}) == []


def test_the_result_tells_of_each_workgroup() -> None:
    change = {"operation": "UpdateWorkgroup"}
    after = of("sales", workgroup=workgroup(address=None), changed=True, restarted=True, changes=[change])
    found = ssl.result(
        {**OPTIONS, "workgroups": ["sales"], "clients": ["web1"]},
        before={"workgroups": [workgroup()], "missing": [{"name": "salse", "message": "no"}]},
        after={"changed": True, "results": [after]},
        bundles={"skipped": True},
        removals={"results": []},
        log=LOG,
        views={"skipped": True},
    )
    (told,) = found["workgroups"]
    assert (found["changed"], found["changes"], found["restarted"]) == (True, [change], True)
    assert (told["workgroup_name"], told["address"], told["port"], told["changed"]) == ("sales", None, None, True)
    assert found["missing"] == ["salse"]
    assert found["ca_bundle"] == {
        "path": None,
        "url": ssl.BUNDLE_URLS["aws-cn"],
        "sha256": "36db",
        "hosts": ["web1"],
        "changed": False,
    }
    assert found["proof"] == []


def test_clients_connect_to_the_address_that_the_workgroup_has() -> None:
    (found, *_others) = ssl.addresses(NAMED, BEFORE, {"skipped": True})
    assert found == {"workgroup_name": "sales", "address": "sales.example", "port": 5439}
