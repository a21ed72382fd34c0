# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput, Refused
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.config_parameters import (
    DEFAULT_LIMITS,
    KNOWN,
    REMOVED,
    WLM,
    convert,
    differences,
    from_api,
    merged,
    refuse_against,
    refuse_permanent,
    refuse_unknown,
    restarting,
    steps,
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
removals = st.sampled_from([-1, "-1", " -1 ", None])
wanted_parameters = st.fixed_dictionaries(
    {},
    optional={
        **{key: trues | falses for key in BOOLEANS if key != "use_fips_ssl"},
        **{key: st.text(max_size=20) for key in TEXTS},
        **{key: numbers | numbers.map(str) | removals for key in METRICS},
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
    assert differences({**has, **different}, named) == {}  # AWS shows a removed limit as -1
    assert differences(merged(has, different), named) == {}  # or not at all
    assert all(key in has for key, value in different.items() if value == REMOVED)


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
        ("max_query_execution_time", 86400, "0-86399, or -1 to remove the limit"),
        ("max_query_execution_time", -2, "0-86399, or -1 to remove the limit"),
        ("max_query_execution_time", "4h", "0-86399, or -1 to remove the limit"),
        ("max_query_execution_time", 1.5, "0-86399, or -1 to remove the limit"),
        ("max_query_execution_time", True, "0-86399, or -1 to remove the limit"),
        ("max_query_execution_time", "", "0-86399, or -1 to remove the limit"),
        ("max_query_queue_time", 86400, "0-86399, or -1 to remove the limit"),
        ("max_query_blocks_read", 1048576, "0-1048575, or -1 to remove the limit"),
        ("max_query_temp_blocks_to_disk", 319815680, "0-319815679, or -1 to remove the limit"),
        ("max_scan_row_count", 10**15, "0-999999999999999, or -1 to remove the limit"),
        ("max_join_row_count", 10**15, "0-999999999999999, or -1 to remove the limit"),
        ("max_nested_loop_join_row_count", 10**15, "0-999999999999999, or -1 to remove the limit"),
        ("max_io_skew", "many", "a whole number from 0, or -1 to remove the limit"),
        ("search_path", ["public"], "text"),
        ("query_group", {"a": 1}, "text"),
        (WLM, "[{", "a list of query queues, or such a list as JSON text"),
        (WLM, {"name": "etl"}, "a list of query queues, each a dictionary"),
        (WLM, ["etl"], "a list of query queues, each a dictionary"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(key: str, value: Any, expected: str) -> None:
    assert refusal({key: value}) == f"config_parameters.{key}: got {value!r}; expected {expected}."


@pytest.mark.parametrize(
    ("key", "most"),
    [
        ("max_query_execution_time", 86_399),
        ("max_query_queue_time", 86_399),
        ("max_query_blocks_read", 1_048_575),
        ("max_query_temp_blocks_to_disk", 319_815_679),
        ("max_scan_row_count", 999_999_999_999_999),
        ("max_return_row_count", 10**18),
    ],
)
def test_the_ends_of_the_ranges_are_taken(key: str, most: int) -> None:
    assert convert({key: most}) == {key: str(most)}
    assert convert({key: 0}) == {key: "0"}


def rule(name: str, predicates: int = 1) -> dict[str, Any]:
    predicate = {"metric_name": "query_execution_time", "operator": ">", "value": 60}
    return {"rule_name": name, "predicate": [predicate] * predicates, "action": "abort"}


def queues(number: int, rules: int = 0, predicates: int = 1) -> list[dict[str, Any]]:
    return [
        {"name": f"q{at}", "rules": [rule(f"r{at}_{each}", predicates) for each in range(rules)]}
        for at in range(number)
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (queues(9), "got 9 queues; expected at most 8 queues."),
        (queues(2, 13), "got 26 rules; expected at most 25 rules in all queues together."),
        (queues(1, 1, 4), "got 4 predicates in rule 'r0_0'; expected at most 3 predicates in a rule."),
        ([{"name": "x" * 8000}], "got 8013 characters of JSON; expected at most 8000 characters."),
    ],
)
@pytest.mark.parametrize("form", [json.dumps, lambda value: value], ids=["text", "list"])
def test_more_queues_than_aws_takes_are_refused_in_words(value: Any, message: str, form: Any) -> None:
    assert refusal({WLM: form(value)}) == f"config_parameters.{WLM}: {message}"


@pytest.mark.parametrize("value", [queues(8), queues(5, 5, 3), [], [{"name": "q", "rules": "none"}]])
def test_queues_that_aws_may_take_are_taken(value: Any) -> None:
    assert json.loads(convert({WLM: value})[WLM]) == value


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("require_ssl", "to get the default back, set it to 'true'"),
        ("search_path", "to get the default back, set it to '$user, public'"),
        ("enable_large_strings_opt_in", "It can't be unset. To leave it alone, leave enable_large_strings_opt_in out."),
        ("future_key", "It can't be unset. To leave it alone, leave future_key out."),
        (WLM, "Query queues can't be disabled"),
    ],
)
def test_null_is_refused_for_what_can_not_be_unset(key: str, remedy: str) -> None:
    message = refusal({key: None})

    assert message.startswith(f"config_parameters.{key}: got null; expected a value. ")
    assert remedy in message


@given(key=st.sampled_from([*METRICS, "max_future_limit"]), value=removals)
def test_a_limit_is_removed_by_minus_one_and_by_null(key: str, value: Any) -> None:
    wanted = convert({key: value})

    assert wanted == {key: "-1"}
    assert differences({key: "5"}, wanted) == wanted
    assert differences({}, wanted) == differences({key: "-1"}, wanted) == differences({key: ""}, wanted) == {}
    assert merged({key: "5", "auto_mv": "true"}, wanted) == {"auto_mv": "true"}
    refuse_unknown(wanted, [])


def test_the_limit_that_aws_sets_itself_is_removed_too() -> None:
    assert DEFAULT_LIMITS == {"max_query_execution_time": "14400"}
    assert differences(FRESH, convert({"max_query_execution_time": None})) == {"max_query_execution_time": "-1"}


def test_minus_one_is_a_removal_of_limits_only() -> None:
    assert convert({"query_group": -1}) == {"query_group": "-1"}
    assert merged({}, {"query_group": "-1"}) == {"query_group": "-1"}
    assert differences({}, {"query_group": "-1"}) == {"query_group": "-1"}


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
        refusal({key: "x"})
        == f"config_parameters.{key}: got an unknown config parameter; expected a known one. Did you mean {meant!r}?"
    )


