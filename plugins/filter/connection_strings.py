# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: connection_strings
short_description: Connection strings for every client of a workgroup, an endpoint or a custom domain
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Returns the connection strings of JDBC, ODBC, libpq, psql, RSQL, redshift_connector, SQLAlchemy, dbt and the Data API from what the
    modules of this collection return. It makes no request to AWS.
  - Values are quoted by the rules of each driver. An SSL mode that a driver does not support becomes the next stricter one that it
    supports, with a warning, or is rejected.
  - IAM logins need the workgroup, its account and its Region. Where a driver would misread them from the host name (managed VPC
    endpoints, custom domains, the China partition), they are in the string.
  - With O(password), the result contains the password. Set C(no_log) on the task that uses it, and write it to files that only their
    owner may read. Without O(password) there is no secret in the result, and clients ask for it, or find it in C(.pgpass),
    E(PGPASSWORD), E(RSPASSWORD).
options:
  _input:
    description:
      - A workgroup, as M(redshift.serverless.workgroup) and M(redshift.serverless.workgroup_info) return it.
      - Or an endpoint, as M(redshift.serverless.endpoint_access) returns it.
      - Or the association of a custom domain, with C(custom_domain_name) and C(workgroup_name).
      - It must have an address already; while AWS is creating it, and in check mode before the first real run, it has none and
        the filter says so.
    type: dict
    required: true
  database:
    description: The database.
    type: str
    default: dev
  user:
    description:
      - The database user.
      - It is not used by IAM logins, whose user AWS derives from the AWS identity.
    type: str
  password:
    description: The user's password. An empty one is a password too.
    type: str
  auth:
    description:
      - V(password) for a database user, V(iam) for a login by AWS credentials.
      - It affects RV(_value.odbc), RV(_value.redshift_connector), RV(_value.sqlalchemy) and RV(_value.dbt). The other
        strings are the same with both. libpq, psql and RSQL do not support IAM; give them a temporary user and password.
      - V(iam) needs O(sslmode) V(require) or stricter, and excludes O(password).
    type: str
    choices: [password, iam]
    default: password
  profile:
    description: The AWS profile for IAM logins and the Data API. If omitted, the drivers look for credentials in their own order.
    type: str
  sslmode:
    description:
      - How the connection is protected, in libpq's words.
      - The default is V(verify-full), and V(verify-ca) for managed VPC endpoints, since their certificate may carry the
        workgroup's name.
      - It is also V(verify-ca) for a host that the workgroup's certificate does not name, such as the near end of a tunnel. That is
        a host which is neither the address nor the custom domain name of O(workgroup). V(verify-full) would fail for it.
      - JDBC knows V(disable) (C(ssl=false)), V(require) (a factory that verifies nothing), V(verify-ca) and V(verify-full). It is given
        V(require) for V(allow) and V(prefer).
      - redshift_connector knows V(disable) (C(ssl=False)), V(verify-ca) and V(verify-full). It is given V(verify-ca) for V(allow),
        V(prefer) and V(require).
      - dbt takes all words, and makes V(verify-ca) of V(allow), V(prefer) and V(require) itself.
      - RSQL takes no SSL mode on the command line. The ODBC driver's own default is V(verify-ca).
    type: str
    choices: [disable, allow, prefer, require, verify-ca, verify-full]
  ssl_root_cert:
    description:
      - The path of the trusted certificates (PEM) on the client, for libpq, SQLAlchemy with psycopg2 and ODBC 2.
      - V(system) takes the roots of the operating system. It needs libpq 16 or newer and O(sslmode) V(verify-full).
      - If omitted, libpq looks for C(~/.postgresql/root.crt), and SQLAlchemy's dialect and ODBC use their own bundled roots.
      - The JDBC driver reads only one certificate of a file, so its strings have no bundle (see O(jdbc_root_cert)).
        redshift_connector and dbt have no such setting. All three trust Amazon's roots by default.
    type: str
  odbc_version:
    description: The major version of the Amazon Redshift ODBC driver.
    type: int
    choices: [1, 2]
    default: 2
  odbc_driver:
    description:
      - The name under which the driver is registered with the driver manager.
      - The default is V(Amazon Redshift ODBC Driver (x64\)), and V(Amazon Redshift (x64\)) for version 1.
    type: str
  jdbc_root_cert:
    description: The path of a PEM file with one root certificate, which the JDBC driver adds to Java's own.
    type: str
  jdbc_trust_store:
    description: The path of a Java trust store, which the JDBC driver uses instead of Java's own.
    type: str
  jdbc_trust_store_password:
    description: The password of O(jdbc_trust_store), V(changeit) by Java's habit.
    type: str
  sqlalchemy_driver:
    description:
      - The driver below SQLAlchemy. The default is V(psycopg2), and V(redshift_connector) with O(auth) V(iam).
    type: str
    choices: [psycopg2, redshift_connector]
  schema:
    description: The schema of the dbt target.
    type: str
    default: public
  threads:
    description: The threads of the dbt target.
    type: int
    default: 4
  secret_arn:
    description: The secret with user and password for the Data API, which logs in by IAM without it.
    type: str
  use_custom_domain:
    description: Connect to the workgroup's custom domain name instead of its own address.
    type: bool
    default: false
  workgroup:
    description:
      - For an endpoint or a custom domain, the workgroup behind it. It tells account, region and, for a custom domain, the port.
    type: dict
  owner_account:
    description:
      - The account that owns the workgroup, for an endpoint in another account, where O(workgroup) is not at hand.
      - In YAML, quote an account id that begins with 0.
    type: str
  region:
    description: The Region of the workgroup, if neither the input nor O(workgroup) contains it.
    type: str
  port:
    description:
      - The port, if neither the input nor O(workgroup) contains it, as for the association of a custom domain.
      - If it is omitted then, V(5439) is used, with a warning.
    type: int
  hostaddr:
    description:
      - An IP address to connect to instead of the one that DNS gives, such as the near end of a tunnel. The certificate is
        still verified for the host, so V(verify-full) works.
      - Only libpq supports it. It is in RV(_value.libpq_uri), RV(_value.libpq_keywords), RV(_value.psql), and in
        RV(_value.sqlalchemy) with psycopg2. asyncpg reads no URI that has it.
    type: str
