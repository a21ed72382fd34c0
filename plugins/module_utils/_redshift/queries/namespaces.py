# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The namespaces that namespace_info reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.api import Api
from .. import namespace
from .together import named, with_tags


def namespaces(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The namespaces of the caller's account (GetNamespace for one name, otherwise ListNamespaces)."""
    names = params["names"]
    if names is not None and len(set(names)) == 1:
        state = namespace.observe(api, names[0])
        found = [state] if state else []
    else:
        listed = [namespace.from_api(entry) for entry in api.read_all("ListNamespaces", {}, "namespaces")]
        found = named(listed, "namespaceName", names)
    if params["include_tags"]:
        found = with_tags(api, found, "namespaceArn")
    return {"namespaces": [namespace.shown(api, state) for state in found]}
