"""Accounts and their credentials: fixed access keys that need no set-up, and who a key belongs to.

The access key of account 222222222222 is ``AKIAEMUL222222222222``, its secret ``emulator-secret-222222222222``, its
IAM user ``emulator``. The user is made when the key is first seen, also after a reset.
"""

from __future__ import annotations

import re

from moto.iam.models import get_account_id_from, iam_backends
from moto.utilities.utils import get_partition

from .fixed_credentials import fixed_credentials

USER = "emulator"
KEY = re.compile(r"AKIAEMUL(\d{12})")


def ensure_user(access_key: str, region: str) -> None:
    """Make the IAM user behind a fixed access key, in the partition of the Region, if it is not there yet."""
    found = KEY.fullmatch(access_key)
    if not found:
        return
    backend = iam_backends[found[1]][get_partition(region)]
    if access_key in backend.access_keys:
        return
    if USER not in {user.name for user in backend.users.values()}:
        backend.create_user(region_name=region, user_name=USER)
    key = backend.create_access_key(user_name=USER)
    backend.access_keys.pop(key.access_key_id)
    key.access_key_id = access_key
    key.secret_access_key = fixed_credentials(found[1])["secret_key"]
    backend.access_keys[access_key] = key


def is_known(access_key: str) -> bool:
    """Whether some account has this access key (moto gives unknown ones to 123456789012)."""
    return any(
        access_key in partition.access_keys
        for account in list(iam_backends.values())
        for partition in list(account.values())
    )


def account_of(access_key: str) -> str:
    """The account of an access key, as moto sees it."""
    account: str = get_account_id_from(access_key)
    return account
