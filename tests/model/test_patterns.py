"""Patterns that are remembered match as they did when they were compiled, and whatever is wrong with what was remembered, none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import cache, patterns

PIECES = ["a", "b*", "[a-c]", "[^b]+", "(?:a|b)", "(x)", "(?P<n>a?)", "\\d{1,3}", "(?<!a)b", "(?=c)", ".", "\\s", "a++", "\\Z"]
TEXTS = st.tuples(
    st.sampled_from(["", "(?i)", "(?s)", "(?x)", "(?m)"]), st.lists(st.sampled_from(PIECES), max_size=6, unique_by=lambda one: one)
).map(lambda parts: parts[0] + "".join(parts[1]))


@pytest.fixture
def afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin as a process without any pattern does, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(cache._state, "enabled", True)
    monkeypatch.setattr(patterns, "_made", {})
    monkeypatch.setattr(patterns, "_found", {})
    _next_process()
    yield
    _next_process()


def _next_process() -> None:
    patterns.pattern.cache_clear()
    patterns._known.cache_clear()


@given(TEXTS, st.lists(st.text("abcx1 \n", max_size=6), min_size=1, max_size=5))
def test_what_is_remembered_matches_alike(text: str, values: list[str]) -> None:
    plain = re.compile(text)
    row = patterns._row(plain, patterns_codes(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_known", lambda: {text: row})
        again = patterns.recalled(text)
    assert again is not None
    assert (again.pattern, again.flags, again.groups, dict(again.groupindex)) == (
        plain.pattern,
        plain.flags,
        plain.groups,
        dict(plain.groupindex),
    )
    for value in values:
        one, other = plain.search(value), again.search(value)
        assert (one and (one.span(), one.groups(), one.lastgroup)) == (other and (other.span(), other.groups(), other.lastgroup))


def patterns_codes(text: str) -> list[int]:
    from re import _compiler, _parser  # type: ignore[attr-defined]

    codes: list[int] = _compiler._code(_parser.parse(text), 0)
    return codes


@pytest.mark.usefixtures("afresh")
def test_the_next_run_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns.pattern("a+(b)")
    patterns.keep()
    _next_process()
    monkeypatch.setattr(re, "compile", lambda _: pytest.fail("it was remembered"))
    assert patterns.pattern("a+(b)").fullmatch("aab")


@pytest.mark.usefixtures("afresh")
def test_what_was_found_out_is_not_looked_for_again() -> None:
    assert patterns.found("length", "a+", len) == 2
    patterns.keep()
    _next_process()
    assert patterns.found("length", "a+", lambda _: pytest.fail("it was remembered")) == 2
    assert patterns.found("length", "abc", len) == 3


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize(
    "row", [None, 1, (), (0, b"abc", 0, {}, (None,)), (0, b"\xff" * 16, 0, {}, (None,)), (0, "x", 0, {}, ()), (0, b"", -1, {}, ())]
)
def test_what_the_matcher_refuses_is_compiled(row: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "_known", lambda: {"a+": row})
        assert patterns.pattern("a+").fullmatch("aa")


@pytest.mark.usefixtures("afresh")
def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST", 2)
    for text in ("a", "b", "c"):
        patterns.pattern(text)
        patterns.keep()
        patterns._known.cache_clear()
    assert set(patterns._known()) == {"c"}


@pytest.mark.usefixtures("afresh")
def test_without_a_cache_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cache._state, "enabled", False)
    patterns.pattern("a")
    patterns.keep()
    assert not list(tmp_path.rglob("*.marshal"))
