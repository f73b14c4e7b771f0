"""HEAD by git's files is HEAD by git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scanner.sources.repository import head_of


def git(folder: Path, *words: str) -> str:
    full = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    return subprocess.run(full, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "one"
    git(tmp_path, "init", "-q", "-b", "main", "one")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    git(folder, "commit", "-q", "--allow-empty", "-m", "second")
    return folder


def test_a_branch(repository: Path) -> None:
    assert head_of(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_packed_and_loose_again(repository: Path) -> None:
    git(repository, "branch", "xmain")
    git(repository, "tag", "-a", "v1", "-m", "v1")
    git(repository, "pack-refs", "--all")
    assert head_of(str(repository)) == git(repository, "rev-parse", "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "third")
    assert head_of(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_detached(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach", "HEAD~1")
    assert head_of(str(repository)) == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize("packed", [False, True])
def test_a_linked_worktree(repository: Path, packed: bool) -> None:
    git(repository, "worktree", "add", "-q", "-b", "other", "../two", "HEAD~1")
    if packed:
        git(repository, "pack-refs", "--all")
    two = repository.parent / "two"
    assert head_of(str(two)) == git(two, "rev-parse", "HEAD") != head_of(str(repository))


def test_no_commit_and_no_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "empty")
    assert head_of(str(tmp_path / "empty")) is None
    assert head_of(str(tmp_path)) is None


@pytest.mark.parametrize("line", ["", "ref: refs/../../etc/passwd", "ref: elsewhere", "0123", "gitdir: nowhere"])
def test_what_makes_no_sense_names_nothing(repository: Path, line: str) -> None:
    (repository / ".git" / "HEAD").write_text(f"{line}\n")
    assert head_of(str(repository)) is None
