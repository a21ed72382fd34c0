# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import LOST_ANSWERS
from botocore.exceptions import ReadTimeoutError
from unit_kit.conversation import ANY, Conversation
from unit_kit.modules import Runner, operations

ID = "d9b6c0c9-0747-4bf4-b142-e8883122f766"
READ, WRITE = "SELECT article FROM prices", "DELETE FROM prices"
BASE = {"workgroup": "sales", "database": "dev"}
LOST = ReadTimeoutError(endpoint_url="https://redshift-data")


class DataApi:
    """What is asked of the Data API, in its order."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def request(self, sql: str | list[str], **members: Any) -> dict[str, Any]:
        text = {"Sql": sql} if isinstance(sql, str) else {"Sqls": sql}
        return {"WorkgroupName": "sales", "Database": "dev", **members, **text, "ClientToken": ANY}

    def operation(self, sql: str | list[str]) -> str:
        return "ExecuteStatement" if isinstance(sql, str) else "BatchExecuteStatement"

    def takes(self, sql: str | list[str], **members: Any) -> DataApi:
        request = self.request(sql, **members)
        self._conversation.answer(self.operation(sql), request, {"Id": ID}, service="redshift-data")
        return self

    def refuses(self, sql: str | list[str], code: str, message: str = "no", status: int = 400) -> DataApi:
        request = self.request(sql)
        self._conversation.refuse(self.operation(sql), request, code, message, status, service="redshift-data")
        return self

    def loses(self, sql: str) -> DataApi:
        self._conversation.lose("ExecuteStatement", self.request(sql), LOST, service="redshift-data")
        return self

    def shows(self, status: str, **members: Any) -> DataApi:
        answer = {"Id": ID, "Status": status, **members}
        self._conversation.answer("DescribeStatement", {"Id": ID}, answer, service="redshift-data")
        return self

    def gives(
        self,
        records: list[list[dict[str, Any]]],
        columns: list[dict[str, Any]],
        identifier: str = ID,
        token: str | None = None,
        next_token: str | None = None,
    ) -> DataApi:
        request = {"Id": identifier, **({"NextToken": token} if token else {})}
        answer = {"Records": records, "ColumnMetadata": columns, **({"NextToken": next_token} if next_token else {})}
        self._conversation.answer("GetStatementResult", request, answer, service="redshift-data")
        return self

    def cancels(self) -> DataApi:
        self._conversation.answer("CancelStatement", {"Id": ID}, {"Status": True}, service="redshift-data")
        return self

    def does_not_cancel(self, code: str, message: str) -> DataApi:
        self._conversation.refuse("CancelStatement", {"Id": ID}, code, message, service="redshift-data")
        return self


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("data_api_statement", monkeypatch)


@pytest.fixture
def api(run: Runner) -> DataApi:
    return DataApi(run.conversation)


def column(name: str, kind: str, **members: Any) -> dict[str, Any]:
    return {"name": name, "label": name, "typeName": kind, **members}


def text(value: str) -> dict[str, Any]:
    return {"stringValue": value}


def test_a_read_gives_its_rows_with_types_and_changes_nothing(run: Runner, api: DataApi) -> None:
    kinds = ["int4", "float8", "bool", "numeric", "varchar", "timestamp", "varchar", "super"]
    columns = [column(f"c{place}", kind) for place, kind in enumerate(kinds)]
    record: list[dict[str, Any]] = [
        {"longValue": 4711},
        {"doubleValue": 0.5},
        {"booleanValue": True},
        text("19.900000000000000000001"),
        text("ä"),
        text("2026-07-01 12:00:00"),
        {"isNull": True},
        text('{"a": 1}'),
    ]
    api.takes(READ).shows("FINISHED", HasResultSet=True, ResultRows=1, Duration=113000000).gives([record], columns)

    result = run.succeed({**BASE, "sql": READ})

    assert list(result["rows"][0].values()) == [
        4711,
        0.5,
        True,
        "19.900000000000000000001",
        "ä",
        "2026-07-01 12:00:00",
        None,
        '{"a": 1}',
    ]
    assert [each["type_name"] for each in result["columns"]] == kinds
    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert (result["statement_id"], result["status"], result["row_count"]) == (ID, "FINISHED", 1)
    assert result["duration_seconds"] == pytest.approx(0.113)
    assert result["statements"] == [{"sql": READ, "reads_only": True}]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("int8", text("9007199254740993"), 9007199254740993),
        ("INT2", text("-1"), -1),
        ("float8", text("0.25"), 0.25),
        ("float8", text("NaN"), "NaN"),
        ("float8", {"doubleValue": float("inf")}, "inf"),
        ("unheard_of", {"doubleValue": 1.5}, 1.5),
        ("unheard_of", {"doubleValue": float("inf")}, "inf"),
        ("bool", text("t"), True),
        ("boolean", text("false"), False),
        ("bool", {"booleanValue": False}, False),
        ("numeric", {"longValue": 12}, "12"),
        ("decimal", text("1.10"), "1.10"),
        ("varbyte", {"blobValue": b"\xff\x00"}, "/wA="),
        ("varchar", text(""), ""),
    ],
)
def test_a_value_has_the_type_of_its_column(
    run: Runner, api: DataApi, kind: str, field: dict[str, Any], value: Any
) -> None:
    api.takes(READ).shows("FINISHED", HasResultSet=True).gives([[field]], [column("a", kind)])

    [row] = run.succeed({**BASE, "sql": READ})["rows"]

    assert (row, type(row["a"])) == ({"a": value}, type(value))


def test_names_that_occur_again_lose_no_value(run: Runner, api: DataApi) -> None:
    columns = [column("a", "int4"), column("a", "int4"), {"typeName": "int4"}, column("a_2", "int4")]
    record = [{"longValue": number} for number in range(4)]
    api.takes(READ).shows("FINISHED", HasResultSet=True).gives([record], columns)

    result = run.succeed({**BASE, "sql": READ})

    assert result["rows"] == [{"a": 0, "a_2": 1, "?column?": 2, "a_2_2": 3}]
    assert [each["name"] for each in result["columns"]] == ["a", "a_2", "?column?", "a_2_2"]


def test_rows_come_page_by_page(run: Runner, api: DataApi) -> None:
    columns = [column("a", "int4")]
    api.takes(READ).shows("FINISHED", HasResultSet=True, ResultRows=3)
    api.gives([[{"longValue": 1}], [{"longValue": 2}]], columns, next_token="more")
    api.gives([[{"longValue": 3}]], [], token="more")

    assert [row["a"] for row in run.succeed({**BASE, "sql": READ})["rows"]] == [1, 2, 3]


def test_an_empty_result_still_has_its_columns(run: Runner, api: DataApi) -> None:
    api.takes(READ).shows("FINISHED", HasResultSet=True, ResultRows=0).gives([], [column("a", "int4")])

    result = run.succeed({**BASE, "sql": READ})

    assert (result["rows"], result["row_count"], len(result["columns"])) == ([], 0, 1)


def test_a_result_without_description_still_has_its_values(run: Runner, api: DataApi) -> None:
    api.takes(READ).shows("FINISHED", HasResultSet=True).gives([[text("x"), text("y")]], [])

    assert run.succeed({**BASE, "sql": READ})["rows"] == [{"?column?": "x", "?column?_2": "y"}]


def test_a_write_is_a_change_and_waited_for(run: Runner, api: DataApi) -> None:
    api.takes(WRITE).shows("SUBMITTED").shows("PICKED").shows("STARTED")
    api.shows("FINISHED", HasResultSet=False, ResultRows=7, Duration=-1)

    result = run.succeed({**BASE, "sql": WRITE})

    assert (result["changed"], operations(result)) == (True, ["ExecuteStatement"])
    assert result["changes"][0]["parameters"] == {"workgroup_name": "sales", "database": "dev", "sql": WRITE}
    assert (result["rows"], result["columns"], result["row_count"]) == ([], [], 7)
    assert result["duration_seconds"] is None
    assert len(run.clock.pauses) == 3


@pytest.mark.parametrize(
    ("sql", "changes", "changed"),
    [(READ, "always", True), (WRITE, "never", False), (READ, "auto", False), (WRITE, "auto", True)],
)
@pytest.mark.parametrize("check", [False, True])
def test_the_user_can_say_what_a_change_is(
    run: Runner, api: DataApi, sql: str, changes: str, changed: bool, check: bool
) -> None:
    if not check:
        api.takes(sql).shows("FINISHED")

    result = run.succeed({**BASE, "sql": sql, "changes": changes}, check=check)

    assert (result["changed"], operations(result)) == (changed, ["ExecuteStatement"] if changed else [])


def test_check_mode_runs_nothing_and_says_what_would(run: Runner) -> None:
    result = run.succeed({**BASE, "sql": [READ, WRITE]}, check=True)

    assert result["statements"] == [{"sql": READ, "reads_only": True}, {"sql": WRITE, "reads_only": False}]
    assert (result["statement_id"], result["status"], result["rows"]) == (None, None, [])
    assert operations(result) == ["BatchExecuteStatement"]
    assert run.conversation.asked == []


def sub(number: int, status: str = "FINISHED", **members: Any) -> dict[str, Any]:
    return {"Id": f"{ID}:{number}", "Status": status, "QueryString": f"statement {number}", **members}


def test_a_list_is_a_batch_and_shows_each_statement(run: Runner, api: DataApi) -> None:
    sqls = [WRITE, READ, WRITE]
    subs = [sub(1, ResultRows=2), sub(2, HasResultSet=True, ResultRows=1), sub(3, ResultRows=-1, Duration=5000000)]
    api.takes(sqls).shows("FINISHED", HasResultSet=True, ResultRows=-1, SubStatements=subs)
    api.gives([[{"longValue": 1}]], [column("a", "int4")], identifier=f"{ID}:2")

    result = run.succeed({**BASE, "sql": sqls})

    assert (result["changed"], result["rows"], result["row_count"]) == (True, [{"a": 1}], None)
    assert [each["row_count"] for each in result["sub_statements"]] == [2, 1, None]
    assert [each["rows"] for each in result["sub_statements"]] == [[], [{"a": 1}], []]
    assert [each["statement_id"] for each in result["sub_statements"]] == [f"{ID}:1", f"{ID}:2", f"{ID}:3"]
    assert result["sub_statements"][2]["duration_seconds"] == pytest.approx(0.005)


def test_parameters_are_sent_as_text_and_never_shown(run: Runner, api: DataApi) -> None:
    sql = "DELETE FROM t WHERE a = :a AND b = :b AND c = :c AND d = :d"
    sent = [("a", "s3cr3t"), ("b", "4711"), ("c", "true"), ("d", "0.5")]
    api.takes(
        sql,
        Parameters=[{"name": name, "value": value} for name, value in sent],
        SecretArn="arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
    ).shows("FINISHED")
    options = {
        **BASE,
        "sql": sql,
        "parameters": {"a": "s3cr3t", "b": 4711, "c": True, "d": 0.5},
        "secret_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
    }

    # Newer versions of ansible-core show what a module was given only on request.
    asked = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}

    result = run.succeed({**options, **asked})

    assert "s3cr3t" not in json.dumps(result)
    assert "4711" not in json.dumps(result)
    assert result["invocation"]["module_args"]["parameters"] == dict.fromkeys("abcd", "VALUE_NOT_SHOWN")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sql": ""}, "expected the text of a statement"),
        ({"sql": []}, "expected the text of a statement"),
        ({"sql": ["SELECT 1", 2]}, "expected the text of a statement"),
        ({"sql": {"a": 1}}, "expected the text of a statement"),
        ({"sql": ["SELECT 1"] * 41}, "sql: got 41 items; expected 1-40 items."),
        ({"parameters": {"a": None}}, "parameters.a: got null"),
        ({"parameters": {"a": ""}}, "parameters.a: got an empty text; expected"),
        ({"parameters": {"a": [1]}}, "parameters.a: got a list or a dictionary; expected"),
        ({"parameters": {"a-b": 1}}, "got 'a-b'; expected a name of letters, digits and underscores."),
        ({"workgroup": "Sales Team"}, "workgroup: got 'Sales Team'"),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_what_the_api_does_not_take_is_refused_before(
    run: Runner, options: dict[str, Any], message: str, check: bool
) -> None:
    assert message in run.fail({**BASE, "sql": READ, **options}, check=check)["msg"]


def tokens(run: Runner, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens of the requests, filled as they are made."""
    seen: list[str] = []
    take = run.conversation.take

    def remember(service: str, method: str, request: dict[str, Any]) -> Any:
        if "ClientToken" in request:
            seen.append(request["ClientToken"])
        return take(service, method, request)

    monkeypatch.setattr(run.conversation, "take", remember)
    return seen


