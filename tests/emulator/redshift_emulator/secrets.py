"""The admin secret of a namespace with manageAdminPassword, a real one in moto's Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from moto.backends import get_backend

from .call import Call


def random_password(call: Call) -> str:
    """A password that satisfies the service's own rule."""
    return "Aa1" + call.world.letters(29)


def create_admin_secret(call: Call, namespace: str, username: str, key: str | None) -> str:
    """Create the secret ``redshift!<namespace>-<user>`` and return its ARN (the name is inferred [I])."""
    backend: Any = get_backend("secretsmanager")[call.account][call.region]
    answer = backend.create_secret(
        name=f"redshift!{namespace}-{username}",
        secret_string=json.dumps({"username": username, "password": random_password(call)}),
        secret_binary=None,
        description=f"Secret associated with the Amazon Redshift Serverless namespace {namespace}",
        tags=[{"Key": "aws:secretsmanager:owningService", "Value": "redshift"}],
        kms_key_id=key,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
    arn: str = json.loads(answer)["ARN"]
    return arn


def delete_secret(call: Call, arn: str) -> None:
    """Delete the secret at once, as the service does with secrets that it manages."""
    backend: Any = get_backend("secretsmanager")[call.account][call.region]
    if arn in {secret.arn for secret in backend.secrets.values()}:
        backend.delete_secret(secret_id=arn, recovery_window_in_days=None, force_delete_without_recovery=True)
