# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of task, run once in the controller's process and once as a module: nothing may differ but the processes."""

from __future__ import annotations

import difflib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from redshift_emulator.control import OWNER, Emulator

from .both_ways.cases import CASES, OURS, Case
from .conftest import STEP, Ansible, Estate, Partner, make_partner

HERE = Path(__file__).resolve().parent / "both_ways"
PLUGINS = HERE.parents[2] / "plugins"
WAITING = (
    "namespace",
    "workgroup",
    "resource_policy",
    "endpoint_access",
    "security_group_ingress",
    "vpc_internet_path",
)
# What a process is started with, what is said of the way, and of waiting, of which only the controller's own process can speak.
OF_PROCESSES = re.compile(
    r"^(<[^>]*> .*|Using module file .*|Pipelining is enabled\.|ASYNC POLL on .*|\[\w+\] (Still w|W)aiting for .*)\n",
    re.MULTILINE,
)
# What differs between any two runs: times, folders and ports of this test, the id of a background job.
DIFFERS = {
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?": "<time>",
    r"127\.0\.0\.1:\d+": "<emulator>",
    r'"(seconds|delta|start|end)": [^,}\n]*': r'"\1": <time>',
    r'"request_id": "[^"]*"': '"request_id": <id>',
    # Modules that read in parallel take ids from the emulator in no fixed order.
    r"\b(vpce|eni)-[0-9a-f]+(-[0-9a-f]+)?": r"<\1>",
    r"j?\d+\.\d+": "<number>",
    r"/[^ \"']*ansible-tmp-[^ \"']*|/[^ \"']*ansible_[a-z_]*payload[^ \"']*": "<folder>",
}


@dataclass(frozen=True)
class Way:
    """What came of all tasks, one way.

    Attributes:
        results: by the task's name, the events with the results as callbacks get them.
        printed: by the task's name, what a person sees at -vvv, without what tells of processes.
        processes: by the task's name, how many modules were begun as a process, and how many got as far as to be built.
        calls: the operations of AWS, in order.
        text: everything that was printed.
    """

    results: dict[str, str]
    printed: dict[str, str]
    processes: dict[str, tuple[int, int]]
    calls: list[str]
    text: str


