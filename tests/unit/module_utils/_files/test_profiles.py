# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reader of profiles against a whole reader of YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.redshift.serverless.plugins.module_utils._files.profiles import NotAMapping, top_level_keys
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = st.text("ab:#'\"[]{},-?&*!|>%@ é.\\", min_size=1, max_size=20)
SCALARS = st.text("ab:#'\"[]{},-?&*!|>%@ \n\t\\x", max_size=30) | st.text(max_size=9) | st.integers() | st.none()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "a: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "#",
        " #",
        "|",
        "|\n  ",
        ">",
        "&x ",
        "!t ",
        "*x",
        "---",
        "...",
        "? ",
        "\\",
        "''",
        "it's",
        "\t",
        "x y",
        "\n\n",
        "sales: ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    profiles=st.dictionaries(NAMES, VALUES, max_size=4),
    style=st.sampled_from([None, '"', "'", "|", ">"]),
    flow=st.sampled_from([None, False]),
    width=st.sampled_from([10, 30, 80]),
    unicode=st.booleans(),
)
def test_whatever_is_inside_the_profiles_are_found(
    profiles: dict[str, Any], style: str | None, flow: bool | None, width: int, unicode: bool
) -> None:
    text = yaml.safe_dump(profiles, default_style=style, default_flow_style=flow, width=width, allow_unicode=unicode)
    # No further key can stand behind these, or they are written in a form that is not read.
    if not any(line.startswith(("? ", "!!", "{", "...")) for line in text.splitlines()):
        assert sorted(top_level_keys(text)) == sorted(profiles)


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_a_profile_can_be_added_wherever_that_is_said(text: str) -> None:
    # A last line that is not ended is ended when something follows it.
    ended = text if text.endswith("\n") or not text else f"{text}\n"
    try:
        keys = top_level_keys(text)
        before = yaml.safe_load(ended) or {}
    except (NotAMapping, yaml.YAMLError):
        # What is no YAML is of no use before either.
        return
    after = yaml.safe_load(f"{ended}# BEGIN\nnew: here\n# END\n")

    assert {str(key) for key in before} <= set(keys)
    assert after == {**before, "new": "here"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [\n", "what begins with [ has no end"),
        ("a: 'x\n", "what begins with ' has no end"),
        ("a: 'x\n---\n", "line 2 ends a document"),
        ("{a: b}\n", "line 1 begins with no key"),
        ("- a\n", "line 1 begins with no key"),
        ("a\n", "line 1 begins with no key"),
        ("  a: 1\n", "line 1 is further in"),
        ("a: 1\n---\nb: 1\n", "line 2 begins a document"),
        ("a: 1\n...\n", "line 2 begins with no key"),
        ("a: | text\n", "line 1 has something behind |"),
        ("a: [b] c\n", "line 1 has something behind what begins with ["),
    ],
)
def test_what_is_no_mapping_is_told_with_its_line(text: str, words: str) -> None:
    with pytest.raises(NotAMapping) as caught:
        top_level_keys(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", []),
        ("\ufeff# mine\n---\n", []),
        ("a: |\n  b: here\n c: 1\n# x\nd:\n- e: 1\n", ["a", "d"]),
        ("a: text\n  'quoted: [\nb: it's\n", ["a", "b"]),
        ("'it''s': {x: 'b:\n  c'}\n\"\\x41\\\"\" : 1\n", ["it's", 'A"']),
        ("a: x\u2028b: y\r\nc: z", ["a", "b", "c"]),
    ],
)
def test_keys_are_those_of_the_file_alone(text: str, keys: list[str]) -> None:
    assert top_level_keys(text) == keys
