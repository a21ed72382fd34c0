"""Everything about the emulator that a test can choose, with its default and its reason.

Where AWS's behaviour is unknown or differs between reports, a setting chooses; the README's table names them.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from .errors import ServiceError

CHOICES: dict[str, tuple[str, ...]] = {
    "policy_statement": ("array", "object"),
    "policy_resource": ("as_written", "added"),
    "policy_principal": ("as_written", "root_arn"),
    "cross_account_refusal": ("not_found", "access_denied"),
    "revoked_endpoints": ("denied", "kept"),
    "iam_roles_form": ("wrapped", "arn"),
    "config_order": ("shuffled", "stable"),
    "extra_config_value": ("", "No"),
    "creating_endpoint": ("absent", "empty"),
    "endpoint_ready_status": ("ACTIVE", "AVAILABLE"),
    "endpoint_address_account": ("endpoint", "workgroup"),
    "subnet_rule": ("by_routing", "three_zones", "any"),
    "public_without_gateway": ("private", "public"),
    "policy_resource_given": ("accepted", "refused"),
    "source_vpc": ("of_the_call", "of_the_endpoint"),
    "price_performance_default": ("ENABLED", "DISABLED"),
    "unknown_access_keys": ("default_account", "refused"),
    "certificate_validation": ("at_once", "pending"),
}


def _durations() -> dict[str, float]:
    """Simulated seconds of each operation. Whole create+delete cycles take 4 to 5 minutes [C]; the parts are [I]."""
    return {
        "workgroup_create": 120.0,
        "workgroup_update": 20.0,
        "workgroup_restart": 75.0,
        "workgroup_network": 60.0,
        "workgroup_delete_unseen": 5.0,
        "workgroup_delete": 90.0,
        # From the first workgroup's being AVAILABLE until capacity can be changed: minutes [C: TF PR #38865]; 0: at once.
        "first_recovery_point": 300.0,
        # How long a new track is pending: until the next release [C: API reference], which is about weekly [I]; 0: at once.
        "track_change": 604800.0,
        "namespace_create": 0.0,
        "namespace_update": 15.0,
        "namespace_delete": 45.0,
        "snapshot_create": 60.0,
        "endpoint_create": 90.0,
        "endpoint_update": 30.0,
        "endpoint_delete": 60.0,
        # A statement of the Data API: SUBMITTED, PICKED, STARTED for so long [U].
        "statement_submitted": 0.2,
        "statement_picked": 0.2,
        "statement_started": 2.0,
        "interface_endpoint_create": 60.0,
        "interface_endpoint_modify": 30.0,
        "interface_endpoint_delete": 60.0,
    }


def _quotas() -> dict[str, int]:
    """Quotas; the endpoint ones are published for clusters, for workgroups they are not [U]."""
    return {
        "workgroups": 25,
        "namespaces": 25,
        "endpoints_per_workgroup": 30,
        "grantees_per_workgroup": 5,
        "endpoints_per_authorization": 5,
        "policy_bytes": 20480,
        "tags_per_resource": 50,
        # Of the Data API [C: DOC23]; sessions: [C: AWS Big Data Blog].
        "active_statements": 200,
        "active_sessions": 500,
    }


@dataclasses.dataclass
class Settings:
    """The settings as one record; ``CHOICES`` lists the allowed words."""

    policy_statement: str = "array"
    policy_resource: str = "as_written"
    policy_principal: str = "as_written"
    cross_account_refusal: str = "not_found"
    revoked_endpoints: str = "denied"
    iam_roles_form: str = "wrapped"
    config_order: str = "shuffled"
    extra_config_key: bool = True
    extra_config_value: str = ""
    creating_endpoint: str = "absent"
    endpoint_ready_status: str = "ACTIVE"
    endpoint_address_account: str = "endpoint"
    subnet_rule: str = "by_routing"
    # Names or ids of zones in which there is no Redshift Serverless: which those are is not published [U].
    unsupported_zones: list[str] = dataclasses.field(default_factory=list)
    # For which RPUs addresses are needed while a price-performance target manages the capacity [U].
    managed_rpus: int = 128
    public_without_gateway: str = "private"
    policy_resource_given: str = "accepted"
    source_vpc: str = "of_the_call"
    price_performance_default: str = "ENABLED"
    unknown_access_keys: str = "default_account"
    certificate_validation: str = "at_once"
    deny: list[dict[str, str]] = dataclasses.field(default_factory=list)
    durations: dict[str, float] = dataclasses.field(default_factory=_durations)
    quotas: dict[str, int] = dataclasses.field(default_factory=_quotas)

    def update(self, changes: dict[str, Any]) -> None:
        """Take over the named settings; ``durations`` and ``quotas`` are merged key by key.

        Raises:
            ServiceError: An unknown name or value; nothing is changed then.
        """
        for name, value in changes.items():
            self._check(name, value)
        for name, value in changes.items():
            if name in ("durations", "quotas"):
                getattr(self, name).update(value)
            else:
                setattr(self, name, value)

    def _check(self, name: str, value: Any) -> None:
        known = {field.name for field in dataclasses.fields(self)}
        if name not in known:
            raise ServiceError("UnknownSetting", f"there is no setting {name!r}; the settings are {sorted(known)}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ServiceError("BadSetting", f"{name} is {value!r}; it can be one of {list(CHOICES[name])}")
        current = getattr(self, name)
        if not isinstance(value, type(current)):
            raise ServiceError("BadSetting", f"{name} is {value!r}; it must be a {type(current).__name__}")
        if name in ("durations", "quotas"):
            strange = sorted(set(value) - set(current))
            if strange:
                raise ServiceError("BadSetting", f"{name} has no {strange}; it has {sorted(current)}")

    def as_dict(self) -> dict[str, Any]:
        """The settings as JSON-ready data."""
        return dataclasses.asdict(self)
