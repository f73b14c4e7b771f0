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


def unread(source: Source, message: str, offset: int) -> str:
    """Return a mistake as the cause of what is not known for it."""
    line, column = source.point(offset)
    return f"{source.path}:{line}:{column} could not be read ({message})"


def _opened(block: Block, cause: str) -> Block:
    """Return a block of which, and of whose blocks, there may be more."""
    body = block.body
    inner = tuple(_opened(one, cause) for one in body.blocks)
    return block._replace(body=body._replace(blocks=inner, broken=body.broken or cause))


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
    """A cursor over a file that finds its way again after a mistake. ``lost`` says why whole blocks may not have been seen."""

    __slots__ = ("by_indentation", "cursor", "lost", "mistakes", "source", "unclosed")

    def __init__(self, source: Source, *, by_indentation: bool) -> None:
        self.source = source
        self.cursor = Cursor(tokenize(source.text))
        self.mistakes: list[Mistake] = []
        self.by_indentation = by_indentation
        self.unclosed = False
        self.lost: str | None = None

    def top(self) -> Body:
        """Read the whole file."""
        body, _ = self.body(None)
        return body._replace(broken=self.lost)

    def body(self, header: Token | None) -> tuple[Body, int]:
        """Read up to the brace that closes the block with this header (None: the file) and step over it; returns where it ended."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        broken: str | None = None
        depth = self.cursor.depth
        while True:
            self.cursor.skip_newlines()
            token = self.cursor.token
            if token.kind == "}" and header is None:
                broken = self._stray(token)
                blocks = [_opened(block, broken) for block in blocks]
                continue
            if token.kind == "end" or (self.by_indentation and header and self._is_outside(token, header)):
                broken = self._unclosed(header, attributes) if header else broken
                return Body(attributes, tuple(blocks), self.source, broken=broken), token.start
            if token.kind == "}":
                self.cursor.at += 1
                return Body(attributes, tuple(blocks), self.source, broken=broken), token.end
            try:
                item = self.item()
                self._separator()
            except HclError as error:
                if header and not self._first_on_line(token.start):
                    raise  # a block on one line is broken as a whole
                cause = self._recover(error, token, depth, header)
                broken = broken or cause
                continue
            if isinstance(item, Block):
                blocks.append(item)
                broken = broken or (item.body.broken if self.lost else None)  # what it lost may be ours
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

    def _stray(self, token: Token) -> str:
        """Note a brace that closes nothing and step over it: some block above was closed before its end."""
        self.cursor.at += 1
        self.lost = self._note("this brace closes nothing", token.start)
        return self.lost

    def _unclosed(self, header: Token, attributes: dict[str, Attribute]) -> str:
        """Note a block that is never closed. An attribute at the very end of the file may have been longer: it is taken out."""
        self.unclosed = True
        last = next(reversed(attributes.values()), None)
        if last is not None and "\n" not in self.source.text[last.end :]:
            del attributes[last.name]
        cause = self._note(f"the block {header.value} is never closed", header.start)
        self.lost = self.lost or cause
        return cause

    def _note(self, message: str, offset: int) -> str:
        """Note a mistake; returns it as the cause of what is not known for it."""
        self.mistakes.append(Mistake(message, offset))
        return unread(self.source, message, offset)

    def _once(self, item: Attribute, attributes: dict[str, Attribute]) -> None:
        if item.name in attributes:
            self.mistakes.append(Mistake(f"{item.name} is set twice; the last one counts", item.start, "duplicate-key"))

    def _recover(self, error: HclError, item: Token, depth: int, header: Token | None) -> str:
        """Note a mistake and go on where reading makes sense again; returns the mistake as a cause."""
        conflict = self._conflict(error.offset)
        cause = self._note("a merge conflict is not resolved" if conflict else error.message, error.offset)
        many = len(self.mistakes) >= MAX_MISTAKES
        if header is None or conflict or many:
            self.lost = self.lost or cause
        self.cursor = Cursor(tokenize(self.source.text, len(self.source.text) if many else self._next(item, header, conflict)), depth)
        return cause

    def _conflict(self, offset: int) -> int:
        """Return where a merge conflict ends that begins on a line, 0 where none does."""
        text = self.source.text
        begin = text.rfind("\n", 0, offset) + 1
        end = text.find("\n>>>>>>>", begin) if text.startswith("<<<<<<<", begin) else -1
        return self._line_end(end + 1) if end >= 0 else 0

    def _next(self, item: Token, header: Token | None, conflict: int) -> int:
        """Return the next line that begins like a neighbour of the item that is wrong, or closes the block around.

        What stands further left than anything in this block can is no item: it has no neighbours, and any line will do, unless it is a
        conflict about where the block ends.
        """
        text, column = self.source.text, self._column(item.start)
        near = self.cursor.tokens[max(self.cursor.at - 1, 0) : self.cursor.at + 1]
        behind = self._line_end(max([token.end - 1 for token in near if token.kind in {"bad", "template"}], default=item.start))
        lines = (found.end() for found in _FIRST_ON_LINE.finditer(text, max(behind, conflict)))
        if header and column <= self._column(header.start):
            if conflict and any(self._closes(found.end(), header) for found in _FIRST_ON_LINE.finditer(text, item.start, conflict)):
                return next((begin for begin in lines if self._column(begin) <= self._column(header.start)), len(text))
            return next(lines, len(text))
        return next((begin for begin in lines if self._column(begin) <= column - (text[begin] == "}")), len(text))

    def _closes(self, offset: int, header: Token) -> bool:
        """Tell whether a line closes the block with this header, or one around it: what follows is in another one."""
        return self.source.text[offset] == "}" and self._column(offset) <= self._column(header.start)

    def _is_outside(self, token: Token, header: Token) -> bool:
        """Tell whether a line is indented no deeper than the header of the block that it seems to be in, a closing brace less deep."""
        if token.kind not in {"word", "}"} or not self._first_on_line(token.start):
            return False
        return self._column(token.start) <= self._column(header.start) - (token.kind == "}")

    def _column(self, offset: int) -> int:
        return offset - self.source.text.rfind("\n", 0, offset)

    def _line_end(self, offset: int) -> int:
        at = self.source.text.find("\n", offset)
        return len(self.source.text) if at < 0 else at

    def _first_on_line(self, offset: int) -> bool:
        return not self.source.text[self.source.text.rfind("\n", 0, offset) + 1 : offset].strip()
