"""A tree that reads each file once, and notices on the way which files hold an inline suppression."""

from __future__ import annotations

from scanner.model.reading import Tree, UnreadableError
from scanner.sources.notes import Note, Notes
from scanner.syntax.text import encoding_of
from scanner.typed import Callable, Mapping, Sequence
from scanner.witness import oid

_ROOM = 256 * 1024 * 1024
"""Bytes kept at most; beyond it a file is read again when it is asked for again."""


class RememberedTree:
    """Wraps a tree for the length of one scan.

    ``marked`` are the paths read so far (or noted before) whose bytes hold the marker; ``notes`` is what was made of files before.
    While ``looks`` is a dictionary, it is told every look at a file or folder: (how, path).
    """

    def __init__(self, tree: Tree, marker: str, notes: Notes | None = None) -> None:
        self.notes = notes
        self._tree = tree
        self._noted: dict[str, Note | None] = {}
        self._marker = marker
        self._known: dict[str, bytes] = {}
        self._free = _ROOM
        self._oids: dict[str, str] = {}
        self.marked: set[str] = set()
        self.looks: dict[tuple[str, str], None] | None = None

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        self._looked("read", path)
        known = self._known.get(path)
        if known is not None:
            return known
        content = self._tree.read(path)
        if self._marker.encode(encoding_of(content)) in content:
            self.marked.add(path)
        if len(content) <= self._free:
            self._free -= len(content)
            self._known[path] = content
        return content

    def known(self, path: str) -> str | None:
        """Return what git calls a file's content, where that is known without reading it."""
        find: Callable[[str], str | None] | None = getattr(self._tree, "known", None)
        return find(path) if find is not None else None

    def differing(self, contents: Mapping[str, str | None]) -> list[str]:
        """Return the files that hold something else than what git calls so; None is any content."""
        find: Callable[[Mapping[str, str | None]], list[str]] = getattr(self._tree, "differing", list)
        return [path for path in find(contents) if contents[path] is not None and self.oid(path) != contents[path]]

    def oid(self, path: str) -> str:
        """Return what git calls a file's content, "" for what cannot be read."""
        if path not in self._oids:
            try:
                self._oids[path] = self.known(path) or oid(self.read(path))
            except UnreadableError:
                self._oids[path] = ""
        return self._oids[path]

    def note(self, path: str) -> Note | None:
        """Return what is noted of a file with this content, to be read and added to; None where nobody takes notes."""
        if self.notes is None:
            return None
        if path not in self._noted:
            content = self.oid(path)
            self._noted[path] = self._note(path, self.notes.of(path, content)) if content else None
        return self._noted[path]

    def _note(self, path: str, note: Note) -> Note:
        if "marked" not in note:
            self.read(path)
            note["marked"] = path in self.marked
        elif note["marked"]:
            self.marked.add(path)
        return note

    def is_file(self, path: str) -> bool:
        """Tell whether a readable regular file is there."""
        self._looked("is_file", path)
        return path in self._known or self._tree.is_file(path)

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder."""
        self._looked("children", folder)
        return self._tree.children(folder)

    def _looked(self, how: str, path: str) -> None:
        if self.looks is not None:
            self.looks[how, path] = None
