"""A file of Terraform that breaks off: what was not seen of it is unknown, never missing; what was seen is judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cli.trial import judging
from scanner.ruleset import load
from scanner.ruleset.examples import Judge
from scanner.tables import data_folder

RULES = ["AZ-ST-001", "AZ-ST-002", "AZ-PG-003", "AZ-PG-006", "AWS-002", "AWS-003", "AWS-006", "DO-001", "RES-014", "TAG-007", "PSS-B02"]
FILES = {
    "main.tf": """\
variable "open" {
  type    = bool
  default = true
}

locals {
  words = { DataClassification = "personal", Owner = "shop", Environment = "production", CostCenter = "4711" }
}

resource "azurerm_storage_account" "media" {
  name                            = "media"
  allow_nested_items_to_be_public = var.open
  network_rules {
    default_action = "Deny"
    bypass         = ["AzureServices"]
  }
  tags = merge(local.words, {})
}

resource "azurerm_storage_management_policy" "media" {
  storage_account_id = azurerm_storage_account.media.id
  rule {
    name    = "old"
    enabled = true
  }
}

module "door" {
  source  = "./door"
  private = true
}

resource "digitalocean_firewall" "web" {
  name = "web"
  inbound_rule {
    protocol         = "tcp"
    port_range       = "443"
    source_addresses = ["0.0.0.0/0"]
  }
}
""",
    "bucket.tf": """\
resource "aws_s3_bucket" "media" {
  bucket = "media"
  tags   = local.words
}

data "aws_iam_policy_document" "media" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.media.arn, "${aws_s3_bucket.media.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "media" {
  bucket = aws_s3_bucket.media.id
  policy = data.aws_iam_policy_document.media.json
}

resource "aws_s3_bucket_public_access_block" "media" {
  bucket                  = aws_s3_bucket.media.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
    "door/main.tf": """\
variable "private" {
  default = false
}

resource "aws_eks_cluster" "shop" {
  tags = { DataClassification = "none", Owner = "shop", Environment = "production", CostCenter = "4711" }
  vpc_config {
    endpoint_public_access  = !var.private
    endpoint_private_access = true
  }
}
""",
    "terraform.tfvars": "open = false\n",
}


@cache
def judge() -> Judge:
    return judging(load([data_folder("rules")]))


def judged(files: Mapping[str, str], *rules: str) -> dict[str, set[tuple[str, str]]]:
    """Return rule and address of each finding by outcome, and the kinds of problems; a rule that crashes is a mistake of ours."""
    found = judge()(files, {"select": list(rules or RULES)})
    assert not [one for one in found.problems if one.kind == "rule-crash"]
    outcomes: dict[str, set[tuple[str, str]]] = {"fail": set(), "unknown": set(), "problem": {(one.kind, "") for one in found.problems}}
    for one in found.findings:
        outcomes[one.outcome].add((one.rule.id, one.resource.address))
    return outcomes


@cache
def whole() -> dict[str, set[tuple[str, str]]]:
    return judged(FILES)


def test_the_whole_has_no_problem_and_nothing_unknown() -> None:
    assert not whole()["problem"]
    assert not whole()["unknown"]


def _fails_no_more(path: str, text: str) -> None:
    found = judged({**FILES, path: text})
    assert not found["problem"] or found["fail"] <= whole()["fail"], text


@settings(max_examples=300)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_cut_fails_for_what_it_has_cut_off(path: str, data: st.DataObject) -> None:
    _fails_no_more(path, FILES[path][: data.draw(st.integers(0, len(FILES[path])))])


@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_stray_sign_fails_for_what_it_hides(path: str, data: st.DataObject) -> None:
    text = FILES[path]
    at = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.sampled_from(["{", "}", "[", "]", '"', "=", "?", "<", ""]))
    _fails_no_more(path, text[:at] + sign + text[at + (not sign) :])


