"""Condition trees: quantifiers and their polarity, Kleene logic, places; and what must hold of all of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_making import check, resource, setting, subject, truth

from scanner.model.place import dotted
from scanner.model.unknown import Open, Unknown, perhaps
from scanner.ruleset.judging import judge
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.targets import compile_target

U = Unknown("var.x has no value", "var.x")

STAR = {"items[*].v": {"equals": 1}}


@pytest.mark.parametrize(
    ("tree", "items", "any_of", "every_of"),
    [
        (STAR, [{"v": 1}, {"v": 2}], True, False),
        (STAR, [{"v": 1}, {"v": 1}], True, True),
        (STAR, [], False, True),
        (STAR, None, False, True),
        (STAR, [{}], False, False),
        (STAR, [{"v": 1}, U], True, U),
        (STAR, [{"v": 2}, U], U, False),
        (STAR, U, U, U),
        ({"not": STAR}, [{"v": 1}, {"v": 2}], True, False),
        ({"not": STAR}, [], False, True),
        ({"not": STAR}, [{}], True, True),
        ({"not": {"not": STAR}}, [{"v": 1}, {"v": 2}], True, False),
        ({"items[*].v": {"not_equals": 1}}, [{}], False, False),
        ({"items[*].v": {"not": {"equals": 1}}}, [{}], True, True),
        ({"items[*]": {"satisfies": {"v": {"equals": 1}, "w": {"equals": 2}}}}, [{"v": 1}, {"w": 2}], False, False),
        ({"items[*]": {"satisfies": {"v": {"equals": 1}, "w": {"equals": 2}}}}, [{"v": 1, "w": 2}, {}], True, False),
        ({"items[*]": {"not_satisfies": {"v": {"equals": 1}}}}, [{"v": 1}, {}], True, False),
    ],
)
def test_quantifiers(tree: Any, items: Any, any_of: Any, every_of: Any) -> None:
    for quantifier, wanted in ((False, any_of), (True, every_of)):
        found = truth(tree, {"items": items}, every=quantifier)
        assert found is wanted or (isinstance(wanted, Unknown) and isinstance(found, Unknown))


@pytest.mark.parametrize(
    ("tree", "data", "wanted"),
    [
        ({"count": {"of": "items", "gte": 2}}, {"items": [1, 2]}, True),
        ({"count": {"of": "items", "lt": 1}}, {}, True),
        ({"count": {"of": "items[*].v", "equals": 1}}, {"items": [{"v": 1}, {}]}, True),
        ({"count": {"of": "items", "where": {"v": {"equals": 1}}, "gte": 1}}, {"items": [{"v": 1}, {"v": 2}]}, True),
        ({"count": {"of": "items", "where": {"v": {"equals": {"path": "outer.w"}}}, "gte": 1}}, {"items": [{"v": 3}], "w": 3}, True),
        ({"count": {"of": "items", "where": {"v": {"equals": 1}}, "gte": 1}}, {"items": [{"v": U}]}, U),
        ({"count": {"of": "items", "where": {"v": {"equals": 1}}, "lt": 2}}, {"items": [{"v": U}]}, True),
        ({"count": {"of": "items", "gte": 1}}, {"items": U}, U),
        ({"count": {"equals": 3}}, {"count": 3}, True),
    ],
)
def test_counting(tree: Any, data: Any, wanted: Any) -> None:
    found = truth(tree, data)
    assert found is wanted or (isinstance(wanted, Unknown) and isinstance(found, Unknown))


@pytest.mark.parametrize(
    ("tree", "data", "every", "wanted"),
    [
        ({"all": [{"a": {"equals": 1}}, {"b": {"equals": 2}}]}, {"a": 1, "b": 2}, False, ["a", "b"]),
        ({"all": [{"a": {"equals": 1}}, {"b": {"equals": 2}}]}, {"a": 1, "b": 0}, True, ["b"]),
        ({"any": [{"a": {"equals": 1}}, {"b": {"equals": 2}}]}, {"a": 0, "b": 2}, False, ["b"]),
        ({"any": [{"a": {"equals": 1}}, {"b": {"equals": 2}}]}, {"a": 0, "b": 0}, True, ["a", "b"]),
        (
            {"rules[*].verbs[*]": {"equals": "*"}},
            {"rules": [{"verbs": ["get", "*"]}, {"verbs": ["*"]}]},
            False,
            ["rules[0].verbs[1]", "rules[1].verbs[0]"],
        ),
        ({"not": {"a.b": {"equals": 1}}}, {"a": {}}, False, ["a.b"]),
        ({"rules[*].verbs": {"exists": True}}, {"rules": [{"verbs": []}, {}]}, True, ["rules[1].verbs"]),
        ({"rules[*].verbs": {"equals": 1}}, {}, False, ["rules"]),
        ({"labels~[*]": {"starts_with": "x"}}, {"labels": {"a": 1, "xy": 2}}, False, ["labels.xy"]),
        (
            {"rules[*]": {"satisfies": {"a": {"equals": 1}, "b": {"equals": 2}}}},
            {"rules": [{"a": 1}, {"a": 1, "b": 2}]},
            False,
            ["rules[1].a", "rules[1].b"],
        ),
        ({"env": {"unique": "name"}}, {"env": [{"name": "a"}, {"name": "a"}, {"name": "a"}]}, True, ["env[1].name", "env[2].name"]),
        ({"any": [{"platform.kubernetes": {"equals": "0"}}, {"a": {"equals": 1}}]}, {"a": 2}, True, ["a"]),
        ({"count": {"of": "a.list", "gte": 1}}, {"a": {"list": [1]}}, False, ["a.list"]),
    ],
)
def test_places(tree: Any, data: Any, every: bool, wanted: list[str]) -> None:
    one = subject(data)
    compiled = check(tree, every=every)
    assert [dotted(place.pointer) for place in compiled.explain(one)[1]] == wanted


def test_an_unknown_verdict_names_the_unknown() -> None:
    one = subject({"a": 1, "b": U})
    compiled = check({"all": [{"a": {"equals": 1}}, {"b": {"equals": 2}}]})
    found = compiled.test(one)
    assert isinstance(found, Unknown)
    assert found.cause == "var.x has no value"
    assert [place.pointer for place in compiled.explain(one)[1]] == [("b",)]


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({}, "a condition is expected"),
        ([], "a condition is expected"),
        ({"all": {}}, "all takes a list"),
        ({"any": []}, "any takes a list"),
        ({1: {"equals": 1}}, "a path is expected"),
        ({"params.flor": {"equals": 1}}, "unknown parameter 'flor'"),
        ({"platform.kubernets": {"equals": 1}}, "unknown platform"),
        ({"pod.spek": {"equals": 1}}, "unknown part of a pod"),
        ({'a["{b[*]}"]': {"equals": 1}}, "leads to one value"),
        ({"count": {"of": "a"}}, "needs operators"),
    ],
)
def test_impossible(tree: Any, words: str) -> None:
    with pytest.raises(Mistake, match=words.replace("[", r"\[")):
        check(tree)


# What must hold of every condition on every data.

WORDS = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(st.booleans(), st.integers(0, 2), st.sampled_from(["x", "y", "", "true"]))
PLAIN = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)), max_leaves=8)
HOLES = st.sampled_from(["any", "present", "items"])


class Hole:
    """A place in generated data that will be unknown, and then a value."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class Broken(dict[str, Any]):
    """A map in generated data of which there will be more."""


