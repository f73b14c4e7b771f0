"""Signs that nobody sees, that turn lines around or that command a terminal: no output carries them out of the input."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.cli.main import run
from scanner.render import names

FILE = "a\u202e\x1b.yaml"
TEXT = r"""
apiVersion: v1
kind: Pod
metadata: {name: "a\e[31mb", namespace: "s\u202Ex", labels: {app: "\u202Ew\e"}}
spec:
  serviceAccountName: "s\e\u202E"
  containers:
    - {name: "c\e", image: "i\u202E:latest", securityContext: {privileged: true}, ports: [{name: "p\e", containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: "svc\e\u202E", namespace: "s\u202Ex"}
spec: {selector: {app: "\u202Ew\e"}, type: LoadBalancer, ports: [{port: 80}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: "rb\e", namespace: "s\u202Ex"}
roleRef: {kind: ClusterRole, name: "cluster-admin\u202E\e", apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: "s\e\u202E", namespace: "s\u202Ex"}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: "db\u202E\e", namespace: shop, labels: {data-classification: "personal"}}
spec: {template: {spec: {containers: [{name: db, image: "postgres\u202E\e:1"}]}}}
"""
ANSWERS = [
    ["rbac", "who-can", "get", "secrets"], ["rbac", "who-can", "get", "secrets", "--format", "json"], ["rbac", "subjects"], ["network"],
    ["network", "--format", "json"], ["network", "--format", "svg"], ["network", "--format", "dot"],
    ["residency", "--format", "text"], ["residency", "--format", "json"], ["residency", "--format", "html"],
    ["tags", "--format", "text"], ["tags", "--format", "json"], ["tags", "--format", "csv"], ["tags", "--format", "html"],
]  # fmt: skip


@pytest.mark.parametrize("words", [*(["scan", "--profile", "platform", "--format", one] for one in names()), *ANSWERS], ids=" ".join)
def test_no_output(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / FILE).write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    assert run(words) in (0, 1, 3)
    said = capsys.readouterr()
    assert said.out
    assert not {"\x1b", "\u202e"} & set(said.out + said.err)
