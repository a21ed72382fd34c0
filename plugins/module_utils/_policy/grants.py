# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants, which are what the console calls "Grant access": an account, with all of its VPCs or with named ones.

`validate` makes grants of an option, `read` of a policy; `desired` decides which there shall be, `needs_rewrite`
whether the policy must change for that, and `write` makes the policy.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .document import (
    VERSIONS,
    Policy,
    PolicyError,
    account_of,
    parse,
)
from .statement import (
    ACTIONS,
    AUTHORIZED_VPC,
    SOURCE_VPC,
    Vpcs,
    read_statement,
    union,
)

Style: TypeAlias = Literal["authorized_vpc", "source_vpc"]

SID = "CrossAccountCrossVPCAccess"

_VPC_ID = re.compile("vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})")


@dataclass(frozen=True)
class Grant:
    """An account ("*": any) and the sorted ids of its VPCs that may have endpoints (None: all)."""

    account: str
    vpc_ids: tuple[str, ...] | None = None

    @property
    def vpcs(self) -> Vpcs:
        return None if self.vpc_ids is None else frozenset(self.vpc_ids)

    def as_dict(self) -> dict[str, Any]:
        """Return the grant as results show it: ``{"account": "123456789012", "vpc_ids": ["*"]}``."""
        return {"account": self.account, "vpc_ids": ["*"] if self.vpc_ids is None else list(self.vpc_ids)}


Grants: TypeAlias = tuple[Grant, ...]
"""One grant per account, sorted by account."""


@dataclass(frozen=True)
class Reading:
    """What a policy says about VPC access, and what it says besides.

    Attributes:
        grants: Who has access.
        foreign: Statements, or what is left of them without our accounts, that are not ours to manage; as written.
        styles: How our statements name VPCs: "authorized_vpc", "source_vpc", "unconditional"; empty: there are none.
        notes: Sentences for a person about access that the grants do not show.
        frame: The policy's members besides ``Statement``.
    """

    grants: Grants = ()
    foreign: tuple[Policy, ...] = ()
    styles: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    frame: Policy = field(default_factory=lambda: {"Version": VERSIONS[0]})

    def style(self, requested: Style | None = None) -> Style:
        """Return the style to write in: the one requested, else the one in use, else authorized_vpc."""
        only_source_vpc = "source_vpc" in self.styles and "authorized_vpc" not in self.styles
        return requested or ("source_vpc" if only_source_vpc else "authorized_vpc")

    def is_in(self, style: Style) -> bool:
        """Tell whether all our statements are in `style`; source_vpc has no condition where all VPCs are meant."""
        return self.styles <= ({style, "unconditional"} if style == "source_vpc" else {style})


def validate(grants: Sequence[Mapping[str, Any]], allow_any_account: bool) -> Grants:
    """Read the option ``grants``.

    Args:
        grants: Dictionaries with ``account`` (12 digits or a root ARN, "*" for any account) and ``vpc_ids`` (a list;
            missing, None or ``["*"]`` for all VPCs). An account that comes twice has the VPCs of both.
        allow_any_account: Whether "*" is allowed; pass True when grants are taken away.

    Raises:
        PolicyError: A value makes no sense; the text names the index and the value.
    """
    return merge(
        Grant(
            _account(grant.get("account"), f"grants[{index}].account", allow_any_account),
            _vpc_ids(grant.get("vpc_ids"), f"grants[{index}].vpc_ids"),
        )
        for index, grant in enumerate(grants)
    )


def merge(grants: Iterable[Grant]) -> Grants:
    """Return one grant per account, with the VPCs of all its grants."""
    access: dict[str, Vpcs] = {}
    for grant in grants:
        access[grant.account] = union(access.get(grant.account, frozenset()), grant.vpcs)
    return _grants(access)


