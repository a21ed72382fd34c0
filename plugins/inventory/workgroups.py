# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: workgroups
short_description: The workgroups of Amazon Redshift Serverless as hosts
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Makes each workgroup a host, over several accounts and Regions.
  - The name of the configuration file ends with C(workgroups.redshift_serverless.yml) or C(workgroups.redshift_serverless.yaml).
  - Tasks for such hosts run on the controller. They have C(ansible_connection=local) and the controller's Python interpreter, so that
    Ansible never tries to log in to a database.
  - Each workgroup costs no call of its own unless tags or grants are asked for. ListWorkgroups is called once for each hundred.
  - All hosts are in the group C(redshift_serverless).
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [redshift.serverless.workgroups]
  accounts:
    description:
      - The accounts to read. If omitted, the one that the connection options or the environment belong to.
      - The connection options of the inventory, such as O(endpoint_url), count for each of them.
      - An account that is named twice, such as by a profile and by a role, has each workgroup once.
    type: list
    elements: dict
    default: []
    suboptions:
      profile:
        description: The profile that acts, or that assumes the role if O(accounts[].assume_role_arn) is given.
        type: str
      assume_role_arn:
        description: The ARN of an IAM role to act as.
        type: str
      assume_role_external_id:
        description: The external ID that the role's trust policy asks for. AWS does not treat it as a secret, and hosts have it as a variable.
        type: str
      assume_role_session_name:
        description: The name of the role session. If omitted, V(ansible-redshift-serverless).
        type: str
      regions:
        description: The Regions to read in this account. If omitted, those of O(regions).
        type: list
        elements: str
  regions:
    description: The Regions to read. If omitted, the one Region of O(region), of the environment or of the profile.
    type: list
    elements: str
    default: []
  filters:
    description:
      - What a workgroup must be to become a host. All filters have to hold, and of several values one. If omitted, all workgroups do.
      - Texts are patterns with C(*), C(?) and C([...]).
      - All filters but O(filters.tags) cost no call.
    type: dict
    default: {}
    suboptions:
      name:
        description: Patterns of the workgroup's name.
        type: list
        elements: str
      namespace:
        description: Patterns of the namespace's name.
        type: list
        elements: str
      status:
        description: Patterns of the status, such as V(AVAILABLE).
        type: list
        elements: str
      publicly_accessible:
        description: Whether it has a public address.
        type: bool
      enhanced_vpc_routing:
        description: Whether its own traffic goes through the VPC.
        type: bool
      port:
        description: The ports.
        type: list
        elements: int
      ip_address_type:
        description: Patterns of the address type, V(ipv4) or V(dualstack).
        type: list
        elements: str
      track_name:
        description: Patterns of the release track.
        type: list
        elements: str
      config_parameters:
        description:
          - Config parameters with a value or a list of values, such as C(require_ssl=false).
          - V(null) means that a query monitoring limit is not set.
        type: dict
      tags:
        description:
          - Tags with a pattern or a list of patterns. V(null) means that the tag is there with any value.
          - Tags are read of those workgroups only that the other filters leave, one call for each.
        type: dict
  exclude_filters:
    description:
      - A list of filters with the keys of O(filters). A workgroup that is as one of them says does not become a host.
      - A workgroup whose tags can't be read does not become a host where any filter names tags, and O(unreadable) tells of it.
    type: list
    elements: dict
    default: []
  include_tags:
    description:
      - Whether to read the tags, one call for each workgroup.
      - If omitted, they are read where a filter, a host name or an expression of O(compose), O(groups) or O(keyed_groups) names tags.
    type: bool
  include_grants:
    description: Whether to read who in other accounts may connect, one call for each workgroup (GetResourcePolicy).
    type: bool
    default: false
  unreadable:
    description:
      - What to do where an account, a Region, tags or grants can't be read. Either names the account, the Region and the reason.
      - V(fail) gives no hosts at all. Ansible itself goes on after an inventory source that fails, unless its setting
        C(any_unparsed_is_failed) (E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED)) is true.
      - V(warn) gives the hosts that could be read. Such an inventory is not kept in the cache.
    type: str
    choices: [fail, warn]
    default: fail
  hostnames:
    description:
      - What hosts are called, in order of preference. The first that gives a name counts.
      - An entry is a variable without its prefix, such as V(workgroup_name) or V(endpoint.address), a tag as V(tag:Name), or any Jinja2
        expression. A dictionary puts two of these together.
      - If omitted, or if none gives a name, a host is called C(workgroup.account.region), such as V(sales.123456789012.us-east-1).
      - Workgroups that would share a name are all called like that, with a warning, since two hosts of one name would be one.
    type: list
    elements: raw
    default: []
    suboptions:
      name:
        description: The name of the host.
        type: str
        required: true
      prefix:
        description: What stands before it.
        type: str
        default: ''
      separator:
        description: What stands between the two, if there is a prefix.
        type: str
        default: '_'
  hostvars_prefix:
    description:
      - What the names of the workgroup's variables begin with. In expressions and host names they are known without it too.
      - Without a prefix, Ansible warns of C(port) and C(tags), which are names of its own.
    type: str
    default: redshift_serverless_
  role_variables:
    description:
      - Whether hosts have the variables by which roles and playbooks of this collection take a workgroup, such as C(ssl_workgroup) and
        C(connectivity_workgroup).
      - They have the precedence of an inventory's host variables, so files in C(host_vars) and extra variables count over them.
    type: bool
    default: true
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - redshift.serverless.common
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
notes:
  - The variables of a host are the members of a workgroup as M(redshift.serverless.workgroup_info) returns them, each with
    O(hostvars_prefix), such as C(redshift_serverless_workgroup_name), C(redshift_serverless_endpoint), C(redshift_serverless_port),
    C(redshift_serverless_config_parameters) and C(redshift_serverless_publicly_accessible).
  - Beside them are C(account_id), C(region), C(partition), and C(require_ssl) and C(use_fips_ssl) as booleans; C(tags) where they are
    read; C(grants) with O(include_grants), and C(grants_error) beside a V(null) of a policy that can't be understood.
  - C(redshift_serverless_region), C(redshift_serverless_profile), C(redshift_serverless_assume_role_arn) and
    C(redshift_serverless_assume_role_external_id) say how tasks act for a host. The playbooks of this collection use them.
  - Keys are never among the variables or in the cache. Where an inventory acts by access keys, the tasks need them from the environment.
  - The accounts, Regions, filters and connection options may be Jinja2 templates, such as of the lookup P(ansible.builtin.env#lookup).
  - The caller needs the permission redshift-serverless:ListWorkgroups, for tags redshift-serverless:ListTagsForResource, and for grants
    redshift-serverless:GetResourcePolicy.
"""

EXAMPLES = r"""
# fleet.workgroups.redshift_serverless.yml: every workgroup of one account and Region
plugin: redshift.serverless.workgroups
regions:
  - us-east-1

---
# Three accounts, two Regions, and groups by tag and by setting
plugin: redshift.serverless.workgroups
accounts:
  - profile: warehouse
  - profile: analytics
    regions:
      - eu-central-1
  - assume_role_arn: arn:aws:iam::210987654321:role/fleet
    assume_role_external_id: "{{ lookup('ansible.builtin.env', 'FLEET_EXTERNAL_ID') }}"
regions:
  - us-east-1
  - eu-central-1
filters:
  name:
    - sales-*
  tags:
    stage: [prod, test]
exclude_filters:
  - status: DELETING
hostnames:
  - tag:Name
  - workgroup_name
keyed_groups:
  - key: tags.stage
    prefix: stage
  - key: region
    separator: ""
groups:
  open_to_the_internet: publicly_accessible
  without_ssl: not require_ssl
compose:
  address: endpoint.address ~ ':' ~ endpoint.port
strict: true

---
# What still accepts plaintext, with who may connect. What can't be read is a warning.
plugin: redshift.serverless.workgroups
filters:
  config_parameters:
    require_ssl: false
include_grants: true
unreadable: warn
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible
cache_timeout: 600

# Then, over these hosts:
#   ansible-playbook redshift.serverless.ssl -i fleet.workgroups.redshift_serverless.yml -e target=redshift_serverless
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.template import trust_as_template
from ansible_collections.redshift.serverless.plugins.module_utils._ansible.client import Caller
from ansible_collections.redshift.serverless.plugins.module_utils._core.advice import one_line, sentences
from ansible_collections.redshift.serverless.plugins.module_utils._core.api import Api
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import (
    InvalidInput,
    RedshiftServerlessError,
    Unforeseen,
)
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet import hosts, options, reading
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.queries.together import parallel
from ansible_collections.redshift.serverless.plugins.plugin_utils.role_reading import parse as parse_text

# amazon.aws asks for it, which brings botocore along.
HAS_BOTO3 = find_spec("boto3") is not None

SUFFIXES = tuple(f"workgroups.redshift_serverless.{extension}" for extension in ("yml", "yaml"))
GROUP = "redshift_serverless"
CONNECTION = (
    "access_key",
    "secret_key",
    "session_token",
    "profile",
    "endpoint_url",
    "region",
    "assume_role_arn",
    "assume_role_external_id",
    "assume_role_session_name",
)
# What keeps Ansible from logging in to a database; the interpreter is that of whoever runs the tasks.
ON_THE_CONTROLLER = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
# Text without braces, brackets, quotes, pipes and the like: as a template or a condition it could at most name a variable.
HARMLESS = re.compile(r"[A-Za-z0-9_.:/@,$ -]*")
# How many faults a message names.
TOLD = 5


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Gives the hosts.

    It asks AWS as the modules do, by `Caller`: amazon.aws's base class has one identity and one AssumeRole without an external ID.
    """

    NAME = "redshift.serverless.workgroups"

    def verify_file(self, path: str) -> bool:
        """Tell whether a file is this plugin's by its name."""
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Read the fleet, from the cache if it may be, and make hosts of it.

        Raises:
            AnsibleParserError: for a person, and without any secret.
        """
        super().parse(inventory, loader, path, cache)
        if not HAS_BOTO3:
            raise AnsibleParserError(f"{self.NAME}: boto3 and botocore are missing where Ansible runs. Install them.")
        self._read_config_data(path)
        try:
            request = self._request()
            self._populate(inventory, request, self._rows(request, path, cache))
        except RedshiftServerlessError as error:
            # Without the cause, whose words Ansible would repeat.
            raise AnsibleParserError(f"{self.NAME}: {error.message}") from None
        except AnsibleError:
            raise
        except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
            raise AnsibleParserError(f"{self.NAME}: {Unforeseen(error).message}") from None

    def _request(self) -> options.Request:
        given = {name: self._templated(name) for name in options.SPECIFICATION}
        connection = {name: self._templated(name) for name in CONNECTION}
        expressions = [self.get_option(name) for name in ("compose", "groups", "keyed_groups", "hostnames")]
        return options.request_of(given, connection, expressions, parse_text)

    def _templated(self, option: str) -> Any:
        return self.templar.template(self.get_option(option))

    def _rows(self, request: options.Request, path: str, cache: bool) -> list[hosts.Variables]:
        """The workgroups, each with `place`, the number of its account. What is not complete is not kept."""
        kept = bool(self.get_option("cache"))
        key = self.get_cache_key(path)
        if kept and cache:
            found = self._cached(key)
            if found.get("request") == request.fingerprint:
                return list(found["workgroups"])
        rows, faults = _read(request)
        rows = hosts.in_order(rows)
        if kept:
            # What was kept before is not true any more either, so nothing takes its place.
            self._cache[key] = {} if faults else {"request": request.fingerprint, "workgroups": rows}
            self.update_cache_if_changed()
        if faults:
            self._tell(faults, request)
        return rows

    def _cached(self, key: str) -> Mapping[str, Any]:
        try:
            return dict(self._cache[key])
        except (KeyError, TypeError, ValueError):
            return {}  # there is none, it has expired, or it is another's

    def _tell(self, faults: Sequence[str], request: options.Request) -> None:
        if request.may_be_incomplete:
            for fault in faults:
                self.display.warning(f"{self.NAME}: {fault}")
            return
        more = f"{len(faults) - TOLD} more could not be read." if len(faults) > TOLD else ""
        remedy = "Set unreadable: warn to go on with what can be read."
        raise AnsibleParserError(f"{self.NAME}: {sentences(*faults[:TOLD], more, remedy)}")

    def _populate(self, inventory: Any, request: options.Request, rows: Sequence[hosts.Variables]) -> None:
        inventory.add_group(GROUP)
        for name, row in zip(self._names(rows), rows, strict=True):
            self._add(inventory, name, row, request)

    def _names(self, rows: Sequence[hosts.Variables]) -> list[str]:
        preferred = [self._preferred(row) for row in rows]
        names, shared = hosts.host_names(preferred, [hosts.unique_name(row) for row in rows])
        for name, instead in shared.items():
            self.display.warning(
                f"{self.NAME}: hostnames: {len(instead)} workgroups would be called {name!r}; they are called {', '.join(instead)}."
            )
        return names

    def _preferred(self, row: hosts.Variables) -> str | None:
        names = (self._name_by(entry, row) for entry in self.get_option("hostnames"))
        return next((name for name in names if name), None)

    def _name_by(self, entry: Any, row: hosts.Variables) -> str:
        """The name that an entry of hostnames gives, empty if it gives none."""
        parts = entry if isinstance(entry, Mapping) else {"name": entry}
        strange = [*({*parts} - {"name", "prefix", "separator"}), *([] if parts.get("name") else ["name"])]
        if strange or not all(isinstance(part, str) for part in parts.values()):
            raise InvalidInput(
                f"hostnames: got {entry!r}; expected text, or a dictionary with the keys name, prefix and separator."
            )
        name = self._value_of(parts["name"], row)
        prefix = self._value_of(parts["prefix"], row) if parts.get("prefix") else ""
        return f"{prefix}{parts.get('separator', '_')}{name}" if prefix and name else name

    def _value_of(self, entry: str, row: hosts.Variables) -> str:
        if entry.startswith("tag:"):
            return str((row.get("tags") or {}).get(entry.removeprefix("tag:"), ""))
        try:
            found = self._compose(entry, dict(row))
        except Exception as error:  # noqa: BLE001  # whatever an expression of the user's raises, as for compose
            if self.get_option("strict"):
                told = one_line(error) or type(error).__name__
                raise InvalidInput(f"hostnames: {entry!r} gives no name for {hosts.unique_name(row)}: {told}") from None
            return ""
        return "" if found is None else str(found)

    def _add(self, inventory: Any, name: str, row: hosts.Variables, request: options.Request) -> None:
        workgroup = {member: value for member, value in row.items() if member != "place"}
        identity = request.accounts[row["place"]].identity
        prefix = self.get_option("hostvars_prefix") or ""
        variables = hosts.host_variables(workgroup, identity, prefix, request.role_variables)
        inventory.add_host(name, group=GROUP)
        for variable, value in variables.items():
            inventory.set_variable(name, variable, _with_trust(value))
        for variable, value in ON_THE_CONTROLLER.items():
            inventory.set_variable(name, variable, trust_as_template(value))
        strict, known = self.get_option("strict"), {**workgroup, **variables}
        self._set_composite_vars(self.get_option("compose"), known, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, name, strict=strict)


def _with_trust(value: Any) -> Any:
    """A value of AWS in which text that can't be an expression is plain: Ansible and AWX show other text as unsafe, and never template it."""
    if isinstance(value, Mapping):
        return {key: _with_trust(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_trust(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) and HARMLESS.fullmatch(value) else value


def _read(request: options.Request) -> tuple[list[hosts.Variables], list[str]]:
    """All accounts and Regions at the same time: the workgroups, and sentences on what could not be read."""
    places = list(_places(request))
    answers = parallel(lambda place: _ask(request, *place), places)
    rows = [row for found, _faults in answers for row in found]
    return rows, [fault for _found, faults in answers for fault in faults]


def _places(request: options.Request) -> Iterator[tuple[int, str | None, Api | RedshiftServerlessError]]:
    """Each account's number and Region, with the service there or why it can't be asked. Clients are not made in threads."""
    for number, account in enumerate(request.accounts):
        caller = Caller(account.params)
        for region in account.regions:
            try:
                yield number, region, Api(caller.client("redshift-serverless", own=True, region=region))
            except RedshiftServerlessError as error:
                yield number, region, error


def _ask(
    request: options.Request, number: int, region: str | None, api: Api | RedshiftServerlessError
) -> tuple[list[hosts.Variables], list[str]]:
    where = request.accounts[number].label
    place = f"{where}, Region {region or (api.region if isinstance(api, Api) else 'unknown')}"
    if not isinstance(api, Api):
        return [], [_fault("the workgroups", place, api.message)]
    try:
        found = reading.read(api, request)
    except RedshiftServerlessError as error:
        return [], [_fault("the workgroups", place, error.message)]
    rows = [{**hosts.described(row), "place": number} for row in found.rows]
    return rows, [_fault(each.what, place, each.reason) for each in found.unread]


def _fault(what: str, place: str, reason: str) -> str:
    return sentences(f"Could not read {what} in {place}: {reason}")
