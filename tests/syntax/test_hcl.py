"""HCL and its JSON form as located nodes; mistakes, and what is read in spite of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.syntax.hcl.json import read_json
from scanner.syntax.hcl.lexer import HclError
from scanner.syntax.hcl.nodes import Body, Expression
from scanner.syntax.hcl.parser import parse, parse_expression, parse_template

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def plain(node: Any) -> Any:
    """Write nodes without places: a class's name and what it holds, literals as themselves."""
    name = type(node).__name__
    if name == "Literal":
        return node.value
    if name == "Root":
        return f"${node.name}"
    if name == "Item":
        return "*"
    if not hasattr(node, "_fields"):
        return [plain(item) for item in node] if isinstance(node, tuple) else node
    return [name.lower(), *(plain(value) for field, value in zip(node._fields, node, strict=True) if field not in {"start", "end"})]


EXPRESSIONS = [
    ("a ? b : c ? d : e", ["conditional", "$a", "$b", ["conditional", "$c", "$d", "$e"]]),
    ("1 - 2 - 3", ["operation", "-", [["operation", "-", [1, 2]], 3]]),
    ("a && !b || c", ["operation", "||", [["operation", "&&", ["$a", ["operation", "!", ["$b"]]]], "$c"]]),
    ("1 + 2 * 3 == 7", ["operation", "==", [["operation", "+", [1, ["operation", "*", [2, 3]]]], 7]]),
    ("-a.b[0]", ["operation", "-", [["index", ["get", "$a", "b"], 0]]]),
    ("1e5", 100000),
    ("1.50", Decimal("1.5")),
    ("a.0.1.b", ["get", ["index", ["index", "$a", 0], 1], "b"]),
    ("a[*].b[0]", ["splat", "$a", ["index", ["get", "*", "b"], 0]]),
    ("a.*.b[0]", ["index", ["splat", "$a", ["get", "*", "b"]], 0]),
    ("a[*].b[*].c", ["splat", "$a", ["splat", ["get", "*", "b"], ["get", "*", "c"]]]),
    ("f(a, b...)", ["call", "f", ["$a", "$b"], True]),
    ("x::y::f()", ["call", "x::y::f", [], False]),
    ('{a = 1, "b" : 2\n (c) = 3, for = 4}', ["object", [["a", 1], ["b", 2], ["$c", 3], ["for", 4]]]),
    ("[\n1, # one\n2 /* two */,\n]", ["tuple", [1, 2]]),
    ("[for k, v in a : v if k]", ["for", "k", "v", "$a", None, "$v", False, "$k"]),
    ("{for v in a : v => v...}", ["for", None, "v", "$a", "$v", "$v", True, None]),
    ('"a"', "a"),
    ('"a${b}c"', ["template", ["a", "$b", "c"], False]),
    ('"${b}"', ["template", ["$b"], True]),
    ('"a ${~ b ~} c"', ["template", ["a", "$b", "c"], False]),
    ('"$${x} %%{y} $ % \\n\\t\\"\\\\ \\u00e9 \\U0001f600"', '${x} %{y} $ % \n\t"\\ é 😀'),
    ('"${"${a}"}"', ["template", [["template", ["$a"], True]], True]),
    ('"%{ if a }b%{ else }c%{ endif }"', ["template", [["conditional", "$a", "b", "c"]], False]),
    (
        '"%{ for x in a }${x}%{ endfor }"',
        ["template", [["joined", ["for", None, "x", "$a", None, ["template", ["$x"], False], False, None]]], False],
    ),
    ("<<A\n  x\n A\n", "  x\n"),
    ("<<-A\n    x\n\n      y\n  A\n", "x\n\n  y\n"),
    ("<<-A\n  ${b}\n    c\n  A\n", ["template", ["", "$b", "\n", "  c\n"], False]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_expressions(text: str, expected: Any) -> None:
    assert plain(parse_expression(text)) == expected


SHORT = """
a b|1 +|a ? b|a.|a[|f(|"a|"${a"|"${a|{a}|{a = }|[a b]|<<A|"\\q"|[for a in b]|{for a in b : a}|"%{ if a }"|"%{ endif }"|a ? b :|(a|a)|@|~
"""
LONG = ["((" * 100, "[" * 100, "-" * 200 + "1", '"${' * 100, "a" + ".b" * 400, "1" * 2000, "1e9999", "a" + " + a" * 400]
MISTAKES = ["", *SHORT.strip().split("|"), *LONG]


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes(text: str) -> None:
    with pytest.raises(HclError):
        parse_expression(text)


FILE = """\
a = 1
b "one" two {
  c = [
    1,
  ]
  d {}
  e { f = "x" }
}
"""


def test_places() -> None:
    body = parse("x.tf", FILE).body
    block = body.blocks[0]
    point = body.source.point
    assert (block.type, block.labels, point(block.start), point(block.key_end), point(block.end)) == (
        "b",
        ("one", "two"),
        (2, 1),
        (2, 12),
        (8, 2),
    )
    attribute = block.body.attributes["c"]
    places = (attribute.start, attribute.key_end, attribute.value.start, attribute.end)
    assert [point(at) for at in places] == [(3, 3), (3, 4), (3, 7), (5, 4)]
    assert [inner.type for inner in block.body.blocks] == ["d", "e"]


BROKEN = [
    ("a = ]\nb = 1\n", {"b"}, [], [1]),
    ('a = "x\nb = 1\n', {"b"}, [], [1]),
    ("a = [1,\nb = 2\n", {"b"}, [], [2]),
    ("r {\n  a = (\n  b = 1\n}\nc = 1\n", {"c"}, ["r"], [3]),
    ("r {\n  a = {\n    x = ~\n  }\n  b = 1\n}\nc = 1\n", {"c"}, ["r"], [3]),
    ('r {\n  a = <<X\n{\n  "x": "${}"\n}\nX\n  b = 1\n}\nc = 1\n', {"c"}, ["r"], [4]),
    ("r {\n  a = 1\n", set(), ["r"], [1]),
    ("r {\n  a = 1\nr {\n  b = 2\n}\n", set(), ["r", "r"], [1]),
    ("r {\n  a = 1\n\nr {\n  b = 2\n}\nc = 1\n", {"c"}, ["r", "r"], [1]),
    ("r { a = ~ }\nc = 1\n", {"c"}, [], [1]),
    ("}\na = 1\n", {"a"}, [], [1]),
    ("a = 1 b = 2\nc = 3\n", {"c"}, [], [1]),
    ("a = <<X\nnever closed\nb = 1\n", {"b"}, [], [1, 2]),
    ("a = 1\na = 2\n", {"a"}, [], [2]),
    ("a : 1\nb = 1\n", {"b"}, [], [1]),
]


@pytest.mark.parametrize(("text", "attributes", "blocks", "lines"), BROKEN)
def test_the_rest_of_a_broken_file_is_read(text: str, attributes: set[str], blocks: list[str], lines: list[int]) -> None:
    parsed = parse("x.tf", text)
    assert (set(parsed.body.attributes), [block.type for block in parsed.body.blocks]) == (attributes, blocks)
    assert [parsed.body.source.point(mistake.offset)[0] for mistake in parsed.mistakes] == lines


CONFLICT = "<<<<<<< HEAD\n  a = 1\n=======\n  a = 2\n>>>>>>> other\n"
OPEN = [
    ("r {\n  a = 1\n}\n", {}, False),
    ("r {\n  a = ]\n  b {}\n}\nq {}\n", {"r"}, False),
    ("r {\n  b {\n    a = ]\n  }\n}\n", {"r.b"}, False),
    ("r {\n  b { a = ] }\n}\n", {"r"}, False),
    ("r {\n  b {\n    a = 1\n  }\n  c {\n    a = 1\n", {"r", "r.c"}, True),
    ("r {\n  b {\n  a = 1\n}\n", {"r", "r.b"}, True),  # which of the two was never closed?
    ("r {\n  b {}\n}\n}\nq {}\n", {"r", "r.b"}, True),  # some block above has lost its end
    ("r {\n" + CONFLICT + "  b {}\n}\n", {"r"}, True),
    ("r {\n  b {\n" + CONFLICT + "    c = 1\n  }\n}\n", {"r", "r.b"}, True),
    ("q {}\n" + CONFLICT + "r {}\n", {}, True),
    ("a = 1\na = 2\n", {}, False),
]


@pytest.mark.parametrize(("text", "blocks", "whole"), OPEN)
def test_bodies_know_that_there_may_be_more_in_them(text: str, blocks: set[str], whole: bool) -> None:
    body = parse("x.tf", text).body
    assert {name for name, inner in _named_bodies(body, ()) if inner.broken} == set(blocks)
    assert (body.broken is not None) is whole


def _named_bodies(body: Body, above: tuple[str, ...]) -> Iterator[tuple[str, Body]]:
    for block in body.blocks:
        yield ".".join((*above, block.type)), block.body
        yield from _named_bodies(block.body, (*above, block.type))


def test_a_conflict_is_one_mistake_and_what_stands_around_it_is_read() -> None:
    parsed = parse("x.tf", "r {\n  b = 1\n" + CONFLICT + "  c = 2\n}\nq {}\n")
    assert [mistake.message for mistake in parsed.mistakes] == ["a merge conflict is not resolved"]
    assert [(block.type, [*block.body.attributes]) for block in parsed.body.blocks] == [("r", ["b", "c"]), ("q", [])]
    assert parsed.body.blocks[0].body.broken == "x.tf:3:1 could not be read (a merge conflict is not resolved)"


def test_a_conflict_about_the_end_of_a_block_leaves_its_rest_to_nobody() -> None:
    sides = "<<<<<<< HEAD\n}\nr {\n=======\n}\nr {\n>>>>>>> other\n"
    parsed = parse("x.tf", f"r {{\n  a = 1\n{sides}  a = 2\n}}\nq {{}}\n")
    assert [(block.type, [*block.body.attributes], bool(block.body.broken)) for block in parsed.body.blocks] == [
        ("r", ["a"], True), ("q", [], False),
    ]  # fmt: skip


def test_an_attribute_at_the_end_of_a_broken_file_may_be_cut() -> None:
    assert [*parse("x.tf", "r {\n  a = 1\n  b = 3").body.blocks[0].body.attributes] == ["a"]
    assert [*parse("x.tf", "r {\n  a = 1\n  b = 3\n").body.blocks[0].body.attributes] == ["a", "b"]


PIECES = st.sampled_from([*'"}{[]()=a1.*~?:#\\é \n', "${", "%{", "for", "if", "in", "endif", "<<A\n", "A\n", "/*", "\r\n"])


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    parsed = parse("x.tf", text)
    assert all(0 <= mistake.offset <= len(text) for mistake in parsed.mistakes)
    for node in _nodes(parsed.body):
        assert 0 <= node.start <= node.end <= len(text)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_template_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(HclError):
        parse_template(text)


def _nodes(body: Body) -> Iterator[Expression]:
    yield from (attribute.value for attribute in body.attributes.values())
    for block in body.blocks:
        yield from _nodes(block.body)


def test_many_mistakes_end() -> None:
    parsed = parse("x.tf", "a = ]\n" * 10_000)
    assert len(parsed.mistakes) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, -2.50, true, null, "x"]}', ["object", [["a", ["tuple", [1, Decimal("-2.5"), True, None, "x"]]]]]),
        ('"a ${b} \\"c\\""', ["template", ["a ", "$b", ' "c"'], False]),
        ('"${f(\\"x\\")}"', ["template", [["call", "f", ["x"], False]], True]),
        ('" \\u00e9 $${x} "', " é $${x} ".replace("$$", "$")),
    ],
)
def test_json(text: str, expected: Any) -> None:
    assert plain(read_json(text)) == expected


