# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The capacity of a workgroup: its base, its limit, and the price-performance target that sets the base instead.

Facts: API reference of PerformanceTarget; the management guide, "Compute capacity for Amazon Redshift Serverless". From reports of
users of the Terraform provider: AWS refuses a base above the limit, a base while a target is enabled, a repeated limit of -1, and
a target that is disabled without a base capacity in the same request. A disabled target has no level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.changes import State
from .._core.errors import InvalidInput, RedshiftServerlessError, Refused

TARGET, BASE, LIMIT = "pricePerformanceTarget", "baseCapacity", "maxCapacity"
ENABLED, DISABLED = "ENABLED", "DISABLED"

LEVELS = (1, 25, 50, 75, 100)
# What maxCapacity is set to in order to remove it.
NO_LIMIT = -1
# What baseCapacity shows while a target sets the capacity.
MANAGED = -1
# The target of a workgroup that is created without a capacity, as seen since July 2026.
DEFAULT_TARGET: Mapping[str, Any] = {"status": ENABLED, "level": 50}

_LEAST, _STEP, _MIDDLE, _LARGE_STEP, _MOST = 4, 8, 512, 32, 1024

Members = Mapping[str, Any]


def check(members: Members) -> None:
    """Refuse a capacity that can't be right, whatever AWS has.

    Whether the Region has bases above 512 is left to AWS, as that list grows.

    Args:
        members: the wanted members in the API's spelling.

    Raises:
        InvalidInput: naming the option, the value and what is expected.
    """
    _check_target(members.get(TARGET, {}))
    base, limit = members.get(BASE), members.get(LIMIT, NO_LIMIT)
    if base is not None:
        _check_base(base)
        _check_base_against(base, limit, members.get(TARGET, {}))
    if limit != NO_LIMIT and not _is_step(limit):
        raise InvalidInput(
            f"max_capacity: got {limit}; expected {_LEAST}, a multiple of {_STEP}, or {NO_LIMIT} for no limit."
        )


def _check_target(target: Members) -> None:
    level = target.get("level")
    if level is None:
        return
    if level not in LEVELS:
        allowed = f"{', '.join(map(str, LEVELS[:-1]))} or {LEVELS[-1]}"
        raise InvalidInput(f"price_performance_target.level: got {level}; expected {allowed}.")
    if target.get("status") == DISABLED:
        raise InvalidInput(
            f"price_performance_target.level: got {level} with status {DISABLED}; expected no level. "
            f"Remove the level, or set the status to {ENABLED}."
        )


def _is_step(capacity: int) -> bool:
    return capacity == _LEAST or (capacity >= _STEP and capacity % _STEP == 0)


def _check_base(base: int) -> None:
    if _is_step(base) and base <= _MOST and (base <= _MIDDLE or base % _LARGE_STEP == 0):
        return
    managed = f" AWS shows {MANAGED} while a price-performance target sets the capacity." if base == MANAGED else ""
    raise InvalidInput(
        f"base_capacity: got {base}; expected {_LEAST}, {_STEP}-{_MIDDLE} in steps of {_STEP}, or {_MIDDLE}-{_MOST} in steps of "
        f"{_LARGE_STEP}.{managed}"
    )


def _check_base_against(base: int, limit: int, target: Members) -> None:
    if not _fits(base, limit):
        raise InvalidInput(f"base_capacity: got {base}; expected at most max_capacity ({limit}).")
    if target and target.get("status") != DISABLED:
        raise InvalidInput(
            f"base_capacity: got {base} with a price_performance_target that lets AWS set the capacity; expected one of the two. "
            f"Remove one, or set price_performance_target.status to {DISABLED}."
        )


def _fits(base: int, limit: int) -> bool:
    return limit == NO_LIMIT or base <= limit


def is_managed(state: State) -> bool:
    """Tell whether a price-performance target sets the capacity."""
    return bool((state.get(TARGET) or {}).get("status") == ENABLED)


def base_of(state: State) -> int:
    """Return the base capacity, MANAGED when a target sets it or AWS does not tell it."""
    return MANAGED if is_managed(state) else int(state.get(BASE) or MANAGED)


def _limit_of(state: State) -> int:
    return int(state.get(LIMIT) or NO_LIMIT)


def steps(current: State, members: Members) -> Iterator[dict[str, Any]]:
    """Yield the members of each UpdateWorkgroup that is needed, in an order that AWS accepts.

    The limit goes first when the present base is not above it. Otherwise the base, or the target that replaces it, makes room.

    Args:
        current: the workgroup.
        members: the wanted members.
    """
    limit = members.get(LIMIT)
    last = None
    if limit is not None and limit != _limit_of(current):
        if _fits(base_of(current), limit):
            yield {LIMIT: limit}
        else:
            last = {LIMIT: limit}
    yield from _base_or_target(current, members)
    if last:
        yield last


