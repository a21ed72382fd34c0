# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of capacity against AWS's rules: every step is one that AWS takes, and the plan ends where asked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import Change, State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
    Refused,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import workgroup
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.workgroup import Desired, desired_of
from hypothesis import event, given
from hypothesis import strategies as st
from redshift_emulator import capacity as emulated
from unit_kit import answers
from unit_kit.capacity import LEVELS, Capacity, capacities, capacity

Options = dict[str, Any]

NAME, LABEL = "sales", "workgroup sales"
OFF = {"status": "DISABLED"}

targets = st.fixed_dictionaries(
    {}, optional={"status": st.sampled_from(["ENABLED", "DISABLED", None]), "level": st.sampled_from([*LEVELS, None])}
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "base_capacity": capacities,
        "max_capacity": st.just(-1) | capacities,
        "price_performance_target": targets,
    },
)


def desire(given_options: Options) -> Desired:
    unnamed: Options = dict.fromkeys(workgroup.OPTIONS)
    fixed = {"state": "present", "tags": None, "purge_tags": True, "allow_restart": True, "namespace": "sales"}
    return desired_of({**unnamed, **fixed, **given_options})


def shown(aws: Capacity) -> State:
    """The workgroup as it would be read."""
    without = {"baseCapacity": None, "pricePerformanceTarget": None}
    return workgroup.from_api(answers.workgroup(**{**without, **aws.members()}))


def checked(current: State | None, wanted: Desired) -> list[Change]:
    changes = workgroup.plan(current, wanted, NAME)
    workgroup.refuse(current, changes, wanted, LABEL)
    return changes


def assert_as_wished(aws: Capacity, options: Options) -> None:
    has = aws.members()
    assert options.get("base_capacity") in (None, has["baseCapacity"])
    assert options.get("max_capacity") in (None, has.get("maxCapacity", -1))
    target = {key: value for key, value in (options.get("price_performance_target") or {}).items() if value is not None}
    assert target.items() <= has["pricePerformanceTarget"].items()


def emulator_takes(parameters: Options, aws: Capacity) -> None:
    """The emulator's own rules of a target and of the order, which others have written."""
    if "pricePerformanceTarget" in parameters:
        emulated.target(parameters["pricePerformanceTarget"])
    emulated.check_order(aws.base, aws.most)


@given(present=capacity(), options=wishes)
def test_a_plan_is_one_that_aws_takes_and_ends_where_asked(present: Capacity, options: Options) -> None:
    aws, before = Capacity(**vars(present)), shown(present)
    try:
        wanted = desire(options)
        changes = checked(before, wanted)
    except RedshiftServerlessError as error:
        event(f"refused: {error.message.partition(':')[0]}")
        assert contradictory(present, options)
        return

    state: State | None = before
    for change in changes:
        aws.update(change.parameters)
        emulator_takes(change.parameters, aws)
        state = workgroup.after(state, change)

    event(f"{len(changes)} changes")
    assert_as_wished(aws, options)
    assert checked(shown(aws), wanted) == []
    assert_foretold(state or {}, aws)


def assert_foretold(state: State, aws: Capacity) -> None:
    """What was predicted is what AWS has, but for a level that AWS chooses."""
    expected, target = shown(aws), dict(state["pricePerformanceTarget"])
    if target.get("level", 0) is None:
        target["level"] = expected["pricePerformanceTarget"]["level"]
    assert {**state, "pricePerformanceTarget": target} == expected


def contradictory(present: Capacity, options: Options) -> bool:
    """Whether no state is as wished, or not without being told a base or a status too."""
    base, most = options.get("base_capacity"), options.get("max_capacity")
    target = options.get("price_performance_target") or {}
    status, level = target.get("status"), target.get("level")
    on = status == "ENABLED" or (status is None and (level is not None or present.level is not None))
    limit = present.most if most is None else None if most == -1 else most
    return bool(
        (status == "DISABLED" and level is not None)
        or (base is not None and on)
        or (status is None and level is not None and present.level is None)
        or (status == "DISABLED" and present.level is not None and base is None)
        or (limit is not None and not on and (base or present.base) > limit)
    )


@given(options=wishes)
def test_a_creation_is_one_that_aws_takes(options: Options) -> None:
    try:
        wanted = desire(options)
        changes = checked(None, wanted)
    except RedshiftServerlessError:
        target = options.get("price_performance_target") or {}
        assert target.get("status") == "DISABLED" or options.get("base_capacity") is not None
        return

    aws = Capacity(-1, None, None)
    [creation] = changes
    aws.create(creation.parameters)
    emulator_takes(creation.parameters, aws)

    assert_as_wished(aws, options)
    assert checked(shown(aws), wanted) == []
    predicted, expected = workgroup.created(creation.parameters), shown(aws)
    members = ("baseCapacity", "maxCapacity", "pricePerformanceTarget")
    assert {name: predicted.get(name) for name in members} == {name: expected.get(name) for name in members}


def managed(**more: Any) -> State:
    return workgroup.from_api(answers.workgroup(**more))


def fixed(base: int, limit: int | None = None) -> State:
    return managed(baseCapacity=base, maxCapacity=limit, pricePerformanceTarget=OFF)


def updates(current: State, **options: Any) -> list[Options]:
    changes = checked(current, desire(options))
    return [{key: value for key, value in each.parameters.items() if key != "workgroupName"} for each in changes]


def test_a_target_goes_off_together_with_the_base_and_without_a_level() -> None:
    assert updates(managed(), base_capacity=32, price_performance_target=OFF) == [
        {"pricePerformanceTarget": OFF, "baseCapacity": 32}
    ]


