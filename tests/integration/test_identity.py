# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One identity for a play: a role in module_defaults, for all modules that roles run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redshift_emulator.control import OWNER, Emulator

from .conftest import GRANTEE

if TYPE_CHECKING:
    from .conftest import Ansible, Estate

GROUP = "group/redshift.serverless.redshift_serverless"


def test_a_play_acts_as_the_role_of_its_defaults(ansible: Ansible, emulator: Emulator, estate: Estate) -> None:
    subnet = estate.workgroup()["subnetIds"][0]
    play: dict[str, Any] = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {GROUP: {"assume_role_arn": f"arn:aws:iam::{OWNER}:role/deploy"}},
        "tasks": [
            {"redshift.serverless.workgroup_info": {"names": ["sales"]}, "register": "workgroups"},
            {"redshift.serverless.network_info": {"subnet_ids": [subnet]}, "register": "subnets"},
            {
                "ansible.builtin.assert": {
                    "that": ["workgroups.workgroups | length == 1", f"subnets.subnets[0].subnet_id == '{subnet}'"]
                }
            },
        ],
    }
    before = emulator.position()

    ended = ansible.run([play], {}, "-vvvv", account=GRANTEE)

    assert ended.code == 0, ended.message
    asked = [(each["account"], each["operation"]) for each in emulator.requests(before, None)]
    assert asked == [
        (GRANTEE, "AssumeRole"),
        (OWNER, "GetWorkgroup"),
        (OWNER, "ListTagsForResource"),
        (GRANTEE, "AssumeRole"),
        (OWNER, "DescribeSubnets"),
    ]
