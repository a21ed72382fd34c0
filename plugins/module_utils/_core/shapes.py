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

from .changes import Change, Done
from .errors import InvalidInput

# The modules report a missing botocore themselves, by amazon.aws's AnsibleAWSModule.
with suppress(ImportError):
    from botocore import xform_name


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
    """Check what the caller gave against botocore's model, before the first call: enum, pattern, length, range.

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
                f"{option} can't be set: botocore {version} does not know it yet ({operation} has no {member}). "
                "Install a newer boto3 and botocore where the module runs."
            )
        for path, problem in _problems(shape.members[member], value, option):
            raise InvalidInput(f"{path}: {problem}")


def _problems(shape: Any, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if shape.type_name == "structure":
        for name, item in value.items():
            if name in shape.members:
                yield from _problems(shape.members[name], item, f"{path}.{name}")
    elif shape.type_name == "list":
        yield from _out_of_range(shape, len(value), path, f"{len(value)} items were given")
        for index, item in enumerate(value):
            yield from _problems(shape.member, item, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield from _string_problems(shape, str(value), path)
    elif shape.type_name in ("integer", "long"):
        yield from _out_of_range(shape, value, path, f"{value} was given")


def _string_problems(shape: Any, value: str, path: str) -> Iterator[tuple[str, str]]:
    yield from _out_of_range(shape, len(value), path, f"{value!r} has {len(value)} characters")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield path, f"{value!r} was given, expected is something that matches {pattern}."
    if shape.enum and value not in shape.enum:
        yield path, f"{value!r} was given, expected is one of {', '.join(shape.enum)}."


def _out_of_range(shape: Any, size: int, path: str, found: str) -> Iterator[tuple[str, str]]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield path, f"{found}, expected are at least {least}."
    if most is not None and size > most:
        yield path, f"{found}, expected are at most {most}."


def complete(model: Any, shape_name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Give a resource every member that the API's shape has, None where AWS gave none.

    So a result has the same keys whatever AWS left out, and a prediction has the keys of the real thing.
    """
    members = dict.fromkeys(model.shape_for(shape_name).members)
    return {**members, **state}


def result(state: Mapping[str, Any], *verbatim: str) -> dict[str, Any]:
    """A resource in snake_case, as modules return it.

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
    """Data in the API's spelling with the keys of all its structures in snake_case, as botocore spells its own methods.

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
    """Times as ISO 8601 text: a module's result is JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
