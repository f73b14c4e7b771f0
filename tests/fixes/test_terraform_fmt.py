"""Fixed Terraform is as ``terraform fmt`` would have it, where it was so before: asked of the program itself."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest
from test_fixes_of_rules import EXAMPLES, judge, scope_of

from scanner.pipeline.mending import mend

TERRAFORM = which("terraform")


def _formatted(*words: str) -> tuple[int, str]:
    done = subprocess.run([str(TERRAFORM), "fmt", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
def test_what_was_formatted_stays_formatted(tmp_path: Path) -> None:
    written = [(example, path) for example in EXAMPLES.values() for path in example.files if path.endswith(".tf")]
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    for number, (example, path) in enumerate(written):
        (before / f"{number}.tf").write_text(example.files[path])
    assert _formatted(str(before))[0] == 0
    mended = 0
    for number, (example, path) in enumerate(written):
        files = {name: text.encode() for name, text in example.files.items()} | {path: (before / f"{number}.tf").read_bytes()}
        for patch in mend([scope_of(files, example)], judge):
            if patch.path == path:
                (after / f"{number}.tf").write_bytes(patch.after)
                mended += 1
    assert mended > 20
    assert _formatted("-check", "-diff", str(after)) == (0, "")
