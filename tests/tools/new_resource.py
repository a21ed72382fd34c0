# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lead through all places that a resource of AWS needs: list those that it is not in yet, in the order of the work.

Usage: new_resource.py NAME [--ec2] [--no-info]

NAME is the module's, such as snapshot. With --ec2 it is a resource of EC2. With --no-info nothing but the managing module reads it.
Nothing is written. Run it again until nothing is left; CONTRIBUTING.md has the same list.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """A file that a resource is in.

    Attributes:
        path: the file; <name> is the resource's name, and <room> the directory of its service.
        what: what stands there.
        mention: a regular expression of what the file has of the resource; the file itself is the place where it is empty.
        info: whether only a resource with an info module is there.
        redshift: whether only a resource of Redshift Serverless is there.
    """

    path: str
    what: str
    mention: str = ""
    info: bool = False
    redshift: bool = False


@dataclass(frozen=True)
class Resource:
    """A resource.

    Attributes:
        name: that of its module.
        room: the directory of its service in module_utils.
        info: whether it has an info module.
    """

    name: str
    room: str = "_redshift"
    info: bool = True

    def places(self) -> Iterator[Place]:
        """The places that it needs."""
        for place in PLACES:
            if (self.info or not place.info) and (self.room == "_redshift" or not place.redshift):
                yield place

    def fill(self, text: str) -> str:
        """A text with the resource's name and room."""
        return text.replace("<name>", self.name).replace("<room>", self.room)


PLACES = (
    Place(
        "plugins/module_utils/<room>/<name>.py",
        "The resource: `argument_spec`, `desired_of`, the pure `plan` and `after`, a class with `observe`, `send` and `report` "
        "(see `Resource` in `_core/plan.py`), and `build`. AWS changes it at once? Then the class is `AtOnce`.",
        r"^def build\(",
    ),
    Place(
        "plugins/modules/<name>.py",
        "Its documentation, and a `main` of a few lines. With `AtOnce` it takes `deadline_options`, otherwise `wait_options`.",
        r"^    manage\(",
    ),
    Place(
        "plugins/modules/<name>_info.py", "The module that reads; it imports from `queries`.", r"\.queries\.", info=True
    ),
    Place(
        "plugins/action/<name>.py", "The in-process twin: a copy of another one, with the services it asks at each run."
    ),
    Place("plugins/action/<name>_info.py", "The same.", info=True),
    Place("meta/runtime.yml", "The action group.", r"^    - <name>$"),
    Place("README.md", "The table of modules.", r"^\| `<name>`"),
    Place(
        "tests/unit/modules/test_<name>.py", "The whole module against a conversation with AWS.", r'Runner\("<name>"'
    ),
    Place("tests/unit/modules/test_info.py", "The info module, likewise.", '"<name>_info"', info=True),
    Place(
        "tests/unit/modules/test_documentation.py",
        "`SHAPES` or `SHAPELESS`: is AWS's shape documented?",
        '"<name>"',
        redshift=True,
    ),
    Place(
        "tests/tools/generate.py",
        "`MIRRORS` or `NOT_MIRRORED`: is the result documented twice?",
        '"<name>(_info)?"',
        info=True,
    ),
    Place(
        "tests/integration/both_ways/cases.py",
        "Tasks that have to give the same as a module and in process.",
        '"<name>"',
    ),
)


def is_in(resource: Resource, place: Place, root: Path = ROOT) -> bool:
    """Whether a resource is in a place."""
    path = root / resource.fill(place.path)
    if not path.is_file():
        return False
    pattern = resource.fill(place.mention)
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def missing(resource: Resource, root: Path = ROOT) -> list[Place]:
    """The places that a resource is not in yet, in the order of the work."""
    return [place for place in resource.places() if not is_in(resource, place, root)]


def resources(root: Path = ROOT) -> list[Resource]:
    """All resources that there are: the modules that manage one, by their names."""
    modules = root / "plugins" / "modules"
    found = []
    for path in sorted(modules.glob("*.py")):
        # In the module, since which room a resource is in can't be told by its name.
        room = re.search(rf"\.(_\w+)\.{path.stem} import|\.(_\w+) import .*\b{path.stem}\b", path.read_text())
        if room and re.search(r"^    manage\(", path.read_text(), re.MULTILINE):
            info = (modules / f"{path.stem}_info.py").is_file()
            found.append(Resource(path.stem, room[1] or room[2], info))
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="List what a resource still needs.")
    parser.add_argument("name", help="the module's name, such as snapshot")
    parser.add_argument("--ec2", action="store_true", help="it is a resource of EC2")
    parser.add_argument("--no-info", action="store_true", help="it has no info module")
    given = parser.parse_args()
    resource = Resource(given.name, "_ec2" if given.ec2 else "_redshift", not given.no_info)
    left = missing(resource)
    for place in left:
        print(f"{resource.fill(place.path)}\n    {place.what}")
    print(f"{len(list(resource.places())) - len(left)} of {len(list(resource.places()))} places have {given.name}.")


if __name__ == "__main__":
    main()
