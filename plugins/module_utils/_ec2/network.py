# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read subnets, security groups and VPCs, also those that do not exist.

Facts: EC2 API reference. Named by a filter, an id that does not exist is left out of the answer; named as an id, it is an error.
One filter takes at most 200 values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict

from .._core.api import Api
from .._core.shapes import result

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
FILTER_VALUES = 200

Found = dict[str, Any]


def read(ec2: Api, params: Mapping[str, Any]) -> dict[str, list[Found]]:
    """Read the parts of the network that were named.

    Args:
        ec2: the service, as the caller.
        params: subnet_ids, security_group_ids, vpc_ids, and security_groups_of_vpcs, with which all security groups in the VPCs of
            the others are read and not the VPCs themselves.

    Returns:
        `subnets`, `security_groups` and `vpcs` in snake_case, with tags as a dictionary. What does not exist is left out.

    Raises:
        RedshiftServerlessError: what AWS answered.
    """
    of_vpcs = params["security_groups_of_vpcs"]
    subnets = list(_described(ec2, "DescribeSubnets", "Subnets", "subnet-id", params["subnet_ids"]))
    groups = list(_described(ec2, "DescribeSecurityGroups", "SecurityGroups", "group-id", params["security_group_ids"]))
    if of_vpcs:
        vpcs = {*params["vpc_ids"], *(subnet["vpc_id"] for subnet in subnets)}
        known = {group["group_id"] for group in groups}
        found = _described(ec2, "DescribeSecurityGroups", "SecurityGroups", "vpc-id", vpcs)
        groups += [group for group in found if group["group_id"] not in known]
    return {
        "subnets": subnets,
        "security_groups": groups,
        "vpcs": [] if of_vpcs else list(_described(ec2, "DescribeVpcs", "Vpcs", "vpc-id", params["vpc_ids"])),
    }


def _described(ec2: Api, operation: str, member: str, name: str, values: Collection[str]) -> Iterator[Found]:
    """Ask for the values of a filter, as many at a time as EC2 takes."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), FILTER_VALUES):
        request = {"Filters": [{"Name": name, "Values": wanted[start : start + FILTER_VALUES]}]}
        for found in ec2.read_all(operation, request, member):
            tags = boto3_tag_list_to_ansible_dict(found.get("Tags") or [])
            yield {**result({**found, "Tags": {}}), "tags": tags}
