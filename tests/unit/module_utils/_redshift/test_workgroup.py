# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import Change, State
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
    Refused,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import config_parameters, workgroup
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.workgroup import (
    Desired,
    after,
    desired_of,
    from_api,
    plan,
    port_of,
    refuse,
    shown,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from unit_kit import answers
from unit_kit.capacity import LEVELS, present_capacity
from unit_kit.conversation import client

Options = dict[str, Any]

NAME = "sales"
LABEL = "workgroup sales"
API = Api(client("redshift-serverless"))

GROUPS = ["sg-0a1b2c3d4e5f60718", "sg-0b1c2d3e4f5061728"]
SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728", "subnet-0c1d2e3f405162738"]
PORTS = [5431, 5439, 5455, 8191, 8215]


def options(**given: Any) -> Options:
    unnamed = dict.fromkeys(workgroup.OPTIONS)
    return {**unnamed, "state": "present", "tags": None, "purge_tags": True, "allow_restart": True, **given}


def desire(**given: Any) -> Desired:
    return desired_of(options(**given))


def now(**members: Any) -> State:
    return {**from_api(answers.workgroup(**members)), "tags": {}}


def planned(current: State | None, **given: Any) -> list[Change]:
    return plan(current, desire(**given), NAME)


def updates(changes: list[Change]) -> list[tuple[str, Any]]:
    """Member and value of each UpdateWorkgroup."""
    named = [(change.operation, dict(change.parameters)) for change in changes]
    assert all(operation == "UpdateWorkgroup" and request.pop("workgroupName") == NAME for operation, request in named)
    return [(member, value) for _operation, request in named for member, value in request.items()]


booleans = st.booleans()
capacities = st.integers(1, 12).map(lambda number: number * 8)
some_groups = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3)
some_subnets = st.lists(st.sampled_from(SUBNETS), min_size=1, max_size=4)
tags = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"]))
targets = st.fixed_dictionaries(
    {}, optional={"status": st.sampled_from(["ENABLED", "DISABLED"]), "level": st.sampled_from(LEVELS)}
)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "require_ssl": booleans,
        "search_path": st.sampled_from(["a", "b"]),
        "max_scan_row_count": st.integers(-1, 3),
        "max_query_execution_time": st.sampled_from([None, -1, 60, 14400]),
    },
)
desires = st.fixed_dictionaries(
    {},
    optional={
        "config_parameters": parameters,
        "port": st.sampled_from(PORTS),
        "publicly_accessible": booleans,
        "enhanced_vpc_routing": booleans,
        "security_group_ids": some_groups,
        "subnet_ids": some_subnets,
        "ip_address_type": st.sampled_from(["ipv4", "dualstack"]),
        "base_capacity": capacities,
        "max_capacity": st.just(-1) | capacities,
        "price_performance_target": targets,
        "extra_compute_for_automatic_optimization": booleans,
        "track_name": st.sampled_from(["current", "trailing"]),
        "tags": tags,
        "purge_tags": booleans,
    },
)


@st.composite
def states(draw: st.DrawFn) -> State:
    state = now(
        parameters={
            "require_ssl": draw(st.sampled_from(["true", "false"])),
            "search_path": draw(st.sampled_from(["a", "c"])),
        },
        publiclyAccessible=draw(booleans),
        enhancedVpcRouting=draw(booleans),
        securityGroupIds=draw(some_groups),
        subnetIds=draw(some_subnets),
        ipAddressType=draw(st.sampled_from([None, "ipv4", "dualstack"])),
        trackName=draw(st.sampled_from([None, "current", "trailing"])),
        pendingTrackName=draw(st.sampled_from([None, "current", "trailing"])),
        extraComputeForAutomaticOptimization=draw(st.none() | booleans),
        endpoint={"port": draw(st.sampled_from(PORTS))},
        **draw(present_capacity()),
    )
    return {**state, "tags": draw(tags)}


def wished(given: Options) -> Desired:
    """The desire, or no example when the options contradict themselves."""
    try:
        return desire(**given)
    except InvalidInput:
        assume(False)
        raise


def accepted(current: State | None, given: Options) -> Desired:
    """The desire, or no example when the options contradict themselves or the workgroup."""
    wanted = wished(given)
    try:
        refuse(current, plan(current, wanted, NAME), wanted, LABEL)
    except RedshiftServerlessError:
        assume(False)
    return wanted


@given(current=st.none() | states(), given_options=desires)
def test_after_all_changes_nothing_is_left_to_plan(current: State | None, given_options: Options) -> None:
    wanted = accepted(current, {"namespace": "sales", **given_options})
    state = current
    for change in plan(current, wanted, NAME):
        state = after(state, change)

    assert plan(state, wanted, NAME) == []


