"""The pre-commit hook: what the staged files bring, with the whole repository known."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scanner.cli.main import run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: shop}\nspec:\n  containers: [{name: c, image: nginx:TAG}]\n"


def pod(name: str, tag: str = "latest") -> str:
    return POD.replace("NAME", name).replace("TAG", tag)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "repository"
    (folder / "k8s").mkdir(parents=True)
    (folder / "k8s" / "old.yaml").write_text(pod("old"))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    monkeypatch.chdir(folder)
    return folder


def hook(*arguments: str) -> int:
    return run(["hook", "--select", "IMG-001", *arguments])


def test_what_was_there_at_head_does_not_stop_a_commit(repository: Path) -> None:
    (repository / "k8s" / "old.yaml").write_text("# a line\n" + pod("old"))
    assert hook("k8s/old.yaml") == 0


@pytest.mark.parametrize(("named", "code"), [(["k8s/new.yaml"], 1), (["k8s/old.yaml"], 0), ([], 0), (["./k8s/../k8s/new.yaml"], 1)])
def test_only_what_is_in_a_named_file_stops_it(repository: Path, named: list[str], code: int) -> None:
    (repository / "k8s" / "new.yaml").write_text(pod("new"))
    assert hook(*named) == code


def test_it_runs_from_any_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "k8s" / "new.yaml").write_text(pod("new"))
    monkeypatch.chdir(repository / "k8s")
    assert hook("new.yaml") == 1


def test_what_is_remembered_ends_with_the_commit(repository: Path) -> None:
    (repository / "k8s" / "new.yaml").write_text(pod("new"))
    assert [hook("k8s/new.yaml"), hook("k8s/new.yaml"), hook("k8s/new.yaml", "--no-cache")] == [1, 1, 1]
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "second")
    assert hook("k8s/new.yaml") == 0


def test_another_selection_is_another_memory(repository: Path) -> None:
    assert run(["hook", "--select", "PSS-B02", "k8s/old.yaml"]) == 0
    assert hook("k8s/old.yaml") == 0


def test_before_the_first_commit_all_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.yaml").write_text(pod("a"))
    monkeypatch.chdir(tmp_path)
    assert hook("a.yaml") == 1


def test_a_file_that_cannot_be_read_stops_its_own_commit_alone(repository: Path) -> None:
    (repository / "broken.yaml").write_text("kind: Pod\nspec: [\n")
    assert (hook("broken.yaml"), hook("k8s/old.yaml")) == (3, 0)


def test_the_same_findings_as_the_whole_scan(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "k8s" / "new.yaml").write_text(pod("new"))
    run(["scan", "--profile", "platform", "--format", "json"])
    rows = [row for row in json.loads(capsys.readouterr().out)["results"] if row["outcome"] == "fail"]
    scanned = {(row["rule"], row["location"]["line"]) for row in rows if row["location"] and row["location"]["path"] == "k8s/new.yaml"}
    run(["hook", "--profile", "platform", "k8s/new.yaml"])
    said = capsys.readouterr().out
    assert scanned
    assert all(f"[{rule} " in said and f"k8s/new.yaml:{line}:" in said for rule, line in scanned)


def test_it_works_inside_gits_own_environment(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert hook("k8s/old.yaml") == 0
