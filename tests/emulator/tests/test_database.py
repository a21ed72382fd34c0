"""The real database behind a workgroup, seen by a real client."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
import redshift_connector
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from emulator_kit.constants import OWNER, SETTLED
from redshift_emulator import postgres, wire
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
    assert cipher_of(connect()) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384")


def hello(suite: int) -> bytes:
    """A ClientHello of TLS 1.3 with one suite, by hand: Python cannot choose among them."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    share = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    extensions = {
        10: b"\0\x02\0\x17",  # supported_groups: P-256
        13: b"\0\x02\x08\x04",  # signature_algorithms: RSA-PSS with SHA-256
        43: b"\x02\x03\x04",  # supported_versions: TLS 1.3
        51: struct.pack("!HHH", len(share) + 4, 0x17, len(share)) + share,
    }
    listed = b"".join(struct.pack("!HH", kind, len(text)) + text for kind, text in extensions.items())
    suites = struct.pack("!HH", 2, suite)
    body = b"\x03\x03" + bytes(32) + b"\0" + suites + b"\x01\0" + struct.pack("!H", len(listed)) + listed
    return b"\x16\x03\x01" + struct.pack("!HBBH", len(body) + 4, 1, 0, len(body)) + body


def answer_to(database: dict[str, Any], suite: int) -> int | str:
    """The suite that TLS 1.3 agrees on with a client that has only this one, or the alert."""
    with socket.create_connection((database["hostaddr"], database["port"])) as plain:
        plain.sendall(struct.pack("!ii", 8, 80877103))
        assert plain.recv(1) == b"S"
        plain.sendall(hello(suite))
        with plain.makefile("rb") as answers:
            kind, _version, length = struct.unpack("!BHH", answers.read(5))
            text = answers.read(length)
    if kind == 0x15:
        return f"alert {text.hex()}"
    # Header and version, random, an empty session id, and then the suite.
    return int.from_bytes(text[4 + 2 + 32 + 1 :][:2], "big")


def test_fips_mode_has_no_chacha20_in_tls_1_3_either(
    emulator: Emulator, client: Any, database: dict[str, Any], connect: Connect
) -> None:
    aes_128, aes_256, chacha20 = 0x1301, 0x1302, 0x1303
    assert [answer_to(database, each) for each in (aes_128, aes_256, chacha20)] == [aes_128, aes_256, chacha20]
    change(emulator, client, use_fips_ssl="true")
    # Fatal, handshake_failure.
    assert [answer_to(database, each) for each in (aes_128, aes_256, chacha20)] == [aes_128, aes_256, "alert 0228"]
    assert connect().execute("SELECT 1").fetchone() == (1,)


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
    names = [connect(host=domain), connect()]
    assert [each.execute("SELECT 1").fetchone() for each in (before, *names)] == [(1,)] * 3


def test_temporary_credentials_log_in_until_simulated_time_ends_them(
    emulator: Emulator, client: Any, connect: Connect
) -> None:
    def login() -> psycopg.Connection[Any]:
        return connect(user=given["dbUser"], password=given["dbPassword"])

    given = client.get_credentials(workgroupName="sales", durationSeconds=900)
    first = login()
    assert first.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user").fetchone() == (
        "IAM:emulator",
        True,
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


def test_every_password_of_a_user_is_valid_until_its_own_end(emulator: Emulator, client: Any, connect: Connect) -> None:
    def who_logs_in() -> list[str]:
        return [name for name, each in given.items() if logs_in(connect, each)]

    given = {"long": client.get_credentials(workgroupName="sales", durationSeconds=3600)}
    given["short"] = client.get_credentials(workgroupName="sales", durationSeconds=900)
    given["wrong"] = {**given["short"], "dbPassword": "wrong"}
    assert given["long"]["dbUser"] == given["short"]["dbUser"]
    assert who_logs_in() == ["long", "short"]
    emulator.advance(901)
    assert who_logs_in() == ["long"]
    given["late"] = client.get_credentials(workgroupName="sales", durationSeconds=3600)
    assert who_logs_in() == ["long", "late"]
    emulator.advance(2700)
    assert who_logs_in() == ["late"]
    # What the administrator gives the user besides.
    connect().execute(f"ALTER USER \"{given['late']['dbUser']}\" PASSWORD 'Correct-Horse-7'")
    given["own"] = {**given["late"], "dbPassword": "Correct-Horse-7"}
    assert who_logs_in() == ["late", "own"]


def logs_in(connect: Connect, given: dict[str, Any]) -> bool:
    refusal = ""
    try:
        connect(user=given["dbUser"], password=given["dbPassword"])
    except psycopg.OperationalError as error:
        refusal = str(error)
    assert not refusal or f'password authentication failed for user "{given["dbUser"]}"' in refusal
    return not refusal


def test_a_temporary_password_is_its_users_only(client: Any, connect: Connect) -> None:
    given = client.get_credentials(workgroupName="sales")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(password=given["dbPassword"])


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


@pytest.fixture
def redshift_client(
    emulator: Emulator, database: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., redshift_connector.Connection]:
    """Connect with AWS's own driver, by the address: the driver has no other way to reach a name that nobody knows."""
    monkeypatch.setenv("SSL_CERT_FILE", database["ca_file"])
    for name, value in emulator.environment(OWNER).items():
        monkeypatch.setenv(name, value)

    def connection(**options: Any) -> redshift_connector.Connection:
        return redshift_connector.connect(
            host=database["hostaddr"], port=database["port"], database="dev", sslmode="verify-ca", **options
        )

    return connection


