"""HCL text → tokens.

A string with interpolations becomes one token whose value holds the tokens inside, so that the parser never changes its mode.
Time is linear in the text, nesting is bounded, and what is no HCL becomes a ``bad`` token.
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

MAX_NESTING = 60

_TOKEN = pattern(
    r"""(?x)[ \t\ufeff]*(?:
    (?P<word>[^\W\d][\w-]*)
    |(?P<newline>\r?\n)
    |(?P<operator>&&|\|\||==|!=|<=|>=|=>|\.\.\.|::|/(?![/*])|<(?!<)|[-+*%!>=?:.,(){}\[\]~])
    |(?P<string>"[^"\\$%\n]*+(?:(?:\\[^\n]|[$%](?!\{))[^"\\$%\n]*+)*+")
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<comment>(?:\#|//)[^\n]*|/\*(?s:.*?\*/|.*))
    |(?P<template>")
    |(?P<heredoc><<-?(?P<marker>[^\W\d][\w-]*)\r?\n)
    |(?P<end>\Z)
    |(?P<bad>.)
    )"""
)
_FOR_OBJECT = pattern(r"\{\s*for\s+[^\s=]")
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_KEEPS_NEWLINES = "}\n"  # what an open brace waits for when newlines count inside it
_QUOTED_TEXT = pattern(r'(?:[^"\\$%\n]|\\[^\n]|\$\$\{|%%\{|[$%](?!\{))++')
_FREE_TEXT = pattern(r"(?:[^$%\n]|\$\$\{|%%\{|[$%](?!\{))*+\n?")
_ESCAPE = pattern(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)|([$%])[$%](?=\{)')
_MARK_ESCAPE = pattern(r"([$%])[$%](?=\{)")
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class HclError(Exception):
    """The text is no HCL at ``offset``."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Token(NamedTuple):
    """``kind`` is word, newline, string, number, template, end, bad, or the operator itself.

    ``value`` is the word, the decoded string, the number's text, the parts of a template, or what is wrong with a bad token.
    """

    kind: str
    value: Any
    start: int
    end: int


class Text(NamedTuple):
    """Literal text inside a template."""

    value: str
    start: int
    end: int


class Sequence(NamedTuple):
    """``${…}`` or ``%{…}`` inside a template: the tokens within, and whether ``~`` eats the space before or behind."""

    mark: str
    tokens: list[Token]
    trims_before: bool
    trims_behind: bool
    start: int
    end: int


Part = Text | Sequence


def tokenize(text: str, at: int = 0) -> list[Token]:
    """Cut a file's text from an offset on into tokens; the last one is ``end``."""
    return _Lexer(text, 0).tokens(at)


def template_parts(text: str) -> list[Part]:
    """Cut the text of a template file into its parts; raise HclError."""
    return trimmed(_Lexer(text, 0).free_parts(0, len(text)))


class _Lexer:
    """A text, and how deep inside its templates we are."""

    __slots__ = ("depth", "text")

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth

    def tokens(self, at: int, inside: str = "") -> list[Token]:
        """Cut the text from ``at`` on; with ``inside`` (``${`` or ``%{``) up to the brace that closes it, which is the ``end`` token."""
        text, match = self.text, _TOKEN.match
        tokens: list[Token] = []
        append = tokens.append
        closers: list[str] = []
        newlines = not inside
        while True:
            found = match(text, at)
            kind = found.lastgroup  # type: ignore[union-attr]  # one alternative always matches
            start, at = found.span(kind)  # type: ignore[union-attr, arg-type]
            if kind == "word":
                append(Token("word", text[start:at], start, at))
            elif kind == "newline":
                if newlines:
                    append(Token("newline", "\n", start, at))
            elif kind == "operator":
                operator = text[start:at]
                if operator in "([{":
                    closers.append(self._closer(operator, start))
                elif operator in ")]}":
                    if inside and not closers and operator == "}":
                        append(Token("end", "", start, at))
                        return tokens
                    if closers and closers[-1][0] == operator:
                        closers.pop()
                newlines = closers[-1] is _KEEPS_NEWLINES if closers else not inside
                append(Token(operator, operator, start, at))
            elif kind != "comment":
                token = self._other(str(kind), start, at, inside)
                append(token)
                at = token.end
                if token.kind == "end":
                    return tokens

    def _closer(self, bracket: str, start: int) -> str:
        """Return what closes a bracket, and whether newlines count until then: in an object or a block, but not in ``{for …}``."""
        if bracket == "{" and not _FOR_OBJECT.match(self.text, start):
            return _KEEPS_NEWLINES
        return _CLOSES[bracket]

    def _other(self, kind: str, start: int, end: int, inside: str) -> Token:
        """Make a token that is no word, newline or operator."""
        if kind == "end" and inside:
            raise HclError(f"{inside} is never closed", end)
        if kind == "end":
            return Token("end", "", start, end)
        if kind == "number":
            return Token(kind, self.text[start:end], start, end)
        if kind == "bad":
            return Token("bad", f"{self.text[start]!r} means nothing here", start, end)
        try:
            return self._text(kind, start, end)
        except HclError as error:
            if self.depth:
                raise
            return Token("bad", error.message, error.offset, self._behind(kind, start, end))

    def _text(self, kind: str, start: int, end: int) -> Token:
        """Make a token of a string, a template or a heredoc."""
        if kind == "string":
            return Token(kind, unescape(self.text[start + 1 : end - 1], start + 1), start, end)
        return self._quoted(start) if kind == "template" else self._heredoc(start, end)

    def _behind(self, kind: str, start: int, end: int) -> int:
        """Return where a broken string or heredoc ends: at the end of its line, or behind its last line."""
        mark = self._closing_mark(start, end) if kind == "heredoc" else None
        line_end = self.text.find("\n", start) if mark is None else mark.end()
        return len(self.text) if line_end < 0 else line_end

    def _quoted(self, start: int) -> Token:
        """Read a quoted template from its opening quote on."""
        parts: list[Part] = []
        at = start + 1
        while True:
            found = _QUOTED_TEXT.match(self.text, at)
            if found:
                parts.append(Text(unescape(found[0], at), at, found.end()))
                at = found.end()
            if self.text.startswith('"', at):
                return Token("template", trimmed(parts), start, at + 1)
            if not self.text.startswith(("${", "%{"), at):
                raise HclError("a quote is never closed", start)
            part = self._sequence(at)
            parts.append(part)
            at = part.end

    def _heredoc(self, start: int, body: int) -> Token:
        """Read ``<<MARK`` up to the line that holds only the mark; ``<<-`` takes away the indentation that all lines share."""
        end = self._closing_mark(start, body)
        if end is None:
            raise HclError("the heredoc is never closed", start)
        parts = trimmed(self.free_parts(body, end.start()))
        if self.text.startswith("<<-", start):
            parts = unindented(parts)
        return Token("template", parts, start, end.end())

    def _closing_mark(self, start: int, body: int) -> re.Match[str] | None:
        import re  # only for heredocs

        mark = re.escape(self.text[start:body].strip("<-\r\n"))
        return re.compile(rf"^[ \t]*{mark}(?=[ \t]*\r?$)", re.MULTILINE).search(self.text, body)

    def free_parts(self, at: int, limit: int) -> list[Part]:
        """Cut text that stands outside quotes into its parts, one text for each line."""
        parts: list[Part] = []
        while at < limit:
            found = _FREE_TEXT.match(self.text, at, limit)
            if found and found[0]:
                parts.append(Text(_MARK_ESCAPE.sub(r"\1", found[0]), at, found.end()))
                at = found.end()
            else:
                part = self._sequence(at)
                parts.append(part)
                at = part.end
        return parts

    def _sequence(self, start: int) -> Sequence:
        """Read ``${…}`` or ``%{…}``."""
        if self.depth >= MAX_NESTING:
            raise HclError("templates are nested too deeply", start)
        mark = self.text[start : start + 2]
        trims_before = self.text.startswith("~", start + 2)
        tokens = _Lexer(self.text, self.depth + 1).tokens(start + 2 + trims_before, mark)
        trims_behind = len(tokens) > 1 and tokens[-2].kind == "~"
        if trims_behind:
            del tokens[-2]
        return Sequence(mark, tokens, trims_before, trims_behind, start, tokens[-1].end)


def unescape(text: str, offset: int) -> str:
    """Decode what stands between quotes; raise HclError for an escape that HCL does not have."""
    if "\\" not in text and "{" not in text:
        return text

    def decoded(found: re.Match[str]) -> str:
        plain, short, long, mark = found.groups()
        if plain:
            return _PLAIN_ESCAPES[plain]
        if mark:
            return mark
        code = int(short or long or "110000", 16)
        if code > 0x10FFFF:
            raise HclError(f"{found[0]} is no escape", offset + found.start())
        return chr(code)

    return _ESCAPE.sub(decoded, text)


def trimmed(parts: list[Part]) -> list[Part]:
    """Apply ``~``: it eats the space of the text next to it."""
    result = list(parts)
    for index, part in enumerate(parts):
        if isinstance(part, Text):
            continue
        before, behind = result[index - 1] if index else None, result[index + 1] if index + 1 < len(result) else None
        if part.trims_before and isinstance(before, Text):
            result[index - 1] = before._replace(value=before.value.rstrip())
        if part.trims_behind and isinstance(behind, Text):
            result[index + 1] = behind._replace(value=behind.value.lstrip())
    return result


def unindented(parts: list[Part]) -> list[Part]:
    """Take the smallest indentation of all lines away from each; blank lines do not count.

    What ``~`` ate is gone before, so a line that began with it has no indentation left.
    """
    begins = [index for index, part in enumerate(parts) if index == 0 or _ends_line(parts[index - 1])]
    counted = [index for index in begins if not _is_blank(parts[index])]
    smallest = min((_indentation(parts[index]) for index in counted), default=0)
    result = list(parts)
    for index in counted:
        part = parts[index]
        if isinstance(part, Text):
            result[index] = part._replace(value=part.value[smallest:])
    return result


def _ends_line(part: Part) -> bool:
    return isinstance(part, Text) and part.value.endswith("\n")


def _is_blank(part: Part) -> bool:
    return _ends_line(part) and isinstance(part, Text) and not part.value.strip()


def _indentation(part: Part) -> int:
    return len(part.value) - len(part.value.lstrip()) if isinstance(part, Text) else 0
