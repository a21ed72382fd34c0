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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .._core.ids import ALL_VPCS, account_of, covers_vpc, principal_problem, vpc_problem
from .document import (
    VERSIONS,
    Document,
    Policy,
    PolicyError,
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
        source_vpc: The accounts ("*": any) whose access depends on ``aws:SourceVpc`` in at least one statement.
        notes: Sentences for a person about access that the grants do not show.
        frame: The policy's members besides ``Statement``.
    """

    grants: Grants = ()
    foreign: tuple[Policy, ...] = ()
    styles: frozenset[str] = frozenset()
    source_vpc: frozenset[str] = frozenset()
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
    for problem in problems(grants, allow_any_account):
        raise PolicyError(problem)
    return merge(Grant(_account(grant.get("account")), _vpcs(grant.get("vpc_ids"))) for grant in grants)


def problems(
    grants: Sequence[Mapping[str, Any]],
    allow_any_account: bool,
    option: str = "grants",
    consent: str = "allow_any_account",
) -> list[str]:
    """Say what is wrong with grants, each a sentence that names the index and the value.

    Args:
        grants: As `validate` takes them.
        allow_any_account: Whether "*" is allowed.
        option: The option that they were given in.
        consent: The option that allows "*".
    """
    found: list[str] = []
    for index, grant in enumerate(grants):
        place = f"{option}[{index}]"
        found += _account_problems(f"{place}.account", grant.get("account"), None if allow_any_account else consent)
        found += _vpc_problems(f"{place}.vpc_ids", grant.get("vpc_ids"))
    return found


def own_account_problems(grants: Iterable[Grant], owner: str | None, option: str = "grants") -> list[str]:
    """Say which grants name the account that owns the workgroup.

    Args:
        grants: Who is to have access.
        owner: The account that owns the workgroup, None where it is not known.
        option: The option that they were given in.
    """
    return [
        f"{option}: got the account {owner}, which owns the workgroup; expected other accounts. Take it out: the owner's VPCs "
        "need no grant, only an endpoint (the role vpc_endpoint)."
        for grant in grants
        if grant.account == owner
    ]


def cover(grants: Iterable[Grant], account: str | None, vpc_id: str | None) -> bool:
    """Tell whether grants are enough for an endpoint.

    Args:
        grants: Who has access.
        account: The account of the endpoint; None, where it is not known, counts for any.
        vpc_id: The VPC of the endpoint.
    """
    return any(
        (account is None or grant.account in (account, "*")) and covers_vpc(grant.as_dict()["vpc_ids"], vpc_id)
        for grant in grants
    )


def merge(grants: Iterable[Grant]) -> Grants:
    """Return one grant per account, with the VPCs of all its grants."""
    access: dict[str, Vpcs] = {}
    for grant in grants:
        access[grant.account] = union(access.get(grant.account, frozenset()), grant.vpcs)
    return _grants(access)


def read(policy: Document | None, region: str, resource_arn: str | None = None) -> Reading:
    """Read who has VPC access out of a workgroup's policy (None: it has none), whoever wrote it.

    Args:
        policy: The policy.
        region: The workgroup's region; there is no access from another.
        resource_arn: The workgroup's ARN; if given, a statement whose ``Resource`` is another is foreign.
    """
    if policy is None:
        return Reading()
    parts = [read_statement(statement, region, resource_arn) for statement in policy["Statement"]]
    weak = [_grants(part.access) for part in parts if "source_vpc" in part.styles]
    return Reading(
        grants=merge(grant for part in parts for grant in _grants(part.access)),
        foreign=tuple(itertools.chain.from_iterable(part.foreign for part in parts)),
        styles=frozenset(itertools.chain.from_iterable(part.styles for part in parts)),
        source_vpc=frozenset(grant.account for grants in weak for grant in grants),
        notes=tuple(f"Statement[{index}] {part.note}." for index, part in enumerate(parts) if part.note),
        frame={name: value for name, value in policy.items() if name != "Statement"},
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
) -> Document | None:
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
    return Document({**current.frame, "Statement": statements}) if statements else None


def _account_problems(option: str, value: Any, consent: str | None) -> Iterator[str]:
    """Say what is wrong with an account; with `consent`, "*" is."""
    if str(value).strip() != "*":
        problem = principal_problem(option, value)
        if problem:
            yield problem
    elif consent:
        yield (
            f"{option}: got '*', which is every AWS account; expected the 12 digits of an AWS account. Name the accounts, or "
            f"set {consent}: true if you really mean every account."
        )


def _vpc_problems(option: str, value: Any) -> Iterator[str]:
    vpc_ids = _as_vpc_ids(value)
    if not vpc_ids:
        yield (
            f"{option}: got an empty list, which would let nobody in; expected ids of VPCs. Leave vpc_ids out for all VPCs of "
            "the account, or leave the account out."
        )
    elif ALL_VPCS not in vpc_ids:
        problems_of_ids = (vpc_problem(f"{option}[{index}]", vpc_id) for index, vpc_id in enumerate(vpc_ids))
        yield from filter(None, problems_of_ids)
    elif set(vpc_ids) != {ALL_VPCS}:
        yield f"{option}: got {vpc_ids!r}; expected either ids of VPCs or '*', which means all VPCs. Give one or the other."


def _account(value: Any) -> str:
    """Return the account of a grant without problems."""
    text = str(value).strip()
    return account_of(text) or text


def _as_vpc_ids(value: Any) -> list[str]:
    return [ALL_VPCS] if value is None else [value] if isinstance(value, str) else list(value)


def _vpcs(value: Any) -> tuple[str, ...] | None:
    """Return the VPC ids of a grant without problems, None for all."""
    vpc_ids = _as_vpc_ids(value)
    return None if ALL_VPCS in vpc_ids else tuple(vpc_ids)


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
