"""The tokens of a flow collection, whose every scalar stands on one line."""

from __future__ import annotations

from scanner.kept import cache
from scanner.patterns import pattern
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

Token = tuple[str, str, str, str]
"""A plain scalar, a quoted one, the colon behind either if it is a key, and any other sign. All are empty at the end."""
Spans = tuple[tuple[int, int], ...]
"""Where a token stands, and each of its parts by its place in a token, from 1; what it does not have is at -1."""
_PLAIN = r"""(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|-(?=[\w./-]))[^\n\t:#,\[\]{}?]*+(?::(?=[\w./-])[^\n\t:#,\[\]{}?]*+)*+"""
_QUOTED = r""""[^"\\\n\t]*+(?:\\[^\n\t][^"\\\n\t]*+)*+"|'[^'\n\t]*+(?:''[^'\n\t]*+)*+'"""


@cache
def _token() -> re.Pattern[str]:
    return pattern(rf"[ \n]*+(?:(?:({_PLAIN})(?!:[^ ])|({_QUOTED}))(:)?+|(?:(?<= )#.*+)?\Z|(.))")


def tokens(text: str) -> list[Token]:
    """Return the tokens in reverse, to be popped."""
    found: list[Token] = _token().findall(text)
    found.reverse()
    return found


def located_tokens(text: str, start: int, end: int) -> list[Spans]:
    """Return where they stand, in reverse."""
    found: list[Spans] = [match.regs for match in _token().finditer(text, start, end)]
    found.reverse()
    return found
