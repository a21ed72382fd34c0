# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role client: what speaks against its variables, what its files hold, and its report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._connection.files import client_files, parts_of
from .._connection.settings import DISABLE, IAM, REQUIRE, VERIFYING
from .._connection.strings import Connection, read_connection
from .._core.errors import InvalidInput
from .._core.ids import read_arn
from .._files import formats
from .._probe.hostname import Names, is_address, read_host
from .common import Context, Decisions, Options, Result, unique
from .ssl import bundle_url

# Variables that hold a host, and those that hold an IP address.
HOSTS = ("client_host", "client_verify_hostaddr")
ADDRESSES = ("client_hostaddr",)

PRESENT, ABSENT = "present", "absent"
# What other names on the same host may share: client_state=absent leaves these.
SHARED = (formats.CA_BUNDLE, formats.ODBCINST)
# Keys of entries that hold the path of the CA bundle. The other drivers are not told of it.
BUNDLE_KEYS = {formats.PG_SERVICE: "sslrootcert", formats.ODBC: "TrustStore"}
# What the connection strings are made of, by the names that they have there.
CHOICES = ("user", "profile", "sslmode", "port", "owner_account")


def problems(options: Options, context: Context) -> list[str]:
    """Say what speaks against the variables, before anything is changed."""
    del context
    checks = (_about_target, _about_name, _about_login, _about_paths)
    return [problem for check in checks for problem in check(options)]


def _about_target(options: Options) -> Iterator[str]:
    if _connects(options) and "workgroup" not in options and "endpoint" not in options:
        yield "client_workgroup: got nothing; expected the name of a workgroup, or that of an endpoint in client_endpoint."
    if "host" in options and "endpoint" in options:
        yield (
            "client_host: got a host together with client_endpoint; expected one of them, since both say where to connect to. "
            "Leave one out."
        )
    elif "host" in options and "workgroup" not in options:
        yield (
            "client_workgroup: got nothing; expected the name of the workgroup behind client_host, since a host name does not tell it."
        )
    if "hostaddr" in options and "verify_hostaddr" in options:
        yield (
            "client_verify_hostaddr: got an address together with client_hostaddr; expected one of them, since the check connects "
            "as the files say. Leave client_verify_hostaddr out."
        )


def _about_name(options: Options) -> Iterator[str]:
    name = _name(options)
    if not name and not _connects(options):
        yield (
            "client_name: got nothing; expected the name of the entries to remove. client_workgroup or client_endpoint does as well."
        )
    elif name and not formats.is_section_name(name):
        yield (
            f"client_name: got {name!r}; expected a name without brackets, line breaks and outer blanks, which names in odbc.ini "
            "can't have."
        )
    if formats.ODBC in _written(options) and len(name) > formats.LONGEST_DATA_SOURCE:
        yield (
            f"client_name: got {name}, which has {len(name)} characters; expected at most {formats.LONGEST_DATA_SOURCE} characters "
            "with client_odbc_path, since unixODBC reads no more of the name of a data source."
        )


def _about_login(options: Options) -> Iterator[str]:
    if formats.PGPASS not in _written(options):
        return
    if options.get("auth") == IAM:
        yield (
            "client_pgpass_path: got a path together with client_auth=iam; expected client_auth=password, since temporary "
            "passwords are of no use in a file. The lookup redshift.serverless.credentials gives one for PGPASSWORD."
        )
    if "user" not in options:
        yield "client_user: got nothing; expected the user whose password client_pgpass_path holds."
    password = options.get("password")
    if not password:
        yield "client_password: got nothing; expected the password for client_pgpass_path, or client_pgpass_state=absent."
    else:
        try:
            formats.pgpass_field(password)
        except ValueError as error:
            yield f"client_password: got a value that is not shown; expected no line break, since {error}."


def _about_paths(options: Options) -> Iterator[str]:
    paths = {f"client_{entry['kind']}_path": entry["path"] for entry in _entries(options)}
    for variable, path in paths.items():
        if not path.startswith(("/", "~")):
            yield f"{variable}: got {path}; expected an absolute path, or one that begins with ~."
    for path in unique(paths.values()):
        variables = [variable for variable, other in paths.items() if other == path]
        if len(variables) > 1:
            yield f"{variables[-1]}: got {path}, which {variables[0]} has too; expected a different path for each kind of file."


