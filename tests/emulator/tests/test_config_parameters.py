"""Config parameters: the merge as a rule over all inputs, and the refusals."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from redshift_emulator import config_parameters as config
from redshift_emulator.errors import ServiceError

VALUES: dict[str, st.SearchStrategy[str]] = {
    **{key: st.sampled_from(["true", "false"]) for key in config.BOOLEANS},
    "max_query_execution_time": st.integers(0, 86399).map(str),
    "query_group": st.text("abc", min_size=1, max_size=3),
    "search_path": st.text("abc", min_size=1, max_size=3),
}
WANTED = st.fixed_dictionaries({}, optional=VALUES)


def listed(wanted: dict[str, str]) -> list[dict[str, str]]:
    return [{"parameterKey": key, "parameterValue": value} for key, value in wanted.items()]


@given(WANTED, WANTED)
def test_a_merge_changes_the_named_keys_and_leaves_the_others(first: dict[str, str], second: dict[str, str]) -> None:
    current = {**config.DEFAULTS, **first}
    assume(any(current[key] != value for key, value in second.items()))
    merged, restarts = config.merge(current, listed(second))
    assert {key: merged[key] for key in second} == second
    assert {key: value for key, value in merged.items() if key not in second} == {
        key: value for key, value in current.items() if key not in second
    }
    assert restarts == any(merged[key] != current[key] for key in ("require_ssl", "use_fips_ssl"))


@given(WANTED)
def test_a_merge_of_what_is_there_is_refused(wanted: dict[str, str]) -> None:
    current = {**config.DEFAULTS, **wanted}
    with pytest.raises(ServiceError, match="You didn't specify any changes to the configuration parameters"):
        config.merge(current, listed(wanted))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("require_ssl", "yes"),
        ("require_ssl", "True"),
        ("max_query_execution_time", "86400"),
        ("max_query_execution_time", "-2"),
        ("max_query_blocks_read", "1048576"),
        ("max_scan_row_count", "1000000000000000"),
        ("max_query_temp_blocks_to_disk", "319815680"),
        ("max_query_queue_time", "86400"),
        ("max_join_row_count", ""),
        ("max_query_execution_time", "1.5"),
        ("max_cpu_skew", "100"),
    ],
)
def test_values_that_a_key_does_not_take_are_refused(key: str, value: str) -> None:
    with pytest.raises(ServiceError, match=f"isn't valid for the parameter key {key}"):
        config.parse(listed({key: value}))


@pytest.mark.parametrize("key", ["max_query_cpu_time", "require_SSL", "nonsense"])
def test_unknown_and_withdrawn_keys_are_refused_with_the_list(key: str) -> None:
    with pytest.raises(ServiceError) as caught:
        config.parse(listed({key: "1"}))
    assert caught.value.message.startswith(f"The parameter key {key} isn't supported. Supported values: [[auto_mv, ")
    assert caught.value.message.endswith("wlm_json_configuration]]")


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(ServiceError, match="more than once"):
        config.parse(listed({"auto_mv": "true"}) * 2)


QUEUES = json.dumps([{"name": "reports"}])


def test_wlm_and_metrics_exclude_each_other() -> None:
    both = {"wlm_json_configuration": QUEUES, "max_scan_row_count": "10"}
    with pytest.raises(ServiceError, match="can't specify both"):
        config.merge(config.DEFAULTS, listed(both))
    merged, _restarts = config.merge(config.DEFAULTS, listed({"wlm_json_configuration": QUEUES}))
    with pytest.raises(ServiceError, match="can't specify both"):
        config.merge(merged, listed({"max_scan_row_count": "10"}))
    limited, _restarts = config.merge(config.DEFAULTS, listed({"max_scan_row_count": "10"}))
    with pytest.raises(ServiceError, match="can't specify both"):
        config.merge(limited, listed({"wlm_json_configuration": QUEUES}))
    freed, _restarts = config.merge(limited, listed({"max_scan_row_count": "-1"}))
    assert config.merge(freed, listed({"wlm_json_configuration": QUEUES}))[0]["wlm_json_configuration"] == QUEUES


@pytest.mark.parametrize("value", ["[]", "", "-1", "null", "{}"])
def test_query_queues_never_go(value: str) -> None:
    merged, _restarts = config.merge(config.DEFAULTS, listed({"wlm_json_configuration": QUEUES}))
    with pytest.raises(ServiceError, match="isn't valid for the parameter key wlm_json_configuration"):
        config.merge(merged, listed({"wlm_json_configuration": value}))


LIMITS = st.dictionaries(st.sampled_from(sorted(config.METRICS)), st.integers(0, 99).map(str), min_size=1)


@given(LIMITS, st.data())
def test_a_limit_goes_with_minus_one_and_only_if_it_is_there(limits: dict[str, str], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(config.METRICS)), min_size=1))
    current = {**config.DEFAULTS, **limits}
    removal = listed(dict.fromkeys(gone, "-1"))
    if not gone & current.keys():
        with pytest.raises(ServiceError, match="You didn't specify any changes"):
            config.merge(current, removal)
        return
    merged, restarts = config.merge(current, removal)
    assert merged == {key: value for key, value in current.items() if key not in gone}
    assert not restarts


def test_creation_refuses_require_ssl_false_and_takes_the_rest() -> None:
    with pytest.raises(ServiceError, match="You can't disable require_ssl while the workgroup is being created"):
        config.for_creation(listed({"require_ssl": "false"}))
    assert config.for_creation(listed({"use_fips_ssl": "true"})) == {**config.DEFAULTS, "use_fips_ssl": "true"}
    assert config.for_creation(None)["require_ssl"] == "true"
