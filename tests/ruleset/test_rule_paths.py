"""Paths: what they mean, what is no path, and that every pointer leads to its value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.inventory import lookup
from scanner.model.unknown import Unknown
from scanner.ruleset import paths
from scanner.ruleset.paths import EACH_KEY, ITEMS, KEYS, Glob, parse, split
from scanner.ruleset.walking import collect, keys_of, lead, spread, walk, walker

WORDS = st.sampled_from(["a", "b", "a/b"])
DATA = st.recursive(
    st.one_of(st.none(), st.integers(0, 3), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
)
STEPS = st.lists(st.one_of(WORDS, st.integers(0, 2), st.sampled_from([ITEMS, EACH_KEY, Glob(("a", ""))])), min_size=1, max_size=4).map(
    tuple
)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a", ("a",)),
        ("a.b_c.d-e", ("a", "b_c", "d-e")),
        ("a[*].b", ("a", ITEMS, "b")),
        ("a.*.b", ("a", ITEMS, "b")),
        ("a[0].b", ("a", 0, "b")),
        ('a["x.y/z"].b', ("a", "x.y/z", "b")),
        ("a['x.y/z']", ("a", "x.y/z")),
        ("a~", ("a", KEYS)),
        ("a~[*]", ("a", EACH_KEY)),
        ("~[*]", (EACH_KEY,)),
        ('a["x-*"]', ("a", Glob(("x-", "")))),
        ('a["*on*s"].b', ("a", Glob(("", "on", "s")), "b")),
    ],
)
def test_what_paths_mean(text: str, steps: tuple[Any, ...]) -> None:
    assert parse(text).steps == steps


@pytest.mark.parametrize(
    "text", ["", ".", ".a", "a.", "a..b", "a[", "a[]", "a[x]", "a b", "a.[0]", "a~b", "a{b}", "a[-1]", 'a["x"', "[*]a"]
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        parse(text)


@pytest.mark.parametrize(("text", "root"), [("pod.spec", "pod"), ('["pod"].spec', None), ("~[*]", None), ("[0].a", None)])
def test_only_an_unquoted_word_names_a_root(text: str, root: str | None) -> None:
    assert parse(text).root == root


@pytest.mark.parametrize(("key", "fits"), [("x-on-s", True), ("ons", True), ("os", False), ("on", False), ("sono", False), ("snons", True)])
def test_globs_of_keys(key: str, fits: bool) -> None:
    found = collect({key: 1}, parse('["*on*s"]').steps, [])
    assert found == ([1] if fits else [])


@given(DATA, STEPS)
def test_every_pointer_leads_to_its_value(data: Any, steps: Any) -> None:
    placed = list(spread(data, steps, ()))
    assert [value for _, value in placed] == collect(data, steps, [])
    for pointer, value in placed:
        at_key = EACH_KEY in steps
        assert at_key or lookup(data, pointer) == value


@given(DATA, st.lists(st.one_of(WORDS, st.integers(0, 2)), min_size=1, max_size=4).map(tuple))
def test_a_short_cut_is_the_same_way(data: Any, steps: Any) -> None:
    assert walker(steps)(data) == walk(data, steps) == lookup(data, steps)


def test_beyond_an_unknown_everything_is_unknown_and_nothing_is_known_of_its_shape() -> None:
    unknown = Unknown("var.x has no value", "var.x", not_null=True, kind="list")
    assert walk({"a": unknown}, ("a",)) is unknown
    for found in (
        walk({"a": unknown}, ("a", "b")),
        *collect({"a": unknown}, parse("a[*].b").steps, []),
        walker(("a", "b"))({"a": unknown}),
    ):
        assert isinstance(found, Unknown)
        assert (found.cause, found.origin, found.not_null, found.kind) == ("var.x has no value", "var.x", False, None)


def test_keys_and_leads() -> None:
    assert keys_of({"b": 1, "a": 2}) == ["b", "a"]
    assert keys_of([1]) is None
    assert lead(parse("a.b[0][*].c").steps) == ("a", "b", 0)
    assert split("a.b[*].c[*]") == ("a.b[*]", "c[*]")
    assert split("a.b") is None
    assert split("a[*]") == ("a[*]", "")


@given(st.lists(st.sampled_from(["a", "b_c", "[*]", ".", "..", "[", "]", "é", "1"]), min_size=1, max_size=7).map("".join))
def test_plain_paths_are_read_as_all_others(text: str) -> None:
    def read(plain: bool) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            if not plain:
                patch.setattr(paths, "_is_plain", lambda _: False)
            try:
                return parse.__wrapped__(text), split(text)
            except ValueError:
                return None

    assert read(plain=True) == read(plain=False)
