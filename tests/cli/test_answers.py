"""What was said before is said again, and only as long as it is true."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import copy2, copytree

import pytest

from scanner import __main__ as command
from scanner import cache, witness

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: shop}\nspec:\n  containers: [{name: c, image: nginx:TAG}]\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {word: hunter2-in-clear}\n"
Ask = Callable[..., tuple[int, str, bool]]


def pod(name: str, tag: str = "latest") -> str:
    return POD.replace("NAME", name).replace("TAG", tag)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules_known: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    copytree(rules_known, tmp_path / "cache" / "plumbrule", copy_function=copy2)
    folder = tmp_path / "repository"
    (folder / "k8s" / "deep").mkdir(parents=True)
    (folder / "k8s" / "old.yaml").write_text(pod("old"))
    (folder / "k8s" / "deep" / "two.yaml").write_text(pod("two", "1.2"))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    (folder / "k8s" / "new.yaml").write_text(pod("new"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(params=["by times", "by content"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask the hook; return the exit code, what it printed and whether it was worked out. With files that are old enough, or too young."""
    if request.param == "by times":
        monkeypatch.setattr(witness, "MARGIN", -(10**12))
    monkeypatch.setattr(witness.Witness, "stamped_below", lambda *_: None)  # the program is young where it is being changed
    monkeypatch.setattr(witness.Witness, "stamped", lambda *_: None)
    worked: list[list[str]] = []
    run = command._run
    monkeypatch.setattr(command, "_run", lambda words: worked.append(words) or run(words))
    monkeypatch.setitem(cache._state, "enabled", True)

    def asked(*words: str) -> tuple[int, str, bool]:
        worked.clear()
        code = command._answer(["hook", "--select", "IMG-001", *(words or ("k8s/new.yaml",))])
        said = capsys.readouterr()
        return code, said.out + said.err, bool(worked)

    return asked


def test_the_same_question_gets_the_same_answer_without_work(repository: Path, ask: Ask) -> None:
    first = ask()
    assert (first[0], first[2]) == (1, True)
    assert "k8s/new.yaml" in first[1]
    assert ask() == (*first[:2], False)


def _write(path: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return change


def _same_size_and_time(folder: Path) -> None:
    file = folder / "k8s" / "new.yaml"
    before = file.stat()
    file.write_text(pod("new", "1.23.45"[:6]))
    assert file.stat().st_size == before.st_size
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file changes": _write("k8s/new.yaml", pod("new", "2.0")),
    "a file changes, not its size nor time": _same_size_and_time,
    "another file changes": _write("k8s/old.yaml", pod("old", "3")),
    "a file is added": _write("k8s/more.yaml", pod("more")),
    "a folder is added": _write("more/one.yaml", pod("more")),
    "a file goes": lambda folder: (folder / "k8s" / "deep" / "two.yaml").unlink(),
    "a file is renamed": lambda folder: (folder / "k8s" / "old.yaml").rename(folder / "k8s" / "young.yaml"),
    "a file becomes a link": lambda folder: ((folder / "k8s" / "new.yaml").unlink(), (folder / "k8s" / "new.yaml").symlink_to("old.yaml")),
    "git ignores a folder": _write(".gitignore", "/k8s/new.yaml\n"),
    "git ignores privately": _write(".git/info/exclude", "/k8s/new.yaml\n"),
    "a configuration comes": _write("plumbrule.yaml", "exclude: [k8s/new.yaml]\n"),
    "a nested configuration comes": _write("k8s/plumbrule.yaml", "fail_on: critical\n"),
    "HEAD moves": lambda folder: (git(folder, "add", "-A"), git(folder, "commit", "-qm", "second")),
    "a file cannot be read any more": _write("k8s/new.yaml", "kind: Pod\nspec: [\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_is_worked_out_again(repository: Path, ask: Ask, change: Callable[[Path], object]) -> None:
    ask()
    change(repository)
    again = ask()
    assert again[2]
    assert ask() == (*again[:2], False)


@pytest.mark.parametrize("target", ["folder", "file"])
def test_what_a_link_leads_to_comes_to_be(repository: Path, ask: Ask, target: str) -> None:
    elsewhere = repository.parent / "elsewhere"
    elsewhere.mkdir()
    (repository / "k8s" / "link.yaml").symlink_to(elsewhere / "it")
    ask("k8s/link.yaml")
    (elsewhere / "it").mkdir() if target == "folder" else (elsewhere / "it").write_text("")
    assert ask("k8s/link.yaml")[2]


def test_a_branch_and_back_is_still_the_same(repository: Path, ask: Ask) -> None:
    first = ask()
    file = repository / "k8s" / "new.yaml"
    file.rename(repository / "aside")
    (repository / "aside").rename(file)
    os.utime(repository / "k8s" / "old.yaml")
    assert ask() == (*first[:2], False)


@pytest.mark.parametrize(
    ("name", "value"), [("PLUMBRULE_FAIL_ON", "critical"), ("TF_VAR_x", "y"), ("SOURCE_DATE_EPOCH", "86400"), ("NO_COLOR", "1")]
)
def test_the_environment_is_part_of_the_question(
    repository: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    ask()
    monkeypatch.setenv(name, value)
    assert ask()[2]


def test_words_and_folder_are_part_of_the_question(repository: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    assert ask("k8s/old.yaml")[2]
    monkeypatch.chdir(repository / "k8s")
    assert ask()[2]
    assert ask("new.yaml")[:1] == (1,)


def test_without_cache_nothing_is_read_or_written(repository: Path, ask: Ask) -> None:
    ask("k8s/new.yaml", "--no-cache")
    assert not [path for path in Path(cache.folder()).glob("*") if path.name.startswith(("answer", "hook"))]
    cache._state["enabled"] = True
    ask()
    assert ask("k8s/new.yaml", "--no-cache")[2]


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: data[:99] + b"\xff" + data[100:]])
def test_a_broken_memory_is_no_memory(repository: Path, ask: Ask, damage: Callable[[bytes], bytes]) -> None:
    first = ask()
    for path in Path(cache.folder()).glob("*.marshal"):
        path.write_bytes(damage(path.read_bytes()))
    assert ask() == first


def test_a_memory_that_others_can_write_is_not_trusted(repository: Path, ask: Ask) -> None:
    ask()
    for path in Path(cache.folder()).glob("answer-*"):
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o666)
    assert Path(cache.folder()).stat().st_mode & 0o777 == 0o700
    assert ask()[2]


def test_no_secret_is_remembered(repository: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_token", "hunter3-in-clear")
    (repository / "k8s" / "secret.yaml").write_text(SECRET)
    ask()
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "second")
    ask("k8s/new.yaml", "k8s/secret.yaml", "--select", "*")
    contents = [path.read_bytes() for path in Path(cache.folder()).glob("*")]
    assert len(contents) > 2
    assert not any(b"hunter" in content for content in contents)


def test_only_so_many_answers_are_kept(repository: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cache.MOST, "answer", 2)
    for name in ("k8s/a.yaml", "k8s/b.yaml", "k8s/c.yaml", "k8s/new.yaml"):
        ask(name)
    assert len(list(Path(cache.folder()).glob("answer-*"))) == 2
    assert not ask()[2]
