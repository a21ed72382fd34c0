# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role private_link and its playbook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from redshift_emulator.control import OWNER, Emulator

from .conftest import GRANTEE

if TYPE_CHECKING:
    from .conftest import Ansible

PLAYBOOK = "redshift.serverless.private_link"
CLIENTS = "10.7.0.0/16"


@dataclass(frozen=True)
class Place:
    """A VPC without the internet, and its owner's client of EC2.

    Attributes:
        vpc: its id, both DNS attributes on.
        subnets: two, in two zones.
        group: a security group of it.
        ec2: the client.
        emulator: the AWS.
    """

    vpc: str
    subnets: list[str]
    group: str
    ec2: Any
    emulator: Emulator

    @property
    def answers(self) -> dict[str, Any]:
        """What the role needs."""
        return {
            "private_link_vpc_id": self.vpc,
            "private_link_subnet_ids": self.subnets,
            "private_link_security_group_ids": [self.group],
        }

    def endpoints(self) -> dict[str, dict[str, Any]]:
        """The endpoints of the VPC by the last part of their service's name."""
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}]
        found = self.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
        return {each["ServiceName"].rpartition(".")[2]: each for each in found}

    def rules(self, group: str | None = None) -> dict[str, str]:
        """The inbound rules of the group: CIDR, port and description."""
        filters = [{"Name": "group-id", "Values": [group or self.group]}]
        found = self.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return {each["CidrIpv4"]: f"{each['FromPort']} {each['Description']}" for each in found if not each["IsEgress"]}

    def create(self, service: str, **options: Any) -> str:
        """An endpoint that somebody else makes."""
        created = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", VpcId=self.vpc, ServiceName=f"com.amazonaws.us-east-1.{service}", **options
        )
        self.emulator.advance(600)
        self.emulator.clear_requests()
        return str(created["VpcEndpoint"]["VpcEndpointId"])


def build(emulator: Emulator, region: str = "us-east-1") -> Place:
    """The place in one region."""
    ec2 = emulator.session(OWNER, region).client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=f"{region}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="endpoints", Description="endpoints", VpcId=vpc)["GroupId"]
    emulator.clear_requests()
    return Place(vpc, [each["SubnetId"] for each in subnets], group, ec2, emulator)


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def place(emulator: Emulator) -> Place:
    return build(emulator)


def test_survey_answers_make_the_endpoints_and_let_the_clients_in(ansible: Ansible, place: Place) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "redshift-serverless:*", "Resource": "*"}
    answers = {
        "private_link_vpc_id": place.vpc,
        "private_link_subnet_ids": ", ".join(place.subnets),
        "private_link_security_group_ids": place.group,
        "private_link_services": "",
        "private_link_fips": "no",
        "private_link_private_dns": "yes",
        "private_link_policy": json.dumps({"Statement": [statement]}),
        "private_link_client_cidrs": CLIENTS,
        "private_link_tags": "team: data",
        "private_link_state": "",
    }
    done, again = ansible.four_steps(PLAYBOOK, answers)
    found = place.endpoints()
    assert set(found) == {"redshift-serverless", "redshift-data"}
    for endpoint in found.values():
        assert (endpoint["State"], endpoint["PrivateDnsEnabled"]) == ("available", True)
        assert sorted(endpoint["SubnetIds"]) == sorted(place.subnets)
        assert [group["GroupId"] for group in endpoint["Groups"]] == [place.group]
        assert json.loads(endpoint["PolicyDocument"])["Statement"] == [statement]
        assert {tag["Key"]: tag["Value"] for tag in endpoint["Tags"]} == {
            "redshift.serverless": "private_link",
            "team": "data",
        }
    assert place.rules() == {CLIENTS: f"443 redshift.serverless private_link: {place.vpc}"}
    result = done.facts["private_link_result"]
    assert [change["operation"] for change in result["changes"]] == [
        "AuthorizeSecurityGroupIngress",
        "CreateVpcEndpoint",
        "CreateVpcEndpoint",
    ]
    assert (result["changed"], result["restarted"], result["state"]) == (True, False, "present")
    assert [each["service_name"] for each in result["endpoints"]] == [
        "com.amazonaws.us-east-1.redshift-serverless",
        "com.amazonaws.us-east-1.redshift-data",
    ]
    for each in result["endpoints"]:
        assert (each["state"], each["own"]) == ("available", True)
        assert each["vpc_endpoint_id"] == found[each["service"]]["VpcEndpointId"]
        assert f"{each['service']}.us-east-1.amazonaws.com" in each["dns_names"]
    assert [rule["cidr"] for rule in result["client_rules"]] == [CLIENTS]
    assert again.facts["private_link_result"]["endpoints"] == result["endpoints"]
    assert again.facts["private_link_result"]["changes"] == []


