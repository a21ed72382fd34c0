"""The operations of the Data API. Texts that are marked [C] are from issues and clients that quote the service."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from ..aws_request import AwsRequest
from ..call import database_user
from ..denials import denial
from ..errors import ServiceError, validation
from ..json_service import Operation
from ..postgres import unavailable
from ..secrets import secret_login
from ..state import Key, Workgroup
from . import catalog, execution, sql_text, statements
from .call import DataCall
from .state import Login, Part, Session, Statement

Params = dict[str, Any]

# 100 KB [C: DOC23].
LONGEST_STATEMENT = 100 * 1024
# A client token is remembered for eight hours [C: DOC23].
TOKEN_KEPT = timedelta(hours=8)
ROWS_OF_CSV = 100


def execute_statement(call: DataCall, params: Params) -> dict[str, Any]:
    """ExecuteStatement: one SQL statement."""
    return _execute(call, params, [params["Sql"]], batch=False)


def batch_execute_statement(call: DataCall, params: Params) -> dict[str, Any]:
    """BatchExecuteStatement: up to 40, together or each for itself."""
    return _execute(call, params, params["Sqls"], batch=True)


def _execute(call: DataCall, params: Params, sqls: list[str], batch: bool) -> dict[str, Any]:
    statement = _repeated(call, params)
    if statement is None:
        statement = _new_statement(call, params, sqls, batch)
        statements.begin(call, statement)
    statements.wait(call, statement, params.get("WaitTimeSeconds", 0))
    answer: dict[str, Any] = {
        "Id": statement.identifier,
        "CreatedAt": statement.created,
        "Database": statement.login.database,
        "SecretArn": statement.request.get("SecretArn"),
        "WorkgroupName": statement.workgroup,
        "DbUser": statement.login.user,
        "DbGroups": [],
        "SessionId": statement.session and statement.session.identifier,
    }
    if "WaitTimeSeconds" in params:
        done = statement.status == "FINISHED"
        answer |= {"Status": statement.status, "RedshiftPid": statement.pid}
        answer["HasResultSet"] = statement.has_result_set if done else None
    return answer


def _repeated(call: DataCall, params: Params) -> Statement | None:
    """The statement that the same caller has made with the same client token."""
    token = params.get("ClientToken")
    for each in call.data.statements.values():
        young = call.now - each.created < TOKEN_KEPT
        if token and each.owner == call.identity and each.request.get("ClientToken") == token and young:
            return each
    return None


def _new_statement(call: DataCall, params: Params, sqls: list[str], batch: bool) -> Statement:
    _check_texts(sqls, params.get("Parameters", []))
    active = [each for each in call.data.statements.values() if each.active]
    if len(active) >= call.settings.quotas["active_statements"]:
        message = f"The number of active statements exceeds the limit of {call.settings.quotas['active_statements']}."
        raise ServiceError("ActiveStatementsExceededException", message)
    session = _session(call, params)
    login = session.login if session else _login(call, params)
    if session is None and params.get("SessionKeepAliveSeconds"):
        session = _new_session(call, params, login)
    identifier = call.world.uuid()
    if session is not None:
        session.expires, session.current, session.updated = None, identifier, call.now
    return Statement(
        identifier=identifier,
        parts=[Part(sql) for sql in sqls],
        batch=batch,
        login=login,
        workgroup=session.workgroup if session else params["WorkgroupName"],
        owner=call.identity,
        caller=call.caller,
        request=params,
        created=call.now,
        updated=call.now,
        due=call.now,
        session=session,
    )


def _check_texts(sqls: list[str], parameters: list[dict[str, str]]) -> None:
    for sql in sqls:
        if len(sql.encode()) > LONGEST_STATEMENT:
            raise validation("The SQL statement is longer than 100 KB, which is the most.")
        if sql_text.count_statements(sql) > 1:
            # That it must be one is [C: model]; the text is [U].
            raise validation("Multiple SQL statements in one string are not supported. Use BatchExecuteStatement.")
    names = [each["name"] for each in parameters]
    if len(set(names)) < len(names):
        raise validation("A parameter name is given more than once.")
    used = set().union(*(sql_text.parameter_names(sql) for sql in sqls))
    unused = [name for name in names if name not in used]
    if unused:
        # [C: getting-started-with-amazon-redshift-data-api issue 4]
        text = f"Parameters list contains unused parameters. Unused parameters: [{', '.join(unused)}]"
        raise validation(text)


def _session(call: DataCall, params: Params) -> Session | None:
    """The session to go on with; it has database and login of its own [C: data-api guide], and one statement at a time.

    The texts for a closed session and for one that never was are AWS's [C: awslabs/mcp #4587], the others unknown [U].
    """
    identifier = params.get("SessionId")
    if identifier is None:
        return None
    session = call.data.sessions.get(identifier)
    if session is None or session.owner != call.identity:
        raise validation(f"Session with Id: {identifier} is invalid")
    if session.closed:
        raise validation("Session is not available")
    given = [
        name for name in ("WorkgroupName", "ClusterIdentifier", "Database", "DbUser", "SecretArn") if name in params
    ]
    if given:
        raise validation(f"{', '.join(given)} can't be given with SessionId: the session has its own.")
    if session.expires is None:
        raise validation(f"Session {identifier} is busy: a session runs one statement at a time.")
    session.keep_alive = params.get("SessionKeepAliveSeconds", session.keep_alive)
    return session


def _new_session(call: DataCall, params: Params, login: Login) -> Session:
    most = call.settings.quotas["active_sessions"]
    if sum(not each.closed for each in call.data.sessions.values()) >= most:
        raise ServiceError(
            "ActiveSessionsExceededException", f"The number of active sessions exceeds the limit of {most}."
        )
    session = Session(
        identifier=call.world.uuid(),
        login=login,
        workgroup=params["WorkgroupName"],
        owner=call.identity,
        caller=call.caller,
        keep_alive=params["SessionKeepAliveSeconds"],
        created=call.now,
        updated=call.now,
    )
    call.data.sessions[session.identifier] = session
    statements.limit_session(call, session)
    return session


def _login(call: DataCall, params: Params) -> Login:
    """Where and as whom a request wants to run SQL: the caller's IAM identity, or what a secret holds."""
    workgroup = _workgroup(call, params)
    database = params.get("ConnectedDatabase", params.get("Database"))
    if not database:
        raise validation("Database must be specified.")
    key = Key(call.account, call.region, workgroup.name)
    if call.world.databases is None or call.world.databases.find(key) is None:
        raise unavailable(
            f"The workgroup {workgroup.name} of the emulator has no database behind it: attach one with "
            "POST /_emulator/databases, which needs PostgreSQL and psycopg on this machine."
        )
    if "SecretArn" in params:
        _check_allowed(call, "secretsmanager", "GetSecretValue")
        user, password = secret_login(call.account, call.region, params["SecretArn"])
        return Login(key, database, user, password)
    _check_allowed(call, "redshift-serverless", "GetCredentials")
    return Login(key, database, database_user(call.caller))


