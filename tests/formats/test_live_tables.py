"""The tables of live platforms know every type that rules and places speak of, in one spelling."""

from __future__ import annotations

import re

from scanner.ruleset import load, wanted
from scanner.tables import data_folder, table

TYPES = table("azure_types")["types"]
CHILDREN = table("azure_children")["children"]


def test_every_arm_type_of_a_rule_is_spelled_in_the_table() -> None:
    asked = {one for one in wanted(load([data_folder("rules")]).rules.values()).types if one.startswith("Microsoft.")}
    assert asked - set(TYPES) == set()
    assert len(asked) > 30


def test_every_arm_type_that_has_a_place_is_spelled_in_the_table() -> None:
    assert {one for one in table("carriers")["carriers"] if one.startswith("Microsoft.")} - set(TYPES) == set()


def test_no_type_has_two_spellings() -> None:
    assert len({one.lower() for one in TYPES}) == len(TYPES)


def test_children_are_asked_of_types_that_exist_by_a_dated_api() -> None:
    for row in CHILDREN:
        assert {row["type"], *row["of"]} <= set(TYPES)
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", row["api"])


def test_a_rule_about_a_type_that_is_not_listed_finds_it_among_the_children() -> None:
    """Types inside others are no rows of Resource Graph, but for a few that have a location of their own."""
    listed = {"Microsoft.Network/networkWatchers/flowLogs", "Microsoft.Cdn/profiles/afdEndpoints"}
    asked = {one for one in wanted(load([data_folder("rules")]).rules.values()).types if one.count("/") > 1}
    assert asked - {row["type"] for row in CHILDREN} - listed == set()