def test_all_are_created_before_any_is_waited_for_and_nothing_to_do_costs_one_read(
    ansible: Ansible, place: Place
) -> None:
    run = ansible.run(PLAYBOOK, place.answers)
    assert run.code == 0, run.message
    looks = [
        entry["operation"]
        for entry in place.emulator.requests(service="ec2")
        if entry["operation"] in ("CreateVpcEndpoint", "DescribeVpcEndpoints")
    ]
    first = looks.index("CreateVpcEndpoint")
    # One look shows that the first was accepted; only after the second begins the waiting.
    assert looks[first : first + 3] == ["CreateVpcEndpoint", "DescribeVpcEndpoints", "CreateVpcEndpoint"]
    assert len(looks[first + 3 :]) > 1
    place.emulator.clear_requests()
    assert not ansible.run(PLAYBOOK, place.answers).changed
    assert place.emulator.calls(service=None) == ["DescribeVpcEndpoints"]


def test_what_differs_is_changed_in_place_and_rules_follow_the_groups(ansible: Ansible, place: Place) -> None:
    answers = {**place.answers, "private_link_client_cidrs": CLIENTS}
    first = ansible.run(PLAYBOOK, {**answers, "private_link_subnet_ids": place.subnets[:1]})
    other = place.ec2.create_security_group(GroupName="other", Description="other", VpcId=place.vpc)["GroupId"]
    place.emulator.clear_requests()
    changed = {**answers, "private_link_security_group_ids": other, "private_link_private_dns": "no"}
    done, _again = ansible.four_steps(PLAYBOOK, changed)
    assert ansible.writes() == [
        "AuthorizeSecurityGroupIngress",
        "ModifyVpcEndpoint",
        "ModifyVpcEndpoint",
        "RevokeSecurityGroupIngress",
    ]
    before, now = (run.facts["private_link_result"]["endpoints"] for run in (first, done))
    assert [each["vpc_endpoint_id"] for each in before] == [each["vpc_endpoint_id"] for each in now]
    for each in now:
        assert (each["subnet_ids"], each["security_group_ids"]) == (sorted(place.subnets), [other])
        assert each["private_dns_enabled"] is False
    assert (place.rules(), set(place.rules(other))) == ({}, {CLIENTS})


