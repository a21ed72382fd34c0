# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter.survey_answers import FilterModule, survey_answers

SPECIFICATION: dict[str, dict[str, Any]] = {
    "r_names": {"type": "list", "elements": "str", "required": True},
    "r_on": {"type": "bool", "default": True},
    "r_port": {"type": "int"},
    "r_delay": {"type": "float"},
    "r_text": {"type": "str"},
    "r_tags": {"type": "dict"},
    "r_grants": {
        "type": "list",
        "elements": "dict",
        "options": {
            "account": {"type": "str", "required": True},
            "vpc_ids": {"type": "list", "elements": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
    },
}


def read(**given: Any) -> Any:
    result = survey_answers({"r_names": "a", **given}, SPECIFICATION)
    assert result["errors"] == []
    return result["arguments"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("a", ["a"]),
        ("a, b ,", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        ("[a, b]", ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ("- a\n- b", ["a", "b"]),
        (["a", " b ", ""], ["a", "b"]),
        (("a", "b"), ["a", "b"]),
        (12, ["12"]),
        ("2001:db8::/32, ::/0", ["2001:db8::/32", "::/0"]),
    ],
)
def test_a_list_in_every_form(given: Any, names: list[str]) -> None:
    assert read(r_names=given)["r_names"] == names


@pytest.mark.parametrize(
    "given",
    [
        [{"account": "012345670123", "vpc_ids": ["vpc-1", "vpc-2"]}],
        [{"account": "012345670123", "vpc_ids": "vpc-1, vpc-2"}],
        {"account": "012345670123", "vpc_ids": ["vpc-1", "vpc-2"]},
        '[{"account": "012345670123", "vpc_ids": ["vpc-1", "vpc-2"]}]',
        '{"account": "012345670123", "vpc_ids": "vpc-1,vpc-2"}',
        "- account: 012345670123\n  vpc_ids: [vpc-1, vpc-2]\n",
        "account: 012345670123\nvpc_ids:\n  - vpc-1\n  - vpc-2\n",
    ],
)
def test_dictionaries_in_every_form_and_no_octal_accounts(given: Any) -> None:
    grant = {"account": "012345670123", "vpc_ids": ["vpc-1", "vpc-2"], "state": "present"}
    assert read(r_grants=given)["r_grants"] == [grant]


def test_an_account_that_is_a_number_is_text() -> None:
    assert read(r_grants=[{"account": 222222222222}])["r_grants"] == [{"account": "222222222222", "state": "present"}]


def test_nobody_does_not_become_everybody() -> None:
    """An empty list of VPCs is not the same as none: none means all."""
    for empty in ([], "", [""]):
        assert read(r_grants=[{"account": "1", "vpc_ids": empty}])["r_grants"][0]["vpc_ids"] == []


@pytest.mark.parametrize("empty", [None, "", "  ", "\n"])
def test_an_empty_answer_is_none(empty: Any) -> None:
    arguments = read(r_on=empty, r_port=empty, r_delay=empty, r_text=empty, r_tags=empty, r_grants=empty)
    assert arguments == {"r_names": ["a"], "r_on": True}


def test_text_becomes_what_it_stands_for() -> None:
    arguments = read(r_on="no", r_port="5440", r_delay="0.01", r_text=7, r_tags='{"team": "a"}')
    assert arguments == {
        "r_names": ["a"],
        "r_on": False,
        "r_port": 5440,
        "r_delay": 0.01,
        "r_text": "7",
        "r_tags": {"team": "a"},
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"r_names": ""}, "missing required arguments: r_names"),
        ({"r_names": ","}, "r_names is an empty list"),
        ({"r_on": "perhaps"}, "'r_on'"),
        ({"r_port": "many"}, "'r_port'"),
        ({"r_grants": "abc"}, "r_grants"),
        ({"r_grants": "[{"}, "r_grants"),
        ({"r_grants": [{"acount": "1"}]}, "account"),
        ({"r_grants": [{"account": "1", "state": "gone"}]}, "present, absent"),
        ({"r_tags": "[1]"}, "r_tags"),
    ],
)
def test_what_does_not_fit_is_said_by_name(given: dict[str, Any], words: str) -> None:
    assert words in " ".join(survey_answers({"r_names": "a", **given}, SPECIFICATION)["errors"])


def test_slips_are_found_and_somebody_elses_names_are_not() -> None:
    def errors(*names: str, **given: Any) -> list[str]:
        return list(survey_answers({"r_names": "a", **given}, SPECIFICATION, names)["errors"])

    assert errors("r_prot") == ["r_prot is no variable of this role, did you mean r_port?"]
    assert errors("r_prot", r_port=5440) == []
    assert errors("r_name", "r_result", "r_port") == []


def test_ansible_finds_the_filter() -> None:
    assert FilterModule().filters() == {"survey_answers": survey_answers}


@pytest.mark.parametrize(("value", "shape"), [([], "a list"), (["a"], "a list"), ({"a": "b"}, "a dictionary")])
@pytest.mark.parametrize("kind", ["str", "path"])
def test_text_is_not_made_of_what_is_none(kind: str, value: Any, shape: str) -> None:
    assert survey_answers({"a_name": value}, {"a_name": {"type": kind}})["errors"] == [
        f"a_name: got {shape}; expected text."
    ]
