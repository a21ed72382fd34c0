# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role federated_roles and its playbook, on a real PostgreSQL behind the Data API and on moto's IAM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from redshift_emulator.control import OWNER

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.federated_roles"
PROVIDER = f"arn:aws:iam::{OWNER}:saml-provider/corporate"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
STATEMENTS = [
    'CREATE ROLE "analyst"',
    'CREATE ROLE "the ""readers"""',
    'GRANT ROLE "the ""readers""" TO ROLE "analyst"',
    'GRANT USAGE ON SCHEMA "public" TO ROLE "analyst"',
    'GRANT TEMP ON DATABASE "dev" TO ROLE "analyst"',
]


def test_survey_answers_make_roles_grants_tags_and_trust_once(ansible: Ansible, estate: Estate) -> None:
    database = estate.emulator.attach_database("sales")
    session = estate.emulator.session(OWNER)
    iam = session.client("iam")
    login = {"username": database["admin_user"], "password": database["admin_password"]}
    secret = session.client("secretsmanager").create_secret(Name="sales-admin", SecretString=json.dumps(login))["ARN"]
    tags = [{"Key": "team", "Value": "data"}, {"Key": "RedshiftDbRoles", "Value": "writer:analyst"}]
    iam.create_role(RoleName="people", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=tags)
    iam.create_user(UserName="ana", Tags=tags[:1])
    estate.emulator.clear_requests()
    grants: list[dict[str, Any]] = [
        {"role": "ANALYST", "roles": ['the "readers"']},
        {"role": "analyst", "privileges": ["usage"], "schemas": ["public"]},
        {"role": "analyst", "privileges": ["Temporary"], "databases": [database["database"]]},
    ]
    answers = {
        "federated_roles_workgroup": " sales ",
        "federated_roles_database": database["database"],
        "federated_roles_secret_arn": secret,
        "federated_roles_roles": 'Analyst, the "readers"',
        "federated_roles_grants": json.dumps(grants),
        "federated_roles_iam_roles": '[{"name": "people", "roles": ["analyst", "new"]}]',
        "federated_roles_iam_users": [{"name": "ana", "roles": ["analyst"]}],
        "federated_roles_saml_provider_arn": PROVIDER,
        "federated_roles_trust": "yes",
        "federated_roles_purge": "",
    }
    done, _again = ansible.four_steps(PLAYBOOK, answers)

    result = done.facts["federated_roles_result"]
    assert result["statements"] == STATEMENTS
    calls = estate.emulator.calls(service=None)
    assert calls.count("BatchExecuteStatement") == 1
    assert sorted(name for name in calls if name.startswith(("Tag", "Update", "Create"))) == [
        "TagRole",
        "TagUser",
        "UpdateAssumeRolePolicy",
    ]
    role = iam.get_role(RoleName="people")["Role"]
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == {
        "team": "data",
        "RedshiftDbRoles": "writer:analyst:new",
    }
    assert role["AssumeRolePolicyDocument"]["Statement"] == [TRUST["Statement"][0], result["trust_statement"]]
    assert result["trust_statement"]["Action"] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    user = {tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName="ana")["Tags"]}
    assert user == {"team": "data", "RedshiftDbRoles": "analyst"}

    purged = ansible.run(
        PLAYBOOK,
        {
            "federated_roles_workgroup": "sales",
            "federated_roles_database": database["database"],
            "federated_roles_secret_arn": secret,
            "federated_roles_roles": "analyst",
            "federated_roles_grants": [grants[1]],
            "federated_roles_purge": True,
        },
    )
    assert sorted(purged.facts["federated_roles_result"]["statements"]) == [
        'REVOKE ROLE "the ""readers""" FROM ROLE "analyst"',
        'REVOKE TEMP ON DATABASE "dev" FROM ROLE "analyst"',
    ]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, estate: Estate) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"federated_roles_workgroup": "nowhere"}, "workgroup nowhere"),
        ({"federated_roles_iam_roles": [{"name": "nobody", "roles": ["a"]}]}, "IAM role nobody"),
        ({"federated_roles_iam_users": [{"name": "ana", "roles": ["a:b"]}]}, "separated by colons"),
        ({"federated_roles_trust": "yes"}, "needs federated_roles_saml_provider_arn"),
        ({"federated_roles_saml_provider_arn": "corporate"}, "expected is an ARN"),
        ({"federated_roles_grants": [{"roles": ["a"]}]}, "missing required arguments: role"),
    ]
    messages = ansible.refusals(
        "federated_roles", {"federated_roles_workgroup": "sales"}, [case for case, _words in cases]
    )
    for message, (case, words) in zip(messages, cases, strict=True):
        assert words in message, case
