"""A change that nobody sees from elsewhere: only loud files are read, and nothing else is said than by a hook that reads everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hook_memory import RBAC, STORAGE, _compare, edit, git

from scanner import witness
from scanner.cli import hooking
from scanner.pipeline import Looked

WEB = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example.com/web:1.2
          env: [{name: LOG_LEVEL, value: info}]
          securityContext: {privileged: false}
          resources: {limits: {memory: 64Mi}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  type: LoadBalancer\n"
SERVICE += "  selector: {app: web}\n  ports: [{port: 80, targetPort: 8080}]\n"
ROLE = RBAC.replace("[get]", "[get, list]")
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s, namespace: shop}\ndata:\n  level: info\n"
FILES = {
    "a/web.yaml": WEB,
    "a/service.yaml": SERVICE,
    "a/space.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n",
    "b/role.yaml": ROLE,
    "b/settings.yaml": SETTINGS,
    "b/twin.yaml": WEB.replace("web", "twin"),
    "tf/main.tf": STORAGE.replace("var.l", '"eastus"'),
}
EDITS = [
    ("replicas: 2", "replicas: 3"),
    ("1.2", "1.3"),
    (":1.2", ":latest"),
    ("value: info", "value: debug"),
    ("privileged: false", "privileged: true"),
    ("64Mi", "65Mi"),
    ("spec:\n  replicas", "# a line\nspec:\n  replicas"),
    ("targetPort: 8080", "targetPort: 8081"),
    ("level: info", "level: debug"),
    ("name: web\n", "name: web  # plumbrule:ignore=IMG-001 a test\n"),
    ("[get, list]", "[get]"),
    ("app: web}}\n    spec", "app: web, tier: x}}\n    spec"),
    ("  namespace: shop\n", '  namespace: shop\n  annotations: {plumbrule/ignore: "PSS-B02 a test"}\n'),
    ("LOG_LEVEL", "DB_PASSWORD"),
    ("metadata:", "metadata: &m"),
    ("spec:\n  replicas", "spec:\n  paused: [\n  replicas"),
    ("LoadBalancer", "ClusterIP"),
    ("1_0", "1_2"),
]
STEPS = st.one_of(
    st.tuples(st.just("turn"), st.sampled_from(sorted(FILES)), st.sampled_from(EDITS)),
    st.tuples(st.just("turn"), st.just("a/web.yaml"), st.sampled_from(EDITS[:7])),
    st.tuples(st.sampled_from(["commit", "back"]), st.just(""), st.just(("", ""))),
)


def turn(folder: Path, path: str, texts: tuple[str, str]) -> None:
    """Change a text in a file, or change it back."""
    text = (folder / path).read_text()
    (folder / path).write_text(text.replace(*texts[::-1]) if texts[1] in text else text.replace(*texts))


@contextmanager
def repository(base: Path, known: Path) -> Iterator[Path]:
    folder = base / "repository"
    for path, text in FILES.items():
        edit(folder, "write", path, text)
    git(folder, "init", "-q")
    edit(folder, "commit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(base / "cache"))
        patch.chdir(folder)
        shutil.copytree(known, base / "cache" / "plumbrule")
        yield folder


def told(patch: pytest.MonkeyPatch) -> list[Looked | None]:
    """Keep what looking quietly comes to."""
    found: list[Looked | None] = []
    before = hooking.look_quietly
    patch.setattr(hooking, "look_quietly", lambda *args: (found.append(before(*args)), found[-1])[1])
    return found


@pytest.mark.parametrize("margin", [2_000_000_000, -(10**12)], ids=["by content", "by times"])
@settings(max_examples=25)
@given(
    steps=st.lists(STEPS, min_size=1, max_size=6),
    names=st.lists(st.sampled_from([*sorted(FILES), "README.md"]), min_size=1, max_size=3, unique=True),
    profile=st.sampled_from(["platform", "starter"]),
)
def test_looking_quietly_changes_nothing(
    margin: int, steps: list[tuple[str, str, tuple[str, str]]], names: list[str], profile: str, tmp_path_factory: pytest.TempPathFactory,
    rules_known: Path,
) -> None:  # fmt: skip
    base = tmp_path_factory.mktemp("q")
    with repository(base, rules_known) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(witness, "MARGIN", margin)
        _compare(["hook", "--profile", profile, *names])
        for kind, path, texts in steps:
            if kind == "turn":
                turn(folder, path, texts)
            else:
                edit(folder, kind)
            _compare(["hook", "--profile", profile, *(names if path in names or len(names) > 2 else [path or "a/web.yaml"])])
    shutil.rmtree(base)


@pytest.mark.parametrize(
    ("path", "texts", "quiet"),
    [
        ("a/web.yaml", ("replicas: 2", "replicas: 3"), True),
        ("a/web.yaml", (":1.2", ":latest"), True),
        ("a/web.yaml", ("value: info", "value: debug"), True),
        ("a/web.yaml", ("spec:\n  replicas", "# a line\nspec:\n  replicas"), True),
        ("b/settings.yaml", ("level: info", "level: debug"), True),
        ("a/web.yaml", ("{labels: {app: web}}", "{labels: {app: other}}"), False),
        ("b/role.yaml", ("[get, list]", "['*']"), False),
        ("tf/main.tf", ("1_0", "1_2"), False),
        ("a/web.yaml", ("name: web\n", "name: web  # plumbrule:ignore=IMG-001 a test\n"), True),
    ],
)  # fmt: skip
def test_what_is_quiet(
    path: str, texts: tuple[str, str], quiet: bool, tmp_path: Path, rules_known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with repository(tmp_path, rules_known) as folder:
        found = told(monkeypatch)
        _compare(["hook", path])
        for _ in range(3):
            turn(folder, path, texts)
            before = len(found)
            _compare(["hook", path])
            (looked,) = found[before:]
            assert (looked is not None) is quiet
            assert looked is None or looked.loud == {path, "tf/main.tf"}
