# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the documentation: every plugin's and role's as ansible-doc reads it, and its markup and links.

Usage: docs.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "redshift.serverless"
# The kinds of plugins that a user calls by name, by their directory; the names that ansible-doc gives them.
KINDS = {"modules": "module", "filter": "filter", "inventory": "inventory", "lookup": "lookup", "test": "test"}


def ansible_doc(*arguments: str) -> str:
    """Return what ansible-doc says; end the program with its message when it fails."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), *arguments]
    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if result.returncode or "ERROR" in result.stderr:
        sys.exit(f"{' '.join(command[1:])}:\n{result.stdout}{result.stderr}")
    return result.stdout


def as_json(*arguments: str) -> dict[str, Any]:
    """Return the answer of ansible-doc as data; no such plugin at all is an empty answer."""
    answer: dict[str, Any] = json.loads(ansible_doc("--json", *arguments) or "{}")
    return answer


def plugin_faults(directory: str, kind: str) -> Iterator[str]:
    """Yield what is missing in the documentation of one kind of plugin."""
    files = {path.stem for path in (ROOT / "plugins" / directory).glob("*.py")} - {"__init__"}
    if not files:
        return
    names = sorted(as_json("--list", "-t", kind, COLLECTION))
    if kind == "module" and {f"{COLLECTION}.{name}" for name in files} != set(names):
        yield f"ansible-doc lists other modules than plugins/modules holds: {', '.join(names) or 'none'}."
    if not names:
        yield f"plugins/{directory} holds plugins and ansible-doc lists none."
        return
    found = as_json("-t", kind, *names)
    ansible_doc("-t", kind, *names)  # as text too: some markup only fails when it is shown
    for name in names:
        missing = [part for part in ("doc", "examples") if not found.get(name, {}).get(part)]
        if kind in {"module", "lookup", "filter", "test"} and not found.get(name, {}).get("return"):
            missing.append("return")
        if missing:
            yield f"{kind} {name}: ansible-doc finds no {', '.join(missing)}."
    print(f"{kind}: {len(names)} documented")


def role_faults() -> Iterator[str]:
    """Yield the roles of which ansible-doc knows no main entry point."""
    names = sorted(path.name for path in (ROOT / "roles").glob("*") if path.is_dir())
    for name in names:
        full = f"{COLLECTION}.{name}"
        found = as_json("-t", "role", full).get(full, {})
        if not ansible_doc("-t", "role", full).strip() or "main" not in found.get("entry_points", {}):
            yield f"role {full}: meta/argument_specs.yml gives ansible-doc no main entry point."
        if not (ROOT / "roles" / name / "README.md").is_file():
            yield f"role {full}: README.md is missing (Galaxy refuses roles without one)."
    print(f"role: {len(names)} documented")


def lint_command() -> list[str]:
    """Return the call of antsibull-docs: markup, links to options and return values, extra documents."""
    return [
        str(Path(sys.executable).with_name("antsibull-docs")),
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs=dependent",
        "--disallow-unknown-collection-refs",
        str(ROOT),
    ]


def main() -> int:
    """Run from the command line; return the exit code."""
    faults = [fault for directory, kind in KINDS.items() for fault in plugin_faults(directory, kind)]
    faults += role_faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    # antsibull-docs copies amazon.aws too, by git where there is git: and git ignores everything in our .venv.
    # And it writes its log into the home directory.
    home = ROOT / ".cache" / "home"
    home.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(ROOT), "HOME": str(home)}
    lint = subprocess.run(lint_command(), cwd=ROOT, env=environment, check=False).returncode
    return 1 if faults or lint else 0


if __name__ == "__main__":
    sys.exit(main())
