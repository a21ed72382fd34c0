# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-playbook, run as a person runs it, against the emulator; and what there is to connect to.

Simulated time moves with every request to Redshift Serverless, so that nothing here sleeps.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from emulator_kit import needs
from redshift_emulator.control import OWNER, REGION, Emulator

HERE = Path(__file__).resolve().parent
BYTECODE = HERE.parents[1] / ".cache" / "bytecode"
GRANTEE = "222222222222"
SETTLED = 900
STEP = 30
# Between two looks whether a playbook that is to be killed has come far enough.
PAUSE = 0.05
WRITES = (
    "Create",
    "Update",
    "Delete",
    "Put",
    "Tag",
    "Untag",
    "Authorize",
    "Revoke",
    "Attach",
    "Detach",
    "Modify",
    "Replace",
)


@dataclass(frozen=True)
class Run:
    """What came out of one ansible-playbook.

    Attributes:
        code: its return code.
        output: the JSON callback's document.
        text: everything that it said.
    """

    code: int
    output: dict[str, Any]
    text: str

    @property
    def changed(self) -> bool:
        return any(host["changed"] for host in self.output["stats"].values())

    @property
    def results(self) -> list[dict[str, Any]]:
        """The result of each task, in order."""
        tasks = [task for play in self.output["plays"] for task in play["tasks"]]
        return [result for task in tasks for result in task["hosts"].values()]

    @property
    def facts(self) -> dict[str, Any]:
        """All facts that the play has set."""
        found: dict[str, Any] = {}
        for result in self.results:
            found.update(result.get("ansible_facts") or {})
        return found

    @property
    def message(self) -> str:
        """The words with which it failed."""
        for result in self.results:
            if result.get("failed"):
                # ansible-core 2.21 shows of a loop's items which of them has an exception, 2.19 which of them failed.
                failed = [item for item in result.get("results", ()) if item.get("failed") or "exception" in item]
                return str((failed or [result])[0]["msg"])
        return ""


def _split(whole: Run, sizes: list[int]) -> list[Run]:
    """A run of several steps as one run for each, given how many plays each has."""
    runs, plays = [], iter(whole.output["plays"])
    for size in sizes:
        own = [next(plays) for _play in range(size)]
        changed = any(
            result.get("changed") for play in own for task in play["tasks"] for result in task["hosts"].values()
        )
        runs.append(Run(whole.code, {"plays": own, "stats": {"all": {"changed": int(changed)}}}, whole.text))
    return runs


