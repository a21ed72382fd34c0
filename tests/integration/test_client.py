# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role client and its playbook: the files that it writes, read by the programs that they are for."""

from __future__ import annotations

import configparser
import hashlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from emulator_kit import needs
from psycopg import sql
from redshift_emulator.control import OWNER, Emulator

from .conftest import GRANTEE, SETTLED

if TYPE_CHECKING:
    from .conftest import Ansible, Estate, Partner, Run

PLAYBOOK = "redshift.serverless.client"
PASSWORD = r"o:ld \w0rd'"
USER = r"an:a\b"
DOMAIN = "warehouse.example.com"
DRIVER = "Amazon Redshift ODBC Driver (x64)"
SERVICE = "[other]\nhost=elsewhere\n"
PROFILES = "# mine\nother:\n  target: dev\n  outputs: {dev: {type: redshift}}\n"
KINDS = ("pg_service", "pgpass", "odbc", "odbcinst", "jdbc", "dbt")
BY_PASSWORD = ("pg_service", "pgpass")
BY_IAM = ("pg_service", "odbc", "jdbc", "dbt")
# Stands for sudo, which is not on every machine: it says that it was here, and runs what it is given.
SUDO = """#!/bin/sh
echo >> {log}
while [ "$1" != -u ]; do shift; done
shift 2
HOME={home} exec "$@"
"""


@dataclass(frozen=True)
class Trust:
    """A database with a user of a troublesome name, and its bundle on a web server.

    Attributes:
        database: as the emulator tells of it.
        variables: of the role, for the bundle and the login.
    """

    database: dict[str, Any]
    variables: dict[str, Any]


@pytest.fixture
def trust(estate: Estate, web: tuple[str, Path]) -> Trust:
    database = estate.emulator.attach_database("sales")
    login = {"user": database["admin_user"], "password": database["admin_password"], "dbname": database["database"]}
    with psycopg.connect(
        hostaddr=database["hostaddr"], port=database["port"], sslmode="require", autocommit=True, **login
    ) as connection:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(USER), sql.Literal(PASSWORD))
        connection.execute(statement)
    estate.emulator.clear_requests()
    url, folder = web
    shutil.copy(database["ca_file"], folder / "bundle.crt")
    return Trust(
        database,
        {
            "client_database": database["database"],
            "client_user": USER,
            "client_password": PASSWORD,
            "client_ca_bundle_url": f"{url}/bundle.crt",
            "client_ca_bundle_sha256": hashlib.sha256((folder / "bundle.crt").read_bytes()).hexdigest(),
            "client_verify_timeout": "30",
        },
    )


