"""What an answer was made from: every file that was read, every folder that was listed, and what was not there.

Recorded where the bytes come from, so that nothing can be forgotten, and compared later: by size, inode and times where they are the
same, else by content. What was written so shortly before it was read that a later change could bear the same time is compared by
content, as git does. Hardly anything is imported: a remembered answer has no time for it.
"""

from __future__ import annotations

import os
import stat
import time

try:  # hashlib loads OpenSSL
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scanner.typed import Any, Callable, Iterable, Mapping

    Seen = tuple[tuple[int, ...] | None, str]
    """Size, mode, inode and times (None where they are too young to tell a later change by), and what stands for the content."""

MARGIN = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system that is in use (FAT)."""
_LIMIT = 256 * 1024 * 1024
_ENDINGS = (".py", ".yaml", ".yml", ".j2")


_present: list[Witness] = []


def begin() -> Witness:
    """Let everything that is looked at in this process from now on be witnessed."""
    _present[:] = [Witness()]
    return _present[0]


def present() -> Witness | None:
    """Return who witnesses what is looked at, if anybody."""
    return _present[0] if _present else None


def end() -> None:
    """Nobody witnesses any more."""
    _present.clear()


class Witness:
    """Collects what is looked at.

    ``before`` is what was witnessed another time; ``spoilt`` says that something was met which cannot be compared later, ``vouched`` that
    nothing else matters but HEAD's ``commit``.
    """

    def __init__(self) -> None:
        self._young = time.time_ns() - MARGIN
        self.before: dict[str, Seen] = {}
        self.files: dict[str, Seen] = {}
        self.folders: dict[str, Seen] = {}
        self.tests: dict[str, bool] = {}
        self.ways: dict[str, str] = {}
        self.stamps: dict[str, tuple[int, ...]] = {}
        self.spoilt = self.vouched = False
        self.commit: str | None = None
        self._below: dict[str, list[tuple[str, os.stat_result]]] = {}

    def read(self, path: str, status: os.stat_result, content: bytes) -> None:
        """A file was read: its absolute path, its state before that, and what it held."""
        self.files[path] = _seen(status, oid(content), self._young)

    def known(self, path: str) -> str | None:
        """Return what git calls a file's content, where its times tell that it is what was witnessed ``before``; that is a look at it."""
        sign, content = self.before.get(path, (None, ""))
        try:
            if sign is None or sign_of(os.stat(path)) != sign:
                return None
        except OSError:
            return None
        self.files[path] = (sign, content)
        return content

    def differing(self, contents: Mapping[str, str | None], real: Mapping[str, str]) -> list[str]:
        """Return those names of files of which their times do not tell that they hold this; the others were looked at.

        ``real`` gives where a file is; of what is None nothing is asked.
        """
        before, files, stat_of, found = self.before, self.files, os.stat, []
        for name, content in contents.items():
            if content is None:
                continue
            path = real.get(name, "")
            row = before.get(path)
            try:
                status = stat_of(path) if row is not None and row[1] == content and row[0] is not None else None
            except OSError:
                status = None
            if row is None or status is None or sign_of(status) != row[0]:
                found.append(name)
            else:
                files[path] = row
        return found

    def listed(self, path: str, status: os.stat_result, entries: Iterable[os.DirEntry[str]]) -> None:
        """A folder was listed: its absolute path and its state before that."""
        self.folders[path] = _seen(status, listing(entries), self._young)

    def tested(self, path: str, there: bool) -> None:
        """It was asked whether a regular file is there, or a folder if the path ends with a slash."""
        self.tests[path] = there

    def resolved(self, path: str, real: str) -> None:
        """A path was followed through links."""
        self.ways[path] = real

    def stamped(self, path: str) -> None:
        """A file or folder matters, and its state alone tells whether it changed."""
        try:
            self._stamp(path, os.stat(path))
        except OSError:
            self.spoilt = True

    def stamped_program(self) -> None:
        """The program matters, and what it brings."""
        for path, status in _of_program():
            self._stamp(path, status)

    def _stamp(self, path: str, status: os.stat_result) -> None:
        self.stamps[path] = sign_of(status)
        self.spoilt = self.spoilt or max(status.st_mtime_ns, status.st_ctime_ns) >= self._young

    def stamped_below(self, folder: str) -> None:
        """Everything below a folder matters, as ``below`` tells what that is."""
        try:
            for path, status in self.below(folder):
                self._stamp(path, status)
        except OSError:
            self.spoilt = True

    def below(self, folder: str) -> list[tuple[str, os.stat_result]]:
        """Return what the function of this name does, once. Raises OSError."""
        if folder not in self._below:
            self._below[folder] = below(folder)
        return self._below[folder]

    def vouch(self, commit: str | None) -> None:
        """What is said depends on nothing but what was witnessed, and on HEAD if a commit is given."""
        self.vouched, self.commit = True, commit

    def spoil(self) -> None:
        """Something was met that cannot be compared later: what is made of this is not to be remembered."""
        self.spoilt = True

    def plain(self) -> dict[str, Any]:
        """Return it as plain data for ``still`` to compare; a file in a listed folder is there if the listing says so."""
        tests = {path: there for path, there in self.tests.items() if os.path.dirname(path.rstrip("/")) not in self.folders}
        return {"files": self.files, "folders": self.folders, "tests": tests, "ways": self.telling_ways(), "stamps": self.stamps}

    def telling_ways(self) -> dict[str, str]:
        """Return where paths led, but for folders without links whose own folder was listed."""
        return {path: real for path, real in self.ways.items() if path != real or os.path.dirname(path) not in self.folders}


