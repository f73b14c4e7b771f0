"""Several processes say what one says: the same bytes, machine fixes included, whatever becomes of a process."""

import os
import signal
import time
from pathlib import Path

import pytest

from scanner.cli.main import run
from scanner.evaluate import Evaluation
from scanner.inventory import Inventory
from scanner.model.problem import Problem
from scanner.pipeline import judging, sharing

PODS = "---\n".join(
    f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, namespace: shop}}\nspec:\n  containers:\n"
    f"    - {{name: c, image: nginx:latest, securityContext: {{privileged: true}}}}\n"
    for number in range(5)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pods.yaml").write_text(PODS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = run(["scan", "--profile", "platform", "--today", "2026-11-23", "--format", "sarif-full", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("jobs", ["2", "3", "64"])
def test_the_same_bytes(folder: Path, jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    alone = said(capsys)
    assert '"fixes"' in alone[1]
    assert said(capsys, "--jobs", jobs) == alone


def test_more_than_one_process_judges(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    children = []
    fork = os.fork

    def counted() -> int:
        child = fork()
        children.extend([child] if child else [])
        return child

    monkeypatch.setattr(os, "fork", counted)
    said(capsys, "--jobs", "3")
    assert len(children) == 2


def test_what_a_process_fails_to_say_is_asked_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, parent, plain = said(capsys), os.getpid(), sharing._plain

    def dies(*given: object) -> object:
        return plain(*given) if os.getpid() == parent else os._exit(9)  # type: ignore[arg-type]

    monkeypatch.setattr(sharing, "_plain", dies)
    assert said(capsys, "--jobs", "2") == alone


def test_no_process_is_left(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fork, children = os.fork, []
    monkeypatch.setattr(os, "fork", lambda: children.append(fork()) or children[-1])
    said(capsys, "--jobs", "2")
    assert len(children) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], os.WNOHANG)


@pytest.mark.parametrize("word", ["0", "-1", "many"])
def test_a_number_of_jobs_is_one_at_least(folder: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--jobs", word)[0] == 2


def test_many_objects_are_shared_without_being_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = said(capsys, "--jobs", "1")
    asked = []
    monkeypatch.setattr(sharing, "processors", lambda: asked.append(1) or 2)
    assert said(capsys) == alone
    assert not asked
    monkeypatch.setattr(judging, "MANY", 2)
    assert said(capsys) == alone
    assert asked


@pytest.mark.parametrize("started", [0, 1])
def test_a_limit_on_processes_changes_nothing(
    folder: Path, started: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, fork, left = said(capsys), os.fork, [None] * started

    def limited() -> int:
        if not left:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        left.pop()
        return fork()

    monkeypatch.setattr(os, "fork", limited)
    assert said(capsys, "--jobs", "3") == alone


def test_a_process_whose_answer_nobody_reads_ends() -> None:
    """One that was asked by a scan that is gone must not stay for ever."""
    large = Evaluation([], [Problem("rule-crash", None, "x" * 2_000_000)], [], [])
    asked = sharing._ask(lambda _: large, [], sharing._numbers(1), Inventory(()))
    assert asked is not None
    child, answers = asked
    os.close(answers)
    for _ in range(1_000):
        if os.waitpid(child, os.WNOHANG)[0] == child:
            return
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("it waits for somebody to read its answer")
