# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import generate
import pytest
import yaml

MODULE = '''RETURN = r"""
thing:
  description: The thing.
  type: dict
  contains:
    name:
      description: The name, as in RV(thing.name).
      type: str
    tags:
      description: With O(tags).
      type: dict
changes:
  description: Out of date.
  contains:
    operation:
      description: Out of date.
      type: str
      sample: CreateThing
restarted:
  description: Never.
  type: bool
"""
'''
INFO = '''RETURN = r"""
things:
  description: The things.
  type: list
  contains:
    tags:
      description: With O(include_tags).
      type: dict
    error:
      description: Only here.
      type: str
"""
'''
MIRROR = generate.Mirror("thing", "thing", "things")


def returned(source: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(source.split('"""')[1])
    return found


def test_the_shared_results_replace_what_a_module_says_and_its_samples_stay() -> None:
    shared = generate.shared_results()

    written = generate.with_changes(MODULE, shared)

    found = returned(written)
    assert list(found) == ["thing", "changes", "changes_pending", "restarted"]
    operation = found["changes"]["contains"]
    assert isinstance(operation, dict)
    assert operation["operation"] == {
        "description": "The operation of the API.",
        "type": "str",
        "sample": "CreateThing",
    }
    assert generate.with_changes(written, shared) == written


def test_an_info_module_says_what_the_managing_one_says_and_keeps_what_only_it_can_say() -> None:
    written = generate.with_mirror(INFO, MODULE, MIRROR)

    contains = returned(written)["things"]["contains"]
    assert isinstance(contains, dict)
    assert contains["name"]["description"] == "The name, as in RV(things[].name)."
    assert contains["tags"]["description"] == "With O(include_tags)."
    assert "error" in contains
    assert generate.with_mirror(written, MODULE, MIRROR) == written


def test_a_new_info_module_can_not_be_left_out() -> None:
    with pytest.raises(ValueError, match="planet_info is new: add it to MIRRORS"):
        list(generate.documented({"thing": MODULE, "planet_info": INFO}))


def test_the_repository_is_up_to_date() -> None:
    assert generate.main(["--check"]) == 0
