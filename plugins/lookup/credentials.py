# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: credentials
short_description: A temporary user and password for a workgroup of Amazon Redshift Serverless
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Gets the name and a temporary password of the database user that belongs to the caller's IAM identity (GetCredentials).
  - Each evaluation gets a new password. Keep the result in a variable, for example with M(ansible.builtin.set_fact).
  - The lookup itself logs nothing. A task that uses its result shows it, so set C(no_log) of the task.
options:
  _terms:
    description: The names of the workgroups, for one result each. Instead of O(workgroup) and O(custom_domain_name).
    type: list
    elements: str
  workgroup:
    description: The name of the workgroup.
    type: str
    aliases: [workgroup_name]
  custom_domain_name:
    description: The custom domain name of the workgroup, instead of its name.
    type: str
  db_name:
    description:
      - The database that the password is for. If omitted, it is for any database.
      - If given, the caller's IAM policy must allow the database.
    type: str
  duration_seconds:
    description: How many seconds the password can be used to log in, from 900 to 3600.
    type: int
    default: 900
extends_documentation_fragment:
  - redshift.serverless.common
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
notes:
  - The caller needs the permission redshift-serverless:GetCredentials of the workgroup.
"""

EXAMPLES = r"""
- name: Run an SQL script as the caller's database user
  ansible.builtin.command:
    cmd: >-
      psql --host sales.123456789012.us-east-1.redshift-serverless.amazonaws.com --port 5439 --dbname dev
      --file tables.sql
  environment:
    PGUSER: "{{ login.user }}"
    PGPASSWORD: "{{ login.password }}"
    PGSSLMODE: verify-full
    PGSSLROOTCERT: /etc/ssl/certs/amazon-trust-ca-bundle.crt
  vars:
    login: "{{ lookup('redshift.serverless.credentials', 'sales', db_name='dev', region='us-east-1') }}"
  no_log: true
  changed_when: true

- name: Keep the credentials for an hour, by the custom domain name and as another account's role
  ansible.builtin.set_fact:
    login: "{{ lookup('redshift.serverless.credentials', custom_domain_name='sales.example.com', duration_seconds=3600,
      assume_role_arn='arn:aws:iam::123456789012:role/analyst') }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description: For each workgroup, its credentials.
  type: list
  elements: dict
  contains:
    user:
      description: The database user, such as V(IAM:ana) or V(IAMR:analyst).
      type: str
      sample: IAMR:analyst
    password:
      description: The password.
      type: str
    expiration:
      description: Until when the password can be used to log in, ISO 8601 in UTC. A connection that is open then stays open.
      type: str
      sample: "2026-07-11T17:11:24+00:00"
    next_refresh_time:
      description: When new credentials with a later expiration become available, ISO 8601 in UTC.
      type: str
      sample: "2026-07-11T17:08:24+00:00"
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible_collections.amazon.aws.plugins.plugin_utils.lookup import AWSLookupBase
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.client import Caller
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
    Unforeseen,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift import credentials


class LookupModule(AWSLookupBase):
    """Gives temporary credentials."""

    def run(  # type: ignore[override]  # Ansible calls it so, and amazon.aws's own options are for its lookups
        self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any
    ) -> list[dict[str, Any]]:
        """Ask AWS once for each workgroup.

        Raises:
            AnsibleLookupError: for a person, and without any secret.
        """
        super().run(terms, variables, **kwargs)
        try:
            options = self.get_options()
            wanted = _wanted(terms, options)
            api = Api(Caller(options).client("redshift-serverless", own=True))
            return [credentials.get(api, each) for each in wanted]
        except RedshiftServerlessError as error:
            # Without the cause, whose words Ansible would repeat.
            raise AnsibleLookupError(f"redshift.serverless.credentials: {error.message}") from None
        except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
            raise AnsibleLookupError(f"redshift.serverless.credentials: {Unforeseen(error).message}") from None


def _wanted(terms: list[Any], options: dict[str, Any]) -> list[dict[str, Any]]:
    if not terms:
        return [options]
    if options["workgroup"] or options["custom_domain_name"]:
        raise InvalidInput(
            "workgroup: got it or custom_domain_name besides terms; expected only terms. Leave the option out."
        )
    return [{**options, "workgroup": str(term)} for term in terms]