def maps(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Maps that are known whole, or in part."""
    known = st.dictionaries(WORDS, inner, max_size=3)
    return known | known.map(Broken)


HOLED = st.recursive(
    st.one_of(SCALARS, st.sampled_from(["any", "present"]).map(Hole)),
    lambda inner: st.one_of(st.lists(st.one_of(inner, HOLES.map(Hole)), max_size=3), maps(inner)),
    max_leaves=8,
)
RESOURCES = maps(HOLED)
PATHS = st.sampled_from(
    ["a", "b", "a.b", "a[*]", "a[*].b", "b[*].c", "a~[*]", "a~", "a[0]", "c.a[*]", "a[*][*]", 'a["*b"]', 'c["a*"].b', 'b["*"][*]']
)
PLAIN_BLOCKS = st.one_of(
    st.tuples(st.sampled_from(["equals", "not_equals", "contains", "not_contains"]), SCALARS),
    st.tuples(st.sampled_from(["in", "not_in", "contains_all"]), st.lists(SCALARS, max_size=2)),
    st.tuples(st.sampled_from(["exists", "empty", "not_empty"]), st.booleans()),
    st.tuples(st.sampled_from(["gt", "lte"]), st.integers(0, 2)),
    st.tuples(st.sampled_from(["starts_with", "matches", "not_matches"]), st.sampled_from(["x", "y"])),
    st.tuples(st.sampled_from(["matches", "not_matches"]), st.sampled_from(["(x|y)+", ["z", "y?"]])),
    st.tuples(st.just("count"), st.fixed_dictionaries({"gte": st.integers(0, 3)})),
    st.tuples(st.just("same_as"), PATHS),
    st.tuples(st.just("unique"), WORDS),
).map(lambda pair: {pair[0]: pair[1]})
BLOCKS = st.one_of(
    PLAIN_BLOCKS,
    st.tuples(PLAIN_BLOCKS, SCALARS).filter(lambda pair: "unique" not in pair[0]).map(lambda pair: {**pair[0], "absent": pair[1]}),
)
CLAUSES = st.tuples(PATHS, BLOCKS).map(lambda pair: {pair[0]: pair[1]})


def combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)).map(lambda pair: {pair[0]: pair[1]}),
        inner.map(lambda tree: {"not": tree}),
        st.tuples(PATHS, st.sampled_from(["satisfies", "not_satisfies"]), inner).map(lambda parts: {parts[0]: {parts[1]: parts[2]}}),
        st.tuples(PATHS, inner, st.sampled_from(["gte", "lt", "equals"]), st.integers(0, 2)).map(
            lambda parts: {"count": {"of": parts[0], "where": parts[1], parts[2]: parts[3]}}
        ),
    )


TREES = st.recursive(CLAUSES, combined, max_leaves=5)


def unknown(data: Any) -> Any:
    """Put an Unknown into each hole."""
    if isinstance(data, Hole):
        return Unknown("a hole", not_null=data.kind == "present", kind="items" if data.kind == "items" else None)
    if isinstance(data, list):
        return [unknown(item) for item in data]
    if not isinstance(data, dict):
        return data
    known = {key: unknown(item) for key, item in data.items()}
    return Open(known, Unknown("not read")) if isinstance(data, Broken) else known


def filled(data: Any, draw: Any) -> Any:
    """Put a value into each hole: any value, null too, a present one, or any number of items."""
    if isinstance(data, Hole):
        return draw(PLAIN if data.kind == "present" else st.one_of(st.none(), PLAIN))
    if isinstance(data, list):
        items = (
            [draw(PLAIN) for _ in range(draw(st.integers(0, 2)))]
            if isinstance(item, Hole) and item.kind == "items"
            else [filled(item, draw)]
            for item in data
        )
        return [item for group in items for item in group]
    if not isinstance(data, dict):
        return data
    more = draw(st.dictionaries(WORDS, PLAIN, max_size=3)) if isinstance(data, Broken) else {}
    return {**more, **{key: filled(item, draw) for key, item in data.items()}}


@settings(max_examples=800, deadline=None)
@given(TREES, RESOURCES, st.booleans(), st.data())
def test_a_definite_verdict_holds_whatever_the_unknown_turns_out_to_be(tree: Any, data: Any, every: bool, more: Any) -> None:
    compiled = check(tree, every=every)
    verdict = compiled.test(subject(unknown(data)))
    known = compiled.test(subject(filled(data, more.draw)))
    assert not isinstance(known, Unknown)
    assert isinstance(verdict, Unknown) or verdict is known


@settings(max_examples=400, deadline=None)
@given(TREES, RESOURCES)
def test_deny_is_the_negation_of_require_not(tree: Any, data: Any) -> None:
    found = []
    for body in ({"deny": tree}, {"require": {"not": deepcopy(tree)}}):
        thing = resource(unknown(data))
        target = compile_target({"match": {"type": "Thing"}, **body}, lambda key: (key,), setting(thing, floor=1), "bad")
        rows = judge(target.parts, subject(thing.data)) or []
        found.append([(row.cause is None, [place.pointer for place in row.places]) for row in rows])
    assert found[0] == found[1]


@settings(max_examples=400, deadline=None)
@given(TREES, RESOURCES, st.booleans())
def test_whatever_the_verdict_there_is_a_place_for_it(tree: Any, data: Any, every: bool) -> None:
    one = subject(unknown(data))
    compiled = check(tree, every=every)
    assert compiled.explain(one)[1]


ALONE = BLOCKS.filter(lambda block: not {"same_as", "unique"} & block.keys())  # these look at more than the value


@given(ALONE, st.one_of(SCALARS, st.lists(SCALARS, max_size=2)))
def test_what_is_there_or_missing_is_judged_as_both(block: dict[str, Any], value: Any) -> None:
    def verdict(data: Any) -> Any:
        return truth({"a[0].b": block}, {"a": data}, converts=True)

    there, missing = verdict([{"b": value}]), verdict([])
    found = verdict(perhaps(Unknown("var.on has no value", kind="list", not_null=True), [{"b": value}]))
    assert found is there if there is missing else isinstance(found, Unknown)