def play() -> list[dict[str, Any]]:
    """One play of all tasks."""
    defaults = {OURS + module: {"wait_delay": 0.01} for module in WAITING}
    tasks = [{"name": case.name, "ignore_errors": True, **case.task} for case in CASES]
    return [{"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]


def inventory() -> dict[str, Any]:
    """Hosts to delegate to. The way is a variable of the group that all are in, as users may set it."""
    local = {"ansible_connection": "local"}
    own = {**local, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    hosts = {
        "localhost": own,
        "other": own,
        "unwilling": {**own, "redshift_serverless_in_process": "no"},
        "discovered": local,
        "foreign": {**local, "ansible_python_interpreter": "{{ interpreter }}"},
        "nowhere": {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
    }
    return {"all": {"hosts": hosts, "vars": {"redshift_serverless_in_process": "{{ in_process }}"}}}


def lay_out(folder: Path) -> None:
    """The playbook, its inventory, the odd module as a collection, the callback, and stand-ins for sudo and another Python."""
    odd = folder / "collections" / "ansible_collections" / "tests" / "both_ways"
    for kind in ("modules", "action"):
        (odd / "plugins" / kind).mkdir(parents=True)
    (odd / "galaxy.yml").write_text("namespace: tests\nname: both_ways\nversion: 1.0.0\n", encoding="utf-8")
    shutil.copy(HERE / "odd_module.py", odd / "plugins" / "modules" / "odd.py")
    shutil.copy(HERE / "odd_action.py", odd / "plugins" / "action" / "odd.py")
    (folder / "callbacks").mkdir()
    shutil.copy(HERE / "results_callback.py", folder / "callbacks" / "results.py")
    (folder / "play.yml").write_text(yaml.safe_dump(play()), encoding="utf-8")
    (folder / "inventory.yml").write_text(yaml.safe_dump(inventory()), encoding="utf-8")
    (folder / "sudo").write_text(
        '#!/bin/sh\nwhile [ "$1" != "/bin/sh" ]; do shift; done\nexec "$@"\n', encoding="utf-8"
    )
    (folder / "sudo").chmod(0o755)
    # The same program, but outside of its virtual environment: what is installed there is not found.
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path(sys.executable).resolve())


def variables(emulator: Emulator, in_process: bool, folder: Path) -> dict[str, Any]:
    """Build the world and name what the tasks need of it."""
    emulator.reset(seed=7, now="2030-01-01T00:00:00+00:00")
    emulator.clock(per_request=STEP)
    session = emulator.session(OWNER)
    estate = Estate(session.client("redshift-serverless"), session.client("ec2"), emulator)
    workgroup = estate.add("sales", baseCapacity=128)
    partner: Partner = make_partner(emulator)
    emulator.clear_requests()
    return {
        "in_process": in_process,
        "owner": OWNER,
        "vpc": estate.vpc,
        "subnet": workgroup["subnetIds"][0],
        "group": estate.group,
        "partner_role": partner.role,
        "partner_vpc": partner.vpc,
        "partner_subnet": partner.subnet,
        "interpreter": str(folder / "bin" / "python"),
        "ansible_become_exe": str(folder / "sudo"),
    }


def run(folder: Path, in_process: bool) -> Way:
    """Run all tasks one way, on an AWS of its own that gives the same ids each time."""
    folder.mkdir()
    lay_out(folder)
    with Emulator(seed=7) as emulator:
        given = variables(emulator, in_process, folder)
        environment = Ansible(emulator, folder).environment()
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": f"{folder}/collections:{environment['ANSIBLE_COLLECTIONS_PATH']}",
            "ANSIBLE_STDOUT_CALLBACK": "default",
            "ANSIBLE_CALLBACK_PLUGINS": str(folder / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "ANSIBLE_DEPRECATION_WARNINGS": "true",
            "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
            "ANSIBLE_NOCOLOR": "1",
            "BOTH_WAYS_RESULTS": str(folder / "results"),
        }
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml", "-i", "inventory.yml", "-vvv"]
        ended = subprocess.run(
            [*command, "--extra-vars", json.dumps(given)],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        text = ended.stdout + ended.stderr
        assert ended.returncode == 0, text
        calls = emulator.calls(service=None)
    return understood(folder, text, calls)


def understood(folder: Path, text: str, calls: list[str]) -> Way:
    """Sort what was written and printed by task."""
    results: dict[str, str] = {}
    for line in (folder / "results").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        results[entry["task"]] = results.get(entry["task"], "") + alike(json.dumps(entry, indent=1), folder) + "\n"
    parts = re.split(r"^TASK \[(.*?)\] \*+\n", text.split("\nPLAY RECAP", maxsplit=1)[0], flags=re.MULTILINE)
    spoken = dict(zip(parts[1::2], parts[2::2], strict=True))
    printed = {name: alike(OF_PROCESSES.sub("", part), folder) for name, part in spoken.items()}
    processes = {
        name: (part.count(" starts a process: "), part.count("Using module file")) for name, part in spoken.items()
    }
    return Way(results, printed, processes, calls, text)


def alike(text: str, folder: Path) -> str:
    """The text without what differs between any two runs."""
    text = text.replace(str(folder), "<test>")
    for pattern, instead in DIFFERS.items():
        text = re.sub(pattern, instead, text)
    return text


def test_every_module_of_aws_has_an_action_and_is_among_the_tasks() -> None:
    modules = {path.stem for path in (PLUGINS / "modules").glob("*.py")} - {"client_entries", "connection_check"}
    assert {path.stem for path in (PLUGINS / "action").glob("*.py")} >= modules
    assert {key.removeprefix(OURS) for case in CASES for key in case.task if key.startswith(OURS)} == modules


def test_nothing_differs_between_both_ways(tmp_path: Path) -> None:
    """One test, since the tasks take a minute each way and would be run again in each process of the test runner."""
    with ThreadPoolExecutor() as pool:
        here, there = pool.map(partial(_run, tmp_path), (True, False))

    assert {case.name: found for case in CASES if (found := differences(case, here, there))} == {}
    # Counted, since some modules ask in parallel. A role is assumed once for each task: one loop of three items is there.
    assert Counter(there.calls) - Counter(here.calls) == {"AssumeRole": 2}
    assert Counter(here.calls) - Counter(there.calls) == {}
    # Beside the results, Ansible itself shows the lines of the playbook where a task fails.
    for secret in ("Very-secret1", "Hidden-one1", "Hidden-two2", "hush-hush", "tok-tok"):
        assert secret not in json.dumps([here.results, there.results])


def _run(folder: Path, in_process: bool) -> Way:
    return run(folder / ("here" if in_process else "there"), in_process)


def differences(case: Case, here: Way, there: Way) -> list[str]:
    """What differs, in lines for a person, and what took another way than it should."""
    found = [
        line
        for one, other in ((here.results, there.results), (here.printed, there.printed))
        for line in difflib.unified_diff(one[case.name].splitlines(), other[case.name].splitlines(), lineterm="")
    ]
    begun, built = here.processes[case.name]
    if begun != case.processes:
        found.append(f"{begun} processes instead of {case.processes}")
    if (begun, built) not in {(0, 0), there.processes[case.name]}:
        found.append(f"{built} processes of {begun} were built, and {there.processes[case.name]} as a module")
    return found