def test_a_key_that_is_like_nothing_known_waits_for_what_the_server_shows() -> None:
    assert convert({"spill_to_disk": True}) == {"spill_to_disk": "true"}
    refuse_unknown({"spill_to_disk": "true", "require_ssl": "true"}, ["spill_to_disk"])


def test_a_key_that_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as caught:
        refuse_unknown({"spill_to_disk": "true"}, ["future_key"])

    message = caught.value.message
    assert message.startswith("config_parameters.spill_to_disk: got an unknown config parameter; expected a known one.")
    assert all(key in message for key in [*KNOWN, "future_key"])


def test_fips_without_ssl_is_refused() -> None:
    message = refusal({"use_fips_ssl": "yes", "require_ssl": "no"})

    assert "got use_fips_ssl true with require_ssl false; expected require_ssl true" in message


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
    assert "expected one of the two" in message


@pytest.mark.parametrize("metric", METRICS)
def test_wlm_comes_with_the_removal_of_a_limit_and_after_it(metric: str) -> None:
    wanted = convert({WLM: [], metric: -1, "auto_mv": True})

    assert steps(differences({metric: "5"}, wanted)) == [{metric: "-1"}, {WLM: "[]", "auto_mv": "true"}]
    assert steps(differences({}, wanted)) == [{WLM: "[]", "auto_mv": "true"}]


def test_without_wlm_all_differences_are_one_request() -> None:
    assert steps({"max_scan_row_count": "-1", "auto_mv": "true"}) == [{"max_scan_row_count": "-1", "auto_mv": "true"}]
    assert steps({}) == []


AGAINST: list[tuple[dict[str, str], dict[str, Any], str]] = [
    (
        {WLM: "[]"},
        {"max_scan_row_count": 5},
        "config_parameters.max_scan_row_count: got a limit; expected none, since the workgroup has query queues",
    ),
    (
        {**FRESH, "max_scan_row_count": "5"},
        {WLM: []},
        f"config_parameters.{WLM}: got query queues, but the workgroup has query monitoring limits (max_scan_row_count: 5)",
    ),
    ({**FRESH, "max_query_execution_time": "60"}, {WLM: []}, "(max_query_execution_time: 60)"),
    (
        {**FRESH, "use_fips_ssl": "true"},
        {"require_ssl": False},
        "got use_fips_ssl true with require_ssl false; expected require_ssl true",
    ),
    (
        {**FRESH, "require_ssl": "false"},
        {"use_fips_ssl": True},
        "got use_fips_ssl true with require_ssl false; expected require_ssl true",
    ),
]


@pytest.mark.parametrize(("current", "wanted", "message"), AGAINST)
def test_what_the_workgroup_has_excludes_too(current: dict[str, str], wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        refuse_against(current, convert(wanted))

    assert message in caught.value.message


NOT_AGAINST: list[tuple[dict[str, str], dict[str, Any]]] = [
    (FRESH, {WLM: []}),
    ({**FRESH, "max_scan_row_count": "-1"}, {WLM: []}),
    ({**FRESH, "max_scan_row_count": "5"}, {WLM: [], "max_scan_row_count": -1}),
    ({**FRESH, WLM: "[]"}, {"max_query_execution_time": 14400}),
    ({**FRESH, WLM: "[]"}, {"max_query_execution_time": -1}),
    ({**FRESH, WLM: ""}, {"max_scan_row_count": 5}),
    ({**FRESH, WLM: "[]", "max_scan_row_count": "5"}, {WLM: []}),
    ({**FRESH, "use_fips_ssl": "true"}, {"require_ssl": False, "use_fips_ssl": False}),
    ({"use_fips_ssl": "true", "require_ssl": "false"}, {"auto_mv": True}),
]


@pytest.mark.parametrize(("current", "wanted"), NOT_AGAINST)
def test_nothing_else_is_excluded(current: dict[str, str], wanted: dict[str, Any]) -> None:
    refuse_against(current, convert(wanted))


@pytest.mark.parametrize("current", [{}, {WLM: ""}])
def test_the_first_queues_need_consent(current: dict[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        refuse_permanent(current, convert({WLM: queues(1)}), False, "workgroup sales")

    assert caught.value.message.startswith(
        f"allow_permanent_change: got false; expected true, since config_parameters.{WLM} would"
    )
    assert "permanent" in caught.value.message
    assert "allow_permanent_change" in caught.value.message
    refuse_permanent(current, convert({WLM: queues(1)}), True, "workgroup sales")


def test_other_queues_and_other_parameters_need_no_consent() -> None:
    refuse_permanent({WLM: "[]"}, convert({WLM: queues(1)}), False, "workgroup sales")
    refuse_permanent({}, convert({"max_scan_row_count": 5}), False, "workgroup sales")


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
