"""Where everything stands in any YAML document, by libyaml's events."""

from __future__ import annotations

from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from scanner.syntax.libyaml_events import Events, is_merge
from scanner.syntax.places import NO_KEY, Places, Range
from scanner.syntax.scalars import Schema
from scanner.typed import Any


def survey(text: str, schema: Schema) -> Places:
    """Return where everything stands in the only document of a text that ``load`` has read."""
    return _Surveyor(text, schema).document()


class _Surveyor:
    """Places from events; the text has been read before, so that nothing here can fail."""

    def __init__(self, text: str, schema: Schema) -> None:
        self._events = Events(text, schema)
        self._places = Places(text)
        self._anchors: dict[str, int] = {}

    def document(self) -> Places:
        root = self._events.root()
        if root is not None:
            self._node(root, None, NO_KEY)
        return self._places

    def _node(self, event: Any, key: str | int | None, key_range: Range) -> int:
        node = self._places.open(key, key_range, event.start_mark.index)
        kind = type(event)
        end: int = event.end_mark.index
        if kind is AliasEvent:
            if event.anchor in self._anchors:
                self._places.aliases[node] = self._anchors[event.anchor]
        elif event.anchor:
            self._anchors[event.anchor] = node
        if kind is ScalarEvent:
            self._events.anchor(event)
            end = self._scalar_end(event)
        elif kind is not AliasEvent:
            end = self._inside(event, end)
        self._places.close(node, end)
        return node

    def _scalar_end(self, event: Any) -> int:
        start, end = event.start_mark.index, event.end_mark.index
        return int(start + len(self._places.text[start:end].rstrip(" \t\r\n")) if event.style in ("|", ">") else end)

    def _inside(self, event: Any, end: int) -> int:
        """Read a collection; a block ends where its last node does, not where libyaml notices."""
        last, closing = self._pairs(end) if type(event) is MappingStartEvent else self._items(end)
        return int(closing.end_mark.index) if event.flow_style else last

    def _pairs(self, end: int) -> tuple[int, Any]:
        while type(event := self._events.next()) is not MappingEndEvent:
            key = None if is_merge(event) else self._events.key(event)
            range_ = event.start_mark.index, event.end_mark.index
            node = self._node(self._events.next(), key, range_)
            end = max(range_[1], self._places.end(node))
        return end, event

    def _items(self, end: int) -> tuple[int, Any]:
        index = 0
        while type(event := self._events.next()) is not SequenceEndEvent:
            end = max(end, self._places.end(self._node(event, index, NO_KEY)))
            index += 1
        return end, event
