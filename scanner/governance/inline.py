"""Which lines a ``plumbrule:ignore=`` comment covers: its own line, or the block that begins below it."""

from __future__ import annotations

from scanner.governance.suppressions import MARKER
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.syntax.text import lines_of

_OPEN = pattern(r"[{\[(]")
_CLOSE = pattern(r"[}\])]")
_STRING = pattern(r'"(?:[^"\\]|\\.)*"')
_MARKED = pattern(rf"(.*?)((?:#|//|/\*)\s*{MARKER}(?![\w-])(?:=(.*)|.*))")
_INDENTED = (".yaml", ".yml")


class Comment(NamedTuple):
    """A comment with the marker: ``body`` is what follows it and ``=`` (else nothing), ``alone`` says that nothing else is on its line."""

    path: str
    line: int
    column: int
    body: str
    alone: bool


def comments_of(path: str, text: str) -> list[Comment]:
    """Return the comments of a text that hold the marker."""
    found = []
    for number, line in enumerate(lines_of(text), 1):
        match = _MARKED.match(line)
        if match is not None:
            alone = not match[1].strip()
            found.append(Comment(path, number, match.start(2) + 1, (match[3] or "").strip().removesuffix("*/").strip(), alone))
    return found


def covered_lines(comment: Comment, text: str) -> tuple[int, int]:
    """Return the first and last line that a comment covers (1-based, inclusive).

    Beside code it is that line. Alone it is the block that the next line of code begins: in YAML all that is indented below it (the whole
    document where it is the document's first line), elsewhere up to the bracket that closes what the line opens.
    """
    if not comment.alone:
        return comment.line, comment.line
    lines = lines_of(text)
    start = next((number for number in range(comment.line, len(lines)) if _is_code(lines[number])), None)
    if start is None:
        return comment.line, comment.line
    end = _indented_end(lines, start) if comment.path.endswith(_INDENTED) else _bracket_end(lines, start)
    return start + 1, end


def _is_code(line: str) -> bool:
    bare = line.strip()
    return bool(bare) and not bare.startswith(("#", "//")) and bare != "---"


def _indented_end(lines: list[str], start: int) -> int:
    whole = all(not _is_code(line) for line in _document_above(lines, start))
    depth = len(lines[start]) - len(lines[start].lstrip())
    in_item = lines[start].lstrip().startswith("- ")
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.startswith(("---", "...")):
            break
        if not _is_code(line):
            continue
        indent = len(line) - len(line.lstrip())
        ends = indent < depth or (indent == depth and (in_item or not line.lstrip().startswith("- ")))
        if ends and not whole:
            break
        end = number + 1
    return end


def _document_above(lines: list[str], start: int) -> list[str]:
    above = start
    while above > 0 and not lines[above - 1].startswith("---"):
        above -= 1
    return lines[above:start]


def _bracket_end(lines: list[str], start: int) -> int:
    depth = 0
    for number in range(start, len(lines)):
        bare = _STRING.sub('""', lines[number]).split("#", 1)[0]
        depth += len(_OPEN.findall(bare)) - len(_CLOSE.findall(bare))
        if depth <= 0:
            return number + 1
    return len(lines)
