# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._ansible import module as edge
from ansible_collections.redshift.serverless.plugins.module_utils._reach import (
    acls,
    addresses,
    routes,
    security_groups,
)
from botocore import xform_name
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from unit_kit.answers import interface, workgroup
from unit_kit.checks import CHECKS
from unit_kit.conversation import REGION, Conversation, client
from unit_kit.modules import Result, Runner

Answer = dict[str, Any]

VPC, SUBNET, GROUP = "vpc-0a1b2c3d", "subnet-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60718"
OTHERS = ["subnet-0b1c2d3e4f5061728", "subnet-0c1d2e3f405162738"]
OFFICE, OFFICE6 = "203.0.113.0/24", "2001:db8:1::/48"
SALES = {"workgroupName": "sales"}
OPTIONS = {"workgroup": "sales", "source_cidrs": [OFFICE]}


def entry(cidr: str, egress: bool) -> Answer:
    member = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    return {"RuleNumber": 100 + (":" in cidr), "RuleAction": "allow", "Protocol": "-1", "Egress": egress, member: cidr}


def rule(source: str, port: int = 5439) -> Answer:
    member = "CidrIpv6" if ":" in source else "CidrIpv4"
    about = {"SecurityGroupRuleId": f"sgr-{source}", "GroupId": GROUP, "IsEgress": False, "IpProtocol": "tcp"}
    by = {"PrefixListId": source} if source.startswith("pl-") else {member: source}
    return {**about, "FromPort": port, "ToPort": port, **by}


def an_open_network() -> dict[str, Answer]:
    """What EC2 answers about a VPC that lets everybody through."""
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"},
        {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"},
    ]
    table = {"RouteTableId": "rtb-1", "VpcId": VPC, "Associations": [{"Main": True}], "Routes": routes}
    acl = {
        "NetworkAclId": "acl-1",
        "Associations": [{"SubnetId": each} for each in (SUBNET, *OTHERS)],
        "Entries": [entry(cidr, egress) for cidr in ("0.0.0.0/0", "::/0") for egress in (False, True)],
    }
    eni = {
        "NetworkInterfaceId": interface()["networkInterfaceId"],
        "SubnetId": SUBNET,
        "Groups": [{"GroupId": GROUP}],
        "Association": {"PublicIp": "198.51.100.7", "AllocationId": "eipalloc-1"},
    }
    gateway = {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": VPC, "State": "available"}]}
    return {
        "DescribeVpcAttribute": {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}},
        "DescribeSubnets": {"Subnets": [{"SubnetId": SUBNET, "VpcId": VPC}]},
        "DescribeRouteTables": {"RouteTables": [table]},
        "DescribeInternetGateways": {"InternetGateways": [gateway]},
        "DescribeNetworkAcls": {"NetworkAcls": [acl]},
        "DescribeSecurityGroupRules": {"SecurityGroupRules": [rule(OFFICE), rule(OFFICE6)]},
        "DescribeNetworkInterfaces": {"NetworkInterfaces": [eni]},
        "DescribeVpcBlockPublicAccessOptions": {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}},
        "DescribeVpcBlockPublicAccessExclusions": {"VpcBlockPublicAccessExclusions": []},
        "GetManagedPrefixListEntries": {"Entries": [{"Cidr": OFFICE}]},
    }


