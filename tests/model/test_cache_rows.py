"""Rows of bytes come back as they were kept, and whatever is wrong with their file, nobody is misled."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import cache


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setitem(cache._state, "enabled", True)
    return tmp_path / "plumbrule"


def _file(folder: Path) -> Path:
    (found,) = folder.glob("some-*.marshal")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=4), st.binary(max_size=40), max_size=6), st.one_of(st.none(), st.integers(), st.text()))
def test_what_was_kept_comes_back(rows: dict[str, bytes], head: object) -> None:
    cache.store_rows("some", ["key"], head, rows)
    found = cache.load_rows("some", ["key"])
    assert found is not None
    assert found[0] == head
    assert dict(found[1]) == rows
    assert list(found[1]) == list(rows)
    assert "another" not in found[1]
    assert pickle.loads(pickle.dumps(found[1])) == rows
    assert cache.load_rows("some", ["another key"]) is None


def test_rows_stay_what_they_were_while_others_are_kept() -> None:
    cache.store_rows("some", 1, None, {"a": b"first"})
    found = cache.load_rows("some", 1)
    cache.store_rows("some", 1, None, {"a": b"another"})
    assert found is not None
    assert found[1]["a"] == b"first"
    again = cache.load_rows("some", 1)
    assert again is not None
    assert again[1]["a"] == b"another"


@pytest.mark.parametrize("cut", [0, 4, 9, 30, -1])
def test_half_a_file_is_none(folder: Path, cut: int) -> None:
    cache.store_rows("some", 1, None, {"a": b"0123456789"})
    path = _file(folder)
    path.write_bytes(path.read_bytes()[:cut])
    assert cache.load_rows("some", 1) is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 64, (2**40).to_bytes(8, "big") + b"{", b"\0" * 7 + b"\1N", b"\0" * 7 + b"\5\xa9\1N\0\0\0\0"]
)
def test_what_is_no_file_of_ours_is_none(folder: Path, content: bytes) -> None:
    cache.store_rows("some", 1, None, {})
    _file(folder).write_bytes(content)
    assert cache.load_rows("some", 1) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners of files")
def test_what_others_may_write_is_not_trusted(folder: Path) -> None:
    cache.store_rows("some", 1, None, {"a": b"x"})
    os.chmod(_file(folder), 0o666)
    assert cache.load_rows("some", 1) is None


def test_without_a_cache_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cache._state, "enabled", False)
    cache.store_rows("some", 1, None, {"a": b"x"})
    assert cache.load_rows("some", 1) is None
    assert not folder.exists()


CHANGES = st.lists(
    st.tuples(st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=30), max_size=3), st.sets(st.sampled_from("abcdef")))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES, st.booleans())
def test_rows_over_rows(changes: list[tuple[dict[str, bytes], set[str]]], looked_at: bool) -> None:
    """What is kept over other rows is what a dictionary would hold."""
    kept: dict[str, bytes] = {}
    over: cache.Rows | None = None
    for rows, gone in changes:
        cache.store_rows("some", 1, len(kept), rows, over, gone)
        kept = {**{name: row for name, row in kept.items() if name not in gone}, **rows}
        found = cache.load_rows("some", 1)
        assert found is not None
        over = found[1]
        assert not looked_at or dict(over) == kept
    assert dict(over or {}) == kept
    assert over is None or over.end <= 2 * sum(map(len, kept.values())) + 90


def test_after_many_rows_all_are_read(folder: Path) -> None:
    rows = {str(number): b"%d" % number for number in range(20)}
    cache.store_rows("some", 1, None, rows)
    found = cache.load_rows("some", 1, many=10)
    assert found is not None
    assert {name: found[1][name] for name in rows} == rows
    with pytest.raises(OSError, match="Bad file"):
        found[1].close()
