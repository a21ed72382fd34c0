"""The client side of the control interface, for tests and the demo: standard library and boto3 only.

with Emulator() as emulator:
    client = emulator.session("111111111111").client("redshift-serverless")
    emulator.clock(per_request=30)          # each poll moves simulated time: no sleeping
    ...
    assert "UpdateWorkgroup" not in emulator.calls()
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from .fixed_credentials import fixed_credentials

if TYPE_CHECKING:
    import boto3

START_TIMEOUT = 30.0
STOP_TIMEOUT = 10.0
CONTROL_TIMEOUT = 60.0
SERVICE = "redshift-serverless"
OWNER = "111111111111"
REGION = "us-east-1"


class EmulatorError(Exception):
    """The emulator did not start, or refused a control request; the text says why."""


class Emulator:
    """A running emulator.

    Args:
        endpoint_url: Address of one that already runs; without it, entering the context starts one.
        rate: Simulated seconds per real second.
        seed: Seed of all identifiers.
        python: The interpreter to start it with; the current one if not given.
    """

    def __init__(
        self, endpoint_url: str | None = None, rate: float = 0.0, seed: int = 0, python: str = sys.executable
    ) -> None:
        self._url = endpoint_url
        self._options = ["--rate", str(rate), "--seed", str(seed)]
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self._url is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        """The address for AWS clients, e.g. ``http://127.0.0.1:34567``."""
        if self._url is None:
            raise EmulatorError("the emulator has not been started: use it as a context manager or call start()")
        return self._url

    def start(self) -> None:
        """Start the server as a process of its own and wait until it listens.

        Raises:
            EmulatorError: It ended or did not listen in time; its output is in the text.
        """
        with tempfile.TemporaryDirectory() as folder:
            port_file = Path(folder, "port")
            command = [self._python, "-m", "redshift_emulator", "--port-file", str(port_file), *self._options]
            self._process = subprocess.Popen(
                command, env=self._process_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            deadline = time.monotonic() + START_TIMEOUT
            while not port_file.exists():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise EmulatorError(f"the emulator did not start: {self._kill()}")
                time.sleep(0.01)
            self._url = f"http://127.0.0.1:{port_file.read_text(encoding='ascii').strip()}"
        # Nobody reads its errors from here on: an unread pipe would fill up and stop the server.
        self._drain()

    @staticmethod
    def _process_environment() -> dict[str, str]:
        root = str(Path(__file__).resolve().parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        # AWS settings of the caller (such as AWS_PROFILE) must not reach moto's own botocore session.
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        return {**clean, "PYTHONPATH": os.pathsep.join(paths)}

    def _drain(self) -> None:
        process = self._process
        if process is not None and process.stderr is not None:
            threading.Thread(target=process.stderr.read, daemon=True).start()

    def _kill(self) -> str:
        if self._process is None:
            return ""
        self._process.kill()
        _output, errors = self._process.communicate()
        self._process = None
        return errors.decode(errors="replace") if errors else "no output"

    def stop(self) -> None:
        """End the process that :meth:`start` began; one that ran before is left alone."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        self._process = None
        self._url = None

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Send a control request to ``/_emulator/<path>`` and return its decoded answer.

        Raises:
            EmulatorError: The emulator refused it; the text is its own.
        """
        data = None if body is None else json.dumps(body).encode()
        # http.client and not urllib.request: the latter loads the TLS trust store for each opener, 20 ms a call.
        connection = http.client.HTTPConnection(urlsplit(self.endpoint_url).netloc, timeout=CONTROL_TIMEOUT)
        try:
            connection.request(method, f"/_emulator/{path}", body=data)
            answer = connection.getresponse()
            decoded = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise EmulatorError(decoded["error"])
        return decoded

    def clock(self, **changes: float) -> dict[str, Any]:
        """Read the clock, or change it: ``advance``, ``rate``, ``per_request`` (all in seconds)."""
        answer: dict[str, Any] = self.control("POST", "clock", changes) if changes else self.control("GET", "clock")
        return answer

    def advance(self, seconds: float) -> None:
        """Let that many simulated seconds pass."""
        self.clock(advance=seconds)

    def requests(self, since: int | None = None, service: str | None = SERVICE) -> list[dict[str, Any]]:
        """The logged requests from number ``since`` on; ``service=None`` gives those of all services."""
        entries = self.control("GET", f"requests?since={since or 0}")["requests"]
        return [entry for entry in entries if service is None or entry["service"] == service]

    def position(self) -> int:
        """The number that the next request will get, for :meth:`requests` and :meth:`calls`."""
        position: int = self.control("GET", f"requests?since={2**62}")["next"]
        return position

    def calls(self, since: int | None = None, service: str | None = SERVICE) -> list[str]:
        """The names of the logged operations, in order."""
        return [entry["operation"] for entry in self.requests(since, service)]

    def clear_requests(self) -> None:
        """Empty the request log."""
        self.control("DELETE", "requests")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Read the settings, or change some of them."""
        path = "settings"
        answer: dict[str, Any] = self.control("POST", path, changes) if changes else self.control("GET", path)
        return answer

    def fault(self, kind: str, **rule: Any) -> None:
        """Add a fault rule: ``fault("throttle", operation="GetWorkgroup", times=2)``."""
        self.control("POST", "faults", {"kind": kind, **rule})

    def faults(self) -> list[dict[str, Any]]:
        """The fault rules with their hits."""
        rules: list[dict[str, Any]] = self.control("GET", "faults")["faults"]
        return rules

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self.control("DELETE", "faults")

    def attach_database(self, workgroup: str, account: str = OWNER, region: str = REGION) -> dict[str, Any]:
        """Put a real PostgreSQL behind a workgroup that is AVAILABLE.

        Returns:
            ``host`` (the workgroup's address, in the certificate), ``hostaddr`` and ``port`` (where it is reached),
            ``ca_file``, ``admin_user``, ``admin_password``, ``database``, and ``endpoints``: ``host``, ``hostaddr``
            and ``port`` of each managed endpoint that is ready.

        Raises:
            EmulatorError: There is no such workgroup, or PostgreSQL or psycopg is missing; the text says it.
        """
        place = {"workgroup": workgroup, "account": account, "region": region}
        answer: dict[str, Any] = self.control("POST", "databases", place)
        return answer

    def databases(self) -> list[dict[str, Any]]:
        """The attached databases, each as :meth:`attach_database` describes it now, and where it belongs."""
        found: list[dict[str, Any]] = self.control("GET", "databases")["databases"]
        return found

    def detach_database(self, workgroup: str, account: str = OWNER, region: str = REGION) -> None:
        """Stop the database behind a workgroup, if there is one."""
        self.control("DELETE", "databases", {"workgroup": workgroup, "account": account, "region": region})

    def store_policy(self, workgroup: str, policy: str, account: str = OWNER, region: str = REGION) -> None:
        """Give a workgroup a resource policy in whatever form, which reads back as it is; nothing is checked."""
        place = {"workgroup": workgroup, "account": account, "region": region}
        self.control("POST", "policies", {**place, "policy": policy})

    def reset(self, **options: Any) -> None:
        """Everything back to new. Options: ``seed``, ``now``."""
        self.control("POST", "reset", options)

    def environment(self, account: str = OWNER, region: str = REGION) -> dict[str, str]:
        """Environment variables with which any AWS client is that account's user ``emulator``."""
        credentials = fixed_credentials(account)
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": credentials["access_key"],
            "AWS_SECRET_ACCESS_KEY": credentials["secret_key"],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def session(self, account: str = OWNER, region: str = REGION) -> boto3.Session:
        """A boto3 session of that account's user ``emulator``; its clients go to the emulator by themselves."""
        import boto3

        url = self.endpoint_url

        class EmulatorSession(boto3.Session):
            """Clients of it go to the emulator unless they are told otherwise."""

            def client(self, *args: Any, **options: Any) -> Any:
                return super().client(*args, **{"endpoint_url": url, **options})

            def resource(self, *args: Any, **options: Any) -> Any:
                return super().resource(*args, **{"endpoint_url": url, **options})

        credentials = fixed_credentials(account)
        return EmulatorSession(
            aws_access_key_id=credentials["access_key"],
            aws_secret_access_key=credentials["secret_key"],
            region_name=region,
        )

    def wait(self, look: Callable[[], bool], step: float = 10.0, limit: float = 3600.0) -> float:
        """Advance simulated time in steps until ``look`` says so; returns the simulated seconds that passed.

        Raises:
            EmulatorError: It has not come true after ``limit`` simulated seconds.
        """
        passed = 0.0
        while not look():
            if passed >= limit:
                raise EmulatorError(f"what was waited for did not happen within {limit} simulated seconds")
            self.advance(step)
            passed += step
        return passed
