"""Texts for property tests: data written in many of YAML's styles."""

from typing import NamedTuple

import yaml
from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["a", "b", "name", "no", "on", "y", "~", "null", "0777",
     "1.0", "1e3", "0x1F", "", " ", "a b", "a: b", "- a", "x # y", '"', "'", "{", "[",
     "---", "é", "😀", "two\nlines", "tab\there", "trailing ", "# c", "%", "@", "&a", "*a", "!t", "|", ">", "?", "<<", "="]
)  # fmt: skip
SCALARS = st.one_of(
    WORDS, st.integers(-(2**40), 2**40), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)


class Style(NamedTuple):
    """How ``yaml.dump`` writes."""

    flow: bool | None
    quotes: str | None
    indent: int
    width: int
    unicode: bool
    line_break: str


def styles():
    return st.builds(
        Style,
        st.sampled_from([None, True, False]),
        st.sampled_from([None, None, "'", '"', "|", ">"]),
        st.sampled_from([2, 4]),
        st.sampled_from([10, 80]),
        st.booleans(),
        st.sampled_from(["\n", "\n", "\r\n"]),
    )


def as_text(data, style):
    return yaml.dump(
        data,
        default_flow_style=style.flow,
        default_style=style.quotes,
        indent=style.indent,
        width=style.width,
        allow_unicode=style.unicode,
        line_break=style.line_break,
        sort_keys=False,
    )
