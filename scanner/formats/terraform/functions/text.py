"""What counts as one character: a grapheme cluster, as Unicode Annex 29 has it, without its tables for Indic scripts."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_HANGUL = ((0x1100, 0x115F, "L"), (0x1160, 0x11A7, "V"), (0x11A8, 0x11FF, "T"), (0xAC00, 0xD7A3, "S"))
_HANGUL_JOINS = {("L", "L"), ("L", "V"), ("L", "S"), ("V", "V"), ("V", "T"), ("S", "V"), ("S", "T"), ("T", "T")}


def graphemes(text: str) -> list[str]:
    """Cut a text into what a reader sees as characters."""
    if text.isascii() and "\r" not in text:
        return list(text)
    found: list[str] = []
    for char in text:
        if found and _extends(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _extends(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if last == "\r":
        return char == "\n"
    if unicodedata.category(last) in {"Cc", "Zl", "Zp"}:
        return False
    if unicodedata.category(char) in {"Mn", "Me", "Mc"} or char == _JOINER or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return True
    if last == _JOINER:
        return ord(char) >= 0x2190 and unicodedata.category(char) == "So"
    if _is_flag(char):
        return _is_flag(last) and len(cluster) % 2 == 1
    return (_hangul(last), _hangul(char)) in _HANGUL_JOINS


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _hangul(char: str) -> str:
    return next((kind for low, high, kind in _HANGUL if low <= ord(char) <= high), "")
