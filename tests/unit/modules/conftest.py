# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._policy import document


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that is read as the text of a policy, in order."""
    seen: list[Any] = []
    load = document._load

    def remember(policy: Any) -> Any:
        seen.append(policy)
        return load(policy)

    monkeypatch.setattr(document, "_load", remember)
    return seen
