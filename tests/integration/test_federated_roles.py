# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role federated_roles and its playbook, on a real PostgreSQL behind the Data API and on moto's IAM."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from redshift_emulator.control import OWNER

if TYPE_CHECKING:
    from .conftest import Ansible, Estate, Run

GRANTEE = "222222222222"
PLAYBOOK = "redshift.serverless.federated_roles"
SAML = f"arn:aws:iam::{OWNER}:saml-provider/corporate"
OIDC = f"arn:aws:iam::{OWNER}:oidc-provider/login.example.com/tenant"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
TAGS = [{"Key": "team", "Value": "data"}, {"Key": "RedshiftDbRoles", "Value": "writer:analyst"}]
STATEMENTS = [
    'CREATE ROLE "analyst"',
    'CREATE ROLE "the ""readers"""',
    'GRANT ROLE "the ""readers""" TO ROLE "analyst"',
    'GRANT ROLE "sys:monitor" TO ROLE "analyst"',
    'GRANT USAGE ON SCHEMA "public" TO ROLE "analyst"',
    'GRANT TEMP ON DATABASE "dev" TO ROLE "analyst"',
    'GRANT SELECT ON TABLE "public"."Or.ders" TO ROLE "analyst"',
    'GRANT SELECT ON TABLE "public"."prices" TO ROLE "analyst"',
]


@dataclass(frozen=True)
class People:
    """A database behind the workgroup sales, with two tables, and the IAM role people and the IAM user ana.

    Attributes:
        place: how its admin connects.
        variables: of the role, by which that admin runs the SQL.
        iam: a client of IAM.
    """

    place: dict[str, Any]
    variables: dict[str, Any]
    iam: Any

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run SQL as the admin; gives the rows of the last statement."""
        with psycopg.connect(**self.place, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def tag(self) -> str | None:
        """What brings database roles along for the IAM role."""
        tags = {tag["Key"]: tag["Value"] for tag in self.iam.get_role(RoleName="people")["Role"]["Tags"]}
        assert tags["team"] == "data"
        return tags.get("RedshiftDbRoles")

    def trust(self) -> list[dict[str, Any]]:
        """The statements of the IAM role's trust policy."""
        document = self.iam.get_role(RoleName="people")["Role"]["AssumeRolePolicyDocument"]
        found: list[dict[str, Any]] = document["Statement"]
        return found


@pytest.fixture
def people(estate: Estate) -> People:
    database = estate.emulator.attach_database("sales")
    session = estate.emulator.session(OWNER)
    login = {"username": database["admin_user"], "password": database["admin_password"]}
    secret = session.client("secretsmanager").create_secret(Name="sales-admin", SecretString=json.dumps(login))["ARN"]
    iam = session.client("iam")
    iam.create_role(RoleName="people", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=TAGS)
    iam.create_user(UserName="ana", Tags=TAGS[:1])
    place = {name: database[name] for name in ("host", "hostaddr", "port")}
    made = People(
        {**place, "dbname": database["database"], "user": login["username"], "password": login["password"]},
        {
            "federated_roles_workgroup": "sales",
            "federated_roles_database": database["database"],
            "federated_roles_secret_arn": secret,
        },
        iam,
    )
    # Redshift brings this role along.
    made.sql('CREATE TABLE "Or.ders" (number int)', "CREATE TABLE prices (number int)", 'CREATE ROLE "sys:monitor"')
    estate.emulator.clear_requests()
    return made


def operations(run: Run, key: str = "changes") -> list[str]:
    """The API operations of the report."""
    changes = run.facts["federated_roles_result"][key]
    assert all(
        each.keys() == {"operation", "parameters", "reason", "interrupts", "seconds", "waited_for"} for each in changes
    )
    return [each["operation"] for each in changes]


