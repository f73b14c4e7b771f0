"""Plain block YAML, row by row: the part of the language that manifests are written in, and nothing else.

A row is a line, or several where a scalar goes on. Whoever meets something that is not certain raises ``Exotic``: libyaml reads it.
What libyaml makes of each form is that of version 0.2.5 (https://github.com/yaml/libyaml, ``src/scanner.c``).
"""

from __future__ import annotations

from scanner.patterns import pattern

LONGEST = 2_000_000
"""A longer document is libyaml's: all rows of a document are in memory at once."""
_BLANK = r"(?: *+(?:#[^\n]*+)?\n)*+"
_OPENING = pattern(rf"{_BLANK}(?:--- *+(?:(?<= )#[^\n]*+)?\n)?")
_FIRST = r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]"""
_MORE = r"[^\n\t:#]*+(?:(?::(?=\S)|(?<! )#)[^\n\t:#]*+)*+"
_KEY = rf"""(?!\.\.\.){_FIRST}{_MORE}|"[^"\\\n\t]*+(?:\\[^\n\t][^"\\\n\t]*+)*+" *+|'[^'\n\t]*+(?:''[^'\n\t]*+)*+' *+"""
_PLAIN = rf"(?:{_FIRST}|[-?:](?=\S)){_MORE}(?:\n(?: *+\n)*+\1 ++(?:[^ \n\t#:]|:(?=\S)){_MORE}(?=[\n#]|\Z))*+"
_FLOW = r"[\[{][^\n]*+(?:(?:(?<=[,\[{])\n ++|\n *+(?=[\]}]))[^\n]*+)*+"
_CLOSED = rf""""[^"\\\t]*+(?:\\[^\t][^"\\\t]*+)*+"|'[^'\t]*+(?:''[^'\t]*+)*+'|{_FLOW}"""
_END = r" *+(?:(?<= )#[^\n]*+)?(?:\n|\Z)"
_LINES = r"\n*+( ++)[^ \n\t][^\n]*+(?:\n|\Z)(?:(?:\8[^\n]*+| *+)\n)*+(?:\8[^\n]++\Z)?+"
_ROW = pattern(
    rf"{_BLANK}(?:( *+)(?=[^ \n#])((?:-(?: ++|(?=\n|\Z)))*+)(?:({_KEY}):(?=[ \n]|\Z) *+)?+"
    rf"(?:(?:({_PLAIN})|({_CLOSED}))?+{_END}|([|>][-+1-9]{{0,2}}){_END}(?:({_LINES})|(?!\n*+ )))"
    r"| *+(?:#[^\n]*+)?\Z|((?s:.++)))"
)
_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n"

Row = tuple[str, str, str, str, str, str, str, str, str]
"""Indent, dashes with the spaces behind them, key, plain scalar, quoted scalar or flow collection, header of a block scalar, its lines,
their indent, and what is no row. Each is empty where the row has none; a key and a plain scalar can have spaces behind them."""
Spans = tuple[tuple[int, int], ...]
"""Where a row stands, and each of its parts by its place in a row, from 1; what it does not have is nowhere, or nothing long."""
AFTER: Row = ("",) * 9
"""What stands behind the last row."""


class Exotic(Exception):  # noqa: N818 - a signal between these modules, never an error
    """This text is beyond plain block YAML, or may be wrong."""


def opening(text: str) -> int:
    """Return where the rows of a document begin. Raises Exotic where its characters alone are beyond us."""
    if len(text) > LONGEST or not _is_common(text):
        raise Exotic
    match = _OPENING.match(text)
    return match.end() if match else 0


def rows(text: str) -> list[Row]:
    """Return the rows of a document, and ``AFTER``. Raises Exotic."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    found: list[Row] = _ROW.findall(text, opening(text))
    while len(found) > 1 and found[-2] == AFTER:
        found.pop()
    return found


def located_rows(text: str) -> list[Spans]:
    """Return where they stand. Raises Exotic."""
    found: list[Spans] = [match.regs for match in _ROW.finditer(text, opening(text))]
    while len(found) > 1 and all(start < 0 for start, _ in found[-2][1:]):
        found.pop()
    return found


def _is_common(text: str) -> bool:
    """Tell whether all characters are of those that every reader of YAML takes for what they are."""
    if text.isascii():
        return not text.encode().translate(None, _ASCII)
    return text.replace("\n", "").replace("\t", "").isprintable()
