# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The config parameters of a workgroup: which there are, what they may be, and how they compare.

The API takes and gives every value as text and its model names no keys, so this table is the collection's own. It follows
the API reference of ConfigParameter and "Query monitoring metrics for Amazon Redshift Serverless" in the database developer
guide. Keys that a workgroup already shows are accepted too: AWS adds keys before this table knows them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from .._core.errors import InvalidInput

_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})


def _boolean(value: Any) -> str:
    text = str(value).strip().lower()
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    raise ValueError("true or false")


def _number(most: int | None = None) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        expected = f"a whole number from 0{f' to {most}' if most is not None else ''}"
        text = str(value).strip()
        if isinstance(value, bool) or not text.isdecimal() or (most is not None and int(text) > most):
            raise ValueError(expected)
        return str(int(text))

    return convert


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        raise ValueError("text")
    return str(value)


def _wlm(value: Any) -> str:
    """WLM's JSON, in one form so that two texts of the same meaning compare equal."""
    try:
        document = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("JSON text, a list or a dictionary") from None
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    if len(text) > 8000:
        raise ValueError(f"at most 8000 characters of JSON, not {len(text)}")
    return text


@dataclass(frozen=True)
class Parameter:
    """What is known of a config parameter.

    Attributes:
        convert: the value as the API takes it; a ValueError says what is expected.
        restarts: whether changing it restarts the workgroup ("Connecting to Amazon Redshift Serverless", SSL sections).
        metric: whether it is a query monitoring limit, which excludes wlm_json_configuration.
    """

    convert: Callable[[Any], str]
    restarts: bool = False
    metric: bool = False


REQUIRE_SSL = "require_ssl"
USE_FIPS_SSL = "use_fips_ssl"
WLM = "wlm_json_configuration"

KNOWN: Mapping[str, Parameter] = {
    "auto_mv": Parameter(_boolean),
    "datestyle": Parameter(_text),
    "enable_case_sensitive_identifier": Parameter(_boolean),
    "enable_large_strings_opt_in": Parameter(_text),
    "enable_user_activity_logging": Parameter(_boolean),
    "query_group": Parameter(_text),
    "search_path": Parameter(_text),
    REQUIRE_SSL: Parameter(_boolean, restarts=True),
    USE_FIPS_SSL: Parameter(_boolean, restarts=True),
    WLM: Parameter(_wlm),
    "max_query_execution_time": Parameter(_number(86399), metric=True),
    **{
        name: Parameter(_number(), metric=True)
        for name in (
            "max_cpu_skew",
            "max_io_skew",
            "max_join_row_count",
            "max_nested_loop_join_row_count",
            "max_query_blocks_read",
            "max_query_cpu_time",
            "max_query_cpu_usage_percent",
            "max_query_queue_time",
            "max_query_temp_blocks_to_disk",
            "max_return_row_count",
            "max_scan_row_count",
        )
    },
}
_UNKNOWN = Parameter(_text)


def convert(wanted: Mapping[str, Any], option: str = "config_parameters") -> dict[str, str]:
    """The user's values as the API takes them.

    Args:
        wanted: parameter names and values of any type.
        option: the module option, for messages.

    Raises:
        InvalidInput: a misspelled key, a value of the wrong kind, or keys that exclude each other.
    """
    converted = {}
    for key, value in wanted.items():
        if key not in KNOWN:
            _refuse_near_miss(key, option)
        if value is None:
            raise InvalidInput(
                f"{option}.{key}: no value was given. Name the value, or leave {key} out to leave it alone."
            )
        try:
            converted[key] = KNOWN.get(key, _UNKNOWN).convert(value)
        except ValueError as expected:
            raise InvalidInput(f"{option}.{key}: {value!r} was given, expected is {expected}.") from None
    _refuse_contradictions(converted, option)
    return converted


def _refuse_near_miss(key: str, option: str) -> None:
    # Only an evident slip is refused without asking AWS, which may know keys that this table does not.
    near = get_close_matches(key, KNOWN, n=1, cutoff=0.85)
    if near:
        raise InvalidInput(f"{option}.{key}: there is no config parameter {key!r}. Did you mean {near[0]!r}?")


def _refuse_contradictions(values: Mapping[str, str], option: str) -> None:
    metrics = sorted(key for key in values if KNOWN.get(key, _UNKNOWN).metric)
    if WLM in values and metrics:
        raise InvalidInput(
            f"{option}: {WLM} and query monitoring limits ({', '.join(metrics)}) exclude each other. "
            "Put the limits into the rules of the WLM queues, or leave out the WLM configuration."
        )
    if values.get(USE_FIPS_SSL) == "true" and values.get(REQUIRE_SSL) == "false":
        raise InvalidInput(
            f"{option}: {USE_FIPS_SSL} true needs {REQUIRE_SSL} true, since FIPS mode is a mode of SSL. "
            f"Set {REQUIRE_SSL} to true, or {USE_FIPS_SSL} to false."
        )


def refuse_unknown(wanted: Collection[str], current: Collection[str], option: str = "config_parameters") -> None:
    """Refuse keys that neither this collection nor the workgroup itself knows.

    Args:
        wanted: the keys that the user named.
        current: the keys that the workgroup shows.
        option: the module option, for messages.

    Raises:
        InvalidInput: naming the key and the known ones.
    """
    for key in wanted:
        if key not in KNOWN and key not in current:
            known = sorted({*KNOWN, *current})
            near = get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InvalidInput(
                f"{option}.{key}: there is no config parameter {key!r}. {hint}Known are: {', '.join(known)}."
            )


def differences(current: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The wanted values that differ from what the workgroup has; keys that were not named are left alone.

    Args:
        current: the workgroup's parameters, as the API gave them.
        wanted: as `convert` gave them.
    """
    return {key: value for key, value in wanted.items() if not _same(key, current.get(key), value)}


def _same(key: str, current: str | None, wanted: str) -> bool:
    if current is None:
        return False
    try:
        return KNOWN.get(key, _UNKNOWN).convert(current) == wanted
    except ValueError:
        return False


def restarting(keys: Collection[str]) -> list[str]:
    """Those of the keys whose change restarts the workgroup."""
    return [key for key in keys if KNOWN.get(key, _UNKNOWN).restarts]


def from_api(entries: Collection[Mapping[str, str]]) -> dict[str, str]:
    """The API's list of keys and values as a dictionary."""
    return {entry["parameterKey"]: entry.get("parameterValue", "") for entry in entries}


def to_api(values: Mapping[str, str]) -> list[dict[str, str]]:
    """A dictionary as the API's list of keys and values."""
    return [{"parameterKey": key, "parameterValue": value} for key, value in sorted(values.items())]
