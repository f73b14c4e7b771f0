"""Parts of a template → expressions: interpolations, ``%{ if }`` and ``%{ for }``."""

from __future__ import annotations

from scanner.syntax.hcl.expressions import Cursor, expression, for_names, unexpected
from scanner.syntax.hcl.lexer import MAX_NESTING, HclError, Part, Sequence, Text
from scanner.syntax.hcl.nodes import Conditional, Expression, For, Joined, Literal, Template
from scanner.typed import Iterator


def template(parts: list[Part], start: int, end: int, depth: int) -> Expression:
    """Make one expression of a template's parts; raise HclError. Plain text is a literal."""
    reader = _Reader(parts, depth)
    found, closing = reader.parts(set(), start)
    if closing is not None:
        raise HclError(f"%{{{closing}}} closes nothing", start)
    return _assembled(found, start, end, whole=True)


def _assembled(parts: list[Expression], start: int, end: int, *, whole: bool) -> Expression:
    if all(isinstance(part, Literal) and isinstance(part.value, str) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)), start, end)
    wraps = whole and len(parts) == 1 and not isinstance(parts[0], Joined | Conditional)
    return Template(tuple(parts), wraps, start, end)


class _Reader:
    """What is left of the parts, and how deep we are."""

    __slots__ = ("depth", "rest")

    def __init__(self, parts: list[Part], depth: int) -> None:
        self.rest: Iterator[Part] = iter(parts)
        self.depth = depth

    def parts(self, closers: set[str], start: int) -> tuple[list[Expression], str | None]:
        """Read up to one of the closing directives; returns what was read and the directive, None at the end of the text."""
        found: list[Expression] = []
        for part in self.rest:
            if isinstance(part, Text):
                found.append(Literal(part.value, part.start, part.end))
                continue
            cursor = Cursor(part.tokens, self.depth)
            cursor.skip_newlines()
            if part.mark == "${":
                found.append(_all(cursor))
                continue
            word = cursor.expect("word").value
            if word in closers:
                cursor.expect("end")
                return found, word
            found.append(self._directive(word, cursor, part))
        if closers:
            raise HclError(f"%{{{max(closers)}}} is missing", start)
        return found, None

    def _directive(self, word: str, cursor: Cursor, part: Sequence) -> Expression:
        """Read a directive from its first word to its end."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise HclError("directives are nested too deeply", part.start)
        result = self._if(cursor, part) if word == "if" else self._for(cursor, part) if word == "for" else None
        if result is None:
            raise HclError(f"%{{{word}}} is no directive that may stand here", part.start)
        self.depth -= 1
        return result

    def _if(self, cursor: Cursor, part: Sequence) -> Expression:
        condition = _all(cursor)
        yes, closing = self.parts({"else", "endif"}, part.start)
        no: list[Expression] = []
        if closing == "else":
            no, _ = self.parts({"endif"}, part.start)
        arms = [_assembled(arm, part.start, part.end, whole=False) for arm in (yes, no)]
        return Conditional(condition, arms[0], arms[1], part.start, part.end)

    def _for(self, cursor: Cursor, part: Sequence) -> Expression:
        key, value, over = for_names(cursor)
        cursor.expect("end")
        body, _ = self.parts({"endfor"}, part.start)
        result = _assembled(body, part.start, part.end, whole=False)
        return Joined(For(key, value, over, None, result, False, None, part.start, part.end), part.start, part.end)


def _all(cursor: Cursor) -> Expression:
    """Read an expression that fills its sequence."""
    result = expression(cursor)
    if cursor.token.kind != "end":
        raise unexpected(cursor.token, "'}'")
    return result
