# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.lists import without_blanks


def test_blanks_after_commas_say_nothing() -> None:
    spec = {
        "names": {"type": "list", "elements": "str"},
        "grants": {"type": "list", "elements": "dict"},
        "sql": {"type": "raw"},
        "none": {"type": "list", "elements": "str"},
    }
    given = {"names": "a, b ,,c", "grants": [{"account": " 1 "}], "sql": [" SELECT 1 "]}
    params = ArgumentSpecValidator(spec).validate(given).validated_parameters

    assert without_blanks(params, spec) == {"names": ["a", "b", "", "c"]}
