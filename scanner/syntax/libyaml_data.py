"""Any YAML to plain data by libyaml's events: what is more than plain block YAML, and whatever is wrong."""

from __future__ import annotations

import yaml
from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent, StreamEndEvent

from scanner.syntax.libyaml_events import Events, fail, is_merge, parser, refuse
from scanner.syntax.loaded import MAX_DEPTH, Loaded
from scanner.syntax.scalars import Schema
from scanner.typed import Any

MAX_ALIASED = 400_000
"""Nodes that aliases may add to one document; Kubernetes' reader refuses about the same (go.yaml.in/yaml v2.4.2, decode.go)."""
_TOO_DEEP = f"nested deeper than {MAX_DEPTH}"
_STEPS = {MappingStartEvent: 1, SequenceStartEvent: 1, MappingEndEvent: -1, SequenceEndEvent: -1}


def load(text: str, schema: Schema) -> Loaded:
    """Read the only document of a text. Raises MalformedError."""
    try:
        builder = _Builder(text, schema)
        data = builder.document()
    except yaml.YAMLError as error:
        fail(error, text)
    return Loaded(data, builder.repeated)


def check(text: str) -> None:
    """Read a text without keeping anything. Raises MalformedError."""
    depth = 0
    try:
        following = parser(text).get_event
        while type(event := following()) is not StreamEndEvent:
            depth += _STEPS.get(type(event), 0)
            if depth > MAX_DEPTH:
                refuse(_TOO_DEEP, event, "too-large")
    except yaml.YAMLError as error:
        fail(error, text)


class _Builder:
    """Plain data from events. What an alias stands for is shared, not copied."""

    def __init__(self, text: str, schema: Schema) -> None:
        self.repeated = False
        self._events = Events(text, schema)
        self._next = self._events.next
        self._anchors: dict[str, Any] = {}
        self._aliased = 0

    def document(self) -> Any:
        root = self._events.root()
        if root is None:
            return None
        data = self._node(root, 0)
        self._events.finish()
        return data

    def _node(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        if kind is ScalarEvent:
            value = self._events.value(event)
        elif depth >= MAX_DEPTH:
            refuse(_TOO_DEEP, event, "too-large")
        else:
            value = self._mapping(depth + 1) if kind is MappingStartEvent else self._sequence(depth + 1)
        if event.anchor:
            self._anchors.setdefault(event.anchor, value)  # the same anchor inside this node began later, and counts
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        inherited: set[str] = set()
        following, node = self._next, self._node
        while type(event := following()) is not MappingEndEvent:
            if is_merge(event):
                inherited |= self._merge(found, following(), depth)
                continue
            key = self._key(event)
            if key in found and key not in inherited:
                self.repeated = True
            found[key] = node(following(), depth)
        return found

    def _key(self, event: Any) -> str:
        key = self._events.key(event)
        if event.anchor and type(event) is ScalarEvent:
            self._anchors[event.anchor] = key
        return key

    def _merge(self, into: dict[str, Any], event: Any, depth: int) -> set[str]:
        """Put merged keys over what stands before them, as Kubernetes does; the first of a list wins. Return the keys."""
        value = self._node(event, depth)
        maps = [value] if isinstance(value, dict) else value if type(event) is SequenceStartEvent else [None]
        keys: set[str] = set()
        for one in reversed(maps):
            if not isinstance(one, dict):
                refuse("<< takes a mapping or a list of mappings", event)
            into.update(one)
            keys.update(one)
        return keys

    def _sequence(self, depth: int) -> list[Any]:
        found = []
        following, node = self._next, self._node
        while type(event := following()) is not SequenceEndEvent:
            found.append(node(event, depth))
        return found

    def _alias(self, event: Any, depth: int) -> Any:
        if event.anchor not in self._anchors:
            refuse(f"nothing is anchored as &{event.anchor} before this", event)
        value = self._anchors[event.anchor]
        level = [value]
        while level:
            self._aliased += len(level)
            if depth > MAX_DEPTH or self._aliased > MAX_ALIASED:
                refuse("aliases multiply this document beyond measure", event, "too-large")
            level = [
                child for node in level if isinstance(node, dict | list) for child in (node.values() if isinstance(node, dict) else node)
            ]
            depth += 1
        return value
