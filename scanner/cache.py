"""What was computed once and stays true: plain data in the user's cache folder, keyed by the version and the files it came from.

Safe to delete at any time, never trusted across versions, and never needed: where it cannot be written, the work is done again.
What was not asked for the longest goes when there is too much.
"""

from __future__ import annotations

import marshal
import os
import sys
from _collections_abc import Mapping  # what collections.abc names, without what its package brings

from scanner import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one costs a remembered answer a quarter of its time
    from collections.abc import Callable, Collection, Iterator, Sequence

    from scanner.typed import Any

ROOM = 512 * 1024 * 1024
"""Bytes that the folder holds at most, after something was written."""
MOST = {"answer": 16, "rules": 16, "hook": 16, "modules": 8}
"""Files whose name begins so, at most: there is one for each question, rule folder, repository."""
_PRIME = 0xFFFFFFFB
_SUFFIX = f"-{int.from_bytes(os.fsencode(os.path.abspath(__file__) + sys.version), 'big') % _PRIME:08x}.marshal"
"""Stands for the installation and the interpreter: where there are several, none undoes what another keeps."""
_state = {"enabled": True}


def disable() -> None:
    """Neither read nor write anything for the rest of the process."""
    _state["enabled"] = False


def enabled() -> bool:
    """Tell whether anything is read or written."""
    return _state["enabled"]


def folder() -> str:
    """Return the cache folder's path (not created)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "plumbrule")


def remember(name: str, files: Sequence[str], build: Callable[[], Any]) -> Any:
    """Return ``build()``, or what it gave the last time these files had the same names, sizes and times of change.

    The value must be plain data (dict, list, tuple, str, int, float, bool, None). Raises what ``build`` raises.
    """
    return recall(name, [stamp(path) for path in files], build)


def recall(name: str, key: Any, build: Callable[[], Any]) -> Any:
    """Return ``build()``, or what it gave the last time the key was the same. Key and value must be plain data."""
    known = load(name, key)
    if known is not None:
        return known[0]
    value = build()
    store(name, key, value)
    return value


def load(name: str, key: Any) -> tuple[Any] | None:
    """Return, inside a tuple, what was stored under a name with this key by this version; None where that is nothing."""
    found = load_rows(name, key)
    if found is None:
        return None
    value, rows = found
    rows.close()
    return (value,)


def store(name: str, key: Any, value: Any) -> None:
    """Keep a value under a name, in place of what was there; where that cannot be done, nothing happens."""
    store_rows(name, key, value, {})


class Rows(Mapping[str, bytes]):
    """Rows of bytes by name in a file that stays open: each is read when it is asked for, as most are not; after ``many``, all at once.

    ``end`` is where the last of them ends.
    """

    __slots__ = ("_at", "_block", "_file", "_left", "_start", "end")

    def __init__(self, file: int, start: int, at: Mapping[str, tuple[int, int]], end: int, many: int) -> None:
        self._file = file
        self._start = start
        self._at = at
        self._left = many
        self._block: bytes | None = None
        self.end = end

    def __getitem__(self, name: str) -> bytes:
        offset, length = self._at[name]
        self._left -= 1
        if self._left >= 0:
            return _part(self._file, self._start + offset, length)
        return self.block()[offset : offset + length]

    def block(self) -> bytes:
        """Return all rows, one behind the other, with what lies between them; the file is closed then."""
        if self._block is None:
            self._block = _part(self._file, self._start, self.end)
            self._left = 0
            self.close()
        return self._block

    def places(self, without: Collection[str]) -> dict[str, tuple[int, int]]:
        """Return where in the block each row begins and how long it is, but for some."""
        return {name: place for name, place in self._at.items() if name not in without}

    def __contains__(self, name: object) -> bool:
        return name in self._at

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def close(self) -> None:
        """Let go of the file, where no row will be asked for."""
        os.close(self._file)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, ({name: self[name] for name in self},)


def load_rows(name: str, key: Any, many: int = sys.maxsize) -> tuple[Any, Rows] | None:
    """Return what ``store_rows`` kept under a name with this key: the head, and the rows; None where that is nothing.

    ``many`` is after how many rows the others are read at once.
    """
    file = _opened(_path(name)) if _state["enabled"] else None
    if file is None:
        return None
    try:
        start, size = 8 + int.from_bytes(_part(file, 0, 8), "big"), os.fstat(file).st_size
        if start <= size:
            found = marshal.loads(_part(file, 8, start - 8))  # noqa: S302 - our own file, checked
            if found[0] == (__version__, sys.version, key) and found[3] == size - start:
                return found[1], Rows(file, start, found[2], found[3], many)
    except (OSError, ValueError, EOFError, TypeError, MemoryError, IndexError):
        pass
    os.close(file)
    return None


def store_rows(name: str, key: Any, head: Any, rows: Mapping[str, bytes], over: Rows | None = None, gone: Collection[str] = ()) -> None:
    """Keep rows of bytes under a name, in place of what was there, with plain data ahead; where that cannot be done, nothing happens.

    Rows that were kept before (``over``), but for those that are ``gone``, stay where these have no others in their place.
    """
    if not _state["enabled"]:
        return
    at = over.places({*rows, *gone}) if over is not None else {}
    old = over.block() if over is not None else b""
    if 2 * sum(length for _, length in at.values()) < len(old):  # most of it is of no use any more
        rows = {**{row: old[start : start + length] for row, (start, length) in at.items()}, **rows}
        at, old = {}, b""
    end = len(old)
    for row in rows:
        at[row] = (end, len(rows[row]))
        end += len(rows[row])
    try:
        header = marshal.dumps(((__version__, sys.version, key), head, at, end))
        _write(_path(name), [len(header).to_bytes(8, "big"), header, old, *(rows[row] for row in rows)])
        _tidy(folder(), f"{name}{_SUFFIX}")
    except (OSError, ValueError):
        return


def _part(file: int, start: int, length: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file, length, start)
    os.lseek(file, start, os.SEEK_SET)
    return os.read(file, length)


def _opened(path: str) -> int | None:
    """Open a file of ours for reading."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    if _ours(os.fstat(file)):
        return file
    os.close(file)
    return None


def _path(name: str) -> str:
    return os.path.join(folder(), f"{name}{_SUFFIX}")


def stamp(path: str) -> tuple[str, int, int]:
    """Return a file's path, size and time of change (ns); -1 for both where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return (path, -1, -1)
    return (path, status.st_size, status.st_mtime_ns)


def _ours(status: os.stat_result) -> bool:
    """Tell whether a file is ours alone to write: somebody else's is not ours to trust."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _write(path: str, parts: Sequence[bytes]) -> None:
    temporary = f"{path}.{os.getpid()}"
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600), "wb") as handle:
        handle.writelines(parts)
    os.replace(temporary, path)


def _tidy(place: str, kept: str) -> None:
    """Remove what was written the longest ago where there is too much of its kind or of everything, never the file that is ``kept``."""
    with os.scandir(place) as entries:
        files = sorted((entry.stat().st_mtime_ns, entry.stat().st_size, entry.name) for entry in entries if entry.is_file())
    room = sum(size for _, size, _ in files)
    counts: dict[str, int] = {}
    for _, _, name in files:
        counts[_kind(name)] = counts.get(_kind(name), 0) + 1
    for _, size, name in files:
        kind = _kind(name)
        if name != kept and (room > ROOM or counts[kind] > MOST.get(kind, counts[kind])):
            room, counts[kind] = room - size, counts[kind] - 1
            os.remove(os.path.join(place, name))


def _kind(name: str) -> str:
    return name.partition("-")[0]