class Ec2:
    """Answers by operation, from several threads at once; both sides are checked by AWS's own model."""

    def __init__(self) -> None:
        self._client = client("ec2")
        self._lock = threading.Lock()
        self.meta = self._client.meta
        self.answers = an_open_network()
        self.problems: dict[str, str | Exception] = {}
        self.asked: list[tuple[str, Answer]] = []

    def __getattr__(self, method: str) -> Any:
        return lambda **request: self._ask(method, request)

    def _ask(self, method: str, request: Answer) -> Any:
        operation = next(each for each in self.meta.service_model.operation_names if xform_name(each) == method)
        problem = self.problems.get(operation)
        with self._lock, Stubber(self._client) as stubber:
            self.asked.append((operation, request))
            if isinstance(problem, Exception):
                raise problem
            if problem:
                stubber.add_client_error(method, problem, "You are not authorized to perform this operation.", 403)
            else:
                stubber.add_response(method, self.answers[operation], request)
            return getattr(self._client, method)(**request)

    @property
    def operations(self) -> Counter[str]:
        return Counter(operation for operation, _unused in self.asked)

    def filters(self, operation: str) -> dict[str, list[str]]:
        request = next(request for each, request in self.asked if each == operation)
        return {each["Name"]: each["Values"] for each in request["Filters"]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("public_access_info", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch, run: Runner) -> Ec2:
    found = Ec2()
    talk = run.conversation.connect
    monkeypatch.setattr(edge, "connect", lambda _module, service, **_how: found if service == "ec2" else talk(service))
    return found


def public(aws: Conversation, **members: Any) -> None:
    aws.answer("GetWorkgroup", SALES, {"workgroup": workgroup(**{"publiclyAccessible": True, **members})})


def dualstack(aws: Conversation) -> None:
    listed = {**interface(), "ipv6Address": "2001:db8::7"}
    endpoint = {"port": 5439, "vpcEndpoints": [{"vpcId": VPC, "networkInterfaces": [listed]}]}
    public(aws, ipAddressType="dualstack", endpoint=endpoint)


def verdicts(result: Result, source: int = 0) -> dict[str, str]:
    return {check["name"]: check["verdict"] for check in result["sources"][source]["checks"]}


def others_pass(result: Result, *names: str) -> bool:
    return all(verdict == "pass" for name, verdict in verdicts(result).items() if name not in names)


def check_of(result: Result, name: str) -> Answer:
    return next(check for check in result["sources"][0]["checks"] if check["name"] == name)


@pytest.mark.parametrize("check", [True, False])
def test_an_open_way(run: Runner, aws: Conversation, ec2: Ec2, check: bool) -> None:
    public(aws)

    result = run.succeed(OPTIONS, check=check)

    assert result["changed"] is False
    assert result["workgroup_name"] == "sales"
    assert [(each["source"], each["reachable"]) for each in result["sources"]] == [(OFFICE, True)]
    assert [each["name"] for each in result["sources"][0]["checks"]] == CHECKS
    assert others_pass(result)
    assert all(each["remedy"] is None for each in result["sources"][0]["checks"])
    assert result["summary"] == "The workgroup sales (port 5439) can be reached from 203.0.113.0/24."


def two_workgroups() -> list[Answer]:
    """One in the open network, and one in another VPC with another group, both public."""
    away = {**interface("eni-9"), "subnetId": "subnet-9"}
    endpoint = {"port": 5440, "vpcEndpoints": [{"vpcId": "vpc-9", "networkInterfaces": [away]}]}
    other = {"workgroupName": "finance", "securityGroupIds": ["sg-9"], "subnetIds": ["subnet-9"], "endpoint": endpoint}
    return [workgroup(publiclyAccessible=True), {**workgroup(publiclyAccessible=True), **other}]


def test_several_workgroups_are_read_together_and_judged_each_by_its_own(
    run: Runner, aws: Conversation, ec2: Ec2
) -> None:
    aws.answer("ListWorkgroups", {}, {"workgroups": two_workgroups()})

    result = run.succeed({"workgroups": ["sales", "finance", "payroll"], "source_cidrs": [OFFICE]})

    assert (aws.asked, ec2.operations["DescribeVpcAttribute"]) == (["ListWorkgroups"], 4)
    others = {name: count for name, count in ec2.operations.items() if name != "DescribeVpcAttribute"}
    assert set(others.values()) == {1}
    assert ec2.filters("DescribeSecurityGroupRules") == {"group-id": [GROUP, "sg-9"]}
    assert ec2.filters("DescribeRouteTables") == {"vpc-id": [VPC, "vpc-9"]}
    sales, finance = result["diagnoses"]
    assert (sales["workgroup_name"], others_pass(sales)) == ("sales", True)
    # Nothing of what EC2 shows of the other network belongs to it.
    assert verdicts(finance) == {
        **dict.fromkeys(CHECKS, "pass"),
        **dict.fromkeys(["elastic_ip", "internet_gateway", "security_group"], "fail"),
        **dict.fromkeys(["route", "network_acl_inbound", "network_acl_outbound"], "unknown"),
    }
    assert "(port 5440)" in finance["summary"]
    assert [each["port"] for each in result["workgroups"]] == [5439, 5440]
    assert [each["cidr_ipv4"] for each in result["security_group_rules"] if "cidr_ipv4" in each] == [OFFICE]
    assert [(each["name"], REGION in each["message"]) for each in result["missing"]] == [("payroll", True)]


def test_rules_that_may_not_be_read_are_not_told_as_none(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    ec2.problems["DescribeSecurityGroupRules"] = "UnauthorizedOperation"

    assert run.succeed({"workgroups": ["sales"], "source_cidrs": [OFFICE]})["security_group_rules"] is None


def test_no_more_values_are_asked_for_than_a_filter_takes(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    groups = [f"sg-{number:03}" for number in range(201)]
    aws.answer("GetWorkgroup", SALES, {"workgroup": workgroup(securityGroupIds=groups)})

    run.succeed({"workgroups": ["sales"], "source_cidrs": [OFFICE]})

    asked = [request["Filters"] for operation, request in ec2.asked if operation == "DescribeSecurityGroupRules"]
    assert [[len(each["Values"]) for each in filters] for filters in asked] == [[200], [1]]
    assert ec2.operations["DescribeNetworkInterfaces"] == 2


def test_workgroups_that_do_not_exist_have_no_surroundings(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    aws.answer("ListWorkgroups", {}, {"workgroups": []})

    result = run.succeed({"workgroups": ["sales", "finance"], "source_cidrs": [OFFICE]})

    assert (result["diagnoses"], result["workgroups"], ec2.asked) == ([], [], [])
    assert [each["name"] for each in result["missing"]] == ["finance", "sales"]


@pytest.mark.parametrize("options", [{}, {"workgroup": "sales", "workgroups": ["sales"]}, {"workgroups": []}])
def test_either_one_workgroup_is_named_or_several(run: Runner, ec2: Ec2, options: Answer) -> None:
    assert "workgroups" in run.fail({"source_cidrs": [OFFICE], **options})["msg"]


@pytest.mark.parametrize("number", [1, 50])
def test_the_calls_do_not_grow_with_the_sources(run: Runner, aws: Conversation, ec2: Ec2, number: int) -> None:
    public(aws)

    run.succeed({"workgroup": "sales", "source_cidrs": [f"203.0.113.{each}/32" for each in range(number)]})

    assert ec2.operations == {
        "DescribeVpcAttribute": 2,
        "DescribeRouteTables": 1,
        "DescribeInternetGateways": 1,
        "DescribeNetworkAcls": 1,
        "DescribeSecurityGroupRules": 1,
        "DescribeNetworkInterfaces": 1,
        "DescribeVpcBlockPublicAccessOptions": 1,
    }
    assert aws.asked == ["GetWorkgroup"]


def test_only_what_belongs_to_the_workgroup_is_asked_for(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)

    run.succeed(OPTIONS)

    subnets = sorted([SUBNET, *OTHERS])
    assert ec2.filters("DescribeRouteTables") == {"vpc-id": [VPC]}
    assert ec2.filters("DescribeInternetGateways") == {"attachment.vpc-id": [VPC]}
    assert ec2.filters("DescribeNetworkAcls") == {"association.subnet-id": subnets}
    assert ec2.filters("DescribeSecurityGroupRules") == {"group-id": [GROUP]}
    assert ec2.filters("DescribeNetworkInterfaces") == {"group-id": [GROUP], "subnet-id": subnets}
    assert {request["Attribute"] for each, request in ec2.asked if each == "DescribeVpcAttribute"} == {
        "enableDnsSupport",
        "enableDnsHostnames",
    }


@pytest.mark.parametrize(
    ("operation", "unknown"),
    [
        ("DescribeVpcAttribute", ["vpc_dns"]),
        ("DescribeRouteTables", ["route"]),
        ("DescribeInternetGateways", ["internet_gateway"]),
        ("DescribeNetworkAcls", ["network_acl_inbound", "network_acl_outbound"]),
        ("DescribeSecurityGroupRules", ["security_group"]),
        ("DescribeNetworkInterfaces", ["elastic_ip"]),
        ("DescribeVpcBlockPublicAccessOptions", ["block_public_access"]),
    ],
)
def test_a_denied_read_hides_only_its_own_check(
    run: Runner, aws: Conversation, ec2: Ec2, operation: str, unknown: list[str]
) -> None:
    public(aws)
    ec2.problems[operation] = "UnauthorizedOperation"

    result = run.succeed(OPTIONS)

    assert result["sources"][0]["reachable"] is None
    assert [name for name, verdict in verdicts(result).items() if verdict == "unknown"] == unknown
    assert others_pass(result, *unknown)
    for name in unknown:
        assert check_of(result, name)["evidence"]["missing_permission"] == f"ec2:{operation}"
        assert f"Allow ec2:{operation}" in check_of(result, name)["remedy"]
    assert f"is not known to be reachable from {OFFICE} ({', '.join(unknown)})" in result["summary"]


def test_a_failure_counts_more_than_what_is_unknown(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    ec2.problems["DescribeRouteTables"] = "UnauthorizedOperation"
    ec2.answers["DescribeInternetGateways"] = {"InternetGateways": []}

    result = run.succeed(OPTIONS)

    assert result["sources"][0]["reachable"] is False
    assert f"can not be reached from {OFFICE} (internet_gateway)" in result["summary"]


@pytest.mark.parametrize(
    "problem",
    ["InvalidAction", "RequestLimitExceeded", ReadTimeoutError(endpoint_url="https://ec2.example")],
    ids=str,
)
def test_a_read_that_fails_hides_only_its_own_check(
    run: Runner, aws: Conversation, ec2: Ec2, problem: str | Exception
) -> None:
    public(aws)
    ec2.problems["DescribeVpcBlockPublicAccessOptions"] = problem

    result = run.succeed(OPTIONS)

    check = check_of(result, "block_public_access")
    assert (check["verdict"], check["evidence"]["unread"]) == ("unknown", "ec2:DescribeVpcBlockPublicAccessOptions")
    assert others_pass(result, "block_public_access")


def test_an_operation_that_botocore_does_not_know(
    run: Runner, aws: Conversation, ec2: Ec2, monkeypatch: pytest.MonkeyPatch
) -> None:
    public(aws)
    known = [name for name in ec2.meta.service_model.operation_names if "BlockPublicAccess" not in name]

    with monkeypatch.context() as patch:
        patch.setitem(vars(ec2.meta.service_model), "operation_names", known)
        result = run.succeed(OPTIONS)

    assert "install a newer one" in check_of(result, "block_public_access")["evidence"]["problem"]
    assert others_pass(result, "block_public_access")


def test_without_a_way_to_ec2_there_is_no_answer(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    for operation in ec2.answers:
        ec2.problems[operation] = EndpointConnectionError(endpoint_url="https://ec2.example")

    assert "Check the region" in run.fail(OPTIONS)["msg"]


def test_blocked_public_access_is_asked_for_exclusions(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    ec2.answers["DescribeVpcBlockPublicAccessOptions"] = {
        "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-ingress", "State": "update-complete"}
    }

    result = run.succeed(OPTIONS)

    assert ec2.operations["DescribeVpcBlockPublicAccessExclusions"] == 1
    assert check_of(result, "block_public_access")["evidence"]["blocked_subnet_ids"] == [SUBNET]
    assert others_pass(result, "block_public_access")


def test_prefix_lists_are_read_once_each(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    ec2.answers["DescribeSecurityGroupRules"] = {"SecurityGroupRules": [rule("pl-1"), rule("pl-1"), rule("pl-2", 80)]}
    ec2.answers["DescribeRouteTables"]["RouteTables"][0]["Routes"].append(
        {"DestinationPrefixListId": "pl-1", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"}
    )

    result = run.succeed(OPTIONS)

    assert result["sources"][0]["reachable"] is True
    assert ec2.operations["GetManagedPrefixListEntries"] == 1
    assert ("GetManagedPrefixListEntries", {"PrefixListId": "pl-1"}) in ec2.asked


def test_both_versions(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    dualstack(aws)

    result = run.succeed({"workgroup": "sales", "source_cidrs": [OFFICE6, OFFICE, "2001:db8:2::/48"]})

    assert [each["reachable"] for each in result["sources"]] == [True, True, False]
    assert verdicts(result)["elastic_ip"] == "not_applicable"
    assert verdicts(result, 1)["elastic_ip"] == "pass"
    assert result["summary"] == (
        f"The workgroup sales (port 5439) can be reached from {OFFICE6}, {OFFICE}; "
        "it can not be reached from 2001:db8:2::/48 (security_group)."
    )


def test_a_private_workgroup_is_judged_all_the_same(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws, publiclyAccessible=False)

    result = run.succeed(OPTIONS)

    assert (verdicts(result)["publicly_accessible"], verdicts(result)["elastic_ip"]) == ("fail", "not_applicable")
    assert others_pass(result, "publicly_accessible", "elastic_ip")
    assert "redshift.serverless.public_access" in check_of(result, "publicly_accessible")["remedy"]
    assert result["sources"][0]["reachable"] is False


def test_the_workgroups_own_port_counts(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    listed = [{"vpcId": VPC, "networkInterfaces": [interface()]}]
    public(aws, endpoint={"port": 5440, "vpcEndpoints": listed})

    result = run.succeed(OPTIONS)

    assert verdicts(result)["security_group"] == "fail"
    assert "TCP port 5440" in check_of(result, "security_group")["remedy"]
    assert "(port 5440)" in result["summary"]


def test_answers_need_every_port_that_a_client_may_choose(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws)
    leaving = next(each for each in ec2.answers["DescribeNetworkAcls"]["NetworkAcls"][0]["Entries"] if each["Egress"])
    leaving.update(Protocol="6", PortRange={"From": 1024, "To": 60999})

    result = run.succeed(OPTIONS)

    assert others_pass(result, "network_acl_outbound")
    assert "allow TCP 61000-65535" in check_of(result, "network_acl_outbound")["remedy"]


def test_before_there_is_an_endpoint_the_subnets_tell_the_vpc(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws, status="CREATING", endpoint=None)

    result = run.succeed(OPTIONS)

    assert ec2.filters("DescribeSubnets") == {"subnet-id": [SUBNET, *OTHERS]}
    assert ec2.filters("DescribeRouteTables") == {"vpc-id": [VPC]}
    assert verdicts(result)["workgroup_available"] == "fail"


def test_without_the_vpc_the_security_groups_are_still_judged(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    public(aws, endpoint=None)
    ec2.problems["DescribeSubnets"] = "UnauthorizedOperation"

    result = run.succeed(OPTIONS)

    assert verdicts(result) == {
        **dict.fromkeys(CHECKS, "unknown"),
        **dict.fromkeys(
            ["workgroup_available", "publicly_accessible", "block_public_access", "security_group"], "pass"
        ),
    }
    assert check_of(result, "route")["evidence"]["missing_permission"] == "ec2:DescribeSubnets"


def test_an_unknown_workgroup_is_one_sentence(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    aws.refuse("GetWorkgroup", SALES, "ResourceNotFoundException", "Serverless workgroup sales not found.")

    message = run.fail(OPTIONS)["msg"]

    assert message.startswith(f"workgroup: got 'sales'; expected a workgroup of this account in Region {REGION}")
    assert not ec2.asked


def test_a_workgroup_that_may_not_be_read(run: Runner, aws: Conversation, ec2: Ec2) -> None:
    aws.refuse("GetWorkgroup", SALES, "AccessDeniedException", "No.")

    assert "redshift-serverless:GetWorkgroup" in run.fail(OPTIONS)["msg"]


@pytest.mark.parametrize(
    ("sources", "words"),
    [([], "source_cidrs: got an empty list"), ([OFFICE, "office"], "source_cidrs: got 'office'")],
)
def test_wrong_sources_are_refused_before_anything_is_read(
    run: Runner, aws: Conversation, ec2: Ec2, sources: list[str], words: str
) -> None:
    assert words in run.fail({"workgroup": "sales", "source_cidrs": sources})["msg"]
    assert not (aws.asked or ec2.asked)


@pytest.mark.parametrize("number", [1, 50])
def test_what_sources_share_is_prepared_once(
    run: Runner, aws: Conversation, ec2: Ec2, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    public(aws)
    parsed: list[Any] = []

    def counting(*given: Any) -> Any:
        parsed.append(given)
        return addresses.of_cidrs(*given)

    for place in (routes, acls, security_groups):
        monkeypatch.setattr(place, "of_cidrs", counting)

    run.succeed({"workgroup": "sales", "source_cidrs": [f"203.0.113.{each}/32" for each in range(number)]})

    # Two IPv4 routes, an entry for each direction, and two rules.
    assert len(parsed) == 2 + 2 + 2
