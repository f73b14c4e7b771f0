"""Regular expressions without backtracking agree with Python's, and refuse what cannot be linear."""

from __future__ import annotations

import pytest
from backtracking import GUARDED, TooLongError, fullmatch
from hypothesis import given, reject
from hypothesis import strategies as st

from scanner.ruleset.automata import MOST_STATES, choices
from scanner.ruleset.regular import Pattern

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\.", "-", "[a-c1]", r"[^\d-]"])


def grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{0,2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    chosen = st.lists(inner, min_size=2, max_size=3).map(lambda ways: f"({'|'.join(ways)})")
    return st.one_of(repeated, chosen, st.lists(inner, min_size=1, max_size=3).map("".join))


LENGTHS = (1, 40, 200) if GUARDED else (1,)
"""How often a value is repeated: the long ones are for the automaton."""
PATTERNS = st.recursive(ATOMS, grouped, max_leaves=6)


@given(PATTERNS, st.lists(st.text("ab1.-", max_size=8), min_size=1, max_size=6), st.sampled_from(["", "(?i)", "(?s)"]))
def test_agrees_with_backtracking(pattern: str, values: list[str], flags: str) -> None:
    compiled = Pattern(flags + pattern)
    for value in [value * times for times in LENGTHS for value in values]:
        matches = compiled.matches(value)
        assert matches is _expected(flags + pattern, value)


def _expected(pattern: str, value: str) -> bool:
    """Return the reference's answer; an example on which it has none is none. Ours has answered by then, with no timer."""
    try:
        return fullmatch(pattern, value)
    except TooLongError:
        reject()


@pytest.mark.skipif(not GUARDED, reason="nothing ends a match on this platform")
def test_the_reference_is_ended_where_it_backtracks_for_ever() -> None:
    pattern, value = "(?:(?:a*)*)*b", "a" * 1_000
    assert Pattern(pattern).matches(value) is False
    with pytest.raises(TooLongError):
        fullmatch(pattern, value, seconds=0.1)
    assert fullmatch("a*b", "aab", seconds=0.1)


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("(?i)[^a]x", "AX", False),
        ("(?i)straße", "STRAßE", True),
        ("(?-i:a)", "A", False),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        ("^a$", "a", True),
        (r"\Aa\Z", "a", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_flags_and_anchors(pattern: str, value: str, matches: bool) -> None:
    assert Pattern(pattern).matches(value) is matches


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        (r"(?i)[\s\S]*api_?key=[0-9]+[\s\S]*", "x" * 600 + "APIKEY=1" + "x" * 600, True),
        (r"(?i)[\s\S]*api_?key=[0-9]+[\s\S]*", "x" * 600 + "Api-Key=1" + "x" * 600, False),
        (r"(.*(one|two_?s))+", "x" * 600 + "twos", True),
        (r".*(one|[0-9]).*", "x" * 600 + "7", True),
        (r"(?i).*k.*", "x" * 600 + "\u212a", True),
        (r"(?i).*S.*", "x" * 600 + "\u017f", True),
    ],
)
def test_long_values_are_looked_through_for_words(pattern: str, value: str, matches: bool) -> None:
    assert Pattern(pattern).matches(value) is matches
    assert Pattern(pattern).build().accepts(value) is matches


@pytest.mark.parametrize(
    ("pattern", "quick"),
    [
        ("([^@/]*/)*[^@/:]+", True),
        ("[a-z][a-z+.-]*://[^/:@]*:[^/@]+@.+", True),
        ("[A-Z]{2}[0-9]{2}( ?[0-9A-Z]{4}){3,7}", True),
        ("(a*)*b", False),
        ("(a*[ab])*c", False),
        ("(?i)(a*A)*c", False),
        ("([a-z]*\\d?[a-z])*c", False),
        ("(a*b?)*c", False),
        ("([^/]*.)*c", False),
    ],
)
def test_backtracking_is_tried_where_each_repetition_ends_in_one_way(pattern: str, quick: bool) -> None:
    assert (choices(pattern, 128) <= 14) is quick


def test_no_pattern_explodes() -> None:
    assert not Pattern("(a?){40}b").matches("a" * 100)
    assert not Pattern("(a|aa)+b").matches("a" * 100)
    assert not Pattern("a{0,90}a{0,90}a{0,90}a{0,90}b").matches("a" * 120)
    assert not Pattern("((a*)*)*b").matches("a" * 20_000)
    assert Pattern("(.*a){12}").matches("xa" * 5_000)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "(?<!a)b", r"a\b", "a^b", "(", "[", "a{100000}", f"(a{{100}}){{{MOST_STATES}}}"])
def test_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Pattern(pattern).build()


@given(PATTERNS, st.text("ab1.-", max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_a_text_with_a_gap_may_match_where_one_that_fills_it_does(pattern: str, value: str, first: int, second: int) -> None:
    start, end = min(first, second), max(first, second)
    partial = f"{value[:start]}\ufffd{value[end:]}"
    compiled = Pattern(pattern)
    assert compiled.may_match(partial) or not compiled.matches(value)


@pytest.mark.parametrize(
    ("pattern", "partial", "wanted"),
    [
        ("user:.*", "group:\ufffd", False),
        ("user:.*", "u\ufffd", True),
        ("a+b", "aa\ufffdc", False),
        ("a?", "\ufffd", True),
        ("x", "", False),
    ],
)
def test_a_text_with_gaps(pattern: str, partial: str, wanted: bool) -> None:
    assert Pattern(pattern).may_match(partial) is wanted
