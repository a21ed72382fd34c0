# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet.filters import Filter, rules_of
from hypothesis import given
from hypothesis import strategies as st

ROW: dict[str, Any] = {
    "workgroup_name": "sales-eu",
    "namespace_name": "sales",
    "status": "AVAILABLE",
    "port": 5439,
    "publicly_accessible": False,
    "enhanced_vpc_routing": None,
    "ip_address_type": "ipv4",
    "track_name": None,
    "config_parameters": {"require_ssl": "true", "search_path": "$user, public", "max_query_execution_time": "14400"},
    "tags": {"stage": "prod", "team": "", "paid": "true"},
}


@pytest.mark.parametrize(
    ("members", "holds"),
    [
        ({}, True),
        ({"name": ["sales-*"]}, True),
        ({"name": ["stock", "sales-??"]}, True),
        ({"name": ["sales"]}, False),
        ({"name": ["SALES-*"]}, False),
        ({"namespace": ["sales"]}, True),
        ({"status": ["available"]}, True),
        ({"status": ["MODIFYING"]}, False),
        ({"port": [5440, 5439]}, True),
        ({"port": [5440]}, False),
        ({"publicly_accessible": False}, True),
        ({"publicly_accessible": True}, False),
        ({"enhanced_vpc_routing": False}, True),
        ({"track_name": ["*"]}, False),
        ({"config_parameters": {"require_ssl": True}}, True),
        ({"config_parameters": {"require_ssl": "yes"}}, True),
        ({"config_parameters": {"require_ssl": ["false"]}}, False),
        ({"config_parameters": {"search_path": "*public*"}}, True),
        ({"config_parameters": {"search_path": "$user, public"}}, True),
        ({"config_parameters": {"max_query_execution_time": 14400}}, True),
        ({"config_parameters": {"max_query_execution_time": None}}, False),
        ({"config_parameters": {"max_io_skew": None}}, True),
        ({"config_parameters": {"a_new_one": "on"}}, False),
        ({"tags": {"stage": ["test", "pr*"]}}, True),
        ({"tags": {"stage": "test"}}, False),
        ({"tags": {"team": None}}, True),
        ({"tags": {"team": ""}}, True),
        ({"tags": {"owner": None}}, False),
        ({"tags": {"paid": True}}, True),
        ({"name": ["sales-*"], "status": ["DELETING"]}, False),
    ],
)
def test_all_that_is_named_has_to_hold(members: dict[str, Any], holds: bool) -> None:
    assert Filter(members).holds(ROW) is holds


def test_what_the_api_left_out_is_not_there() -> None:
    bare = {"workgroup_name": "sales"}
    assert not Filter({"config_parameters": {"require_ssl": True}}).holds(bare)
    assert not Filter({"tags": {"stage": None}}).holds(bare)


@pytest.mark.parametrize(
    ("filters", "excluded", "message"),
    [
        (
            {"config_parameters": {"requires_ssl": True}},
            [],
            "filters.config_parameters.requires_ssl: got an unknown config parameter",
        ),
        ({"config_parameters": {"require_ssl": ["maybe"]}}, [], "filters.config_parameters.require_ssl: got 'maybe'"),
        ({}, [{"config_parameters": {"require_ssl": None}}], r"exclude_filters\[0\].config_parameters.require_ssl"),
        ({}, [{"name": ["a"]}, {}], r"exclude_filters\[1\]: got nothing; expected at least one filter"),
    ],
)
def test_what_no_workgroup_can_be_is_refused(
    filters: dict[str, Any], excluded: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        rules_of(filters, excluded)


some_filters = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([["sales*"], ["stock"]]),
        "publicly_accessible": st.booleans(),
        "tags": st.sampled_from([{"stage": "prod"}, {"stage": "test"}, {"owner": None}]),
    },
)


@given(wanted=some_filters, excluded=st.lists(some_filters.filter(bool), max_size=3))
def test_what_is_left_out_before_the_tags_are_known_is_left_out_with_them(
    wanted: dict[str, Any], excluded: list[dict[str, Any]]
) -> None:
    rules = rules_of(wanted, excluded)
    without_tags = {key: value for key, value in ROW.items() if key != "tags"}

    if rules.hold(ROW):
        assert rules.may_hold(without_tags)
    if not rules.ask_for_tags:
        assert rules.hold(without_tags) is rules.may_hold(without_tags) is rules.hold(ROW)


@pytest.mark.parametrize(
    ("filters", "excluded"), [({"tags": {"stage": "prod"}}, []), ({}, [{"tags": {"stage": "test"}}])]
)
def test_unknown_tags_decide_for_nobody(filters: dict[str, Any], excluded: list[dict[str, Any]]) -> None:
    rules = rules_of(filters, excluded)

    assert rules.hold(ROW)
    assert not rules.hold({**ROW, "tags": None})
