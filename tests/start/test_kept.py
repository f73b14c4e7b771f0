"""What stands in for parts of the standard library does what they do."""

from __future__ import annotations

import functools
import json
import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import kept
from scanner.model.counts import Counts, tally
from scanner.syntax.json_text import compact, spaced

DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


@given(DATA)
def test_json_is_what_json_writes(value: Any) -> None:
    assert spaced(value) == json.dumps(value)
    assert compact(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        spaced({"a": {1, 2}})
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="Circular"):
        compact(endless)
    assert spaced([1]) == "[1]"  # a failure leaves nothing behind


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_counts_are_those_of_a_counter(one: list[str], other: list[str]) -> None:
    counts = tally(one)
    counts.add(tally(other))
    assert counts == Counter(one + other)
    assert Counts(Counter(one))["z"] == 0
    assert "z" not in counts


@pytest.mark.parametrize("size", [2, None])
def test_results_are_remembered_as_functools_does(size: int | None) -> None:
    calls: dict[str, list[int]] = {"ours": [], "theirs": []}

    def of(who: str) -> Any:
        def root(number: int) -> float:
            calls[who].append(number)
            return math.sqrt(number)

        return root

    ours, theirs = kept.lru_cache(maxsize=size)(of("ours")), functools.lru_cache(maxsize=size)(of("theirs"))
    assert [ours(number) for number in (1, 4, 1, 9, 4, 4)] == [theirs(number) for number in (1, 4, 1, 9, 4, 4)]
    assert calls["ours"] == calls["theirs"]
    ours.cache_clear()
    assert (ours(4), calls["ours"][-1]) == (2.0, 4)
    assert (ours.__name__, ours.__wrapped__(16)) == ("root", 4.0)


def test_a_property_is_found_once() -> None:
    class Thing:
        asked = 0

        @kept.cached_property
        def size(self) -> int:
            """How large it is."""
            self.asked += 1
            return 7

    thing = Thing()
    assert (thing.size, thing.size, thing.asked) == (7, 7, 1)
    assert Thing.size.__doc__ == "How large it is."
