# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role vpc_endpoint and its playbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from redshift_emulator.control import OWNER, REGION

from .conftest import GRANTEE, SETTLED

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.vpc_endpoint"
CLIENTS = "10.7.0.0/16"
PORT = 5439


@dataclass(frozen=True)
class Apps:
    """Another VPC of the workgroup's account.

    Attributes:
        vpc: its id.
        subnet: a subnet of it.
        groups: two security groups of it.
        estate: the workgroup and the clients.
    """

    vpc: str
    subnet: str
    groups: tuple[str, str]
    estate: Estate

    def entry(self, name: str, **more: Any) -> dict[str, Any]:
        """An endpoint of this VPC."""
        return {"name": name, "subnet_ids": [self.subnet], **more}

    def answers(self, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What the role needs, as a survey gives it."""
        named = {f"vpc_endpoint_{name}": value for name, value in more.items()}
        return {"vpc_endpoint_workgroup": "sales", "vpc_endpoint_endpoints": json.dumps(entries), **named}

    def make(self, *names: str, group: str | None = None) -> None:
        """Endpoints as an earlier run of the role has left them; with a group, it has the rule of the first."""
        groups = {"vpcSecurityGroupIds": [group]} if group else {}
        for name in names:
            self.estate.redshift.create_endpoint_access(
                endpointName=name, workgroupName="sales", subnetIds=[self.subnet], **groups
            )
        if group:
            self.let_in(group, CLIENTS, mark(names[0]).partition(" ")[2])
        self.estate.emulator.advance(SETTLED)
        self.estate.emulator.clear_requests()

    def let_in(self, group: str, cidr: str, description: str) -> None:
        """A rule for the workgroup's port."""
        source = {"CidrIp": cidr, "Description": description}
        permission = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, "IpRanges": [source]}
        self.estate.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def endpoints(self) -> dict[str, dict[str, Any]]:
        """The endpoints by name."""
        return {each["endpointName"]: each for each in self.estate.redshift.list_endpoint_access()["endpoints"]}

    def rules(self, group: str) -> dict[str, str]:
        """The inbound rules of a group: CIDR, port and description."""
        filters = [{"Name": "group-id", "Values": [group]}]
        found = self.estate.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return {
            each["CidrIpv4"]: f"{each['FromPort']} {each.get('Description', '')}"
            for each in found
            if not each["IsEgress"] and "CidrIpv4" in each
        }


def mark(name: str) -> str:
    """A rule of the role for an endpoint, as `Apps.rules` shows it."""
    return f"{PORT} redshift.serverless vpc_endpoint: {name}"


@pytest.fixture
def apps(estate: Estate) -> Apps:
    vpc = estate.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = estate.ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    one, two = (
        estate.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in "ab"
    )
    estate.emulator.clear_requests()
    return Apps(vpc, subnet, (one, two), estate)


def test_survey_answers_create_all_and_wait_for_all_together(ansible: Ansible, apps: Apps) -> None:
    answers = apps.answers(
        apps.entry("from-apps", security_group_ids=[apps.groups[0]]),
        apps.entry("from-tools", security_group_ids=[apps.groups[1]], state="present"),
        client_cidrs=f" {CLIENTS} ",
        preflight="",
        quota="30",
    )
    done, again = ansible.four_steps(PLAYBOOK, answers)
    assert ansible.writes() == [*["AuthorizeSecurityGroupIngress"] * 2, *["CreateEndpointAccess"] * 2]
    calls = apps.estate.emulator.calls()
    first, last = calls.index("CreateEndpointAccess"), len(calls) - calls[::-1].index("CreateEndpointAccess")
    # Before the first there is one look at what there is, in each run; between the two there is no waiting.
    assert "ListEndpointAccess" not in calls[first:last]
    assert calls[last:].count("ListEndpointAccess") > 1
    result = done.facts["vpc_endpoint_result"]
    assert (result["changed"], result["restarted"], result["missing"]) == (True, False, [])
    assert [change["operation"] for change in result["changes"]] == ansible.writes()
    for endpoint in result["endpoints"]:
        real = apps.endpoints()[endpoint["endpoint_name"]]
        assert (endpoint["address"], endpoint["port"], endpoint["vpc_id"]) == (real["address"], PORT, apps.vpc)
        assert endpoint["endpoint_status"] == "ACTIVE"
        assert endpoint["private_ip_addresses"] == [real["vpcEndpoint"]["networkInterfaces"][0]["privateIpAddress"]]
    assert again.facts["vpc_endpoint_result"]["endpoints"] == result["endpoints"]
    assert again.facts["vpc_endpoint_result"]["changes"] == []
    assert apps.rules(apps.groups[0]) == {CLIENTS: mark("from-apps")}
    assert apps.rules(apps.groups[1]) == {CLIENTS: mark("from-tools")}


