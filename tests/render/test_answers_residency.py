"""The data map as text, JSON, CSV and picture."""

import csv
import io
import json
import os
import re
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir, "views"))

from placements_reader import inventory_of

from scanner.model.problem import file_problem
from scanner.render import answers_residency as answers
from scanner.render._residency_map import MOST_SOURCES, to_html, to_svg
from scanner.views.placements.placements import placements
from scanner.views.placements.policy import policy_of

MAIN = """\
variable "location" {}
resource "azurerm_storage_account" "a" {
  name                     = "acct"
  location                 = "westeurope"
  account_replication_type = "GRS"
  tags                     = { DataClassification = "PII", tenant = "=cmd()" }
}
resource "azurerm_storage_account" "b" {
  name                     = "b"
  location                 = var.location
  account_replication_type = "LRS"
}
resource "azurerm_linux_web_app" "w" {
  name     = "<script>alert(1)</script>"
  location = "westeurope"
  backup {
    name                = "b"
    storage_account_url = "https://elsewhere.blob.core.windows.net/b?sv=2024&sig=aHVudGVyMmh1bnRlcjI%3D"
  }
}
resource "google_storage_bucket" "g" {
  name     = "g"
  location = "EUR5"
}
"""


def answer(profile="de-only", text=MAIN, **config):
    inventory, chosen = inventory_of({"main.tf": text}, config, profile)
    return answers.DataMap(placements(inventory, chosen), policy_of(chosen).profile, [file_problem("unparsable", "x.tf", "broken", 3)])


def rows():
    return json.loads(answers.to_json(answer()))["placements"]


def test_json_is_as_the_contract_says():
    found = json.loads(answers.to_json(answer()))
    assert found["schema"] == "plumbrule/residency/v1"
    assert found["tool"]["name"] == "plumbrule"
    assert found["problems"] == [{"kind": "unparsable", "location": {"path": "x.tf", "line": 3, "column": 1}, "detail": "broken"}]
    replica = next(row for row in found["placements"] if row["kind"] == "geo_replica")
    assert replica["source"] == "azurerm_storage_account.a"
    assert replica["classification"] == "personal"
    assert replica["destination"] == {
        "provider": "azure", "region": "northeurope", "country": "IE", "jurisdiction": "eu", "members": None,
    }  # fmt: skip
    assert replica["verdict"] == "fail"
    assert replica["reason"] == [
        {"address": "azurerm_storage_account.a", "attribute": "account_replication_type", "value": "GRS", "path": "main.tf", "line": 5},
        {"address": "azurerm_storage_account.a", "attribute": "location", "value": "westeurope", "path": "main.tf", "line": 4},
    ]


def test_json_of_several_regions_and_of_nobody_knows():
    bucket = next(row for row in rows() if row["source"] == "google_storage_bucket.g")
    assert bucket["destination"] == {
        "provider": "gcp", "region": "EUR5", "country": None, "jurisdiction": "mixed", "members": ["europe-west1", "europe-west2"],
    }  # fmt: skip
    unsure = next(row for row in rows() if row["source"] == "azurerm_storage_account.b")
    assert (unsure["verdict"], unsure["cause"]) == ("unknown", "var.location has no value")
    assert unsure["destination"]["jurisdiction"] == "unknown"
    assert [(step["address"], step["value"], step["line"]) for step in unsure["reason"]] == [
        ("azurerm_storage_account.b", None, 10),
        ("var.location", None, 1),
    ]


def test_an_unwritten_attribute_has_its_name_and_the_line_of_its_resource():
    vault = 'resource "azurerm_recovery_services_vault" "v" {\n  name     = "v"\n  location = "westeurope"\n}\n'
    found = json.loads(answers.to_json(answer(text=vault)))["placements"]
    step = next(row for row in found if row["kind"] == "backup")["reason"][0]
    assert step == {
        "address": "azurerm_recovery_services_vault.v",
        "attribute": "storage_mode_type",
        "value": None,
        "path": "main.tf",
        "line": 1,
    }


def test_the_exception_is_the_last_step():
    front = 'resource "azurerm_cdn_frontdoor_profile" "f" {\n  name = "f"\n}\n'
    entry = {"resources": ["*"], "reason": "agreed", "until": "2099-01-01", "approver": "dpo"}
    found = json.loads(answers.to_json(answer(text=front, residency={"exceptions": [entry]})))["placements"][0]
    assert found["verdict"] == "pass"
    assert found["reason"][-1]["value"] == "agreed (until 2099-01-01, approved by dpo)"


WRITERS = {"text": answers.to_text, "json": answers.to_json, "csv": answers.to_csv, "html": to_html, "svg": to_svg}


@pytest.mark.parametrize("name", WRITERS)
def test_every_form_is_the_same_twice_and_shows_no_secret(name):
    first, second = WRITERS[name](answer()), WRITERS[name](answer())
    assert first == second
    assert "aHVudGVyMmh1bnRlcjI" not in first


def test_csv_holds_no_formula():
    found = list(csv.DictReader(io.StringIO(answers.to_csv(answer()))))
    assert {row["tenant"] for row in found} == {"'=cmd()", ""}
    assert {row["verdict"] for row in found} == {"fail", "unknown"}
    assert all(row["source"] for row in found)


def test_text_shows_what_leaves_first_and_the_sums():
    told = answers.to_text(answer())
    assert told.index("FAIL") < told.index("   ?")
    assert re.search(r"\d+ placements: \d+ outside, \d+ unknown, \d+ inside", told)
    assert "var.location has no value" in told


def test_the_page_asks_nothing_of_anybody_and_escapes():
    page = to_html(answer())
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in re.sub(r"https?://elsewhere[^<]*|http-equiv", "", page)


def test_a_crowd_of_sources_is_drawn_as_one():
    one = 'resource "azurerm_storage_account" "s{0}" {{\n  name = "s{0}"\n  location = "{1}"\n  account_replication_type = "LRS"\n}}\n'
    many = "".join(one.format(number, "eastus" if number == 3 else "germanynorth") for number in range(MOST_SOURCES + 5))
    drawn = to_svg(answer(text=many))
    assert "further stores, all inside" in drawn
    assert "azurerm_storage_account.s3" in drawn
    assert drawn.count("<rect") < 10
