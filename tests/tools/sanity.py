# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` over what git would commit, with the Python in use and without ignore files.

Usage: sanity.py [ARGUMENT ...]       further arguments go to ansible-test, as in: sanity.py --test validate-modules

ansible-test wants to stand in .../ansible_collections/redshift/serverless, a real directory, and finds amazon.aws only
beside it. So the files are copied to .cache, with a link to amazon.aws next to them.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".cache" / "sanity" / "ansible_collections"
HERE = COLLECTIONS / "redshift" / "serverless"

# ansible-test makes environments without pip and gets pip into them by a script that it downloads once from a site of
# its own. With PyPI alone that fails, so the script is written in advance: pip comes with Python, its wanted version
# from the index that pip is configured for. ansible-test runs a script that is there instead of downloading one.
GET_PIP = '''\
"""Bring pip into the environment that runs this, as get-pip.py does, from nothing but Python and a package index."""
import ensurepip
import os
import subprocess
import sys

ensurepip.bootstrap()
wanted = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
os.environ.pop("PIP_CONFIG_FILE", None)  # ansible-test hides the user's pip configuration: index, certificates
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *wanted]))
'''


def package_directory(name: str) -> Path:
    """Return where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{name} is not installed: run this through make.")
    return Path(next(iter(spec.submodule_search_locations)))


def git_files() -> list[str]:
    """List what git tracks and what it would track, as paths from the root of the checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({name for name in names.split("\0") if name and (ROOT / name).exists()})


def copy_checkout() -> None:
    """Copy what git tracks to where ansible-test wants it, replacing what was there."""
    shutil.rmtree(COLLECTIONS, ignore_errors=True)
    for name in git_files():
        target = HERE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    ignored = sorted(HERE.glob("tests/sanity/ignore*"))
    if ignored:
        sys.exit(f"There are no ignore files here: mend what {ignored[0].name} hides.")
    # Inside .cache the surrounding repository ignores everything, and ansible-test would believe it.
    subprocess.run(["git", "init", "--quiet", str(HERE)], check=True)
    subprocess.run(["git", "-C", str(HERE), "add", "--all", "--force"], check=True)
    amazon = COLLECTIONS / "amazon"
    amazon.mkdir()
    (amazon / "aws").symlink_to(package_directory("ansible_collections.amazon.aws"))


def prepare_pip() -> None:
    """Write the script by which ansible-test gets pip, where there is none yet."""
    source = package_directory("ansible_test") / "_internal" / "python_requirements.py"
    cache = Path.home() / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    versions = set(re.findall(r"""pip=['"]([0-9.]+)['"]""", source.read_text()))
    if not versions:
        sys.exit(f"No version of pip is named in {source}: ansible-test has changed, and so must this script.")
    for version in versions:
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            script.write_text(GET_PIP)


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code of ansible-test."""
    copy_checkout()
    prepare_pip()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ansible_test = Path(sys.executable).with_name("ansible-test")
    command = [str(ansible_test), "sanity", "--color", "no", "--python", version, *arguments]
    return subprocess.run(command, cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
