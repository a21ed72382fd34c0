# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long AWS usually takes: where looks are worth making, and what a person may expect.

AWS publishes no durations. The Terraform provider's acceptance tests create and delete a workgroup in four to five minutes and
change a config parameter in tens of seconds; a VPC endpoint takes one to five minutes. The parts are inferred from that. A wrong
figure costs a few looks or seconds, never a result.
"""

from __future__ import annotations

from collections.abc import Mapping

# Seconds by operation; what is not here is done at once.
USUAL: Mapping[str, float] = {
    "CreateWorkgroup": 120.0,
    "UpdateWorkgroup": 75.0,
    "DeleteWorkgroup": 90.0,
    "CreateNamespace": 15.0,
    "UpdateNamespace": 30.0,
    "DeleteNamespace": 60.0,
    "CreateEndpointAccess": 110.0,
    "UpdateEndpointAccess": 45.0,
    "DeleteEndpointAccess": 75.0,
    "CreateVpcEndpoint": 75.0,
    "ModifyVpcEndpoint": 45.0,
    "DeleteVpcEndpoints": 75.0,
}


def usual(operation: str) -> float | None:
    """Return the seconds that AWS usually takes for an operation, None where it answers when it is done."""
    return USUAL.get(operation)
