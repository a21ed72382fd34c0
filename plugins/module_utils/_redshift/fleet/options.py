# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the inventory: which accounts and Regions are read, and as whom."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._core import answers
from ..._core.errors import InvalidInput
from . import filters
from .filters import Rules, words_of

_IDENTITY = ("profile", "assume_role_arn", "assume_role_external_id", "assume_role_session_name")
_OF_ROLE = ("assume_role_external_id", "assume_role_session_name")
_ACCOUNT = {**{name: {"type": "str"} for name in _IDENTITY}, "regions": {"type": "list", "elements": "str"}}

SPECIFICATION: answers.Specification = {
    "accounts": {"type": "list", "elements": "dict", "options": _ACCOUNT},
    "regions": {"type": "list", "elements": "str"},
    "filters": {"type": "dict", "options": filters.SPECIFICATION},
    "exclude_filters": {"type": "list", "elements": "dict", "options": filters.SPECIFICATION},
    "include_tags": {"type": "bool"},
    "include_grants": {"type": "bool", "default": False},
    "unreadable": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    "role_variables": {"type": "bool", "default": True},
}

# What decides which workgroups are there, and is no secret: a cache that was filled by other options is not used.
_SECRETS = ("secret_key", "session_token", "assume_role_external_id")


@dataclass(frozen=True)
class Account:
    """Whom to ask.

    Attributes:
        params: the connection options, as `Caller` takes them.
        regions: the Regions to read, None alone for the one that the connection options or the environment give.
    """

    params: Mapping[str, Any]
    regions: Sequence[str | None]

    @property
    def label(self) -> str:
        """The account, for a person."""
        role, profile = self.params.get("assume_role_arn"), self.params.get("profile")
        if role:
            found = re.match(r"arn:[^:]*:iam::(\d{12}):", role)
            return f"account {found[1]} ({role})" if found else f"the account of {role}"
        return f"the account of profile {profile!r}" if profile else "the caller's own account"

    @property
    def identity(self) -> dict[str, Any]:
        """What a host's tasks need to act in this account, by the names of the modules' options. Keys are not among it."""
        return {name: self.params[name] for name in _IDENTITY if self.params.get(name)}


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        accounts: whom to ask.
        rules: which workgroups belong to the fleet.
        tags: whether to read the tags, a call for each workgroup.
        grants: whether to read the grants, a call for each workgroup.
        may_be_incomplete: whether what can't be read is only told.
        role_variables: whether hosts get the variables by which the roles take a workgroup.
    """

    accounts: Sequence[Account]
    rules: Rules
    tags: bool
    grants: bool
    may_be_incomplete: bool
    role_variables: bool

    @property
    def fingerprint(self) -> str:
        """What tells whether an earlier answer belongs to this request; it holds no secret."""
        said = {
            "accounts": [[_without_secrets(each.params), list(each.regions)] for each in self.accounts],
            "rules": [each.members for each in (self.rules.wanted, *self.rules.excluded)],
            "read": [self.tags, self.grants],
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _without_secrets(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in _SECRETS}


def request_of(
    given: Mapping[str, Any], connection: Mapping[str, Any], expressions: Sequence[Any], parse: Callable[[str], Any]
) -> Request:
    """What the options ask for.

    Args:
        given: the options of SPECIFICATION.
        connection: the connection options, which count for every account that does not say otherwise.
        expressions: the options with expressions of hosts' variables; where they name tags, tags are read.
        parse: reads JSON or YAML text, as `answers.read` needs it.

    Raises:
        InvalidInput: naming each option that can't be right.
    """
    reading = answers.read(given, SPECIFICATION, parse)
    if reading.problems:
        raise InvalidInput(" ".join(reading.problems))
    options = reading.values
    rules = filters.rules_of(options.get("filters"), options.get("exclude_filters"))
    return Request(
        accounts=_accounts(options, connection),
        rules=rules,
        tags=_tags(options.get("include_tags"), rules, expressions),
        grants=options["include_grants"],
        may_be_incomplete=options["unreadable"] == "warn",
        role_variables=options["role_variables"],
    )


def _tags(said: bool | None, rules: Rules, expressions: Sequence[Any]) -> bool:
    """Whether to read the tags: where it is asked for, or where something depends on them."""
    if said is False and rules.ask_for_tags:
        raise InvalidInput("include_tags: got false; expected true, since a filter names tags. Leave include_tags out.")
    named = any(re.search(r"(?<![A-Za-z0-9])tags?\b", text) for text in words_of(expressions))
    return rules.ask_for_tags or (named if said is None else said)


def _accounts(options: Mapping[str, Any], connection: Mapping[str, Any]) -> list[Account]:
    accounts = options.get("accounts") or [{}]
    for index, said in enumerate(accounts):
        lost = next((name for name in said if name in _OF_ROLE), None)
        if lost and not said.get("assume_role_arn"):
            raise InvalidInput(f"accounts[{index}]: got {lost} without a role; expected assume_role_arn beside it.")
    return [_account(said, options.get("regions") or [], connection) for said in accounts]


def _account(said: Mapping[str, Any], regions: Sequence[str], connection: Mapping[str, Any]) -> Account:
    """One account: its own identity takes the place of the common one, and a role is assumed by the common one."""
    params = dict(connection)
    if said.get("profile") or said.get("assume_role_arn"):
        params.update({name: said.get(name) for name in _IDENTITY if name != "profile"})
    if said.get("profile"):
        params["profile"] = said["profile"]
    own = list(dict.fromkeys(said.get("regions") or regions))
    if own:
        # STS is asked in this Region, whatever else is known.
        params["region"] = params.get("region") or own[0]
    return Account(params, own or [None])
