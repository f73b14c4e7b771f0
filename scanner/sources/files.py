"""Files on disk: the root that a named path belongs to, what is scanned below it, and reads that never leave it."""

from __future__ import annotations

import errno
import os
import stat

from scanner.model.errors import UserError
from scanner.model.problem import Problem, ProblemKind, file_problem
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.sources.ignored import Ignored, why_skipped
from scanner.sources.notes import Notes
from scanner.sources.repository import root_of
from scanner.typed import Any, Iterable, Iterator, Mapping, Protocol, Sequence
from scanner.witness import present, sign_of

LIMIT = 256 * 1024 * 1024
"""Bytes of the largest file that is read."""
IGNORING = ("/.gitignore", "/.git/info/exclude")
"""Files that say what is passed over."""
OUTSIDE = "leads out of the scanned root"
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class FileTree:
    """Files below a folder. Links are followed as long as they stay below it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self._folders: dict[str, str] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._regular: dict[str, str] = {}
        self._linking = False
        self._witness = present()

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError (missing, too large, forbidden, outside the root)."""
        try:
            return self._read(path)
        except FileNotFoundError:
            self.is_file(path)  # that it is not there is worth a witness
            raise _refusal("unreadable", path, "no such file") from None
        except OSError as error:
            self._spoil()
            raise _refusal("unreadable", path, f"cannot be read: {error.strerror or 'input error'}") from None
        except ValueError:
            raise _refusal("unreadable", path, "no file can have this name") from None

    def _read(self, path: str) -> bytes:
        real = self._inside(path)
        if real is None:
            raise _refusal("unreadable", path, OUTSIDE)
        with os.fdopen(os.open(real, _OPEN), "rb") as handle:
            status = os.fstat(handle.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _refusal("unreadable", path, "not a regular file")
            content = handle.read(LIMIT + 1) if status.st_size <= LIMIT else b""
        if status.st_size > LIMIT or len(content) > LIMIT:
            raise _refusal("too-large", path, f"larger than {LIMIT // 2**20} MiB: exclude it, or split it")
        if self._witness is not None:
            self._witness.read(real, status, content)
        return content

    def known(self, path: str) -> str | None:
        """Return what git calls a file's content, where that is known without reading it."""
        real = self._inside(path) if self._witness is not None else None
        return self._witness.known(real) if self._witness is not None and real is not None else None

    def differing(self, contents: Mapping[str, str | None]) -> list[str]:
        """Return the files of which it is not known, without reading them, that git calls their content so; None is any content."""
        return self._witness.differing(contents, self._regular) if self._witness is not None else list(contents)

    def is_file(self, path: str) -> bool:
        """Tell whether a regular file is there, inside the root."""
        folder, _, name = path.rpartition("/")
        if name not in self._listed.get(folder, (name,)):
            return False
        real = self._inside(path)
        there = real is not None and os.path.isfile(real)
        if self._witness is not None and real is not None:
            self._witness.tested(real, there)
        return there

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder, folders with a trailing ``/``; linked folders are left out."""
        try:
            return sorted(self.entries(folder))
        except OSError:
            return ()

    def entries(self, folder: str, *, below: str | None = None) -> list[str]:
        """Return the names inside a folder, folders with a trailing ``/``. Raises OSError, also where it is not below the root.

        Of links only those to files count. With ``below``, the folder that is walked, those to something in it do not count, since
        that is met at its own place, and those that lead nowhere or out of the root do: whoever reads them learns why it cannot.
        """
        real = self._inside(folder)
        if real is None:
            raise OSError(errno.EXDEV, OUTSIDE)
        found = self._scanned(real)
        self._listed[folder] = frozenset(one.name for one in found)
        for one in found:
            if one.is_file(follow_symlinks=False):
                self._regular[join(folder, one.name)] = os.path.join(real, one.name)
        names = [self._linked(folder, one.name, below) if one.is_symlink() else _name(one) for one in found]
        return [name for name in names if name]

    def listing(self) -> Any:
        """Return what was listed so far as plain data, for ``relisted``; None where nobody witnesses, or links were met."""
        seen = self._witness
        if seen is None or self._linking:
            return None
        folders = {folder: seen.folders.get(self._real(folder)) for folder in self._listed}
        rules = {path: one for path, one in seen.files.items() if path.endswith(IGNORING)}
        tests = {path: there for path, there in seen.tests.items() if path.endswith(IGNORING)}
        if None in folders.values():
            return None
        return self.root, folders, rules, tests, seen.telling_ways(), self._listed, list(self._regular)

    def relisted(self, known: Any) -> bool:
        """Take what was listed another time for what is there, as far as that is still so; False where anything is otherwise."""
        seen = self._witness
        if seen is None or known is None or known[0] != self.root:
            return False
        _, folders, rules, tests, ways, listed, regular = known
        try:
            if not all(self._is_listed(folder, *was) for folder, was in folders.items()):
                return False
        except OSError:
            return False
        if any(seen.known(path) != content for path, (_, content) in rules.items()):
            return False
        for path in tests:
            seen.tested(path, os.path.isfile(path))
        if any(seen.tests[path] != there for path, there in tests.items()) or any(
            self._followed(path) != real for path, real in ways.items()
        ):
            return False
        self._listed.update(listed)
        self._regular.update({path: self._real(path) for path in regular})
        self._folders.update({self._real(folder): self._real(folder) for folder in folders})
        return True

    def _is_listed(self, folder: str, sign: Any, content: str) -> bool:
        """Tell whether a folder holds what it held; that is a look at it. Raises OSError."""
        real = self._real(folder)
        seen = self._witness
        if seen is None:
            return False
        if sign is not None and sign_of(os.stat(real)) == sign:
            seen.folders[real] = (sign, content)
            return True
        self._scanned(real)
        return seen.folders[real][1] == content

    def _real(self, path: str) -> str:
        """Return where a path is to which no link leads."""
        return f"{self.root}/{path}" if path else self.root

    def _linked(self, folder: str, name: str, below: str | None) -> str:
        """Return how a link counts as an entry, "" where it does not."""
        self._linking = True
        path = join(folder, name)
        if below is None:
            return name if self.is_file(path) else ""
        real = self._followed(os.path.join(self.root, path))
        is_folder, is_there = os.path.isdir(real), os.path.exists(real)
        if self._witness is not None:
            self._witness.tested(real, os.path.isfile(real))
            self._witness.tested(f"{real}/", is_folder)
        if (is_there and _is_in(real, os.path.join(self.root, below))) or (is_folder and _is_in(real, self.root)):
            return ""
        return f"{name}/" if is_folder else name

    def _scanned(self, real: str) -> list[os.DirEntry[str]]:
        try:
            status = os.stat(real)
            with os.scandir(real) as found:
                entries = list(found)
            if self._witness is not None:
                self._witness.listed(real, status, entries)
        except (FileNotFoundError, NotADirectoryError):
            if self._witness is not None:
                self._witness.tested(f"{real}/", there=False)
            raise
        except OSError:
            self._spoil()
            raise
        return entries

    def _spoil(self) -> None:
        if self._witness is not None:
            self._witness.spoil()

    def _inside(self, path: str) -> str | None:
        """Return the real path, or None where it is not below the root. Folders are resolved once, what was listed not again."""
        if path in self._regular:
            return self._regular[path]
        if "\0" in path:
            return None
        folder, name = os.path.split(os.path.join(self.root, path))
        if name in ("", ".", ".."):
            return self._confined(self._followed(os.path.join(folder, name)))
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._followed(folder)
        real = os.path.join(known, name)
        return self._confined(self._followed(real) if os.path.islink(real) else real)

    def _followed(self, path: str) -> str:
        real = os.path.realpath(path)
        if self._witness is not None:
            self._witness.resolved(path, real)
        return real

    def _confined(self, real: str) -> str | None:
        return real if _is_in(real, self.root) else None


def _name(entry: os.DirEntry[str]) -> str:
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _is_in(path: str, folder: str) -> bool:
    folder = folder.rstrip(os.sep)
    return path == folder or path.startswith(folder + os.sep)


def _refusal(kind: ProblemKind, path: str, detail: str) -> UnreadableError:
    return UnreadableError(file_problem(kind, path, detail))


class Opened(NamedTuple):
    """A tree, and which paths in it ("" is the root) were named."""

    tree: FileTree
    named: tuple[str, ...]


class Listed(Tree, Protocol):
    """A tree whose folders can be walked."""

    def entries(self, folder: str, *, below: str | None = None) -> list[str]:
        """Return the names inside a folder, folders with a trailing ``/``; ``below`` is the folder that is walked. Raises OSError."""
        ...


class Walked(NamedTuple):
    """The files that are scanned, sorted; folders that could not be listed; what was passed over, and why."""

    paths: tuple[str, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[str, str], ...]


def open_paths(paths: Iterable[str]) -> tuple[Opened, ...]:
    """Sort named files and folders by the root that they belong to. Raises UserError for one that does not exist."""
    found: dict[str, dict[str, None]] = {}
    for path in paths:
        if not os.path.exists(path):
            raise UserError(f"{path}: no such file or folder")
        root = root_of(path)
        inside = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
        found.setdefault(root, {})["" if inside == "." else inside] = None
    return tuple(Opened(FileTree(root), tuple(named)) for root, named in found.items())


def walk(tree: Listed, named: str, exclude: Sequence[str] = ()) -> Walked:
    """Return the files at or below a named path. A named file counts always, a named folder though it be ignored or hidden.

    Links to what is below the path are not followed: it is met at its own place.
    """
    if tree.is_file(named):
        return Walked((named,), (), ())
    paths: list[str] = []
    problems: list[Problem] = []
    skipped: list[tuple[str, str]] = []
    waiting = [(named, Ignored.above(tree, named))]
    while waiting:
        folder, above = waiting.pop()
        try:
            names = tree.entries(folder, below=named)
        except OSError as error:
            problems.append(file_problem("unreadable", folder, f"cannot be listed: {error.strerror}"))
            continue
        ignored = above.inside(tree, folder) if ".gitignore" in names else above
        for path in _nameable(folder, names, problems):
            why = why_skipped(path, exclude) or ("ignored by git" if ignored.covers(path) else None)
            if why is not None:
                skipped.append((path, why))
            elif path.endswith("/"):
                waiting.append((path[:-1], ignored))
            else:
                paths.append(path)
    return Walked(tuple(sorted(paths)), tuple(sorted(problems)), tuple(sorted(skipped)))


def walk_noted(tree: FileTree, named: str, exclude: Sequence[str], notes: Notes) -> Walked:
    """Walk as ``walk`` does, or return what was found another time where nothing has come, gone, or been ignored since."""
    if notes.walked is not None and notes.walked[:2] == (named, tuple(exclude)) and tree.relisted(notes.walked[2]):
        return Walked(*notes.walked[3])
    found = walk(tree, named, exclude)
    listing = tree.listing() if not found.problems else None
    notes.walked = (named, tuple(exclude), listing, tuple(found)) if listing is not None else None
    return found


def _nameable(folder: str, names: Iterable[str], problems: list[Problem]) -> Iterator[str]:
    """Yield paths that can be written as text; the others are problems."""
    for path in (join(folder, name) for name in names):
        if path.isascii() or path == path.encode("utf-8", "replace").decode():
            yield path
        else:
            shown = path.encode("utf-8", "backslashreplace").decode().rstrip("/")
            problems.append(file_problem("unreadable", shown, "its name is not UTF-8: rename it"))


def join(folder: str, name: str) -> str:
    """Join a path of a tree; "" is the root."""
    return f"{folder}/{name}" if folder else name
