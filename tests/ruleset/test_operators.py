"""Every operator: on missing, null, unknown, and values of the right and the wrong type; and its negation."""

from __future__ import annotations

from typing import Any

import pytest
from rule_making import truth

from scanner import tables
from scanner.model.unknown import Unknown
from scanner.ruleset.blocks import WORDS
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.operators import OPERATORS, STRUCTURAL

U = Unknown("var.x has no value", "var.x")
SURE = Unknown("known after apply", "a.b", not_null=True)
MORE = Unknown("for_each is unknown", "var.y", kind="items")
PART = Unknown("var.x has no value", "var.x", not_null=True, kind="string", partial="a-\ufffd-z")
QUOTED = Unknown('it is the text "true" in quotes, where true or false is wanted')
NAMED = Unknown("a.b.id is known after apply", "a.b", not_null=True, filled=True)
NO_VERSION = Unknown("the table minors has no entry for '1.340'")
NO_ENTRY = Unknown("the table azure-pairs has no entry for 'atlantis'")

ROWS: list[tuple[str, Any, Any, Any]] = [
    ("equals", "x", "x", True),
    ("equals", "x", "y", False),
    ("equals", True, 1, False),
    ("equals", True, "true", QUOTED),
    ("equals", False, "true", QUOTED),
    ("equals", True, "on", False),
    ("equals", 1, "1", False),
    ("equals", 1, 1.0, True),
    ("equals", ["a"], ["a"], True),
    ("equals", ["a"], [U], U),
    ("equals", {"quantity": "1Gi"}, "1024Mi", True),
    ("equals", {"version": "1.30"}, "v1.30.0", True),
    ("in", ["a", "b"], "b", True),
    ("in", ["a-1-z", "b"], PART, PART),
    ("in", ["a-1", "z"], PART, False),
    ("equals", "a-1-z", PART, PART),
    ("equals", "b-1-z", PART, False),
    ("starts_with", "b", PART, False),
    ("starts_with", ["a", "b"], PART, True),
    ("starts_with", "a-1", PART, PART),
    ("ends_with", "z", PART, True),
    ("ends_with", "x", PART, False),
    ("ends_with", "1-z", PART, PART),
    ("matches", "a.*", PART, PART),
    ("matches", ["b.*", "a-[0-9]+"], PART, False),
    ("matches", "a-[0-9]+-z", PART, PART),
    ("equals", "", NAMED, False),
    ("equals", "x", NAMED, NAMED),
    ("in", ["a", "b"], "c", False),
    ("in", ["a", 1], 1, True),
    ("in", ["a", 1], True, False),
    ("in", {"param": "names"}, "a", True),
    ("in", [{"param": "floor"}], 10, True),
    ("in", ["a"], ["a"], False),
    ("contains", "a", ["b", "a"], True),
    ("contains", "a", ["b", U], U),
    ("contains", "a", ["a", U], True),
    ("contains", "a", "bar", True),
    ("contains", "a", {"a": 1}, True),
    ("contains", ["x", "a"], ["a"], True),
    ("contains", "a", 5, False),
    ("contains_all", ["a", "b"], ["b", "c", "a"], True),
    ("contains_all", ["a", "b"], ["a", U], U),
    ("contains_all", ["a", "b"], ["a"], False),
    ("matches", "a+", "aaa", True),
    ("matches", "a+", "aab", False),
    ("matches", ["x", "a.*"], "ab", True),
    ("matches", "1", 1, False),
    ("starts_with", "ab", "abc", True),
    ("starts_with", ["x", "a"], "abc", True),
    ("starts_with", "a", 1, False),
    ("ends_with", "bc", "abc", True),
    ("ends_with", ["x"], "abc", False),
    ("gt", 1, 2, True),
    ("gt", 1, 1, False),
    ("gt", 1, "2", False),
    ("gt", 1, True, False),
    ("gt", 0.1, 0.3, True),
    ("gt", {"quantity": "1Gi"}, "1025Mi", True),
    ("gt", {"version": "1.9"}, "1.10", True),
    ("gt", {"date": "today"}, "2027-01-01", True),
    ("gt", {"date": "today"}, "not a date", False),
    ("gte", {"param": "floor"}, 10, True),
    ("gte", 3, 2, False),
    ("lt", 3, 2, True),
    ("lt", {"version": {"path": "other"}}, "1.2", True),
    ("lte", 2, 2, True),
    ("lte", {"quantity": "500m"}, 1, False),
    ("cidr_within", ["10.0.0.0/8"], "10.1.0.0/16", True),
    ("cidr_within", ["10.0.0.0/8"], "10.1.2.3", True),
    ("cidr_within", ["10.0.0.0/8"], "0.0.0.0/0", False),
    ("cidr_within", "fd00::/8", "fd12::1", True),
    ("cidr_within", ["10.0.0.0/8"], "::1", False),
    ("cidr_within", ["10.0.0.0/8"], "Internet", False),
    ("spans_port", [22, 3389], "*", True),
    ("spans_port", [22, 3389], 22, True),
    ("spans_port", [22, 3389], "3000-4000", True),
    ("spans_port", [22, 3389], "23-3388", False),
    ("spans_port", [22, 3389], "ssh", False),
    ("in_table", "eu-regions", "westeurope", True),
    ("in_table", "eu-regions", "eastus", False),
    ("in_table", "eu-regions.map", "key", True),
    ("selects", {"path": "labels"}, {"matchLabels": {"app": "web"}}, True),
    ("selects", {"path": "labels"}, {"app": "db"}, False),
    ("selects", {"path": "labels"}, {"matchLabels": U}, U),
    ("same_as", "other", "1.3", True),
    ("same_as", "other", 1.3, False),
    ("same_as", "nothing", "1.3", False),
    ("same_as", "unknown", "1.3", U),
    ("via", {"table": "azure-pairs", "then": {"in_table": "eu-regions"}}, "northeurope", True),
    ("via", {"table": "azure-pairs", "then": {"in_table": "eu-regions"}}, "brazilsouth", False),
    ("via", {"table": "minors", "then": {"equals": "old"}}, "1.34.2", True),
    ("via", {"table": "minors", "then": {"equals": "old"}}, "1.340", NO_VERSION),
    ("via", {"table": "azure-pairs", "then": {"in_table": "eu-regions"}}, "atlantis", NO_ENTRY),
    ("count", {"gte": 2}, ["a", "b"], True),
    ("count", {"gte": 2}, {"a": 1}, False),
    ("count", {"gte": 2}, ["a", MORE], MORE),
    ("count", {"gte": 1}, ["a", MORE], True),
    ("count", {"lt": 2}, ["a", "b", MORE], False),
    ("count", {"equals": 2}, ["a", U], True),
    ("count", {"equals": 2}, "ab", False),
    ("satisfies", {"a": {"equals": 1}, "b": {"equals": 2}}, {"a": 1, "b": 2}, True),
    ("satisfies", {"a": {"equals": 1}, "outer.other": {"equals": "1.3"}}, {"a": 1}, True),
    ("satisfies", {"item": {"equals": "x"}}, "x", True),
    ("unique", "name", [{"name": "a"}, {"name": "b"}], True),
    ("unique", "name", [{"name": "a"}, {"name": "b"}, {"name": "a"}], False),
    ("unique", "name", [{"name": "a"}, {"name": U}], U),
    ("unique", "name", [{"name": 1}, {"name": True}], True),
]  # fmt: skip
SURROUNDINGS = {"other": "1.3", "unknown": U, "labels": {"app": "web"}}


