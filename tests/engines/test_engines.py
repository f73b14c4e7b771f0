"""Other engines: what they say is read, placed, merged with ours, and never trusted to run."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run
from scanner.engines import checkov, program, zizmor

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n  - {name: c, image: nginx:latest}\n"
FINE = POD.replace("latest", "1.2.3").replace("name: p", "name: q")


def check(identity: str, path: str, lines: list[int], **more: Any) -> dict[str, Any]:
    fixed = {"check_name": f"title of {identity}", "resource": "Pod.shop.p", "severity": None, "guideline": None}
    return {"check_id": identity, "file_path": f"/{path}", "file_line_range": lines, **fixed, **more}


def report(failed: list[dict[str, Any]], passed: list[dict[str, Any]], broken: list[str]) -> dict[str, Any]:
    return {"check_type": "kubernetes", "results": {"failed_checks": failed, "passed_checks": passed, "parsing_errors": broken}}


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the function that puts a checkov on PATH which prints a text and notes what it was shown."""

    def pretend(text: str, code: int = 0) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "said").write_text(text)
        script = folder / "checkov"
        script.write_text(
            f'#!/bin/sh\n(cd "$2" && find . -type f | sort) > {folder}/seen\nenv > {folder}/env\ncat {folder}/said\nexit {code}\n'
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
        return folder

    return pretend


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "p.yaml").write_text(POD)
    (folder / "q.yaml").write_text(FINE)
    (folder / ".checkov.yaml").write_text("external-checks-dir: [evil]\n")
    return folder


