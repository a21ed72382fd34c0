"""One server for a test session, reset before each test; simulated time stands still unless a test moves it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_kit import needs
from emulator_kit.constants import GRANTEE, OWNER, SETTLED
from redshift_emulator.control import Emulator


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.reset()
    return running


@pytest.fixture(scope="session")
def clients(running: Emulator) -> Callable[[str, str], Any]:
    """Clients by account and service. They are kept: making one costs more than a dozen calls."""
    return functools.cache(lambda account, service: running.session(account).client(service))


@pytest.fixture
def client(emulator: Emulator, clients: Any) -> Any:
    """The owner's client of Redshift Serverless."""
    return clients(OWNER, "redshift-serverless")


@pytest.fixture
def ec2(emulator: Emulator, clients: Any) -> Any:
    """The owner's client of EC2."""
    return clients(OWNER, "ec2")


@pytest.fixture
def grantee(emulator: Emulator, clients: Any) -> Any:
    """The grantee's client of Redshift Serverless."""
    return clients(GRANTEE, "redshift-serverless")


@pytest.fixture
def grantee_ec2(emulator: Emulator, clients: Any) -> Any:
    """The grantee's client of EC2."""
    return clients(GRANTEE, "ec2")


@pytest.fixture
def workgroup(emulator: Emulator, client: Any) -> dict[str, Any]:
    """The workgroup ``sales`` in the namespace ``sales``, AVAILABLE."""
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(SETTLED)
    found: dict[str, Any] = client.get_workgroup(workgroupName="sales")["workgroup"]
    assert found["status"] == "AVAILABLE"
    return found


@pytest.fixture
def gateway(ec2: Any) -> str:
    """An internet gateway at the owner's default VPC, which moto makes without one; gives its id."""
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc)
    return str(made)


@pytest.fixture(scope="session")
def needs_database() -> None:
    """Asked for by tests of attached databases."""
    needs.database()


Refusal = Callable[..., str]


@pytest.fixture
def refused() -> Refusal:
    """Call something that must be refused with that code; gives the message."""

    def check(code: str, call: Callable[..., Any], *values: Any, **params: Any) -> str:
        with pytest.raises(ClientError) as caught:
            call(*values, **params)
        error = caught.value.response["Error"]
        assert error["Code"] == code, error
        return str(error["Message"])

    return check
