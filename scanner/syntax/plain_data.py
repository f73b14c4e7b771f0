"""Plain block YAML to plain data: a few times as fast as libyaml's events, and without loading PyYAML."""

from __future__ import annotations

from scanner.kept import cache, lru_cache
from scanner.syntax.loaded import Loaded
from scanner.syntax.plain_flow import Token, tokens
from scanner.syntax.plain_rows import Exotic, Row, rows
from scanner.syntax.plain_scalars import block, check_indent, folded, quoted
from scanner.syntax.scalars import Schema
from scanner.typed import Any, Callable

DEEPEST = 64
"""Deeper nesting is libyaml's, which has its own limit."""
_LONGEST_KEY = 1000
"""libyaml looks 1024 characters ahead for the colon of a key."""


def load(text: str, schema: Schema) -> Loaded:
    """Read the only document of a text. Raises Exotic where libyaml has to read it."""
    reader = _Reader(text, schema)
    try:
        return Loaded(reader.document(), reader.repeated)
    except ValueError:  # a scalar that the schema refuses: libyaml knows its place
        raise Exotic from None


@cache
def key_reader(schema: Schema) -> Callable[[str], str]:
    """Return what gives a key's text. It raises Exotic, and ValueError for what the schema refuses."""

    @lru_cache(maxsize=2048)
    def read(written: str) -> str:
        key = written.rstrip(" ")
        if len(written) > _LONGEST_KEY or key == "<<":
            raise Exotic
        return quoted(key) if key[0] in "\"'" else schema.key(key)

    return read


class _Reader:
    """Rows become data. Each method returns what it read and the row behind it; what no collection takes is left over."""

    def __init__(self, text: str, schema: Schema) -> None:
        self.repeated = False
        self._rows = rows(text)
        self._key = key_reader(schema)
        self._plain = schema.plain

    def document(self) -> Any:
        data, at = self._below(0, -1, 0)
        if at != len(self._rows) - 1:
            raise Exotic
        return data

    def _below(self, at: int, column: int, depth: int) -> tuple[Any, int]:
        """Read the node that begins with a row, inside a collection at ``column``."""
        row = self._rows[at]
        if row[1]:
            return self._sequence(at, len(row[0]), depth + 1)
        if row[2]:
            return self._mapping(at, len(row[0]), depth + 1)
        if column < 0 or not (row[3] or row[4] or row[5]):
            raise Exotic
        return self._scalar(row, column, depth), at + 1

    def _mapping(self, at: int, column: int, depth: int) -> tuple[dict[str, Any], int]:
        if depth > DEEPEST:
            raise Exotic
        found: dict[str, Any] = {}
        lines, key_of, plain = self._rows, self._key, self._plain
        row = lines[at]
        while True:
            at += 1
            following = lines[at]
            key = key_of(row[2])
            if key in found:
                self.repeated = True
            text = row[3]
            if text and "\n" not in text:  # most rows: worth no call
                found[key] = plain(text.rstrip(" "))
            elif text or row[4] or row[5]:
                found[key] = self._scalar(row, column, depth)
            elif len(following[0]) > column or (following[1] and len(following[0]) == column):
                found[key], at = self._below(at, column, depth)
                following = lines[at]
            else:
                found[key] = None
            if not following[2] or following[1] or len(following[0]) != column:
                return found, at
            row = following

    def _sequence(self, at: int, column: int, depth: int, skipped: int = 0) -> tuple[list[Any], int]:
        """Read a list, whose first row has ``skipped`` signs of the lists around it."""
        if depth > DEEPEST:
            raise Exotic
        found: list[Any] = []
        lines = self._rows
        while True:
            row = lines[at]
            item, at = self._item(at, row, column, depth, skipped)
            found.append(item)
            skipped = 0
            row = lines[at]
            if not row[1] or len(row[0]) != column:
                return found, at

    def _item(self, at: int, row: Row, column: int, depth: int, skipped: int) -> tuple[Any, int]:
        inner = row[1].find("-", skipped + 1)
        if inner > 0:
            return self._sequence(at, column + inner - skipped, depth + 1, inner)
        if row[2]:
            return self._mapping(at, column + len(row[1]) - skipped, depth + 1)
        if row[3] or row[4] or row[5]:
            return self._scalar(row, column, depth), at + 1
        return self._below(at + 1, column, depth) if len(self._rows[at + 1][0]) > column else (None, at + 1)

    def _scalar(self, row: Row, column: int, depth: int) -> Any:
        """Read what stands behind a key or dash, or alone: a scalar or a flow collection."""
        text = row[3]
        if text:
            if "\n" in text:
                check_indent(text, column)
                text = folded(text)
            return self._plain(text.rstrip(" "))
        text = row[4]
        if not text:
            return block(row[5], row[6], row[7], column)
        return quoted(text) if text[0] in "\"'" else self._flow(text, depth + 1)

    def _flow(self, text: str, depth: int) -> Any:
        if text == "{}":
            return {}
        if text == "[]":
            return []
        waiting = tokens(text)
        value = self._flow_node(waiting, depth)
        if any(waiting.pop()):
            raise Exotic
        return value

    def _flow_node(self, waiting: list[Token], depth: int) -> Any:
        plain, in_quotes, colon, sign = waiting.pop()
        if colon or depth > DEEPEST:
            raise Exotic
        if sign == "{":
            return self._flow_mapping(waiting, depth)
        if sign == "[":
            return self._flow_sequence(waiting, depth)
        if plain:
            return self._plain(plain.rstrip(" "))
        return quoted(in_quotes or _refuse())

    def _flow_mapping(self, waiting: list[Token], depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if waiting[-1][3] == "}":
            waiting.pop()
            return found
        sign = ","
        while sign == ",":
            plain, in_quotes, colon, _ = waiting.pop()
            key = self._key(plain or in_quotes) if colon else _refuse()
            self.repeated = self.repeated or key in found
            found[key] = self._flow_node(waiting, depth + 1)
            sign = waiting.pop()[3]
        return found if sign == "}" else _refuse()

    def _flow_sequence(self, waiting: list[Token], depth: int) -> list[Any]:
        found: list[Any] = []
        if waiting[-1][3] == "]":
            waiting.pop()
            return found
        sign = ","
        while sign == ",":
            found.append(self._flow_node(waiting, depth + 1))
            sign = waiting.pop()[3]
        return found if sign == "]" else _refuse()


def _refuse() -> Any:
    raise Exotic
