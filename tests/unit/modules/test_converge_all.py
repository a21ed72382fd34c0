# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._ansible import fleet
from redshift_emulator.control import OWNER, Emulator
from unit_kit.clock import FakeClock
from unit_kit.modules import Result, Runner

SSL = {"config_parameters": {"require_ssl": "false"}}


class Passing(FakeClock):
    """A clock whose sleep lets the emulator's time pass."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self.emulator = emulator

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.emulator.advance(seconds)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def run(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Runner:
    emulator.reset()
    runner = Runner("converge_all", monkeypatch, clock=Passing(emulator))
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(fleet, "deadline_of", lambda params: runner.clock.deadline(params["wait_timeout"], 15))
    return runner


@pytest.fixture
def names(emulator: Emulator, run: Runner) -> list[str]:
    client = emulator.session().client("redshift-serverless")
    found = [f"shop-{number}" for number in range(10)]
    for name in found:
        client.create_namespace(namespaceName=name)
        client.create_workgroup(workgroupName=name, namespaceName=name)
    emulator.advance(3600)
    return found


def items(names: list[str], **options: Any) -> Result:
    return {"resource": "workgroup", "items": [{"name": name, **SSL, **options} for name in names]}


def asked(emulator: Emulator, since: int) -> Counter[str]:
    return Counter(call["operation"] for call in emulator.requests(since))


def test_ten_restarts_take_the_time_of_one_and_share_their_looks(
    run: Runner, emulator: Emulator, names: list[str]
) -> None:
    since = emulator.position()

    result = run.succeed(items(names))

    assert (result["changed"], result["restarted"]) == (True, True)
    assert [each["item"] for each in result["results"]] == names
    assert all(each["workgroup"]["config_parameters"]["require_ssl"] == "false" for each in result["results"])
    assert run.clock.time <= 1.05 * 75 + 15
    calls = asked(emulator, since)
    assert calls["UpdateWorkgroup"] == 10
    assert calls["ListWorkgroups"] <= 13
    assert "GetWorkgroup" not in calls


def test_nothing_to_do_costs_one_listing(run: Runner, emulator: Emulator, names: list[str]) -> None:
    run.succeed(items(names))
    since = emulator.position()

    result = run.succeed(items(names))

    assert not result["changed"]
    assert asked(emulator, since) == {"ListWorkgroups": 1}


def test_check_mode_predicts_each(run: Runner, emulator: Emulator, names: list[str]) -> None:
    since = emulator.position()

    result = run.succeed(items(names), check=True)

    assert [each["changes"][0]["operation"] for each in result["results"]] == ["UpdateWorkgroup"] * 10
    assert asked(emulator, since) == {"ListWorkgroups": 1}


def test_one_that_is_refused_stops_all_before_the_first_write(
    run: Runner, emulator: Emulator, names: list[str]
) -> None:
    given = items(names)
    given["items"][3]["allow_restart"] = False
    since = emulator.position()

    result = run.fail(given)

    assert "allow_restart: got false; expected true, since workgroup shop-3 would restart" in result["msg"]
    others = ", ".join(name for name in names if name != "shop-3")
    assert result["msg"].endswith(f"Not begun because of that: {others}.")
    assert [each["not_begun"] for each in result["results"]] == [name != "shop-3" for name in names]
    assert asked(emulator, since) == {"ListWorkgroups": 1}


def test_one_that_fails_leaves_the_others_to_finish(run: Runner, emulator: Emulator, names: list[str]) -> None:
    given = items(names[:3])
    given["items"].append({"name": "nobody", **SSL, "namespace": "missing"})

    result = run.fail(given)

    assert [each.get("failed", False) for each in result["results"]] == [False, False, False, True]
    assert [each["changed"] for each in result["results"]] == [True, True, True, False]
    assert result["msg"].startswith("nobody: ")


def test_one_after_another_stops_at_the_first_failure(run: Runner, emulator: Emulator, names: list[str]) -> None:
    given = items(names[:1])
    given["items"] += [{"name": "nobody", **SSL, "namespace": "missing"}, {"name": names[2], **SSL}]

    result = run.fail({**given, "batch": 1})

    assert [each["changed"] for each in result["results"]] == [True, False, False]
    assert "another item failed before it" in result["results"][2]["msg"]


def test_differences_are_where_ansible_shows_them(run: Runner, names: list[str]) -> None:
    given = items(names[:2])
    given["items"][1]["config_parameters"] = {"require_ssl": True}

    result = run.succeed(given, check=True, diff=True)

    (shown,) = result["diff"]
    assert (shown["before_header"], shown["after_header"]) == ("shop-0", "shop-0")
    assert shown["before"]["workgroup"]["config_parameters"]["require_ssl"] == "true"
    assert shown["after"]["workgroup"]["config_parameters"]["require_ssl"] == "false"


def test_a_batch_is_a_number_of_items(run: Runner, names: list[str]) -> None:
    assert run.fail({**items(names), "batch": -1})["msg"].startswith("batch: got -1; expected 0")


def test_bad_items_are_named_together_before_the_first_call(run: Runner, emulator: Emulator) -> None:
    since = emulator.position()

    result = run.fail({"resource": "workgroup", "items": [{"name": "a-1", "port": 1}, {"nmae": "b"}]})

    assert "items[0] (a-1): port:" in result["msg"]
    assert "items[1] (without a name): " in result["msg"]
    assert not asked(emulator, since)


def network_of(emulator: Emulator, account: str) -> Result:
    """A subnet of an account, and an IAM role that the owner may assume there."""
    session = emulator.session(account)
    subnet = session.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam = session.client("iam")
    role = iam.create_role(RoleName="network", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="network", PolicyName="all", PolicyDocument=policy(everything))
    return {"subnet_ids": [subnet], "assume_role_arn": role}


def policy(statement: Result) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_five_accounts_connect_in_the_time_of_one(run: Runner, emulator: Emulator, names: list[str]) -> None:
    accounts = [digit * 12 for digit in "23456"]
    doors = [
        {"name": name, "workgroup": names[0], "owner_account": OWNER, **network}
        for network in (network_of(emulator, account) for account in accounts)
        for name in ("one", "two")
    ]
    grants = [{"account": account} for account in accounts]
    run.succeed({"resource": "resource_policy", "items": [{"workgroup": names[0], "grants": grants}]})
    begin, since = run.clock.time, emulator.position()
    # The items' identities replace the task's: nothing of it is mixed in.
    own = {"assume_role_arn": f"arn:aws:iam::{OWNER}:role/nobody", "assume_role_session_name": "task"}

    result = run.succeed({"resource": "endpoint_access", "items": doors, **own})

    assert [each["endpoint"]["endpoint_status"] for each in result["results"]] == ["ACTIVE"] * 10
    assert run.clock.time - begin <= 1.05 * 90 + 15
    calls = Counter(emulator.calls(since, service=None))
    assert (calls["CreateEndpointAccess"], calls["AssumeRole"], calls["GetEndpointAccess"]) == (10, 5, 0)
    assert calls["ListEndpointAccess"] <= 5 * 12
    assumed = [each for each in emulator.requests(since, service=None) if each["operation"] == "AssumeRole"]
    assert "task" not in {each["parameters"]["RoleSessionName"] for each in assumed}
