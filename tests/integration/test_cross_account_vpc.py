# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role cross_account_vpc and its playbook: the owner grants, the grantee connects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from redshift_emulator.control import OWNER

from .conftest import make_partner

if TYPE_CHECKING:
    from redshift_emulator.control import Emulator

    from .conftest import Ansible, Estate, Partner

PLAYBOOK = "redshift.serverless.cross_account_vpc"
GRANTEE = "222222222222"
THIRD = "333333333333"


@pytest.fixture
def both(estate: Estate, partner: Partner) -> dict[str, Any]:
    """What a survey gives for both sides."""
    endpoints = [{"name": name, "subnet_ids": [partner.subnet]} for name in ("from-apps", "from-tools")]
    return {
        "cross_account_vpc_workgroup": "sales",
        "cross_account_vpc_grants": json.dumps([{"account": GRANTEE, "vpc_ids": [partner.vpc]}]),
        "cross_account_vpc_endpoints": json.dumps(endpoints),
        "cross_account_vpc_purge_grants": "",
        "cross_account_vpc_owner_account": "",
        "cross_account_vpc_owner_profile": "",
        "cross_account_vpc_grantee_assume_role_arn": partner.role,
    }


def policy(estate: Estate) -> list[dict[str, Any]]:
    """The statements of the policy of sales."""
    arn = estate.workgroup()["workgroupArn"]
    text = estate.redshift.get_resource_policy(resourceArn=arn)["resourcePolicy"]["policy"]
    statements = json.loads(text)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def test_both_sides_in_one_run(ansible: Ansible, estate: Estate, partner: Partner, both: dict[str, Any]) -> None:
    done, again = ansible.four_steps(PLAYBOOK, both)
    assert [name for name in ansible.writes() if "Role" not in name] == [
        "PutResourcePolicy",
        "CreateEndpointAccess",
        "CreateEndpointAccess",
    ]
    position = estate.emulator.position()
    assert not ansible.run(PLAYBOOK, both).changed
    reads = [name for name in estate.emulator.calls(position, service=None) if name != "AssumeRole"]
    assert reads == ["GetWorkgroup", "ListEndpointAccess", "GetResourcePolicy"]
    for run in (done, again):
        result = run.facts["cross_account_vpc_result"]
        assert result["grants"][0]["grants"] == [{"account": GRANTEE, "vpc_ids": [partner.vpc]}]
        assert [endpoint["endpoint_name"] for endpoint in result["endpoints"]] == ["from-apps", "from-tools"]
        for endpoint in result["endpoints"]:
            real = partner.redshift.get_endpoint_access(endpointName=endpoint["endpoint_name"])["endpoint"]
            assert (endpoint["address"], endpoint["port"]) == (real["address"], 5439)
            assert endpoint["vpc_id"] == partner.vpc
            assert endpoint["endpoint_status"] == "ACTIVE"
            (interface,) = real["vpcEndpoint"]["networkInterfaces"]
            assert endpoint["private_ip_addresses"] == [interface["privateIpAddress"]]


@pytest.mark.parametrize(("statement", "resource"), [("object", "as_written"), ("array", "added")])
def test_a_policy_is_known_again_however_aws_gives_it_back(
    ansible: Ansible, estate: Estate, both: dict[str, Any], statement: str, resource: str
) -> None:
    estate.emulator.settings(policy_statement=statement, policy_resource=resource)
    answers = {**both, "cross_account_vpc_endpoints": ""}
    assert ansible.run(PLAYBOOK, answers).changed
    again = ansible.run(PLAYBOOK, answers)
    assert (again.code, again.changed) == (0, False), again.message


