# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: client_files
short_description: Turn connection strings into what the files of clients hold
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Returns a section of C(pg_service.conf), C(odbc.ini) and C(odbcinst.ini), Java properties, a dbt profile, and the key of a line of
    C(.pgpass) from what P(redshift.serverless.connection_strings#filter) gives, each by the rules of its own file format.
  - None of them contains a password. P(redshift.serverless.client#role) adds that of C(.pgpass).
options:
  _input:
    description: The result of P(redshift.serverless.connection_strings#filter), made without a password.
    type: dict
    required: true
  name:
    description:
      - The name of the service, of the data source and of the dbt profile.
      - ODBC's driver managers find no data source by a name of more than 32 characters.
    type: str
    required: true
  auth:
    description: V(password) or V(iam), as the strings were made with.
    type: str
    choices: [password, iam]
    default: password
  user:
    description: The database user, for Java properties and C(.pgpass).
    type: str
  odbc_library:
    description: The path of the ODBC driver's library, for C(odbcinst.ini).
    type: str
    default: /opt/amazon/redshiftodbcx64/librsodbc64.so
  password_variable:
    description: The environment variable from which dbt takes the password.
    type: str
    default: DBT_ENV_SECRET_REDSHIFT_PASSWORD
"""

EXAMPLES = r"""
- name: Show what odbc.ini needs
  ansible.builtin.debug:
    msg: >-
      {{ (workgroup | redshift.serverless.connection_strings | redshift.serverless.client_files(name='sales')).odbc }}
"""

RETURN = r"""
_value:
  description: The texts, without a line break at their end.
  type: dict
  contains:
    pg_service:
      description: The section of C(pg_service.conf).
      type: str
    pgpass:
      description: The first four fields of the line of C(.pgpass), V(null) without O(user).
      type: str
    odbc:
      description: The section of C(odbc.ini).
      type: str
    odbcinst:
      description: The section of C(odbcinst.ini).
      type: str
    odbc_driver:
      description: The name of that section.
      type: str
    jdbc:
      description: The Java properties C(driver), C(url), C(user).
      type: str
    dbt:
      description: The dbt profile, in YAML.
      type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.redshift.serverless.plugins.module_utils._connection import files
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import InvalidInput


def client_files(
    strings: Mapping[str, Any], name: str, auth: str = "password", user: str | None = None, **options: Any
) -> dict[str, Any]:
    """Make the texts; see DOCUMENTATION.

    Raises:
        AnsibleFilterError: a value that a file format cannot hold.
    """
    try:
        return files.client_files(files.parts_in(strings, auth, user), name, **options)
    except InvalidInput as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"client_files": client_files}
