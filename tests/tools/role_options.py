# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the options that a role hands on to its modules into its meta/argument_specs.yml, from the modules' documentation.

Usage: role_options.py [--check]      with --check nothing is written, and a file that differs is a failure

What stands between the two marking comments is written; the rest of the file is by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MODULES = "ansible_collections.redshift.serverless.plugins.modules"
BEGIN = "      # From here to the end mark, tests/tools/role_options.py writes what the modules take.\n"
END = "      # The end mark.\n"
# PyYAML breaks a line after the first word that goes beyond.
WIDTH = 80


@dataclass(frozen=True)
class Mirror:
    """A role that hands on what modules take.

    Attributes:
        modules: their names.
        own: options of the modules that the role documents by hand, since it means more or something else by them.
    """

    modules: tuple[str, ...]
    own: frozenset[str]


MIRRORS = {"workgroup": Mirror(("namespace", "workgroup"), frozenset({"name", "namespace"}))}


class Dumper(yaml.SafeDumper):
    """Indents lists as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def module_options(module: str) -> dict[str, dict[str, Any]]:
    """Return the options that only this module has, from its documentation, with what is secret."""
    loaded = import_module(f"{MODULES}.{module}")
    documented: dict[str, dict[str, Any]] = yaml.safe_load(loaded.DOCUMENTATION)["options"]
    spec: Mapping[str, Mapping[str, Any]] = loaded.argument_spec()
    return {
        name: {**option, "no_log": True} if spec.get(name, {}).get("no_log") else option
        for name, option in documented.items()
    }


def mirrored(role: str) -> dict[str, dict[str, Any]]:
    """Return the options that a role takes for its modules, by the name of the role's variable."""
    mirror = MIRRORS[role]
    found = {
        f"{role}_{name}": option
        for module in mirror.modules
        for name, option in module_options(module).items()
        if name not in mirror.own
    }
    by_hand = yaml.safe_load(path(role).read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    names = Names(role, frozenset({*found, *by_hand}))
    return {name: _as_role_option(option, names) for name, option in found.items()}


@dataclass(frozen=True)
class Names:
    """The variables that a role has.

    Attributes:
        role: its name.
        known: the variables.
    """

    role: str
    known: frozenset[str]

    def speak(self, text: Any) -> Any:
        """Return a module's description as one of the role's variables."""
        if isinstance(text, list):
            return [self.speak(each) for each in text]
        text = re.sub(r"\bRV\(([^)]*)\)", r"C(\1)", text)
        return re.sub(r"\bO\((\w+)([^)]*)\)", self._link, text)

    def _link(self, found: re.Match[str]) -> str:
        """Link to the role's own variable; what it does not have can't be linked to."""
        name = f"{self.role}_{found[1]}"
        return f"O({name}{found[2]})" if name in self.known else f"C({found[1]}{found[2]})"


def _as_role_option(option: Mapping[str, Any], names: Names) -> dict[str, Any]:
    kept = {name: value for name, value in option.items() if name not in {"aliases", "suboptions", "version_added"}}
    kept["description"] = names.speak(option["description"])
    if "suboptions" in option:
        kept["options"] = {name: _as_role_option(each, names) for name, each in option["suboptions"].items()}
    return kept


def text(role: str) -> str:
    """Return what belongs between the marks."""
    dumped = yaml.dump(mirrored(role), Dumper=Dumper, sort_keys=False, width=WIDTH, allow_unicode=True)
    return "".join(f"      {line}\n" for line in dumped.splitlines())


def written(role: str) -> str:
    """Return the whole specification as it should be.

    Raises:
        ValueError: the marks are missing.
    """
    current = path(role).read_text(encoding="utf-8")
    if current.count(BEGIN) != 1 or current.count(END) != 1:
        raise ValueError(f"{path(role)}: the marks are missing.")
    head, _begin, rest = current.partition(BEGIN)
    return f"{head}{BEGIN}{text(role)}{END}{rest.partition(END)[2]}"


def path(role: str) -> Path:
    """Return a role's specification."""
    return ROOT / "roles" / role / "meta" / "argument_specs.yml"


def stale() -> Iterator[str]:
    """Yield the roles whose specification is not what it should be."""
    for role in MIRRORS:
        if written(role) != path(role).read_text(encoding="utf-8"):
            yield role


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the options that roles hand on to modules.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file would change")
    check = parser.parse_args().check
    for role in stale():
        if check:
            print(f"{path(role).relative_to(ROOT)} lacks what its modules take: run tests/tools/role_options.py.")
            return 1
        path(role).write_text(written(role), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