def test_absent_removes_what_the_role_made_and_nothing_else(ansible: Ansible, place: Place) -> None:
    options = {"SubnetIds": place.subnets, "SecurityGroupIds": [place.group], "PrivateDnsEnabled": True}
    theirs = place.create("redshift-data", **options)
    ranges = [{"CidrIp": "10.8.0.0/16", "Description": "of others"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}
    place.ec2.authorize_security_group_ingress(GroupId=place.group, IpPermissions=[permission])
    place.emulator.clear_requests()

    answers = {**place.answers, "private_link_client_cidrs": CLIENTS}
    run = ansible.run(PLAYBOOK, answers)
    given, made = sorted(run.facts["private_link_result"]["endpoints"], key=lambda each: each["own"])
    assert (given["vpc_endpoint_id"], given["own"], made["own"]) == (theirs, False, True)
    assert ansible.writes() == ["AuthorizeSecurityGroupIngress", "CreateVpcEndpoint"]

    ansible.four_steps(PLAYBOOK, {"private_link_vpc_id": place.vpc, "private_link_state": "absent"})
    assert {each["VpcEndpointId"] for each in place.endpoints().values()} == {theirs}
    assert place.rules() == {"10.8.0.0/16": "443 of others"}
    assert ansible.writes()[2:] == ["DeleteVpcEndpoints", "RevokeSecurityGroupIngress"]


def test_one_identity_covers_the_whole_role(ansible: Ansible, place: Place) -> None:
    """By the collection's group and by single modules: everything is asked as the role of the account, nothing as the hub."""
    iam = place.emulator.session(OWNER).client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{GRANTEE}:root"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    arn = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="deploy", PolicyName="all", PolicyDocument=policy(everything))
    place.emulator.clear_requests()
    modules = ("interface_endpoint", "security_group_ingress", "network_info")
    defaults = [["group/redshift.serverless.redshift_serverless"], [f"redshift.serverless.{name}" for name in modules]]
    given = {**place.answers, "private_link_client_cidrs": CLIENTS}
    plays = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {name: {"assume_role_arn": arn, "region": "us-east-1"} for name in names},
            "tasks": [
                {"ansible.builtin.include_role": {"name": "redshift.serverless.private_link"}, "vars": variables}
            ],
        }
        for names, variables in zip(defaults, [given, {**given, "private_link_state": "absent"}], strict=True)
    ]
    run = ansible.run(plays, {}, account=GRANTEE)
    assert run.code == 0, run.message or run.text
    assert {entry["account"] for entry in place.emulator.requests(service="ec2")} == {OWNER}
    assert ansible.writes()[-2:] == ["DeleteVpcEndpoints", "RevokeSecurityGroupIngress"]
    assert (place.endpoints(), place.rules()) == ({}, {})


def test_rules_stay_as_long_as_another_endpoint_of_the_role_needs_them(ansible: Ansible, place: Place) -> None:
    answers = {**place.answers, "private_link_client_cidrs": CLIENTS}
    ansible.run(PLAYBOOK, {**answers, "private_link_services": "redshift-data, sts"})
    gone = {"private_link_vpc_id": place.vpc, "private_link_state": "absent"}
    one = ansible.run(PLAYBOOK, {**gone, "private_link_services": "redshift-data"})
    assert (one.code, set(place.endpoints()), set(place.rules())) == (0, {"sts"}, {CLIENTS})
    last = ansible.run(PLAYBOOK, {**gone, "private_link_services": "sts"})
    assert (last.code, place.endpoints(), place.rules()) == (0, {}, {})


def test_without_a_group_the_default_one_gets_the_rules(ansible: Ansible, place: Place) -> None:
    answers = {key: value for key, value in place.answers.items() if key != "private_link_security_group_ids"}
    assert ansible.run(PLAYBOOK, {**answers, "private_link_client_cidrs": CLIENTS}).code == 0
    (group,) = {each["GroupId"] for endpoint in place.endpoints().values() for each in endpoint["Groups"]}
    assert group != place.group
    assert CLIENTS in place.rules(group)


@pytest.mark.parametrize(
    ("region", "prefix"), [("us-gov-west-1", "com.amazonaws."), ("cn-north-1", "cn.com.amazonaws.")]
)
def test_names_are_looked_up_in_every_partition(ansible: Ansible, emulator: Emulator, region: str, prefix: str) -> None:
    place = build(emulator, region)
    fips = region.startswith("us-gov")
    run = ansible.run(PLAYBOOK, {**place.answers, "private_link_fips": fips}, region=region)
    assert run.code == 0, run.message
    suffix = "-fips" if fips else ""
    assert [each["service_name"] for each in run.facts["private_link_result"]["endpoints"]] == [
        f"{prefix}{region}.redshift-serverless{suffix}",
        f"{prefix}{region}.redshift-data{suffix}",
    ]


def test_fips_where_the_region_has_none_is_refused_with_its_name(ansible: Ansible, emulator: Emulator) -> None:
    place = build(emulator, "eu-west-1")
    run = ansible.run(PLAYBOOK, {**place.answers, "private_link_fips": "true"}, region="eu-west-1")
    assert run.code != 0
    assert (
        "services: got 'redshift-data-fips'; expected an interface endpoint service of Region eu-west-1" in run.message
    )
    assert "com.amazonaws.eu-west-1.redshift-data" in run.message
    assert ansible.writes() == []