def read(policy: str | Mapping[str, Any] | None, region: str, resource_arn: str | None = None) -> Reading:
    """Read who has VPC access out of a workgroup's policy (None: it has none), whoever wrote it.

    Args:
        policy: JSON text, or the document itself.
        region: The workgroup's region; there is no access from another.
        resource_arn: The workgroup's ARN; if given, a statement whose ``Resource`` is another is foreign.

    Raises:
        PolicyError: As from `document.parse`.
    """
    if policy is None:
        return Reading()
    document = parse(policy)
    parts = [read_statement(statement, region, resource_arn) for statement in document.pop("Statement")]
    return Reading(
        grants=merge(grant for part in parts for grant in _grants(part.access)),
        foreign=tuple(itertools.chain.from_iterable(part.foreign for part in parts)),
        styles=frozenset(itertools.chain.from_iterable(part.styles for part in parts)),
        notes=tuple(f"Statement[{index}] {part.note}." for index, part in enumerate(parts) if part.note),
        frame=document,
    )


def source_vpc_accounts(
    policy: str | Mapping[str, Any] | None, region: str, resource_arn: str | None = None
) -> frozenset[str]:
    """The accounts ("*": any) whose access depends on ``aws:SourceVpc`` in at least one statement.

    Args and errors are those of `read`.
    """
    statements = parse(policy)["Statement"] if policy is not None else []
    parts = (read_statement(statement, region, resource_arn) for statement in statements)
    return frozenset(
        account
        for part in parts
        if "source_vpc" in part.styles
        for account, vpcs in part.access.items()
        if vpcs != frozenset()
    )


def desired(
    current: Reading, wanted: Grants | None, *, state: Literal["present", "absent"], purge: bool = False
) -> Grants:
    """Decide which grants there shall be.

    Args:
        current: What is there.
        wanted: The grants that were asked for; None if nothing was said about grants.
        state: "absent" takes away the wanted grants: of each the whole account, or only the VPCs that it names;
            all grants if nothing was said.
        purge: With "present", whether grants that are not wanted go.

    Raises:
        PolicyError: Single VPCs are to be taken away from an account that has all.
    """
    if state == "absent":
        return () if wanted is None else _without(current.grants, wanted)
    if wanted is None:
        return current.grants
    return merge(wanted if purge else (*current.grants, *wanted))


def needs_rewrite(current: Reading, grants: Grants, *, style: Style | None = None, purge: bool = False) -> bool:
    """Tell whether the policy must be written anew to give `grants`; one that gives them in other words stays.

    Args:
        current: What is there.
        grants: Who shall have access.
        style: The style that was asked for, None if any will do.
        purge: Whether statements of ours that give nobody anything (another region's, say) go with the last grant.
    """
    if not grants and not current.grants:
        return purge and bool(current.styles)
    return grants != current.grants or (style is not None and not current.is_in(style))


def write(
    current: Reading, grants: Iterable[Grant], *, partition: str, region: str, style: Style | None = None
) -> Policy | None:
    """Write the policy that gives exactly `grants` and keeps what is foreign in `current`, first and as it was.

    Args:
        current: What is there.
        grants: Who shall have access.
        partition: The workgroup's partition, such as aws-cn, for the ARNs of VPCs.
        region: The workgroup's region.
        style: The style to write in, None for the one in use.

    Returns:
        The policy; None if nothing is left to say, and the policy is to be deleted.
    """
    if current.style(style) == "source_vpc":
        ours = _by_source_vpc(merge(grants))
    else:
        ours = _by_authorized_vpc(merge(grants), f"arn:{partition}:ec2:{region}")
    sids = _free_sids({statement.get("Sid") for statement in current.foreign})
    statements = [*copy.deepcopy(current.foreign), *(_statement(next(sids), *part) for part in ours)]
    return {**current.frame, "Statement": statements} if statements else None


def _account(value: Any, where: str, allow_any_account: bool) -> str:
    """Return the account that an option names."""
    text = str(value).strip()
    if text == "*" and not allow_any_account:
        raise PolicyError(
            f'{where}: "*" opens the workgroup to every AWS account; if that is meant, set allow_any_account: true.'
        )
    account = text if text == "*" else account_of(text)
    if account is None:
        digits = text.isdigit() and len(text) < 12
        hint = ", and quote it: unquoted, YAML reads an id that begins with 0 as another number" if digits else ""
        raise PolicyError(f"{where}: {value!r} is not an AWS account id; give its 12 digits{hint}.")
    return account


