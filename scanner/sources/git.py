"""Files as they were at a commit, read from git's objects: nothing is checked out, and nothing that a repository configures is run."""

from __future__ import annotations

import os
import posixpath
import subprocess

from scanner.model.errors import ConfigError
from scanner.model.problem import ProblemKind, file_problem
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.typed import Iterator, Sequence

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
    """Files of one commit (``model.reading.Tree``).

    What tools download (``.terraform``) is versioned nowhere and read from ``beside``, where that is given. One git process answers for
    the contents until ``close``.
    """

    def __init__(self, root: str, revision: str, beside: Tree | None = None) -> None:
        """Open a revision of the repository at a folder. Raises ConfigError."""
        self.commit = resolve(root, revision)
        self._root = root
        self._beside = beside
        self._process: subprocess.Popen[bytes] | None = None
        self._files = dict(_listed(_git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", self.commit)))
        self._folders: dict[str, set[str]] = {"": set()}
        for path in self._files:
            self._enter(path)

    def close(self) -> None:
        """End the git process; files that were not read cannot be read any more but by a new one."""
        if self._process is not None:
            self._process.__exit__(None, None, None)
            self._process = None

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError (missing, too large)."""
        if self._beside is not None and is_downloaded(path):
            return self._beside.read(path)
        blob = self._blob(path)
        if blob is None:
            raise _refusal("unreadable", path, "no such file")
        if blob.size > LIMIT:
            raise _refusal("too-large", path, f"larger than {LIMIT // 2**20} MiB: exclude it, or split it")
        return self._fetch(blob)

    def known(self, path: str) -> str | None:
        """Return the id of a file's content; None for what is not of the commit."""
        blob = None if self._beside is not None and is_downloaded(path) else self._blob(path)
        return blob.oid if blob is not None else None

    def is_file(self, path: str) -> bool:
        """Tell whether a file is there, or a link to one inside the tree."""
        if self._beside is not None and is_downloaded(path):
            return self._beside.is_file(path)
        return self._blob(path) is not None

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder, folders with a trailing ``/``."""
        if self._beside is not None and is_downloaded(folder):
            return self._beside.children(folder)
        return sorted(self.entries(folder))

    def entries(self, folder: str, *, below: str | None = None) -> list[str]:
        """Return the names inside a folder, folders with a trailing ``/``; links to files do not count where a folder is walked."""
        names = self._folders.get(folder.rstrip("/"), ())
        return [name for name in names if name.endswith("/") or self._counts(posixpath.join(folder, name), links=below is None)]

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

    def _fetch(self, blob: Blob) -> bytes:
        if self._process is None:
            self._process = _batch(self._root)
        questions, answers = self._process.stdin, self._process.stdout
        if questions is None or answers is None:
            return b""
        questions.write(f"{blob.oid}\n".encode())
        questions.flush()
        found = answers.readline().startswith(f"{blob.oid} blob ".encode())
        return answers.read(blob.size + 1)[:-1] if found else b""


def is_downloaded(path: str) -> bool:
    """Tell whether a path is what tools download, and not of any commit."""
    return _DOWNLOADED in path and _DOWNLOADED in path.split("/")


def _refusal(kind: ProblemKind, path: str, detail: str) -> UnreadableError:
    return UnreadableError(file_problem(kind, path, detail))


def resolve(root: str, revision: str) -> str:
    """Return the commit that a revision names. Raises ConfigError for one that names none, and where there is no repository."""
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except FileNotFoundError:
        raise ConfigError("git is not installed") from None
    except subprocess.CalledProcessError as error:
        if b"not a git repository" in error.stderr:
            raise ConfigError("this is not a git repository: it has no revisions") from None
        raise ConfigError(f"{revision!r} names no commit of this repository", hint="fetch it first, or write another revision") from None


def merge_base(root: str, revision: str) -> str:
    """Return the commit where HEAD left a revision. Raises ConfigError."""
    commit = resolve(root, revision)
    try:
        return _git(root, "merge-base", commit, "HEAD").decode().strip()
    except subprocess.CalledProcessError:
        hint = "a shallow clone lacks the history: fetch it whole (fetch-depth: 0)"
        raise ConfigError(f"{revision!r} and HEAD have no common ancestor here", hint=hint) from None


def _listed(listing: bytes) -> Iterator[tuple[str, Blob]]:
    """Read ``mode type oid size TAB path NUL``; a submodule is another repository's."""
    for row in listing.split(b"\0"):
        about, _, path = row.partition(b"\t")
        mode, _, rest = about.decode("ascii").partition(" ")
        words = rest.split()
        if words and words[0] == "blob":
            yield path.decode("utf-8", "surrogateescape"), Blob(words[1], int(words[2]), mode == "120000")


def _batch(root: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - fixed words
        _words(root, "cat-file", "--batch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    )


def _git(root: str, *words: str) -> bytes:
    done = subprocess.run(_words(root, *words), capture_output=True, check=True, env=_environment())  # noqa: S603 - no shell
    return done.stdout


def _words(root: str, *words: str) -> list[str]:
    return ["git", "-C", root, *words]


def _environment() -> dict[str, str]:
    """Return an environment in which git asks no network and no other repository."""
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
