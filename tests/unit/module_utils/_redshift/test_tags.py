# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import tags
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.conversation import Conversation

ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/x"

some_tags = st.dictionaries(st.sampled_from(["Team", "team", "env", "Cost Center"]), st.sampled_from(["a", "b", ""]))


def test_tags_are_read_as_a_dictionary(conversation: Conversation) -> None:
    listed = {"tags": [{"key": "Team", "value": "x"}, {"key": "empty", "value": ""}]}
    conversation.answer("ListTagsForResource", {"resourceArn": ARN}, listed)

    assert tags.read(Api(conversation.connect("redshift-serverless")), ARN) == {"Team": "x", "empty": ""}


@given(current=some_tags, wanted=some_tags)
def test_purging_makes_the_tags_exactly_as_wanted(current: dict[str, str], wanted: dict[str, str]) -> None:
    assert applied(current, wanted, purge=True) == wanted


@given(current=some_tags, wanted=some_tags)
def test_without_purging_other_tags_stay(current: dict[str, str], wanted: dict[str, str]) -> None:
    assert applied(current, wanted, purge=False) == {**current, **wanted}


@given(current=some_tags, wanted=some_tags, purge=st.booleans())
def test_what_was_applied_needs_no_change(current: dict[str, str], wanted: dict[str, str], purge: bool) -> None:
    assert tags.changes(ARN, applied(current, wanted, purge), wanted, purge) == []


def applied(current: dict[str, str], wanted: dict[str, str], purge: bool) -> dict[str, str]:
    state = {"tags": current}
    for change in tags.changes(ARN, current, wanted, purge):
        state = tags.after(state, change)
    return state["tags"]


def test_sets_before_it_takes_away() -> None:
    changes = tags.changes(ARN, {"old": "1", "same": "s"}, {"new": "2", "same": "s"}, purge=True)

    assert [(change.operation, change.parameters) for change in changes] == [
        ("TagResource", {"resourceArn": ARN, "tags": [{"key": "new", "value": "2"}]}),
        ("UntagResource", {"resourceArn": ARN, "tagKeys": ["old"]}),
    ]


def test_a_value_that_is_no_text_is_compared_as_text() -> None:
    assert tags.changes(ARN, {"cost": "7"}, {"cost": 7}, purge=True) == []