def test_grants_and_statements_of_others_stay(ansible: Ansible, estate: Estate, both: dict[str, Any]) -> None:
    foreign = {
        "Sid": "Snapshots",
        "Effect": "Allow",
        "Principal": {"AWS": [THIRD]},
        "Action": ["redshift-serverless:RestoreFromSnapshot"],
    }
    written = json.dumps({"Version": "2012-10-17", "Statement": [foreign]})
    estate.redshift.put_resource_policy(resourceArn=estate.workgroup()["workgroupArn"], policy=written)
    answers = {
        "cross_account_vpc_workgroup": "sales",
        "cross_account_vpc_grants": f"- account: {THIRD}\n",
        "cross_account_vpc_entry_point": "grant",
    }
    assert ansible.run(PLAYBOOK, answers).code == 0
    run = ansible.run(PLAYBOOK, {**both, "cross_account_vpc_endpoints": ""})
    accounts = [grant["account"] for grant in run.facts["cross_account_vpc_result"]["grants"][0]["grants"]]
    assert accounts == [GRANTEE, THIRD]
    run = ansible.run(PLAYBOOK, {**answers, "cross_account_vpc_entry_point": "revoke"})
    accounts = [grant["account"] for grant in run.facts["cross_account_vpc_result"]["grants"][0]["grants"]]
    assert accounts == [GRANTEE]
    assert any(item["Sid"] == "Snapshots" and item["Action"] == foreign["Action"] for item in policy(estate))


def test_each_side_alone_and_back(ansible: Ansible, estate: Estate, partner: Partner, both: dict[str, Any]) -> None:
    owner = {name: both[f"cross_account_vpc_{name}"] for name in ("workgroup", "grants")}
    owner = {f"cross_account_vpc_{name}": value for name, value in owner.items()}
    grantee = {
        "cross_account_vpc_workgroup": "sales",
        "cross_account_vpc_owner_account": OWNER,
        "cross_account_vpc_endpoints": both["cross_account_vpc_endpoints"],
    }
    assert ansible.run(PLAYBOOK, {**owner, "cross_account_vpc_entry_point": "grant"}).code == 0
    connect = {**grantee, "cross_account_vpc_entry_point": "connect"}
    assert ansible.run(PLAYBOOK, connect, account=GRANTEE).code == 0
    assert not ansible.run(PLAYBOOK, connect, account=GRANTEE).changed

    revoke = {**owner, "cross_account_vpc_entry_point": "revoke"}
    blind = ansible.run(PLAYBOOK, revoke, "--check")
    assert blind.facts["cross_account_vpc_result"]["endpoints_in_use"] is None
    revoke["cross_account_vpc_grantee_assume_role_arn"] = partner.role
    seeing = ansible.run(PLAYBOOK, revoke, "--check")
    in_use = seeing.facts["cross_account_vpc_result"]["endpoints_in_use"]
    assert [endpoint["endpoint_name"] for endpoint in in_use] == ["from-apps", "from-tools"]
    assert "from-apps, from-tools" in seeing.text

    strict = {**revoke, "cross_account_vpc_fail_on_endpoints_in_use": "yes"}
    assert "Remove them first" in ansible.refused(PLAYBOOK, strict)

    disconnect = {**grantee, "cross_account_vpc_entry_point": "disconnect"}
    gone = ansible.run(PLAYBOOK, disconnect, account=GRANTEE)
    assert (gone.code, gone.changed) == (0, True), gone.message
    assert partner.redshift.list_endpoint_access()["endpoints"] == []
    assert ansible.run(PLAYBOOK, strict).changed
    assert ansible.writes()[-1] == "DeleteResourcePolicy"


def test_endpoints_go_before_the_grants_and_the_notes_of_the_policy_are_told(
    ansible: Ansible, estate: Estate, partner: Partner, both: dict[str, Any]
) -> None:
    denial = {"Effect": "Deny", "Principal": {"AWS": [THIRD]}, "Action": ["redshift-serverless:CreateEndpointAccess"]}
    written = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    estate.redshift.put_resource_policy(resourceArn=estate.workgroup()["workgroupArn"], policy=written)
    assert ansible.run(PLAYBOOK, both).code == 0
    gone = [{"name": name, "state": "absent"} for name in ("from-apps", "from-tools")]
    back = {**both, "cross_account_vpc_grants": [], "cross_account_vpc_purge_grants": True}
    position = estate.emulator.position()
    done, _again = ansible.four_steps(PLAYBOOK, {**back, "cross_account_vpc_endpoints": gone})
    assert [name for name in ansible.writes(position) if "Role" not in name] == [
        "DeleteEndpointAccess",
        "DeleteEndpointAccess",
        "PutResourcePolicy",
    ]
    result = done.facts["cross_account_vpc_result"]
    assert partner.redshift.list_endpoint_access()["endpoints"] == []
    (grants,) = result["grants"]
    assert (grants["grants"], result["endpoints"]) == ([], [])
    assert "it denies" in result["notes"][0]


