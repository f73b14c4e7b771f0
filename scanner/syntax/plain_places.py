"""Where everything stands in plain block YAML that has been read before, without loading PyYAML."""

from __future__ import annotations

from scanner.syntax.places import NO_KEY, Places, Range
from scanner.syntax.plain_data import DEEPEST, key_reader
from scanner.syntax.plain_flow import Spans as Token
from scanner.syntax.plain_flow import located_tokens
from scanner.syntax.plain_rows import Exotic, Spans, located_rows
from scanner.syntax.plain_scalars import check_indent
from scanner.syntax.scalars import Schema

Ended = tuple[int, int]
"""The row behind what was read, and where its text ends."""


def survey(text: str, schema: Schema) -> Places:
    """Return where everything stands in the only document of a text. Raises Exotic where libyaml has to survey it."""
    return _Surveyor(text, schema).document()


class _Surveyor:
    """Rows become places, on the way on which ``plain_data`` makes data of them; what is wrong in a text was seen there."""

    def __init__(self, text: str, schema: Schema) -> None:
        self._text = text
        self._rows = located_rows(text)
        self._columns = [end - start for _, (start, end), *_ in self._rows]
        self._key = key_reader(schema)
        self._places = Places(text)
        self._depth = 0

    def document(self) -> Places:
        at, _ = self._below(0, -1, None, NO_KEY)
        if at != len(self._rows) - 1:
            raise Exotic
        return self._places

    def _below(self, at: int, column: int, name: str | int | None, key: Range) -> Ended:
        row = self._rows[at]
        if row[2][0] < row[2][1]:
            return self._sequence(at, self._columns[at], name, key)
        if row[3][0] >= 0:
            return self._mapping(at, self._columns[at], name, key)
        if column < 0 or not _has_value(row):
            raise Exotic
        return at + 1, self._scalar(row, column, name, key)

    def _mapping(self, at: int, column: int, name: str | int | None, key: Range) -> Ended:
        rows, columns, text = self._rows, self._columns, self._text
        row = rows[at]
        node = self._open(name, key, row[3][0])
        while True:
            start, stop = row[3]
            written = text[start:stop]
            inner, inner_key = self._key(written), (start, start + len(written.rstrip(" ")))
            at += 1
            following = rows[at]
            if _has_value(row):
                end = self._scalar(row, column, inner, inner_key)
            elif columns[at] > column or (columns[at] == column and following[2][0] < following[2][1]):
                at, end = self._below(at, column, inner, inner_key)
                following = rows[at]
            else:
                end = self._places.leaf(inner, inner_key, stop + 1, stop + 1)
            if columns[at] != column or following[3][0] < 0 or following[2][0] < following[2][1]:
                self._close(node, end)
                return at, end
            row = following

    def _sequence(self, at: int, column: int, name: str | int | None, key: Range, skipped: int = 0) -> Ended:
        rows = self._rows
        node = self._open(name, key, rows[at][2][0] + skipped)
        index = 0
        while True:
            at, end = self._item(at, index, column, skipped)
            index, skipped = index + 1, 0
            row = rows[at]
            if self._columns[at] != column or row[2][0] >= row[2][1]:
                self._close(node, end)
                return at, end

    def _item(self, at: int, index: int, column: int, skipped: int) -> Ended:
        row = self._rows[at]
        start, stop = row[2]
        inner = self._text.find("-", start + skipped + 1, stop)
        if inner > 0:
            return self._sequence(at, column + inner - start - skipped, index, NO_KEY, inner - start)
        if row[3][0] >= 0:
            return self._mapping(at, column + stop - start - skipped, index, NO_KEY)
        if _has_value(row):
            return at + 1, self._scalar(row, column, index, NO_KEY)
        if self._columns[at + 1] > column:
            return self._below(at + 1, column, index, NO_KEY)
        place = start + skipped + 1
        return at + 1, self._places.leaf(index, NO_KEY, place, place)

    def _scalar(self, row: Spans, column: int, name: str | int | None, key: Range) -> int:
        """Enter a scalar or a flow collection and return where it ends."""
        start, stop = row[4]
        if start >= 0:
            written = self._text[start:stop]
            if "\n" in written:
                check_indent(written, column)
            return self._places.leaf(name, key, start, start + len(written.rstrip(" ")))
        start, stop = row[5]
        if start < 0:
            return self._block(row, column, name, key)
        if self._text[start] in "\"'":
            return self._places.leaf(name, key, start, stop)
        return self._flow(start, stop, name, key)

    def _block(self, row: Spans, column: int, name: str | int | None, key: Range) -> int:
        start, stop = row[6][0], row[0][1]
        if row[7][0] >= 0 and row[8][1] - row[8][0] <= column:
            raise Exotic
        return self._places.leaf(name, key, start, start + len(self._text[start:stop].rstrip(" \t\n")))

    def _flow(self, start: int, stop: int, name: str | int | None, key: Range) -> int:
        waiting = located_tokens(self._text, start, stop)
        end = self._flow_node(waiting, name, key)
        if any(start >= 0 for start, _ in waiting.pop()[1:]):
            raise Exotic
        return end

    def _flow_node(self, waiting: list[Token], name: str | int | None, key: Range) -> int:
        _, plain, in_quotes, colon, sign = waiting.pop()
        if plain[0] >= 0:
            in_quotes = plain[0], plain[0] + len(self._text[slice(*plain)].rstrip(" "))
        if in_quotes[0] >= 0 and colon[0] < 0:
            return self._places.leaf(name, key, *in_quotes)
        node = self._open(name, key, sign[0])
        bracket = self._text[sign[0]] if sign[0] >= 0 else ""
        if bracket == "{":
            end = self._pairs(waiting)
        elif bracket == "[":
            end = self._items(waiting)
        else:
            raise Exotic
        self._close(node, end)
        return end

    def _pairs(self, waiting: list[Token]) -> int:
        sign = waiting[-1][4]
        if self._is(sign, "}"):
            return waiting.pop()[4][1]
        more = True
        while more:
            _, plain, in_quotes, colon, _ = waiting.pop()
            if colon[0] < 0:
                raise Exotic
            start, stop = plain if plain[0] >= 0 else in_quotes
            written = self._text[start:stop]
            self._flow_node(waiting, self._key(written), (start, start + len(written.rstrip(" "))))
            sign = waiting.pop()[4]
            more = self._is(sign, ",")
        return sign[1] if self._is(sign, "}") else _refuse()

    def _items(self, waiting: list[Token]) -> int:
        sign = waiting[-1][4]
        if self._is(sign, "]"):
            return waiting.pop()[4][1]
        index, more = 0, True
        while more:
            self._flow_node(waiting, index, NO_KEY)
            sign = waiting.pop()[4]
            index, more = index + 1, self._is(sign, ",")
        return sign[1] if self._is(sign, "]") else _refuse()

    def _open(self, name: str | int | None, key: Range, start: int) -> int:
        self._depth += 1
        return self._places.open(name, key, start) if self._depth <= DEEPEST else _refuse()

    def _close(self, node: int, end: int) -> None:
        self._depth -= 1
        self._places.close(node, end)

    def _is(self, place: Range, sign: str) -> bool:
        return place[0] >= 0 and self._text[place[0]] == sign


def _has_value(row: Spans) -> bool:
    return row[4][0] >= 0 or row[5][0] >= 0 or row[6][0] >= 0


def _refuse() -> int:
    raise Exotic
