"""A file's text → a body of located nodes. A broken attribute or block is a :class:`Mistake`, and reading goes on behind it.

Written by hand because tree-sitter-hcl 1.2, which was tried, reads ``a ? b : c ? d : e`` from the left and ``1e5`` as two things, takes
newlines for spaces, and makes one error node of a whole file for one stray sign.
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.syntax.hcl.expressions import Cursor, expression, unexpected
from scanner.syntax.hcl.lexer import MAX_NESTING, HclError, Token, template_parts, tokenize
from scanner.syntax.hcl.nodes import Attribute, Block, Body, Expression, Mistake
from scanner.syntax.hcl.templates import template
from scanner.syntax.text import Source

MAX_MISTAKES = 20
_FIRST_ON_LINE = pattern(r"(?m)^[ \t]*(?=[\w}])")


class Parsed(NamedTuple):
    """A file as nodes, and the mistakes in it."""

    body: Body
    mistakes: tuple[Mistake, ...]


def parse(path: str, text: str) -> Parsed:
    """Read a whole file: what is well-formed becomes nodes, the rest mistakes.

    A block that is never closed ends where the indentation says so.
    """
    reader = _FileReader(Source(path, text), by_indentation=False)
    body = reader.top()
    if reader.unclosed:
        reader = _FileReader(Source(path, text), by_indentation=True)
        body = reader.top()
    return Parsed(body, tuple(reader.mistakes))


def parse_expression(text: str) -> Expression:
    """Read one expression; raise HclError."""
    cursor = Cursor(tokenize(text))
    result = expression(cursor)
    cursor.skip_newlines()
    cursor.expect("end")
    return result


def parse_template(text: str) -> Expression:
    """Read the text of a template file; raise HclError."""
    return template(template_parts(text), 0, len(text), 0)


class _FileReader:
    """A cursor over a file that finds its way again after a mistake."""

    __slots__ = ("by_indentation", "cursor", "mistakes", "source", "unclosed")

    def __init__(self, source: Source, *, by_indentation: bool) -> None:
        self.source = source
        self.cursor = Cursor(tokenize(source.text))
        self.mistakes: list[Mistake] = []
        self.by_indentation = by_indentation
        self.unclosed = False

    def top(self) -> Body:
        """Read the whole file."""
        body, _ = self.body(None)
        return body

    def body(self, header: Token | None) -> tuple[Body, int]:
        """Read up to the brace that closes the block with this header (None: the file) and step over it; returns where it ended."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        depth = self.cursor.depth
        while True:
            self.cursor.skip_newlines()
            token = self.cursor.token
            if token.kind in {"}", "end"} or (self.by_indentation and header and self._is_outside(token, header)):
                if self._closes(token, header):
                    return Body(attributes, tuple(blocks), self.source), token.end if token.kind == "}" else token.start
                continue
            try:
                item = self.item()
                self._separator()
            except HclError as error:
                if header and not self._first_on_line(token.start):
                    raise  # a block on one line is broken as a whole
                self._recover(error, token, depth)
                continue
            if isinstance(item, Block):
                blocks.append(item)
            else:
                self._once(item, attributes)
                attributes[item.name] = item

    def item(self) -> Attribute | Block:
        """Read an attribute or a block."""
        cursor = self.cursor
        word = cursor.expect("word")
        if cursor.accept("="):
            return Attribute(word.value, expression(cursor), word.start, word.end)
        labels = []
        while cursor.token.kind in {"word", "string"}:
            labels.append(cursor.take())
        if cursor.token.kind != "{":
            raise unexpected(cursor.token, "'=' or '{'")
        cursor.at += 1
        cursor.depth += 1
        if cursor.depth > MAX_NESTING:
            raise HclError("blocks are nested too deeply", word.start)
        body, end = self.body(word)
        self.cursor.depth -= 1
        return Block(word.value, tuple(label.value for label in labels), body, word.start, (labels or [word])[-1].end, end)

    def _separator(self) -> None:
        """Expect the end of the line behind an item; a block that was never closed has gone beyond it."""
        token = self.cursor.token
        if token.kind not in {"newline", "end", "}"} and self.cursor.peek(-1) != "newline":
            raise unexpected(token, "a newline")

    def _closes(self, token: Token, header: Token | None) -> bool:
        """Step over the end of a body; False where a brace closes nothing."""
        if header is None and token.kind == "}":
            self.mistakes.append(Mistake("this brace closes nothing", token.start))
            self.cursor.at += 1
            return False
        if header is not None and token.kind == "}":
            self.cursor.at += 1
        elif header is not None:
            self.unclosed = True
            self.mistakes.append(Mistake(f"the block {header.value} is never closed", header.start))
        return True

    def _once(self, item: Attribute, attributes: dict[str, Attribute]) -> None:
        if item.name in attributes:
            self.mistakes.append(Mistake(f"{item.name} is set twice; the last one counts", item.start, "duplicate-key"))

    def _recover(self, error: HclError, item: Token, depth: int) -> None:
        """Note a mistake and go on at the next line that begins like a neighbour of the item that it is in, or closes the block around."""
        self.mistakes.append(Mistake(error.message, error.offset))
        text = self.source.text
        at = len(text)
        if len(self.mistakes) < MAX_MISTAKES:
            near = self.cursor.tokens[max(self.cursor.at - 1, 0) : self.cursor.at + 1]
            behind = self._line_end(max([token.end - 1 for token in near if token.kind in {"bad", "template"}], default=item.start))
            column = self._column(item.start)
            lines = (found.end() for found in _FIRST_ON_LINE.finditer(text, behind))
            at = next((begin for begin in lines if self._column(begin) <= column - (text[begin] == "}")), len(text))
        self.cursor = Cursor(tokenize(text, at), depth)

    def _is_outside(self, token: Token, header: Token) -> bool:
        """Tell whether a line is indented no deeper than the header of the block that it seems to be in."""
        return token.kind == "word" and self._first_on_line(token.start) and self._column(token.start) <= self._column(header.start)

    def _column(self, offset: int) -> int:
        return offset - self.source.text.rfind("\n", 0, offset)

    def _line_end(self, offset: int) -> int:
        at = self.source.text.find("\n", offset)
        return len(self.source.text) if at < 0 else at

    def _first_on_line(self, offset: int) -> bool:
        return not self.source.text[self.source.text.rfind("\n", 0, offset) + 1 : offset].strip()
