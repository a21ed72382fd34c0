# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a whole module in this process, on a conversation instead of AWS and on a clock that nobody waits for."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.redshift.serverless.plugins.module_utils._ansible import module as core

from .clock import FakeClock
from .conversation import REGION, Conversation
from .documents import assert_documented, load

Result = dict[str, Any]

# What a failure has beside its message.
REPORT = {"changed", "restarted", "changes", "changes_pending"}


@dataclass
class Runner:
    """Runs one module.

    Attributes:
        name: the module's name.
        monkeypatch: pytest's, for the duration of the test.
        conversation: what it says to AWS.
        clock: its time.
        warnings: what it has warned of so far.
    """

    name: str
    monkeypatch: pytest.MonkeyPatch
    conversation: Conversation = field(default_factory=Conversation)
    clock: FakeClock = field(default_factory=FakeClock)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.monkeypatch.setattr(core, "connect", lambda _module, service, **_how: self.conversation.connect(service))
        self.monkeypatch.setattr(core, "deadline_of", self._deadline_of)
        # Ansible keeps warnings for the whole process, in a form that depends on its version.
        self.monkeypatch.setattr(AnsibleAWSModule, "warn", lambda _module, text: self.warnings.append(text))
        if hasattr(load(self.name), "deadline_of"):
            self.monkeypatch.setattr(load(self.name), "deadline_of", self._deadline_of)

    def _deadline_of(self, params: Any) -> Any:
        return self.clock.deadline(params["wait_timeout"], params["wait_delay"])

    def succeed(self, options: dict[str, Any], *, check: bool = False, diff: bool = False) -> Result:
        """Run it to its result, which has to be as documented; everything expected has to have been asked."""
        code, result = self.run(options, check=check, diff=diff)
        assert (code, result.get("failed", False)) == (0, False), result.get("msg")
        assert_documented(self.name, result)
        assert ("diff" in result) is diff
        self.conversation.assert_over()
        return result

    def fail(self, options: dict[str, Any], *, check: bool = False) -> Result:
        """Run it to its failure, which has to be a sentence without a traceback."""
        code, result = self.run(options, check=check)
        assert (code, result.get("failed")) == (1, True), result
        assert isinstance(result["msg"], str)
        assert "Traceback" not in json.dumps(result)
        self.conversation.assert_over()
        return result

    def run(self, options: dict[str, Any], *, check: bool = False, diff: bool = False) -> tuple[int, Result]:
        """Run it; its exit code, and what it printed."""
        given = {"region": REGION, **options, "_ansible_check_mode": check, "_ansible_diff": diff}
        printed = io.StringIO()
        with patch_module_args(given), contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as ended:
            load(self.name).main()
        result: Result = json.loads(printed.getvalue())
        return int(ended.value.code or 0), result


def operations(result: Result) -> list[str]:
    """The operations of a result's changes."""
    return [change["operation"] for change in result["changes"]]
