"""Config parameters of a workgroup: which keys and values there are, and how a list is merged.

Lists are merged by key [C: cloudformation-cli #1068]. Pure functions, no state.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import query_queues
from .errors import ServiceError, validation

# A fresh workgroup shows these nine [C: DRIFT live 2026-07]; require_ssl is "true" since January 2025 [C: DOC-BC].
DEFAULTS: dict[str, str] = {
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
# A tenth appears since Patch 205 without being asked for [C: TF#49939].
UNASKED_KEY = "enable_large_strings_opt_in"
# Changing one of these restarts the workgroup [C: DOC-CONN]; what others do is unknown, so they don't [U].
RESTARTING = frozenset({"require_ssl", "use_fips_ssl"})
WLM = "wlm_json_configuration"
# The value of a query monitoring limit that removes it [C: Terraform provider #33899, PR #36238].
REMOVED = "-1"

MANY_ROWS = 999_999_999_999_999
# Query monitoring metrics with their largest value, as the developer guide's table for Redshift Serverless has them [C]. The
# last three are in that table no more; that they are still taken is unknown [U]. max_query_cpu_time and
# max_query_cpu_usage_percent are withdrawn [C: DOC-BC].
METRICS: dict[str, int] = {
    "max_query_execution_time": 86_399,
    "max_query_queue_time": 86_399,
    "max_query_blocks_read": 1_048_575,
    "max_scan_row_count": MANY_ROWS,
    "max_query_temp_blocks_to_disk": 319_815_679,
    "max_join_row_count": MANY_ROWS,
    "max_nested_loop_join_row_count": MANY_ROWS,
    "max_return_row_count": MANY_ROWS,
    "max_io_skew": 99,
    "max_cpu_skew": 99,
}
BOOLEANS = frozenset(
    {"auto_mv", "enable_case_sensitive_identifier", "enable_user_activity_logging", "require_ssl", "use_fips_ssl"}
)
SUPPORTED: tuple[str, ...] = tuple(sorted({*DEFAULTS, *METRICS, WLM, UNASKED_KEY}))


def parse(parameters: list[dict[str, str]]) -> dict[str, str]:
    """Check a list of parameterKey/parameterValue and give it as a dictionary.

    Raises:
        ServiceError: A key is unknown or given twice, or a value is not allowed for its key.
    """
    if not parameters:
        raise nothing_changes()
    wanted: dict[str, str] = {}
    for parameter in parameters:
        key, value = parameter.get("parameterKey"), parameter.get("parameterValue")
        if key is None or value is None:
            raise validation("Each config parameter must have a parameterKey and a parameterValue.")
        if key not in SUPPORTED:
            # Double brackets [C: TF code comment].
            raise validation(f"The parameter key {key} isn't supported. Supported values: [[{', '.join(SUPPORTED)}]]")
        if key in wanted:
            raise validation(f"The parameter key {key} is specified more than once.")
        _check_value(key, value)
        wanted[key] = value
    return wanted


def nothing_changes() -> ServiceError:
    """The real answer to a list in which nothing differs [C: TF#49941]."""
    return validation("You didn't specify any changes to the configuration parameters.")


def _check_value(key: str, value: str) -> None:
    allowed: Callable[[str], bool] | None = None
    expected = ""
    if key in BOOLEANS:
        allowed, expected = {"true", "false"}.__contains__, "true or false"
    elif key in METRICS:
        most = METRICS[key]
        allowed, expected = partial(_is_limit, most), f"a whole number from 0 to {most}, or {REMOVED} for no limit"
    if allowed and not allowed(value):
        # The wording is unknown [U].
        raise validation(f"The value {value} isn't valid for the parameter key {key}. Expected {expected}.")
    fault = query_queues.fault(value) if key == WLM else None
    if fault:
        raise validation(f"The value isn't valid for the parameter key {key}: {fault}.")


def _is_limit(most: int, text: str) -> bool:
    return text == REMOVED or (text.isascii() and text.isdigit() and int(text) <= most)


def for_creation(parameters: list[dict[str, str]] | None) -> dict[str, str]:
    """The config of a new workgroup: the defaults with the given parameters on top.

    A removed limit that a new workgroup has not, or has by default, is simply not there [U].

    Raises:
        ServiceError: As :func:`parse`; also require_ssl=false, which only an update may set [C: DOC-BC].
    """
    wanted = parse(parameters) if parameters else {}
    if wanted.get("require_ssl") == "false":
        raise validation(
            "You can't disable require_ssl while the workgroup is being created. "
            "To disable require_ssl, update the workgroup after creation."
        )
    config = _merged(DEFAULTS, wanted)
    _check_wlm_or_limits(config)
    return config


def merge(current: dict[str, str], parameters: list[dict[str, str]]) -> tuple[dict[str, str], bool]:
    """Merge a list into the current config, key by key [C: cloudformation-cli #1068, Terraform provider #49941].

    What the list leaves out stays. A limit goes with the value -1; -1 for a limit that is not there changes nothing
    [C: Terraform provider #36237]. Query queues never go: the page calls them permanent, and no value removes them [C].

    Returns:
        The new config, and whether the workgroup restarts for it.

    Raises:
        ServiceError: As :func:`parse`, or nothing in the list differs from the current config.
    """
    wanted = parse(parameters)
    changed = {key for key, value in wanted.items() if _differs(current, key, value)}
    config = _merged(current, wanted)
    _check_wlm_or_limits(config)
    if not changed:
        raise nothing_changes()
    return config, bool(changed & RESTARTING)


def _removes(key: str, value: str) -> bool:
    return key in METRICS and value == REMOVED


def _differs(current: dict[str, str], key: str, value: str) -> bool:
    return key in current if _removes(key, value) else current.get(key) != value


def _merged(current: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """The config after a change; a limit that is removed is not shown any more [I]."""
    return {key: value for key, value in {**current, **wanted}.items() if not _removes(key, value)}


def _check_wlm_or_limits(config: dict[str, str]) -> None:
    """Either wlm_json_configuration or query monitoring limits [C: BM].

    The default limit does not count [I: the page's example sets queues in a new workgroup].
    """
    limits = [key for key, value in config.items() if key in METRICS and value != DEFAULTS.get(key)]
    if WLM in config and limits:
        raise validation(
            "You can't specify both wlm_json_configuration and query monitoring rule metrics. Specify one or the other."
        )
