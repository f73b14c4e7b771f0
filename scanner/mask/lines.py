"""Lines of source code with their secrets found, for excerpts: every line of a text has the ranges of columns that must not be shown."""

from __future__ import annotations

from bisect import bisect_right

from scanner.kept import lru_cache
from scanner.mask import cover, escape
from scanner.mask.coarse import secrets_in_lines
from scanner.mask.formats import Range, recognised
from scanner.mask.names import is_secret
from scanner.mask.trees import secrets, too_deep
from scanner.patterns import pattern
from scanner.syntax.text import lines_of, starts_of

LARGEST = 5_000_000
"""Characters of a text beyond which none of it is shown."""
_WORD = r"[\w-]+"


def shown(text: str) -> list[str]:
    """Return the lines of a file as they may be shown."""
    return [escape(cover(line, ranges)) for line, ranges in zip(lines_of(text), hidden(text), strict=True)]


def hidden(text: str) -> list[list[Range]]:
    """Return, for every line of a file, the ranges of columns (from 0, end exclusive) that must not be shown; linear in its length.

    Two readers look: one knows YAML and JSON exactly, the other takes any language and what does not parse. Nothing is shown of a text
    that is too large or too deep for the first.
    """
    lines = lines_of(text)
    if len(text) > LARGEST or too_deep(text):
        return [[(0, len(line))] for line in lines]
    exact = _by_line(text, secrets(text))
    return [sorted([*ranges, *exact.get(number, ())]) for number, ranges in enumerate(secrets_in_lines(lines))]


def is_open(text: str) -> bool:
    """Tell whether nothing of a text need be hidden. Fast where no word of it could name a secret."""
    if any(True for _ in recognised(text)):
        return False
    if not any(map(_may_name, set(pattern(_WORD).findall(text)))):
        return True
    return not any(hidden(text))


@lru_cache(maxsize=65536)
def _may_name(word: str) -> bool:
    return word.lower() in ("key", "auth", "secret", "sealedsecret") or is_secret(word)


def _by_line(text: str, spans: list[Range]) -> dict[int, list[Range]]:
    """Cut spans of offsets at the ends of lines."""
    starts = starts_of(text)
    cut: dict[int, list[Range]] = {}
    for start, end in spans:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
        for number in range(first, last + 1):
            low, high = starts[number], starts[number + 1] if number + 1 < len(starts) else len(text)
            width = len(text[low:high].rstrip("\r\n"))
            begin, stop = max(start - low, 0), min(end - low, width)
            if begin < stop:
                cut.setdefault(number, []).append((begin, stop))
    return cut