def below(folder: str) -> list[tuple[str, os.stat_result]]:
    """Return a folder and all below it, and their files of source, data and templates, in order, hidden ones left out. Raises OSError."""
    found = [(folder, os.stat(folder))]
    with os.scandir(folder) as entries:
        inside = sorted((entry.name, entry.path, entry) for entry in entries if entry.name[0] != "." and entry.name != "__pycache__")
    for name, path, entry in inside:
        if entry.is_dir(follow_symlinks=False):
            found += below(path)
        elif name.endswith(_ENDINGS):
            found.append((path, entry.stat(follow_symlinks=not entry.is_symlink() or os.path.exists(path))))
    return found


def program() -> str:
    """Return what stands for this program as it is installed: its version alone does not tell one checkout from another."""
    sources = [(path, status.st_size, status.st_mtime_ns) for path, status in _of_program() if path.endswith(".py")]
    return oid(repr(sources).encode("utf-8", "surrogateescape"))


def _of_program() -> list[tuple[str, os.stat_result]]:
    """Return the files and folders that the program consists of, as they were when it was first asked."""
    if not _program:
        _program.extend(below(os.path.dirname(os.path.abspath(__file__))))
    return _program


_program: list[tuple[str, os.stat_result]] = []


def sign_of(status: os.stat_result) -> tuple[int, ...]:
    """Return what changes when a file or folder does."""
    return status.st_size, status.st_mode, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def oid(content: bytes) -> str:
    """Return the name that git gives to this content, so that a file of a commit is known without being read."""
    return str(sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest())


def listing(entries: Iterable[os.DirEntry[str]]) -> str:
    """Return what stands for the names in a folder, their kinds and where links lead. Raises OSError."""
    rows = sorted(f"{entry.name}\0{_kind(entry)}" for entry in entries)
    return str(sha1("\n".join(rows).encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest())


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return f"@{os.readlink(entry.path)}"
    return "/" if entry.is_dir() else "." if entry.is_file() else "?"


def still(known: dict[str, Any], likely: Iterable[str] = ()) -> dict[str, Any] | None:
    """Return what was witnessed if all of it is as it was: the same object, or a new one where only times have changed; else None.

    ``likely`` are files that may have changed sooner than others: they are looked at first.
    """
    young = time.time_ns() - MARGIN
    try:
        _changed({path: known["files"][path] for path in likely if path in known["files"]}, _file, young)
        if any(sign_of(os.stat(path)) != sign for path, sign in known["stamps"].items()):
            return None
        files = _changed(known["files"], _file, young)
        folders = _changed(known["folders"], _folder, young)
        if any(_there(path) is not there for path, there in known["tests"].items()):
            return None
        if any(os.path.realpath(path) != real for path, real in known["ways"].items()):
            return None
    except (OSError, ValueError, _ChangedError):
        return None
    if not files and not folders:
        return known
    return {**known, "files": {**known["files"], **files}, "folders": {**known["folders"], **folders}}


class _ChangedError(Exception):
    pass


def _changed(known: dict[str, Seen], content_of: Callable[[str], str], young: int) -> dict[str, Seen]:
    """Return those whose times are others, with these, where their content is the same. Raises OSError and _ChangedError."""
    stat_of, found = os.stat, {}
    for path, (sign, content) in known.items():
        status = stat_of(path)
        if (status.st_size, status.st_mode, status.st_ino, status.st_mtime_ns, status.st_ctime_ns) != sign:
            if content_of(path) != content:
                raise _ChangedError
            found[path] = _seen(status, content, young)
    return found


def _seen(status: os.stat_result, content: str, young: int) -> Seen:
    return (sign_of(status) if max(status.st_mtime_ns, status.st_ctime_ns) < young else None), content


def _there(path: str) -> bool:
    return os.path.isdir(path) if path.endswith("/") else os.path.isfile(path)


def _file(path: str) -> str:
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as handle:
        status = os.fstat(handle.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LIMIT:
            raise _ChangedError
        return oid(handle.read())


def _folder(path: str) -> str:
    with os.scandir(path) as entries:
        return listing(entries)
