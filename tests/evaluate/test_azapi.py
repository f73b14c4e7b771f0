"""An azapi block is judged as the ARM resource that it describes, in any of the ways to write it; an update changes what it names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config
from scanner.evaluate import Evaluation, evaluate
from scanner.formats import terraform
from scanner.inventory import Inventory
from scanner.model.reading import Wanted
from scanner.ruleset import wanted
from scanner.sources.memory import MemoryTree

sys.path.insert(0, str(Path(__file__).parents[1] / "ruleset"))
from rule_making import rule

TYPE = "Microsoft.Storage/storageAccounts"
PUBLIC = {
    "targets": [
        {"match": {"type": "azurerm_storage_account"}, "require": {"public": {"equals": False}}},
        {"match": {"type": TYPE}, "require": {"properties.allowBlobPublicAccess": {"equals": False, "absent": False}}},
    ],
    "message": "{address}",
}
Row = tuple[str, str, int]


def run(text: str, body: dict[str, Any] = PUBLIC) -> Evaluation:
    one = rule(body)
    tree = MemoryTree({"main.tf": text.encode()})
    asked = wanted([one])
    assert isinstance(asked, Wanted)
    parsed = terraform.read(tree, ["main.tf"], asked, Config())
    return evaluate([one], Inventory(parsed.resources), {}, Config(include_passing=True))


def rows(text: str) -> list[Row]:
    found = run(text).findings
    return sorted((one.resource.address, one.outcome, one.location.line if one.location else 0) for one in found)


def azapi(name: str, body: str, kind: str = "resource", more: str = "") -> str:
    return f'resource "azapi_{kind}" "{name}" {{\n  type = "{TYPE}@2023-05-01"\n  body = {body}\n{more}}}\n'


@pytest.mark.parametrize(
    ("body", "outcome", "line"),
    [
        ("{\n    properties = {\n      allowBlobPublicAccess = true\n    }\n  }", "fail", 5),
        ("jsonencode({\n    properties = {\n      allowBlobPublicAccess = true\n    }\n  })", "fail", 5),
        ('"{\\"properties\\": {\\"allowBlobPublicAccess\\": true}}"', "fail", 3),
        ("{ properties = { allowBlobPublicAccess = false } }", "pass", 1),
        ("{ properties = {} }", "pass", 1),
        ("var.body", "unknown", 3),
        ("{ properties = { allowBlobPublicAccess = var.body } }", "unknown", 3),
        ('"no JSON"', "pass", 1),
    ],
)
def test_ways_to_write_a_body(body: str, outcome: str, line: int) -> None:
    assert rows(azapi("a", body) + 'variable "body" {}\n') == [("azapi_resource.a", outcome, line)]


def test_the_case_of_a_type_means_nothing() -> None:
    text = azapi("a", "{ properties = { allowBlobPublicAccess = true } }").replace(TYPE, TYPE.lower())
    assert rows(text) == [("azapi_resource.a", "fail", 3)]


def test_an_unknown_or_another_type_is_not_judged() -> None:
    assert rows(azapi("a", "{}").replace(f'"{TYPE}@2023-05-01"', "var.type") + 'variable "type" {}\n') == []
    assert rows(azapi("a", "{}").replace("storageAccounts", "other")) == []


def test_secrets_stand_in_a_body_of_their_own() -> None:
    text = azapi("a", "{}", more="  sensitive_body = {\n    properties = {\n      allowBlobPublicAccess = true\n    }\n  }\n")
    assert rows(text) == [("azapi_resource.a", "fail", 6)]


UPDATE = "  resource_id = azapi_resource.a.id\n"


def test_an_update_is_merged_into_the_block_that_it_names() -> None:
    made = azapi("a", "{ properties = { allowBlobPublicAccess = false } }")
    assert rows(made + azapi("u", "{ properties = { allowBlobPublicAccess = true } }", "update_resource", UPDATE)) == [
        ("azapi_resource.a", "fail", 7)
    ]
    assert rows(made + azapi("u", "{ properties = { other = true } }", "update_resource", UPDATE)) == [("azapi_resource.a", "pass", 1)]


ACCOUNT = 'resource "azurerm_storage_account" "a" {\n  public = true\n}\n'
OF_ACCOUNT = "  resource_id = azurerm_storage_account.a.id\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{ properties = { allowBlobPublicAccess = false } }", [("azapi_update_resource.u", "pass", 4)]),
        ("{ properties = { allowBlobPublicAccess = true } }", [("azapi_update_resource.u", "fail", 6)]),
        ("{ properties = { allowBlobPublicAccess = var.x } }", [("azapi_update_resource.u", "unknown", 6)]),
        ("{ properties = { other = true } }", [("azurerm_storage_account.a", "fail", 2)]),
        ("var.x", [("azapi_update_resource.u", "unknown", 6)]),
    ],
)
def test_an_update_of_another_kind_of_block_decides_what_it_writes(body: str, expected: list[Row]) -> None:
    assert rows(ACCOUNT + azapi("u", body, "update_resource", OF_ACCOUNT) + 'variable "x" {}\n') == expected


def test_an_update_of_something_unseen_is_judged_for_what_it_writes_alone() -> None:
    elsewhere = '  resource_id = "/subscriptions/s/x"\n'
    assert rows(azapi("u", "{ properties = { other = true } }", "update_resource", elsewhere)) == []
    assert rows(azapi("u", "{ properties = { allowBlobPublicAccess = true } }", "update_resource", elsewhere)) == [
        ("azapi_update_resource.u", "fail", 3)
    ]


def test_a_machine_fix_of_arm_is_not_offered_for_terraform() -> None:
    body = {"match": {"type": TYPE}, "require": {"properties.a": {"equals": 1}}, "remedy": {"set": {"properties.a": 1}}}
    assert run(azapi("a", "{ properties = { a = 2 } }"), body).remedies == []
