"""Every place is exact: what stands there is what is meant."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syntax_texts import DATA, as_text, styles

from scanner.syntax import json_places
from scanner.syntax.loaded import MAX_DEPTH
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.yaml_data import load
from scanner.syntax.yaml_places import survey

TEXT = """\
# c
base: &x {b: 1, c: [2, 3]}
m:
  <<: *x
  privileged: true   # z
  d: |
    foo
    bar

  e:
  - name: x   # t
    image: *x
  - {n: 1, m: 2}
  - "y"
  empty:
  'quoted': "#"
  two:
    x
    y
  below:
    z
  none: {}
z: &s nginx
w: *s
many:
  <<: [{p: 1}, &q {p: 2, q: 3}]
"""


def shown(places, pointer, part):
    found = places.range(pointer, part)
    return found and places.text[slice(*found)]


@pytest.mark.parametrize(
    ("pointer", "attribute", "key", "value"),
    [
        (("base",), "base", "base", "&x {b: 1, c: [2, 3]}"),
        (("base", "c", 1), "3", None, "3"),
        (("m", "privileged"), "privileged: true", "privileged", "true"),
        (("m", "b"), "b: 1", "b", "1"),
        (("m", "d"), "d", "d", "|\n    foo\n    bar"),
        (("m", "e"), "e", "e", '- name: x   # t\n    image: *x\n  - {n: 1, m: 2}\n  - "y"'),
        (("m", "e", 0), "name: x", None, "name: x   # t\n    image: *x"),
        (("m", "e", 0, "image"), "base", "image", "&x {b: 1, c: [2, 3]}"),
        (("m", "e", 0, "image", "c", 0), "2", None, "2"),
        (("m", "e", 1), "{n: 1, m: 2}", None, "{n: 1, m: 2}"),
        (("m", "e", 2), '"y"', None, '"y"'),
        (("m", "empty"), "empty", "empty", ""),
        (("m", "quoted"), "'quoted': \"#\"", "'quoted'", '"#"'),
        (("m", "two"), "two", "two", "x\n    y"),
        (("m", "below"), "below", "below", "z"),
        (("m", "none"), "none", "none", "{}"),
        (("w",), "z: &s nginx", "w", "&s nginx"),
        (("many", "p"), "p: 1", "p", "1"),
        (("many", "q"), "q: 3", "q", "3"),
    ],
)
def test_what_is_there(pointer, attribute, key, value):
    places = survey(TEXT, KUBERNETES)
    assert [shown(places, pointer, part) for part in ("attribute", "key", "value")] == [attribute, key, value]


@pytest.mark.parametrize(
    ("pointer", "shown_at"),
    [
        (("nothing",), "base: &x {b: 1, c: [2, 3]}"),
        (("m", "nothing"), "m"),
        (("m", "privileged", "deeper"), "privileged"),
        (("m", "empty", "deeper", 0), "empty"),
        (("m", "e", 0, "nothing"), "name: x"),
        (("m", "e", 1, "nothing"), "{n: 1, m: 2}"),
        (("m", "e", 9), "e"),
        (("m", "e", "name"), "e"),
    ],
)
def test_what_is_missing_is_placed_at_its_deepest_ancestor(pointer, shown_at):
    places = survey(TEXT, KUBERNETES)
    assert shown(places, pointer, "attribute") == shown_at
    assert [places.range(pointer, part) for part in ("key", "value", "whole")] == [None, None, None]


@pytest.mark.parametrize(
    ("pointer", "through"),
    [
        (("m", "privileged"), []),
        (("m", "b"), ["<<: *x"]),
        (("m", "e", 0, "image", "c"), ["image: *x"]),
        (("w",), ["w: *s"]),
        (("many", "q"), ["<<"]),
    ],
)
def test_the_way_through_aliases_and_merges(pointer, through):
    places = survey(TEXT, KUBERNETES)
    assert [places.text[slice(*found)] for found in places.detours(pointer)] == through


@given(DATA, styles())
def test_text_at_every_span_parses_to_the_value(data, style):
    text = as_text({"root": data}, style)
    places = survey(text, KUBERNETES)
    check_values(places, load(text, KUBERNETES).data, (), lambda part: load(part, KUBERNETES).data, "? {}\n: 1")


@given(DATA, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_text_at_every_span_of_json_parses_to_the_value(data, indent, ascii_only):
    text = " \n" + json.dumps({"root": data}, indent=indent, ensure_ascii=ascii_only)
    check_values(json_places.survey(text), json.loads(text), (), json.loads, "{{{}: 1}}")


def check_values(places, data, pointer, parse, pair):
    start, end = places.range(pointer, "value")
    indent = start - places.text.rfind("\n", 0, start) - 1
    assert parse(" " * indent + places.text[start:end]) == data
    for part, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        check_values(places, value, (*pointer, part), parse, pair)
        if isinstance(part, str):
            assert list(parse(pair.format(shown(places, (*pointer, part), "key")))) == [part]


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("a: 1\nb: {c: 1, c: 2}\na: 3", [(("b", "c"), "c: 2"), (("a",), "a: 3")]),
        ("- {x: 1, x: 2, x: 3}", [((0, "x"), "x: 2"), ((0, "x"), "x: 3")]),
        ("a: &a {x: 1}\nb: {<<: *a, x: 2}", []),
    ],
)
def test_repeated_keys_are_placed_at_their_second_place(text, repeated):
    places = survey(text, KUBERNETES)
    assert [(pointer, text[start : start + 4]) for pointer, (start, _) in places.repeated()] == repeated


def test_the_last_of_repeated_keys_is_meant():
    assert shown(survey("a: 1\na: 2", KUBERNETES), ("a",), "attribute") == "a: 2"


def test_json_on_one_line_and_with_tabs():
    text = '{"a":\t[1,{"b":"\\ud83d\\ude00","c":{}}],"d\\u0065":null, "f" :\r\n -1.5e3}'
    places = json_places.survey(text)
    pointers = [("a", 0), ("a", 1, "b"), ("a", 1, "c"), ("de",), ("f",), ("a", 1, "x")]
    attributes = [shown(places, pointer, "attribute") for pointer in pointers]
    assert attributes == ["1", '"b":"\\ud83d\\ude00"', '"c"', '"d\\u0065":null', '"f"', '{"b":"\\ud83d\\ude00","c":{}}']


@pytest.mark.parametrize("several", ["*a{0}", "[*a{0}, *a{0}]"])
def test_long_chains_of_merges_are_followed_at_once(several):
    text = "a0: &a0 {deep: 1}\n" + "".join(f"a{n}: &a{n}\n  <<: {several.format(n - 1)}\n" for n in range(1, 2000))
    places = survey(text, KUBERNETES)
    assert shown(places, ("a1999", "deep"), "attribute") == "deep: 1"
    assert shown(places, ("a1999", "nothing"), "attribute") == "a1999"


def test_the_deepest_text_that_is_read_can_be_surveyed():
    deep = "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH
    assert shown(survey(deep, KUBERNETES), (0,) * MAX_DEPTH, "value") == "x"
    assert load(deep, KUBERNETES).repeated is bool(survey(deep, KUBERNETES).repeated())
