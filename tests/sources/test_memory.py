"""Files held in memory look like files on disk."""

import pytest

from scanner.model.reading import UnreadableError
from scanner.sources.memory import MemoryTree

TREE = MemoryTree({"a/b/c.yaml": b"1", "a/d.yaml": b"2", "e.yaml": b"3"})


def test_reading():
    assert TREE.read("a/b/c.yaml") == b"1"
    assert TREE.is_file("e.yaml")
    assert not TREE.is_file("a")
    with pytest.raises(UnreadableError):
        TREE.read("a")


@pytest.mark.parametrize(("folder", "names"), [("", ["a/", "e.yaml"]), ("a", ["b/", "d.yaml"]), ("a/b/", ["c.yaml"]), ("x", [])])
def test_children(folder, names):
    assert list(TREE.children(folder)) == names
