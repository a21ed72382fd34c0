# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._roles.common import (
    Names,
    item,
    ran,
    refusal,
    unique,
    unknown_variables,
)

NAMES = Names("r", {"r_port", "r_text"}, {"r_result", "r_ours"}, {"r_next_"})


def unknown(said: list[str], around: list[str], *given: str) -> list[str]:
    return [problem.split(":")[0] for problem in unknown_variables(NAMES, said, around, given)]


def test_what_was_said_is_refused_near_or_not() -> None:
    assert unknown(["r_state", "r_prot", "other_x", "r_port"], []) == ["r_prot", "r_state"]


def test_what_stands_around_is_refused_only_as_a_slip_of_what_is_missing() -> None:
    assert unknown([], ["r_prot", "r_certificate"]) == ["r_prot"]
    assert unknown([], ["r_prot", "r_certificate"], "r_port") == []


def test_results_other_entry_points_ignored_names_and_neighbours_pass() -> None:
    assert unknown(["r_result", "r_ours", "r_next_text"], ["r_result", "r_next_texts"]) == []


def test_a_name_is_refused_once_and_its_slip_is_named() -> None:
    (problem,) = unknown_variables(NAMES, ["r_prot"], ["r_prot"], [])
    assert problem == (
        "r_prot: is not a variable of the role r. Did you mean r_port? If it is meant for something else, name it in "
        "r_ignore_variables."
    )


def test_a_refusal_says_once_that_nothing_was_changed() -> None:
    assert refusal(["a: no.", "b", "c? Nothing was changed."]) == "a: no. b. c? Nothing was changed."
    assert refusal(["a"], unchanged=False) == "a."


def test_results_of_loops() -> None:
    done: dict[str, Any] = {"ansible_loop_var": "__x", "__x": "sales"}
    assert ran({"results": [done, {"skipped": True}]}) == [done]
    assert ran({"skipped": True}) == []
    assert item(done) == "sales"
    assert unique(["b", "a", "b"]) == ["b", "a"]
