# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin against five workgroups in two accounts and two Regions, and playbooks over its hosts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import yaml
from redshift_emulator.control import OWNER, REGION, Emulator
from redshift_emulator.fixed_credentials import fixed_credentials

from .conftest import GRANTEE, SETTLED, Ansible

ELSEWHERE = "eu-central-1"
ROLE = f"arn:aws:iam::{GRANTEE}:role/fleet"
EXTERNAL_ID = "{{ lookup('ansible.builtin.env', 'FLEET_ID', default='of-the-fleet') }}"
ACCOUNTS = [{}, {"assume_role_arn": ROLE, "assume_role_external_id": EXTERNAL_ID}]
WORKGROUPS = {
    f"sales.{OWNER}.{REGION}": {"stage": "prod"},
    f"stock.{OWNER}.{REGION}": {"stage": "test"},
    f"sales.{OWNER}.{ELSEWHERE}": {},
    f"people.{GRANTEE}.{REGION}": {"stage": "{{ 7 * 7 }}"},
    f"sales.{GRANTEE}.{REGION}": {"stage": "prod"},
}
GROUP = "redshift_serverless"


class Fleet:
    """The inventory of a configuration file, as ansible-inventory shows it.

    Args:
        ansible: the environment.
        emulator: the AWS.
        folder: where the file is.
    """

    def __init__(self, ansible: Ansible, emulator: Emulator, folder: Path) -> None:
        self._ansible = ansible
        self._emulator = emulator
        self.path = folder / "fleet.workgroups.redshift_serverless.yml"
        self.variables: dict[str, str] = {}

    def write(self, **options: Any) -> None:
        """Write the configuration file, of both accounts and Regions unless it says otherwise."""
        given = {"accounts": ACCOUNTS, "regions": [REGION, ELSEWHERE], "strict": True, **options}
        self.path.write_text(yaml.safe_dump({"plugin": "redshift.serverless.workgroups", **given}), encoding="utf-8")

    def show(self, *arguments: str, **options: Any) -> tuple[dict[str, Any], str, Counter[str]]:
        """The inventory, what was said beside it, and the calls that it took."""
        self.write(**options)
        position = self._emulator.position()
        program = Path(sys.executable).parent / "ansible-inventory"
        shown = subprocess.run(
            [str(program), "-i", str(self.path), "--list", *arguments],
            env={**self._ansible.environment(), "COLUMNS": "2000", **self.variables},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(shown.stdout), shown.stderr, Counter(self._emulator.calls(position, service=None))

    def hosts(self, **options: Any) -> set[str]:
        """The hosts of an inventory that tells of nothing."""
        shown, said, _calls = self.show(**options)
        assert said == ""
        return set(shown["_meta"]["hostvars"])


@pytest.fixture
def fleet(ansible: Ansible, emulator: Emulator, tmp_path: Path) -> Fleet:
    for host, tags in WORKGROUPS.items():
        name, account, region = host.split(".")
        redshift = emulator.session(account, region).client("redshift-serverless")
        redshift.create_namespace(namespaceName=name)
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        redshift.create_workgroup(workgroupName=name, namespaceName=name, tags=listed)
    emulator.advance(SETTLED)
    return Fleet(ansible, emulator, tmp_path)


def updated(emulator: Emulator, since: int) -> list[str]:
    """The hosts whose workgroups were changed, by account, Region and name."""
    requests = [entry for entry in emulator.requests(since) if entry["operation"] == "UpdateWorkgroup"]
    return sorted(f"{each['parameters']['workgroupName']}.{each['account']}.{each['region']}" for each in requests)


def test_every_workgroup_is_a_host_for_one_call_in_each_account_and_region(fleet: Fleet) -> None:
    shown, said, calls = fleet.show()

    assert (set(shown["_meta"]["hostvars"]), set(shown[GROUP]["hosts"])) == (set(WORKGROUPS), set(WORKGROUPS))
    assert said == ""
    assert calls == {"ListWorkgroups": 4, "AssumeRole": 1}
    variables = shown["_meta"]["hostvars"][f"people.{GRANTEE}.{REGION}"]
    assert variables["ansible_connection"] == "local"
    assert "ansible_host" not in variables
    assert variables["redshift_serverless_endpoint"]["address"].startswith(f"people.{GRANTEE}.{REGION}.")
    assert {name: variables[f"redshift_serverless_{name}"] for name in ("port", "require_ssl", "region")} == {
        "port": 5439,
        "require_ssl": True,
        "region": REGION,
    }
    assert variables["redshift_serverless_assume_role_arn"] == ROLE
    assert variables["redshift_serverless_assume_role_external_id"] == "of-the-fleet"
    assert variables["ssl_workgroup"] == "people"
    assert "redshift_serverless_tags" not in variables


def test_tags_and_grants_are_read_of_those_that_the_other_filters_leave(fleet: Fleet, emulator: Emulator) -> None:
    redshift = emulator.session(OWNER).client("redshift-serverless")
    plaintext = [{"parameterKey": "require_ssl", "parameterValue": "false"}]
    redshift.update_workgroup(workgroupName="stock", configParameters=plaintext)
    emulator.advance(SETTLED)

    assert fleet.hosts(filters={"config_parameters": {"require_ssl": False}}) == {f"stock.{OWNER}.{REGION}"}
    assert fleet.hosts(filters={"name": "s*"}, exclude_filters=[{"tags": {"stage": "test"}}]) == {
        host for host in WORKGROUPS if host.startswith("sales")
    }
    shown, said, calls = fleet.show(
        filters={"name": ["sales", "people"], "tags": {"stage": None}},
        include_grants=True,
        keyed_groups=[{"key": "tags.stage", "prefix": "stage"}],
        hostnames=["tag:nothing", {"name": "workgroup_name", "prefix": "account_id", "separator": "-"}],
    )
    assert calls == {"ListWorkgroups": 4, "AssumeRole": 1, "ListTagsForResource": 4, "GetResourcePolicy": 3}
    assert said == ""
    assert set(shown["stage_prod"]["hosts"]) == {f"{OWNER}-sales", f"{GRANTEE}-sales"}
    people = shown["_meta"]["hostvars"][f"{GRANTEE}-people"]
    # What somebody writes in a tag is never a template.
    assert people["redshift_serverless_tags"] == {"stage": {"__ansible_unsafe": "{{ 7 * 7 }}"}}
    assert people["redshift_serverless_grants"] == []


def test_one_name_is_never_two_workgroups(fleet: Fleet) -> None:
    shown, said, _calls = fleet.show(hostnames=["workgroup_name"])

    sales = {host for host in WORKGROUPS if host.startswith("sales")}
    assert set(shown["_meta"]["hostvars"]) == {"stock", "people", *sales}
    assert "3 workgroups would be called 'sales'" in said


def test_the_cache_holds_what_is_complete_and_was_asked_for(fleet: Fleet, emulator: Emulator, tmp_path: Path) -> None:
    cached = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    first, _said, calls = fleet.show(**cached)
    second, _said, none = fleet.show(**cached)
    assert (first, calls["ListWorkgroups"], none) == (second, 4, {})
    (kept,) = (tmp_path / "cache").iterdir()
    for secret in ("of-the-fleet", "emulator-secret", "AKIAEMUL"):
        assert secret not in kept.read_text()

    _shown, _said, calls = fleet.show(**cached, filters={"name": "sales"})
    assert calls["ListWorkgroups"] == 4

    emulator.settings(deny=[{"action": "redshift-serverless:ListWorkgroups", "account": GRANTEE}])
    for _attempt in range(2):
        shown, said, calls = fleet.show("--flush-cache", **cached, unreadable="warn")
        assert (len(shown["_meta"]["hostvars"]), "Could not read" in said, calls["ListWorkgroups"]) == (3, True, 4)
    shown, said, calls = fleet.show(**cached, unreadable="warn")
    assert (len(shown["_meta"]["hostvars"]), "Could not read" in said, calls["ListWorkgroups"]) == (3, True, 4)


def test_what_can_not_be_read_is_told_and_never_left_out_silently(fleet: Fleet, emulator: Emulator) -> None:
    emulator.settings(deny=[{"action": "redshift-serverless:ListWorkgroups", "account": GRANTEE}])

    shown, said, _calls = fleet.show(unreadable="warn")
    assert set(shown["_meta"]["hostvars"]) == {host for host in WORKGROUPS if OWNER in host}
    for region in (REGION, ELSEWHERE):
        assert f"Could not read the workgroups in account {GRANTEE} ({ROLE}), Region {region}" in said

    shown, said, _calls = fleet.show()
    assert shown["_meta"]["hostvars"] == {}
    assert f"Could not read the workgroups in account {GRANTEE} ({ROLE}), Region {REGION}" in said
    assert "Traceback" not in said

    emulator.settings(deny=[{"action": "redshift-serverless:ListTagsForResource", "account": GRANTEE}])
    shown, said, _calls = fleet.show(unreadable="warn", filters={"tags": {"stage": "prod"}})
    assert set(shown["_meta"]["hostvars"]) == {f"sales.{OWNER}.{REGION}"}
    assert f"Could not read the tags of people, sales in account {GRANTEE}" in said


def test_profiles_are_accounts_and_each_host_knows_its_own(fleet: Fleet, tmp_path: Path) -> None:
    keys = fixed_credentials(GRANTEE)
    profile = f"[profile people]\naws_access_key_id={keys['access_key']}\naws_secret_access_key={keys['secret_key']}\n"
    (tmp_path / "aws-config").write_text(profile, encoding="utf-8")
    fleet.variables = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}

    accounts = [{"profile": "people", "regions": [REGION]}, {"profile": "nobody"}]
    shown, said, calls = fleet.show(accounts=accounts, unreadable="warn")

    variables = shown["_meta"]["hostvars"]
    assert set(variables) == {host for host in WORKGROUPS if GRANTEE in host}
    assert {each["redshift_serverless_profile"] for each in variables.values()} == {"people"}
    assert calls == {"ListWorkgroups": 1}
    assert "in the account of profile 'nobody', Region eu-central-1: profile: got 'nobody'" in said