def test_survey_answers_make_roles_grants_tags_and_trust_once(ansible: Ansible, estate: Estate, people: People) -> None:
    # With case-sensitive identifiers off, Redshift would call the first table or.ders.
    estate.redshift.update_workgroup(
        workgroupName="sales",
        configParameters=[{"parameterKey": "enable_case_sensitive_identifier", "parameterValue": "true"}],
    )
    grants: list[dict[str, Any]] = [
        {"role": "analyst", "roles": ['the "readers"', "sys:monitor"]},
        {"role": "analyst", "privileges": ["usage"], "schemas": ["public"]},
        {"role": "analyst", "privileges": ["Temporary"], "databases": ["dev"]},
        {"role": "analyst", "privileges": ["SELECT"], "all_tables_in": ["public"]},
    ]
    answers = {
        **people.variables,
        "federated_roles_workgroup": " sales ",
        "federated_roles_roles": 'analyst, the "readers"',
        "federated_roles_grants": json.dumps(grants),
        "federated_roles_iam_roles": '[{"name": "people", "roles": ["analyst", "new"]}]',
        "federated_roles_iam_users": [{"name": "ana", "roles": ["analyst"]}],
        "federated_roles_saml_provider_arn": SAML,
        "federated_roles_trust": "yes",
        "federated_roles_purge": "",
    }
    done, _again = ansible.four_steps(PLAYBOOK, answers)

    # One read of each IAM role and user is all that a run without changes costs in IAM.
    position = estate.emulator.position()
    assert ansible.run(PLAYBOOK, answers).code == 0
    assert estate.emulator.calls(position, service="iam") == ["GetRole", "GetUser"]
    result = done.facts["federated_roles_result"]
    assert result["statements"] == STATEMENTS
    assert operations(done) == ["BatchExecuteStatement", "UpdateAssumeRolePolicy", "TagRole", "TagUser"]
    assert [each for each in estate.emulator.calls(service=None) if each in operations(done)] == operations(done)
    assert result["changes"][0]["parameters"]["sqls"] == STATEMENTS
    assert result["changes"][0]["seconds"] is not None
    assert result["notes"] == [
        "IAM role people names roles that the database does not have. AWS ignores them: writer, new."
    ]
    assert people.tag() == "writer:analyst:new"
    assert people.trust() == [TRUST["Statement"][0], result["trust_statement"]]
    assert result["trust_statement"]["Action"] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    user = {tag["Key"]: tag["Value"] for tag in people.iam.list_user_tags(UserName="ana")["Tags"]}
    assert user == {"team": "data", "RedshiftDbRoles": "analyst"}
    assert result["permission_statements"][0]["Resource"] == estate.workgroup()["workgroupArn"]


def test_what_is_not_wanted_any_more_goes_and_nothing_else(ansible: Ansible, people: People) -> None:
    theirs = {
        "Effect": "Allow",
        "Principal": {"Federated": [OIDC, "graph.facebook.com"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"login.example.com/tenant:aud": "warehouse"}},
    }
    policy = json.dumps({**TRUST, "Statement": theirs})
    people.iam.update_assume_role_policy(RoleName="people", PolicyDocument=policy)
    people.sql(
        "CREATE ROLE analyst",
        "CREATE ROLE other",
        "CREATE ROLE old",
        "GRANT other TO analyst",
        "GRANT old TO other",
        "GRANT CREATE, USAGE ON SCHEMA public TO analyst, other, old",
        "GRANT TEMP ON DATABASE dev TO analyst",
        "GRANT SELECT, TRIGGER ON prices TO analyst",
    )
    variables = {
        **people.variables,
        "federated_roles_roles": ["analyst"],
        "federated_roles_absent": ["old"],
        "federated_roles_grants": [{"role": "analyst", "privileges": ["usage"], "schemas": ["public"]}],
        "federated_roles_purge": True,
        "federated_roles_iam_roles": [{"name": "people", "roles": ["analyst"]}],
        "federated_roles_iam_users": [{"name": "ana", "roles": []}],
        "federated_roles_replace": True,
        "federated_roles_oidc_provider_arn": OIDC,
        "federated_roles_audiences": ["warehouse", "lake"],
        "federated_roles_trust": True,
    }
    predicted = ansible.run(PLAYBOOK, variables, "--check", "--diff")
    done = ansible.run(PLAYBOOK, variables)
    assert done.code == 0, done.message
    database, principals = (result["diff"] for result in predicted.results if result.get("diff"))
    assert database["before"]["old"] == ['CREATE ON SCHEMA "public"', 'USAGE ON SCHEMA "public"']
    assert database["after"]["analyst"] == ['TRIGGER ON TABLE "public"."prices"', 'USAGE ON SCHEMA "public"']
    assert set(database["before"]["other"]) - set(database["after"]["other"]) == {'ROLE "old"'}
    assert set(database["after"]) == {"analyst", "other"}
    assert [principals[side]["tags"]["IAM role people"] for side in ("before", "after")] == [
        "writer:analyst",
        "analyst",
    ]
    assert operations(predicted) == operations(done) == ["BatchExecuteStatement", "UpdateAssumeRolePolicy", "TagRole"]
    for one, other in zip(*(run.facts["federated_roles_result"]["changes"] for run in (predicted, done)), strict=True):
        assert one["parameters"] == other["parameters"]
    assert done.facts["federated_roles_result"]["statements"] == [
        'REVOKE TEMP ON DATABASE "dev" FROM ROLE "analyst"',
        'REVOKE SELECT ON TABLE "public"."prices" FROM ROLE "analyst"',
        'REVOKE ROLE "other" FROM ROLE "analyst"',
        'REVOKE CREATE ON SCHEMA "public" FROM ROLE "analyst"',
        'REVOKE CREATE ON SCHEMA "public" FROM ROLE "old"',
        'REVOKE USAGE ON SCHEMA "public" FROM ROLE "old"',
        'DROP ROLE "old" FORCE',
    ]
    schemas = "SELECT identity_name, privilege_type FROM svv_schema_privileges ORDER BY 1, 2"
    assert people.sql(schemas) == [("analyst", "USAGE"), ("other", "CREATE"), ("other", "USAGE")]
    assert people.sql("SELECT privilege_type FROM svv_relation_privileges") == [("TRIGGER",)]
    assert people.sql("SELECT * FROM svv_role_grants") == []
    assert people.tag() == "analyst"
    # The provider may tag sessions; whom it may let in is what its owner has said.
    assert people.trust() == [
        theirs,
        {
            "Sid": "RedshiftDbRoles",
            "Effect": "Allow",
            "Principal": {"Federated": OIDC},
            "Action": "sts:TagSession",
            "Condition": theirs["Condition"],
        },
    ]

    variables["federated_roles_iam_roles"][0]["roles"] = []
    again = ansible.run(PLAYBOOK, variables)
    assert operations(again) == ["UntagRole"]
    assert people.tag() is None


