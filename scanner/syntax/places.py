"""A flat table of where every key and value of one document stands. Built only for documents that somebody points into."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.resource import Part
from scanner.typed import Iterator, MutableSequence

Range = tuple[int, int]
Hop = tuple[int, int | None]
"""A node, and the merge that brought it in, if one did."""
Entries = tuple[dict[str | int, int], list[int]]
_NONE = -1
_SMALL = 100_000
"""Characters of a document whose numbers are not worth packing."""


class Places:
    """Nodes in document order, as flat arrays: about 40 bytes a node.

    ``keys`` holds the text of a mapping's key, the index of a list's item, None for the root and for a merge (``<<``).
    Offsets count from the document's start. ``aliases`` maps the node of an alias to the node that it stands for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.keys: list[str | int | None] = []
        self.aliases: dict[int, int] = {}
        self._key_start, self._key_end = _numbers(text), _numbers(text)
        self._start, self._end, self._next = _numbers(text), _numbers(text), _numbers(text)
        self._known: dict[int, Entries] = {}

    def open(self, key: str | int | None, key_range: Range, start: int) -> int:
        """Begin a node at ``start``; ``key_range`` is ``NO_KEY`` where it has none. Returns the node."""
        self.keys.append(key)
        self._key_start.append(key_range[0])
        self._key_end.append(key_range[1])
        self._start.append(start)
        self._end.append(start)
        self._next.append(_NONE)
        return len(self.keys) - 1

    def leaf(self, key: str | int | None, key_range: Range, start: int, end: int) -> int:
        """Add a node that has nothing inside, and return where it ends."""
        self.keys.append(key)
        self._key_start.append(key_range[0])
        self._key_end.append(key_range[1])
        self._start.append(start)
        self._end.append(end)
        self._next.append(len(self.keys))
        return end

    def close(self, node: int, end: int) -> None:
        """End a node and everything inside it."""
        self._end[node] = end
        self._next[node] = len(self.keys)

    def start(self, node: int) -> int:
        """Return where a node's text starts."""
        return self._start[node]

    def key_range(self, node: int) -> Range:
        """Return where its key stands; ``NO_KEY`` where it has none."""
        return self._key_start[node], self._key_end[node]

    def behind(self, node: int) -> int:
        """Return the next node that is not inside a closed one."""
        return self._next[node]

    def end(self, node: int) -> int:
        """Return where a closed node's text ends."""
        return self._end[node]

    def range(self, pointer: Pointer, part: Part) -> Range | None:
        """Return the offsets of an attribute's part (see ``model.resource.Part``)."""
        if not self.keys:
            return 0, 0  # the text holds nothing
        trail = self._trail(pointer)
        node, _ = trail[-1]
        if len(trail) <= len(pointer):
            return self._missing(node) if part == "attribute" else None
        return self._attribute(self._real(node)) if part == "attribute" else self._token(node, part)

    def detours(self, pointer: Pointer) -> Iterator[Range]:
        """Yield the places of the aliases and merges that lead from the pointer's own path to where its value stands."""
        for node, merge in self._trail(pointer):
            if merge is not None:
                yield self._attribute(merge)
            if node in self.aliases:
                yield self._attribute(node)

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

    def _trail(self, pointer: Pointer) -> list[Hop]:
        """Return the nodes on the way, root first; shorter than the pointer needs where it leads nowhere."""
        trail: list[Hop] = [(0, None)]
        for part in pointer:
            hop = self._child(self._real(trail[-1][0]), part)
            if hop is None:
                break
            trail.append(hop)
        return trail

    def _real(self, node: int) -> int:
        return self.aliases.get(node, node)

    def _children(self, node: int) -> Iterator[int]:
        child, end = node + 1, self._next[node]
        while child < end:
            yield child
            child = self._next[child]

    def _child(self, node: int, part: str | int) -> Hop | None:
        keyed, merges = self._entries(node)
        own = keyed.get(part)
        for merge in reversed(merges):  # what is written or merged last wins
            if own is not None and merge < own:
                break
            merged = self._merged(merge, part)
            if merged is not None:
                return merged, merge
        return None if own is None else (own, None)

    def _entries(self, node: int) -> Entries:
        """Return the children by key (the last of equal ones) or index, and the merges."""
        entries = self._known.get(node)
        if entries is None:
            children = [(self.keys[child], child) for child in self._children(node)]
            keyed = {key: child for key, child in children if key is not None}
            entries = self._known[node] = keyed, [child for key, child in children if key is None]
        return entries

    def _merged(self, merge: int, part: str | int) -> int | None:
        """Return what a merge brings under a key. Sources may share sources: each is asked once."""
        waiting = [(self._real(merge), False)]
        asked: set[int] = set()
        while waiting:
            node, is_answer = waiting.pop()
            if is_answer:
                return node
            if node not in asked:
                asked.add(node)
                waiting += self._sources(node, part)
        return None

    def _sources(self, node: int, part: str | int) -> list[tuple[int, bool]]:
        """Return what can answer for a merged list (its first counts most, and comes last) or mapping (its last)."""
        keyed, merges = self._entries(node)
        if 0 in keyed:
            return [(self._real(item), False) for item in reversed(keyed.values())]
        own = keyed.get(part)
        answers = merges if own is None else sorted([*merges, own])
        return [(child, True) if child == own else (self._real(child), False) for child in answers]

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
        is_scalar = start < end and self._next[node] == node + 1 and not self.text.startswith(("{", "["), start)
        one_line = is_scalar and "\n" not in self.text[self._key_start[node] : end]
        return self._key_start[node], end if one_line else self._key_end[node]

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


def _numbers(text: str) -> MutableSequence[int]:
    if len(text) < _SMALL:
        return []
    from array import array  # it brings the collections, which no small scan needs

    return array("q")