def test_the_pair_tells_both_reasons() -> None:
    [change] = checked(managed(), desire({"base_capacity": 32, "price_performance_target": OFF}))

    assert change.reason == (
        "price_performance_target: {'status': 'ENABLED', 'level': 50} -> {'status': 'DISABLED'}; base_capacity: -1 -> 32"
    )


def test_a_target_that_is_off_stays_off_without_a_base() -> None:
    assert updates(fixed(32), price_performance_target=OFF) == []


def test_a_limit_is_set_before_a_target_that_could_go_above_it() -> None:
    on = {"status": "ENABLED", "level": 100}

    assert updates(fixed(32), max_capacity=64, price_performance_target=on) == [
        {"maxCapacity": 64},
        {"pricePerformanceTarget": on},
    ]
    assert updates(fixed(128), max_capacity=64, price_performance_target=on) == [
        {"pricePerformanceTarget": on},
        {"maxCapacity": 64},
    ]


def test_a_limit_that_is_not_there_is_not_removed() -> None:
    assert updates(managed(), max_capacity=-1) == []
    assert updates(fixed(8, limit=8), max_capacity=-1) == [{"maxCapacity": -1}]


def test_a_creation_with_a_level_enables_the_target() -> None:
    [creation] = checked(None, desire({"price_performance_target": {"level": 75}}))

    assert creation.parameters["pricePerformanceTarget"] == {"status": "ENABLED", "level": 75}


BAD: list[tuple[Options, str]] = [
    ({"base_capacity": 3}, "base_capacity: got 3; expected 4, 8-512 in steps of 8, or 512-1024 in steps of 32."),
    ({"base_capacity": 12}, "base_capacity: got 12; expected"),
    ({"base_capacity": 520}, "base_capacity: got 520; expected"),
    ({"base_capacity": 1056}, "base_capacity: got 1056; expected"),
    ({"base_capacity": 0}, "base_capacity: got 0; expected"),
    ({"base_capacity": -1}, "AWS shows -1 while a price-performance target sets the capacity."),
    ({"max_capacity": 0}, "max_capacity: got 0; expected 4, a multiple of 8, or -1 for no limit."),
    ({"max_capacity": 100}, "max_capacity: got 100; expected"),
    ({"max_capacity": -8}, "max_capacity: got -8; expected"),
    ({"base_capacity": 64, "max_capacity": 32}, "base_capacity: got 64; expected at most max_capacity (32)."),
    (
        {"base_capacity": 64, "price_performance_target": {"status": "ENABLED", "level": None}},
        "base_capacity: got 64 with a price_performance_target that lets AWS set the capacity; expected one of the two.",
    ),
    ({"base_capacity": 64, "price_performance_target": {"level": 1}}, "base_capacity: got 64 with a"),
    (
        {"price_performance_target": {"level": 60}},
        "price_performance_target.level: got 60; expected 1, 25, 50, 75 or 100.",
    ),
    (
        {"price_performance_target": {"status": "DISABLED", "level": 50}},
        "price_performance_target.level: got 50 with status DISABLED; expected no level.",
    ),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_a_capacity_that_can_not_be_is_refused_whatever_aws_has(options: Options, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        desire(options)

    assert message in caught.value.message


@pytest.mark.parametrize(
    "options", [{"base_capacity": each} for each in (4, 8, 512, 544, 1024)] + [{"max_capacity": 5632}]
)
def test_every_capacity_that_aws_has_is_taken(options: Options) -> None:
    assert set(options.values()) <= set(desire(options).members.values())


REFUSALS: list[tuple[State | None, Options, type[RedshiftServerlessError], str]] = [
    (
        managed(),
        {"price_performance_target": OFF},
        InvalidInput,
        "base_capacity: got none with price_performance_target.status DISABLED; expected the capacity that replaces the target.",
    ),
    (None, {"price_performance_target": OFF}, InvalidInput, "base_capacity: got none with"),
    (
        fixed(8),
        {"price_performance_target": {"level": 50}},
        InvalidInput,
        "price_performance_target.level: got 50 without a status, and the target of workgroup sales is DISABLED",
    ),
    (managed(), {"base_capacity": 128}, Refused, "but workgroup sales has a price-performance target"),
    (
        fixed(32, limit=64),
        {"base_capacity": 128},
        InvalidInput,
        "base_capacity: got 128; expected at most the present max_capacity (64). Raise max_capacity too.",
    ),
    (
        managed(maxCapacity=64),
        {"base_capacity": 128, "price_performance_target": OFF},
        InvalidInput,
        "base_capacity: got 128; expected at most the present max_capacity (64)",
    ),
    (
        fixed(128),
        {"max_capacity": 64},
        InvalidInput,
        "max_capacity: got 64; expected at least the present base_capacity (128). Lower base_capacity too.",
    ),
]


@pytest.mark.parametrize(("current", "options", "kind", "message"), REFUSALS)
def test_a_capacity_that_contradicts_the_present_one_is_refused(
    current: State | None, options: Options, kind: type[RedshiftServerlessError], message: str
) -> None:
    with pytest.raises(RedshiftServerlessError) as caught:
        checked(current, desire(options))

    assert caught.value.__class__ is kind
    assert message in caught.value.message


def test_a_workgroup_of_which_aws_tells_no_target_has_none() -> None:
    current = managed(baseCapacity=32, pricePerformanceTarget=None)

    assert updates(current, price_performance_target=OFF, base_capacity=32) == []
    assert updates(current, price_performance_target={"status": "ENABLED"}) == [
        {"pricePerformanceTarget": {"status": "ENABLED"}}
    ]
