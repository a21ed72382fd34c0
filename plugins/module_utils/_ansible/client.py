# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients as amazon.aws's connection options describe them, and as a role to assume whose credentials renew themselves.

All clients of a task come from one botocore session of the profile, so that a profile's settings (Region, endpoints, FIPS, dual
stack, CA bundle) count for each of them, as a role too. The option endpoint_url is the address of one service, the module's own.
The documentation fragment common.py has the table of what counts for which client.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ansible.module_utils.ansible_release import __version__

from .._core import advice
from .._core.errors import ConnectionFailed, InvalidInput, RedshiftServerlessError
from .._core.sources import OUR_ROLE, Explained
from .sessions import identity_of, kept, share_models

try:
    import botocore.session
    from botocore.config import Config
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.exceptions import ProfileNotFound
except ImportError:
    pass  # AnsibleAWSModule reports a missing boto3 itself.

SESSION_NAME = "ansible-redshift-serverless"
USER_AGENT = f"APN/1.0 Ansible/{__version__} redshift.serverless"

_KEYS = ("access_key", "secret_key", "session_token")
# Where amazon.aws takes an option from that the task does not give.
_VARIABLES = {
    "access_key": ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
    "secret_key": ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
    "session_token": ("AWS_SESSION_TOKEN",),
    "profile": ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
}
_NUMBERS = ("connect_timeout", "read_timeout", "max_pool_connections")


def caller_of(params: Mapping[str, Any]) -> Caller:
    """Whoever asks AWS; a process makes one for each identity, so that items of a loop share clients and assumed roles."""
    return kept().get((identity_of(params),), lambda: Caller(params))


