# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import ConnectionFailed
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from unit_kit.answers import WORKGROUP_ARN, workgroup
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]

SALES = {"workgroupName": "sales"}
URL = "https://redshift-serverless.us-east-1.amazonaws.com/"
RUNNING = "There is an operation running on the workgroup. Try updating the workgroup again later."
SSL = {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": "false"}]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("workgroup", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def get(aws: Conversation, times: int = 1, **members: Any) -> None:
    for _unused in range(times):
        aws.answer("GetWorkgroup", SALES, {"workgroup": workgroup(**members)})


def missing(aws: Conversation) -> None:
    aws.refuse("GetWorkgroup", SALES, "ResourceNotFoundException", "Serverless workgroup sales not found.")


def update(aws: Conversation, **member: Any) -> None:
    aws.answer("UpdateWorkgroup", {**SALES, **member}, {"workgroup": workgroup(status="MODIFYING")})


def tags(aws: Conversation, **values: str) -> None:
    listed = [{"key": key, "value": value} for key, value in values.items()]
    aws.answer("ListTagsForResource", {"resourceArn": WORKGROUP_ARN}, {"tags": listed})


AS_IT_IS: Options = {
    "name": "sales",
    "namespace": "sales",
    "config_parameters": {"require_ssl": "yes", "max_query_execution_time": 14400},
    "port": 5439,
    "publicly_accessible": False,
    "enhanced_vpc_routing": False,
    "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
    "subnet_ids": ["subnet-0c1d2e3f405162738", "subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"],
    "ip_address_type": "ipv4",
    "max_capacity": -1,
    "price_performance_target": {"status": "ENABLED", "level": 50},
    "track_name": "current",
    "extra_compute_for_automatic_optimization": False,
}


@pytest.mark.parametrize("check", [True, False])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool) -> None:
    get(aws)

    result = run.succeed(AS_IT_IS, check=check)

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert result["workgroup"]["endpoint"]["port"] == 5439
    assert "tags" not in result["workgroup"]


def test_tags_cost_one_read_more(run: Runner, aws: Conversation) -> None:
    get(aws)
    tags(aws, Team="x")

    result = run.succeed({"name": "sales", "tags": {"Team": "x"}})

    assert result["changed"] is False
    assert result["workgroup"]["tags"] == {"Team": "x"}


def test_creates_and_waits(run: Runner, aws: Conversation) -> None:
    request = {**SALES, "namespaceName": "sales", "port": 5440, "tags": [{"key": "a", "value": "1"}]}
    missing(aws)
    aws.answer("CreateWorkgroup", request, {"workgroup": workgroup(status="CREATING", endpoint=None)})
    get(aws, status="CREATING", endpoint=None)
    tags(aws, a="1")
    get(aws, 2, status="CREATING", endpoint=None)
    get(aws, endpoint={"address": "sales.example", "port": 5440})
    tags(aws, a="1")

    result = run.succeed({"name": "sales", "namespace": "sales", "port": 5440, "tags": {"a": "1"}})

    assert (result["changed"], operations(result)) == (True, ["CreateWorkgroup"])
    assert result["workgroup"]["status"] == "AVAILABLE"
    assert result["changes"][0]["seconds"] == round(run.clock.time, 1) > 0
    assert len(run.clock.pauses) == 3


def test_creates_and_then_allows_plaintext(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.answer("CreateWorkgroup", {**SALES, "namespaceName": "sales"}, {"workgroup": workgroup(status="CREATING")})
    get(aws, status="CREATING")
    get(aws)
    update(aws, **SSL)
    get(aws, status="MODIFYING")
    get(aws, parameters={"require_ssl": "false"})

    result = run.succeed({"name": "sales", "namespace": "sales", "config_parameters": {"require_ssl": False}})

    assert operations(result) == ["CreateWorkgroup", "UpdateWorkgroup"]
    assert result["restarted"] is True
    assert result["workgroup"]["config_parameters"]["require_ssl"] == "false"


GROUP = "sg-0b1c2d3e4f5061728"
SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"]

UPDATES: list[tuple[Options, Options, Options]] = [
    ({"port": 8191}, {"port": 8191}, {"endpoint": {"port": 8191}}),
    ({"publicly_accessible": True}, {"publiclyAccessible": True}, {"publiclyAccessible": True}),
    ({"enhanced_vpc_routing": True}, {"enhancedVpcRouting": True}, {"enhancedVpcRouting": True}),
    ({"security_group_ids": [GROUP]}, {"securityGroupIds": [GROUP]}, {"securityGroupIds": [GROUP]}),
    ({"subnet_ids": SUBNETS}, {"subnetIds": SUBNETS}, {"subnetIds": SUBNETS}),
    ({"ip_address_type": "dualstack"}, {"ipAddressType": "dualstack"}, {"ipAddressType": "dualstack"}),
    ({"max_capacity": 512}, {"maxCapacity": 512}, {"maxCapacity": 512}),
    (
        {"price_performance_target": {"level": 100}},
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 100}},
        {"pricePerformanceTarget": {"status": "ENABLED", "level": 100}},
    ),
    ({"track_name": "trailing"}, {"trackName": "trailing"}, {"pendingTrackName": "trailing"}),
    (
        {"extra_compute_for_automatic_optimization": True},
        {"extraComputeForAutomaticOptimization": True},
        {"extraComputeForAutomaticOptimization": True},
    ),
    ({"config_parameters": {"require_ssl": "no"}}, SSL, {"parameters": {"require_ssl": "false"}}),
]


