"""Cutting and peeking agree with parsing, whatever the text."""

import re

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from syntax_texts import DATA, as_text, styles

from scanner.model.errors import ConfigError, RuleError
from scanner.model.place import Span
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source
from scanner.syntax.yaml import load_located
from scanner.syntax.yaml_data import load

PIECES = st.sampled_from(
    ["---", "---\n", "--- # c\n", "...\n", "... # c\n", "# c\n", "\n", "%YAML 1.1\n", "a: 1\n", "kind: Pod\n", "apiVersion: v1\n",
     " kind: x\n", "kind: 'A'\n", "  more\n", '"kind": B\n', "a: |\n", "  ---\n", "- x\n", "text\n", "{a: 1}\n", 'a: "\n', '"\n',
     "\r\n", "\r",
     "\u2028", "kind:  # c\n", "kind: A # c\n", "? kind\n", "<<: {kind: C}\n", "kind: true\n", "--- |\n", "--- kind: D\n", "kindness: x\n",
     "kind : E\n", "&x kind: F\n", "\tkind: G\n", "a: {\n", "}\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def cut(text):
    return documents(Source("f", text), KUBERNETES)


@given(TEXTS)
def test_documents_cut_are_those_of_the_whole_stream(text):
    try:
        whole = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node.start_mark.index != node.end_mark.index]
    except yaml.YAMLError:
        return
    assume(
        not re.search(r"^(?!\.\.\.|---$|--- |#|%|\s*$).*[\r\n]+%", text, re.MULTILINE)
    )  # libyaml is too kind to directives behind content
    kept = [document for document in cut(text) if load(document.text, KUBERNETES).data is not None]
    assert len(kept) == len([node for node in whole if not (isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"))])


@given(TEXTS)
def test_what_is_peeked_is_what_parsing_finds(text):
    for document in cut(text):
        words = document.peek("apiVersion", "kind")
        try:
            data = document.load().data
        except MalformedError:
            continue
        if words is not None and isinstance(data, dict):
            assert {key: data[key] for key in ("apiVersion", "kind") if key in data}.items() <= words.items()


@given(st.lists(st.dictionaries(st.sampled_from(["kind", "apiVersion", "a"]), DATA, min_size=1), max_size=4), styles())
def test_streams_of_documents(parts, style):
    text = "".join(f"---\n{as_text(part, style)}" for part in parts)
    assert [document.load().data for document in cut(text)] == [load(as_text(part, style), KUBERNETES).data for part in parts]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: Pod\napiVersion: apps/v1 # c\nspec:\n- kind: X\n", {"kind": "Pod", "apiVersion": "apps/v1"}),
        ('# c\n---\n\nkind: "Pod"\r\nmetadata:\r\n  kind: X\r\n', {"kind": "Pod"}),
        ("foo: bar\n", {}),
        ("{kind: Pod}", None),
        ("  kind: Pod\n", None),
        ("kind: Pod\n  more\n", None),
        ("kind: Pod\n\n\n  more\n", None),
        ("kind: Pod\n  # c\n", {"kind": "Pod"}),
        ("kind: Pod\nkind: Job\n", None),
        ("kind: 5\n", None),
        ("kind: on\n", None),
        ("<<<<<<< HEAD\nkind: Pod\n", None),
    ],
)
def test_peek(text, words):
    assert cut(text)[0].peek("apiVersion", "kind") == words


def test_a_broken_document_leaves_the_others_and_counts_from_the_start_of_the_file():
    good, broken, last = cut("a: 1\n---\nb: [\n---\nc: 2\n")
    assert (good.load().data, last.load().data) == ({"a": 1}, {"c": 2})
    with pytest.raises(MalformedError) as refused:
        broken.load()
    assert broken.source.point(refused.value.offset) == (4, 1)
    assert last.span(("c",)) == Span("f", 5, 1, 5, 5)


@pytest.mark.parametrize(
    ("text", "data", "span"),
    [
        ('{"a": "\\ud83d\\ude00",\n\t"b": [true]}', {"a": "😀", "b": [True]}, Span("f", 2, 8, 2, 12)),
        ("{a: x,\n b: [yes]}", {"a": "x", "b": [True]}, Span("f", 2, 6, 2, 9)),
    ],
)
def test_braces_are_json_or_flow_yaml(text, data, span):
    (document,) = cut(text)
    assert document.load().data == data
    assert document.span(("b", 0)) == span


@pytest.mark.parametrize(
    ("text", "offset"),
    [('{"a": 1,\n"b": ]', 14), ("{a: 1, b: ]}", 10), ('{"a": NaN, "a": 1]', 17), ("[1] 2", 4)],
)
def test_what_is_neither_says_where_it_went_wrong(text, offset):
    with pytest.raises(MalformedError) as refused:
        cut(text)[0].load()
    assert refused.value.offset == offset


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, '{"a":' * 300 + "1" + "}" * 300])
def test_deep_json_is_refused(text):
    with pytest.raises(MalformedError) as refused:
        cut(text)[0].load()
    assert refused.value.kind == "too-large"


def test_repeated_keys_of_json_are_noticed():
    (document,) = cut('{"a": {"b": 1, "b": 2}}')
    assert document.load() == ({"a": {"b": 2}}, True)
    assert document.repeated() == ((("a", "b"), Span("f", 1, 16, 1, 19)),)


def test_our_own_files():
    located = load_located("\ufeffa: on\nb: {c: 1, c: 2}\n".encode(), "f.yaml")
    assert located.data == {"a": "on", "b": {"c": 2}}
    assert located.span(("a",)) == Span("f.yaml", 1, 1, 1, 6)
    assert located.duplicates == ((("b", "c"), Span("f.yaml", 2, 11, 2, 12)),)


@pytest.mark.parametrize(
    ("content", "error", "line", "column"),
    [(b"a: [\n", ConfigError, 2, 1), (b"a\n\xff", RuleError, 2, 1), (b"a: 1\n---\nb: 2\n", ConfigError, 2, 1)],
)
def test_mistakes_in_our_own_files_have_a_place(content, error, line, column):
    with pytest.raises(error) as wrong:
        load_located(content, "f.yaml", error)
    assert wrong.value.span == Span("f.yaml", line, column, line, column)
