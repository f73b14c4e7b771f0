"""Scans of a real API server: the verdicts of the files, least rights, no write, and honesty about what was not seen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiserver import Server, missing, running

from scanner.cli.main import run
from scanner.sources.cluster import connection, listing

WHY = missing()
pytestmark = [pytest.mark.live, pytest.mark.skipif(WHY is not None, reason=WHY or "")]

PATHS = {
    "Namespace": "/api/v1/namespaces", "Pod": "/api/v1/namespaces/{ns}/pods", "Service": "/api/v1/namespaces/{ns}/services",
    "ConfigMap": "/api/v1/namespaces/{ns}/configmaps", "Secret": "/api/v1/namespaces/{ns}/secrets",
    "ServiceAccount": "/api/v1/namespaces/{ns}/serviceaccounts", "Deployment": "/apis/apps/v1/namespaces/{ns}/deployments",
    "DaemonSet": "/apis/apps/v1/namespaces/{ns}/daemonsets", "StatefulSet": "/apis/apps/v1/namespaces/{ns}/statefulsets",
    "Job": "/apis/batch/v1/namespaces/{ns}/jobs", "CronJob": "/apis/batch/v1/namespaces/{ns}/cronjobs",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets",
    "ResourceQuota": "/api/v1/namespaces/{ns}/resourcequotas", "LimitRange": "/api/v1/namespaces/{ns}/limitranges",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers",
    "PersistentVolumeClaim": "/api/v1/namespaces/{ns}/persistentvolumeclaims",
}  # fmt: skip
MANIFESTS = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {tenant: a}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostPID: true
      containers:
        - name: web
          image: nginx:latest
          ports: [{containerPort: 80}]
          securityContext: {privileged: true}
          env: [{name: PASSWORD, value: hunter2-hunter2}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1.36"}]}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: wide}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: shop}
stringData: {password: planted-value-1234567890}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("apiserver")
    with running(folder) as found:
        apply(found, MANIFESTS)
        yield found


def apply(server: Server, text: str) -> None:
    for document in yaml.safe_load_all(text):
        path = PATHS[document["kind"]].format(ns=document["metadata"].get("namespace", "default"))
        status, body = server.call("POST", path, document)
        assert status in (200, 201, 409), (path, body)


def scan(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig))
    code = run(["scan", *words, "--format", "json", "--profile", "platform"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "all.yaml").write_text(MANIFESTS)
    return folder


DEFAULTED = re.compile(r"imagePullPolicy|terminationGracePeriod")


def verdicts(answer: Any, scope: str | None) -> set[tuple[str, str, str]]:
    ours = ("shop/", "-/ClusterRole/wide", "-/ClusterRoleBinding/wide", "-/Namespace/shop")
    return {
        (row["rule"], row["resource"]["address"], row["outcome"])
        for row in answer["results"]
        if (row["resource"]["scope"] is None) == (scope is None) and any(word in row["resource"]["address"] for word in ours)
    }


def test_the_same_verdicts_live_as_in_the_files(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "plumbrule.yaml").write_text("kubernetes: {complete: true, complete_namespaces: [shop], version: '1.37'}\n")
    _, answer = scan(server, monkeypatch, capsys, str(files), "--cluster", "admin", "--include-secret-metadata")
    in_files, live = verdicts(answer, None), verdicts(answer, "live")
    assert len(live) >= 25
    expected_only_in_files = {
        row for row in in_files - live
        if row[0].startswith("SEC-")  # values of Secrets never leave the server
    }  # fmt: skip
    defaulted = {row for row in in_files ^ live if row[0] in DEFAULTS}
    assert in_files - live - defaulted == expected_only_in_files
    assert live - in_files - defaulted == set()


DEFAULTS = {
    "PSS-B05",  # with hostNetwork the server fills hostPort from containerPort in pods; templates keep what was written
    "WL-015",  # the server writes imagePullPolicy
}


def test_a_live_violation_names_the_line_of_its_source(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, answer = scan(server, monkeypatch, capsys, str(files), "--cluster", "admin", "--select", "PSS-B02")
    live = [row for row in answer["results"] if row["resource"]["scope"]]
    line = MANIFESTS.splitlines().index("          securityContext: {privileged: true}") + 1
    assert [(row["location"]["path"], row["location"]["line"]) for row in live] == [("all.yaml", line)]


def test_without_a_source_there_is_no_place(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    _, answer = scan(server, monkeypatch, capsys, str(tmp_path), "--cluster", "admin", "--select", "PSS-B02")
    assert [row["location"] for row in answer["results"]] == [None]


def test_an_account_without_rights_is_told_exactly_what_it_lacks(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = scan(server, monkeypatch, capsys, str(files), "--cluster", "nobody", "--select", "PSS-B02")
    assert code == 3
    assert any('resources: ["pods"], verbs: ["list"]' in problem["detail"] for problem in answer["problems"])
    assert {row["resource"]["scope"] for row in answer["results"]} == {None}


def test_several_clusters_fail_on_their_own(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--cluster", "admin", "--cluster", "no-such-context", "--select", "PSS-B02")
    code, answer = scan(server, monkeypatch, capsys, str(files), *words)
    assert code == 3
    assert [problem["kind"] for problem in answer["problems"]] == ["unreachable"]
    assert any(row["resource"]["scope"] for row in answer["results"])


def test_the_printed_role_is_enough_and_nothing_is_written_or_read_that_is_secret(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "--cluster-role"]) == 0
    apply(server, capsys.readouterr().out)
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "plumbrule-reader"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "reader"}],
    }  # fmt: skip
    server.call("POST", PATHS["ClusterRoleBinding"], binding)
    _, answer = scan(server, monkeypatch, capsys, str(files), "--cluster", "reader", "--select", "*")
    assert answer["problems"] == []
    entries = [json.loads(line) for line in server.audit.read_text().splitlines()]
    ours = [entry for entry in entries if entry["user"]["username"] == "reader"]
    assert len(ours) > 20
    assert {entry["verb"] for entry in ours} <= {"get", "list"}
    assert not any((entry.get("objectRef") or {}).get("resource") == "secrets" for entry in ours)


def test_no_secret_value_is_printed(
    server: Server, files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig))
    for name in ("text", "json", "sarif-full", "html", "csv"):
        run(["scan", str(files), "--cluster", "admin", "--include-secret-metadata", "--select", "*", "--format", name])
        said = capsys.readouterr().out
        assert "planted-value" not in said
        assert "hunter2" not in said


def test_pod_security_as_the_server_decides(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from pods import generated

    for level in ("baseline", "restricted"):
        labels = {"pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/enforce-version": "latest"}
        server.call("POST", "/api/v1/namespaces", {"metadata": {"name": f"pss-{level}", "labels": labels}})
    pods = generated(120)
    text = "---\n".join(yaml.safe_dump(pod) for pod in pods)
    (tmp_path / "pods.yaml").write_text(text)
    run(["scan", str(tmp_path), "--select", "pod-security-standards", "--skip", "PSS-N*", "--format", "json", "--allow-incomplete"])
    rows = json.loads(capsys.readouterr().out)["results"]
    for level, prefixes in (("baseline", ("PSS-B",)), ("restricted", ("PSS-B", "PSS-R"))):
        refused = {row["resource"]["name"] for row in rows if row["outcome"] == "fail" and row["rule"].startswith(prefixes)}
        for pod in pods:
            status, body = server.call("POST", f"/api/v1/namespaces/pss-{level}/pods?dryRun=All", pod)
            if status in (201, 403):
                assert (status == 403) == (pod["metadata"]["name"] in refused), (level, pod, body.get("message"))


def test_two_servers_at_once_of_which_one_dies_while_it_lists(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two real servers in one run: what the one showed until it died is judged, the other is seen whole."""
    with running(tmp_path) as other:
        apply(other, MANIFESTS)
        privileged = {"containers": [{"name": "c", "image": "nginx:1.29", "securityContext": {"privileged": True}}]}
        for number in range(5):
            other.call("POST", "/api/v1/namespaces/shop/pods", {"metadata": {"name": f"p{number}"}, "spec": privileged})
        config = json.loads(other.kubeconfig.read_text())
        config["contexts"] = [{"name": "other", "context": {"cluster": "test", "user": "admin"}}]
        (tmp_path / "other").write_text(json.dumps(config).replace('"test"', '"second"'))
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join((str(server.kubeconfig), str(tmp_path / "other"))))
        monkeypatch.setattr(listing, "PAGE", 2)
        monkeypatch.setattr(listing, "LARGEST", 2)
        monkeypatch.setattr(connection, "LONGEST_PAUSE", 0.0)
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        raw = connection.Connection.raw

        def killing(self: connection.Connection, path: str, query: Any = None, *more: Any, **named: Any) -> Any:
            if path == "/api/v1/pods" and "continue" in (query or {}) and getattr(self._client.ask, "url", None) == other.url:
                other.process.kill()
                other.process.wait()
            return raw(self, path, query, *more, **named)

        monkeypatch.setattr(connection.Connection, "raw", killing)
        code = run(["scan", "--cluster", "admin", "--cluster", "other", "--select", "PSS-B02", "--format", "json"])
        said = capsys.readouterr()
    assert code == 3, said.err
    answer = json.loads(said.out)
    assert {problem["kind"] for problem in answer["problems"]} == {"unreachable"}
    assert all("cluster other" in problem["detail"] for problem in answer["problems"])
    assert any("pods broke off after 2 objects, which are judged" in problem["detail"] for problem in answer["problems"])
    failed = {(row["resource"]["scope"], row["resource"]["name"]) for row in answer["results"]}
    assert len({scope for scope, _ in failed}) == 2
    assert {"web", "p0", "p1"} == {name for _, name in failed}


def test_a_server_that_dies_is_said(server: Server, files: Path) -> None:
    """Last: it takes the server down."""
    server.process.kill()
    server.process.wait()
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", str(files), "--cluster", "admin", "--select", "PSS-B02", "--format", "json"],
        env={**os.environ, "KUBECONFIG": str(server.kubeconfig)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert done.returncode == 3
    assert [problem["kind"] for problem in answer["problems"]] == ["unreachable"]
    assert answer["summary"]["fail"] == 1
