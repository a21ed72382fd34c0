# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from pathlib import Path

import new_resource
import pytest
from new_resource import ROOT, Resource

RESOURCES = new_resource.resources()
RECIPE = (ROOT / "CONTRIBUTING.md").read_text().partition("## A new resource\n")[2].partition("\n## ")[0]


def test_the_resources_are_found_by_what_their_modules_do() -> None:
    found = {each.name: (each.room, each.info) for each in RESOURCES}

    assert found["workgroup"] == ("_redshift", True)
    assert found["vpc_internet_path"] == ("_ec2", False)
    # Every module that is there in two, one of which only reads, manages a resource.
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert {name for name in modules if f"{name}_info" in modules} == {each.name for each in RESOURCES if each.info}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_resource_is_in_every_place(resource: Resource) -> None:
    assert [resource.fill(place.path) for place in new_resource.missing(resource)] == []


def test_the_recipe_names_the_same_places() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", RECIPE, re.MULTILINE)

    assert rows == [(place.path, place.what) for place in new_resource.PLACES]


def test_the_recipe_names_nothing_else_that_is_not_there() -> None:
    named = set(re.findall(r"`((?:plugins|tests|meta)/[^`<]+)`", RECIPE))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_what_is_new_is_in_no_place() -> None:
    assert len(new_resource.missing(Resource("snapshot"))) == len(new_resource.PLACES)
    of_ec2 = list(Resource("elastic_ip", "_ec2", info=False).places())
    assert new_resource.missing(Resource("elastic_ip", "_ec2", info=False)) == of_ec2
    assert 0 < len(of_ec2) < len(new_resource.PLACES)


def test_a_file_alone_is_not_enough_where_something_has_to_stand_in_it(tmp_path: Path) -> None:
    place = next(each for each in new_resource.PLACES if each.path.endswith("<name>.py") and each.mention)
    resource = Resource("snapshot")
    path = tmp_path / resource.fill(place.path)
    path.parent.mkdir(parents=True)

    path.write_text("# Later.\n")
    assert not new_resource.is_in(resource, place, tmp_path)

    path.write_text("def build(api: Api) -> Snapshot:\n    ...\n")
    assert new_resource.is_in(resource, place, tmp_path)
