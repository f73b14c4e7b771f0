"""Path globs, as people write them in configuration."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(path: str, glob: str) -> bool:
    """Match a path glob: ``*`` stays inside a folder, ``**`` crosses folders, a folder's name covers what is in it."""
    return _pattern(glob).match(path) is not None


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.rstrip("/"))
    wild = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    return re.compile("".join(wild.get(piece, re.escape(piece)) for piece in pieces) + r"(?:/.*)?\Z")
