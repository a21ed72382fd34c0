# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks that are run both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OURS = "redshift.serverless."
ODD = "tests.both_ways.odd"


@dataclass(frozen=True)
class Case:
    """One task.

    Attributes:
        name: what it shows; the name of the task.
        task: the task, with its keywords.
        processes: how many modules start a process although the controller's own is allowed.
    """

    name: str
    task: dict[str, Any]
    processes: int = 0


def ours(module: str, name: str, options: dict[str, Any], processes: int = 0, **keywords: Any) -> Case:
    """A task of one of our modules."""
    return Case(f"{module}: {name}", {OURS + module: options, **keywords}, processes)


def check(module: str, name: str, options: dict[str, Any]) -> Case:
    """The same, predicted and with its difference."""
    return ours(module, f"{name}, predicted", options, check_mode=True, diff=True)


def life(module: str, options: dict[str, Any], absent: dict[str, Any]) -> list[Case]:
    """Something is predicted, made, found as it is, and removed."""
    return [
        check(module, "make", options),
        ours(module, "make", options, diff=True),
        ours(module, "find it made", options),
        check(module, "remove", absent),
        ours(module, "remove", absent, diff=True),
        ours(module, "find it removed", absent),
    ]


AS_PARTNER = {"assume_role_arn": "{{ partner_role }}"}
NO_OP = {"name": "sales", "base_capacity": 128}
LOOK = {"names": ["sales"]}

NAMESPACES = [
    check("namespace", "make", {"name": "marts", "admin_username": "ana", "admin_user_password": "Very-secret1"}),
    ours(
        "namespace",
        "make",
        {"name": "marts", "admin_username": "ana", "admin_user_password": "Very-secret1"},
        diff=True,
    ),
    ours("namespace", "find it made", {"name": "marts", "admin_user_password": "Very-secret1"}),
    ours("namespace", "change", {"name": "marts", "log_exports": ["userlog"]}, diff=True),
    ours("namespace", "rule broken", {"name": "marts", "final_snapshot_retention_period": 3}),
    ours("namespace", "choice broken", {"name": "marts", "log_exports": ["diary"]}),
    ours("namespace", "refused", {"name": "NO"}),
    ours("namespace_info", "all", {}),
    ours("namespace_info", "one without tags", {"names": ["marts"], "include_tags": False}),
    ours("namespace_info", "none", {"names": ["nobody"]}),
]

WORKGROUPS = [
    check("workgroup", "make", {"name": "marts", "namespace": "marts"}),
    ours("workgroup", "make", {"name": "marts", "namespace": "marts", "tags": {"team": "a"}}, diff=True),
    ours("workgroup", "nothing to do", NO_OP),
    ours(
        "workgroup",
        "several changes",
        {"name": "marts", "port": 5440, "config_parameters": {"require_ssl": False}},
        diff=True,
    ),
    ours(
        "workgroup",
        "no restart allowed",
        {"name": "marts", "config_parameters": {"use_fips_ssl": True}, "allow_restart": False},
    ),
    ours("workgroup", "tags", {"name": "marts", "tags": {"team": "b"}}),
    ours("workgroup", "refused", {"name": "marts", "port": 5500}),
    ours("workgroup", "no namespace", {"name": "nobody", "namespace": "nobody"}),
    ours("workgroup", "unknown option", {"name": "sales", "prt": 5439}),
    ours("workgroup", "option missing", {"port": 5439}),
    ours("workgroup", "not a number", {"name": "sales", "port": "many"}),
    ours("workgroup", "alias given twice", {"name": "sales", "workgroup_name": "sales"}),
    ours("workgroup", "unknown configuration of botocore", {"name": "sales", "aws_config": {"no_such": 1}}),
    ours(
        "workgroup", "both a profile and keys", {"name": "sales", "profile": "x", "access_key": "y", "secret_key": "z"}
    ),
    ours("workgroup_info", "all", {}),
    ours("workgroup_info", "one", LOOK),
    ours("workgroup_info", "of another account", {"owner_account": "{{ owner }}", **AS_PARTNER}),
    ours("workgroup_info", "in check mode", LOOK, check_mode=True),
    check("workgroup", "remove", {"name": "marts", "state": "absent"}),
    ours("workgroup", "remove without waiting", {"name": "marts", "state": "absent", "wait": False}, diff=True),
]

