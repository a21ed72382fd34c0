# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: custom_domain_info
short_description: Read the custom domain names of workgroups
version_added: 0.2.0
description:
  - Reads the custom domains of the account in a Region, and warns of certificates that expire within 30 days or have expired.
  - If all filters are omitted, all custom domains are read.
options:
  workgroup:
    description: Only the custom domain of this workgroup.
    type: str
    aliases: [workgroup_name]
  domain_name:
    description: Only this custom domain name. Upper and lower case mean the same, and so does a dot at the end.
    type: str
    aliases: [custom_domain_name]
  certificate_arn:
    description: Only custom domains that use this certificate.
    type: str
    aliases: [custom_domain_certificate_arn]
extends_documentation_fragment:
  - redshift.serverless.common
  - redshift.serverless.common.attributes_info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - The caller needs C(redshift-serverless:ListCustomDomainAssociations).
seealso:
  - module: redshift.serverless.custom_domain
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Read the custom domain of a workgroup
  redshift.serverless.custom_domain_info:
    workgroup: sales

- name: Read all custom domains
  redshift.serverless.custom_domain_info:
  register: domains

- name: Name those whose certificate expires within 60 days
  ansible.builtin.debug:
    msg: "{{ expiring | map(attribute='custom_domain_name') }}"
  vars:
    expiring: "{{ domains.custom_domains | selectattr('certificate_days_left', 'lt', 60) }}"
"""

RETURN = r"""
custom_domains:
  description: The custom domains.
  returned: success
  type: list
  elements: dict
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
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import Spec, create_module, inform
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.custom_domains import custom_domains


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "domain_name": {"type": "str", "aliases": ["custom_domain_name"]},
        "certificate_arn": {"type": "str", "aliases": ["custom_domain_certificate_arn"]},
    }


def main() -> None:
    """Run the module."""
    module: Any = create_module(argument_spec())
    inform(module, lambda api, params: custom_domains(api, params, module.warn))


if __name__ == "__main__":
    main()