@pytest.mark.parametrize(("options", "request_", "members"), UPDATES, ids=lambda value: next(iter(value)))
def test_each_difference_is_one_update(
    run: Runner, aws: Conversation, options: Options, request_: Options, members: Options
) -> None:
    get(aws)
    update(aws, **request_)
    get(aws, status="MODIFYING")
    get(aws, **members)

    result = run.succeed({"name": "sales", "check_subnets": False, **options}, diff=True)

    assert operations(result) == ["UpdateWorkgroup"]
    assert result["diff"]["before"] != result["diff"]["after"]
    assert result["diff"]["after"] == {"workgroup": result["workgroup"]}


@pytest.mark.parametrize(("options", "request_", "members"), UPDATES, ids=lambda value: next(iter(value)))
def test_check_mode_writes_nothing_and_tells_the_same(
    run: Runner, aws: Conversation, options: Options, request_: Options, members: Options
) -> None:
    get(aws)
    foretold = run.succeed({"name": "sales", "check_subnets": False, **options}, check=True, diff=True)
    assert aws.asked == ["GetWorkgroup"]
    get(aws)
    update(aws, **request_)
    get(aws, **members)
    happened = run.succeed({"name": "sales", "check_subnets": False, **options}, diff=True)

    assert without_seconds(foretold) == without_seconds(happened)
    assert foretold["workgroup"].keys() == happened["workgroup"].keys()
    [option] = options
    assert foretold["workgroup"][option] == happened["workgroup"][option]
    assert foretold["restarted"] == happened["restarted"]
    assert foretold["diff"]["before"] == happened["diff"]["before"]


def without_seconds(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in change.items() if key != "seconds"} for change in result["changes"]]


def test_two_differences_are_two_updates_with_a_wait_between(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, **SSL)
    get(aws, 2, status="MODIFYING")
    get(aws, parameters={"require_ssl": "false"})
    update(aws, port=5440)
    get(aws, status="MODIFYING")
    get(aws, parameters={"require_ssl": "false"}, endpoint={"port": 5440})

    result = run.succeed({"name": "sales", "port": 5440, "config_parameters": {"require_ssl": False}})

    assert [change["parameters"].get("port") for change in result["changes"]] == [None, 5440]


def test_tags_are_set_and_taken_away(run: Runner, aws: Conversation) -> None:
    get(aws)
    tags(aws, old="1", same="s")
    aws.answer("TagResource", {"resourceArn": WORKGROUP_ARN, "tags": [{"key": "New", "value": "2"}]}, {})
    get(aws)
    tags(aws, old="1", same="s", New="2")
    aws.answer("UntagResource", {"resourceArn": WORKGROUP_ARN, "tagKeys": ["old"]}, {})
    get(aws)
    tags(aws, same="s", New="2")

    result = run.succeed({"name": "sales", "tags": {"same": "s", "New": "2"}})

    assert operations(result) == ["TagResource", "UntagResource"]
    assert result["workgroup"]["tags"] == {"same": "s", "New": "2"}


def test_without_purging_tags_of_others_stay(run: Runner, aws: Conversation) -> None:
    get(aws)
    tags(aws, old="1")

    assert run.succeed({"name": "sales", "tags": {"old": "1"}, "purge_tags": False})["changed"] is False


