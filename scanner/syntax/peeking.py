"""A few words of a block mapping's root without parsing it: nine tenths of real manifests are of kinds that nobody asks for."""

from __future__ import annotations

import re
from typing import Any

from scanner.syntax.cutting import has_odd_breaks
from scanner.syntax.scalars import Schema

_BLANK = r"(?:[ \t\r]*+(?:#[^\n]*+)?\n)*+"
_OPENING = re.compile(rf"{_BLANK}(?:---[ \t]*+(?:#[^\n]*+)?\r?\n)?{_BLANK}(?=[A-Za-z_])")
_ROOT_LINE = re.compile(r"\n([^\s#-][^\n]*)")
_ENTRY = re.compile(
    r"""[A-Za-z]+:[ \t]+(?:([A-Za-z][\w./-]*)|"([\w./-]+)"|'([\w./-]+)')(?:[ \t\r]*|[ \t]+#[^\n]*)\n(?!(?:[ \t\r]*\n)*+[ \t]+[^\s#])"""
)


def peek(text: str, keys: tuple[str, ...], schema: Schema) -> dict[str, str] | None:
    """Return those of the root mapping's keys that are there, with their words.

    No such key is missed, but a line inside a quoted string can be taken for one. None where only parsing can tell: the root is
    no block mapping in column 0, or a value is more than one word.
    """
    opening = _OPENING.match(text)
    if opening is None or has_odd_breaks(text):
        return None
    start = opening.end()
    lines = [text[start:].partition("\n")[0], *_ROOT_LINE.findall(text, start)]
    if not all(line[0].isalpha() or line[0] == "_" for line in lines):
        return None
    found: dict[str, str] = {}
    for line in lines:
        key = line.partition(":")[0].rstrip() if line.startswith(keys) else ""
        if key in keys:
            word = _word(text, start, line, schema)
            if key in found or not isinstance(word, str):
                return None
            found[key] = word
    return found


def _word(text: str, start: int, line: str, schema: Schema) -> Any:
    """Return the value of a line ``key: word``; None where it is no word, or goes on below."""
    at = max(text.find(f"\n{line}", start), start - 1) + 1
    entry = _ENTRY.match(text if text.endswith("\n") else f"{text}\n", at)
    if entry is None:
        return None
    return schema.plain(entry[1]) if entry[1] else entry[2] or entry[3]
