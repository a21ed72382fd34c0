"""`make benchmark`: what a task costs, how waiting together pays, and how a diagnosis grows. No verdict, only numbers.

Machines differ and are noisy, so pairs are run in turn and medians and ratios are printed; the budgets are in the README.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._reach.diagnosis import diagnose, sources_of
from ansible_collections.redshift.serverless.plugins.module_utils._reach.reading import read
from redshift_emulator.control import Emulator

TASKS = 8
ROUNDS = 5
SIZES = (1, 10, 50)

EMPTY_MODULE = """
import boto3
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule(argument_spec={})
boto3.client("redshift-serverless").get_workgroup(workgroupName="sales")
module.exit_json(changed=False)
"""


def main() -> None:
    """Measure everything and print it."""
    with Emulator() as emulator:
        session = emulator.session()
        make_workgroup(emulator, session.client("redshift-serverless"))
        measure_tasks(emulator)
        measure_diagnosis(session)


def make_workgroup(emulator: Emulator, client: Any) -> None:
    """Make the workgroup that is looked at."""
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales", publiclyAccessible=True)
    emulator.advance(3600)


def measure_tasks(emulator: Emulator) -> None:
    """A task that changes nothing against a module that does no more than ask boto3 the same."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "library").mkdir()
        (place / "library" / "empty_boto3.py").write_text(EMPTY_MODULE, encoding="utf-8")
        plays = {
            "no task": play(place / "none.yml", []),
            "an empty boto3 module": play(place / "empty.yml", ["empty_boto3:"] * TASKS),
            "workgroup, nothing to do": play(
                place / "ours.yml", ["redshift.serverless.workgroup: {name: sales, port: 5439}"] * TASKS
            ),
        }
        quiet = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        environment = {**os.environ, **emulator.environment(), **quiet}
        rows = [[seconds(partial(run_play, path, environment)) for path in plays.values()] for _round in range(ROUNDS)]
    print(f"A task, seconds (median of {ROUNDS} plays of {TASKS} tasks, without the play's own start)")
    costs = [statistics.median((row[column] - row[0]) / TASKS for row in rows) for column in (1, 2)]
    for name, cost in zip(list(plays)[1:], costs, strict=True):
        print(f"  {name:<28} {cost:.2f}")
    ratio = statistics.median((row[2] - row[0]) / (row[1] - row[0]) for row in rows)
    print(f"  ratio, pair by pair          {ratio:.2f}\n")


def play(path: Path, tasks: Sequence[str]) -> Path:
    """Write a play of these tasks."""
    lines = ["- hosts: localhost", "  gather_facts: false", "  tasks:", *(f"    - {task}" for task in tasks)]
    path.write_text("\n".join(lines) + ("" if tasks else " []") + "\n", encoding="utf-8")
    return path


def run_play(path: Path, environment: dict[str, str]) -> None:
    """Run a play; a failure ends the benchmark."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), str(path)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def measure_diagnosis(session: boto3.Session) -> None:
    """How public_access_info grows with the sources and the rules of the security group."""
    ec2, serverless = session.client("ec2"), session.client("redshift-serverless")
    group = serverless.get_workgroup(workgroupName="sales")["workgroup"]["securityGroupIds"][0]
    print("public_access_info, seconds (reads and judgement)")
    present = 0
    for size in SIZES:
        for number in range(present, size):
            permission = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439}
            ranges = [{"CidrIp": f"198.51.{number}.0/24"}]
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**permission, "IpRanges": ranges}])
        present = size
        sources = sources_of([f"198.51.{number}.0/24" for number in range(size)])
        costs = [
            seconds(lambda: diagnose(read(Api(serverless), Api(ec2), "sales"), sources))  # noqa: B023 (called at once)
            for _round in range(ROUNDS)
        ]
        print(f"  {size:>3} sources, {size:>3} rules      {statistics.median(costs):.2f}")


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
