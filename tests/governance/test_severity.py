"""Severity by circumstances: environment by tag or label, what the internet leads to, and that every change says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

ACCOUNT = 'resource "azurerm_storage_account" "{name}" {{\n  name = "{name}"\n{more}}}\n'
POD = """
kind: Pod
apiVersion: v1
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{containers: [{{name: c, image: x, securityContext: {{privileged: true}}}}]}}
"""
SERVICE = """
kind: Service
apiVersion: v1
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
"""
NAMESPACE = "\nkind: Namespace\napiVersion: v1\nmetadata: {name: shop, labels: {environment: test}}\n"


def severities(folder: Path, capsys: pytest.CaptureFixture[str], entries: list[dict[str, Any]], select: str) -> dict[str, tuple[str, Any]]:
    (folder / "plumbrule.yaml").write_text(json.dumps({"severities": entries}))
    run(["scan", str(folder), "--select", select, "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["results"]
    return {row["resource"]["address"].rpartition(".")[2].rpartition("/")[2]: (row["severity"], row["severity_reason"]) for row in rows}


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    tags = {"dev": '  tags = { Env = "Dev" }\n', "prod": '  tags = { environment = "prod" }\n', "open": "  tags = var.tags\n", "bare": ""}
    text = "".join(ACCOUNT.format(name=name, more=more) for name, more in tags.items())
    (tmp_path / "main.tf").write_text(text + 'variable "tags" {}\n')
    return tmp_path


def test_an_environment_lowers_and_says_why(accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = severities(accounts, capsys, [{"environments": ["dev*"], "lower": 1, "reason": "nothing of value"}], "AZ-ST-001")
    plain = ("critical", None)
    assert found == {"dev": ("high", "critical elsewhere: nothing of value"), "prod": plain, "open": plain, "bare": plain}


@pytest.mark.parametrize(
    ("entry", "severity"),
    [
        ({"raise": 1}, "high"),
        ({"raise": 9}, "critical"),
        ({"lower": 9}, "low"),
        ({"severity": "info"}, "info"),
        ({"severity": "medium"}, "medium"),
        ({"rules": ["AZ-KV-*"], "raise": 1}, "medium"),
        ({"rules": ["st-shared-*"], "raise": 1}, "high"),
        ({"resources": ["*.dev"], "raise": 1}, "medium"),
        ({"exposed": True, "raise": 1}, "high"),
        ({"exposed": False, "raise": 1}, "medium"),
    ],
)
def test_entries(entry: dict[str, Any], severity: str, accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = severities(accounts, capsys, [{**entry, "reason": "why"}], "AZ-ST-005")
    assert found["prod"] == (severity, None if severity == "medium" else "medium elsewhere: why")


def test_entries_add_up(accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [{"raise": 1, "reason": "one"}, {"raise": 1, "environments": ["prod"], "reason": "two"}]
    assert severities(accounts, capsys, entries, "AZ-ST-005")["prod"] == ("critical", "medium elsewhere: one; two")


def test_what_the_internet_leads_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "all.yaml").write_text("---".join([POD.format(name="web"), POD.format(name="batch"), SERVICE, NAMESPACE]))
    entries = [{"exposed": False, "lower": 1, "reason": "inside"}, {"environments": ["test"], "lower": 1, "reason": "test"}]
    found = severities(tmp_path, capsys, entries, "PSS-B02")
    assert found == {"web": ("high", "critical elsewhere: test"), "batch": ("medium", "critical elsewhere: inside; test")}


def test_an_entry_has_a_reason(accounts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (accounts / "plumbrule.yaml").write_text(json.dumps({"severities": [{"lower": 1}]}))
    assert run(["scan", str(accounts)]) == 2
    assert "reason" in capsys.readouterr().err


CLOUD = """
resource "azurerm_storage_account" "open" { public_network_access_enabled = true }
resource "azurerm_storage_account" "shut" { public_network_access_enabled = false }
resource "azurerm_storage_account" "ruled" {}
resource "azurerm_storage_account_network_rules" "ruled" {
  storage_account_id = azurerm_storage_account.ruled.id
  default_action     = "Deny"
}
variable "public" {}
resource "azurerm_storage_account" "maybe" { public_network_access_enabled = var.public }
resource "azurerm_storage_account" "listed" {
  network_rules {
    default_action = "Deny"
  }
}
resource "aws_db_instance" "world" { publicly_accessible = true }
resource "aws_db_instance" "inside" {}
"""


def test_cloud_resources_that_answer_the_internet_are_exposed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(CLOUD)
    found = severities(tmp_path, capsys, [{"exposed": True, "severity": "critical", "reason": "open"}], "AZ-ST-005,AWS-009")
    assert {name for name, (severity, _) in found.items() if severity == "critical"} == {"open", "world"}
    assert found.keys() == {"open", "shut", "ruled", "maybe", "listed", "world", "inside"}