DOMAIN = {"workgroup": "sales", "domain_name": "sales.example.com"}
SEVERAL = {"resource": "workgroup", "items": [{"name": "sales", "config_parameters": {"auto_mv": False}}]}
OTHERS = [
    ours(
        "federated_principals",
        "nobody of this name",
        {"principals": [{"kind": "role", "name": "nobody", "database_roles": ["analyst"]}]},
    ),
    ours("network_info", "a subnet and its groups", {"subnet_ids": ["{{ subnet }}"], "security_groups_of_vpcs": True}),
    ours("network_info", "what does not exist", {"security_group_ids": ["sg-0123456789abcdef0"]}),
    ours("custom_domain", "no certificate for the name", DOMAIN),
    ours("custom_domain", "no certificate for the name, predicted", DOMAIN, check_mode=True),
    ours("custom_domain", "nothing to remove", {**DOMAIN, "state": "absent"}, diff=True),
    ours("custom_domain_info", "all", {}),
    check("converge_all", "change", SEVERAL),
    ours("converge_all", "change", SEVERAL, diff=True),
    ours("converge_all", "nothing to do", SEVERAL),
    ours("converge_all", "an item that is wrong", {**SEVERAL, "items": [{"name": "sales", "port": 1}]}),
]

POLICIES = [
    *life(
        "resource_policy",
        {"workgroup": "sales", "grants": [{"account": "222222222222", "vpc_ids": ["{{ partner_vpc }}"]}]},
        {"workgroup": "sales", "state": "absent"},
    ),
    ours("resource_policy", "two that exclude each other", {"workgroup": "sales", "grants": [], "policy": {}}),
    ours("resource_policy", "suboption missing", {"workgroup": "sales", "grants": [{"vpc_ids": []}]}),
    ours("resource_policy", "refused", {"workgroup": "sales", "grants": [{"account": "123"}]}),
    ours("resource_policy", "grant", {"workgroup": "sales", "grants": [{"account": "222222222222"}]}),
    ours("resource_policy_info", "all", {}),
    ours("resource_policy_info", "one", {"workgroup": "sales"}),
    ours("resource_policy_info", "of nobody", {"workgroup": "nobody"}),
]

ENTRY = {"name": "entry", "workgroup": "sales", "owner_account": "{{ owner }}", "subnet_ids": ["{{ partner_subnet }}"]}
ENDPOINTS = [
    check("endpoint_access", "connect", {**ENTRY, **AS_PARTNER}),
    ours("endpoint_access", "connect", {**ENTRY, **AS_PARTNER}, diff=True),
    ours("endpoint_access", "find it connected", {**ENTRY, **AS_PARTNER}),
    ours("endpoint_access", "recreate not allowed", {"name": "entry", "workgroup": "other", **AS_PARTNER}),
    ours("endpoint_access", "no workgroup", {**ENTRY, "workgroup": "nobody", "name": "other", **AS_PARTNER}),
    ours("endpoint_access_info", "all", AS_PARTNER),
    ours("endpoint_access_info", "wait for some", {"names": ["entry"], "wait": True, **AS_PARTNER}),
    ours("endpoint_access", "disconnect", {"name": "entry", "state": "absent", **AS_PARTNER}, diff=True),
    ours("endpoint_access_info", "none left", AS_PARTNER),
    ours("endpoint_access_info", "a role that can't be assumed", {"assume_role_arn": "{{ partner_role }}-not"}),
]

