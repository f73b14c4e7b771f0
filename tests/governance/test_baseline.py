"""A baseline knows fingerprint and path: another file's violation is new, a moved file's old ones are not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.governance.baseline import Baseline, Known, dump, known_of, parse
from scanner.model.errors import ConfigError
from scanner.model.finding import Disposition, Finding, Outcome, Verdict
from scanner.model.place import Span
from scanner.model.resource import Key
from scanner.model.rule import Rule

KEY = Key("kubernetes", "Pod", "", "shop", "p", "kubernetes:shop/Pod/p")
RULE = Rule("X-1", "x", "x", "a", "high", "high", "on", "", "", (), {}, {}, (), {}, {}, "x.yaml")


def finding(fingerprint: str, path: str | None, outcome: Outcome = "fail") -> Finding:
    return Finding(RULE, KEY, outcome, Span(path, 1, 1, 1, 2) if path else None, (), "m", None, fingerprint)


@pytest.mark.parametrize(
    ("known", "there", "found", "held"),
    [
        pytest.param([("f", "a")], {"a"}, [("f", "a")], [True], id="same place"),
        pytest.param([("f", "a")], {"a", "b"}, [("f", "a"), ("f", "b")], [True, False], id="another file"),
        pytest.param([("f", "a")], {"a", "b"}, [("f", "b")], [False], id="mended there, new here"),
        pytest.param([("f", "a")], {"b"}, [("f", "b")], [True], id="moved"),
        pytest.param([("f", "a")], {"b", "c"}, [("f", "b"), ("f", "c")], [True, False], id="moved and copied"),
        pytest.param([("f", "a"), ("f", "b")], {"c", "d"}, [("f", "c"), ("f", "d")], [True, True], id="two moved"),
        pytest.param([("f", "a")], {"a"}, [("g", "a")], [False], id="another finding in the file"),
        pytest.param([("f", "a")], {"a"}, [("f", "a"), ("f", "a")], [True, True], id="twice in one file"),
        pytest.param([("f", None)], set(), [("f", None)], [True], id="without a file"),
        pytest.param([("f", None)], {"a"}, [("f", "a")], [False], id="without a file then, in one now"),
    ],
)
def test_what_is_held(known: list[tuple[str, str | None]], there: set[str], found: list[tuple[str, str | None]], held: list[bool]) -> None:
    findings = [finding(*one) for one in found]
    answer = Baseline([Known(*one) for one in known], lambda path: path not in there).held(findings)
    assert [id(one) in answer for one in findings] == held


@pytest.mark.parametrize(
    ("doubted", "outcome", "held"), [(True, "fail", False), (True, "unknown", True), (False, "unknown", True), (False, "fail", True)]
)
def test_a_doubt_excuses_no_failure(doubted: bool, outcome: Outcome, held: bool) -> None:
    one = finding("f", "a", outcome)
    assert bool(Baseline([Known("f", "a", doubted=doubted)], lambda path: False).held([one])) is held


@pytest.mark.parametrize(
    ("outcome", "disposition", "kept"),
    [
        ("fail", "open", True),
        ("unknown", "open", True),
        ("fail", "baselined", True),
        ("fail", "suppressed", False),
        ("fail", "waived", False),
        ("pass", "open", False),
    ],
)
def test_what_is_written(outcome: Outcome, disposition: Disposition, kept: bool) -> None:
    assert bool(known_of([Verdict(finding("f", "a", outcome), "high", disposition)])) is kept


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)


@given(st.lists(st.builds(Known, TEXT, st.none() | TEXT, TEXT, TEXT, st.just(False)), max_size=5))
def test_what_is_written_is_read_again(known: list[Known]) -> None:
    assert parse(dump(known), "b.json") == known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "other"}',
        '{"schema": "plumbrule/baseline/v1", "entries": [{}]}',
        '{"schema": "plumbrule/baseline/v1", "entries": [1]}',
    ],
)
def test_what_is_no_baseline(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, "b.json")


def test_one_line_an_entry() -> None:
    text = dump([Known("f", "a"), Known("g", None)])
    assert len(text.splitlines()) == 4
    assert json.loads(text)["entries"][1]["path"] is None
