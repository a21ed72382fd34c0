# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the virtual environment of this checkout, or leave it alone when it is as it should be.

Usage: environment.py DIRECTORY run|test

`run` holds what `make demo` needs, `test` adds the tools of `make test`, and DIRECTORY/dbt with dbt, whose requirements
contradict theirs. What was installed is noted in a stamp for each; another content of the requirements installs again,
another Python version starts from nothing.
Only the standard library is used: this is run by the Python that the environment is made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DBT = "dbt"
LEVELS = {"run": ("run.txt",), "test": ("run.txt", "test.txt"), DBT: ("dbt.txt",)}
# A collection must work when nothing but these is installed, so nothing else is linked.
INSTALLED = ("galaxy.yml", "meta", "plugins", "roles", "playbooks")


def fingerprint(files: tuple[str, ...]) -> str:
    """Say in one line which Python and which requirements an environment is made of."""
    digest = hashlib.sha256()
    for name in files:
        digest.update((ROOT / "requirements" / name).read_bytes())
    return f"python {sys.version_info.major}.{sys.version_info.minor} requirements {digest.hexdigest()}\n"


def python_of(text: str) -> str:
    """Return the Python version that a fingerprint names, "" when it is none."""
    words = text.split()
    return words[1] if len(words) == 4 else ""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Let one process at a time work on the environment: two `make` calls may start together."""
    lock = ROOT / ".cache" / f"{directory.name}.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install(directory: Path, level: str) -> None:
    """Install the requirements of a level and compile what the tests and the demo import again and again.

    The `ansible` package brings some 19 000 Python files, most of them never imported here. pip would compile them
    all, which takes longer than everything else; leaving all uncompiled makes every later import slower instead.
    """
    python = directory / "bin" / "python"
    wanted = ROOT / "requirements" / f"{level}.txt"
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    pip = [str(python), "-m", "pip", "install", *quiet, "--prefer-binary", "--no-compile", "--requirement", str(wanted)]
    subprocess.run(pip, check=True)
    if level == DBT:
        return
    packages = next((directory / "lib").glob("python3.*")) / "site-packages"
    unused = r"/ansible_collections/(?!amazon/)|/sympy/|/tests?/"
    # Some packages ship files that no Python compiles (templates, old syntax): the exit code says nothing of use.
    subprocess.run([str(python), "-m", "compileall", "-qq", "-j", "0", "-x", unused, str(packages)], check=False)


def link_collection(directory: Path) -> None:
    """Make the checkout importable as ansible_collections.redshift.serverless, wherever it was cloned to."""
    home = directory / "collections" / "ansible_collections" / "redshift" / "serverless"
    home.mkdir(parents=True, exist_ok=True)
    for name in INSTALLED:
        link = home / name
        target = Path(os.path.relpath(ROOT / name, home))
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)


def ensure(directory: Path, level: str) -> None:
    """Bring an environment to a level, one of LEVELS.

    Raises:
        subprocess.CalledProcessError: pip failed; its own message is on the screen.
    """
    stamps = {name: directory / f"{name}.stamp" for name in LEVELS}
    texts = {name: stamp.read_text() if stamp.exists() else "" for name, stamp in stamps.items()}
    wanted = fingerprint(LEVELS[level])
    shown = os.path.relpath(directory, ROOT)
    if texts[level] != wanted:
        started = time.monotonic()
        print(f"Making {shown} ({level}) from PyPI with Python {python_of(wanted)} ...", flush=True)
        if python_of(wanted) not in {python_of(text) for text in texts.values()}:
            venv.create(directory, clear=True, with_pip=True, symlinks=True)
        stamps[level].unlink(missing_ok=True)
        install(directory, level)
        for name, files in LEVELS.items():
            if set(files) <= set(LEVELS[level]):
                stamps[name].write_text(fingerprint(files))
        print(f"Made {shown} ({level}) in {time.monotonic() - started:.0f} s.", flush=True)


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code."""
    if len(arguments) != 2 or arguments[1] not in ("run", "test"):
        print(__doc__, file=sys.stderr)
        return 2
    directory, level = Path(arguments[0]).absolute(), arguments[1]
    with alone(directory):
        try:
            ensure(directory, level)
            link_collection(directory)
            if level == "test":
                ensure(directory / DBT, DBT)
        except subprocess.CalledProcessError as error:
            print(f"The environment {directory} could not be made: pip ended with {error.returncode}.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