@given(current=st.none() | states(), given_options=desires)
def test_each_update_has_one_member_that_differs(current: State | None, given_options: Options) -> None:
    wanted = accepted(current, {"namespace": "sales", **given_options})
    state = current
    for change in plan(current, wanted, NAME):
        if change.operation == "UpdateWorkgroup":
            members = change.parameters.keys() - {"workgroupName"}
            assert len(members) == 1 or (
                members == {"pricePerformanceTarget", "baseCapacity"}
                and change.parameters["pricePerformanceTarget"] == {"status": "DISABLED"}
            )
        following = after(state, change)
        assert following != state
        state = following


@given(current=states(), given_options=desires)
def test_what_is_not_named_stays(current: State, given_options: Options) -> None:
    wanted = accepted(current, given_options)
    state: State | None = current
    for change in plan(current, wanted, NAME):
        state = after(state, change)

    # A target replaces the base; a track is pending at first.
    named = {*wanted.members, "endpoint", "tags", "configParameters", "pendingTrackName"}
    if "pricePerformanceTarget" in wanted.members:
        named.add("baseCapacity")
    assert {key: value for key, value in (state or {}).items() if key not in named} == {
        key: value for key, value in current.items() if key not in named
    }
    assert (state or {})["configParameters"] == config_parameters.merged(
        current["configParameters"], wanted.members.get("configParameters", {})
    )


@given(current=states(), given_options=desires)
def test_the_door_closes_first_and_opens_last(current: State, given_options: Options) -> None:
    members = [next(iter(change.parameters.keys() - {"workgroupName"})) for change in plan(current, wished(given_options), NAME)
               if change.operation == "UpdateWorkgroup"]  # fmt: skip
    if "publiclyAccessible" in members:
        opens = given_options["publicly_accessible"]
        assert members.index("publiclyAccessible") == (len(members) - 1 if opens else 0)


@given(current=states(), given_options=desires)
def test_planning_changes_nothing(current: State, given_options: Options) -> None:
    before = repr(current)

    plan(current, wished(given_options), NAME)

    assert repr(current) == before


def test_the_order_of_updates() -> None:
    current = now(
        publiclyAccessible=True, baseCapacity=128, maxCapacity=256, pricePerformanceTarget={"status": "DISABLED"}
    )

    changes = planned(
        current,
        publicly_accessible=False,
        config_parameters={"require_ssl": False, "use_fips_ssl": "no"},
        security_group_ids=[GROUPS[1]],
        subnet_ids=SUBNETS[:2],
        enhanced_vpc_routing=True,
        ip_address_type="dualstack",
        port=8200,
        base_capacity=512,
        max_capacity=1024,
        extra_compute_for_automatic_optimization=True,
        track_name="trailing",
        tags={"a": "1"},
    )

    assert updates(changes[:-1]) == [
        ("publiclyAccessible", False),
        ("configParameters", [{"parameterKey": "require_ssl", "parameterValue": "false"}]),
        ("securityGroupIds", [GROUPS[1]]),
        ("subnetIds", SUBNETS[:2]),
        ("enhancedVpcRouting", True),
        ("ipAddressType", "dualstack"),
        ("port", 8200),
        ("trackName", "trailing"),
        ("extraComputeForAutomaticOptimization", True),
        ("maxCapacity", 1024),
        ("baseCapacity", 512),
    ]
    assert changes[-1].operation == "TagResource"


def test_lowering_the_capacity_lowers_the_base_first() -> None:
    current = now(baseCapacity=512, maxCapacity=1024, pricePerformanceTarget={"status": "DISABLED"})

    assert updates(planned(current, base_capacity=32, max_capacity=64)) == [("baseCapacity", 32), ("maxCapacity", 64)]


def test_a_track_that_is_pending_counts_as_set() -> None:
    [change] = planned(now(), track_name="trailing")
    pending = now(pendingTrackName="trailing")

    assert planned(pending, track_name="trailing") == []
    assert (shown(API, after(now(), change)) or {})["pending_track_name"] == "trailing"
    assert (shown(API, after(now(), change)) or {})["track_name"] == "current"


def test_a_pending_track_can_be_withdrawn() -> None:
    [change] = planned(now(pendingTrackName="trailing"), track_name="current")

    assert updates([change]) == [("trackName", "current")]
    assert change.reason == "track_name: trailing -> current"
    assert (shown(API, after(now(pendingTrackName="trailing"), change)) or {})["pending_track_name"] is None


@pytest.mark.parametrize("shown_by_aws", [None, False])
def test_extra_compute_that_is_off_needs_no_update(shown_by_aws: bool | None) -> None:
    current = now(extraComputeForAutomaticOptimization=shown_by_aws)

    assert planned(current, extra_compute_for_automatic_optimization=False) == []
    assert updates(planned(current, extra_compute_for_automatic_optimization=True)) == [
        ("extraComputeForAutomaticOptimization", True)
    ]


