# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module client_entries with real files."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.redshift.serverless.plugins.module_utils._files import places
from unit_kit.documents import assert_documented, load

PASSWORD = "Tr0ub:4dor"
SECTION = "[sales]\nhost=h"
PROFILE = "sales:\n  target: default"
LOGIN = "h:5439:dev:ana"
STRANGER = 4711


def run(*entries: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
    """Run the module; what it printed."""
    printed = io.StringIO()
    given = {"entries": list(entries), **options, "_ansible_check_mode": check, "_ansible_diff": True}
    with patch_module_args(given), contextlib.redirect_stdout(printed), pytest.raises(SystemExit):
        load("client_entries").main()
    result: dict[str, Any] = json.loads(printed.getvalue())
    assert PASSWORD not in printed.getvalue()
    assert "Traceback" not in printed.getvalue()
    return result


def entry(kind: str, path: Path | str, text: str | None = SECTION, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "path": str(path), "text": text, "name": "sales", **more}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a link, or a file, somebody else's: only root can give it away, and for others the tasks' user is another."""

    def give_away(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, STRANGER, STRANGER, follow_symlinks=False)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: STRANGER)

    return give_away


def test_all_files_are_written_predicted_and_taken_away(tmp_path: Path) -> None:
    service, profiles, pgpass = tmp_path / "new" / "deep" / "service", tmp_path / "profiles", tmp_path / "pgpass"
    profiles.write_text("other: {}", encoding="utf-8")
    profiles.chmod(0o640)
    pgpass.write_bytes(b"*:*:*:*:theirs\xff\n")
    entries = [entry("pg_service", service), entry("dbt", profiles, PROFILE), entry("pgpass", pgpass, LOGIN)]
    options: dict[str, Any] = {"password": PASSWORD, "mode": "u=rw,g=r,o="}

    predicted = run(*entries, check=True, **options)
    assert not service.parent.exists()
    done = run(*entries, **options)
    again = run(*entries, **options)

    assert_documented("client_entries", {name: value for name, value in done.items() if name != "diff"})
    assert [each["changed"] for each in done["entries"]] == [True, True, True]
    assert (predicted["changed"], predicted["diff"], again["changed"], again["diff"]) == (True, done["diff"], False, [])
    assert service.read_text() == f"# BEGIN redshift.serverless sales\n{SECTION}\n# END redshift.serverless sales\n"
    assert profiles.read_text().startswith("other: {}\n# BEGIN")
    assert rb"h:5439:dev:ana:Tr0ub\:4dor" in pgpass.read_bytes().splitlines()
    assert pgpass.read_bytes().endswith(b"*:*:*:*:theirs\xff\n")
    assert [mode(path) for path in (service, service.parent, profiles, pgpass)] == [0o640, 0o755, 0o640, 0o600]
    assert "theirs" not in json.dumps(done)
    assert done["diff"][2]["after"].startswith("h:5439:dev:ana:********\n")

    gone = run(*({**each, "state": "absent", "text": None} for each in entries), **options)
    assert gone["changed"] is True
    assert [path.read_bytes() for path in (service, profiles, pgpass)] == [b"", b"other: {}\n", b"*:*:*:*:theirs\xff\n"]


def test_another_password_is_a_change_that_shows_none(tmp_path: Path) -> None:
    given = entry("pgpass", tmp_path / "pgpass", LOGIN)
    run(given, password="0ther:Word")
    (shown,) = run(given, password=PASSWORD)["diff"]
    assert shown["before"] == "h:5439:dev:ana:********\n"
    assert shown["after"] == "h:5439:dev:ana:******** (another one)\n"


def test_a_password_file_that_others_may_read_is_closed(tmp_path: Path) -> None:
    pgpass = tmp_path / "pgpass"
    given = entry("pgpass", pgpass, LOGIN)
    run(given, password=PASSWORD)
    pgpass.chmod(0o644)
    (shown,) = run(given, password=PASSWORD)["diff"]
    assert mode(pgpass) == 0o600
    assert [shown[side].splitlines()[1].split(",")[0] for side in ("before", "after")] == ["mode 0644", "mode 0600"]


def test_one_file_that_can_not_be_written_keeps_all_as_they_are(tmp_path: Path) -> None:
    odbc = tmp_path / "odbc.ini"
    odbc.write_text("[SALES]\n", encoding="utf-8")
    damaged = tmp_path / "jdbc"
    damaged.write_text("# BEGIN redshift.serverless sales\n", encoding="utf-8")
    result = run(
        entry("pg_service", tmp_path / "service"),
        entry("odbc", odbc),
        entry("jdbc", damaged, "driver=x"),
        entry("dbt", tmp_path, PROFILE),
        entry("odbcinst", tmp_path / "." / "service"),
    )
    assert f"client_odbc_path: got {odbc}, which has a data source [sales] already" in result["msg"]
    assert (
        "client_jdbc_path" in result["msg"] and "without an '# END redshift.serverless sales' after it" in result["msg"]
    )
    assert f"client_dbt_path: got {tmp_path}, which is a directory" in result["msg"]
    assert "which is the file of another variable too" in result["msg"]
    assert result["msg"].endswith(" Nothing was changed.")
    assert not (tmp_path / "service").exists()


@pytest.mark.parametrize(("option", "what"), [("owner", "user"), ("group", "group")])
def test_owner_and_group_are_looked_for_first(
    tmp_path: Path, option: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    # Where the controller's plugins are loaded too, a module's warnings go their way.
    monkeypatch.setattr(load("client_entries").AnsibleModule, "warn", lambda _module, text: warnings.append(text))
    given, words = (
        entry("pg_service", tmp_path / "new" / "file"),
        f"client_{option}: got nobody-at-all; expected a {what}",
    )
    strange: dict[str, Any] = {option: "nobody-at-all"}
    assert words in run(given, **strange)["msg"]
    assert not (tmp_path / "new").exists()
    # The same run may make them.
    assert run(given, check=True, **strange)["changed"] is True
    assert [warning for warning in warnings if words in warning] == warnings != []


@pytest.mark.parametrize("check", [True, False])
def test_the_mode_is_checked_first(tmp_path: Path, check: bool) -> None:
    result = run(entry("pg_service", tmp_path / "service"), check=check, mode="rw-r--r--")
    assert "mode must be in octal or symbolic form" in result["msg"]
    assert not (tmp_path / "service").exists()


@pytest.mark.parametrize("place", ["file", "directory"])
@pytest.mark.parametrize("kind", ["pg_service", "pgpass", "ca_bundle"])
def test_a_link_that_somebody_planted_is_not_followed(
    tmp_path: Path, stranger: Callable[[Path], None], kind: str, place: str
) -> None:
    system = tmp_path / "etc" / "system"
    system.parent.mkdir()
    system.write_text("theirs\n", encoding="utf-8")
    planted = tmp_path / "planted"
    planted.symlink_to(system if place == "file" else system.parent)
    before = system.stat()
    # Root, and whoever runs the tasks, may have links of their own.
    path = planted if place == "file" else planted / "system"
    stranger(planted)
    bundle: dict[str, Any] = {"bundle_url": f"file://{system}", "bundle_sha256": "0" * 64}

    result = run(entry(kind, path, LOGIN), password=PASSWORD, owner=str(STRANGER), **bundle)

    assert f"client_{kind}_path: got {path}, but {planted} is a link to" in result["msg"]
    after = system.stat()
    assert (system.read_text(), after.st_uid, after.st_mode) == ("theirs\n", before.st_uid, before.st_mode)


def test_links_to_what_does_not_exist_yet_are_not_followed_either(
    tmp_path: Path, stranger: Callable[[Path], None]
) -> None:
    planted = tmp_path / "planted"
    planted.symlink_to(tmp_path / "cron.d")
    stranger(planted)
    assert "is a link to" in run(entry("pg_service", planted))["msg"]
    assert not (tmp_path / "cron.d").exists()


def test_links_of_ones_own_are_followed_and_stay(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "service"
    real.parent.mkdir()
    (tmp_path / "home").symlink_to("dotfiles")
    (tmp_path / "service").symlink_to(tmp_path / "home" / ".." / "dotfiles" / "service")
    result = run(entry("pg_service", tmp_path / "service"))
    assert (tmp_path / "service").is_symlink()
    assert SECTION in real.read_text()
    assert result["entries"] == [{"path": str(real), "changed": True}]
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert "too many links" in run(entry("pg_service", tmp_path / "round"))["msg"]


def test_a_link_to_what_its_owner_owns_is_followed(tmp_path: Path, stranger: Callable[[Path], None]) -> None:
    real = tmp_path / "real"
    real.write_text("a\n", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(real)
    stranger(real)
    stranger(link)
    assert run(entry("pg_service", link))["changed"] is True
    assert real.stat().st_uid == link.lstat().st_uid
    assert SECTION in real.read_text()


def test_a_file_with_further_names_is_not_given_away(tmp_path: Path, stranger: Callable[[Path], None]) -> None:
    pgpass = tmp_path / "pgpass"
    pgpass.write_text("a\n", encoding="utf-8")
    (tmp_path / "other").hardlink_to(pgpass)
    result = run(entry("pgpass", pgpass, LOGIN), password=PASSWORD, owner=str(STRANGER))
    assert "hard links" in result["msg"]
    assert pgpass.read_text() == "a\n"


def test_the_bundle_is_fetched_once_and_only_the_right_one(tmp_path: Path) -> None:
    source, bundle = tmp_path / "source", tmp_path / "trust" / "ca.pem"
    source.write_bytes(b"roots")
    given = entry("ca_bundle", bundle, None)
    where: dict[str, Any] = {
        "bundle_url": f"file://{source}",
        "bundle_sha256": hashlib.sha256(b"roots").hexdigest().upper(),
    }

    wrong = run(given, entry("pg_service", tmp_path / "service"), **{**where, "bundle_sha256": "0" * 64})
    assert (
        f"client_ca_bundle_sha256: got {'0' * 64}; expected the checksum of file://{source}, which is" in wrong["msg"]
    )
    assert not bundle.parent.exists() and not (tmp_path / "service").exists()
    assert run(given, check=True, **where)["changed"] is True
    assert not bundle.parent.exists()
    assert run(given, **where)["changed"] is True
    source.unlink()
    assert run(given, **where)["changed"] is False
    bundle.chmod(0o600)
    assert run(given, **where)["changed"] is True
    assert (bundle.read_bytes(), mode(bundle)) == (b"roots", 0o644)
    bundle.write_bytes(b"")
    missing = run(given, **{**where, "bundle_url": f"file://ana:{PASSWORD}@localhost{source}"})
    assert "client_ca_bundle_url: got file://ana:********@localhost" in missing["msg"]
    gone = {**given, "state": "absent"}
    assert [run(gone)["changed"], run(gone)["changed"], bundle.exists()] == [True, False, False]


def test_the_home_directory_stands_where_clients_do_not_know_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    text = f"{SECTION}\nsslrootcert=~/ca/ca.pem\nother=~/x"
    run(entry("pg_service", "~/service", text, paths={"sslrootcert": "~/ca/ca.pem"}))
    assert f"\nsslrootcert={tmp_path}/ca/ca.pem\nother=~/x\n" in (tmp_path / "service").read_text()
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    assert "this host has no home directory ~" in run(entry("pg_service", "~/service"))["msg"]


def test_what_is_not_known_yet_is_predicted(tmp_path: Path) -> None:
    result = run(entry("pg_service", tmp_path / "service", None), check=True)
    assert (result["changed"], result["diff"][0]["after"]) == (True, "to come\n")


def test_whoever_was_faster_keeps_his_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hosts of an inventory that share a home directory write at the same time."""
    service = tmp_path / "new" / "service"
    theirs = "# BEGIN redshift.serverless finance\n[finance]\n# END redshift.serverless finance\n"
    make = places.make_file

    def make_later(path: str, *attributes: int) -> None:
        monkeypatch.setattr(places, "make_file", make)
        Path(path).write_text(theirs, encoding="utf-8")
        make(path, *attributes)

    monkeypatch.setattr(places, "make_file", make_later)
    assert run(entry("pg_service", service))["changed"] is True
    assert service.read_text().startswith(theirs)
    assert SECTION in service.read_text()
