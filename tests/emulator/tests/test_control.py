"""The control interface, the faults and the process itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from redshift_emulator.control import Emulator, EmulatorError

ROOT = Path(__file__).resolve().parent.parent


def impatient(emulator: Emulator, **options: Any) -> Any:
    """A client that never tries again."""
    config = Config(retries={"total_max_attempts": 1}, **options)
    return emulator.session().client("redshift-serverless", config=config)


def test_the_clock_is_read_advanced_and_run(emulator: Emulator) -> None:
    emulator.reset(now="2026-01-01T00:00:00+00:00")
    assert emulator.clock() == {"now": "2026-01-01T00:00:00+00:00", "rate": 0.0, "per_request": 0.0}
    assert emulator.clock(advance=90)["now"] == "2026-01-01T00:01:30+00:00"
    running = emulator.clock(rate=5, per_request=2)
    assert (running["rate"], running["per_request"]) == (5.0, 2.0)
    assert emulator.clock()["now"] > running["now"]
    with pytest.raises(EmulatorError, match="backwards"):
        emulator.clock(advance=-1)


def test_the_log_has_all_services_accounts_and_errors(
    emulator: Emulator, client: Any, grantee: Any, ec2: Any, refused: Any
) -> None:
    client.create_namespace(namespaceName="sales")
    position = emulator.position()
    refused("ResourceNotFoundException", grantee.get_namespace, namespaceName="sales")
    ec2.describe_vpcs()
    assert emulator.calls() == ["CreateNamespace", "GetNamespace"]
    assert emulator.calls(since=position, service=None) == ["GetNamespace", "DescribeVpcs"]
    first, second = emulator.requests(since=position, service=None)
    assert (first["account"], first["caller"]) == ("222222222222", "arn:aws:iam::222222222222:user/emulator")
    assert (first["status"], first["error"], first["region"]) == (400, "ResourceNotFoundException", "us-east-1")
    assert (second["service"], second["status"], second["error"]) == ("ec2", 200, None)
    emulator.clear_requests()
    assert emulator.calls(service=None) == []
    assert emulator.position() == position + 2


@pytest.mark.parametrize(
    "change",
    [{"policy_statement": "text"}, {"polcy": "array"}, {"durations": {"nap": 1}}, {"deny": "all"}, {"durations": 5}],
)
def test_wrong_settings_are_refused_in_words(emulator: Emulator, change: dict[str, Any]) -> None:
    before = emulator.settings()
    with pytest.raises(EmulatorError, match=next(iter(change))):
        emulator.settings(**change)
    assert emulator.settings() == before


def test_unknown_addresses_and_faults_are_refused_in_words(emulator: Emulator) -> None:
    with pytest.raises(EmulatorError, match="there is no GET /_emulator/nothing"):
        emulator.control("GET", "nothing")
    with pytest.raises(EmulatorError, match="kind is 'explode'"):
        emulator.fault("explode")
    with pytest.raises(EmulatorError, match="operaton"):
        emulator.fault("throttle", operaton="GetWorkgroup")
    with pytest.raises(EmulatorError, match="12 digits"):
        emulator.control("POST", "accounts", {"account": "1"})


def test_reset_makes_everything_new(emulator: Emulator, client: Any, ec2: Any) -> None:
    client.create_namespace(namespaceName="sales")
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/24")["Vpc"]["VpcId"]
    emulator.settings(policy_statement="object", durations={"workgroup_create": 1})
    emulator.clock(per_request=5)
    emulator.fault("throttle", operation="GetWorkgroup", times=None)
    emulator.reset()
    assert client.list_namespaces()["namespaces"] == []
    assert vpc_id not in {each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"]}
    assert emulator.settings()["policy_statement"] == "array"
    assert emulator.settings()["durations"]["workgroup_create"] == 120
    assert emulator.clock()["per_request"] == 0
    assert emulator.faults() == []


def test_durations_can_be_set(emulator: Emulator, client: Any) -> None:
    emulator.settings(durations={"workgroup_create": 5})
    client.create_namespace(namespaceName="sales")
    client.create_workgroup(workgroupName="sales", namespaceName="sales")
    emulator.advance(5)
    assert client.get_workgroup(workgroupName="sales")["workgroup"]["status"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttle", "ThrottlingException", 400),
        ("internal", "InternalServerException", 500),
        ("expired_token", "ExpiredTokenException", 400),
        ("unrecognized_client", "UnrecognizedClientException", 400),
    ],
)
def test_error_faults(emulator: Emulator, kind: str, code: str, status: int) -> None:
    emulator.fault(kind, operation="ListWorkgroups", skip=1)
    client = impatient(emulator)
    client.list_workgroups()
    with pytest.raises(ClientError) as caught:
        client.list_workgroups()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    client.list_workgroups()
    assert emulator.faults()[0]["hits"] == 1
    assert [each["fault"] for each in emulator.requests()] == [None, kind, None]


def test_a_throttle_of_the_service_that_the_data_api_wraps(emulator: Emulator, clients: Any, refused: Any) -> None:
    emulator.fault("wrapped_throttle", service="redshift-data")
    data = clients("111111111111", "redshift-data")
    message = refused("ValidationException", data.list_statements)
    assert message.startswith(
        "Service returned error code ThrottlingException (Service: RedshiftServerless, Status Code: 400"
    )
    assert data.list_statements()["Statements"] == []


def test_an_error_of_choice_for_one_account_in_another_protocol(emulator: Emulator, grantee_ec2: Any, ec2: Any) -> None:
    emulator.fault("error", service="ec2", account="222222222222", code="Unsupported", status=400, message="not <here>")
    ec2.describe_vpcs()
    with pytest.raises(ClientError, match="not <here>") as caught:
        grantee_ec2.describe_vpcs()
    assert caught.value.response["Error"]["Code"] == "Unsupported"


def test_a_lost_answer_has_made_the_change_and_a_reset_has_not(emulator: Emulator) -> None:
    client = impatient(emulator)
    emulator.fault("reset")
    with pytest.raises(ConnectionClosedError):
        client.create_namespace(namespaceName="sales")
    assert client.list_namespaces()["namespaces"] == []
    emulator.fault("lost_answer", operation="CreateNamespace")
    with pytest.raises(ConnectionClosedError):
        client.create_namespace(namespaceName="sales")
    assert len(client.list_namespaces()["namespaces"]) == 1


def test_a_truncated_answer_is_no_error_to_botocore(emulator: Emulator) -> None:
    client = impatient(emulator)
    emulator.fault("truncate")
    answer = client.create_namespace(namespaceName="sales")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "namespace" not in answer


def test_a_hanging_server_runs_into_the_clients_timeout(emulator: Emulator) -> None:
    client = impatient(emulator, read_timeout=0.1)
    emulator.fault("timeout", seconds=0.5)
    with pytest.raises(ReadTimeoutError):
        client.list_workgroups()


def test_denials_are_worded_as_by_aws(emulator: Emulator, client: Any, grantee: Any, ec2: Any, refused: Any) -> None:
    emulator.settings(
        deny=[
            {"account": "111111111111", "action": "redshift-serverless:Update*"},
            {"action": "ec2:Describe*", "principal": "*:user/emulator"},
        ]
    )
    message = refused("AccessDeniedException", client.update_workgroup, workgroupName="sales", port=5440)
    assert message == (
        "User: arn:aws:iam::111111111111:user/emulator is not authorized to perform: "
        "redshift-serverless:UpdateWorkgroup on resource: * because no identity-based policy allows the "
        "redshift-serverless:UpdateWorkgroup action"
    )
    refused("ResourceNotFoundException", grantee.update_workgroup, workgroupName="sales", port=5440)
    refused("UnauthorizedOperation", ec2.describe_vpcs)


def test_unknown_access_keys_are_the_default_account_or_refused(emulator: Emulator, refused: Any) -> None:
    stranger = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1")
    url = emulator.endpoint_url
    sts = stranger.client("sts", endpoint_url=url)
    assert sts.get_caller_identity()["Account"] == "123456789012"
    emulator.settings(unknown_access_keys="refused")
    client = stranger.client("redshift-serverless", endpoint_url=url)
    assert "security token" in refused("UnrecognizedClientException", client.list_workgroups)


def test_credentials_of_any_account(emulator: Emulator) -> None:
    made = emulator.control("POST", "accounts", {"account": "333333333333"})
    assert made == {"access_key": "AKIAEMUL333333333333", "secret_key": "emulator-secret-333333333333"}
    environment = emulator.environment("333333333333", "eu-west-1")
    assert environment["AWS_ACCESS_KEY_ID"] == made["access_key"]
    identity = emulator.session("333333333333").client("sts").get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::333333333333:user/emulator"


def test_what_moto_lacks_is_a_501_in_words(emulator: Emulator, ec2: Any, refused: Any) -> None:
    message = refused("NotImplementedException", ec2.describe_network_insights_paths)
    assert "ec2:DescribeNetworkInsightsPaths" in message
    account = emulator.session().client("account")
    assert "account:POST /listRegions" in refused("NotImplementedException", account.list_regions)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_writes_its_port_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with Emulator() as emulator:
        process = emulator._process
        assert process is not None
        with urllib.request.urlopen(f"{emulator.endpoint_url}/_emulator/health", timeout=30) as answer:
            assert json.loads(answer.read()) == {"status": "ok"}
        process.send_signal(number)
        assert process.wait(30) == 0


def test_a_wrong_command_line_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "redshift_emulator", "--port", "http"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "invalid int value: 'http'" in done.stderr


def test_motos_own_iam_enforcement_answers_in_the_services_protocol(
    emulator: Emulator, client: Any, refused: Any
) -> None:
    client.list_workgroups()
    request = urllib.request.Request(
        f"{emulator.endpoint_url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}, method="POST"
    )
    urllib.request.urlopen(request, timeout=30).close()
    message = refused("AccessDeniedException", client.list_workgroups)
    assert message.startswith("User: arn:aws:iam::111111111111:user/emulator is not authorized to perform: ")
    emulator.reset()
    client.list_workgroups()


def test_many_clients_at_once_lose_and_mix_up_nothing(emulator: Emulator, client: Any) -> None:
    names = [f"namespace-{number}" for number in range(20)]
    emulator.clock(per_request=1)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda name: client.create_namespace(namespaceName=name)["namespace"], names))
    assert [each["namespaceName"] for each in made] == names
    assert len({each["namespaceId"] for each in made}) == len(names)
    assert len(client.list_namespaces()["namespaces"]) == len(names)
    assert [each["id"] for each in emulator.requests()] == list(range(len(names) + 1))
