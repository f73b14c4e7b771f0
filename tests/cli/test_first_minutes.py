"""The first five minutes: init, what holds, what a rule asks, completion, schemas; and the CI step as a script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from scanner.cli.init import job
from scanner.cli.main import COMMANDS, run

TOP = Path(__file__).resolve().parents[2]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n  - {name: c, image: nginx:latest}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p.yaml").write_text(POD)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text('resource "azurerm_storage_account" "a" {}\n')
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 1.0.0\n")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_init_writes_what_the_scan_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init"]) == 0
    written = (folder / "plumbrule.yaml").read_text()
    schema = written.split("$schema=")[1].split()[0]
    jsonschema.validate(yaml.safe_load(written), json.loads((folder / schema).read_text()))
    assert all(word in written for word in ("yaml-language-server", "infra", "chart"))
    assert run(["scan", "--quiet"]) in (0, 1)
    capsys.readouterr()
    run(["config", "schema"])
    jsonschema.validate(yaml.safe_load(written), json.loads(capsys.readouterr().out))


def test_what_editors_read_is_not_scanned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["scan", "--format", "json", "--allow-incomplete"])
    before = json.loads(capsys.readouterr().out)["summary"]["files"]
    run(["init"])
    capsys.readouterr()
    run(["scan", "--format", "json", "--allow-incomplete"])
    assert json.loads(capsys.readouterr().out)["summary"]["files"] == before


def test_jobs_write_what_their_system_reads() -> None:
    gitlab = yaml.safe_load(job("gitlab"))["plumbrule"]
    written = " ".join(gitlab["script"])
    for kind, name in (("codequality", "gitlab"), ("sast", "gitlab-sast"), ("junit", "junit")):
        assert f"--format {name}={gitlab['artifacts']['reports'][kind]}" in written
    azure = yaml.safe_load(job("azure"))["steps"]
    (scan,) = [step for step in azure if step.get("displayName") == "plumbrule"]
    (publish,) = [step for step in azure if step.get("task", "").startswith("PublishBuildArtifacts")]
    assert publish["inputs"] == {"PathtoPublish": scan["env"]["LOGS"], "ArtifactName": "CodeAnalysisLogs"}
    github = yaml.safe_load(job("github"))["jobs"]["scan"]
    assert github["permissions"]["security-events"] == "write"
    assert all(re.search(r"@([0-9a-f]{40}|v\d)", step["uses"]) for step in github["steps"])


def test_the_script_of_the_azure_job_runs(folder: Path, tmp_path: Path) -> None:
    (scan,) = [step for step in yaml.safe_load(job("azure"))["steps"] if step.get("displayName") == "plumbrule"]
    logs = tmp_path / "staging" / "CodeAnalysisLogs"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LOGS": str(logs), "SCANNED": "p.yaml", "CHANGED_SINCE": ""}
    done = subprocess.run(["bash", "-c", scan["bash"]], env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "##vso[task.logissue type=error;sourcepath=p.yaml;linenumber=6;" in done.stdout
    assert "##vso[task.uploadsummary]" in done.stdout
    assert json.loads((logs / "plumbrule.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion(shell: str) -> None:
    program = Path(sys.executable).with_name("plumbrule")
    environment = {**os.environ, "_PLUMBRULE_COMPLETE": f"{shell}_source"}
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=False)
    assert "_PLUMBRULE_COMPLETE" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here to read its completion")
    checked = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_init_keeps_what_is_there(folder: Path) -> None:
    (folder / "plumbrule.yaml").write_text("profile: audit\n")
    assert run(["init"]) == 2
    assert (folder / "plumbrule.yaml").read_text() == "profile: audit\n"


@pytest.mark.parametrize(("ci", "path"), [("github", ".github/workflows"), ("gitlab", ".gitlab"), ("azure", ".azuredevops")])
def test_init_writes_hook_and_job(folder: Path, ci: str, path: str) -> None:
    assert run(["init", "--hook", "--ci", ci]) == 0
    job = yaml.safe_load((folder / path / "plumbrule.yml").read_text())
    assert "plumbrule" in json.dumps(job)
    hooks = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    offered = {hook["id"] for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in hooks} <= offered


def test_pre_commit_takes_the_manifest() -> None:
    pytest.importorskip("pre_commit")
    done = subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", TOP / ".pre-commit-hooks.yaml"], check=False)
    assert done.returncode == 0


def test_hooks_name_commands_that_exist() -> None:
    for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text()):
        program, command, *_ = hook["entry"].split()
        assert (program, command in COMMANDS) == ("plumbrule", True)


def test_config_show_names_the_line_of_each_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plumbrule.yaml").write_text("profile: platform\nskip: [IMG-001]\n")
    (folder / "infra" / "plumbrule.yaml").write_text("fail_on: high\n")
    assert run(["config", "show", "infra", "--kubernetes-version", "1.30"]) == 0
    said = capsys.readouterr().out
    for words in ('profile             "platform"  # plumbrule.yaml:1', "infra/plumbrule.yaml:1", "# --kubernetes-version", "skip[0]"):
        assert words in said
    run(["config", "show", ".", "--format", "json"])
    assert "fail_on" not in {row["key"] for row in json.loads(capsys.readouterr().out)["values"]}


@pytest.mark.parametrize("word", ["IMG-001", "mutable-tag", "CKV_K8S_14"])
def test_explain_a_rule(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", word]) == 0
    assert "IMG-001" in capsys.readouterr().out


def test_explain_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["scan", "--select", "IMG-001", "--format", "json"])
    fingerprint = json.loads(capsys.readouterr().out)["results"][0]["fingerprint"]
    assert run(["explain", fingerprint[:12]]) == 0
    assert "p.yaml:6" in capsys.readouterr().out
    assert run(["explain", "0" * 12]) == 2


def test_the_shell_completes(tmp_path: Path) -> None:
    environment = {**os.environ, "_PLUMBRULE_COMPLETE": "bash_complete", "COMP_WORDS": "plumbrule sc", "COMP_CWORD": "1"}
    done = subprocess.run([Path(sys.executable).with_name("plumbrule")], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["plain,scan"]


def test_every_command_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        assert run([command, "--help"]) == 0
        said = capsys.readouterr().out
        assert len(said.splitlines()) > 3
        assert "\\b" not in said


def test_the_step_of_the_action(folder: Path, tmp_path: Path) -> None:
    inputs = {"PATHS": "p.yaml", "FAIL_ON": "", "PROFILE": "platform", "SARIF_FILE": str(tmp_path / "out.sarif"), "CHANGED_SINCE": ""}
    files = {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **inputs, **files, "PATH": path}
    done = subprocess.run(["bash", TOP / ".github" / "scan.sh"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "::error file=p.yaml" in done.stdout
    assert "exit-code=1" in (tmp_path / "output").read_text()
    assert (tmp_path / "summary").read_text().startswith("# plumbrule")
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"


def test_config_show_names_the_line_of_each_suppression(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "infra" / "plumbrule.yaml").write_text('suppressions:\n- {rules: [PSS-R02], paths: ["app/*.yaml"], reason: known}\n')
    assert run(["config", "show", "infra"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("suppressions[0]")
    assert said.endswith("# infra/plumbrule.yaml:2\n")
