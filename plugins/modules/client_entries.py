#!/usr/bin/python
# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: client_entries
short_description: "[INTERNAL] Write or remove the entries of one connection in the files of clients"
version_added: 1.0.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - "[INTERNAL] P(redshift.serverless.client#role) uses it. It may change without notice."
  - All files are read and checked first. When one of them can't be written, none is.
  - Files are replaced as a whole, so that no client reads half of one.
  - Links are followed when root or the tasks' user made them, or when their owner also owns what they lead to. Otherwise the owner
    of a directory could have files of others changed.
  - Runs on any host with Python 3.8 or newer and needs no library.
attributes:
  check_mode:
    description: Predicts changes without making them.
    support: full
  diff_mode:
    description: Shows the role's own entries, with secrets hidden. It never shows what others wrote.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  entries:
    description: The files. The variable C(client_<kind>_path) holds the path.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: The kind of file.
        type: str
        choices: [ca_bundle, pg_service, pgpass, odbc, odbcinst, jdbc, dbt]
        required: true
      path:
        description: The path, absolute or with C(~) or C(~user) at its beginning.
        type: str
        required: true
      state:
        description: Whether the entry should be there.
        type: str
        choices: [present, absent]
        default: present
      name:
        description: The name of the service, data source, driver or profile, which the marked lines have too, so that the entry is
          found again. No other entry of that name may be in the file.
        type: str
        default: ""
      text:
        description: The entry. It may be missing in check mode, when it is not known yet.
        type: str
      paths:
        description: Keys of the entry that hold a path with C(~), which clients do not know, with that path.
        type: dict
        default: {}
  password:
    description: The password for C(.pgpass), which is written behind the entry's text.
    type: str
  bundle_url:
    description: Where the CA bundle is fetched from.
    type: str
  bundle_sha256:
    description: Its SHA-256 checksum. A file that has it is not fetched.
    type: str
    default: ""
  owner:
    description: The owner of C(.pgpass), and of new files and directories.
    type: str
  group:
    description: The group of the same.
    type: str
  mode:
    description: The mode of new files. C(.pgpass) always has 0600, and the CA bundle 0644.
    type: str
    default: "0644"
seealso:
  - plugin: redshift.serverless.client_files
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write a service of libpq
  redshift.serverless.client_entries:
    entries:
      - kind: pg_service
        path: ~ana/.pg_service.conf
        name: sales
        text: |-
          [sales]
          host=sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
    owner: ana
"""

RETURN = r"""
entries:
  description: What became of O(entries), in their order.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Where the file is, with links followed.
      type: str
      sample: /home/ana/.pg_service.conf
    changed:
      description: Whether it was changed, or will be.
      type: bool
      sample: true
"""

import grp
import hashlib
import os
import pwd
import re
import stat
import tempfile
from pathlib import Path
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import fetch_url
from ansible_collections.redshift.serverless.plugins.module_utils._files import formats, places, plans

OK = 200


def argument_spec() -> dict[str, Any]:
    """Return the options."""
    entry = {
        "kind": {"type": "str", "choices": list(formats.KINDS), "required": True},
        "path": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "default": ""},
        "text": {"type": "str"},
        "paths": {"type": "dict", "default": {}},
    }
    return {
        "entries": {"type": "list", "elements": "dict", "required": True, "options": entry},
        "password": {"type": "str", "no_log": True},
        "bundle_url": {"type": "str"},
        "bundle_sha256": {"type": "str", "default": ""},
        "owner": {"type": "str"},
        "group": {"type": "str"},
        "mode": {"type": "str", "default": "0644"},
    }


class Refused(Exception):
    """What can't be done; the arguments are sentences for a person."""


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    # A mirror may want a login, which stands in its address.
    module.no_log_values.update(re.findall(r"//[^/@:]*:([^/@]+)@", module.params["bundle_url"] or ""))
    try:
        attributes = attributes_of(module)
        found = plan(module, attributes)
        missing = any(each.kind == formats.CA_BUNDLE and each.is_rewritten for each in found)
        bundle = fetch(module) if missing else None
    except Refused as error:
        module.fail_json(msg=" ".join([*error.args, "Nothing was changed."]))
    written = write_all(module, found, attributes, bundle)
    changed = [each for each in found if each.changes]
    difference = {"diff": [each.difference() for each in changed]} if module._diff else {}
    module.exit_json(changed=bool(changed), entries=written, **difference)


def write_all(
    module: AnsibleModule, found: list[plans.Plan], attributes: plans.Attributes, bundle: bytes | None
) -> list[dict[str, Any]]:
    """Do what was planned for the files, one after the other, and tell what became of each; ends the module where one fails."""
    written: list[dict[str, Any]] = []
    for entry, each in zip(module.params["entries"], found):
        if each.changes and not module.check_mode:
            try:
                carry_out(module, entry, each, attributes, bundle)
            except OSError as error:
                module.fail_json(
                    msg=f"{_given(entry)}, which could not be written ({error.strerror}). The files before it are written.",
                    changed=any(one["changed"] for one in written),
                    entries=written,
                )
        written.append({"path": each.place.path, "changed": each.changes})
    return written


def attributes_of(module: AnsibleModule) -> plans.Attributes:
    """Return whose new files are.

    Raises:
        Refused: there is no such user or group.
    """
    return plans.Attributes(
        owner=_number(module, "owner", lambda name: pwd.getpwnam(name).pw_uid),
        group=_number(module, "group", lambda name: grp.getgrnam(name).gr_gid),
        mode=_mode(module),
    )


