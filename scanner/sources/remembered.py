"""A tree that reads each file once, and notices on the way which files hold an inline suppression."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.model.reading import Tree

_ROOM = 256 * 1024 * 1024
"""Bytes kept at most; beyond it a file is read again when it is asked for again."""


class RememberedTree:
    """Wraps a tree for the length of one scan. ``marked`` are the paths read so far whose bytes hold the marker."""

    def __init__(self, tree: Tree, marker: str) -> None:
        self._tree = tree
        self._markers = tuple(marker.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
        self._known: dict[str, bytes] = {}
        self._free = _ROOM
        self.marked: set[str] = set()

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        known = self._known.get(path)
        if known is not None:
            return known
        content = self._tree.read(path)
        if any(marker in content for marker in self._markers):
            self.marked.add(path)
        if len(content) <= self._free:
            self._free -= len(content)
            self._known[path] = content
        return content

    def is_file(self, path: str) -> bool:
        """Tell whether a readable regular file is there."""
        return path in self._known or self._tree.is_file(path)

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder."""
        return self._tree.children(folder)