def _workgroup(call: DataCall, params: Params) -> Workgroup:
    if "ClusterIdentifier" in params:
        raise validation("The emulator has no clusters: give WorkgroupName, and no ClusterIdentifier.")
    if "WorkgroupName" not in params:
        # [C: boto3 issue 3336]
        raise validation("Either ClusterIdentifier or WorkgroupName needs to be specified.")
    if "DbUser" in params:
        # That it is for clusters only is [C: model]; the text is [U].
        raise validation("DbUser can't be specified with WorkgroupName: the user is derived from the IAM identity.")
    name = params["WorkgroupName"]
    for workgroup in call.backend.workgroups.values():
        if name in (workgroup.name, workgroup.arn):
            if workgroup.status != "AVAILABLE":
                raise validation(f"The workgroup {workgroup.name} is not available: its status is {workgroup.status}.")
            return workgroup
    # [C: aws-cdk issue 30536]
    raise validation("Redshift endpoint doesn't exist in this region.")


def _check_allowed(call: DataCall, service: str, operation: str) -> None:
    """What the service does in the caller's name needs the caller's permission [C: DOC23]; a rule may deny it."""
    request = AwsRequest(service, operation, call.region, call.access_key, {}, json_protocol=True)
    refused = denial(call.settings.deny, request, call.account, call.caller)
    if refused:
        code, status, message = refused
        raise ServiceError(code, message, status)


def _find(call: DataCall, identifier: str) -> tuple[Statement, Part | None]:
    """A statement, and the part of it that an Id like ``...:2`` names; only for whom it belongs to."""
    whole, _colon, number = identifier.partition(":")
    statement = call.data.statements.get(whole)
    if statement is None or statement.owner != call.identity:
        # The text is as moto has it [I].
        raise ServiceError("ResourceNotFoundException", "Query does not exist.", members={"ResourceId": identifier})
    if not number:
        return statement, None
    if not statement.batch or not 1 <= int(number) <= len(statement.parts):
        raise ServiceError("ResourceNotFoundException", "Query does not exist.", members={"ResourceId": identifier})
    return statement, statement.parts[int(number) - 1]