INGRESS = {"security_group_id": "{{ group }}", "description": "office"}
PATH = {"vpc_id": "{{ vpc }}"}
PRIVATE = {"vpc_id": "{{ vpc }}", "services": ["sts"]}
NETWORKS = [
    *life(
        "security_group_ingress", {**INGRESS, "port": 5439, "cidrs": ["203.0.113.0/24"]}, {**INGRESS, "state": "absent"}
    ),
    ours("security_group_ingress", "required with present", INGRESS),
    ours("security_group_ingress", "refused", {**INGRESS, "port": 5439, "cidrs": ["0.0.0.0/0"]}),
    *life("vpc_internet_path", {**PATH, "internet_gateway": True}, {**PATH, "state": "absent"}),
    ours("vpc_internet_path", "no such VPC", {"vpc_id": "vpc-00000000000000000", "internet_gateway": True}),
    *life(
        "interface_endpoint",
        {**PRIVATE, "subnet_ids": ["{{ subnet }}"], "private_dns": False},
        {**PRIVATE, "state": "absent"},
    ),
    ours("interface_endpoint", "no such service", {"vpc_id": "{{ vpc }}", "services": ["no-such"]}),
    ours(
        "public_access_info",
        "two sources",
        {"workgroup": "sales", "source_cidrs": ["203.0.113.0/24", "2001:db8:1::/48"]},
    ),
    ours("public_access_info", "not a network", {"workgroup": "sales", "source_cidrs": ["office"]}),
    ours(
        "public_access_info",
        "debug logs",
        {"workgroup": "sales", "source_cidrs": [], "debug_botocore_endpoint_logs": True},
    ),
]

SQL = {
    "workgroup": "sales",
    "database": "dev",
    "sql": "DELETE FROM t WHERE a = :a",
    "parameters": {"a": "secret-value"},
}
STATEMENTS = [
    check("data_api_statement", "run", SQL),
    ours("data_api_statement", "no workgroup", {**SQL, "workgroup": "nobody"}),
    ours("data_api_statement", "choice broken", {**SQL, "changes": "maybe"}),
    ours("data_api_statement", "refused", {**SQL, "sql": []}),
]

