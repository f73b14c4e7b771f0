"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner import __main__ as command
from scanner import cache

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n"


@pytest.fixture(scope="session")
def rules_known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that knows the rules: compiling them takes longer than all else here."""
    folder = tmp_path_factory.mktemp("known")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setitem(cache._state, "enabled", True)
        (folder / "pod.yaml").write_text(POD)
        command._run(["scan", "--select", "*", "--format", f"json={folder}/out", str(folder / "pod.yaml")])
    return folder / "plumbrule"
