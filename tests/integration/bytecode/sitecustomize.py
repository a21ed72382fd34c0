# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep the bytecode of what is imported from zip files; Python itself keeps only that of plain files.

Ansible sends every module as a zip file with all that it imports, so each of the suite's thousand module runs would
compile the same eighty sources again: a third of its time. What is compiled is not changed by this.

Python imports a module of this name at its start when it finds it on PYTHONPATH.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import zipimport
from pathlib import Path
from typing import Any

FOLDER = "REDSHIFT_TESTS_BYTECODE"


def keep(folder: Path) -> None:
    """Let zipimport look into a folder before it compiles, and put there what it has compiled."""
    compile_source = vars(zipimport)["_compile_source"]

    def kept(place: str, source: bytes) -> Any:
        # The same source comes in other zip files, under the same path within.
        text = f"{sys.implementation.cache_tag} {place.rpartition('.zip')[2]}\n".encode() + source
        path = folder / hashlib.sha256(text).hexdigest()
        try:
            return marshal.loads(path.read_bytes())
        except (OSError, EOFError, ValueError):
            code = compile_source(place, source)
        # Others compile at the same time, and none may see half a file.
        own = path.with_name(f"{path.name}.{os.getpid()}")
        own.write_bytes(marshal.dumps(code))
        own.replace(path)
        return code

    vars(zipimport)["_compile_source"] = kept


if os.environ.get(FOLDER):
    keep(Path(os.environ[FOLDER]))