class Caller:
    """Whoever asks AWS, as a task's connection options say.

    Args:
        params: amazon.aws's connection options and our assume_role_ options.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self._clients: dict[tuple[str, bool, str | None], Any] = {}

    def client(self, service: str, *, own: bool, region: str | None = None) -> Any:
        """Return a botocore client of a service, as the caller or as the role that the caller assumes.

        Args:
            service: botocore's name of the service, such as redshift-serverless.
            own: whether it is the service that endpoint_url is the address of.
            region: the Region to ask, None for the caller's; clients of several Regions share the credentials of an assumed role.

        Raises:
            ConnectionFailed: no Region, an unknown profile, or credentials that can't be had.
            InvalidInput: options that can't be right.
        """
        try:
            if (service, own, region) not in self._clients:
                self._clients[service, own, region] = self._make(service, own, region)
            return self._clients[service, own, region]
        except RedshiftServerlessError:
            raise
        except Exception as error:  # noqa: BLE001  # botocore's own errors of options have no common family
            told = advice.one_line(error) or type(error).__name__
            check = "Check the connection options and the AWS configuration file."
            raise ConnectionFailed(f"Could not make a client of {service}: {advice.sentences(told, check)}") from None

    def _make(self, service: str, own: bool, region: str | None) -> Any:
        _refuse_two_identities(self._params)
        address = (self._params.get("endpoint_url") or None) if own else None
        return self._create(self._session, service, address, region)

    def _create(
        self, session: Any, service: str, endpoint_url: str | None, region: str | None = None, **credentials: Any
    ) -> Any:
        return session.create_client(
            service,
            region_name=region or self._region,
            endpoint_url=endpoint_url,
            verify=_verify(self._params),
            **credentials,
        )

    @cached_property
    def _session(self) -> Any:
        """The session whose clients are the module's."""
        if not self._params.get("assume_role_arn"):
            return self._source
        session = self._create_session()
        provider = _RoleProvider(self._role_fetcher())
        session.register_component("credential_provider", Explained([provider], self._profile))
        return session

    def _role_fetcher(self) -> Any:
        credentials = self._source.get_credentials()
        if credentials is None:
            raise ConnectionFailed(
                "assume_role_arn: no AWS credentials were found to assume the role with. Give access_key and secret_key, or profile, "
                "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        extra = {"RoleSessionName": self._params.get("assume_role_session_name") or SESSION_NAME}
        if self._params.get("assume_role_external_id"):
            extra["ExternalId"] = self._params["assume_role_external_id"]
        return AssumeRoleCredentialFetcher(
            client_creator=lambda service, **keys: self._create(self._source, service, None, **keys),
            source_credentials=credentials,
            role_arn=self._params["assume_role_arn"],
            extra_args=extra,
        )

    @cached_property
    def _source(self) -> Any:
        """The session of the caller's own credentials."""
        session = self._create_session()
        access_key, secret_key, token = (self._params.get(name) or None for name in _KEYS)
        if bool(access_key) != bool(secret_key):
            has, lacks = ("access_key", "secret_key") if access_key else ("secret_key", "access_key")
            raise ConnectionFailed(f"{lacks}: it is missing beside {_origin(self._params, has)}. Give both or neither.")
        if access_key:
            session.set_credentials(access_key, secret_key, token)
        else:
            chain = session.get_component("credential_provider")
            session.register_component("credential_provider", Explained(chain.providers, self._profile))
        return session

    def _create_session(self) -> Any:
        # The option has been read from AWS_PROFILE already: an empty one is meant, so botocore looks at it no more.
        variables = {"profile": (None, None, None, None)}
        session = botocore.session.Session(session_vars=variables, profile=self._profile)
        session.set_default_client_config(_config(self._params.get("aws_config")))
        if self._params.get("aws_ca_bundle"):  # for the clients that botocore makes itself to get credentials
            session.set_config_variable("ca_bundle", self._params["aws_ca_bundle"])
        try:
            session.get_scoped_config()
        except ProfileNotFound:
            known = ", ".join(sorted(session.available_profiles)) or "none"
            raise ConnectionFailed(
                f"profile: got {self._profile!r} ({_origin(self._params, 'profile')}); expected one of the profiles of the user and host "
                f"that run the module ({known}). Correct the name, or see AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE."
            ) from None
        share_models(session)
        return session

    @property
    def _profile(self) -> str | None:
        return self._params.get("profile") or None

    @cached_property
    def _region(self) -> str:
        region = self._params.get("region") or self._source.get_config_variable("region")
        if not region:
            raise ConnectionFailed(
                "No region is known. Set the option region (in this collection's playbooks redshift_serverless_region), the "
                f"environment variable AWS_REGION, or a region in the profile ({self._profile or 'default'})."
            )
        return str(region)


def _refuse_two_identities(params: Mapping[str, Any]) -> None:
    """Refuse a profile and access keys at once, as amazon.aws does: which of them acts must not be a matter of chance."""
    keys = next((name for name in _KEYS if params.get(name)), None)
    if keys is None or not params.get("profile"):
        return
    raise ConnectionFailed(
        f"profile: got {params['profile']!r} ({_origin(params, 'profile')}) beside {_origin(params, keys)}, and only one identity can act. "
        "Give one of them: leave the profile out, or unset the keys. A credential of the type Amazon Web Services in AWX or automation "
        "controller sets such keys in the environment: there, act in another account by assume_role_arn."
    )


def _origin(params: Mapping[str, Any], option: str) -> str:
    """Return where an option's value comes from, in words."""
    found = next((name for name in _VARIABLES[option] if params[option] == os.environ.get(name)), None)
    return f"{found} of the environment" if found else f"the option {option}"


def _verify(params: Mapping[str, Any]) -> Any:
    """Return what botocore takes: False, a file, or None for the profile's ca_bundle or botocore's own."""
    return False if params.get("validate_certs") is False else params.get("aws_ca_bundle") or None


def _config(given: Mapping[str, Any] | None) -> Any:
    """Botocore's configuration: ours, over which the user's counts.

    Raises:
        InvalidInput: the option aws_config has what botocore does not take.
    """
    # botocore itself repeats what failed in passing; what is still unclear after that is settled by looking again.
    ours = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=10,
        read_timeout=60,
        user_agent=USER_AGENT,
    )
    _check_config(given or {})
    try:
        return ours.merge(Config(**(given or {})))
    except Exception as error:  # noqa: BLE001  # TypeError, ValueError, AttributeError and botocore's own
        told = advice.one_line(error) or type(error).__name__
        raise InvalidInput(
            f"aws_config: botocore does not take it. {advice.sentences(told)} See botocore's Config."
        ) from None


def _check_config(given: Mapping[str, Any]) -> None:
    """Refuse what botocore would take without a word, or with one that names nothing.

    Raises:
        InvalidInput: a member that Config does not have, or one that is no number.
    """
    for name in given:
        if name not in Config.OPTION_DEFAULTS:
            close = difflib.get_close_matches(str(name), Config.OPTION_DEFAULTS, n=1)
            raise InvalidInput(
                f"aws_config: got the member {name!r}; expected options of botocore's Config. "
                + (f"Did you mean {close[0]}?" if close else "Leave it out.")
            )
    for name in _NUMBERS:
        value = given.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise InvalidInput(f"aws_config: got {value!r} for {name}; expected a number.")


class _RoleProvider:
    """A link of botocore's credential chain that gives the assumed role's credentials."""

    METHOD = OUR_ROLE
    CANONICAL_NAME = None

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher

    def load(self) -> Any:
        """Credentials that are fetched at first use and renewed before they expire."""
        return DeferredRefreshableCredentials(method="assume-role", refresh_using=self._fetcher.fetch_credentials)