def settings(options: Options, context: Context) -> dict[str, Any]:
    """Derive what the tasks need from the variables.

    Returns:
        name: of the service, the data source and the dbt profile.
        connects: whether something has to be known of the workgroup; to remove entries, nothing has.
        entries: the files as the module client_entries takes them, without their texts.
        writes_password: whether one of them is a .pgpass that the password is written to.
    """
    del context
    return {
        "name": _name(options),
        "connects": _connects(options),
        "entries": _entries(options),
        "writes_password": formats.PGPASS in _written(options),
    }


def _name(options: Options) -> str:
    return str(options.get("name") or options.get("endpoint") or options.get("workgroup") or "")


def _entries(options: Options) -> list[dict[str, Any]]:
    """Return the files with a path, and what should become of their entries; those that are left alone are not there."""
    state = options.get("state", PRESENT)
    found = []
    for kind in formats.KINDS:
        # Those that other names may share go only when they are named.
        default = None if kind in SHARED and state == ABSENT else state
        wanted = options.get(f"{kind}_state", default)
        if wanted and f"{kind}_path" in options:
            name = options.get("odbc_driver", "") if kind == formats.ODBCINST else _name(options)
            found.append({"kind": kind, "path": options[f"{kind}_path"], "state": wanted, "name": name})
    return found


def _written(options: Options) -> list[str]:
    return [entry["kind"] for entry in _entries(options) if entry["state"] == PRESENT]


def _connects(options: Options) -> bool:
    return bool(_written(options)) or (not _entries(options) and options.get("state", PRESENT) == PRESENT)


def plan(options: Options, workgroups: Result, endpoints: Result) -> dict[str, Any]:
    """Decide what the files hold, and how the connection is checked.

    Args:
        options: the role's variables and settings.
        workgroups: what workgroup_info returned, or that it was skipped.
        endpoints: what endpoint_access_info returned, or that it was skipped.

    Returns:
        missing: `name` and `message` of the workgroup and the endpoint that do not exist.
        problems: why there can be no such connection.
        warnings: what to know of it.
        bundle_url: where the CA bundle comes from.
        entries: the files with their texts; without, where a prediction can't know them.
        connection: what the module connection_check is told; empty where there is nothing to check.
    """
    workgroup, endpoint = _first(workgroups, "workgroups"), _first(endpoints, "endpoints")
    arn = read_arn(workgroup.get("workgroup_arn") or endpoint.get("endpoint_arn"))
    found: dict[str, Any] = {
        "missing": _missing(options, workgroups, endpoints),
        "problems": [],
        "warnings": [],
        "bundle_url": bundle_url(options.get("ca_bundle_url"), arn.partition or "aws"),
        "entries": options["entries"],
        "connection": {},
    }
    if not options["connects"] or found["missing"]:
        return found
    try:
        connection = read_connection(_target(options, workgroup, endpoint), **_choices(options, workgroup))
        library, variable = options["odbc_driver_library"], options["dbt_password_variable"]
        texts = client_files(parts_of(connection), options["name"], library, variable)
    except InvalidInput as error:
        return {**found, "problems": [error.message]}
    bundle = _bundle(options)
    return {
        **found,
        "warnings": connection.notes(),
        "entries": [_filled(entry, texts, bundle) for entry in options["entries"]],
        "connection": _check(options, connection, workgroup, bundle),
    }


def _filled(entry: dict[str, Any], texts: dict[str, Any], bundle: str | None) -> dict[str, Any]:
    """A file's entry with its text and the files that this names."""
    return {**entry, "text": texts.get(entry["kind"]), "paths": _paths(entry["kind"], bundle)}


def _missing(options: Options, workgroups: Result, endpoints: Result) -> list[dict[str, str]]:
    found = [
        {"name": each["name"], "message": f"client_workgroup: {each['message']}"}
        for each in workgroups.get("missing", ())
    ]
    if "endpoint" in options and not endpoints.get("skipped") and not endpoints.get("endpoints"):
        name = options["endpoint"]
        found.append({"name": name, "message": f"client_endpoint: no endpoint {name!r} in this account and Region"})
    return found


