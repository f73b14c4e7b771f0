"""A finding is the same tomorrow: whatever moved, whichever came first; and two findings are never one."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.evaluate.fingerprint import fingerprint, stable
from scanner.formats import kubernetes
from scanner.inventory import Inventory
from scanner.model.reading import Wanted
from scanner.model.resource import Key
from scanner.model.unknown import Unknown
from scanner.sources.memory import MemoryTree

sys.path.insert(0, str(Path(__file__).parents[1] / "ruleset"))
from rule_making import resource, rule

EACH = {"match": {"type": "Pod"}, "each": "pod.containers", "deny": {"env[*].value": {"equals": "x"}}}
STAR = {"match": {"type": "Pod"}, "deny": {"pod.containers[*].env[*].value": {"equals": "x"}}}
ENV = st.lists(st.fixed_dictionaries({"name": st.sampled_from("abc"), "value": st.sampled_from("xy")}), max_size=3)
PODS = st.lists(st.lists(st.tuples(st.sampled_from("pqr"), ENV), max_size=3, unique_by=lambda pair: pair[0]), max_size=4)


def prints(pods: list[Any], body: dict[str, Any]) -> list[str]:
    resources = [
        resource({"metadata": {"name": name}, "spec": {"containers": [{"name": one, "env": env} for one, env in containers]}}, "Pod")
        for name, containers in pods
    ]
    return sorted(one.fingerprint for one in evaluate([rule(body)], Inventory(resources), {}, Config()).findings)


@given(PODS, st.randoms(use_true_random=False), st.sampled_from([EACH, STAR]))
def test_order_changes_no_fingerprint(pods: list[Any], chance: random.Random, body: dict[str, Any]) -> None:
    named = [(f"p{number}", containers) for number, containers in enumerate(pods)]
    moved = [(name, chance.sample(containers, len(containers))) for name, containers in chance.sample(named, len(named))]
    assert prints(named, body) == prints(moved, body)


def texts(pods: list[Any], chance: random.Random) -> list[str]:
    objects = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{number}"}, "spec": {"containers": containers}}
        for number, containers in enumerate([[{"name": one, "env": env} for one, env in containers] for containers in pods])
    ]
    dumped = [yaml.safe_dump(one, default_flow_style=chance.choice([None, False, True])) for one in chance.sample(objects, len(objects))]
    return [chance.choice(["", "\n", "# moved\n\n"]) + text for text in dumped]


@given(PODS, st.randoms(use_true_random=False), st.sampled_from([EACH, STAR]))
def test_moved_lines_and_files_change_no_fingerprint(pods: list[Any], chance: random.Random, body: dict[str, Any]) -> None:
    together = {"all.yaml": "---\n".join(texts(pods, chance))}
    apart = {f"{number}.yaml": text for number, text in enumerate(texts(pods, chance))}
    found = []
    for files in (together, apart):
        tree = MemoryTree({path: text.encode() for path, text in files.items()})
        parsed = kubernetes.read(tree, sorted(files), Wanted(frozenset({"Pod"})), Config())
        findings = evaluate([rule(body)], Inventory(parsed.resources), {}, Config()).findings
        found.append(sorted(one.fingerprint for one in findings))
    assert found[0] == found[1]
    assert len(found[0]) == len(prints([(f"p{number}", containers) for number, containers in enumerate(pods)], body))


@given(PODS)
def test_findings_of_each_are_told_apart(pods: list[Any]) -> None:
    found = prints([(f"p{number}", containers) for number, containers in enumerate(pods)], EACH)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("data", "pointer", "names"),
    [
        ({"a": [{"name": "x"}, {"name": "y"}]}, ("a", 1, "b"), ("a", "[name=y]", "b")),
        ({"a": [{"id": "x"}]}, ("a", 0), ("a", "[id=x]")),
        ({"a": ["get", "*"]}, ("a", 1), ("a", "['*']")),
        ({"a": ["*", "*"]}, ("a", 1), ("a", "['*']#1")),
        ({"a": [{"k": 1, "j": 2}]}, ("a", 0), ("a", "[{'j':2,'k':1}]")),
        ({"a": [{"j": 2, "k": 1}]}, ("a", 0), ("a", "[{'j':2,'k':1}]")),
        ({"a": [Unknown("why", "var.x")]}, ("a", 0), ("a", "[?var.x]")),
        ({}, ("a", 3, "b"), ("a", "3", "b")),
    ],
)
def test_items_are_named_by_themselves(data: Any, pointer: Any, names: tuple[str, ...]) -> None:
    assert stable(data, pointer, {}) == names


KEY = Key("kubernetes", "Pod", "", "shop", "p", "kubernetes:shop/Pod/p")


@pytest.mark.parametrize(
    "other",
    [
        fingerprint("B-1", KEY, ("a",)),
        fingerprint("A-1", KEY._replace(scope="prod"), ("a",)),
        fingerprint("A-1", KEY._replace(namespace="bank"), ("a",)),
        fingerprint("A-1", KEY, ("b",)),
        fingerprint("A-1", KEY, ("a", "")),
    ],
)
def test_rule_resource_scope_and_pointer_make_it(other: str) -> None:
    assert fingerprint("A-1", KEY, ("a",)) != other


def test_it_never_changes() -> None:
    assert fingerprint("A-1", KEY, ("spec", "[name=x]", "image")) == "d9feeee3a2f7d940a696778c035241de"


AUTOPILOT = {"enable_autopilot": {"equals": True}}
TWO = {
    "match": {"type": "Pod"},
    "targets": [{"require": {"any": [{name: {"equals": True}}, AUTOPILOT]}, "message": name} for name in ("shielded", "released")],
}


def of_two(data: dict[str, Any]) -> dict[str, str]:
    found = evaluate([rule(TWO)], Inventory([resource({"metadata": {"name": "p"}, **data}, "Pod")]), {}, Config()).findings
    return {one.message: one.fingerprint for one in found}


def test_two_requirements_that_one_place_decides_are_told_apart() -> None:
    both = of_two({})
    assert len(set(both.values())) == 2
    assert both == of_two({})


def test_a_requirement_keeps_its_fingerprint_when_the_one_before_it_is_met() -> None:
    both = of_two({})
    assert of_two({"shielded": True}) == {"released": both["released"]}
    assert of_two({"released": True}) == {"shielded": both["shielded"]}
    alone = {**TWO, "targets": TWO["targets"][:1]}
    (only,) = evaluate([rule(alone)], Inventory([resource({"metadata": {"name": "p"}}, "Pod")]), {}, Config()).findings
    assert only.fingerprint == both["shielded"]  # a rule to which a requirement is added keeps what it had


def test_an_item_keeps_its_fingerprint_when_the_one_before_it_is_gone() -> None:
    body = {"match": {"type": "Pod"}, "each": "rows[*]", "require": {"resource.mode": {"equals": "safe"}}, "message": "{name}"}

    def of_rows(*names: str) -> dict[str, str]:
        subject = resource({"metadata": {"name": "p"}, "mode": "odd", "rows": [{"name": name} for name in names]}, "Pod")
        return {one.message: one.fingerprint for one in evaluate([rule(body)], Inventory([subject]), {}, Config()).findings}

    assert of_rows("a", "b")["b"] == of_rows("b")["b"] != of_rows("a")["a"]


def test_the_same_clause_twice_is_numbered() -> None:
    same = {"match": {"type": "Pod"}, "targets": [{"deny": {"x": {"equals": 1}}, "message": word} for word in "abc"]}
    found = evaluate([rule(same)], Inventory([resource({"metadata": {"name": "p"}, "x": 1}, "Pod")]), {}, Config()).findings
    assert len({one.fingerprint for one in found}) == 3
