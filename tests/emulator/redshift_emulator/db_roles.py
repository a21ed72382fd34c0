"""Database roles that an IAM principal brings along: the tag ``RedshiftDbRoles``. Facts: aws-behaviour 10."""

from __future__ import annotations

import functools
import re

from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse

TAG = "RedshiftDbRoles"
SEPARATOR = ":"


def role_names(value: str) -> list[str]:
    """The names in the tag's value, each once.

    >>> role_names("analyst:loader::analyst")
    ['analyst', 'loader']
    """
    return list(dict.fromkeys(filter(None, value.split(SEPARATOR))))


def roles_of(account: str, partition: str, caller: str, access_key: str) -> list[str]:
    """The database roles of a caller: of the session's tag, or else of the IAM user's or role's own.

    A session tag takes the place of the principal's tag of that key [C: IAM user guide].

    Args:
        account: The caller's account.
        partition: Its partition.
        caller: The ARN that sts:GetCallerIdentity gives.
        access_key: Of the session.
    """
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    tags = {**_principal_tags(account, partition, caller), **getattr(session, "session_tags", {})}
    return role_names(tags.get(TAG, ""))


def _principal_tags(account: str, partition: str, caller: str) -> dict[str, str]:
    backend = iam_backends[account][partition]
    role = re.search(r":assumed-role/([^/]+)/", caller)
    if role:
        found = [each for each in backend.roles.values() if each.name == role[1]]
        return {tag["Key"]: tag["Value"] for each in found for tag in each.tags}
    name = caller.rpartition("/")[2]
    tags = backend.tagger.list_tags_for_resource(caller).get("Tags", []) if name in backend.users else []
    return {tag["Key"]: tag["Value"] for tag in tags}


def keep_session_tags() -> None:
    """Let moto's sts:AssumeRole keep the tags of the session, which it forgets. Calling it again changes nothing."""
    original = TokenResponse.assume_role
    if hasattr(original, "redshift_emulator"):
        return

    @functools.wraps(original)
    def assume_role(self: TokenResponse) -> ActionResult:
        answer = original(self)
        given = self._get_param("Tags", []) or []
        answer.result["Credentials"].session_tags = {tag["Key"]: tag["Value"] for tag in given}
        return answer

    assume_role.redshift_emulator = True  # type: ignore[attr-defined]
    TokenResponse.assume_role = assume_role