HIDDEN = {"name": "hidden", "admin_username": "ana", "admin_user_password": "{{ item }}"}
TASKS = [
    ours("workgroup", "loop", {"name": "{{ item }}", "base_capacity": 128}, loop=["sales", "nobody", "sales"]),
    ours(
        "workgroup",
        "loop with labels",
        NO_OP,
        loop=[1, 2],
        loop_control={"label": "number {{ item }}", "extended": True},
    ),
    ours("namespace", "loop over secrets", HIDDEN, loop=["Hidden-one1", "Hidden-two2"], check_mode=True, no_log=True),
    ours("namespace", "secrets in a loop that is shown", HIDDEN, loop=["Shown-one1"], check_mode=True, diff=True),
    ours("workgroup_info", "roles in a loop", AS_PARTNER, loop=[1, 2, 3]),
    ours(
        "workgroup",
        "repeat until",
        NO_OP,
        register="found",
        until="found.attempts | default(0) > 1",
        retries=3,
        delay=0,
    ),
    ours(
        "workgroup",
        "changed and failed when",
        NO_OP,
        changed_when=True,
        register="r",
        failed_when="r.workgroup.port == 5439",
    ),
    ours("workgroup", "timeout that is kept", NO_OP, timeout=60),
    ours(
        "workgroup", "an argument that is a template", {"name": "{{ ['sales'] | first }}", "port": "{{ 5439 | int }}"}
    ),
    ours("workgroup", "an argument that can't be templated", {"name": "{{ nothing.at.all }}"}),
    ours("workgroup_info", "environment", {}, environment={"AWS_REGION": "eu-west-1"}),
    ours("workgroup_info", "other keys in the environment", {}, environment={"AWS_ACCESS_KEY_ID": "AKIANOBODY"}),
    ours("workgroup_info", "no such profile", {}, environment={"AWS_PROFILE": "nobody", "AWS_ACCESS_KEY_ID": ""}),
    ours(
        "workgroup_info", "keys of items", {}, environment={"AWS_REGION": "{{ item }}"}, loop=["us-east-1", "eu-west-1"]
    ),
    ours("workgroup_info", "environment that is a template", {}, environment="{{ {'AWS_REGION': 'eu-west-1'} }}"),
    ours("workgroup_info", "no region", {}, environment={"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}),
    ours("workgroup_info", "a bundle of certificates that is a relative path", {"aws_ca_bundle": "none.pem"}),
    ours(
        "workgroup_info",
        "default of the task",
        LOOK,
        module_defaults={OURS + "workgroup_info": {"region": "eu-west-1"}},
    ),
    ours(
        "workgroup_info",
        "default of the group",
        {"include_tags": False},
        module_defaults={f"group/{OURS}redshift_serverless": {"region": "eu-west-1"}},
    ),
    ours("workgroup_info", "delegated", {}, delegate_to="other"),
    ours("workgroup_info", "run once", {}, run_once=True),
    ours("workgroup_info", "not wanted", {}, 1, vars={"redshift_serverless_in_process": False}),
    ours("workgroup_info", "not wanted where it is delegated to", {}, 1, delegate_to="unwilling"),
    ours("workgroup_info", "neither true nor false", {}, vars={"redshift_serverless_in_process": "maybe"}),
    ours("workgroup_info", "skipped", {}, when=False),
    ours("workgroup_info", "async", {}, 1, **{"async": 30, "poll": 1}),
    ours("workgroup_info", "become", {}, 1, become=True),
    ours("workgroup_info", "another interpreter", {}, 1, vars={"ansible_python_interpreter": "{{ interpreter }}"}),
    ours("workgroup_info", "an interpreter that is discovered", {}, 1, delegate_to="discovered"),
    ours("workgroup_info", "delegated to another interpreter", {}, 1, delegate_to="foreign"),
    ours("workgroup_info", "another connection", {}, 1, delegate_to="nowhere", ignore_unreachable=True),
    ours("workgroup_info", "environment of Python", {}, 1, environment={"PYTHONUTF8": "1"}),
    ours("workgroup_info", "environment of the locale", {}, 1, environment={"LC_ALL": "C"}),
]


def odd(behaviour: str, name: str, options: dict[str, Any] | None = None, **keywords: Any) -> Case:
    """A task of the module that behaves oddly."""
    return Case(f"odd: {name}", {ODD: {"behaviour": behaviour, **(options or {})}, **keywords})


SECRET = {"secret": "hush-hush"}
ODDITIES = [
    odd("crash", "crashes"),
    odd("warn", "warns and deprecates", SECRET),
    odd("warn", "warns in a loop", SECRET, loop=[1, 2]),
    odd("warn_in_the_result", "warns in its result"),
    odd("warn_and_fail", "warns and fails", SECRET),
    odd("fail_with_a_cause", "fails with a cause"),
    odd("chatter", "writes to stderr"),
    odd("look_around", "sees its environment", environment={"BOTH_WAYS": "ä b'c", "BOTH_WAYS_NUMBER": 7}),
    odd("leave_traces", "leaves traces", loop=[1, 2]),
    odd("look_around", "sees no traces", loop=[1, 2]),
    odd("return_secrets", "returns secrets", {**SECRET, "items": [{"token": "tok-tok", "size": "3"}]}),
    odd("look_around", "is not for check mode", check_mode=True),
    odd("look_around", "has an option that goes away", {"old": "x"}),
    odd("look_around", "gets a path", {"password_file": "~/x"}),
    odd("look_around", "gets what is no choice", {"behaviour": "none"}),
]

CASES = [
    *NAMESPACES,
    *WORKGROUPS,
    *OTHERS,
    *POLICIES,
    *ENDPOINTS,
    *NETWORKS,
    *STATEMENTS,
    *TASKS,
    *ODDITIES,
]