def test_five_grantees_connect_in_the_time_of_one(ansible: Ansible, estate: Estate) -> None:
    accounts = [digit * 12 for digit in "23456"]
    partners = [make_partner(estate.emulator, account) for account in accounts]
    grantees = [
        {
            "assume_role_arn": partner.role,
            "vpc_ids": [partner.vpc],
            "endpoints": [{"name": name, "subnet_ids": [partner.subnet]} for name in ("from-apps", "from-tools")],
        }
        for partner in partners
    ]
    answers = {"cross_account_vpc_workgroup": "sales", "cross_account_vpc_grantees": json.dumps(grantees)}
    # Time passes by requests; to wait is to ask.
    estate.emulator.fault("error", operation="CreateEndpointAccess", account=accounts[3], times=1, message="Full up.")
    begin = estate.emulator.position()
    run = ansible.run(PLAYBOOK, answers)
    assert run.code != 0
    assert run.message.startswith("from-apps: ")
    assert "Full up." in run.message
    result = run.facts["cross_account_vpc_result"]
    told = {each["account"]: [len(each["endpoints"]), len(each["problems"])] for each in result["grantees"]}
    assert told == {account: [1, 1] if account == accounts[3] else [2, 0] for account in accounts}
    assert [grant["account"] for grant in result["grants"][0]["grants"]] == accounts
    calls = estate.emulator.calls(begin, service=None)
    assert (calls.count("PutResourcePolicy"), calls.count("CreateEndpointAccess")) == (1, 10)
    # All are asked for before any is waited for.
    first, last = calls.index("CreateEndpointAccess"), len(calls) - calls[::-1].index("CreateEndpointAccess")
    assert "ListEndpointAccess" not in calls[first:last]
    # One identity is assumed once in each task that asks as it.
    assert calls[first - 5 : last].count("AssumeRole") <= 5

    assert ansible.run(PLAYBOOK, answers).code == 0
    begin = estate.emulator.position()
    assert not ansible.run(PLAYBOOK, answers).changed
    reads = [name for name in estate.emulator.calls(begin, service=None) if name != "AssumeRole"]
    assert reads == ["GetWorkgroup", *["ListEndpointAccess"] * 5, "GetResourcePolicy"]
    assert estate.emulator.calls(begin, service=None).count("AssumeRole") == 5

    revoke = {**answers, "cross_account_vpc_entry_point": "revoke", "cross_account_vpc_fail_on_endpoints_in_use": True}
    assert "Remove them first" in ansible.refused(PLAYBOOK, revoke)
    assert ansible.run(PLAYBOOK, {**answers, "cross_account_vpc_entry_point": "disconnect"}).code == 0
    assert [partner.redshift.list_endpoint_access()["endpoints"] for partner in partners] == [[]] * 5
    assert ansible.run(PLAYBOOK, revoke).code == 0
    assert ansible.writes()[-1] == "DeleteResourcePolicy"


