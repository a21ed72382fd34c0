# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role workgroup, the playbook that does everything, and a whole estate predicted from nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from redshift_emulator.control import Emulator

    from .conftest import Ansible, Estate, Partner

PASSWORD = "Correct-Horse-7"
ROLE: list[dict[str, Any]] = [
    {"hosts": "localhost", "gather_facts": False, "roles": ["redshift.serverless.workgroup"]},
]
ANSWERS = {
    "workgroup_name": "sales",
    "workgroup_namespace": "sales",
    "workgroup_admin_username": "keeper",
    "workgroup_admin_user_password": PASSWORD,
    "workgroup_port": "5440",
    "workgroup_config_parameters": "require_ssl: true\nenable_user_activity_logging: 'no'\n",
    "workgroup_tags": json.dumps({"team": "analytics"}),
}


def test_a_workgroup_comes_and_goes(ansible: Ansible, emulator: Emulator) -> None:
    done, again = ansible.four_steps(ROLE, ANSWERS)
    assert ansible.writes()[:2] == ["CreateNamespace", "CreateWorkgroup"]
    for run in (done, again):
        result = run.facts["workgroup_result"]
        assert result["workgroup"]["port"] == 5440
        assert result["workgroup"]["tags"] == {"team": "analytics"}
        assert result["workgroup"]["config_parameters"]["enable_user_activity_logging"] == "false"
        assert result["namespace"]["admin_username"] == "keeper"
        assert PASSWORD not in run.text
    absent = {"workgroup_name": "sales", "workgroup_namespace": "sales", "workgroup_state": "absent"}
    ansible.four_steps(ROLE, {**absent, "workgroup_remove_namespace": "yes"})
    assert ansible.writes()[-2:] == ["DeleteWorkgroup", "DeleteNamespace"]


def test_the_data_leave_the_snapshot_that_was_asked_for(ansible: Ansible, estate: Estate) -> None:
    last = {"workgroup_final_snapshot_name": "last", "workgroup_final_snapshot_retention_period": "7"}
    absent = {"workgroup_name": "sales", "workgroup_namespace": "sales", "workgroup_state": "absent"}
    ansible.run(ROLE, {**absent, **last, "workgroup_remove_namespace": "yes"})
    # Whether or not this AWS keeps snapshots, it was asked for one.
    (deletion,) = [each for each in estate.emulator.requests() if each["operation"] == "DeleteNamespace"]
    assert deletion["parameters"] == {
        "namespaceName": "sales",
        "finalSnapshotName": "last",
        "finalSnapshotRetentionPeriod": 7,
    }


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"workgroup_port": "80"}, "5431"),
    ({"workgroup_config_parameters": "{requires_ssl: true}"}, "require_ssl"),
    (
        {"workgroup_state": "absent", "workgroup_namespace": "", "workgroup_remove_namespace": True},
        "workgroup_namespace: got nothing; expected the namespace",
    ),
    ({"workgroup_prot": 5440}, "Did you mean workgroup_port?"),
    ({"workgroup_config_parameters": "[1]"}, "workgroup_config_parameters: got '[1]'; expected a dictionary."),
    (
        {"workgroup_state": "absent", "workgroup_final_snapshot_name": "last"},
        "workgroup_final_snapshot_name: got last without workgroup_remove_namespace=true",
    ),
]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, estate: Estate) -> None:
    messages = ansible.refusals(
        "workgroup",
        {"workgroup_name": "sales", "workgroup_namespace": "sales"},
        [answers for answers, _unused in REFUSALS],
    )
    for message, (answers, words) in zip(messages, REFUSALS, strict=True):
        assert words in message, answers


@pytest.fixture
def everything(partner: Partner) -> dict[str, Any]:
    """What a survey gives for all three roles."""
    return {
        "connectivity_workgroup": "sales",
        "connectivity_batch": "1",
        "ssl_use_fips_ssl": "yes",
        "public_access_state": "public",
        "public_access_source_cidrs": "203.0.113.0/24",
        "cross_account_vpc_grants": [{"account": 222222222222, "vpc_ids": partner.vpc}],
        "cross_account_vpc_endpoints": [{"name": "from-apps", "subnet_ids": partner.subnet}],
        "cross_account_vpc_grantee_assume_role_arn": partner.role,
    }


def test_everything_in_one_run_and_again(ansible: Ansible, estate: Estate, everything: dict[str, Any]) -> None:
    estate.route(estate.attach_gateway())
    estate.emulator.clear_requests()
    done, _unused = ansible.four_steps("redshift.serverless.connectivity", everything)
    assert {"ssl_result", "public_access_result", "cross_account_vpc_result"} <= set(done.facts)
    assert [name for name in ansible.writes() if "Role" not in name] == [
        "UpdateWorkgroup",
        "AuthorizeSecurityGroupIngress",
        "UpdateWorkgroup",
        "PutResourcePolicy",
        "CreateEndpointAccess",
    ]


def test_a_variable_that_nobody_would_hear_is_refused_before_anything_is_done(ansible: Ansible, estate: Estate) -> None:
    message = ansible.refused(
        "redshift.serverless.connectivity",
        {
            "ssl_use_fips_ssl": "yes",
            "ssl_verify": "perhaps",
            "connectivity_stat": "x",
            "public_access_source_cidrs": "203.0.113.0/24",
            "public_access_state": "",
            "cross_account_vpc_purge_grants": True,
        },
    )
    for words in (
        "connectivity_workgroup: got nothing; expected the name of a workgroup",
        "connectivity_stat: is not a variable of the playbook connectivity.",
        "public_access_source_cidrs: got a value, but the role public_access does not run; expected public_access_state",
        "cross_account_vpc_purge_grants: got a value",
        "ssl_verify: got 'perhaps'; expected true or false.",
    ):
        assert words in message
    assert "ssl_workgroup: got nothing" not in message


def test_everything_is_predicted_from_nothing(ansible: Ansible, emulator: Emulator, everything: dict[str, Any]) -> None:
    names = ("workgroup", "ssl", "public_access", "cross_account_vpc")
    tasks = [{"ansible.builtin.include_role": {"name": f"redshift.serverless.{name}"}} for name in names]
    answers = {**ANSWERS, **everything}
    for name in ("ssl", "public_access", "cross_account_vpc"):
        answers[f"{name}_workgroup"] = "sales"
    run = ansible.run([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], answers, "--check")
    assert run.code == 0, run.message
    assert ansible.writes() == []
    assert run.facts["workgroup_result"]["workgroup"]["workgroup_name"] == "sales"
    for name in ("ssl", "public_access", "cross_account_vpc"):
        assert run.facts[f"{name}_result"]["missing"] == ["sales"]