def test_a_lost_answer_is_asked_for_again_by_the_same_token(
    run: Runner, api: DataApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tokens(run, monkeypatch)
    request = api.request(WRITE)
    api.loses(WRITE).refuses(WRITE, "InternalServerException", status=500).refuses(WRITE, "ThrottlingException")
    run.conversation.answer("ExecuteStatement", request, {}, service="redshift-data")
    api.takes(WRITE).shows("FINISHED")

    assert run.succeed({**BASE, "sql": WRITE})["changed"] is True
    assert len(seen) == 5
    assert len(set(seen)) == 1


def test_two_runs_have_two_tokens(run: Runner, api: DataApi, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tokens(run, monkeypatch)
    for _turn in range(2):
        api.takes(READ).shows("FINISHED")
        run.succeed({**BASE, "sql": READ})

    assert len(set(seen)) == 2


def test_answers_that_are_always_lost_end_the_run(run: Runner, api: DataApi) -> None:
    for _turn in range(LOST_ANSWERS):
        api.loses(WRITE)

    result = run.fail({**BASE, "sql": WRITE})

    assert "its answer was lost" in result["msg"]
    assert (result["changed"], operations({"changes": result["changes_pending"]})) == (False, ["ExecuteStatement"])


@pytest.mark.parametrize("code", ["ActiveStatementsExceededException", "ActiveSessionsExceededException"])
def test_too_many_others_are_waited_for(run: Runner, api: DataApi, code: str) -> None:
    api.refuses(READ, code).refuses(READ, code).takes(READ).shows("FINISHED")

    run.succeed({**BASE, "sql": READ})

    assert len(run.clock.pauses) == 2


def test_a_wrapped_throttle_is_waited_for_by_every_request(run: Runner, api: DataApi) -> None:
    wrapped = "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400)"
    code, redshift_data = "ValidationException", "redshift-data"
    api.refuses(WRITE, code, wrapped).refuses(WRITE, code, wrapped).takes(WRITE)
    run.conversation.refuse("DescribeStatement", {"Id": ID}, code, wrapped, service=redshift_data)
    api.shows("FINISHED", HasResultSet=True)
    run.conversation.refuse("GetStatementResult", {"Id": ID}, code, wrapped, service=redshift_data)
    api.gives([[text("x")]], [column("c", "varchar")])

    result = run.succeed({**BASE, "sql": WRITE})

    assert [change["waited_for"] for change in result["changes"]] == [wrapped]
    assert result["rows"] == [{"c": "x"}]
    assert len(run.clock.pauses) == 4


def test_too_many_others_are_not_waited_for_longer_than_allowed(run: Runner, api: DataApi) -> None:
    for _turn in range(6):  # at pauses of 0.72 seconds
        api.refuses(WRITE, "ActiveStatementsExceededException")

    result = run.fail({**BASE, "sql": WRITE, "wait_timeout": 3})

    assert (result["changed"], len(result["changes_pending"])) == (False, 1)
    assert "Gave up waiting for the Data API to take the statement" in result["msg"]


def test_what_aws_refuses_is_passed_on(run: Runner, api: DataApi) -> None:
    api.refuses(WRITE, "AccessDeniedException", "You shall not pass.")

    result = run.fail({**BASE, "sql": WRITE})

    assert "The caller needs the IAM permission redshift-data:ExecuteStatement." in result["msg"]
    assert result["error"]["code"] == "AccessDeniedException"


def test_a_failure_carries_the_statement_and_the_place(run: Runner, api: DataApi) -> None:
    sql = "SELECT article\nFORM prices"
    error = 'ERROR: syntax error at or near "prices"\n  Position: 21'
    api.takes(sql).shows("FAILED", Error=error, Duration=1000000)

    result = run.fail({**BASE, "sql": sql})

    assert result["msg"].startswith('The statement failed: ERROR: syntax error at or near "prices"')
    assert result["msg"].endswith("at line 2, column 6, of: SELECT article FORM prices")
    assert result["error"] == {
        "statement": sql,
        "number": None,
        "message": error,
        "position": 21,
        "line": 2,
        "column": 6,
    }
    assert (result["statement_id"], result["status"], result["sub_statements"]) == (ID, "FAILED", [])


def test_a_failure_in_a_list_names_the_one(run: Runner, api: DataApi) -> None:
    sqls = [WRITE, "DELETE FROM nowhere", WRITE]
    subs = [sub(1), sub(2, "FAILED", Error='ERROR: relation "nowhere" does not exist'), sub(3, "ABORTED")]
    api.takes(sqls).shows("FAILED", Error="Query #2 failed with ERROR: ...", SubStatements=subs)

    result = run.fail({**BASE, "sql": sqls})

    assert result["msg"] == (
        'Statement 2 of 3 failed: ERROR: relation "nowhere" does not exist, of: DELETE FROM nowhere'
    )
    assert (result["error"]["number"], result["error"]["statement"]) == (2, "DELETE FROM nowhere")
    assert result["error"]["position"] is None
    assert [each["status"] for each in result["sub_statements"]] == ["FINISHED", "FAILED", "ABORTED"]
    assert (result["changed"], len(result["changes_pending"])) == (False, 1)


def test_a_long_statement_is_shortened_in_the_message_only(run: Runner, api: DataApi) -> None:
    sql = f"SELECT {', '.join(str(number) for number in range(100))}"
    api.takes(sql).shows("FAILED")

    result = run.fail({**BASE, "sql": sql})

    assert result["msg"].endswith("...")
    assert "the database gave no reason" in result["msg"]
    assert len(result["msg"]) < 300
    assert result["error"]["statement"] == sql


def test_what_somebody_cancels_is_told_as_such(run: Runner, api: DataApi) -> None:
    api.takes(READ).shows("ABORTED", Error="Query was cancelled on user's request")

    assert run.fail({**BASE, "sql": READ})["msg"].startswith("The statement was cancelled: Query was cancelled")


def test_a_look_that_fails_in_passing_is_only_a_look_less(run: Runner, api: DataApi) -> None:
    api.takes(READ)
    for _attempt in range(3):
        run.conversation.lose("DescribeStatement", {"Id": ID}, LOST, service="redshift-data")
    run.conversation.refuse("DescribeStatement", {"Id": ID}, "ThrottlingException", "x", service="redshift-data")
    api.shows("FINISHED")

    assert run.succeed({**BASE, "sql": READ})["status"] == "FINISHED"


def test_without_waiting_only_the_id_is_known(run: Runner, api: DataApi) -> None:
    api.takes(WRITE)

    result = run.succeed({**BASE, "sql": WRITE, "wait": False})

    assert (result["changed"], result["statement_id"], result["status"]) == (True, ID, "SUBMITTED")
    assert (result["rows"], result["row_count"]) == ([], None)


LATE = {**BASE, "sql": WRITE, "wait_timeout": 2, "wait_delay": 0.5}
# At pauses of 0.45 seconds.
LOOKS = 6


def started(api: DataApi) -> None:
    api.takes(WRITE)
    for _look in range(LOOKS):
        api.shows("STARTED")


def test_what_takes_too_long_is_cancelled(run: Runner, api: DataApi) -> None:
    started(api)
    api.cancels().shows("STARTED").shows("ABORTED")

    result = run.fail(LATE)

    assert result["msg"] == (
        f"Statement {ID} has not ended within wait_timeout, 2 seconds, and was cancelled. Raise wait_timeout if it needs longer."
    )
    assert (result["changed"], result["status"], len(result["changes_pending"])) == (False, "ABORTED", 1)


def test_what_ends_just_before_it_is_cancelled_is_a_success(run: Runner, api: DataApi) -> None:
    started(api)
    api.does_not_cancel("ValidationException", "Could not cancel a query that is already in FINISHED state")
    api.shows("FINISHED", ResultRows=3)

    result = run.succeed(LATE)

    assert (result["changed"], result["row_count"]) == (True, 3)


def test_what_fails_while_it_is_cancelled_is_a_failure(run: Runner, api: DataApi) -> None:
    started(api)
    api.cancels().shows("FAILED", Error="ERROR: out of disk")

    assert run.fail(LATE)["msg"].startswith("The statement failed: ERROR: out of disk")


def test_what_can_not_be_cancelled_is_told_with_the_reason(run: Runner, api: DataApi) -> None:
    started(api)
    api.does_not_cancel("AccessDeniedException", "No.")
    for _look in range(30):
        api.shows("STARTED")

    code, result = run.run(LATE)

    assert (code, result["changed"], operations(result)) == (1, True, ["ExecuteStatement"])
    assert "cancelling did not end it: it goes on in the database." in result["msg"]
    assert "redshift-data:CancelStatement" in result["msg"]
    assert (result["statement_id"], result["status"]) == (ID, "STARTED")


def test_what_is_to_go_on_is_not_cancelled(run: Runner, api: DataApi) -> None:
    started(api)

    result = run.fail({**LATE, "cancel_on_timeout": False})

    assert "It goes on in the database, since cancel_on_timeout is false." in result["msg"]
    assert (result["changed"], result["changes_pending"]) == (True, [])
    assert result["statement_id"] == ID


SESSION = "5a254dc6-4fc2-4203-87a8-551155432ee4"
KEEP = {"session_keep_alive_seconds": 60}
ENDS = {"Status": "FINISHED", "HasResultSet": False, "ResultRows": 3, "Duration": 5000000}


class Session:
    """What is asked of the Data API within one session, each statement with its describe."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._number = 0

    def opens(self, sql: str = "BEGIN", seconds: int = 120, **ends: Any) -> Session:
        return self._takes(
            {"WorkgroupName": "sales", "Database": "dev", "SessionKeepAliveSeconds": seconds, "Sql": sql}, ends
        )

    def runs(self, sql: str, parameters: list[dict[str, str]] | None = None, **ends: Any) -> Session:
        used = {"Parameters": parameters} if parameters else {}
        return self._takes({"SessionId": SESSION, **used, "Sql": sql}, ends)

    def loses(self, sql: str) -> Session:
        request = {"SessionId": SESSION, "Sql": sql, "ClientToken": ANY}
        self._conversation.lose("ExecuteStatement", request, LOST, service="redshift-data")
        return self

    def refuses(self, sql: str, code: str, message: str, **members: Any) -> Session:
        request = {**(members or {"SessionId": SESSION}), "Sql": sql, "ClientToken": ANY}
        self._conversation.refuse("ExecuteStatement", request, code, message, service="redshift-data")
        return self

    def _takes(self, request: dict[str, Any], ends: dict[str, Any]) -> Session:
        self._number += 1
        identifier = f"{ID[:-1]}{self._number}"
        answer = {"Id": identifier, "SessionId": SESSION}
        request = {**request, "ClientToken": ANY}
        self._conversation.answer("ExecuteStatement", request, answer, service="redshift-data")
        shown = {"Id": identifier, **(ends or ENDS)}
        self._conversation.answer("DescribeStatement", {"Id": identifier}, shown, service="redshift-data")
        return self


@pytest.fixture
def session(run: Runner) -> Session:
    return Session(run.conversation)


def test_a_list_of_one_needs_no_batch_and_is_shown_as_a_list(run: Runner, api: DataApi) -> None:
    api.takes(READ).shows("FINISHED", HasResultSet=True, ResultRows=1).gives(
        [[{"longValue": 1}]], [column("a", "int4")]
    )

    result = run.succeed({**BASE, "sql": [READ]})

    [sub] = result["sub_statements"]
    assert (sub["sql"], sub["status"], sub["rows"], sub["row_count"]) == (READ, "FINISHED", [{"a": 1}], 1)
    assert (result["rows"], result["session_id"]) == ([{"a": 1}], None)


def test_the_failure_of_a_list_of_one_is_numbered(run: Runner, api: DataApi) -> None:
    api.takes(WRITE).shows("FAILED", Error="ERROR: no")

    result = run.fail({**BASE, "sql": [WRITE]})

    assert result["msg"].startswith("Statement 1 of 1 failed: ERROR: no")
    assert result["error"]["number"] == 1


def test_a_session_is_opened_and_used(run: Runner, session: Session) -> None:
    session.opens("CREATE TEMP TABLE t (a int)", 60)
    made = run.succeed({**BASE, "sql": "CREATE TEMP TABLE t (a int)", **KEEP})

    session.runs("INSERT INTO t VALUES (1)")
    used = run.succeed({"session_id": made["session_id"], "sql": "INSERT INTO t VALUES (1)"})

    assert made["session_id"] == used["session_id"] == SESSION
    assert used["changes"][0]["parameters"] == {"session_id": SESSION, "sql": "INSERT INTO t VALUES (1)"}


def test_a_session_has_its_place_and_login_already(run: Runner, api: DataApi) -> None:
    request = {"SessionId": SESSION, "SessionKeepAliveSeconds": 60, "Sql": READ, "ClientToken": ANY}
    run.conversation.answer("ExecuteStatement", request, {"Id": ID, "SessionId": SESSION}, service="redshift-data")

    result = run.succeed({**BASE, "secret_arn": "s", "sql": READ, "session_id": SESSION, **KEEP, "wait": False})

    assert (result["session_id"], result["status"]) == (SESSION, "SUBMITTED")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**BASE, "session_keep_alive_seconds": -1}, "session_keep_alive_seconds: got -1"),
        ({**BASE, "session_keep_alive_seconds": 86401}, "session_keep_alive_seconds: got 86401"),
        ({"session_id": "mine"}, "session_id: got 'mine'"),
        ({"database": "dev"}, "workgroup: got nothing"),
        ({"workgroup": "sales"}, "database: got nothing"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_can_be_no_session_is_refused_by_its_option(
    run: Runner, options: dict[str, Any], words: str, check: bool
) -> None:
    assert words in run.fail({"sql": READ, **options}, check=check)["msg"]


def test_an_older_botocore_without_sessions_is_told(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    members = (
        run.conversation.connect("redshift-data")
        .meta.service_model.operation_model("ExecuteStatement")
        .input_shape.members
    )
    monkeypatch.delitem(members, "SessionId", raising=False)
    monkeypatch.delitem(members, "SessionKeepAliveSeconds", raising=False)

    message = run.fail({**BASE, "sql": READ, **KEEP})["msg"]

    assert "session_keep_alive_seconds: got a value; expected none, since botocore" in message


def test_a_session_that_is_over_or_at_work_is_told_by_its_option(run: Runner, session: Session) -> None:
    session.refuses(READ, "ValidationException", "Session is not available.")

    message = run.fail({"session_id": SESSION, "sql": READ})["msg"]

    assert message == (
        f"session_id: got {SESSION}; expected an open session that runs nothing. Session is not available."
    )


def test_after_a_lost_answer_a_busy_session_may_be_at_work_on_it(run: Runner, session: Session) -> None:
    session.loses(WRITE).refuses(WRITE, "ValidationException", "Session is not available.")

    message = run.fail({"session_id": SESSION, "sql": WRITE})["msg"]

    assert "its answer was lost, and session" in message and "may be running it" in message


TWO = [f"{WRITE} WHERE a = :a", "INSERT INTO prices VALUES (:a, :b, ':c')"]
DENIED = ("AccessDeniedException", "not authorized")


def test_who_may_not_send_batches_runs_a_list_in_a_session(run: Runner, api: DataApi, session: Session) -> None:
    a, b = {"name": "a", "value": "1"}, {"name": "b", "value": "2"}
    api_request = {**api.request(TWO), "Parameters": [a, b]}
    run.conversation.refuse("BatchExecuteStatement", api_request, *DENIED, 403, service="redshift-data")
    session.opens().runs(TWO[0], [a]).runs(TWO[1], [a, b]).runs("COMMIT")

    result = run.succeed({**BASE, "sql": TWO, "parameters": {"a": 1, "b": 2}})

    assert operations(result) == ["ExecuteStatement"] * 4
    assert [each["parameters"]["sql"] for each in result["changes"]] == ["BEGIN", *TWO, "COMMIT"]
    assert [each["sql"] for each in result["sub_statements"]] == TWO
    assert (result["status"], result["row_count"], result["session_id"]) == ("FINISHED", 3, None)
    assert result["duration_seconds"] == pytest.approx(0.01)
    assert '"value": "1"' not in json.dumps(result)


def test_what_fails_in_the_session_is_rolled_back_and_numbered(run: Runner, api: DataApi, session: Session) -> None:
    api.refuses(["A", "B", "C"], *DENIED, 403)
    session.opens().runs("A").runs("B", Status="FAILED", Error="ERROR: no").runs("ROLLBACK")

    result = run.fail({**BASE, "sql": ["A", "B", "C"]})

    assert result["msg"].startswith("Statement 2 of 3 failed: ERROR: no")
    assert result["error"]["number"] == 2
    assert (result["changes"], result["changes_pending"][0]["operation"]) == ([], "BatchExecuteStatement")


def test_the_session_of_the_user_is_kept_as_it_is(run: Runner, session: Session) -> None:
    request = {"SessionId": SESSION, "Sqls": ["A", "B"], "ClientToken": ANY}
    run.conversation.refuse("BatchExecuteStatement", request, *DENIED, 403, service="redshift-data")
    session.runs("BEGIN").runs("A").runs("B").runs("COMMIT")

    assert run.succeed({"session_id": SESSION, "sql": ["A", "B"]})["session_id"] == SESSION


def test_a_commit_whose_answer_is_lost_may_have_been_done(run: Runner, api: DataApi, session: Session) -> None:
    api.refuses(["A", "B"], *DENIED, 403)
    session.opens().runs("A").runs("B")
    for _attempt in range(LOST_ANSWERS):
        session.loses("COMMIT")

    result = run.fail({**BASE, "sql": ["A", "B"]})

    assert (len(result["changes"]), result["changes_pending"]) == (4, [])


def test_who_may_send_nothing_is_told_of_the_batch(run: Runner, api: DataApi, session: Session) -> None:
    api.refuses(["A", "B"], *DENIED, 403)
    session.refuses("BEGIN", *DENIED, WorkgroupName="sales", Database="dev", SessionKeepAliveSeconds=120)

    assert "redshift-data:BatchExecuteStatement" in run.fail({**BASE, "sql": ["A", "B"]})["msg"]


def test_a_list_that_is_not_waited_for_needs_a_batch(run: Runner, api: DataApi) -> None:
    api.refuses(["A", "B"], *DENIED, 403)

    assert "redshift-data:BatchExecuteStatement" in run.fail({**BASE, "sql": ["A", "B"], "wait": False})["msg"]


def test_a_commit_that_fails_has_done_nothing(run: Runner, api: DataApi, session: Session) -> None:
    api.refuses(["A", "B"], *DENIED, 403)
    session.opens().runs("A").runs("B").runs("COMMIT", Status="FAILED", Error="ERROR: serializable isolation").runs(
        "ROLLBACK"
    )

    result = run.fail({**BASE, "sql": ["A", "B"]})

    assert "serializable isolation" in result["msg"]
    assert (result["changes"], len(result["changes_pending"])) == ([], 1)
