# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the modules share: the role to assume, waiting, state, and what a module can do."""

from __future__ import annotations


class ModuleDocFragment:
    """The parts that a module's documentation extends."""

    DOCUMENTATION = r"""
options:
  assume_role_arn:
    description:
      - The ARN of an IAM role to assume, in this or another account. The other connection options identify the caller that assumes it.
      - The role's credentials are renewed, also during a long wait.
      - O(endpoint_url) is the address of the module's own service only. For STS, and for EC2 where a module reads from it, the
        addresses come from E(AWS_ENDPOINT_URL_STS), E(AWS_ENDPOINT_URL_EC2), E(AWS_ENDPOINT_URL) or the profile, or are AWS's own. The
        file C(docs/connection.md) of the collection has a table of the settings and the clients that use them.
      - A profile's Region, FIPS, dual-stack, endpoint and CA bundle settings count for the role too.
    type: str
  assume_role_external_id:
    description: The external ID that the role's trust policy requires.
    type: str
  assume_role_session_name:
    description: The name of the role session, shown in CloudTrail. If omitted, V(ansible-redshift-serverless).
    type: str
"""

    STATE = r"""
options:
  state:
    description: Whether the resource should exist.
    type: str
    choices: [present, absent]
    default: present
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until AWS has finished the last change.
      - The module always waits between changes, since AWS takes one at a time.
    type: bool
    default: true
"""

    DEADLINE = r"""
options:
  wait_timeout:
    description: Seconds for the whole task, however many changes it makes.
    type: int
    default: 1200
  wait_delay:
    description:
      - The longest pause between two checks, in seconds.
      - Pauses begin below a second, grow with the time waited and never pass the end of O(wait_timeout).
    type: float
    default: 15.0
"""

    ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return the predicted resource and the changes, without any write.
    support: full
  diff_mode:
    description: Returns what changed (or would, in C(check_mode)) as C(before) and C(after) of the same shape.
    support: full
  idempotent:
    description: A second run with the same options makes no write call.
    support: full
  action:
    description:
      - Runs in the controller's own process on localhost where the result is the same, without starting a module process.
      - The variable C(redshift_serverless_in_process) (of a task, play, host or group, default V(true)) switches that off.
    support: full
  action_group:
    description: Use C(group/redshift.serverless.redshift_serverless) in C(module_defaults); it covers all modules of this collection.
    support: full
    membership: [redshift.serverless.redshift_serverless]
"""

    ATTRIBUTES_INFO = r"""
options: {}
attributes:
  check_mode:
    description: Only reads, also in C(check_mode).
    support: full
  diff_mode:
    description: Nothing changes, so there is no difference to show.
    support: N/A
  idempotent:
    description: Reads only.
    support: full
  action:
    description:
      - Runs in the controller's own process on localhost where the result is the same, without starting a module process.
      - The variable C(redshift_serverless_in_process) (of a task, play, host or group, default V(true)) switches that off.
    support: full
  action_group:
    description: Use C(group/redshift.serverless.redshift_serverless) in C(module_defaults); it covers all modules of this collection.
    support: full
    membership: [redshift.serverless.redshift_serverless]
"""