def test_security_groups_are_changed_in_place_and_the_rule_follows(ansible: Ansible, apps: Apps) -> None:
    old, new = apps.groups
    apps.make("from-apps", group=old)
    was = apps.endpoints()["from-apps"]
    changed = apps.answers(apps.entry("from-apps", security_group_ids=[new]), client_cidrs=CLIENTS)
    done, _again = ansible.four_steps(PLAYBOOK, changed)
    assert ansible.writes() == [
        "AuthorizeSecurityGroupIngress",
        "UpdateEndpointAccess",
        "RevokeSecurityGroupIngress",
    ]
    (now,) = done.facts["vpc_endpoint_result"]["endpoints"]
    assert (was["address"], now["security_group_ids"]) == (now["address"], [new])
    assert (apps.rules(old), apps.rules(new)) == ({}, {CLIENTS: mark("from-apps")})


def test_absent_takes_the_rules_along_and_leaves_those_of_others(ansible: Ansible, apps: Apps) -> None:
    group = apps.groups[0]
    entries = [apps.entry(name, security_group_ids=[group]) for name in ("from-apps", "from-tools")]
    apps.let_in(group, "10.8.0.0/16", "theirs")
    apps.make("from-apps", "from-tools", group=group)
    # Both have leant on one rule, as EC2 takes no second one: the one that stays gets its own in the same run.
    fewer = apps.answers({"name": "from-apps", "state": "absent"}, entries[1], client_cidrs=CLIENTS)
    ansible.four_steps(PLAYBOOK, fewer)
    assert set(apps.endpoints()) == {"from-tools"}
    assert apps.rules(group) == {CLIENTS: mark("from-tools"), "10.8.0.0/16": f"{PORT} theirs"}
    assert ansible.writes() == [
        "RevokeSecurityGroupIngress",
        "AuthorizeSecurityGroupIngress",
        "DeleteEndpointAccess",
    ]
    done = ansible.run(PLAYBOOK, apps.answers({"name": "from-tools", "state": "absent"}))
    assert (apps.endpoints(), done.facts["vpc_endpoint_result"]["endpoints"]) == ({}, [])
    assert apps.rules(group) == {"10.8.0.0/16": f"{PORT} theirs"}


def test_a_rule_stays_for_another_endpoint_of_the_group_and_goes_with_it(ansible: Ansible, apps: Apps) -> None:
    group = apps.groups[0]
    apps.make("from-apps", "from-tools", group=group)
    done, _again = ansible.four_steps(PLAYBOOK, apps.answers({"name": "from-apps", "state": "absent"}))
    assert [change["operation"] for change in done.facts["vpc_endpoint_result"]["changes"]] == ["DeleteEndpointAccess"]
    assert set(apps.rules(group)) == {CLIENTS}
    assert ansible.run(PLAYBOOK, apps.answers({"name": "from-tools", "state": "absent"})).code == 0
    assert apps.rules(group) == {}