def test_a_failure_tells_what_was_done_and_the_next_run_does_the_rest(
    ansible: Ansible, estate: Estate, people: People
) -> None:
    names = [f"role{number:02}" for number in range(45)]
    variables = {
        **people.variables,
        "federated_roles_roles": names,
        "federated_roles_grants": [{"role": "role44", "privileges": ["select"], "tables": ["public.late"]}],
        "federated_roles_iam_roles": [{"name": "people", "roles": ["role44"]}],
        "federated_roles_iam_users": [{"name": "ana", "roles": ["role44"]}],
        "federated_roles_saml_provider_arn": SAML,
        "federated_roles_trust": True,
    }
    failed = ansible.run(PLAYBOOK, variables)
    assert failed.code != 0
    last = failed.results[-1]["msg"]
    assert "Statement 6 of 6 failed: ERROR: relation" in last
    assert "Before that, 1 of 5 changes were done" in last
    assert operations(failed) == ["BatchExecuteStatement"]
    assert operations(failed, "changes_pending") == [
        "BatchExecuteStatement",
        "UpdateAssumeRolePolicy",
        "TagRole",
        "TagUser",
    ]
    made = "SELECT role_name FROM svv_roles WHERE role_name LIKE 'role%' ORDER BY 1"
    assert [name for (name,) in people.sql(made)] == names[:40]
    assert people.tag() == "writer:analyst"

    people.sql("CREATE TABLE late (number int)")
    estate.emulator.fault("error", service="iam", operation="TagUser", times=None, code="AccessDenied", status=403)
    failed = ansible.run(PLAYBOOK, variables)
    assert failed.code != 0
    assert "The caller needs the IAM permission iam:TagUser." in failed.results[-1]["msg"]
    assert "Before that, 3 of 4 changes were done" in failed.results[-1]["msg"]
    assert operations(failed) == ["BatchExecuteStatement", "UpdateAssumeRolePolicy", "TagRole"]
    assert operations(failed, "changes_pending") == ["TagUser"]
    assert [name for (name,) in people.sql(made)] == names

    estate.emulator.clear_faults()
    done = ansible.run(PLAYBOOK, variables)
    assert (done.code, operations(done), operations(done, "changes_pending")) == (0, ["TagUser"], [])


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, people: People) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"federated_roles_workgroup": "nowhere"}, "federated_roles_workgroup: no workgroup 'nowhere'"),
        (
            {"federated_roles_iam_roles": [{"name": "nobody", "roles": ["a"]}]},
            "federated_roles_iam_roles: got nobody; expected an IAM role",
        ),
        ({"federated_roles_iam_users": [{"name": "ana", "roles": ["a:b"]}]}, "got a:b; expected names of letters"),
        ({"federated_roles_iam_roles": [{"name": "people", "roles": ["a" * 250]}]}, "would have 265 characters"),
        ({"federated_roles_trust": "yes"}, "expected it with federated_roles_saml_provider_arn"),
        ({"federated_roles_saml_provider_arn": "corporate"}, "expected an ARN"),
        ({"federated_roles_oidc_provider_arn": OIDC}, "federated_roles_audiences: got nothing"),
        ({"federated_roles_grants": [{"roles": ["a"]}]}, "federated_roles_grants[0].role: got nothing"),
        ({"federated_roles_roles": ["sys:dba"]}, "can be granted, but not created"),
        (
            {
                "federated_roles_roles": "a, b",
                "federated_roles_grants": [{"role": "a", "roles": ["b"]}, {"role": "b", "roles": ["a"]}],
            },
            "got a circle of roles, a has b has a",
        ),
    ]
    messages = ansible.refusals("federated_roles", people.variables, [case for case, _words in cases])
    for message, (case, words) in zip(messages, cases, strict=True):
        assert words in message, case


