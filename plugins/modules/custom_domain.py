# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: custom_domain
short_description: Manage the custom domain name of a workgroup
version_added: 0.2.0
description:
  - Associates a domain name of your own and its certificate with a workgroup of Amazon Redshift Serverless, so that clients can
    connect by that name and verify it.
  - Finds a certificate for the name in AWS Certificate Manager (ACM), or checks the one that is given before it changes anything.
  - Replaces the certificate in place. Another name means deleting one association and creating another, which needs
    O(allow_recreate=true), since AWS keeps one custom domain for each workgroup.
  - The DNS record (a CNAME from the name to the workgroup's address) is not part of this module.
options:
  workgroup:
    description: The name of the workgroup.
    type: str
    required: true
    aliases: [workgroup_name]
  domain_name:
    description:
      - The custom domain name, such as V(sales.example.com). Upper and lower case mean the same, and so does a dot at the end.
      - Required with O(state=present).
      - With O(state=absent), only this name is removed. If omitted, whichever name the workgroup has is removed.
    type: str
    aliases: [custom_domain_name]
  certificate_arn:
    description:
      - The ARN of the certificate in ACM, in the workgroup's Region and account.
      - Before the first change, the module checks that the certificate exists, is issued, has not expired, is for TLS servers and
        covers O(domain_name). If the caller may not read it, the module warns and leaves the check to AWS.
      - If omitted, a new name gets the certificate of ACM that fits and expires last. Of several that expire together, one that has
        the name itself wins over a wildcard.
      - If omitted, the certificate of a name that exists is left alone for as long as it has 30 days or more. After that, it is
        replaced by one that fits and expires later, if ACM has one.
    type: str
    aliases: [custom_domain_certificate_arn]
  allow_recreate:
    description:
      - Whether another custom domain that the workgroup has may be deleted to make room for O(domain_name).
      - After that, nobody can connect by the old name.
    type: bool
    default: false
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.state
  - redshift.serverless.common.deadline
  - redshift.serverless.common.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - The caller needs C(redshift-serverless:GetCustomDomainAssociation), C(redshift-serverless:GetWorkgroup),
    C(redshift-serverless:ListCustomDomainAssociations), C(redshift-serverless:CreateCustomDomainAssociation),
    C(redshift-serverless:UpdateCustomDomainAssociation), C(redshift-serverless:DeleteCustomDomainAssociation) and
    C(acm:DescribeCertificate), and C(acm:ListCertificates) where O(certificate_arn) is omitted.
  - AWS performs these operations at once. The module waits only while AWS is changing the workgroup, and until the change can be
    read back.
  - Once a workgroup has a custom domain, C(sslmode=verify-full) works only with the custom name. Clients that use the workgroup's own
    address need C(verify-ca).
  - AWS can take about 30 seconds until clients can connect after a change.
  - Certificates of ACM's Amazon N2 hierarchies and of ACME accounts, which ACM does not list by default, are not found. Give their
    O(certificate_arn).
seealso:
  - module: redshift.serverless.custom_domain_info
  - module: redshift.serverless.workgroup
  - module: redshift.serverless.connection_check
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Give the workgroup a name, with the certificate that ACM has for it
  redshift.serverless.custom_domain:
    workgroup: sales
    domain_name: sales.example.com

- name: Use a certain certificate, or replace the present one by it
  redshift.serverless.custom_domain:
    workgroup: sales
    domain_name: sales.example.com
    certificate_arn: arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d

- name: Replace the name that the workgroup has
  redshift.serverless.custom_domain:
    workgroup: sales
    domain_name: warehouse.example.com
    allow_recreate: true

- name: Remove the name
  redshift.serverless.custom_domain:
    workgroup: sales
    domain_name: warehouse.example.com
    state: absent
"""

RETURN = r"""
custom_domain:
  description: The association, or its prediction in check mode; V(null) when there is none.
  returned: success
  type: dict
  contains:
    workgroup_name:
      description: The workgroup.
      type: str
      sample: sales
    custom_domain_name:
      description: The domain name.
      type: str
      sample: sales.example.com
    custom_domain_certificate_arn:
      description: The certificate.
      type: str
      sample: arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d
    custom_domain_certificate_expiry_time:
      description: When the certificate expires; V(null) in check mode where it could not be read.
      type: str
      sample: "2027-06-30T23:59:59+00:00"
    certificate_expires:
      description: The day, in UTC, on which the certificate expires.
      type: str
      sample: "2027-06-30"
    certificate_days_left:
      description: The whole days until the certificate expires, negative when it has expired. Below 30, the module warns.
      type: int
      sample: 217
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: CreateCustomDomainAssociation
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
      sample: {workgroup_name: sales, custom_domain_name: sales.example.com}
    reason:
      description: Why.
      type: str
      sample: the workgroup has no custom domain
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
  description: Whether the workgroup was restarted; no change of a custom domain does.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    deadline_options,
    manage,
    services,
    state_option,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.custom_domain import build


def argument_spec() -> Spec:
    """The options that only a custom domain has."""
    return {
        "workgroup": {"type": "str", "required": True, "aliases": ["workgroup_name"]},
        "domain_name": {"type": "str", "aliases": ["custom_domain_name"]},
        "certificate_arn": {"type": "str", "aliases": ["custom_domain_certificate_arn"]},
        "allow_recreate": {"type": "bool", "default": False},
    }


def main() -> None:
    """Run the module."""
    required = [("state", "present", ["domain_name"])]
    module: Any = create_module(argument_spec(), state_option(), deadline_options(), required_if=required)
    manage(module, lambda api, params: build(api, params, module.check_mode, services(module), module.warn))


if __name__ == "__main__":
    main()
