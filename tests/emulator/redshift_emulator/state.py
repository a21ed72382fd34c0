"""The records that one account keeps in one Region."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any


@dataclasses.dataclass(frozen=True)
class Key:
    """Which workgroup of all."""

    account: str
    region: str
    workgroup: str


@dataclasses.dataclass
class S3Publishing:
    """The publishing of system tables to Amazon S3 Tables.

    Attributes:
        everything: Every current and future table is published, whatever ``tables`` says.
        granularity: ``namespace`` or ``account``.
        tables: The tables by name.
        kms_key_id: The key for what is published, which no answer shows.
    """

    everything: bool
    granularity: str
    tables: list[str]
    kms_key_id: str | None


@dataclasses.dataclass
class Snapshot:
    """A snapshot of a namespace, which it outlives."""

    name: str
    arn: str
    created: datetime
    owner: str
    namespace_name: str
    namespace_arn: str
    admin_username: str
    kms_key_id: str
    retention: int
    status: str = "CREATING"
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Namespace:
    """A namespace. ``busy`` is set while an operation on it, or on its workgroup, runs.

    Attributes:
        creator: The database user of the IAM identity that created it.
        first_available: Since when it has been in use: its first recovery point comes some time later.
        identity_center_application: What CreateNamespace was given; no answer shows it.
        s3_publishing: None if it has never been configured.
    """

    name: str
    namespace_id: str
    arn: str
    created: datetime
    admin_username: str
    db_name: str
    kms_key_id: str
    iam_roles: list[str]
    default_iam_role_arn: str | None
    log_exports: list[str]
    creator: str
    admin_password: str | None = None
    secret_arn: str | None = None
    secret_kms_key_id: str | None = None
    identity_center_application: str | None = None
    s3_publishing: S3Publishing | None = None
    first_available: datetime | None = None
    status: str = "AVAILABLE"
    busy: bool = False
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Interface:
    """A network interface that exists in moto's EC2."""

    eni_id: str
    subnet_id: str
    availability_zone: str
    private_ip: str
    ipv6: str | None = None


@dataclasses.dataclass
class VpcEndpoint:
    """A VPC endpoint that exists in moto's EC2, with its network interfaces."""

    vpc_endpoint_id: str
    vpc_id: str
    interfaces: list[Interface]


@dataclasses.dataclass
class CustomDomain:
    """The custom domain name of a workgroup."""

    name: str
    certificate_arn: str
    expires: datetime


@dataclasses.dataclass
class Workgroup:
    """A workgroup. ``busy`` is set from the call that begins an operation until the operation's end."""

    name: str
    workgroup_id: str
    arn: str
    created: datetime
    namespace_name: str
    config: dict[str, str]
    port: int
    publicly_accessible: bool
    enhanced_vpc_routing: bool
    security_group_ids: list[str]
    subnet_ids: list[str]
    ip_address_type: str | None
    base_capacity: int
    max_capacity: int | None
    price_performance: dict[str, Any]
    track_name: str
    extra_compute: bool | None
    address: str
    vpc_endpoint: VpcEndpoint
    elastic_ip: str | None = None
    pending_track: str | None = None
    pending_until: datetime | None = None
    custom_domain: CustomDomain | None = None
    status: str = "CREATING"
    busy: bool = True
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class EndpointAccess:
    """A Redshift-managed VPC endpoint; it is kept in the account that created it, not in the workgroup's."""

    name: str
    arn: str
    created: datetime
    workgroup_name: str
    owner_account: str
    subnet_ids: list[str]
    security_group_ids: list[str]
    address: str
    port: int
    vpc_endpoint: VpcEndpoint
    status: str = "CREATING"
    busy: bool = True