def test_several_config_parameters_are_one_update_that_names_only_what_differs() -> None:
    changes = planned(
        now(parameters={"require_ssl": "false"}), config_parameters={"require_ssl": 1, "use_fips_ssl": 1, "auto_mv": 1}
    )

    assert updates(changes) == [
        (
            "configParameters",
            [
                {"parameterKey": "require_ssl", "parameterValue": "true"},
                {"parameterKey": "use_fips_ssl", "parameterValue": "true"},
            ],
        )
    ]
    assert changes[0].reason == "require_ssl: false -> true; use_fips_ssl: false -> true"


@pytest.mark.parametrize(
    ("wanted", "interrupts", "restarts"),
    [
        ({"config_parameters": {"require_ssl": False}}, True, True),
        ({"config_parameters": {"use_fips_ssl": True}}, True, True),
        ({"config_parameters": {"search_path": "x"}}, False, False),
        ({"port": 5440}, True, False),
        ({"subnet_ids": SUBNETS[:2]}, True, False),
        ({"base_capacity": 64, "price_performance_target": {"status": "DISABLED"}}, True, False),
        ({"price_performance_target": {"level": 75}}, False, False),
        ({"max_capacity": 512}, False, False),
        ({"publicly_accessible": True}, False, False),
        ({"security_group_ids": [GROUPS[1]]}, False, False),
        ({"track_name": "trailing"}, False, False),
    ],
)
def test_says_what_a_change_does_to_connections(wanted: Options, interrupts: bool, restarts: bool) -> None:
    [change] = planned(now(), **wanted)

    assert (change.interrupts, change.restarts) == (interrupts, restarts)


def test_going_private_interrupts() -> None:
    [change] = planned(now(publiclyAccessible=True), publicly_accessible=False)

    assert change.interrupts


def test_ids_are_compared_as_sets() -> None:
    assert planned(now(subnetIds=SUBNETS), subnet_ids=[*reversed(SUBNETS), SUBNETS[0]]) == []


def test_a_change_of_the_base_capacity_interrupts() -> None:
    [change] = planned(now(baseCapacity=32, pricePerformanceTarget={"status": "DISABLED"}), base_capacity=64)

    assert (change.interrupts, change.restarts, change.reason) == (True, False, "base_capacity: 32 -> 64")


def test_creates_with_everything_in_one_request() -> None:
    changes = planned(
        None,
        namespace="sales",
        port=5440,
        config_parameters={"auto_mv": "no"},
        publicly_accessible=True,
        tags={"b": "2", "a": "1"},
    )

    assert [(change.operation, change.parameters) for change in changes] == [
        (
            "CreateWorkgroup",
            {
                "workgroupName": NAME,
                "namespaceName": "sales",
                "port": 5440,
                "configParameters": [{"parameterKey": "auto_mv", "parameterValue": "false"}],
                "publiclyAccessible": True,
                "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
            },
        )
    ]


def test_creates_first_and_allows_plaintext_afterwards() -> None:
    creation, update = planned(None, namespace="sales", config_parameters={"require_ssl": False, "auto_mv": True})

    assert creation.parameters["configParameters"] == [{"parameterKey": "auto_mv", "parameterValue": "true"}]
    assert updates([update]) == [("configParameters", [{"parameterKey": "require_ssl", "parameterValue": "false"}])]
    assert update.restarts


def test_a_creation_has_no_empty_list_of_parameters_and_no_limit_of_minus_one() -> None:
    [creation, _update] = planned(None, namespace="sales", config_parameters={"require_ssl": False}, max_capacity=-1)

    assert creation.parameters == {"workgroupName": NAME, "namespaceName": "sales"}


@pytest.mark.parametrize("status", ["AVAILABLE", "MODIFYING", "CREATING"])
def test_deletes(status: str) -> None:
    [change] = planned(now(status=status), state="absent")

    assert (change.operation, change.parameters, change.interrupts) == (
        "DeleteWorkgroup",
        {"workgroupName": NAME},
        True,
    )


@pytest.mark.parametrize("current", [None, now(status="DELETING")])
def test_does_not_delete_what_is_gone_or_going(current: State | None) -> None:
    assert planned(current, state="absent") == []


@pytest.mark.parametrize(
    ("members", "port"),
    [
        ({"endpoint": {"port": 8191}}, 8191),
        ({"endpoint": {"port": 8191}, "port": 5440}, 8191),
        ({"endpoint": None, "port": 5440}, 5440),
        ({"endpoint": None}, 5439),
    ],
)
def test_the_port_is_the_endpoints(members: Options, port: int) -> None:
    assert port_of(now(**members)) == port


