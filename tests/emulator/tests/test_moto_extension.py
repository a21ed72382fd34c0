"""The places where moto is extended: an upgrade that changes them must be seen here first."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import moto
import pytest
from moto import backend_index, backends
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import ActionAuthenticatorMixin, BaseResponse
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.responses import EC2Response
from moto.iam.models import iam_backends
from moto.moto_server import werkzeug_app
from moto.sts.models import sts_backends
from moto.sts.responses import TokenResponse
from redshift_emulator import ec2_extras, models, registry
from redshift_emulator.data_api import models as data_models
from redshift_emulator.data_api.operations import OPERATIONS as DATA_OPERATIONS
from redshift_emulator.data_api.responses import RedshiftDataResponse
from redshift_emulator.json_service import service_model
from redshift_emulator.operations import OPERATIONS
from redshift_emulator.responses import RedshiftServerlessResponse

registry.register()


def test_the_version_is_the_one_that_was_read() -> None:
    assert moto.__version__ == "5.2.5"


def test_the_url_table_is_a_list_of_name_and_pattern() -> None:
    table = backend_index.backend_url_patterns
    assert isinstance(table, list)
    assert all(isinstance(name, str) and isinstance(pattern, re.Pattern) for name, pattern in table)


def test_registering_twice_changes_nothing() -> None:
    before = list(backend_index.backend_url_patterns)
    method = EC2Backend.delete_subnet
    registry.register()
    assert backend_index.backend_url_patterns == before
    assert EC2Backend.delete_subnet is method
    assert [name for name, _pattern in before].count("redshiftserverless") == 1


def test_moto_finds_our_backend_by_its_module_name() -> None:
    found = backends.get_backend("redshiftserverless")
    assert found is models.redshiftserverless_backends
    assert isinstance(found, BackendDict)
    backend = found["111111111111"]["us-east-1"]
    assert (backend.account_id, backend.region_name, backend.partition) == ("111111111111", "us-east-1", "aws")
    assert list(backend.flask_paths) == ["/"]


def test_moto_itself_does_not_have_the_service() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("moto.redshiftserverless.models")


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (BaseBackend, ["reset", "_url_module", "flask_paths"]),
        (BackendDict, ["iter_backends", "reset"]),
        (BaseResponse, ["dispatch", "call_action", "_authenticate_and_authorize_normal_action", "get_access_key"]),
        (EC2Response, ["error_on_dryrun", "_filters_from_querystring", "_parse_tag_specification", "ec2_backend"]),
        (werkzeug_app, ["DomainDispatcherApplication", "create_backend_app"]),
    ],
)
def test_the_attributes_that_we_use_are_there(owner: Any, names: list[str]) -> None:
    assert [name for name in names if not hasattr(owner, name)] == []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("create_vpc_endpoint", ["vpc_id", "service_name", "endpoint_type", "policy_document", "route_table_ids"]),
        ("create_network_interface", ["subnet", "private_ip_address", "group_ids", "description"]),
        ("allocate_address", ["domain", "tags"]),
        ("associate_address", ["eni", "allocation_id", "reassociate"]),
        ("disassociate_address", ["address"]),
        ("release_address", ["address", "allocation_id"]),
        ("delete_security_group", ["name", "group_id"]),
        ("delete_subnet", ["subnet_id"]),
        ("delete_vpc", ["vpc_id"]),
        ("delete_network_interface", ["eni_id"]),
        ("delete_vpc_endpoints", ["vpce_ids"]),
        ("create_network_acl", ["vpc_id", "tags", "default"]),
        ("_collect_default_endpoint_services", ["account_id", "region"]),
    ],
)
def test_the_ec2_methods_take_what_we_give(name: str, parameters: list[str]) -> None:
    assert set(parameters) <= set(inspect.signature(getattr(EC2Backend, name)).parameters)


def test_the_ec2_stores_that_we_read_are_there() -> None:
    backend = ec2_backends["111111111111"]["us-east-1"]
    for name in ("enis", "addresses", "subnets", "vpcs", "groups", "vpc_end_points", "internet_gateways"):
        assert hasattr(backend, name), name
    subnet = backend.describe_subnets()[0]
    for name in ("cidr", "_subnet_ips", "ipv6_cidr_block_associations", "availability_zone", "vpc_id"):
        assert hasattr(subnet, name), name


def test_moto_does_not_have_what_we_add_and_has_what_we_guard() -> None:
    for name, function in ec2_extras.ADDED.items():
        assert getattr(EC2Response, name) is function
        assert sum(name in vars(base) for base in EC2Response.__mro__) == 1, f"moto now has {name} itself"
    for name in ec2_extras.GUARDED:
        assert hasattr(getattr(EC2Backend, name), "__wrapped__")


def test_identities_have_what_we_use() -> None:
    iam, sts = iam_backends["111111111111"]["aws"], sts_backends["111111111111"]["aws"]
    assert isinstance(iam.access_keys, dict)
    assert len(sts.get_caller_identity("AKIAIOSFODNN7EXAMPLE", "us-east-1")) == 3


def test_every_operation_that_we_have_is_one_of_the_model() -> None:
    assert set(OPERATIONS) <= set(service_model("redshift-serverless").operation_names)
    assert RedshiftServerlessResponse().boto3_service_name == "redshift-serverless"


def test_our_data_api_stands_before_motos() -> None:
    names = [
        name
        for name, pattern in backend_index.backend_url_patterns
        if pattern.match("https://redshift-data.eu-west-1.amazonaws.com")
    ]
    assert names == ["redshiftdataapi", "redshiftdata"]
    assert backends.get_backend("redshiftdataapi") is data_models.redshiftdataapi_backends
    assert set(DATA_OPERATIONS) == set(service_model("redshift-data").operation_names)
    assert RedshiftDataResponse().boto3_service_name == "redshift-data"


def test_sessions_principals_and_secrets_have_what_we_read() -> None:
    assert hasattr(TokenResponse.assume_role, "__wrapped__")
    assert list(inspect.signature(TokenResponse.assume_role.__wrapped__).parameters) == ["self"]
    assert hasattr(sts_backends["111111111111"]["aws"], "get_assumed_role_from_access_key")
    assert hasattr(iam_backends["111111111111"]["aws"], "tagger")
    secrets = backends.get_backend("secretsmanager")["111111111111"]["us-east-1"]
    assert list(inspect.signature(secrets.get_secret_value).parameters) == ["secret_id", "version_id", "version_stage"]


def test_motos_iam_enforcement_has_the_switches_that_a_reset_turns_off() -> None:
    assert hasattr(moto.settings, "INITIAL_NO_AUTH_ACTION_COUNT")
    assert hasattr(ActionAuthenticatorMixin, "request_count")
