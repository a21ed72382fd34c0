# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workgroups, endpoints and custom domains as the modules return them, and texts that trouble parsers."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

Shape = dict[str, Any]

ACCOUNT, PARTNER = "123456789012", "210987654321"


def a_workgroup(name: str = "sales", region: str = "us-east-1", port: int = 5439, **more: Any) -> Shape:
    partition, suffix = ("aws-cn", ".cn") if region.startswith("cn-") else ("aws", "")
    return {
        "workgroup_name": name,
        "workgroup_arn": f"arn:{partition}:redshift-serverless:{region}:{ACCOUNT}:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10",
        "endpoint": {"address": f"{name}.{ACCOUNT}.{region}.redshift-serverless.amazonaws.com{suffix}", "port": port},
        "port": port,
        "status": "AVAILABLE",
        "custom_domain_name": None,
        **more,
    }


def an_endpoint(**more: Any) -> Shape:
    return {
        "endpoint_name": "sales-from-apps",
        "endpoint_arn": f"arn:aws:redshift-serverless:us-east-1:{PARTNER}:managedvpcendpoint/8d7c",
        "workgroup_name": "sales",
        "address": f"sales-from-apps-endpoint-k7rfausgmlzieup51zgg.{PARTNER}.us-east-1.redshift-serverless.amazonaws.com",
        "port": 5440,
        "endpoint_status": "ACTIVE",
        **more,
    }


def a_custom_domain(**more: Any) -> Shape:
    return {
        "custom_domain_name": "sql.example.com",
        "workgroup_name": "sales",
        "custom_domain_certificate_arn": f"arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/1f2e",
        **more,
    }


# Everything that some parser gives a meaning, and letters of one to four bytes.
_LETTERS = st.sampled_from(list(" \t\n;,=&?#%@:/\\'\"`$!{}[]()<>|*~^+-_.") + list(string.digits + "aZ" + "é£漢😀"))
TEXTS = st.text(_LETTERS, min_size=1, max_size=24)
PASSWORDS = st.text(_LETTERS, max_size=24)
LABELS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
NAMES = st.lists(LABELS, min_size=1, max_size=6).map(".".join)
IPV6 = st.ip_addresses(v=6).map(str)
PORTS = st.integers(1, 65535)
