"""What happens to tests where a program is missing that they need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emulator_kit import needs
from redshift_emulator import postgres

SKIPPED, FAILED = pytest.skip.Exception, pytest.fail.Exception
ASKED = [
    (needs.database, "needs PostgreSQL 15 or newer"),
    (needs.psql, "apt-get install postgresql-client"),
    (needs.odbc_driver, "apt-get install odbc-postgresql"),
    (needs.isql, "apt-get install unixodbc"),
    (needs.dbt, "make test-environment"),
]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which there is nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "PLACES", ())
    monkeypatch.setattr(needs, "find_programs", postgres.find_programs.__wrapped__)
    monkeypatch.setattr(needs, "ODBC_PLACES", ())
    monkeypatch.setattr("sys.prefix", str(tmp_path))


@pytest.mark.parametrize(("setting", "outcome"), [(None, SKIPPED), ("", SKIPPED), ("0", SKIPPED), ("1", FAILED)])
@pytest.mark.parametrize(("ask", "words"), ASKED)
def test_what_is_missing_is_skipped_unless_all_is_wanted(
    bare: None,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[], Any],
    words: str,
    setting: str | None,
    outcome: type[BaseException],
) -> None:
    monkeypatch.delenv(needs.ALL, raising=False)
    if setting is not None:
        monkeypatch.setenv(needs.ALL, setting)
    with pytest.raises(outcome, match=words):
        ask()


def test_what_is_there_is_found(bare: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dbt" / "bin").mkdir(parents=True)
    for path in (tmp_path / "psql", tmp_path / "isql", tmp_path / "dbt" / "bin" / "dbt", tmp_path / needs.ODBC_LIBRARY):
        path.touch(mode=0o755)
    monkeypatch.setattr(needs, "ODBC_PLACES", (str(tmp_path),))
    assert (needs.psql(), needs.isql()) == (str(tmp_path / "psql"), str(tmp_path / "isql"))
    assert (needs.dbt(), needs.odbc_driver()) == (tmp_path / "dbt", tmp_path / needs.ODBC_LIBRARY)
