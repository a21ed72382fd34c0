"""Ends the database servers of an emulator that ended in whatever way, SIGKILL included, and removes their files.

Run as ``python reaper.py FOLDER``, with a pipe as standard input whose other end the emulator holds: when nobody holds
it any more, the emulator is gone. Standard library only, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE = 10.0
STEP = 0.02


def main(folder: Path) -> None:
    """Wait for the emulator's end, then stop each server below the folder and remove the folder."""
    sys.stdin.buffer.read()
    for pid_file in folder.glob("*/data/postmaster.pid"):
        end(pid_file)
    shutil.rmtree(folder, ignore_errors=True)


def end(pid_file: Path) -> None:
    """End the server that has written this file, if it still is that server, and wait until it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="ascii").split()[0])
        if not is_server(pid, pid_file.parent):
            return
        # Immediate shutdown: there is nothing that must reach a disk.
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + PATIENCE
        while is_server(pid, pid_file.parent) and time.monotonic() < deadline:
            time.sleep(STEP)


def is_server(pid: int, data: Path) -> bool:
    """Whether the process lives; where the system tells, also whether it works in that directory."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        if Path("/proc/self").exists():
            return False
    os.kill(pid, 0)
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]))
