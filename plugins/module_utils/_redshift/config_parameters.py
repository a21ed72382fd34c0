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

from .._core.errors import InvalidInput, Refused

_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})

# The value by which AWS removes a query monitoring limit; it is refused for a limit that is not there.
REMOVED = "-1"


class _Unfit(ValueError):
    """A value that can't be right.

    Attributes:
        expected: what is expected.
        got: what was given, in words, where the value itself says too little.
    """

    def __init__(self, expected: str, got: str | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.got = got


def _boolean(value: Any) -> str:
    text = str(value).strip().lower()
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    raise _Unfit("true or false")


def _limit(most: int | None = None) -> Callable[[Any], str]:
    """Return a query monitoring limit: a number, or -1 or nothing at all to remove it."""
    numbers = "a whole number from 0" if most is None else f"0-{most}"

    def convert(value: Any) -> str:
        text = REMOVED if value is None else str(value).strip()
        if text == REMOVED:
            return text
        if isinstance(value, bool) or not text.isdecimal() or (most is not None and int(text) > most):
            raise _Unfit(f"{numbers}, or {REMOVED} to remove the limit")
        return str(int(text))

    return convert


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        raise _Unfit("text")
    return str(value)


# "Setting query queues" in the management guide; the length is in the API reference of ConfigParameter.
WLM_QUEUES = 8
WLM_RULES = 25
WLM_PREDICATES = 3
WLM_LENGTH = 8000


def _wlm(value: Any) -> str:
    """WLM's JSON, in one form so that two texts of the same meaning compare equal."""
    try:
        queues = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise _Unfit("a list of query queues, or such a list as JSON text") from None
    if not isinstance(queues, list) or not all(isinstance(queue, dict) for queue in queues):
        raise _Unfit("a list of query queues, each a dictionary")
    _refuse_too_many(queues)
    text = json.dumps(queues, sort_keys=True, separators=(",", ":"))
    if len(text) > WLM_LENGTH:
        raise _Unfit(f"at most {WLM_LENGTH} characters", f"{len(text)} characters of JSON")
    return text


def _refuse_too_many(queues: list[dict[str, Any]]) -> None:
    if len(queues) > WLM_QUEUES:
        raise _Unfit(f"at most {WLM_QUEUES} queues", f"{len(queues)} queues")
    rules = [rule for queue in queues for rule in _dictionaries(queue.get("rules"))]
    if len(rules) > WLM_RULES:
        raise _Unfit(f"at most {WLM_RULES} rules in all queues together", f"{len(rules)} rules")
    for rule in rules:
        predicates = _dictionaries(rule.get("predicate"))
        if len(predicates) > WLM_PREDICATES:
            raise _Unfit(
                f"at most {WLM_PREDICATES} predicates in a rule",
                f"{len(predicates)} predicates in rule {rule.get('rule_name')!r}",
            )


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    """Return the dictionaries in a list; AWS judges anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class Parameter:
    """What is known of a config parameter.

    Attributes:
        convert: the value as the API takes it; an _Unfit says what is expected.
        default: what a new workgroup has, for messages; None where that is not known.
        restarts: whether changing it restarts the workgroup ("Connecting to Amazon Redshift Serverless", SSL sections).
        metric: whether it is a query monitoring limit, which can be removed, and which excludes wlm_json_configuration.
    """

    convert: Callable[[Any], str]
    default: str | None = None
    restarts: bool = False
    metric: bool = False


REQUIRE_SSL = "require_ssl"
USE_FIPS_SSL = "use_fips_ssl"
WLM = "wlm_json_configuration"
_ROWS = 999_999_999_999_999

# Defaults: as GetWorkgroup showed them of new workgroups in 2026. Ranges: "Query monitoring metrics for Amazon Redshift Serverless";
# limits that are no longer on that page have no upper bound here.
KNOWN: Mapping[str, Parameter] = {
    "auto_mv": Parameter(_boolean, "true"),
    "datestyle": Parameter(_text, "ISO, MDY"),
    "enable_case_sensitive_identifier": Parameter(_boolean, "false"),
    "enable_large_strings_opt_in": Parameter(_text),
    "enable_user_activity_logging": Parameter(_boolean, "true"),
    "query_group": Parameter(_text, "default"),
    "search_path": Parameter(_text, "$user, public"),
    REQUIRE_SSL: Parameter(_boolean, "true", restarts=True),
    USE_FIPS_SSL: Parameter(_boolean, "false", restarts=True),
    WLM: Parameter(_wlm),
    "max_query_execution_time": Parameter(_limit(86_399), "14400", metric=True),
    **{
        name: Parameter(_limit(most), metric=True)
        for name, most in {
            "max_cpu_skew": None,
            "max_io_skew": None,
            "max_join_row_count": _ROWS,
            "max_nested_loop_join_row_count": _ROWS,
            "max_query_blocks_read": 1_048_575,
            "max_query_cpu_time": None,
            "max_query_cpu_usage_percent": None,
            "max_query_queue_time": 86_399,
            "max_query_temp_blocks_to_disk": 319_815_679,
            "max_return_row_count": None,
            "max_scan_row_count": _ROWS,
        }.items()
    },
}
_UNKNOWN = Parameter(_text)
# AWS adds limits before this table knows them; all that there were begin like this.
_UNKNOWN_LIMIT = Parameter(_limit(), metric=True)

# The limits that every new workgroup has without being asked.
DEFAULT_LIMITS: Mapping[str, str] = {
    key: parameter.default for key, parameter in KNOWN.items() if parameter.metric and parameter.default is not None
}


def _parameter(key: str) -> Parameter:
    return KNOWN.get(key) or (_UNKNOWN_LIMIT if key.startswith("max_") else _UNKNOWN)


def convert(wanted: Mapping[str, Any], option: str = "config_parameters") -> dict[str, str]:
    """Return the user's values as the API takes them; REMOVED for a query monitoring limit that should be removed.

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
        parameter = _parameter(key)
        if value is None and not parameter.metric:
            raise InvalidInput(_no_value(key, parameter, option))
        try:
            converted[key] = parameter.convert(value)
        except _Unfit as unfit:
            got = repr(value) if unfit.got is None else unfit.got
            raise InvalidInput(f"{option}.{key}: got {got}; expected {unfit.expected}.") from None
    _refuse_contradictions(converted, option)
    return converted


def _no_value(key: str, parameter: Parameter, option: str) -> str:
    """Return why null is no value of a parameter: only query monitoring limits can be unset."""
    if key == WLM:
        remedy = "Query queues can't be disabled."
    elif parameter.default is None:
        remedy = "It can't be unset."
    else:
        remedy = f"It can't be unset; to get the default back, set it to {parameter.default!r}."
    return f"{option}.{key}: got null; expected a value. {remedy} To leave it alone, leave {key} out."


def _refuse_near_miss(key: str, option: str) -> None:
    # Only an evident slip is refused without asking AWS, which may know keys that this table does not.
    near = get_close_matches(key, KNOWN, n=1, cutoff=0.85)
    if near:
        raise InvalidInput(
            f"{option}.{key}: got an unknown config parameter; expected a known one. Did you mean {near[0]!r}?"
        )


def _limits(values: Mapping[str, str]) -> dict[str, str]:
    """Return the query monitoring limits that are set."""
    return {key: value for key, value in values.items() if _parameter(key).metric and value not in (REMOVED, "")}


def _refuse_contradictions(values: Mapping[str, str], option: str) -> None:
    metrics = sorted(_limits(values))
    if WLM in values and metrics:
        raise InvalidInput(
            f"{option}: got {WLM} and query monitoring limits ({', '.join(metrics)}); expected one of the two. "
            "Put the limits into the rules of the WLM queues, or leave out the WLM configuration."
        )
    if fips_without_ssl(values.get(USE_FIPS_SSL) == "true", values.get(REQUIRE_SSL) != "false"):
        raise InvalidInput(
            f"{option}: got {USE_FIPS_SSL} true with {REQUIRE_SSL} false; expected {REQUIRE_SSL} true, since FIPS mode is a mode of SSL. "
            f"Set {REQUIRE_SSL} to true, or {USE_FIPS_SSL} to false."
        )


def fips_without_ssl(use_fips_ssl: bool | None, require_ssl: bool | None) -> bool:
    """Tell whether FIPS mode, which is a mode of SSL, would be on where SSL is not required; None is not known."""
    return bool(use_fips_ssl) and require_ssl is False


def refuse_unknown(wanted: Mapping[str, str], current: Collection[str], option: str = "config_parameters") -> None:
    """Refuse keys that neither this collection nor the workgroup itself knows.

    A limit that should be removed and that the workgroup does not show is as wanted, whether this collection knows it or not.

    Args:
        wanted: as `convert` gave them.
        current: the keys that the workgroup shows.
        option: the module option, for messages.

    Raises:
        InvalidInput: naming the key and the known ones.
    """
    for key, value in wanted.items():
        if key not in KNOWN and key not in current and value != REMOVED:
            known = sorted({*KNOWN, *current})
            near = get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InvalidInput(
                f"{option}.{key}: got an unknown config parameter; expected a known one. {hint}Known are {', '.join(known)}."
            )


def refuse_against(current: Mapping[str, str], wanted: Mapping[str, str], option: str = "config_parameters") -> None:
    """Refuse what is excluded by a parameter that the workgroup has and the user did not name.

    Args:
        current: the workgroup's parameters, as the API gave them.
        wanted: as `convert` gave them.
        option: the module option, for messages.

    Raises:
        InvalidInput: naming both parameters and what to do.
    """
    altered = differences(current, wanted)
    new_limits = _limits(altered)
    if current.get(WLM) and new_limits:
        raise InvalidInput(
            f"{option}.{min(new_limits)}: got a limit; expected none, since the workgroup has query queues ({WLM}), which permanently exclude "
            f"query monitoring limits. Put the limit into a rule of a queue in {WLM}."
        )
    # AWS sets the default limits itself, and enables query queues all the same (the guide's own example names no limit).
    left = {key: value for key, value in _limits({**current, **altered}).items() if DEFAULT_LIMITS.get(key) != value}
    if WLM in altered and left:
        shown = ", ".join(f"{key}: {value}" for key, value in sorted(left.items()))
        raise InvalidInput(
            f"{option}.{WLM}: got query queues, but the workgroup has query monitoring limits ({shown}); expected one of the two. "
            f"Put the limits into the rules of the queues, and remove each limit here with the value {REMOVED}."
        )
    if not {USE_FIPS_SSL, REQUIRE_SSL}.isdisjoint(altered):
        ssl = {key: value for key, value in {**current, **wanted}.items() if key in (USE_FIPS_SSL, REQUIRE_SSL)}
        _refuse_contradictions(ssl, option)


def refuse_permanent(
    current: Mapping[str, str],
    wanted: Mapping[str, str],
    allowed: bool,
    label: str,
    option: str = "config_parameters",
) -> None:
    """Refuse the first query queues of a workgroup where the user did not consent: "You cannot revert".

    Args:
        current: the workgroup's parameters, as the API gave them.
        wanted: as `convert` gave them.
        allowed: the consent, the module option allow_permanent_change.
        label: which workgroup, for the message.
        option: the module option, for messages.

    Raises:
        Refused: naming the option that gives the consent.
    """
    if WLM in wanted and not current.get(WLM) and not allowed:
        raise Refused(
            f"allow_permanent_change: got false; expected true, since {option}.{WLM} would permanently enable the query queues of {label}: AWS "
            "can't return to query monitoring limits of the whole workgroup. Set allow_permanent_change to true to accept that."
        )


def steps(altered: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the requests that a set of differences takes: limits go before query queues come, otherwise one for all."""
    removed = {key: value for key, value in altered.items() if _parameter(key).metric and value == REMOVED}
    if WLM not in altered or not removed:
        return [dict(altered)] if altered else []
    return [removed, {key: value for key, value in altered.items() if key not in removed}]


def merged(current: Mapping[str, str], altered: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters after an update: AWS merges by key, and a limit that is removed is gone."""
    both = {**current, **altered}
    return {key: value for key, value in both.items() if not (_parameter(key).metric and value == REMOVED)}


def differences(current: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the wanted values that differ from what the workgroup has; keys that were not named are left alone.

    Args:
        current: the workgroup's parameters, as the API gave them.
        wanted: as `convert` gave them.
    """
    return {key: value for key, value in wanted.items() if not _same(key, current.get(key), value)}


def _same(key: str, current: str | None, wanted: str) -> bool:
    """Tell whether a parameter is as wanted; a removed limit is not shown at all, or shown as -1."""
    parameter = _parameter(key)
    if current is None or (parameter.metric and current == ""):
        return parameter.metric and wanted == REMOVED
    try:
        return parameter.convert(current) == wanted
    except _Unfit:
        return False


def restarting(keys: Collection[str]) -> list[str]:
    """Return those of the keys whose change restarts the workgroup."""
    return [key for key in keys if _parameter(key).restarts]


def from_api(entries: Collection[Mapping[str, str]]) -> dict[str, str]:
    """Return the API's list of keys and values as a dictionary."""
    return {entry["parameterKey"]: entry.get("parameterValue", "") for entry in entries}


def to_api(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return a dictionary as the API's list of keys and values."""
    return [{"parameterKey": key, "parameterValue": value} for key, value in sorted(values.items())]
