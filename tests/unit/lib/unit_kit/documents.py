# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of modules, held against what they take and give."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

COLLECTION = "redshift.serverless"
ROOT = Path(__file__).resolve().parents[4]
# Beside them lies the documentation of what is an action plugin alone.
ACTIONS = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.yml"))
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
# What needs no AWS, and so none of its options.
WITHOUT_AWS = {"client_entries", "connection_check"}
# What sends no requests to AWS that a result could list.
WITHOUT_REQUESTS = {"client_entries"}
# What looks and changes nothing.
READING = {name for name in MODULES if name.endswith("_info")} | {"connection_check"}

Document = dict[str, Any]

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "dict": (dict,),
    "list": (list,),
}


def load(name: str) -> Any:
    """A module of this collection, imported."""
    return import_module(f"ansible_collections.redshift.serverless.plugins.modules.{name}")


@cache
def documentation(kind: str = "module", *names: str) -> dict[str, Document]:
    """What ansible-doc shows of our modules, or of plugins of another kind, with the fragments that they extend."""
    namespace = Path(import_module("ansible_collections.redshift.serverless.plugins.module_utils").__file__ or "")
    home = next(parent for parent in namespace.parents if parent.name == "ansible_collections").parent
    shown_names = [f"{COLLECTION}.{name}" for name in names or MODULES]
    command = [sys.executable, "-m", "ansible.cli.doc", "--json", "-t", kind, *shown_names]
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(home), "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    shown = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**environment, "LC_ALL": "C.UTF-8"}
    )
    return {name.rpartition(".")[2]: entry for name, entry in json.loads(shown.stdout).items()}


@cache
def returned(name: str) -> Document:
    """What a module says that it returns."""
    document: Document = yaml.safe_load(load(name).RETURN)
    return document


class _Specified(BaseException):
    """Ends a module as soon as its options are known."""


def specification(name: str, monkeypatch: Any) -> Document:
    """The keyword arguments with which a module makes its AnsibleModule, amazon.aws's own options included."""
    found: Document = {}

    def remember(**arguments: Any) -> None:
        found.update(arguments)
        raise _Specified

    with monkeypatch.context() as patch, patch_module_args({}):
        patch.setitem(AnsibleAWSModule.default_settings, "module_class", remember)
        if name in WITHOUT_AWS:
            patch.setattr(load(name), "AnsibleModule", remember)
        try:
            load(name).main()
        except _Specified:
            return found
    raise AssertionError(f"{name} made no AnsibleModule")


def assert_documented(name: str, result: Document) -> None:
    """Fail if a result has a key that RETURN does not have, or a value of another type, or lacks what is always there."""
    own = {key: value for key, value in result.items() if key not in ANSIBLES_OWN}
    _assert_values(own, returned(name), name)
    always = {key for key, value in returned(name).items() if value["returned"] in ("always", "success")}
    assert always <= set(own), f"{name} promises {always - set(own)}"
    diff = result.get("diff", {})
    if isinstance(diff, dict):  # a list holds those of many resources, which are documented with each
        for side in diff.keys() & {"before", "after"}:
            _assert_values(diff[side], returned(name), f"{name} diff.{side}")


def _assert_values(values: Document, documented: Document, path: str) -> None:
    assert set(values) <= set(documented), f"{path}: RETURN does not have {set(values) - set(documented)}"
    for key, value in values.items():
        _assert_value(value, documented[key], f"{path}.{key}")


def _assert_value(value: Any, documented: Document, path: str) -> None:
    if value is None or documented["type"] == "raw":
        return
    kind = str(documented["type"])
    assert isinstance(value, _TYPES[kind]), f"{path} is {value!r}, documented is {kind}"
    assert kind == "bool" or not isinstance(value, bool), f"{path} is {value!r}, documented is {kind}"
    items: list[Any] = value if isinstance(value, list) else [value]
    expected = _TYPES[str(documented.get("elements", kind))]
    for item in items:
        assert issubclass(type(item), expected), f"{path} has {item!r}"
        if "contains" in documented:
            _assert_values(item, documented["contains"], path)


ANSIBLES_OWN = frozenset({"changed", "invocation", "diff", "warnings", "deprecations"})
