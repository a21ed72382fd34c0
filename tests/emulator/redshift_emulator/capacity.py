"""Rules for the capacity of a workgroup. Facts: aws-behaviour 1.1 [C: TF] and 1.4; units are the management guide's [C]."""

from __future__ import annotations

from typing import Any

from .errors import validation

MANAGED = -1
NO_LIMIT = -1
DEFAULT_BASE = 128
DEFAULT_LEVEL = 50
LEVELS = (1, 25, 50, 75, 100)
SMALLEST, STEP, MIDDLE = 8, 8, 512
# Above 512 by 32, and only in these Regions [C: management guide, "Compute capacity"].
LARGE_STEP, LARGEST = 32, 1024
LARGE_REGIONS = frozenset({"us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2"})
# The limit goes further [C: Terraform provider PR #36032]; in which steps is inferred, and so is that it does everywhere [I].
LARGEST_LIMIT = 5632


def check_base(capacity: int, region: str) -> None:
    """4, 8 to 512 by 8, and in five Regions 512 to 1024 by 32 RPUs [C: management guide]; text [U]."""
    small = capacity == 4 or (SMALLEST <= capacity <= MIDDLE and capacity % STEP == 0)
    large = region in LARGE_REGIONS and MIDDLE < capacity <= LARGEST and capacity % LARGE_STEP == 0
    if not (small or large):
        more = f", or a multiple of {LARGE_STEP} up to {LARGEST}" if region in LARGE_REGIONS else ""
        raise validation(
            f"The base capacity {capacity} is invalid. It must be 4, or a multiple of {STEP} from {SMALLEST} to {MIDDLE}"
            f"{more} RPUs."
        )


def check_order(base: int, maximum: int | None) -> None:
    """BaseCapacity is not above maxCapacity [C: TF#36030]."""
    if maximum is not None and base != MANAGED and base > maximum:
        raise validation(f"The base capacity {base} can't be greater than the max capacity {maximum}.")


def check_maximum(maximum: int) -> None:
    """MaxCapacity is -1 for none, 4, or a multiple of 8 up to 5632 RPUs; text [U]."""
    fits = maximum in (NO_LIMIT, 4) or (SMALLEST <= maximum <= LARGEST_LIMIT and maximum % STEP == 0)
    if not fits:
        raise validation(
            f"The max capacity {maximum} is invalid. It must be 4, or a multiple of {STEP} from {SMALLEST} to {LARGEST_LIMIT} "
            f"RPUs, or {NO_LIMIT} for no limit."
        )


def target(given: dict[str, Any]) -> dict[str, Any]:
    """A price-performance target with its level; a disabled one has none [I: Terraform provider #43164].

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


def for_creation(params: dict[str, Any], default_status: str, region: str) -> tuple[int, int | None, dict[str, Any]]:
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
        check_base(base, region)
    maximum = params.get("maxCapacity")
    if maximum is not None:
        check_maximum(maximum)
    limit = None if maximum in (None, NO_LIMIT) else maximum
    check_order(base, limit)
    return base, limit, given


def target_excludes_base() -> Exception:
    """BaseCapacity and an enabled target exclude each other [C: TF]; text [U]."""
    return validation("You can't specify the base capacity while the price-performance target is ENABLED.")


def needs_base() -> Exception:
    """The real answer to a target that is switched off without a base capacity [C: Terraform provider PR #46137]."""
    return validation("You must set a base capacity when disabling pricePerformanceTargetStatus.")


def needs_recovery_point() -> Exception:
    """The real answer to a change of capacity soon after creation [C: Terraform provider PR #38865]."""
    return validation(
        "Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry."
    )
