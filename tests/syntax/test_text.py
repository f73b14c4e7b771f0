"""Bytes to text, and offsets to lines and columns."""

import pytest

from scanner.syntax.text import MalformedError, Source, decode


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    assert decode("a: é😀\r\n".encode(encoding), "strict") == "a: é😀\r\n"


@pytest.mark.parametrize(("content", "offset"), [(b"ab\n\xff", 3), (b"\xff\xfea\x00\x00\xd8", 1), ("é".encode() + b"\xc3", 1)])
def test_what_is_no_text_says_where(content, offset):
    with pytest.raises(MalformedError) as refused:
        decode(content, "strict")
    assert refused.value.offset == offset
    assert "\ufffd" in decode(content)


@pytest.mark.parametrize(
    ("text", "offset", "point"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 4, (2, 2)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("😀é\u2028x\x0cy", 5, (1, 6)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_lines_and_columns(text, offset, point):
    assert Source("f", text).point(offset) == point
