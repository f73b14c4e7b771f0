"""``scan --fix`` shows the change, ``--fix --yes`` makes it, and the report is of what is there then."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scanner.cli.main import run

POD = "# a pod\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  shareProcessNamespace: true # why\n  containers: []\n"
AFTER = POD.replace("  shareProcessNamespace: true # why\n", "")
RULES = ("--select", "share-process-namespace")


@pytest.fixture
def pod(tmp_path: Path) -> Path:
    path = tmp_path / "pod.yaml"
    path.write_text(POD)
    path.chmod(0o640)
    return path


def test_fix_shows_and_changes_nothing(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(pod), *RULES, "--fix", "--quiet"]) == 1
    assert "-  shareProcessNamespace: true # why" in capsys.readouterr().err
    assert pod.read_text() == POD


def test_yes_makes_it_once(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(pod), *RULES, "--fix", "--yes", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["open_fail"] == 0
    assert pod.read_text() == AFTER
    assert pod.stat().st_mode & 0o777 == 0o640
    assert run(["scan", str(pod), *RULES, "--fix", "--yes", "--quiet"]) == 0
    assert pod.read_text() == AFTER


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe"])
def test_the_encoding_stays(pod: Path, mark: bytes) -> None:
    name = "utf-16-le" if mark == b"\xff\xfe" else "utf-8"
    pod.write_bytes(mark + POD.encode(name))
    assert run(["scan", str(pod), *RULES, "--fix", "--yes", "--quiet"]) == 0
    assert pod.read_bytes() == mark + AFTER.encode(name)


@pytest.mark.parametrize("end", ["\n", ""])
def test_git_applies_the_diff(pod: Path, end: str, capsys: pytest.CaptureFixture[str]) -> None:
    pod.write_text(POD.rstrip("\n") + end)
    run(["scan", str(pod), *RULES, "--fix", "--quiet"])
    patch, _, _ = capsys.readouterr().err.partition("1 file to change")
    subprocess.run(["git", "apply"], cwd=pod.parent, input=patch, text=True, check=True)
    assert pod.read_text() == AFTER.rstrip("\n") + end


def test_what_is_suppressed_is_not_fixed(pod: Path) -> None:
    pod.write_text(text := POD.replace("# why", "# plumbrule:ignore=share-process-namespace the agent looks at its neighbours"))
    assert run(["scan", str(pod), *RULES, "--fix", "--yes", "--quiet"]) == 0
    assert pod.read_text() == text


def test_no_secret_in_the_diff(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod.write_text(POD.replace("metadata: {name: p}", "metadata: {name: p, annotations: {password: hunter2hunter2}}"))
    run(["scan", str(pod), *RULES, "--fix", "--quiet"])
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert "-  shareProcessNamespace" in said


def test_full_sarif_carries_the_fix(pod: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["scan", str(pod), *RULES, "--format", "sarif-full"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    region = change["replacements"][0]["deletedRegion"]
    assert (region["startLine"], region["endLine"]) == (6, 7)


def test_yes_alone_is_a_mistake(pod: Path) -> None:
    assert run(["scan", str(pod), "--yes"]) == 2
