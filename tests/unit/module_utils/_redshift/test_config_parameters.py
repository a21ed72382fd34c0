# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.config_parameters import (
    KNOWN,
    WLM,
    convert,
    differences,
    from_api,
    refuse_unknown,
    restarting,
    to_api,
)
from hypothesis import given
from hypothesis import strategies as st

BOOLEANS = [
    "auto_mv",
    "enable_case_sensitive_identifier",
    "enable_user_activity_logging",
    "require_ssl",
    "use_fips_ssl",
]
METRICS = sorted(key for key, parameter in KNOWN.items() if parameter.metric)
TEXTS = ["datestyle", "query_group", "search_path", "enable_large_strings_opt_in"]
# A fresh workgroup's parameters, as GetWorkgroup was seen to give them.
FRESH = {
    "datestyle": "ISO, MDY",
    "query_group": "default",
    "max_query_execution_time": "14400",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "search_path": "$user, public",
    "require_ssl": "true",
    "use_fips_ssl": "false",
    "auto_mv": "true",
}

trues = st.sampled_from([True, "true", "True", "yes", "Yes", "on", "1", 1, "y", " true "])
falses = st.sampled_from([False, "false", "FALSE", "no", "off", "0", 0, "n"])
numbers = st.integers(0, 86399)
wanted_parameters = st.fixed_dictionaries(
    {},
    optional={
        **{key: trues | falses for key in BOOLEANS if key != "use_fips_ssl"},
        **{key: st.text(max_size=20) for key in TEXTS},
        **{key: numbers | numbers.map(str) for key in METRICS},
    },
)


def refusal(wanted: dict[str, Any]) -> str:
    with pytest.raises(InvalidInput) as caught:
        convert(wanted)
    return caught.value.message


@given(key=st.sampled_from(BOOLEANS), value=trues)
def test_every_way_to_say_true_is_one(key: str, value: Any) -> None:
    assert convert({key: value}) == {key: "true"}


@given(key=st.sampled_from(BOOLEANS), value=falses)
def test_every_way_to_say_false_is_one(key: str, value: Any) -> None:
    assert convert({key: value}) == {key: "false"}


@given(key=st.sampled_from(METRICS), number=numbers)
def test_a_number_and_its_text_are_one(key: str, number: int) -> None:
    assert convert({key: number}) == convert({key: str(number)}) == convert({key: f"0{number}"}) == {key: str(number)}


@given(wanted_parameters)
def test_converting_twice_is_converting_once(wanted: dict[str, Any]) -> None:
    once = convert(wanted)

    assert convert(once) == once
    assert all(isinstance(value, str) for value in once.values())


@given(current=wanted_parameters, wanted=wanted_parameters)
def test_only_named_keys_differ_and_what_was_applied_no_longer_does(
    current: dict[str, Any], wanted: dict[str, Any]
) -> None:
    has, named = convert(current), convert(wanted)

    different = differences(has, named)

    assert different.items() <= named.items()
    assert all(has.get(key) != value for key, value in different.items())
    assert differences({**has, **different}, named) == {}


@given(wanted_parameters)
def test_what_goes_to_the_api_comes_back(wanted: dict[str, Any]) -> None:
    assert from_api(to_api(convert(wanted))) == convert(wanted)


def test_a_value_that_the_api_left_out_is_empty() -> None:
    assert from_api([{"parameterKey": "enable_large_strings_opt_in"}]) == {"enable_large_strings_opt_in": ""}


def test_nothing_differs_on_a_fresh_workgroup_that_is_as_wanted() -> None:
    assert differences(FRESH, convert({"require_ssl": "yes", "max_query_execution_time": 14400})) == {}


def test_a_key_that_the_workgroup_does_not_show_differs() -> None:
    assert differences(FRESH, convert({"max_scan_row_count": 5})) == {"max_scan_row_count": "5"}


def test_a_value_of_the_servers_in_another_form_is_the_same() -> None:
    assert differences({"require_ssl": "True"}, convert({"require_ssl": True})) == {}


