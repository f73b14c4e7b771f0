"""Baseline and diff by the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec:\n  containers:\n  - {name: c, image: nginx:latest}\n"
SELECT = ("--select", "IMG-001")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.yaml").write_text(POD.replace("NAME", "a"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_the_first_day_on_only_what_is_new_gates(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "write", *SELECT]) == 0
    gate = ["scan", *SELECT, "--baseline", "plumbrule-baseline.json", "--quiet"]
    assert run(gate) == 0
    (folder / "a.yaml").rename(folder / "moved.yaml")
    assert run(gate) == 0
    (folder / "copy.yaml").write_text(POD.replace("NAME", "a"))
    assert run(gate) == 1


def test_show_lists_what_is_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["baseline", "write", *SELECT, "-o", "known.json"])
    assert run(["baseline", "show", "known.json"]) == 0
    assert "IMG-001      a.yaml  kubernetes:default/Pod/a" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["baseline", "show"],
        ["baseline", "write", "-o", "no/such/folder.json"],
        ["scan", "--baseline", "nowhere.json"],
        ["scan", "--baseline", "a.yaml"],
    ],
)
def test_mistakes(folder: Path, arguments: list[str]) -> None:
    assert run(arguments) == 2


def test_a_baseline_of_an_incomplete_scan_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.yaml").write_text("kind: Pod\nspec: [\n")
    assert run(["baseline", "write", *SELECT]) == 3
    assert "broken.yaml" in capsys.readouterr().err


def result(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> str:
    run(["scan", *SELECT, "--format", f"json={folder}/{name}"])
    capsys.readouterr()
    return name


def difference(capsys: pytest.CaptureFixture[str], *names: str) -> dict[str, Any]:
    assert run(["diff", *names, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    return {key: [row["resource"]["name"] for row in answer[key]] for key in ("new", "fixed", "unchanged")}


def test_diff_tells_new_fixed_and_moved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.yaml").write_text(POD.replace("NAME", "b"))
    before = result(folder, "before.json", capsys)
    (folder / "b.yaml").unlink()
    (folder / "a.yaml").rename(folder / "moved.yaml")
    (folder / "c.yaml").write_text(POD.replace("NAME", "c"))
    after = result(folder, "after.json", capsys)
    assert difference(capsys, before, after) == {"new": ["c"], "fixed": ["b"], "unchanged": ["a"]}


def test_what_is_suppressed_is_not_fixed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = result(folder, "before.json", capsys)
    (folder / "plumbrule.yaml").write_text("suppressions: [{rules: [IMG-001], reason: later}]\n")
    after = result(folder, "after.json", capsys)
    assert difference(capsys, before, after) == {"new": [], "fixed": [], "unchanged": []}
    assert difference(capsys, after, before) == {"new": [], "fixed": [], "unchanged": ["a"]}


def test_diff_of_something_else(folder: Path) -> None:
    assert run(["diff", "a.yaml", "a.yaml"]) == 2
    assert run(["diff", "nowhere.json", "a.yaml"]) == 2


@pytest.mark.parametrize(
    "text", ['{"schema": "plumbrule/results/v1", "tool": {}, "problems": [], "results": [{}]}', '{"schema": "plumbrule/results/v1"}', "[]"]
)
def test_half_a_result_is_none(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (half := tmp_path / "half.json").write_text(text)
    assert run(["diff", str(half), str(half)]) == 2
    assert capsys.readouterr() == ("", f"plumbrule: {half} is no result of `plumbrule scan --format json`\n")


def test_an_unused_entry_is_told_by_its_paths(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plumbrule.yaml").write_text('suppressions:\n- {rules: [IMG-001], paths: ["other/**"], reason: known}\n')
    assert run(["scan", *SELECT, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["notes"] == ["plumbrule.yaml: the ignore of IMG-001 in other/** silences nothing: remove it"]
