"""A flat table of where every key and value of one document stands. Built only for documents that somebody points into."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from scanner.model.place import Pointer
from scanner.model.resource import Part

Range = tuple[int, int]
_NONE = -1


class Places:
    """Nodes in document order, as flat arrays: about 40 bytes a node.

    ``keys`` holds the text of a mapping's key, the index of a list's item, None for the root and for a merge (``<<``).
    Offsets count from the document's start. ``aliases`` maps the node of an alias to the node that it stands for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: list[str | int | None] = []
        self.aliases: dict[int, int] = {}
        self._key_start, self._key_end = array("q"), array("q")
        self._start, self._end, self._next = array("q"), array("q"), array("q")
        self._items: dict[int, list[int]] = {}

    def open(self, key: str | int | None, key_range: Range, start: int) -> int:
        """Begin a node at ``start``; ``key_range`` is ``NO_KEY`` where it has none. Returns the node."""
        self.keys.append(key)
        self._key_start.append(key_range[0])
        self._key_end.append(key_range[1])
        self._start.append(start)
        self._end.append(start)
        self._next.append(_NONE)
        return len(self.keys) - 1

    def close(self, node: int, end: int) -> None:
        """End a node and everything inside it."""
        self._end[node] = end
        self._next[node] = len(self.keys)

    def end(self, node: int) -> int:
        """Return where a closed node's text ends."""
        return self._end[node]

    def range(self, pointer: Pointer, part: Part) -> Range | None:
        """Return the offsets of an attribute's part (see ``model.resource.Part``)."""
        trail = self._trail(pointer)
        if len(trail) <= len(pointer):
            return self._missing(trail[-1]) if part == "attribute" else None
        if part == "attribute":
            return self._attribute(self._real(trail[-1]))
        return self._token(trail[-1], part)

    def detours(self, pointer: Pointer) -> Iterator[Range]:
        """Yield the places of the aliases and merges that lead from the pointer's own path to where its value stands."""
        trail = self._trail(pointer)
        parents = [0, *trail]
        for parent, node in zip(parents, trail, strict=False):
            merge = self._merge_into(self._real(parent), node)
            for crossing in (merge, node if node in self.aliases else None):
                if crossing is not None:
                    yield self._attribute(crossing)

    def repeated(self) -> list[tuple[Pointer, Range]]:
        """Return pointer and second place of each key that stands twice in one mapping."""
        found: list[tuple[Pointer, Range]] = []
        self._collect_repeated(0, (), found)
        return sorted(found, key=lambda item: item[1])

    def _collect_repeated(self, node: int, pointer: Pointer, found: list[tuple[Pointer, Range]]) -> None:
        seen: set[str | int] = set()
        for child in self._children(node):
            key = self.keys[child]
            if key is None:
                continue
            if key in seen:
                found.append(((*pointer, key), (self._key_start[child], self._key_end[child])))
            seen.add(key)
            self._collect_repeated(child, (*pointer, key), found)

    def _trail(self, pointer: Pointer) -> list[int]:
        """Return the nodes on the way, root first; shorter than the pointer needs where it leads nowhere."""
        trail = [0]
        for part in pointer:
            child = self._child(self._real(trail[-1]), part)
            if child is None:
                break
            trail.append(child)
        return trail

    def _real(self, node: int) -> int:
        return self.aliases.get(node, node)

    def _children(self, node: int) -> Iterator[int]:
        child, end = node + 1, self._next[node]
        while child < end:
            yield child
            child = self._next[child]

    def _child(self, node: int, part: str | int) -> int | None:
        if isinstance(part, int):
            items = self._items.get(node)
            if items is None:
                items = self._items[node] = [child for child in self._children(node) if isinstance(self.keys[child], int)]
            return items[part] if 0 <= part < len(items) else None
        found = None
        for child in self._children(node):  # what is written or merged last wins
            if self.keys[child] == part:
                found = child
            elif self.keys[child] is None:
                found = self._merged(child, part) or found
        return found

    def _merged(self, merge: int, part: str) -> int | None:
        real = self._real(merge)
        direct = self._child(real, part)
        if direct is not None:
            return direct
        items = (child for child in self._children(real) if isinstance(self.keys[child], int))
        return next((found for item in items if (found := self._child(self._real(item), part)) is not None), None)

    def _merge_into(self, parent: int, node: int) -> int | None:
        """Return the merge of ``parent`` that brought ``node`` in, or None where it stands in the parent itself."""
        if parent <= node < self._next[parent] and not any(
            self.keys[child] is None and child < node < self._next[child] for child in self._children(parent)
        ):
            return None
        key = self.keys[node]
        merges = [child for child in self._children(parent) if self.keys[child] is None]
        return next((merge for merge in reversed(merges) if isinstance(key, str) and self._merged(merge, key) == node), None)

    def _token(self, node: int, part: Part) -> Range | None:
        has_key = self._key_start[node] != _NONE
        if part == "key":
            return (self._key_start[node], self._key_end[node]) if has_key else None
        if part == "whole":
            return self._key_start[node] if has_key else self._start[node], self._end[node]
        real = self._real(node)
        return self._start[real], self._end[real]

    def _attribute(self, node: int) -> Range:
        start, end = self._start[node], self._end[node]
        if self._key_start[node] == _NONE:
            return self._first_line(node)
        one_line = start < end and self._next[node] == node + 1 and "\n" not in self.text[start:end]
        scalar = one_line and not self.text.startswith(("{", "["), start)
        return self._key_start[node], end if scalar else self._key_end[node]

    def _missing(self, ancestor: int) -> Range:
        node = self._real(ancestor)
        return (self._key_start[node], self._key_end[node]) if self._key_start[node] != _NONE else self._first_line(node)

    def _first_line(self, node: int) -> Range:
        """From the node's start to the end of its last token on the same line."""
        start = self._start[node]
        line_end = self.text.find("\n", start)
        line_end = len(self.text) if line_end < 0 else line_end
        end = start
        for inner in range(node, self._next[node]):
            if self._start[inner] > line_end or self._key_start[inner] > line_end:
                break
            end = max(end, self._key_end[inner], self._end[inner] if self._end[inner] <= line_end else 0)
        return start, end


NO_KEY: Range = (_NONE, _NONE)
