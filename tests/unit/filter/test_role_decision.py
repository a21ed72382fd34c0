# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.redshift.serverless.plugins.filter.role_decision import FilterModule, role_decision


def test_a_role_decides() -> None:
    assert role_decision("ssl.bundle_url", url="https://mirror", partition="aws") == "https://mirror"
    assert FilterModule().filters() == {"role_decision": role_decision}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sll.bundle_url", "expected a role of this collection, a dot, and a decision"),
        ("common.unique", "expected a role of this collection"),
        ("ssl.bundel", "expected one of addresses, bundle, bundle_url"),
        ("ssl", "expected one of addresses"),
        ("ssl.bundle_url", "missing a required argument: 'partition'"),
    ],
)
def test_a_wrong_name_or_value_is_said(name: str, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        role_decision(name, url="")