@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_conflict_fails_for_what_it_hides(path: str, data: st.DataObject) -> None:
    lines = FILES[path].split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, min(first + 4, len(lines))))
    sides = ["<<<<<<< HEAD", *lines[first:last], "=======", *lines[first:last], ">>>>>>> other"]
    _fails_no_more(path, "\n".join([*lines[:first], *sides, *lines[last:]]))


CLUSTER = """\
resource "kubernetes_deployment" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
    labels    = { app = "web" }
  }
  spec {
    selector {
      match_labels = { app = "web" }
    }
    template {
      metadata {
        labels = { app = "web" }
      }
      spec {
        service_account_name = "web"
        container {
          name  = "web"
          image = "registry.example.com/web:1"
          port {
            name           = "http"
            container_port = 8080
          }
        }
      }
    }
  }
}

resource "kubernetes_network_policy" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  spec {
    pod_selector {
      match_expressions {
        key      = "app"
        operator = "In"
        values   = ["web"]
      }
    }
    policy_types = ["Ingress"]
    ingress {
      from {
        ip_block {
          cidr   = "10.0.0.0/8"
          except = ["10.1.0.0/16"]
        }
      }
    }
  }
}

resource "kubernetes_role_binding" "web" {
  metadata {
    name      = "web"
    namespace = "shop"
  }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = "web"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "web"
    namespace = "shop"
  }
}
"""


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(CLUSTER)), st.sampled_from(["{", "}", "=", '"', "[", None]))
def test_no_rule_and_no_view_crashes_on_what_breaks_off(at: int, sign: str | None) -> None:
    text = CLUSTER[:at] + ("" if sign is None else sign + CLUSTER[at:])
    found = judge()({"cluster.tf": text}, {"profile": "platform"})
    assert not [one.detail for one in found.problems if one.kind == "rule-crash"]


ACCOUNT = 'resource "azurerm_storage_account" "a" {\n  name = "a"\n'
OLD = ACCOUNT + '  min_tls_version = "TLS1_0"\n'
TLS, NETWORK = ("AZ-ST-004", "azurerm_storage_account.a"), ("AZ-ST-002", "azurerm_storage_account.a")


@pytest.mark.parametrize(
    ("files", "fails", "unknown"),
    [
        ({"main.tf": OLD + "}\n"}, {TLS, NETWORK}, set()),
        ({"main.tf": OLD}, {TLS}, {NETWORK}),
        ({"main.tf": OLD.removesuffix("\n")}, set(), {TLS, NETWORK}),  # the value may have been longer
        ({"main.tf": OLD + "  network_rules {\n"}, {TLS}, {NETWORK}),
        ({"main.tf": ACCOUNT + '??? stray\n  min_tls_version = "TLS1_0"\n}\n'}, {TLS}, {NETWORK}),
        ({"main.tf": OLD + "<<<<<<< HEAD\n  a = 1\n=======\n>>>>>>> other\n  b = 1\n}\n"}, {TLS}, {NETWORK}),
        ({"main.tf": OLD + "}\n}\n"}, {TLS}, {NETWORK}),  # one of the two is too many
        ({"main.tf": OLD + "}\n", "other.tf": 'resource "azurerm_storage_account_network_rules" "a"\n'}, {TLS}, {NETWORK}),
        ({"main.tf": OLD + "}\n", "other.tf": "\x00"}, {TLS}, {NETWORK}),
        ({"main.tf": OLD + "}\n", "other.tf.json": '{"resource": '}, {TLS}, {NETWORK}),
        ({"main.tf": OLD + "}\n", "notes.tfvars": "a = ["}, {TLS, NETWORK}, set()),
        ({"main.tf": OLD + "}\n", "elsewhere/other.tf": "\x00"}, {TLS, NETWORK}, set()),
    ],
)
def test_what_was_read_is_judged(files: dict[str, str], fails: set[object], unknown: set[object]) -> None:
    found = judged(files, "AZ-ST-002", "AZ-ST-004")
    assert (found["fail"], found["unknown"]) == (fails, unknown)


