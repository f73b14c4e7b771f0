"""Files as they were at a commit, read from git's objects: nothing is checked out, and nothing that a repository configures is run."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, NamedTuple

from scanner.model.errors import ConfigError
from scanner.model.problem import ProblemKind, file_problem
from scanner.model.reading import Tree, UnreadableError

LIMIT = 256 * 1024 * 1024
"""Bytes of the largest file that is read."""
_MOST_LINKS = 8
_DOWNLOADED = ".terraform"
_OTHERS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")
"""What a hook's environment says about another repository than the one that is asked."""


class Blob(NamedTuple):
    """One file of a commit: the object that holds it, its bytes, and whether it is a symbolic link."""

    oid: str
    size: int
    link: bool


class GitTree:
    """Files of one commit (``model.reading.Tree``). What tools download (``.terraform``) is versioned nowhere and read from ``beside``."""

    def __init__(self, files: Mapping[str, Blob], fetch: Callable[[Blob], bytes], beside: Tree) -> None:
        self._files = files
        self._fetch = fetch
        self._beside = beside
        self._folders: dict[str, set[str]] = {"": set()}
        for path in files:
            self._enter(path)

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError (missing, too large)."""
        if _is_downloaded(path):
            return self._beside.read(path)
        blob = self._blob(path)
        if blob is None:
            raise _refusal("unreadable", path, "no such file")
        if blob.size > LIMIT:
            raise _refusal("too-large", path, f"larger than {LIMIT // 2**20} MiB: exclude it, or split it")
        return self._fetch(blob)

    def is_file(self, path: str) -> bool:
        """Tell whether a file is there, or a link to one inside the tree."""
        return self._beside.is_file(path) if _is_downloaded(path) else self._blob(path) is not None

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder, folders with a trailing ``/``."""
        return self._beside.children(folder) if _is_downloaded(folder) else sorted(self.entries(folder))

    def entries(self, folder: str, *, links: bool = True) -> list[str]:
        """Return the names inside a folder, folders with a trailing ``/``; ``links`` to files count or do not."""
        names = self._folders.get(folder.rstrip("/"), ())
        return [name for name in names if name.endswith("/") or self._counts(posixpath.join(folder, name), links=links)]

    def _counts(self, path: str, *, links: bool) -> bool:
        return not self._files[path].link or (links and self.is_file(path))

    def _enter(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        while name not in self._folders.setdefault(folder, set()):
            self._folders[folder].add(name)
            if not folder:
                return
            folder, _, name = folder.rpartition("/")
            name += "/"

    def _blob(self, path: str) -> Blob | None:
        """Return what a path leads to, through links that stay inside the tree."""
        for _ in range(_MOST_LINKS):
            blob = self._files.get(path)
            if blob is None or not blob.link:
                return blob
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(self._fetch(blob))))
        return None


def _is_downloaded(path: str) -> bool:
    return _DOWNLOADED in path and _DOWNLOADED in path.split("/")


def _refusal(kind: ProblemKind, path: str, detail: str) -> UnreadableError:
    return UnreadableError(file_problem(kind, path, detail))


def merge_base(root: str, ref: str) -> str:
    """Return the commit where HEAD left a revision. Raises ConfigError."""
    commit = commit_of(root, ref)
    try:
        return _git(root, "merge-base", commit, "HEAD").decode().strip()
    except subprocess.CalledProcessError:
        hint = "a shallow clone lacks the history: fetch it whole (fetch-depth: 0)"
        raise ConfigError(f"{ref!r} and HEAD have no common ancestor here", hint=hint) from None


def commit_of(root: str, ref: str) -> str:
    """Return the commit that a revision names. Raises ConfigError for one that names none, and where there is no repository."""
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    except FileNotFoundError:
        raise ConfigError("git is not installed") from None
    except subprocess.CalledProcessError:
        raise ConfigError(f"{ref!r} names no commit of this repository", hint="fetch it first, or write another revision") from None


@contextmanager
def tree_at(root: str, commit: str, beside: Tree) -> Iterator[GitTree]:
    """Open the tree of a commit; it can be read as long as the context lasts."""
    listing = _git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    process = subprocess.Popen(  # noqa: S603 - fixed words
        _words(root, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    )
    with process:
        assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert process.stdout is not None  # noqa: S101
        yield GitTree(dict(_listed(listing)), _fetcher(process.stdin, process.stdout), beside)


def _listed(listing: bytes) -> Iterator[tuple[str, Blob]]:
    """Read ``mode type oid size TAB path NUL``; a submodule is another repository's."""
    for row in listing.split(b"\0"):
        about, _, path = row.partition(b"\t")
        mode, _, rest = about.decode("ascii").partition(" ")
        words = rest.split()
        if words and words[0] == "blob":
            yield path.decode("utf-8", "surrogateescape"), Blob(words[1], int(words[2]), mode == "120000")


def _fetcher(questions: IO[bytes], answers: IO[bytes]) -> Callable[[Blob], bytes]:
    def fetch(blob: Blob) -> bytes:
        questions.write(f"{blob.oid}\n".encode())
        questions.flush()
        answers.readline()
        return answers.read(blob.size + 1)[:-1]

    return fetch


def _git(root: str, *words: str) -> bytes:
    done = subprocess.run(_words(root, *words), capture_output=True, check=True, env=_environment())  # noqa: S603 - no shell
    return done.stdout


def _words(root: str, *words: str) -> list[str]:
    return ["git", "-C", root, *words]


def _environment() -> dict[str, str]:
    """Return an environment in which git asks no network and no other repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