def _vpc_ids(value: Any, where: str) -> tuple[str, ...] | None:
    """Return the VPC ids that an option names, None for all."""
    vpc_ids = ["*"] if value is None else [value] if isinstance(value, str) else list(value)
    if not vpc_ids:
        raise PolicyError(
            f'{where}: an empty list would let nobody in; leave vpc_ids out or give ["*"] for all VPCs of the account, '
            "or leave the account out of grants."
        )
    if "*" in vpc_ids:
        if set(vpc_ids) != {"*"}:
            raise PolicyError(
                f'{where}: {vpc_ids!r} mixes VPC ids with "*", which means all VPCs; give one or the other.'
            )
        return None
    for index, vpc_id in enumerate(vpc_ids):
        if not _VPC_ID.fullmatch(str(vpc_id)):
            raise PolicyError(
                f"{where}[{index}]: {vpc_id!r} is not a VPC id; expected vpc- and 8 or 17 hexadecimal digits in lower "
                "case, such as vpc-0123456789abcdef0."
            )
    return tuple(vpc_ids)


def _grants(access: Mapping[str, Vpcs]) -> Grants:
    """Return the grants of the accounts that have any VPC."""
    given = sorted((account, vpcs) for account, vpcs in access.items() if vpcs != frozenset())
    return tuple(Grant(account, None if vpcs is None else tuple(sorted(vpcs))) for account, vpcs in given)


def _without(grants: Grants, revoked: Grants) -> Grants:
    access = {grant.account: grant.vpcs for grant in grants}
    for grant in revoked:
        vpcs = access.pop(grant.account, frozenset())
        if grant.vpcs is None:
            continue
        if vpcs is None:
            named = ", ".join(sorted(grant.vpcs))
            raise PolicyError(
                f"grants: account {grant.account} has access from all its VPCs, so {named} cannot be taken away alone; "
                "take the whole account away (leave vpc_ids out), or name the VPCs that shall stay, with state: present "
                "and purge_grants: true."
            )
        access[grant.account] = vpcs - grant.vpcs
    return _grants(access)


_Part: TypeAlias = tuple[list[str], Policy]
"""The accounts of a statement and its Condition (empty: none)."""


def _by_authorized_vpc(grants: Grants, arn: str) -> Iterator[_Part]:
    """Give the sample's statement, as an ARN names its account; any account has one of its own."""
    named = [grant for grant in grants if grant.account != "*"]
    anyone = [grant for grant in grants if grant.account == "*"]
    for group in filter(None, (named, anyone)):
        vpcs = [f"{arn}:{grant.account}:vpc/{vpc_id}" for grant in group for vpc_id in grant.vpc_ids or ("*",)]
        yield [grant.account for grant in group], {"ArnLike": {AUTHORIZED_VPC: vpcs}}


def _by_source_vpc(grants: Grants) -> Iterator[_Part]:
    """Give a statement per set of VPCs, as an id counts for every account of its statement."""
    groups: dict[tuple[bool, tuple[str, ...] | None], list[str]] = {}
    for grant in grants:
        groups.setdefault((grant.account == "*", grant.vpc_ids), []).append(grant.account)
    for (_any, vpc_ids), accounts in groups.items():
        yield accounts, {"StringLike": {SOURCE_VPC: list(vpc_ids)}} if vpc_ids else {}


def _statement(sid: str, accounts: list[str], condition: Policy) -> Policy:
    statement: Policy = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "*" if accounts == ["*"] else accounts},
        "Action": list(ACTIONS),
    }
    return {**statement, "Condition": condition} if condition else statement


def _free_sids(taken: set[Any]) -> Iterator[str]:
    names = itertools.chain([SID], (f"{SID}{number}" for number in itertools.count(2)))
    return (name for name in names if name not in taken)