seealso:
  - module: redshift.serverless.workgroup
  - module: redshift.serverless.endpoint_access
"""

EXAMPLES = r"""
- name: Show how to connect to a workgroup
  ansible.builtin.debug:
    msg: "{{ sales | redshift.serverless.connection_strings(user='ana', ssl_root_cert='/etc/ssl/redshift.crt') }}"
  vars:
    sales: # as redshift.serverless.workgroup returns it
      workgroup_name: sales
      workgroup_arn: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/4ae7c5b1-5a5b-4c2a-9a1e-2f6f7c3d9e10
      endpoint:
        address: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port: 5439

- name: Show the JDBC URL of an IAM login through a managed VPC endpoint
  ansible.builtin.debug:
    msg: "{{ (endpoint | redshift.serverless.connection_strings(auth='iam', owner_account='123456789012')).jdbc_iam }}"
  vars:
    endpoint: # as redshift.serverless.endpoint_access returns it
      endpoint_name: sales-from-apps
      workgroup_name: sales
      address: sales-from-apps-endpoint-k7rfausgmlzieup51zgg.210987654321.us-east-1.redshift-serverless.amazonaws.com
      port: 5439

- name: Write a dbt profile that logs in by IAM, with a schema of its own
  ansible.builtin.copy:
    dest: "{{ ansible_facts.user_dir }}/.dbt/profiles.yml"
    content: "{{ {'sales': {'target': 'prod', 'outputs': {'prod': strings.dbt}}} | to_nice_yaml }}"
    mode: "0600"
  vars:
    strings: >-
      {{ sales.workgroup | redshift.serverless.connection_strings(auth='iam', profile='warehouse', schema='marts') }}

- name: Write a service definition with a password, which no log may show
  ansible.builtin.copy:
    dest: /srv/app/database_url
    content: "{{ strings.libpq_uri }}"
    owner: app
    mode: "0400"
  vars:
    options:
      user: app
      password: "{{ app_password }}"
      ssl_root_cert: /etc/ssl/redshift.crt
    strings: "{{ sales.workgroup | redshift.serverless.connection_strings(**options) }}"
  no_log: true
