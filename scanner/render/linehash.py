"""GitHub's ``primaryLocationLineHash``, bit for bit, so that its uploader neither recomputes it nor warns that ours differs.

A rolling hash, base 37 modulo 2⁶⁴, over the 100 non-blank UTF-16 units from the start of a line on, and its ordinal in the file.
Source: github/codeql-action, ``src/fingerprints.ts`` and its test vectors (read in November 2026).
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import accumulate

from scanner.typed import Iterable, Sequence

_BASE, _WINDOW, _MASK = 37, 100, 2**64 - 1
_LEAVING = pow(_BASE, _WINDOW, _MASK + 1)
_LF, _BLANKS, _END = 10, (9, 32), 65535


def line_hashes(text: str) -> list[str]:
    """Return ``hash:ordinal`` for every line of a file's text (undisturbed line ends, a byte-order mark kept)."""
    kept, starts = _kept(_units(text))
    before = array("Q", accumulate(kept, lambda hash_, unit: (hash_ * _BASE + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    found = []
    for start in starts:
        value = (before[start + _WINDOW] - before[start] * _LEAVING) & _MASK
        seen[value] += 1
        found.append(f"{value:x}:{seen[value]}")
    return found


def _units(text: str) -> Sequence[int]:
    units = array("H", text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-16-le", "surrogatepass"))
    if array("H", b"\x01\x00")[0] != 1:  # a big-endian machine
        units.byteswap()
    units.append(_END)
    return units


def _kept(units: Iterable[int]) -> tuple[array[int], list[int]]:
    """Drop the blanks; return the rest with a hundred zeros after it, and where in it each line starts."""
    kept, starts, fresh = array("H"), [], True
    for unit in units:
        if unit not in _BLANKS:
            if fresh:
                starts.append(len(kept))
            fresh = unit == _LF
            kept.append(unit)
    kept.extend([0] * _WINDOW)
    return kept, starts
