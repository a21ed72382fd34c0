# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read subnets, security groups and VPCs, also those that do not exist.

Facts: EC2 API reference. Named by a filter, an id that does not exist is left out of the answer; named as an id, it is an error.
One filter takes at most 200 values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict

from .._core.api import Api
from .._core.errors import AccessDenied, InvalidInput
from .._core.shapes import result

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
FILTER_VALUES = 200

Found = dict[str, Any]


def read(ec2: Api, params: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Read the parts of the network that were named.

    Args:
        ec2: the service, as the caller.
        params: subnet_ids, security_group_ids, vpc_ids; security_groups_of_vpcs, with which all security groups in the VPCs of the
            others are read and not the VPCs themselves; tolerate_denial.

    Returns:
        `subnets`, `security_groups` and `vpcs` in snake_case, with tags as a dictionary. What does not exist is left out. `unread`
        says what the caller may not read.

    Raises:
        RedshiftServerlessError: what AWS answered.
    """
    reader = _Reader(ec2, tolerant=params["tolerate_denial"])
    subnets = reader.all("Subnets", "subnet-id", params["subnet_ids"])
    groups = reader.all("SecurityGroups", "group-id", params["security_group_ids"])
    if params["security_groups_of_vpcs"]:
        known = {group["group_id"] for group in groups}
        found = reader.all("SecurityGroups", "vpc-id", {*params["vpc_ids"], *(each["vpc_id"] for each in subnets)})
        groups += [group for group in found if group["group_id"] not in known]
        vpcs = []
    else:
        vpcs = reader.all("Vpcs", "vpc-id", params["vpc_ids"])
    return {"subnets": subnets, "security_groups": groups, "vpcs": vpcs, "unread": reader.unread}


class _Reader:
    def __init__(self, ec2: Api, tolerant: bool) -> None:
        self._ec2 = ec2
        self._tolerant = tolerant
        self.unread: list[str] = []

    def all(self, member: str, name: str, values: Collection[str]) -> list[Found]:
        """Read what a filter finds, as many values at a time as EC2 takes."""
        try:
            return list(self._described(member, name, sorted(set(values))))
        except AccessDenied as error:
            if not self._tolerant:
                raise
            self.unread.append(error.message)
            return []

    def _described(self, member: str, name: str, values: Sequence[str]) -> Iterator[Found]:
        for start in range(0, len(values), FILTER_VALUES):
            request = {"Filters": [{"Name": name, "Values": values[start : start + FILTER_VALUES]}]}
            for found in self._ec2.read_all(f"Describe{member}", request, member):
                tags = boto3_tag_list_to_ansible_dict(found.get("Tags") or [])
                yield {**result({**found, "Tags": {}}), "tags": tags}


def refuse_blank_mark(mark: str) -> None:
    """Refuse a mark that marks nothing.

    Raises:
        InvalidInput: in words.
    """
    if not mark.strip():
        raise InvalidInput(
            "mark: got an empty text; expected a value that tells whose it is. Leave the option out for the default."
        )
