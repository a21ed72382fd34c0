# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role ssl and its playbook."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from redshift_emulator.control import OWNER, Emulator

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.ssl"
BUNDLE = b"-----BEGIN CERTIFICATE-----\n"


def test_survey_answers_bring_fips_and_the_bundle_with_one_restart(
    ansible: Ansible, estate: Estate, web: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = web
    (folder / "bundle.crt").write_bytes(BUNDLE)
    old = tmp_path / "redshift-ca-bundle.crt"
    old.write_bytes(b"old")
    answers = {
        "ssl_workgroup": " sales ",
        "ssl_require_ssl": "",
        "ssl_use_fips_ssl": "yes",
        "ssl_allow_restart": "",
        "ssl_client_hosts": "",
        "ssl_ca_bundle_path": str(tmp_path / "ca.pem"),
        "ssl_ca_bundle_url": f"{url}/bundle.crt",
        "ssl_ca_bundle_sha256": hashlib.sha256(BUNDLE).hexdigest(),
        "ssl_retired_bundles": f"{old}\n{tmp_path}/redshift-ssl-ca-cert.pem",
    }
    done, again = ansible.four_steps(PLAYBOOK, answers)
    assert ansible.writes() == ["UpdateWorkgroup"]
    assert estate.parameters()["use_fips_ssl"] == "true"
    assert (tmp_path / "ca.pem").read_bytes() == BUNDLE
    assert not old.exists()
    result = done.facts["ssl_result"]
    (workgroup,) = result["workgroups"]
    assert (result["changed"], result["restarted"], workgroup["restarted"]) == (True, True, True)
    assert (workgroup["before"]["use_fips_ssl"], workgroup["after"]["use_fips_ssl"]) == ("false", "true")
    assert [change["operation"] for change in result["changes"]] == ["UpdateWorkgroup"]
    assert result["ca_bundle"]["changed"]
    assert not again.facts["ssl_result"]["changed"]
    assert not again.facts["ssl_result"]["restarted"]


def test_several_workgroups_restart_together_and_one_that_fails_leaves_the_others_to_finish(
    ansible: Ansible, estate: Estate
) -> None:
    names = ["sales", "finance", "shop"]
    for name in names:
        if name != "sales":
            estate.add(name)
        off = [{"parameterKey": "require_ssl", "parameterValue": "false"}]
        estate.redshift.update_workgroup(workgroupName=name, configParameters=off)
    estate.emulator.advance(900)
    estate.emulator.clear_requests()
    answers = {"ssl_workgroup": names, "ssl_use_fips_ssl": True}

    estate.emulator.fault("error", operation="UpdateWorkgroup", skip=1, times=1, message="One too many.")
    run = ansible.run(PLAYBOOK, answers)
    assert run.code != 0
    assert run.message.startswith("finance: ")
    assert "One too many." in run.message
    told = {each["workgroup_name"]: each for each in run.facts["ssl_result"]["workgroups"]}
    assert [(told[name]["changed"], told[name]["problem"] is None) for name in names] == [
        (True, True),
        (False, False),
        (True, True),
    ]
    assert ansible.writes() == ["UpdateWorkgroup"] * 3
    # Begun before the first had ended: they restarted at the same time.
    operations = estate.emulator.calls(service=None)
    assert operations.index("UpdateWorkgroup") + 2 == len(operations) - operations[::-1].index("UpdateWorkgroup") - 1
    for name in ("sales", "shop"):
        assert (estate.parameters(name)["require_ssl"], estate.parameters(name)["use_fips_ssl"]) == ("true", "true")

    # One after another, the second run finishes it. The third looks once.
    assert ansible.run(PLAYBOOK, {**answers, "ssl_batch": "1"}).code == 0
    position = estate.emulator.position()
    assert not ansible.run(PLAYBOOK, answers).changed
    assert estate.emulator.calls(position, service=None) == ["ListWorkgroups"]


def test_fips_is_left_alone_unless_it_is_spoken_of(ansible: Ansible, estate: Estate) -> None:
    ansible.run(PLAYBOOK, {"ssl_workgroup": "sales", "ssl_use_fips_ssl": True})
    assert not ansible.run(PLAYBOOK, {"ssl_workgroup": "sales"}).changed
    assert ansible.run(PLAYBOOK, {"ssl_workgroup": "sales", "ssl_use_fips_ssl": "no"}).changed
    assert estate.parameters()["use_fips_ssl"] == "false"


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"ssl_use_fips_ssl": "true", "ssl_require_ssl": "no"}, "FIPS mode implies SSL"),
    ({"ssl_use_fips_ssl": True, "ssl_allow_restart": "false"}, "would restart"),
    (
        {"ssl_workgroup": "sales,salse"},
        "ssl_workgroup: no workgroup 'salse' in account 111111111111, Region us-east-1 (did you mean: sales). Nothing",
    ),
    ({"ssl_workgroup": ""}, "ssl_workgroup: got nothing; expected a list. It is required."),
    ({"ssl_requre_ssl": True, "ssl_use_fips_ssl": True}, "Did you mean ssl_require_ssl?"),
    ({"ssl_use_fips_ssl": "perhaps"}, "ssl_use_fips_ssl: got 'perhaps'; expected true or false."),
    ({"ssl_state": "absent"}, "ssl_state: is not a variable of the role ssl."),
]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, estate: Estate) -> None:
    messages = ansible.refusals("ssl", {"ssl_workgroup": "sales"}, [answers for answers, _unused in REFUSALS])
    for message, (answers, words) in zip(messages, REFUSALS, strict=True):
        assert words in message, answers


