"""Trees made of another: with a change that is looked at before it is made, or seen from one of its folders."""

from __future__ import annotations

from scanner.model.reading import Tree
from scanner.typed import Mapping, Sequence


class OverlayTree:
    """Wraps a tree; ``contents`` takes the place of files that are there."""

    def __init__(self, tree: Tree, contents: Mapping[str, bytes]) -> None:
        self._tree = tree
        self._contents = contents

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        return self._contents[path] if path in self._contents else self._tree.read(path)

    def is_file(self, path: str) -> bool:
        """Tell whether a readable regular file is there."""
        return self._tree.is_file(path)

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder."""
        return self._tree.children(folder)


class FolderTree:
    """A folder of a tree, as a tree of its own."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self._tree = tree
        self._lead = f"{folder}/" if folder else ""

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        return self._tree.read(self._lead + path)

    def is_file(self, path: str) -> bool:
        """Tell whether a readable regular file is there."""
        return self._tree.is_file(self._lead + path)

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder."""
        return self._tree.children((self._lead + folder).rstrip("/"))
