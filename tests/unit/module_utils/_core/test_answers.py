# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.answers import Reading, read
from ansible_collections.redshift.serverless.plugins.plugin_utils.role_reading import parse
from hypothesis import given as given_by
from hypothesis import strategies as st

SPECIFICATION: dict[str, dict[str, Any]] = {
    "r_names": {"type": "list", "elements": "str", "required": True},
    "r_on": {"type": "bool", "default": True},
    "r_port": {"type": "int"},
    "r_delay": {"type": "float"},
    "r_text": {"type": "str"},
    "r_mode": {"type": "str", "choices": ["require", "verify-full"]},
    "r_tags": {"type": "dict"},
    "r_secret": {"type": "int", "no_log": True},
    "r_target": {"type": "dict", "options": {"status": {"type": "str"}, "level": {"type": "int"}}},
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


def reading(**given: Any) -> Reading:
    return read({"r_names": "a", **given}, SPECIFICATION, parse)


def values(**given: Any) -> dict[str, Any]:
    found = reading(**given)
    assert found.problems == []
    return found.values


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
        ("[012345670123]", ["012345670123"]),
        ("2001:db8::/32, ::/0", ["2001:db8::/32", "::/0"]),
    ],
)
def test_a_list_in_every_form(given: Any, names: list[str]) -> None:
    assert values(r_names=given)["r_names"] == names


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
        ["account: 012345670123\nvpc_ids: vpc-1, vpc-2"],
    ],
)
def test_dictionaries_in_every_form_and_no_octal_accounts(given: Any) -> None:
    grant = {"account": "012345670123", "vpc_ids": ["vpc-1", "vpc-2"], "state": "present"}
    assert values(r_grants=given)["r_grants"] == [grant]


@pytest.mark.parametrize("given", [222222222222, "222222222222", ["222222222222"], [{"account": 222222222222}]])
def test_an_entry_alone_is_its_only_required_key(given: Any) -> None:
    assert values(r_grants=given)["r_grants"] == [{"account": "222222222222", "state": "present"}]


def test_several_entries_alone() -> None:
    found = values(r_grants="222222222222, 012345670123")["r_grants"]
    assert [grant["account"] for grant in found] == ["222222222222", "012345670123"]


def test_nobody_does_not_become_everybody() -> None:
    """An empty list of VPCs is not the same as none: none means all."""
    for empty in ([], "", [""]):
        assert values(r_grants=[{"account": "1", "vpc_ids": empty}])["r_grants"][0]["vpc_ids"] == []


@pytest.mark.parametrize("empty", [None, "", "  ", "\n"])
def test_an_empty_answer_is_none(empty: Any) -> None:
    given = dict.fromkeys(set(SPECIFICATION) - {"r_names"}, empty)
    assert values(**given) == {"r_names": ["a"], "r_on": True}


def test_text_becomes_what_it_stands_for() -> None:
    found = values(r_on="no", r_port="5440", r_delay="0.01", r_text=7, r_tags='{"team": "a"}', r_target="level: 50")
    assert found == {
        "r_names": ["a"],
        "r_on": False,
        "r_port": 5440,
        "r_delay": 0.01,
        "r_text": "7",
        "r_tags": {"team": "a"},
        "r_target": {"level": 50},
    }


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        ("team=a, stage=test", {"team": "a", "stage": "test"}),
        ("team: a\nstage: 012", {"team": "a", "stage": "012"}),
        ({"limit": None}, {"limit": None}),
        ("limit: null", {"limit": None}),
        ('{"limit": null}', {"limit": None}),
    ],
)
def test_a_free_dictionary_keeps_what_is_in_it(given: Any, tags: dict[str, Any]) -> None:
    assert values(r_tags=given)["r_tags"] == tags


@given_by(st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_json_text_is_the_dictionary_itself(tags: dict[str, str]) -> None:
    assert values(r_tags=json.dumps(tags))["r_tags"] == values(r_tags=tags)["r_tags"] == tags


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"r_names": ""}, "r_names: got nothing; expected a list. It is required."),
        ({"r_names": ","}, "r_names: got an empty list; expected at least one entry."),
        ({"r_on": "perhaps"}, "r_on: got 'perhaps'; expected true or false."),
        ({"r_port": "many"}, "r_port: got 'many'; expected a whole number."),
        ({"r_port": True}, "r_port: got true; expected a whole number."),
        ({"r_delay": [1]}, "r_delay: got [1]; expected a number."),
        ({"r_text": ["a"]}, "r_text: got ['a']; expected text."),
        ({"r_mode": "verify-ful"}, "expected one of require, verify-full. Did you mean verify-full?"),
        ({"r_secret": "hunter2"}, "r_secret: got a value that is not shown; expected a whole number."),
        ({"r_tags": "[1]"}, "r_tags: got '[1]'; expected a dictionary."),
        ({"r_target": "abc"}, "r_target: got 'abc'; expected a dictionary with the keys status, level."),
        ({"r_grants": "[{"}, "expected a dictionary with the keys account, vpc_ids, state."),
        ({"r_grants": [{"acount": "1"}]}, "r_grants[0]: the key 'acount' is unknown. Did you mean account?"),
        ({"r_grants": [{"vpc_ids": "a"}]}, "r_grants[0].account: got nothing; expected text. It is required."),
        ({"r_grants": [{"account": "1", "state": "gone"}]}, "r_grants[1].state: got 'gone'; expected one of present"),
    ],
)
def test_what_does_not_fit_is_said_by_name(given: dict[str, Any], problem: str) -> None:
    assert problem in " ".join(reading(**given).problems)


def test_everything_that_does_not_fit_is_said_at_once() -> None:
    assert len(reading(r_on="x", r_port="y", r_grants=[{"account": ""}]).problems) == 3
