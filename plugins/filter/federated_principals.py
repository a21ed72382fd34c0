# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: federated_principals
short_description: Say what becomes of the tags and trust policies of the IAM roles and users that bring database roles along
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Compares the tag C(RedshiftDbRoles) and the trust policies that are wanted with those that there are. Other tags and the statements of
    others stay.
options:
  _input:
    description: The variables of P(redshift.serverless.federated_roles#role) that speak of IAM roles and users, by their names.
    type: dict
    required: true
  roles:
    description: The IAM roles that were found, as M(amazon.aws.iam_role_info) gives them.
    type: list
    elements: dict
    default: []
  users:
    description: The IAM users that were found, as M(amazon.aws.iam_user_info) gives them.
    type: list
    elements: dict
    default: []
  statement:
    description: What the IAM roles are to trust, from P(redshift.serverless.session_tag_trust#filter).
    type: dict
  database_roles:
    description: The roles of the database. Without them nothing is said of names that the database lacks.
    type: list
    elements: str
  case_sensitive:
    description: Whether the workgroup tells C(Ana) from C(ana). Otherwise database roles have names in lower case, and so have the tags.
    type: bool
    default: false
  predict:
    description: Whether IAM roles and users that do not exist are taken for ones that will, as in check mode. Otherwise they are a problem.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What would the tag be?
  ansible.builtin.debug:
    msg: "{{ (variables | redshift.serverless.federated_principals(users=found)).principals }}"
  vars:
    variables:
      federated_roles_iam_users: [{name: ana, roles: [analyst]}]
    found:
      - user_name: ana
        tags: {RedshiftDbRoles: writer}
  # [{kind: user, name: ana, before: writer, after: "writer:analyst", changed: true, trust_changed: false}]
"""

RETURN = r"""
_value:
  description: What to do.
  type: dict
  contains:
    principals:
      description: Each IAM role and user with C(kind), C(name), C(before), C(after), C(changed), C(trust_changed).
      type: list
      elements: dict
    trusts:
      description: The IAM roles whose trust policy changes, with C(name) and C(policy).
      type: list
      elements: dict
    role_tags:
      description: The IAM roles whose tag changes, with C(name), C(tags), C(purge) and C(policy).
      type: list
      elements: dict
    user_tags:
      description: The IAM users whose tag changes, with C(name), C(tags) and C(purge).
      type: list
      elements: dict
    changes:
      description: The API operations for C(trusts), C(role_tags) and C(user_tags), in this order.
      type: list
      elements: dict
    missing:
      description: The IAM roles and users that do not exist.
      type: list
      elements: str
    problems:
      description: Sentences about what cannot be; empty when everything can.
      type: list
      elements: str
    notes:
      description: Sentences about what a person should know.
      type: list
      elements: str
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._core.shapes import untimed_change
from ansible_collections.redshift.serverless.plugins.module_utils._policy.document import PolicyError
from ansible_collections.redshift.serverless.plugins.module_utils._policy.trust import Trust, with_session_tags

TAG = "RedshiftDbRoles"
SEPARATOR = ":"
# Of a tag's value in IAM, and of a session's tag as well ("IAM and AWS STS quotas").
LONGEST = 256
# IAM's tags take letters and digits of any script, spaces and these; the colon is what separates.
FIT = re.compile(r"[\w ./=+@-]+")
# IAM Identity Center's own roles, which IAM refuses to change.
RESERVED = "/aws-reserved/"


@dataclass(frozen=True)
class Wanted:
    """An IAM role or user that is to bring database roles along.

    Attributes:
        kind: role or user.
        name: its name.
        roles: the database roles, as the database writes them.
    """

    kind: str
    name: str
    roles: list[str]

    @property
    def label(self) -> str:
        """It, for a person."""
        return f"IAM {self.kind} {self.name}"


@dataclass(frozen=True)
class Principal:
    """The same with what it has and is to have.

    Attributes:
        wanted: what is wanted of it.
        tags: all its tags.
        before: the tag's value; empty when there is none.
        after: what it should be; empty for no tag.
        trust: its trust policy; of a user there is none.
    """

    wanted: Wanted
    tags: Mapping[str, str]
    before: str
    after: str
    trust: Trust

    def report(self) -> dict[str, Any]:
        """It, as results show it."""
        return {
            "kind": self.wanted.kind,
            "name": self.wanted.name,
            "before": self.before,
            "after": self.after,
            "changed": self.before != self.after or self.trust.changed,
            "trust_changed": self.trust.changed,
        }

    def tagging(self) -> dict[str, Any]:
        """What the tasks need to set the tag, or to remove it."""
        if self.after:
            return {"name": self.wanted.name, "policy": self.trust.policy, "tags": {TAG: self.after}, "purge": False}
        others = {name: value for name, value in self.tags.items() if name.lower() != TAG.lower()}
        return {"name": self.wanted.name, "policy": self.trust.policy, "tags": others, "purge": True}

    def tag_change(self) -> dict[str, Any]:
        """The API operation that does it."""
        verb, tags = (
            ("Tag", {"tags": [{"key": TAG, "value": self.after}]}) if self.after else ("Untag", {"tag_keys": [TAG]})
        )
        reason = f"{TAG} of {self.wanted.label} is {self.before or 'missing'}, it should be {self.after or 'missing'}"
        kind = self.wanted.kind
        return untimed_change(f"{verb}{kind.capitalize()}", {f"{kind}_name": self.wanted.name, **tags}, reason)

    def trust_change(self) -> dict[str, Any]:
        """The API operation that changes the trust policy."""
        reason = f"{self.wanted.label} does not let the identity provider tag sessions as it should"
        parameters = {"role_name": self.wanted.name, "policy_document": self.trust.policy}
        return untimed_change("UpdateAssumeRolePolicy", parameters, reason)


def federated_principals(
    variables: Mapping[str, Any],
    roles: Sequence[Mapping[str, Any]] = (),
    users: Sequence[Mapping[str, Any]] = (),
    statement: Mapping[str, Any] | None = None,
    database_roles: Sequence[str] | None = None,
    case_sensitive: bool = False,
    predict: bool = False,
) -> dict[str, Any]:
    """Compare; see DOCUMENTATION."""
    fold: Callable[[Any], str] = str if case_sensitive else _lower
    found = {("role", each["role_name"]): each for each in roles} | {
        ("user", each["user_name"]): each for each in users
    }
    wanted = [*_wanted(variables, "role", fold), *_wanted(variables, "user", fold)]
    missing = [each.label for each in wanted if (each.kind, each.name) not in found]
    problems = [problem for each in wanted for problem in _name_problems(each, found)]
    if missing and not predict:
        problems.append(f"These do not exist in this account: {', '.join(missing)}.")
    principals = []
    for each in wanted:
        try:
            principals.append(_principal(each, found.get((each.kind, each.name), {}), variables, statement, fold))
        except PolicyError as error:
            problems.append(f"{each.label} has a trust policy that can't be read: {error}")
    problems += [problem for each in principals for problem in _length_problems(each)]
    return {
        **_work(principals),
        "missing": missing,
        "problems": problems,
        "notes": [note for each in principals for note in _notes(each, database_roles)],
    }


def _work(principals: Sequence[Principal]) -> dict[str, Any]:
    trusts = [each for each in principals if each.trust.changed]
    tagged = {
        kind: [each for each in principals if each.before != each.after and each.wanted.kind == kind]
        for kind in ("role", "user")
    }
    return {
        "principals": [each.report() for each in principals],
        "trusts": [{"name": each.wanted.name, "policy": each.trust.policy} for each in trusts],
        "role_tags": [each.tagging() for each in tagged["role"]],
        "user_tags": [each.tagging() for each in tagged["user"]],
        "changes": [
            *(each.trust_change() for each in trusts),
            *(each.tag_change() for each in (*tagged["role"], *tagged["user"])),
        ],
    }


def _wanted(variables: Mapping[str, Any], kind: str, fold: Callable[[Any], str]) -> list[Wanted]:
    """The IAM roles or users, each once: two entries for one of them come to all of their database roles."""
    entries: dict[str, dict[str, None]] = {}
    for entry in variables.get(f"federated_roles_iam_{kind}s") or ():
        entries.setdefault(str(entry["name"]), {}).update(dict.fromkeys(map(fold, entry["roles"])))
    return [Wanted(kind, name, list(roles)) for name, roles in entries.items()]


def _principal(
    wanted: Wanted,
    found: Mapping[str, Any],
    variables: Mapping[str, Any],
    statement: Mapping[str, Any] | None,
    fold: Callable[[Any], str],
) -> Principal:
    tags = found.get("tags") or {}
    # IAM takes keys that differ only in case for one and keeps the case of the first.
    before = next((str(value) for name, value in tags.items() if name.lower() == TAG.lower()), "")
    named = [role for role in before.split(SEPARATOR) if role]
    dropped = {fold(role) for role in variables.get("federated_roles_absent") or ()}
    kept = [] if variables.get("federated_roles_replace") else [role for role in named if role not in dropped]
    roles = dict.fromkeys([*kept, *wanted.roles])
    policy = found.get("assume_role_policy_document")
    trusts = wanted.kind == "role" and variables.get("federated_roles_trust") and statement
    trust = with_session_tags(policy, dict(statement or {})) if trusts else Trust(policy or {}, False)
    # A value that says the same, in another order or with a colon at its end, stays as it is.
    after = before if roles.keys() == set(named) else SEPARATOR.join(roles)
    return Principal(wanted, tags, before, after, trust)


def _name_problems(wanted: Wanted, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[str]:
    option = f"federated_roles_iam_{wanted.kind}s, {wanted.name}:"
    unfit = [role for role in wanted.roles if not FIT.fullmatch(role)]
    if unfit:
        yield (
            f"{option} {TAG} is separated by colons, and may hold letters, digits, spaces and _ . / = + - @ only. These "
            f"roles do not fit in it: {', '.join(unfit)}."
        )
    if str(found.get((wanted.kind, wanted.name), {}).get("path", "")).startswith(RESERVED):
        yield (
            f"{option} it belongs to IAM Identity Center, and IAM can't change it. Set {TAG} there, among the attributes "
            "for access control."
        )


def _length_problems(principal: Principal) -> Iterator[str]:
    length = len(principal.after)
    if length > LONGEST and principal.before != principal.after:
        yield (
            f"federated_roles_iam_{principal.wanted.kind}s, {principal.wanted.name}: {TAG} would have {length} characters, "
            f"at most {LONGEST} are possible. Grant the roles to one database role and name that, or leave some out "
            "(federated_roles_replace drops those that the tag names besides)."
        )


def _notes(principal: Principal, database_roles: Sequence[str] | None) -> Iterable[str]:
    yield from (f"{principal.wanted.label} {note}." for note in principal.trust.notes)
    named = [role for role in principal.after.split(SEPARATOR) if role]
    unknown = [role for role in named if role not in database_roles] if database_roles is not None else []
    if unknown:
        yield f"{principal.wanted.label} brings roles along that the database lacks, which ignores them: {', '.join(unknown)}."


def _lower(name: Any) -> str:
    return str(name).lower()


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"federated_principals": federated_principals}
