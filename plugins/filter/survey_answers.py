# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: survey_answers
short_description: Read a role's variables, which may be plain text, as the types of its argument specification
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - A survey of AWX and C(ansible-playbook --extra-vars) give text for everything. This filter reads it as what the
    argument specification of the role says, and says in words what does not fit.
  - An empty answer is the same as none.
  - A list may be given as text with commas or line breaks, or as JSON or YAML. Dictionaries and lists of dictionaries may be
    given as JSON or YAML.
options:
  _input:
    description: The variables by name.
    type: dict
    required: true
  specification:
    description: The options of one entry point of the role, as in its C(meta/argument_specs.yml).
    type: dict
    required: true
  names:
    description: Names of variables that exist. One that looks like a misspelled option, which itself was not given, is an error.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Read the answers of a survey
  ansible.builtin.debug:
    msg: "{{ answers | redshift.serverless.survey_answers(specification) }}"
  vars:
    answers:
      ssl_workgroup: "sales, finance"
      ssl_require_ssl: "yes"
      ssl_ca_bundle_path: ""
    specification:
      ssl_workgroup: {type: list, elements: str, required: true}
      ssl_require_ssl: {type: bool}
      ssl_ca_bundle_path: {type: path}
  # arguments: {ssl_workgroup: [sales, finance], ssl_require_ssl: true}, errors: []
"""

RETURN = r"""
_value:
  description: What was given, and what is wrong with it.
  type: dict
  contains:
    arguments:
      description: The options that were given or have a default, typed. What was not given is not there.
      type: dict
    errors:
      description: Sentences that name the variable; empty when everything fits.
      type: list
      elements: str
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from os.path import commonprefix
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

Specification = Mapping[str, Mapping[str, Any]]

# How alike two names are (0 to 1), without the prefix that all have, before one is taken for a slip of the other.
SLIP = 0.75


def survey_answers(given: Mapping[str, Any], specification: Specification, names: Iterable[str] = ()) -> dict[str, Any]:
    """Type a role's variables as its argument specification says.

    Args:
        given: the variables by name; None and empty text count as not given.
        specification: the options of a role's entry point.
        names: of variables that exist, to find misspelled ones.

    Returns:
        `arguments` (all options, typed) and `errors` (sentences).
    """
    answers = {name: _read(value, specification.get(name, {})) for name, value in given.items() if not _is_empty(value)}
    result = ArgumentSpecValidator(specification).validate(answers)
    # The validation would make text of these, "[]" for example.
    shapes = [
        f"{name}: got {'a dictionary' if isinstance(value, Mapping) else 'a list'}; expected text."
        for name, value in answers.items()
        if isinstance(value, (list, tuple, Mapping))
        and specification.get(name, {}).get("type", "str") in ("str", "path")
    ]
    empty = [name for name, value in answers.items() if value == [] and specification[name].get("required")]
    return {
        "arguments": _without_none(result.validated_parameters),
        "errors": [
            *_slips(names, specification, result.validated_parameters),
            *shapes,
            *(f"{name} is an empty list, at least one entry is needed." for name in empty),
            *result.error_messages,
        ],
    }


def _without_none(value: Any) -> Any:
    """The same without what was not given, so that a template can say `is defined` and `default(omit)`."""
    if isinstance(value, Mapping):
        return {name: _without_none(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _slips(names: Iterable[str], specification: Specification, arguments: Mapping[str, Any]) -> list[str]:
    """Names that look like an option which was not given. Beside one that was given, a like name is somebody's own."""
    prefix = commonprefix(list(specification))  # noqa: RUF071 - of names that begin with the role's, not of paths
    open_options = {
        name.removeprefix(prefix): name
        for name, option in specification.items()
        if arguments.get(name) == option.get("default")
    }
    return [
        f"{name} is no variable of this role, did you mean {open_options[near]}?"
        for name in sorted(str(name) for name in names if name not in specification)
        for near in get_close_matches(name.removeprefix(prefix), open_options, n=1, cutoff=SLIP)
    ]


def _read(value: Any, option: Mapping[str, Any]) -> Any:
    """A text as what it stands for; what cannot be read stays as it is for the validation to complain about."""
    if option.get("type") == "list":
        return _read_list(value, {**option, "type": option.get("elements", "raw")})
    if option.get("type") == "dict":
        value = _structure(value)
        suboptions = option.get("options")
        if suboptions and isinstance(value, Mapping):
            return {name: _read(item, suboptions.get(name, {})) for name, item in value.items() if item is not None}
        return value
    return value.strip() if isinstance(value, str) else value


def _read_list(value: Any, element: Mapping[str, Any]) -> list[Any]:
    if isinstance(value, str) and (element["type"] == "dict" or re.match(r"\s*(\[|- )", value)):
        value = _structure(value)
    if isinstance(value, str):
        value = re.split(r"[,\n]", value)
    if not isinstance(value, list | tuple):
        value = [value]
    return [_read(item, element) for item in value if not _is_empty(item)]


def _structure(value: Any) -> Any:
    """The data that JSON or YAML text stands for, or the value itself.

    YAML's plain words stay text: an account id such as 012345670123 is no octal number.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        pass
    try:
        return yaml.load(value, Loader=yaml.BaseLoader)  # noqa: S506 - builds nothing but text, lists and dictionaries
    except yaml.YAMLError:
        return value


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"survey_answers": survey_answers}