def test_the_whole_role_runs_as_the_role_of_the_module_defaults(ansible: Ansible, apps: Apps) -> None:
    identity = {"region": REGION, "assume_role_arn": f"arn:aws:iam::{OWNER}:role/deploy"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/redshift.serverless.redshift_serverless": identity},
        "tasks": [{"ansible.builtin.include_role": {"name": "redshift.serverless.vpc_endpoint"}}],
    }
    answers = apps.answers(apps.entry("from-apps"), client_cidrs=CLIENTS)
    run = ansible.run([play], answers, "--diff", account=GRANTEE)
    assert (run.code, set(apps.endpoints())) == (0, {"from-apps"}), run.message
    (made,) = (result for result in run.results if result.get("results") and "endpoint" in result["results"][0])
    after = made["results"][0]["diff"]["after"]["endpoint"]
    assert (after["endpoint_status"], after["subnet_ids"]) == ("ACTIVE", [apps.subnet])
    # Module by module, as somebody would who knows nothing of the module that reads the network.
    known = ("workgroup_info", "endpoint_access", "endpoint_access_info", "security_group_ingress")
    play["module_defaults"] = {f"redshift.serverless.{name}": identity for name in known}
    run = ansible.run([play], apps.answers(apps.entry("from-tools"), client_cidrs=CLIENTS), account=GRANTEE)
    assert (run.code, set(apps.endpoints())) == (0, {"from-apps", "from-tools"}), run.message


def test_without_a_group_the_default_one_gets_the_rule(ansible: Ansible, apps: Apps) -> None:
    assert ansible.run(PLAYBOOK, apps.answers(apps.entry("from-apps"), client_cidrs=CLIENTS)).code == 0
    (group,) = apps.endpoints()["from-apps"]["vpcSecurityGroups"]
    assert group["vpcSecurityGroupId"] not in apps.groups
    assert apps.rules(group["vpcSecurityGroupId"]) == {CLIENTS: mark("from-apps")}


def test_nothing_to_do_costs_two_reads_and_no_look_at_the_network(ansible: Ansible, apps: Apps) -> None:
    apps.make("from-apps")
    assert not ansible.run(PLAYBOOK, apps.answers(apps.entry("from-apps"))).changed
    assert apps.estate.emulator.calls(service=None) == ["GetWorkgroup", "ListEndpointAccess"]


def test_check_mode_takes_a_workgroup_that_is_yet_to_be(ansible: Ansible, apps: Apps) -> None:
    answers = {**apps.answers(apps.entry("from-apps")), "vpc_endpoint_workgroup": "tomorrow"}
    run = ansible.run(PLAYBOOK, answers, "--check")
    assert run.code == 0, run.message
    result = run.facts["vpc_endpoint_result"]
    assert (result["changed"], result["missing"]) == (True, ["tomorrow"])
    assert [change["operation"] for change in result["changes"]] == ["CreateEndpointAccess"]
    assert f"vpc_endpoint_workgroup: no workgroup 'tomorrow' in account {OWNER}" in run.text
    assert f"no workgroup 'tomorrow' in account {OWNER}" in ansible.refused(PLAYBOOK, answers)


def test_an_endpoint_is_removed_after_its_workgroup(ansible: Ansible, apps: Apps) -> None:
    apps.make("from-apps")
    gone = {**apps.answers({"name": "from-apps", "state": "absent"}), "vpc_endpoint_workgroup": "yesterday"}
    run = ansible.run(PLAYBOOK, gone)
    assert (run.code, apps.endpoints()) == (0, {}), run.message


def test_all_problems_are_told_at_once_before_anything_is_written(ansible: Ansible, apps: Apps) -> None:
    ec2 = apps.estate.ec2
    elsewhere = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    stranger = ec2.create_subnet(VpcId=elsewhere, CidrBlock="10.5.0.0/24")["Subnet"]["SubnetId"]
    foreign = ec2.create_security_group(GroupName="c", Description="c", VpcId=elsewhere)["GroupId"]
    full = ec2.create_subnet(VpcId=apps.vpc, CidrBlock="10.7.9.0/28")["Subnet"]["SubnetId"]
    for _number in range(11):
        ec2.create_network_interface(SubnetId=full)
    apps.estate.emulator.clear_requests()
    answers = apps.answers(
        apps.entry("good"),
        {"name": "split", "subnet_ids": [apps.subnet, stranger]},
        {"name": "nowhere", "subnet_ids": ["subnet-0"]},
        {"name": "crowded", "subnet_ids": [full]},
        {"name": "homeless"},
        apps.entry("bad--name"),
        apps.entry("Good", security_group_ids=[foreign]),
        apps.entry("ghost", security_group_ids=["sg-0"]),
        client_cidrs=CLIENTS,
        quota=3,
    )
    words = ansible.refused(PLAYBOOK, answers)
    for part in (
        "got the name good 2 times",
        f"endpoint split: subnet_ids: got subnets of several VPCs ({apps.subnet} in {apps.vpc}, {stranger} in {elsewhere})",
        "endpoint nowhere: subnet_ids: got subnet-0; expected subnets of this account",
        f"got {full}, which has no free address for crowded",
        "subnet_ids: got nothing; expected a value, since endpoint homeless does not exist",
        "name: got 'bad--name'",
        f"security_group_ids: got {foreign} in {elsewhere}; expected groups of {apps.vpc}",
        "security_group_ids: got sg-0; expected security groups of this account",
        "expected at most 3, the quota",
        "Nothing was changed.",
    ):
        assert part in words