def _first(result: Result, key: str) -> dict[str, Any]:
    return dict(next(iter(result.get(key) or ()), {}))


def _target(options: Options, workgroup: Result, endpoint: Result) -> Result:
    """Return what is connected to, as AWS has it."""
    if "endpoint" in options:
        return endpoint
    if "host" in options:
        return {"custom_domain_name": options["host"], "workgroup_name": options["workgroup"]}
    return workgroup


def _choices(options: Options, workgroup: Result) -> dict[str, Any]:
    """Return the options of the connection strings."""
    found = {name: options[name] for name in CHOICES if name in options}
    found |= {name: options[name] for name in ("database", "auth", "odbc_driver")}
    found |= {name: options[f"dbt_{name}"] for name in ("schema", "threads")}
    if _bundle(options):
        found["ssl_root_cert"] = _bundle(options)
    way = _way(options)
    # libpq takes only an IP address there, so that a name in the older variable is for the check alone.
    if way and is_address(way):
        found["hostaddr"] = way
    if workgroup and ("host" in options or "endpoint" in options):
        found["workgroup"] = workgroup
    return found


def _bundle(options: Options) -> str | None:
    """Return the path of the CA bundle that clients are told of."""
    return next(
        (
            entry["path"]
            for entry in options["entries"]
            if (entry["kind"], entry["state"]) == (formats.CA_BUNDLE, PRESENT)
        ),
        None,
    )


def _paths(kind: str, bundle: str | None) -> dict[str, str]:
    """Return the keys of an entry in which ~ is replaced on the host, which alone knows the home directory."""
    return {BUNDLE_KEYS[kind]: bundle} if bundle and kind in BUNDLE_KEYS else {}


def _way(options: Options) -> str | None:
    """Another way to the host."""
    for name in ("hostaddr", "verify_hostaddr"):
        if name in options:
            return read_host(str(options[name]), Names(f"client_{name}"))
    return None


def _check(options: Options, connection: Connection, workgroup: Result, bundle: str | None) -> dict[str, Any]:
    """Return how the connection is checked: as strictly as the clients connect."""
    sslmode = connection.settings.sslmode
    requires_ssl = str((workgroup.get("config_parameters") or {}).get("require_ssl")).lower() == "true"
    return {
        "host": connection.target.host,
        "port": connection.target.port,
        "hostaddr": _way(options),
        "ca_bundle": bundle,
        "sslmode": sslmode if sslmode in VERIFYING else REQUIRE,
        "expect_plaintext": "refused" if requires_ssl else "ignore",
        # The module checks TLS, which there is none of.
        "checked": bool(options["verify"]) and sslmode != DISABLE,
    }


def result(options: Options, plan: Result, written: Result, view: Result) -> dict[str, Any]:
    """Return `client_result` from the registered results of the role's tasks."""
    reports = _reports(options, written)
    return {
        "changed": any(report["changed"] for report in reports),
        "name": options["name"],
        "host": plan["connection"].get("host"),
        "port": plan["connection"].get("port"),
        "database": options["database"],
        "files": reports,
        "missing": [each["name"] for each in plan["missing"]],
        "proof": None if view.get("skipped") else _proof(view),
    }


def _reports(options: Options, written: Result) -> list[dict[str, Any]]:
    # By their place and not by their name, in which Ansible may have hidden the password.
    changed = [each["changed"] for each in written.get("entries", ())] or [False] * len(options["entries"])
    return [
        {"kind": entry["kind"], "path": entry["path"], "state": entry["state"], "changed": bool(each)}
        for entry, each in zip(options["entries"], changed, strict=True)
    ]


def _proof(view: Result) -> dict[str, Any]:
    return {
        "failed_layer": view.get("failed_layer"),
        "tls": view.get("tls"),
        "plaintext": view.get("plaintext", "not_tried"),
    }


def disproof(view: Result) -> list[str]:
    """Return why the host can't connect as its files say."""
    # A module that did not run at all has no failed_layer: nothing was proven.
    if view.get("skipped") or view.get("failed_layer", "unknown") is None:
        return []
    return [
        "The files are written, but this host can't connect as they say (client_verify=false skips this check).",
        str(view.get("msg", "The check did not run.")),
    ]


DECISIONS: Decisions = {"disproof": disproof, "plan": plan, "result": result}
