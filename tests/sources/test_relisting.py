"""Which files there are is known from the folders' times: the same as a walk, and nothing is listed where nothing has come or gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner import witness
from scanner.sources.files import FileTree, walk, walk_noted
from scanner.sources.notes import Notes


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(witness, "MARGIN", -(10**18))  # nothing is too young to be told by its times
    for name in ("a/b/x.yaml", "a/y.yaml", "c/z.yaml", ".git/info/exclude", "a/.gitignore"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    yield tmp_path
    witness.end()


def walked(root, before):
    """Walk with what was noted before; return the paths, how many folders were listed, and what the next one is given."""
    seen = witness.begin()
    seen.before = before[1]
    tree, notes = FileTree(str(root)), Notes({}, walked=before[0])
    listed: list[str] = []
    scanned = tree._scanned
    tree._scanned = lambda real: (listed.append(real), scanned(real))[1]
    found = walk_noted(tree, "", ("c",), notes)
    regular = {path: tree._inside(path) for path in found.paths}
    witness.end()
    plain = FileTree(str(root))
    assert found == walk(plain, "", ("c",))
    assert regular == {path: plain._inside(path) for path in found.paths}
    return found.paths, len(listed), (notes.walked, seen.files)


NOTHING = (None, {})


def test_nothing_is_listed_again(root):
    first, listed, known = walked(root, NOTHING)
    assert (first, listed) == (("a/.gitignore", "a/b/x.yaml", "a/y.yaml"), 3)
    again, listed, known = walked(root, known)
    assert (again, listed) == (first, 0)
    assert walked(root, known)[1] == 0


def test_a_folder_whose_times_alone_changed_is_listed_once(root):
    *_, known = walked(root, NOTHING)
    (root / "a" / "new").write_text("")
    (root / "a" / "new").unlink()
    assert walked(root, known)[1] == 1


def link(root):
    (root / "a" / "y.yaml").unlink()
    (root / "a" / "y.yaml").symlink_to("b/x.yaml")


def moved(root):
    os.rename(root / "a" / "b", root / "d")


CHANGES = {
    "a new file": lambda root: (root / "a" / "b" / "new.yaml").write_text(""),
    "a file less": lambda root: (root / "a" / "b" / "x.yaml").unlink(),
    "a rule": lambda root: (root / "a" / ".gitignore").write_text("y.yaml\n"),
    "a rule of one's own": lambda root: (root / ".git" / "info" / "exclude").write_text("x.yaml\n"),
    "no rules of one's own": lambda root: (root / ".git" / "info" / "exclude").unlink(),
    "a link": link,
    "a folder elsewhere": moved,
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_is_seen(root: Path, what: str) -> None:
    *_, known = walked(root, NOTHING)
    CHANGES[what](root)
    *_, known = walked(root, known)
    walked(root, known)
