"""Plain block YAML read by rows is what libyaml reads: the same data, the same places; whatever is not certain is left to libyaml."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_texts import DATA, as_text, styles

from scanner.syntax import libyaml_data, libyaml_places, plain_data, plain_places
from scanner.syntax.cutting import pieces
from scanner.syntax.plain_rows import LONGEST, Exotic
from scanner.syntax.scalars import CORE, KUBERNETES
from scanner.syntax.text import MalformedError, decode

HOME = Path(__file__).resolve().parents[2]
SHARED = HOME.parent / "shared"
BEYOND = re.compile(r"""[&*!](?=[\w"'(])|<<:|\? |\{\{|\r(?!\n)|[^\x20-\x7e\s]|\t""")
"""Signs that plain YAML has none of, or that make a text worth no promise."""


def table(places):
    return [
        places.keys,
        *(list(column) for column in (places._key_start, places._key_end, places._start, places._end, places._next)),
        places.aliases,
    ]


def agrees(text, schema=KUBERNETES):
    """Compare both readers and both surveyors; tell whether the plain reader took the text."""
    try:
        found = plain_data.load(text, schema)
    except Exotic:
        return False
    try:
        expected = libyaml_data.load(text, schema)
    except MalformedError as error:
        pytest.fail(f"libyaml refuses this ({error.message}): {text!r}")
    assert repr(found) == repr(expected), text
    try:
        places = plain_places.survey(text, schema)
    except Exotic:
        return True
    assert table(places) == table(libyaml_places.survey(text, schema)), text
    return True


def documents_of(*folders):
    for path in sorted(path for folder in folders for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern) if path.is_file()):
        try:
            text = decode(path.read_bytes(), "strict")
        except MalformedError:
            continue
        yield from (text[start:end] for start, end in pieces(text))


@pytest.fixture(scope="module")
def real():
    shared = [SHARED / "corpora", SHARED / "conformance"]
    if not all(folder.is_dir() for folder in shared):
        pytest.skip("the corpora are not beside the checkout")
    return list(documents_of(*shared))


@pytest.fixture(scope="module")
def ours():
    return list(documents_of(HOME / "tests" / "estate", HOME / "rules"))


def test_our_own_documents(ours):
    taken = [agrees(text, CORE) for text in ours]
    assert sum(taken) >= 0.9 * len(taken)


def test_real_documents(real):
    """Nearly all of what holds nothing exotic is really read here, and nothing is read differently."""
    plain = taken = 0
    for text in real:
        is_taken = agrees(text)
        if not BEYOND.search(text) and len(text) <= LONGEST:
            plain, taken = plain + 1, taken + is_taken
    assert plain > 1000
    assert taken >= 0.98 * plain


