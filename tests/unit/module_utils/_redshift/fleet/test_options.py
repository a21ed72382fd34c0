# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet.options import Request, request_of

ROLE = "arn:aws:iam::222222222222:role/fleet"
NOBODY = dict.fromkeys(("profile", "assume_role_arn", "assume_role_external_id", "assume_role_session_name", "region"))


def request(given: dict[str, Any], expressions: tuple[Any, ...] = (), **connection: Any) -> Request:
    return request_of(given, {**NOBODY, **connection}, expressions, json.loads)


def test_without_accounts_the_caller_reads_its_own_region() -> None:
    (account,) = request({}).accounts

    assert (account.regions, account.identity, account.label) == ([None], {}, "the caller's own account")


def test_an_accounts_identity_takes_the_place_of_the_common_one_and_a_role_is_assumed_by_it() -> None:
    accounts = [
        {"profile": "warehouse"},
        {"assume_role_arn": ROLE, "assume_role_external_id": "x", "regions": "eu-central-1, us-east-1"},
        {"profile": "hub", "assume_role_arn": ROLE},
    ]
    found = request(
        {"accounts": accounts, "regions": ["us-east-1"]}, profile="common", assume_role_arn="arn:c"
    ).accounts

    assert [each.identity for each in found] == [
        {"profile": "warehouse"},
        {"profile": "common", "assume_role_arn": ROLE, "assume_role_external_id": "x"},
        {"profile": "hub", "assume_role_arn": ROLE},
    ]
    assert [each.regions for each in found] == [["us-east-1"], ["eu-central-1", "us-east-1"], ["us-east-1"]]
    assert [each.params["region"] for each in found] == ["us-east-1", "eu-central-1", "us-east-1"]
    assert [each.label for each in found] == [
        "the account of profile 'warehouse'",
        f"account 222222222222 ({ROLE})",
        f"account 222222222222 ({ROLE})",
    ]


def test_keys_are_no_part_of_a_hosts_identity() -> None:
    (account,) = request({}, access_key="AKIA", secret_key="hush", session_token="tok").accounts

    assert account.identity == {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"accounts": [{"profil": "a"}]}, r"accounts\[0\]: the key 'profil' is unknown. Did you mean profile\?"),
        ({"accounts": [{"assume_role_external_id": "x"}]}, "without a role; expected assume_role_arn beside it"),
        ({"filters": {"names": ["a"]}}, "filters: the key 'names' is unknown. Did you mean name?"),
        ({"filters": {"publicly_accessible": "perhaps"}}, "filters.publicly_accessible: got 'perhaps'"),
        ({"exclude_filters": [{"port": "many"}]}, "port"),
        ({"unreadable": "ignore"}, "unreadable: got 'ignore'; expected one of fail, warn"),
        ({"include_tags": False, "filters": {"tags": {"a": "b"}}}, "include_tags: got false; expected true"),
        ({"filters": "all"}, "filters: got 'all'; expected"),
    ],
)
def test_what_can_not_be_right_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        request(given)


@pytest.mark.parametrize(
    ("given", "expressions", "read"),
    [
        ({}, (), False),
        ({"include_tags": True}, (), True),
        ({"filters": {"tags": {"a": "b"}}}, (), True),
        ({"exclude_filters": [{"tags": {"a": "b"}}]}, (), True),
        ({"filters": {"tags": {}}}, (), False),
        ({}, ({"stage": "tags.stage"}, [], []), True),
        ({}, ({}, [{"key": "redshift_serverless_tags['a']"}], ["workgroup_name"]), True),
        ({}, ({}, [], ["tag:Name"]), True),
        ({}, ({}, [], [{"name": "workgroup_name", "prefix": "tag:Name"}]), True),
        ({}, ({"x": "stages.vantage", "y": "untagged"}, [], None), False),
        ({"include_tags": False}, ({"stage": "tags.stage"},), False),
    ],
)
def test_tags_are_read_where_something_depends_on_them(
    given: dict[str, Any], expressions: tuple[Any, ...], read: bool
) -> None:
    assert request(given, expressions).tags is read


def test_a_fingerprint_tells_requests_apart_and_keeps_no_secret() -> None:
    def print_of(given: dict[str, Any], **connection: Any) -> str:
        return request(given, **connection).fingerprint

    base = print_of({"regions": ["us-east-1"]}, access_key="AKIA")
    different = [
        print_of({"regions": ["us-east-2"]}, access_key="AKIA"),
        print_of({"regions": ["us-east-1"]}, access_key="AKIB"),
        print_of({"regions": ["us-east-1"], "filters": {"name": "a"}}, access_key="AKIA"),
        print_of({"regions": ["us-east-1"], "exclude_filters": [{"name": "a"}]}, access_key="AKIA"),
        print_of({"regions": ["us-east-1"], "include_grants": True}, access_key="AKIA"),
        print_of({"regions": ["us-east-1"], "include_tags": True}, access_key="AKIA"),
        print_of({"regions": ["us-east-1"], "accounts": [{"profile": "a"}]}, access_key="AKIA"),
    ]
    assert len({base, *different}) == len(different) + 1
    assert print_of({"regions": ["us-east-1"], "unreadable": "warn"}, access_key="AKIA", secret_key="hush") == base
