"""Objects of the rules' own examples with something odd or unknown in them: no rule and no view crashes on any."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cli.trial import judging
from scanner.ruleset import load
from scanner.ruleset.examples import Judge, read_examples
from scanner.ruleset.loading import rule_files
from scanner.tables import data_folder

HOLE = "\0a place of which nobody knows"
ODD = st.sampled_from(
    [None, "", "a b", 1, -1, 1.5, 2**70, True, [], [None], [1, "a"], [[]], {}, {"": []}, {"a": None}, {"name": {}}]
)  # fmt: skip


@cache
def judge() -> Judge:
    return judging(load([data_folder("rules")]))


@cache
def groups() -> list[list[dict[str, Any]]]:
    """Return the objects of each example that has any, as plain data."""
    found = []
    for file in rule_files(data_folder("rules")):
        for example in read_examples(file):
            objects = [one for path, text in example.files.items() if path.endswith(".yaml") for one in _objects(text)]
            found += [objects] if objects else []
    return found


def _objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return
    for one in documents:
        if isinstance(one, dict) and one.keys() >= {"apiVersion", "kind", "metadata"}:
            yield json.loads(json.dumps(one, default=str))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*at, key)
        yield from places(inner, (*at, key))


def put(value: Any, at: tuple[Any, ...], odd: Any) -> Any:
    if not at:
        return odd
    inner = put(value[at[0]], at[1:], odd)
    return {**value, at[0]: inner} if isinstance(value, dict) else [*value[: at[0]], inner, *value[at[0] + 1 :]]


def altered(data: st.DataObject, odd: st.SearchStrategy[Any]) -> list[Any]:
    """Return the objects of an example, one of them with something else at one place."""
    objects = data.draw(st.sampled_from(groups()))
    number = data.draw(st.integers(0, len(objects) - 1))
    at = data.draw(st.sampled_from([one for one in places(objects[number]) if one[0] not in ("apiVersion", "kind")]))
    return [*objects[:number], put(objects[number], at, data.draw(odd)), *objects[number + 1 :]]


def crashes(path: str, text: str) -> list[str]:
    found = judge()({path: text}, {"profile": "platform"})
    return [one.detail for one in found.problems if one.kind == "rule-crash"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_something_odd_crashes_nothing(data: st.DataObject) -> None:
    assert not crashes("main.yaml", "\n---\n".join(map(json.dumps, altered(data, ODD))))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_something_unknown_crashes_nothing(data: st.DataObject) -> None:
    written = (json.dumps(one, indent=1).replace("${", "$${").replace(json.dumps(HOLE), "var.x") for one in altered(data, st.just(HOLE)))
    blocks = (f'resource "kubernetes_manifest" "m{number}" {{\n  manifest = {one}\n}}\n' for number, one in enumerate(written))
    assert not crashes("main.tf", 'variable "x" {}\n' + "".join(blocks))


SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {selector: {app: web}}}\n"
NAMES = "{matchNames: [[[]]]}"
MONITOR = (
    "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: web, namespace: shop}, "
    f"spec: {{selector: {{matchLabels: {{app: web}}}}, namespaceSelector: {NAMES}, endpoints: [{{port: http}}]}}}}\n"
)
OWNER = "{kind: ReplicaSet, name: {}}"
OWNED = f"{{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: shop, ownerReferences: [{OWNER}]}}, spec: {{containers: []}}}}\n"


@pytest.mark.parametrize("text", [f"{SERVICE}---\n{MONITOR}", OWNED])
def test_what_crashed_once(text: str) -> None:
    assert not crashes("main.yaml", text)