class Ansible:
    """Runs playbooks of the collection, or plays of a test.

    Args:
        emulator: the AWS that they see.
        folder: where plays and variables are written.
    """

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._emulator = emulator
        self._folder = folder

    def command(self, playbook: str | list[dict[str, Any]], variables: dict[str, Any], *options: str) -> list[str]:
        """The command line for a playbook by its FQCN, or for plays."""
        target = playbook
        if isinstance(playbook, list):
            path = self._folder / "play.yml"
            path.write_text(yaml.safe_dump(playbook), encoding="utf-8")
            target = str(path)
        given = self._folder / "variables.json"
        given.write_text(json.dumps({"redshift_serverless_wait_delay": "0.01", **variables}), encoding="utf-8")
        program = Path(sys.executable).parent / "ansible-playbook"
        return [str(program), str(target), "--extra-vars", f"@{given}", *options]

    def environment(self, account: str = OWNER, region: str = REGION) -> dict[str, str]:
        """The caller's own AWS settings are not seen; the emulator's are."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
        collections = os.environ.get("ANSIBLE_COLLECTIONS_PATH") or str(Path(sys.prefix) / "collections")
        return {
            **kept,
            **_with_kept_bytecode(),
            **self._emulator.environment(account, region),
            "AWS_CONFIG_FILE": str(self._folder / "aws-config"),
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_LOCAL_TEMP": str(self._folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(self._folder / "tmp"),
        }

    def run(
        self,
        playbook: str | list[dict[str, Any]],
        variables: dict[str, Any],
        *options: str,
        account: str = OWNER,
        region: str = REGION,
    ) -> Run:
        """Run it to its end."""
        ended = subprocess.run(
            self.command(playbook, variables, *options),
            env=self.environment(account, region),
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        text = ended.stdout + ended.stderr
        start = ended.stdout.find("{\n")
        assert start >= 0, text
        return Run(ended.returncode, json.loads(ended.stdout[start:]), text)

    def kill_after(self, operation: str, playbook: str, variables: dict[str, Any]) -> None:
        """Start it and kill it, with all its children, as soon as AWS has answered that operation."""
        with subprocess.Popen(
            self.command(playbook, variables),
            env=self.environment(),
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            while operation not in self._emulator.calls(service=None):
                assert running.poll() is None, f"it ended before {operation}"
                time.sleep(PAUSE)
            for process in [running.pid, *_descendants(running.pid)]:
                os.kill(process, signal.SIGKILL)

    def four_steps(self, playbook: str | list[dict[str, Any]], variables: dict[str, Any]) -> tuple[Run, Run]:
        """Predict, do, predict again, do again: the two predictions must be right and the second time change nothing.

        The steps are plays of one process, which says the same in half the time.

        Returns:
            the first and the second real run.
        """
        position = self._emulator.position()
        plays = self._plays(playbook)
        steps = [
            [{**play, "check_mode": True, "diff": True} for play in plays],
            [self._mark],
            plays,
            [self._mark],
            [{**play, "check_mode": True} for play in plays],
            plays,
        ]
        whole = self.run([play for step in steps for play in step], variables)
        assert whole.code == 0, whole.message or whole.text
        predicted, first_mark, done, second_mark, predicted_again, again = _split(whole, [len(step) for step in steps])
        begun, ended = (int(mark.results[0]["json"]["next"]) for mark in (first_mark, second_mark))
        assert self.writes(position)[: len(self.writes(position)) - len(self.writes(begun))] == []
        assert (predicted.changed, done.changed) == (True, True)
        assert (predicted_again.changed, again.changed) == (False, False)
        assert self.writes(ended) == []
        return done, again

    @property
    def _mark(self) -> dict[str, Any]:
        """A play that notes how many requests the emulator has had."""
        url = f"{self._emulator.endpoint_url}/_emulator/requests?since=999999999"
        return {
            "name": "Note the position",
            "hosts": "localhost",
            "gather_facts": False,
            "tasks": [{"ansible.builtin.uri": {"url": url}}],
        }

    @staticmethod
    def _plays(playbook: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The plays of a playbook by its FQCN, or these plays."""
        if isinstance(playbook, list):
            return playbook
        path = HERE.parents[1] / "playbooks" / f"{playbook.rpartition('.')[2]}.yml"
        plays: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return plays

    def refused(self, playbook: str, variables: dict[str, Any]) -> str:
        """Run what must be refused before any write, without a traceback; gives the words."""
        position = self._emulator.position()
        run = self.run(playbook, variables)
        assert run.code != 0
        assert "Traceback" not in run.text
        assert self.writes(position) == []
        return run.message

    def refusals(self, role: str, given: dict[str, Any], cases: list[dict[str, Any]]) -> list[str]:
        """Use a role in one play with each of these variables; all must be refused before any write.

        Args:
            role: its name, or with an entry point `name/entry`.
            given: variables of all cases.
            cases: what each has besides.

        Returns:
            the words of each refusal.
        """
        name, _unused, entry = role.partition("/")
        include = {"name": f"redshift.serverless.{name}", "tasks_from": entry or "main"}
        failed = "ansible_failed_result.results | default([ansible_failed_result]) | selectattr('failed', 'defined')"
        words = "{{ refusals | default([]) + [" + failed + " | map(attribute='msg') | join] }}"
        blocks: list[dict[str, Any]] = [
            {
                "vars": {**given, **case},
                "block": [
                    {"ansible.builtin.include_role": include},
                    {"ansible.builtin.fail": {"msg": "This was not refused."}},
                ],
                "rescue": [{"ansible.builtin.set_fact": {"refusals": words}}],
            }
            for case in cases
        ]
        position = self._emulator.position()
        run = self.run([{"hosts": "localhost", "gather_facts": False, "tasks": blocks}], {})
        assert run.code == 0, run.text
        assert "Traceback" not in run.text
        assert self.writes(position) == []
        return [str(message) for message in run.facts["refusals"]]

    def writes(self, since: int = 0) -> list[str]:
        """The operations that changed something, of all services and accounts, in order."""
        return [name for name in self._emulator.calls(since, service=None) if name.startswith(WRITES)]


def _with_kept_bytecode() -> dict[str, str]:
    """What lets modules find the bytecode of an earlier run, see bytecode/sitecustomize.py."""
    path = [str(HERE / "bytecode"), *filter(None, [os.environ.get("PYTHONPATH")])]
    BYTECODE.mkdir(parents=True, exist_ok=True)
    return {"PYTHONPATH": os.pathsep.join(path), "REDSHIFT_TESTS_BYTECODE": str(BYTECODE)}


