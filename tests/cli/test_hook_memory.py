"""What the hook remembers of a repository never changes what it says: compared with the same hook without memory after random edits."""

from __future__ import annotations

import calendar
import marshal
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import __main__ as command
from scanner import cache, witness

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.com/web:latest
          env: [{name: DB_PASSWORD, value: hunter2-in-clear}]
          securityContext: {privileged: true}
"""
RBAC = """apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers: [{name: c, image: nginx}]\n"
IGNORED = POD.replace("image: nginx}]", "image: nginx}]  # plumbrule:ignore=IMG-001 a test")
JSON = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j"}, "spec": {"hostNetwork": true, "containers": [{"name": "c"}]}}'
LIST = f"apiVersion: v1\nkind: List\nitems:\n- {POD.replace(chr(10), chr(10) + '  ').strip()}\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: d, namespace: shop}\n"
POLICY += "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n"
STORAGE = 'variable "l" {}\nresource "azurerm_storage_account" "a" {\n  name = "a"\n  location = var.l\n  min_tls_version = "TLS1_0"\n}\n'
MANIFEST = 'resource "kubernetes_manifest" "m" {\n  manifest = yamldecode(file("${path.module}/../k8s/a.yaml"))\n}\n'
RULE = """id: OWN-001
slug: own
title: Pods are named q
area: own
severity: high
confidence: high
match: {type: Pod}
require: {metadata.name: {equals: q}}
rationale: x
fix: y
"""
CONTENTS: dict[str, list[str]] = {
    "k8s/a.yaml": [DEPLOYMENT, POD, IGNORED, f"# a line\n{POD}", "kind: Pod\nspec: [\n", LIST, f"{POD}---\n{RBAC}"],
    "k8s/b.yaml": [POD, RBAC, DEPLOYMENT.replace("privileged: true", "privileged: false"), IGNORED, "a: &a [1]\nb: *a\n"],
    "k8s/deep/c.yaml": [NAMESPACE, POLICY, f"{NAMESPACE}---\n{POLICY}", POD],
    "k8s/d.json": [JSON, "{}", JSON.replace("true", "false")],
    "k8s/secret.yaml": ["apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData: {word: hunter2-in-clear}\n"],
    "tf/main.tf": [STORAGE, MANIFEST, STORAGE.replace("1_0", "1_2")],
    "tf/terraform.tfvars": ['l = "germanywestcentral"\n', 'l = "eastus"\n'],
    "plumbrule.yaml": ["profile: platform\n", "exclude: [k8s/b.yaml]\n", "skip: [IMG-001]\n", "fail_on: critical\n"],
    "k8s/plumbrule.yaml": ["skip: [PSS-B02]\n", "rules: {IMG-001: {severity: critical}}\n"],
    "k8s/deep/plumbrule.yaml": ["skip: [PSS-B02]\n"],
    ".gitignore": ["*.json\n", "/k8s/deep\n", "terraform.tfvars\n"],
    "Chart.yaml": ["name: x\n"],
}
MANIFESTS = ["k8s/a.yaml", "k8s/b.yaml", "k8s/deep/c.yaml"]
EDITS = st.one_of(
    st.sampled_from(sorted(CONTENTS)).flatmap(lambda path: st.tuples(st.just("write"), st.just(path), st.sampled_from(CONTENTS[path]))),
    st.tuples(st.just("remove"), st.sampled_from(sorted(CONTENTS))),
    st.tuples(
        st.just("rename"), st.sampled_from(["k8s/a.yaml", "k8s/b.yaml", "k8s/deep/c.yaml"]), st.sampled_from(["k8s/e.yaml", "m/f.yaml"])
    ),
    st.tuples(st.sampled_from(["commit", "amend", "back", "stash"])),
)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", *words], check=False, capture_output=True)


def edit(folder: Path, kind: str, *words: str) -> None:
    """Make one random edit; one that is impossible makes none."""
    if kind == "write":
        (folder / words[0]).parent.mkdir(parents=True, exist_ok=True)
        (folder / words[0]).write_text(words[1])
    elif kind == "remove":
        (folder / words[0]).unlink(missing_ok=True)
    elif kind == "rename" and (folder / words[0]).exists():
        (folder / words[1]).parent.mkdir(exist_ok=True)
        (folder / words[0]).rename(folder / words[1])
    elif kind in ("commit", "amend"):
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "again", "--allow-empty", *(["--amend"] if kind == "amend" else []))
    elif kind == "back":
        git(folder, "reset", "-q", "HEAD~1")
    elif kind == "stash":
        git(folder, "stash")


