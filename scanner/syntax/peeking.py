"""A few words of a block mapping's root without parsing it: nine tenths of real manifests are of kinds that nobody asks for."""

from __future__ import annotations

from scanner.patterns import pattern
from scanner.syntax.cutting import has_odd_breaks
from scanner.syntax.scalars import Schema
from scanner.typed import Any

_BLANK = r"(?:[ \t\r]*+(?:#[^\n]*+)?\n)*+"
_OPENING = pattern(rf"{_BLANK}(?:---[ \t]*+(?:#[^\n]*+)?\r?\n)?{_BLANK}(?=[A-Za-z_])")
_ROOT_LINE = pattern(r"\n([^\s#-][^\n]*)")
_WORD_SIGNS = str.maketrans("", "", "_./-")
_NEAR = 200
"""Characters among which the next line that holds something is looked for."""


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
    """Return the value of a line ``key: word``; None where it is no word, or may go on below."""
    end = max(text.find(f"\n{line}", start), start - 1) + 1 + len(line)
    rest = line.partition(":")[2].replace("\t", " ").partition(" #")[0]
    word = rest.strip(" \r")
    in_quotes = len(word) > 1 and word[0] in "\"'" and word[-1] == word[0]
    bare = word[1:-1] if in_quotes else word
    if rest[:1] != " " or not bare.translate(_WORD_SIGNS).isalnum() or _goes_on(text, end):
        return None
    return bare if in_quotes else schema.plain(bare) if bare[0].isalpha() else None


def _goes_on(text: str, end: int) -> bool:
    """Tell whether what follows the line that ends here may be deeper."""
    near = text[end : end + _NEAR]
    content = near.lstrip(" \t\r\n")
    if not content:
        return end + _NEAR < len(text)
    return content[0] != "#" and near[len(near) - len(content) - 1] in " \t"