def describe_statement(call: DataCall, params: Params) -> dict[str, Any]:
    """DescribeStatement, of a whole statement or batch [C: model]."""
    statement, _part = _find(call, params["Id"])
    statements.wait(call, statement, params.get("WaitTimeSeconds", 0))
    single = None if statement.batch else statement.parts[0]
    result = single.result if single else None
    return {
        "Id": statement.identifier,
        "SecretArn": statement.request.get("SecretArn"),
        "DbUser": statement.login.user,
        "Database": statement.login.database,
        "WorkgroupName": statement.workgroup,
        "Status": statement.status,
        "Error": statement.error,
        "Duration": statements.nanoseconds(statement),
        "CreatedAt": statement.created,
        "UpdatedAt": statement.updated,
        "RedshiftPid": statement.pid,
        "RedshiftQueryId": single.query_id if single else 0,
        "HasResultSet": statement.has_result_set,
        "ResultRows": result.affected if result else statements.UNKNOWN,
        "ResultSize": result.size if result else statements.UNKNOWN,
        "QueryString": single and single.sql,
        "QueryParameters": statement.request.get("Parameters"),
        "ResultFormat": statement.request.get("ResultFormat", "JSON"),
        "SessionId": statement.session and statement.session.identifier,
        "ExecutionMode": statement.request.get("ExecutionMode", "TRANSACTION") if statement.batch else None,
        "SubStatements": _sub_statements(statement) if statement.batch else None,
    }


def _sub_statements(statement: Statement) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"{statement.identifier}:{number}",
            "QueryString": part.sql,
            "Status": part.status if not statement.active else statement.status,
            "Error": part.error,
            "CreatedAt": statement.created,
            "UpdatedAt": part.updated or statement.updated,
            "Duration": statements.nanoseconds(statement) if part.started else statements.UNKNOWN,
            "HasResultSet": part.result is not None and part.result.columns is not None,
            "ResultRows": part.result.affected if part.result else statements.UNKNOWN,
            "ResultSize": part.result.size if part.result else statements.UNKNOWN,
            "RedshiftQueryId": part.query_id,
        }
        for number, part in enumerate(statement.parts, start=1)
    ]


def _result(call: DataCall, params: Params, form: str) -> Any:
    statement, part = _find(call, params["Id"])
    statements.wait(call, statement, params.get("WaitTimeSeconds", 0))
    if part is None:
        if statement.batch:
            raise validation("The result of a batch is that of its substatements: give an Id such as <Id>:1.")
        part = statement.parts[0]
    asked = statement.request.get("ResultFormat", "JSON")
    if asked != form:
        other = {"JSON": "GetStatementResult", "CSV": "GetStatementResultV2"}[asked]
        raise validation(f"The result is in the format {asked}: get it with {other}.")
    if part.result is None or part.result.columns is None or statement.status != "FINISHED":
        # The text: [C: a client's tests against the service]
        message = "Query does not have result. Please check query status with DescribeStatement."
        raise ServiceError("ResourceNotFoundException", message, members={"ResourceId": params["Id"]})
    return part.result


def get_statement_result(call: DataCall, params: Params) -> dict[str, Any]:
    """GetStatementResult."""
    result = _result(call, params, "JSON")
    return {"Records": result.rows, "ColumnMetadata": result.columns, "TotalNumRows": len(result.rows)}


def get_statement_result_v2(call: DataCall, params: Params) -> dict[str, Any]:
    """GetStatementResultV2: as CSV."""
    result = _result(call, params, "CSV")
    pieces = [result.rows[first : first + ROWS_OF_CSV] for first in range(0, len(result.rows), ROWS_OF_CSV)]
    return {
        "Records": [{"CSVRecords": execution.to_csv(piece)} for piece in pieces],
        "ColumnMetadata": result.columns,
        "TotalNumRows": len(result.rows),
        "ResultFormat": "CSV",
    }


def cancel_statement(call: DataCall, params: Params) -> dict[str, Any]:
    """CancelStatement; what is over cannot be cancelled [C, text: grafana's and moto's clients]."""
    statement, _part = _find(call, params["Id"])
    if not statement.active:
        raise validation(
            f"Could not cancel a query that is already in {statement.status} state with ID: {statement.identifier}"
        )
    statements.end(call, statement, "ABORTED")
    return {"Status": True}


