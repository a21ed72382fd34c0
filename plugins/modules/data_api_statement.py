# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: data_api_statement
short_description: Run SQL in a workgroup of Amazon Redshift Serverless through the Data API
version_added: 0.1.0
description:
  - Runs one statement, or several as one transaction, waits for the end, and returns the rows with their types. It needs a connection
    to the Data API, not to the database's port.
  - Sends a statement once. If the answer is lost, it is sent again with the same token, so that AWS recognizes the repetition.
  - If the Data API already runs its maximum of statements or sessions, the module tries again until O(wait_timeout) is over.
options:
  workgroup:
    description: The name of the workgroup, or its ARN. Needed without O(session_id).
    type: str
    aliases: [workgroup_name]
  database:
    description: The database. Needed without O(session_id).
    type: str
  sql:
    description:
      - The text of one statement, or a list of statements, which run one after the other and are rolled back together when one fails.
      - A list of one is sent by C(ExecuteStatement), a longer one by C(BatchExecuteStatement).
      - If the caller may not send batches, a list runs between C(BEGIN) and C(COMMIT) in a session, with one more call for
        each statement. That needs O(wait=true), and O(cancel_on_timeout=false) then has no effect.
      - Write a parameter as C(:name).
    type: raw
    required: true
  parameters:
    description:
      - The parameters' values by name. The database converts them to the types that it needs.
      - They are texts that are not empty, numbers and booleans. The API accepts no others.
      - The values appear in no result. However, Ansible writes a module's options to the log of the managed host, and an error
        message of the database can quote a value. For secrets, set C(no_log) on the task.
    type: dict
  secret_arn:
    description:
      - The ARN or name of a secret of Secrets Manager with the user and password to log in with.
      - If omitted, the database user is the caller's IAM identity.
    type: str
  session_keep_alive_seconds:
    description:
      - Opens a session, or continues that of O(session_id), and keeps it for this many seconds after the end of the SQL, from 0 to
        86400 (24 hours).
      - Temporary tables and settings of one statement are available to the next one in the session.
      - A session can't be closed. It ends after being idle for this time.
    type: int
  session_id:
    description:
      - The session to run in, from RV(session_id) of an earlier task. It runs one statement at a time.
      - The session has a workgroup, a database and a login already, so O(workgroup), O(database) and O(secret_arn) are not sent.
    type: str
  changes:
    description:
      - Whether running the SQL counts as a change. V(auto) decides from the text. SQL that only reads is not a change.
      - Queries that begin with C(SELECT), C(WITH) or C(VALUES) count as read-only unless they store rows (such as C(SELECT INTO)) or
        lock them. So do C(SHOW), C(DESCRIBE) and C(EXPLAIN). Everything else, and everything ambiguous, counts as a change.
      - The module can't see whether a query calls a function that writes. Use V(always) then.
    type: str
    choices: [auto, always, never]
    default: auto
  wait:
    description: Whether to wait for the end and return the result.
    type: bool
    default: true
  wait_timeout:
    description: Seconds for the whole task.
    type: int
    default: 1200
  wait_delay:
    description:
      - The longest pause between two checks, in seconds.
      - Pauses begin below a second, grow with the time waited and never pass the end of O(wait_timeout).
    type: float
    default: 15.0
  cancel_on_timeout:
    description: Whether to cancel the SQL when O(wait_timeout) is over. Otherwise it continues to run.
    type: bool
    default: true
extends_documentation_fragment:
  - redshift.serverless.common
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description:
      - In C(check_mode) nothing runs, since even a query may call a function that writes. The module returns what would run.
      - For a query whose rows later tasks need, set C(check_mode=false) on the task.
    support: full
  diff_mode:
    description: The effect of SQL can't be predicted, so there is no difference to show.
    support: none
  idempotent:
    description: The SQL runs every time. Making the SQL idempotent is up to you.
    support: none
  action:
    description:
      - Runs in the controller's own process on localhost where the result is the same, without starting a module process.
      - The variable C(redshift_serverless_in_process) (of a task, play, host or group, default V(true)) switches that off.
    support: full
  action_group:
    description: Use C(group/redshift.serverless.redshift_serverless) in C(module_defaults); it covers all modules of this collection.
    support: full
    membership: [redshift.serverless.redshift_serverless]