def test_a_playbook_over_the_hosts_acts_in_the_account_and_region_of_each(
    fleet: Fleet, ansible: Ansible, emulator: Emulator
) -> None:
    fleet.write()
    grants = [{"account": "333333333333"}]
    said = {
        "target": GROUP,
        "ssl_use_fips_ssl": True,
        "public_access_state": "private",
        "cross_account_vpc_grants": grants,
    }
    options = ("-i", str(fleet.path))
    position = emulator.position()
    halves = [
        ansible.run("redshift.serverless.connectivity", said, *options, "--limit", f"{GROUP}[{half}]")
        for half in ("0:1", "2:4")
    ]
    for run in halves:
        assert run.code == 0, run.message or run.text
    assert updated(emulator, position) == sorted(WORKGROUPS)
    assert {host for run in halves for host in run.output["stats"]} == set(WORKGROUPS)
    assert ansible.writes(position).count("PutResourcePolicy") == len(WORKGROUPS)

    position = emulator.position()
    again = ansible.run("redshift.serverless.connectivity", said, *options)
    assert (again.code, again.changed) == (0, False), again.message or again.text
    assert ansible.writes(position) == []


@pytest.mark.parametrize(
    ("playbook", "answers"),
    [
        ("vpc_endpoint", {"vpc_endpoint_endpoints": [{"name": "apps", "state": "absent"}]}),
        ("private_link", {"private_link_vpc_id": "vpc-0123456789abcdef0", "private_link_state": "absent"}),
    ],
)
def test_a_playbook_acts_as_the_role_of_the_host(
    fleet: Fleet, ansible: Ansible, emulator: Emulator, playbook: str, answers: dict[str, Any]
) -> None:
    fleet.write(accounts=ACCOUNTS[1:], filters={"name": "people"})
    position = emulator.position()

    run = ansible.run(f"redshift.serverless.{playbook}", {"target": GROUP, **answers}, "-i", str(fleet.path))

    assert run.code == 0, run.message or run.text
    asked = [each for each in emulator.requests(position, None) if each["operation"] != "AssumeRole"]
    assert {each["account"] for each in asked} == {ROLE.split(":")[4]}
    assert "ListWorkgroups" in {each["operation"] for each in asked}
    assert len({each["operation"] for each in asked}) > 1


