"""What was computed once and stays true: plain data in the user's cache folder, keyed by the version and the files it came from.

Safe to delete at any time, never trusted across versions, and never needed: where it cannot be written, the work is done again.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from scanner import __version__

_state = {"enabled": True}


def disable() -> None:
    """Neither read nor write anything for the rest of the process."""
    _state["enabled"] = False


def folder() -> str:
    """Return the cache folder's path (not created)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "plumbrule")


def remember(name: str, files: Sequence[str], build: Callable[[], Any]) -> Any:
    """Return ``build()``, or what it gave the last time these files had the same names, sizes and times of change.

    The value must be plain data (dict, list, tuple, str, int, float, bool, None). Raises what ``build`` raises.
    """
    return recall(name, [_stamp(path) for path in files], build)


def recall(name: str, key: Any, build: Callable[[], Any]) -> Any:
    """Return ``build()``, or what it gave the last time the key was the same. Key and value must be plain data."""
    signature = (__version__, sys.version, key)
    path = os.path.join(folder(), f"{name}.marshal")
    known = _load(path) if _state["enabled"] else None
    if isinstance(known, tuple) and len(known) == 2 and known[0] == signature:  # a broken file may hold anything
        return known[1]
    value = build()
    if _state["enabled"]:
        _store(path, (signature, value))
    return value


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (path, -1, -1)
    return (path, status.st_size, status.st_mtime_ns)


def _load(path: str) -> Any:
    try:
        with open(path, "rb") as handle:
            if hasattr(os, "getuid") and os.fstat(handle.fileno()).st_uid != os.getuid():
                return None  # somebody else's file is not ours to trust
            return marshal.loads(handle.read())  # noqa: S302 - our own file, checked above; twice as fast as marshal.load
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _store(path: str, value: Any) -> None:
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "wb") as handle:
            marshal.dump(value, handle)
        os.replace(temporary, path)
    except (OSError, ValueError):
        return