@pytest.fixture(autouse=True)
def _tables(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {
        "eu-regions": {"values": ["westeurope", "northeurope"], "map": {"key": 1}},
        "minors": {"values": {"1.34": "old"}},
        "azure-pairs": {"values": {"northeurope": "westeurope", "brazilsouth": "southcentralus"}},
    }

    def table(name: str) -> Any:
        if name not in data:
            raise FileNotFoundError(name)
        return data[name]

    monkeypatch.setattr(tables, "table", table)


def judged(word: str, operand: Any, **value: Any) -> Any:
    return truth({"v": {word: operand}}, SURROUNDINGS | value)


def expect(found: Any, wanted: Any) -> None:
    if isinstance(wanted, Unknown):
        assert isinstance(found, Unknown)
        assert found.cause == wanted.cause
    else:
        assert found is wanted


@pytest.mark.parametrize(("word", "operand", "value", "wanted"), ROWS)
def test_operator(word: str, operand: Any, value: Any, wanted: Any) -> None:
    expect(judged(word, operand, v=value), wanted)
    expect(judged(f"not_{word}", operand, v=value), wanted if isinstance(wanted, Unknown) else not wanted)


@pytest.mark.parametrize(("word", "operand"), {row[0]: row[1] for row in ROWS}.items())
def test_missing_null_and_unknown(word: str, operand: Any) -> None:
    for one in (word, f"not_{word}"):
        assert judged(one, operand) is False
        assert judged(one, operand, v=None) is False
        expect(judged(one, operand, v=U), U)
        expect(judged(one, operand, v=SURE), SURE)


def test_no_operator_without_a_row() -> None:
    assert {row[0] for row in ROWS} | {"exists", "empty"} == {*OPERATORS, *STRUCTURAL}


@pytest.mark.parametrize(
    ("word", "value", "wanted"),
    [
        ("exists", 0, True), ("exists", None, False), ("exists", U, U), ("exists", SURE, True),
        ("empty", "", True), ("empty", [], True), ("empty", {}, True), ("empty", None, True),
        ("empty", "x", False), ("empty", 0, False), ("empty", False, False), ("empty", [None], False), ("empty", U, U),
        ("empty", SURE, SURE),
        ("empty", [MORE], MORE), ("empty", [MORE, 1], False), ("empty", [SURE], False),
    ],
)  # fmt: skip
def test_exists_and_empty(word: str, value: Any, wanted: Any) -> None:
    expect(judged(word, True, v=value), wanted)
    opposite = wanted if isinstance(wanted, Unknown) else not wanted
    expect(judged(word, False, v=value), opposite)
    expect(judged(f"not_{word}", True, v=value), opposite)


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ({"equals": True, "absent": True}, True),
        ({"equals": False, "absent": True}, False),
        ({"equals": False, "absent": False}, True),
        ({"in": [True, False], "absent": True}, True),
        ({"lt": 2, "absent": 1}, True),
        ({"equals": "Service", "absent": "Service"}, True),
        ({"not_equals": "Deny", "absent": "Allow"}, True),
        ({"in": ["Deny"], "absent": True}, True),
        ({"in": ["Deny"], "absent": False}, False),
        ({"unique": "name", "absent": True}, True),
        ({"satisfies": {"a": {"exists": True}}, "absent": True}, True),
        ({"not": {"equals": "x"}}, True),
        ({"any": [{"equals": "x"}, {"exists": False}]}, True),
        ({"all": [{"not": {"equals": "x"}}, {"empty": True}]}, True),
    ],
)
def test_missing_value_by_its_default(block: Any, wanted: bool) -> None:
    assert truth({"v": block}, {}) is wanted


