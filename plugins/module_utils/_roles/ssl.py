# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role ssl: what speaks against its variables, what its tasks need to know, and its report."""

from __future__ import annotations

from typing import Any

from .._core.ids import read_arn
from .._redshift import config_parameters
from .common import Context, Decisions, Options, Result, batch_problems, failures, item, ran, unique

# AWS offers the bundle in China, and for everywhere else:
# https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
BUNDLE_URL = "https://s3.amazonaws.com/redshift-downloads/amazon-trust-ca-bundle.crt"
BUNDLE_URLS = {"aws-cn": "https://s3.cn-north-1.amazonaws.com.cn/redshift-downloads-cn/amazon-trust-ca-bundle.crt"}

# Variables that hold a host.
HOSTS = ("ssl_verify_hostaddr",)


def problems(options: Options, context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    return [
        *_contradictions(options),
        *_unknown_clients(options, context),
        *_relative_paths(options),
        *batch_problems("ssl", options),
    ]


def _contradictions(options: Options) -> list[str]:
    found = []
    if config_parameters.fips_without_ssl(options.get("use_fips_ssl"), options.get("require_ssl")):
        found.append(
            "ssl_require_ssl: got false together with ssl_use_fips_ssl=true; expected true, as FIPS mode implies SSL. Leave "
            "ssl_require_ssl out or set it to true."
        )
    names = unique(options.get("workgroup", ()))
    if "verify_hostaddr" in options and len(names) > 1:
        found.append(
            f"ssl_verify_hostaddr: got one address for {len(names)} workgroups; expected one workgroup in ssl_workgroup. Run the "
            "role once for each workgroup."
        )
    if options.get("report_plaintext_clients") and "database" not in options:
        found.append(
            "ssl_database: got nothing; expected the database through which the connection log is read. "
            "ssl_report_plaintext_clients needs it."
        )
    return found


def _unknown_clients(options: Options, context: Context) -> list[str]:
    known = {*context.groups.get("all", ()), context.host, "localhost"}
    found = []
    for name in options.get("client_hosts", ()):
        if name in context.groups and not context.groups[name]:
            found.append(f"ssl_client_hosts: got {name}, a group without hosts; expected a group with hosts.")
        elif name not in context.groups and name not in known:
            found.append(f"ssl_client_hosts: got {name}; expected hosts or groups of the inventory.")
    return found


def _relative_paths(options: Options) -> list[str]:
    return [
        f"ssl_retired_bundles: got {path}; expected absolute paths."
        for path in options.get("retired_bundles", ())
        if not path.startswith("/")
    ]


def settings(options: Options, context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        workgroups: the names, each once.
        clients: the hosts that the bundle is brought to and that prove the connection.
        config_parameters: what is set; FIPS mode is left alone unless it was named.
        verify: whether the role ends with the proof from the clients.
    """
    named = [name for name in ("require_ssl", "use_fips_ssl") if name in options]
    return {
        "workgroups": unique(options["workgroup"]),
        "clients": _clients(options, context),
        "config_parameters": {name: options[name] for name in named},
        "verify": options.get("verify", "client_hosts" in options),
    }


def _clients(options: Options, context: Context) -> list[str]:
    """The client hosts, with groups replaced by their hosts."""
    names = options.get("client_hosts", [context.host])
    return unique(host for name in names for host in context.groups.get(name, [name]))


def bundle_url(url: str | None, partition: str) -> str:
    """Return where the CA bundle is fetched from: the caller's own address, or AWS's for the partition."""
    return url or BUNDLE_URLS.get(partition, BUNDLE_URL)


def bundle(options: Options, before: Result) -> dict[str, Any]:
    """Return the CA bundle to fetch, as the tasks and the report name it.

    Args:
        options: the role's variables.
        before: the workgroups as they were read; the first one's ARN has the partition.
    """
    arns = [str(workgroup["workgroup_arn"]) for workgroup in before["workgroups"]]
    return {
        "path": options.get("ca_bundle_path"),
        "url": bundle_url(options.get("ca_bundle_url"), read_arn(next(iter(arns), None)).partition or "aws"),
        "sha256": options["ca_bundle_sha256"],
        "hosts": list(options["clients"]),
    }


def plaintext_clients(log: Result) -> list[dict[str, Any]]:
    """Return who has connected without SSL, from the statements' results."""
    return [{"workgroup_name": item(result), **row} for result in ran(log) for row in result.get("rows") or ()]


def plaintext_warnings(log: Result) -> list[str]:
    """Return a warning of the clients that will be refused, or none."""
    lines = [
        f"{str(client['user_name']).strip()} from {str(client['remote_host']).strip()} to {client['workgroup_name']} "
        f"(last {client['last_seen']})"
        for client in plaintext_clients(log)
    ]
    return [f"These clients have connected without SSL and will be refused: {', '.join(lines)}."] if lines else []


def work(options: Options, before: Result) -> list[dict[str, Any]]:
    """Return the workgroups to set or to wait for, in the order of the variable, as the module converge_all takes them.

    What is as it should be needs no second look.
    """
    wanted = config_parameters.convert(options["config_parameters"])
    return [
        {
            "name": workgroup["workgroup_name"],
            "config_parameters": options["config_parameters"],
            "allow_restart": options["allow_restart"],
        }
        for workgroup in _in_order(options, before)
        if workgroup.get("status") != "AVAILABLE"
        or config_parameters.differences(workgroup.get("config_parameters") or {}, wanted)
    ]


def _in_order(options: Options, before: Result) -> list[dict[str, Any]]:
    """The workgroups that exist, in the order of the variable: with a batch, the order is the caller's decision."""
    found = {each["workgroup_name"]: each for each in before["workgroups"]}
    return [found[name] for name in options["workgroups"] if name in found]


def addresses(options: Options, before: Result, after: Result) -> list[dict[str, Any]]:
    """Return where clients connect to, for each workgroup that is set."""
    names = ("workgroup_name", "address", "port")
    return [{name: each[name] for name in names} for each in _workgroups(options, before, after) if not each["problem"]]


def retired(options: Options, after: Result) -> list[tuple[str, str]]:
    """Return the hosts and paths of old bundles to remove: none while a workgroup is not set."""
    paths = [] if failures(after) else options.get("retired_bundles", [])
    return [(host, path) for host in options["clients"] for path in paths]


def _workgroups(options: Options, before: Result, after: Result) -> list[dict[str, Any]]:
    results = {item(result): result for result in ran(after)}
    return [_workgroup(each, results.get(each["workgroup_name"])) for each in _in_order(options, before)]


def _workgroup(before: Result, result: Result | None) -> dict[str, Any]:
    """What became of a workgroup; without a result it was as it should be."""
    now = before if result is None else result.get("workgroup")
    endpoint = (now or before).get("endpoint") or {}
    return {
        "workgroup_name": before["workgroup_name"],
        "address": endpoint.get("address"),
        "port": endpoint.get("port"),
        "before": before.get("config_parameters"),
        "after": now and now["config_parameters"],
        "changed": bool(result and result["changed"]),
        "restarted": bool(result and result["restarted"]),
        "problem": result["msg"] if result and result.get("failed") else None,
    }


def proof(views: Result) -> list[dict[str, Any]]:
    """Return what each client saw of each workgroup."""
    return [_view(view) for view in ran(views)]


def _view(view: Result) -> dict[str, Any]:
    # A module that did not run at all has no failed_layer: nothing was proven.
    proven = view.get("failed_layer", "none") is None
    host, workgroup = item(view)
    return {
        "host": host,
        "workgroup_name": workgroup["workgroup_name"],
        "proven": proven,
        "problem": None if proven else view.get("msg", "nothing was seen"),
        "failed_layer": view.get("failed_layer"),
        "tls": view.get("tls"),
        "plaintext": view.get("plaintext", "not_tried"),
        "plaintext_message": view.get("plaintext_message"),
    }


def shortfall(after: Result, views: Result) -> list[str]:
    """Return which workgroups could not be set, and what clients saw that is not what was set."""
    return [*failures(after), *disproof(views)]


def disproof(views: Result) -> list[str]:
    """Return what clients saw that is not what was set."""
    wrong = [
        f"{view['host']} to {view['workgroup_name']}: {view['problem']}" for view in proof(views) if not view["proven"]
    ]
    if not wrong:
        return []
    return ["The workgroups are set, but clients see something else (ssl_verify=false skips this check).", *wrong]


def result(
    options: Options, before: Result, after: Result, bundles: Result, removals: Result, log: Result, views: Result
) -> dict[str, Any]:
    """Return `ssl_result` from the registered results of the role's tasks."""
    results = ran(after)
    return {
        "changed": any(each.get("changed", False) for each in (after, bundles, removals)),
        "changes": [change for each in results for change in each["changes"]],
        "restarted": any(each["restarted"] for each in results),
        "workgroups": _workgroups(options, before, after),
        "missing": [missing["name"] for missing in before["missing"]],
        "ca_bundle": {**bundle(options, before), "changed": bool(bundles.get("changed"))},
        "plaintext_clients": plaintext_clients(log),
        "proof": proof(views),
    }


DECISIONS: Decisions = {
    "addresses": addresses,
    "bundle": bundle,
    "bundle_url": bundle_url,
    "plaintext_warnings": plaintext_warnings,
    "result": result,
    "retired": retired,
    "shortfall": shortfall,
    "work": work,
}
