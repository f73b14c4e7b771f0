"""What clusters share is said once to people, and row by row to machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.cli.main import run

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"},
       "spec": {"containers": [{"name": "web", "image": "web:1", "securityContext": {"privileged": True}}]}}  # fmt: skip


def cluster(folder: Path, name: str, uid: str, *pods: dict[str, Any]) -> Path:
    system = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": uid}}
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [system, *pods]}))
    return path


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "web.yaml").write_text(yaml.safe_dump(POD, sort_keys=False))
    (repository / "plumbrule.yaml").write_text("kubernetes: {clusters: {b.json: {name: Berlin}}}\n")
    other = {**POD, "metadata": {"name": "other", "namespace": "shop"}}
    dumps = [
        cluster(tmp_path, "a", "1", POD, other), cluster(tmp_path, "b", "2", POD, other), cluster(tmp_path, "c", "3", POD),
        cluster(tmp_path, "again", "3", POD),
    ]  # fmt: skip
    return ["scan", str(repository), "--select", "PSS-B02", *(word for dump in dumps for word in ("--cluster-dump", str(dump)))]


def test_machines_get_every_row(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run([*words, "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    rows = sorted((row["resource"]["name"], row["resource"]["scope"] or "") for row in answer["results"])
    assert rows == [
        ("other", "cluster:1"), ("other", "cluster:2"), ("web", ""), ("web", "cluster:1"), ("web", "cluster:2"), ("web", "cluster:3"),
    ]  # fmt: skip
    assert len({row["fingerprint"] for row in answer["results"]}) == 6
    assert answer["notes"] == ["again.json: the same cluster as c.json, which is judged once"]


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_people_get_one(words: list[str], capsys: pytest.CaptureFixture[str], name: str) -> None:
    run([*words, "--format", name])
    said = capsys.readouterr().out.replace("\\", "")
    assert said.count("in the source and 3 clusters: Berlin, a.json, c.json") == 1
    assert said.count("in 2 clusters: Berlin, a.json") == 1
    assert "cluster:1" not in said


def test_the_sums_are_those_of_the_gate(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run([*words, "--format", "text"])
    assert "6 open" in capsys.readouterr().out