BAD: list[tuple[Options, str]] = [
    ({"port": 5430}, "port: got 5430; expected 5431-5455 or 8191-8215."),
    ({"port": 5456}, "port: got 5456"),
    ({"port": 8190}, "port: got 8190"),
    ({"port": 8216}, "port: got 8216"),
    ({"base_capacity": 64, "max_capacity": 32}, "base_capacity: got 64; expected at most max_capacity (32)."),
    ({"config_parameters": {"requires_ssl": True}}, "Did you mean 'require_ssl'?"),
]


@pytest.mark.parametrize(("given_options", "message"), BAD)
def test_bad_options_are_refused_whatever_aws_has(given_options: Options, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        desire(**given_options)

    assert message in caught.value.message


@pytest.mark.parametrize("port", PORTS)
def test_both_port_ranges_are_taken(port: int) -> None:
    assert desire(port=port).members == {"port": port}


BAD_BY_THE_MODEL: list[tuple[Options, str]] = [
    ({"name": "Sales"}, "name: got 'Sales'"),
    ({"name": "sa"}, "name: got 'sa' (2 characters); expected 3-64 characters."),
    ({"namespace": "a_b"}, "namespace: got 'a_b'"),
    ({"track_name": "so so"}, "track_name: got 'so so'"),
    ({"tags": {"": "x"}}, "tags[0].key"),
]


@pytest.mark.parametrize(("given_options", "message"), BAD_BY_THE_MODEL)
def test_what_the_apis_model_forbids_names_the_option(given_options: Options, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        workgroup.build(API, options(**{"name": NAME, **given_options}))

    assert message in caught.value.message


REFUSALS: list[tuple[State | None, Options, type[RedshiftServerlessError], str]] = [
    (None, {}, InvalidInput, "namespace: got nothing, but workgroup sales does not exist"),
    (
        now(),
        {"namespace": "other"},
        Refused,
        "namespace: got 'other'; expected 'sales', to which workgroup sales belongs.",
    ),
    (
        now(),
        {"config_parameters": {"spill_to_disk": 1}},
        InvalidInput,
        "config_parameters.spill_to_disk: got an unknown config parameter",
    ),
    (
        now(),
        {"config_parameters": {"require_ssl": False}, "allow_restart": False},
        Refused,
        "require_ssl: true -> false",
    ),
    (
        None,
        {"namespace": "sales", "config_parameters": {"require_ssl": False}, "allow_restart": False},
        Refused,
        "allow_restart: got false; expected true",
    ),
]


@pytest.mark.parametrize(("current", "given_options", "kind", "message"), REFUSALS)
def test_refuses_before_the_first_write(
    current: State | None, given_options: Options, kind: type[RedshiftServerlessError], message: str
) -> None:
    wanted = desire(**given_options)

    with pytest.raises(RedshiftServerlessError) as caught:
        refuse(current, plan(current, wanted, NAME), wanted, LABEL)

    assert caught.value.__class__ is kind
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("current", "given_options"),
    [
        (now(), {"namespace": "sales"}),
        (now(parameters={"future_key": "x"}), {"config_parameters": {"future_key": "y"}}),
        (now(), {"price_performance_target": {"status": "DISABLED"}, "base_capacity": 64}),
        (now(), {"config_parameters": {"search_path": "x"}, "allow_restart": False}),
        (now(), {"state": "absent", "namespace": "other", "allow_restart": False}),
        (None, {"state": "absent"}),
    ],
)
def test_refuses_nothing_else(current: State | None, given_options: Options) -> None:
    wanted = desire(**given_options)

    refuse(current, plan(current, wanted, NAME), wanted, LABEL)


@given(current=states())
def test_a_prediction_has_the_keys_of_the_real_thing(current: State) -> None:
    predicted = after(None, planned(None, namespace="sales")[0])

    real, foretold = shown(API, current), shown(API, predicted)

    assert real is not None
    assert foretold is not None
    assert real.keys() == foretold.keys()
    assert real["endpoint"].keys() == foretold["endpoint"].keys()


def test_a_limit_that_is_taken_away_is_shown_as_aws_shows_it() -> None:
    current = now(maxCapacity=512)
    [change] = planned(current, max_capacity=-1)

    assert change.parameters["maxCapacity"] == -1
    assert (shown(API, after(current, change)) or {})["max_capacity"] is None


def test_shown_keeps_the_users_own_keys() -> None:
    result = shown(API, {**now(parameters={"require_ssl": "false"}), "tags": {"CostCenter": "x"}}) or {}

    assert result["tags"] == {"CostCenter": "x"}
    assert result["config_parameters"]["require_ssl"] == "false"
    assert (result["port"], result["workgroup_name"], result["max_capacity"]) == (5439, "sales", None)
    assert result["creation_date"] == "2026-07-11T16:56:24+00:00"


def test_nothing_is_shown_of_nothing() -> None:
    assert shown(API, None) is None
