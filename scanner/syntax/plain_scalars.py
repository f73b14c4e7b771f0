"""What the quoted, folded and block scalars of plain YAML hold, exactly as libyaml reads them."""

from __future__ import annotations

from scanner.kept import cache
from scanner.patterns import pattern
from scanner.syntax.plain_rows import Exotic
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

_ESCAPES = dict(zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
_SURROGATES = range(0xD800, 0xE000)
_LAST = 0x10FFFF


def check_indent(text: str, column: int) -> None:
    """Raise Exotic where a line of a plain scalar is not deeper than the collection around it."""
    for line in text.split("\n")[1:]:
        if line.strip(" ") and len(line) - len(line.lstrip(" ")) <= column:
            raise Exotic


def folded(text: str) -> str:
    """Join the lines of a plain scalar."""
    return _breaks().sub(_break, text)


def quoted(text: str) -> str:
    """Return what stands between quotes. Raises Exotic."""
    inner = text[1:-1]
    if "\n" in inner and ("\n---" in inner or "\n..." in inner):
        raise Exotic
    if text[0] == "'":
        inner = inner.replace("''", "'")
        return folded(inner) if "\n" in inner else inner
    return _escapes().sub(_escape, inner) if "\\" in inner or "\n" in inner else inner


def block(header: str, text: str, indent: str, column: int) -> str:
    """Return what a block scalar inside a collection at ``column`` holds. Raises Exotic."""
    given = header.strip("|>+-")
    if len(header.strip("|>")) - len(given) > 1 or len(given) > 1 or (given and int(given) + column != len(indent)):
        raise Exotic
    if not text:
        return _no_lines(header)
    if len(indent) <= column:
        raise Exotic
    lines, breaks = _dedented(text, indent)
    held = "\n".join(lines) if header[0] == "|" else _refolded(lines)
    return held if "-" in header else held + "\n" * (breaks if "+" in header else min(breaks, 1))


def _no_lines(header: str) -> str:
    if header not in {"|", ">", "|-", ">-"}:
        raise Exotic
    return ""


def _dedented(text: str, indent: str) -> tuple[list[str], int]:
    """Return the lines without those at the end that are empty, and how many breaks follow the last one."""
    width = len(indent)
    lines = [line[width:] for line in text.split("\n")]  # shorter lines are blank
    count = len(lines)
    while not lines[-1]:
        lines.pop()
    return lines, count - len(lines)


def _refolded(lines: list[str]) -> str:
    """Join lines; those that begin with a blank keep their breaks."""
    parts: list[str] = []
    breaks = 0
    after_deeper = True  # nothing is folded before the first line
    for line in lines:
        if not line:
            breaks += 1
            continue
        deeper = line[0] in " \t"
        if after_deeper or deeper:
            parts.append("\n" * (breaks + bool(parts)))
        else:
            parts.append("\n" * breaks or " ")
        parts.append(line)
        breaks, after_deeper = 0, deeper
    return "".join(parts)


@cache
def _breaks() -> re.Pattern[str]:
    return pattern(r"(?<! ) *+\n[ \n]*+")


@cache
def _escapes() -> re.Pattern[str]:
    return pattern(r"\\(?:\n[ \n]*+|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|(?:(?<! )|(?<=\\ )) *+\n[ \n]*+")


def _break(match: re.Match[str]) -> str:
    """One break is a space; of several, the first is dropped."""
    return "\n" * (match[0].count("\n") - 1) or " "


def _escape(match: re.Match[str]) -> str:
    sign = match[0][1:2] if match[0][0] == "\\" else ""
    if not sign:
        return _break(match)
    if sign == "\n":
        return "\n" * (match[0].count("\n") - 1)
    if len(match[0]) == 2:
        return _ESCAPES.get(sign) or _refuse()
    code = int(f"0x{match[0][2:]}", 0)
    return _refuse() if code in _SURROGATES or code > _LAST else chr(code)


def _refuse() -> str:
    raise Exotic
