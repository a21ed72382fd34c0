"""The real database behind a workgroup, seen by a real client."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError
from emulator_kit.constants import SETTLED
from redshift_emulator import front, postgres
from redshift_emulator.certificates import Authority
from redshift_emulator.control import Emulator, EmulatorError
from redshift_emulator.errors import ServiceError

Connect = Callable[..., "psycopg.Connection[Any]"]


@pytest.fixture
def database(emulator: Emulator, workgroup: dict[str, Any], needs_database: None) -> dict[str, Any]:
    """A database attached to the workgroup ``sales``."""
    return emulator.attach_database("sales")


@pytest.fixture
def connect(emulator: Emulator, database: dict[str, Any]) -> Iterator[Connect]:
    """Connect as a careful client does, with what the control address says now; options replace each of it."""
    opened: list[psycopg.Connection[Any]] = []

    def connection(**options: Any) -> psycopg.Connection[Any]:
        now = emulator.databases()[0]
        given: dict[str, Any] = {
            "host": now["host"],
            "hostaddr": now["hostaddr"],
            "port": now["port"],
            "user": now["admin_user"],
            "password": now["admin_password"],
            "dbname": now["database"],
            "sslmode": "verify-full",
            "sslrootcert": now["ca_file"],
            "autocommit": True,
        }
        opened.append(psycopg.connect(**{**given, **options}))
        return opened[-1]

    yield connection
    for each in opened:
        each.close()


def change(emulator: Emulator, client: Any, **parameters: str) -> None:
    """Set config parameters, and let the workgroup be AVAILABLE again."""
    given = [{"parameterKey": key, "parameterValue": value} for key, value in parameters.items()]
    client.update_workgroup(workgroupName="sales", configParameters=given)
    emulator.advance(SETTLED)


def test_the_certificate_is_the_workgroups_and_no_other_name_is_verified(
    workgroup: dict[str, Any], database: dict[str, Any], connect: Connect, tmp_path: Path
) -> None:
    other = tmp_path / "other.crt"
    other.write_text(Authority().pem, encoding="ascii")
    assert (database["host"], database["port"]) == (workgroup["endpoint"]["address"], 5439)
    assert database["hostaddr"].startswith("127.")
    row = connect().execute(
        "SELECT current_user, current_database(), (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
    )
    assert row.fetchone() == (database["admin_user"], "dev", True)
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(host=database["hostaddr"])
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connect(sslrootcert=str(other))


def test_plaintext_is_refused_in_redshifts_words_until_ssl_is_not_required(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    with pytest.raises(psycopg.OperationalError) as caught:
        connect(sslmode="disable")
    words = 'FATAL:  no pg_hba.conf entry for host "::ffff:127.0.0.1", user "admin", database "dev", SSL off'
    assert words in str(caught.value)
    change(emulator, client, require_ssl="false")
    assert _encrypted(connect(sslmode="disable")) is False
    assert _encrypted(connect()) is True


def _encrypted(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert row
    return bool(row[0])


def test_a_restart_breaks_connections_and_keeps_data(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    before.execute("CREATE TABLE kept AS SELECT 7 AS number")
    change(emulator, client, require_ssl="false")
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    assert connect().execute("SELECT number FROM kept").fetchone() == (7,)


def test_other_changes_leave_connections_alone(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    change(emulator, client, search_path="sales, public", datestyle="SQL, DMY")
    assert before.execute("SELECT 1").fetchone() == (1,)
    after = connect()
    assert after.execute("SHOW search_path").fetchone() == ("sales, public",)
    assert after.execute("SHOW datestyle").fetchone() == ("SQL, DMY",)


def test_a_port_change_moves_the_server_at_its_end(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    client.update_workgroup(workgroupName="sales", port=5450)
    assert before.execute("SELECT 1").fetchone() == (1,)
    emulator.advance(SETTLED)
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match=r"[Cc]onnection refused"):
        connect(port=5439)
    assert emulator.databases()[0]["port"] == 5450
    assert connect().execute("SELECT 1").fetchone() == (1,)


def test_deleting_the_workgroup_stops_the_server(emulator: Emulator, client: Any, connect: Connect) -> None:
    before = connect()
    place = {"host": "", "hostaddr": emulator.databases()[0]["hostaddr"]}
    client.delete_workgroup(workgroupName="sales")
    emulator.advance(SETTLED)
    assert emulator.databases() == []
    with pytest.raises(psycopg.OperationalError):
        before.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**place, port=5439, user="admin", dbname="dev")


def cipher_of(connection: psycopg.Connection[Any]) -> tuple[str, str]:
    row = connection.execute("SELECT version, cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert row
    return row[0], row[1]


def handshake(database: dict[str, Any], ciphers: str) -> str:
    """What TLS 1.2 agrees on with a client that has only these ciphers."""
    context = ssl.create_default_context(cafile=database["ca_file"])
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    with socket.create_connection((database["hostaddr"], database["port"])) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain, server_hostname=database["host"]) as encrypted:
            agreed = encrypted.cipher()
            assert agreed
            return agreed[0]


def test_fips_mode_leaves_approved_ciphers_only(
    emulator: Emulator, client: Any, database: dict[str, Any], connect: Connect
) -> None:
    chacha, cbc = "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-SHA256"
    assert [handshake(database, each) for each in (chacha, cbc)] == [chacha, cbc]
    change(emulator, client, use_fips_ssl="true")
    for each in (chacha, cbc):
        with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
            handshake(database, each)
    assert cipher_of(connect(ssl_max_protocol_version="TLSv1.2")) == ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    # Without OpenSSL's own configuration it would be AES 256, and ChaCha20 would be possible.
    assert cipher_of(connect()) == ("TLSv1.3", "TLS_AES_128_GCM_SHA256")


def test_tls_before_1_2_is_refused(database: dict[str, Any]) -> None:
    # A hello of TLS 1.1 by hand: today's libraries no longer send one.
    random, ciphers = b"\0" * 32, b"\xc0\x13\xc0\x14\x00\x2f\x00\x35"
    body = b"\x03\x02" + random + b"\0" + struct.pack("!H", len(ciphers)) + ciphers + b"\x01\0"
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    with socket.create_connection((database["hostaddr"], database["port"])) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))
        assert plain.recv(1) == b"S"
        plain.sendall(b"\x16\x03\x01" + struct.pack("!H", len(message)) + message)
        # An alert, fatal, protocol_version.
        answer = plain.recv(7)
    assert (answer[0], answer[5:]) == (0x15, b"\x02\x46")


def test_managed_endpoints_have_addresses_of_their_own_and_the_workgroups_certificate(
    emulator: Emulator, client: Any, workgroup: dict[str, Any], connect: Connect
) -> None:
    subnet = workgroup["subnetIds"][0]
    client.create_endpoint_access(endpointName="tools", workgroupName="sales", subnetIds=[subnet])
    assert emulator.databases()[0]["endpoints"] == []
    emulator.advance(SETTLED)
    now = emulator.databases()[0]
    (endpoint,) = now["endpoints"]
    assert endpoint["host"] == client.get_endpoint_access(endpointName="tools")["endpoint"]["address"]
    assert endpoint["hostaddr"] != now["hostaddr"]
    through = connect(hostaddr=endpoint["hostaddr"])
    assert through.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(host=endpoint["host"], hostaddr=endpoint["hostaddr"])
    client.delete_endpoint_access(endpointName="tools")
    emulator.advance(SETTLED)
    with pytest.raises(psycopg.OperationalError):
        through.execute("SELECT 1")
    assert connect().execute("SELECT 1").fetchone() == (1,)


def test_a_custom_domain_gets_into_the_certificate_without_a_restart(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    domain = "warehouse.example.com"
    before = connect()
    with pytest.raises(psycopg.OperationalError, match="does not match host name"):
        connect(host=domain)
    certificate = emulator.session().client("acm").request_certificate(DomainName=domain)["CertificateArn"]
    client.create_custom_domain_association(
        workgroupName="sales", customDomainName=domain, customDomainCertificateArn=certificate
    )
    # The server reads its certificate anew when it gets around to it.
    names = [connect_when_ready(connect, host=domain), connect()]
    assert [each.execute("SELECT 1").fetchone() for each in (before, *names)] == [(1,)] * 3


def connect_when_ready(connect: Connect, **options: Any) -> psycopg.Connection[Any]:
    for _attempt in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            return connect(**options)
    return connect(**options)


def test_temporary_credentials_log_in_until_simulated_time_ends_them(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    def login() -> psycopg.Connection[Any]:
        return connect(user=given["dbUser"], password=given["dbPassword"])

    given = client.get_credentials(workgroupName="sales", durationSeconds=900)
    first = login()
    assert first.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user").fetchone() == (
        "IAM:emulator",
        False,
    )
    emulator.advance(890)
    login()
    emulator.advance(11)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login()
    assert first.execute("SELECT 1").fetchone() == (1,), "who is connected stays so"
    given = client.get_credentials(workgroupName="sales")
    login()


def test_new_credentials_outlive_the_end_of_older_ones(emulator: Emulator, client: Any, connect: Connect) -> None:
    client.get_credentials(workgroupName="sales", durationSeconds=900)
    emulator.advance(600)
    given = client.get_credentials(workgroupName="sales", durationSeconds=900)
    emulator.advance(600)
    connect(user=given["dbUser"], password=given["dbPassword"])


def roles_of(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT role_name FROM svv_user_grants WHERE user_name = current_user ORDER BY 1")
    return [name for (name,) in rows.fetchall()]


def test_database_roles_come_from_the_tags_of_user_role_and_session(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    admin = connect()
    for name in ("analyst", "loader", "auditor"):
        admin.execute(f"CREATE ROLE {name}")
    iam, sts = emulator.session().client("iam"), emulator.session().client("sts")
    iam.tag_user(UserName="emulator", Tags=[{"Key": "RedshiftDbRoles", "Value": "analyst:missing:loader"}])
    given = client.get_credentials(workgroupName="sales")
    assert roles_of(connect(user=given["dbUser"], password=given["dbPassword"])) == ["analyst", "loader"]

    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.tag_role(RoleName="reader", Tags=[{"Key": "RedshiftDbRoles", "Value": "analyst"}])
    for tags, expected in (
        ([], ["analyst"]),
        ([{"Key": "RedshiftDbRoles", "Value": "auditor"}], ["analyst", "auditor"]),
    ):
        keys = sts.assume_role(RoleArn=role, RoleSessionName="session", Tags=tags)["Credentials"]
        session = emulator.session().client(
            "redshift-serverless",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        given = session.get_credentials(workgroupName="sales")
        assert given["dbUser"] == "IAMR:reader"
        assert roles_of(connect(user=given["dbUser"], password=given["dbPassword"])) == expected


def test_the_admins_password_is_the_namespaces(emulator: Emulator, client: Any, connect: Connect) -> None:
    def update(**settings: Any) -> None:
        client.update_namespace(namespaceName="sales", **settings)
        emulator.advance(SETTLED)

    update(adminUsername="ana", adminUserPassword="Correct-Horse-7")
    connect(user="ana", password="Correct-Horse-7")
    update(manageAdminPassword=True)
    secret = client.get_namespace(namespaceName="sales")["namespace"]["adminPasswordSecretArn"]
    text = emulator.session().client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    login = json.loads(text)
    connect(user=login["username"], password=login["password"])
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(user="ana", password="Correct-Horse-7")


def test_the_connection_log_tells_who_came_without_ssl(emulator: Emulator, client: Any, connect: Connect) -> None:
    change(emulator, client, require_ssl="false")
    connect(application_name="careful")
    connect(application_name="careless", sslmode="disable").close()
    with pytest.raises(psycopg.OperationalError):
        connect(password="wrong", application_name="clumsy")
    query = "SELECT application_name, ssl_version FROM sys_connection_log WHERE event = 'authenticated' ORDER BY record_time"
    found = dict(connect().execute(query).fetchall())
    assert (found["careful"], found["careless"]) == ("TLSv1.3", "")
    plain = "SELECT DISTINCT application_name FROM sys_connection_log WHERE ssl_version = ''"
    assert connect().execute(plain).fetchall() == [("careless",)]
    assert connect().execute(
        "SELECT count(*) FROM stl_connection_log WHERE event = 'authentication failure'"
    ).fetchone() == (1,)


def test_the_services_own_superuser_cannot_come_in(connect: Connect) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        connect(user="rdsdb")


def test_attaching_twice_is_as_good_as_once_and_needs_a_workgroup_that_is_there(
    emulator: Emulator, client: Any, database: dict[str, Any]
) -> None:
    assert emulator.attach_database("sales") == database
    with pytest.raises(EmulatorError, match=r"the workgroup missing is not in account 111111111111"):
        emulator.attach_database("missing")
    client.create_namespace(namespaceName="new")
    client.create_workgroup(workgroupName="new", namespaceName="new")
    with pytest.raises(EmulatorError, match="the workgroup new is CREATING"):
        emulator.attach_database("new")
    emulator.advance(SETTLED)
    other = emulator.attach_database("new")
    assert (other["port"], other["hostaddr"] != database["hostaddr"]) == (5439, True)
    emulator.detach_database("sales")
    assert [each["workgroup"] for each in emulator.databases()] == ["new"]


def prepared(emulator: Emulator) -> Path:
    """Attach a database in an emulator of its own; gives the folder with all that belongs to it."""
    client = emulator.session().client("redshift-serverless")
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(SETTLED)
    folder = Path(emulator.attach_database("sales")["ca_file"]).parent
    assert len(list(folder.glob("*/data/postmaster.pid"))) == 1
    return folder


def server_of(folder: Path) -> int:
    (pid_file,) = folder.glob("*/data/postmaster.pid")
    return int(pid_file.read_text(encoding="ascii").split()[0])


def lives(pid: int) -> bool:
    try:
        # Empty for one that has ended and that nobody has asked about yet.
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False


def test_nothing_is_left_of_an_emulator_that_was_stopped(needs_database: None) -> None:
    with Emulator() as emulator:
        folder = prepared(emulator)
        server = server_of(folder)
    assert not folder.exists()
    assert not lives(server)


def test_a_reset_stops_the_servers(needs_database: None) -> None:
    with Emulator() as emulator:
        folder = prepared(emulator)
        server = server_of(folder)
        emulator.reset()
        assert (emulator.databases(), lives(server), list(folder.glob("*/data/postmaster.pid"))) == ([], False, [])


def test_nothing_is_left_of_an_emulator_that_was_killed(needs_database: None) -> None:
    with Emulator() as emulator:
        folder = prepared(emulator)
        server = server_of(folder)
        assert emulator._process
        emulator._process.kill()
        deadline = time.monotonic() + 20
        while folder.exists():
            assert time.monotonic() < deadline, "the reaper has not done its work"
    assert not lives(server)


def test_what_is_missing_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "PLACES", ())
    with pytest.raises(ServiceError, match="needs PostgreSQL 15 or newer, which is not on this machine"):
        postgres.find_programs.__wrapped__()


def test_the_emulator_works_without_psycopg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Emulator() as emulator:
        client, data = (emulator.session().client(each) for each in ("redshift-serverless", "redshift-data"))
        client.create_namespace(namespaceName="sales")
        client.create_workgroup(workgroupName="sales", namespaceName="sales")
        emulator.advance(SETTLED)
        assert client.get_credentials(workgroupName="sales")["dbUser"] == "IAM:emulator"
        with pytest.raises(EmulatorError, match=r"needs the Python package psycopg|needs PostgreSQL"):
            emulator.attach_database("sales")
        with pytest.raises(ClientError, match="has no database behind it"):
            data.execute_statement(WorkgroupName="sales", Database="dev", Sql="SELECT 1")


def message(**fields: str) -> bytes:
    body = b"".join(f"{code}{text}".encode() + b"\0" for code, text in fields.items()) + b"\0"
    return b"E" + struct.pack("!i", len(body) + 4) + body


def test_only_the_refusal_of_plaintext_is_reworded() -> None:
    words = 'no pg_hba.conf entry for host "127.0.0.1", user "a, b", database "d"'
    fields = {"S": "FATAL", "V": "FATAL", "C": "28000", "M": f"{words}, no encryption", "R": "ClientAuthentication"}
    expected = {
        "S": "FATAL",
        "C": "28000",
        "M": f"{words.replace('127', '::ffff:127')}, SSL off",
        "R": "ClientAuthentication",
    }
    assert front.reworded(message(**fields)) == message(**expected)
    other = message(S="FATAL", C="28P01", M='password authentication failed for user "a"')
    assert front.reworded(other) == other
