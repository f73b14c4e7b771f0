"""Modules come from one file the second time, and from their sources where anything about them is different."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import cache, startup

PACKAGE = {"__init__.py": "", "one.py": "from scanner_like.two import said\n", "two.py": "said = 'first'\n"}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay out a small package that counts as ours, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(cache._state, "enabled", True)
    monkeypatch.setattr(startup, "_OURS", "scanner_like")
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    folder = tmp_path / "scanner_like"
    folder.mkdir()
    for name, text in PACKAGE.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.startswith("scanner_like")]:
        del sys.modules[name]


def load() -> tuple[str, startup.Modules]:
    """Import as the next process would, and keep what was imported."""
    forget()
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, startup.Modules)]
    startup.begin("scan")
    from scanner_like.one import said  # type: ignore[import-not-found]

    startup.keep()
    return said, next(one for one in sys.meta_path if isinstance(one, startup.Modules))


def test_the_second_time_nothing_is_read_from_the_sources(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load()[0] == "first"
    monkeypatch.setattr(startup.Modules, "_read", lambda self, name, path: pytest.fail(f"{name} was kept"))
    said, modules = load()
    assert said == "first"
    assert not modules.fresh
    import scanner_like  # type: ignore[import-not-found]

    assert scanner_like.__path__ == [str(package)]
    assert sys.modules["scanner_like.two"].__file__ == str(package / "two.py")


def test_a_source_that_changed_is_read_again(package: Path) -> None:
    load()
    (package / "two.py").write_text("said = 'another'\n")
    assert load()[0] == "another"
    assert load()[0] == "another"


def test_the_same_size_at_another_time_is_another_source(package: Path) -> None:
    load()
    (package / "two.py").write_text("said = 'again'\n")
    os.utime(package / "two.py", ns=(1, 1))
    assert load()[0] == "again"


def test_a_source_that_went_is_not_there(package: Path) -> None:
    load()
    (package / "two.py").unlink()
    with pytest.raises(ModuleNotFoundError):
        load()


@pytest.mark.usefixtures("package")
def test_without_a_cache_modules_are_imported_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cache._state, "enabled", False)
    assert load()[0] == "first"
    assert not list(tmp_path.rglob("*.marshal"))


@pytest.mark.parametrize("words", [["scan", "pod.yaml"], ["scan", "pod.yaml", "--format", "json"]])
def test_a_scan_says_the_same_with_and_without(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostNetwork: true}\n")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(*more: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "scanner", *words, *more]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.returncode, done.stdout

    first, second, without = run(), run(), run("--no-cache")
    assert first == second == without
    assert first[0] == 1
    assert list((tmp_path / "cache").rglob("modules-scan-*.marshal"))


def test_a_small_scan_imports_little_of_the_standard_library(tmp_path: Path) -> None:
    """What is listed costs a tenth of such a scan or more, and comes back with one careless import."""
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n")
    heavy = ["re", "enum", "typing", "collections", "functools", "dataclasses", "json", "yaml", "click", "jinja2", "pathlib", "hashlib"]
    program = f"""
import sys
before = set(sys.modules)
import scanner.__main__ as command
command.os = type("os", (), {{"_exit": staticmethod(lambda code: None)}})
sys.argv = ["plumbrule", "scan", "pod.yaml"]
command.main()
print(*sorted(set({heavy}) & set(sys.modules) - before), file=sys.stderr)
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
