"""Builders for the cross-account tests."""

from __future__ import annotations

import json
from typing import Any

ACTIONS = [f"redshift-serverless:{action}EndpointAccess" for action in ("Create", "Update", "Delete", "Get")]


def policy(*accounts: str, condition: dict[str, Any] | None = None, **more: Any) -> str:
    """A resource policy with one Allow statement for these accounts."""
    statement = {"Sid": "Access", "Effect": "Allow", "Principal": {"AWS": list(accounts)}, "Action": ACTIONS, **more}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def network(ec2: Any, cidr: str = "10.9.0.0/24") -> dict[str, str]:
    """A VPC with a subnet and a security group."""
    vpc_id = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)["Subnet"]
    group = ec2.create_security_group(GroupName="clients", Description="clients", VpcId=vpc_id)
    return {"vpc": vpc_id, "subnet": subnet["SubnetId"], "group": group["GroupId"], "zone": subnet["AvailabilityZone"]}
