"""YAML to plain data: what is kept, what is refused, and that a second implementation agrees."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from syntax_texts import DATA, as_text, styles

from scanner.syntax.loaded import MAX_DEPTH
from scanner.syntax.scalars import CORE, KUBERNETES
from scanner.syntax.text import MalformedError
from scanner.syntax.yaml_data import check, load


@given(st.lists(DATA, max_size=3), styles())
def test_a_second_implementation_agrees(parts, style):
    text = as_text({f"k{index}": part for index, part in enumerate(parts)}, style)
    assert load(text, KUBERNETES).data == reference(yaml.compose(text, Loader=yaml.SafeLoader))


def reference(node):
    if isinstance(node, yaml.MappingNode):
        return {KUBERNETES.key(key.value) if key.style is None else key.value: reference(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [reference(item) for item in node.value]
    if node.style is None:
        return KUBERNETES.plain(node.value)
    return KUBERNETES.tagged(node.tag, node.value)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: on\nb: 0o17\nc: 1e3\nd: ~\n1.29: 0xF", {"a": "on", "b": 15, "c": 1000.0, "d": None, "1.29": 15}),
        ("no: 1_000\ny: .5", {"no": "1_000", "y": 0.5}),
        ("today: 2026-01-01", {"today": "2026-01-01"}),
    ],
)
def test_our_own_files_follow_yaml_1_2(text, data):
    assert load(text, CORE).data == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing\n", None),
        ("a: =\nb: <<\n", {"a": "=", "b": "<<"}),
        ("base: &b {x: 1, y: 2}\nuse: {y: 3, <<: *b, x: 4}", {"base": {"x": 1, "true": 2}, "use": {"true": 2, "x": 4}}),
        ("a: [&x {p: 1}, &y {p: 2, q: 3}]\nb:\n  <<: [*x, *y]", {"a": [{"p": 1}, {"p": 2, "q": 3}], "b": {"p": 1, "q": 3}}),
        ('"<<": {a: 1}', {"<<": {"a": 1}}),
        ("&k key: v\n? *k\n: w", {"key": "w"}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: !Ref b\nc: !!str 5\n!!int '0x10': d", {"a": "b", "c": "5", "16": "d"}),
        ("a: |\n  x: {{ y }}\n", {"a": "x: {{ y }}\n"}),
        ("a:\tb\r\nc: d\r\n", {"a": "b", "c": "d"}),
    ],
)
def test_what_kubernetes_reads(text, data):
    assert load(text, KUBERNETES).data == data


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("a: 1\nb: 2", False),
        ("a: 1\na: 2", True),
        ("x: {a: {b: 1, b: 1}}", True),
        ("b: &b {a: 1}\nc: {<<: *b, a: 2}", False),
        ("1: a\n'1': b", True),
    ],
)
def test_a_key_written_twice_is_noticed(text, repeated):
    assert load(text, KUBERNETES).repeated is repeated


@pytest.mark.parametrize(
    ("text", "offset", "kind"),
    [
        ("a: [1, 2\nb: 3", 10, "unparsable"),
        ("a: b: c", 4, "unparsable"),
        ("a: 1\n\tb: 2", 5, "unparsable"),
        ("a: \x07", 3, "unparsable"),
        ("a: 😀\nb: \ufffe", 8, "unparsable"),
        ("a: *nothing", 3, "unparsable"),
        ("a: &a [*a]", 7, "unparsable"),
        ("? [a]\n: b", 2, "unparsable"),
        ("~: b", 0, "unparsable"),
        ("a: .inf", 3, "unparsable"),
        ("a: !!int x", 3, "unparsable"),
        ("<<: 1", 4, "unparsable"),
        ("a: &x [{b: 1}]\n<<: *x", 19, "unparsable"),
        ("a: 1\n...\n---\nb: 2", 9, "unparsable"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), MAX_DEPTH, "too-large"),
    ],
)
def test_what_is_refused_says_where(text, offset, kind):
    with pytest.raises(MalformedError) as refused:
        load(text, KUBERNETES)
    assert (refused.value.offset, refused.value.kind) == (offset, kind)
    assert refused.value.message


def bomb(inner):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} {inner(n - 1)}" for n in range(1, 30)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(lambda n: "[" + ", ".join([f"*a{n}"] * 10) + "]"),
        bomb(lambda n: f"{{<<: {{p{n}: *a{n}, q{n}: *a{n}, r{n}: *a{n}}}}}"),
        "a: &a0 [x]\n" + "\n".join(f"b{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 1)),
        f"a: &a {{{', '.join(f'k{n}: 1' for n in range(5000))}}}\nb:\n" + "- <<: *a\n" * 100,
    ],
    ids=["list", "merge", "deep", "merged copies"],
)
def test_alias_bombs_are_refused(text):
    with pytest.raises(MalformedError) as refused:
        load(text, KUBERNETES)
    assert refused.value.kind == "too-large"


def test_what_an_alias_stands_for_is_shared():
    data = load("a: &a {x: [1]}\nb: *a", KUBERNETES).data
    assert data["a"] is data["b"]


@pytest.mark.parametrize(("text", "offset", "kind"), [("a: 1\nb: [\n", 10, "unparsable"), ("[" * 100_000, MAX_DEPTH, "too-large")])
def test_check_finds_what_load_finds(text, offset, kind):
    for read in (check, lambda text: load(text, KUBERNETES)):
        with pytest.raises(MalformedError) as refused:
            read(text)
        assert (refused.value.offset, refused.value.kind) == (offset, kind)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_inside_it(text):
    assert 0 <= refusal(text) <= len(text)


def refusal(text):
    try:
        load(text, KUBERNETES)
    except MalformedError as error:
        return error.offset
    return 0


def test_the_pure_parser_reads_the_same(monkeypatch):
    text = "a: &x {b: [1, yes, ~]}\nd: *x\ne: |\n  text\n"
    fast = load(text, KUBERNETES)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert load(text, KUBERNETES) == fast
    with pytest.raises(MalformedError) as refused:
        load("a: [1\nb: \x00", KUBERNETES)
    assert refused.value.offset == 9
