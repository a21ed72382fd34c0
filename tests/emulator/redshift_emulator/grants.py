"""What a workgroup's resource policy grants to another account. Facts: aws-behaviour 4 and 5."""

from __future__ import annotations

import json
from typing import Any

from .call import Call
from .errors import ServiceError
from .network import Network
from .policy_evaluation import Request, as_list, is_allowed
from .resource_policies import parse
from .state import Workgroup

CREATE = "CreateEndpointAccess"
# No VPC has this id, so what holds for it holds for every VPC that a policy does not name.
ANY_VPC = "vpc-ffffffffffffffff0"


def policy_of(call: Call, workgroup: Workgroup, owner: str) -> dict[str, Any] | None:
    """The parsed resource policy of a workgroup, as it was written; one that is no policy grants nothing [U]."""
    backend = call.backend_of(owner)
    text = backend.policies.get(workgroup.arn)
    if text is None or workgroup.arn not in backend.verbatim_policies:
        return json.loads(text) if text is not None else None
    try:
        return parse(text)
    except ServiceError:
        return None


def permits(call: Call, workgroup: Workgroup, owner: str, action: str, vpc_id: str, endpoint_arn: str) -> bool:
    """Whether the owner's policy lets the caller do an endpoint action in that VPC of the caller's.

    Both condition keys that the management guide prints are known. ``redshift-serverless:AuthorizedVpc`` is that VPC [C:
    DOC-CONN]. ``aws:SourceVpc`` is the VPC through whose VPC endpoint the call itself comes, and is absent from a call that
    comes through none, as all do here [C: IAM user guide]; that the service takes it for the VPC of the managed endpoint, as
    a later sample of the page suggests, nobody reports [U]: the setting ``source_vpc`` chooses.
    """
    policy = policy_of(call, workgroup, owner)
    if policy is None:
        return False
    source = {"aws:SourceVpc": vpc_id} if call.settings.source_vpc == "of_the_endpoint" else {}
    request = Request(
        account=call.account,
        principal=call.caller,
        action=f"redshift-serverless:{action}",
        resources=(workgroup.arn, endpoint_arn),
        context={
            **source,
            "redshift-serverless:AuthorizedVpc": f"arn:{call.partition}:ec2:{call.region}:{call.account}:vpc/{vpc_id}",
            "aws:RequestedRegion": call.region,
            "aws:PrincipalAccount": call.account,
            "aws:PrincipalArn": call.caller,
        },
    )
    return is_allowed(policy, request)


def granted_vpcs(call: Call, workgroup: Workgroup, owner: str) -> list[str]:
    """CrossAccountVpcs for the caller: ``["*"]`` for all, else the ids, else nothing [C: BM].

    Ids that only a pattern covers are looked for among the caller's existing VPCs [U].
    """
    endpoint_arn = call.backend.arn("managedvpcendpoint/*")

    def allowed(vpc_id: str) -> bool:
        return permits(call, workgroup, owner, CREATE, vpc_id, endpoint_arn)

    if allowed(ANY_VPC):
        return ["*"]
    named = _named_vpcs(policy_of(call, workgroup, owner) or {"Statement": []})
    own = Network(call.world, call.account, call.region).vpc_ids()
    return [vpc_id for vpc_id in dict.fromkeys([*named, *own]) if allowed(vpc_id)]


def _named_vpcs(policy: dict[str, Any]) -> list[str]:
    """The VPC ids that the conditions of a policy spell out."""
    values = [
        str(value)
        for statement in as_list(policy["Statement"])
        for keys in (statement.get("Condition") or {}).values()
        for key_values in keys.values()
        for value in as_list(key_values)
    ]
    ids = [value.rpartition("/")[2] for value in values]
    return [each for each in ids if each.startswith("vpc-") and "*" not in each and "?" not in each]
