"""Managed fields are cut out of the text of a list, and nothing else is."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.cluster.connection import decoded
from scanner.sources.cluster.trimming import trimmed, without_managers

ODD = st.text(alphabet='}]{[",\\:ax\n\u00e9', max_size=12) | st.sampled_from(
    ['}]},"spec":{', '"managedFields":[{', ',"managedFields":[{"a":1}]', "\\"]
)
SCALARS = ODD | st.integers() | st.booleans() | st.none()
FIELDS = st.recursive(st.just({}), lambda inner: st.dictionaries(ODD, inner, max_size=3), max_leaves=6)
MANAGERS = st.lists(st.fixed_dictionaries({"manager": ODD, "operation": st.just("Update"), "fieldsV1": FIELDS}), min_size=1, max_size=3)
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3), max_leaves=8)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": draw(ODD), "labels": draw(st.dictionaries(ODD, ODD, max_size=2))}
    if draw(st.booleans()):
        metadata["managedFields"] = draw(MANAGERS)
    metadata |= draw(st.dictionaries(st.just("finalizers"), st.lists(ODD, max_size=2)))
    return {"metadata": metadata, "spec": draw(PLAIN)}


def written(items: list[dict[str, Any]]) -> bytes:
    return json.dumps({"kind": "PodList", "items": items}, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.lists(objects(), max_size=4))
def test_nothing_else_is_cut(items: list[dict[str, Any]]) -> None:
    left = copy.deepcopy(items)
    for one in left:
        one["metadata"].pop("managedFields", None)
    assert json.loads(without_managers(written(items))) == {"kind": "PodList", "items": left}


def test_what_a_server_never_writes_is_read_as_it_is() -> None:
    """A list inside the list of managed fields ends it too early for a look at the text."""
    item = {"metadata": {"name": "a", "managedFields": [{"manager": "m", "x": [{}], "y": 1}]}}
    assert trimmed("/x", written([item])) == decoded("/x", written([item]))
    broken = b'{"items":[{"metadata":{"name":"a","managedFields":[{"manager":"}]'
    assert without_managers(broken) == broken


def test_a_long_text_of_brackets_costs_no_more_than_its_length() -> None:
    """A manager may be called anything: each place that looks like an end is looked at once."""
    item = {"metadata": {"name": "a", "managedFields": [{"manager": "}]" * 200_000}]}}
    assert trimmed("/x", written([item]))["items"] == [{"metadata": {"name": "a"}}]