def counting_python(folder: Path) -> tuple[Path, Path]:
    """A Python that leaves a line in a file whenever it is started: once for each module that Ansible runs."""
    log, python = folder / "processes", folder / "counting-python"
    python.write_text(f'#!/bin/sh\necho >> {log}\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return python, log


def differences(run: Run) -> dict[str, dict[str, str]]:
    """What --diff showed, by the file's name."""
    shown = [each for result in run.results for each in result.get("diff") or ()]
    return {Path(each["after_header"]).name: each for each in shown}


def connect(variables: dict[str, Any], name: str = "sales") -> str:
    """Log in with psql by the generated files alone, their way included; gives the user that the database sees."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
        "PGSERVICEFILE": variables["client_pg_service_path"],
        "PGPASSFILE": variables["client_pgpass_path"],
    }
    command = [needs.psql(), "--no-password", "--no-psqlrc", "-At", f"service={name}", "-c", "SELECT current_user"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.rstrip("\n")


def sections(*paths: Path) -> configparser.RawConfigParser:
    """What INI files hold."""
    found = configparser.RawConfigParser(interpolation=None, strict=True)
    found.read(paths)
    return found


def properties(path: Path) -> dict[str, str]:
    """Java properties of a file that needs no escapes."""
    lines = path.read_text(encoding="ascii").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def by_host(run: Run) -> dict[str, dict[str, Any]]:
    """The client_result of each host."""
    tasks = [task for play in run.output["plays"] for task in play["tasks"]]
    return {
        host: result["ansible_facts"]["client_result"]
        for task in tasks
        for host, result in task["hosts"].items()
        if "client_result" in (result.get("ansible_facts") or {})
    }


def test_every_file_is_written_once_connects_and_is_taken_away_again(
    ansible: Ansible, estate: Estate, trust: Trust, tmp_path: Path
) -> None:
    theirs = {"service.conf": SERVICE, "profiles.yml": PROFILES, "pgpass": "*:*:*:an\\:a\\\\b:theirs\n"}
    for name, text in theirs.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    python, processes = counting_python(tmp_path)
    answers = {
        **trust.variables,
        "ansible_python_interpreter": str(python),
        "client_workgroup": " sales ",
        "client_endpoint": "",
        "client_ca_bundle_path": str(tmp_path / "trust" / "ca.pem"),
        "client_pg_service_path": str(tmp_path / "service.conf"),
        "client_pgpass_path": str(tmp_path / "pgpass"),
        "client_odbc_path": str(tmp_path / "new" / "odbc" / "odbc.ini"),
        "client_odbcinst_path": str(tmp_path / "new" / "odbc" / "odbcinst.ini"),
        "client_jdbc_path": str(tmp_path / "redshift.properties"),
        "client_dbt_path": str(tmp_path / "profiles.yml"),
        "client_hostaddr": trust.database["hostaddr"],
    }

    done, again = ansible.four_steps(PLAYBOOK, answers)

    # AWS is read, all files are written, and the connection is checked, except in a prediction of changes; two more are the test's.
    assert len(processes.read_text(encoding="utf-8").splitlines()) == 2 + 3 + 3 + 3 + 2
    assert connect(answers) == USER
    result = done.facts["client_result"]
    assert {each["kind"]: each["changed"] for each in result["files"]} == dict.fromkeys(("ca_bundle", *KINDS), True)
    for run in (done, again):
        proof = run.facts["client_result"]["proof"]
        assert (proof["failed_layer"], proof["tls"]["verified"], proof["plaintext"]) == (None, True, "refused")
        assert PASSWORD not in run.text
        assert "w0rd" not in run.text
        assert "theirs" not in run.text
    assert mode(tmp_path / "pgpass") == 0o600
    assert mode(tmp_path / "new" / "odbc") == 0o755
    profile = yaml.safe_load((tmp_path / "profiles.yml").read_text(encoding="utf-8"))
    target = profile["sales"]["outputs"]["default"]
    assert (target["host"], target["user"]) == (result["host"], USER)
    assert target["password"] == "{{ env_var('DBT_ENV_SECRET_REDSHIFT_PASSWORD') }}"
    odbc = sections(tmp_path / "new" / "odbc" / "odbc.ini", tmp_path / "new" / "odbc" / "odbcinst.ini")
    assert odbc["sales"]["server"] == result["host"]
    assert odbc[odbc["sales"]["driver"]]["driver"].endswith(".so")
    assert properties(tmp_path / "redshift.properties")["url"].startswith(f"jdbc:redshift://{result['host']}")
    assert not [path for path in (tmp_path / "tmp").rglob("*") if path.is_file() and b"w0rd" in path.read_bytes()]

    _take_away(ansible, estate, answers, theirs)


def _take_away(ansible: Ansible, estate: Estate, answers: dict[str, Any], theirs: dict[str, str]) -> None:
    """Take the entries away once the workgroup is gone; what others wrote stays, and so does what names share."""
    tmp_path = Path(answers["client_pgpass_path"]).parent
    estate.redshift.delete_workgroup(workgroupName="sales")
    estate.emulator.advance(SETTLED)
    estate.emulator.clear_requests()
    for options in (("--check", "--diff"), ()):
        run = ansible.run(PLAYBOOK, {**answers, "client_state": "absent"}, *options)
        assert (run.code, run.changed) == (0, True), run.message
        assert "w0rd" not in run.text
        assert "theirs" not in run.text
        if options:
            shown = differences(run)
            assert set(shown) == {*theirs, "odbc.ini", "redshift.properties"}
            assert shown["pgpass"]["before"].endswith(r":an\:a\\b:********" + "\n")
            assert "target: default" in shown["profiles.yml"]["before"]
            assert {each["after"] for each in shown.values()} == {""}
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in theirs} == theirs
    assert Path(answers["client_ca_bundle_path"]).exists()
    assert sections(tmp_path / "new" / "odbc" / "odbcinst.ini").sections() == [DRIVER]
    shared = {f"client_{kind}_state": "absent" for kind in ("ca_bundle", "odbcinst")}
    run = ansible.run(PLAYBOOK, {**answers, **shared, "client_state": "absent"})
    assert {each["kind"] for each in run.facts["client_result"]["files"] if each["changed"]} == {
        "ca_bundle",
        "odbcinst",
    }
    assert not Path(answers["client_ca_bundle_path"]).exists()
    assert estate.emulator.calls(service=None) == []


@dataclass(frozen=True)
class Fleet:
    """Hosts beside the controller, on the same machine: with a Python that has nothing but its library, and with become.

    Attributes:
        inventory: the file that names them.
        log: a line for each time that a task became another user.
        home: the home directory of that user.
        owner: whose files they are to be.
    """

    inventory: Path
    log: Path
    home: Path
    owner: str

    def folder(self, host: str) -> Path:
        return self.home.parent / host


def fleet(folder: Path, hosts: dict[str, dict[str, Any]]) -> Fleet:
    """Make such hosts, with these variables; each has a folder of its own."""
    bare = folder / "bare"
    venv.EnvBuilder(symlinks=True, with_pip=False).create(bare)
    python = bare / "bin" / "python"
    for module in ("boto3", "ansible"):
        assert (
            subprocess.run([python, "-I", "-c", f"import {module}"], capture_output=True, check=False).returncode != 0
        )
    home = folder / "home"
    home.mkdir()
    sudo = folder / "sudo"
    sudo.write_text(SUDO.format(log=folder / "became", home=home), encoding="utf-8")
    sudo.chmod(0o755)
    # Found there by ansible-playbook, which otherwise saves itself the way from root to root.
    (folder / "ansible.cfg").write_text("[privilege_escalation]\nbecome_allow_same_user = true\n", encoding="utf-8")
    # Only root can give files away; everybody else keeps them.
    owner = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": str(python),
        "ansible_become_method": "ansible.builtin.sudo",
        "ansible_become_exe": str(sudo),
        "ansible_remote_tmp": str(folder / "tmp"),
    }
    inventory = folder / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"clients": {"vars": common, "hosts": hosts}}), encoding="utf-8")
    return Fleet(inventory, folder / "became", home, owner)


def paths(folder: Path, *kinds: str) -> dict[str, str]:
    """A file of each kind."""
    return {f"client_{kind}_path": str(folder / kind) for kind in kinds}


@dataclass(frozen=True)
class Ways:
    """The ways to the workgroup: its own, a managed endpoint, a custom domain, and an IAM login through the endpoint.

    Attributes:
        database: as the emulator tells of it.
        endpoint: host name and address of the managed endpoint.
    """

    database: dict[str, Any]
    endpoint: dict[str, Any]

    def hosts(self, folder: Path) -> dict[str, dict[str, Any]]:
        """The variables of a host for each way; each has a folder of its own for files."""
        managed = {"client_endpoint": "apps", "client_verify_hostaddr": self.endpoint["hostaddr"]}
        iam = {"client_auth": "iam", "client_profile": "warehouse", "client_sslmode": "verify-full"}
        ways: dict[str, dict[str, Any]] = {
            "own": {"client_workgroup": "sales"},
            "managed": managed,
            "domain": {"client_workgroup": "sales", "client_host": DOMAIN, "client_name": DOMAIN},
            "iam": {"client_workgroup": "sales", **managed, **iam},
        }
        common = {"client_verify_hostaddr": self.database["hostaddr"]}
        return {
            host: {**common, **paths(folder / host, *(BY_IAM if host == "iam" else BY_PASSWORD)), **variables}
            for host, variables in ways.items()
        }


@pytest.fixture
def ways(estate: Estate, trust: Trust) -> Ways:
    subnets = estate.workgroup()["subnetIds"]
    estate.redshift.create_endpoint_access(endpointName="apps", workgroupName="sales", subnetIds=subnets[:1])
    acm = estate.emulator.session(OWNER).client("acm")
    certificate = acm.request_certificate(DomainName=DOMAIN)["CertificateArn"]
    estate.redshift.create_custom_domain_association(
        workgroupName="sales", customDomainName=DOMAIN, customDomainCertificateArn=certificate
    )
    estate.emulator.advance(SETTLED)
    (database,) = estate.emulator.databases()
    (endpoint,) = database["endpoints"]
    estate.emulator.clear_requests()
    return Ways(database, endpoint)


def test_other_hosts_need_only_python_and_each_way_to_a_workgroup_connects(
    ansible: Ansible, estate: Estate, trust: Trust, ways: Ways, tmp_path: Path
) -> None:
    variables = ways.hosts(tmp_path)
    hosts = fleet(tmp_path, variables)
    given = {**trust.variables, "client_ca_bundle_path": "~/ca/bundle.pem", "client_owner": hosts.owner}
    role = {"ansible.builtin.import_role": {"name": "redshift.serverless.client"}}
    play = {"hosts": "clients", "gather_facts": False, "become": True, "tags": ["client"], "vars": given}
    plays = [{**play, "tasks": [role]}]
    options = ("--inventory", str(hosts.inventory), "--tags", "client")

    done = ansible.run(plays, {}, *options)

    # verify-full of the certificate of a managed endpoint fails, as the role has been told to do.
    results = by_host(done)
    assert set(results) == set(variables), done.text
    proofs = {host: results[host]["proof"]["failed_layer"] for host in variables}
    assert proofs == {"own": None, "managed": None, "domain": None, "iam": "hostname"}, done.message
    assert "this host can't connect as they say" in done.message
    assert [results[host]["proof"]["plaintext"] for host in ("own", "managed", "domain")] == ["refused"] * 3
    # One read for each host and thing, and not more, though all hosts mean the same workgroup.
    assert Counter(estate.emulator.calls(service=None)) == {"GetWorkgroup": 3, "ListEndpointAccess": 2}
    assert hosts.log.stat().st_size > 0
    for host, name in {"own": "sales", "managed": "apps", "domain": DOMAIN}.items():
        folder = hosts.folder(host)
        assert connect(variables[host], name) == USER
        service = sections(folder / "pg_service")[name]
        assert service["sslrootcert"] == str(hosts.home / "ca" / "bundle.pem")
        assert service["sslmode"] == ("verify-ca" if host == "managed" else "verify-full")
        assert {path.owner() for path in (folder, folder / "pg_service", folder / "pgpass")} == {hosts.owner}
        assert mode(folder / "pgpass") == 0o600
    _look_at_iam(hosts.folder("iam"), ways.endpoint["host"])

    kept = hosts.folder("own") / "pg_service"
    kept.chmod(0o640)
    hosts.inventory.write_text(hosts.inventory.read_text(encoding="utf-8").replace("verify-full", "verify-ca"), "utf-8")
    again = ansible.run(plays, {}, *options)
    assert again.code == 0, again.message
    results = by_host(again)
    changed = {host: [file["kind"] for file in results[host]["files"] if file["changed"]] for host in variables}
    assert changed == {"own": [], "managed": [], "domain": [], "iam": ["pg_service", "odbc", "jdbc", "dbt"]}
    assert results["iam"]["proof"]["failed_layer"] is None
    assert mode(kept) == 0o640


def _look_at_iam(folder: Path, host: str) -> None:
    """The files of an IAM login through a managed endpoint, whose host name does not tell the workgroup."""
    service = sections(folder / "pg_service")["apps"]
    assert "password" not in service
    odbc = sections(folder / "odbc")["apps"]
    expected = {"iam": "1", "serverless": "1", "workgroup": "sales", "region": "us-east-1", "profile": "warehouse"}
    assert {name: odbc[name] for name in expected} == expected
    assert (odbc["server"], "uid" in odbc, "pwd" in odbc) == (host, False, False)
    jdbc = properties(folder / "jdbc")
    assert jdbc["url"].startswith(f"jdbc:redshift:iam://{host}:5439/")
    assert "serverlessWorkGroup=sales" in jdbc["url"]
    assert "user" not in jdbc
    target = yaml.safe_load((folder / "dbt").read_text(encoding="utf-8"))["apps"]["outputs"]["default"]
    assert (target["host"], target["serverless_work_group"], target["iam_profile"]) == (host, "sales", "warehouse")
    assert "password" not in target


def test_names_share_files_and_are_found_again(ansible: Ansible, estate: Estate, tmp_path: Path) -> None:
    estate.add("finance")
    real = tmp_path / "real.conf"
    real.write_text(SERVICE, encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "service.conf").symlink_to(real)
    both = {
        "client_verify": False,
        "client_user": "ana",
        "client_pg_service_path": str(tmp_path / "service.conf"),
        "client_pgpass_path": str(tmp_path / "pgpass"),
        "client_odbc_path": str(tmp_path / "odbc.ini"),
        "client_odbcinst_path": str(tmp_path / "odbcinst.ini"),
        "client_dbt_path": "~/.dbt/profiles.yml",
    }

    def use(name: str, **more: Any) -> dict[str, Any]:
        variables = {**both, "client_password": f"of {name}", **more}
        return {"ansible.builtin.include_role": {"name": "redshift.serverless.client"}, "vars": variables}

    def play(*uses: dict[str, Any]) -> list[dict[str, Any]]:
        environment = {"HOME": str(tmp_path)}
        return [{"hosts": "localhost", "gather_facts": False, "environment": environment, "tasks": list(uses)}]

    sales = use("sales", client_workgroup="sales")
    finance = use("finance", client_workgroup="finance", client_name="money", client_sslmode="require")
    run = ansible.run(play(sales, finance), {})
    assert run.code == 0, run.message
    service = sections(real)
    assert service.sections() == ["other", "sales", "money"]
    assert service["money"]["host"].startswith("finance.")
    assert service["money"]["sslmode"] == "require"
    assert (tmp_path / "service.conf").is_symlink()
    assert mode(real) == 0o640
    assert sections(tmp_path / "odbc.ini").sections() == ["sales", "money"]
    assert sections(tmp_path / "odbcinst.ini").sections() == [DRIVER]
    assert sorted(yaml.safe_load((tmp_path / ".dbt" / "profiles.yml").read_text(encoding="utf-8"))) == [
        "money",
        "sales",
    ]
    passwords = [line for line in (tmp_path / "pgpass").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert [line.split(".")[0] for line in passwords] == ["finance", "sales"]
    assert [line.split(":")[4] for line in passwords] == ["of finance", "of sales"]

    stricter = use("finance", client_workgroup="finance", client_name="money", client_sslmode="verify-ca")
    gone = use("sales", client_name="sales", client_state="absent")
    run = ansible.run(play(sales, stricter, gone), {})
    assert run.code == 0, run.message
    facts = [result.get("ansible_facts") or {} for result in run.results]
    reports = [each["client_result"]["files"] for each in facts if "client_result" in each]
    changed = [[file["kind"] for file in files if file["changed"]] for files in reports]
    assert changed == [[], ["pg_service", "odbc", "dbt"], ["pg_service", "pgpass", "odbc", "dbt"]]
    assert sections(real).sections() == ["other", "money"]
    assert sections(real)["money"]["sslmode"] == "verify-ca"
    assert "sales" not in (tmp_path / "pgpass").read_text(encoding="utf-8")


def test_an_endpoint_is_enough_in_another_account(
    ansible: Ansible, estate: Estate, partner: Partner, trust: Trust, tmp_path: Path
) -> None:
    arn = estate.workgroup()["workgroupArn"]
    grant = {
        "Effect": "Allow",
        "Principal": {"AWS": GRANTEE},
        "Action": ["redshift-serverless:CreateEndpointAccess"],
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    estate.redshift.put_resource_policy(resourceArn=arn, policy=policy)
    partner.redshift.create_endpoint_access(
        endpointName="theirs", workgroupName="sales", ownerAccount=OWNER, subnetIds=[partner.subnet]
    )
    estate.emulator.advance(SETTLED)
    (database,) = estate.emulator.databases()
    (endpoint,) = database["endpoints"]
    answers = {
        **trust.variables,
        "client_endpoint": "theirs",
        "client_owner_account": OWNER,
        "client_ca_bundle_path": str(tmp_path / "ca.pem"),
        **paths(tmp_path, "pg_service", "pgpass"),
        "client_verify_hostaddr": endpoint["hostaddr"],
    }
    run = ansible.run(PLAYBOOK, answers, account=GRANTEE)
    assert run.code == 0, run.message
    assert run.facts["client_result"]["proof"]["failed_layer"] is None
    assert connect(answers, "theirs") == USER


def test_the_bundle_of_china_is_taken_in_china(ansible: Ansible, emulator: Emulator, tmp_path: Path) -> None:
    redshift = emulator.session(OWNER, "cn-northwest-1").client("redshift-serverless")
    redshift.create_namespace(namespaceName="sales")
    redshift.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(SETTLED)
    given = {"client_workgroup": "sales", "client_ca_bundle_path": str(tmp_path / "ca.pem")}
    role = {"ansible.builtin.import_role": {"name": "redshift.serverless.client"}}
    # Nobody answers there: what is asked for is seen, and nothing leaves this machine.
    nowhere = {"https_proxy": "http://127.0.0.1:9"}
    plays = [{"hosts": "localhost", "gather_facts": False, "environment": nowhere, "tasks": [role]}]
    run = ansible.run(plays, given, region="cn-northwest-1")
    url = "https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt"
    assert run.message.startswith(f"client_ca_bundle_url: got {url}, which could not be fetched")
    assert run.message.endswith("Nothing was changed.")
    assert run.code != 0
    assert not (tmp_path / "ca.pem").exists()


def test_a_workgroup_that_is_yet_to_be_made_is_predicted(ansible: Ansible, emulator: Emulator, tmp_path: Path) -> None:
    answers = {"client_workgroup": "sales", "client_user": "ana", "client_password": "w0rd", **paths(tmp_path, *KINDS)}
    run = ansible.run(PLAYBOOK, answers, "--check")
    assert run.code == 0, run.message
    result = run.facts["client_result"]
    assert (run.changed, result["changed"], result["missing"], result["proof"]) == (True, True, ["sales"], None)
    assert all(file["changed"] for file in result["files"])
    assert not (tmp_path / "dbt").exists()


def test_what_can_not_be_is_refused_in_words(ansible: Ansible, estate: Estate, tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text("sales:\n  target: mine\n", encoding="utf-8")
    (tmp_path / "service.conf").write_text("[sales]\nhost=mine\n", encoding="utf-8")
    login = {"client_user": "ana", "client_password": "w0rd", "client_pgpass_path": "/tmp/pgpass"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"client_workgroup": ""}, "client_workgroup: got nothing; expected the name of a workgroup"),
        (
            {"client_workgroup": "", "client_state": "absent"},
            "client_name: got nothing; expected the name of the entries",
        ),
        ({"client_workgroup": "nowhere"}, "client_workgroup: no workgroup 'nowhere' in account"),
        (
            {"client_workgroup": "", "client_endpoint": "nowhere"},
            "client_endpoint: no endpoint 'nowhere' in this account",
        ),
        ({**login, "client_user": ""}, "client_user: got nothing"),
        ({**login, "client_password": ""}, "client_password: got nothing"),
        (
            {**login, "client_password": "a\nb"},
            "client_password: got a value that is not shown; expected no line break",
        ),
        ({**login, "client_auth": "iam"}, "client_pgpass_path: got a path together with client_auth=iam"),
        ({"client_jdbc_path": "here"}, "client_jdbc_path: got here; expected an absolute path"),
        ({"client_odbc_path": "/tmp/odbc.ini", "client_name": "s" * 33}, "expected at most 32 characters"),
        ({"client_jdbc_path": "~nobody-at-all/here"}, "this host has no home directory ~nobody-at-all"),
        ({"client_jdbc_path": "/tmp/a", "client_odbc_path": "/tmp/a"}, "a different path for each kind of file"),
        ({"client_jdbc_path": "/tmp/a", "client_odbc_path": "/tmp/../tmp/a"}, "the file of another variable too"),
        (
            {"client_dbt_path": str(tmp_path / "profiles.yml")},
            "has a profile sales already that this role did not write",
        ),
        ({"client_pg_service_path": str(tmp_path / "service.conf")}, "which has a service [sales] already"),
        ({"client_name": "a]b"}, "client_name: got 'a]b'; expected a name without brackets"),
        ({"client_host": DOMAIN, "client_endpoint": "apps"}, "client_host: got a host together with client_endpoint"),
        ({"client_host": DOMAIN, "client_workgroup": "", "client_name": "a"}, "the workgroup behind client_host"),
        ({"client_ssl_mode": "disable"}, "Did you mean client_sslmode?"),
        ({"client_sslmode": "verify_full"}, "client_sslmode"),
        ({"client_sslmode": "disable", "client_auth": "iam"}, "sslmode: got disable with auth=iam"),
        ({"client_dbt_threads": "many"}, "client_dbt_threads"),
        (
            {"client_host": f"{DOMAIN}:5439/dev"},
            f"Give {DOMAIN} as client_host, 5439 as client_port and dev as client_database",
        ),
        ({"client_hostaddr": "tunnel"}, "client_hostaddr: got 'tunnel'; expected an IP address"),
        (
            {"client_hostaddr": "::1", "client_verify_hostaddr": "::1"},
            "client_verify_hostaddr: got an address together",
        ),
        ({"client_user": "ana\nb"}, "client_user: got 'ana\\nb'; expected text on one line"),
        ({"client_user": []}, "client_user: got []; expected text"),
        ({"client_odbc_path": str(tmp_path)}, f"client_odbc_path: got {tmp_path}, which is a directory"),
        ({"client_dbt_path": "/dev/null"}, "client_dbt_path: got /dev/null, which is no regular file"),
        ({"client_jdbc_path": "/dev/null/x"}, "client_jdbc_path: got /dev/null/x, which this host can't look at"),
        ({"client_jdbc_path": str(tmp_path / "jdbc"), "client_owner": "nobody-at-all"}, "expected a user of this host"),
        (
            {"client_ca_bundle_path": str(tmp_path / "ca"), "client_ca_bundle_url": f"file://{tmp_path}/service.conf"},
            "client_ca_bundle_sha256: got 36dba8e4",
        ),
    ]
    if os.geteuid() == 0:
        # Only root can make a link that is somebody else's.
        planted = tmp_path / "planted"
        planted.symlink_to("/etc/passwd")
        os.chown(planted, 4711, 4711, follow_symlinks=False)
        cases.append(
            ({**login, "client_pgpass_path": str(planted)}, f"{planted} is a link to /etc/passwd, made by a user")
        )
    given = {"client_workgroup": "sales", "client_verify": "no"}
    messages = ansible.refusals("client", given, [case for case, _words in cases])
    for message, (case, words) in zip(messages, cases, strict=True):
        assert words in message, case
        assert "w0rd" not in message
