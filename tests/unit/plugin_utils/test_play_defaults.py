# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleValueOmittedError
from ansible_collections.redshift.serverless.plugins.plugin_utils.play_defaults import (
    GROUP,
    KNOWN,
    connection_defaults,
)

NAMES = ("region", "profile", "assume_role_arn")


class Templar:
    """Resolves names of variables in capitals, and knows OMIT."""

    def template(self, value: Any) -> Any:
        if value == "OMIT":
            raise AnsibleValueOmittedError
        return {"ROLE": "arn:role", "ALL": {"profile": "hub", "wait": True}}.get(value, value)


@pytest.mark.parametrize(
    ("defaults", "found"),
    [
        (None, {}),
        ([], {}),
        (
            [{GROUP: {"region": "eu-1", "assume_role_arn": "ROLE", "tags": {}}}],
            {"region": "eu-1", "assume_role_arn": "arn:role"},
        ),
        ([{GROUP: {"profile": "OMIT", "region": None}}], {}),
        ([{GROUP: "ALL"}], {"profile": "hub"}),
        # A module's own defaults go before the group's, and those of a block before those of the play.
        ([{KNOWN: {"region": "eu-2"}, GROUP: {"region": "eu-1", "profile": "a"}}], {"region": "eu-2", "profile": "a"}),
        ([{GROUP: {"region": "eu-1"}}, {GROUP: {"profile": "b"}}], {"profile": "b"}),
        ([{"redshift.serverless.workgroup": {"profile": "c"}}], {}),
    ],
)
def test_the_defaults_of_the_play(defaults: Any, found: dict[str, Any]) -> None:
    task = SimpleNamespace(module_defaults=defaults)
    assert connection_defaults(task, Templar(), NAMES, GROUP, KNOWN) == found