OPEN = ("AZ-ST-001", "azurerm_storage_account.a")
SET = ACCOUNT + "  allow_nested_items_to_be_public = var.open\n}\n"
DEFAULT = 'variable "open" {\n  default = true\n}\n'


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({"variables.tf": 'variable "open" {\n'}, "variables.tf:1:1 could not be read (the block variable is never closed)"),
        ({"variables.tf": 'variable "open"'}, "variables.tf:1:16 could not be read ('=' or '{' is missing before the end)"),
        (
            {"variables.tf": DEFAULT, "terraform.tfvars": "other = ]\n"},
            "terraform.tfvars:1:9 could not be read (a value is missing before ']')",
        ),
        ({"variables.tf": DEFAULT, "a.auto.tfvars.json": "{"}, "a.auto.tfvars.json:1:2 could not be read (a name in quotes is missing)"),
    ],
)
def test_a_variable_is_unknown_where_its_value_may_not_have_been_read(files: dict[str, str], cause: str) -> None:
    found = judge()({"main.tf": SET, **files}, {"select": ["AZ-ST-001"]})
    assert [(one.outcome, one.cause) for one in found.findings] == [("unknown", cause)]


def test_what_a_stronger_file_says_holds_all_the_same() -> None:
    files = {"main.tf": SET, "variables.tf": DEFAULT, "terraform.tfvars": "other = ]\n", "z.auto.tfvars": "open = true\n"}
    assert judged(files, "AZ-ST-001")["fail"] == {OPEN}


@pytest.mark.parametrize("rest", ["", "  open =", "  other = ]\n}\n"])
def test_an_argument_that_was_not_read_is_not_the_default(rest: str) -> None:
    call = 'module "m" {\n  source = "./m"\n' + rest
    found = judged({"main.tf": call, "m/main.tf": DEFAULT + SET}, "AZ-ST-001")
    assert (found["fail"], found["unknown"]) == (set(), {("AZ-ST-001", "module.m.azurerm_storage_account.a")})


def test_a_module_whose_call_may_not_have_been_read_is_not_judged_by_its_defaults() -> None:
    files = {"main.tf": 'module "m" {{\n  source = "./m"\n}\n', "m/main.tf": DEFAULT + SET}
    assert judged(files, "AZ-ST-001")["unknown"] == {OPEN}
    assert judged({**files, "m/main.tf": f'provider "azurerm" {{}}\n{files["m/main.tf"]}'}, "AZ-ST-001")["fail"] == {OPEN}


def test_a_unit_of_terragrunt_that_breaks_off() -> None:
    files = {"unit/terragrunt.hcl": 'terraform {\n  source = "../m"\n}\ninputs = {\n', "m/main.tf": DEFAULT + SET}
    found = judged(files, "AZ-ST-001")
    assert (found["fail"], found["unknown"]) == (set(), {OPEN})


def test_an_output_that_was_not_read_is_not_tried_away() -> None:
    text = f'module "m" {{\n  source = "./m"\n}}\n{ACCOUNT}  allow_nested_items_to_be_public = try(module.m.open, true)\n}}\n'
    assert judged({"main.tf": text, "m/main.tf": 'output "open"'}, "AZ-ST-001")["fail"] == set()


def test_a_source_that_cannot_be_read_may_declare_what_runs() -> None:
    running = "apiVersion: v1\nkind: Service\nmetadata: {name: debug, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
    source = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
    config = {"select": ["GIT-008"]}
    for files, outcome in (({}, "fail"), ({"other.yaml": "kind: Service\nmetadata: {"}, "unknown")):
        found = judge()({"web.yaml": source, "live.yaml": running, **files}, config)
        assert [one.outcome for one in found.findings] == [outcome], json.dumps(files)
