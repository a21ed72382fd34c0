# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoint_reports
short_description: Tell of managed VPC endpoints what their clients need
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Makes of each endpoint that M(redshift.serverless.endpoint_access_info) returns a flat dictionary, with the VPC, the private
    addresses and the ids of the security groups beside the address and the port.
options:
  _input:
    description: The endpoints.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Where do clients connect to?
  ansible.builtin.debug:
    msg: "{{ found | redshift.serverless.endpoint_reports }}"
  vars:
    found:
      - endpoint_name: sales-from-apps
        address: sales-from-apps-endpoint-k7rfausg.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port: 5439
"""

RETURN = r"""
_value:
  description: >-
    For each endpoint C(endpoint_name), C(workgroup_name), C(endpoint_status), C(address), C(port), C(vpc_id), C(vpc_endpoint_id),
    C(private_ip_addresses), C(subnet_ids), C(security_group_ids).
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._redshift.endpoint_preflight import report


def endpoint_reports(endpoints: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The report of each endpoint."""
    return [report(endpoint) for endpoint in endpoints]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"endpoint_reports": endpoint_reports}
