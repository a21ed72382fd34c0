"""The Redshift Data API: its SQL runs on the attached database, its statements move with simulated time."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_kit.constants import OWNER, SETTLED
from redshift_emulator.control import Emulator
from redshift_emulator.data_api import sql_text
from redshift_emulator.data_api.execution import field, to_csv

OVER = 10
HOUR = 3600


@dataclasses.dataclass(frozen=True)
class Api:
    """The owner's Data API.

    Attributes:
        client: The client.
        emulator: Whose time passes.
        secret: ARN of the admin's secret.
    """

    client: Any
    emulator: Emulator
    secret: str

    def begin(self, sql: str | list[str], **options: Any) -> str:
        """Submit a statement, or a batch; gives its Id."""
        place = {} if "SessionId" in options else {"WorkgroupName": "sales", "Database": "dev"}
        given = {**place, **options}
        if isinstance(sql, str):
            return str(self.client.execute_statement(Sql=sql, **given)["Id"])
        return str(self.client.batch_execute_statement(Sqls=sql, **given)["Id"])

    def done(self, sql: str | list[str], **options: Any) -> dict[str, Any]:
        """Submit, let time pass, and describe."""
        identifier = self.begin(sql, **options)
        self.emulator.advance(OVER)
        return self.describe(identifier)

    def describe(self, identifier: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_statement(Id=identifier)
        return found

    def rows(self, sql: str, **options: Any) -> list[list[Any]]:
        """The rows of a statement, as plain values."""
        finished = self.done(sql, **options)
        assert finished["Status"] == "FINISHED", finished
        pages = self.client.get_paginator("get_statement_result").paginate(Id=finished["Id"])
        return [[plain(each) for each in record] for page in pages for record in page["Records"]]

    def as_admin(self, sql: str | list[str]) -> dict[str, Any]:
        finished = self.done(sql, SecretArn=self.secret)
        assert finished["Status"] == "FINISHED", finished
        return finished


def plain(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return None if kind == "isNull" else content


@pytest.fixture
def api(emulator: Emulator, client: Any, clients: Any, workgroup: dict[str, Any], needs_database: None) -> Api:
    emulator.attach_database("sales")
    client.update_namespace(namespaceName="sales", manageAdminPassword=True)
    emulator.advance(SETTLED)
    secret = client.get_namespace(namespaceName="sales")["namespace"]["adminPasswordSecretArn"]
    return Api(clients(OWNER, "redshift-data"), emulator, secret)


@pytest.fixture
def reader(api: Api) -> Api:
    """The Data API as an IAM role that did not create the namespace, whose creator is a superuser."""
    session = api.emulator.session()
    role = session.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    keys = session.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    client = session.client(
        "redshift-data",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    return dataclasses.replace(api, client=client)


def test_a_statement_moves_through_its_states_in_simulated_time(api: Api) -> None:
    api.emulator.settings(durations={"statement_submitted": 5.0, "statement_picked": 5.0, "statement_started": 60.0})
    identifier = api.begin("CREATE TABLE sold (number int)")
    seen = [api.describe(identifier)]
    for _step in range(3):
        api.emulator.advance(5)
        seen.append(api.describe(identifier))
    assert [each["Status"] for each in seen] == ["SUBMITTED", "PICKED", "STARTED", "STARTED"]
    assert [each["RedshiftPid"] > 0 for each in seen] == [False, False, True, True]
    assert (seen[-1]["Duration"], seen[-1]["ResultRows"], seen[-1]["HasResultSet"]) == (-1, -1, False)
    api.emulator.advance(60)
    finished = api.describe(identifier)
    assert (finished["Status"], finished["Duration"], finished["ResultRows"]) == ("FINISHED", 60_000_000_000, 0)
    assert finished["UpdatedAt"] > finished["CreatedAt"]
    assert (finished["Database"], finished["WorkgroupName"], finished["DbUser"]) == ("dev", "sales", "IAM:emulator")
    assert "Error" not in finished


def test_polls_of_the_data_api_move_time_too(api: Api) -> None:
    api.emulator.clock(per_request=1)
    identifier = api.begin("SELECT 1")
    seen = [api.describe(identifier)["Status"] for _poll in range(4)]
    assert (seen[0] in ("STARTED", "PICKED"), seen[-1]) == (True, "FINISHED")


def test_values_are_typed_and_columns_described(api: Api) -> None:
    api.as_admin("CREATE TABLE prices (article int NOT NULL, price numeric(8,2) DEFAULT 1.5, note varchar(20))")
    api.as_admin("GRANT SELECT ON prices TO PUBLIC")
    api.as_admin("INSERT INTO prices VALUES (7, 19.90, NULL)")
    finished = api.done(
        "SELECT *, true AS yes, 0.5::float8 AS half, '\\x0001'::bytea AS raw, date '2026-01-02' AS day FROM prices"
    )
    result = api.client.get_statement_result(Id=finished["Id"])
    assert result["Records"] == [
        [
            {"longValue": 7},
            {"stringValue": "19.90"},
            {"isNull": True},
            {"booleanValue": True},
            {"doubleValue": 0.5},
            {"blobValue": b"\x00\x01"},
            {"stringValue": "2026-01-02"},
        ]
    ]
    columns = {each["name"]: each for each in result["ColumnMetadata"]}
    assert [each["typeName"] for each in columns.values()] == [
        "int4",
        "numeric",
        "varchar",
        "bool",
        "float8",
        "bytea",
        "date",
    ]
    assert (columns["article"]["nullable"], columns["note"]["nullable"]) == (0, 1)
    assert (columns["price"]["precision"], columns["price"]["scale"], columns["note"]["precision"]) == (8, 2, 20)
    assert (columns["price"]["tableName"], columns["price"]["schemaName"], columns["yes"]["tableName"]) == (
        "prices",
        "public",
        "",
    )
    assert (finished["HasResultSet"], finished["ResultRows"], result["TotalNumRows"]) == (True, 1, 1)
    assert finished["ResultSize"] > 0


def test_rows_that_were_changed_are_counted(api: Api) -> None:
    api.done("CREATE TABLE sold AS SELECT generate_series(1, 5) AS number")
    finished = api.done("DELETE FROM sold WHERE number > 2")
    assert (finished["ResultRows"], finished["HasResultSet"]) == (3, False)


def test_long_results_come_in_pages(api: Api) -> None:
    finished = api.done("SELECT generate_series(1, 250)")
    first = api.client.get_statement_result(Id=finished["Id"])
    assert (len(first["Records"]), first["TotalNumRows"]) == (100, 250)
    assert api.rows("SELECT generate_series(1, 250)") == [[number] for number in range(1, 251)]


def test_csv_results_come_from_the_other_operation(api: Api, refused: Any) -> None:
    finished = api.done(
        "SELECT 1, NULL, 'a,b', false UNION ALL SELECT 2, 'x', 'c', true ORDER BY 1", ResultFormat="CSV"
    )
    result = api.client.get_statement_result_v2(Id=finished["Id"])
    assert (result["Records"], result["ResultFormat"]) == ([{"CSVRecords": '1,,"a,b",false\r\n2,x,c,true\r\n'}], "CSV")
    refused("ValidationException", api.client.get_statement_result, Id=finished["Id"])


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ('SELECT * FROM "nowhere"', 'ERROR: relation "nowhere" does not exist\n  Position: 15'),
        ("SELCT 1", 'ERROR: syntax error at or near "SELCT"\n  Position: 1'),
        ("SELECT 1/0", "ERROR: division by zero"),
        ("SELECT :missing", 'ERROR: syntax error at or near ":"\n  Position: 8'),
        ("CREATE ROLE analyst", "ERROR: permission denied to create role"),
    ],
)
def test_errors_are_postgresqls_in_the_services_form(reader: Api, refused: Any, sql: str, error: str) -> None:
    failed = reader.done(sql)
    assert (failed["Status"], failed["Error"], failed["HasResultSet"]) == ("FAILED", error, False)
    message = refused("ResourceNotFoundException", reader.client.get_statement_result, Id=failed["Id"])
    assert message == "Query does not have result. Please check query status with DescribeStatement."


def test_a_database_or_password_that_is_wrong_fails_the_statement(api: Api) -> None:
    failed = api.done("SELECT 1", Database="missing")
    assert (failed["Status"], failed["Error"]) == ("FAILED", 'FATAL: database "missing" does not exist')
    secrets = api.emulator.session().client("secretsmanager")
    arn = secrets.create_secret(Name="wrong", SecretString=json.dumps({"username": "admin", "password": "no"}))["ARN"]
    failed = api.done("SELECT 1", SecretArn=arn)
    assert failed["Error"] == 'FATAL: password authentication failed for user "admin"'


def test_the_user_is_the_callers_identity_or_the_secrets(api: Api, refused: Any) -> None:
    assert api.rows("SELECT current_user") == [["IAM:emulator"]]
    assert api.rows("SELECT current_user", SecretArn=api.secret) == [["admin"]]
    assert api.rows("SELECT current_user", SecretArn=api.secret.rpartition(":")[2].rpartition("-")[0]) == [["admin"]]
    refused("ValidationException", api.begin, "SELECT 1", SecretArn="missing")
    refused("ValidationException", api.begin, "SELECT 1", DbUser="ana")


def test_who_created_the_namespace_is_a_superuser_and_nobody_else(api: Api, reader: Api) -> None:
    query = "SELECT usesuper FROM pg_user WHERE usename = current_user"
    assert (api.rows(query), reader.rows(query)) == ([[True]], [[False]])
    assert api.done("CREATE ROLE analyst")["Status"] == "FINISHED"
    assert api.rows("SELECT role_name FROM svv_roles") == [["analyst"]]


def test_the_roles_of_the_callers_tags_are_there(api: Api, reader: Api) -> None:
    api.as_admin("CREATE ROLE analyst")
    api.as_admin(["CREATE TABLE secrets AS SELECT 1 AS number", "GRANT SELECT ON secrets TO ROLE analyst"])
    assert reader.done("SELECT * FROM secrets")["Error"].startswith("ERROR: permission denied for table secrets")
    iam = api.emulator.session().client("iam")
    iam.tag_role(RoleName="reader", Tags=[{"Key": "RedshiftDbRoles", "Value": "missing:analyst"}])
    assert reader.rows("SELECT * FROM secrets") == [[1]]


def test_roles_are_granted_and_seen_in_redshifts_words(api: Api) -> None:
    api.as_admin("CREATE ROLE analyst")
    api.as_admin('CREATE USER "IAMR:etl" PASSWORD DISABLE')
    api.as_admin('GRANT ROLE analyst TO "IAMR:etl"')
    assert api.rows("SELECT user_name, role_name FROM svv_user_grants") == [["IAMR:etl", "analyst"]]
    api.as_admin('REVOKE ROLE analyst FROM "IAMR:etl"')
    assert api.rows("SELECT user_name FROM svv_user_grants") == []
    assert api.rows("SELECT role_name FROM svv_roles") == [["analyst"]]
    assert api.rows("SELECT dateadd(day, -1, '2026-03-01'), getdate() IS NULL") == [["2026-02-28 00:00:00", False]]


def test_parameters_are_bound_as_values(api: Api, refused: Any) -> None:
    evil = "x'; DROP TABLE sold; --"
    given = [{"name": "text", "value": evil}, {"name": "number", "value": "41"}]
    assert api.rows("SELECT :text::text, :number::int + 1, ':text', :text", Parameters=given) == [
        [evil, 42, ":text", evil]
    ]
    assert api.rows("SELECT 1 WHERE 7 = :number", Parameters=[{"name": "number", "value": "7"}]) == [[1]]
    unused = refused("ValidationException", api.begin, "SELECT ':number'", Parameters=given[1:])
    assert unused == "Parameters list contains unused parameters. Unused parameters: [number]"
    refused("ValidationException", api.begin, "SELECT :number", Parameters=[*given[1:], *given[1:]])


def test_a_batch_is_one_transaction(api: Api) -> None:
    finished = api.done(
        ["CREATE TABLE sold (number int)", "INSERT INTO sold VALUES (1), (2)", "SELECT * FROM sold ORDER BY 1"]
    )
    assert (finished["Status"], finished["HasResultSet"], finished["ResultRows"]) == ("FINISHED", True, -1)
    parts = finished["SubStatements"]
    assert [each["Id"] for each in parts] == [f"{finished['Id']}:{number}" for number in (1, 2, 3)]
    assert [(each["Status"], each["HasResultSet"], each["ResultRows"]) for each in parts] == [
        ("FINISHED", False, 0),
        ("FINISHED", False, 2),
        ("FINISHED", True, 2),
    ]
    result = api.client.get_statement_result(Id=parts[2]["Id"])
    assert result["Records"] == [[{"longValue": 1}], [{"longValue": 2}]]

    failed = api.done(["INSERT INTO sold VALUES (3)", "SELECT 1/0", "INSERT INTO sold VALUES (4)"])
    assert (failed["Status"], failed["Error"]) == ("FAILED", "Query #2 failed with ERROR: division by zero")
    assert [each["Status"] for each in failed["SubStatements"]] == ["FINISHED", "FAILED", "ABORTED"]
    assert failed["SubStatements"][1]["Error"] == "ERROR: division by zero"
    assert api.rows("SELECT count(*) FROM sold") == [[2]]


def test_a_batch_may_commit_each_part(api: Api) -> None:
    api.done("CREATE TABLE sold (number int)")
    failed = api.done(
        ["INSERT INTO sold VALUES (3)", "SELECT 1/0", "INSERT INTO sold VALUES (4)"], ExecutionMode="AUTO_COMMIT"
    )
    assert (failed["Status"], failed["ExecutionMode"]) == ("FAILED", "AUTO_COMMIT")
    assert [each["Status"] for each in failed["SubStatements"]] == ["FINISHED", "FAILED", "FINISHED"]
    assert api.rows("SELECT number FROM sold ORDER BY 1") == [[3], [4]]


def test_what_is_cancelled_has_no_effect(api: Api, refused: Any) -> None:
    api.emulator.settings(durations={"statement_started": 600.0})
    identifier = api.begin("CREATE TABLE never (number int)")
    api.emulator.advance(OVER)
    assert api.describe(identifier)["Status"] == "STARTED"
    assert api.client.cancel_statement(Id=identifier)["Status"] is True
    assert api.describe(identifier)["Status"] == "ABORTED"
    message = refused("ValidationException", api.client.cancel_statement, Id=identifier)
    assert message == f"Could not cancel a query that is already in ABORTED state with ID: {identifier}"
    api.emulator.settings(durations={"statement_started": 2.0})
    api.emulator.advance(HOUR)
    assert api.describe(identifier)["Status"] == "ABORTED"
    assert api.rows("SELECT to_regclass('never') IS NULL") == [[True]]


def test_a_restart_breaks_a_statement_that_runs(api: Api, client: Any) -> None:
    api.emulator.settings(durations={"statement_started": 600.0})
    identifier = api.begin("SELECT 1")
    api.emulator.advance(OVER)
    given = [{"parameterKey": "use_fips_ssl", "parameterValue": "true"}]
    client.update_workgroup(workgroupName="sales", configParameters=given)
    api.emulator.advance(300)
    assert api.describe(identifier)["Status"] == "STARTED"
    api.emulator.advance(300)
    failed = api.describe(identifier)
    assert failed["Status"] == "FAILED"
    assert "terminating connection" in failed["Error"]


def test_the_same_token_gives_the_same_statement_for_eight_hours(api: Api) -> None:
    first = api.begin("SELECT 1", ClientToken="once")
    api.emulator.advance(7 * HOUR)
    assert api.begin("SELECT 1", ClientToken="once") == first
    api.emulator.advance(2 * HOUR)
    assert api.begin("SELECT 1", ClientToken="once") != first


def test_waiting_in_the_call_lets_time_pass(api: Api) -> None:
    answer = api.client.execute_statement(WorkgroupName="sales", Database="dev", Sql="SELECT 1", WaitTimeSeconds=30)
    assert (answer["Status"], answer["HasResultSet"]) == ("FINISHED", True)
    api.emulator.settings(durations={"statement_started": 100.0})
    identifier = api.begin("SELECT 1")
    seen = [api.client.describe_statement(Id=identifier, WaitTimeSeconds=30)["Status"] for _poll in range(4)]
    assert seen == ["STARTED", "STARTED", "STARTED", "FINISHED"]


def test_sessions_keep_their_temporary_tables_until_they_expire(api: Api, refused: Any) -> None:
    made = api.done("CREATE TEMP TABLE kept AS SELECT 5 AS number", SessionKeepAliveSeconds=100)
    session = made["SessionId"]
    api.emulator.advance(80)
    identifier = api.begin("SELECT number FROM kept", SessionId=session)
    assert "busy" in refused("ValidationException", api.begin, "SELECT 1", SessionId=session)
    api.emulator.advance(OVER)
    assert api.client.get_statement_result(Id=identifier)["Records"] == [[{"longValue": 5}]]
    assert [each["SessionId"] for each in api.client.list_sessions()["Sessions"]] == [session]
    refused("ValidationException", api.begin, "SELECT 1", SessionId=session, Database="dev")
    api.emulator.advance(101)
    assert api.client.list_sessions()["Sessions"] == []
    assert refused("ValidationException", api.begin, "SELECT 1", SessionId=session) == "Session is not available"
    (closed,) = api.client.list_sessions(SessionId=session)["Sessions"]
    assert closed["Status"] == "CLOSED"
    assert api.client.list_sessions(Status="CLOSED", WorkgroupName="sales")["Sessions"] == [closed]
    refused("ValidationException", api.client.list_sessions, SessionId=session, Database="dev")
    api.emulator.advance(24 * HOUR)
    refused("ResourceNotFoundException", api.client.list_sessions, SessionId=session)
    message = refused("ValidationException", api.begin, "SELECT 1", SessionId=session)
    assert message == f"Session with Id: {session} is invalid"


def test_statements_of_a_session_share_a_transaction(api: Api) -> None:
    api.as_admin("CREATE TABLE kept (number int)")
    session = api.done("BEGIN", SessionKeepAliveSeconds=600, SecretArn=api.secret)["SessionId"]
    api.done("INSERT INTO kept VALUES (1)", SessionId=session)
    assert api.rows("SELECT number FROM kept", SessionId=session) == [[1]]
    assert api.rows("SELECT number FROM kept", SecretArn=api.secret) == []
    api.done("ROLLBACK", SessionId=session)
    assert api.rows("SELECT number FROM kept", SessionId=session) == []
    api.done("BEGIN", SessionId=session)
    assert api.done("SELECT 1/0", SessionId=session)["Status"] == "FAILED"
    failed = api.done("SELECT 1", SessionId=session)
    assert failed["Error"] == "ERROR: current transaction is aborted, commands ignored until end of transaction block"


def test_a_session_outlives_its_first_statement_if_that_is_cancelled_and_not_if_it_can_not_log_in(api: Api) -> None:
    identifier = api.begin("SELECT 1", SessionKeepAliveSeconds=600)
    api.client.cancel_statement(Id=identifier)
    session = api.describe(identifier)["SessionId"]
    assert api.rows("SELECT 2", SessionId=session) == [[2]]
    failed = api.done("SELECT 1", SessionKeepAliveSeconds=600, Database="nowhere")
    assert failed["Status"] == "FAILED"
    (closed,) = api.client.list_sessions(SessionId=failed["SessionId"])["Sessions"]
    assert closed["Status"] == "CLOSED"


def test_a_session_that_the_server_has_cut_is_closed(api: Api, client: Any, refused: Any) -> None:
    session = api.done("SELECT 1", SessionKeepAliveSeconds=3600)["SessionId"]
    parameters = [{"parameterKey": "require_ssl", "parameterValue": "false"}]
    client.update_workgroup(workgroupName="sales", configParameters=parameters)
    api.emulator.advance(SETTLED)
    assert api.done("SELECT 1", SessionId=session)["Status"] == "FAILED"
    assert refused("ValidationException", api.begin, "SELECT 1", SessionId=session) == "Session is not available"


def test_after_a_day_a_session_is_closed_whatever_runs_in_it(api: Api, refused: Any) -> None:
    session = api.done("SELECT 1", SessionKeepAliveSeconds=24 * HOUR)["SessionId"]
    api.emulator.advance(24 * HOUR - OVER - 100)
    api.emulator.settings(durations={"statement_started": 1000.0})
    identifier = api.begin("SELECT 2", SessionId=session)
    (busy,) = api.client.list_sessions(Status="BUSY")["Sessions"]
    assert busy["CurrentStatementId"] == identifier
    api.emulator.advance(101)
    assert api.describe(identifier)["Status"] == "ABORTED"
    refused("ResourceNotFoundException", api.client.list_sessions, SessionId=session)


def test_statements_are_kept_for_a_day_and_listed_newest_first(api: Api, refused: Any) -> None:
    good, bad = api.done("SELECT 1", StatementName="daily-1")["Id"], api.done("SELECT 1/0", StatementName="other")["Id"]

    def listed(**filters: Any) -> list[str]:
        return [each["Id"] for each in api.client.list_statements(**filters)["Statements"]]

    assert (listed(), listed(Status="FAILED"), listed(Status="ALL")) == ([good], [bad], [bad, good])
    assert listed(Status="ALL", StatementName="daily") == [good]
    assert listed(WorkgroupName="other", Status="ALL") == []
    api.emulator.advance(24 * HOUR)
    assert listed(Status="ALL") == []
    assert refused("ResourceNotFoundException", api.describe, good) == "Query does not exist."


def test_statements_belong_to_who_made_them(api: Api, refused: Any) -> None:
    identifier = api.done("SELECT 1")["Id"]
    iam = api.emulator.session().client("iam")
    iam.create_user(UserName="eve")
    keys = iam.create_access_key(UserName="eve")["AccessKey"]
    eve = api.emulator.session().client(
        "redshift-data", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"]
    )
    refused("ResourceNotFoundException", eve.describe_statement, Id=identifier)
    assert eve.list_statements(Status="ALL")["Statements"] == []


def test_a_reader_of_the_catalogue_gets_pages(api: Api) -> None:
    api.as_admin(["CREATE SCHEMA mart", "CREATE TABLE mart.sold (number int NOT NULL, at date DEFAULT '2026-01-01')"])
    api.as_admin("CREATE VIEW mart.seen AS SELECT * FROM mart.sold")
    place = {"WorkgroupName": "sales", "Database": "dev"}
    assert api.client.list_databases(**place)["Databases"] == ["dev"]
    assert api.client.list_schemas(**place, SchemaPattern="m%")["Schemas"] == ["mart"]
    pages = list(api.client.get_paginator("list_tables").paginate(**place, SchemaPattern="mart", MaxResults=1))
    tables = list(itertools.chain.from_iterable(page["Tables"] for page in pages))
    assert (len(pages), [(each["name"], each["type"]) for each in tables]) == (2, [("seen", "VIEW"), ("sold", "TABLE")])
    columns = api.client.describe_table(**place, Schema="mart", Table="sold")["ColumnList"]
    assert [(each["name"], each["typeName"], each["nullable"]) for each in columns] == [
        ("number", "int4", 0),
        ("at", "date", 1),
    ]
    assert columns[1]["columnDefault"] == "'2026-01-01'::date"
    with pytest.raises(ClientError, match='FATAL: database "missing" does not exist'):
        api.client.list_tables(WorkgroupName="sales", Database="missing")


def test_what_a_request_lacks_or_has_too_much_is_said(api: Api, client: Any, refused: Any) -> None:
    execute = api.client.execute_statement
    place = {"WorkgroupName": "sales", "Database": "dev"}
    code = "ValidationException"
    text = "Either ClusterIdentifier or WorkgroupName needs to be specified."
    assert refused(code, execute, Sql="SELECT 1", Database="dev") == text
    text = "Redshift endpoint doesn't exist in this region."
    assert refused(code, execute, Sql="SELECT 1", WorkgroupName="missing", Database="dev") == text
    assert "Database" in refused(code, execute, Sql="SELECT 1", WorkgroupName="sales")
    assert "no clusters" in refused(code, execute, Sql="SELECT 1", ClusterIdentifier="one", Database="dev")
    assert "BatchExecuteStatement" in refused(code, execute, Sql="SELECT 1; SELECT 2", **place)
    assert "100 KB" in refused(code, execute, Sql="SELECT '" + "x" * 102400 + "'", **place)
    refused(code, execute, Sql="SELECT 1", WaitTimeSeconds=31, **place)
    refused(code, api.client.batch_execute_statement, Sqls=["SELECT 1"] * 41, **place)
    arn = client.get_workgroup(workgroupName="sales")["workgroup"]["workgroupArn"]
    assert api.done("SELECT 1;", WorkgroupName=arn)["WorkgroupName"] == arn
    client.update_workgroup(workgroupName="sales", port=5450)
    assert "MODIFYING" in refused(code, execute, Sql="SELECT 1", **place)


def test_the_number_of_active_statements_is_limited(api: Api, refused: Any) -> None:
    api.emulator.settings(quotas={"active_statements": 2})
    for _number in range(2):
        api.begin("SELECT 1")
    refused("ActiveStatementsExceededException", api.begin, "SELECT 1")
    api.emulator.advance(OVER)
    api.begin("SELECT 1")


@pytest.mark.parametrize(
    ("action", "secret"),
    [
        ("redshift-data:ExecuteStatement", False),
        ("redshift-serverless:GetCredentials", False),
        ("secretsmanager:GetSecretValue", True),
    ],
)
def test_a_caller_needs_permission_for_what_is_done_in_its_name(
    api: Api, refused: Any, action: str, secret: bool
) -> None:
    options = {"SecretArn": api.secret} if secret else {}
    api.begin("SELECT 1", **options)
    api.emulator.settings(deny=[{"action": action}])
    assert action in refused("AccessDeniedException", api.begin, "SELECT 1", **options)


def test_deleting_the_workgroup_fails_what_runs(api: Api, client: Any) -> None:
    api.emulator.settings(durations={"statement_started": 10_000.0})
    identifier = api.begin("SELECT 1")
    api.emulator.advance(OVER)
    client.delete_workgroup(workgroupName="sales")
    api.emulator.advance(20_000)
    assert api.describe(identifier)["Status"] == "FAILED"


def test_a_workgroup_without_a_database_says_so(emulator: Emulator, clients: Any, workgroup: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="The workgroup sales of the emulator has no database behind it: attach one"):
        clients(OWNER, "redshift-data").execute_statement(WorkgroupName="sales", Database="dev", Sql="SELECT 1")


@pytest.mark.parametrize(
    ("sql", "count"),
    [("", 0), (" ; -- nothing", 0), ("SELECT 1", 1), ("SELECT ';';", 1), ("a; /* b; */ c", 2), ("DO $x$ a; b; $x$", 1)],
)
def test_statements_are_counted_outside_of_quotes(sql: str, count: int) -> None:
    assert sql_text.count_statements(sql) == count


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("GRANT ROLE a, ROLE b TO ROLE c WITH ADMIN OPTION", "GRANT a, b TO c WITH ADMIN OPTION"),
        ('revoke role "ROLE role" from x', 'revoke "ROLE role" from x'),
        (
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ROLE a",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a",
        ),
        ("-- why\nALTER USER x PASSWORD DISABLE", "-- why\nALTER USER x PASSWORD NULL"),
        ("CREATE ROLE a", "CREATE ROLE a"),
        ("SELECT 'GRANT ROLE a TO b', dateadd(hour, 1, at)", "SELECT 'GRANT ROLE a TO b', dateadd('hour', 1, at)"),
    ],
)
def test_redshifts_words_become_postgresqls(sql: str, expected: str) -> None:
    assert sql_text.to_postgresql(sql) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (701, b"NaN", {"stringValue": "NaN"}),
        (20, b"-9223372036854775808", {"longValue": -(2**63)}),
        (16, b"f", {"booleanValue": False}),
        (17, b"\\xff", {"blobValue": "/w=="}),
        (25, "ä".encode(), {"stringValue": "ä"}),
    ],
)
def test_fields(kind: int, text: bytes, expected: dict[str, Any]) -> None:
    assert field(kind, text) == expected


def test_csv_quotes_what_needs_it() -> None:
    row: list[dict[str, Any]] = [{"stringValue": 'a "b"'}, {"isNull": True}, {"booleanValue": True}, {"longValue": 3}]
    assert to_csv([row]) == '"a ""b""",,true,3\r\n'
