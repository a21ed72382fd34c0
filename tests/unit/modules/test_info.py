# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from unit_kit.answers import ARN, CERTIFICATE_ARN, DOMAIN, WORKGROUP_ARN, association, endpoint, namespace, workgroup
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner

OWNER = "210987654321"
POLICY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": OWNER},
        "Action": [f"redshift-serverless:{verb}EndpointAccess" for verb in ("Create", "Update", "Delete", "Get")],
    },
}

Start = Callable[[str], tuple[Runner, Conversation]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Makes a runner of a module, and its conversation."""

    def started(name: str) -> tuple[Runner, Conversation]:
        runner = Runner(name, monkeypatch)
        return runner, runner.conversation

    return started


def arn(kind: str, name: str) -> str:
    return f"{ARN}:{kind}/{name}"


def tags(aws: Conversation, resource: str, **values: str) -> None:
    listed = [{"key": key, "value": value} for key, value in values.items()]
    aws.answer("ListTagsForResource", {"resourceArn": resource}, {"tags": listed})


def named(result: dict[str, Any], key: str, name: str) -> list[Any]:
    return [each[name] for each in result[key]]


@pytest.mark.parametrize("check", [True, False])
def test_one_workgroup_is_read_by_its_name(start: Start, check: bool) -> None:
    run, aws = start("workgroup_info")
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})

    result = run.succeed({"names": ["sales"], "include_tags": False}, check=check)

    assert (result["changed"], named(result, "workgroups", "workgroup_name")) == (False, ["sales"])
    assert result["workgroups"][0]["config_parameters"]["require_ssl"] == "true"


def test_one_workgroup_has_its_tags(start: Start) -> None:
    run, aws = start("workgroup_info")
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})
    tags(aws, WORKGROUP_ARN, CostCenter="x")

    assert run.succeed({"names": ["sales"]})["workgroups"][0]["tags"] == {"CostCenter": "x"}


def test_all_workgroups_are_listed_page_by_page_with_their_tags(start: Start) -> None:
    run, aws = start("workgroup_info")
    one, two = arn("workgroup", "one"), arn("workgroup", "two")
    aws.answer("ListWorkgroups", {}, {"workgroups": [workgroup("one", workgroupArn=one)], "nextToken": "2"})
    aws.answer("ListWorkgroups", {"nextToken": "2"}, {"workgroups": [workgroup("two", workgroupArn=two)]})
    tags(aws, one, a="1")
    tags(aws, two, a="2")
    aws.in_any_order()

    result = run.succeed({})

    assert [each["tags"] for each in result["workgroups"]] == [{"a": "1"}, {"a": "2"}]


def test_some_workgroups_are_listed_and_others_left_out(start: Start) -> None:
    run, aws = start("workgroup_info")
    aws.answer("ListWorkgroups", {}, {"workgroups": [workgroup(name) for name in ("one", "two", "three")]})

    result = run.succeed({"names": ["three", "one", "none"], "include_tags": False})

    assert named(result, "workgroups", "workgroup_name") == ["one", "three"]


def test_what_another_account_has_granted_is_listed_without_tags(start: Start) -> None:
    run, aws = start("workgroup_info")
    aws.answer("ListWorkgroups", {"ownerAccount": OWNER}, {"workgroups": [workgroup(crossAccountVpcs=["*"])]})

    result = run.succeed({"names": ["sales"], "owner_account": OWNER})

    assert result["workgroups"][0]["cross_account_vpcs"] == ["*"]


@pytest.mark.parametrize(
    ("name", "operation", "request_", "key"),
    [
        ("workgroup_info", "GetWorkgroup", {"workgroupName": "sales"}, "workgroups"),
        ("namespace_info", "GetNamespace", {"namespaceName": "sales"}, "namespaces"),
    ],
)
def test_what_is_not_there_gives_an_empty_list(
    start: Start, name: str, operation: str, request_: dict[str, Any], key: str
) -> None:
    run, aws = start(name)
    aws.refuse(operation, request_, "ResourceNotFoundException", "not found")
    if key == "workgroups":
        aws.answer("ListWorkgroups", {}, {"workgroups": []})

    assert run.succeed({"names": ["sales"]})[key] == []


@pytest.mark.parametrize(
    ("names", "listed", "message"),
    [
        (["salse"], ["sales", "web"], "in account 123456789012, Region us-east-1 (did you mean: sales)"),
        (["salse"], ["web"], "in account 123456789012, Region us-east-1"),
        (["salse"], [], "in this account, Region us-east-1"),
        (["salse", "web"], ["web"], "in account 123456789012, Region us-east-1"),
    ],
)
def test_what_is_not_there_is_missing_with_a_sentence(
    start: Start, names: list[str], listed: list[str], message: str
) -> None:
    run, aws = start("workgroup_info")
    if len(names) == 1:
        aws.refuse("GetWorkgroup", {"workgroupName": "salse"}, "ResourceNotFoundException", "not found")
    aws.answer("ListWorkgroups", {}, {"workgroups": [workgroup(workgroupName=name) for name in listed]})

    result = run.succeed({"names": names, "include_tags": False})

    assert result["missing"] == [{"name": "salse", "message": f"no workgroup 'salse' {message}"}]


def test_without_the_permission_to_list_only_the_name_is_missing(start: Start) -> None:
    run, aws = start("workgroup_info")
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "not found")
    aws.refuse("ListWorkgroups", {}, "AccessDeniedException", "no")

    (missing,) = run.succeed({"names": ["sales"]})["missing"]

    assert missing["message"] == "no workgroup 'sales' in this account, Region us-east-1"


@pytest.mark.parametrize(
    ("name", "operation", "member"),
    [
        ("workgroup_info", "ListWorkgroups", "workgroups"),
        ("namespace_info", "ListNamespaces", "namespaces"),
        ("endpoint_access_info", "ListEndpointAccess", "endpoints"),
        ("custom_domain_info", "ListCustomDomainAssociations", "associations"),
    ],
)
def test_nothing_costs_one_call(start: Start, name: str, operation: str, member: str) -> None:
    run, aws = start(name)
    aws.answer(operation, {}, {member: []})

    assert run.succeed({})[{"associations": "custom_domains"}.get(member, member)] == []


@pytest.mark.parametrize("name", ["workgroup_info", "namespace_info", "endpoint_access_info", "custom_domain_info"])
def test_a_missing_permission_is_one_sentence(start: Start, name: str) -> None:
    run, aws = start(name)
    operation = {
        "workgroup_info": "ListWorkgroups",
        "namespace_info": "ListNamespaces",
        "endpoint_access_info": "ListEndpointAccess",
        "custom_domain_info": "ListCustomDomainAssociations",
    }[name]
    aws.refuse(operation, {}, "AccessDeniedException", "No.")

    assert f"The caller needs the IAM permission redshift-serverless:{operation}." in run.fail({})["msg"]


def test_namespaces_show_plain_role_arns_and_tags(start: Start) -> None:
    run, aws = start("namespace_info")
    role = "arn:aws:iam::123456789012:role/loader"
    listed = [namespace("one", iamRoles=[f"IamRole(applyStatus=in-sync, iamRoleArn={role})"]), namespace("two")]
    aws.answer("ListNamespaces", {}, {"namespaces": listed})

    result = run.succeed({"names": ["one", "two"], "include_tags": False})

    assert named(result, "namespaces", "iam_roles") == [[role], []]


def test_endpoints_are_filtered_by_aws_and_named_here(start: Start) -> None:
    run, aws = start("endpoint_access_info")
    request = {"workgroupName": "sales", "vpcId": "vpc-1", "ownerAccount": OWNER}
    aws.answer("ListEndpointAccess", request, {"endpoints": [endpoint("apps"), endpoint("tools")]})

    options = {"workgroup": "sales", "vpc_id": "vpc-1", "owner_account": OWNER, "names": ["tools", "none"]}

    assert named(run.succeed(options), "endpoints", "endpoint_name") == ["tools"]


def test_many_endpoints_are_waited_for_by_one_call_a_look(start: Start) -> None:
    run, aws = start("endpoint_access_info")
    for statuses in (["CREATING", "CREATING"], ["ACTIVE", "CREATING"], ["ACTIVE", "active"]):
        listed = [endpoint(name, endpointStatus=status) for name, status in zip("ab", statuses, strict=True)]
        listed.append(endpoint("other", endpointStatus="MODIFYING"))
        aws.answer("ListEndpointAccess", {}, {"endpoints": listed})

    result = run.succeed({"names": ["a", "b"], "wait": True})

    assert named(result, "endpoints", "endpoint_name") == ["a", "b"]
    assert len(run.clock.pauses) == 2


def test_a_look_that_fails_in_passing_is_only_a_look_less(start: Start) -> None:
    run, aws = start("endpoint_access_info")
    aws.refuse("ListEndpointAccess", {}, "ThrottlingException", "Rate exceeded")
    aws.answer("ListEndpointAccess", {}, {"endpoints": [endpoint()]})

    assert len(run.succeed({"wait": True})["endpoints"]) == 1


def test_waiting_for_endpoints_ends_at_the_deadline(start: Start) -> None:
    run, aws = start("endpoint_access_info")
    for _unused in range(50):
        aws.answer("ListEndpointAccess", {}, {"endpoints": [endpoint(endpointStatus="CREATING")]})

    code, result = run.run({"wait": True, "wait_timeout": 20})

    assert code == 1
    assert "wait_timeout is 20 seconds" in result["msg"]
    assert run.clock.time == pytest.approx(20)


def test_an_endpoint_that_failed_ends_the_wait(start: Start) -> None:
    run, aws = start("endpoint_access_info")
    aws.answer("ListEndpointAccess", {}, {"endpoints": [endpoint(endpointStatus="CREATE_FAILED")]})

    assert "Endpoint apps has the status CREATE_FAILED" in run.fail({"wait": True})["msg"]


def test_custom_domains_are_filtered_by_aws_and_by_workgroup_here(start: Start) -> None:
    run, aws = start("custom_domain_info")
    request = {"customDomainName": DOMAIN, "customDomainCertificateArn": CERTIFICATE_ARN}
    listed = [association(), association("b.example.com", workgroupName="other")]
    aws.answer("ListCustomDomainAssociations", request, {"associations": listed})

    options = {"workgroup": "sales", "domain_name": f"{DOMAIN.upper()}.", "certificate_arn": CERTIFICATE_ARN}

    [found] = run.succeed(options)["custom_domains"]
    assert (found["custom_domain_name"], found["certificate_days_left"]) == (DOMAIN, None)


def test_custom_domains_come_page_by_page_and_near_expiry_is_warned_of(start: Start) -> None:
    run, aws = start("custom_domain_info")
    now = datetime.now(UTC) + timedelta(hours=3)
    ends = {"a.example.com": 100, "b.example.com": 7, "c.example.com": -2}
    first, *rest = [association(name, now + timedelta(days=days)) for name, days in ends.items()]
    aws.answer("ListCustomDomainAssociations", {}, {"associations": [first], "nextToken": "further-on"})
    aws.answer("ListCustomDomainAssociations", {"nextToken": "further-on"}, {"associations": rest})

    result = run.succeed({})

    assert named(result, "custom_domains", "certificate_days_left") == list(ends.values())
    assert ["b.example.com" in run.warnings[0], "in 7 days" in run.warnings[0]] == [True, True]
    assert ["c.example.com" in run.warnings[1], "expired on" in run.warnings[1]] == [True, True]
    assert len(run.warnings) == 2


def test_a_filter_that_is_no_name_is_refused_without_a_call(start: Start) -> None:
    run, _unused = start("custom_domain_info")

    assert run.fail({"domain_name": "localhost"})["msg"].startswith(
        "domain_name: got 'localhost'; expected a host name"
    )


def policy(aws: Conversation, resource: str) -> None:
    answer = {"resourcePolicy": {"resourceArn": resource, "policy": json.dumps(POLICY)}}
    aws.answer("GetResourcePolicy", {"resourceArn": resource}, answer)


def test_the_policy_of_a_workgroup_is_shown_with_its_meaning(start: Start) -> None:
    run, aws = start("resource_policy_info")
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})
    policy(aws, WORKGROUP_ARN)

    [found] = run.succeed({"workgroup": "sales"})["resource_policies"]

    assert (found["workgroup_name"], found["resource_arn"]) == ("sales", WORKGROUP_ARN)
    assert found["grants"] == [{"account": OWNER, "vpc_ids": ["*"]}]


def test_the_policy_of_an_arn_costs_one_read(start: Start) -> None:
    run, aws = start("resource_policy_info")
    policy(aws, WORKGROUP_ARN)

    [found] = run.succeed({"resource_arn": WORKGROUP_ARN})["resource_policies"]

    assert found["workgroup_name"] is None


def test_all_policies_are_read_and_what_has_none_is_left_out(start: Start) -> None:
    run, aws = start("resource_policy_info")
    arns = {name: arn("workgroup", name) for name in ("one", "two", "three")}
    listed = [workgroup(name, workgroupArn=resource) for name, resource in arns.items()]
    aws.answer("ListWorkgroups", {}, {"workgroups": listed})
    policy(aws, arns["one"])
    aws.refuse("GetResourcePolicy", {"resourceArn": arns["two"]}, "ResourceNotFoundException", "does not exist")
    policy(aws, arns["three"])
    aws.in_any_order()

    assert named(run.succeed({}), "resource_policies", "workgroup_name") == ["one", "three"]


def test_a_workgroup_that_is_not_there_is_refused(start: Start) -> None:
    run, aws = start("resource_policy_info")
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "not found")

    assert run.fail({"workgroup": "sales"})["msg"].startswith("workgroup: got 'sales'; expected a workgroup")


DENIED = "User: arn:x is not authorized to perform: y because no identity-based policy allows the y action"


def test_one_policy_that_is_odd_or_denied_hides_no_other(start: Start) -> None:
    run, aws = start("resource_policy_info")
    arns = {name: arn("workgroup", name) for name in ("denied", "odd", "fine")}
    listed = [workgroup(name, workgroupArn=resource) for name, resource in arns.items()]
    aws.answer("ListWorkgroups", {}, {"workgroups": listed})
    aws.refuse("GetResourcePolicy", {"resourceArn": arns["denied"]}, "AccessDeniedException", DENIED)
    odd = {"resourcePolicy": {"resourceArn": arns["odd"], "policy": '{"Statement": [{"PrincipalGroup": "x"}]}'}}
    aws.answer("GetResourcePolicy", {"resourceArn": arns["odd"]}, odd)
    policy(aws, arns["fine"])
    aws.in_any_order()

    denied, strange, fine = run.succeed({})["resource_policies"]

    assert denied["workgroup_name"] == "denied"
    assert denied["resource_arn"] == arns["denied"]
    assert "GetResourcePolicy failed" in denied["policy_error"]
    assert (strange["workgroup_name"], strange["policy"]) == ("odd", {"Statement": [{"PrincipalGroup": "x"}]})
    assert strange["policy_error"].startswith("Statement[0]")
    assert [each["grants"] for each in (denied, strange, fine)] == [None, None, [{"account": OWNER, "vpc_ids": ["*"]}]]
    assert "policy_error" not in fine


def test_a_single_policy_that_is_denied_fails(start: Start) -> None:
    run, aws = start("resource_policy_info")
    aws.refuse("GetResourcePolicy", {"resourceArn": WORKGROUP_ARN}, "AccessDeniedException", DENIED)

    assert "GetResourcePolicy failed" in run.fail({"resource_arn": WORKGROUP_ARN})["msg"]


def test_a_single_policy_that_is_odd_is_told(start: Start) -> None:
    run, aws = start("resource_policy_info")
    odd = {"resourcePolicy": {"resourceArn": WORKGROUP_ARN, "policy": "no JSON"}}
    aws.answer("GetResourcePolicy", {"resourceArn": WORKGROUP_ARN}, odd)

    [found] = run.succeed({"resource_arn": WORKGROUP_ARN})["resource_policies"]

    assert (found["policy"], found["grants"]) == (None, None)
    assert found["policy_error"].startswith("The policy is not JSON")


@pytest.mark.parametrize(
    ("name", "operation", "key", "make", "member"),
    [
        ("workgroup_info", "ListWorkgroups", "workgroups", workgroup, "workgroupArn"),
        ("namespace_info", "ListNamespaces", "namespaces", namespace, "namespaceArn"),
    ],
)
def test_tags_that_are_denied_hide_no_other(
    start: Start, name: str, operation: str, key: str, make: Callable[..., dict[str, Any]], member: str
) -> None:
    run, aws = start(name)
    arns = [arn("thing", each) for each in ("one", "two")]
    aws.answer(operation, {}, {key: [make(each, **{member: each}) for each in arns]})
    aws.refuse("ListTagsForResource", {"resourceArn": arns[0]}, "AccessDeniedException", DENIED)
    tags(aws, arns[1], team="x")
    aws.in_any_order()

    first, second = run.succeed({})[key]

    assert first["tags"] is None
    assert "ListTagsForResource failed" in first["tags_error"]
    assert (second["tags"], "tags_error" in second) == ({"team": "x"}, False)


@pytest.mark.parametrize(
    ("name", "operation", "key", "odd", "fine"),
    [
        (
            "workgroup_info",
            "ListWorkgroups",
            "workgroups",
            {"workgroupName": "odd", "configParameters": [{"parameterValue": "x"}]},
            workgroup("fine"),
        ),
        (
            "endpoint_access_info",
            "ListEndpointAccess",
            "endpoints",
            {"endpointName": "odd", "vpcEndpoint": "none"},
            endpoint("fine"),
        ),
    ],
)
def test_an_item_of_an_unknown_form_hides_no_other(
    start: Start,
    name: str,
    operation: str,
    key: str,
    odd: dict[str, Any],
    fine: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, _aws = start(name)
    monkeypatch.setattr(Api, "read_all", lambda _api, _operation, _request, _member: [odd, fine])

    strange, usual = run.succeed({"include_tags": False} if key == "workgroups" else {})[key]

    assert "odd" in strange.values()
    assert "can't be understood" in strange["error"]
    assert "error" not in usual
