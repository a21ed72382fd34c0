"""Rules for the capacity of a workgroup. Facts: aws-behaviour 1.1 [C: TF] and 1.4; units are inferred [I]."""

from __future__ import annotations

from typing import Any

from .errors import validation

MANAGED = -1
NO_LIMIT = -1
DEFAULT_BASE = 128
DEFAULT_LEVEL = 50
LEVELS = (1, 25, 50, 75, 100)
LARGEST = 1024


def check_units(name: str, capacity: int) -> None:
    """4 or multiples of 8 up to 512, then multiples of 32 up to 1024 RPU [I: management guide; text U]."""
    small = capacity == 4 or (8 <= capacity <= 512 and capacity % 8 == 0)
    large = 512 < capacity <= LARGEST and capacity % 32 == 0
    if not (small or large):
        raise validation(
            f"The {name} {capacity} is invalid. It must be 4, or a multiple of 8 from 8 to 512, "
            f"or a multiple of 32 from 512 to {LARGEST} RPUs."
        )


def check_order(base: int, maximum: int | None) -> None:
    """BaseCapacity is not above maxCapacity [C: TF#36030]."""
    if maximum is not None and base != MANAGED and base > maximum:
        raise validation(f"The base capacity {base} can't be greater than the max capacity {maximum}.")


def check_maximum(maximum: int) -> None:
    """MaxCapacity is a capacity, or -1 for none [C: TF]."""
    if maximum != NO_LIMIT:
        check_units("max capacity", maximum)


def target(given: dict[str, Any]) -> dict[str, Any]:
    """A price-performance target with its level.

    Raises:
        ServiceError: No status, a level that does not exist, or a level for a disabled target [I].
    """
    status, level = given.get("status"), given.get("level")
    if status is None:
        raise validation("You must specify the status of the price-performance target.")
    if status == "DISABLED":
        if level is not None:
            raise validation("You can't specify a level for a price-performance target that is DISABLED.")
        return {"status": "DISABLED"}
    if level is not None and level not in LEVELS:
        raise validation(f"The level {level} of the price-performance target is invalid. Valid levels: {list(LEVELS)}.")
    return {"status": "ENABLED", "level": level or DEFAULT_LEVEL}


def for_creation(params: dict[str, Any], default_status: str) -> tuple[int, int | None, dict[str, Any]]:
    """Base capacity, limit and target of a new workgroup.

    Since 2026-07 a new workgroup has the target ENABLED/50 and shows baseCapacity -1; before, 128 RPU and no target
    [C: DRIFT]. That a given baseCapacity turns the target off is inferred [I].
    """
    given = target(params["pricePerformanceTarget"]) if "pricePerformanceTarget" in params else None
    base = params.get("baseCapacity")
    if base is not None and given and given["status"] == "ENABLED":
        raise target_excludes_base()
    if given is None:
        given = target({"status": "DISABLED" if base is not None else default_status})
    if given["status"] == "ENABLED":
        base = MANAGED
    elif base is None:
        base = DEFAULT_BASE
    if base != MANAGED:
        check_units("base capacity", base)
    maximum = params.get("maxCapacity")
    if maximum is not None:
        check_maximum(maximum)
    limit = None if maximum in (None, NO_LIMIT) else maximum
    check_order(base, limit)
    return base, limit, given


def target_excludes_base() -> Exception:
    """BaseCapacity and an enabled target exclude each other [C: TF]; text [U]."""
    return validation("You can't specify the base capacity while the price-performance target is ENABLED.")
