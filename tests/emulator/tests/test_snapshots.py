"""Snapshots through botocore: the final one of a namespace, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from redshift_emulator.control import Emulator

DAY = 86400


def test_a_final_snapshot_outlives_its_namespace(emulator: Emulator, client: Any, refused: Any) -> None:
    made = client.create_namespace(namespaceName="sales", adminUsername="keeper", adminUserPassword="Secret-123")
    client.delete_namespace(namespaceName="sales", finalSnapshotName="sales-last", finalSnapshotRetentionPeriod=30)
    assert client.get_snapshot(snapshotName="sales-last")["snapshot"]["status"] == "CREATING"
    refused("ConflictException", client.delete_snapshot, snapshotName="sales-last")
    emulator.advance(60)
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "DELETING"
    emulator.advance(45)
    refused("ResourceNotFoundException", client.get_namespace, namespaceName="sales")
    found = client.get_snapshot(snapshotName="sales-last")["snapshot"]
    expected = {
        "status": "AVAILABLE",
        "namespaceName": "sales",
        "namespaceArn": made["namespace"]["namespaceArn"],
        "adminUsername": "keeper",
        "snapshotRetentionPeriod": 30,
        "snapshotRemainingDays": 30,
        "ownerAccount": "111111111111",
    }
    assert {name: found[name] for name in expected} == expected
    assert client.get_snapshot(snapshotArn=found["snapshotArn"])["snapshot"] == found
    assert client.list_snapshots(namespaceName="sales")["snapshots"] == [found]
    assert client.list_snapshots(namespaceName="other")["snapshots"] == []
    assert client.list_snapshots(endTime=found["snapshotCreateTime"].replace(year=2020))["snapshots"] == []
    emulator.advance(29 * DAY)
    assert client.get_snapshot(snapshotName="sales-last")["snapshot"]["snapshotRemainingDays"] == 1
    emulator.advance(DAY)
    refused("ResourceNotFoundException", client.get_snapshot, snapshotName="sales-last")


def test_a_name_is_used_once_in_an_account_and_region(
    emulator: Emulator, client: Any, grantee: Any, refused: Any
) -> None:
    for each in (client, grantee):
        each.create_namespace(namespaceName="sales")
        each.create_snapshot(namespaceName="sales", snapshotName="last", tags=[{"key": "a", "value": "b"}])
    emulator.advance(60)
    final = {"namespaceName": "sales", "finalSnapshotName": "last"}
    assert refused("ConflictException", client.delete_namespace, **final) == "Snapshot last already exists."
    assert client.get_namespace(namespaceName="sales")["namespace"]["status"] == "AVAILABLE"
    kept = client.get_snapshot(snapshotName="last")["snapshot"]
    assert (kept["snapshotRetentionPeriod"], "snapshotRemainingDays" in kept) == (-1, False)
    assert client.list_tags_for_resource(resourceArn=kept["snapshotArn"])["tags"] == [{"key": "a", "value": "b"}]
    assert client.delete_snapshot(snapshotName="last")["snapshot"]["status"] == "DELETED"
    client.delete_namespace(**final)


@pytest.mark.parametrize("name", ["Last", "1st", "last-", "la--st", "la_st", "l" * 256, ""])
def test_names_that_are_refused(client: Any, refused: Any, name: str) -> None:
    client.create_namespace(namespaceName="sales")
    refused("ValidationException", client.delete_namespace, namespaceName="sales", finalSnapshotName=name)
    assert client.list_snapshots()["snapshots"] == []


@pytest.mark.parametrize("days", [0, -2, 3654])
def test_retentions_that_are_refused(client: Any, refused: Any, days: int) -> None:
    client.create_namespace(namespaceName="sales")
    wanted = {"namespaceName": "sales", "finalSnapshotRetentionPeriod": days}
    refused("ValidationException", client.delete_namespace, **wanted, finalSnapshotName="last")
    refused("ValidationException", client.delete_namespace, namespaceName="sales", finalSnapshotRetentionPeriod=7)
    client.delete_namespace(namespaceName="sales", finalSnapshotName="last", finalSnapshotRetentionPeriod=3653)


def test_of_what_is_not_there(client: Any, refused: Any) -> None:
    refused("ResourceNotFoundException", client.create_snapshot, namespaceName="sales", snapshotName="a")
    refused("ResourceNotFoundException", client.delete_snapshot, snapshotName="a")
    refused("ValidationException", client.get_snapshot)
