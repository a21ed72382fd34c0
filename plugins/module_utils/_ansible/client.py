# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients: amazon.aws's connection options, and a role to assume whose credentials renew themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

from .._core.errors import ConnectionFailed

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

try:
    import boto3
    import botocore.session
    from botocore.config import Config
    from botocore.credentials import AssumeRoleCredentialFetcher, CredentialResolver, DeferredRefreshableCredentials
    from botocore.exceptions import BotoCoreError
except ImportError:
    pass  # AnsibleAWSModule reports a missing boto3 itself.

SESSION_NAME = "ansible-redshift-serverless"


def connect(module: AnsibleAWSModule, service: str) -> Any:
    """A botocore client of a service, as the caller or as the role that the caller assumes.

    Args:
        module: its params are amazon.aws's connection options and our assume_role_ options.
        service: botocore's name of the service, such as redshift-serverless.

    Raises:
        ConnectionFailed: no region, an unknown profile, or unusable options.
    """
    # botocore itself repeats what failed in passing; what is still unclear after that is settled by looking again.
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=10, read_timeout=60)
    if not module.region:
        raise ConnectionFailed(
            f"No region is known. Set the option region (in this collection's playbooks, the variable "
            f"redshift_serverless_region), the environment variable AWS_REGION, or a region in the profile "
            f"({module.params.get('profile') or 'default'})."
        )
    if not module.params.get("assume_role_arn"):
        return module.client(service, config=config)
    try:
        return _connect_as_role(module, service, config)
    except (BotoCoreError, ValueError) as error:
        raise ConnectionFailed(f"Could not connect to AWS: {error}") from error


def _connect_as_role(module: AnsibleAWSModule, service: str, config: Any) -> Any:
    region, endpoint_url, options = get_aws_connection_info(module)
    profile = options.pop("profile_name", None)
    if options.pop("aws_config", None) is not None:
        config = config.merge(Config(**module.params["aws_config"]))
    keys = {name: options.pop(name) for name in list(options) if name.startswith("aws_")}
    source = boto3.session.Session(profile_name=profile, **keys)
    if source.get_credentials() is None:
        raise ConnectionFailed("No AWS credentials were found to assume the role of assume_role_arn with.")
    connection = {"region_name": region, "endpoint_url": endpoint_url, "config": config, **options}
    session = boto3.session.Session(botocore_session=_session_as_role(module.params, source, connection))
    return session.client(service, **connection)


def _session_as_role(params: dict[str, Any], source: Any, connection: dict[str, Any]) -> Any:
    """A botocore session whose credentials are the role's, fetched when first needed and again before they expire."""
    extra = {"RoleSessionName": params.get("assume_role_session_name") or SESSION_NAME}
    if params.get("assume_role_external_id"):
        extra["ExternalId"] = params["assume_role_external_id"]
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(_create_sts_client, connection),
        source_credentials=source.get_credentials(),
        role_arn=params["assume_role_arn"],
        extra_args=extra,
    )
    session = botocore.session.Session()
    session.register_component("credential_provider", CredentialResolver([_RoleProvider(fetcher)]))
    return session


def _create_sts_client(connection: dict[str, Any], service: str, **credentials: Any) -> Any:
    return boto3.session.Session().client(service, **{**connection, **credentials})


class _RoleProvider:
    """A link of botocore's credential chain that gives the assumed role's credentials."""

    METHOD = "assume-role"
    CANONICAL_NAME = None

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher

    def load(self) -> Any:
        """Credentials that are fetched at first use and renewed before they expire."""
        return DeferredRefreshableCredentials(method=self.METHOD, refresh_using=self._fetcher.fetch_credentials)