def _base_or_target(current: State, members: Members) -> Iterator[dict[str, Any]]:
    """At most one step, as a base capacity and an enabled target exclude each other."""
    base, target, present = members.get(BASE), members.get(TARGET, {}), current.get(TARGET) or {}
    if target.get("status") == DISABLED and is_managed(current):
        # The one pair of members that AWS wants in one request.
        yield {TARGET: {"status": DISABLED}, **({} if base is None else {BASE: base})}
    elif base is not None and base != current.get(BASE):
        yield {BASE: base}
    elif target.get("status") != DISABLED and any(present.get(key) != value for key, value in target.items()):
        yield {TARGET: {"status": ENABLED, **target}}


def updated(target: Members) -> State:
    """Return the members of a workgroup whose target was updated; a level that AWS chooses is not known beforehand."""
    if target.get("status") == DISABLED:
        return {TARGET: {"status": DISABLED}}
    return {TARGET: {"level": None, **target}, BASE: MANAGED}


def for_creation(members: Members) -> dict[str, Any]:
    """Return the members of a CreateWorkgroup: there is no limit yet to remove, and AWS wants the status of a target."""
    request = dict(members)
    if request.get(LIMIT) == NO_LIMIT:
        del request[LIMIT]
    if request.get(TARGET):
        request[TARGET] = {"status": ENABLED, **request[TARGET]}
    return request


def created(request: Members) -> State:
    """Return the capacity that a CreateWorkgroup gives.

    Without any capacity AWS enables a target. That a base capacity turns the target off is inferred: the two exclude each other.
    """
    target = dict(request.get(TARGET) or ({"status": DISABLED} if BASE in request else DEFAULT_TARGET))
    if target.get("status") == DISABLED:
        return {TARGET: target, BASE: request.get(BASE)}
    return {TARGET: {**DEFAULT_TARGET, **target}, BASE: MANAGED}


def refuse_creation(members: Members) -> None:
    """Refuse a creation whose target is disabled without a base capacity.

    Raises:
        InvalidInput: asking for a base capacity.
    """
    if members.get(TARGET, {}).get("status") == DISABLED and BASE not in members:
        raise _needs_base()


def _needs_base() -> InvalidInput:
    return InvalidInput(
        f"base_capacity: got none with price_performance_target.status {DISABLED}; expected the capacity that replaces the target. "
        "Set base_capacity in the same task, for example to 128."
    )


def refuse(current: State, members: Members, label: str) -> None:
    """Refuse a capacity that contradicts the present one.

    Args:
        current: the workgroup.
        members: the wanted members.
        label: what it is, for a person.

    Raises:
        RedshiftServerlessError: naming the option, the value and what to do.
    """
    for problem in _contradictions(current, members, label):
        raise problem


def _contradictions(current: State, members: Members, label: str) -> Iterator[RedshiftServerlessError]:
    target, managed = members.get(TARGET, {}), is_managed(current)
    status = target.get("status")
    if managed and status == DISABLED and BASE not in members:
        yield _needs_base()
    if target and not managed and status is None:
        yield InvalidInput(
            f"price_performance_target.level: got {target['level']} without a status, and the target of {label} is {DISABLED}; "
            f"expected status {ENABLED} with it. Set price_performance_target.status to {ENABLED}, or remove the level."
        )
    if managed and status is None and members.get(BASE) not in (None, current.get(BASE)):
        yield Refused(
            f"base_capacity: got {members[BASE]}, but {label} has a price-performance target, which lets AWS set the capacity. "
            f"Set price_performance_target.status to {DISABLED} in the same task."
        )
    yield from _limit_contradictions(current, members)


def _limit_contradictions(current: State, members: Members) -> Iterator[InvalidInput]:
    base, limit = members.get(BASE), members.get(LIMIT)
    present, present_limit = base_of(current), _limit_of(current)
    if base is not None and limit is None and not _fits(base, present_limit):
        yield InvalidInput(
            f"base_capacity: got {base}; expected at most the present max_capacity ({present_limit}). Raise max_capacity too."
        )
    replaced = base is not None or members.get(TARGET, {}).get("status") == ENABLED
    if limit is not None and not replaced and not _fits(present, limit):
        yield InvalidInput(
            f"max_capacity: got {limit}; expected at least the present base_capacity ({present}). Lower base_capacity too."
        )
