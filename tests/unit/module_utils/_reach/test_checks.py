# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._reach.checks import Unread

WHO = "User: x is not authorized to perform: ec2:DescribeRouteTables on resource: *"


@pytest.mark.parametrize(
    "text", ["No.", WHO, f"{WHO} because no identity-based policy allows the ec2:DescribeRouteTables action"]
)
def test_a_read_that_lacks_a_permission_names_it(text: str) -> None:
    check = Unread("ec2:DescribeRouteTables", text, denied=True).check("route")

    assert check.remedy == "Allow ec2:DescribeRouteTables to the identity that asks, and ask again."
    assert check.evidence["missing_permission"] == "ec2:DescribeRouteTables"


def test_a_read_that_another_policy_denies_advises_no_permission() -> None:
    text = f"{WHO} with an explicit deny in a service control policy"

    check = Unread("ec2:DescribeRouteTables", text, denied=True).check("route")

    assert "A service control policy denies ec2:DescribeRouteTables" in (check.remedy or "")
    assert "missing_permission" not in check.evidence
