"""The hook as pre-commit runs it: installed from a clone of this repository into an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.registry
ROOT = Path(__file__).parents[2]
POD = """apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  containers: [{name: c, image: nginx, securityContext: {privileged: true}}]
"""
CONFIG = "repos:\n- repo: file://CLONE\n  rev: REV\n  hooks: [{id: plumbrule, args: [--select, PSS-B02]}]\n"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    identity = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    homes = {"PRE_COMMIT_HOME": str(folder.parent / "pre-commit"), "XDG_CACHE_HOME": str(folder.parent / "cache")}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env={**os.environ, **identity, **homes}, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that has a clone of ours in its pre-commit configuration, and one bad pod."""
    if run(tmp_path, sys.executable, "-m", "pre_commit", "--version").returncode:
        pytest.skip("pre-commit is not installed: pip install pre-commit")
    if run(tmp_path, sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path / "pip"), "click").returncode:
        pytest.skip("no package registry can be reached, and pre-commit builds an environment")
    clone, folder = tmp_path / "clone", tmp_path / "repository"
    if run(tmp_path, "git", "clone", "--quiet", str(ROOT), str(clone)).returncode:
        pytest.skip("this is no checkout that can be cloned")
    folder.mkdir()
    revision = run(clone, "git", "rev-parse", "HEAD").stdout.strip()
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.replace("CLONE", str(clone)).replace("REV", revision))
    (folder / "old.yaml").write_text(POD.replace("NAME", "old"))
    for words in (("init", "--quiet"), ("add", "-A"), ("commit", "--quiet", "-m", "first")):
        assert run(folder, "git", *words).returncode == 0
    return folder


def test_a_commit_is_stopped_by_what_it_brings(repository: Path) -> None:
    (repository / "new.yaml").write_text(POD.replace("NAME", "new"))
    run(repository, "git", "add", "-A")
    stopped = run(repository, sys.executable, "-m", "pre_commit", "run")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "new.yaml:5:" in stopped.stdout
    assert "old.yaml" not in stopped.stdout
    (repository / "new.yaml").write_text(POD.replace("NAME", "new").replace("true", "false"))
    run(repository, "git", "add", "-A")
    passed = run(repository, sys.executable, "-m", "pre_commit", "run")
    assert passed.returncode == 0, passed.stdout + passed.stderr