@pytest.mark.parametrize("text", ["", "{", '{"a"}', '{"a": }', "[1 2]", '"', "nul", "{'a': 1}", '"${"', "1 2", "[" * 100, "[1,,2]"])
def test_mistakes_in_json(text: str) -> None:
    with pytest.raises(HclError):
        read_json(text)


def test_blocks_as_tree_sitter_sees_them() -> None:
    """The grammar that editors use finds the same blocks in real files, wherever it finds no error."""
    tree_sitter, grammar = pytest.importorskip("tree_sitter"), pytest.importorskip("tree_sitter_hcl")
    files = sorted((SHARED / "corpora").rglob("*.tf"))
    if not files:
        pytest.skip("the corpora are not beside the checkout")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    for path in files:
        text = path.read_text("utf-8-sig")
        root = parser.parse(text.encode()).root_node
        parsed = parse(str(path), text)
        assert not parsed.mistakes
        assert root.has_error or sorted(_ours(parsed.body)) == sorted(_theirs(root)), path


def _ours(body: Body) -> Iterator[tuple[int, str]]:
    for block in body.blocks:
        yield body.source.point(block.start)[0], block.type
        yield from _ours(block.body)


def _theirs(node: Any) -> Iterator[tuple[int, str]]:
    if node.type == "block":
        yield node.start_point[0] + 1, node.children[0].text.decode()
    for child in node.children:
        yield from _theirs(child)
