"""Edits of YAML and JSON: only the attribute's bytes change, or nothing is offered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.config import Config
from scanner.evaluate import Remedy
from scanner.fixes.text import apply
from scanner.fixes.yaml_edits import edits
from scanner.formats.kubernetes import read
from scanner.model.reading import Wanted
from scanner.ruleset.remedies import Change
from scanner.sources.memory import MemoryTree
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import Source

HEAD = "apiVersion: v1\nkind: Pod\n"
EVERYTHING = Wanted(frozenset(), everything=True)


def mended(text: str, *changes: tuple[Any, ...]) -> str | None:
    resource = read(MemoryTree({"a.yaml": text.encode()}), ["a.yaml"], EVERYTHING, Config()).resources[0]
    found = edits(Remedy(None, resource, tuple(Change(*change) for change in changes)), text)  # type: ignore[arg-type]
    return apply(text, found) if found else None


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param("spec:\n  a: true # why\n", ("set", ("spec", "a"), False), "spec:\n  a: false # why\n", id="scalar"),
        pytest.param("spec: {a: 'x'}\n", ("set", ("spec", "a"), "yes"), 'spec: {a: "yes"}\n', id="a word that must be quoted"),
        pytest.param("spec:\n  a:\n  b: 1\n", ("set", ("spec", "a"), 2), "spec:\n  a: 2\n  b: 1\n", id="null"),
        pytest.param("spec:\n  a:\n  - 1\n", ("set", ("spec", "a"), []), "spec:\n  a: []\n", id="a list gives way"),
        pytest.param("spec:\n  a: # why\n  - 1\n", ("set", ("spec", "a"), 1), None, id="a comment would be lost"),
        pytest.param("spec: {}\n", ("set", ("spec", "a", "b"), 1), "spec: {a: {b: 1}}\n", id="empty flow"),
        pytest.param("spec: {b: 1}\n", ("set", ("spec", "a"), 1), "spec: {b: 1, a: 1}\n", id="flow"),
        pytest.param(
            "spec: {\n  b: 1, # why\n}\n", ("set", ("spec", "a"), 1), "spec: {\n  b: 1, # why\n  a: 1,\n}\n", id="flow, comma and comment"
        ),
        pytest.param(
            "spec: {\n  b: 1 # why\n}\n", ("set", ("spec", "a"), 1), "spec: {\n  b: 1, # why\n  a: 1\n}\n", id="flow and comment"
        ),
        pytest.param("spec:\n", ("set", ("spec", "a"), 1), "spec: {a: 1}\n", id="nothing below"),
        pytest.param("spec:\n  b: 1 # x\n# y\n", ("set", ("spec", "a"), {"c": 1}), "spec:\n  b: 1 # x\n  a:\n    c: 1\n# y\n", id="in"),
        pytest.param("spec:\n  b: |\n    x\n", ("set", ("spec", "a"), 1), "spec:\n  a: 1\n  b: |\n    x\n", id="below a literal"),
        pytest.param("spec:\n- b: 1\n- c: 2\n", ("set", ("spec", 0, "a"), 1), "spec:\n- b: 1\n  a: 1\n- c: 2\n", id="item"),
        pytest.param("spec:\n  b: 1", ("set", ("spec", "a"), 1), "spec:\n  b: 1\n  a: 1", id="no end of line"),
        pytest.param("x: &x {b: 1}\nspec: *x\n", ("set", ("spec", "a"), 1), None, id="alias"),
        pytest.param("x: &x {b: 1}\nspec:\n  <<: *x\n  c: 1\n", ("set", ("spec", "b"), 2), None, id="merge"),
        pytest.param("spec:\n  a: &x 1\n  b: *x\n", ("set", ("spec", "a"), 2), None, id="anchor"),
        pytest.param("spec:\n  a: 1 # one\n  b: 2\n", ("remove", ("spec", "a")), "spec:\n  b: 2\n", id="remove"),
        pytest.param("spec:\n  a: 1\n", ("remove", ("spec", "a")), "spec: {}\n", id="remove the last"),
        pytest.param("spec: {a: 1, b: 2}\n", ("remove", ("spec", "a")), "spec: {b: 2}\n", id="remove in flow"),
        pytest.param("spec: {a: 1, b: 2}\n", ("remove", ("spec", "b")), "spec: {a: 1}\n", id="remove the end of flow"),
        pytest.param("spec:\n- a: 1\n  b: 2\n", ("remove", ("spec", 0, "a")), "spec:\n- b: 2\n", id="remove an item's first key"),
        pytest.param("spec:\n- a\n- b\n", ("remove", ("spec", 0)), "spec:\n- b\n", id="remove an item"),
        pytest.param("spec:\n  a: 1\n", ("remove", ("spec", "b")), None, id="remove nothing"),
        pytest.param("spec:\n- a # one\n", ("append", ("spec",), "b"), "spec:\n- a # one\n- b\n", id="append"),
        pytest.param("spec: [a]\n", ("append", ("spec",), {"b": 1}), "spec: [a, {b: 1}]\n", id="append in flow"),
        pytest.param("spec: []\n", ("append", ("spec",), "b"), "spec: [b]\n", id="append to nothing"),
        pytest.param("spec: {}\n", ("append", ("spec", "a"), "b"), "spec: {a: [b]}\n", id="append to what is not there"),
        pytest.param("spec: {a: 1}\n", ("append", ("spec", "a"), "b"), None, id="append to no list"),
        pytest.param("spec: {a: 1}\n", ("set", ("spec", "a"), 1), None, id="already so"),
    ],
)  # fmt: skip
def test_one_change(before: str, change: tuple[Any, ...], after: str | None) -> None:
    assert mended(HEAD + before, change) == (None if after is None else HEAD + after)


def test_json_stays_json() -> None:
    before = '{\n  "apiVersion": "v1", "kind": "Pod",\n  "spec": {\n    "a": 1\n  }\n}\n'
    after = '{\n  "apiVersion": "v1", "kind": "Pod",\n  "spec": {\n    "a": 1,\n    "b": {"c": "yes"}\n  }\n}\n'
    assert mended(before, ("set", ("spec", "b", "c"), "yes")) == after


def test_two_changes_below_one_missing_key() -> None:
    after = HEAD + "spec:\n  x: 1\n  a:\n    b: 1\n    c: 2\n"
    assert mended(HEAD + "spec:\n  x: 1\n", ("set", ("spec", "a", "b"), 1), ("set", ("spec", "a", "c"), 2)) == after


def test_line_breaks_stay() -> None:
    before, after = HEAD + "spec:\n  b: 1\n", HEAD + "spec:\n  b: 1\n  a: 1\n"
    assert mended(before.replace("\n", "\r\n"), ("set", ("spec", "a"), 1)) == after.replace("\n", "\r\n")


def test_other_documents_are_left_alone() -> None:
    other = "---\na: [\n---\n# kept\nx:   1\n"
    assert mended(HEAD + "spec: {}\n" + other, ("set", ("spec", "a"), 1)) == HEAD + "spec: {a: 1}\n" + other


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab #:-{}[]'\"|\n", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-# ", min_size=1, max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN, PLAIN, st.booleans())
def test_what_is_offered_says_exactly_what_was_asked(old: Any, new: Any, flow: bool) -> None:
    import yaml

    spec = {"x": old, "z": 1}
    written = f"spec: {yaml.safe_dump(spec, default_flow_style=True)}" if flow else yaml.safe_dump({"spec": spec}, default_flow_style=False)
    before = HEAD + written
    after = mended(before, ("set", ("spec", "x"), new))
    if after is not None:
        data = next(iter(documents(Source("", after), KUBERNETES))).load().data
        assert data["spec"] == {"x": new, "z": 1}
