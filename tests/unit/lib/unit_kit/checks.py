# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What public_access_info looks at for each source, written down once more for the tests that expect it."""

from __future__ import annotations

CHECKS = [
    "workgroup_available",
    "publicly_accessible",
    "elastic_ip",
    "vpc_dns",
    "block_public_access",
    "internet_gateway",
    "route",
    "network_acl_inbound",
    "network_acl_outbound",
    "security_group",
]
