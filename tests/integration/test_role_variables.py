# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the variables of a role reach it, by each way to call a role."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

ROLE = "redshift.serverless.ssl"
EMPTY = {"ssl_workgroup": "sales", "ssl_use_fips_ssl": "", "ssl_verify_timeout": "", "ssl_retired_bundles": " "}
REFUSED = [{"ansible.builtin.set_fact": {"refusals": "{{ refusals | default([]) + [ansible_failed_result.msg] }}"}}]
ACCEPTED = {"ansible.builtin.set_fact": {"refusals": "{{ refusals | default([]) + [''] }}"}}


def call(kind: str, **variables: Any) -> dict[str, Any]:
    return {f"ansible.builtin.{kind}_role": {"name": ROLE}, "vars": variables}


def attempt(*tasks: dict[str, Any], **around: Any) -> dict[str, Any]:
    return {"vars": around, "block": [*tasks, ACCEPTED], "rescue": REFUSED}


def play(tasks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"hosts": "localhost", "gather_facts": False, "tasks": tasks, **more}


def test_an_empty_text_is_no_answer_however_the_role_is_called(ansible: Ansible, estate: Estate) -> None:
    plays = [
        play([call("include", **EMPTY), call("import", **EMPTY)]),
        play([], roles=[{"role": ROLE, **EMPTY}, {"role": ROLE, "vars": EMPTY}]),
        play([call("include")], vars=EMPTY),
        play([call("include", ssl_workgroup="sales", ssl_database="{{ omit }}")]),
    ]
    run = ansible.run(plays, {})
    assert run.code == 0, run.message
    assert ansible.writes() == []
    assert len([result for result in run.results if "ssl_result" in result.get("ansible_facts", {})]) == 6


def test_what_was_said_is_refused_and_what_stands_around_is_not(
    ansible: Ansible, estate: Estate, tmp_path: Path
) -> None:
    wrapper = tmp_path / "roles" / "web" / "tasks"
    wrapper.mkdir(parents=True)
    inner = [{"ansible.builtin.include_role": {"name": ROLE}, "vars": {"ssl_workgroup": "sales"}}]
    (wrapper / "main.yml").write_text(yaml.safe_dump(inner), encoding="utf-8")
    sales = {"ssl_workgroup": "sales"}
    tasks = [
        attempt(call("include", **sales, ssl_state="absent")),
        attempt(call("import", **sales, ssl_mode="require")),
        attempt(call("include", **sales), ssl_state="absent"),
        attempt(call("include", **sales, ssl_state="absent", ssl_ignore_variables="ssl_state")),
        # What the play, its facts, and the caller of a role around this one have is none of our business,
        attempt({"ansible.builtin.set_fact": {"ssl_cert": "/etc/x"}}, call("include", **sales)),
        attempt({"ansible.builtin.include_role": {"name": "web"}, "vars": {"ssl_certificate_key": "/etc/x"}}),
        # unless it looks like a slip of what was not given.
        attempt({"ansible.builtin.set_fact": {"ssl_use_fips": True}}, call("include", **sales)),
        attempt(call("include", **sales, ssl_use_fips_ssl=False)),
    ]
    run = ansible.run([play(tasks, vars={"ssl_certificate": "/etc/x"})], {"ssl_result": {}, "public_access_state": "x"})
    assert run.code == 0, run.text
    refusals = run.facts["refusals"]
    assert ["is not a variable of the role ssl" in refusal for refusal in refusals] == [
        *(True, True, True, False),
        *(False, False),
        *(True, False),
    ], refusals
    assert "Did you mean ssl_use_fips_ssl?" in refusals[6]


@pytest.mark.parametrize("form", ["pairs", "file"])
def test_extra_variables_are_what_was_said(ansible: Ansible, estate: Estate, tmp_path: Path, form: str) -> None:
    (tmp_path / "more.yml").write_text("ssl_verify: perhaps\nssl_state: absent\n", encoding="utf-8")
    given = "ssl_state=absent ssl_verify=perhaps" if form == "pairs" else f"@{tmp_path / 'more.yml'}"
    run = ansible.run(ROLE, {"ssl_workgroup": "", "redshift_serverless_wait_timeout": "long"}, "--extra-vars", given)
    assert run.code != 0
    for words in (
        "ssl_state: is not a variable of the role ssl.",
        "ssl_verify: got 'perhaps'; expected true or false.",
        "ssl_workgroup: got nothing; expected a list.",
        "redshift_serverless_wait_timeout: got 'long'; expected a whole number.",
    ):
        assert words in run.message
    assert run.message.count("Nothing was changed.") == 1


def test_a_prediction_warns_of_what_does_not_exist(ansible: Ansible, estate: Estate) -> None:
    run = ansible.run(ROLE, {"ssl_workgroup": "sales, salse"}, "--check")
    assert run.code == 0, run.message
    assert run.facts["ssl_result"]["missing"] == ["salse"]
    assert any("did you mean: sales" in str(result.get("warnings")) for result in run.results)


def test_with_become_aws_is_asked_as_the_caller_and_files_are_written_as_root(
    ansible: Ansible, estate: Estate, web: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = web
    (folder / "bundle.crt").write_bytes(b"bundle")
    environment = ansible.environment
    # Where the tests run as root, root becomes root.
    become_settings = {
        "ANSIBLE_BECOME_PLUGINS": str(Path(__file__).parent / "become"),
        "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
    }
    monkeypatch.setattr(ansible, "environment", lambda *place: {**environment(*place), **become_settings})
    become = {"become": True, "become_method": "forgetful"}
    ask = {"redshift.serverless.workgroup_info": {"names": ["sales"]}}
    answers = {
        "ssl_workgroup": "sales",
        "ssl_use_fips_ssl": True,
        "ssl_ca_bundle_path": str(tmp_path / "ca.pem"),
        "ssl_ca_bundle_url": f"{url}/bundle.crt",
        "ssl_ca_bundle_sha256": hashlib.sha256(b"bundle").hexdigest(),
        "public_access_workgroup": "sales",
        "public_access_state": "private",
    }
    lost = ansible.run([play([ask], **become)], {})
    assert "no usable AWS credentials" in lost.message
    roles = [ROLE, "redshift.serverless.public_access"]
    run = ansible.run([play([], roles=roles, **become)], answers)
    assert run.code == 0, run.message
    assert (tmp_path / "ca.pem").read_bytes() == b"bundle"
    assert ansible.writes() == ["UpdateWorkgroup"]
