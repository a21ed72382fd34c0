"""The admin secret of a namespace with manageAdminPassword, a real one in moto's Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from moto.backends import get_backend
from moto.secretsmanager.exceptions import SecretsManagerClientError

from .call import Call
from .errors import ServiceError, validation
from .state import Namespace


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


def admin_password(account: str, region: str, namespace: Namespace) -> str | None:
    """The password of the admin user: what is in the managed secret, or what was given; None if nothing was."""
    if namespace.secret_arn is None:
        return namespace.admin_password
    try:
        return secret_login(account, region, namespace.secret_arn)[1]
    except ServiceError:
        return None  # somebody has deleted the secret, or written something else into it


def secret_login(account: str, region: str, secret: str) -> tuple[str, str]:
    """User and password of a secret, by its ARN or name.

    Raises:
        ServiceError: There is no such secret, or it is not JSON with ``username`` and ``password``.
    """
    backend: Any = get_backend("secretsmanager")[account][region]
    try:
        content = json.loads(backend.get_secret_value(secret, "", "")["SecretString"])
        return str(content["username"]), str(content["password"])
    except SecretsManagerClientError as error:
        raise validation(f"The secret {secret} can't be read: {error.message}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise validation(f"The secret {secret} must be JSON with username and password.") from error


def delete_secret(call: Call, arn: str) -> None:
    """Delete the secret at once, as the service does with secrets that it manages."""
    backend: Any = get_backend("secretsmanager")[call.account][call.region]
    if arn in {secret.arn for secret in backend.secrets.values()}:
        backend.delete_secret(secret_id=arn, recovery_window_in_days=None, force_delete_without_recovery=True)
