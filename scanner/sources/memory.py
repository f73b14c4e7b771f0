"""A tree of files that are held in memory: examples inside rules, standard input, git revisions."""

from __future__ import annotations

from scanner.model.problem import file_problem
from scanner.model.reading import UnreadableError
from scanner.typed import Mapping, Sequence


class MemoryTree:
    """Files by their path relative to the root, with ``/``."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._folders: dict[str, set[str]] = {"": set()}
        for path in files:
            self._enter(path)

    def _enter(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        while name not in self._folders.setdefault(folder, set()):
            self._folders[folder].add(name)
            name = f"{folder.rpartition('/')[2]}/"
            if not folder:
                return
            folder = folder.rpartition("/")[0]

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError."""
        if path not in self._files:
            raise UnreadableError(file_problem("unreadable", path, "no such file"))
        return self._files[path]

    def is_file(self, path: str) -> bool:
        """Tell whether the file is there."""
        return path in self._files

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder, folders with a trailing ``/``."""
        return sorted(self._folders.get(folder.rstrip("/"), ()))
