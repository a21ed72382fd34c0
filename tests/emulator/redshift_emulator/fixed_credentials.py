"""The fixed credentials of each account, known to the server and to its clients."""

from __future__ import annotations

import re


def fixed_credentials(account: str) -> dict[str, str]:
    """The access key and secret of an account's IAM user ``emulator``.

    Raises:
        ValueError: The account id is not 12 digits.
    """
    if not re.fullmatch(r"[0-9]{12}", account):
        raise ValueError(f"account is {account!r}, but an account id has 12 digits")
    return {"access_key": f"AKIAEMUL{account}", "secret_key": f"emulator-secret-{account}"}