def plan(module: AnsibleModule, attributes: plans.Attributes) -> list[plans.Plan]:
    """Read and check all files.

    Raises:
        Refused: with everything that is in the way.
    """
    found: list[plans.Plan] = []
    problems: list[str] = []
    for entry in module.params["entries"]:
        each = _plan(module.params, entry, attributes)
        if isinstance(each, str):
            problems.append(each)
        elif each.place.path in [other.place.path for other in found]:
            problems.append(f"{_given(entry)}, which is the file of another variable too; expected a file of its own.")
        else:
            found.append(each)
    if problems:
        raise Refused(*problems)
    return found


def _plan(params: dict[str, Any], entry: dict[str, Any], attributes: plans.Attributes) -> plans.Plan | str:
    """Return what becomes of a file, or what is in the way."""
    try:
        if entry["kind"] == formats.CA_BUNDLE:
            return plans.plan_bundle(entry, params["bundle_sha256"])
        return plans.plan_entry(entry, attributes, params["password"])
    except places.Unfit as error:
        return f"{_given(entry)}{error}"


def _given(entry: dict[str, Any]) -> str:
    return f"client_{entry['kind']}_path: got {entry['path']}"


def _number(module: AnsibleModule, option: str, look_up: Callable[[str], int]) -> int:
    """Return the number of a user or group; -1 for none.

    Raises:
        Refused: there is none of that name. In check mode it is a warning, since the same run may make the user.
    """
    name = module.params[option]
    if not name:
        return -1
    try:
        return look_up(name)
    except KeyError:
        if name.isdecimal():
            return int(name)
    what = "user" if option == "owner" else "group"
    problem = f"client_{option}: got {name}; expected a {what} of this host."
    if not module.check_mode:
        raise Refused(problem)
    module.warn(problem)
    return -1


def _mode(module: AnsibleModule) -> int:
    """Return the mode of new files as a number; Ansible knows all the ways to say it."""
    descriptor, name = tempfile.mkstemp(dir=module.tmpdir)
    os.close(descriptor)
    scratch = Path(name)
    mask = os.umask(0)
    os.umask(mask)
    scratch.chmod(0o666 & ~mask)
    check_mode, module.check_mode = module.check_mode, False
    module.set_mode_if_different(name, module.params["mode"], False)
    module.check_mode = check_mode
    mode = stat.S_IMODE(scratch.stat().st_mode)
    scratch.unlink()
    return mode


def fetch(module: AnsibleModule) -> bytes:
    """Return the CA bundle; in check mode, nothing is fetched, and only asked for.

    Raises:
        Refused: it can't be fetched, or is another one.
    """
    url, expected = module.params["bundle_url"], module.params["bundle_sha256"].lower()
    response, info = fetch_url(module, url, method="HEAD" if module.check_mode else "GET")
    if response is None or (info["status"] != OK and not url.startswith(("file:", "ftp:"))):
        status = f"HTTP {info['status']}, " if (info["status"] or 0) > 0 else ""
        raise Refused(
            f"client_ca_bundle_url: got {url}, which could not be fetched ({status}{info['msg']}); expected the address of the CA "
            "bundle, such as a mirror that this host can reach."
        )
    if module.check_mode:
        return b""
    content: bytes = response.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise Refused(
            f"client_ca_bundle_sha256: got {expected}; expected the checksum of {url}, which is {digest}. Check where that file "
            "comes from before you trust it."
        )
    return content


def carry_out(
    module: AnsibleModule,
    entry: dict[str, Any],
    found: plans.Plan,
    attributes: plans.Attributes,
    bundle: bytes | None,
) -> None:
    """Do what was planned for a file.

    Args:
        module: the running module.
        entry: as the option has it.
        found: the plan.
        attributes: of new files and directories.
        bundle: the CA bundle, where it was fetched.

    Raises:
        OSError: it can't be done.
    """
    try:
        make_directories(found.place, attributes)
        apply(module, found, bundle if bundle and found.kind == formats.CA_BUNDLE else found.after)
    except FileExistsError:
        # Hosts of an inventory may share a home directory: another of them was faster, and has its entry in the file now.
        again = _plan(module.params, entry, attributes)
        if isinstance(again, str):
            raise OSError(0, again) from None
        apply(module, again, bundle if bundle and found.kind == formats.CA_BUNDLE else again.after)


def make_directories(place: places.Place, attributes: plans.Attributes) -> None:
    """Make what is missing on the way to a file.

    Raises:
        OSError: it can't be done.
    """
    for directory in place.new_directories:
        places.make_directory(directory, attributes.owner, attributes.group)


def apply(module: AnsibleModule, found: plans.Plan, content: bytes | None) -> None:
    """Do what was planned.

    Args:
        module: the running module.
        found: the plan.
        content: what the file should hold.

    Raises:
        OSError: it can't be done.
    """
    path, attributes = found.place.path, found.attributes
    if found.is_removed or content is None:
        Path(path).unlink()
        return
    # The file has its owner and mode before it has a password. Moving keeps them.
    if found.is_new:
        places.make_file(path, attributes.owner, attributes.group, attributes.mode)
    elif found.is_given:
        places.give(path, attributes.owner, attributes.group, attributes.mode)
    if found.is_rewritten:
        descriptor, scratch = tempfile.mkstemp(dir=module.tmpdir)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            module.atomic_move(scratch, path)
        except Exception as error:
            raise OSError(0, str(error)) from error


if __name__ == "__main__":
    main()