REFUSALS: list[tuple[dict[str, Any], str]] = [
    (
        {"cross_account_vpc_grants": [{"account": 22222222222}]},
        "grants[0].account: got '22222222222'; expected the 12 digits of an AWS account",
    ),
    ({"cross_account_vpc_grants": [{"account": GRANTEE, "vpc_ids": []}]}, "vpc_ids: got an empty list"),
    (
        {"cross_account_vpc_grants": [{"account": GRANTEE, "vpc_ids": "10.0.0.0/16"}]},
        "vpc_ids[0]: got '10.0.0.0/16'; expected the id of a VPC",
    ),
    ({"cross_account_vpc_grants": [{"acount": GRANTEE}]}, "Did you mean account?"),
    ({"cross_account_vpc_grants": [{"account": "*"}]}, "allow_any_account"),
    ({"cross_account_vpc_grants": [OWNER]}, f"got the account {OWNER}, which owns the workgroup"),
    (
        {"cross_account_vpc_grants": [{"account": GRANTEE, "vpc_ids": ["vpc-0123456789abcdef0"]}]},
        "endpoint from-apps: got subnets in vpc-",
    ),
    ({"cross_account_vpc_workgroup": "sales, finance"}, "without a workgroup; expected one of sales, finance"),
    ({"cross_account_vpc_workgroup": "salse"}, "no workgroup 'salse'"),
    ({"cross_account_vpc_owner_account": 1111}, "cross_account_vpc_owner_account: got '1111'"),
    ({"cross_account_vpc_state": "absent"}, "cross_account_vpc_state: is not a variable of the role"),
    (
        {"cross_account_vpc_grantees": [{"account": GRANTEE}]},
        "cross_account_vpc_grantees: got a list together with cross_account_vpc_grants, cross_account_vpc_endpoints, ",
    ),
    (
        {"cross_account_vpc_grantees": [{"account": GRANTEE, "endpoints": [{"nmae": "a"}]}]},
        "Did you mean name?",
    ),
]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, both: dict[str, Any]) -> None:
    messages = ansible.refusals("cross_account_vpc", both, [answers for answers, _unused in REFUSALS])
    for message, (answers, words) in zip(messages, REFUSALS, strict=True):
        assert words in message, answers
    (message,) = ansible.refusals("cross_account_vpc/revoke", both, [{"cross_account_vpc_grants": ""}])
    assert "revoke_all" in message


def test_check_mode_goes_on_where_the_same_run_would_create_the_workgroup(
    ansible: Ansible, both: dict[str, Any]
) -> None:
    run = ansible.run(PLAYBOOK, {**both, "cross_account_vpc_workgroup": "tomorrow"}, "--check")
    assert run.code == 0, run.message
    result = run.facts["cross_account_vpc_result"]
    assert (result["missing"], len(result["endpoints"])) == (["tomorrow"], 2)
    assert [change["operation"] for change in result["changes"]] == ["PutResourcePolicy", *["CreateEndpointAccess"] * 2]
    assert "no workgroup 'tomorrow'" in run.text


@pytest.mark.parametrize("refusal", ["not_found", "access_denied"])
def test_a_grantee_without_a_grant_is_told_so(
    ansible: Ansible, emulator: Emulator, both: dict[str, Any], refusal: str
) -> None:
    """What AWS answers is not known, so it is said for each answer."""
    emulator.settings(cross_account_refusal=refusal)
    answers = {
        "cross_account_vpc_workgroup": "sales",
        "cross_account_vpc_owner_account": OWNER,
        "cross_account_vpc_endpoints": both["cross_account_vpc_endpoints"],
        "cross_account_vpc_entry_point": "connect",
    }
    run = ansible.run(PLAYBOOK, answers, account=GRANTEE)
    assert run.code != 0
    assert "grant" in run.message


def test_a_run_that_was_killed_is_finished_by_the_next(
    ansible: Ansible, estate: Estate, partner: Partner, both: dict[str, Any]
) -> None:
    estate.emulator.clock(per_request=0)
    ansible.kill_after("CreateEndpointAccess", PLAYBOOK, both)
    estate.emulator.clock(per_request=30)
    run = ansible.run(PLAYBOOK, both)
    assert run.code == 0, run.message
    endpoints = run.facts["cross_account_vpc_result"]["endpoints"]
    assert [endpoint["endpoint_status"] for endpoint in endpoints] == ["ACTIVE", "ACTIVE"]
    assert len(partner.redshift.list_endpoint_access()["endpoints"]) == 2
