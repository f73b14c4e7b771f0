"""Maps that were not read whole: what is said of them holds whatever else is in them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from test_conditions import RESOURCES, WORDS, Broken, Hole, filled, unknown

from scanner.model.unknown import Open, Unknown
from scanner.ruleset.equality import same
from scanner.ruleset.selectors import parse_selector, selects


def labels() -> st.SearchStrategy[dict[str, Any]]:
    known = st.dictionaries(WORDS, st.sampled_from(["x", "y", "z"]), max_size=3)
    return known | known.map(Broken)


EXPRESSIONS = st.fixed_dictionaries(
    {"key": WORDS | st.just(Hole("present")), "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"])},
    optional={"values": st.lists(st.sampled_from(["x", "y"]), max_size=2) | st.just(Hole("present"))},
)
WHOLE = st.fixed_dictionaries({}, optional={"matchLabels": labels(), "matchExpressions": st.lists(EXPRESSIONS, max_size=2)})
SELECTORS = WHOLE | WHOLE.map(Broken)


@settings(max_examples=400)
@given(RESOURCES, RESOURCES, st.data())
def test_equal_is_what_stays_equal(left: Any, right: Any, more: Any) -> None:
    verdict = same(unknown(left), unknown(right))
    assert isinstance(verdict, Unknown) or verdict is same(filled(left, more.draw), filled(right, more.draw))


@settings(max_examples=400)
@given(SELECTORS, labels(), st.data())
def test_selected_is_what_stays_selected(selector: Any, own: Any, more: Any) -> None:
    verdict = selects(parse_selector(unknown(selector)), unknown(own))
    whole = selects(parse_selector(filled(selector, more.draw)), filled(own, more.draw))
    assert isinstance(verdict, Unknown) or verdict is whole


def test_what_is_known_decides() -> None:
    lost = Unknown("not read")
    assert same(Open({"a": 1}, lost), {"a": 2, "b": 1}) is False
    assert same(Open({"a": 1}, lost), {"b": 1}) is False
    assert isinstance(same(Open({"a": 1}, lost), {"a": 1}), Unknown)
    assert selects(parse_selector({"a": "x"}), Open({"a": "y"}, lost)) is False
    assert isinstance(selects(parse_selector({"b": "x"}), Open({"a": "y"}, lost)), Unknown)
