# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import AccessDenied
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet import reading
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet.options import request_of
from unit_kit.conversation import ACCOUNT, Conversation

POLICY = '{"Version": "2012-10-17", "Statement": [%s]}'
GRANT = (
    '{"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": ["redshift-serverless:CreateEndpointAccess", '
    '"redshift-serverless:UpdateEndpointAccess", "redshift-serverless:DeleteEndpointAccess"]}'
)


def arn(name: str) -> str:
    return f"arn:aws:redshift-serverless:us-east-1:{ACCOUNT}:workgroup/{name}"


def listed(*names: str) -> dict[str, Any]:
    return {"workgroups": [{"workgroupName": name, "workgroupArn": arn(name), "status": "AVAILABLE"} for name in names]}


def read(conversation: Conversation, **given: Any) -> reading.Found:
    request = request_of(given, {}, (), lambda text: text)
    found = reading.read(Api(conversation.connect("redshift-serverless")), request)
    conversation.assert_over()
    return found


def test_pages_are_the_only_calls(conversation: Conversation) -> None:
    conversation.answer("ListWorkgroups", {}, {**listed("sales"), "nextToken": "more"})
    conversation.answer("ListWorkgroups", {"nextToken": "more"}, listed("stock"))

    found = read(conversation)

    assert [row["workgroup_name"] for row in found.rows] == ["sales", "stock"]
    assert found.rows[0]["port"] == 5439
    assert not {"tags", "grants"} & set(found.rows[0])
    assert found.unread == []


def test_tags_and_grants_cost_a_call_only_for_what_is_left(conversation: Conversation) -> None:
    conversation.in_any_order()
    conversation.answer("ListWorkgroups", {}, listed("sales", "stock", "people"))
    for name in ("sales", "stock"):
        tags = {"tags": [{"key": "stage", "value": name}]}
        conversation.answer("ListTagsForResource", {"resourceArn": arn(name)}, tags)
    policy = {"resourcePolicy": {"resourceArn": arn("sales"), "policy": POLICY % GRANT}}
    conversation.answer("GetResourcePolicy", {"resourceArn": arn("sales")}, policy)

    found = read(conversation, filters={"name": "s*", "tags": {"stage": "sales"}}, include_grants=True)

    (row,) = found.rows
    assert (row["tags"], [grant["account"] for grant in row["grants"]]) == ({"stage": "sales"}, ["222222222222"])


@pytest.mark.parametrize("named", [1, 7])
def test_tags_that_can_not_be_read_are_told_once_and_hide_no_host(conversation: Conversation, named: int) -> None:
    names = [f"sales{number}" for number in range(named)]
    conversation.in_any_order().answer("ListWorkgroups", {}, listed(*names))
    for name in names:
        conversation.refuse("ListTagsForResource", {"resourceArn": arn(name)}, "AccessDeniedException", "No.")

    found = read(conversation, include_tags=True)

    (unread,) = found.unread
    more = f" and {named - reading.NAMED} more" if named > reading.NAMED else ""
    assert unread.what == f"the tags of {', '.join(names[: reading.NAMED])}{more}"
    assert "No." in unread.reason
    assert [(row["tags"], "No." in row["tags_error"]) for row in found.rows] == [(None, True)] * named
    assert all(not key.startswith("_") for row in found.rows for key in row)


def test_a_policy_that_can_not_be_understood_is_no_lack_of_the_inventory(conversation: Conversation) -> None:
    conversation.answer("ListWorkgroups", {}, listed("sales"))
    policy = {"resourcePolicy": {"resourceArn": arn("sales"), "policy": '{"Statement": "odd"}'}}
    conversation.answer("GetResourcePolicy", {"resourceArn": arn("sales")}, policy)

    found = read(conversation, include_grants=True)

    assert found.unread == []
    assert found.rows[0]["grants"] is None
    assert found.rows[0]["grants_error"]


def test_grants_that_can_not_be_read_are_told(conversation: Conversation) -> None:
    conversation.answer("ListWorkgroups", {}, listed("sales"))
    conversation.refuse("GetResourcePolicy", {"resourceArn": arn("sales")}, "AccessDeniedException", "No.")

    found = read(conversation, include_grants=True)

    assert [unread.what for unread in found.unread] == ["the grants of sales"]
    assert found.rows[0]["grants"] is None


def test_no_policy_is_no_grant(conversation: Conversation) -> None:
    conversation.answer("ListWorkgroups", {}, listed("sales"))
    conversation.refuse("GetResourcePolicy", {"resourceArn": arn("sales")}, "ResourceNotFoundException", "None.")

    assert read(conversation, include_grants=True).rows[0]["grants"] == []


def test_a_workgroup_of_an_unknown_form_is_told(conversation: Conversation) -> None:
    odd = {"workgroupName": "stock", "workgroupArn": arn("stock"), "configParameters": [{"parameterValue": "1"}]}
    nameless = {"workgroupArn": arn("people")}
    conversation.answer("ListWorkgroups", {}, {"workgroups": [*listed("sales")["workgroups"], odd, nameless]})

    found = read(conversation)

    assert [row["workgroup_name"] for row in found.rows] == ["sales"]
    assert [unread.what for unread in found.unread] == ["the workgroup stock", "the workgroup without a name"]


def test_what_can_not_be_listed_is_an_error(conversation: Conversation) -> None:
    conversation.refuse("ListWorkgroups", {}, "AccessDeniedException", "No.")

    with pytest.raises(AccessDenied):
        read(conversation)
