# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The namespaces that namespace_info reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..._core.api import Api
from .. import namespace
from .together import Show, each, is_one, listed_as, named, with_tags


def namespaces(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the namespaces of the caller's account (GetNamespace for one name, otherwise ListNamespaces)."""
    names = params["names"]
    if is_one(names):
        state = namespace.observe(api, names[0])
        found = [state] if state else []
        show: Show = partial(namespace.shown, api)
    else:
        found = named(api.read_all("ListNamespaces", {}, "namespaces"), "namespaceName", names)
        show = listed_as(api, namespace.from_api, namespace.shown)
    if params["include_tags"]:
        found = with_tags(api, found, "namespaceArn", alone=is_one(names))
    return {"namespaces": each(show, found, ("namespaceName", "namespaceArn"))}
