"""A variable without a value where a view looks makes findings unknown: nothing breaks, nothing is guessed, nothing passes in silence."""

from __future__ import annotations

from functools import cache

import pytest

from scanner.cli.trial import judging
from scanner.ruleset import load
from scanner.ruleset.examples import Judge
from scanner.tables import data_folder

POLICY = """\
variable "x" {{}}
data "aws_iam_policy_document" "d" {{
  statement {{
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::media/*"]
    {}
  }}
}}
resource "aws_s3_bucket_policy" "b" {{
  bucket = "media"
  policy = data.aws_iam_policy_document.d.json
}}
"""
EVERYONE = 'principals {\n      type        = "*"\n      identifiers = ["*"]\n    }'
ALL = """for_each = var.x
      content {
        test     = "IpAddress"
        variable = "aws:SourceIp"
        values   = ["10.0.0.0/8"]"""
BINDING = """\
variable "x" {}
resource "kubernetes_role_binding" "b" {
  metadata {
    name      = "b"
    namespace = "shop"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "view"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "default"
    namespace = var.x
  }
}
"""
FIREWALL = """\
variable "x" {}
resource "digitalocean_firewall" "web" {
  name = "web"
  dynamic "inbound_rule" {
    for_each = var.x
    content {
      protocol         = "tcp"
      port_range       = inbound_rule.value
      source_addresses = ["0.0.0.0/0"]
    }
  }
}
"""
DIRECTION = """\
variable "x" {}
resource "google_compute_firewall" "web" {
  direction     = var.x
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
"""
RETENTION = """\
variable "x" {}
resource "azurerm_storage_account" "a" {
  name                     = "orders"
  location                 = "germanywestcentral"
  account_replication_type = "LRS"
  tags                     = { DataClassification = "Personal" }
}
resource "azurerm_storage_management_policy" "a" {
  storage_account_id = var.x
}
"""


@cache
def judge() -> Judge:
    return judging(load([data_folder("rules")]))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (POLICY.format(f"effect = var.x\n    {EVERYONE}"), "AWS-001"),
        (POLICY.format('principals {\n      type        = var.x\n      identifiers = ["*"]\n    }'), "AWS-001"),
        (POLICY.format(f'{EVERYONE}\n    dynamic "condition" {{\n      {ALL}\n      }}\n    }}'), "AWS-001"),
        (BINDING, "RBAC-028"),
        (FIREWALL, "DO-001"),
        (DIRECTION, "GCP-002"),
        (RETENTION, "RES-014"),
    ],
)
def test_what_a_view_cannot_know_is_unknown(text: str, rule: str) -> None:
    found = judge()({"main.tf": text}, {"select": [rule]})
    assert not found.problems
    assert {one.outcome for one in found.findings} == {"unknown"}