@pytest.mark.parametrize("iam", [False, True])
def test_redshifts_own_driver_connects(
    database: dict[str, Any], redshift_client: Callable[..., redshift_connector.Connection], iam: bool
) -> None:
    serverless = {"iam": True, "is_serverless": True, "serverless_work_group": "sales"}
    login = {"user": database["admin_user"], "password": database["admin_password"]}
    with redshift_client(**(serverless if iam else login)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user, version() LIKE %s", ("PostgreSQL %",))
        assert list(cursor.fetchone()) == ["IAM:emulator" if iam else "admin", True]
        assert (b"server_version", b"8.0.2") in connection.parameter_statuses


def test_the_servers_version_is_redshifts_when_somebody_logs_in(connect: Connect) -> None:
    assert connect().info.server_version == 80002


async def start(database: dict[str, Any], **parameters: str) -> asyncpg.Connection[Any]:
    """Log in with further parameters in the start-up message."""
    return await asyncpg.connect(
        host=database["hostaddr"],
        port=database["port"],
        user=database["admin_user"],
        password=database["admin_password"],
        database="dev",
        ssl="require",
        server_settings=parameters,
    )


def test_parameters_of_redshifts_drivers_are_taken_and_others_refused(database: dict[str, Any]) -> None:
    async def value(name: str, **parameters: str) -> Any:
        connection = await start(database, **parameters)
        try:
            return await connection.fetchval(f"SHOW {name}")
        finally:
            await connection.close()

    driver = {name.decode(): "1" for name in wire.REDSHIFT_ONLY}
    assert asyncio.run(value("application_name", application_name="JDBC", **driver)) == "JDBC"
    with pytest.raises(asyncpg.UndefinedObjectError, match='unrecognized configuration parameter "driver_name"'):
        asyncio.run(value("application_name", driver_name="1"))


def test_much_goes_both_ways_over_many_connections_at_once(database: dict[str, Any]) -> None:
    sizes = [1_000_000 + number for number in range(24)]

    async def echo(size: int) -> int:
        connection = await start(database)
        try:
            text = "x" * size
            return len(await connection.fetchval("SELECT $1::text || $1::text", text))
        finally:
            await connection.close()

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*map(echo, sizes))

    assert asyncio.run(all_at_once()) == [2 * size for size in sizes]


def test_a_large_result_is_whole(connect: Connect) -> None:
    query = "SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 50000) AS n"
    rows = connect().execute(query).fetchall()
    expected = [(n, hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() * 20) for n in range(1, 50001)]
    assert rows == expected


SSL_REQUEST = struct.pack("!ii", 8, 80877103)
STARTUP = wire.startup(struct.pack("!i", 196608), [(b"user", b"admin"), (b"database", b"dev")])


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0",
        SSL_REQUEST[:5],
        SSL_REQUEST,
        # The start of a handshake, and no more of it.
        SSL_REQUEST + b"\x16\x03\x01\x02\0\x01\0",
        STARTUP[:20],
        STARTUP,
        STARTUP + b"p\0\0",
    ],
)
def test_a_client_that_leaves_early_leaves_nothing_behind(
    emulator: Emulator, client: Any, database: dict[str, Any], connect: Connect, said: bytes
) -> None:
    change(emulator, client, require_ssl="false")
    with socket.create_connection((database["hostaddr"], database["port"])) as plain:
        plain.sendall(said)
    one_is_left(connect())


def one_is_left(connection: psycopg.Connection[Any]) -> None:
    """Wait until the connection is the only one from outside."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE client_port > 0"
    deadline = time.monotonic() + 20
    while connection.execute(query).fetchone() != (1,):
        assert time.monotonic() < deadline, "a connection is left"


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: sales\r\n\r\n",
        bytes(64),
        b"\xff" * 64,
        struct.pack("!ii", 8, 1),
        struct.pack("!ii", 9, 196608) + b"x",
        SSL_REQUEST + b"no handshake at all, although one was promised",
        # In plaintext what should be encrypted: not taken for what was said within TLS.
        SSL_REQUEST + STARTUP,
        STARTUP + b"p" + struct.pack("!i", 1 << 30),
        STARTUP + b"p" + struct.pack("!i", 2),
        STARTUP + b"Q" + struct.pack("!i", 4),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing_behind(
    emulator: Emulator, client: Any, database: dict[str, Any], connect: Connect, said: bytes
) -> None:
    change(emulator, client, require_ssl="false")
    with socket.create_connection((database["hostaddr"], database["port"])) as plain:
        plain.settimeout(20)
        plain.sendall(said)
        with plain.makefile("rb") as answers:
            answered = answers.read()
    assert b"Z\0\0\0\x05" not in answered, "somebody was let in"
    one_is_left(connect())


@pytest.mark.parametrize("way", ["cancel", "cancel_safe"])
@pytest.mark.parametrize("mode", ["verify-full", "disable"])
def test_a_query_is_cancelled(emulator: Emulator, client: Any, connect: Connect, way: str, mode: str) -> None:
    change(emulator, client, require_ssl="false")
    watcher, sleeper = connect(), connect(sslmode=mode)
    caught: list[Exception] = []

    def sleep() -> None:
        try:
            sleeper.execute("SELECT pg_sleep(60)")
        except psycopg.errors.QueryCanceled as error:
            caught.append(error)

    thread = threading.Thread(target=sleep)
    thread.start()
    deadline = time.monotonic() + 20
    while not watcher.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").fetchone():
        assert time.monotonic() < deadline, "the query has not begun"
    getattr(sleeper, way)()
    thread.join(20)
    assert [str(error) for error in caught] == ["canceling statement due to user request"]
    assert sleeper.execute("SELECT 1").fetchone() == (1,)