notes:
  - "The caller needs these permissions: redshift-data:ExecuteStatement, redshift-data:BatchExecuteStatement (for lists, unless they
    may run in a session), redshift-data:DescribeStatement, redshift-data:GetStatementResult, redshift-data:CancelStatement, and
    redshift-serverless:GetCredentials of the workgroup or, with O(secret_arn), secretsmanager:GetSecretValue."
  - For a workgroup of another account, assume a role there with O(assume_role_arn). A managed VPC endpoint does not reach the Data API.
  - All rows are kept in memory and returned. Leave large results in the database.
seealso:
  - module: redshift.serverless.workgroup
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Find connections without SSL
  redshift.serverless.data_api_statement:
    workgroup: sales
    database: dev
    sql: >-
      SELECT DISTINCT user_name FROM sys_connection_log
      WHERE ssl_version = '' AND record_time > dateadd(day, -1, getdate())
  check_mode: false
  register: plain

- name: Show them
  ansible.builtin.debug:
    msg: "{{ plain.rows | map(attribute='user_name') }}"

- name: Run two statements as one transaction
  redshift.serverless.data_api_statement:
    workgroup: sales
    database: dev
    sql:
      - DELETE FROM prices WHERE article = :article
      - INSERT INTO prices VALUES (:article, :price)
    parameters:
      article: 4711
      price: "19.90"

- name: Report a change only if rows were affected
  redshift.serverless.data_api_statement:
    workgroup: sales
    database: dev
    sql: UPDATE articles SET active = false WHERE last_sold < :day AND active
    parameters:
      day: "2020-01-01"
    changes: never
  register: retired
  changed_when: retired.row_count | default(0, true) > 0

- name: Make a temporary table in a session
  redshift.serverless.data_api_statement:
    workgroup: sales
    database: dev
    sql: CREATE TEMP TABLE today AS SELECT * FROM orders WHERE day = current_date
    session_keep_alive_seconds: 300
  register: made

- name: Use the temporary table
  redshift.serverless.data_api_statement:
    session_id: "{{ made.session_id }}"
    sql: SELECT count(*) FROM today

- name: Start a long job without waiting
  redshift.serverless.data_api_statement:
    workgroup: sales
    database: dev
    sql: CALL nightly()
    wait: false
"""

RETURN = r"""
statement_id:
  description: The Data API's id, V(null) in check mode.
  returned: always
  type: str
  sample: d9b6c0c9-0747-4bf4-b142-e8883122f766
status:
  description: V(FINISHED), with O(wait=false) V(SUBMITTED); V(null) in check mode. In a failure V(FAILED) or V(ABORTED), too.
  returned: always
  type: str
  sample: FINISHED
session_id:
  description: The session that O(session_keep_alive_seconds) opened, or that of O(session_id); V(null) when none was asked for.
  returned: success
  type: str
  sample: 5a254dc6-4fc2-4203-87a8-551155432ee4
statements:
  description: The SQL as it was, or in check mode would be, run.
  returned: success
  type: list
  elements: dict
  contains:
    sql:
      description: The text.
      type: str
    reads_only:
      description: Whether it only reads, judging by its text.
      type: bool
columns:
  description:
    - The columns of RV(rows), empty when there is no result. Every member of the API's ColumnMetadata that AWS gave is there.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name as in RV(rows). Repeated names get the suffix C(_2), C(_3) and so on.
      type: str
      sample: article
    label:
      description: The label.
      type: str
    type_name:
      description: The database's name of the type.
      type: str
      sample: int4
    nullable:
      description: V(1) when it may be null.
      type: int
    precision:
      description: The digits of a number, or else the length.
      type: int
    scale:
      description: The digits after the point.
      type: int
    length:
      description: The length.
      type: int
    schema_name:
      description: The schema of its table.
      type: str
    table_name:
      description: Its table.
      type: str
    column_default:
      description: Its default value.
      type: str
    is_case_sensitive:
      description: Whether upper and lower case differ in it.
      type: bool
    is_currency:
      description: Whether it holds amounts of money.
      type: bool
    is_signed:
      description: Whether it is a number with a sign.
      type: bool
rows:
  description:
    - The rows, each with its values by column. For a list of statements, those of the last one that has a result.
    - Integers, floating point numbers, booleans and null keep their type. Exact decimals are texts, so that no digit is lost; so are
      all other values.
  returned: success
  type: list
  elements: dict
  sample: [{article: 4711, price: "19.90", active: true}]