def test_check_mode_needs_nothing_to_be_there(ansible: Ansible, estate: Estate) -> None:
    variables = {
        "federated_roles_workgroup": "future",
        "federated_roles_roles": ["analyst"],
        "federated_roles_grants": [
            {"role": "analyst", "roles": ["sys:monitor"]},
            {"role": "analyst", "privileges": ["select"], "all_tables_in": ["sales"]},
        ],
        "federated_roles_iam_roles": [{"name": "future", "roles": ["analyst"]}],
        "federated_roles_iam_users": [{"name": "ben", "roles": ["analyst"]}],
        "federated_roles_saml_provider_arn": SAML,
        "federated_roles_trust": True,
    }
    predicted = ansible.run(PLAYBOOK, variables, "--check")
    assert predicted.code == 0, predicted.message
    assert ansible.writes() == []
    assert operations(predicted) == ["BatchExecuteStatement", "UpdateAssumeRolePolicy", "TagRole", "TagUser"]
    missing = predicted.facts["federated_roles_result"]["missing"]
    assert missing == ["workgroup future", "IAM role future", "IAM user ben"]


def test_who_may_not_send_batches_reaches_the_same_all_or_nothing(
    ansible: Ansible, estate: Estate, people: People
) -> None:
    estate.emulator.settings(deny=[{"action": "redshift-data:BatchExecuteStatement"}])
    grants = [{"role": "plain", "privileges": ["select"], "tables": ["public.nowhere"]}]
    variables = {**people.variables, "federated_roles_roles": ["plain"], "federated_roles_grants": grants}
    # Whoever created the namespace is a superuser and needs no secret.
    del variables["federated_roles_secret_arn"]
    made = "SELECT role_name FROM svv_roles WHERE role_name = 'plain'"

    failed = ansible.run(PLAYBOOK, variables)
    assert "Statement 2 of 2 failed" in failed.results[-1]["msg"]
    assert (operations(failed), operations(failed, "changes_pending")) == ([], ["BatchExecuteStatement"])
    assert people.sql(made) == []

    people.sql("CREATE TABLE nowhere (number int)")
    done = ansible.run(PLAYBOOK, variables)
    assert done.code == 0, done.message
    texts = [each["parameters"]["sql"] for each in done.facts["federated_roles_result"]["changes"]]
    assert (texts[0], texts[-1], len(texts)) == ("BEGIN", "COMMIT", 4)
    assert people.sql(made) == [("plain",)]


def test_the_role_runs_as_one_identity_that_module_defaults_say_once(
    ansible: Ansible, estate: Estate, people: People
) -> None:
    deploy = f"arn:aws:iam::{OWNER}:role/deploy"
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/redshift.serverless.redshift_serverless": {"assume_role_arn": deploy}},
        "tasks": [{"ansible.builtin.include_role": {"name": "redshift.serverless.federated_roles"}}],
    }
    variables = {**people.variables, "federated_roles_iam_roles": [{"name": "people", "roles": ["new"]}]}
    position = estate.emulator.position()

    run = ansible.run([play], variables, account=GRANTEE)

    assert run.code == 0, run.message
    assert operations(run) == ["TagRole"]
    assert people.tag() == "writer:analyst:new"
    accounts = {
        each["account"] for each in estate.emulator.requests(position, service=None) if each["service"] != "sts"
    }
    assert accounts == {OWNER}
