# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sources of credentials: what to say when one of botocore's chain is configured and gives none.

The chain raises whatever its sources raise: errors of files and programs, of JSON, of a missing terminal, and AWS's answers to
AssumeRole and its like. Those answers and the output of programs hold secrets, so no such text is ever quoted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import advice
from .errors import ConnectionFailed, RedshiftServerlessError, is_unreachable, lost_text, throttle_of

try:
    from botocore import exceptions as botocore_exceptions
    from botocore.credentials import CredentialResolver
except ImportError:
    CredentialResolver = object  # The modules report a missing botocore themselves, by amazon.aws's AnsibleAWSModule.

OUR_ROLE = "assume_role_arn"


@dataclass(frozen=True)
class Source:
    """A source of credentials in words.

    Attributes:
        name: what it is; ``{profile}`` stands for the profile.
        remedy: what to do when it gives none.
        quotable: whether the texts of its errors hold nothing that AWS or a program answered.
    """

    name: str
    remedy: str
    quotable: bool = True


# By botocore's METHOD of the provider.
SOURCES = {
    OUR_ROLE: Source(
        "the role of assume_role_arn could not be assumed",
        "Check the role's trust policy, assume_role_external_id, and that the caller may call sts:AssumeRole for it.",
    ),
    "assume-role": Source(
        "the role of {profile} (role_arn) could not be assumed",
        "Check role_arn, source_profile, credential_source and external_id of the profile, and the role's trust policy.",
    ),
    "assume-role-with-web-identity": Source(
        "the web identity token could not be used",
        "Check AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN (or web_identity_token_file and role_arn of the profile), and that the "
        "token file is mounted and readable where the module runs.",
    ),
    "custom-process": Source(
        "credential_process of {profile} gave no credentials",
        "Run it by hand as the user and on the host that run the module, and correct credential_process.",
        quotable=False,
    ),
    "sso": Source(
        "IAM Identity Center (SSO) of {profile} gave no credentials",
        "Run 'aws sso login' for the profile as the user and on the host that run the module.",
    ),
    "login": Source(
        "the login session of {profile} gave no credentials",
        "Run 'aws login' for the profile as the user and on the host that run the module.",
    ),
    "container-role": Source(
        "the role of the container gave no credentials",
        "Check AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, and the role of the task or pod.",
        quotable=False,
    ),
    "iam-role": Source(
        "the role of the EC2 instance gave no credentials",
        "Check the instance profile of the instance.",
        quotable=False,
    ),
    "env": Source(
        "the environment holds no whole credentials", "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    ),
    "shared-credentials-file": Source("the credentials file gave no credentials for {profile}", "Correct the file."),
    "config-file": Source("the configuration file gave no credentials for {profile}", "Correct the file."),
}
_OTHER = Source("a source of credentials gave none", "Check the configuration of the AWS credentials.", quotable=False)

_MFA_REMEDY = (
    "Get a session by 'aws sts get-session-token' first, and give its access_key, secret_key and session_token, or name a profile "
    "that needs no MFA code."
)


def unusable(error: Exception, method: str, profile: str | None) -> RedshiftServerlessError:
    """Say which source of credentials gave none, what is wrong with it, and what to do.

    Args:
        error: what the source raised.
        method: botocore's name of the source, or OUR_ROLE.
        profile: the profile in use, None for the default.
    """
    if isinstance(error, RedshiftServerlessError):  # of a source that this one needs
        return error
    source = SOURCES.get(method, _OTHER)
    name = source.name.format(profile=f"profile {profile!r}" if profile else "the default profile")
    if isinstance(error, (EOFError, botocore_exceptions.RefreshWithMFAUnsupportedError)):
        return ConnectionFailed(
            f"No AWS credentials: {name}: it asks for an MFA code, and nobody is there to type it. {_MFA_REMEDY}"
        )
    if isinstance(error, botocore_exceptions.ClientError):
        if throttled := throttle_of(error):
            return throttled
        return ConnectionFailed(f"No AWS credentials: {name}: {_refusal(error, source.remedy)}")
    return ConnectionFailed(
        f"No AWS credentials: {advice.sentences(f'{name}: {_fault(error, source)}', source.remedy)}"
    )


def _refusal(error: Any, remedy: str) -> str:
    """AWS's refusal of AssumeRole or its like, which holds no credentials."""
    answer = error.response.get("Error", {})
    code, text = str(answer.get("Code", "")), str(answer.get("Message", ""))
    if code.isdecimal():
        return f"{error.operation_name} was answered with HTTP status {code} and no readable error. {remedy}"
    shown = advice.shown_text(text) or "no message"
    known = advice.about_credentials(code, text)
    if known is None and advice.denying_policy(text):
        known = advice.about_denial(text, f"sts:{error.operation_name}")
    return f"{error.operation_name} failed: {shown} ({code}). {known or remedy}"


_OPERATIONS = {
    OUR_ROLE: "AssumeRole",
    "assume-role": "AssumeRole",
    "assume-role-with-web-identity": "AssumeRoleWithWebIdentity",
    "sso": "GetRoleCredentials",
}


def _fault(error: Exception, source: Source) -> str:
    """Return what is wrong, in words of our own where the error's may quote an answer or a program."""
    if isinstance(error, OSError) and not isinstance(error, botocore_exceptions.BotoCoreError):
        return (
            f"{error.filename}: {error.strerror}" if error.filename and error.strerror else "a file could not be read"
        )
    if source.name == SOURCES["custom-process"].name:
        return _process_fault(error)
    if is_unreachable(error):
        return advice.sentences(
            advice.one_line(error), "Check the Region, the address (AWS_ENDPOINT_URL_STS) and the way to it"
        )
    lost = lost_text(error)
    if lost:
        operation = next(
            (_OPERATIONS[key] for key, known in SOURCES.items() if known is source and key in _OPERATIONS), ""
        )
        return f"{operation} was sent and its answer was lost: {lost}" if operation else lost
    return (source.quotable and advice.one_line(error)) or f"it ended in {type(error).__name__}"


def _process_fault(error: Exception) -> str:
    # botocore tells the program's standard error in the same exception as what is wrong with its output.
    text = str(getattr(error, "kwargs", {}).get("error_msg", ""))
    if isinstance(error, ValueError):
        return "its output is not JSON"
    if not isinstance(error, botocore_exceptions.CredentialRetrievalError) or text.startswith(
        ("Unsupported", "Missing")
    ):
        return "its output is not that of a credential_process (Version 1, AccessKeyId, SecretAccessKey)"
    return "the program ended with an error"


class Explained(CredentialResolver):
    """Botocore's chain of sources, whose errors are sentences.

    Args:
        providers: botocore's, or others like them.
        profile: the profile in use.
    """

    def __init__(self, providers: list[Any], profile: str | None) -> None:
        super().__init__(providers)
        # It logs a failed renewal with the exception, whose text may be an answer with keys in it: Ansible's log file has it then.
        logging.getLogger("botocore.credentials").addFilter(_without_exception)
        self._profile = profile

    def load_credentials(self) -> Any:
        """Return the credentials of the first source that has any, None where none has.

        Raises:
            ConnectionFailed: a source is configured and gives none.
        """
        for provider in self.providers:
            found = _told(provider.load, provider.METHOD, self._profile)
            if found is not None:
                return ExplainedCredentials(found, provider.METHOD, self._profile)
        return None


class ExplainedCredentials:
    """Credentials that may be fetched late or renewed, and say what kept them from it."""

    def __init__(self, credentials: Any, method: str, profile: str | None) -> None:
        self._credentials = credentials
        self._told = (method, profile)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._credentials, name)

    def get_frozen_credentials(self) -> Any:
        """Access key, secret key and token of this moment, which is when they are fetched or renewed.

        Raises:
            ConnectionFailed: they could not be had.
        """
        return _told(self._credentials.get_frozen_credentials, *self._told)


def _without_exception(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True


def _told(fetch: Callable[[], Any], method: str, profile: str | None) -> Any:
    try:
        return fetch()
    except Exception as error:  # noqa: BLE001  # a source raises whatever its files, programs and services bring about
        raise unusable(error, method, profile) from None
