# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which workgroups belong to a fleet: by name, by settings and by tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..._core.answers import Specification
from ..._core.errors import InvalidInput
from .. import config_parameters

# A workgroup as workgroup_info shows it, and what the inventory has read besides.
Row = Mapping[str, Any]

_PATTERNS = {"type": "list", "elements": "str"}
_SWITCH = {"type": "bool"}

# The filters, for `answers.read`. What a filter does not name does not matter to it.
SPECIFICATION: Specification = {
    "name": _PATTERNS,
    "namespace": _PATTERNS,
    "status": _PATTERNS,
    "ip_address_type": _PATTERNS,
    "track_name": _PATTERNS,
    "port": {"type": "list", "elements": "int"},
    "publicly_accessible": _SWITCH,
    "enhanced_vpc_routing": _SWITCH,
    "config_parameters": {"type": "dict"},
    "tags": {"type": "dict"},
}
_MEMBER = {"name": "workgroup_name", "namespace": "namespace_name"}
_TAGS = "tags"


@dataclass(frozen=True)
class Filter:
    """What a workgroup is compared with; all that is named has to hold, and of several values one.

    Args:
        members: the filter's values, typed as SPECIFICATION says.
        option: the option that it comes from, for messages.
    """

    members: Mapping[str, Any]
    option: str = "filters"

    def check(self) -> None:
        """Refuse values that no config parameter can have.

        Raises:
            InvalidInput: naming the parameter.
        """
        for key, value in self.members.get("config_parameters", {}).items():
            for each in _several(value):
                self._converted(key, each)

    @property
    def asks_for_tags(self) -> bool:
        """Whether it takes a call for each workgroup to decide."""
        return bool(self.members.get(_TAGS))

    def holds(self, row: Row, *, tags: bool = True) -> bool:
        """Tell whether a workgroup is as the filter says.

        Args:
            row: the workgroup.
            tags: False to leave the tags out of it, as long as they are not known.
        """
        return all(self._holds(row, member, value) for member, value in self.members.items() if tags or member != _TAGS)

    def _holds(self, row: Row, member: str, value: Any) -> bool:
        found = row.get(_MEMBER.get(member, member))
        if member == _TAGS:
            return all(_tag_is(found or {}, key, wanted) for key, wanted in value.items())
        if member == "config_parameters":
            return all(self._parameter_is(found or {}, key, wanted) for key, wanted in value.items())
        if isinstance(value, bool):
            return bool(found) is value
        return any(_same_member(member, found, each) for each in value)

    def _parameter_is(self, found: Mapping[str, str], key: str, wanted: Any) -> bool:
        return any(self._is_value(found, key, each) for each in _several(wanted))

    def _is_value(self, found: Mapping[str, str], key: str, wanted: Any) -> bool:
        converted = self._converted(key, wanted)
        as_text = fnmatchcase(found[key], converted[key]) if key in found else False
        return as_text or not config_parameters.differences(found, converted)

    def _converted(self, key: str, value: Any) -> dict[str, str]:
        return config_parameters.convert({key: value}, f"{self.option}.config_parameters")


@dataclass(frozen=True)
class Rules:
    """The filters of a fleet.

    Attributes:
        wanted: what every workgroup of it has to be.
        excluded: filters of which none may hold.
    """

    wanted: Filter
    excluded: Sequence[Filter] = ()

    @property
    def ask_for_tags(self) -> bool:
        """Whether it takes tags to decide."""
        return any(each.asks_for_tags for each in (self.wanted, *self.excluded))

    def may_hold(self, row: Row) -> bool:
        """Tell whether a workgroup may belong to the fleet, before its tags are known."""
        excluded = (each.holds(row) for each in self.excluded if not each.asks_for_tags)
        return self.wanted.holds(row, tags=False) and not any(excluded)

    def hold(self, row: Row) -> bool:
        """Tell whether a workgroup belongs to the fleet; one whose tags could not be read does not where tags decide."""
        if self.ask_for_tags and row.get(_TAGS) is None:
            return False
        return self.wanted.holds(row) and not any(each.holds(row) for each in self.excluded)


def rules_of(filters: Mapping[str, Any] | None, excluded: Sequence[Mapping[str, Any]] | None) -> Rules:
    """The rules that the options filters and exclude_filters say.

    Raises:
        InvalidInput: a value that can't be right.
    """
    rules = Rules(
        Filter(filters or {}), [Filter(each, f"exclude_filters[{index}]") for index, each in enumerate(excluded or ())]
    )
    for each in (rules.wanted, *rules.excluded):
        each.check()
    empty = next((each for each in rules.excluded if not each.members), None)
    if empty:
        raise InvalidInput(
            f"{empty.option}: got nothing; expected at least one filter. It would exclude every workgroup."
        )
    return rules


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _tag_is(tags: Mapping[str, str], key: str, wanted: Any) -> bool:
    return key in tags and any(each is None or fnmatchcase(tags[key], _text(each)) for each in _several(wanted))


def _text(value: Any) -> str:
    """A value of YAML as people write it in a tag."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same_member(member: str, found: Any, wanted: Any) -> bool:
    if found is None or isinstance(wanted, int):
        return bool(found == wanted)
    fold: Callable[[str], str] = str.upper if member == "status" else str
    return fnmatchcase(fold(str(found)), fold(wanted))


def words_of(*templates: Any) -> Iterator[str]:
    """All texts in options that hold expressions, however deep."""
    for template in templates:
        if isinstance(template, Mapping):
            yield from words_of(*template.values())
        elif isinstance(template, (list, tuple)):
            yield from words_of(*template)
        elif template is not None:
            yield str(template)
