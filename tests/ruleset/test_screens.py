"""A screen says "nothing to say" only where the target itself has nothing to say, whatever is unknown."""

from __future__ import annotations

import marshal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_making import resource, rule, setting
from test_conditions import CLAUSES, RESOURCES, TREES, unknown

from scanner.model.unknown import Unknown
from scanner.ruleset.judging import judge
from scanner.ruleset.loading import load
from scanner.ruleset.screens import open_to, packed_screens
from scanner.ruleset.subject import of_resource
from scanner.ruleset.targets import compile_target, targets_of
from scanner.tables import data_folder

EACH = st.sampled_from(["a", "b", "a[*]", "c.a", ["a", "b"], "a~[*]"])
TYPES = st.sampled_from(["Thing", "azurerm_thing"])


def targets(requirement: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of rules: a requirement or denial, of the whole or of items, filtered or not."""
    return st.builds(
        lambda kind, word, tree, where, each, item_where: {
            "match": {"type": kind, **({"where": where} if where else {})},
            word: tree,
            **({"each": {"path": each, **({"where": item_where} if item_where else {})}} if each else {}),
        },
        TYPES, st.sampled_from(["require", "deny"]), requirement, st.none() | CLAUSES, st.none() | EACH, st.none() | CLAUSES,
    )  # fmt: skip


def opened(body: dict[str, Any], data: Any) -> bool:
    """Tell whether the screen lets a resource through to the target."""
    kind = body["match"]["type"]
    one = of_resource(resource(data, kind, provider="kubernetes"))
    return bool(open_to(rule(body), 0, body, setting(), [one]))


@settings(max_examples=600)
@given(targets(TREES), RESOURCES)
def test_what_is_screened_off_has_no_row(body: dict[str, Any], data: Any) -> None:
    data = unknown(data)
    subject = of_resource(resource(data, body["match"]["type"]))
    rows = judge(compile_target(body, lambda key: (key,), setting(), "").parts, subject)
    assert opened(body, data) or not rows


U = Unknown("var.x has no value", "var.x")
GLOBS = st.sampled_from(['c["*x"]', 'c["x*"]', 'c["*xy"]', 'c["y*x"]', 'c["*"]', 'a["*x"]', '["*x"]', "c.a"])
OPERATORS = st.sampled_from([{"equals": "1"}, {"not_equals": "1"}, {"exists": True}, {"exists": False}, {"not_matches": "[12]"}])
KEYED = st.dictionaries(st.text("xy", min_size=1, max_size=2), st.sampled_from(["1", "3", U, None]), max_size=3)
CHOICES = st.lists(st.builds(lambda path, block: {path: block}, GLOBS, OPERATORS), min_size=1, max_size=8)


@settings(max_examples=600)
@given(
    targets(CHOICES.map(lambda any_of: {"any": any_of})),
    st.dictionaries(st.sampled_from(["a", "c", "x"]), st.one_of(KEYED, st.sampled_from([U, "1", None])), max_size=2),
)
def test_one_look_at_the_keys_loses_nothing(body: dict[str, Any], data: Any) -> None:
    subject = of_resource(resource(data, body["match"]["type"]))
    rows = judge(compile_target(body, lambda key: (key,), setting(), "").parts, subject)
    assert opened(body, data) or not rows


CONTAINER = {"securityContext": {"privileged": True}}


@pytest.mark.parametrize(
    ("requirement", "data", "through"),
    [
        ({"deny": {"a.b": {"equals": True}}}, {"a": {"b": False}}, False),
        ({"deny": {"a.b": {"equals": True}}}, {}, False),
        ({"deny": {"a.b": {"equals": True}}}, {"a": {"b": True}}, True),
        ({"deny": {"a.b": {"equals": True}}}, {"a": U}, True),
        ({"require": {"a": {"in": ["x", "y"]}}}, {"a": "x"}, False),
        ({"require": {"a": {"in": ["x", "y"]}}}, {"a": U}, True),
        ({"require": {"a": {"exists": True}}}, {"a": 1}, False),
        ({"require": {"a[*].b": {"matches": "x+"}}}, {"a": [{"b": "xx"}]}, False),
        ({"require": {"a[*].b": {"matches": "x+"}}}, {"a": [{"b": "xy"}]}, True),
        ({"deny": {"a[*]": {"satisfies": {"b": {"equals": "x"}, "c": {"equals": "y"}}}}}, {"a": [{"b": "x"}, {"c": "y"}]}, False),
        ({"each": "a", "deny": {"b": {"equals": "x"}}}, {"a": [{"b": "y"}]}, False),
        ({"each": "a", "deny": {"b": {"equals": "x"}}}, {"a": U}, True),
        ({"require": {"a": {"equals": True, "absent": True}}}, {}, False),
    ],
)
def test_what_a_screen_can_tell(requirement: dict[str, Any], data: Any, through: bool) -> None:
    assert opened({"match": {"type": "Thing"}, **requirement}, data) is through


def test_a_screen_sees_every_container() -> None:
    body = {"match": {"kind": "workload"}, "each": "pod.containers", "deny": {"securityContext.privileged": {"equals": True}}}
    pods = [resource({"spec": {"containers": [one]}}, "Pod") for one in ({}, CONTAINER)]
    subjects = [of_resource(pod) for pod in pods]
    assert open_to(rule(body), 0, body, setting(), subjects) == subjects[1:]


def test_no_text_of_a_rule_becomes_code() -> None:
    evil = '"] or __import__("os").abort() or d["'
    body = {"match": {"type": "Thing"}, "deny": {f"a['{evil}']": {"equals": evil, "in": [evil]}}}
    assert not opened(body, {"a": {}})
    assert opened(body, {"a": {evil: evil}})


def test_most_rules_have_screens() -> None:
    ruleset = load([data_folder("rules")])
    codes = [marshal.loads(code) if code else None for one in ruleset.rules.values() for code in one.screens]
    assert len([code for code in codes if code is not None]) > 0.9 * len(codes)
    assert all(len(packed_screens(one.body)) == len(one.screens) == len(targets_of(one.body)) for one in ruleset.rules.values())
