"""Where a repository begins and which commit its HEAD names, by files alone: a process of git takes longer than a remembered answer may."""

from __future__ import annotations

import os

_MOST_STEPS = 5


def root_of(path: str) -> str:
    """Return the top of the repository that holds a path; outside any, the folder itself or the folder of the file."""
    real = os.path.realpath(path)
    start = real if os.path.isdir(real) else os.path.dirname(real)
    folder = start
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above
    return folder


def head_of(root: str) -> str | None:
    """Return the id of HEAD's commit in the working tree at a folder; None where these files do not tell.

    Files as in gitrepository-layout(5): ``.git`` may be a file that leads elsewhere (worktrees, submodules), refs are loose or packed.
    """
    git = os.path.join(root, ".git")
    if os.path.isfile(git):
        line = _line(git)
        if not line.startswith("gitdir: "):
            return None
        git = os.path.join(root, line.removeprefix("gitdir: "))
    common = os.path.join(git, _line(os.path.join(git, "commondir")) or ".")
    name = "HEAD"
    for _ in range(_MOST_STEPS):
        line = _line(os.path.join(git, name)) or _line(os.path.join(common, name)) or _packed(common, name)
        if not line.startswith("ref: "):
            return line if len(line) in (40, 64) and not line.strip("0123456789abcdef") else None
        name = line.removeprefix("ref: ").strip()
        if not name.startswith("refs/") or ".." in name:
            return None
    return None


def _line(path: str) -> str:
    try:
        with open(path, "rb") as handle:
            return handle.readline(4096).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _packed(common: str, name: str) -> str:
    wanted = f" {name}\n".encode()
    try:
        with open(os.path.join(common, "packed-refs"), "rb") as handle:
            return next((line.split(b" ")[0].decode() for line in handle if line.endswith(wanted) and line[:1] not in b"#^"), "")
    except OSError:
        return ""
