"""Bytes become text, and offsets become lines and columns. The one place that counts lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from scanner.kept import cached_property
from scanner.model.place import Span
from scanner.patterns import pattern
from scanner.typed import Literal

_BREAK = r"\r\n?|\n"
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_FIRST_BYTES = (b"\xef", b"\xff", b"\xfe")


class MalformedError(Exception):
    """A text is not what its language allows. ``offset`` counts code points from the start of the text that was read."""

    def __init__(self, message: str, offset: int, kind: Literal["unparsable", "too-large"] = "unparsable") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.kind = kind


def decode(content: bytes, errors: Literal["strict", "replace"] = "replace") -> str:
    """Return the text without its byte order mark: UTF-16 where the mark says so, else UTF-8.

    With ``strict``, bytes that are no text raise MalformedError, located in the text before them.
    """
    mark, encoding = _mark_of(content)
    content = content[len(mark) :] if mark else content
    try:
        return content.decode(encoding, errors)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "replace")
        raise MalformedError(f"not {encoding.upper()} text: {error.reason}", len(before)) from None


def encoding_of(content: bytes) -> str:
    """Return the encoding that a content's byte order mark tells; UTF-8 without one."""
    return _mark_of(content)[1]


def _mark_of(content: bytes) -> tuple[bytes, str]:
    if not content.startswith(_FIRST_BYTES):
        return b"", "utf-8"
    return next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))


def encode(text: str, like: bytes) -> bytes:
    """Return the bytes of a text, in the encoding and with the byte order mark of the content that it takes the place of."""
    mark, encoding = _mark_of(like)
    return mark + text.encode(encoding)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without their ends, counted as ``Source`` counts them."""
    return text.split("\n") if "\r" not in text else pattern(_BREAK).split(text)


def starts_of(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    if "\r" in text:
        return [0, *(match.end() for match in pattern(_BREAK).finditer(text))]
    return list(accumulate([len(line) + 1 for line in text.split("\n")[:-1]], initial=0))


class Source:
    """The text of one file, with places in it. Lines end with LF, CRLF or CR, as editors count them."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        return starts_of(self.text)

    def point(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span of a range of offsets."""
        return Span(self.path, *self.point(start), *self.point(end))