def test_both_dns_attributes_are_named_before_anything_is_written(ansible: Ansible, place: Place) -> None:
    for attribute in ("EnableDnsHostnames", "EnableDnsSupport"):
        place.ec2.modify_vpc_attribute(VpcId=place.vpc, **{attribute: {"Value": False}})
    place.emulator.clear_requests()
    run = ansible.run(PLAYBOOK, {**place.answers, "private_link_client_cidrs": CLIENTS})
    assert run.code != 0
    for words in (place.vpc, "enableDnsSupport and enableDnsHostnames", "Nothing was changed."):
        assert words in run.message
    assert ansible.writes() == []
    without = ansible.run(PLAYBOOK, {**place.answers, "private_link_private_dns": "false"})
    assert without.code == 0, without.message


def test_a_name_that_another_endpoint_has_is_refused(ansible: Ansible, place: Place) -> None:
    theirs = place.create("redshift-data", SubnetIds=place.subnets[:1], PrivateDnsEnabled=True)
    run = ansible.run(PLAYBOOK, place.answers)
    assert run.code != 0
    assert theirs in run.message
    assert "has the private DNS name of com.amazonaws.us-east-1.redshift-data" in run.message
    assert ansible.writes() == []


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, place: Place) -> None:
    elsewhere = place.ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    stranger = place.ec2.create_subnet(VpcId=elsewhere, CidrBlock="10.5.0.0/24")["Subnet"]["SubnetId"]
    twin = place.ec2.create_subnet(VpcId=place.vpc, CidrBlock="10.7.9.0/24", AvailabilityZone="us-east-1a")["Subnet"]
    place.emulator.clear_requests()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"private_link_vpc_id": "the VPC"}, "private_link_vpc_id: got 'the VPC'; expected the id of a VPC"),
        ({"private_link_vpc_id": "vpc-00000000000000000"}, "vpc_id: "),
        ({"private_link_subnet_ids": ""}, "private_link_subnet_ids: got nothing; expected the subnets"),
        ({"private_link_subnet_ids": stranger}, f"got {stranger} in {elsewhere}; expected ids in {place.vpc}"),
        (
            {"private_link_subnet_ids": "subnet-0"},
            "subnet_ids: got subnet-0; expected ids that exist in Region us-east-1",
        ),
        ({"private_link_subnet_ids": [place.subnets[0], twin["SubnetId"]]}, "all in us-east-1a; expected one subnet"),
        ({"private_link_security_group_ids": "sg-0"}, "security_group_ids: got sg-0; expected ids that exist"),
        (
            {"private_link_services": "redshift-dat"},
            "services: got 'redshift-dat'; expected an interface endpoint service",
        ),
        ({"private_link_client_cidrs": "0.0.0.0/0"}, "private_link_client_cidrs: got 0.0.0.0/0, which is everybody"),
        ({"private_link_client_cidrs": "the office"}, "private_link_client_cidrs: got 'the office'"),
        ({"private_link_policy": '{"Statement": []}'}, "private_link_policy: The policy has no Statement"),
        ({"private_link_state": "gone"}, "private_link_state"),
        ({"private_link_servces": "sts"}, "Did you mean private_link_services?"),
    ]
    answers = {**place.answers, "private_link_client_cidrs": CLIENTS}
    said = ansible.refusals("private_link", answers, [case for case, _words in cases])
    for (case, words), sentence in zip(cases, said, strict=True):
        assert words in sentence, case


def test_a_run_that_was_killed_is_finished_by_the_next(ansible: Ansible, place: Place) -> None:
    place.emulator.clock(per_request=0)
    ansible.kill_after("CreateVpcEndpoint", PLAYBOOK, place.answers)
    place.emulator.clock(per_request=30)
    run = ansible.run(PLAYBOOK, place.answers)
    assert run.code == 0, run.message
    assert {each["State"] for each in place.endpoints().values()} == {"available"}
    assert ansible.writes() == ["CreateVpcEndpoint", "CreateVpcEndpoint"]