def _descendants(process: int) -> list[int]:
    """The ids of all processes that a process has begun: Ansible's workers have sessions of their own."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found = list(parents.get(process, ()))
    for child in found:
        found.extend(parents.get(child, ()))
    return found


@pytest.fixture(scope="module", autouse=True)
def attach_if_there_is_postgresql() -> Iterator[None]:
    """Whichever test attaches a database, it needs one: asked for here, where all of them come by."""
    attach = Emulator.attach_database

    @functools.wraps(attach)
    def attach_what_is_there(self: Emulator, *place: str, **named: str) -> dict[str, Any]:
        needs.database()
        return attach(self, *place, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Emulator, "attach_database", attach_what_is_there)
        yield


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    running.clock(per_request=STEP)
    return running


@pytest.fixture
def ansible(emulator: Emulator, tmp_path: Path) -> Ansible:
    return Ansible(emulator, tmp_path)


@dataclass(frozen=True)
class Estate:
    """A workgroup with its network, and AWS clients of its owner.

    Attributes:
        redshift: the owner's client of Redshift Serverless.
        ec2: the owner's client of EC2.
        emulator: the AWS.
    """

    redshift: Any
    ec2: Any
    emulator: Emulator

    def add(self, name: str, **settings: Any) -> dict[str, Any]:
        """A namespace and a workgroup of that name, ready."""
        self.redshift.create_namespace(namespaceName=name)
        self.redshift.create_workgroup(workgroupName=name, namespaceName=name, **settings)
        self.emulator.advance(SETTLED)
        return self.workgroup(name)

    def workgroup(self, name: str = "sales") -> dict[str, Any]:
        """The workgroup as AWS has it now."""
        found: dict[str, Any] = self.redshift.get_workgroup(workgroupName=name)["workgroup"]
        return found

    def parameters(self, name: str = "sales") -> dict[str, str]:
        """Its config parameters."""
        return {item["parameterKey"]: item["parameterValue"] for item in self.workgroup(name)["configParameters"]}

    @property
    def group(self) -> str:
        """The security group of the workgroup sales."""
        return str(self.workgroup()["securityGroupIds"][0])

    def rules(self) -> dict[str, str]:
        """The inbound rules of that group: its CIDRs with the ports and descriptions."""
        found = self.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [self.group]}])
        return {
            rule["CidrIpv4"]: f"{rule['FromPort']}-{rule['ToPort']} {rule.get('Description', '')}"
            for rule in found["SecurityGroupRules"]
            if not rule["IsEgress"]
        }

    def attach_gateway(self) -> str:
        """An internet gateway for the VPC of sales; gives its id."""
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        return str(gateway)

    @property
    def vpc(self) -> str:
        """The VPC of sales."""
        return str(self.workgroup()["endpoint"]["vpcEndpoints"][0]["vpcId"])

    def route(self, gateway: str, destination: str = "0.0.0.0/0") -> str:
        """A route in the VPC's main table; gives the table's id."""
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}]
        table = self.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock=destination, GatewayId=gateway)
        return str(table)


@pytest.fixture
def estate(emulator: Emulator) -> Estate:
    """The workgroup sales in the owner's account."""
    session = emulator.session(OWNER)
    estate = Estate(session.client("redshift-serverless"), session.client("ec2"), emulator)
    estate.add("sales")
    emulator.clear_requests()
    return estate


@dataclass(frozen=True)
class Partner:
    """The account that is granted access.

    Attributes:
        vpc: its VPC.
        subnet: a subnet of it.
        role: the ARN of an IAM role that may do everything there.
        redshift: its client of Redshift Serverless.
    """

    vpc: str
    subnet: str
    role: str
    redshift: Any


@pytest.fixture
def partner(emulator: Emulator) -> Partner:
    return make_partner(emulator)


def make_partner(emulator: Emulator, account: str = GRANTEE) -> Partner:
    """The account, with a network and a role that the owner may assume."""
    session = emulator.session(account)
    ec2, iam = session.client("ec2"), session.client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    role = iam.create_role(RoleName="network", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="network", PolicyName="all", PolicyDocument=_policy(everything))
    emulator.clear_requests()
    return Partner(vpc, subnet, role, session.client("redshift-serverless"))


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server of our own: its address, and the folder that it shows."""
    folder = tmp_path / "web"
    folder.mkdir()
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Say nothing."""
