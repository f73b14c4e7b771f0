"""The hook in a repository of 2,000 files, as multiples of ``--version`` and of a whole scan, CPU time of one run with all children.

Run with ``python tests/benchmarks/bench_hook.py``; ends with 1 where the same question again takes more than three times ``--version``.
"""

from __future__ import annotations

import compileall
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import scanner

FILES, APPS, TARGET = 2_000, 390, 3.0
POD = """      serviceAccountName: {app}
      automountServiceAccountToken: false
      containers:
        - name: {app}
          image: registry.example.com/shop/{app}:1.2
          ports: [{{name: http, containerPort: 8080}}]
          env:
            - name: LOG_LEVEL
              value: info
            - name: URL
              valueFrom: {{secretKeyRef: {{name: {app}, key: url}}}}
          resources: {{requests: {{cpu: 100m, memory: 128Mi}}, limits: {{memory: 256Mi}}}}
          readinessProbe: {{httpGet: {{path: /ready, port: http}}}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {{drop: [ALL]}}
"""
HEAD = "apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {app}\n  namespace: {space}\n"
DEPLOYMENT = f"""spec:
  replicas: 2
  selector: {{{{matchLabels: {{{{app: {{app}}}}}}}}}}
  template:
    metadata: {{{{labels: {{{{app: {{app}}}}}}}}}}
    spec:
{POD}"""
POLICY = """spec:
  podSelector: {{matchLabels: {{app: {app}}}}}
  policyTypes: [Ingress, Egress]
  ingress: [{{from: [{{podSelector: {{}}}}]}}]
"""
KINDS = {
    "deployment": ("apps/v1", "Deployment", DEPLOYMENT),
    "service": ("v1", "Service", "spec:\n  selector: {{app: {app}}}\n  ports: [{{port: 80, targetPort: http}}]\n"),
    "policy": ("networking.k8s.io/v1", "NetworkPolicy", POLICY),
    "account": ("v1", "ServiceAccount", "automountServiceAccountToken: false\n"),
    "settings": ("v1", "ConfigMap", "data:\n  application.yaml: |\n    server:\n      port: 8080\n"),
}
CHANGES = {
    "replicas": ("clusters/team-0/app0/deployment.yaml", "replicas: 2", "replicas: 3"),
    "the image": ("clusters/team-0/app0/deployment.yaml", "app0:1.2", "app0:1.3"),
    "a variable": ("clusters/team-0/app0/deployment.yaml", "value: info", "value: debug"),
    "a setting": ("clusters/team-0/app0/settings.yaml", "port: 8080", "port: 8081"),
    "a service": ("clusters/team-0/app0/service.yaml", "targetPort: http", "targetPort: 8080"),
    "a label": ("clusters/team-0/app0/deployment.yaml", "labels: {app: app0}", "labels: {app: app0, tier: web}"),
    "a policy": ("clusters/team-0/app0/policy.yaml", "{podSelector: {}}", "{podSelector: {matchLabels: {app: app40}}}"),
    "Terraform": ("terraform/stack0/main.tf", "TLS1_2", "TLS1_1"),
}
"""What changes: a file, and two texts in turn."""
STACK = 'resource "azurerm_storage_account" "a" {\n  name     = "a"\n  location = "germanywestcentral"\n  min_tls_version = "TLS1_2"\n}\n'


def build(folder: Path) -> None:
    """Write a repository of manifests and a little Terraform, and commit it."""
    for number in range(APPS):
        app, space = f"app{number}", f"team-{number % 40}"
        for name, (version, kind, body) in KINDS.items():
            _write(
                folder / "clusters" / space / app / f"{name}.yaml", (HEAD + body).format(version=version, kind=kind, app=app, space=space)
            )
    for number in range(40):
        _write(
            folder / "clusters" / f"team-{number}" / "namespace.yaml",
            f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{number}}}\n",
        )
    for number in range(FILES - 40 - APPS * len(KINDS)):
        _write(folder / "terraform" / f"stack{number}" / "main.tf", STACK)
    git = ["git", "-C", str(folder), "-c", "user.name=b", "-c", "user.email=b@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True, capture_output=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def cpu(words: list[str], folder: Path, rounds: int = 1) -> float:
    """Return the least user and system seconds of a command of ours, children included, over some rounds."""
    best = float("inf")
    for _ in range(rounds):
        before = _spent()
        subprocess.run([sys.executable, "-m", "scanner", *words], check=False, capture_output=True, cwd=folder)
        best = min(best, _spent() - before)
    return best


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Print the ratios; the exit code tells whether the target is kept."""
    package = Path(scanner.__file__).parent
    compileall.compile_dir(str(package), quiet=1)
    os.environ["PYTHONPATH"] = str(package.parent)
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "repository"
        build(folder)
        os.environ["XDG_CACHE_HOME"] = f"{base}/cache"
        cpu(["scan", "terraform/stack0"], folder)  # learns the rules
        file = "clusters/team-0/app0/deployment.yaml"
        whole = cpu(["scan"], folder, 3)
        first = cpu(["hook", file], folder)
        changes = {
            what: min(_after_change(folder, changed, pair) for pair in (texts, texts[::-1], texts))
            for what, (changed, *texts) in CHANGES.items()
        }
        time.sleep(2.1)  # files and the program are old enough to be told by their times
        cpu(["hook", file], folder)
        again, bare = cpu(["hook", file], folder, 15), cpu(["--version"], folder, 15)
    print(f"hook, nothing known              {first / whole:6.2f} x scan of {FILES} files  {first / bare:6.1f} x --version")
    for what, spent in changes.items():
        print(f"hook after a change of {what:10}{spent / whole:6.2f} x scan              {spent / bare:6.1f} x --version")
    print(f"hook, the same question again    {again / whole:6.2f} x scan              {again / bare:6.1f} x --version (target 3)")
    return int(again > TARGET * bare)


def _after_change(folder: Path, file: str, texts: Sequence[str]) -> float:
    path = folder / file
    path.write_text(path.read_text().replace(*texts))
    return cpu(["hook", file], folder)


if __name__ == "__main__":
    sys.exit(main())
