# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    AnswerLost,
    NotFound,
    Throttled,
)
from botocore.exceptions import ReadTimeoutError
from unit_kit.clock import FakeClock
from unit_kit.conversation import REGION, Conversation

LOST = ReadTimeoutError(endpoint_url="https://redshift-serverless.us-east-1.amazonaws.com/")
SALES = {"workgroupName": "sales"}


@pytest.fixture
def api(conversation: Conversation) -> Api:
    return Api(conversation.connect("redshift-serverless"))


def test_a_read_gives_one_member_of_the_answer(api: Api, conversation: Conversation) -> None:
    conversation.answer("GetWorkgroup", SALES, {"workgroup": {"workgroupName": "sales"}})

    assert api.read("GetWorkgroup", SALES, "workgroup") == {"workgroupName": "sales"}


def test_a_read_whose_answer_is_lost_is_repeated(api: Api, conversation: Conversation) -> None:
    conversation.lose("GetWorkgroup", SALES, LOST).truncate("GetWorkgroup", SALES)
    conversation.answer("GetWorkgroup", SALES, {"workgroup": {"status": "AVAILABLE"}})

    assert api.read("GetWorkgroup", SALES, "workgroup") == {"status": "AVAILABLE"}
    conversation.assert_over()


def test_a_read_gives_up_after_three_lost_answers(api: Api, conversation: Conversation) -> None:
    for _unused in range(3):
        conversation.lose("GetWorkgroup", SALES, LOST)

    with pytest.raises(AnswerLost, match="GetWorkgroup"):
        api.read("GetWorkgroup", SALES, "workgroup")
    conversation.assert_over()


def test_an_answer_that_is_an_error_is_not_asked_for_again(api: Api, conversation: Conversation) -> None:
    conversation.refuse("GetWorkgroup", SALES, "ResourceNotFoundException", "Serverless workgroup sales not found.")

    with pytest.raises(NotFound):
        api.read("GetWorkgroup", SALES, "workgroup")
    conversation.assert_over()


WRAPPED = "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400)"


def test_a_throttled_read_is_repeated_after_pauses(conversation: Conversation, clock: FakeClock) -> None:
    """Botocore does not repeat it: the code is not one of a throttle."""
    api = Api(conversation.connect("redshift-serverless"), clock.deadline())
    for _unused in range(6):
        conversation.refuse("GetWorkgroup", SALES, "ValidationException", WRAPPED)
    conversation.answer("GetWorkgroup", SALES, {"workgroup": {"status": "AVAILABLE"}})

    assert api.read("GetWorkgroup", SALES, "workgroup") == {"status": "AVAILABLE"}
    assert len(clock.pauses) == 6
    assert min(clock.pauses) > 0.5
    conversation.assert_over()


def test_without_a_deadline_botocores_own_repetitions_are_enough(api: Api, conversation: Conversation) -> None:
    conversation.refuse("GetWorkgroup", SALES, "ThrottlingException", "Rate exceeded")

    with pytest.raises(Throttled, match="Rate exceeded"):
        api.read("GetWorkgroup", SALES, "workgroup")
    conversation.assert_over()


def test_a_read_that_is_throttled_up_to_the_deadline_says_so(conversation: Conversation, clock: FakeClock) -> None:
    api = Api(conversation.connect("redshift-serverless"), clock.deadline(timeout=1))
    for _unused in range(3):
        conversation.refuse("GetWorkgroup", SALES, "ValidationException", WRAPPED)

    with pytest.raises(Throttled, match="ThrottlingException"):
        api.read("GetWorkgroup", SALES, "workgroup")
    assert clock.time == pytest.approx(1)
    conversation.assert_over()


def test_a_write_whose_answer_is_lost_is_never_repeated(api: Api, conversation: Conversation) -> None:
    conversation.lose("UpdateWorkgroup", {**SALES, "port": 5440}, LOST)

    with pytest.raises(AnswerLost):
        api.write("UpdateWorkgroup", {**SALES, "port": 5440})
    conversation.assert_over()


def test_a_truncated_success_of_a_write_is_a_lost_answer(api: Api, conversation: Conversation) -> None:
    conversation.truncate("UpdateWorkgroup", {**SALES, "port": 5440})

    with pytest.raises(AnswerLost, match="incomplete"):
        api.write("UpdateWorkgroup", {**SALES, "port": 5440})


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("TagResource", {"resourceArn": "arn:aws:x", "tags": [{"key": "a", "value": "b"}]}),
        ("UntagResource", {"resourceArn": "arn:aws:x", "tagKeys": ["a"]}),
        ("DeleteResourcePolicy", {"resourceArn": "arn:aws:x"}),
    ],
)
def test_a_write_whose_success_has_no_body_succeeds(
    api: Api, conversation: Conversation, operation: str, request_: dict[str, object]
) -> None:
    conversation.answer(operation, request_, {})

    assert api.write(operation, request_) == {}


def test_a_list_is_read_to_its_last_page(api: Api, conversation: Conversation) -> None:
    conversation.answer("ListWorkgroups", {}, {"workgroups": [{"workgroupName": "one"}], "nextToken": "2"})
    conversation.lose("ListWorkgroups", {"nextToken": "2"}, LOST)
    conversation.answer("ListWorkgroups", {"nextToken": "2"}, {"workgroups": [], "nextToken": "3"})
    conversation.answer("ListWorkgroups", {"nextToken": "3"}, {"workgroups": [{"workgroupName": "two"}]})

    assert [each["workgroupName"] for each in api.read_all("ListWorkgroups", {}, "workgroups")] == ["one", "two"]
    conversation.assert_over()


def test_every_page_keeps_the_filter(api: Api, conversation: Conversation) -> None:
    owner = {"ownerAccount": "123456789012"}
    conversation.answer("ListWorkgroups", owner, {"workgroups": [], "nextToken": "2"})
    conversation.answer("ListWorkgroups", {**owner, "nextToken": "2"}, {"workgroups": []})

    assert api.read_all("ListWorkgroups", owner, "workgroups") == []
    conversation.assert_over()


def test_ec2_spells_its_token_otherwise(conversation: Conversation) -> None:
    ec2 = Api(conversation.connect("ec2"))
    conversation.answer("DescribeVpcs", {}, {"Vpcs": [{"VpcId": "vpc-1"}], "NextToken": "2"}, "ec2")
    conversation.answer("DescribeVpcs", {"NextToken": "2"}, {"Vpcs": [{"VpcId": "vpc-2"}]}, "ec2")

    assert [each["VpcId"] for each in ec2.read_all("DescribeVpcs", {}, "Vpcs")] == ["vpc-1", "vpc-2"]


def test_region_and_partition_come_from_the_client(api: Api) -> None:
    assert (api.region, api.partition) == (REGION, "aws")
