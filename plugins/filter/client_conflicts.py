# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: client_conflicts
short_description: Say which entries in the files of clients are somebody else's
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - P(redshift.serverless.client#role) writes entries between marked lines. This filter says where an entry of the same name stands
    outside of them, so that there would be two, or where a file has a form to which none can be added.
positional: name, driver
options:
  _input:
    description:
      - What a loop of M(ansible.builtin.slurp) over the files gave. Each has the file in C(content), and in C(__client_file) under
        C(__client_entry) the C(kind), C(path) and C(mark) of the entry.
    type: list
    elements: dict
    required: true
  name:
    description: The name of the service, of the data source and of the dbt profile.
    type: str
    required: true
  driver:
    description: The name of the ODBC driver.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Is there a service of that name already?
  ansible.builtin.debug:
    msg: "{{ files | redshift.serverless.client_conflicts('sales', 'Amazon Redshift ODBC Driver (x64)') }}"
  vars:
    files:
      - content: "{{ '[sales]\nhost=elsewhere\n' | b64encode }}"
        __client_file:
          __client_entry: {kind: pg_service, path: /etc/pg_service.conf, mark: redshift.serverless sales}
  # a list with one sentence
"""

RETURN = r"""
_value:
  description: Sentences; empty when there is nothing in the way.
  type: list
  elements: str
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml

JAVA_KEYS = re.compile(r"^[ \t\f]*(driver|url|user)[ \t\f]*[=: \t\f]", re.MULTILINE)


def client_conflicts(files: Iterable[Mapping[str, Any]], name: str, driver: str) -> list[str]:
    """Look for entries of others; see DOCUMENTATION."""
    looks = {
        "pg_service": lambda text: _section(text, name, "service", "Choose another client_name."),
        "odbc": lambda text: _section(text, name, "data source", "Choose another client_name.", re.IGNORECASE),
        "odbcinst": lambda text: _section(text, driver, "driver", "Leave client_odbcinst_path out.", re.IGNORECASE),
        "jdbc": _properties,
        "dbt": lambda text: _profiles(text, name),
    }
    sentences = []
    for file in files:
        entry = file["__client_file"]["__client_entry"]
        text = base64.b64decode(file["content"]).decode("utf-8", "replace")
        problem = looks[entry["kind"]](without_block(text, entry["mark"]))
        if problem:
            sentences.append(f"{entry['path']}: {problem}")
    return sentences


def without_block(text: str, mark: str) -> str:
    """The text without what stands between the marked lines, as M(ansible.builtin.blockinfile) would remove it."""
    begin, end = (rf"^# {word} {re.escape(mark)}[ \t]*\r?$" for word in ("BEGIN", "END"))
    return re.sub(rf"{begin}.*?{end}\n?", "", text, flags=re.MULTILINE | re.DOTALL)


def _section(text: str, name: str, what: str, remedy: str, flags: re.RegexFlag = re.NOFLAG) -> str | None:
    """An INI section of that name; ODBC's names know no case, libpq's do."""
    if re.search(rf"^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\]", text, flags | re.MULTILINE):
        return f"there is a {what} [{name}] already that is not this role's. Remove it, or: {remedy}"
    return None


def _properties(text: str) -> str | None:
    found = JAVA_KEYS.search(text)
    if found:
        return (
            f"there is a property {found[1]} already that is not of this entry, and such a file describes one connection. "
            "Remove it, or choose another client_jdbc_path."
        )
    return None


def _profiles(text: str, name: str) -> str | None:
    """A dbt profile of that name, or YAML that is not a mapping with each key on a line of its own."""
    try:
        profiles = yaml.safe_load(text) or {}
        extended = yaml.safe_load(f"{text.rstrip()}\n{json.dumps(name)}: here\n")
    except yaml.YAMLError:
        return "this is no YAML to which a profile can be added. Correct it, or choose another client_dbt_path."
    if isinstance(profiles, Mapping) and name in profiles:
        return f"there is a profile {name} already that is not this role's. Remove it, or choose another client_name."
    if not isinstance(profiles, Mapping) or set(extended) != {*profiles, name}:
        return "this is no YAML mapping to which a profile can be added. Correct it, or choose another client_dbt_path."
    return None


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"client_conflicts": client_conflicts}