def test_deletes_and_waits_until_it_is_gone(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.answer("DeleteWorkgroup", SALES, {"workgroup": workgroup(status="DELETING")})
    get(aws)  # AWS may show it as before for a while
    get(aws, status="DELETING")
    missing(aws)

    result = run.succeed({"name": "sales", "state": "absent"}, diff=True)

    assert operations(result) == ["DeleteWorkgroup"]
    assert (result["workgroup"], result["diff"]["after"]) == (None, {"workgroup": None})


@pytest.mark.parametrize("check", [True, False])
def test_absent_already(run: Runner, aws: Conversation, check: bool) -> None:
    missing(aws)

    result = run.succeed({"name": "sales", "state": "absent"}, check=check)

    assert (result["changed"], result["workgroup"]) == (False, None)


def test_check_mode_foretells_a_creation_in_full(run: Runner, aws: Conversation) -> None:
    options = {
        "name": "sales",
        "namespace": "yet-to-be-made",
        "config_parameters": {"require_ssl": False},
        "port": 5440,
    }
    missing(aws)

    result = run.succeed(options, check=True, diff=True)

    assert operations(result) == ["CreateWorkgroup", "UpdateWorkgroup"]
    assert result["diff"]["before"] == {"workgroup": None}
    assert result["workgroup"]["config_parameters"]["require_ssl"] == "false"
    assert (result["workgroup"]["port"], result["workgroup"]["workgroup_arn"]) == (5440, None)
    assert all(change["seconds"] == 0 for change in result["changes"])


def test_a_busy_workgroup_is_waited_for(run: Runner, aws: Conversation) -> None:
    get(aws, 3, status="MODIFYING")
    get(aws)
    update(aws, port=5440)
    get(aws, endpoint={"port": 5440})

    assert run.succeed({"name": "sales", "port": 5440})["changed"] is True


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ConflictException", RUNNING),
        ("ConflictException", "There is an operation in progress"),
        ("ConflictException", "There is an operation running on the namespace. Try again later."),
        ("ThrottlingException", "Rate exceeded"),
    ],
)
def test_a_write_that_is_refused_in_passing_is_tried_again(
    run: Runner, aws: Conversation, code: str, text: str
) -> None:
    get(aws)
    for _unused in range(2):
        aws.refuse("UpdateWorkgroup", {**SALES, "port": 5440}, code, text)
        get(aws)
    update(aws, port=5440)
    get(aws, endpoint={"port": 5440})

    result = run.succeed({"name": "sales", "port": 5440})

    assert operations(result) == ["UpdateWorkgroup"]
    assert len(run.clock.pauses) == 2


