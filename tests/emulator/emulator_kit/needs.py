"""Programs that some tests need and that pip does not bring: asked for here, missed in one way.

A machine with git, make and Python alone is enough to test: where such a program is missing, what needs it is skipped, in
one sentence that says how to get it. Where nothing may be left out, as in CI, the same sentence is a failure.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from redshift_emulator.database_sql import driver
from redshift_emulator.errors import ServiceError
from redshift_emulator.postgres import find_programs

ALL = "REDSHIFT_TESTS_ALL"
ODBC_LIBRARY = "psqlodbcw.so"
ODBC_PLACES = (
    "/usr/lib/*/odbc",
    "/usr/lib/psqlodbc",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/lib",
)


def missed(reason: str) -> NoReturn:
    """Skip the test that asks, or fail it where nothing may be left out.

    Args:
        reason: a sentence that says what is missing and how to get it.
    """
    if os.environ.get(ALL, "") not in ("", "0"):
        pytest.fail(f"{reason} ({ALL} is set: nothing may be left out.)", pytrace=False)
    pytest.skip(reason)


def database() -> None:
    """PostgreSQL and its driver, with which the emulator attaches a database."""
    try:
        find_programs()
        driver()
    except ServiceError as error:
        missed(error.message)


def psql() -> str:
    """The path of psql."""
    return _program("psql", "PostgreSQL's own client", "postgresql-client")


def isql() -> str:
    """The path of isql, which connects through unixODBC's driver manager."""
    return _program("isql", "unixODBC's client", "unixodbc")


def _program(name: str, what: str, package: str) -> str:
    found = shutil.which(name)
    return found or missed(f"{name}, {what}, is not on PATH: install it, on Debian with apt-get install {package}.")


def odbc_driver() -> Path:
    """The library of PostgreSQL's ODBC driver, which takes the place of Amazon's."""
    for place in ODBC_PLACES:
        for path in sorted(Path("/").glob(f"{place.lstrip('/')}/{ODBC_LIBRARY}")):
            return path
    missed(
        f"PostgreSQL's ODBC driver ({ODBC_LIBRARY}) is not on this machine: install it, on Debian with apt-get install "
        "odbc-postgresql."
    )


def dbt() -> Path:
    """The environment of dbt, which is beside that of the tests."""
    folder = Path(sys.prefix) / "dbt"
    if not (folder / "bin" / "dbt").is_file():
        missed(f"dbt is not in {folder}: make test-environment brings it there.")
    return folder
