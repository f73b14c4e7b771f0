"""A saved cluster is judged as the cluster would be, and nothing in it counts twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.cli.main import run
from scanner.sources.cluster.dump import read_dump

POD = {"containers": [{"name": "web", "image": "web:1", "securityContext": {"privileged": True}}]}
LABELS = {"app": "web"}


def meta(name: str, owner: str = "", **more: Any) -> dict[str, Any]:
    owners = [{"apiVersion": "apps/v1", "kind": "x", "name": owner, "uid": owner, "controller": True}] if owner else []
    entry = {"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-20T08:00:00Z", "fieldsV1": {"f:spec": {"f:ports": {}}}}
    return {"name": name, "namespace": "shop", "uid": name, "labels": LABELS, "ownerReferences": owners, "managedFields": [entry], **more}


DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web"), "status": {"replicas": 2},
              "spec": {"replicas": 2, "template": {"metadata": {"labels": LABELS}, "spec": POD}}}  # fmt: skip
SET = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta("web-7f9", "web"), "status": {"replicas": 2},
       "spec": {"replicas": 2, "template": {"metadata": {"labels": LABELS}, "spec": POD}}}  # fmt: skip
PODS = [{"apiVersion": "v1", "kind": "Pod", "metadata": meta(f"web-7f9-{n}", "web-7f9"), "spec": {**POD, "nodeName": "n"},
         "status": {"phase": "Running"}} for n in range(2)]  # fmt: skip
SERVICE = {"metadata": meta("web"), "spec": {"selector": LABELS, "ports": [{"port": 80, "nodePort": 30080}], "externalIPs": ["1.2.3.4"]}}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": meta("token"), "data": {"password": "cGxhbnRlZC12YWx1ZQ=="}}
SYSTEM = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": "7-of-9"}}


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / "dump"
    folder.mkdir()
    everything = {"apiVersion": "v1", "kind": "List", "items": [DEPLOYMENT, SET, *PODS, SECRET, SYSTEM]}
    (folder / "all.json").write_text(json.dumps(everything))
    (folder / "services.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "ServiceList", "items": [SERVICE]}))
    (folder / "again.json").write_text(json.dumps(DEPLOYMENT))
    (folder / "version.json").write_text(json.dumps({"clientVersion": {}, "serverVersion": {"major": "1", "minor": "33+"}}))
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "api"}},
    }
    (folder / "web.yaml").write_text(yaml.safe_dump(service))
    return folder


def scan(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    code = run(["scan", *map(str, words), "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_deployment_is_judged_and_not_its_pods(capsys: pytest.CaptureFixture[str], repository: Path, dump: Path) -> None:
    _, answer = scan(capsys, repository, "--cluster-dump", dump, "--select", "PSS-B02,GIT-008")
    rows = {(row["rule"], row["resource"]["address"], row["resource"]["scope"]) for row in answer["results"]}
    assert rows == {
        ("PSS-B02", "kubernetes:shop/Deployment/web", "cluster:7-of-9"),
        ("GIT-008", "kubernetes:shop/Deployment/web", "cluster:7-of-9"),
    }
    assert answer["problems"] == []
    assert answer["summary"]["resources"] == 1 + 6


def test_as_files_it_is_judged_once_too_and_has_places(capsys: pytest.CaptureFixture[str], dump: Path) -> None:
    (dump / "again.json").unlink()
    _, answer = scan(capsys, dump, "--select", "PSS-B02")
    assert [(row["resource"]["address"], row["location"]["path"]) for row in answer["results"]] == [
        ("kubernetes:shop/Deployment/web", "all.json")
    ]


def test_what_was_changed_by_hand_has_its_source_line_and_its_author(
    capsys: pytest.CaptureFixture[str], repository: Path, dump: Path
) -> None:
    text = (repository / "web.yaml").read_text().replace("app: api", "app: web") + "  ports:\n  - port: 443\n"
    (repository / "web.yaml").write_text(text)
    (repository / "own").mkdir()
    rule = {
        "id": "ACME-1", "slug": "drift", "title": "drift", "area": "own", "severity": "low", "confidence": "high", "rationale": "x",
        "fix": "x",
        "match": {"fact": "deployment"}, "deny": {"state": {"equals": "drifted"}}, "message": "{object}: {fields}; {changed}",
    }  # fmt: skip
    (repository / "own" / "drift.yaml").write_text(yaml.safe_dump(rule))
    _, answer = scan(
        capsys, repository / "web.yaml", "--rules", repository / "own", "--cluster-dump", dump / "services.yaml", "--select", "ACME-1"
    )
    row = answer["results"][0]
    assert "spec.ports[0].port" in row["message"]
    assert "last written by kubectl-edit on 2026-11-20" in row["message"]
    assert row["location"]["line"] == text.splitlines().index("  - port: 443") + 1


def test_no_secret_leaves_a_dump(capsys: pytest.CaptureFixture[str], dump: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    for words in ((), ("--include-secret-metadata",)):
        code, answer = scan(capsys, "--cluster-dump", dump, "--select", "*", *words)
        assert code in (0, 1)
        assert "cGxhbn" not in json.dumps(answer)
        assert ("Secret" in answer["coverage"]["by_type"]) == bool(words)


def test_what_is_broken_is_said_and_the_rest_judged(capsys: pytest.CaptureFixture[str], dump: Path) -> None:
    (dump / "broken.json").write_text('{"kind": "List", "items": [')
    code, answer = scan(capsys, dump / "version.json", "--cluster-dump", dump, "--select", "PSS-B02", "--allow-incomplete")
    assert code == 1
    assert any(problem["kind"] == "unparsable" and "broken.json" in problem["detail"] for problem in answer["problems"])
    assert len(answer["results"]) == 1


def test_the_same_name_in_two_groups_is_two_objects(tmp_path: Path) -> None:
    """Knative's Service and the Service that it makes share kind, namespace and name."""
    knative = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    plain = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    older = {**knative, "apiVersion": "serving.knative.dev/v1beta1"}
    (tmp_path / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [knative, plain, older]}))
    seen = read_dump(str(tmp_path), lambda _version, _kind: True, ())
    assert [item["apiVersion"] for item in seen.objects] == ["serving.knative.dev/v1", "v1"]
