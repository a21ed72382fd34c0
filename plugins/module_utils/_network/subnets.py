# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subnets, as far as a refusal needs them to be explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .._core.api import Api
from .._core.client import connect
from .._core.errors import RedshiftServerlessError

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


def vpc_finder(module: AnsibleAWSModule) -> Callable[[str], str | None]:
    """A function that tells the VPC of a subnet (DescribeSubnets), None when that can't be read.

    The client is made when it is first asked: most runs never do.
    """

    def find(subnet_id: str) -> str | None:
        try:
            subnets = Api(connect(module, "ec2")).read("DescribeSubnets", {"SubnetIds": [subnet_id]}, "Subnets")
        except RedshiftServerlessError:
            return None
        return str(subnets[0]["VpcId"]) if subnets else None

    return find
