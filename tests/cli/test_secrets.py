"""A secret of the input is in no output of any command: not in reports, differences, explanations, baselines or documentation."""

import json
import subprocess
from pathlib import Path

import pytest

from scanner import render
from scanner.cli.main import run
from scanner.cli.unseen import tell
from scanner.model.problem import Problem

SECRET = "Hunter2Xyzzy42"
TOKEN = "ghp_" + "Zq9" * 12
FILES = {
    "k8s/pod.yaml": f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop, annotations: {{note: "see https://admin:{SECRET}@db.example.org/"}}}}
spec:
  hostNetwork: true
  containers:
    - name: app
      image: nginx:latest
      command: [sh, -c, "curl -u admin:{SECRET} https://example.org"]
      args: ["--password={SECRET}"]
      securityContext: {{privileged: true}}   # {TOKEN}
      env:
        - {{name: DB_PASSWORD, value: {SECRET}}}
""",
    "k8s/secret.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\nstringData: {{anything: {SECRET}}}\n",
    "infra/main.tf": f"""\
variable "admin_password" {{ default = "{SECRET}" }}
resource "azurerm_mssql_server" "main" {{
  administrator_login_password = var.admin_password
  location                     = "westeurope"
  tags                         = {{ token = "{TOKEN}" }}
}}
""",
    "infra/prod.auto.tfvars": f'admin_password = "{SECRET}"\n',
    "broken.yaml": f"apiVersion: v1\nkind: Secret\npassword: {SECRET}\n  bad: [\n",
}
RULE = f"""\
id: ACME-001
slug: ours
title: Own rule
area: acme
severity: low
confidence: high
default: on
rationale: because
fix: fix it
match: {{type: Secret}}
deny: {{stringData.password: {{equals: {SECRET}}}}}
examples:
  fail:
    - title: one
      kubernetes: |
        apiVersion: v1
        kind: Secret
        metadata: {{name: a}}
        stringData:
          password: {SECRET}  # FINDING
  pass:
    - title: none
      kubernetes: |
        apiVersion: v1
        kind: Secret
        metadata: {{name: a}}
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "repository"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "rules" / "acme").mkdir(parents=True)
    (tmp_path / "rules" / "acme" / "ours.yaml").write_text(RULE)
    subprocess.run(["git", "init", "-q", folder], check=True)
    monkeypatch.chdir(folder)
    return folder


def clean(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed, once it is known to hold no secret."""
    said = "".join(capsys.readouterr())
    assert SECRET not in said
    assert TOKEN not in said
    return said


@pytest.mark.parametrize("name", render.names())
def test_no_report(repository: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "--select", "*", "--include-passing", "--format", name]) == 3
    assert clean(capsys)


def test_no_difference_and_no_explanation(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["scan", "--select", "*", "--format", "json"])
    text = capsys.readouterr().out
    rows = json.loads(text)["results"]
    Path("a.json").write_text(text)
    assert run(["scan", "--select", "*", "--fix", "--format", "text"]) == 3
    assert "--- a/k8s/pod.yaml" in clean(capsys)
    for row in {row["rule"]: row for row in rows}.values():
        assert run(["explain", row["fingerprint"]]) == 0
        assert clean(capsys)
    Path("b.json").write_text(json.dumps({**json.loads(text), "results": []}))
    for words in (["diff", "b.json", "a.json"], ["diff", "b.json", "a.json", "--format", "json"]):
        assert run(words) == 0
        assert "ACME" not in clean(capsys)


def test_no_other_command(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["baseline", "write"], ["baseline", "show"], ["hook", "k8s/pod.yaml", "infra/main.tf", "broken.yaml"], ["network"], ["residency"],
        ["residency", "--format", "json"], ["residency", "--format", "html"], ["tags", "--format", "json"], ["config", "show"],
        ["rbac", "who-can", "get", "secrets"],
    ):  # fmt: skip
        assert run(words) in (0, 1, 3), words
        clean(capsys)
    baseline = Path("plumbrule-baseline.json").read_text()
    assert SECRET not in baseline
    assert TOKEN not in baseline


def test_no_documentation_of_a_rule(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = str(tmp_path / "rules")
    assert run(["rules", "docs", "ACME-001", "--rules", rules]) == 0
    assert "# ACME-001 ours" in clean(capsys)
    assert run(["rules", "docs", "ACME-001", "--rules", rules, "--output", str(tmp_path / "site")]) == 0
    clean(capsys)
    for path in (tmp_path / "site").rglob("*.html"):
        assert SECRET not in path.read_text(), path


def test_what_could_not_be_looked_at_is_told_masked(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell([Problem("unparsable", None, f"the key {TOKEN} stands twice")]) == 3
    said = capsys.readouterr().err
    assert "unparsable: the key" in said
    assert TOKEN not in said