def list_statements(call: DataCall, params: Params) -> dict[str, Any]:
    """ListStatements: the newest first; finished ones unless another status is asked for [C: model]."""
    status = params.get("Status", "FINISHED")
    found = [
        each
        for each in reversed(call.data.statements.values())
        if each.owner == call.identity
        and (params.get("RoleLevel", True) or each.caller == call.caller)
        and status in ("ALL", each.status)
        and each.request.get("StatementName", "").startswith(params.get("StatementName", ""))
        and params.get("Database", each.login.database) == each.login.database
        and params.get("WorkgroupName", each.workgroup) == each.workgroup
    ]
    return {"Statements": [_listed(each) for each in found]}


def _listed(statement: Statement) -> dict[str, Any]:
    texts = [part.sql for part in statement.parts]
    return {
        "Id": statement.identifier,
        "QueryString": texts[0],
        "QueryStrings": texts if statement.batch else None,
        "SecretArn": statement.request.get("SecretArn"),
        "Status": statement.status,
        "StatementName": statement.request.get("StatementName"),
        "CreatedAt": statement.created,
        "UpdatedAt": statement.updated,
        "QueryParameters": statement.request.get("Parameters"),
        "IsBatchStatement": statement.batch,
        "ResultFormat": statement.request.get("ResultFormat", "JSON"),
        "SessionId": statement.session and statement.session.identifier,
    }


def list_sessions(call: DataCall, params: Params) -> dict[str, Any]:
    """ListSessions: those of the caller in the last 24 hours, closed ones if asked for [C: model]."""
    own = [each for each in call.data.sessions.values() if each.owner == call.identity]
    if "SessionId" in params:
        return {"Sessions": [_the_session(own, params)]}
    status = params.get("Status")
    found = [
        each
        for each in own
        if each.status in ((status,) if status else ("AVAILABLE", "BUSY"))
        and (params.get("RoleLevel", True) or each.caller == call.caller)
        and params.get("Database", each.login.database) == each.login.database
        and params.get("WorkgroupName", each.workgroup) == each.workgroup
    ]
    return {"Sessions": [_shown(each) for each in found]}


def _the_session(own: list[Session], params: Params) -> dict[str, Any]:
    """One session by its id, in whatever status; one that never was is not found [C: awslabs/mcp #4587], text [U]."""
    others = sorted({"Status", "ClusterIdentifier", "WorkgroupName", "Database"} & params.keys())
    if others:
        raise validation(f"{', '.join(others)} can't be given with SessionId.")
    identifier = params["SessionId"]
    for session in own:
        if session.identifier == identifier:
            return _shown(session)
    raise ServiceError("ResourceNotFoundException", "Session does not exist.", members={"ResourceId": identifier})


def _shown(session: Session) -> dict[str, Any]:
    return {
        "SessionId": session.identifier,
        "Status": session.status,
        "CreatedAt": session.created,
        "UpdatedAt": session.updated,
        "Database": session.login.database,
        "DbUser": session.login.user,
        "WorkgroupName": session.workgroup,
        "SessionAliveSeconds": session.keep_alive,
        "SessionTtl": session.expires,
        "CurrentStatementId": session.current,
    }


def _ask(call: DataCall, params: Params, question: catalog.Question) -> dict[str, Any]:
    login = _login(call, params)
    if "ConnectedDatabase" in params and "Database" in params and params["Database"] != params["ConnectedDatabase"]:
        # Redshift can look into other databases, PostgreSQL must connect to them.
        login = dataclasses.replace(login, database=params["Database"])
    return catalog.ask(call, login, params, question)


def list_databases(call: DataCall, params: Params) -> dict[str, Any]:
    """ListDatabases."""
    return _ask(call, params, catalog.databases)


def list_schemas(call: DataCall, params: Params) -> dict[str, Any]:
    """ListSchemas."""
    return _ask(call, params, catalog.schemas)


def list_tables(call: DataCall, params: Params) -> dict[str, Any]:
    """ListTables."""
    return _ask(call, params, catalog.tables)


def describe_table(call: DataCall, params: Params) -> dict[str, Any]:
    """DescribeTable."""
    return _ask(call, params, catalog.columns)


OPERATIONS: dict[str, Operation] = {
    "ExecuteStatement": execute_statement,
    "BatchExecuteStatement": batch_execute_statement,
    "DescribeStatement": describe_statement,
    "GetStatementResult": get_statement_result,
    "GetStatementResultV2": get_statement_result_v2,
    "CancelStatement": cancel_statement,
    "ListStatements": list_statements,
    "ListSessions": list_sessions,
    "ListDatabases": list_databases,
    "ListSchemas": list_schemas,
    "ListTables": list_tables,
    "DescribeTable": describe_table,
}