def test_the_preflight_can_be_left_to_aws(ansible: Ansible, apps: Apps) -> None:
    run = ansible.run(PLAYBOOK, apps.answers(apps.entry("one"), apps.entry("two"), quota=1, preflight="no"))
    assert (run.code, set(apps.endpoints())) == (0, {"one", "two"}), run.message
    assert "DescribeSubnets" not in apps.estate.emulator.calls(service="ec2")
    again = apps.answers(apps.entry("three"), quota=0)
    assert ansible.run(PLAYBOOK, again).code == 0
    assert "got 1 more endpoints (four) for workgroup sales, which has 3" in ansible.refused(
        PLAYBOOK, apps.answers(apps.entry("four"), quota=3)
    )


def test_other_subnets_need_consent_and_then_it_is_made_anew(ansible: Ansible, apps: Apps) -> None:
    other = apps.estate.ec2.create_subnet(VpcId=apps.vpc, CidrBlock="10.7.2.0/24")["Subnet"]["SubnetId"]
    apps.make("from-apps")
    moved = {"name": "from-apps", "subnet_ids": [other]}
    assert "Set allow_recreate to true" in ansible.refused(PLAYBOOK, apps.answers(apps.entry("new"), moved))
    ansible.four_steps(PLAYBOOK, apps.answers({**moved, "allow_recreate": "yes"}))
    assert ansible.writes() == ["DeleteEndpointAccess", "CreateEndpointAccess"]
    assert apps.endpoints()["from-apps"]["subnetIds"] == [other]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, apps: Apps) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"vpc_endpoint_workgroup": ""}, "vpc_endpoint_workgroup"),
        ({"vpc_endpoint_endpoints": []}, "vpc_endpoint_endpoints: got an empty list"),
        (
            {"vpc_endpoint_endpoints": [{"name": "x", "subnet_id": "subnet-1"}]},
            "vpc_endpoint_endpoints[x]: the key 'subnet_id'",
        ),
        ({"vpc_endpoint_endpoints": [{"name": "x", "subnet_id": "subnet-1"}]}, "Did you mean subnet_ids?"),
        ({"vpc_endpoint_endpoints": [apps.entry("x", state="gone")]}, "state"),
        ({"vpc_endpoint_client_cidrs": "0.0.0.0/0"}, "vpc_endpoint_client_cidrs: got 0.0.0.0/0, which is everybody"),
        ({"vpc_endpoint_client_cidrs": "the office"}, "vpc_endpoint_client_cidrs: got 'the office'"),
        ({"vpc_endpoint_prefligt": True}, "Did you mean vpc_endpoint_preflight?"),
    ]
    said = ansible.refusals("vpc_endpoint", apps.answers(apps.entry("from-apps")), [case for case, _words in cases])
    for (case, words), sentence in zip(cases, said, strict=True):
        assert words in sentence, case


def test_a_run_that_was_killed_is_finished_by_the_next(ansible: Ansible, apps: Apps) -> None:
    answers = apps.answers(apps.entry("from-apps"), apps.entry("from-tools"))
    apps.estate.emulator.clock(per_request=0)
    ansible.kill_after("CreateEndpointAccess", PLAYBOOK, answers)
    apps.estate.emulator.clock(per_request=30)
    run = ansible.run(PLAYBOOK, answers)
    assert run.code == 0, run.message
    assert {each["endpointStatus"] for each in apps.endpoints().values()} == {"ACTIVE"}
    assert ansible.writes() == ["CreateEndpointAccess"] * 2
