# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's shapes, read from botocore's model: checking a request before it is sent, and giving a result its full shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from .answers import shown
from .changes import Change, Done
from .errors import InvalidInput

# The modules report a missing botocore themselves, by amazon.aws's AnsibleAWSModule.
with suppress(ImportError):
    from botocore import xform_name


# What botocore's patterns mean, for a person; all that the checked operations have. A pattern without words is shown itself.
_IN_WORDS = {
    r"^[a-z0-9-]+$": "lower-case letters, digits and hyphens",
    r"^[a-zA-Z0-9_]+$": "letters, digits and underscores",
    r"[0-9a-zA-Z_]+": "a name of letters, digits and underscores",
    r"(\d{12})": "12 digits",
    r"^(ipv4|dualstack)$": "ipv4 or dualstack",
    r"^(all|sys_[a-z0-9_]+)$": "all, or the name of a system table, which is sys_ and lower-case letters, digits and underscores",
    r"arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(/[\w+=,.@-]+)*": "the ARN of a certificate in ACM",
    r"^(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$": "a host name such as sales.example.com",
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*": "lower-case letters, digits and single hyphens, beginning with a letter",
    r"([a-z0-9-]{3,63}|arn:(aws(-[a-z]+)*):redshift-serverless:([a-z]{2}(-gov|(-iso[a-z]?))?|eusc-[a-z]+)-[a-z]+-\d{1}:\d{12}"
    r":workgroup/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[a-z0-9-]{1,63}/[a-z0-9-]{1,63}))": (
        "the name of a workgroup (3-63 lower-case letters, digits and hyphens) or its ARN"
    ),
    r"[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d{0,2})?": "an id as the Data API returns it",
}


def named_members(params: Mapping[str, Any], options: Mapping[str, str]) -> dict[str, Any]:
    """Give the members that the user named.

    Args:
        params: the module's options.
        options: the API's member by the name of the option.
    """
    return {member: params[option] for option, member in options.items() if params.get(option) is not None}


def options_of(options: Mapping[str, str]) -> dict[str, str]:
    """Give the name of the option by the API's member."""
    return {member: option for option, member in options.items()}


def check_request(
    model: Any, operation: str, request: Mapping[str, Any], options: Mapping[str, str], version: str
) -> None:
    """Check the caller's values against botocore's model before the first call: enum, pattern, length, range.

    Args:
        model: botocore's service model.
        operation: the operation whose request it is.
        request: members in the API's spelling.
        options: the module option that each member comes from, for the message.
        version: the version of botocore, for the message.

    Raises:
        InvalidInput: naming the option, the value and what is expected.
    """
    shape = model.operation_model(operation).input_shape
    for member, value in request.items():
        option = options.get(member, member)
        if member not in shape.members:
            raise InvalidInput(
                f"{option}: got a value; expected none, since botocore {version} does not know this option yet ({operation} has no "
                f"{member}). Install a newer boto3 and botocore where the module runs."
            )
        for path, got, expected in _problems(shape.members[member], value, option):
            raise InvalidInput(f"{path}: got {got}; expected {expected}.")


def _problems(shape: Any, value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield where a value does not fit, what it is, and what is expected."""
    if shape.type_name == "structure":
        for name, item in value.items():
            if name in shape.members:
                yield from _problems(shape.members[name], item, f"{path}.{name}")
    elif shape.type_name == "list":
        if _is_outside(shape, len(value)):
            yield path, _count(len(value), "item"), f"{_limits(shape)} items"
        for index, item in enumerate(value):
            yield from _problems(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield from _string_problems(shape, str(value), path)
    elif shape.type_name in ("integer", "long") and _is_outside(shape, value):
        yield path, str(value), _limits(shape)


def _string_problems(shape: Any, value: str, path: str) -> Iterator[tuple[str, str, str]]:
    got = shown(value, secret=bool(shape.metadata.get("sensitive")))
    if _is_outside(shape, len(value)):
        yield path, f"{got} ({_count(len(value), 'character')})", f"{_limits(shape)} characters"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield path, got, _IN_WORDS.get(pattern, f"text that matches {pattern}")
    if shape.enum and value not in shape.enum:
        yield path, got, f"one of {', '.join(shape.enum)}"


def _is_outside(shape: Any, size: int) -> bool:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    return (least is not None and size < least) or (most is not None and size > most)


def _limits(shape: Any) -> str:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is None:
        return f"at least {least}"
    return f"at most {most}" if least is None else f"{least}-{most}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def complete(model: Any, shape_name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Give a resource every member that the API's shape has, None where AWS gave none.

    So a result has the same keys whatever AWS left out, and a prediction has the keys of the real thing.
    """
    members = dict.fromkeys(model.shape_for(shape_name).members)
    return {**members, **state}


def result(state: Mapping[str, Any], *verbatim: str) -> dict[str, Any]:
    """Return a resource in snake_case, as modules return it.

    Args:
        state: the resource in the API's spelling.
        verbatim: members whose keys are the user's own (tags, config parameters) and stay as they are.
    """
    shown: dict[str, Any] = snake_case(_plain(dict(state)), verbatim)
    return shown


def change(done: Done) -> dict[str, Any]:
    """A Change as results show it."""
    made = done.change
    return {
        "operation": made.operation,
        "parameters": snake_case(made.shown_parameters(), ["tags"]),
        "reason": made.reason,
        "interrupts": made.interrupts,
        "seconds": round(done.seconds, 1),
        "waited_for": done.waited_for,
    }


def untimed_change(operation: str, parameters: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """A Change as results show it, planned and not made by a module that tells times.

    Args:
        operation: the API's operation.
        parameters: the request as it is shown.
        reason: why.
    """
    shown = change(Done(Change(operation, {}, reason), 0.0))
    return {**shown, "parameters": dict(parameters), "seconds": None}


def snake_case(value: Any, verbatim: Collection[str] = ()) -> Any:
    """Return data in the API's spelling with the keys of all its structures in snake_case, as botocore spells its own methods.

    Args:
        value: structures, lists and plain values.
        verbatim: members whose keys are the user's own and stay as they are.
    """
    if isinstance(value, Mapping):
        return {xform_name(key): item if key in verbatim else snake_case(item, verbatim) for key, item in value.items()}
    if isinstance(value, list):
        return [snake_case(item, verbatim) for item in value]
    return value


def _plain(value: Any) -> Any:
    """Turn times into ISO 8601 text, since a module's result is JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