def scan(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run(["scan", str(folder), "--select", "IMG-001", "--engine", "checkov", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_what_we_say_already_is_not_said_twice(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(json.dumps([report([check("CKV_K8S_14", "p.yaml", [1, 6]), check("CKV_K8S_8", "p.yaml", [1, 6])], [], [])]))
    _, answer = scan(repository, capsys)
    assert [(row["rule"], row["engine"]) for row in answer["results"]] == [("CKV_K8S_8", "checkov"), ("IMG-001", "plumbrule")]
    assert {row["resource"]["address"] for row in answer["results"]} == {"kubernetes:shop/Pod/p"}


def test_where_we_disagree_is_marked(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(json.dumps(report([check("CKV_K8S_14", "q.yaml", [1, 6])], [check("CKV_K8S_14", "p.yaml", [1, 6])], [])))
    _, answer = scan(repository, capsys)
    (theirs,) = (row for row in answer["results"] if row["engine"] == "checkov")
    assert "IMG-001 judged the same and does not agree" in theirs["message"]
    assert any("checkov passes Pod.shop.p by CKV_K8S_14, IMG-001 does not" in note for note in answer["notes"])


def test_what_we_did_not_judge_is_no_disagreement(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "c.yaml").write_text("kind: Thing\nspec: {}\n")
    says(json.dumps(report([check("CKV_K8S_14", "c.yaml", [1, 2]), check("CKV_K8S_43", "p.yaml", [1, 6])], [], [])))
    _, answer = scan(repository, capsys)
    assert not [row for row in answer["results"] if "does not agree" in row["message"]]


def test_what_it_cannot_read_is_a_problem(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(json.dumps(report([], [], ["/somewhere/else.tf"])))
    code, answer = scan(repository, capsys)
    assert (code, [row["kind"] for row in answer["problems"]]) == (3, ["engine-failed"])


@pytest.mark.parametrize("text", ["", "Traceback", "[1]", '{"results": {}}', '{"results": {"failed_checks": [{}]}}'])
def test_an_engine_that_fails_is_never_green(says: Any, repository: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    says(text, code=1)
    code, answer = scan(repository, capsys)
    assert (code, [row["kind"] for row in answer["problems"]]) == (3, ["engine-failed"])


def test_nothing_to_judge_is_fine(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says('{"passed": 0, "failed": 0}')
    assert scan(repository, capsys)[1]["problems"] == []


def test_its_findings_are_suppressed_like_ours(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "p.yaml").write_text("# plumbrule:ignore=CKV_K8S_8 it ends by itself\n" + POD)
    says(json.dumps(report([check("CKV_K8S_8", "p.yaml", [2, 7])], [], [])))
    rows = scan(repository, capsys)[1]["results"]
    assert {row["rule"]: row["disposition"] for row in rows} == {"CKV_K8S_8": "suppressed", "IMG-001": "open"}


def test_skip_holds_for_it(says: Any, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says(json.dumps(report([check("CKV_K8S_14", "q.yaml", [1, 6])], [], [])))
    assert "checkov" not in {row["engine"] for row in scan(repository, capsys, "--skip", "CKV_K8S_14")[1]["results"]}


def test_it_sees_a_copy_without_its_own_configuration_and_without_our_environment(
    says: Any, repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    folder = says("{}")
    scan(repository, capsys)
    assert (folder / "seen").read_text().split() == ["./p.yaml", "./q.yaml"]
    assert "AWS_SECRET" not in (folder / "env").read_text()


def test_an_engine_that_is_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("XDG_DATA_HOME", "/nowhere")
    assert run(["scan", str(repository), "--engine", "checkov"]) == 2
    assert "plumbrule engines install checkov" in capsys.readouterr().err
    assert run(["scan", str(repository), "--engine", "chekov"]) == 2
    assert "checkov" in capsys.readouterr().err
    assert run(["engines", "list"]) == 0
    assert capsys.readouterr().out.count("not installed") == 2


def test_zizmor_is_read(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "w.yml"
    workflow.parent.mkdir()
    workflow.write_text("\n" * 5 + "  - ä: actions/checkout@v4\n")
    place = {"location": {"start_point": {"row": 5, "column": 8}, "end_point": {"row": 5, "column": 27}}, "feature": "uses: x"}
    route = {"route": [{"Key": "jobs"}, {"Key": "a"}, {"Index": 0}]}
    symbolic = {"key": {"Local": {"verbatim_path": str(workflow)}}, "annotation": "why", "route": route, "kind": "Primary"}
    found = {
        "ident": "artipacked", "desc": "what", "url": "https://x", "determinations": {"severity": "Medium"},
        "locations": [{"symbolic": {**symbolic, "kind": "Related"}, "concrete": place}, {"symbolic": symbolic, "concrete": place}],
    }  # fmt: skip
    (row,) = zizmor.answer(json.dumps([{**found, "ignored": False}, {**found, "ignored": True}]), str(tmp_path)).failed
    assert (row.check, row.path, row.line, row.resource, row.severity) == ("artipacked", ".github/w.yml", 6, "jobs.a.0", "medium")
    assert (row.column, row.end_column) == (8, 27)


@pytest.mark.slow
@pytest.mark.parametrize("module", [checkov, zizmor])
def test_the_real_program(module: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if program.program(module.NAME) is None:
        pytest.skip(f"{module.NAME} is not installed: plumbrule engines install {module.NAME}")
    (tmp_path / "p.yaml").write_text(POD)
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "w.yml").write_text(
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - uses: actions/checkout@v4\n"
    )
    run(["scan", str(tmp_path), "--engine", module.NAME, "--format", "json", "--allow-incomplete"])
    answer = json.loads(capsys.readouterr().out)
    assert module.NAME in {row["engine"] for row in answer["results"]}
    assert "engine-failed" not in {row["kind"] for row in answer["problems"]}


def test_one_that_hangs_is_ended_with_all_that_it_started(
    says: Any, repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = says("") / "checkov"
    script.write_text("#!/bin/sh\nsleep 3600\n")
    monkeypatch.setattr(program, "_LONGEST", 0.5)
    code, answer = scan(repository, capsys)
    assert code == 3
    assert [(one["kind"], one["detail"]) for one in answer["problems"]] == [("engine-failed", "checkov did not end within 0.5 seconds")]