def test_a_bundle_with_another_checksum_is_not_taken(
    ansible: Ansible, estate: Estate, web: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = web
    (folder / "bundle.crt").write_bytes(b"something else")
    path = tmp_path / "ca.pem"
    path.write_bytes(b"mine")
    answers = {"ssl_workgroup": "sales", "ssl_ca_bundle_path": str(path), "ssl_ca_bundle_url": f"{url}/bundle.crt"}
    assert "checksum" in ansible.refused(PLAYBOOK, answers)
    assert path.read_bytes() == b"mine"


def test_the_bundle_of_china_is_taken_in_china(ansible: Ansible, emulator: Emulator) -> None:
    redshift = emulator.session(OWNER, "cn-northwest-1").client("redshift-serverless")
    redshift.create_namespace(namespaceName="sales")
    redshift.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(900)
    run = ansible.run(PLAYBOOK, {"ssl_workgroup": "sales"}, "--check", region="cn-northwest-1")
    url = run.facts["ssl_result"]["ca_bundle"]["url"]
    assert url == "https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt"


def test_a_run_that_was_killed_is_finished_by_the_next(ansible: Ansible, estate: Estate) -> None:
    answers = {"ssl_workgroup": "sales", "ssl_use_fips_ssl": "true"}
    estate.emulator.clock(per_request=0)
    ansible.kill_after("UpdateWorkgroup", PLAYBOOK, answers)
    assert estate.workgroup()["status"] == "MODIFYING"
    estate.emulator.clock(per_request=30)
    run = ansible.run(PLAYBOOK, answers)
    assert (run.code, estate.workgroup()["status"]) == (0, "AVAILABLE"), run.message
    assert estate.parameters()["use_fips_ssl"] == "true"
    assert ansible.writes() == ["UpdateWorkgroup"]


def _on(database: dict[str, Any], bundle: bytes, url: str, path: Path) -> dict[str, Any]:
    """The variables with which this host, as a client, sees a real database."""
    return {
        "ssl_workgroup": "sales",
        "ssl_ca_bundle_path": str(path),
        "ssl_ca_bundle_url": f"{url}/bundle.crt",
        "ssl_ca_bundle_sha256": hashlib.sha256(bundle).hexdigest(),
        "ssl_client_hosts": "localhost",
        "ssl_verify_hostaddr": database["hostaddr"],
        "ssl_verify_timeout": "30",
    }


def test_it_ends_with_what_a_client_sees_and_begins_with_whom_it_hits(
    ansible: Ansible, estate: Estate, web: tuple[str, Path], tmp_path: Path
) -> None:
    off = [{"parameterKey": "require_ssl", "parameterValue": "false"}]
    estate.redshift.update_workgroup(workgroupName="sales", configParameters=off)
    estate.emulator.advance(900)
    database = estate.emulator.attach_database("sales")
    login = {"user": database["admin_user"], "password": database["admin_password"], "dbname": database["database"]}
    with psycopg.connect(hostaddr=database["hostaddr"], port=database["port"], sslmode="disable", **login):
        pass
    url, folder = web
    bundle = Path(database["ca_file"]).read_bytes()
    (folder / "bundle.crt").write_bytes(bundle)
    answers = {
        **_on(database, bundle, url, tmp_path / "ca.pem"),
        "ssl_report_plaintext_clients": "yes",
        "ssl_database": database["database"],
    }
    done, again = ansible.four_steps(PLAYBOOK, answers)
    result = done.facts["ssl_result"]
    assert [client["user_name"] for client in result["plaintext_clients"]] == [database["admin_user"]]
    assert f"{database['admin_user']} from " in done.text
    for run in (done, again):
        (proof,) = run.facts["ssl_result"]["proof"]
        assert (proof["host"], proof["proven"], proof["tls"]["verified"], proof["plaintext"]) == (
            "localhost",
            True,
            True,
            "refused",
        )
        assert "SSL off" in proof["plaintext_message"]


def test_a_client_that_sees_otherwise_fails_the_role(
    ansible: Ansible, estate: Estate, web: tuple[str, Path], tmp_path: Path
) -> None:
    database = estate.emulator.attach_database("sales")
    url, folder = web
    (folder / "bundle.crt").write_bytes(BUNDLE)
    run = ansible.run(PLAYBOOK, _on(database, BUNDLE, url, tmp_path / "ca.pem"))
    assert run.code != 0
    (proof,) = run.facts["ssl_result"]["proof"]
    assert (proof["proven"], proof["failed_layer"]) == (False, "chain")
    assert "localhost to sales" in run.message
