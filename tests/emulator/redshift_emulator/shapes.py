"""A walker over botocore's model: requests are checked, answers are checked and serialised.

The wording of the constraint messages is that of AWS services in general; that Redshift Serverless words them
the same is inferred [I]. botocore's own validator knows no maximum, pattern or enum, hence this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from .errors import ServiceError, validation

JSON_NAMES: dict[type, str] = {str: "STRING_VALUE", bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "timestamp": (int, float, str),
    "blob": (str,),
}
# Enums whose values the model calls "matched case-insensitively" [C: BM].
FOLDED_ENUMS = frozenset({"S3TableAction", "S3TableGranularity"})


class AnswerError(Exception):
    """The emulator's own answer breaks the service's model: a mistake in the emulator."""


def check_request(shape: StructureShape | None, params: Any) -> dict[str, Any]:
    """Check a parsed JSON request against the operation's input shape.

    Members that the model does not know are dropped, as AWS's JSON services do.

    Args:
        shape: The input shape, or None for an operation without input.
        params: The decoded JSON body.

    Returns:
        The parameters with only the model's members; nulls count as not given.

    Raises:
        ServiceError: SerializationException for a wrong type, ValidationException for a broken constraint.
    """
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "Start of structure or map found where not expected.")
    if shape is None:
        return {}
    cleaned: dict[str, Any] = _clean(shape, params)
    failures = list(_failures(shape, cleaned, ""))
    if failures:
        noun = "error" if len(failures) == 1 else "errors"
        raise validation(f"{len(failures)} validation {noun} detected: " + "; ".join(failures))
    return cleaned


def _has_type(shape: Shape, value: Any) -> bool:
    expected = PYTHON_TYPES[shape.type_name]
    return isinstance(value, expected) and (bool in expected or not isinstance(value, bool))


def _clean(shape: Shape, value: Any) -> Any:
    if not _has_type(shape, value):
        got = JSON_NAMES.get(type(value), "Unexpected value")
        raise ServiceError("SerializationException", f"{got} can not be converted to a {shape.type_name.title()}")
    if isinstance(shape, StructureShape):
        return {
            name: _clean(member, value[name]) for name, member in shape.members.items() if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [_clean(shape.member, item) for item in value if item is not None]
    if isinstance(shape, MapShape):
        return {key: _clean(shape.value, item) for key, item in value.items()}
    return value


def _failures(shape: Shape, value: Any, path: str) -> Iterator[str]:
    yield from _own_failures(shape, value, path)
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if name not in value:
                yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, item in value.items():
            yield from _failures(shape.members[name], item, _join(path, name))
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value, start=1):
            yield from _failures(shape.member, item, f"{path}.{index}.member")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _own_failures(shape: Shape, value: Any, path: str) -> Iterator[str]:
    # A sensitive value is never echoed: it would end up in logs.
    shown = "Value" if shape.metadata.get("sensitive") else f"Value '{value}'"
    for rule in broken_constraints(shape, value):
        yield f"{shown} at '{path}' failed to satisfy constraint: {rule}"


def broken_constraints(shape: Shape, value: Any) -> Iterator[str]:
    """Yield AWS's sentence for each constraint of the shape that the value breaks."""
    limits = shape.metadata
    sized = isinstance(value, (str, list, dict))
    size = len(value) if sized else value
    what = "have length " if sized else "be "
    if "max" in limits and isinstance(size, (int, float)) and size > limits["max"]:
        yield f"Member must {what}less than or equal to {limits['max']}"
    if "min" in limits and isinstance(size, (int, float)) and size < limits["min"]:
        yield f"Member must {what}greater than or equal to {limits['min']}"
    # fullmatch: OwnerAccount's pattern has no anchors.
    if "pattern" in limits and isinstance(value, str) and not re.fullmatch(limits["pattern"], value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"
    allowed = limits.get("enum") or []
    folded = shape.name in FOLDED_ENUMS and isinstance(value, str)
    known = value.casefold() in {each.casefold() for each in allowed} if folded else value in allowed
    if allowed and not known:
        yield f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"


def serialise(shape: StructureShape | None, answer: dict[str, Any]) -> dict[str, Any]:
    """Check an answer strictly against the output shape and make it JSON-ready.

    Raises:
        AnswerError: A member unknown to the model, of a wrong type, missing though required, or out of bounds.
    """
    if shape is None:
        if answer:
            raise AnswerError(f"the operation has no output, but the answer is {answer}")
        return {}
    result: dict[str, Any] = _serialise(shape, answer, shape.name)
    return result


def _serialise(shape: Shape, value: Any, path: str) -> Any:
    writer: Callable[[Any, Any, str], Any] = _WRITERS.get(shape.type_name, _scalar)
    return writer(shape, value, path)


def _structure(shape: StructureShape, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AnswerError(f"{path} must be a structure, not {value!r}")
    unknown = set(value) - set(shape.members)
    missing = set(shape.required_members) - {name for name, item in value.items() if item is not None}
    if unknown or missing:
        raise AnswerError(f"{path}: unknown members {sorted(unknown)}, missing members {sorted(missing)}")
    return {
        name: _serialise(shape.members[name], item, f"{path}.{name}")
        for name, item in value.items()
        if item is not None
    }


def _list(shape: ListShape, value: Any, path: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise AnswerError(f"{path} must be a list, not {value!r}")
    return [_serialise(shape.member, item, f"{path}[{index}]") for index, item in enumerate(value)]


def _timestamp(shape: Shape, value: Any, path: str) -> str | float:
    if not isinstance(value, datetime):
        raise AnswerError(f"{path} must be a datetime, not {value!r}")
    moment = value.astimezone(UTC)
    if shape.serialization.get("timestampFormat") == "iso8601":
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return round(moment.timestamp(), 3)


def _scalar(shape: Shape, value: Any, path: str) -> Any:
    if not _has_type(shape, value):
        raise AnswerError(f"{path} must be {shape.type_name}, not {value!r}")
    broken = list(broken_constraints(shape, value))
    if broken:
        raise AnswerError(f"{path} is {value!r}: {'; '.join(broken)}")
    return value


_WRITERS: dict[str, Callable[[Any, Any, str], Any]] = {"structure": _structure, "list": _list, "timestamp": _timestamp}
