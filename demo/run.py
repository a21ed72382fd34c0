"""`make demo`: what the collection does, on an AWS that the repository brings along.

Starts the emulator, builds the networks of two accounts, runs the collection's playbooks twice, and tells for a person what
exists then, which API calls were made, and that the second run changed nothing.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.endpoints import endpoints
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.resource_policies import (
    resource_policies,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.workgroups import workgroups
from redshift_emulator.control import Emulator

HERE = Path(__file__).resolve().parent
REGION = "eu-central-1"
OWNER, GRANTEE = "111111111111", "222222222222"
WORKGROUP = "sales"
PLAYBOOKS = ("redshift.serverless.connectivity",)
# Simulated seconds per real one: what takes AWS two minutes takes the demo a tenth of a second.
RATE = 1200.0


def main() -> int:
    """Run the demo; the exit status is 0 when everything went as told."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="redshift-serverless-demo-") as folder, Emulator(rate=RATE) as emulator:
        place = Path(folder)
        with served_bundle(place) as bundle:
            environment = environment_for(emulator, place)
            settings = settings_for(place, bundle)
            say("Two AWS accounts, their networks, and a workgroup that accepts plaintext")
            run_playbook([str(HERE / "estate.yml")], settings, environment)
            answers = [*settings, f"@{HERE / 'answers.yml'}", f"@{place / 'answers.json'}"]
            say("First run: only SSL, public for one network, and reached from the other account's VPC")
            first = emulator.position()
            run_playbook(PLAYBOOKS, answers, environment)
            second = emulator.position()
            say("Second run: nothing is left to do")
            run_playbook(PLAYBOOKS, answers, environment)
            writes = [entry for entry in emulator.requests(second, service=None) if is_write(entry)]
        report(emulator, emulator.requests(first, service=None)[: second - first])
        say_about_second_run(writes)
    print(f"\nThat took {time.monotonic() - started:.0f} seconds. The emulator is stopped and nothing is left behind.")
    return 1 if writes else 0


def environment_for(emulator: Emulator, folder: Path) -> dict[str, str]:
    """The environment of the playbooks: the emulator as AWS, and a profile for each account."""
    profiles = {"owner": OWNER, "grantee": GRANTEE}
    lines = []
    for profile, account in profiles.items():
        keys = emulator.environment(account, REGION)
        lines += [
            f"[{profile}]",
            f"aws_access_key_id = {keys['AWS_ACCESS_KEY_ID']}",
            f"aws_secret_access_key = {keys['AWS_SECRET_ACCESS_KEY']}",
        ]
    credentials = folder / "credentials"
    credentials.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": emulator.endpoint_url,
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_PROFILE": "owner",
        "AWS_REGION": REGION,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "no_proxy": "127.0.0.1,localhost",
    }


def settings_for(folder: Path, bundle: str) -> list[str]:
    """The extra variables that name the demo's accounts and places."""
    values = {
        "demo_region": REGION,
        "demo_workgroup": WORKGROUP,
        "demo_grantee_account": GRANTEE,
        "demo_folder": str(folder),
        "demo_answers_file": str(folder / "answers.json"),
        "demo_bundle_url": bundle,
        "demo_bundle_sha256": hashlib.sha256((folder / "bundle.crt").read_bytes()).hexdigest(),
        "redshift_serverless_wait_delay": 0.1,
    }
    return [json.dumps(values)]