"""

RETURN = r"""
_value:
  description: The strings by client.
  type: dict
  contains:
    host:
      description: The host to connect to.
      type: str
      sample: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
    hostaddr:
      description: The IP address of O(hostaddr), V(null) without it.
      type: str
      sample: 127.0.0.1
    port:
      description: The port.
      type: int
      sample: 5439
    database:
      description: The database.
      type: str
      sample: dev
    jdbc:
      description: The URL of the Amazon Redshift JDBC driver 2.x for a database user.
      type: str
      sample: jdbc:redshift://sales.123456789012.us-east-1.redshift-serverless.amazonaws.com:5439/dev;user=ana;sslmode=verify-full
    jdbc_iam:
      description: The same for an IAM login; V(null) with O(sslmode) V(disable).
      type: str
      sample: jdbc:redshift:iam://sales.123456789012.us-east-1.redshift-serverless.amazonaws.com:5439/dev;sslmode=verify-full
    jdbc_iam_legacy:
      description: The same for an IAM login with a driver before 2.1.0.9; V(null) with O(sslmode) V(disable).
      type: str
      sample: jdbc:redshift:iam://redshift-serverless-sales:us-east-1/dev;sslmode=verify-full
    odbc:
      description: The connection string of the Amazon Redshift ODBC driver.
      type: str
      sample: >-
        Driver={Amazon Redshift ODBC Driver
        (x64)};Server=sales.123456789012.us-east-1.redshift-serverless.amazonaws.com;Port=5439;Database=dev;UID=ana;SSLMode=verify-full
    libpq_uri:
      description: The connection URI of libpq, for psql, psycopg, asyncpg and other clients of PostgreSQL.
      type: str
      sample: postgresql://ana@sales.123456789012.us-east-1.redshift-serverless.amazonaws.com:5439/dev?sslmode=verify-full
    libpq_keywords:
      description: The same as keywords and values.
      type: str
      sample: host=sales.123456789012.us-east-1.redshift-serverless.amazonaws.com port=5439 dbname=dev user=ana sslmode=verify-full
    psql:
      description: The call of psql for a POSIX shell. A password is in E(PGPASSWORD) before it.
      type: str
      sample: psql 'host=sales.123456789012.us-east-1.redshift-serverless.amazonaws.com port=5439 dbname=dev user=ana sslmode=verify-full'
    rsql:
      description: The call of Amazon Redshift RSQL for a POSIX shell. A password is in E(RSPASSWORD) before it.
      type: str
      sample: rsql -h sales.123456789012.us-east-1.redshift-serverless.amazonaws.com -U ana -d dev -p 5439
    redshift_connector:
      description: The keyword arguments of C(redshift_connector.connect).
      type: dict
      sample:
        host: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port: 5439
        database: dev
        user: ana
        ssl: true
        sslmode: verify-full
    sqlalchemy:
      description:
        - The URL for C(sqlalchemy.create_engine) with the dialects of sqlalchemy-redshift.
        - With O(auth) V(iam), give RV(_value.redshift_connector) as C(connect_args) too. The URL can't hold its values.
      type: str
      sample: redshift+psycopg2://ana@sales.123456789012.us-east-1.redshift-serverless.amazonaws.com:5439/dev?sslmode=verify-full
    dbt:
      description:
        - An output of a dbt profile. dbt renders its texts with Jinja; those that Jinja would change are quoted for it.
        - dbt asks for no password. For a database user without O(password), add one to the profile by dbt's C(env_var).
      type: dict
      sample:
        type: redshift
        host: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port: 5439
        dbname: dev
        schema: public
        threads: 4
        method: database
        user: ana
        sslmode: verify-full
    data_api:
      description:
        - The call of the AWS CLI for a statement through the Data API, for a POSIX shell.
        - It is a request to AWS in the account of the workgroup, whatever the address that clients connect to.
      type: str
      sample: aws redshift-data execute-statement --region us-east-1 --workgroup-name sales --database dev --sql 'SELECT 1'
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display
from ansible_collections.redshift.serverless.plugins.module_utils._connection import strings
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput


def connection_strings(value: Any, **options: Any) -> dict[str, Any]:
    """Make the strings, and warn of what was assumed or translated.

    Raises:
        AnsibleFilterError: a sentence about what cannot be.
    """
    try:
        found, notes = strings.connection_strings(value, **{**options, "use_custom_domain": _custom_domain(options)})
    except InvalidInput as error:
        raise AnsibleFilterError(error.message) from error
    for note in notes:
        Display().warning(note)
    return found


def _custom_domain(options: dict[str, Any]) -> bool:
    """Variables of an inventory or a survey are text."""
    try:
        return bool(boolean(options.get("use_custom_domain", False)))
    except TypeError as error:
        raise InvalidInput(
            f"use_custom_domain: got {options['use_custom_domain']!r}; expected true or false."
        ) from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"connection_strings": connection_strings}
