# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ids of AWS that users give: accounts, VPCs and ARNs. Each rule and its sentence stands here once."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from .errors import InvalidInput

ALL_VPCS = "*"

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ACCOUNT = re.compile(r"([0-9]{12})|arn:[^:]+:iam::([0-9]{12}):root")
# EC2 API reference, "Resource IDs": 8 digits in old accounts, 17 otherwise.
_VPC_ID = re.compile(r"vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})")


def account_of(principal: str) -> str | None:
    """Return the 12-digit account that `principal` stands for (an id or a root ARN of any partition), else None."""
    match = _ACCOUNT.fullmatch(principal)
    return (match[1] or match[2]) if match else None


class Arn(NamedTuple):
    """The parts of an ARN ("ARN format" of the IAM User Guide); those that it leaves out are empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


NO_ARN = Arn("", "", "", "", "")


def read_arn(value: Any) -> Arn:
    """Return the parts of an ARN; all are empty where there is none."""
    prefix, *parts = str(value or "").split(":", 5)
    return Arn(*parts) if prefix == "arn" and len(parts) == len(NO_ARN) else NO_ARN


def account_in(arn: Any) -> str | None:
    """Return the account that an ARN names, None where there is no ARN or it names none."""
    return read_arn(arn).account or None


def account_problem(option: str, value: Any, or_else: str = "") -> str | None:
    """Say what is wrong with an account id, or return None.

    Args:
        option: the option that it was given in.
        value: what was given.
        or_else: what the option takes besides an id, such as " or its root ARN".
    """
    text = "" if value is None else str(value).strip()
    if _ACCOUNT_ID.fullmatch(text):
        return None
    short = " Quote an id that begins with 0: YAML takes it for a number otherwise." if _lost_zeros(text) else ""
    return (
        f"{option}: got {repr(text) if text else 'nothing'}; expected the 12 digits of an AWS account{or_else}.{short}"
    )


def _lost_zeros(text: str) -> bool:
    return text.isdigit() and len(text) < 12


def principal_problem(option: str, value: Any) -> str | None:
    """Say what is wrong with a principal that is a whole account, by its id or its root ARN, or return None."""
    return None if account_of(str(value).strip()) else account_problem(option, value, " or its root ARN")


def vpc_problem(option: str, value: Any) -> str | None:
    """Say what is wrong with the id of a VPC, or return None."""
    if _VPC_ID.fullmatch(str(value)):
        return None
    return (
        f"{option}: got {str(value)!r}; expected the id of a VPC, which is vpc- and 8 or 17 hexadecimal digits in lower case, such "
        "as vpc-0123456789abcdef0."
    )


def covers_vpc(granted: Collection[str], vpc_id: str | None) -> bool:
    """Tell whether access for these VPCs (`*` for all of the account) is enough for an endpoint in a VPC."""
    return ALL_VPCS in granted or (vpc_id is not None and vpc_id in granted)


def refuse_empty(option: str, values: Collection[str] | None) -> None:
    """Refuse an empty list of what must not be nothing, which is not the same as no list.

    Raises:
        InvalidInput: in words.
    """
    if values is not None and not values:
        raise InvalidInput(
            f"{option}: got an empty list; expected at least one entry. Name one, or leave the option out."
        )


def refuse_wrong_owner(owner: str | None) -> None:
    """Refuse an owner_account that is no account.

    Raises:
        InvalidInput: saying what was given and what is expected.
    """
    problem = None if owner is None else account_problem("owner_account", owner)
    if problem:
        raise InvalidInput(problem)