def test_a_value_of_the_servers_that_nobody_understands_differs() -> None:
    assert differences({"require_ssl": "maybe"}, convert({"require_ssl": True})) == {"require_ssl": "true"}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("require_ssl", "maybe", "true or false"),
        ("require_ssl", 2, "true or false"),
        ("require_ssl", [True], "true or false"),
        ("max_query_execution_time", 86400, "a whole number from 0 to 86399"),
        ("max_query_execution_time", -1, "a whole number from 0 to 86399"),
        ("max_query_execution_time", "4h", "a whole number from 0 to 86399"),
        ("max_query_execution_time", 1.5, "a whole number from 0 to 86399"),
        ("max_query_execution_time", True, "a whole number from 0 to 86399"),
        ("max_scan_row_count", "many", "a whole number from 0"),
        ("search_path", ["public"], "text"),
        ("query_group", {"a": 1}, "text"),
        (WLM, "[{", "JSON text, a list or a dictionary"),
        (WLM, ["x" * 8000], "at most 8000 characters of JSON, not 8004"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(key: str, value: Any, expected: str) -> None:
    assert refusal({key: value}) == f"config_parameters.{key}: {value!r} was given, expected is {expected}."


def test_no_value_is_refused() -> None:
    assert refusal({"require_ssl": None}).startswith("config_parameters.require_ssl: no value was given.")


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("requires_ssl", "require_ssl"),
        ("require-ssl", "require_ssl"),
        ("use_fips_sll", "use_fips_ssl"),
        ("serach_path", "search_path"),
        ("max_query_excution_time", "max_query_execution_time"),
    ],
)
def test_a_near_miss_is_refused_with_a_hint(key: str, meant: str) -> None:
    assert (
        refusal({key: "x"}) == f"config_parameters.{key}: there is no config parameter {key!r}. Did you mean {meant!r}?"
    )


def test_a_key_that_is_like_nothing_known_waits_for_what_the_server_shows() -> None:
    assert convert({"spill_to_disk": True}) == {"spill_to_disk": "true"}
    refuse_unknown(["spill_to_disk", "require_ssl"], ["spill_to_disk"])


def test_a_key_that_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as caught:
        refuse_unknown(["spill_to_disk"], ["future_key"])

    message = caught.value.message
    assert message.startswith("config_parameters.spill_to_disk: there is no config parameter 'spill_to_disk'.")
    assert all(key in message for key in [*KNOWN, "future_key"])


def test_fips_without_ssl_is_refused() -> None:
    message = refusal({"use_fips_ssl": "yes", "require_ssl": "no"})

    assert "use_fips_ssl true needs require_ssl true" in message


@pytest.mark.parametrize(
    "wanted",
    [{"use_fips_ssl": True}, {"use_fips_ssl": False, "require_ssl": False}, {"use_fips_ssl": True, "require_ssl": 1}],
)
def test_other_pairs_of_the_two_are_taken(wanted: dict[str, Any]) -> None:
    assert set(convert(wanted)) == set(wanted)


@pytest.mark.parametrize("metric", METRICS)
def test_wlm_excludes_every_query_monitoring_limit(metric: str) -> None:
    message = refusal({WLM: [], metric: 5})

    assert metric in message
    assert "exclude each other" in message


def test_wlm_of_the_same_meaning_is_the_same() -> None:
    queues = [{"name": "etl", "priority": "high"}]
    text = '[ {"priority" : "high", "name": "etl"} ]'

    assert differences({WLM: text}, convert({WLM: queues})) == {}
    assert json.loads(convert({WLM: text})[WLM]) == queues


def test_only_ssl_and_fips_restart() -> None:
    assert restarting(sorted(KNOWN)) == ["require_ssl", "use_fips_ssl"]
    assert restarting(["future_key"]) == []


def test_the_documented_keys_are_known() -> None:
    documented = {*BOOLEANS, *TEXTS, *METRICS, WLM}

    assert set(KNOWN) == documented
    assert len(METRICS) == 12
