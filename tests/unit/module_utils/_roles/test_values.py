# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._roles.values import text_problems
from hypothesis import given
from hypothesis import strategies as st

HOST = "sales.example.com"


@pytest.mark.parametrize("letter", ["\n", "\r", "\t", "\0", "\x1b", "\u2028"])
def test_a_control_character_in_any_text_is_one_sentence(letter: str) -> None:
    [problem] = text_problems({"client_user": f"ana{letter}x", "client_database": "dev", "client_port": 5439})

    assert problem.startswith("client_user: got 'ana\\") and len(problem.splitlines()) == 1


def test_a_host_is_taken_apart_in_the_words_of_the_role() -> None:
    given = {"client_host": f"{HOST}:5439/dev", "client_hostaddr": "tunnel.example.com", "client_name": "a:b/c"}

    assert text_problems(given, ["client_host"], ["client_hostaddr"]) == [
        f"client_host: got '{HOST}:5439/dev'; expected a host name or an IP address and nothing else. "
        f"Give {HOST} as client_host, 5439 as client_port and dev as client_database.",
        "client_hostaddr: got 'tunnel.example.com'; expected an IP address.",
    ]
    assert (
        text_problems({"client_host": f" {HOST}. ", "client_hostaddr": "::1"}, ["client_host"], ["client_hostaddr"])
        == []
    )


@given(st.dictionaries(st.sampled_from(["x_a", "x_b", "x_c"]), st.text(max_size=9) | st.integers() | st.none()))
def test_every_problem_is_one_line_that_names_its_variable(variables: dict[str, Any]) -> None:
    problems = text_problems(variables, ["x_a"], ["x_b"])

    assert len({problem[:4] for problem in problems}) == len(problems)
    assert all(len(problem.splitlines()) == 1 and problem[:3] in variables for problem in problems)