@contextmanager
def served_bundle(folder: Path) -> Iterator[str]:
    """Serve a file in place of AWS's CA bundle, and give its address."""
    (folder / "bundle.crt").write_text("# In place of Amazon's trust bundle, for the demo only.\n", encoding="utf-8")
    handler = functools.partial(SilentHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/bundle.crt"
        server.shutdown()


class SilentHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
        """Say nothing."""


def run_playbook(playbooks: Iterable[str], extra: Iterable[str], environment: dict[str, str]) -> None:
    """Run playbooks in sight of the person; ends the demo when they fail."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), *playbooks]
    for values in extra:
        command += ["--extra-vars", values]
    finished = subprocess.run(command, env=environment, check=False)
    if finished.returncode:
        sys.exit(f"The demo ends here: ansible-playbook failed with status {finished.returncode}.")


def is_write(entry: dict[str, Any]) -> bool:
    """Whether a logged request changes something."""
    return not str(entry["operation"]).startswith(("Get", "List", "Describe", "AssumeRole"))


def report(emulator: Emulator, log: Sequence[dict[str, Any]]) -> None:
    """Tell what exists and what was called."""
    owner = Api(emulator.session(OWNER, REGION).client("redshift-serverless"))
    grantee = Api(emulator.session(GRANTEE, REGION).client("redshift-serverless"))
    named = {"names": None, "owner_account": None, "include_tags": False}
    found = workgroups(owner, named)["workgroups"]
    say("What exists now")
    rows = [
        (
            workgroup["workgroup_name"],
            f"{workgroup['endpoint']['address']}:{workgroup['port']}",
            "required" if workgroup["config_parameters"]["require_ssl"] == "true" else "not required",
            "yes" if workgroup["publicly_accessible"] else "no",
        )
        for workgroup in found
    ]
    table(("workgroup", "address", "SSL", "public"), rows)
    policies = resource_policies(owner, {"workgroup": None, "resource_arn": None})["resource_policies"]
    grants = [
        (policy["workgroup_name"], grant["account"], ", ".join(grant["vpc_ids"]).replace("*", "all its VPCs"))
        for policy in policies
        for grant in policy["grants"]
    ]
    table(("workgroup", "may be reached from account", "through VPC"), grants)
    filters = {"names": None, "workgroup": None, "vpc_id": None, "owner_account": None}
    ways = [
        (endpoint["endpoint_name"], GRANTEE, f"{endpoint['address']}:{endpoint['port']}", endpoint["endpoint_status"])
        for endpoint in endpoints(grantee, filters, None)["endpoints"]
    ]
    table(("endpoint", "in account", "address", "status"), ways)
    report_calls(log)


def report_calls(log: Sequence[dict[str, Any]]) -> None:
    """Tell which calls the first run made."""
    say("What the first run called")
    rows = [
        (entry["account"], entry["operation"], named_parameter(entry), "restarts" if restarts(entry) else "")
        for entry in log
        if is_write(entry)
    ]
    table(("account", "operation", "of", ""), rows)
    print(f"  and {sum(not is_write(entry) for entry in log)} calls that only read.")


def named_parameter(entry: dict[str, Any]) -> str:
    """The most telling part of a request."""
    parameters: dict[str, Any] = entry["parameters"]
    settings = parameters.get("configParameters")
    if settings:
        return ", ".join(f"{setting['parameterKey']}={setting['parameterValue']}" for setting in settings)
    for name in ("publiclyAccessible", "endpointName", "resourceArn", "GroupId"):
        if name in parameters:
            return f"{name} {parameters[name]}"
    return ""


def restarts(entry: dict[str, Any]) -> bool:
    """Whether a request restarts the workgroup."""
    keys = {setting["parameterKey"] for setting in entry["parameters"].get("configParameters", [])}
    return entry["operation"] == "UpdateWorkgroup" and bool(keys & {"require_ssl", "use_fips_ssl"})


def say_about_second_run(writes: Sequence[dict[str, Any]]) -> None:
    """Tell whether the second run changed anything."""
    if writes:
        say("The second run changed something, which it should not")
        table(("account", "operation"), [(entry["account"], entry["operation"]) for entry in writes])
    else:
        say("The second run changed nothing: not one call of it was a write")


def say(text: str) -> None:
    """Print a heading."""
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    widths = [max(len(str(row[column])) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, tuple("-" * width for width in widths), *rows):
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


if __name__ == "__main__":
    sys.exit(main())