row_count:
  description: The number of rows that were returned, or affected; V(null) if the API does not report it.
  returned: success
  type: int
  sample: 1
duration_seconds:
  description: How long it ran in the database, V(null) if the API does not report it.
  returned: always
  type: float
  sample: 0.113
sub_statements:
  description: Each statement of a list; empty for a single statement.
  returned: success
  type: list
  elements: dict
  contains:
    statement_id:
      description: The Data API's id.
      type: str
      sample: d9b6c0c9-0747-4bf4-b142-e8883122f766:1
    status:
      description: The status.
      type: str
    duration_seconds:
      description: How long it ran in the database.
      type: float
    sql:
      description: The text.
      type: str
    row_count:
      description: The number of rows that were returned, or affected.
      type: int
    error:
      description: The database's message where it failed.
      type: str
    columns:
      description: As RV(columns), where it finished.
      type: list
      elements: dict
    rows:
      description: As RV(rows), where it finished.
      type: list
      elements: dict
error:
  description: What AWS or the database answered.
  returned: failure
  type: dict
  contains:
    statement:
      description: The text of the statement that failed.
      type: str
    number:
      description: Which of a list of statements it was, from 1.
      type: int
    message:
      description: The message.
      type: str
    position:
      description: The character of the statement that the database names, from 1.
      type: int
    line:
      description: The line of that character, from 1.
      type: int
    column:
      description: Its column in that line, from 1.
      type: int
    operation:
      description: When AWS refused the request, the API operation.
      type: str
    code:
      description: When AWS refused the request, its code.
      type: str
    request_id:
      description: When AWS refused the request, its id.
      type: str
changes:
  description: The requests that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: dict
  contains:
    operation:
      description: The operation of the API.
      type: str
      sample: ExecuteStatement
    parameters:
      description: The request, in snake_case and without secrets. What is not known beforehand is V(null).
      type: dict
    reason:
      description: Why.
      type: str
    interrupts:
      description: Whether open connections break.
      type: bool
    seconds:
      description: How long it took until AWS was ready again; V(0) in check mode.
      type: float
    waited_for:
      description:
        - What AWS answered when it last refused the request temporarily.
        - V(null) when it accepted the request at once.
      type: str
changes_pending:
  description: The changes that were planned and not made, in the form of RV(changes).
  returned: failure
  type: list
  elements: dict
restarted:
  description: Whether the workgroup restarted; never.
  returned: always
  type: bool
"""

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import (
    Spec,
    create_module,
    deadline_of,
    inform,
    wait_options,
)
from ansible_collections.redshift.serverless.plugins.module_utils._core import shapes
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.changes import REDACTED
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import statement, transaction


def argument_spec() -> Spec:
    """The options that only this module has."""
    return {
        "workgroup": {"type": "str", "aliases": ["workgroup_name"]},
        "database": {"type": "str"},
        "sql": {"type": "raw", "required": True},
        "parameters": {"type": "dict"},
        "secret_arn": {"type": "str", "no_log": False},
        "session_keep_alive_seconds": {"type": "int"},
        "session_id": {"type": "str"},
        "changes": {"type": "str", "choices": list(statement.CHANGES), "default": statement.AUTO},
        "cancel_on_timeout": {"type": "bool", "default": True},
    }


def main() -> None:
    """Run the module."""
    module = create_module(argument_spec(), wait_options())
    given = dict(module.params)
    # What a module was called with is part of its result. Ansible's own no_log would hide the values wherever they occur
    # in the rows too, and a parameter may be as short as "1".
    module.params["parameters"] = dict.fromkeys(given["parameters"] or {}, REDACTED)

    def run(api: Api, _params: Any) -> dict[str, Any]:
        wanted = statement.statement_of(given)
        statement.check(api, wanted)
        if module.check_mode:
            found = statement.predict(wanted)
        else:
            execution = statement.Execution(api, wanted, deadline_of(given), given["wait"], given["cancel_on_timeout"])
            found = transaction.run(execution)
        return {**found, "changes": [shapes.change(done) for done in found["changes"]]}

    inform(module, run, statement.SERVICE)


if __name__ == "__main__":
    main()