def test_slices_of_a_job_cover_the_fleet_once(
    fleet: Fleet, ansible: Ansible, emulator: Emulator, tmp_path: Path
) -> None:
    """As AWX does it: the synchronized inventory is dealt out, and ansible-runner gets a script that prints one part."""
    shown, _said, _calls = fleet.show()
    variables = shown["_meta"]["hostvars"]
    position = emulator.position()
    for number in range(2):
        part = sorted(variables)[number::2]
        slice_ = {GROUP: {"hosts": part}, "_meta": {"hostvars": {host: variables[host] for host in part}}}
        run = _sliced(tmp_path / f"slice{number}", slice_, ansible)
        assert run.rc == 0, Path(run.config.artifact_dir, "stdout").read_text()
        assert set(run.stats["processed"]) == set(part)
    assert updated(emulator, position) == sorted(WORKGROUPS)


def _sliced(folder: Path, inventory: dict[str, Any], ansible: Ansible) -> Any:
    folder.mkdir()
    (folder / "inventory").mkdir()
    script = folder / "inventory" / "hosts"
    script.write_text(f"#!{sys.executable}\nprint({json.dumps(inventory)!r})\n", encoding="utf-8")
    script.chmod(0o700)
    return ansible_runner.run(
        private_data_dir=str(folder),
        playbook="redshift.serverless.ssl",
        envvars=ansible.environment(),
        extravars={"target": GROUP, "ssl_use_fips_ssl": "true", "redshift_serverless_wait_delay": "0.01"},
        quiet=True,
    )
