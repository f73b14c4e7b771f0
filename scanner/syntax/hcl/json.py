"""JSON text → the nodes that HCL text has, located: objects, tuples, literals, and strings as templates.

https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
"""

from __future__ import annotations

import json

from scanner.patterns import pattern
from scanner.syntax.hcl.expressions import number
from scanner.syntax.hcl.lexer import MAX_NESTING, HclError, Token
from scanner.syntax.hcl.nodes import Expression, Literal, Object, Tuple
from scanner.syntax.hcl.parser import parse_template

_TOKEN = pattern(
    r"""(?xs)[ \t\r\n\ufeff]*+(?:
    (?P<string>"(?:[^"\\\x00-\x1f]|\\.)*+")
    |(?P<mark>[{}\[\],:])
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>true|false|null)
    |(?P<end>\Z)
    |(?P<bad>.)
    )"""
)
_WORDS = {"true": True, "false": False, "null": None}


def read_json(text: str) -> Expression:
    """Read the only value of a text; raise HclError."""
    reader = _Reader(text)
    result = reader.value()
    reader.expect("end")
    return result


class _Reader:
    """A text, the token that comes next, and how deep we are."""

    __slots__ = ("depth", "end", "kind", "start", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.end = 0
        self.kind = ""
        self.start = 0
        self.step()

    def step(self) -> None:
        """Go to the next token; a mark's kind is the mark."""
        found = _TOKEN.match(self.text, self.end)
        kind = found.lastgroup if found else "end"
        self.start, self.end = found.span(str(kind)) if found else (self.end, self.end)
        self.kind = self.text[self.start : self.end] if kind == "mark" else str(kind)

    def expect(self, kind: str) -> None:
        """Step over a token of this kind; raise HclError."""
        if self.kind != kind:
            raise HclError(f"{kind!r} is missing", self.start)
        if kind != "end":
            self.step()

    def value(self) -> Expression:
        """Read one value."""
        kind, start, end = self.kind, self.start, self.end
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise HclError("nested too deeply", start)
        self.step()
        if kind == "{":
            result = self._object(start)
        elif kind == "[":
            result = self._tuple(start)
        else:
            result = self._scalar(kind, start, end)
        self.depth -= 1
        return result

    def _object(self, start: int) -> Expression:
        items: list[tuple[Expression, Expression]] = []
        while self.kind != "}":
            if self.kind != "string":
                raise HclError("a name in quotes is missing", self.start)
            key = self.value()
            self.expect(":")
            items.append((key, self.value()))
            if self.kind != ",":
                break
            self.step()
        end = self.end
        self.expect("}")
        return Object(tuple(items), start, end)

    def _tuple(self, start: int) -> Expression:
        items: list[Expression] = []
        while self.kind != "]":
            items.append(self.value())
            if self.kind != ",":
                break
            self.step()
        end = self.end
        self.expect("]")
        return Tuple(tuple(items), start, end)

    def _scalar(self, kind: str, start: int, end: int) -> Expression:
        text = self.text[start:end]
        if kind == "string":
            return _string(text, start, end)
        if kind == "number":
            value = number(Token("number", text.removeprefix("-"), start, end))
            return Literal(-value if text.startswith("-") else value, start, end)
        if kind == "word":
            return Literal(_WORDS[text], start, end)
        raise HclError("a value is missing", start)


def _string(text: str, start: int, end: int) -> Expression:
    """Read a string: a template, whose nodes all stand where the string does."""
    try:
        decoded: str = json.loads(text) if "\\" in text else text[1:-1]
    except ValueError as error:
        raise HclError("the string has an escape that JSON does not know", start) from error
    if "${" not in decoded and "%{" not in decoded:
        return Literal(decoded, start, end)
    try:
        return parse_template(decoded)._replace(start=start, end=end)
    except HclError as error:
        raise HclError(error.message, start) from error
