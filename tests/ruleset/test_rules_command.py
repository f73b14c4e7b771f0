"""``plumbrule rules``: what is typed and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.cli.main import run


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["rules", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "list", "privileged", "CKV_K8S_17", "--format", "json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["schema"], answer["problems"]) == ("plumbrule/rules/v1", [])
    assert "PSS-B02" in [row["id"] for row in answer["rules"]]
    code, out, _ = said(capsys, "list", "privileged")
    assert "PSS-B02" in out


def test_a_word_that_names_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "list", "priviledged")
    assert (code, out) == (2, "")
    assert "did you mean 'privileged'?" in err


def test_from_a_draft_to_a_rule(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = said(capsys, "new", "ACME-001", "foreign-registry", "--area", "acme", "--folder", str(tmp_path))
    path = tmp_path / "acme" / "foreign-registry.yaml"
    assert code == 0
    assert str(path) in out
    assert said(capsys, "new", "ACME-001", "foreign-registry", "--area", "acme", "--folder", str(tmp_path))[0] == 2
    code, out, _ = said(capsys, "test", str(path))
    assert (code, out) == (0, "2 examples of 1 rules, 0 wrong\n")
    path.write_text(path.read_text().replace("  # FINDING", "").replace("name: web\n", "name: web  # FINDING\n", 1))
    code, out, err = said(capsys, "test", str(tmp_path))
    assert code == 2
    assert "is marked, not found" in err or "marks a line" in err
    code, _, err = said(capsys, "test", str(tmp_path / "nowhere.yaml"))
    assert (code, "no such file" in err) == (2, True)


def test_docs_and_schema(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = said(capsys, "docs", "PSS-B02")
    assert code == 0
    assert out.startswith("# PSS-B02 privileged")
    assert said(capsys, "docs", "PSS-B02", "--output", str(tmp_path / "site"))[0] == 0
    assert "A container is privileged" in (tmp_path / "site" / "rules" / "PSS-B02.html").read_text()
    assert said(capsys, "docs", "--format", "html")[0] == 2
    assert said(capsys, "docs", "PSS-B02", "--format", "markdown", "--output", str(tmp_path))[0] == 0
    assert (tmp_path / "privileged.md").read_text().startswith("# PSS-B02 privileged")
    code, out, err = said(capsys, "schema")
    assert code == 0, err
    assert json.loads(out)["title"] == "A rule of plumbrule"


def test_a_mistake_in_a_rule_is_said_at_its_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said(capsys, "new", "ACME-001", "foreign-registry", "--area", "acme", "--folder", str(tmp_path))
    path = tmp_path / "acme" / "foreign-registry.yaml"
    path.write_text(path.read_text().replace("starts_with", "start_with"))
    code, out, err = said(capsys, "list", "--rules", str(tmp_path))
    line = next(number for number, text in enumerate(path.read_text().split("\n"), 1) if "start_with" in text)
    assert (code, out) == (2, "")
    assert f"{path}:{line}:11: unknown operator 'start_with'" in err
    assert "did you mean 'starts_with'?" in err