ROWS = (
    """
a: b|a:|- a|-|- a: b|-   a: b|- - a|- - a: b|a: "b"|"a": b|'a' : 'b''c'|a: 'b|  c'|a: "b \\|  c\\n"|a: "\\x41\\u00e9\\ud83d"
a: {b: c, "d":e, f: [g, h]}|a: [b,|  c, {d: e}]|]|a: ¦-|b c|more # c|# c|a: b # c|a: b# c|a: b #|a:  b  |a: b: c|a: >-|a: ¦
a: ¦+|a: ¦2|a: >|- >+| x| | |  |   |    |&a b|*a|!t b|? a|: b|<<: b|a: b\tc|\ta: b|a: \u00a0b|a: é|😀: b|\u2028|a: ~|~: a
null: b|1: 2|0x1F: yes|a: .nan|1e3: b|---|--- a|...|%a|a: -b|a: - b|a: ?b|a: :b|a::b: c|a: [b]c|a: {}|a: []|a: {} # c|a: {b}
a: {b: }|a: [b, ]|a: [,]|a: [[b], {c: "d"}]|a: "b" c|a: "b"# c|{a: b}|[a]|"a"|a: @b|a: `b|a: b@c|a: 'b' #c|- -|- - - a|-a|--a
a: --b
""".strip()
    .replace("\n", "|")
    .split("|")
)
LINES = st.tuples(st.sampled_from([0, 0, 0, 1, 2, 2, 3, 4, 6]), st.sampled_from(ROWS)).map(
    lambda line: " " * line[0] + line[1].replace("¦", "|")
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", ""])


@given(st.lists(LINES, max_size=8), ENDS, st.sampled_from([KUBERNETES, CORE]))
@settings(max_examples=400)
def test_any_rows(lines, end, schema):
    agrees((end or "\n").join(lines) + end, schema)


@given(DATA, styles(), st.sampled_from([KUBERNETES, CORE]))
@settings(max_examples=300)
def test_dumped_data(data, style, schema):
    agrees(as_text({"root": data}, style), schema)


WORDS = st.sampled_from(["", "", " ", "a", "a b", "  a", " - a", "# a", "a: b", "\ta", "'", '"'])
HEADS = "a: |\na: >\na: |-\na: >+\na: |+\na: >2\n- |1-\n- a: >\n- - |\na: '\na: \"\n- '\na: x\n- x\n- a: x"
SCALAR_LINES = st.lists(
    st.tuples(st.sampled_from(["", " ", "  ", "   ", "    "]), WORDS, st.sampled_from(["", "", " ", "\\", "  "])), max_size=5
)


@given(
    st.sampled_from(HEADS.strip().split("\n")),
    SCALAR_LINES,
    st.sampled_from(["", "'", '"', "\n", "'\n", '"\n', "\nb: c\n", "\n- b", "'\nb: c", '"\n  b: c\n']),
)
@settings(max_examples=400)
def test_scalars_of_several_lines(head, lines, tail):
    agrees("\n".join([head, *("".join(line) for line in lines)]) + tail)


MUTATIONS = [
    *":-#'\"|>[]{},\\\t\r\n &*!?%@`~é\u00a0\ufeff\x85\u2028\x00",
    "  ",
    "- ",
    ": ",
    " #",
    "---\n",
    "...\n",
    "<<: ",
    "\n\n",
    "|\n",
    ">-\n",
    "''",
]


@pytest.mark.parametrize("seed", range(4))
def test_broken_documents(ours, seed):
    """Edits at random, so that what is left is wrong in every way."""
    pick = random.Random(seed)
    short = [text for text in ours if len(text) < 4000]
    taken = 0
    for _ in range(500):
        text = pick.choice(short)
        for _ in range(pick.randint(1, 4)):
            at = pick.randrange(len(text) + 1)
            text = text[:at] + pick.choice(["", *MUTATIONS]) + text[at + pick.randrange(3) :]
        taken += agrees(text)
    assert taken > 50


@pytest.mark.parametrize(
    "text",
    ["", "# c\n", "a", "'a'\n", "{a: b}", "a: &x b\n", "a: *x\n", "<<: {a: b}\n", "a: !!str b\n", "? a\n: b\n", "a:\tb\n",
     "a: b\n---\nc: d\n", "%YAML 1.1\n---\na: b\n", f"{'a' * 1001}: b\n", "a: \u2028b\n", "- " * 65 + "a\n", "a: .nan\n",
     "null: a\n", "a: 'b\n--- c'\n", "a: [b\n", "a: b\n c: d\n", "a:\n- b\nc\n", "a: |\n    \n  b\n", "a: |\n \n # b\n",
     "- a: b\n  ? c\n  : d\n"],
)  # fmt: skip
def test_what_is_left_to_libyaml(text):
    with pytest.raises(Exotic):
        plain_data.load(text, KUBERNETES)


@pytest.mark.parametrize("unit", ["a: 'b\n", 'a: "b\n', "- [", "a: b\n   ", "- " * 60 + "\n", "a: {b: \n", "a: '\\\n", "a: b\n\n\n"])
def test_time_grows_with_length_alone(unit):
    """Counted in steps of the interpreter, not seconds: twice the text takes no more than about twice the work."""
    small, large = (_steps(unit * count) for count in (200, 400))
    assert large <= 2.5 * small + 1000


def _steps(text):
    import sys

    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        plain_data.load(text, CORE)
    except Exotic:
        pass
    finally:
        sys.settrace(before)
    return count


def test_plain_manifests_load_no_pyyaml():
    import subprocess
    import sys

    program = (
        "import sys; from scanner.syntax.documents import documents; from scanner.syntax.text import Source;"
        "from scanner.syntax.scalars import KUBERNETES;"
        "(one,) = documents(Source('f', 'kind: Pod\\nspec: {a: [b]}\\nc:\\n- d: |\\n   x\\n'), KUBERNETES);"
        "print(one.load().data, one.span(('c', 0, 'd')), 'yaml' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.startswith("{'kind': 'Pod', 'spec': {'a': ['b']}, 'c': [{'d': 'x\\n'}]} Span(")
    assert said.endswith("False\n")


def test_two_readers_of_yaml_agree_on_real_documents(real):
    """PyYAML's own scalars differ from ours, so that only shapes are compared: what is a mapping, a list, or text in quotes."""
    for text in real[::7]:
        try:
            found = plain_data.load(text, CORE)
            assert _shape(found.data) == _shape(yaml.load(text, Loader=yaml.CBaseLoader)), text
        except Exotic:
            continue


def _shape(node):
    if isinstance(node, dict):
        return {key: _shape(value) for key, value in node.items()}
    return [_shape(item) for item in node] if isinstance(node, list) else None
