"""Azure rules speak of arguments that exist, by their old names too, and of the provider's defaults as the table states them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scanner.cli.trial import judging
from scanner.model.rule import Rule
from scanner.ruleset import load
from scanner.ruleset.examples import Example, read_examples
from scanner.ruleset.loading import rule_files
from scanner.ruleset.targets import targets_of
from scanner.tables import data_folder, table

SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "knowledge" / "schema_paths.json.gz"
LOADED = load([data_folder("rules")])
RULES = {rule.id: rule for rule in LOADED.rules.values() if rule.area == "azure"}
FILES = {file.source: file for file in rule_files(data_folder("rules"))}
ARGUMENTS = table("azure_arguments")
RENAMED = ARGUMENTS["renamed"]


class Asked(NamedTuple):
    """A clause about an argument of some types: what it is called, and what the rule takes where it is missing (None: nothing)."""

    rule: str
    types: tuple[str, ...]
    path: str
    absent: Any


def asked() -> list[Asked]:
    return [one for rule in RULES.values() for body, _ in targets_of(rule.body) for one in _of_target(rule.id, body)]


def _of_target(rule: str, body: Mapping[str, Any]) -> Iterator[Asked]:
    types = body["match"]["type"]
    types = tuple(types if isinstance(types, list) else [types])
    each = body.get("each", "")
    each = each["path"] if isinstance(each, dict) else each
    joins = tuple(body.get("join", ()))
    trees = [(body["match"].get("where"), ""), (body.get("require"), each), (body.get("deny"), each)]
    for path, block in ((path, block) for tree, start in trees for path, block in _clauses(tree, start)):
        if path.split(".")[0] not in (*joins, "params", "key", "resource", "tags", "provider_version") and types[0].startswith("azurerm_"):
            yield Asked(rule, types, path, block.get("absent"))


def _clauses(tree: Any, start: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in (tree or {}).items():
        if key in ("all", "any"):
            for one in value:
                yield from _clauses(one, start)
        elif key == "not":
            yield from _clauses(value, start)
        elif key != "count":
            path = re.sub(r"\[.*?\]", "", ".".join(part for part in (start, key) if part))
            yield path, value
            yield from _clauses(value.get("satisfies"), path)


ASKED = asked()


def test_rules_ask_something() -> None:
    assert len(RULES) >= 85
    assert len(ASKED) > 200


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schemas of the providers are not beside the checkout")
def test_every_argument_exists() -> None:
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))["azurerm"]
    others = {(row["type"], row[name]) for row in RENAMED for name in ("old", "new")}
    others |= {(row["type"], row.get("argument")) for row in ARGUMENTS["removed"]}

    def exists(word: str, path: str) -> bool:
        return path in schema.get(word, ()) or (word, path) in others or (word, None) in others

    assert {(one.rule, one.path) for one in ASKED if not any(exists(word, one.path) for word in one.types)} == set()


@pytest.mark.parametrize("row", RENAMED, ids=lambda row: f"{row['type']}.{row['old']}")
def test_who_knows_the_new_name_knows_the_old_one(row: Mapping[str, Any]) -> None:
    paths = {rule: {one.path for one in ASKED if one.rule == rule and row["type"] in one.types} for rule in RULES}
    assert [rule for rule, names in paths.items() if row["new"] in names and row["old"] not in names] == []


def test_what_is_taken_for_a_missing_argument_is_the_providers_default() -> None:
    """A boolean of a clause that compares none only says whether the default satisfies it: the table then says which it is."""
    stated = ARGUMENTS["defaults"]
    for one in ASKED:
        defaults = [stated.get(word, {}).get(one.path) for word in one.types if one.absent is not None]
        assert None not in defaults, f"{one.rule}: no default is stated for {one.path} of {one.types}"
        assert all(default == one.absent or isinstance(one.absent, bool) for default in defaults), f"{one.rule}: {one.path}"


def _failed(rule: str, example: Example) -> set[str]:
    found = judging(LOADED)(example.files, {**example.config, "select": [rule]}).findings
    return {one.resource.type for one in found if one.outcome == "fail"}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_every_target_has_an_example_that_fails_and_one_that_passes(rule: Rule) -> None:
    examples = read_examples(FILES[rule.source])
    failed = {word for one in examples if one.kind == "fail" for word in _failed(rule.id, one)}
    passing = [text for one in examples if one.kind == "pass" for text in one.files.values()]
    for body, _ in targets_of(rule.body):
        types = body["match"]["type"]
        types = {word for word in ([types] if isinstance(types, str) else types) if word.startswith(("azurerm_", "azuread_"))}
        assert not types or types & failed, f"no example of {types} fails"
        assert not types or any(f'"{word}"' in text for word in types for text in passing), f"no example of {types} passes"
    assert any(one.kind == "unknown" for one in examples)
