# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from unit_kit.modules import Runner

VPC = "vpc-0a1b2c3d4e5f60718"
Asked = dict[str, Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("network_info", monkeypatch)


def named(name: str, *values: str) -> Asked:
    return {"Filters": [{"Name": name, "Values": list(values)}]}


def group(number: int) -> Asked:
    return {"GroupId": f"sg-{number}", "VpcId": VPC}


def test_what_exists_is_read_and_what_does_not_is_left_out(run: Runner) -> None:
    subnet = {"SubnetId": "subnet-1", "VpcId": VPC, "Tags": [{"Key": "Some Name", "Value": "x"}]}
    asked = [
        ("DescribeSubnets", named("subnet-id", "subnet-1", "subnet-2"), {"Subnets": [subnet]}),
        ("DescribeSecurityGroups", named("group-id", "sg-1"), {"SecurityGroups": [group(1)]}),
        ("DescribeSecurityGroups", named("vpc-id", VPC), {"SecurityGroups": [group(1), group(2)]}),
    ]
    for operation, request, answer in asked:
        run.conversation.answer(operation, request, answer, "ec2")
    found = run.succeed(
        {
            "subnet_ids": ["subnet-2", "subnet-1", "subnet-2"],
            "security_group_ids": ["sg-1"],
            "vpc_ids": [VPC],
            "security_groups_of_vpcs": True,
        }
    )
    assert found["subnets"] == [{"subnet_id": "subnet-1", "vpc_id": VPC, "tags": {"Some Name": "x"}}]
    assert [each["group_id"] for each in found["security_groups"]] == ["sg-1", "sg-2"]
    assert found["vpcs"] == []


def test_vpcs_are_read_by_their_ids(run: Runner) -> None:
    run.conversation.answer("DescribeVpcs", named("vpc-id", VPC), {"Vpcs": [{"VpcId": VPC}]}, "ec2")
    assert run.succeed({"vpc_ids": [VPC]})["vpcs"] == [{"vpc_id": VPC, "tags": {}}]


def test_nothing_named_asks_nothing(run: Runner) -> None:
    found = run.succeed({"security_groups_of_vpcs": True})
    assert (found["subnets"], found["security_groups"], found["vpcs"]) == ([], [], [])


def test_many_ids_are_asked_for_in_as_many_requests_as_needed(run: Runner) -> None:
    ids = [f"sg-{number:03}" for number in range(201)]
    for part in (ids[:200], ids[200:]):
        run.conversation.answer(
            "DescribeSecurityGroups", named("group-id", *part), {"SecurityGroups": [{"GroupId": part[0]}]}, "ec2"
        )
    found = run.succeed({"security_group_ids": ids})
    assert [each["group_id"] for each in found["security_groups"]] == ["sg-000", "sg-200"]
