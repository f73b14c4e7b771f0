"""The Azure role that init prints: reads alone, and everything that rules ask for."""

from __future__ import annotations

import json

import pytest

from scanner.cli.main import run
from scanner.tables import table


def role(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert run(["init", "--azure-role", *words]) == 0
    found: list[str] = json.loads(capsys.readouterr().out)["Actions"]
    return found


def test_it_reads_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    actions = role(capsys)
    assert {one.rpartition("/")[2] for one in actions} == {"read"}
    assert {"Microsoft.Storage/storageAccounts/blobServices/read", "Microsoft.ResourceGraph/resources/read"} <= set(actions)
    assert not [one for one in actions if "*" in one]


def test_every_child_that_may_be_asked_for_has_its_parent(capsys: pytest.CaptureFixture[str]) -> None:
    actions = set(role(capsys))
    for row in table("azure_children")["children"]:
        if f"{row['type']}/read" in actions:
            assert {f"{parent}/read" for parent in row["of"] if not parent.startswith("Microsoft.Resources/")} <= actions


def test_clusters_are_opened_only_where_that_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    action = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
    assert action in role(capsys, "--managed-clusters")
    assert action not in role(capsys)
