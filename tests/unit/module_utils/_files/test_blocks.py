# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._files import blocks
from hypothesis import given
from hypothesis import strategies as st

MARK = "redshift.serverless sales"
BLOCK = f"# BEGIN {MARK}\nours\n# END {MARK}\n"
LINES = st.lists(st.sampled_from(["a\n", "# x\n", "\n", "ö\r\n", f"# BEGIN {MARK} too\n", "\x0b \u2028\n"])).map(
    "".join
)


@given(text=LINES, first=st.booleans(), entry=st.sampled_from(["a", "a\nb", "[x]\ny=1"]))
def test_what_is_written_is_found_again_and_taken_away(text: str, first: bool, entry: str) -> None:
    written = blocks.write(blocks.read(text, MARK), MARK, entry, first)
    found = blocks.read(written, MARK)

    assert found.own == f"{entry}\n"
    assert found.rest == text
    assert written.startswith("# BEGIN" if first or not text else text)
    assert blocks.write(found, MARK, entry, first) == written
    assert blocks.write(found, MARK, None) == text


def test_an_entry_changes_where_it_is() -> None:
    changed = blocks.write(blocks.read(f"a\n{BLOCK}b", MARK), MARK, "other", first=True)
    assert changed == f"a\n{BLOCK.replace('ours', 'other')}b"


def test_a_last_line_without_its_end_gets_one() -> None:
    assert blocks.write(blocks.read("a", MARK), MARK, "ours") == f"a\n{BLOCK}"


def test_of_two_entries_of_one_mark_the_first_stays() -> None:
    found = blocks.read(f"a\n{BLOCK}b\n{BLOCK.replace('ours', 'twice')}c\n", MARK)
    assert (found.before, found.own, found.after) == ("a\n", "ours\n", "b\nc\n")


@pytest.mark.parametrize(
    "text",
    [
        f"# BEGIN {MARK}\na\n",
        f"a\n# END {MARK}\n",
        f"# BEGIN {MARK}\n# BEGIN {MARK}\n# END {MARK}\n",
        f"{BLOCK}# END {MARK}\n",
    ],
)
def test_one_marked_line_without_the_other_is_damage(text: str) -> None:
    with pytest.raises(blocks.Damaged, match=r"has a line '# (BEGIN|END) redshift.serverless sales' without"):
        blocks.read(text, MARK)
