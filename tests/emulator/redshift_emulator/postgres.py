"""PostgreSQL servers: find the programs, make clusters from one template, start and stop them.

Every server works in a folder of its own below one temporary folder, under an unprivileged user if the emulator runs
as root (which PostgreSQL refuses). All of it is for one emulator process, and gone with it (see ``reaper.py``).
"""

from __future__ import annotations

import atexit
import dataclasses
import functools
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import reaper
from .errors import ServiceError

OLDEST = 15
# The service's own superuser has this name [C: pg_user of any Redshift]; nobody can log in over the network as it.
SUPERUSER = "rdsdb"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/pgsql/bin")
SERVANTS = ("postgres", "nobody")
START_TIMEOUT = 30.0
STOP_TIMEOUT = 15.0
STEP = 0.01


def unavailable(message: str) -> ServiceError:
    """The one sentence that says why there is no database."""
    return ServiceError("NotImplementedException", message, status=501)


@functools.cache
def find_programs() -> Path:
    """The folder with ``initdb`` and ``postgres``, the newest if there are several.

    Raises:
        ServiceError: There is none of version 15 or newer.
    """
    found: dict[int, Path] = {}
    for folder in _candidates():
        version = _version(folder)
        if version is not None:
            found.setdefault(version, folder)
    if not found or max(found) < OLDEST:
        had = f" (there is only version {max(found)})" if found else ""
        raise unavailable(
            f"An attached database needs PostgreSQL {OLDEST} or newer, which is not on this machine{had}: "
            "install it, on Debian with apt-get install postgresql."
        )
    return found[max(found)]


def _candidates() -> list[Path]:
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    for pattern in PLACES:
        folders += sorted(Path("/").glob(pattern.lstrip("/")))
    config = shutil.which("pg_config")
    if config:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip()))
    return folders


def _version(folder: Path) -> int | None:
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(number[1]) if number else None


@dataclasses.dataclass(frozen=True)
class Servant:
    """The user that servers run as; None for the emulator's own."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def choose(cls) -> Servant:
        """An unprivileged user if the emulator is root, otherwise its own."""
        if os.geteuid() != 0:
            return cls()
        for name in SERVANTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise unavailable(
            f"PostgreSQL refuses to run as root, and this machine has none of the users {list(SERVANTS)}."
        )

    def own(self, path: Path) -> None:
        """Give a file or a folder to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def start(self, command: list[str | Path], folder: Path) -> subprocess.Popen[bytes]:
        """Start a program as this user, in a session of its own: a Ctrl-C in the terminal is not for it."""
        with (folder / "output").open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                start_new_session=True,
            )


class Workshop:
    """The temporary folder of one emulator process, with the template that clusters are copied from."""

    def __init__(self) -> None:
        self._programs = find_programs()
        self.servant = Servant.choose()
        self.folder = Path(tempfile.mkdtemp(prefix="redshift-emulator-"))
        # Others than the owner must get through it: the servers' user, and clients that read the CA's certificate.
        self.folder.chmod(0o755)
        self._count = 0
        self._clusters: list[Cluster] = []
        self._reaper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(reaper.__file__)), str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self.close)
        self._template = self._make_template()

    def _make_template(self) -> Path:
        folder = self._make_folder("template")
        command: list[str | Path] = [
            self._programs / "initdb",
            *("--pgdata", "data", "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
            *("--no-sync", "--wal-segsize", "1", "--no-instructions"),
        ]
        ended = self.servant.start(command, folder).wait()
        if ended:
            output = (folder / "output").read_text(encoding="utf-8", errors="replace")
            raise unavailable(f"PostgreSQL's initdb failed: {output.strip()}")
        return folder / "data"

    def _make_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        self.servant.own(folder)
        return folder

    def new_cluster(self) -> Cluster:
        """A fresh cluster, not started."""
        self._count += 1
        folder = self._make_folder(str(self._count))
        # cp keeps the owner, and shares the blocks where the file system can.
        subprocess.run(["cp", "-a", str(self._template), str(folder / "data")], check=True)
        cluster = Cluster(folder, self._programs, self.servant)
        self._clusters.append(cluster)
        return cluster

    def close(self) -> None:
        """Stop what still runs; let the reaper remove the folder, and wait for it."""
        for cluster in self._clusters:
            cluster.stop()
        if self._reaper.stdin and not self._reaper.stdin.closed:
            self._reaper.stdin.close()
            self._reaper.wait()


class Cluster:
    """One server with its files.

    Args:
        folder: Its folder; the data directory is below it, and the socket for the emulator's own connections.
        programs: Where ``postgres`` is.
        servant: The user that it runs as.
    """

    def __init__(self, folder: Path, programs: Path, servant: Servant) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._programs = programs
        self._servant = servant
        self._process: subprocess.Popen[bytes] | None = None

    def write(self, name: str, text: str) -> Path:
        """Write a file of the data directory, readable for the server only."""
        path = self.data / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        self._servant.own(path)
        return path

    def start(self) -> None:
        """Start the server and wait until it takes connections.

        Raises:
            ServiceError: It ended or did not get ready in time; its output is in the text.
        """
        command: list[str | Path] = [self._programs / "postgres", "-D", self.data]
        self._process = self._servant.start(command, self.folder)
        deadline = time.monotonic() + START_TIMEOUT
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                output = (self.folder / "output").read_text(encoding="utf-8", errors="replace")
                raise unavailable(f"PostgreSQL did not start: {output.strip()[-2000:]}")
            time.sleep(STEP)

    def _ready(self) -> bool:
        """The eighth line of the server's own file says it, as pg_ctl reads it."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def stop(self, keep: bool = False) -> None:
        """Stop the server, whoever is connected. With ``keep`` its data are kept for another start."""
        process, self._process = self._process, None
        if process is None:
            return
        # Fast shutdown tells the clients and writes all data; immediate shutdown is for what is thrown away.
        process.send_signal(signal.SIGINT if keep else signal.SIGQUIT)
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def remove(self) -> None:
        """Stop the server and remove its files."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
