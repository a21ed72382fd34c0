# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_policy
short_description: Manage who in other accounts may connect to a workgroup, and from which VPCs
version_added: 0.1.0
description:
  - Manages the resource policy of a workgroup of Amazon Redshift Serverless, as grants (the console's "Grant access", O(grants))
    or as a whole document (O(policy)).
  - Policies that were written by hand, by the console or by AWS's samples are read into the same grants, whether they name
    accounts as bare ids or root ARNs, one or many in a statement, and VPCs by C(redshift-serverless:AuthorizedVpc) or by
    C(aws:SourceVpc).
  - Policies are compared by their meaning. A policy that already gives the wanted access in another form is left unchanged.
  - A policy that AWS gives back in an unknown form can be replaced by a whole O(policy) and removed by O(state=absent) without O(grants).
    Adding or removing single grants in it is rejected.
  - A C(Resource) that names only what the policy is attached to means the same as none. It is left out when a policy is written.
  - Statements that are not about VPC access are left unchanged, unless a whole O(policy) is given. RV(notes) lists what can't be
    expressed as grants.
  - AWS keeps one document per resource without revisions, so two writers at the same time overwrite each other. What was written is
    read back and compared.
options:
  workgroup:
    description: The name of the workgroup. Looking up its ARN needs one more call than O(resource_arn).
    type: str
    aliases: [workgroup_name]
  resource_arn:
    description: The ARN of the workgroup or, with O(policy), of any resource that can have a policy.
    type: str
  grants:
    description:
      - Who may create and use endpoints to the workgroup.
      - With O(state=absent), this is the access to revoke, the whole account's or only that of the named VPCs.
      - With O(state=absent) and without O(grants), all access is revoked.
      - When the last grant is removed and no other statement is left, the policy is deleted.
    type: list
    elements: dict
    suboptions:
      account:
        description:
          - The 12 digits of the AWS account. In YAML, quote an account id that begins with 0.
          - V(*) for any account needs O(allow_any_account=true).
        type: str
        required: true
      vpc_ids:
        description:
          - The VPCs of the account to grant access to.
          - If omitted or V(["*"]), all VPCs of the account. An empty list is rejected, since it would grant nobody access.
        type: list
        elements: str
  purge_grants:
    description:
      - With V(true), access of accounts and VPCs that O(grants) does not name is revoked.
      - With V(false), nothing is revoked.
      - Without O(grants) it has no effect.
    type: bool
    default: true
  policy:
    description:
      - The whole document, as a dictionary or as JSON text. It replaces the present policy.
      - With O(state=absent) and any document here, the whole policy is deleted, whatever is in it.
    type: raw
  allow_any_account:
    description:
      - Whether anything may be allowed to AWS accounts that are not named.
      - In O(grants), that is the account V(*), which is every AWS account.
      - In O(policy), it is a principal such as C(*), C(arn:*) or C(arn:aws:iam::*:root), any other pattern in an account id, and
        C(NotPrincipal), in a statement that allows. A C(Condition) makes no difference.
    type: bool
    default: false
  condition:
    description:
      - How a policy that is written names VPCs. V(authorized_vpc) is C(ArnLike redshift-serverless:AuthorizedVpc), which ties each
        VPC to its account; V(source_vpc) is C(StringLike aws:SourceVpc), as in a later revision of AWS's page.
      - IAM defines C(aws:SourceVpc) as the VPC of the VPC endpoint through which the API call itself comes. The key is absent from a call
        that comes another way, and then the grant does not match. Nobody has reported that V(source_vpc) works for grants, so the module
        warns when it is used.
      - If omitted, the way in use is kept, and a new policy uses V(authorized_vpc).
    type: str
    choices: [authorized_vpc, source_vpc]
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - The caller needs C(redshift-serverless:PutResourcePolicy), C(redshift-serverless:GetResourcePolicy) and
    C(redshift-serverless:DeleteResourcePolicy), and C(redshift-serverless:GetWorkgroup) where O(workgroup) is given.
  - Access can be granted only to VPCs of the workgroup's own region.
  - Revoking a grant does not remove existing endpoints.
seealso:
  - module: redshift.serverless.resource_policy_info
  - module: redshift.serverless.endpoint_access
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Grant two VPCs of one account and all VPCs of another; nobody else
  redshift.serverless.resource_policy:
    workgroup: sales
    grants:
      - account: "210987654321"
        vpc_ids:
          - vpc-0a1b2c3d4e5f60718
          - vpc-0b1c2d3e4f5061728
      - account: "345678901234"

- name: Grant access to one more account and keep the others
  redshift.serverless.resource_policy:
    workgroup: sales
    grants:
      - account: "456789012345"
    purge_grants: false

- name: Revoke the access of an account
  redshift.serverless.resource_policy:
    workgroup: sales
    grants:
      - account: "345678901234"
    state: absent

- name: Set a whole policy document
  redshift.serverless.resource_policy:
    workgroup: sales
    policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal:
            AWS: "210987654321"
          Action:
            - redshift-serverless:CreateEndpointAccess
            - redshift-serverless:UpdateEndpointAccess
            - redshift-serverless:DeleteEndpointAccess
            - redshift-serverless:GetEndpointAccess
          Condition:
            ArnLike:
              redshift-serverless:AuthorizedVpc: arn:aws:ec2:us-east-1:210987654321:vpc/vpc-0a1b2c3d4e5f60718
"""

RETURN = r"""
policy:
  description: The policy as AWS gives it back, or its prediction in check mode; V(null) when there is none.
  returned: success
  type: dict
grants:
  description: What the policy says about VPC access; V(null) where AWS gives it back in a form that can't be understood.
  returned: success
  type: list
  elements: dict
  contains:
    account:
      description: The account, or V(*) for any.
      type: str
      sample: "210987654321"
    vpc_ids:
      description: Its VPCs, or V(["*"]) for all.
      type: list
      elements: str
      sample: [vpc-0a1b2c3d4e5f60718]
    condition:
      description:
        - V(source_vpc) where access depends on C(aws:SourceVpc), which IAM sets only for a call that comes through a VPC endpoint.
          Otherwise not there.
      type: str
resource_arn:
  description: What the policy is attached to; V(null) in check mode for a workgroup that does not exist yet.
  returned: success
  type: str
  sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10
notes:
  description: Sentences about access in the policy that grants can't express.
  returned: success
  type: list
  elements: str
policy_error:
  description: Why the policy that AWS gives back could not be understood.
  returned: when the policy could not be understood
  type: str
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: PutResourcePolicy
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {resource_arn: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/4ae7c5b1, policy: '{...}'}
    reason:
      description: Why.
      type: str
      sample: "grants: nobody -> 345678901234 (*)"
    interrupts:
      description: Whether open connections break.
      type: bool
    seconds:
      description: How long it took until AWS was ready again; V(0) in check mode.
      type: float
    waited_for:
      description:
        - What AWS answered when it last refused the request temporarily.
        - V(null) when it accepted the request at once.
      type: str
changes_pending:
  description: The changes that were planned and not made, in the form of RV(changes).
  returned: failure
  type: list
  elements: dict
restarted:
  description: Whether the workgroup was restarted; no change of a policy does.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    create_module,
    deadline_options,
    manage,
    state_option,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.resource_policy import (
    SOURCE_VPC_WARNING,
    argument_spec,
    build,
)


def main() -> None:
    """Run the module."""
    module: Any = create_module(
        argument_spec(),
        state_option(),
        deadline_options(),
        required_one_of=[("workgroup", "resource_arn")],
        mutually_exclusive=[("workgroup", "resource_arn"), ("grants", "policy")],
    )
    if module.params["condition"] == "source_vpc":
        module.warn(f"condition: {SOURCE_VPC_WARNING}")
    manage(module, lambda api, params: build(api, params, module.check_mode))


if __name__ == "__main__":
    main()