@pytest.mark.parametrize(
    ("block", "words", "hint"),
    [
        ({"equal": 1}, "unknown operator 'equal'", "did you mean 'equals'?"),
        ({"not_equal": 1}, "unknown operator 'not_equal'", "did you mean 'not_equals'?"),
        ({}, "needs operators", None),
        ("x", "needs operators", "{equals: x}"),
        ({"equals": None}, "null means missing", None),
        ({"in": "a"}, "a list is expected", None),
        ({"gt": "1Gi"}, "a number is expected", None),
        ({"gt": {"quantity": "much"}}, "'much' is no quantity", None),
        ({"matches": "("}, "matches:", None),
        ({"starts_with": [1]}, "a text, or a list", None),
        ({"cidr_within": ["10.0.0.0/40"]}, "cidr_within:", None),
        ({"in_table": "nowhere"}, "no table 'nowhere'", None),
        ({"in_table": "eu-regions.missing"}, "no such list or map", None),
        ({"via": {"table": "eu-regions"}}, "via takes", None),
        ({"exists": "yes"}, "exists takes true or false", None),
        ({"equals": {"param": "flor"}}, "unknown parameter 'flor'", "did you mean 'floor'?"),
        ({"equals": {"path": "a["}}, "not a path", None),
        ({"absent": True}, "beside an operator", None),
        ({"satisfies": {"a": {"exists": True}}, "equals": 1}, "stands alone", None),
        ({"all": []}, "a list is expected", None),
    ],
)
def test_impossible(block: Any, words: str, hint: str | None) -> None:
    with pytest.raises(Mistake) as caught:
        truth({"v": block}, {})
    assert words in caught.value.message
    assert hint is None or hint in (caught.value.hint or "")
    assert caught.value.at[0] == "v"


def test_every_word_is_an_operator_that_is_known() -> None:
    assert all(WORDS.count(word) == 1 for word in WORDS)


@pytest.mark.parametrize(("block", "wanted"), [({"empty": True}, False), ({"empty": False}, True), ({"not_equals": ""}, True)])
def test_an_identifier_that_is_not_known_yet_is_no_empty_text(block: Any, wanted: bool) -> None:
    assert truth({"value": block}, {"value": NAMED}) is wanted