def said(run: Callable[[list[str]], int], words: list[str]) -> tuple[int, str, str]:
    cache._state["enabled"] = True
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run(words)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("margin", [2_000_000_000, -(10**12)], ids=["by content", "by times"])
@settings(max_examples=12)
@given(edits=st.lists(EDITS, min_size=1, max_size=5))
def test_memory_changes_nothing(
    margin: int, edits: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory, rules_known: Path
) -> None:
    base = tmp_path_factory.mktemp("m")
    folder = base / "repository"
    for path in ("k8s/a.yaml", "k8s/b.yaml", "k8s/deep/c.yaml", "k8s/secret.yaml", "k8s/d.json", "tf/main.tf"):
        edit(folder, "write", path, CONTENTS[path][0])
    git(folder, "init", "-q")
    edit(folder, "commit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(base / "cache"))
        patch.chdir(folder)
        patch.setattr(witness, "MARGIN", margin)
        shutil.copytree(rules_known, base / "cache" / "plumbrule")
        words = ["hook", "--profile", "platform", "k8s/a.yaml", "k8s/e.yaml", "k8s/deep/c.yaml", "tf/main.tf"]
        _compare(words)
        for one in edits:
            edit(folder, *one)
            _compare(words)
    contents = [path.read_bytes() for path in (base / "cache").rglob("*.marshal")]
    assert not any(b"hunter2" in content for content in contents)
    shutil.rmtree(base)


def _compare(words: list[str]) -> tuple[int, str, str]:
    """Ask with memory, again, and without: a run that nobody witnesses remembers nothing but rules."""
    fresh = said(command._run, words)
    assert said(command._answer, words) == fresh
    assert said(command._answer, words) == fresh
    return fresh


def test_rules_of_ones_own(tmp_path: Path, rules_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(rules_known, tmp_path / "cache" / "plumbrule")
    folder = tmp_path / "repository"
    edit(folder, "write", "pod.yaml", "kind: ConfigMap\napiVersion: v1\n")
    edit(folder, "write", "policies/own.yaml", RULE)
    git(folder, "init", "-q")
    edit(folder, "commit")
    edit(folder, "write", "pod.yaml", POD)
    monkeypatch.chdir(folder)
    words = ["hook", "--select", "OWN-001", "--rules", "policies", "pod.yaml"]
    assert _compare(words)[0] == 1
    edit(folder, "write", "policies/own.yaml", RULE.replace("equals: q", "equals: p"))
    assert _compare(words)[0] == 0
    edit(folder, "write", "plumbrule.yaml", "rule_folders: [more]\n")
    edit(folder, "write", "more/own.yaml", RULE.replace("OWN-001", "OWN-002").replace("slug: own", "slug: more"))
    assert _compare(["hook", "--select", "OWN-*", "--rules", "policies", "pod.yaml"])[0] == 1


AKS = """resource "azurerm_kubernetes_cluster" "a" {
  name               = "a"
  location           = "eastus"
  kubernetes_version = "1.34"
}
"""
EXEMPT = 'residency:\n  exceptions:\n    - {resources: ["*"], reason: a test, approver: someone, until: "2026-12-03"}\n'


def test_another_day(tmp_path: Path, rules_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was known yesterday holds today, unless a date lies between that a rule, a view or the configuration knows."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(rules_known, tmp_path / "cache" / "plumbrule")
    folder = tmp_path / "repository"
    edit(folder, "write", "plumbrule.yaml", f"profile: platform\n{EXEMPT}")
    git(folder, "init", "-q")
    edit(folder, "commit")
    edit(folder, "write", "aks.tf", AKS)
    monkeypatch.chdir(folder)
    known, answers = [], []
    for day in (*range(28, 35), 39, 27):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(calendar.timegm((2026, 11, day, 0, 0, 0))))
        answers.append(_compare(["hook", "aks.tf"]))
        (memory,) = (tmp_path / "cache" / "plumbrule").glob("hook-*")
        known.append(marshal.loads(memory.read_bytes()[8:])[1][-1])
    assert known == ["2026-11-28"] * 2 + ["2026-11-30"] + ["2026-12-01"] * 2 + ["2026-12-03"] + ["2026-12-04"] * 2 + ["2026-11-27"]
    assert answers[1] == answers[0] != answers[3]
    assert answers[4] != answers[6]


def test_a_rule_that_compares_what_it_reads_with_the_day(tmp_path: Path, rules_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(rules_known, tmp_path / "cache" / "plumbrule")
    folder = tmp_path / "repository"
    dated = RULE.replace("require: {metadata.name: {equals: q}}", "deny: {metadata.annotations.until: {lt: {date: today}}}")
    edit(folder, "write", "policies/own.yaml", dated)
    git(folder, "init", "-q")
    edit(folder, "commit")
    edit(folder, "write", "pod.yaml", POD.replace("name: p,", 'name: p, annotations: {until: "2026-12-01"},'))
    monkeypatch.chdir(folder)
    for day, code in ((30, 0), (31, 0), (32, 1), (31, 0)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(calendar.timegm((2026, 11, day, 0, 0, 0))))
        assert _compare(["hook", "--select", "OWN-001", "--rules", "policies", "pod.yaml"])[0] == code
