# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.redshift.serverless.plugins.module_utils._ansible import sessions
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.module import assume_role_options

CONNECTION = [*aws_argument_spec(), *assume_role_options()]
VARIABLES = ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ANYTHING", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "HOME"]


def test_the_same_options_are_the_same_identity() -> None:
    params = {"region": "eu-west-1", "aws_config": {"a": 1, "b": 2}, "name": "sales"}

    assert sessions.identity_of(params) == sessions.identity_of(
        {**params, "aws_config": {"b": 2, "a": 1}, "name": "marts"}
    )


@pytest.mark.parametrize("option", CONNECTION)
def test_each_option_of_the_connection_makes_another_identity(option: str) -> None:
    assert sessions.identity_of({option: "a"}) != sessions.identity_of({option: "b"})
    assert sessions.identity_of({option: "a"}) != sessions.identity_of({option: None})


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_that_counts_makes_another_identity(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sessions.identity_of({})
    monkeypatch.setenv(name, "something")

    assert sessions.identity_of({}) != before


def test_other_variables_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sessions.identity_of({})
    monkeypatch.setenv("TERM", "something")

    assert sessions.identity_of({}) == before


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_credentials_that_were_renewed_in_a_file_count(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    monkeypatch.setenv(variable, str(file))
    seen = [sessions.identity_of({})]
    for text in ("[default]\n", "[default]\nregion = eu-west-1\n"):
        file.write_text(text, encoding="utf-8")
        seen.append(sessions.identity_of({}))

    assert len(set(seen)) == 3


def test_a_fork_has_nothing_in_common_with_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sessions.identity_of({})
    monkeypatch.setattr(os, "getpid", lambda: -1)

    assert sessions.identity_of({}) != before


def test_a_thing_is_made_once_for_each_key() -> None:
    kept = sessions.Kept()

    first, other, again = (kept.get(key, object) for key in (("a",), ("b",), ("a",)))

    assert first is again
    assert first is not other


def test_sessions_share_what_was_parsed() -> None:
    first, second = (sessions.new_session().get_component("data_loader") for _time in range(2))

    assert first is second


def test_models_of_the_users_own_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))

    assert str(tmp_path) in sessions.new_session().get_component("data_loader").search_paths
