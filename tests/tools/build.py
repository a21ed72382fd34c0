# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection into build/, check what the tarball holds, and import it as Galaxy would.

Usage: build.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
# What a collection works with. All of it that git tracks must be in the tarball.
WORKING = ("meta", "plugins", "roles", "playbooks")
# What else may be there: for readers, and for the tools of Galaxy and Automation Hub.
ALLOWED = {
    *WORKING,
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "extensions",
}
REQUIRED = {"CHANGELOG.rst", "LICENSE", "README.md", "changelogs/changelog.yaml", "meta/runtime.yml"}
# Galaxy's own checks, without those that need a network or a container or are made by `make lint` and `make sanity`.
IMPORTER = {
    "GALAXY_IMPORTER_CHECK_CHANGELOG": "true",
    "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true",
    "GALAXY_IMPORTER_RUN_ANSIBLE_DOC": "true",
    "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false",
    "GALAXY_IMPORTER_RUN_ANSIBLE_TEST": "false",
    "GALAXY_IMPORTER_RUN_FLAKE8": "false",
}


def build() -> Path:
    """Build the collection from the checkout; return the path of the tarball."""
    shutil.rmtree(BUILD, ignore_errors=True)
    galaxy = str(Path(sys.executable).with_name("ansible-galaxy"))
    subprocess.run([galaxy, "collection", "build", "--output-path", str(BUILD), str(ROOT)], check=True)
    (tarball,) = BUILD.glob("*.tar.gz")
    return tarball


def tracked(*directories: str) -> set[str]:
    """List the files that git tracks or would track under some directories."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *directories]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in names.split("\0") if name and (ROOT / name).exists()}


def content_faults(tarball: Path) -> Iterator[str]:
    """Yield what the tarball holds that it should not, and what it lacks."""
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive if not member.isdir()}
    for name in sorted(names):
        if name.split("/", maxsplit=1)[0] not in ALLOWED or "__pycache__" in name:
            yield f"{name} does not belong into the collection: name it in galaxy.yml's build_ignore."
    for name in sorted((REQUIRED | tracked(*WORKING)) - names):
        yield f"{name} is missing in the tarball: does galaxy.yml's build_ignore say too much?"
    print(f"{tarball.name}: {len(names)} files, {tarball.stat().st_size // 1024} KiB")


def importer_faults(tarball: Path) -> Iterator[str]:
    """Yield what Galaxy would complain of when the tarball is uploaded."""
    where = ROOT / ".cache" / "importer"
    where.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(tarball)],
        cwd=where,
        env=os.environ | IMPORTER,
        check=False,
        capture_output=True,
        text=True,
    )
    lines = (result.stdout + result.stderr).splitlines()
    complaints = [line for line in lines if line.startswith(("ERROR", "WARNING", "CRITICAL"))]
    yield from complaints
    if result.returncode and not complaints:
        yield "\n".join(["galaxy-importer failed:", *lines])
    print(lines[-1] if lines else "galaxy-importer said nothing")


def main() -> int:
    """Run from the command line; return the exit code."""
    tarball = build()
    faults = [*content_faults(tarball), *importer_faults(tarball)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
