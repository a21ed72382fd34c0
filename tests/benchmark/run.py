"""`make benchmark`: what a task costs, how waiting together pays, and how a diagnosis grows. No verdict, only numbers.

Machines differ and are noisy, so pairs are run in turn and medians and ratios are printed; the budgets are in the README.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


# No action that asks AWS and returns the answer can do with less: everything is imported and parsed before the fork, and the client is kept.
LEAST_ACTION = """
import functools

import botocore.session
from ansible.plugins.action import ActionBase
from botocore.loaders import create_loader

LOADER = create_loader()


@functools.cache
def client():
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    return session.create_client("redshift-serverless", region_name="us-east-1")


client()
client.cache_clear()


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        found = client().get_workgroup(workgroupName="sales")["workgroup"]
        return {"changed": False, "workgroup": {**found, "creationDate": str(found["creationDate"])}}
"""

LEAST = "least:"
OURS = "redshift.serverless.workgroup: {name: sales, port: 5439}"
ITEMS = 41
# Each module with options that change nothing.
MODULES = {
    "workgroup": "{name: sales, port: 5439}",
    "workgroup_info": "{names: [sales], include_tags: false}",
    "namespace_info": "{names: [sales], include_tags: false}",
    "resource_policy_info": "{workgroup: sales}",
    "resource_policy": "{workgroup: sales, grants: []}",
    "endpoint_access_info": "{}",
    "endpoint_access": "{name: none, state: absent}",
    "public_access_info": "{workgroup: sales, source_cidrs: [203.0.113.0/24]}",
}


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
    """A task that changes nothing, both ways, against the least that asks AWS the same."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for kind, name, source in (("library", "empty_boto3", EMPTY_MODULE), ("action_plugins", "least", LEAST_ACTION)):
            (place / kind).mkdir()
            (place / kind / f"{name}.py").write_text(source, encoding="utf-8")
        quiet = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        measure = Plays(place, {**os.environ, **emulator.environment(), **quiet})
        print(f"CPU seconds of all processes for one more (median of {ROUNDS} rounds), and the ratio to the first")
        measure.compare("a task", [LEAST, OURS])
        measure.compare("an item of a loop", [LEAST, OURS], loop=True)
        measure.compare("a task as a module", ["empty_boto3:", *(as_module(name) for name in MODULES)])


@dataclass(frozen=True)
class Plays:
    """Runs plays and compares what they cost.

    Attributes:
        folder: where they are written.
        environment: the environment of ansible-playbook.
    """

    folder: Path
    environment: dict[str, str]

    def compare(self, what: str, tasks: Sequence[str], loop: bool = False) -> None:
        """Print what one more of each task costs, and its ratio to that of the first.

        Args:
            what: what is measured.
            tasks: the tasks; the first is what the others are compared with.
            loop: measure one more item of a loop instead.
        """
        many = ITEMS if loop else TASKS
        pairs = [(self._write(task, 1, loop), self._write(task, many, loop)) for task in tasks]
        rows = [[(self._cost(more) - self._cost(one)) / (many - 1) for one, more in pairs] for _round in range(ROUNDS)]
        print(f"  {what}")
        for column, task in enumerate(tasks):
            cost = statistics.median(row[column] for row in rows)
            ratio = statistics.median(row[column] / row[0] for row in rows)
            print(f"    {task.partition(chr(10))[0]:<90.90} {cost:.4f}  {ratio:.2f}")
        print()

    def _write(self, task: str, times: int, loop: bool) -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.yml"
        return play(path, [f"{task}\n      loop: {list(range(times))}"] if loop else [task] * times)

    def _cost(self, path: Path) -> float:
        return cpu_seconds(partial(run_play, path, self.environment))


def as_module(name: str) -> str:
    """A task of ours that starts a process."""
    options = MODULES[name]
    return f"redshift.serverless.{name}: {options}\n      vars: {{redshift_serverless_in_process: false}}"


def cpu_seconds(work: Callable[[], object]) -> float:
    """How much of the processors some work takes, with all processes that it starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
            seconds(lambda: diagnose(read(Api(serverless), Api(ec2), "sales"), sources).shown())  # noqa: B023 (called at once)
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