def test_a_lost_answer_is_looked_after_before_anything_is_repeated(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.lose("UpdateWorkgroup", {**SALES, "port": 5440}, ReadTimeoutError(endpoint_url=URL))
    get(aws, status="MODIFYING")
    get(aws, endpoint={"port": 5440})

    assert operations(run.succeed({"name": "sales", "port": 5440})) == ["UpdateWorkgroup"]


def test_a_write_that_was_lost_on_its_way_is_sent_again(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.lose("UpdateWorkgroup", {**SALES, "port": 5440}, ConnectionClosedError(endpoint_url=URL))
    get(aws)
    update(aws, port=5440)
    get(aws, endpoint={"port": 5440})

    assert operations(run.succeed({"name": "sales", "port": 5440})) == ["UpdateWorkgroup"]


def test_a_truncated_creation_is_looked_after(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.truncate("CreateWorkgroup", {**SALES, "namespaceName": "sales"})
    get(aws, status="CREATING")
    get(aws)

    assert operations(run.succeed({"name": "sales", "namespace": "sales"})) == ["CreateWorkgroup"]


def test_a_creation_that_finds_itself_done_goes_on(run: Runner, aws: Conversation) -> None:
    missing(aws)
    aws.refuse(
        "CreateWorkgroup", {**SALES, "namespaceName": "sales"}, "ConflictException", "The workgroup already exists."
    )
    get(aws, status="CREATING")
    get(aws)

    assert run.succeed({"name": "sales", "namespace": "sales"})["workgroup"]["status"] == "AVAILABLE"


def test_an_update_that_finds_itself_done_goes_on(run: Runner, aws: Conversation) -> None:
    text = "You didn't specify any changes to the configuration parameters."
    get(aws)
    aws.refuse("UpdateWorkgroup", {**SALES, **SSL}, "ValidationException", text)
    get(aws, parameters={"require_ssl": "false"})

    assert run.succeed({"name": "sales", "config_parameters": {"require_ssl": False}})["changed"] is True


def test_a_success_that_never_shows_is_a_failure(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, **SSL)
    get(aws, 60)

    code, result = run.run({"name": "sales", "config_parameters": {"require_ssl": False}})

    assert code == 1
    assert "does not show it" in result["msg"]
    assert [change["operation"] for change in result["changes_pending"]] == ["UpdateWorkgroup"]


def test_without_waiting_it_returns_what_aws_has_begun(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, port=5440)
    get(aws, status="MODIFYING")

    result = run.succeed({"name": "sales", "port": 5440, "wait": False})

    assert result["workgroup"]["status"] == "MODIFYING"
    assert run.clock.pauses == []


def test_a_timeout_tells_what_was_done_and_what_was_not(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, **SSL)
    get(aws, parameters={"require_ssl": "false"})
    update(aws, port=5440)
    get(aws, 40, status="MODIFYING", parameters={"require_ssl": "false"})

    options = {"name": "sales", "port": 5440, "config_parameters": {"require_ssl": False}, "wait_timeout": 30}
    code, result = run.run({**options, "track_name": "trailing"})

    assert code == 1
    assert "wait_timeout is 30 seconds" in result["msg"]
    assert result["changed"] is result["restarted"] is True
    assert [change["parameters"].get("port") for change in result["changes"]] == [None, 5440]
    assert [change["parameters"].get("track_name") for change in result["changes_pending"]] == ["trailing"]


def test_a_missing_permission_is_one_sentence_with_the_action(run: Runner, aws: Conversation) -> None:
    get(aws)
    text = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: redshift-serverless:UpdateWorkgroup"
    aws.refuse("UpdateWorkgroup", {**SALES, "port": 5440}, "AccessDeniedException", text)

    result = run.fail({"name": "sales", "port": 5440})

    assert "The caller needs the IAM permission redshift-serverless:UpdateWorkgroup." in result["msg"]
    assert result["error"]["code"] == "AccessDeniedException"
    assert (result["changed"], result["changes"]) == (False, [])
    assert len(result["changes_pending"]) == 1


def test_a_namespace_that_is_not_there_is_explained(run: Runner, aws: Conversation) -> None:
    missing(aws)
    request = {**SALES, "namespaceName": "nowhere"}
    aws.refuse("CreateWorkgroup", request, "ResourceNotFoundException", "The namespace nowhere was not found.")

    result = run.fail({"name": "sales", "namespace": "nowhere"})

    assert result["msg"].startswith(
        "namespace: got 'nowhere'; expected a namespace in Region us-east-1. Creating the workgroup failed"
    )
    assert "Create the namespace first" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_restart_that_is_not_allowed_is_refused_before_the_first_write(
    run: Runner, aws: Conversation, check: bool
) -> None:
    get(aws)

    options = {"name": "sales", "port": 5440, "config_parameters": {"require_ssl": False}, "allow_restart": False}
    result = run.fail(options, check=check)

    assert "require_ssl: true -> false" in result["msg"]
    assert "allow_restart" in result["msg"]
    assert result["changed"] is False


def key(name: str, value: str) -> dict[str, str]:
    return {"parameterKey": name, "parameterValue": value}


def without(name: str) -> list[dict[str, str]]:
    """A fresh workgroup's parameters but for one."""
    return [entry for entry in workgroup()["configParameters"] if entry["parameterKey"] != name]


@pytest.mark.parametrize("value", [-1, "-1", None])
@pytest.mark.parametrize("shows_it", [True, False])
def test_a_limit_is_removed_once_however_aws_shows_that(
    run: Runner, aws: Conversation, value: Any, shows_it: bool
) -> None:
    options = {"name": "sales", "config_parameters": {"max_scan_row_count": value}}
    removed: dict[str, Any] = {"parameters": {"max_scan_row_count": "-1"}} if shows_it else {}
    get(aws, parameters={"max_scan_row_count": "1000"})
    foretold = run.succeed(options, check=True)
    get(aws, parameters={"max_scan_row_count": "1000"})
    update(aws, configParameters=[key("max_scan_row_count", "-1")])
    get(aws, **removed)
    happened = run.succeed(options)
    again = []
    for check in (True, False):
        get(aws, **removed)
        again.append(run.succeed(options, check=check))

    assert foretold["changes"][0]["reason"] == happened["changes"][0]["reason"] == "max_scan_row_count: 1000 -> removed"
    assert "max_scan_row_count" not in foretold["workgroup"]["config_parameters"]
    assert [result["changed"] for result in again] == [False, False]


def test_a_new_workgroup_loses_the_limit_that_aws_gives_it(run: Runner, aws: Conversation) -> None:
    options = {
        "name": "sales",
        "namespace": "sales",
        "config_parameters": {"max_query_execution_time": -1, "max_scan_row_count": -1},
    }
    missing(aws)
    foretold = run.succeed(options, check=True)
    missing(aws)
    aws.answer("CreateWorkgroup", {**SALES, "namespaceName": "sales"}, {"workgroup": workgroup(status="CREATING")})
    get(aws)
    update(aws, configParameters=[key("max_query_execution_time", "-1")])
    get(aws, configParameters=without("max_query_execution_time"))

    assert operations(foretold) == operations(run.succeed(options)) == ["CreateWorkgroup", "UpdateWorkgroup"]


QUEUES = '[{"name":"etl"}]'


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("exists", [True, False])
def test_the_first_queues_are_refused_without_consent(
    run: Runner, aws: Conversation, check: bool, exists: bool
) -> None:
    get(aws) if exists else missing(aws)

    options = {"name": "sales", "namespace": "sales", "config_parameters": {"wlm_json_configuration": QUEUES}}
    result = run.fail(options, check=check)

    assert "allow_permanent_change" in result["msg"]
    assert (result["changed"], result["changes"]) == (False, [])


def test_queues_replace_limits_in_one_task_with_consent_and_change_without(run: Runner, aws: Conversation) -> None:
    wanted = {"wlm_json_configuration": [{"name": "etl"}], "max_scan_row_count": None}
    get(aws, parameters={"max_scan_row_count": "1000"})
    update(aws, configParameters=[key("max_scan_row_count", "-1")])
    get(aws)
    update(aws, configParameters=[key("wlm_json_configuration", QUEUES)])
    get(aws, parameters={"wlm_json_configuration": QUEUES})
    first = run.succeed({"name": "sales", "config_parameters": wanted, "allow_permanent_change": True})
    get(aws, parameters={"wlm_json_configuration": QUEUES})
    second = run.succeed({"name": "sales", "config_parameters": wanted})
    get(aws, parameters={"wlm_json_configuration": QUEUES})
    update(aws, configParameters=[key("wlm_json_configuration", "[]")])
    get(aws, parameters={"wlm_json_configuration": "[]"})
    third = run.succeed({"name": "sales", "config_parameters": {"wlm_json_configuration": []}})

    assert [result["changed"] for result in (first, second, third)] == [True, False, True]


NO_SNAPSHOT = (
    "Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry."
)


def test_the_first_recovery_point_is_waited_for_and_the_result_says_so(run: Runner, aws: Conversation) -> None:
    manual: dict[str, Any] = {"baseCapacity": 8, "pricePerformanceTarget": {"status": "DISABLED"}}
    get(aws, **manual)
    for _unused in range(3):
        aws.refuse("UpdateWorkgroup", {**SALES, "baseCapacity": 16}, "ValidationException", NO_SNAPSHOT)
        get(aws, **manual)
    update(aws, baseCapacity=16)
    get(aws, **{**manual, "baseCapacity": 16})

    result = run.succeed({"name": "sales", "base_capacity": 16, "check_subnets": False})

    assert [change["waited_for"] for change in result["changes"]] == [NO_SNAPSHOT]
    assert result["changes"][0]["seconds"] == round(run.clock.time, 1) > 1


def test_a_wrapped_throttle_of_the_first_read_is_waited_for(run: Runner, aws: Conversation) -> None:
    wrapped = "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400)"
    aws.refuse("GetWorkgroup", SALES, "ValidationException", wrapped)
    get(aws)

    assert run.succeed({"name": "sales"})["changed"] is False
    assert len(run.clock.pauses) == 1


BAD: list[tuple[Options, str]] = [
    ({"port": 5430}, "port: got 5430"),
    ({"port": "many"}, "port"),
    ({"config_parameters": {"requires_ssl": True}}, "Did you mean 'require_ssl'?"),
    (
        {"config_parameters": {"require_ssl": "maybe"}},
        "config_parameters.require_ssl: got 'maybe'; expected true or false.",
    ),
    (
        {"config_parameters": {"require_ssl": False, "use_fips_ssl": True}},
        "got use_fips_ssl true with require_ssl false; expected require_ssl true",
    ),
    ({"name": "Sales"}, "name: got 'Sales'"),
    ({"subnet_ids": []}, "subnet_ids: got an empty list"),
    ({"ip_address_type": "ipv6"}, "ip_address_type"),
    ({"publicly_accesible": True}, "publicly_accesible"),
    ({"price_performance_target": {"status": "ON"}}, "price_performance_target"),
    ({"base_capacity": 64, "max_capacity": 8}, "base_capacity: got 64"),
    ({"base_capacity": 100}, "base_capacity: got 100"),
    ({"price_performance_target": {"level": 10}}, "price_performance_target.level: got 10"),
    ({"security_group_ids": [""]}, "security_group_ids: got ''; expected an id such as sg-"),
    ({"security_group_ids": ["subnet-0a1b2c3d4e5f60718"]}, "security_group_ids: got 'subnet-0a1b2c3d4e5f60718'"),
    ({"subnet_ids": [f"subnet-{number:08x}" for number in range(33)]}, "subnet_ids: got 33 ids; expected at most 32."),
    ({"state": "gone"}, "state"),
    ({"wait_timeout": "soon"}, "wait_timeout"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_is_refused_without_asking_aws(
    run: Runner, aws: Conversation, options: Options, message: str, check: bool
) -> None:
    result = run.fail({"name": "sales", **options}, check=check)

    assert message in result["msg"]
    assert aws.asked == []


def test_a_config_parameter_that_nobody_knows_is_refused_after_one_read(run: Runner, aws: Conversation) -> None:
    get(aws)

    result = run.fail({"name": "sales", "config_parameters": {"spill_to_disk": True}})

    assert "config_parameters.spill_to_disk: got an unknown config parameter" in result["msg"]


def test_a_creation_needs_a_namespace(run: Runner, aws: Conversation) -> None:
    missing(aws)

    assert run.fail({"name": "sales"})["msg"].startswith("namespace: got nothing, but workgroup sales does not exist")


def test_strings_as_a_survey_gives_them(run: Runner, aws: Conversation) -> None:
    get(aws)
    options = {"port": "5439", "publicly_accessible": "no", "config_parameters": {"require_ssl": "True"}}

    assert run.succeed({"name": "sales", **options})["changed"] is False


def describe_subnets(aws: Conversation, *zones: str) -> None:
    found = [
        {"SubnetId": subnet, "VpcId": "vpc-0a1b2c3d", "AvailabilityZone": zone, "AvailableIpAddressCount": 250}
        for subnet, zone in zip(SUBNETS, zones, strict=True)
    ]
    aws.answer("DescribeSubnets", {"SubnetIds": SUBNETS}, {"Subnets": found}, "ec2")


def test_subnets_in_which_no_workgroup_can_live_are_refused_before_the_first_write(
    run: Runner, aws: Conversation
) -> None:
    get(aws)
    describe_subnets(aws, "us-east-1a", "us-east-1a")
    zones = [{"ZoneName": f"us-east-1{letter}"} for letter in "abcdef"]
    aws.answer("DescribeAvailabilityZones", {}, {"AvailabilityZones": zones}, "ec2")

    failure = run.fail({"name": "sales", "subnet_ids": SUBNETS, "enhanced_vpc_routing": True})

    assert failure["msg"] == (
        "subnet_ids: got 2 subnets; expected at least 3 with enhanced VPC routing. Got 1 availability zone (us-east-1a); expected "
        "at least 3 with enhanced VPC routing. Choose other subnets, or set check_subnets to false to let AWS decide."
    )
    assert "UpdateWorkgroup" not in aws.asked


def test_two_subnets_in_two_zones_are_enough_without_routing(run: Runner, aws: Conversation) -> None:
    get(aws)
    describe_subnets(aws, "us-east-1a", "us-east-1b")
    update(aws, subnetIds=SUBNETS)
    get(aws, subnetIds=SUBNETS)

    assert operations(run.succeed({"name": "sales", "subnet_ids": SUBNETS})) == ["UpdateWorkgroup"]


FIXED: Options = {"baseCapacity": 8, "pricePerformanceTarget": {"status": "DISABLED"}, "subnetIds": SUBNETS}


@pytest.mark.parametrize(
    ("members", "options", "cause"),
    [
        ({}, {"enhanced_vpc_routing": True}, "enhanced_vpc_routing"),
        ({"enhancedVpcRouting": True}, {"base_capacity": 16}, "base_capacity"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_present_subnets_that_do_not_suffice_are_found_before_the_first_write(
    run: Runner, aws: Conversation, members: Options, options: Options, cause: str, check: bool
) -> None:
    get(aws, **FIXED, **members)
    describe_subnets(aws, "us-east-1a", "us-east-1b")
    zones = [{"ZoneName": f"us-east-1{letter}"} for letter in "abcdef"]
    aws.answer("DescribeAvailabilityZones", {}, {"AvailabilityZones": zones}, "ec2")

    failure = run.fail({"name": "sales", "config_parameters": {"require_ssl": False}, **options}, check=check)

    assert failure["msg"].startswith(f"{cause}: the present subnets do not suffice, got 2 subnets; expected at least 3")


@pytest.mark.parametrize(
    ("members", "options"),
    [
        ({"enhancedVpcRouting": True}, {"enhanced_vpc_routing": False}),
        ({"enhancedVpcRouting": True, "baseCapacity": 64}, {"base_capacity": 32}),
        ({"enhancedVpcRouting": True}, {"max_capacity": 512}),
    ],
)
def test_ec2_is_not_asked_where_less_is_needed(
    run: Runner, aws: Conversation, members: Options, options: Options
) -> None:
    get(aws, **{**FIXED, **members})

    assert operations(run.succeed({"name": "sales", **options}, check=True)) == ["UpdateWorkgroup"]


@pytest.mark.parametrize("check", [True, False])
def test_groups_of_another_vpc_are_refused_before_the_restart(run: Runner, aws: Conversation, check: bool) -> None:
    get(aws)
    groups = [{"GroupId": GROUP, "VpcId": "vpc-0b1c2d3e"}]
    aws.answer("DescribeSecurityGroups", {"GroupIds": [GROUP]}, {"SecurityGroups": groups}, "ec2")

    options = {"name": "sales", "config_parameters": {"require_ssl": False}, "security_group_ids": [GROUP]}
    failure = run.fail(options, check=check)

    assert failure["msg"] == (
        f"security_group_ids: got {GROUP} in vpc-0b1c2d3e; expected groups of vpc-0a1b2c3d, the VPC of the subnets. "
        "Choose groups of that VPC."
    )
    assert (failure["changed"], failure["restarted"]) == (False, False)


def describe_present(aws: Conversation) -> None:
    """The subnets that the workgroup has."""
    ids = workgroup()["subnetIds"]
    found = [
        {
            "SubnetId": each,
            "VpcId": "vpc-0a1b2c3d",
            "AvailabilityZone": f"us-east-1{zone}",
            "AvailableIpAddressCount": 9,
        }
        for each, zone in zip(ids, "abc", strict=True)
    ]
    aws.answer("DescribeSubnets", {"SubnetIds": ids}, {"Subnets": found}, "ec2")


def test_a_target_is_switched_off_together_with_the_base(run: Runner, aws: Conversation) -> None:
    off: Options = {"pricePerformanceTarget": {"status": "DISABLED"}, "baseCapacity": 64}
    get(aws)
    describe_present(aws)
    update(aws, **off)
    get(aws, status="MODIFYING")
    get(aws, **off)

    options = {"name": "sales", "base_capacity": 64, "price_performance_target": {"status": "DISABLED", "level": None}}
    result = run.succeed(options)

    assert operations(result) == ["UpdateWorkgroup"]
    assert result["changes"][0]["interrupts"] is True
    assert result["workgroup"]["price_performance_target"] == {"status": "DISABLED", "level": None}
    assert result["workgroup"]["base_capacity"] == 64


def test_a_track_that_aws_applies_later_is_done(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, trackName="trailing")
    get(aws, status="MODIFYING")
    get(aws, 2, pendingTrackName="trailing")

    first = run.run({"name": "sales", "track_name": "trailing"})[1]
    second = run.succeed({"name": "sales", "track_name": "trailing"})

    assert (first["changed"], second["changed"]) == (True, False)
    assert (first["workgroup"]["track_name"], first["workgroup"]["pending_track_name"]) == ("current", "trailing")


def filtered(name: str, *values: str) -> Options:
    return {"Filters": [{"Name": name, "Values": list(values)}]}


def a_network_without_a_way_out(aws: Conversation) -> None:
    """What EC2 answers about a VPC that has no gateway."""
    vpc, ids = "vpc-0a1b2c3d", workgroup()["subnetIds"]
    own = [*filtered("group-id", *workgroup()["securityGroupIds"])["Filters"], *filtered("subnet-id", *ids)["Filters"]]
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    table = {"RouteTableId": "rtb-1", "VpcId": vpc, "Associations": [{"Main": True}], "Routes": [local]}
    answers: list[tuple[str, Options, Options]] = [
        ("DescribeSecurityGroupRules", {"Filters": own[:1]}, {"SecurityGroupRules": []}),
        (
            "DescribeVpcBlockPublicAccessOptions",
            {},
            {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}},
        ),
        ("DescribeNetworkInterfaces", {"Filters": own}, {"NetworkInterfaces": []}),
        ("DescribeInternetGateways", filtered("attachment.vpc-id", vpc), {"InternetGateways": []}),
        ("DescribeRouteTables", filtered("vpc-id", vpc), {"RouteTables": [table]}),
        ("DescribeNetworkAcls", filtered("association.subnet-id", *ids), {"NetworkAcls": []}),
        (
            "DescribeVpcAttribute",
            {"VpcId": vpc, "Attribute": "enableDnsSupport"},
            {"EnableDnsSupport": {"Value": True}},
        ),
        (
            "DescribeVpcAttribute",
            {"VpcId": vpc, "Attribute": "enableDnsHostnames"},
            {"EnableDnsHostnames": {"Value": True}},
        ),
    ]
    for operation, request, answer in answers:
        aws.answer(operation, request, answer, "ec2")


def test_public_access_without_a_way_to_the_internet_is_explained(run: Runner, aws: Conversation) -> None:
    get(aws)
    update(aws, publiclyAccessible=True)
    get(aws, 40)
    a_network_without_a_way_out(aws)
    aws.in_any_order()

    code, result = run.run({"name": "sales", "publicly_accessible": True})

    assert code == 1
    assert result["msg"].startswith(
        "publicly_accessible: got true; AWS accepted it and left workgroup sales private. Missing on the way to the internet: "
        "internet_gateway, route. Attach an internet gateway to vpc-0a1b2c3d"
    )
    assert [change["operation"] for change in result["changes_pending"]] == ["UpdateWorkgroup"]


def test_public_access_that_can_not_be_explained_is_still_reported(
    run: Runner, aws: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    get(aws)
    update(aws, publiclyAccessible=True)
    get(aws, 60)
    connected = aws.connect

    def connect(service: str) -> Any:
        if service == "ec2":
            raise ConnectionFailed("There is no way to EC2.")
        return connected(service)

    monkeypatch.setattr(aws, "connect", connect)

    code, result = run.run({"name": "sales", "publicly_accessible": True})

    assert code == 1
    assert "does not show it" in result["msg"]


def test_subnets_that_may_not_be_read_are_left_to_aws(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.refuse("DescribeSubnets", {"SubnetIds": SUBNETS}, "UnauthorizedOperation", "No.", 403, "ec2")
    update(aws, subnetIds=SUBNETS)
    get(aws, subnetIds=SUBNETS)

    assert operations(run.succeed({"name": "sales", "subnet_ids": SUBNETS})) == ["UpdateWorkgroup"]


def test_subnets_that_are_not_there_are_named_but_may_be_yet_to_come_in_check_mode(
    run: Runner, aws: Conversation
) -> None:
    def script() -> None:
        get(aws)
        text = "The subnet ID 'x' does not exist."
        aws.refuse("DescribeSubnets", {"SubnetIds": SUBNETS}, "InvalidSubnetID.NotFound", text, 400, "ec2")

    script()
    assert operations(run.succeed({"name": "sales", "subnet_ids": SUBNETS}, check=True)) == ["UpdateWorkgroup"]
    script()
    failure = run.fail({"name": "sales", "subnet_ids": SUBNETS})
    assert failure["msg"] == (
        "subnet_ids: got an id that EC2 does not have in us-east-1 (The subnet ID 'x' does not exist). Correct the id, the Region "
        "or the credentials."
    )


@pytest.mark.parametrize("check", [True, False])
def test_dualstack_without_ipv6_networks_is_found_before_the_restart(
    run: Runner, aws: Conversation, check: bool
) -> None:
    get(aws)
    describe_present(aws)

    options = {"name": "sales", "ip_address_type": "dualstack", "config_parameters": {"require_ssl": False}}
    failure = run.fail(options, check=check)

    assert failure["msg"].startswith(
        "ip_address_type: the present subnets do not suffice, got no subnet with an IPv6 CIDR block; expected one on each subnet"
    )


def test_dualstack_without_ipv6_networks_is_refused_in_plain_words(run: Runner, aws: Conversation) -> None:
    get(aws)
    text = "There are no subnets in your VPC with associated IPv6 CIDR blocks."
    request = {"workgroupName": "sales", "ipAddressType": "dualstack"}
    aws.refuse("UpdateWorkgroup", request, "Ipv6CidrBlockNotFoundException", text)

    failure = run.fail({"name": "sales", "ip_address_type": "dualstack", "check_subnets": False})

    assert failure["msg"].startswith(
        "ip_address_type: got dualstack; expected an IPv6 CIDR block on the VPC and on each subnet"
    )
