# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role public_access and its playbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

PLAYBOOK = "redshift.serverless.public_access"
OFFICE, HOME = "203.0.113.0/24", "198.51.100.7/32"
MARK = "redshift.serverless public_access: workgroup sales"
PUBLIC = {"public_access_workgroup": "sales", "public_access_state": "public", "public_access_source_cidrs": OFFICE}
PRIVATE = {"public_access_workgroup": "sales", "public_access_state": "private"}


@pytest.fixture
def connected(estate: Estate) -> Estate:
    """The workgroup sales, its VPC with a way to the internet, and a rule of somebody else for its port."""
    estate.route(estate.attach_gateway())
    theirs = {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 6000}
    ranges = [{"CidrIp": "192.0.2.0/24", "Description": "theirs"}]
    estate.ec2.authorize_security_group_ingress(GroupId=estate.group, IpPermissions=[{**theirs, "IpRanges": ranges}])
    estate.emulator.clear_requests()
    return estate


def test_opening_and_closing(ansible: Ansible, connected: Estate) -> None:
    done, _ = ansible.four_steps(PLAYBOOK, {**PUBLIC, "public_access_source_cidrs": f"{OFFICE}, {HOME}"})
    assert ansible.writes() == ["AuthorizeSecurityGroupIngress", "UpdateWorkgroup"]
    mine = dict.fromkeys((OFFICE, HOME), f"5439-5439 {MARK}")
    theirs = {"192.0.2.0/24": "5000-6000 theirs"}
    assert connected.rules() == {**mine, **theirs}
    assert connected.workgroup()["publiclyAccessible"]
    (report,) = done.facts["public_access_result"]["workgroups"]
    assert {rule["cidr"] for rule in report["rules"]} == {OFFICE, HOME}
    assert report["publicly_accessible"]

    position = connected.emulator.position()
    done, again = ansible.four_steps(PLAYBOOK, PRIVATE)
    assert ansible.writes(position) == ["UpdateWorkgroup", "RevokeSecurityGroupIngress"]
    assert connected.rules() == theirs
    assert not connected.workgroup()["publiclyAccessible"]
    for run in (done, again):
        (open_rule,) = run.facts["public_access_result"]["remaining_open_rules"]
        assert (open_rule["cidr"], open_rule["description"]) == ("192.0.2.0/24", "theirs")


def test_rules_follow_the_port_and_the_sources(ansible: Ansible, connected: Estate) -> None:
    assert ansible.run(PLAYBOOK, PUBLIC).code == 0
    connected.redshift.update_workgroup(workgroupName="sales", port=5440)
    connected.emulator.advance(900)
    assert ansible.run(PLAYBOOK, {**PUBLIC, "public_access_source_cidrs": [HOME]}).code == 0
    assert connected.rules() == {HOME: f"5440-5440 {MARK}", "192.0.2.0/24": "5000-6000 theirs"}


def test_missing_gateway_and_route_are_named_before_anything_is_opened(ansible: Ansible, estate: Estate) -> None:
    assert f"{estate.vpc} has no internet gateway" in ansible.refused(PLAYBOOK, PUBLIC)
    gateway = estate.attach_gateway()
    words = ansible.refused(PLAYBOOK, PUBLIC)
    assert f"no route to the internet gateway {gateway} for {OFFICE}" in words
    assert all(subnet in words for subnet in estate.workgroup()["subnetIds"])


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"public_access_source_cidrs": "0.0.0.0/0"}, "everybody on the internet"),
    ({"public_access_source_cidrs": ""}, "names no network that may connect"),
    ({"public_access_source_cidrs": "203.0.113.0/33"}, "'203.0.113.0/33' is no network"),
    ({"public_access_state": "open"}, "public_access_state"),
    ({"public_access_workgroup": "nowhere"}, "nowhere"),
    ({"public_access_security_group_id": "sg-0000000000000dead"}, "none of the security groups of sales"),
]


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, connected: Estate) -> None:
    messages = ansible.refusals("public_access", PUBLIC, [answers for answers, _ in REFUSALS])
    for message, (answers, words) in zip(messages, REFUSALS, strict=True):
        assert words in message, answers


def test_everybody_comes_in_only_with_consent(ansible: Ansible, connected: Estate) -> None:
    answers = {**PUBLIC, "public_access_source_cidrs": "0.0.0.0/0", "public_access_allow_anyone": "yes"}
    assert ansible.run(PLAYBOOK, answers).code == 0
    assert connected.rules()["0.0.0.0/0"] == f"5439-5439 {MARK}"


def test_a_run_that_was_killed_is_finished_by_the_next(ansible: Ansible, connected: Estate) -> None:
    ansible.kill_after("AuthorizeSecurityGroupIngress", PLAYBOOK, PUBLIC)
    assert ansible.run(PLAYBOOK, PUBLIC).code == 0
    assert connected.workgroup()["publiclyAccessible"]
    assert OFFICE in connected.rules()
