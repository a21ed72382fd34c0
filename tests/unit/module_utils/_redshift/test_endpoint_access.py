# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import State
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import endpoint_access
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.endpoint_access import (
    Desired,
    after,
    desired_of,
    explain_grant,
    plan,
    security_groups,
    shown,
    transition,
)
from hypothesis import given
from hypothesis import strategies as st
from unit_kit import answers
from unit_kit.conversation import client

Options = dict[str, Any]

NAME = "apps"
API = Api(client("redshift-serverless"))
GROUPS = ["sg-1", "sg-2", "sg-3"]
SUBNETS = ["subnet-1", "subnet-2"]
OWNER = "210987654321"

some_groups = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=4)
some_subnets = st.lists(st.sampled_from(SUBNETS), min_size=1, max_size=3)
desires = st.fixed_dictionaries(
    {"workgroup": st.sampled_from(["sales", "other"]), "subnet_ids": some_subnets},
    optional={"security_group_ids": some_groups, "owner_account": st.just(OWNER)},
)


@st.composite
def states(draw: st.DrawFn) -> State:
    groups = [{"vpcSecurityGroupId": group, "status": "active"} for group in draw(some_groups)]
    return answers.endpoint(vpcSecurityGroups=groups, subnetIds=draw(some_subnets))


def wished(given: Options) -> Desired:
    others = {"name": NAME, "state": "present", "allow_recreate": True}
    return desired_of({**dict.fromkeys(endpoint_access.OPTIONS), **others, **given})


@given(current=st.none() | states(), given_options=desires)
def test_after_all_changes_nothing_is_left_to_plan(current: State | None, given_options: Options) -> None:
    wanted = wished(given_options)
    state = current
    for change in plan(current, wanted, NAME):
        state = after(state, change)

    assert plan(state, wanted, NAME) == []
    assert state is not None
    assert set(state["subnetIds"]) == set(given_options["subnet_ids"])
    if "security_group_ids" in given_options:
        assert set(security_groups(state)) == set(given_options["security_group_ids"])


@given(current=states(), groups=some_groups)
def test_security_groups_alone_never_lead_to_a_deletion(current: State, groups: list[str]) -> None:
    operations = {change.operation for change in plan(current, wished({"security_group_ids": groups}), NAME)}

    assert operations <= {"UpdateEndpointAccess"}


@given(current=states(), given_options=desires)
def test_a_prediction_has_the_keys_of_the_real_thing(current: State, given_options: Options) -> None:
    predicted = after(None, plan(None, wished(given_options), NAME)[0])

    assert (shown(API, predicted) or {}).keys() == (shown(API, current) or {}).keys()


@pytest.mark.parametrize(
    ("status", "busy"),
    [
        ("CREATING", "CREATING"),
        ("modifying", "MODIFYING"),
        ("DELETING", "DELETING"),
        ("something-new", "SOMETHING-NEW"),
        ("ACTIVE", None),
        ("active", None),
        ("AVAILABLE", None),
        ("FAILED", None),
        ("create_error", None),
    ],
)
def test_the_status_is_free_text(status: str, busy: str | None) -> None:
    assert transition(answers.endpoint(endpointStatus=status)) == busy


def test_what_is_not_there_is_not_busy() -> None:
    assert transition(None) is None


@pytest.mark.parametrize(
    ("granted", "vpc", "text"),
    [
        ({}, "vpc-1", "does not grant a workgroup 'sales' to this account in us-east-1"),
        ({"other": ["*"], "more": []}, "vpc-1", "It grants more, other there."),
        ({"sales": ["vpc-2", "vpc-3"]}, "vpc-1", "for vpc-2, vpc-3, and VPC vpc-1 of the subnets is not among them"),
        ({"sales": []}, "vpc-1", "for no VPC"),
        ({"sales": ["vpc-2"]}, None, "the VPC of the subnets (which could not be read) is not among them"),
    ],
)
def test_a_missing_grant_is_explained(granted: dict[str, list[str]], vpc: str | None, text: str) -> None:
    assert text in (explain_grant("sales", OWNER, "us-east-1", granted, vpc) or "")


@pytest.mark.parametrize(("vpcs", "vpc"), [(["*"], "vpc-1"), (["*"], None), (["vpc-1", "vpc-2"], "vpc-2")])
def test_a_grant_that_covers_it_explains_nothing(vpcs: list[str], vpc: str | None) -> None:
    assert explain_grant("sales", OWNER, "us-east-1", {"sales": vpcs}, vpc) is None
