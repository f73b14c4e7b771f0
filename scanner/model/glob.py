"""Globs, as people write them in configuration: over paths, and over names."""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re


def matches(path: str, glob: str) -> bool:
    """Match a path glob: ``*`` stays inside a folder, ``**`` crosses folders, a folder's name covers what is in it."""
    return _pattern(glob).match(path) is not None


def fits(name: str, glob: str) -> bool:
    """Match a glob over a name, as ``fnmatchcase`` does; most have one star, and need no regular expression."""
    head, star, tail = glob.partition("*")
    if any(sign in part for part in (head, tail) for sign in "*?["):
        from fnmatch import fnmatchcase  # it brings the regular expressions

        return fnmatchcase(name, glob)
    if not star:
        return name == glob
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    import re  # only for globs of paths

    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.rstrip("/"))
    wild = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    return re.compile("".join(wild.get(piece, re.escape(piece)) for piece in pieces) + r"(?:/.*)?\Z")
