"""What is absent is absent only where it would have been seen: in the repository, in its language, in modules on disk."""

from __future__ import annotations

from typing import Any

import pytest
from rule_making import rule

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.formats import terraform
from scanner.inventory import Completeness, Inventory
from scanner.ruleset import wanted
from scanner.sources.memory import MemoryTree

LOCKED = {
    "match": {"type": "azurerm_key_vault"},
    "needs": "repository",
    "join": {"locks": {"type": "azurerm_management_lock", "by": {"scope": "id"}}},
    "require": {"locks": {"exists": True}},
}
ANYWHERE = {key: value for key, value in LOCKED.items() if key != "needs"}
SPENT = {**LOCKED, "join": {"locks": {"type": "PodDisruptionBudget", "by": {"metadata.name": "name"}}}}
VAULT = 'resource "azurerm_key_vault" "a" {\n  name = "shop"\n}\n'
WHOLE = Completeness(repository=True)


def run(text: str, body: dict[str, Any], seen: Completeness) -> list[str]:
    one = rule(body)
    parsed = terraform.read(MemoryTree({"main.tf": text.encode()}), ["main.tf"], wanted([one]), Config())
    found = evaluate([one], Inventory(parsed.resources, seen), {}, Config()).findings
    return [one.cause or one.outcome for one in found]


@pytest.mark.parametrize(
    ("unread", "terraform_rule", "kubernetes_rule"),
    [
        ((), "fail", "fail"),
        (("unsupported",), "fail", "fail"),
        (("kubernetes",), "fail", "unknown"),
        (("terraform",), "unknown", "unknown"),
        (("*",), "unknown", "unknown"),
    ],
)
def test_only_what_could_hold_it_counts(unread: tuple[str, ...], terraform_rule: str, kubernetes_rule: str) -> None:
    seen = Completeness(repository=True, unread=frozenset(unread))
    said = {"fail": "fail", "unknown": "what could not be read may hold it: see the problems of this scan"}
    assert run(VAULT, LOCKED, seen) == [said[terraform_rule]]
    assert run(VAULT, SPENT, seen) == [said[kubernetes_rule]]


def test_a_part_of_the_repository_is_not_enough() -> None:
    assert run(VAULT, LOCKED, Completeness()) == ["the scan does not cover the whole repository"]


MAY = "module.m is not on disk, and may make it: run terraform init"


@pytest.mark.parametrize("body", [LOCKED, ANYWHERE])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("target = azurerm_key_vault.a.id", MAY),
        ("targets = { first = [azurerm_key_vault.a.id] }", MAY),
        ("name = azurerm_key_vault.a.name", MAY),
        ("target = azurerm_key_vault.b.id", "fail"),
        ('name = "else"', "fail"),
        ("", "fail"),
    ],
)
def test_a_module_that_is_not_on_disk_may_make_it_if_it_is_given_the_resource(body: dict[str, Any], given: str, said: str) -> None:
    other = 'resource "azurerm_key_vault" "b" {\n  name = "stock"\n}\n'
    text = VAULT + (other if ".b." in given else "") + f'module "m" {{\n  source = "some/where/else"\n  {given}\n}}\n'
    assert run(text, body, WHOLE)[0] == said


def test_what_is_there_needs_no_module() -> None:
    lock = 'resource "azurerm_management_lock" "a" {\n  scope = azurerm_key_vault.a.id\n}\n'
    module = 'module "m" {\n  source = "some/where/else"\n  target = azurerm_key_vault.a.id\n}\n'
    assert run(VAULT + lock + module, LOCKED, WHOLE) == []


def test_what_a_module_gives_is_no_resource() -> None:
    """Two attributes that come from one module are not the same thing."""
    text = 'module "m" {\n  source = "some/where/else"\n}\nresource "azurerm_key_vault" "a" {\n  id = module.m.vault\n}\n'
    lock = 'resource "azurerm_management_lock" "a" {\n  scope = module.m.other\n}\n'
    assert run(text + lock, LOCKED, WHOLE) != []
